"""Makes the tables of a live snapshot from its pages, whatever their number, in bounded memory.

Pages are read one by one, each row is checked, and the rows go to a Parquet file as they came. DuckDB
then keeps the newest row of each model and sorts. The same pages always give the same bytes.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
from pyarrow import parquet

from airace import database, live_files
from airace.errors import SnapshotError
from airace.inputs import digest_of
from airace.live import FIELDS
from airace.live_files import SCHEMAS
from airace.live_pages import Unit, full
from airace.live_rows import Refused, parse, plain, row

BATCH = 20_000  # rows in memory
NAMED = 100  # refused rows that the description names
TOLERATED = 0.01  # of the rows may be refused, or ten; above, the Hub has changed or lies
FEW = 10
STAGE = ".tables"


@dataclass
class Summary:
    """What was found in the pages; counts of models but for ``pages``."""

    pages: int = 0
    rows: int = 0
    doubled: int = 0  # rows of models that came again later
    private: int = 0
    refused: int = 0
    named: list[str] = field(default_factory=list)
    digests: dict[str, str] = field(default_factory=dict)  # unit: sha256 over those of its pages
    counts: dict[str, tuple[int, int]] = field(default_factory=dict)  # unit: pages, rows
    first: str = ""
    last: str = ""  # time of the last reply, ISO 8601, UTC
    row_counts: dict[str, int] = field(default_factory=dict)  # table: rows


def make(folder: Path, units: list[Unit]) -> Summary:
    """Write ``models.parquet`` and ``base_models.parquet`` into the folder.

    Raises SnapshotError for a damaged page, and where too many rows do not fit the contract; HubError
    where the disk is full.
    """
    stage, summary = folder / STAGE, Summary()
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir()
    try:
        _stage(stage, units, summary)
        _judge(summary)
        with database.connect() as connection:
            for table in FIELDS:
                _table(connection, stage, table, summary)
    except (OSError, duckdb.IOException) as error:  # Arrow raises OSError, too
        raise full(folder, error if isinstance(error, OSError) else OSError(str(error))) from None
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    return summary


def _stage(stage: Path, units: list[Unit], summary: Summary) -> None:
    """Write all rows that fit, numbered in the order in which they came."""
    schemas = {
        table: schema.insert(0, pa.field("seq", pa.int64())) for table, schema in SCHEMAS.items()
    }
    writers = {t: parquet.ParquetWriter(stage / f"{t}.parquet", s) for t, s in schemas.items()}
    batches: dict[str, list[tuple]] = {table: [] for table in FIELDS}
    try:
        for models, parents in _rows(units, summary):
            batches["models"] += models
            batches["base_models"] += parents
            for table, rows in batches.items():
                if len(rows) >= BATCH:
                    writers[table].write_table(_arrow(rows, schemas[table]))
                    rows.clear()
        for table, rows in batches.items():
            writers[table].write_table(_arrow(rows, schemas[table]))
    finally:
        for writer in writers.values():
            writer.close()


def _rows(units: list[Unit], summary: Summary) -> Iterator[tuple[list[tuple], list[tuple]]]:
    """The rows of each page for both tables."""
    for unit in units:
        digests, before = [], summary.rows
        for number, (about, body) in enumerate(unit.pages(), 1):
            digests.append(about["sha256"])
            summary.first = min(summary.first or about["received"], about["received"])
            summary.last = max(summary.last, about["received"])
            yield _page(body, about, f"{unit.name}, page {number}", summary)
        summary.pages += len(digests)
        summary.counts[unit.name] = (len(digests), summary.rows - before)
        summary.digests[unit.name] = digest_of(digests)


def _page(body: bytes, about: dict, place: str, summary: Summary) -> tuple[list, list]:
    latest, models, parents = datetime.fromisoformat(about["received"]).date(), [], []
    for position, model in enumerate(parse(body), 1):
        summary.rows += 1
        try:
            found = row(model, latest)
        except Refused as refused:
            summary.refused += 1
            if len(summary.named) < NAMED:
                name = plain(model.get("id")) if isinstance(model, dict) else "no object"
                summary.named.append(f"{place}, row {position}, {name}: {refused}")
            continue
        if found.private:
            summary.private += 1
            continue
        models.append((summary.rows, *found.cells))
        parents += [(summary.rows, found.cells[0], *parent) for parent in found.parents.items()]
    return models, parents


def _arrow(rows: list[tuple], schema: pa.Schema) -> pa.Table:
    columns = zip(*rows) if rows else [[] for _ in schema]
    return pa.table([pa.array(c, k) for c, k in zip(columns, schema.types)], schema=schema)


def _judge(summary: Summary) -> None:
    allowed = max(FEW, TOLERATED * summary.rows)
    if summary.refused > allowed or summary.refused == summary.rows > 0:
        wanted = f"wanted models that fit the contract, but for {allowed:.0f} at most"
        found = f"{summary.refused:,} of {summary.rows:,} do not\n  "
        named = "\n  ".join(summary.named[:FEW])
        see = "the pages are kept; what fits is said in src/airace/live_rows.py"
        raise SnapshotError(wanted, found + named, next_command=see)


def _table(
    connection: duckdb.DuckDBPyConnection, stage: Path, table: str, summary: Summary
) -> None:
    """Write one table without the rows of models that came again later, sorted by its key."""
    folder = stage.parent
    for name in FIELDS:
        file = str(stage / f"{name}.parquet").replace("'", "''")
        connection.execute(f"create or replace view {name} as from read_parquet('{file}')")
    connection.execute(
        "create table if not exists again as"
        " select model, max(seq) as newest from models group by model having count(*) > 1"
    )
    found = connection.sql(
        f"select {', '.join(FIELDS[table])} from {table} as t where not exists"
        " (from again where again.model = t.model and t.seq < again.newest)"
        f" order by {'model' if table == 'models' else 'model, base_model'}"
    )
    summary.row_counts[table] = count = live_files.write_table(found, table, folder)
    if table == "models":
        summary.doubled = summary.rows - summary.refused - summary.private - count
