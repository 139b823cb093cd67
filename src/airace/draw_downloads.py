"""The figure of 01-downloads: the printed pair against every dated cumulative count."""

from __future__ import annotations

import matplotlib.dates as mdates
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from airace import style, words
from airace.downloads import Crossing, months_between, when

NARROW = pd.Timedelta(days=300)  # a window in which its text needs two lines
NEIGHBOURS = pd.Timedelta(days=75)  # marks closer than this share a column of labels
LETTER = 4.2  # points, mean width of a letter of a label
LOG_TICKS = {1e6: "1 million", 1e7: "10 million", 1e8: "100 million", 1e9: "1 billion"}
ZOOM_TICKS = {
    1e8: "100 million",
    2e8: "200 million",
    5e8: "500 million",
    1e9: "1 billion",
    2e9: "2 billion",
}


def growth(
    points: pd.DataFrame,
    printed: pd.DataFrame,
    crossed: Crossing,
    guesses: pd.Series,
    focus: str,
    title: str,
    article_day: str,
) -> Figure:
    """Draw two log panels: the printed pair beside the counts, and the counts in close-up.

    ``points`` need date (middle of the window), value, bound, country, part (a family of the
    country's models, hence a lower bound), confidence, followup, scope_id, label; ``printed`` needs
    date, value; ``guesses`` are the interpolated days under all choices, drawn as a bar.

    >>> import pandas as pd
    >>> from airace import downloads, draw_downloads, snapshots
    >>> points = snapshots.load("hub_downloads_reported/2026-10-05")
    >>> counts = downloads.comparable(points, {}, "China").assign(followup=False)
    >>> crossed, _, _ = downloads.best_crossing(counts[counts["country"] == "China"], 818e6)
    >>> printed = pd.DataFrame({"date": pd.to_datetime(["2025-01-15"]), "value": 818e6})
    >>> printed["printed"] = "over 818 million"
    >>> guesses = pd.Series([crossed.guess])
    >>> figure = draw_downloads.growth(
    ...     counts, printed, crossed, guesses, "China", "A title", "2026-03-10"
    ... )
    >>> print(len(figure.axes), "panels:", figure.texts[0].get_text())
    2 panels: A title
    """
    subtitle = (
        "Cumulative downloads of open-weight models on Hugging Face by country of the publisher, "
        "log scale. Totals count hand-listed language models; arrows are families, so at least that. Lighter: one weak source."
    )
    figure, (wide, close) = style.canvas(
        title, subtitle, 6.0, [(0.1, 0, 0.24, 0.94), (0.425, 0, 0.555, 0.94)]
    )
    level = printed["value"].max()
    _axes(wide, ("2023-11-01", "2026-12-15"), (5e5, 3e9), LOG_TICKS, "12MS", "What is printed")
    _axes(
        close, ("2025-01-10", "2026-10-31"), (7e7, 1.9e9), ZOOM_TICKS, "3MS", "What the counts say"
    )
    wide.plot(printed["date"], printed["value"], ls=":", lw=1.4, color=style.INK)
    for row in printed.itertuples():
        top = row.value == level
        place = {"dx": 0, "dy": 19, "ha": "center"} if top else {"dx": 11, "dy": -6}
        style.printed(wide, row.date, row.value, f"printed:\n{row.printed}", **place)
    for row in points[~points["part"]].itertuples():
        _total(wide, row, focus)
    _names(wide, points[~points["part"]])
    _lines(points, wide, close)
    reach = [pd.Timestamp("2025-01-10"), pd.Timestamp(article_day)]
    close.plot(reach, [level, level], color=style.INK, lw=1, ls=(0, (1, 2)))
    style.note(
        close, pd.Timestamp("2025-01-14"), level, f"printed for {words.month(printed['date'].max())}: {words.number(level)}",
        dx=0, dy=7, weight="bold", ha="left",
    )  # fmt: skip
    _window(close, crossed, guesses, level)
    for row in points.itertuples():
        (_part if row.part else _total)(close, row, focus)
    _labels(close, points, focus)
    wide.axvline(pd.Timestamp(article_day), color=style.PALE, lw=1)
    close.axvline(pd.Timestamp(article_day), color=style.PALE, lw=1)
    style.note(close, pd.Timestamp(article_day), 7.6e7, "article", dx=-3, dy=0, color=style.GREY)
    return figure


