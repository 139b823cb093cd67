"""The leaderboard figure of 04-capability-gap: the gap by edition, and then against now."""

from __future__ import annotations

import itertools

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from airace import gap, style, words
from airace.figures import one_scope

SPAN = pd.Timestamp("2023-12-01"), pd.Timestamp("2026-07-28")
HIGHEST = 136  # points, end of the axis of the editions
PAPER = {"fc": "white", "ec": "none", "pad": 0.6}  # behind a label that stands on a line
MARKS = {"old_site": "o", "new_site": "s", "catalogue": "D"}
NAMES = {"old_site": "●\nold site", "new_site": "■\nnew site", "catalogue": "◆\nother file"}
REPORT_LABELS = [
    (-4, 12, "left"),
    (0, -16, "center"),
    (5, -12, "left"),
]  # off the marks and the grid
ROWS = {
    gap.EDITIONS: "each edition on its own scale",
    gap.ONE_SCALE["off"]: "on one scale, without style control",
    gap.ONE_SCALE["on"]: "on one scale, with style control",
    gap.REPORT: "AI Index since {:%b %Y}",
}


def figure(
    editions: pd.DataFrame, pairs: pd.DataFrame, reported: pd.DataFrame, day: object, title: str
) -> Figure:
    """Draw the gap of every edition, series by series, and the ``pairs`` of then and now.

    ``editions`` are gaps of one scoring by date, ``reported`` gaps as a report prints them, ``pairs``
    rows of ``gap.comparisons`` in arena points.

    >>> from airace import draw_gap, gap, snapshots
    >>> gaps = snapshots.load("leaderboard_gap/2025-12-11")
    >>> reported = snapshots.load("capability_reported/2026-05-01")
    >>> models = snapshots.load("capability_index/2026-03-09")
    >>> table = gap.comparisons(models, gaps, reported, "2026-03-10")
    >>> pairs = table[table["yardstick"].isin(gap.ONE_SCALE.values())]
    >>> marks = reported[reported["metric"] == "gap_points"]
    >>> figure = draw_gap.figure(gap.by_edition(gaps), pairs, marks, "2026-03-10", "A title")
    >>> len(figure.axes)
    2
    """
    subtitle = (
        "US less Chinese best score on LMArena's text leaderboard, arena points. Left: without style control; each shape is "
        "a file with its own scale. Hollow: a month that ends after the article. ±: half a 95 percent interval of the votes."
    )
    picture, (course, change) = style.canvas(
        title, subtitle, 6.1, [(0.045, 0, 0.605, 0.94), (0.71, 0, 0.27, 0.94)], 0.42
    )
    _course(course, one_scope(editions), reported, pd.Timestamp(day))
    _change(change, pairs, pd.Timestamp(day))
    return picture


def _course(axes: Axes, editions: pd.DataFrame, reported: pd.DataFrame, day: pd.Timestamp) -> None:
    axes.set_title("By edition, points")
    axes.set_xlim(*SPAN)
    axes.set_ylim(0, HIGHEST)
    now = editions.iloc[-1]
    axes.plot([SPAN[0], now["date"]], [now["value"]] * 2, color=style.INK, lw=0.9, ls=(0, (1, 2)))
    last = f"{now['value']:.0f}, the last edition"
    style.note(axes, SPAN[0], now["value"], last, dx=3, dy=-7, fontsize=8, bbox=PAPER)
    _series(axes, editions)
    ends = [editions.loc[editions["value"].idxmax()], editions.loc[editions["value"].idxmin()], now]
    for row, dx, dy in zip(ends, (6, 6, -14), (0, -2, 17)):
        text = f"{row['value']:.0f}: {row['china_model']}\nbehind {row['usa_model']}"
        style.note(
            axes, row["date"], row["value"], text, dx=dx, dy=dy, ha="left", fontsize=7.5, bbox=PAPER
        )
    for row, (dx, dy, ha) in zip(reported.sort_values("date_to").itertuples(), REPORT_LABELS):
        date = row.date_from + (row.date_to - row.date_from) / 2
        face = "white" if row.date_to > day else style.GREY
        axes.plot([date], [row.value], "^", ms=8, mec=style.GREY, mew=1.6, mfc=face, zorder=4)
        text = f"AI Index: {row.value:g}"
        style.note(
            axes,
            date,
            row.value,
            text,
            dx=dx,
            dy=dy,
            ha=ha,
            fontsize=8,
            color=style.GREY,
            bbox=PAPER,
        )
    axes.axvline(day, color=style.PALE, lw=1, zorder=0)
    style.note(axes, day, 3, "article", dx=-3, color=style.GREY)
    ticks = pd.date_range("2024-01-01", SPAN[1], freq="6MS")
    axes.set_xticks(ticks, [f"{d:%b}\n{d.year}" if d.month == 1 else f"{d:%b}" for d in ticks])


