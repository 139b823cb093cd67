"""The table of models that a notebook looks at: a month of the catalogue, or a live snapshot."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from airace import ancestry, organisations, shares, snapshots, words
from airace.paths import LIVE

READ = ["model", "namespace", "downloads_30d", "parameters", "task"]  # a whole Hub has many rows


def is_live(snapshot_id: str) -> bool:
    return snapshot_id.partition("/")[0] == LIVE


def chosen(
    snapshot_id: str, months: Mapping[str, pd.DataFrame], namespaces: pd.DataFrame
) -> pd.DataFrame:
    """Return the models of a snapshot, marked and attributed: see ``shares`` and ``organisations``.

    ``months`` are those of the catalogue, by date. A live snapshot is read from its files: of these
    only the columns that shares need, and its counts are fresh. Raises SnapshotError if they do not
    match their description.

    >>> from airace import model_tables, shares, snapshots
    >>> namespaces = snapshots.load("organisations/2026-10-05")
    >>> months = {"2026-04-06": shares.mark(snapshots.load("hub_catalogue/2026-04-06"))}
    >>> model_tables.chosen("hub_catalogue/2026-04-06", months, namespaces)["placeholder"].value_counts()
    placeholder
    False    936
    True      27
    Name: count, dtype: int64
    """
    if not is_live(snapshot_id):
        return months[snapshot_id.partition("/")[2]]
    file = snapshots.table_file(snapshot_id, "models")
    with pd.option_context("mode.string_storage", "pyarrow"):  # a third of the memory
        models = pd.read_parquet(file, columns=READ)
    unnamed = models["namespace"].fillna("") == ""  # the oldest names; the Hub has moved them
    own = models.loc[unnamed, "model"]
    models.loc[unnamed, "namespace"] = own.map(ancestry.LEGACY).fillna(own)
    models.insert(0, "snapshot", snapshot_id)
    return organisations.attribute(shares.mark(models), namespaces)


def series(
    snapshot_id: str, months: Mapping[str, pd.DataFrame], namespaces: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Return by date the months of the catalogue up to this one, without placeholders.

    ``months`` are as for ``chosen``. A live snapshot stands alone: it selects models by another rule
    than the catalogue.

    >>> from airace import model_tables, organisations, shares, snapshots
    >>> namespaces = snapshots.load("organisations/2026-10-05")
    >>> marked = shares.mark(snapshots.load("hub_catalogue/2026-04-06"))
    >>> months = {"2026-04-06": organisations.attribute(marked, namespaces)}
    >>> found = model_tables.series("hub_catalogue/2026-10-08", months, namespaces)
    >>> {date: len(models) for date, models in found.items()}
    {'2026-04-06': 936}
    """
    day = snapshot_id.partition("/")[2]
    if is_live(snapshot_id):
        return {day: shares.select(chosen(snapshot_id, months, namespaces))}
    return {date: shares.select(models) for date, models in months.items() if date <= day}


def series_of(snapshot_id: str, models: int) -> str:
    """What ``series`` counts downloads of, in a reader's words; ``models`` are in the last month.

    >>> from airace import model_tables
    >>> model_tables.series_of("hub_catalogue/2026-10-08", 936)
    'a catalogue of language models'
    """
    return counted_in(snapshot_id, models) if is_live(snapshot_id) else "a catalogue of language models"


def counted_in(snapshot_id: str, models: int) -> str:
    """What the shares of a snapshot are shares of, in a reader's words; ``models`` are counted."""
    day = words.day(snapshot_id.partition("/")[2])
    if is_live(snapshot_id):
        listing = snapshots.describe(snapshot_id).get("listing", {})
        units = listing.get("units", []) if listing.get("scope") != "all" else []
        of = f"{len(units):,} namespaces of the Hub" if units else "the Hub"
        return f"{models:,} models of {of}, live snapshot of {day}"
    return f"models that the filters leave, in the catalogue of {day}"
