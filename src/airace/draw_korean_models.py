"""A figure of 11-korea: notable models by country, and shares of downloads, in small multiples."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from airace import style, words
from airace.korea import KOREA
from airace.korean_models import NAMED

NAMES = {KOREA: "Korea"}  # in labels, as in the notebook's text
# The months after the article: a short series keeps the scale of the whole one.
START, LEAST = pd.Timestamp("2026-03-01"), pd.Timestamp("2026-10-08")
CLEAR = 4  # percent: a label so high is clear of the baseline
PLACES = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth"}


def headline(table: pd.DataFrame, shares: pd.DataFrame) -> str:
    """Say Korea's place and count among notable models, and its latest share of downloads.

    ``table`` are the counts of all countries in the window up to the article.

    ``shares`` are later ones, in percent (date, country, share).

    >>> import pandas as pd
    >>> from airace import draw_korean_models, korean_models, paths, snapshots
    >>> table = korean_models.counts(snapshots.load("notable_models/2026-07-19"), "2026-02", 12)
    >>> monthly = pd.read_csv(paths.processed() / "share_monthly.csv", parse_dates=["date"])
    >>> later = monthly[monthly["view"] == "All models"]
    >>> print(draw_korean_models.headline(table, later))
    Korea is third in notable models (the US 52, China 37, Korea 8) and has 0.41 percent of
    downloads in October 2026
    """
    models = table["models"].reindex(NAMED, fill_value=0)
    place = int((table["models"] > models[KOREA]).sum()) + 1
    latest = shares[shares["country"] == KOREA].sort_values("date").iloc[-1]
    return (
        f"Korea is {PLACES.get(place, f'number {place}')} in notable models ({words.the('USA')} "
        f"{models['USA']}, China {models['China']}, Korea {models[KOREA]}) and has "
        f"{latest['share']:.2f} percent of downloads in {words.month(latest['date'])}"
    )


def models(
    rolled: pd.DataFrame, day: pd.DataFrame, shares: pd.DataFrame, best: pd.DataFrame, last: str,
    months: int, title: str, of: str,
) -> Figure:  # fmt: skip
    """Draw four panels: notable models, those with open weights, shares of downloads, Korea's alone.

    ``rolled`` (date, country, models, open_models) from ``korean_models.rolling``; ``day`` the shares
    on the article's day from ``korean_models.most``; ``shares`` (date, country, share) later on;
    ``best`` the best-placed Korean model by date; ``last`` the last whole month before the article;
    ``of`` says what the later downloads are counted in.

    >>> import pandas as pd
    >>> from airace import draw_korean_models, korean_models, paths, snapshots
    >>> rolled = korean_models.rolling(snapshots.load("notable_models/2026-07-19"), 12, "2026-06")
    >>> counted = snapshots.load("hub_downloads_reported/2026-10-05")
    >>> day = korean_models.most(counted, "catalogue_all_536")
    >>> monthly = pd.read_csv(paths.processed() / "share_monthly.csv", parse_dates=["date"])
    >>> later = monthly.query("view == 'All models' and country in @korean_models.NAMED")
    >>> best = pd.read_csv(paths.processed() / "korea_catalogue.csv", parse_dates=["date"])
    >>> figure = draw_korean_models.models(rolled, day, later, best, "2026-02", 12, "A title", "a catalogue")
    >>> len(figure.axes)
    4
    """
    subtitle = (
        f"Left: notable models published in the {months} months up to each month (Epoch AI). Right: percent "
        f"of 30-day downloads in {of}. By country of the publisher. Solid marks: up to the article; hollow: "
        "after it."
    )
    places = style.quarters(0.045, 0.555, 0.55, 0.325, 0.38)
    figure, (every, all_shares, opened, alone) = style.canvas(
        title, subtitle, 6.7, places, below=0.46
    )
    for axes, column, name in (
        (every, "models", f"Notable models (solid: to {words.month(last)})"),
        (opened, "open_models", "Of these with open weights"),
    ):
        axes.set_title(name)
        axes.set_ylim(0, rolled[column].max() * 1.12)
        margin = pd.Timedelta(days=30)
        axes.set_xlim(rolled["date"].min() - 2 * margin, rolled["date"].max() + margin)
        _counts(axes, rolled, column, last)
    _shares(all_shares, day, shares)
    _alone(alone, shares[shares["country"] == KOREA], best)
    return figure


def plotted(rolled: pd.DataFrame, day: pd.DataFrame, shares: pd.DataFrame) -> pd.DataFrame:
    """The drawn values of ``models``: counts, the article's day, the months after it.

    One row per drawn value, with the columns ``snapshot`` and ``row`` of what it comes from.
    Arguments as in ``models``.

    >>> import pandas as pd
    >>> from airace import draw_korean_models, korean_models, paths, snapshots
    >>> rolled = korean_models.rolling(snapshots.load("notable_models/2026-07-19"), 12, "2026-06")
    >>> counted = snapshots.load("hub_downloads_reported/2026-10-05")
    >>> day = korean_models.most(counted, "catalogue_all_536")
    >>> monthly = pd.read_csv(paths.processed() / "share_monthly.csv", parse_dates=["date"])
    >>> later = monthly.query("view == 'All models' and country in @korean_models.NAMED")
    >>> draw_korean_models.plotted(rolled, day, later).groupby("panel").size()
    panel
    downloads later                    21
    downloads on the article's day      4
    notable models                    129
    dtype: int64
    """
    daily = day.rename(columns={"value": "share", "date_to": "date"})
    tables = [
        rolled.assign(panel="notable models"),
        daily.assign(panel="downloads on the article's day"),
        shares.drop(columns="models").assign(panel="downloads later", bound="exact"),
    ]
    columns = ["panel", "date", "country", "models", "open_models", "share", "bound", "snapshot", "row"]  # fmt: skip
    return pd.concat(tables, ignore_index=True).reindex(columns=columns)


def describe(rolled: pd.DataFrame, day: pd.DataFrame, shares: pd.DataFrame, last: str) -> str:
    """Alt text: the counts of notable models, and the shares of downloads in percent.

    Arguments as in ``models``.

    >>> import pandas as pd
    >>> from airace import draw_korean_models, korean_models, paths, snapshots
    >>> rolled = korean_models.rolling(snapshots.load("notable_models/2026-07-19"), 12, "2026-06")
    >>> counted = snapshots.load("hub_downloads_reported/2026-10-05")
    >>> day = korean_models.most(counted, "catalogue_all_536")
    >>> monthly = pd.read_csv(paths.processed() / "share_monthly.csv", parse_dates=["date"])
    >>> later = monthly.query("view == 'All models' and country in @korean_models.NAMED")
    >>> print(draw_korean_models.describe(rolled, day, later, "2026-02")[:90], "...")
    Four panels. Notable models up to February 2026, in brackets with open weights: the US 52  ...
    """
    at = rolled[rolled["date"] == _end(last)].set_index("country")
    counted = ", ".join(
        f"{NAMES.get(c, words.the(c))} {at.at[c, 'models']} ({at.at[c, 'open_models']})"
        for c in NAMED
    )
    top = day.set_index(["country", "bound"])["value"]
    later = shares[shares["date"] == shares["date"].max()].set_index("country")["share"]
    return (
        f"Four panels. Notable models up to {words.month(last)}, in brackets with open weights: {counted}. "
        f"Downloads on {words.day(day['date_to'].iloc[0])}, in percent: China {top['China', 'exact']:.0f}, "
        f"the US {top['USA', 'exact']:.0f}, all unattributed ones together, an upper bound for Korea, "
        f"{top[KOREA, 'upper']:.0f}. On {words.day(shares['date'].max())}: China {later['China']:.0f}, the US "
        f"{later['USA']:.0f}, Korea {later[KOREA]:.2f}."
    )


def _end(month: str) -> pd.Timestamp:
    return pd.Period(month, "M").end_time.normalize()


def _counts(axes: Axes, rolled: pd.DataFrame, column: str, last: str) -> None:
    day, ends, texts = _end(last), [], []
    for country in NAMED:
        line = rolled[rolled["country"] == country].sort_values("date")
        before, after = line[line["date"] <= day], line[line["date"] >= day]
        tint, mark = style.COLOURS[country], style.MARKERS[country]
        axes.plot(before["date"], before[column], color=tint, lw=1.8)
        axes.plot(after["date"], after[column], color=tint, lw=1, ls=":")
        axes.plot(before["date"].tail(1), before[column].tail(1), mark, ms=7, color=tint, zorder=4)
        axes.plot(after["date"].tail(1), after[column].tail(1), mark, ms=6, mec=tint, mfc="white", mew=1.5, zorder=4)  # fmt: skip
        ends.append((after["date"].iloc[-1], after[column].iloc[-1], country))
        texts.append(
            f"{NAMES.get(country, country)} {before[column].iloc[-1]},\nlater {after[column].iloc[-1]}"
        )
    _ends(axes, ends, texts, 22)
    years = pd.date_range(rolled["date"].min(), rolled["date"].max(), freq="YS")
    axes.set_xticks(years, [f"{y:%Y}" for y in years])


def _ends(axes: Axes, ends: list[tuple], texts: list[str], gap: float) -> None:
    """Label each line at its end."""
    dates, values, names = zip(*ends)
    tints = [style.COLOURS[n] for n in names]
    style.side_labels(axes, dates, values, texts, tints, [9] * len(ends), gap)


def _shares(axes: Axes, day: pd.DataFrame, shares: pd.DataFrame) -> None:
    ends = []
    axes.set_ylim(0, 72)
    _months(axes, shares)
    for country in NAMED:
        line = shares[shares["country"] == country].sort_values("date")
        tint, mark = style.COLOURS[country], style.MARKERS[country]
        axes.plot(line["date"], line["share"], mark, ls="-", lw=1.2, color=tint, mfc="white", ms=5.5, mew=1.4)  # fmt: skip
        ends.append((line["date"].iloc[-1], line["share"].iloc[-1], country))
    texts = [f"{NAMES.get(name, name)} {value:.2g}" for _, value, name in ends]
    # A short series ends over the baseline, which a label may not touch.
    ends = [(date, value if date >= LEAST else max(value, CLEAR), name) for date, value, name in ends]
    at = pd.Timestamp(day["date_to"].iloc[0])
    for row in day[day["bound"] == "exact"].itertuples():
        tint, up = style.COLOURS[row.country], row.country == "China"
        axes.plot([at], [row.value], style.MARKERS[row.country], ms=7, color=tint, zorder=5)
        style.note(axes, at, row.value, f"{row.value:.0f}", dx=0, dy=10 if up else -11, ha="center",
                   weight="bold", color=tint)  # fmt: skip
    _at_most(axes, at, day[day["country"] == KOREA].set_index("bound")["value"])
    _ends(axes, ends, texts, 12)
    axes.set_title(f"Share of downloads, percent (solid: {words.day(at)})")


def _at_most(axes: Axes, at: pd.Timestamp, bounds: pd.Series) -> None:
    """Draw what Korea can have at most on the article's day: thin and grey, for it is no share of Korea."""
    left = at - pd.Timedelta(days=9)
    axes.plot([left], [bounds["upper"]], "_", ms=8, mew=1.2, color=style.GREY, zorder=4)
    axes.annotate("", (left, bounds["listed"]), xytext=(left, bounds["upper"]),
                  arrowprops={"arrowstyle": "-|>", "color": style.GREY, "lw": 0.9, "shrinkA": 0, "shrinkB": 0})  # fmt: skip
    text = (
        f"all unattributed downloads: {bounds['upper']:.0f}, an upper bound\n"
        f"for Korea ({bounds['listed']:.1f} if no unlisted publisher is Korean)"
    )
    style.note(
        axes, left, bounds["upper"], text, dx=-4, dy=22, ha="left", color=style.GREY, fontsize=8
    )


