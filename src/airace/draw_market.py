"""A figure of 03-market-size: the published sizes, each scope in a panel of its own."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from airace import money, style, words
from airace.figures import one_scope
from airace.market import SCOPES

LINES = {"core_industry": style.COLOURS["China"], "it_spending": style.ACCENT}


def printed_marks(
    size: dict,
    projection: dict,
    daily: pd.DataFrame,
    currency: str,
    conversion: str,
    rate_date: str,
) -> pd.DataFrame:
    """Return the two printed numbers as points: the size in the article's year, the projection in its own.

    A printed number is converted at the rate of ``rate_date``; ``conversion`` is for published
    figures, which describe a period.

    ``size`` and ``projection`` are statements of the ledger; the other arguments are those of
    ``money.convert``, and ``amount`` is in billions of ``currency``.

    >>> from airace import claims, draw_market, money, snapshots
    >>> daily = money.per_dollar(snapshots.load("exchange_rates/2026-10-30"))
    >>> how = {"currency": "CNY", "conversion": "spot", "rate_date": "2026-03-10"}
    >>> ledger = claims.ledger("article/2026-03-10")
    >>> pair = (ledger[claim] for claim in ("market-900bn-yuan", "projection-1400bn-2030"))
    >>> printed = draw_market.printed_marks(*pair, daily, **how)
    >>> printed[["status", "date_to", "amount"]].round({"amount": 1})
        status    date_to  amount
    0  printed 2026-12-31   900.0
    1  printed 2030-12-31  9628.0
    """
    rows = pd.DataFrame([size, projection])
    rows["date_to"] = [words.period(when[:4])[1] for when in (size["article_day"], projection["as_of"])]
    rows["date_from"] = [d.replace(month=1, day=1) for d in rows["date_to"]]
    rows["scope_class"], rows["status"], rows["bound"] = "as printed", "printed", "exact"
    return money.convert(rows, daily, currency, "spot", rate_date)


def headline(sizes: pd.DataFrame, printed: pd.DataFrame) -> str:
    """Say which year the printed size belongs to, and what the latest figure is.

    Amounts in billions of one currency, see ``money.convert`` and ``printed_marks``.

    >>> from airace import claims, draw_market, money, snapshots
    >>> daily = money.per_dollar(snapshots.load("exchange_rates/2026-10-30"))
    >>> how = {"currency": "CNY", "conversion": "spot", "rate_date": "2026-03-10"}
    >>> ledger = claims.ledger("article/2026-03-10")
    >>> pair = (ledger[claim] for claim in ("market-900bn-yuan", "projection-1400bn-2030"))
    >>> printed = draw_market.printed_marks(*pair, daily, **how)
    >>> sizes = money.convert(snapshots.load("market_size/2026-03-06"), daily, **how)
    >>> print(draw_market.headline(sizes, printed))
    900 billion yuan is the size of 2024; for 2025 the core industry has over 1.2 trillion yuan
    """
    core = sizes[(sizes["scope_class"] == "core_industry") & (sizes["status"] == "estimate")]
    said = words.amount(printed["value"].iloc[0], printed["unit"].iloc[0])
    match = core[core["value"] == printed["value"].iloc[0]]
    years = words.listed([str(year) for year in match["date_to"].dt.year.unique()] or ["no year"])
    last = core.sort_values(["date_to", "value"]).iloc[-1]
    return (
        f"{said} is the size of {years}; "
        f"for {last['date_to'].year} the core industry has over {words.amount(last['value'], last['unit'])}"
    )


def sizes(
    points: pd.DataFrame, breaks: pd.DataFrame, printed: pd.DataFrame, currency: str, title: str
) -> Figure:
    """Draw the official core series and the spending series, each in a panel of its own.

    ``points`` carry ``amount`` in billions of ``currency``; ``breaks`` come from ``market.breaks``.

    >>> from airace import claims, draw_market, market, money, snapshots
    >>> daily = money.per_dollar(snapshots.load("exchange_rates/2026-10-30"))
    >>> how = {"currency": "CNY", "conversion": "spot", "rate_date": "2026-03-10"}
    >>> ledger = claims.ledger("article/2026-03-10")
    >>> pair = (ledger[claim] for claim in ("market-900bn-yuan", "projection-1400bn-2030"))
    >>> printed = draw_market.printed_marks(*pair, daily, **how)
    >>> sizes = money.convert(snapshots.load("market_size/2026-03-06"), daily, **how)
    >>> core = sizes[sizes["scope_class"].isin(["core_industry", "it_spending"])]
    >>> figure = draw_market.sizes(core, market.breaks(sizes), printed, "CNY", "A title")
    >>> len(figure.axes)
    2
    """
    subtitle = (
        f"China, billions of {words.currency(currency)} by the year described. Left: the published core AI "
        "industry; a short line is the growth printed with a figure. Right: IT spending (IDC; hollow: forecasts), by edition."
    )
    figure, (core, spending) = style.canvas(
        title, subtitle, 5.8, [(0.06, 0, 0.425, 0.92), (0.6, 0, 0.35, 0.92)], below=0.3
    )
    official = one_scope(points[points["scope_class"] == "core_industry"], "scope_class")
    _core(core, official)
    _own_growth(core, official, breaks)
    size = printed.iloc[0]
    year = size["date_to"].year
    style.printed(core, year, size["amount"])
    style.note(
        core, year, size["amount"], f"printed as\ncurrent:\n{size['amount']:,.0f}",
        dx=0, dy=-27, ha="center", weight="bold", fontsize=8,
    )  # fmt: skip
    _spending(spending, one_scope(points[points["scope_class"] == "it_spending"], "scope_class"))
    named = [
        (core, "Core AI industry", "core_industry"),
        (spending, "IT spending on AI", "it_spending"),
    ]
    for axes, name, scope in named:
        axes.set_title(name)
        axes.set_ylim(0, points.loc[points["scope_class"] == scope, "amount"].max() * 1.12)
        axes.yaxis.set_major_formatter("{x:,.0f}")
    return figure


def plotted(points: pd.DataFrame, printed: pd.DataFrame) -> pd.DataFrame:
    """The drawn values of ``sizes``.

    One row per drawn value, with the columns ``snapshot`` and ``row`` of what it comes from.

    >>> from airace import claims, draw_market, money, snapshots
    >>> daily = money.per_dollar(snapshots.load("exchange_rates/2026-10-30"))
    >>> how = {"currency": "CNY", "conversion": "spot", "rate_date": "2026-03-10"}
    >>> ledger = claims.ledger("article/2026-03-10")
    >>> pair = (ledger[claim] for claim in ("market-900bn-yuan", "projection-1400bn-2030"))
    >>> printed = draw_market.printed_marks(*pair, daily, **how)
    >>> sizes = money.convert(snapshots.load("market_size/2026-03-06"), daily, **how)
    >>> draw_market.plotted(sizes, printed)[["scope_class", "status", "amount"]].head(2)
         scope_class    status  amount
    0     as printed   printed   900.0
    0  core_industry  estimate   303.1
    """
    both = pd.concat([printed.iloc[[0]], points])
    return both[["scope_class", "status", "vintage", "date_to", "amount", "bound", "rate", "rate_kind",
                 "confidence", "snapshot", "row"]]  # fmt: skip


def describe(points: pd.DataFrame, printed: pd.DataFrame, currency: str) -> str:
    """Alt text: the sizes of each scope by year, and the printed one.

    Arguments as in ``sizes``.

    >>> from airace import claims, draw_market, money, snapshots
    >>> daily = money.per_dollar(snapshots.load("exchange_rates/2026-10-30"))
    >>> how = {"currency": "CNY", "conversion": "spot", "rate_date": "2026-03-10"}
    >>> ledger = claims.ledger("article/2026-03-10")
    >>> pair = (ledger[claim] for claim in ("market-900bn-yuan", "projection-1400bn-2030"))
    >>> printed = draw_market.printed_marks(*pair, daily, **how)
    >>> sizes = money.convert(snapshots.load("market_size/2026-03-06"), daily, **how)
    >>> print(draw_market.describe(sizes, printed, "CNY")[:90], "...")
    Two charts of published sizes in billions of yuan. the core AI industry: 2019 263, 2020 30 ...
    """
    parts = [
        f"{SCOPES[scope]}: "
        + ", ".join(f"{r.date_to.year} {_more(r.bound)}{r.amount:,.0f}" for r in rows.itertuples())
        for scope, rows in points.sort_values("date_to").groupby("scope_class")
    ]
    return (
        f"Two charts of published sizes in billions of {words.currency(currency)}. {'; '.join(parts)}. "
        f"The article prints {printed['amount'].iloc[0]:,.0f} as current."
    )


def _core(axes: Axes, points: pd.DataFrame) -> None:
    tint = LINES["core_industry"]
    for row in points.sort_values(["date_to", "amount"]).itertuples():
        year, hollow = _year(row.date_to), row.status != "estimate"
        if row.bound == "lower":
            style.lower_bound(axes, year, row.amount, 15, color=tint)
        else:
            face = "white" if hollow else tint
            axes.plot([year], [row.amount], "o", ms=7, mec=tint, mew=1.6, mfc=face, zorder=4)
    for row in points.drop_duplicates(["date_to", "amount"]).itertuples():
        day = f" ({row.date_to:%b})" if row.date_to.month != 12 else ""
        text = f"{_more(row.bound)}{row.amount:,.0f}{day}"
        right = row.date_to.month != 12
        style.note(
            axes,
            _year(row.date_to),
            row.amount,
            text,
            dx=8 if right else -8,
            fontsize=8,
            color=style.GREY,
        )
    axes.set_xlim(2018.2, 2026.7)
    axes.set_xticks(range(2019, 2027))


def _year(date: pd.Timestamp) -> float:
    """Place a figure at the year that it describes; a tick stands for the middle of its year."""
    return date.year


def _own_growth(axes: Axes, points: pd.DataFrame, breaks: pd.DataFrame) -> None:
    """Draw the growth that each figure was printed with, and name the widest break."""
    for row in points[points["growth_percent"].notna()].itertuples():
        before = row.amount / (1 + row.growth_percent / 100)
        axes.plot(
            [row.date_to.year - 1, row.date_to.year],
            [before, row.amount],
            color=style.GREY,
            lw=1,
            zorder=1,
        )
    ours = breaks[breaks["row"].isin(points["row"])]
    if ours.empty:
        return
    widest = ours.loc[ours["gap_percent"].abs().idxmax()]
    row = points[points["row"] == widest["row"]].iloc[0]
    before = row["amount"] / (1 + row["growth_percent"] / 100)
    text = f"break: the growth printed for {row['date_to'].year}\nimplies {before:,.0f} for {row['date_to'].year - 1}"
    style.note(axes, row["date_to"].year - 1, before, text, dx=-8, dy=6, fontsize=8)


def _spending(axes: Axes, points: pd.DataFrame) -> None:
    for number, (_, rows) in enumerate(points.sort_values("date_to").groupby("vintage")):
        years = rows["date_to"].dt.year
        dash = "--" if number % 2 else ":"  # editions cross without joining
        axes.plot(years, rows["amount"], color=LINES["it_spending"], lw=1.2, ls=dash, alpha=0.6)
        for row in rows.itertuples():
            year, tint = row.date_to.year, LINES["it_spending"]
            if row.bound == "lower":
                style.lower_bound(axes, year, row.amount, 15, color=tint)
            else:
                axes.plot([year], [row.amount], "s", ms=6, mec=tint, mew=1.5,
                          mfc=tint if row.status == "estimate" else "white", zorder=4)  # fmt: skip
    _vintage_labels(axes, points)
    axes.set_xlim(2019.4, 2029.6)
    axes.set_xticks(range(2020, 2029, 2))


def _vintage_labels(axes: Axes, points: pd.DataFrame) -> None:
    axes.set_ylim(0, points["amount"].max() * 1.15)
    early = points["date_to"].dt.year < 2026
    for rows, dx in [(points[early], 10), (points[~early], -10)]:
        texts = [f"{_more(r.bound)}{r.amount:,.0f} ({r.vintage})" for r in rows.itertuples()]
        years = list(rows["date_to"].dt.year)
        tints = [style.GREY] * len(rows)
        style.side_labels(axes, years, list(rows["amount"]), texts, tints, [dx] * len(rows), 11)


def _more(bound: str) -> str:
    return {"lower": ">", "approx": "~"}.get(bound, "")
