"""AI patents by other measures than a count: where a country stands in filings, grants, citations, per head."""

from __future__ import annotations

import pandas as pd

MEASURES = {  # what is measured -> the count that measures it
    "filings": "cat_by_year_applications",
    "grants": "ncses_grants",
    "grants, latest": "ai_index_grants",
    "citations": "ai_index_citations",
    "grants per head": "ai_index_per_head",
}


def measures(points: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return China's standing by each of MEASURES: ``measure``, ``entity``, ``value``, ``unit``.

    Counts become percent of the world total of their scope; the filings are those of ``year``. What a
    source prints in percent or per head stays as it is. Only countries.

    ``points`` is the snapshot of the patents, ``year`` one of its filing years.

    >>> from airace import patent_measures, snapshots
    >>> points = snapshots.load("patents/2026-09-15")
    >>> standing = patent_measures.measures(points, 2020)
    >>> standing[["measure", "entity", "value", "unit"]].head(2).round(1)
       measure entity  value     unit
    0  filings  China   67.2  percent
    1  filings    USA   14.8  percent
    """
    parts = []
    for measure, scope_id in MEASURES.items():
        rows = points[(points["scope_id"] == scope_id) & (points["field"] == "all")]
        if scope_id == MEASURES["filings"]:
            rows = rows[rows["date_to"].dt.year == year]
        world = rows[rows["entity_kind"] == "world"]
        rows = rows[rows["entity_kind"] == "country"].assign(measure=measure)
        if len(world):
            rows = rows.assign(value=rows["value"] / world["value"].item() * 100, unit="percent")
            rows["row"] += "; " + world["row"].item()
        parts.append(rows)
    return pd.concat(parts, ignore_index=True)


def leaders(standing: pd.DataFrame) -> pd.Series:
    """Return the leading country of each measure, in the order of the measures."""
    first = standing.loc[standing.groupby("measure", sort=False)["value"].idxmax()]
    return first.set_index("measure")["entity"]
