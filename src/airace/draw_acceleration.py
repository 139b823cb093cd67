"""A figure of 05-release-cadence: what changed on the year before, in gaps and in counts."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from airace import acceleration, cadence, style, words

BESIDE = 0.08  # of a year: how far the two compared labs stand off its place


def headline(change: pd.DataFrame, yearly: pd.DataFrame) -> str:
    """Say at how many of the compared labs the gap got shorter, and China's two latest years.

    ``change`` comes from ``acceleration.changes``, ``yearly`` from ``acceleration.anchors``.

    >>> import pandas as pd
    >>> from airace import acceleration, cadence, draw_acceleration, snapshots
    >>> releases = snapshots.load("model_releases/2026-07-19").query("headline")
    >>> notable = acceleration.whole_months(snapshots.load("notable_models/2026-07-19"))
    >>> sums = acceleration.rolling(notable, ["China", "USA"])
    >>> day = pd.Timestamp("2026-03-10")
    >>> yearly = acceleration.anchors(sums, day)
    >>> change = acceleration.changes(cadence.gaps(cadence.renewals(releases, 10)), day)
    >>> print(draw_acceleration.headline(change, yearly))
    Gaps got shorter at both Chinese labs with enough gaps (5 to 6 a year); Epoch AI lists 37
    notable Chinese models in twelve months, 32 in the twelve before
    """
    known = change[change["enough"]]
    before, now = acceleration.pair(yearly)
    faster = f"{known['shorter'].sum()} of {len(known)}"
    return (
        f"Gaps got shorter at {'both' if faster == '2 of 2' else faster} Chinese labs with enough gaps "
        f"({acceleration.counted(change)} a year); Epoch AI lists {now} notable Chinese models in twelve months, {before} in "
        "the twelve before"
    )


def notable_models(
    change: pd.DataFrame, sums: pd.DataFrame, yearly: pd.DataFrame, day: pd.Timestamp, title: str
) -> Figure:
    """Draw the labs' median gaps of two years, and the notable models of twelve months.

    ``change`` comes from ``acceleration.changes``, ``sums`` from ``rolling``, and ``yearly``, the
    labelled marks, from ``anchors``.

    >>> import pandas as pd
    >>> from airace import acceleration, cadence, draw_acceleration, snapshots
    >>> releases = snapshots.load("model_releases/2026-07-19").query("headline")
    >>> notable = acceleration.whole_months(snapshots.load("notable_models/2026-07-19"))
    >>> sums = acceleration.rolling(notable, ["China", "USA"])
    >>> day = pd.Timestamp("2026-03-10")
    >>> yearly = acceleration.anchors(sums, day)
    >>> change = acceleration.changes(cadence.gaps(cadence.renewals(releases, 10)), day)
    >>> figure = draw_acceleration.notable_models(change, sums, yearly, day, "A title")
    >>> len(figure.axes)
    2
    """
    subtitle = (
        f"Left: median months between headline releases in the two years to {words.day(day)}; bar: middle half; grey: fewer "
        f"than {cadence.LEAST} gaps in a year. Right: models on Epoch AI's list, by publication; hollow: to a month after the article."
    )
    figure, (left, right) = style.canvas(
        title, subtitle, 5.3, [(0.05, 0, 0.15, 0.9), (0.49, 0, 0.385, 0.9)]
    )
    _slopes(left, change)
    for country, rows in sums.groupby("country"):
        _sums(right, country, rows, yearly)
    right.axvline(day, color=style.PALE, lw=1)
    style.note(right, day, 0, "article", dx=-3, dy=7, color=style.GREY)
    right.set_ylim(0, sums["models"].max() * 1.12)
    right.set_xlim(
        sums["date_to"].min() - pd.Timedelta(days=20), sums["date_to"].max() + pd.Timedelta(days=20)
    )
    ends = yearly["date_to"].drop_duplicates()
    right.set_xticks(ends, [f"{end:%b}\n{end:%Y}" for end in ends])
    left.set_title("Median gap, months")
    right.set_title("Notable models in the twelve months to")
    return figure


def plotted(change: pd.DataFrame, sums: pd.DataFrame) -> pd.DataFrame:
    """The drawn values of ``notable_models``.

    One row per drawn value, with the columns ``snapshot`` and ``row`` of what it comes from.

    >>> import pandas as pd
    >>> from airace import acceleration, cadence, draw_acceleration, snapshots
    >>> releases = snapshots.load("model_releases/2026-07-19").query("headline")
    >>> notable = acceleration.whole_months(snapshots.load("notable_models/2026-07-19"))
    >>> sums = acceleration.rolling(notable, ["China", "USA"])
    >>> day = pd.Timestamp("2026-03-10")
    >>> yearly = acceleration.anchors(sums, day)
    >>> change = acceleration.changes(cadence.gaps(cadence.renewals(releases, 10)), day)
    >>> draw_acceleration.plotted(change, sums).groupby("panel").size()
    panel
    gaps               8
    notable models    86
    dtype: int64
    """
    values = ["gaps", "quartile_1", "median", "quartile_3"]
    parts = [sums.assign(panel="notable models")]
    for year in ("before", "year"):
        named = change.rename(columns={f"{name}_{year}": name for name in [*values, "row"]})
        parts.append(named.assign(panel="gaps", year=year))
    columns = [
        "panel",
        "lab",
        "year",
        *values,
        "country",
        "date_from",
        "date_to",
        "models",
        "snapshot",
        "row",
    ]
    return pd.concat([part.reindex(columns=columns).astype("object") for part in parts])


def describe(change: pd.DataFrame, yearly: pd.DataFrame) -> str:
    """Alt text: the labs' median gaps of both years, in months, and the notable models of each
    year.

    Arguments as in ``notable_models``.

    >>> import pandas as pd
    >>> from airace import acceleration, cadence, draw_acceleration, snapshots
    >>> releases = snapshots.load("model_releases/2026-07-19").query("headline")
    >>> notable = acceleration.whole_months(snapshots.load("notable_models/2026-07-19"))
    >>> sums = acceleration.rolling(notable, ["China", "USA"])
    >>> day = pd.Timestamp("2026-03-10")
    >>> yearly = acceleration.anchors(sums, day)
    >>> change = acceleration.changes(cadence.gaps(cadence.renewals(releases, 10)), day)
    >>> print(draw_acceleration.describe(change.head(2), yearly.tail(2)))
    Slopes of the labs' median months between headline releases, from the year before to the year to
    the article: Alibaba (Qwen) 2.3 to 1.6, DeepSeek 2.7 to 2.1. Lines of notable models in twelve
    months: USA 63 to February 2025, 52 to February 2026.
    """
    gaps = [f"{r.lab} {r.median_before:.1f} to {r.median_year:.1f}" for r in change.itertuples()]
    sums = [
        f"{country} "
        + ", ".join(f"{r.models} to {words.month(r.date_to)}" for r in rows.itertuples())
        for country, rows in yearly.groupby("country")
    ]
    return (
        "Slopes of the labs' median months between headline releases, from the year before to the year to the "
        f"article: {', '.join(gaps)}. Lines of notable models in twelve months: {'; '.join(sums)}."
    )


def _slopes(axes: Axes, change: pd.DataFrame) -> None:
    """Draw a line for each lab from the year before to the year up to the article.

    The compared labs stand a little apart, so that each bar goes through its own point.
    """
    places = {lab: -BESIDE * (-1) ** n for n, lab in enumerate(change.loc[change["enough"], "lab"])}
    for row in change.itertuples():
        tint = style.COLOURS["China"] if row.enough else style.PALE
        x = [year + places.get(row.lab, 0) for year in (0, 1)]
        medians = [row.median_before, row.median_year]
        axes.plot(x, medians, "-o", color=tint, lw=1.6, ms=6.5, zorder=3 + row.enough)
        if row.enough:
            low, high = ([row.quartile_1_before, row.quartile_1_year],
                         [row.quartile_3_before, row.quartile_3_year])  # fmt: skip
            axes.vlines(x, low, high, color=tint, lw=1.2, zorder=3)
    axes.set_xlim(-0.45, 1.2)
    axes.set_ylim(0, change[["median_before", "median_year"]].max(axis=None) * 1.12)
    wide = axes.bbox.width * 72 / axes.figure.dpi / (1.2 + 0.45)  # points of a year
    aside = [places.get(lab, 0) for lab in change["lab"]]
    tints = [style.INK if enough else style.GREY for enough in change["enough"]]
    years = [
        (0, -14, change["median_before"], [f"{r.median_before:.1f}" for r in change.itertuples()]),
        (1, 14, change["median_year"], [f"{r.median_year:.1f} {r.lab}, {r.gaps_before} and {r.gaps_year} gaps" for r in change.itertuples()]),
    ]  # fmt: skip
    for year, dx, medians, texts in years:
        x, far = [year + a for a in aside], [dx - a * wide for a in aside]
        style.side_labels(axes, x, list(medians), texts, tints, far, 12)
    axes.set_xticks([0, 1], ["year\nbefore", "year to\narticle"])


def _sums(axes: Axes, country: str, rows: pd.DataFrame, yearly: pd.DataFrame) -> None:
    """Draw one country: solid up to the last labelled year, dashed after it."""
    tint, marker, known = style.colour(country), style.MARKERS[country], yearly["date_to"].max()
    before, after = rows[rows["date_to"] <= known], rows[rows["date_to"] >= known]
    axes.plot(before["date_to"], before["models"], color=tint, lw=1.6)
    axes.plot(after["date_to"], after["models"], color=tint, lw=1.4, ls=(0, (3, 2)))
    end = rows.iloc[-1]
    axes.plot(end["date_to"], end["models"], marker, ms=6, mfc="white", mec=tint, mew=1.5)
    said = f"{country}\n{end['models']} to {end['date_to']:%b %Y}"
    style.note(axes, end["date_to"], end["models"], said, dx=10, color=tint)
    for row in yearly[yearly["country"] == country].itertuples():
        axes.plot(row.date_to, row.models, marker, ms=7, color=tint, zorder=4)
        _value(axes, row, tint, before["models"].diff().iloc[-1] < 0, row.date_to == known)


def _value(axes: Axes, row: object, tint: str, falls: bool, last: bool) -> None:
    """Label a year; the last label keeps off the line of the article and the line that leads to it."""
    place = {"dx": -3, "ha": "right"} if last else {"dx": 0, "ha": "center"}
    dy = -11 if falls and last else 11
    style.note(
        axes, row.date_to, row.models, str(row.models), dy=dy, weight="bold", color=tint, **place
    )
