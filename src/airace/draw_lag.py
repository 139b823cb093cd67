"""The lag figure of 04-capability-gap: two frontiers, and the months between them day by day."""

from __future__ import annotations

import re

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from airace import draw_answers, lag, style, words
from airace.downloads import months_between
from airace.figures import one_scope

SPAN = pd.Timestamp("2023-01-01"), pd.Timestamp("2026-06-20")
LONGEST = 20  # months, end of the axis
NAMED_DROP = 3  # months: a Chinese record that shortens the lag by more is named,
LOW = 4  # months: where the lag falls below this, so that no line runs through the name
LATE = pd.Timestamp("2025-05-01")  # from here on there is no room to the right of a day
PANELS = [(0.045, 0.5, 0.525, 0.455), (0.045, 0, 0.525, 0.4), (0.775, 0, 0.165, 0.955)]


def figure(
    models: pd.DataFrame,
    looks: pd.DataFrame,
    told: pd.DataFrame,
    printed: pd.DataFrame,
    definition: str,
    title: str,
) -> Figure:
    """Draw both frontiers, the lag day by day below them, and the answers ``told`` beside them.

    ``looks`` are the days whose lag is marked, the article's last; ``printed`` holds the limits that
    are printed, in months.

    ``models`` is the snapshot of the index, ``told`` comes from ``draw_answers.answers``.

    >>> import pandas as pd
    >>> from airace import claims, draw_answers, draw_lag, lag, snapshots
    >>> models = snapshots.load("capability_index/2026-03-09")
    >>> looks = pd.DataFrame([lag.on_day(models, day) for day in ("2025-03-10", "2026-03-10")])
    >>> reported = snapshots.load("capability_reported/2026-05-01").query("unit == 'months'")
    >>> defined = lag.definitions(models, 2023, "2026-03-10")
    >>> told = draw_answers.answers(defined, looks[::-1], reported)
    >>> statement = claims.ledger("article/2026-03-10")["shin-half-year"]
    >>> printed = pd.DataFrame([statement]).assign(label="half a year")
    >>> figure = draw_lag.figure(models, looks, told, printed, "article day", "A title")
    >>> len(figure.axes)
    3
    """
    subtitle = (
        f"{models['scope'].iloc[0]}. The lag is the time since a US model first had the score of the best Chinese "
        "model; it grows day by day until a better Chinese model comes out. Hollow circle: after the article."
    )
    picture, (scores, lags, side) = style.canvas(title, subtitle, 6.5, PANELS, below=0.3)
    rises = teeth(lag.by_release(one_scope(models)), looks["day"].iloc[-1])
    scores.hlines(rises["value"], rises["ahead_date"], rises["date"], color=style.PALE, lw=0.8)
    told_below = {*looks["model"], *looks["ahead_model"]}
    for country in (lag.LEADER, lag.FOLLOWER):
        own = lag.records(models, country)
        _frontier(scores, own, country, looks["day"].iloc[-1], told_below)
    for row in looks.itertuples():
        _marked(scores, row, last=row.day == looks["day"].iloc[-1])
    _lags(lags, rises, looks)
    draw_answers.draw(side, told, printed, definition)
    scores.set_title("Best score so far, index points")
    scores.set_ylim(85, 164)
    years = pd.date_range(*SPAN, freq="YS")
    for axes, names in [(scores, [""] * len(years)), (lags, [f"Jan {d.year}" for d in years])]:
        axes.set_xlim(*SPAN)
        axes.set_xticks(years, names)
        axes.axvline(looks["day"].iloc[-1], color=style.PALE, lw=1, zorder=0)
    return picture


