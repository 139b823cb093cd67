"""Raw rows by snapshot and key, the rows that they derive from, and the sources behind them.

A derived row names the rows that it was computed from (column ``inputs``). A source stands in the row,
or in the snapshot's description where rows name none.
"""

from __future__ import annotations

import csv
import functools
import os
import re
from pathlib import Path

from airace import paths, snapshots
from airace.errors import BuildError, nearest

JOINT = "; "
INPUT = re.compile(r"(?P<snapshot>\w+/[\d-]{10}) (?P<named>.+)|(?:(?P<topic>\w+): )?(?P<key>\S+)")


def described(snapshot_id: str) -> dict:
    """Title, as-of date, licence and tables of a snapshot; may its tables be republished?"""
    package = _package(snapshot_id)
    return {
        "snapshot": snapshot_id,
        "title": package["title"],
        "as_of": package["as_of_latest"],
        "licence": " and ".join(licence["name"] for licence in package["licenses"]),
        "republish": bool(package["republish"]),
        "tables": [
            {
                "snapshot": snapshot_id,
                "file": paths.relative(paths.snapshot(snapshot_id) / resource["path"]),
                "rows": resource["row_count"],
            }
            for resource in package["resources"]
        ],
    }


def followed(wanted: list[tuple[str, str, str, str]]) -> list[dict]:
    """Look up rows (snapshot, key, named by, role) and, behind them, those that they derive from."""
    found: dict[tuple[str, str], list[dict]] = {}
    for snapshot_id, key, by, role in wanted:  # grows while it is read
        if (snapshot_id, key) in found:
            continue
        holders(key, [snapshot_id], by)
        places = _index(snapshot_id)[key]
        rows = [_raw_row(snapshot_id, key, *place) | {"role": role} for place in places]
        found[snapshot_id, key] = rows
        for row in rows:
            by = f"{row['file']}, row {key}"
            derived = references(row["cells"].get("inputs", ""), snapshot_id)
            wanted.extend((s, k, by, f"input of {key}") for s, k in derived)
    return [row for rows in found.values() for row in rows]


def holders(key: str, snapshot_ids: list[str], by: str) -> list[str]:
    """Which of the snapshots hold a row with this key. Raises BuildError if none does."""
    homes = [s for s in snapshot_ids if key in _index(s)]
    if not homes:
        folders = " or ".join(f"data/raw/{s}" for s in snapshot_ids)
        known = [k for s in snapshot_ids for k in _index(s)]
        raise BuildError(
            f"broken trail: wanted row {key!r} of {folders}, named by {by}",
            nearest(key, known) or "no such row",
            next_command="make figures",
        )
    return homes


def sources(raw: list[dict], whole: list[dict]) -> list[dict]:
    """The sources at the end of the trail, each with the rows (or tables) that come from it."""
    found: dict[tuple, dict] = {}
    named = [(row["snapshot"], row["row"], row["cells"]) for row in raw]
    named += [(table["snapshot"], table["file"], {}) for table in whole]
    for snapshot_id, key, cells in named:
        snapshot = described(snapshot_id)
        for source in _sources_of(snapshot_id, cells):
            confidence = source.pop("confidence")
            known = found.setdefault(
                (snapshot_id, *source.values()),
                source
                | {"snapshot": snapshot_id, "as_of": snapshot["as_of"]}
                | {"table_licence": snapshot["licence"], "republish": snapshot["republish"]}
                | {"rows": [], "confidence": {}},
            )
            if key not in known["rows"]:
                known["rows"].append(key)
            if confidence:
                known["confidence"][confidence] = _meaning(_package(snapshot_id), confidence)
    return list(found.values())


def listed(cell: str) -> list[str]:
    """Split a cell that holds several keys or snapshots."""
    return cell.split(JOINT) if cell else []


def present(cells: dict[str, str]) -> dict[str, str]:
    """Leave out the empty cells."""
    return {name: value for name, value in cells.items() if value}


def references(text: str, snapshot_id: str) -> list[tuple[str, str]]:
    """Rows that a cell ``inputs`` names; none where it says in words what was read."""
    found = []
    for piece in listed(text):
        match = INPUT.fullmatch(piece)
        if match is None:
            return []
        if match["topic"]:
            snapshot_id = f"{match['topic']}/{snapshots.dates(match['topic'])[-1]}"
        found.append((match["snapshot"] or snapshot_id, match["named"] or match["key"]))
    return found


