"""The figure of 00-overview: every statement with its verdict and the respects in which it was judged."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle
from matplotlib.text import Text

from airace import style, verdicts, words
from airace.scorecard import GROUPS, RESPECTS, sections

ROW, HEADING = 0.2, 0.36  # inches, down
PRINTED, SUBJECT, MARKS, STEP, CHIP, CHIP_WIDTH = (
    0.05,
    2.2,
    4.96,
    0.55,
    7.46,
    1.16,
)  # inches, across
ABOVE = 0.9  # inches, for the totals and the legend
ROUND = 1.62  # inches, for title, subtitle and source
BETWEEN = 0.15  # inches, at least, between two labels of the totals
TINTS = {
    "stands": style.COLOURS["USA"],
    "in part": "#7da7c4",
    "off": "#b34700",
    "cannot be checked": style.PALE,
    "not examined yet": "#ffffff",
}
SPOKEN = {"stands": "stand", "in part": "in part", "off": "off", "cannot be checked": "cannot be checked",
          "not examined yet": "not examined yet"}  # fmt: skip


def scorecard(
    found: pd.DataFrame,
    listed: list[str],
    order: str,
    title: str,
    titles: dict[str, str] | None = None,
) -> Figure:
    """Draw one line per statement: printed words, subject, a mark per respect, the verdict.

    ``found`` comes from ``scorecard.table``; the groups in ``listed`` get lines, the bar on top counts
    all. ``order`` is "article" (by section, under its title of ``titles``) or "verdict".

    >>> from airace import claims, draw_scorecard, paths, scorecard
    >>> published = claims.read(paths.claims("default"))
    >>> found = scorecard.table(published, claims.ledger("article/2026-03-10"))
    >>> figure = draw_scorecard.scorecard(found, ["off"], "verdict", "A title")
    >>> len(figure.axes)
    1
    """
    lines = found[found["group"].isin(listed)]
    groups = _by_section(lines, titles) if order == "article" else _by_verdict(lines)
    height = ABOVE + sum(HEADING + ROW * len(rows) for _, rows in groups)
    rows = {row for cell in found["evidence"] if cell for row in cell.split("; ")}
    decided = sum(not row.startswith("article/") for row in rows)
    day = words.day(found["snapshot"].iloc[0].split("/")[1])
    subtitle = (
        f"{len(found)} checkable statements of the article of {day}, judged by one rule on {decided} rows of raw "
        "data. The first respect that fails, from left to right, names the verdict."
    )
    figure, (axes,) = style.canvas(title, subtitle, height + ROUND, [(0.02, 0, 0.96, 1)], below=0.1)
    inches = axes.get_position().height * figure.get_figheight()
    axes.set(xlim=(0, 0.96 * style.WIDTH), ylim=(inches, 0))
    axes.axis("off")
    _totals(axes, found)
    _legend(axes, 0.78)
    top = ABOVE
    for name, rows in groups:
        axes.text(PRINTED, top + 0.2, name, weight="bold", color=style.INK, fontsize=9, va="center")
        axes.plot([PRINTED, CHIP + CHIP_WIDTH], [top + 0.31] * 2, color=style.GREY, lw=0.8)
        for number, row in enumerate(rows.itertuples()):
            _statement(axes, row, top + HEADING + (number + 0.5) * ROW)
        top += HEADING + ROW * len(rows)
    return figure


def plotted(found: pd.DataFrame) -> pd.DataFrame:
    """The drawn values of ``scorecard``.

    ``found`` comes from ``scorecard.table``.

    >>> from airace import claims, draw_scorecard, paths, scorecard
    >>> published = claims.read(paths.claims("default"))
    >>> found = scorecard.table(published, claims.ledger("article/2026-03-10"))
    >>> draw_scorecard.plotted(found)[["claim_id", "printed", "verdict"]].head(2)
                         claim_id         printed     verdict
    0     one-year-after-deepseek  one year after  consistent
    1  release-cycles-accelerated     accelerated  consistent
    """
    columns = [
        "claim_id",
        "section",
        "printed",
        "subject",
        "verdict",
        "group",
        *RESPECTS,
        "snapshot",
        "row",
    ]
    return found[columns]


def describe(found: pd.DataFrame) -> str:
    """Alt text: every statement by its verdict.

    ``found`` comes from ``scorecard.table``.

    >>> from airace import claims, draw_scorecard, paths, scorecard
    >>> published = claims.read(paths.claims("default"))
    >>> found = scorecard.table(published, claims.ledger("article/2026-03-10"))
    >>> print(draw_scorecard.describe(found.head(2)))
    A scorecard of 2 statements with their verdicts. consistent: “one year after”, “accelerated”.
    """
    parts = [
        f"{verdict}: {', '.join('“' + printed + '”' for printed in rows['printed'])}"
        for verdict, rows in found.groupby("verdict", sort=False)
    ]
    return f"A scorecard of {len(found)} statements with their verdicts. {'; '.join(parts)}."


def _by_section(
    found: pd.DataFrame, titles: dict[str, str] | None
) -> list[tuple[str, pd.DataFrame]]:
    names = sections(found, titles)
    return [(names[s], rows) for s, rows in found.groupby("section", sort=False)]


def _by_verdict(found: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    ordered = [*verdicts.VERDICTS, verdicts.NOT_EXAMINED]
    parts = [(v, found[found["verdict"] == v]) for v in ordered]
    return [(f"{v[0].upper()}{v[1:]} ({len(rows)})", rows) for v, rows in parts if len(rows)]


def _totals(axes: Axes, found: pd.DataFrame) -> None:
    """One bar, one square per statement: what stands, what is off, what cannot be checked."""
    width, left = (CHIP + CHIP_WIDTH - PRINTED) / len(found), PRINTED
    labels = []
    for group in GROUPS:
        number = int((found["group"] == group).sum())
        for _ in range(number):
            box = Rectangle(
                (left, 0.08), width - 0.03, 0.2, fc=TINTS[group], ec=_edge(group), lw=0.8
            )
            axes.add_patch(box)
            left += width
        if number:
            start = left - number * width
            tint = style.legible(TINTS[group] if group != "in part" else "#3f7296")
            said = f"{number} {SPOKEN[group]}"
            labels.append(axes.text(start, 0.41, said, fontsize=8.5, weight="bold", color=tint, va="center"))  # fmt: skip
    _keep_apart(axes, labels)


def _keep_apart(axes: Axes, labels: list[Text]) -> None:
    """Move labels to the left where the next one, or the end of the bar, leaves them too little room."""
    edge = CHIP + CHIP_WIDTH
    for label in reversed(labels):
        width = label.get_window_extent(axes.figure.canvas.get_renderer()).width / axes.figure.dpi
        label.set_x(min(label.get_position()[0], edge - width))  # both are inches
        edge = label.get_position()[0] - BETWEEN


def _legend(axes: Axes, y: float) -> None:
    """Name the respects above their columns, and say what the marks mean."""
    for number, respect in enumerate(RESPECTS):
        axes.text(
            MARKS + number * STEP,
            y,
            respect,
            fontsize=6.5,
            color=style.GREY,
            ha="center",
            va="center",
        )
    said = [(verdicts.HOLDS, "holds"), (verdicts.PART, "in part"), (verdicts.FAILS, "fails"),
            (verdicts.NOT_APPLICABLE, "nothing to judge")]  # fmt: skip
    left = PRINTED + 0.06
    for state, text in said:
        _mark(axes, left, y, state)
        axes.text(left + 0.13, y, text, fontsize=8, color=style.GREY, va="center")
        left += 0.32 + 0.068 * len(text)


def _statement(axes: Axes, row: object, y: float) -> None:
    printed = f"“{row.printed}”"  # with dollar signs that are no mathematics
    axes.text(PRINTED, y, printed, fontsize=8, color=style.INK, va="center", parse_math=False)
    axes.text(SUBJECT, y, row.subject, fontsize=7.5, color=style.GREY, va="center")
    for number, respect in enumerate(RESPECTS):
        missing = respect == "availability"  # a gap in the public data is no fault of the article
        tint = style.GREY if missing else TINTS["off"]
        _mark(axes, MARKS + number * STEP, y, getattr(row, respect), tint)
    chip = FancyBboxPatch(
        (CHIP, y - 0.065), CHIP_WIDTH, 0.13, boxstyle="round,pad=0.012,rounding_size=0.05",
        fc=TINTS[row.group], ec=_edge(row.group), lw=0.8,
    )  # fmt: skip
    axes.add_patch(chip)
    light = row.group in ("cannot be checked", "not examined yet", "in part")
    axes.text(CHIP + CHIP_WIDTH / 2, y, row.verdict, fontsize=7.5, ha="center", va="center",
              color=style.INK if light else "white")  # fmt: skip


def _mark(axes: Axes, x: float, y: float, state: str, failed: str = TINTS["off"]) -> None:
    """A mark per state, told apart by shape as well as by colour."""
    kind = {
        verdicts.HOLDS: {"marker": "o", "ms": 5, "color": TINTS["stands"]},
        verdicts.PART: {"marker": "o", "ms": 5, "fillstyle": "left", "color": TINTS["stands"],
                        "markerfacecoloralt": "white"},
        verdicts.FAILS: {"marker": "X", "ms": 7.5, "color": failed, "mec": "white", "mew": 0.4},
    }.get(state, {"marker": "_", "ms": 4, "color": style.PALE})  # fmt: skip
    axes.plot([x], [y], ls="none", **kind)


def _edge(group: str) -> str:
    return style.GREY if group == "not examined yet" else TINTS[group]
