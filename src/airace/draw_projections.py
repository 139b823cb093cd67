"""A figure of 03-market-size: projections by scope, and the growth that each pairing implies."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from airace import style, words
from airace.market import SCOPES

LADDER = ["core_industry", "market_unspecified", "related_industries", "investment"]


def headline(pairs: pd.DataFrame) -> str:
    """Say which growth the printed pair implies, and which one the core industry alone.

    A pair whose both ends are lower bounds determines nothing and is left out.

    ``pairs`` come from ``market.pairings``.

    >>> import pandas as pd
    >>> from airace import draw_projections, paths
    >>> pairs = pd.read_csv(paths.processed() / "market_pairings.csv")
    >>> print(draw_projections.headline(pairs))
    The printed pair implies 81 percent growth a year, the core industry alone at most 1
    """
    first = pairs.iloc[0]
    core = pairs[
        (pairs["scopes"] == "core_industry to core_industry") & (pairs["end_bound"] != "lower")
    ]
    growth = core["growth_percent_a_year"].max()
    alone = f"at most {_signed(growth)}" if len(core) else "an open one"
    return (
        f"The printed pair implies {first['growth_percent_a_year']:.0f} percent growth a year, "
        f"the core industry alone {alone}"
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
    """Draw sizes and projections by scope on a log axis, and beside them the growth of each pairing.

    ``sizes`` and ``later`` carry ``amount`` in billions of ``currency``, ``pairs`` come from
    ``market.pairings``, and ``printed`` from ``draw_market.printed_marks``; ``scope`` is in colour.

    >>> import pandas as pd
    >>> from airace import claims, draw_market, draw_projections, money, paths, snapshots
    >>> pairs = pd.read_csv(paths.processed() / "market_pairings.csv")
    >>> daily = money.per_dollar(snapshots.load("exchange_rates/2026-10-30"))
    >>> how = {"currency": "CNY", "conversion": "spot", "rate_date": "2026-03-10"}
    >>> later = money.convert(snapshots.load("projections/2026-03-06"), daily, **how)
    >>> later = later[later["date_to"] >= pd.Timestamp("2030-01-01")]
    >>> sizes = pd.read_csv(paths.processed() / "market_sizes.csv", parse_dates=["date_to"])
    >>> ledger = claims.ledger("article/2026-03-10")
    >>> pair = (ledger[claim] for claim in ("market-900bn-yuan", "projection-1400bn-2030"))
    >>> printed = draw_market.printed_marks(*pair, daily, **how)
    >>> scope = "core_industry"
    >>> figure = draw_projections.projections(sizes, later, pairs, printed, "CNY", scope, "A title")
    >>> len(figure.axes)
    2
    """
    subtitle = (
        f"Left: published sizes (solid) and projections or targets (hollow) for China by scope, billions of "
        f"{words.currency(currency)}, log scale. Right: annual growth that each pairing with {pairs['end_year'].iloc[0]} implies, percent; open: both ends are lower bounds."
    )
    figure, (left, right) = style.canvas(
        title, subtitle, 6.4, [(0.17, 0, 0.37, 0.93), (0.77, 0, 0.2, 0.93)], below=0.34
    )
    _ladder(left, sizes, later, printed, scope)
    _growth(right, pairs, scope)
    left.set_title("What is counted")
    right.set_title("Implied growth a year")
    return figure


def plotted(
    sizes: pd.DataFrame, later: pd.DataFrame, pairs: pd.DataFrame, printed: pd.DataFrame
) -> pd.DataFrame:
    """The drawn values of ``projections``: points, then pairings.

    One row per drawn value, with the columns ``snapshot`` and ``row`` of what it comes from.
    Arguments as in ``projections``.

    >>> import pandas as pd
    >>> from airace import claims, draw_market, draw_projections, money, paths, snapshots
    >>> pairs = pd.read_csv(paths.processed() / "market_pairings.csv")
    >>> daily = money.per_dollar(snapshots.load("exchange_rates/2026-10-30"))
    >>> how = {"currency": "CNY", "conversion": "spot", "rate_date": "2026-03-10"}
    >>> later = money.convert(snapshots.load("projections/2026-03-06"), daily, **how)
    >>> later = later[later["date_to"] >= pd.Timestamp("2030-01-01")]
    >>> sizes = pd.read_csv(paths.processed() / "market_sizes.csv", parse_dates=["date_to"])
    >>> ledger = claims.ledger("article/2026-03-10")
    >>> pair = (ledger[claim] for claim in ("market-900bn-yuan", "projection-1400bn-2030"))
    >>> printed = draw_market.printed_marks(*pair, daily, **how)
    >>> draw_projections.plotted(sizes, later, pairs, printed)["panel"].unique().tolist()
    ['what is counted', 'implied growth']
    """
    columns = ["panel", "scope_class", "status", "date_to", "amount", "bound", "growth_percent_a_year",
               "pairing", "snapshot", "row"]  # fmt: skip
    known = _starts(sizes, later)
    points = pd.concat([printed, known, later]).assign(panel="what is counted")
    growth = pairs.assign(panel="implied growth")
    return pd.concat([points, growth]).reindex(columns=columns)


def describe(pairs: pd.DataFrame) -> str:
    """Alt text: the growth a year of each pairing, in percent.

    ``pairs`` come from ``market.pairings``.

    >>> import pandas as pd
    >>> from airace import draw_projections, paths
    >>> pairs = pd.read_csv(paths.processed() / "market_pairings.csv")
    >>> print(draw_projections.describe(pairs)[:90], "...")
    A ladder of sizes and projections by scope on a log scale, and bars of the growth a year t ...
    """
    parts = [
        f"{r.pairing}, {_short(r.start_who)} {r.start_year} to {_short(r.end_who)} {r.end_year}: "
        f"{_bound_sign(r)}{_signed(r.growth_percent_a_year)} percent"
        for r in pairs.itertuples()
    ]
    return (
        "A ladder of sizes and projections by scope on a log scale, and bars of the growth a year that "
        f"each pairing implies. {'; '.join(parts)}."
    )


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
        style.more_than(axes, rung.amount, position, (20, 0), tint, clear=4)
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
    style.no_scale(axes)
    axes.axvline(0, color=style.GREY, lw=0.8)
    low = min(0, pairs["growth_percent_a_year"].min())
    axes.set_xlim(low * 1.3 - 1, pairs["growth_percent_a_year"].max() * 1.25)


def _short(originator: str) -> str:
    """First words of a maker's name: enough to find the row."""
    return originator.split(" (")[0].replace(" Research", "").replace(" minister Li Lecheng", "")


def _bound_sign(row: object) -> str:
    if row.start_bound == "lower":
        return "open, about " if row.end_bound == "lower" else "at most "
    return "at least " if row.end_bound == "lower" else ""


def _signed(value: float) -> str:
    """Write a whole number with a real minus sign, and no minus zero."""
    return f"{round(value) + 0:,d}".replace("-", "\u2212")
