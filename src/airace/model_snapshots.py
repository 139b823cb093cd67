"""Which snapshots hold models with their downloads, and what each of them is.

The topics are the catalogue and the live snapshots of the Hub. Everything is computed in DuckDB on
the files themselves, so that a snapshot of the whole Hub is listed as one of the catalogue is.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from airace import database, snapshots
from airace.errors import RequestError, nearest
from airace.inputs import snapshot_dates
from airace.paths import LIVE
from airace.views import MEASURED

TOPICS = ("hub_catalogue", LIVE)
DOWNLOADS = "downloads_30d"
NEEDED = {"model", DOWNLOADS}
LEFT_OUT = ["came_again", "private", "refused_rows"]  # counts of rows
UNRECORDED = {"task": "unknown"}  # column: the word that stands for nothing recorded


@dataclass(frozen=True)
class Models:
    """A checked snapshot: its description, its file of models, and which rows are measured (SQL)."""

    snapshot: str
    package: dict
    file: Path
    measured: str  # not so is a placeholder, a count that someone typed


def ids() -> list[str]:
    """Ids of all snapshots of models, the catalogue's first, oldest first."""
    return [f"{topic}/{date}" for topic in TOPICS for date in snapshot_dates(topic)]


def opened(snapshot_id: str) -> Models:
    """Return a snapshot whose files are as described.

    Raises RequestError for a snapshot that holds no models, and SnapshotError for one that is none
    or does not match its description.
    """
    package = snapshots.describe(snapshot_id)
    tables = {r["name"]: [f["name"] for f in r["schema"]["fields"]] for r in package["resources"]}
    columns = tables.get("models", [])
    if not NEEDED.issubset(columns):
        wanted = f"wanted a snapshot of models with {DOWNLOADS}, got {snapshot_id!r}"
        raise RequestError(wanted, nearest(snapshot_id, ids()), ids())
    file = snapshots.table_file(snapshot_id, "models")
    return Models(snapshot_id, package, file, MEASURED if "discovered" in columns else "true")


def overview() -> list[dict]:
    """Return one dict per snapshot: snapshot, as_of, models, downloads_30d (their sum), source.

    Placeholders do not count, neither as models nor with their downloads. Raises SnapshotError for a
    snapshot that does not match its description.
    """
    rows = []
    with database.connect() as connection:
        for found in map(opened, ids()):
            connection.read_parquet(str(found.file)).create_view("models", replace=True)
            query = f"""
                select count(*), coalesce(sum({DOWNLOADS}), 0)::bigint
                from models where {found.measured}
            """
            [(models, downloads)] = connection.execute(query).fetchall()
            about = {"snapshot": found.snapshot, "as_of": found.package["as_of_latest"]}
            counts = {"models": models, DOWNLOADS: downloads}
            rows.append(about | counts | {"source": _publishers(found.package)})
    return rows


def description(snapshot_id: str) -> dict:
    """Return what a snapshot is: its own description, its sources, and its tables with their coverage.

    Each table has rows, bytes, hash (all three checked) and columns; of a column, ``rows_percent``
    are filled, and in the table of models these hold ``downloads_percent`` of the 30-day downloads.
    Raises the errors of ``opened``.
    """
    found = opened(snapshot_id)
    package = found.package
    keys = [
        "title",
        "description",
        "as_of_latest",
        "sources",
        "licenses",
        "licence_note",
        "republish",
    ]
    about = {key: package[key] for key in keys if key in package} | {"asked": asked(package)}
    listing = package.get("listing", {})
    about["left_out"] = {key: listing[key] for key in LEFT_OUT if key in listing}
    tables = {}
    with database.connect() as connection:
        for resource in package["resources"]:
            file = snapshots.table_file(snapshot_id, resource["name"])
            connection.read_parquet(str(file)).create_view("described", replace=True)
            fields = [field["name"] for field in resource["schema"]["fields"]]
            table = {key: resource[key] for key in ("path", "row_count", "bytes", "hash")}
            tables[resource["name"]] = table | {"columns": _coverage(connection, fields)}
    return {"snapshot": snapshot_id} | about | {"tables": tables}


def asked(package: dict) -> str:
    """What was asked of the source, in words: which models a snapshot can hold at all."""
    listing = package.get("listing", {})
    scope, units = listing.get("scope"), listing.get("units", [])
    if scope == "dump":
        return f"every row of the dump {listing['file']}, sha256 {listing['sha256']}"
    if scope is None:
        return "what its source holds"
    what = {"all": "all models", "organisations": f"{len(units):,} namespaces, those of our table"}
    named = f"{len(units):,} namespaces, {', '.join(units[:5])}{', …' if len(units) > 5 else ''}"
    return f"{what.get(scope, named)}, at {listing['endpoint']}, sorted by {listing['sort']}"


def _coverage(
    connection: duckdb.DuckDBPyConnection, fields: list[str]
) -> dict[str, dict[str, float]]:
    """How much of each column is filled, in one pass over the file."""
    weighed = DOWNLOADS in fields
    parts = ["count(*)", f"sum({DOWNLOADS})" if weighed else "0"]
    for name in fields:
        column = f'"{name}"'
        word = f" and {column} <> '{UNRECORDED[name]}'" if name in UNRECORDED else ""
        test = f"filter ({column} is not null{word})"
        parts += [f"count(*) {test}", f"sum({DOWNLOADS}) {test}" if weighed else "0"]
    query = f"select {', '.join(parts)} from described"
    [(rows, downloads, *filled)] = connection.execute(query).fetchall()
    coverage = {}
    for name, count, held in zip(fields, filled[::2], filled[1::2]):
        coverage[name] = {"rows_percent": count / rows * 100 if rows else 0.0}
        if weighed:
            share = float(held or 0) / float(downloads) * 100 if downloads else 0.0
            coverage[name]["downloads_percent"] = share
    return coverage


def _publishers(package: dict) -> str:
    """Where the counts come from, in a few words."""
    return "; ".join(dict.fromkeys(source["publisher"] for source in package["sources"]))
