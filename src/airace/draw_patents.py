"""A figure of 07-patents: China's lead over another country by count and field."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from airace import style, words
from airace.patents import FIELDS, KINDS

OVERALL = "overall"
TICKS = [1, 2, 5, 10, 20, 50]
GAP = 0.75  # rows of room between what came before the article and what came after it


def headline(table: pd.DataFrame, over: str) -> str:
    """Say whether China leads, and in which fields by more than overall, up to the article.

    ``table`` comes from ``patents.leads`` over the country ``over``.

    >>> from airace import draw_patents, patents, snapshots
    >>> table = patents.leads(snapshots.load("patents/2026-09-15"), "2026-03-10", "USA")
    >>> print(draw_patents.headline(table, "USA"))
    China is ahead of the US in every count; in computer vision by more than overall in 1 of 3
    counts; in language and speech by less than overall
    """
    known = table[~table["followup"]]
    ahead = (known["ratio"] > 1).sum()
    often = "every count" if ahead == len(known) else f"{ahead} of {len(known)} counts"
    parts = [f"China is ahead of {words.the(over)} in {often}"]
    said: dict[str, list[str]] = {}
    for field in [f for f in FIELDS if f in set(table["field"])]:
        larger = known.loc[known["field"] == field, "larger"]
        more = f"by more than overall in {larger.sum()} of {len(larger)} counts"
        way = (
            "not counted up to the article" if larger.empty
            else "by more than overall" if larger.all()
            else more if larger.any()
            else "by less than overall"
        )  # fmt: skip
        said.setdefault(way, []).append(FIELDS[field])
    return "; ".join([*parts, *(f"in {words.listed(names)} {way}" for way, names in said.items())])


def leads(table: pd.DataFrame, over: str, title: str) -> Figure:
    """Draw China's lead by count (rows) and field (panels) as a ratio on a log axis.

    ``table`` comes from ``patents.leads``. The first panel holds the ratio of all AI, which stands as
    an upright stroke in the panels of the fields.

    >>> from airace import draw_patents, patents, snapshots
    >>> table = patents.leads(snapshots.load("patents/2026-09-15"), "2026-03-10", "USA")
    >>> figure = draw_patents.leads(table, "USA", "A title")
    >>> len(figure.axes)
    4
    """
    subtitle = (
        f"China\u2019s AI patents divided by those of {words.the(over)}, within one dataset and kind of count (log scale, 1 is "
        "parity). Stroke: all AI in the same count. Hollow: after the article. CAT: Country Activity Tracker; NCSES: a US agency."
    )
    fields = [f for f in FIELDS if f in set(table["field"])]
    count, left, gap = 1 + len(fields), 0.19, 0.022
    width = (0.985 - left) / count - gap
    panels = [(left + n * (width + gap), 0, width, 0.93) for n in range(count)]
    places = _places(table)
    figure, axes = style.canvas(
        title, subtitle, max(4.5, 2.5 + 0.5 * len(places)), panels, below=0.4
    )
    for panel, field in zip(axes, [OVERALL, *fields]):
        rows = table[table["field"] == field] if field in FIELDS else _whole(table)
        _frame(panel, places, table["ratio"].max(), set(rows["scope_id"]))
        panel.set_title(FIELDS.get(field, OVERALL).capitalize())
        for row in rows.itertuples():
            _mark(panel, row, places[row.scope_id])
        for scope_id in sorted(set(places) - set(rows["scope_id"])):
            panel.text(0.5, places[scope_id], "not counted", transform=panel.get_yaxis_transform(),
                       ha="center", va="center", fontsize=8, color=style.GREY,
                       bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5})  # fmt: skip
    names = [_name(r) for r in table.drop_duplicates("scope_id").itertuples()]
    axes[0].set_yticks(list(places.values()), names)
    axes[0].tick_params(axis="y", labelleft=True, labelcolor=style.INK)
    if fields:
        first = table[table["field"] == fields[0]].iloc[0]
        side = 1 if first["ratio"] < first["overall"] else -1
        style.note(
            axes[1],
            first["overall"],
            places[first["scope_id"]],
            OVERALL,
            dx=5 * side,
            dy=9,
            fontsize=8,
        )
    later = table.loc[table["followup"], "scope_id"]
    if len(later):
        cut = places[later.iloc[0]] - (1 + GAP) / 2
        axes[0].annotate("after the article:", (0, cut), xycoords=axes[0].get_yaxis_transform(), xytext=(-9, 0),
                         textcoords="offset points", ha="right", va="center", fontsize=8.5, color=style.GREY)  # fmt: skip
    return figure


def plotted(table: pd.DataFrame) -> pd.DataFrame:
    """The drawn values of ``leads``.

    One row per drawn value, with the columns ``snapshot`` and ``row`` of what it comes from.

    >>> from airace import draw_patents, patents, snapshots
    >>> table = patents.leads(snapshots.load("patents/2026-09-15"), "2026-03-10", "USA")
    >>> draw_patents.plotted(table)[["scope_id", "field", "ratio"]].head(2).round(1)
                       scope_id            field  ratio
    0  cat_2024_12_applications              all    5.6
    1  cat_2024_12_applications  computer_vision    4.4
    """
    return table[["scope_id", "field", "metric", "date_from", "date_to", "china", "other", "other_count",
                  "ratio", "overall", "larger", "percent_of_all", "followup", "snapshot", "row"]]  # fmt: skip


def describe(table: pd.DataFrame, over: str, title: str) -> str:
    """Alt text: the ratio of every count and field.

    Arguments as in ``leads``.

    >>> from airace import draw_patents, patents, snapshots
    >>> table = patents.leads(snapshots.load("patents/2026-09-15"), "2026-03-10", "USA")
    >>> print(draw_patents.describe(table.head(2), "USA", "A title"))
    Dot plot of the ratio China to the US on a log scale. CAT, Dec 2024, filings: overall 5.6,
    computer vision 4.4. A title.
    """
    parts = []
    for scope in table["scope_id"].unique():
        rows = table[table["scope_id"] == scope]
        name = _name(rows.iloc[0]).replace("\n", ", ")
        ratios = ", ".join(
            f"{FIELDS.get(r.field, OVERALL)} {r.ratio:.1f}" for r in rows.itertuples()
        )
        parts.append(f"{name}: {ratios}")
    return f"Dot plot of the ratio China to {words.the(over)} on a log scale. {'; '.join(parts)}. {title}."


def _whole(table: pd.DataFrame) -> pd.DataFrame:
    return table[~table["field"].isin(FIELDS)]


def _places(table: pd.DataFrame) -> dict[str, float]:
    """The height of each count, downwards, with a gap before the follow-up."""
    scopes = table.drop_duplicates("scope_id")
    return {r.scope_id: n + GAP * r.followup for n, r in enumerate(scopes.itertuples())}


def _frame(axes: Axes, places: dict[str, float], largest: float, counted: set[str]) -> None:
    axes.set_xscale("log")
    axes.set_xlim(0.9, max(largest, 2) * 1.4)
    ticks = [t for t in TICKS if t <= largest * 1.4]
    axes.set_xticks(ticks, [str(t) for t in ticks])
    axes.minorticks_off()
    axes.set_ylim(max(places.values()) + 0.5, -0.62)
    axes.set_yticks([])
    axes.grid(False)
    axes.grid(True, axis="x")
    axes.axvline(1, color=style.GREY, lw=1.1, zorder=1)
    for scope_id in sorted(counted):
        axes.axhline(places[scope_id], color=style.GRID, lw=0.8, zorder=0)


def _mark(axes: Axes, row: object, place: float) -> None:
    tint, weight, beside = style.colour("China"), "normal", {"dx": 0, "ha": "center"}
    start = 1
    if row.field in FIELDS:
        start, larger = row.overall, row.ratio > row.overall
        weight = "bold" if larger else "normal"
        beside = {"dx": -3, "ha": "left"} if larger else {"dx": 3, "ha": "right"}  # off the stroke
        axes.plot([row.overall], [place], marker="|", ms=15, mew=1.7, color=style.INK, zorder=3)
    axes.plot([start, row.ratio], [place, place], color=tint, lw=1.6, zorder=2)
    axes.plot([row.ratio], [place], marker=style.MARKERS["China"], ms=6.5, mec=tint, mew=1.5, ls="none",
              mfc="white" if row.followup else tint, zorder=4)  # fmt: skip
    style.note(axes, row.ratio, place, f"{row.ratio:.1f}", dy=14, weight=weight, **beside)


def _name(row: object) -> str:
    if pd.isna(row.date_from):
        when = f"{row.date_to:%b %Y}"
    else:
        when = words.as_of(row.date_from, row.date_to).replace(" to ", "\u2013")
    only = "generative AI " if row.field == "generative_ai" else ""
    return f"{row.dataset}, {when}\n{only}{KINDS[row.metric]}"
