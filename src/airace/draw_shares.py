"""The figures of 02-model-share: published shares, the months of the catalogue, the publishers."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from airace import model_tables, style, words
from airace.figures import one_scope
from airace.organisations import COUNTRIES

# What each denominator is, in a reader's words; the full text stands in the snapshot's scope column.
DENOMINATORS = {
    "new_models_first_year": ("Newly created models", "downloads in their first year, {period}"),
    "all_downloads_year": ("All models", "all downloads on the Hub, the year to {end}"),
    "atom_2026_cumulative": ("Hand-listed language models", "cumulative downloads, {period}"),
    "catalogue_all_536": ("Catalogue of 536 language models", "30-day downloads on {end}"),
}
MOST_BARS = 6  # equal bars in every panel
SMALL = 5  # percent
ORDER = ["China", "USA", "EU"]  # then the rest by size, in grey


def headline_published(shares: pd.DataFrame, focus: str) -> str:
    """Say in how many of the denominators China is ahead of the US, and by how much; and if ``focus`` is in none.

    ``shares`` come from ``shares.panels``, in percent.

    >>> import pandas as pd
    >>> from airace import draw_shares, paths
    >>> table = pd.read_csv(paths.processed() / "share_published.csv", parse_dates=["date_to"])
    >>> print(draw_shares.headline_published(table, "China"))
    Chinese models lead US models in 4 of 4 shares of downloads, by 1.3 to 39 points
    """
    leads = _leads(shares)
    ahead = int((leads > 0).sum())
    spread = f"{leads.abs().min():.1f} to {leads.abs().max():.0f} points"
    led = f"Chinese models lead US models in {ahead} of {len(leads)}"
    if focus not in set(shares["entity"]):
        return f"No published share of downloads names {words.the(focus)}; {led}, by {spread}"
    return f"{led} shares of downloads, by {spread}"


def published(shares: pd.DataFrame, printed: pd.DataFrame, focus: str, title: str) -> Figure:
    """Draw one panel per denominator, each with its own bars; no two denominators share an axis.

    ``shares`` come from ``shares.panels``; ``printed`` (entity, value) belong to the first panel.

    >>> import pandas as pd
    >>> from airace import draw_shares, paths
    >>> table = pd.read_csv(paths.processed() / "share_published.csv", parse_dates=["date_to"])
    >>> printed = pd.DataFrame({"entity": ["China", "USA"], "value": [17, 15.8]})
    >>> printed["printed"] = ["17 percent", "15.8 percent"]
    >>> figure = draw_shares.published(table, printed, "China", "A title")
    >>> print(len(figure.axes), "panels:", figure.texts[0].get_text())
    4 panels: A title
    """
    subtitle = (
        "Share of downloads on Hugging Face by country of the publisher, percent. "
        "Each panel has its own denominator: compare within a panel only. Hollow: the period ends after the article. Lighter: one weak source."
    )
    places = style.quarters(0.17, 0.67, 0.53, 0.3, 0.37)
    figure, axes = style.canvas(title, subtitle, 5.5, places, below=0.1)
    for panel, scope_id in zip(axes, DENOMINATORS):
        rows = one_scope(shares[shares["scope_id"] == scope_id])
        _panel(panel, _sorted(rows), focus)
        _name_panel(panel, scope_id, rows)
    bars = _sorted(shares[shares["scope_id"] == "new_models_first_year"])["entity"].tolist()
    for row in printed.itertuples():
        style.printed(axes[0], row.value, bars.index(row.entity))
        style.note(
            axes[0], row.value, bars.index(row.entity), f"printed: {row.value:g}",
            dx=44, weight="bold", fontsize=8,
        )  # fmt: skip
    return figure


def plotted_published(shares: pd.DataFrame, printed: pd.DataFrame) -> pd.DataFrame:
    """The drawn values of ``published`` with the rows that they come from.

    One row per drawn value, with the columns ``snapshot`` and ``row`` of what it comes from.

    >>> import pandas as pd
    >>> from airace import claims, draw_shares, paths
    >>> table = pd.read_csv(paths.processed() / "share_published.csv", parse_dates=["date_to"])
    >>> ledger = claims.ledger("article/2026-03-10")
    >>> printed = pd.DataFrame([ledger["share-china-17"]]).assign(entity="China")
    >>> draw_shares.plotted_published(table, printed)[["kind", "entity", "value"]].head(2).round(1)
          kind entity  value
    0  printed  China   17.0
    0    share  China   17.1
    """
    marks = printed.assign(scope_id="new_models_first_year", kind="printed")
    columns = ["scope_id", "kind", "entity", "value", "confidence", "followup", "snapshot", "row"]
    return pd.concat([marks, shares.assign(kind="share")]).reindex(columns=columns)


def describe_published(shares: pd.DataFrame, printed: pd.DataFrame, focus: str) -> str:
    """Alt text: the shares in each denominator, and the printed ones.

    Arguments as in ``published``.

    >>> import pandas as pd
    >>> from airace import draw_shares, paths
    >>> table = pd.read_csv(paths.processed() / "share_published.csv", parse_dates=["date_to"])
    >>> printed = pd.DataFrame({"entity": ["China", "USA"], "value": [17, 15.8]})
    >>> text = draw_shares.describe_published(table, printed, "China")
    >>> print(text[:90], "...")
    Four bar charts of download shares. Newly created models: China 17.1, USA 15.8 percent; Al ...
    """
    parts = []
    for scope_id, (name, _) in DENOMINATORS.items():
        rows = shares[shares["scope_id"] == scope_id].set_index("entity")["value"]
        parts.append(f"{name}: China {rows['China']:.1f}, USA {rows['USA']:.1f} percent")
    marks = words.listed([f"{r.entity} {r.value:g} percent" for r in printed.itertuples()])
    none = "" if focus in set(shares["entity"]) else f" None names {words.the(focus)}."
    return f"Four bar charts of download shares. {'; '.join(parts)}. The article prints {marks}.{none}"


def headline_monthly(monthly: pd.DataFrame, focus: str) -> str:
    """Say how often the focus country is ahead of the other named ones, and its range.

    ``monthly`` comes from ``shares.monthly``, in percent.

    >>> import pandas as pd
    >>> from airace import draw_shares, paths
    >>> table = pd.read_csv(paths.processed() / "share_monthly.csv", parse_dates=["date"])
    >>> print(draw_shares.headline_monthly(table, "China"))
    In the catalogue after the article China leads in every month and view, with 42 to 72 percent of
    downloads
    """
    table = monthly.pivot_table(index=["view", "date"], columns="country", values="share")
    table = table.reindex(columns=COUNTRIES).fillna(0)
    first = int((table.idxmax(axis=1) == focus).sum())
    low, high = table[focus].min(), table[focus].max()
    if first == len(table):
        place = "leads in every month and view"
    else:
        place = (
            f"leads in {first} of {len(table)} pairs of month and view" if first else "never leads"
        )
    return f"In the catalogue after the article {words.the(focus)} {place}, with {low:.2g} to {high:.2g} percent of downloads"


def monthly(monthly: pd.DataFrame, focus: str, title: str, left_out: str = "") -> Figure:
    """Draw the shares of the named countries by month, one panel per view, hollow: all after the article.

    ``monthly`` comes from ``shares.monthly``, in percent; ``left_out`` says what no view counts
    (``shares.left_out``). A focus that never reaches ``SMALL`` percent is drawn on a log scale:
    beside the largest country it would be a line on the floor.

    >>> import pandas as pd
    >>> from airace import draw_shares, paths
    >>> table = pd.read_csv(paths.processed() / "share_monthly.csv", parse_dates=["date"])
    >>> figure = draw_shares.monthly(table, "China", "A title")
    >>> len(figure.axes)
    4
    """
    drawn = monthly[monthly["country"].isin(COUNTRIES)]
    small = drawn.loc[drawn["country"] == focus, "share"].max() < SMALL
    subtitle = (
        "Share of 30-day downloads of the models in a catalogue, by country of the publisher, percent"
        f"{', log scale' if small else ''}. The rest belongs to other and unlisted publishers.{left_out}"
    )
    places = style.quarters(0.04, 0.535, 0.55, 0.34, 0.38)
    figure, axes = style.canvas(title, subtitle, 6.6, places, below=0.34)
    for panel, (view, rows) in zip(axes, monthly.groupby("view", sort=False)):
        if small:
            _log(panel, drawn.loc[drawn["share"] > 0, "share"].min())
        else:
            panel.set_ylim(0, max(10, drawn["share"].max() * 1.08))
        _months(panel, rows, focus)
        panel.set_title(view)
    for unused in axes[monthly["view"].nunique() :]:
        unused.remove()
    return figure


def plotted_monthly(monthly: pd.DataFrame) -> pd.DataFrame:
    """The drawn values of ``monthly``: the named countries.

    One row per drawn value, with the columns ``snapshot`` and ``row`` of what it comes from.

    >>> import pandas as pd
    >>> from airace import draw_shares, paths
    >>> table = pd.read_csv(paths.processed() / "share_monthly.csv", parse_dates=["date"])
    >>> drawn = draw_shares.plotted_monthly(table)
    >>> drawn[["view", "date", "country", "share"]].head(2).round({"share": 1})
             view       date country  share
    0  All models 2026-04-06   China   56.9
    1  All models 2026-04-06     USA   25.6
    """
    drawn = monthly[monthly["country"].isin(COUNTRIES)]
    return drawn[["view", "date", "country", "share", "snapshot", "row"]]


def describe_monthly(monthly: pd.DataFrame, focus: str, left_out: str = "") -> str:
    """Alt text: the months, the shares of the last one in each view, and the headline.

    ``monthly`` comes from ``shares.monthly``.

    >>> import pandas as pd
    >>> from airace import draw_shares, paths
    >>> table = pd.read_csv(paths.processed() / "share_monthly.csv", parse_dates=["date"])
    >>> print(draw_shares.describe_monthly(table, "China")[:90], "...")
    Four line charts of shares of 30-day downloads by country, April 2026 to October 2026. Las ...
    """
    last = monthly[monthly["date"] == monthly["date"].max()]
    parts = [
        f"{view}: "
        + ", ".join(
            f"{r.country} {r.share:.1f}" for r in rows.itertuples() if r.country in COUNTRIES
        )
        for view, rows in last.groupby("view", sort=False)
    ]
    dates = f"{words.month(monthly['date'].min())} to {words.month(monthly['date'].max())}"
    return (
        f"Four line charts of shares of 30-day downloads by country, {dates}. Last month, in percent: "
        f"{'; '.join(parts)}. {headline_monthly(monthly, focus)}.{left_out}"
    )


def headline_publishers(top: pd.DataFrame, countries: pd.DataFrame, focus: str) -> str:
    """Say what the largest publisher has, what the focus country and Korea have.

    If the focus country has none of the largest publishers, that is said, too.

    ``top`` comes from ``shares.top_organisations``, ``countries`` from ``shares.by_country``.

    >>> import pandas as pd
    >>> from airace import draw_shares, paths
    >>> top = pd.read_csv(paths.processed() / "share_publishers.csv")
    >>> countries = pd.read_csv(paths.processed() / "share_countries.csv")
    >>> print(draw_shares.headline_publishers(top, countries, "China"))
    Alibaba (Qwen) alone has 30 percent of the downloads; China 48 and South Korea 0.41 percent in
    all
    """
    share = countries.set_index("country")["share"]
    named = dict.fromkeys([focus, "South Korea"])
    said = words.listed([f"{words.the(c)} {share.get(c, 0.0):.2g}" for c in named])
    none = f", and none of the {len(top)} largest publishers"
    return (
        f"{top['organisation'][0]} alone has {top['share'][0]:.0f} percent of the downloads; {said} percent in all"
        f"{'' if focus in set(top['country']) else none}"
    )


def publishers(
    top: pd.DataFrame,
    countries: pd.DataFrame,
    focus: str,
    title: str,
    snapshot: str,
    left_out: str = "",
) -> Figure:
    """Draw the largest publishers and the countries, both as percent of the same selection.

    ``top`` comes from ``shares.top_organisations``, ``countries`` from ``shares.by_country``;
    ``left_out`` says what is not counted (``shares.left_out``).

    >>> import pandas as pd
    >>> from airace import draw_shares, paths
    >>> top = pd.read_csv(paths.processed() / "share_publishers.csv")
    >>> countries = pd.read_csv(paths.processed() / "share_countries.csv")
    >>> day = "hub_catalogue/2026-10-08"
    >>> figure = draw_shares.publishers(top, countries, "China", "A title", day)
    >>> [len(axes.patches) for axes in figure.axes]
    [12, 7]
    """
    counted = model_tables.counted_in(snapshot, int(countries["models"].sum()))
    subtitle = f"Share of 30-day downloads of the {counted}, percent.{left_out}"
    figure, (left, right) = style.canvas(
        title, subtitle, 5.6, [(0.305, 0, 0.2, 0.93), (0.72, 0, 0.2, 0.93)], below=0.1
    )
    figure.texts[0].set_parse_math(False)  # names a publisher, see _bars
    _bars(left, top["organisation"], top["share"], top["country"], focus, named=True)
    _bars(right, countries["country"], countries["share"], countries["country"], focus)
    for axes in (left, right):  # one scale: both are shares of the same downloads
        axes.set_xlim(0, max(top["share"].max(), countries["share"].max()) * 1.1)
    left.set_title("Largest publishers")
    right.set_title("Countries")
    return figure


def plotted_publishers(
    top: pd.DataFrame, countries: pd.DataFrame, models: pd.DataFrame
) -> pd.DataFrame:
    """The drawn values of ``publishers``, which come from the snapshots of ``models``.

    One row per drawn value, with the columns ``snapshot`` and ``row`` of what it comes from.

    >>> import pandas as pd
    >>> from airace import draw_shares, paths, snapshots
    >>> top = pd.read_csv(paths.processed() / "share_publishers.csv")
    >>> countries = pd.read_csv(paths.processed() / "share_countries.csv")
    >>> models = snapshots.load("hub_catalogue/2026-10-08")
    >>> drawn = draw_shares.plotted_publishers(top, countries, models)
    >>> drawn[["panel", "who", "share"]].head(2).round(1)
            panel                                         who  share
    0  publishers                              Alibaba (Qwen)   30.0
    1  publishers  Beijing Academy of Artificial Intelligence   11.0
    """
    named = top.rename(columns={"organisation": "who"}).assign(panel="publishers")
    whole = countries.assign(who=countries["country"], panel="countries")
    drawn = pd.concat([named, whole])[
        ["panel", "who", "country", "models", "downloads_30d", "share"]
    ]
    return drawn.assign(snapshot=models["snapshot"].iloc[0], row="")


def describe_publishers(
    top: pd.DataFrame, countries: pd.DataFrame, focus: str, snapshot: str, left_out: str = ""
) -> str:
    """Alt text: the largest publishers and the countries.

    Arguments as in ``publishers``.

    >>> import pandas as pd
    >>> from airace import draw_shares, paths
    >>> top = pd.read_csv(paths.processed() / "share_publishers.csv")
    >>> countries = pd.read_csv(paths.processed() / "share_countries.csv")
    >>> text = draw_shares.describe_publishers(top, countries, "China", "hub_catalogue/2026-10-08")
    >>> print(text[:90], "...")
    Two bar charts of shares of 30-day downloads on 8 October 2026, in percent. Publishers: Al ...
    """
    who = ", ".join(f"{r.organisation} {r.share:.1f}" for r in top.head(5).itertuples())
    where = ", ".join(f"{r.country} {r.share:.2g}" for r in countries.itertuples())
    day = words.day(snapshot.partition("/")[2])
    live = model_tables.is_live(snapshot)
    where_counted = f"in a live snapshot of the Hub of {day}" if live else f"on {day}"
    return (
        f"Two bar charts of shares of 30-day downloads {where_counted}, in percent. "
        f"Publishers: {who}. Countries: {where}.{left_out}"
    )


def _leads(shares: pd.DataFrame) -> pd.Series:
    table = shares.pivot_table(index="scope_id", columns="entity", values="value", sort=False)
    return table["China"] - table["USA"]


def _sorted(rows: pd.DataFrame) -> pd.DataFrame:
    named = rows[rows["entity"].isin(ORDER)]
    named = named.sort_values("entity", key=lambda e: e.map(ORDER.index))
    rest = rows[~rows["entity"].isin(ORDER)].sort_values("value", ascending=False)
    return pd.concat([named, rest]).reset_index(drop=True)


def _panel(axes: Axes, rows: pd.DataFrame, focus: str) -> None:
    for position, row in rows.iterrows():
        tint = style.colour(row["entity"]) if row["entity"] in ORDER else style.PALE
        axes.barh(
            position, row["value"], height=0.62, alpha=0.5 if row["confidence"] == "C" else 1,
            color="white" if row["followup"] else tint, edgecolor=tint, linewidth=1.8,
        )  # fmt: skip
        weight = "bold" if row["entity"] == focus else "normal"
        style.note(axes, row["value"], position, f"{row['value']:.1f}", dx=12, weight=weight)
    names = [_spoken(e) for e in rows["entity"]]
    axes.set_yticks(range(len(rows)), names)
    axes.set_ylim(MOST_BARS - 0.5, -0.5)
    style.no_scale(axes, style.INK)
    axes.set_xlim(0, 80)


def _spoken(name: str) -> str:
    short = {
        "other countries and unaffiliated users": "other countries and\nunaffiliated users",
        "unmapped": "unlisted publishers",
        "other": "other countries",
        "unknown": "country unknown",
    }
    return short.get(name, name)


def _name_panel(axes: Axes, scope_id: str, rows: pd.DataFrame) -> None:
    name, counted = DENOMINATORS[scope_id]
    start, end = rows["date_from"].min(), rows["date_to"].max()
    said = words.day(end) if start == end else words.month(end)
    counted = counted.format(period=f"{words.month(start)} to {words.month(end)}", end=said)
    axes.annotate(name, (0, 1), xytext=(-95, 21), xycoords="axes fraction", textcoords="offset points",
                  weight="bold", fontsize=9.5)  # fmt: skip
    axes.annotate(counted, (0, 1), xytext=(-95, 9), xycoords="axes fraction", textcoords="offset points",
                  color=style.GREY, fontsize=8.5)  # fmt: skip


def _log(axes: Axes, least: float) -> None:
    """A log scale from below the smallest share drawn to 100 percent."""
    axes.set_yscale("log")
    axes.set_ylim(least / 1.6, 100)
    ticks = [tick for tick in (0.001, 0.01, 0.1, 1, 10) if tick >= least / 1.6]
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()


def _months(axes: Axes, rows: pd.DataFrame, focus: str) -> None:
    ends = []
    log = axes.get_yscale() == "log"  # on which zero has no place
    for country in [c for c in COUNTRIES if c in set(rows["country"])]:
        line = rows[rows["country"] == country].sort_values("date")
        axes.plot(
            line["date"], line["share"].where(line["share"] > 0) if log else line["share"], color=style.COLOURS[country], marker=style.MARKERS[country],
            mfc="white", ms=5.5, lw=2.4 if country == focus else 1.4,
        )  # fmt: skip
        ends.append((line["date"].iloc[-1], line["share"].iloc[-1], country))
    dates, values, names = zip(*ends) if ends else ([], [], [])
    texts = [f"{n} {v:.2g}" for n, v in zip(names, values)]
    tints = [style.COLOURS[n] for n in names]
    heights = [max(value, axes.get_ylim()[0]) for value in values]
    style.side_labels(axes, dates, heights, texts, tints, [9] * len(ends), 13)
    months = pd.date_range("2026-04-01", "2026-10-01", freq="MS")
    axes.set_xticks(
        months, [f"{m:%b}\n{m:%Y}" if i == 0 else f"{m:%b}" for i, m in enumerate(months)]
    )
    axes.set_xlim(pd.Timestamp("2026-03-25"), pd.Timestamp("2026-10-20"))


def _bars(
    axes: Axes,
    names: pd.Series,
    shares: pd.Series,
    countries: pd.Series,
    focus: str,
    named: bool = False,
) -> None:
    """Draw bars with their values; ``named`` writes the country beside, where colour alone would tell it."""
    for position, (share, country) in enumerate(zip(shares, countries)):
        tint = style.COLOURS.get(country, style.PALE)
        axes.barh(position, share, height=0.66, color=tint, edgecolor=tint, linewidth=1.2)
        weight = "bold" if country == focus else "normal"
        text = f"{share:.1f}" if share >= 0.95 else f"{share:.2f}"
        text += f"  {country}" if named and country in style.COLOURS else ""
        style.note(axes, share, position, text, dx=4, weight=weight)
    axes.set_yticks(range(len(names)), names)
    for label in axes.get_yticklabels():
        label.set_parse_math(False)  # a publisher may call itself what it likes
    axes.set_ylim(len(names) - 0.5, -0.5)
    style.no_scale(axes, style.INK)
    axes.set_xlim(0, shares.max() * 1.1)