def teeth(released: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Return each record with the day ``until`` which it stood and the lag on that day."""
    until = [*released["date"].iloc[1:], day]
    grown = [months_between(a, b) for a, b in zip(released["date"], until)]
    return released.assign(until=until, months_until=released["months"] + grown)


def _frontier(
    axes: Axes, own: pd.DataFrame, country: str, day: pd.Timestamp, told: set[str]
) -> None:
    """Draw the best score so far as steps; named are the longest-standing record and the last US one.

    Models that are ``told`` elsewhere in the picture are not named again.
    """
    tint, last = style.colour(country), own.iloc[-1]
    axes.step([*own["date"], day], [*own["value"], last["value"]], where="post", color=tint, lw=1.6)
    axes.plot(own["date"], own["value"], style.MARKERS[country], color=tint, ms=4.5, ls="none")
    long = own.loc[own["date"].diff().shift(-1).idxmax()]
    up = country == lag.LEADER
    name = country if long["model"] in told else f"{country}: {_short(long['model'])}"
    style.note(axes, long["date"], long["value"], name, dx=3, dy=8 if up else -9, color=tint, weight="bold")  # fmt: skip
    if up:
        style.note(axes, last["date"], last["value"], _short(last["model"]), dx=-7, dy=4, fontsize=8, color=tint)  # fmt: skip


def _marked(axes: Axes, row: object, last: bool) -> None:
    """Draw the lag of one day as a heavy line from the US model to that day, labelled below."""
    axes.hlines(row.value, row.ahead_date, row.day, color=style.ACCENT, lw=2.8, zorder=4)
    ends = [row.ahead_date, row.day]  # closed like a measure, to tell it from a line of scores
    axes.plot(ends, [row.value] * 2, "|", ms=12, mew=2, color=style.ACCENT, zorder=5)
    left = last or row.day > LATE
    text = f"{row.months:.1f} months:\n{_short(row.model)}\nbehind {_short(row.ahead_model)}"
    leader = {"arrowstyle": "-", "color": style.ACCENT, "lw": 0.7, "shrinkA": 0, "shrinkB": 2,
              "relpos": (float(left), 1)}  # fmt: skip
    place = {"dx": -3 if left else 3, "dy": -88 if last else -36, "ha": "right" if left else "left"}
    style.note(axes, row.day, row.value, text, fontsize=8, color=style.ACCENT, arrowprops=leader, **place)  # fmt: skip


def _lags(axes: Axes, rises: pd.DataFrame, looks: pd.DataFrame) -> None:
    """Draw the daily lag: it rises by a day a day and falls when a Chinese model passes a US record."""
    tint, own = style.ACCENT, style.colour(lag.FOLLOWER)
    before = rises["months_until"].shift()
    for row, top in zip(rises.itertuples(), before):
        ends = [row.date, row.until], [row.months, row.months_until]
        axes.plot(*ends, color=tint, lw=1.6, ls=(0, (2, 1.5)) if row.bound == "lower" else "-")
        axes.plot([row.date] * 2, [top, row.months], color=style.PALE, lw=0.8, zorder=1)
        if row.bound == "lower":
            style.lower_bound(axes, row.date, row.months, 11, color=tint)
        else:
            axes.plot([row.date], [row.months], style.MARKERS[lag.FOLLOWER], ms=4.5, color=own, zorder=3)  # fmt: skip
        if top - row.months > NAMED_DROP and row.months < LOW:
            style.note(axes, row.date, row.months, _short(row.model), dx=-7, fontsize=8, color=own)
    first = rises.iloc[0]
    if first["bound"] == "lower":
        style.note(axes, first["date"], first["months"], "at least", dx=-8, dy=4, fontsize=8, color=tint)  # fmt: skip
    for row in looks.itertuples():
        axes.plot([row.day], [row.months], "o", ms=6, color=tint, zorder=4)
        style.note(axes, row.day, row.months, f"{row.months:.1f}", dx=4, dy=-10, weight="bold", color=tint)  # fmt: skip
    style.note(axes, looks["day"].iloc[-1], LONGEST, "article", dx=-3, dy=-6, color=style.GREY)
    axes.set_title("The lag day by day, months")
    axes.set_ylim(0, LONGEST)


def _short(model: str) -> str:
    """The name without month and without a size of three digits."""
    return re.sub(r" \(.*|-\d{3}B.*", "", model)


def plotted(
    models: pd.DataFrame, looks: pd.DataFrame, told: pd.DataFrame, printed: pd.DataFrame
) -> pd.DataFrame:
    """The drawn values of ``figure``: scores, lags (at both ends of each rise), answers, printed limits.

    One row per drawn value, with the columns ``snapshot`` and ``row`` of what it comes from.

    >>> import pandas as pd
    >>> from airace import claims, draw_answers, draw_lag, lag, snapshots
    >>> models = snapshots.load("capability_index/2026-03-09")
    >>> looks = pd.DataFrame([lag.on_day(models, day) for day in ("2025-03-10", "2026-03-10")])
    >>> reported = snapshots.load("capability_reported/2026-05-01").query("unit == 'months'")
    >>> defined = lag.definitions(models, 2023, "2026-03-10")
    >>> told = draw_answers.answers(defined, looks[::-1], reported)
    >>> statement = claims.ledger("article/2026-03-10")["shin-half-year"]
    >>> printed = pd.DataFrame([statement]).assign(label="half a year")
    >>> draw_lag.plotted(models, looks, told, printed)["part"].unique().tolist()
    ['score', 'lag', 'marked day', 'answer', 'printed']
    """
    scores = pd.concat([lag.records(models, c) for c in (lag.LEADER, lag.FOLLOWER)])
    rises = teeth(lag.by_release(models), looks["day"].iloc[-1]).assign(part="lag")
    marked = pd.concat([rises, looks.assign(part="marked day", date=looks["day"])])
    marked["row"] = [lag.used(marked.iloc[[n]]) for n in range(len(marked))]
    marked["label"] = marked["model"] + " behind " + marked["ahead_model"]
    parts = [
        scores.assign(part="score", label=scores["model"]),
        marked.drop(columns="value"),
        told.assign(part="answer"),
        printed.drop(columns="value").assign(part="printed", months=printed["value"]),
    ]
    columns = ["part", "country", "label", "date", "value", "months", "until", "months_until", "low", "high",
               "bound", "followup", "snapshot", "row"]  # fmt: skip
    return pd.concat([p.reindex(columns=columns).dropna(axis=1, how="all") for p in parts])[columns]


def describe(told: pd.DataFrame, looks: pd.DataFrame, title: str) -> str:
    """Alt text: what is drawn and every answer.

    Arguments as in ``figure``.

    >>> import pandas as pd
    >>> from airace import draw_answers, draw_lag, lag, snapshots
    >>> models = snapshots.load("capability_index/2026-03-09")
    >>> looks = pd.DataFrame([lag.on_day(models, day) for day in ("2025-03-10", "2026-03-10")])
    >>> reported = snapshots.load("capability_reported/2026-05-01").query("unit == 'months'")
    >>> defined = lag.definitions(models, 2023, "2026-03-10")
    >>> told = draw_answers.answers(defined, looks[::-1], reported)
    >>> print(draw_lag.describe(told.head(2), looks, "A title"))
    Step lines of the best scores of US and Chinese models on the Epoch Capabilities Index, below
    them the lag of the Chinese line in months day by day, beside them the lag by definition. on 10
    March 2025 DeepSeek-R1 is 2.7 months behind o1; on 10 March 2026 Kimi K2.5 is 9.0 months behind
    o3-pro. Months: on 10 Mar 2026 9.0; mean of 12 releases 6.0. A title.
    """
    said = "; ".join(f"{r.label} {draw_answers.value(r)}" for r in told.itertuples())
    pairs = "; ".join(
        f"on {words.day(r.day)} {r.model} is {r.months:.1f} months behind {r.ahead_model}"
        for r in looks.itertuples()
    )
    return (
        "Step lines of the best scores of US and Chinese models on the Epoch Capabilities Index, below them the lag of "
        f"the Chinese line in months day by day, beside them the lag by definition. {pairs}. Months: {said}. {title}."
    )
