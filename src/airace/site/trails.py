"""Which raw rows the pages lead to.

Everything that a build published names raw rows by snapshot and key: plotted rows, rows of tables,
verdicts. Each is looked up once, and so are the rows that it was derived from.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from airace import claims, origins, outputs, paths, snapshots, trace

SMALL = 400  # rows of a snapshot that is shown whole, if it may be republished


@dataclass(frozen=True)
class Plotted:
    """What one plotted row names: raw rows (snapshot, key) and whole snapshots."""

    rows: list[tuple[str, str]]
    evidence: list[tuple[str, str]]  # of a row of the scorecard: the rows that decide the verdict
    whole: list[str]


@dataclass(frozen=True)
class Trails:
    """All trails of a scenario."""

    figures: dict[str, trace.Figure]
    plotted: dict[str, list[Plotted]]  # by figure, in the order of its rows
    claims: list[dict]
    raw: dict[str, dict[str, list[dict]]]  # snapshot: key: rows (of several tables, with one key)
    marks: dict[tuple[str, str], list[tuple[str, int]]] = field(default_factory=dict)
    decides: dict[tuple[str, str], list[str]] = field(default_factory=dict)  # raw row: statements


def of(scenario: str) -> Trails:
    """Follow everything that a scenario published. Raises BuildError if a trail is broken."""
    figures = {f: trace.read(f, scenario) for f in published(scenario)}
    every = {id_: [_plotted(f, n) for n in range(1, len(f.rows) + 1)] for id_, f in figures.items()}
    judged = claims.read(paths.claims(scenario)) if paths.claims(scenario).is_file() else []
    marks, decides = defaultdict(list), defaultdict(list)
    for figure_id, rows in every.items():
        for number, row in enumerate(rows, start=1):
            for named in [*row.rows, *row.evidence]:
                marks[named].append((figure_id, number))
    for claim in judged:
        for row in claim["evidence"]:
            decides[row["snapshot"], row["row"]].append(claim["claim_id"])
    named = {*marks, *decides, *_tabled(figures, scenario), *_shown_whole()}
    raw: dict[str, dict[str, list[dict]]] = defaultdict(lambda: defaultdict(list))
    for row in origins.followed([(s, key, f"{s} {key}", "") for s, key in sorted(named)]):
        raw[row["snapshot"]][row["row"]].append(row)
    return Trails(figures, every, judged, raw, dict(marks), dict(decides))


def published(scenario: str) -> dict[str, str]:
    """Notebook of each figure that the scenario has, by figure id, in the notebooks' order."""
    folder, known = outputs.figures(scenario), outputs.figure_ids()
    there = [figure_id for figure_id in known if (folder / f"{figure_id}.json").is_file()]
    return {f: known[f] for f in sorted(there, key=lambda f: (known[f], f))}


def _plotted(figure: trace.Figure, number: int) -> Plotted:
    named, whole = trace.named(figure, number)
    rows = {role: [(s, key) for s, key, _, r in named if r == role] for role in ("", "evidence")}
    return Plotted(rows[""], rows["evidence"], whole)


def _tabled(figures: dict[str, trace.Figure], scenario: str) -> set[tuple[str, str]]:
    """Raw rows that rows of the published tables name; some tables name the row alone."""
    read: dict[str, set[str]] = defaultdict(set)
    for figure in figures.values():
        read[figure.notebook].update(figure.record["snapshots"])
    found = set()
    for figure in figures.values():
        for file, entries in figure.tables.items():
            for number, entry in enumerate(entries, start=1):
                snapshot_ids = origins.listed(entry.get("snapshot", ""))
                among = snapshot_ids or sorted(read[figure.notebook])
                for key in origins.listed(entry.get("row", "")):
                    homes = origins.holders(key, among, f"{file}, row {number}")
                    found |= {(snapshot_id, key) for snapshot_id in homes}
    return found


def _shown_whole() -> set[tuple[str, str]]:
    return {(s, key) for s in snapshots.every() if whole(s) for key in _keys(s)}


def whole(snapshot_id: str) -> bool:
    """Are all rows of a snapshot shown?"""
    about = snapshots.describe(snapshot_id)
    return bool(about["republish"]) and snapshots.row_count(snapshot_id) <= SMALL


def _keys(snapshot_id: str) -> list[str]:
    tables = [resource["name"] for resource in snapshots.describe(snapshot_id)["resources"]]
    return [key for table in tables for key in snapshots.load(snapshot_id, table)["row"]]
