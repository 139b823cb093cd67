"""A figure of 10-compute-and-policy: the shares of GPU clusters under every filter."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from airace import style, words
from airace.compute import CHOICES

NAMES = {
    "standard_only": "Entries",
    "measure": "Measure",
    "superseded_rule": "Superseded\nclusters",
    "date": "Running by",
}
NARROW = 0.9  # rows of the grid between two choices


def headline(filtered: pd.DataFrame, focus: int) -> str:
    """Say under how many filters the US leads, and how far the Chinese share moves.

    ``filtered`` comes from ``compute.filters``; ``focus`` is the position of the marked filter.

    >>> from airace import compute, draw_compute, snapshots
    >>> filtered = compute.filters(snapshots.load("gpu_clusters/2026-04-24"))
    >>> print(draw_compute.headline(filtered, 0))
    The US leads in GPU clusters under all 36 filters; the Chinese share is 7 to 27 percent, 7 under
    the one marked
    """
    leads = int((filtered["usa"] > filtered["china"]).sum())
    under = f"all {len(filtered)}" if leads == len(filtered) else f"{leads} of {len(filtered)}"
    low, high = filtered["china"].min(), filtered["china"].max()
    return (
        f"The US leads in GPU clusters under {under} filters; the Chinese share is "
        f"{low:.0f} to {high:.0f} percent, {filtered['china'][focus]:.0f} under the one marked"
    )


def specifications(
    filtered: pd.DataFrame,
    reported: pd.DataFrame,
    effects: pd.DataFrame,
    focus: int,
    title: str,
) -> Figure:
    """Draw both shares under every filter, sorted by the Chinese one, over the grid of choices.

    ``filtered`` comes from ``compute.filters``, ``effects`` from ``compute.effects``; ``focus``
    is the position of the filter to mark. ``reported`` are published figures by metric: the two shares,
    the number of clusters behind them, and the ends of the estimated coverage. Shares are written
    without decimals, because the entries of Chinese clusters are rounded to one digit.

    >>> from airace import compute, draw_compute, snapshots
    >>> filtered = compute.filters(snapshots.load("gpu_clusters/2026-04-24"))
    >>> reported = snapshots.load("compute_reported/2026-04-30")
    >>> effects = compute.effects(filtered)
    >>> figure = draw_compute.specifications(filtered, reported, effects, 0, "A title")
    >>> len(figure.axes)
    2
    """
    low, high = sorted(_values(reported, "coverage"))
    (named,) = _values(reported, "clusters_counted")
    subtitle = (
        f"Share of the performance of existing GPU clusters in Epoch AI's data set ({low:.0f} to {high:.0f} percent of the "
        "world's), percent. Each column is a filter with a total of its own; the grid says which. Dotted: as published."
    )
    panels = [(0.275, 0.48, 0.56, 0.52), (0.275, 0, 0.56, 0.425)]
    figure, (above, below) = style.canvas(title, subtitle, 6.5, panels, below=0.06)
    for axes in (above, below):
        axes.set_xlim(-0.8, len(filtered) - 0.2)
        axes.axvspan(focus - 0.5, focus + 0.5, color=style.GRID, lw=0, zorder=0)
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
    _shares(above, filtered, reported[reported["metric"] == "share_of_cluster_performance"], focus)
    _same_count(above, filtered, int(named))
    _grid(below, filtered, effects, focus)
    return figure


def plotted(filtered: pd.DataFrame, reported: pd.DataFrame) -> pd.DataFrame:
    """The drawn values of ``specifications``: two shares per filter, then the published figures.

    One row per drawn value, with the columns ``snapshot`` and ``row`` of what it comes from.
    Arguments as in ``specifications``.

    >>> from airace import compute, draw_compute, snapshots
    >>> filtered = compute.filters(snapshots.load("gpu_clusters/2026-04-24"))
    >>> reported = snapshots.load("compute_reported/2026-04-30")
    >>> draw_compute.plotted(filtered, reported)["kind"].value_counts()
    kind
    filter       36
    published     5
    Name: count, dtype: int64
    """
    columns = ["kind", *CHOICES, "china", "usa", "factor", "clusters_total", "metric", "entity", "value", "bound",
               "snapshot", "row"]  # fmt: skip
    days = reported["date_to"].dt.strftime("%Y-%m-%d")
    drawn = reported.assign(kind="published", date=days)[reported["metric"] != "data_centres"]
    return pd.concat([filtered.assign(kind="filter"), drawn]).reindex(columns=columns)


def describe(filtered: pd.DataFrame, published: pd.DataFrame, effects: pd.DataFrame) -> str:
    """Alt text: the range of both shares in percent, what is published, and the effect of each
    choice.

    ``published`` are the two shares; the other arguments as in ``specifications``.

    >>> from airace import compute, draw_compute, snapshots
    >>> filtered = compute.filters(snapshots.load("gpu_clusters/2026-04-24"))
    >>> reported = snapshots.load("compute_reported/2026-04-30")
    >>> effects = compute.effects(filtered)
    >>> published = reported[reported["metric"] == "share_of_cluster_performance"]
    >>> print(draw_compute.describe(filtered, published, effects)[:90], "...")
    A dot plot of the Chinese and the US share of GPU cluster performance under 36 filters, wi ...
    """
    said = published.set_index("entity")["value"]
    low, high = filtered["usa"].min(), filtered["usa"].max()
    moved = effects.drop_duplicates("choice")
    named = moved["choice"].map(NAMES).str.lower().str.replace("\n", " ")
    parts = words.listed([f"{n} {e:.0f}" for n, e in zip(named, moved["effect"])])
    return (
        f"A dot plot of the Chinese and the US share of GPU cluster performance under {len(filtered)} filters, "
        f"with a grid of the choices below. China {filtered['china'].min():.0f} to {filtered['china'].max():.0f} percent, "
        f"USA {low:.0f} to {high:.0f}; published {said['China']:g} and about {said['USA']:g}. "
        f"Points by which each choice moves the mean Chinese share: {parts}."
    )


def _values(reported: pd.DataFrame, metric: str) -> list[float]:
    return reported.loc[reported["metric"] == metric, "value"].tolist()


def _shares(axes: Axes, filtered: pd.DataFrame, published: pd.DataFrame, focus: int) -> None:
    for column, country in (("usa", "USA"), ("china", "China")):
        tint, marker = style.COLOURS[country], style.MARKERS[country]
        axes.plot(filtered.index, filtered[column], marker, color=tint, ms=4.6, ls="none", zorder=3)
        value = filtered[column][focus]
        axes.plot([focus], [value], marker, color=tint, ms=8.5, zorder=4)
        style.note(axes, focus, value, f"{value:.0f}", dx=0, dy=12, ha="center", weight="bold")
        ends = filtered[column].iloc[[0, -1]]
        style.note(axes, -0.8, ends.iloc[0], f"{country} {ends.iloc[0]:.0f}", dx=-6, color=tint)
        style.note(axes, len(filtered) - 0.2, ends.iloc[1], f"{ends.iloc[1]:.0f}", dx=4, color=tint)
    for row in published.itertuples():
        tint = style.COLOURS[row.entity]
        axes.axhline(row.value, color=tint, lw=1.2, ls=(0, (1, 2)), zorder=1)
        about = "about " if row.bound == "approx" else ""
        text = f"published, {words.month(row.date_to)}:\n{about}{row.value:g}"
        style.note(axes, len(filtered) - 0.2, row.value, text, dx=4, color=tint, fontsize=8)
    axes.set_ylim(0, 100)
    axes.set_yticks([0, 25, 50, 75, 100])


def _same_count(axes: Axes, filtered: pd.DataFrame, named: int) -> None:
    """Point at the filters that count as many clusters as the publisher names."""
    for row in filtered[filtered["clusters_total"] == named].itertuples():
        leader = {"arrowstyle": "-", "color": style.GREY, "lw": 0.7, "shrinkA": 0, "shrinkB": 5}
        text = f"{named} clusters, the number\nthat Epoch AI names: {row.china:.0f}"
        style.note(
            axes,
            row.Index,
            row.china,
            text,
            dx=0,
            dy=-27,
            ha="center",
            fontsize=8,
            color=style.GREY,
            arrowprops=leader,
        )


def _grid(axes: Axes, filtered: pd.DataFrame, effects: pd.DataFrame, focus: int) -> None:
    position, ticks, labels = 0.0, [], []
    for choice, rows in effects.groupby("choice", sort=False):
        middle = position + (len(rows) - 1) / 2
        for decision in rows["decision"]:
            taken = filtered.index[filtered[choice] == decision]
            axes.axhline(position, color=style.GRID, lw=0.8, zorder=0)
            axes.plot(taken, [position] * len(taken), "o", ms=4, color=style.GREY, zorder=3)
            if focus in taken:
                axes.plot([focus], [position], "o", ms=7, color=style.INK, zorder=4)
            ticks.append(position)
            labels.append(_spoken(choice, decision))
            position += 1
        axes.annotate(
            NAMES[choice], (0, middle), xytext=(-165, 0), textcoords="offset points", ha="left",
            xycoords=("axes fraction", "data"), va="center", weight="bold", fontsize=8.5,
        )  # fmt: skip
        text = f"moves China's share\nby {rows['effect'].iloc[0]:.0f} points on average"
        style.note(axes, len(filtered) - 0.2, middle, text, dx=4, fontsize=8)
        position += NARROW
    axes.set_ylim(position - NARROW - 0.4, -0.6)
    axes.set_yticks(ticks, labels)
    axes.tick_params(axis="y", labelcolor=style.INK, labelsize=8)
    axes.grid(False)


def _spoken(choice: str, decision: object) -> str:
    return CHOICES[choice].get(decision) or words.day(decision)
