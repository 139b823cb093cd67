"""The way of a plotted value back: figure, processed tables, raw rows, sources.

Everything is looked up, nothing is guessed: a figure's row names its raw rows by snapshot and key, a
derived raw row names the rows that it was computed from, and a source stands in the row or in the
snapshot's description. Rows count from 1 below the header.
"""

from __future__ import annotations

import csv
import functools
import json
import math
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from airace import lineage, origins, outputs, paths, snapshots
from airace.errors import BuildError, RequestError, nearest
from airace.scenarios import DEFAULT

MAKE = "make figures"
SCORECARD = "scorecard"  # the figure with a row per printed statement
SAME, PART, VALUES = "same raw rows", "some of the raw rows", "same values"
ALIKE = 3  # cells that a table's row without a key must share with the plotted row
DIGITS = 1e-11  # relative: figures and tables are written with 12 significant digits
EVIDENCE = re.compile(r"(?:^|; )(\w+/\d{4}-\d{2}-\d{2}) ([^;]+)")


@dataclass(frozen=True)
class Figure:
    """A published figure: its record, its rows, the tables of its notebook, and what made it."""

    figure_id: str
    notebook: str
    cell: int
    record: dict
    rows: list[dict[str, str]]
    tables: dict[str, list[dict[str, str]]]
    lineage: lineage.Lineage
    folder: Path  # where its files lie


def split(asked: str) -> tuple[str, str | None]:
    """Split ``FIGURE[:ROW]``."""
    figure_id, colon, number = asked.partition(":")
    return figure_id, number if colon else None


def read(figure_id: str, scenario: str = DEFAULT) -> Figure:
    """Read a figure of a scenario. Raises RequestError if it is unknown or was not built."""
    known = outputs.figure_ids()
    if figure_id not in known:
        found = nearest(figure_id, known)
        raise RequestError(f"wanted a figure, got {figure_id!r}", found, sorted(known))
    notebook = known[figure_id]
    promised = outputs.promised(notebook)
    folder, processed = outputs.figures(scenario), outputs.processed(scenario)
    tables = [processed / Path(f).name for f in promised if f.startswith("processed/")]
    return Figure(
        figure_id,
        notebook,
        promised[f"figures/{figure_id}.csv"],
        _record(folder / f"{figure_id}.json"),
        _rows(folder / f"{figure_id}.csv", snapshots.PROVENANCE),
        {paths.relative(file): _rows(file) for file in tables},
        lineage.of_figure(notebook, figure_id),
        folder,
    )


def overview(figure: Figure) -> dict:
    """Return what a figure was drawn from, and its plotted rows by number."""
    drawn = figure.record["drawn_from"]
    return _head(figure) | {
        "snapshots": [origins.described(snapshot_id) for snapshot_id in drawn],
        "rows": [
            {"number": number} | {"key" if name == "row" else name: v for name, v in row.items()}
            for number, row in enumerate(figure.rows, start=1)
        ],
    }


def row(figure: Figure, asked: str | int) -> dict:
    """Return the trail of one plotted row: cells, tables, raw, whole, sources.

    Raises RequestError if there is no such row, and BuildError if it names a raw row that its
    snapshots do not hold.
    """
    number = _number(figure, asked)
    plotted = figure.rows[number - 1]
    tables = _tables(figure, plotted)
    raw, whole = _raw_rows(figure, number, tables)
    for table in tables:
        table["cells"] = _own(table, raw)
    return _head(figure) | {
        "row": number,
        "of": len(figure.rows),
        "cells": [
            {"column": name, "value": value, "equals": _equals(name, value, raw, tables)}
            for name, value in origins.present(plotted).items()
            if name not in snapshots.PROVENANCE
        ],
        "tables": tables,
        "raw": raw,
        "whole": whole,
        "sources": origins.sources(raw, whole),
        "verdicts": _verdicts(figure, raw),
    }