def _series(axes: Axes, editions: pd.DataFrame) -> None:
    """Draw each series in its shape, named at the top, with a dashed line where another begins."""
    drawn = list(editions.groupby("series", sort=False))
    dates = [rows["date"] for _, rows in drawn]
    edges = [a.max() + (b.min() - a.max()) / 2 for a, b in itertools.pairwise(dates)]
    for edge in edges:
        axes.axvline(edge, color=style.GREY, lw=0.9, ls="--")
    places = [(edges[0], -4, "right"), (edges[0] + (edges[1] - edges[0]) / 2, 0, "center"), (edges[1], 4, "left")]  # fmt: skip
    for (name, rows), (x, dx, ha) in zip(drawn, places):
        axes.plot(rows["date"], rows["value"], MARKS[name], ls="-", lw=1, ms=4, color=style.ACCENT)
        style.note(
            axes, x, HIGHEST, NAMES[name], dx=dx, dy=-12, ha=ha, fontsize=8, multialignment="center",
            color=style.ACCENT
        )  # fmt: skip


def _change(axes: Axes, pairs: pd.DataFrame, day: pd.Timestamp) -> None:
    """Draw an arrow from then to now for each pair; its text is above, its months are below."""
    axes.set_title("Then and now, points")
    axes.set_xlim(0, 120)
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x", visible=True)
    for place, row in enumerate(pairs.itertuples()):
        tint = style.INK if row.narrower else style.ACCENT
        arrow = {"arrowstyle": "-|>", "color": tint, "lw": 1.6, "shrinkA": 0, "shrinkB": 0,
                 "mutation_scale": 12, "fc": "white" if row.now_day > day else tint}  # fmt: skip
        axes.annotate("", (row.now_gap, place), (row.then_gap, place), arrowprops=arrow)
        axes.plot([row.then_gap], [place], "|", ms=11, mew=2, color=tint)
        then, now = _value(row.then_gap, row.then_half), _value(row.now_gap, row.now_half)
        text = f"{'narrower' if row.narrower else 'wider'}: {then} to {now}"
        when = f"{row.then_day:%b %Y} to {row.now_day:%b %Y}"
        if row.yardstick == gap.REPORT:
            when = f"to {row.now_day:%b %Y}; its scoring is not stated"
        lines = [(24, ROWS[row.yardstick].format(row.then_day), {}), (13, text, {"color": tint, "weight": "bold"}),
                 (-13, when, {"color": style.GREY})]  # fmt: skip
        for dy, line, look in lines:
            style.note(axes, 1, place, line, dx=0, dy=dy, fontsize=8, bbox=PAPER, **look)
    axes.set_yticks([])
    axes.set_ylim(len(pairs) - 0.55, -0.6)
    axes.set_xticks([0, 50, 100])


def _value(points: float, half: float) -> str:
    return f"{points:.0f} ± {half:.0f}" if half > 0 else f"{points:.0f}"


def headline(pairs: pd.DataFrame) -> str:
    """Say how the gap changed on one scale, without and with style control, and between which months.

    ``pairs`` are rows of ``gap.comparisons``, those of one scale among them.

    >>> from airace import draw_gap, gap, snapshots
    >>> gaps = snapshots.load("leaderboard_gap/2025-12-11")
    >>> reported = snapshots.load("capability_reported/2026-05-01")
    >>> models = snapshots.load("capability_index/2026-03-09")
    >>> table = gap.comparisons(models, gaps, reported, "2026-03-10")
    >>> pairs = table[table["yardstick"].isin(gap.ONE_SCALE.values())]
    >>> print(draw_gap.headline(pairs))
    From March to December 2025 the leaderboard gap narrowed from 52 to 41 points without style
    control, and widened from 47 to 59 with it
    """
    off, on = (pairs[pairs["yardstick"] == gap.ONE_SCALE[s]].iloc[0] for s in ("off", "on"))
    return (
        f"From {gap.months(off)} the leaderboard gap {_went(off)} points without style control, "
        f"and {_went(on)} with it"
    )


