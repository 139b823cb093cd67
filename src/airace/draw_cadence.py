"""A figure of 05-release-cadence: the gaps of each lab, and what their median depends on."""

from __future__ import annotations

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.legend_handler import HandlerTuple
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from airace import cadence, readings, style, verdicts, words

BAND, NEAR, BOX = "#ecdde6", "#f7f1f5", "#e6e6e6"  # printed range, what rounds to it, middle half
BOXED = 5  # gaps; quartiles of fewer say no more than the gaps themselves
COLUMNS = ["panel", "lab", "country", "before", "after", "date_from", "date_to", "months", "open", "weak",
           "models", "merge_days", "snapshot", "row"]  # fmt: skip


def headline(table: pd.DataFrame, labs: list[str], months: int, day: pd.Timestamp) -> str:
    """Say the median gap of the chosen Chinese labs; of all chosen where no Chinese one has enough.

    ``table`` holds the gaps of ``labs`` that ended in the ``months`` up to ``day``.

    >>> import pandas as pd
    >>> from airace import draw_cadence, paths
    >>> dates = ["date_from", "date_to"]
    >>> gaps = pd.read_csv(paths.processed() / "release_gaps.csv", parse_dates=dates)
    >>> day = pd.Timestamp("2026-03-10")
    >>> print(draw_cadence.headline(gaps, ["DeepSeek", "OpenAI"], 12, day))
    Counting each of 7 Chinese labs once, the median gap between headline releases is 3.2 months;
    over all their gaps it is 2.3
    """
    known = cadence.by_lab(table)
    enough = known[known["enough"]]
    ours = enough[enough["country"] == "China"]
    kind, ours = ("Chinese ", ours) if len(ours) else ("", enough)
    if ours.empty:
        most = _count(known["gaps"].max() if len(known) else 0)
        who = labs[0] if len(labs) == 1 else "no chosen lab"
        has = f"has {most}" if len(labs) == 1 else f"has more than {most}"
        return f"Too few gaps for a median: {who} {has} in {_window(months, day)}"
    if len(ours) == 1:
        median = ours["median"].item()
        return f"The median gap between headline releases at {ours['lab'].item()} is {median:.1f} months"
    pooled = table.loc[table["lab"].isin(ours["lab"]), "months"].median()
    return (
        f"Counting each of {len(ours)} {kind}labs once, the median gap between headline releases is "
        f"{ours['median'].median():.1f} months; over all their gaps it is {pooled:.1f}"
    )


def release_gaps(
    table: pd.DataFrame,
    unfinished: pd.DataFrame,
    choices: pd.DataFrame,
    printed: dict,
    title: str,
    months: int,
    day: pd.Timestamp,
) -> Figure:
    """Draw the gaps of each lab, and beside them the pooled median by what counts as one release.

    ``table`` and ``unfinished`` are the gaps that ended in the window and those open on ``day``, of
    the same labs; ``choices`` come from ``readings.by_merge_days``; ``printed`` is the statement of the range.

    >>> import pandas as pd
    >>> from airace import cadence, claims, draw_cadence, readings, snapshots
    >>> releases = snapshots.load("model_releases/2026-07-19").query("headline")
    >>> printed = claims.ledger("article/2026-03-10")["update-interval"]
    >>> renewed = cadence.renewals(releases[releases["lab"].isin(["DeepSeek", "OpenAI"])], 10)
    >>> day = pd.Timestamp("2026-03-10")
    >>> gaps = cadence.ending_in(cadence.gaps(renewed), day)
    >>> unfinished = cadence.still_open(renewed, day)
    >>> choices = readings.by_merge_days({"all": releases}, day)
    >>> figure = draw_cadence.release_gaps(gaps, unfinished, choices, printed, "A title", 12, day)
    >>> len(figure.axes)
    2
    """
    subtitle = (
        f"Left: gaps that ended in {_window(months, day)}. "
        "Right: gaps of the twelve months before the article, pooled."
    )
    order = list(cadence.by_lab(table)["lab"])
    order += sorted(set(unfinished["lab"]) - set(order))
    height = min(6.5, max(4.9, 2.75 + 0.3 * len(order)))
    figure, (left, right) = style.canvas(
        title, subtitle, height, [(0.165, 0, 0.435, 0.84), (0.76, 0, 0.22, 0.84)], below=0.55
    )
    low, high = verdicts.printed_ends(printed)
    for at, lab in enumerate(order):
        thick = min(0.6, 0.07 * len(order))  # a few rows fill the panel too
        _row(left, at, thick, table[table["lab"] == lab], unfinished[unfinished["lab"] == lab])
    left.set_yticks(range(len(order)), order)
    left.tick_params(axis="y", labelcolor=style.INK)
    left.set_ylim(len(order) - 0.4, -0.6)
    longest = max([6, *table["months"], *(unfinished["months"] * 1.05)])
    left.set_xlim(0, longest * 1.04)
    left.set_xlabel("months", fontsize=8.5)
    left.grid(True, axis="x")
    left.grid(False, axis="y")
    left.axvspan(low, high, color=BAND, lw=0, zorder=0)
    _above(left, (low + high) / 2, f"printed: {printed['printed']}", weight="bold", data=True)
    _legend(left, table, unfinished)
    _above(left, 1, "median", dx=26)
    _above(left, 1, "gaps", dx=66)
    right.axhspan(high, verdicts.printed_interval(printed)[1], color=NEAR, lw=0, zorder=0)
    right.axhspan(low, high, color=BAND, lw=0, zorder=0)
    _choices(right, choices, printed)
    return figure