def require_unchanged(figure: Figure) -> None:
    """Raise BuildError if a snapshot that the figure's notebook read has changed since."""
    read_then = figure.record["snapshots"]
    changed = [s for s, digest in read_then.items() if snapshots.digest(s) != digest]
    if changed:
        raise BuildError(
            f"wanted the snapshots that {figure.figure_id} was drawn from",
            f"changed since: {', '.join(f'data/raw/{s}' for s in changed)}",
            next_command=f"airace check {figure.figure_id}",
        )


def _head(figure: Figure) -> dict:
    used = figure.record["parameters"]
    made = asdict(figure.lineage)
    return {
        "figure": figure.figure_id,
        "file": paths.relative(figure.folder / f"{figure.figure_id}.csv"),
        "title": figure.record["title"],
        "notebook": paths.relative(paths.notebook(figure.notebook)),
        "cell": figure.cell,
        "cells_before": [number for number in made["cells"] if number != figure.cell],
        "functions": made["functions"],
        "parameters": {name: used[name] for name in made["parameters"]},
    }


def _number(figure: Figure, asked: str | int) -> int:
    count, text = len(figure.rows), str(asked)
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= count):
        raise RequestError(
            f"wanted a row of {figure.figure_id}, got {text!r}",
            choices=f"1 to {count}",
            next_command=f"airace trace {figure.figure_id}",
        )
    return int(text)


def _tables(figure: Figure, plotted: dict[str, str]) -> list[dict]:
    """Rows of the notebook's tables from the same raw rows; else from some of them."""
    found = [
        {"file": file, "row": number, "relation": relation, "cells": origins.present(entry)}
        for file, entries in figure.tables.items()
        for number, entry in enumerate(entries, start=1)
        if (relation := _relation(plotted, entry))
    ]
    by_values = [table["file"] for table in found if table["relation"] == VALUES]
    clear = [t for t in found if t["relation"] != VALUES or by_values.count(t["file"]) == 1]
    return [table for table in clear if table["relation"] != PART] or clear


def _relation(plotted: dict[str, str], entry: dict[str, str]) -> str:
    """How a row of a table belongs to the plotted one; empty if it does not."""
    keys, own = origins.listed(plotted["row"]), origins.listed(entry.get("row", ""))
    snapshot = entry.get("snapshot", plotted["snapshot"])  # some tables name the row alone
    if own:
        if not set(origins.listed(snapshot)) <= set(origins.listed(plotted["snapshot"])):
            return ""
        return SAME if set(own) == set(keys) else PART if set(own) < set(keys) else ""
    shared = [name for name in entry if plotted.get(name) and name not in snapshots.PROVENANCE]
    if snapshot != plotted["snapshot"] or len(shared) < ALIKE:
        return ""
    alike = all(_same(plotted[name], entry[name]) for name in shared)
    return VALUES if alike and any(is_number(entry[name]) for name in shared) else ""


def _raw_rows(figure: Figure, number: int, tables: list[dict]) -> tuple[list[dict], list[dict]]:
    """The raw rows that a plotted row names, with those they derive from; and whole tables."""
    wanted, whole = _named(figure, number, tables)
    return origins.followed(wanted), [t for s in whole for t in origins.described(s)["tables"]]


def named(figure: Figure, number: int) -> tuple[list[tuple[str, str, str, str]], list[str]]:
    """Rows that a plotted row names (snapshot, key, named by, role), and snapshots named as a whole.

    The role is empty, or ``evidence`` where a row of the scorecard names what decides it. Raises
    BuildError if a named row does not exist.
    """
    judging = {f: rows for f, rows in figure.tables.items() if rows and "evidence" in rows[0]}
    tables = _tables(replace(figure, tables=judging), figure.rows[number - 1])
    return _named(figure, number, tables)