def _went(row: pd.Series) -> str:
    verb = "narrowed" if row["narrower"] else "widened"
    return f"{verb} from {row['then_gap']:.0f} to {row['now_gap']:.0f}"


def plotted(editions: pd.DataFrame, pairs: pd.DataFrame, reported: pd.DataFrame) -> pd.DataFrame:
    """The drawn values of ``figure``: gaps by edition, as reported, and pairs of then and now.

    One row per drawn value, with the columns ``snapshot`` and ``row`` of what it comes from.
    Arguments as in ``figure``.

    >>> from airace import draw_gap, gap, snapshots
    >>> gaps = snapshots.load("leaderboard_gap/2025-12-11")
    >>> reported = snapshots.load("capability_reported/2026-05-01")
    >>> models = snapshots.load("capability_index/2026-03-09")
    >>> table = gap.comparisons(models, gaps, reported, "2026-03-10")
    >>> pairs = table[table["yardstick"].isin(gap.ONE_SCALE.values())]
    >>> marks = reported[reported["metric"] == "gap_points"]
    >>> drawn = draw_gap.plotted(gap.by_edition(gaps), pairs, marks)
    >>> drawn[["part", "then_gap", "now_gap"]].tail(2).round(1)
                part  then_gap  now_gap
    13  then and now      51.8     40.8
    14  then and now      47.1     58.8
    """
    marks = reported.assign(part="as reported", series="AI Index", date=reported["date_to"])
    parts = [
        editions.assign(part="edition"),
        marks,
        pairs.assign(part="then and now", series=pairs["yardstick"]),
    ]
    columns = ["part", "series", "date", "value", "then_day", "then_gap", "then_half", "now_day", "now_gap",
               "now_half", "narrower", "snapshot", "row"]  # fmt: skip
    return pd.concat([p.reindex(columns=columns).dropna(axis=1, how="all") for p in parts])[columns]


def describe(editions: pd.DataFrame, pairs: pd.DataFrame, title: str) -> str:
    """Alt text: the course by its ends and extremes, and every pair.

    Arguments as in ``figure``.

    >>> from airace import draw_gap, gap, snapshots
    >>> gaps = snapshots.load("leaderboard_gap/2025-12-11")
    >>> reported = snapshots.load("capability_reported/2026-05-01")
    >>> models = snapshots.load("capability_index/2026-03-09")
    >>> table = gap.comparisons(models, gaps, reported, "2026-03-10")
    >>> pairs = table[table["yardstick"].isin(gap.ONE_SCALE.values())]
    >>> print(draw_gap.describe(gap.by_edition(gaps), pairs, "A title"))
    Line chart of the gap between the best US and the best Chinese model on a leaderboard in 94
    editions, in three pieces: 47 on 7 July 2024, 107 on 19 September 2024, 20 on 6 November 2025,
    41 on 11 December 2025. Beside it arrows from then to now: LMArena without style control, one
    scale: 52 in March 2025, 41 in December 2025; LMArena with style control, one scale: 47 in March
    2025, 59 in December 2025. A title.
    """
    first, last = editions.iloc[0], editions.iloc[-1]
    high, low = editions.loc[editions["value"].idxmax()], editions.loc[editions["value"].idxmin()]
    points = ", ".join(
        f"{r['value']:.0f} on {words.day(r['date'])}" for r in (first, high, low, last)
    )
    changes = "; ".join(
        f"{r.yardstick}: {r.then_gap:.0f} in {words.month(r.then_day)}, {r.now_gap:.0f} in {words.month(r.now_day)}"
        for r in pairs.itertuples()
    )
    return (
        f"Line chart of the gap between the best US and the best Chinese model on a leaderboard in {len(editions)} editions, "
        f"in three pieces: {points}. Beside it arrows from then to now: {changes}. {title}."
    )
