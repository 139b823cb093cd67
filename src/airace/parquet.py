"""Checks a Parquet file against its description without reading its rows into memory."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet
from pyarrow import types as arrow

from airace import paths
from airace.schema import NOUNS, Problem

FITS = {  # field type of the schema: which Parquet columns hold it
    "string": lambda kind: arrow.is_string(kind) or arrow.is_large_string(kind),
    "integer": arrow.is_integer,
    "number": lambda kind: arrow.is_floating(kind) or arrow.is_integer(kind),
    "boolean": arrow.is_boolean,
    "date": arrow.is_date,
}


def problems(path: Path, resource: dict) -> list[Problem]:
    """Return what differs from the resource's bytes, hash, row_count and the schema's fields.

    An empty list means that the file is the one described.
    """
    file = paths.relative(path)
    if not path.is_file():
        return [Problem(file, 0, "", "the file", "none")]
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    size = (f"{resource['bytes']} bytes", f"{path.stat().st_size} bytes")
    pairs = [size, (resource["hash"], f"sha256:{digest}")]
    try:
        about = parquet.read_metadata(path)
    except (pa.ArrowException, OSError) as error:  # Arrow's own words for a file that is none
        pairs.append(("a readable table", str(error)))
        return _differing(file, "", pairs)
    pairs.append((f"{resource['row_count']} rows", f"{about.num_rows} rows"))
    return _differing(file, "", pairs) + _columns(file, about.schema.to_arrow_schema(), resource)


def _differing(file: str, column: str, pairs: list[tuple[str, str]]) -> list[Problem]:
    return [Problem(file, 0, column, wanted, found) for wanted, found in pairs if wanted != found]


def _columns(file: str, schema: pa.Schema, resource: dict) -> list[Problem]:
    fields = {field["name"]: field["type"] for field in resource["schema"]["fields"]}
    wrong = []
    for name, kind in fields.items():
        if name not in schema.names:
            wrong.append(Problem(file, 0, name, "this column", "none"))
        elif not FITS[kind](_plain(schema.field(name).type)):
            wrong.append(Problem(file, 0, name, NOUNS[kind], str(schema.field(name).type)))
    extra = [name for name in schema.names if name not in fields]
    return wrong + [Problem(file, 0, name, "no such column", "one") for name in extra]


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if arrow.is_dictionary(kind) else kind