def plotted(
    table: pd.DataFrame, unfinished: pd.DataFrame, choices: pd.DataFrame, printed: dict, ledger: str
) -> pd.DataFrame:
    """The drawn values of ``release_gaps``.

    One row per drawn value, with the columns ``snapshot`` and ``row`` of what it comes from.
    ``ledger`` is the snapshot of the printed range; the other arguments as in ``release_gaps``.

    >>> import pandas as pd
    >>> from airace import cadence, claims, draw_cadence, readings, snapshots
    >>> releases = snapshots.load("model_releases/2026-07-19").query("headline")
    >>> printed = claims.ledger("article/2026-03-10")["update-interval"]
    >>> renewed = cadence.renewals(releases[releases["lab"].isin(["DeepSeek", "OpenAI"])], 10)
    >>> day = pd.Timestamp("2026-03-10")
    >>> gaps = cadence.ending_in(cadence.gaps(renewed), day)
    >>> unfinished = cadence.still_open(renewed, day)
    >>> choices = readings.by_merge_days({"all": releases}, day)
    >>> drawn = draw_cadence.plotted(gaps, unfinished, choices, printed, "article/2026-03-10")
    >>> drawn["panel"].unique().tolist()
    ['printed', 'gaps', 'choices']
    """
    source = {"panel": "printed", "snapshot": ledger, "row": printed["claim_id"]}
    parts = [
        pd.DataFrame([source | {"months": printed[end]} for end in ("value_low", "value_high")]),
        table.assign(panel="gaps", open=False),
        unfinished.assign(panel="gaps", open=True),
        choices.assign(panel="choices", months=choices["median"]),
    ]
    return pd.concat([part.reindex(columns=COLUMNS).astype("object") for part in parts])


def describe(table: pd.DataFrame, printed: dict, title: str) -> str:
    """Alt text: the median gap of each lab, in months, with the number of gaps.

    Arguments as in ``release_gaps``.

    >>> import pandas as pd
    >>> from airace import claims, draw_cadence, paths
    >>> dates = ["date_from", "date_to"]
    >>> gaps = pd.read_csv(paths.processed() / "release_gaps.csv", parse_dates=dates)
    >>> day = pd.Timestamp("2026-03-10")
    >>> printed = claims.ledger("article/2026-03-10")["update-interval"]
    >>> print(draw_cadence.describe(gaps[gaps["lab"] == "DeepSeek"], printed, "A title"))
    Strip chart of the months between headline releases by lab, the printed one to two months
    shaded, and lines of the pooled median by the days within which releases count as one. A title.
    Medians: DeepSeek 2.1 (5 gaps).
    """
    known = cadence.by_lab(table).itertuples()
    medians = "; ".join(f"{r.lab} {r.median:.1f} ({_count(r.gaps)})" for r in known)
    return (
        f"Strip chart of the months between headline releases by lab, the printed {printed['printed']} "
        "shaded, and lines of the pooled median by the days within which releases count as one. "
        f"{title}. Medians: {medians or 'none, as no gap ended'}."
    )


