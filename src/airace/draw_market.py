"""Two figures of 03-market-size: sizes by scope, and projections with the growth that they imply."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from airace import money, style, words
from airace.figures import one_scope
from airace.market import SCOPES

LINES = {"core_industry": style.COLOURS["China"], "it_spending": style.ACCENT}
ARTICLE_YEAR = 2026


def printed_marks(
    size: dict,
    projection: dict,
    daily: pd.DataFrame,
    currency: str,
    conversion: str,
    rate_date: str,
) -> pd.DataFrame:
    """Return the two printed numbers as points: the size as current, the projection at its year.

    A printed number is converted at the rate of ``rate_date``; ``conversion`` is for published
    figures, which describe a period.
    """
    rows = pd.DataFrame([size, projection])
    rows["date_to"] = [pd.Timestamp(f"{ARTICLE_YEAR}-12-31"), words.period(projection["as_of"])[1]]
    rows["date_from"] = [d.replace(month=1, day=1) for d in rows["date_to"]]
    rows["scope_class"], rows["status"], rows["bound"] = "as printed", "printed", "exact"
    return money.convert(rows, daily, currency, "spot", rate_date)


def headline_sizes(sizes: pd.DataFrame, printed: pd.DataFrame) -> str:
    """Say which year the printed size belongs to, and what the latest figure is."""
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
    """
    subtitle = (
        f"China, billions of {_money(currency)} by the year described. Left: the officially published core AI "
        "industry; a short line is the growth printed with a figure. Right: IT spending (IDC; hollow: forecasts), by edition."
    )
    figure, (core, spending) = style.canvas(
        title, subtitle, 5.8, [(0.06, 0, 0.425, 0.92), (0.6, 0, 0.35, 0.92)], below=0.3
    )
    official = one_scope(points[points["scope_class"] == "core_industry"], "scope_class")
    _core(core, official)
    _own_growth(core, official, breaks)
    size = printed.iloc[0]
    style.printed(core, ARTICLE_YEAR, size["amount"])
    style.note(
        core, ARTICLE_YEAR, size["amount"], f"printed as\ncurrent:\n{size['amount']:,.0f}",
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


def plotted_sizes(points: pd.DataFrame, printed: pd.DataFrame) -> pd.DataFrame:
    """The drawn values of ``sizes``."""
    both = pd.concat([printed.iloc[[0]], points])
    return both[["scope_class", "status", "vintage", "date_to", "amount", "bound", "rate", "rate_kind",
                 "confidence", "snapshot", "row"]]  # fmt: skip


def describe_sizes(points: pd.DataFrame, printed: pd.DataFrame, currency: str) -> str:
    parts = [
        f"{SCOPES[scope]}: "
        + ", ".join(f"{r.date_to.year} {_more(r.bound)}{r.amount:,.0f}" for r in rows.itertuples())
        for scope, rows in points.sort_values("date_to").groupby("scope_class")
    ]
    return (
        f"Two charts of published sizes in billions of {_money(currency)}. {'; '.join(parts)}. "
        f"The article prints {printed['amount'].iloc[0]:,.0f} as current."
    )


def headline_projections(pairs: pd.DataFrame) -> str:
    """Say which growth the printed pair implies, and which one pairs of equal scope imply."""
    first, like = pairs.iloc[0], pairs[pairs["pairing"].str.startswith("like")]
    low, high = like["growth_percent_a_year"].min(), like["growth_percent_a_year"].max()
    return (
        f"The printed pair implies {first['growth_percent_a_year']:.0f} percent growth a year; "
        f"pairs of one scope imply {_signed(low)} to {_signed(high)}"
    )


def projections(
    sizes: pd.DataFrame,
    later: pd.DataFrame,
    pairs: pd.DataFrame,
    printed: pd.DataFrame,
    currency: str,
    scope: str,
    title: str,
) -> Figure:
    """Draw sizes and projections by scope on a log axis, and beside them the growth of each pairing."""
    subtitle = (
        f"Left: published sizes (solid) and projections or targets (hollow) for China by scope, billions of "
        f"{_money(currency)}, log scale. Right: annual growth that each pairing with 2030 implies, percent."
    )
    figure, (left, right) = style.canvas(
        title, subtitle, 6.4, [(0.17, 0, 0.37, 0.93), (0.77, 0, 0.2, 0.93)], below=0.34
    )
    _ladder(left, sizes, later, printed, scope)
    _growth(right, pairs, scope)
    left.set_title("What is counted")
    right.set_title("Implied growth a year")
    return figure


def plotted_projections(
    sizes: pd.DataFrame, later: pd.DataFrame, pairs: pd.DataFrame, printed: pd.DataFrame
) -> pd.DataFrame:
    """The drawn values of ``projections``: points, then pairings."""
    columns = ["panel", "scope_class", "status", "date_to", "amount", "bound", "growth_percent_a_year",
               "pairing", "snapshot", "row"]  # fmt: skip
    known = _starts(sizes, later)
    points = pd.concat([printed, known, later]).assign(panel="what is counted")
    growth = pairs.assign(panel="implied growth")
    return pd.concat([points, growth]).reindex(columns=columns)


def describe_projections(pairs: pd.DataFrame) -> str:
    parts = [
        f"{r.pairing}, {r.start_year} to {r.end_year}: {r.growth_percent_a_year:.0f} percent"
        for r in pairs.itertuples()
    ]
    return (
        "A ladder of sizes and projections by scope on a log scale, and bars of the growth a year that "
        f"each pairing implies. {'; '.join(parts)}."
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
        text = f"{_more(row.bound)}{row.amount:,.0f}"
        right = row.date_to.month != 12 and row.bound != "lower"
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
    """Place a figure at the year it describes; one of mid-year stands half a year before its end."""
    return date.year if date.month == 12 else date.year - 0.5


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
    for vintage, rows in points.sort_values("date_to").groupby("vintage"):
        years = rows["date_to"].dt.year
        axes.plot(years, rows["amount"], color=LINES["it_spending"], lw=1, alpha=0.5)
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


LADDER = ["core_industry", "market_unspecified", "related_industries", "investment"]


def _starts(sizes: pd.DataFrame, later: pd.DataFrame) -> pd.DataFrame:
    """The latest two years of sizes of each scope that has a projection."""
    known = sizes[sizes["scope_class"].isin(later["scope_class"]) & (sizes["status"] == "estimate")]
    ordered = known.sort_values(["date_to", "amount"])
    return (
        ordered.drop_duplicates(["scope_class", "date_to"], keep="last")
        .groupby("scope_class")
        .tail(2)
    )


def _ladder(
    axes: Axes, sizes: pd.DataFrame, later: pd.DataFrame, printed: pd.DataFrame, scope: str
) -> None:
    axes.set_xscale("log")
    rungs, names = [], []
    for scope_class in LADDER:
        rows = pd.concat([_starts(sizes, later), later])
        rows = rows[rows["scope_class"] == scope_class].sort_values(["date_to", "amount"])
        rungs += list(rows.itertuples())
        names += [SCOPES[scope_class]] + [""] * (len(rows) - 1)
    top = list(printed.itertuples())
    axes.plot([r.amount for r in top], [0, 0], ls=":", color=style.INK, lw=1.3)
    for mark in top:
        year = mark.date_to.year
        style.printed(axes, mark.amount, 0)
        style.note(axes, mark.amount, 0, f"{mark.amount:,.0f}\n({year})", dx=0, dy=-17, ha="center",
                   weight="bold", fontsize=8)  # fmt: skip
    position, places, last = 1.2, [], None
    for rung in rungs:
        position += 1.15 if rung.scope_class != last else 0.85
        last = rung.scope_class
        places.append(position)
        tint = style.ACCENT if rung.scope_class == scope else style.GREY
        _rung(axes, rung, position, tint)
    axes.set_ylim(position + 0.7, -0.9)
    amounts = [r.amount for r in rungs + top]
    axes.set_xlim(min(amounts) / 2.2, max(amounts) * 5.5)
    axes.minorticks_off()
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.grid(True, axis="x")
    axes.grid(False, axis="y")
    _name_scopes(axes, rungs, places, scope)


def _rung(axes: Axes, rung: object, position: float, tint: str) -> None:
    solid = rung.status == "estimate"
    axes.plot([rung.amount], [position], "o", ms=7, mec=tint, mew=1.6, mfc=tint if solid else "white", zorder=4,
              alpha=0.5 if rung.confidence == "C" else 1)  # fmt: skip
    if rung.bound == "lower":
        axes.annotate("", (rung.amount, position), xytext=(20, 0), textcoords="offset points",
                      arrowprops={"arrowstyle": "<|-", "color": tint, "lw": 1.4, "shrinkA": 0, "shrinkB": 4})  # fmt: skip
    who = _short(rung.originator)
    what = {"target": " target", "estimate": " size"}.get(rung.status, "")
    side = -1 if rung.scope_class in ("related_industries", "investment") else 1
    style.note(axes, rung.amount, position, f"{rung.date_to.year}{what}, {who}", fontsize=7.5, color=tint,
               dx=(24 if rung.bound == "lower" and side > 0 else 8) * side)  # fmt: skip


def _name_scopes(axes: Axes, rungs: list, places: list[float], scope: str) -> None:
    middle = pd.Series(places).groupby([r.scope_class for r in rungs], sort=False).mean()
    spoken = {
        "core_industry": "Core AI industry",
        "market_unspecified": "Market demand,\nscope not stated",
        "related_industries": "AI with related\nindustries",
        "investment": "Investment, a sum\nover six years",
    }
    axes.set_yticks([0, *middle], ["As printed", *(spoken[s] for s in middle.index)])
    axes.tick_params(axis="y", labelcolor=style.INK)


def _growth(axes: Axes, pairs: pd.DataFrame, scope: str) -> None:
    names = []
    for position, row in enumerate(pairs.itertuples()):
        printed, growth = row.pairing == "as printed", row.growth_percent_a_year
        like = row.scopes == f"{scope} to {scope}"
        tint = style.INK if printed else style.ACCENT if like else style.PALE
        axes.barh(position, growth, height=0.62, color=tint)
        style.note(axes, max(growth, 0), position, f"{_bound_sign(row)}{_signed(growth)}", dx=5)
        pair = f"{_short(row.start_who)} {row.start_year}\nto {_short(row.end_who)} {row.end_year}"
        names.append(f"as printed, {row.start_year}\nto {row.end_year}" if printed else pair)
    axes.set_yticks(range(len(pairs)), names, fontsize=7.5)
    axes.set_ylim(len(pairs) - 0.5, -0.7)
    axes.set_xticks([])
    axes.grid(False)
    axes.axvline(0, color=style.GREY, lw=0.8)
    axes.spines["bottom"].set_visible(False)
    low = min(0, pairs["growth_percent_a_year"].min())
    axes.set_xlim(low * 1.3 - 1, pairs["growth_percent_a_year"].max() * 1.25)


def _short(originator: str) -> str:
    """First words of a maker's name: enough to find the row."""
    return originator.split(" (")[0].replace(" Research", "").replace(" minister Li Lecheng", "")


def _bound_sign(row: object) -> str:
    if row.start_bound == "lower" and row.end_bound != "lower":
        return "at most "
    return "at least " if row.end_bound == "lower" and row.start_bound != "lower" else ""


def _signed(value: float) -> str:
    """Write a whole number with a real minus sign, and no minus zero."""
    return f"{round(value) + 0:,d}".replace("-", "\u2212")


def _more(bound: str) -> str:
    return {"lower": ">", "approx": "~"}.get(bound, "")


def _money(currency: str) -> str:
    return {"CNY": "yuan", "USD": "dollars"}[currency]
