"""A figure of 06-investment: firms, groups and states in one year, and plans over several years."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from airace import style, words
from airace.figures import one_scope
from airace.investment import SPENT

ORDER = ["China", "USA", "South Korea"]
COUNTED = {
    "cash": "cash",
    "incl_leases": "with leases",
    "as_reported": "as reported",
    "ai_and_cloud": "AI and cloud",
    "third_party": "press report",
    "public_funding": "budget for AI",
    "private_investment": "private investment in AI firms",
}
SHORT = {
    "Amazon, Microsoft, Alphabet and Meta": "Four US firms",
    "leading Chinese cloud providers": "Leading Chinese clouds",
    "National Growth Fund": "National Growth Fund (not AI alone)",
}
SAID = {"guidance": "guided", "plan": "planned", "forecast": "forecast", "estimate": "estimated"}
FUTURE = ["pledge", "plan", "forecast", "budget"]
SIGNS = {"lower": "\u2265 ", "approx": "about ", "exact": ""}
NOTE = (
    "Each panel has its own scale. Microsoft has no calendar year: "
    "its quarters from April to June are not on record here."
)
ROOM = 1.68  # of the largest amount: room for the label behind it


def headline(rows: pd.DataFrame, currency: str, year: int) -> str:
    """Name the largest figure of one firm of each country, with what it is; weak sources do not count.

    ``rows`` come from ``investment.of_year``, in billions of ``currency``.

    >>> import pandas as pd
    >>> from airace import draw_investment, paths
    >>> rows = pd.read_csv(paths.processed() / "investment_year.csv", parse_dates=["date_to"])
    >>> print(draw_investment.headline(rows, "CNY", 2025))
    Largest firm of each country in 2025, billions of yuan of capital spending: Amazon 947 (cash),
    ByteDance 150 (estimate), Naver 5.06 (estimate)
    """
    firms = rows[(rows["entity_kind"] == "firm") & (rows["confidence"] != "C")]
    largest = firms.loc[firms.groupby("country")["high"].idxmax()]
    parts = [
        f"{row['entity']} {_number(row)} ({row['status'] if row['status'] in SAID else COUNTED[row['definition']]})"
        for _, row in largest.sort_values("high", ascending=False).iterrows()
    ]
    unit = f"billions of {words.currency(currency)}"
    return f"Largest firm of each country in {year}, {unit} of capital spending: {', '.join(parts)}"


def spending(
    rows: pd.DataFrame, plans: pd.DataFrame, currency: str, conversion: str, year: int, title: str,
    article_day: str,
) -> Figure:  # fmt: skip
    """Draw firms at the left; groups of firms, other money and plans, each in a panel of its own.

    ``rows`` come from ``investment.of_year``, ``plans`` are the rows over several years; both carry
    ``low`` and ``high`` in billions of ``currency``.

    >>> import pandas as pd
    >>> from airace import draw_investment, paths
    >>> rows = pd.read_csv(paths.processed() / "investment_year.csv", parse_dates=["date_to"])
    >>> plans = pd.read_csv(paths.processed() / "investment_plans.csv", parse_dates=["date_to"])
    >>> how = ("CNY", "period average", 2025)
    >>> figure = draw_investment.spending(rows, plans, *how, "A title", "2026-03-10")
    >>> len(figure.axes)
    4
    """
    later = (rows["date_to"] > pd.Timestamp(article_day)) & rows["status"].isin(SPENT)
    rows, plans = _spans(rows.assign(later=later)), _spans(plans.assign(later=False))
    at = f"the rate of {words.day(article_day)}"
    if conversion == "period average":
        at = f"each period's average rate (open ones: of {words.day(article_day)})"
    subtitle = (
        f"Billions of {words.currency(currency)} at {at}. Solid: spent, by the firm's own definition. "
        "Lighter: estimate, press, weak source. Box: guidance. Hatched: pledge, plan, forecast, budget."
        + " Dashed: after article."
        * bool(later.any())
    )
    lists = [(0.6, up, 0.38, high) for up, high in [(0.725, 0.225), (0.4, 0.225), (0, 0.3)]]
    figure, axes = style.canvas(title, subtitle, 6.5, [(0.2, 0, 0.34, 0.95), *lists], below=0.36)
    _firms(axes[0], one_scope(rows[rows["entity_kind"] == "firm"], "span"))
    axes[0].set_title(f"Firms, {year}")
    for panel, kinds, name in [
        (axes[1], ["group"], f"Groups of firms, {year}, added up by others"),
        (axes[2], ["state", "market"], f"Not capital spending, {year}"),
    ]:
        panel.set_title(name)
        ours = rows[rows["entity_kind"].isin(kinds)]
        _list(panel, ours if ours.empty else one_scope(ours, "span"), 3)
    axes[3].set_title("Plans: sums over several years, not for one")
    _list(axes[3], one_scope(plans, "span"), 4)
    return figure


def plotted(rows: pd.DataFrame, plans: pd.DataFrame, rates: tuple[str, str]) -> pd.DataFrame:
    """The drawn values of ``spending``; a converted one names the rates beside its own row.

    One row per drawn value, with the columns ``snapshot`` and ``row`` of what it comes from.
    ``rates`` are snapshot and row of the rate.

    >>> import pandas as pd
    >>> from airace import draw_investment, paths
    >>> rows = pd.read_csv(paths.processed() / "investment_year.csv", parse_dates=["date_to"])
    >>> plans = pd.read_csv(paths.processed() / "investment_plans.csv", parse_dates=["date_to"])
    >>> drawn = draw_investment.plotted(rows, plans, ("exchange_rates/2026-10-30", "2026-03-10"))
    >>> drawn.groupby("panel").size()
    panel
    one year         16
    several years     4
    dtype: int64
    """
    table = pd.concat([rows.assign(panel="one year"), plans.assign(panel="several years")])
    spot = table["rate_kind"] == "spot"
    table.loc[table["rate_kind"] != "none", "snapshot"] += f"; {rates[0]}"
    table.loc[spot, "row"] += f"; {rates[1]}"
    return table[["panel", "entity", "country", "definition", "status", "period", "years", "quarters", "low",
                  "high", "bound", "rate", "rate_kind", "confidence", "snapshot", "row"]]  # fmt: skip


def describe(rows: pd.DataFrame, plans: pd.DataFrame, currency: str, year: int) -> str:
    """Alt text: every amount with its definition, then the plans.

    Arguments as in ``spending``.

    >>> import pandas as pd
    >>> from airace import draw_investment, paths
    >>> rows = pd.read_csv(paths.processed() / "investment_year.csv", parse_dates=["date_to"])
    >>> plans = pd.read_csv(paths.processed() / "investment_plans.csv", parse_dates=["date_to"])
    >>> print(draw_investment.describe(rows, plans, "CNY", 2025)[:90], "...")
    Bars of amounts for 2025 in billions of yuan, each by its own definition: Alibaba, AI and  ...
    """
    of_year = [f"{_name(r)} {_said(r)}" for _, r in rows.iterrows()]
    over = [f"{_name(r)} {_said(r)}" for _, r in plans.iterrows()]
    return (
        f"Bars of amounts for {year} in billions of {words.currency(currency)}, each by its own definition: {'; '.join(of_year)}. "
        f"A panel of plans over several years: {'; '.join(over)}."
    )


def _spans(rows: pd.DataFrame) -> pd.DataFrame:
    """Mark amounts of one year and amounts of several: the two never share a panel."""
    several = rows["period_type"] == "multi_year"
    return rows.assign(span=several.map({True: "several years", False: "one year"}))


def _firms(axes: Axes, rows: pd.DataFrame) -> None:
    """Draw the firms of each country under its name, the largest first, definitions together."""
    largest = rows.groupby("entity")["high"].transform("max")
    ordered = rows.assign(largest=largest, place=rows["country"].map(ORDER.index)).sort_values(
        ["place", "largest", "entity", "high"], ascending=[True, False, True, False]
    )
    position, ticks, country = -1, {}, None
    for _, row in ordered.iterrows():
        if row["country"] != country:
            country, position = row["country"], position + 1.1
            tint = style.colour(country)
            style.note(axes, 0, position, country, dx=-4, weight="bold", color=tint, fontsize=9)
        position += 1
        ticks[position] = _name(row)
        _bar(axes, row, position, 0.62)
        beside = 17 if row["bound"] == "lower" else 5
        style.note(axes, row["high"], position, _said(row), dx=beside, fontsize=7.5)
    axes.set_yticks(list(ticks), list(ticks.values()), fontsize=8)
    axes.tick_params(axis="y", labelcolor=style.INK, pad=3)
    _frame(axes, (-0.4, max(position + 0.6, 11)), position + 0.6, rows["high"].max() * ROOM)
    axes.text(
        -0.53, -0.035, NOTE, transform=axes.transAxes, fontsize=7.5, color=style.GREY, va="top"
    )


def _list(axes: Axes, rows: pd.DataFrame, slots: int) -> None:
    """Draw bars with their names and amounts above them, in so many places."""
    if rows.empty:
        style.note(axes, 0, 0, "nothing on record here", dx=0, color=style.GREY, fontsize=8)
    for position, (_, row) in enumerate(rows.sort_values("high", ascending=False).iterrows()):
        _bar(axes, row, position, 0.34)
        style.note(axes, 0, position, f"{_name(row)}: {_said(row)}", dx=1, dy=9, fontsize=7.5)
    axes.set_yticks([])
    right = rows["high"].max() * 1.1 if len(rows) else 1
    _frame(axes, (-0.75, slots - 0.6), len(rows) - 0.6 if len(rows) else -0.75, right)


def _frame(axes: Axes, span: tuple[float, float], last: float, right: float) -> None:
    """Set the limits, and draw the zero line as far down as there are bars."""
    axes.set_ylim(span[1], span[0])
    axes.set_xlim(0, right)
    style.no_scale(axes)
    axes.plot([0, 0], [span[0], last], color=style.GREY, lw=0.8, clip_on=False)


def _bar(axes: Axes, row: pd.Series, position: float, height: float) -> None:
    """Draw one amount the way its status asks for."""
    tint, low, high = style.colour(row["country"]), row["low"], row["high"]
    own = row["definition"] != "third_party" and row["status"] != "estimate"
    faint = not own or row["confidence"] == "C"
    look = {"fc": tint, "ec": tint, "lw": 0, "alpha": 0.45 if faint else 1}
    if row["status"] in FUTURE:
        look = {"fc": "white", "ec": tint, "lw": 1, "hatch": "/////", "alpha": 0.6 if faint else 1}
    if row["later"]:
        look = {"fc": "white", "ec": tint, "lw": 1.2, "ls": (0, (3, 2))}
    if row["status"] == "guidance":
        axes.plot([0, low], [position] * 2, color=style.PALE, lw=0.9, ls=(0, (1, 2)), zorder=1)
        look = {"fc": "white", "ec": tint, "lw": 1.6}
        axes.barh(position, high - low, height, left=low, **look)
    else:
        axes.barh(position, high, height, **look)
    if row["bound"] == "lower":
        style.more_than(axes, high, position, (14, 0), tint, lw=1.3)


def _said(row: pd.Series) -> str:
    """Write the amount, and what a reader must know beside it."""
    found = [_number(row)]
    if row["period_type"] == "quarters":
        found.append(f"{row['quarters']:.0f} of 4 quarters")
    if row["period_type"] in ("fiscal_year", "trailing_year"):
        found.append(f"year to {row['date_to']:%b %Y}")
    if row["entity_kind"] == "firm" and row["period_type"] != "multi_year":
        found.append(SAID.get(row["status"], ""))
    found.append("weak source" * (row["confidence"] == "C"))
    return ", ".join(filter(None, found))


def _name(row: pd.Series) -> str:
    """Name a row: who, what or over how many years, and by whom where others count."""
    market, several = row["entity_kind"] == "market", row["period_type"] == "multi_year"
    who = row["country"] if market else SHORT.get(row["entity"], row["entity"])
    what, others = COUNTED[row["definition"]], row["definition"] == "third_party"
    if several:
        over = f"over {row['years']} years" if pd.notna(row["years"]) else "years not stated"
        what = f"{over}, {row['status']}"
    elif row["entity_kind"] == "group":
        what = row["status"] if row["status"] != "actual" else ""
    else:
        others = False  # the press report of a firm says so in its definition
    return ", ".join(filter(None, [who, what, row["originator"] if others else ""]))


def _number(row: pd.Series) -> str:
    ends = dict.fromkeys(words.number(end) for end in (row["low"], row["high"]))
    return SIGNS[row["bound"]] + " to ".join(ends)