def _named(
    figure: Figure, number: int, tables: list[dict]
) -> tuple[list[tuple[str, str, str, str]], list[str]]:
    plotted = figure.rows[number - 1]
    snapshot_ids, keys = origins.listed(plotted["snapshot"]), origins.listed(plotted["row"])
    by = f"figures/{figure.figure_id}.csv, row {number}"
    rows = [(s, key, by, "") for key in keys for s in origins.holders(key, snapshot_ids, by)]
    whole = [s for s in snapshot_ids if s not in {row[0] for row in rows}]
    for table in tables:  # a verdict's row names the rows that decide it
        evidence = EVIDENCE.findall(table["cells"].get("evidence", ""))
        by = f"{table['file']}, row {table['row']}"
        rows += [(s, key, by, "evidence") for s, key in evidence]
    return rows, whole


def _own(table: dict, raw: list[dict]) -> dict[str, str]:
    """Cells of a table's row that do not stand in a raw row under the same name."""
    return {
        name: value
        for name, value in table["cells"].items()
        if name not in snapshots.PROVENANCE
        and not any(_same(value, row["cells"].get(name, "")) for row in raw)
    }


def _equals(name: str, value: str, raw: list[dict], tables: list[dict]) -> str:
    """Where a plotted value stands: ``value of iv008``, else in a table; empty if nowhere.

    Under another name only a raw row's values and dates count: other columns agree by chance.
    """
    for row in raw:
        if row["role"]:
            continue
        cells = row["cells"]
        others = [column for column in cells if column.startswith(("value", "date"))]
        for column in [name, *others]:
            if _same(value, cells.get(column, "")):
                return f"{column} of {row['row']}"
    for table in tables:
        if _same(value, table["cells"].get(name, "")):
            return f"{name} in {Path(table['file']).name}, row {table['row']}"
    return ""


def place(row: dict) -> str:
    """Say where a raw row stands: ``line 9 of points.csv``; Parquet has rows only."""
    counted = f"line {row['line']}" if row["line"] else f"row {row['number']}"
    return f"{counted} of {Path(row['file']).name}"


def _verdicts(figure: Figure, raw: list[dict]) -> dict[str, int]:
    """Rows of the scorecard that judge the printed statements among the raw rows."""
    named = {row["cells"]["claim_id"] for row in raw if "claim_id" in row["cells"]}
    if not named or figure.figure_id == SCORECARD:
        return {}
    own = figure.folder / f"{SCORECARD}.csv"  # a scenario may have left the overview out
    file = own if own.is_file() else paths.figures() / own.name
    judged = enumerate(_rows(file), start=1)
    return {row["claim_id"]: number for number, row in judged if row["claim_id"] in named}


def _record(file: Path) -> dict:
    try:
        return json.loads(_published(file).read_text(encoding="utf-8"))
    except ValueError as error:  # no JSON, or no UTF-8
        wanted = f"wanted JSON in {paths.relative(file)}"
        raise RequestError(wanted, str(error), next_command=MAKE) from error


def _rows(file: Path, columns: Iterable[str] = ()) -> list[dict[str, str]]:
    with _published(file).open(encoding="utf-8", newline="") as opened:
        header, *rows = csv.reader(opened)
    missing = [column for column in columns if column not in header]
    if missing or any(len(cells) != len(header) for cells in rows):
        wanted = f"wanted the published table {paths.relative(file)} as it was made"
        found = f"no column {' or '.join(missing)}" if missing else "rows of unequal length"
        raise RequestError(wanted, found, next_command=MAKE)
    return [dict(zip(header, cells)) for cells in rows]


def _published(file: Path) -> Path:
    if not file.is_file():
        raise RequestError(f"wanted {paths.relative(file)}", "no such file", next_command=MAKE)
    return file


@functools.cache  # the same cells are compared again and again
def is_number(text: str) -> bool:
    """Is a cell a finite number?"""
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _same(a: str, b: str) -> bool:
    """Are two cells equal, as text or as numbers?"""
    if a == b or not (is_number(a) and is_number(b)):
        return a == b
    return math.isclose(float(a), float(b), rel_tol=DIGITS)
