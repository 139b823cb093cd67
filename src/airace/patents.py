"""AI patents: China's lead over another country, overall and by field, inside one count at a time.

Datasets find AI patents and give them a country in different ways, so a ratio is formed only inside
one dataset, edition, kind of count and field (one ``scope_id`` and ``field`` of the snapshot). A
patent may stand in several fields: nothing is summed over fields.
"""

from __future__ import annotations

import pandas as pd

from airace import words
from airace.errors import RequestError
from airace.patent_measures import leaders

FIELDS = {"computer_vision": "computer vision", "language": "language", "speech": "speech"}
FILED = ["applications", "published_families"]  # a family is published from its first document on
KINDS = {"applications": "filings", "grants": "grants", "published_families": "families"}
BY_YEAR = "CAT by year"  # the yearly series behind CAT: a split of its count, no count of its own
NEXT = "next"  # the largest other entity, whichever it is
FOUR = ["China", "USA", "South Korea", "Japan"]


def leads(points: pd.DataFrame, article_day: str, over: str = NEXT) -> pd.DataFrame:
    """Return China's lead in every count: one row per ``scope_id`` and ``field``.

    ``over`` is a country, or "next" for the largest other country or region; counts without it are
    left out. Columns: china, other, other_count, ratio (China : other), overall (the ratio of the same
    scope in all AI, missing where the scope counts one field alone), larger (is the lead in the field
    larger than overall), percent_of_all (part of the field in China's count), followup (described
    days end after the article). Raises RequestError for a field without a count of all AI, and where
    no count has ``over``.

    >>> from airace import patents, snapshots
    >>> points = snapshots.load("patents/2026-09-15")
    >>> lead = patents.leads(points, "2026-03-10")
    >>> lead[["scope_id", "field", "china", "other", "other_count", "ratio"]].head(2).round(1)
                       scope_id            field     china other  other_count  ratio
    0  cat_2024_12_applications              all  440526.0   USA      78339.0    5.6
    1  cat_2024_12_applications  computer_vision   75342.0   USA      17253.0    4.4
    """
    counted = points[points["metric"].isin(KINDS) & (points["dataset"] != BY_YEAR)]
    rows = []
    for (scope_id, field), count in counted.groupby(["scope_id", "field"], sort=False):
        others = count[~count["entity"].isin(["China", "World"])]
        others = others if over == NEXT else others[others["entity"] == over]
        if len(others):
            rows.append(_lead(scope_id, field, count, others.loc[others["value"].idxmax()]))
    if not rows:
        raise RequestError(
            f"wanted counts of China and of {over}", "none", sorted(set(points["entity"]))
        )
    table = pd.DataFrame(rows)
    whole = table[table["field"] == "all"].set_index("scope_id")
    alone = set(table.loc[table["field"].isin(FIELDS), "scope_id"]) - set(whole.index)
    if alone:
        raise RequestError("wanted a count of all AI beside the fields", ", ".join(sorted(alone)))
    part = table["field"].isin(FIELDS)
    table["overall"] = table["scope_id"].map(whole["ratio"])
    table["larger"] = (table["ratio"] > table["overall"]).where(part)
    table["percent_of_all"] = (table["china"] / table["scope_id"].map(whole["china"]) * 100).where(
        part
    )
    table.loc[part, "row"] += "; " + table.loc[part, "scope_id"].map(whole["row"])
    table["followup"] = table["date_to"] > pd.Timestamp(article_day)
    return table.sort_values("followup", kind="stable").reset_index(drop=True)


def _lead(scope_id: str, field: str, count: pd.DataFrame, other: pd.Series) -> dict:
    china = count[count["entity"] == "China"].iloc[0]
    return {
        "scope_id": scope_id, "field": field,
        **china[["dataset", "metric", "date_from", "date_to"]],
        "china": china["value"], "other": other["entity"], "other_count": other["value"],
        "ratio": china["value"] / other["value"],
        "snapshot": china["snapshot"], "row": f"{china['row']}; {other['row']}",
    }  # fmt: skip