def _axes(axes: Axes, span: tuple, limits: tuple, ticks: dict, every: str, title: str) -> None:
    axes.set_yscale("log")
    axes.set_xlim(*map(pd.Timestamp, span))
    axes.set_ylim(*limits)
    axes.set_yticks(list(ticks), list(ticks.values()))
    axes.minorticks_off()
    days = pd.date_range(*span, freq=every)
    years = [None, *days.year[:-1]]
    labels = [f"{d:%b}" if d.year == last else f"{d:%b}\n{d:%Y}" for d, last in zip(days, years)]
    axes.set_xticks(days, labels)
    axes.xaxis.set_minor_locator(mdates.MonthLocator())
    axes.set_title(title)


def _tint(row: object, focus: str) -> str:
    return style.colour(row.country) if row.country == focus else style.GREY


def _total(axes: Axes, row: object, focus: str) -> None:
    colour = style.colour(row.country)
    axes.plot(
        [row.date], [row.value], marker=style.MARKERS[row.country], ms=8 if row.country == focus else 7,
        mfc="white" if row.followup else colour, mec=colour, mew=1.8, ls="none",
        alpha=0.5 if row.confidence == "C" else 1, zorder=4 + (row.country == focus),
    )  # fmt: skip


def _part(axes: Axes, row: object, focus: str) -> None:
    style.lower_bound(axes, row.date, row.value, 13, color=_tint(row, focus))


def _lines(points: pd.DataFrame, *panels: Axes) -> None:
    """Join the points of one vintage; points of different vintages are never one line."""
    for (_, country), series in points[~points["part"]].groupby(["scope_id", "country"]):
        ordered = series.sort_values("date")
        for axes in panels:
            axes.plot(
                ordered["date"], ordered["value"], color=style.colour(country), lw=1, alpha=0.6
            )


def _names(axes: Axes, totals: pd.DataFrame) -> None:
    """Name each country at its latest total."""
    latest = totals.sort_values("date").groupby("country").tail(1)
    for (date, value), rows in latest.groupby(["date", "value"]):
        who = words.listed(list(rows["country"]))
        style.note(axes, date, value, who, dx=9, color=style.GREY)


def _labels(axes: Axes, points: pd.DataFrame, focus: str) -> None:
    """Write who and how many to the right of each mark; equal marks of one day share a label."""
    shared = points.groupby(["date", "value", "part"], as_index=False).agg(
        country=("country", "first"),
        who=("entity", lambda e: words.listed(list(e))),
        edition=("vintage", "first"),
        scope_id=("scope_id", "first"),
    )
    shared["text"] = [f"{r.who}{_edition(r)}\n{words.number(r.value)}" for r in shared.itertuples()]
    shared["tint"] = [_tint(r, focus) for r in shared.itertuples()]
    column = (shared["date"].diff() > NEIGHBOURS).cumsum()
    last = shared.groupby(column)["date"].transform("max")
    shared["dx"] = (last - shared["date"]).dt.days * _points_per_day(axes) + 12
    for _, rows in shared.groupby(_crowd(shared, column, last, _points_per_day(axes))):
        style.side_labels(
            axes, list(rows["date"]), list(rows["value"]), list(rows["text"]), list(rows["tint"]),
            list(rows["dx"]), 22,
        )  # fmt: skip


def _crowd(
    shared: pd.DataFrame, column: pd.Series, last: pd.Series, points_per_day: float
) -> pd.Series:
    """Number the columns of labels; one that reaches into the next column counts with it."""
    letters = shared["text"].map(lambda text: max(map(len, text.split("\n"))))
    start = (last - last.min()).dt.days * points_per_day
    end = (start + letters * LETTER).groupby(column).max().cummax()
    apart = start.groupby(column).first() > end.shift(fill_value=-1)
    return column.map(apart.cumsum())


def _edition(row: object) -> str:
    """Name the edition of a total: two editions count different lists of models."""
    if row.part:
        counted = row.scope_id.removeprefix("hub_all_time_")
        return f" of {counted}" if counted != row.scope_id else ""
    return "" if pd.isna(row.edition) else f" ({row.edition[:4]} list)"


def _points_per_day(axes: Axes) -> float:
    low, high = axes.get_xlim()
    return axes.bbox.width * 72 / axes.figure.dpi / (high - low)


