"""Spending against a pledge, and amounts of one year, each by its own definition.

Points are rows of the topic ``investment``: one amount each, with ``definition`` (what is counted),
``status`` (spent, guided, planned, ...) and ``period_type``. Amounts of different definitions are never
added up, a guidance is never joined with what was spent, and a plan for several years is no year.
"""

from __future__ import annotations

import pandas as pd

from airace import money
from airace.errors import RequestError

# The pledge runs over "the next three years" from February 2025; it does not say which years.
READINGS = {
    "fiscal years": ("2025-04-01", "2028-03-31"),
    "calendar years": ("2025-01-01", "2027-12-31"),
}
QUARTERS = 12
YEARLY = ["calendar_year", "fiscal_year", "trailing_year"]
SPENT = ["actual", "derived"]


def convert(
    points: pd.DataFrame, daily: pd.DataFrame, currency: str, conversion: str, rate_date: str
) -> pd.DataFrame:
    """Add what ``money.convert`` adds, and ``low`` and ``high``: the ends of a range in billions.

    Both are the amount where a point is no range.

    >>> from airace import investment, money, snapshots
    >>> daily = money.per_dollar(snapshots.load("exchange_rates/2026-10-30"))
    >>> points = snapshots.load("investment/2026-05-14")
    >>> points = investment.convert(points, daily, "CNY", "period average", "2026-03-10")
    >>> points[["entity", "period", "value", "unit", "amount", "low", "high"]].iloc[[12]]
           entity period  value    unit  amount    low   high
    12  ByteDance   2025  150.0  bn CNY   150.0  150.0  150.0
    """
    converted = money.convert(points, daily, currency, conversion, rate_date)
    multiple = points["unit"].str.split().str[0].map(money.BILLIONS)
    billions = multiple * converted["rate"]
    ends = {name: converted[f"value_{name}"].fillna(converted["value"]) for name in ("low", "high")}
    return converted.assign(**{name: end * billions for name, end in ends.items()})


def progress(spending: pd.DataFrame, pledged: float, reading: str) -> pd.DataFrame:
    """Return what was spent of a pledge by the end of each period inside the window of a reading.

    ``spending`` are the quarters (or half-years) of one firm and one definition, in the unit of
    ``pledged``. Columns: ``spent`` since the window opened, ``share_percent``, ``even_percent`` (where
    an even pace would be), ``a_quarter`` so far and ``needed_a_quarter`` for the rest; ``row`` names
    all periods that are summed. Raises RequestError where periods overlap or leave a gap, or more
    than one definition comes in.

    ``reading`` is one of READINGS.

    >>> from airace import investment, snapshots
    >>> points = snapshots.load("investment/2026-05-14").query("entity == 'Alibaba'")
    >>> quarters = points["period_type"].isin(["quarter", "half_year"])
    >>> group = points[quarters & (points["definition"] == "as_reported")]
    >>> steps = investment.progress(group, 380, "fiscal years")
    >>> steps[["period", "spent", "share_percent", "even_percent"]].tail(2).round(1)
                           period  spent  share_percent  even_percent
    1      July to September 2025   70.2           18.5          16.7
    2  October 2025 to March 2026  126.0           33.2          33.3
    """
    start, end = map(pd.Timestamp, READINGS[reading])
    inside = spending[(spending["date_from"] >= start) & (spending["date_to"] <= end)]
    steps = inside.sort_values("date_from").assign(reading=reading)
    counted = list(steps["definition"].unique())
    if len(counted) != 1:
        raise RequestError("wanted spending of one definition", ", ".join(counted) or "none")
    opens = [start, *(steps["date_to"] + pd.Timedelta(days=1))][: len(steps)]
    if list(steps["date_from"]) != opens:
        found = "; ".join(
            f"{r.date_from:%Y-%m-%d} to {r.date_to:%Y-%m-%d}" for r in steps.itertuples()
        )
        raise RequestError(f"wanted periods without gap or overlap from {start:%Y-%m-%d}", found)
    months = (
        (steps["date_to"].dt.year - start.year) * 12 + steps["date_to"].dt.month - start.month + 1
    )
    steps["quarters"], steps["spent"] = months / 3, steps["value"].cumsum()
    steps["share_percent"] = steps["spent"] / pledged * 100
    steps["even_percent"] = steps["quarters"] / QUARTERS * 100
    steps["a_quarter"] = steps["spent"] / steps["quarters"]
    steps["needed_a_quarter"] = (pledged - steps["spent"]) / (QUARTERS - steps["quarters"])
    steps["row"] = ["; ".join(steps["row"].iloc[: n + 1]) for n in range(len(steps))]
    return steps.reset_index(drop=True)


