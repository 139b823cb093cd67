"""Writes the files of a live snapshot from queries: the two Parquet tables and their description.

Rows stream from DuckDB into the file, so that millions need no room in memory. The same rows in the
same order always give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import duckdb
import pyarrow as pa
from pyarrow import parquet

from airace import atomic
from airace.inputs import DESCRIPTION
from airace.live import FIELDS

KINDS = {"string": pa.string(), "integer": pa.int64(), "date": pa.date32()}
SCHEMAS = {t: pa.schema([(c, KINDS[k]) for c, (k, *_) in FIELDS[t].items()]) for t in FIELDS}
GROUP = 100_000  # rows of a row group


def write_table(rows: duckdb.DuckDBPyRelation, table: str, folder: Path) -> int:
    """Write ``<table>.parquet`` with the columns of the contract; return its number of rows.

    The file appears whole, and the disk has it then. Raises OSError or duckdb.IOException where the
    disk is full.
    """
    target, count = folder / f"{table}.parquet", 0
    new = atomic.beside(target)
    with parquet.ParquetWriter(new, SCHEMAS[table], compression="zstd") as writer:
        for batch in rows.to_arrow_reader(GROUP):
            writer.write_table(pa.Table.from_batches([batch]).cast(SCHEMAS[table]), GROUP)
            count += batch.num_rows
    atomic.settle(new)
    new.replace(target)
    atomic.settle(folder)
    return count


def describe(folder: Path, package: dict, row_counts: dict[str, int]) -> None:
    """Complete a description with bytes, digests and rows, and write it: then it is a snapshot."""
    for resource in package["resources"]:
        file = folder / resource["path"]
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        resource |= {"bytes": file.stat().st_size, "hash": f"sha256:{digest}"}
        resource["row_count"] = row_counts[resource["name"]]
    text = json.dumps(package, indent=1, ensure_ascii=False) + "\n"
    atomic.write(folder / DESCRIPTION, text.encode(), durable=True)
