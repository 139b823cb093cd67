"""Sizes and projections of an industry: breaks in a series, and the growth that a pairing implies."""

from __future__ import annotations

import pandas as pd

from airace import money, words

SCOPES = {
    "core_industry": "the core AI industry",
    "industry_unspecified": "an AI industry of unstated scope",
    "market_unspecified": "an AI market of unstated scope",
    "related_industries": "AI with related industries",
    "it_spending": "IT spending on AI",
    "investment": "investment summed over years",
}


def breaks(points: pd.DataFrame) -> pd.DataFrame:
    """Compare each printed growth rate with the value that was published for the year before.

    A figure with growth g implies value / (1 + g / 100) for the year before. Where another figure of
    the same scope stands for that whole year, ``gap_percent`` says how far above it the implied one lies.
    Values in the unit of the points; a lower bound stays one.

    ``points`` carry ``amount``, see ``money.convert``.

    >>> from airace import market, money, snapshots
    >>> daily = money.per_dollar(snapshots.load("exchange_rates/2026-10-30"))
    >>> how = {"currency": "CNY", "conversion": "spot", "rate_date": "2026-03-10"}
    >>> sizes = money.convert(snapshots.load("market_size/2026-03-06"), daily, **how)
    >>> found = market.breaks(sizes)
    >>> found[["year", "value", "growth_percent", "implied_year_before"]].tail(2).round(1)
       year  value  growth_percent  implied_year_before
    0  2023  578.4            13.9                507.8
    1  2024  900.0            24.0                725.8
    """
    rows = []
    for row in points[points["growth_percent"].notna()].itertuples():
        year = row.date_to.year
        implied = row.value / (1 + row.growth_percent / 100)
        earlier = points[
            (points["scope_class"] == row.scope_class)
            & (points["unit"] == row.unit)
            & (points["date_from"] == pd.Timestamp(year - 1, 1, 1))
            & (points["date_to"] == pd.Timestamp(year - 1, 12, 31))
            & (points["status"] != "derived")
        ]
        for before in earlier.itertuples():
            rows.append(
                {
                    "year": year, "row": row.row, "value": row.value,
                    "growth_percent": row.growth_percent, "implied_year_before": implied,
                    "published_row": before.row, "published_year_before": before.value,
                    "gap_percent": (implied / before.value - 1) * 100,
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def pairings(
    sizes: pd.DataFrame, projections: pd.DataFrame, printed: pd.DataFrame, year: int
) -> pd.DataFrame:
    """Return the annual growth that each pairing of a size with a projection for ``year`` implies.

    ``sizes`` and ``projections`` carry ``amount`` in one currency. Paired are the printed numbers as
    they stand and, like for like, the latest two years of sizes of a scope with every projection of
    that scope. A lower bound at the start makes
    the growth an upper bound, one at the end a lower bound.

    >>> from airace import claims, draw_market, market, money, snapshots
    >>> daily = money.per_dollar(snapshots.load("exchange_rates/2026-10-30"))
    >>> how = {"currency": "CNY", "conversion": "spot", "rate_date": "2026-03-10"}
    >>> sizes = money.convert(snapshots.load("market_size/2026-03-06"), daily, **how)
    >>> projections = money.convert(snapshots.load("projections/2026-03-06"), daily, **how)
    >>> ledger = claims.ledger("article/2026-03-10")
    >>> pair = (ledger[claim] for claim in ("market-900bn-yuan", "projection-1400bn-2030"))
    >>> printed = draw_market.printed_marks(*pair, daily, **how)
    >>> pairs = market.pairings(sizes, projections, printed, 2030)
    >>> pairs[["start_year", "start", "end_year", "end", "growth_percent_a_year"]].head(2).round(1)
       start_year  start  end_year     end  growth_percent_a_year
    0        2026  900.0      2030  9628.0                   80.9
    1        2024  900.0      2030   962.8                    1.1
    """
    rows = [_pair("as printed", printed.iloc[0], printed.iloc[-1])]
    ends = projections[projections["date_to"].dt.year == year]
    ends = ends[ends["date_from"].dt.year == year]
    for scope in [s for s in SCOPES if s in set(ends["scope_class"])]:
        later = ends[ends["scope_class"] == scope]
        known = sizes[(sizes["scope_class"] == scope) & (sizes["status"] == "estimate")]
        for _, end in later.iterrows():
            for _, start in _latest(known, 2).iterrows():
                rows.append(_pair(f"like for like: {SCOPES[scope]}", start, end))
    table = pd.DataFrame(rows)
    return table[table["years"] > 0].reset_index(drop=True)


def _latest(points: pd.DataFrame, years: int) -> pd.DataFrame:
    """One point for each of the latest ``years``: the best confidence, then the largest amount."""
    ordered = points.sort_values(["date_to", "confidence", "amount"], ascending=[True, False, True])
    return ordered.drop_duplicates("date_to", keep="last").tail(years)


def _pair(kind: str, start: pd.Series, end: pd.Series) -> dict:
    years = end["date_to"].year - start["date_to"].year
    return {
        "pairing": kind,
        "start_row": start["row"], "start_year": start["date_to"].year, "start": start["amount"],
        "start_bound": start["bound"], "start_who": start.get("originator", "printed"),
        "end_row": end["row"], "end_year": end["date_to"].year, "end": end["amount"],
        "end_bound": end["bound"], "end_who": end.get("originator", "printed"), "years": years,
        "ratio": end["amount"] / start["amount"],
        "growth_percent_a_year": money.annual_growth(start["amount"], end["amount"], max(years, 1)),
        "scopes": f"{start['scope_class']} to {end['scope_class']}",
        "snapshot": "; ".join(dict.fromkeys([start["snapshot"], end["snapshot"]])),
        "row": f"{start['row']}; {end['row']}",
    }  # fmt: skip


def finding(point: pd.DataFrame) -> str:
    """Compose what a published point gives: who, how much, of what, for when.

    ``point`` is one row of a snapshot of sizes or projections.

    >>> from airace import market, snapshots
    >>> sizes = snapshots.load("market_size/2026-03-06")
    >>> market.finding(sizes[sizes["row"] == "mp010"])
    'CAICT gives more than 900 billion yuan for the core AI industry in 2024'
    """
    row = point.iloc[0]
    more = "more than " if row["bound"] == "lower" else ""
    said = f"{more}{words.amount(row['value'], row['unit'])}"
    when = words.as_of(row["date_from"], row["date_to"])
    return f"{row['originator']} gives {said} for {SCOPES[row['scope_class']]} in {when}"