def _alone(axes: Axes, korean: pd.DataFrame, best: pd.DataFrame) -> None:
    tint, ordered = style.COLOURS[KOREA], korean.sort_values("date")
    axes.set_ylim(0, ordered["share"].max() * 1.45)
    if ordered["share"].max() < 0.6:
        axes.set_yticks([0, 0.2, 0.4])
    else:
        axes.locator_params(axis="y", nbins=4)
    axes.plot(ordered["date"], ordered["share"], style.MARKERS[KOREA], ls="-", lw=1.2, color=tint,
              mfc="white", ms=5.5, mew=1.4)  # fmt: skip
    around = ordered["share"].rolling(3, center=True, min_periods=2).mean()
    for row, level in zip(ordered.itertuples(), around):
        style.note(axes, row.date, row.share, f"{row.share:.2f}", dx=0, dy=10 if row.share >= level else -11, ha="center", color=tint, fontsize=8)  # fmt: skip
    final = best.iloc[-1]
    text = f"best-placed Korean model on {words.day(final['date'])}:\nnumber {final['place']} of {final['of']:,}"
    style.note(axes, START + pd.Timedelta(days=36), 0, text, dx=-4, dy=16, ha="left", color=style.GREY, fontsize=8)  # fmt: skip
    axes.set_title("Korea\u2019s share alone, percent")
    _months(axes, korean)


def _months(axes: Axes, shares: pd.DataFrame) -> None:
    end = max(shares["date"].max(), LEAST)
    months = pd.date_range(START, end, freq="MS")
    axes.set_xticks(months, [f"{m:%b}\n{m:%Y}" if i == 0 else f"{m:%b}" for i, m in enumerate(months)])  # fmt: skip
    axes.set_xlim(pd.Timestamp("2026-02-18"), end + pd.Timedelta(days=10))