def _row(axes: Axes, at: int, thick: float, ended: pd.DataFrame, unfinished: pd.DataFrame) -> None:
    """Draw the gaps of one lab on the line ``at``: box and marks, the open gap, median and number."""
    enough = len(ended) >= cadence.LEAST
    country = _region(unfinished["country"].iloc[0])
    tint, marker = style.colour(country) if enough else style.PALE, style.MARKERS[country]
    if len(ended) >= BOXED:
        sns.boxplot(x=ended["months"], y=[at] * len(ended), orient="h", native_scale=True, ax=axes,
                    width=thick, color=BOX, whis=0, showfliers=False, showcaps=False, linewidth=0.9,
                    linecolor=style.GREY, medianprops={"color": style.INK, "lw": 2.4})  # fmt: skip
    elif enough:
        axes.vlines(
            ended["months"].median(), at - thick / 2, at + thick / 2, color=style.INK, lw=2.4
        )
    for weak, rows in ended.groupby("weak"):
        axes.plot(rows["months"], [at] * len(rows), marker, ms=6.4, mfc=tint, mec="white", mew=0.7, ls="none",
                  alpha=0.45 if weak else 0.9, zorder=4)  # fmt: skip
    for months in unfinished["months"]:
        style.more_than(axes, months, at + 0.66 * thick, (15, 0), tint, lw=1.2)
        axes.plot(months, at + 0.66 * thick, "|", ms=6, mew=1.8, color=tint, zorder=4)
    tint = style.INK if enough else style.GREY
    said = f"{ended['months'].median():.1f}" if enough else "–"
    for dx, text, weight in ((26, said, "bold"), (66, str(len(ended)), "normal")):
        axes.annotate(text, (1, at), (dx, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
                      ha="center", va="center", fontsize=8.5, color=tint, weight=weight)  # fmt: skip


def _legend(axes: Axes, table: pd.DataFrame, unfinished: pd.DataFrame) -> None:
    """Say in one line above the panels what the marks mean; what is not drawn is not named."""

    def mark(marker: str, tint: str, **look: object) -> Line2D:
        return Line2D([], [], marker=marker, color=tint, ls="none", **look)

    there = set(unfinished["country"].map(_region))
    items = [
        (mark(m, style.colour(c), mec="white", ms=6.4), c)
        for c, m in style.MARKERS.items()
        if c in there
    ]
    drawn = table.groupby("lab")["months"].transform("size")
    if table["weak"].any():
        faint = style.colour(_region(table.loc[table["weak"], "country"].iloc[0]))
        items.append((mark("o", faint, mec="white", ms=6.4, alpha=0.45), "weak source"))
    if set(unfinished["lab"]) - set(table.loc[drawn >= cadence.LEAST, "lab"]):
        items.append(
            (mark("o", style.PALE, mec="white", ms=6.4), f"lab with under {cadence.LEAST} gaps")
        )
    if len(unfinished):
        items.append(((mark("|", style.GREY, mew=1.8), mark(">", style.GREY, ms=5)), "still open"))
    if (drawn >= cadence.LEAST).any():
        items.append((mark("|", style.INK, ms=9, mew=2.4), "median"))
    if (drawn >= BOXED).any():
        items.append((Patch(fc=BOX, ec=style.GREY), f"middle half, from {BOXED} gaps"))
    if not items:
        return
    handles, names = zip(*items)
    axes.legend(handles, names, loc="lower left", bbox_to_anchor=(-0.345, 1.075), ncols=len(items), fontsize=8,
                frameon=False, handlelength=1.1, handletextpad=0.35, columnspacing=1.2, borderpad=0,
                labelcolor=style.GREY, handler_map={tuple: HandlerTuple(ndivide=None, pad=0)})  # fmt: skip


def _above(
    axes: Axes, x: float, text: str, dx: float = 0, weight: str = "normal", data: bool = False
) -> None:
    """Write a heading above the axes, at a value or at a fraction of their width."""
    across = "data" if data else "axes fraction"
    tint = style.INK if data else style.GREY
    axes.annotate(text, (x, 1), (dx, 5), xycoords=(across, "axes fraction"), textcoords="offset points",
                  ha="center", va="bottom", fontsize=8.5, weight=weight, color=tint)  # fmt: skip


def _choices(axes: Axes, choices: pd.DataFrame, printed: dict) -> None:
    """Draw the pooled median over the width of the merging; the dot is the verdicts' definition."""
    high, rounded = verdicts.printed_ends(printed)[1], verdicts.printed_interval(printed)[1]
    axes.axhline(rounded, color=style.GREY, lw=1, ls=(0, (1, 2)))
    text = f"rounds to {high:g} months"
    style.note(axes, readings.WIDEST, high + 0.18, text, dx=-3, fontsize=7.5, color=style.GREY)
    for number, (name, rows) in enumerate(choices.groupby("models", sort=False)):
        dash, face, y = (("--", "white", 3.15), ("-", style.ACCENT, 1.78))[number == 0]
        axes.step(
            rows["merge_days"], rows["median"], dash, where="post", color=style.ACCENT, lw=1.6
        )
        at = rows[rows["merge_days"] == cadence.MERGE_DAYS].iloc[0]
        axes.plot(
            at["merge_days"], at["median"], "o", ms=6, mfc=face, mec=style.ACCENT, mew=1.5, zorder=4
        )
        style.note(axes, 0, y, f"{name}: {at['median']:.1f}", dx=2, fontsize=8, color=style.ACCENT)
    axes.set_xlim(0, readings.WIDEST)
    axes.set_ylim(0, 3.5)
    axes.set_xticks([0, cadence.MERGE_DAYS, 20, readings.WIDEST])
    axes.set_yticks(range(4))
    axes.set_xlabel("releases within so many days\ncount as one", fontsize=8.5)
    axes.set_title("Median, major Chinese labs")


def _region(country: str) -> str:
    return {"France": "EU"}.get(country, country)


def _count(gaps: int) -> str:
    return "1 gap" if gaps == 1 else f"{gaps} gaps"


def _window(months: int, day: pd.Timestamp) -> str:
    return f"the {months} months to {words.day(day)}"