def _window(axes: Axes, crossed: Crossing, guesses: pd.Series, level: float) -> None:
    if crossed.earliest is pd.NaT or crossed.latest is pd.NaT:
        return
    axes.axvspan(crossed.earliest, crossed.latest, color=style.COLOURS["Other"], alpha=0.09, lw=0)
    text = f"{words.number(level)} is passed within this window"
    if crossed.latest - crossed.earliest < NARROW:
        text = text.replace(" within", "\nwithin")
    style.note(axes, crossed.earliest, 1.72e9, text, dx=4, color=style.GREY, fontsize=8)
    if guesses.empty:
        return
    span = [guesses.min(), guesses.max()]
    axes.plot(span, [level, level], color=style.ACCENT, lw=4, solid_capstyle="butt", zorder=3)
    style.note(axes, span[0], level, "interpolated", dx=-2, dy=-9, fontsize=8, color=style.ACCENT)
    if crossed.guess is not pd.NaT:
        axes.plot(
            [crossed.guess], [level], marker="|", ms=15, mew=2.2, color=style.ACCENT, zorder=6
        )


def headline(focus: str, crossed: Crossing, guesses: pd.Series, printed: pd.DataFrame) -> str:
    """Say the finding: when the counts of the focus country pass the printed level.

    ``crossed`` comes from ``downloads.best_crossing``, ``guesses`` are its days under all
    choices, and ``printed`` needs date and value.

    >>> import pandas as pd
    >>> from airace import downloads, draw_downloads, snapshots
    >>> points = snapshots.load("hub_downloads_reported/2026-10-05")
    >>> counts = downloads.comparable(points, {}, "China").assign(followup=False)
    >>> crossed, _, _ = downloads.best_crossing(counts[counts["country"] == "China"], 818e6)
    >>> printed = pd.DataFrame({"date": pd.to_datetime(["2025-01-15"]), "value": 818e6})
    >>> print(draw_downloads.headline("China", crossed, pd.Series([crossed.guess]), printed))
    Counts of models from China pass 818 million, by interpolation, in January 2026, 12 months later
    than printed
    """
    last = printed.loc[printed["value"].idxmax()]
    said = words.number(last["value"])
    if crossed.latest is pd.NaT:
        return f"No dated count of models from {words.the(focus)} reaches {said}"
    if guesses.isna().all():
        if crossed.earliest is pd.NaT:
            return f"Counts of models from {words.the(focus)} pass {said} by {words.month(crossed.latest)}"
        days, how = pd.Series([crossed.earliest, crossed.latest]), ""
    else:
        days, how = guesses, ", by interpolation,"
    ends = [round(months_between(last["date"], day)) for day in (days.min(), days.max())]
    later = " to ".join(str(n) for n in dict.fromkeys(ends))
    return (
        f"Counts of models from {words.the(focus)} pass {said}{how} {when(days)}, "
        f"{later} months later than printed"
    )


def describe(points: pd.DataFrame, printed: pd.DataFrame, focus: str, title: str) -> str:
    """Alt text: what is drawn, from when to when, and what it shows.

    Arguments as in ``growth``.

    >>> import pandas as pd
    >>> from airace import downloads, draw_downloads, snapshots
    >>> points = snapshots.load("hub_downloads_reported/2026-10-05")
    >>> counts = downloads.comparable(points, {}, "China").assign(followup=False)
    >>> crossed, _, _ = downloads.best_crossing(counts[counts["country"] == "China"], 818e6)
    >>> printed = pd.DataFrame({"date": pd.to_datetime(["2025-01-15"]), "value": 818e6})
    >>> print(draw_downloads.describe(counts, printed, "China", "A title"))
    Two log charts of cumulative downloads on Hugging Face. The article prints 818 million in
    January 2025. Dated totals for China: 97 million in March 2025, 300 million in August 2025, 1.15
    billion in March 2026. A title.
    """
    totals = points[~points["part"] & (points["country"] == focus)].sort_values("date")
    run = ", ".join(
        f"{words.number(r.value)} in {words.month(r.date)}" for r in totals.itertuples()
    )
    marks = " and ".join(
        f"{words.number(r.value)} in {words.month(r.date)}" for r in printed.itertuples()
    )
    return (
        f"Two log charts of cumulative downloads on Hugging Face. The article prints {marks}. "
        f"Dated totals for {focus}: {run or 'none'}. {title}."
    )