def _index(snapshot_id: str) -> dict[str, list[tuple[str, int]]]:
    """Tables and positions of each key of a snapshot."""
    return _index_of(_folder(snapshot_id), snapshot_id)


@functools.cache
def _index_of(folder: Path, snapshot_id: str) -> dict[str, list[tuple[str, int]]]:
    places: dict[str, list[tuple[str, int]]] = {}
    for resource in _package(snapshot_id)["resources"]:
        keys = snapshots.load(snapshot_id, resource["name"])["row"]
        for position, key in enumerate(keys):
            places.setdefault(key, []).append((resource["name"], position))
    return places


def _package(snapshot_id: str) -> dict:
    return _package_of(_folder(snapshot_id), snapshot_id)


@functools.cache  # by folder: what is asked again and again does not change while we look
def _package_of(folder: Path, snapshot_id: str) -> dict:
    return snapshots.describe(snapshot_id)


def _folder(snapshot_id: str) -> Path:
    return _folder_from(snapshot_id, os.environ.get("AIRACE_ROOT"), os.getcwd())


@functools.cache  # the root is looked for anew each time, which for thousands of rows takes seconds
def _folder_from(snapshot_id: str, named_root: str | None, working_folder: str) -> Path:
    return paths.snapshot(snapshot_id)


def _raw_row(snapshot_id: str, key: str, table: str, position: int) -> dict:
    """One row of a raw table; ``line`` is that of the CSV file, None in Parquet."""
    (resource,) = (r for r in _package(snapshot_id)["resources"] if r["name"] == table)
    file = _folder(snapshot_id) / resource["path"]
    if file.suffix == ".csv":
        line, cells = _lines(file, resource["hash"])[position]
    else:
        typed = snapshots.load(snapshot_id, table).drop(columns=snapshots.PROVENANCE)
        line, cells = None, typed.iloc[position].dropna().astype("str").to_dict()
    return {
        "snapshot": snapshot_id,
        "row": key,
        "file": _relative(file),
        "line": line,
        "number": position + 1,
        "cells": present(cells),
    }


_relative = functools.cache(paths.relative)  # of few files, for each of their rows


@functools.cache
def _lines(file: Path, digest: str) -> list[tuple[int, dict[str, str]]]:
    """Rows of a CSV as they are written, each with the line on which it begins."""
    with file.open(encoding="utf-8", newline="") as opened:
        reader = csv.reader(opened)
        header, rows, line = next(reader), [], reader.line_num + 1
        for cells in reader:
            rows.append((line, dict(zip(header, cells, strict=True))))
            line = reader.line_num + 1
    return rows


def _sources_of(snapshot_id: str, cells: dict[str, str]) -> list[dict]:
    """The source that a row names; those of the snapshot's description where rows name none."""
    package = _package(snapshot_id)
    every = package["sources"]
    if cells.get("source_title") or cells.get("inputs"):
        entry = next((s for s in every if s.get("url") == cells.get("source_url")), {})
        every = [
            {
                "title": cells.get("source_title", "arithmetic of this project"),
                "publisher": cells.get("publisher", ""),
                "url": cells.get("source_url", ""),
                "published": cells.get("published", ""),
                "licence": cells.get("licence") if _licensed(package) else entry.get("licence", ""),
                "confidence": cells.get("confidence", ""),
                "inputs": "" if cells.get("source_url") else cells.get("inputs", ""),
            }
        ]
    fields = ["title", "publisher", "url", "published", "licence"]
    more = ["confidence", "inputs"]
    return [{name: source.get(name) or "" for name in fields + more} for source in every]


def _licensed(package: dict) -> bool:
    """Do the rows state the licence of their source, and not that of a model?"""
    return _field(package, "licence").startswith("licence of the source")


def _meaning(package: dict, letter: str) -> str:
    """What a letter of confidence stands for, from the description of the column."""
    parts = re.split(r"(?:^|; )(A|B|C|derived): ", _field(package, "confidence"))
    return dict(zip(parts[1::2], parts[2::2])).get(letter, "")


def _field(package: dict, name: str) -> str:
    fields = [field for r in package["resources"] for field in r["schema"]["fields"]]
    return next((f["description"] for f in fields if f["name"] == name), "")
