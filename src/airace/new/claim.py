"""A new printed statement: a row of the ledger, and the cell that examines it.

A snapshot of the world is never edited. The ledger is our own list of what an article prints, dated by
the article, and grows by reviewed changes: a row is added, none is changed.
"""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pandas as pd

from airace import atomic, inputs, notebooks, paths, snapshots
from airace.errors import LedgerError, RequestError, nearest
from airace.new import columns, names
from airace.new.request import DATED
from airace.schema import check_table

TABLE = "claims"
MOST_WORDS = 8  # of a printed figure; more would be the article's text
NEEDS = {  # kind -> what the rule cannot judge without
    "number": ("value", "unit", "bound"),
    "date": ("as_of",),
}


def add(claim_id: str, given: dict[str, object]) -> Path:
    """Add a statement behind the last one of its section, and return the ledger's file.

    ``given`` holds cells by column; what is missing or None stays empty. Raises LedgerError or
    RequestError for a statement that is there, incomplete, or not allowed; nothing is written then.
    """
    names.CLAIM.check(claim_id)
    snapshot_id = f"article/{snapshots.dates('article')[-1]}"
    folder = paths.snapshot(snapshot_id)
    package = snapshots.describe(snapshot_id)
    _require_intact(snapshot_id)
    (resource,) = (r for r in package["resources"] if r["name"] == TABLE)
    file = folder / resource["path"]
    header, *rows = csv.reader(io.StringIO(file.read_bytes().decode(), newline=""))
    row = {"claim_id": claim_id} | {k: _text(v) for k, v in given.items() if v not in (None, "")}
    _check(row, resource, {r[0] for r in rows})
    cells = [row.get(column, "") for column in header]
    section = header.index("section")
    same = [n for n, r in enumerate(rows, start=1) if r[section] == row["section"]]
    rows.insert(max(same, default=len(rows)), cells)
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    data = text.getvalue().encode()
    resource |= {
        "bytes": len(data),
        "hash": f"sha256:{inputs.sha256(data)}",
        "row_count": len(rows),
    }
    _require_valid(data, resource, snapshot_id)
    described = (json.dumps(package, indent=1, ensure_ascii=False) + "\n").encode()
    atomic.write_all({file: data, folder / inputs.DESCRIPTION: described})
    return file


def _require_intact(snapshot_id: str) -> None:
    problems = [str(problem) for problem in snapshots.verify(snapshot_id)]
    if problems:
        wanted = "\n  ".join(
            [f"wanted {snapshot_id} as described, before a row is added:", *problems]
        )
        raise LedgerError(wanted, next_command=f"git checkout -- data/raw/{snapshot_id}")


def _check(row: dict[str, str], resource: dict, known: set[str]) -> None:
    """Raise for a statement that stands already, lacks a cell, or holds a word that is not allowed."""
    claim_id = row["claim_id"]
    if claim_id in known:
        wanted = f"wanted a new statement, {claim_id!r} is in the ledger: nothing is overwritten"
        raise LedgerError(wanted, next_command="choose another id; airace claims lists them")
    fields = {f["name"]: f for f in resource["schema"]["fields"]}
    needed = [n for n, f in fields.items() if f.get("constraints", {}).get("required")]
    kind = row.get("kind", "")
    ends = {"value_low", "value_high"} <= row.keys()
    needed += [n for n in NEEDS.get(kind, ()) if not (n == "value" and ends)]
    missing = [n for n in needed if n not in row]
    if missing:
        lines = [f"--{n.replace('_', '-')}: {_about(fields[n])}" for n in missing]
        raise RequestError("\n  ".join([f"wanted for a statement of kind {kind or '…'}:", *lines]))
    for name, allowed in ((n, f.get("constraints", {}).get("enum")) for n, f in fields.items()):
        if allowed and name in row and row[name] not in allowed:
            wanted = f"wanted --{name}, got {row[name]!r}"
            raise RequestError(wanted, nearest(row[name], allowed), allowed)
    if row["notebook"] not in notebooks.names():
        found = nearest(row["notebook"], notebooks.names())
        raise RequestError(
            f"wanted a notebook, got {row['notebook']!r}",
            found,
            notebooks.names(),
            "airace new figure",
        )
    if len(row["printed"].split()) > MOST_WORDS:
        wanted = f"wanted the printed figure and its few words, {MOST_WORDS} at most, in --printed"
        raise RequestError(wanted, f"{len(row['printed'].split())} words")
    if "as_of" in row:
        _dated(row["as_of"])


def _dated(text: str) -> None:
    if not (DATED.fullmatch(text) and columns.FITS["date"]((text + "-01-01")[:10])):
        wanted = "wanted --as-of as year, month or day: 2026, 2026-03 or 2026-03-31"
        raise RequestError(wanted, repr(text))


def _about(field: dict) -> str:
    allowed = field.get("constraints", {}).get("enum")
    return field["description"] + (f" ({', '.join(allowed)})" if allowed else "")


def _require_valid(data: bytes, resource: dict, snapshot_id: str) -> None:
    raw = pd.read_csv(io.BytesIO(data), dtype="str", keep_default_na=False)
    file = f"{snapshot_id}/{resource['path']}"
    _, problems = check_table(raw, resource, file, snapshot_id.partition("/")[2])
    if problems:
        raise LedgerError("\n  ".join(["wanted a row that fits the ledger:", *map(str, problems)]))


def _text(value: object) -> str:
    """A cell: one line, and a number as it is written."""
    return f"{value:.15g}" if isinstance(value, float) else re.sub(r"\s+", " ", str(value)).strip()
