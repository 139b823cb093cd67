"""Namespace to organisation to country, with "unknown" and "unlisted" as honest answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd  # so that a process that only counts in DuckDB need not load it

EU_MEMBERS = (
    "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE".split()
)
NAMED = {"CN": "China", "US": "USA", "KR": "South Korea"} | dict.fromkeys(EU_MEMBERS, "EU")
UNLISTED = "Unlisted namespaces"  # not in our table: individuals, communities, small firms
UNKNOWN = "No single country"  # in our table, with country unknown or international
COUNTRIES = ["China", "USA", "EU", "South Korea"]


def country_group(country: str) -> str:
    """Return China, USA, EU, South Korea, "Other countries" or "No single country" for an ISO code."""
    if country in ("unknown", "international"):
        return UNKNOWN
    return NAMED.get(country, "Other countries")


def attribute(models: pd.DataFrame, organisations: pd.DataFrame) -> pd.DataFrame:
    """Add ``organisation``, ``country`` (a group) and ``verified`` to each model by its namespace.

    ``models`` need ``namespace``; ``organisations`` is a snapshot's table. Country always means the
    publisher's. The namespace must match to the letter: no guess is made for one that is not listed,
    which becomes "unlisted".

    >>> import pandas as pd
    >>> from airace import organisations, snapshots
    >>> listed = snapshots.load("organisations/2026-10-05")
    >>> models = pd.DataFrame({"namespace": ["Qwen", "meta-llama", "somebody"]})
    >>> organisations.attribute(models, listed)
        namespace    organisation              country  verified
    0        Qwen  Alibaba (Qwen)                China      True
    1  meta-llama            Meta                  USA      True
    2    somebody        somebody  Unlisted namespaces     False
    """
    known = organisations.set_index("namespace")
    out = models.copy()
    if "snapshot" in models and "snapshot" in organisations:  # the country comes from both
        out["snapshot"] = models["snapshot"] + "; " + organisations["snapshot"].iloc[0]
    out["organisation"] = out["namespace"].map(known["organisation"]).fillna(out["namespace"])
    out["country"] = out["namespace"].map(known["country"].map(country_group)).fillna(UNLISTED)
    out["verified"] = out["namespace"].map(known["verified"]).isin([True])
    return out