def chosen(table: pd.DataFrame, counts: list[str], fields: list[str]) -> pd.DataFrame:
    """Return the rows of ``leads`` of some kinds of count; published families go with applications.

    ``table`` comes from ``leads``; ``counts`` are "applications" and "grants", ``fields`` those
    of FIELDS. The counts of all AI stay whatever the fields are.

    >>> from airace import patents, snapshots
    >>> points = snapshots.load("patents/2026-09-15")
    >>> lead = patents.leads(points, "2026-03-10")
    >>> chosen = patents.chosen(lead, ["grants"], ["speech"])
    >>> chosen[["scope_id", "field", "ratio"]].head(2).round(1)
                 scope_id   field  ratio
    0  cat_2024_12_grants     all    3.2
    1  cat_2024_12_grants  speech    1.7
    """
    kinds = [k for k in KINDS if k in counts or (k in FILED and "applications" in counts)]
    kept = table["metric"].isin(kinds) & (
        ~table["field"].isin(FIELDS) | table["field"].isin(fields)
    )
    return table[kept].reset_index(drop=True)


def choices(points: pd.DataFrame, article_day: str) -> pd.DataFrame:
    """Is the lead in a field larger than overall, under other ways to measure a lead?

    One row per scope and field; a column for the lead over the next, over South Korea and over Japan
    (ratios), and for China's share of the four countries that every count with fields has.

    Missing where a count does not have the country. ``points`` is the snapshot of the patents.

    >>> from airace import patents, snapshots
    >>> points = snapshots.load("patents/2026-09-15")
    >>> found = patents.choices(points, "2026-03-10")
    >>> found[["field", "over next", "over South Korea", "over Japan"]].head(3)
                 field over next over South Korea over Japan
    0  computer_vision     False            False      False
    1           speech     False            False      False
    2  computer_vision     False            False      False
    """
    ways = {NEXT: leads(points, article_day)}
    ways |= {country: leads(points, article_day, country) for country in FOUR[2:]}
    four = points[points["entity"].isin(FOUR)]
    total = four.groupby(["scope_id", "field"])["value"].sum()
    shared = ways[NEXT].set_index(["scope_id", "field"])["china"] / total
    table = pd.DataFrame(
        {
            f"over {way}": found.set_index(["scope_id", "field"])["larger"]
            for way, found in ways.items()
        }
    )
    whole = shared.xs("all", level="field")
    table["share of four"] = shared > whole.reindex(shared.index.get_level_values(0)).to_numpy()
    return table[table[f"over {NEXT}"].notna()].sort_index().reset_index()


def label(lead: object) -> str:
    """Name a count in a sentence: CAT filings up to December 2024.

    ``lead`` is a row of ``leads``, as ``itertuples`` gives it.

    >>> from airace import patents, snapshots
    >>> points = snapshots.load("patents/2026-09-15")
    >>> lead = patents.leads(points, "2026-03-10")
    >>> patents.label(next(lead.itertuples()))
    'CAT filings up to December 2024'
    """
    what = f"{lead.dataset} {KINDS[lead.metric]}"
    if pd.isna(lead.date_from):
        return f"{what} up to {words.month(lead.date_to)}"
    return f"{what} of {words.as_of(lead.date_from, lead.date_to)}"


def orders(table: pd.DataFrame) -> dict[str, bool]:
    """Return count and field -> is the lead larger there than overall, up to the article.

    ``table`` holds rows of ``leads`` that count a field.

    >>> from airace import patents, snapshots
    >>> points = snapshots.load("patents/2026-09-15")
    >>> lead = patents.leads(points, "2026-03-10")
    >>> speech = lead[(lead["field"] == "speech") & ~lead["followup"]]
    >>> for count, larger in patents.orders(speech).items():
    ...     print(count, "-", larger)
    CAT filings up to December 2024: speech - False
    CAT grants up to December 2024: speech - False
    NCSES grants of 2000 to 2022: speech - False
    """
    known = table[~table["followup"] & table["larger"].notna()]
    return {f"{label(r)}: {FIELDS[r.field]}": bool(r.larger) for r in known.itertuples()}


