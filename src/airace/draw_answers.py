"""The right-hand panel of the lag figure of 04-capability-gap: one lag, many definitions."""

from __future__ import annotations

import itertools
import textwrap

import pandas as pd
from matplotlib.axes import Axes

from airace import lag, style, words

LONGEST = 20  # months, end of the axis
WIDEST = 27  # characters of a label in one line
TALL = 0.32  # rows by which a label of two lines pushes its neighbours away
PUBLISHED = "As published"
SAID = {
    lag.ON_THE_DAY: "On {day} the best Chinese model is {months:.1f} months behind",
    "mean by release": "Since {since} Chinese record models came {months:.1f} months behind on average",
    "median by release": "Since {since} the median Chinese record model came {months:.1f} months behind",
    "daily average": "On the average day since {since} China is {months:.1f} months behind",
    "last 12 months": "On the average day of the last 12 months China is {months:.1f} months behind",
}


def answers(defined: pd.DataFrame, days: pd.DataFrame, reported: pd.DataFrame) -> pd.DataFrame:
    """Return a line per answer: group, label, months, low, high, definition, followup, snapshot, row.

    ``defined`` comes from ``lag.definitions``; ``days`` are lags on single days, the article's first and
    the longest last; ``reported`` are published lags in months.

    >>> import pandas as pd
    >>> from airace import draw_answers, lag, snapshots
    >>> models = snapshots.load("capability_index/2026-03-09")
    >>> defined = lag.definitions(models, 2023, "2026-03-10")
    >>> days = pd.DataFrame([lag.on_day(models, day) for day in ("2025-03-10", "2026-03-10")])
    >>> reported = snapshots.load("capability_reported/2026-05-01").query("unit == 'months'")
    >>> lines = draw_answers.answers(defined, days[::-1], reported)
    >>> lines[["group", "label", "months"]].head(2).round(1)
                           group                label  months
    0  By definition, since 2023       on 10 Mar 2026     9.0
    1  By definition, since 2023  mean of 12 releases     6.0
    """
    counts, names = defined["count"].tolist(), [f"{d.day} {d:%b %Y}" for d in days["day"]]
    ours = defined.assign(
        group=f"By definition, since {defined['since'].iloc[1].year}",
        label=[f"on {names[0]}", f"mean of {counts[1]} releases", f"median of {counts[2]} releases",
               "mean of all days", "mean of last 12 months"],
        snapshot=days["snapshot"].iloc[0],
    )  # fmt: skip
    others = days.assign(
        group="On other days",
        label=[f"on {name}" for name in names[:-1]] + [f"longest: {names[-1]}"],
        row=[lag.used(days.iloc[[n]]) for n in range(len(days))],
    ).iloc[1:]
    told = reported.set_index("metric", drop=False)
    mean, later = told.loc["mean_lag"].copy(), told.loc["lag"]
    mean["low"], mean["high"] = told.loc["minimum_lag", "value"], told.loc["maximum_lag", "value"]
    mean["row"] = "; ".join(told.loc[["mean_lag", "minimum_lag", "maximum_lag"], "row"])
    published = pd.DataFrame([mean, later]).assign(group=PUBLISHED, followup=[False, True])
    published["months"] = published["value"]
    published["label"] = [
        f"Epoch AI, {mean['date_to']:%b %Y}: mean (bar: shortest to longest)",
        f"NIST CAISI, {later['date_to']:%b %Y}",
    ]
    table = pd.concat([ours, others, published], ignore_index=True)
    table["followup"] = table["followup"].eq(True)
    return table[["group", "label", "months", "low", "high", "definition", "followup", "snapshot", "row"]]  # fmt: skip


def draw(axes: Axes, told: pd.DataFrame, printed: pd.DataFrame, definition: str) -> None:
    """Draw a dot per answer, and at the top the limits that are ``printed`` (value, label).

    The values stand in a column of their own, off the lines that lead down from the limits.
    """
    groups = {"As printed": printed} | dict(list(told.groupby("group", sort=False)))
    names = [label for group, rows in groups.items() for label in (group, *rows["label"])]
    wrapped = [textwrap.fill(name, WIDEST) for name in names]
    tall = [TALL * ("\n" in name) for name in wrapped]
    places = [0.0, *(1.0 + a + b for a, b in itertools.pairwise(tall))]
    places = list(itertools.accumulate(places))
    at, last = dict(zip(names, places)), places[-1]
    for row in told.itertuples():
        _answer(axes, at[row.label], row, chosen=row.definition == definition)
    for row in printed.itertuples():
        ends = [at[row.label], last + 1]
        axes.plot([row.value] * 2, ends, color=style.INK, lw=1, ls=(0, (1, 2)), zorder=0)
        style.printed(axes, row.value, at[row.label])
    axes.set_yticks(places, wrapped, fontsize=8)
    for label in axes.get_yticklabels():
        if label.get_text() in groups:
            label.set(weight="bold", color=style.INK)
    axes.set_title("Months behind")
    axes.set_xlim(0, LONGEST)
    axes.set_ylim(last + 0.9, -0.6)
    axes.set_xticks([0, 6, 12, 18])
    axes.grid(axis="y", visible=False)


def _answer(axes: Axes, place: float, row: object, chosen: bool) -> None:
    tint, weight = (style.ACCENT, "bold") if chosen else (style.GREY, "normal")
    face = "white" if row.followup else tint
    axes.plot([row.low, row.high], [place] * 2, color=tint, lw=1)
    axes.plot([row.months], [place], "o", ms=8 if chosen else 6, mec=tint, mew=1.5, mfc=face)
    for end, dx in ((row.low, -3), (row.high, 3)):
        if end > 0:
            style.note(axes, end, place, f"{end:g}", dx=dx, fontsize=7.5, color=style.GREY)
    style.note(axes, LONGEST, place, value(row), dx=27, ha="right", color=tint, weight=weight)


def value(row: object) -> str:
    """Write our own lags with a decimal, published ones as they are published."""
    return f"{row.months:g}" if row.group == PUBLISHED else f"{row.months:.1f}"


def headline(defined: pd.DataFrame, looks: pd.DataFrame, definition: str, months: int) -> str:
    """Say the lag under the chosen definition, and what it is set against.

    ``looks`` are the lags of two days, the baseline and the article's; ``months`` lie between
    them.

    >>> import pandas as pd
    >>> from airace import draw_answers, lag, snapshots
    >>> models = snapshots.load("capability_index/2026-03-09")
    >>> defined = lag.definitions(models, 2023, "2026-03-10")
    >>> days = pd.DataFrame([lag.on_day(models, day) for day in ("2025-03-10", "2026-03-10")])
    >>> print(draw_answers.headline(defined, days, "article day", 12))
    On 10 March 2026 the best Chinese model is 9.0 months behind; 12 months earlier it was 2.7
    """
    chosen = defined.set_index("definition").loc[definition]
    then, now = looks.iloc[0], looks.iloc[-1]
    day, since = words.day(now["day"]), defined["since"].iloc[1].year
    said = SAID[definition].format(day=day, since=since, months=chosen["months"])
    if definition == lag.ON_THE_DAY:
        return f"{said}; {months} months earlier it was {then['months']:.1f}"
    return f"{said}; on {day} the lag is {now['months']:.1f}"