def part_ranges(part: pd.Series, group: pd.DataFrame) -> pd.DataFrame:
    """Return the least (``low``) and the most (``high``) that a part of the spending can be, by reading.

    ``part`` is the part's amount over a span (AI and cloud in four quarters), ``group`` the quarters of
    the whole group in the same unit. In no quarter is the part larger than the group: what the group
    spent in the span before a window opened can at most all have been the part's, and what it spent
    after that bounds it from above. One row per reading, each naming the rows behind it.

    >>> from airace import investment, snapshots
    >>> points = snapshots.load("investment/2026-05-14").query("entity == 'Alibaba'")
    >>> quarters = points["period_type"].isin(["quarter", "half_year"])
    >>> group = points[quarters & (points["definition"] == "as_reported")]
    >>> year = points[points["period_type"] == "trailing_year"].iloc[0]
    >>> investment.part_ranges(year, group)[["reading", "low", "high", "bound"]].round(1)
              reading   low  high   bound
    0    fiscal years  63.6  70.2  approx
    1  calendar years  88.2  94.8  approx
    """
    span = group[(group["date_from"] >= part["date_from"]) & (group["date_to"] <= part["date_to"])]
    rows = []
    for reading, (opens, _) in READINGS.items():
        after = span["date_from"] >= pd.Timestamp(opens)
        outside, inside = span.loc[~after, "value"].sum(), span.loc[after, "value"].sum()
        rows.append(
            {
                "reading": reading, "definition": part["definition"], "status": "derived",
                "confidence": "derived", "date_from": pd.Timestamp(opens), "date_to": part["date_to"],
                "low": max(part["value"] - outside, 0), "high": min(part["value"], inside),
                "bound": part["bound"], "snapshot": part["snapshot"],
                "row": "; ".join([part["row"], *span["row"]]),
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def of_year(points: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return one row per entity, definition and source for the twelve months that end in ``year``.

    Where a firm has no such figure of a definition, but two or three quarters of that calendar year,
    their sum stands as a lower bound (``quarters`` says how many they are). Plans over several years are left
    out. ``points`` carry ``low`` and ``high`` (``convert``).

    >>> from airace import investment, money, snapshots
    >>> daily = money.per_dollar(snapshots.load("exchange_rates/2026-10-30"))
    >>> points = snapshots.load("investment/2026-05-14")
    >>> points = investment.convert(points, daily, "CNY", "period average", "2026-03-10")
    >>> rows = investment.of_year(points, 2025)
    >>> rows[["entity", "definition", "period", "low", "bound"]].head(2)
          entity    definition                          period    low   bound
    0    Alibaba  ai_and_cloud  October 2024 to September 2025  120.0  approx
    1  ByteDance   third_party                            2025  150.0   exact
    """
    ending = points[points["date_to"].dt.year == year]
    whole = ending[ending["period_type"].isin(YEARLY)].assign(quarters=4)
    known = set(zip(whole["entity"], whole["definition"]))
    sums = [
        {
            **rows.iloc[-1].to_dict(), "date_from": rows["date_from"].min(), "bound": "lower",
            "period_type": "quarters", "quarters": len(rows), "status": "derived",
            "confidence": "derived", "low": rows["low"].sum(), "high": rows["high"].sum(), "value": rows["value"].sum(),
            "inputs": "; ".join(rows["row"]), "row": "; ".join(rows["row"]),
        }
        for key, rows in ending[ending["period_type"] == "quarter"].groupby(["entity", "definition"])
        if key not in known and len(rows) >= 2
    ]  # fmt: skip
    return pd.concat([whole, pd.DataFrame(sums)], ignore_index=True)


def spent_finding(pledge: pd.Series, latest: pd.DataFrame) -> str:
    """Compose how the pledge reads and what of it was spent; ``latest`` has one row per reading.

    >>> import pandas as pd
    >>> from airace import draw_pledge, investment, snapshots
    >>> points = snapshots.load("investment/2026-05-14").query("entity == 'Alibaba'")
    >>> quarters = points["period_type"].isin(["quarter", "half_year"])
    >>> group = points[quarters & (points["definition"] == "as_reported")]
    >>> pledge = points[points["status"] == "pledge"].iloc[0]
    >>> steps = pd.concat([investment.progress(group, 380, r) for r in investment.READINGS])
    >>> print(investment.spent_finding(pledge, draw_pledge.before(steps, "2026-03-10")))
    Alibaba pledged at least that on 24 February 2025, over the next 3 years without saying which;
    by September 2025, the last quarter published before the article, group capital spending of all
    kinds came to 18 percent (70.2 billion, fiscal years) or 25 percent (94.8 billion, calendar
    years, which begin before the pledge)
    """
    spent = " or ".join(
        f"{row.share_percent:.0f} percent ({row.spent:.1f} billion, {row.reading}{_early(row, pledge)})"
        for row in latest.itertuples()
    )
    return (
        f"{pledge['originator']} pledged at least that on {pledge['date_from'].day} "
        f"{pledge['date_from']:%B %Y}, over the next {pledge['years']} years without saying which; by "
        f"{latest['date_to'].iloc[0]:%B %Y}, the last quarter published before the article, group capital "
        f"spending of all kinds came to {spent}"
    )


def _early(row: object, pledge: pd.Series) -> str:
    """Say where the window of a reading opens before the pledge."""
    opens = pd.Timestamp(READINGS[row.reading][0])
    return ", which begin before the pledge" if opens < pledge["date_from"] else ""