def cited(points: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Return the points behind rows of ``leads``; a cumulative count is dated by its edition's month.

    >>> from airace import patents, snapshots
    >>> points = snapshots.load("patents/2026-09-15")
    >>> lead = patents.leads(points, "2026-03-10")
    >>> patents.cited(points, lead.head(1))[["row", "entity", "value", "date_to"]]
         row entity     value    date_to
    0  pt001  China  440526.0 2024-12-31
    1  pt002    USA   78339.0 2024-12-31
    """
    keys = dict.fromkeys(key for cell in table["row"] for key in cell.split("; "))
    found = points.set_index("row", drop=False).loc[list(keys)].reset_index(drop=True)
    edition = found["date_to"].dt.to_period("M").dt.start_time.astype(found["date_to"].dtype)
    return found.assign(date_from=found["date_from"].fillna(edition))


def finding_lead(table: pd.DataFrame, standing: pd.DataFrame) -> str:
    """Say in how many counts China is ahead, by how much, and what other measures say.

    ``table`` holds the rows of ``leads`` for all AI, ``standing`` comes from
    ``patent_measures.measures``.

    >>> from airace import patent_measures, patents, snapshots
    >>> points = snapshots.load("patents/2026-09-15")
    >>> lead = patents.leads(points, "2026-03-10")
    >>> whole = lead[~lead["field"].isin(patents.FIELDS) & ~lead["followup"]]
    >>> print(patents.finding_lead(whole, patent_measures.measures(points, 2020)))
    China is ahead of every other country in 5 of 5 counts, from 2.2 times the US (NCSES grants of
    2000 to 2022) to 6.2 times (AI Index grants of 2024); CAT alone counts applications (5.6 times);
    by other measures the US is first in citations received (51.9 percent, China 29.8) and South
    Korea in grants per head
    """
    low, high = (table.loc[way()] for way in (table["ratio"].idxmin, table["ratio"].idxmax))
    filed = table[table["metric"] == "applications"].iloc[0]
    ahead = (table["ratio"] > 1).sum()
    first = leaders(standing)
    quoted = standing[standing["measure"] == "citations"].set_index("entity")["value"]
    return (
        f"China is ahead of every other country in {ahead} of {len(table)} counts, from "
        f"{low['ratio']:.1f} times {words.the(low['other'])} ({label(low)}) to {high['ratio']:.1f} times "
        f"({label(high)}); CAT alone counts applications ({filed['ratio']:.1f} times); by other measures "
        f"{words.the(first['citations'])} is first in citations received ({quoted[first['citations']]:.1f} percent, "
        f"China {quoted['China']:.1f}) and {first['grants per head']} in grants per head"
    )


def finding_field(table: pd.DataFrame) -> str:
    """Say whether China leads in the fields of ``table``, and in how many by more than overall.

    The reading that favours the article comes first: that China leads there as well.

    >>> from airace import patents, snapshots
    >>> points = snapshots.load("patents/2026-09-15")
    >>> lead = patents.leads(points, "2026-03-10")
    >>> print(patents.finding_field(lead[(lead["field"] == "speech") & ~lead["followup"]]))
    though China leads in this field too (3 of 3 counts; read as “leads there as well” it would
    stand), its lead as a multiple of the next country is larger than overall in none and smaller in
    3 (CAT filings: 3.1 against 5.6; CAT grants: 1.7 against 3.2; NCSES grants: 1.3 against 2.2)
    """
    ahead, larger = table["ratio"] > 1, table["larger"].astype("bool")
    several = table["field"].nunique() > 1
    they = "these fields" if several else "this field"
    also = "; read as \u201cleads there as well\u201d it would stand" * bool(ahead.all())
    parts = []
    for said, rows in (("larger than overall", table[larger]), ("smaller", table[~larger])):
        against = [_against(c, several) for _, c in rows.groupby("scope_id", sort=False)]
        told = f" ({'; '.join(against)})" * bool(against)
        parts.append(f"{said} in {len(rows) or 'none'}{told}")
    return (
        f"though China leads in {they} too ({ahead.sum()} of {len(table)} counts{also}), its lead as a "
        f"multiple of the next country is {' and '.join(parts)}"
    )


def _against(count: pd.DataFrame, named: bool) -> str:
    """One scope: the lead in each field against the lead in all AI."""
    leads = [
        f"{FIELDS[r.field] if named else ''} {r.ratio:.1f}".strip() for r in count.itertuples()
    ]
    first = count.iloc[0]
    name = f"{first['dataset']} {KINDS[first['metric']]}"
    return f"{name}: {words.listed(leads)} against {first['overall']:.1f}"
