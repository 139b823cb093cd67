"""What lies in ``data/raw``, in a line each: as-of date, rows, licence, and who uses it."""

from __future__ import annotations

import ast
import json

from airace import notebooks, parameters, paths, snapshots
from airace.errors import SnapshotError


def overview() -> list[dict]:
    """Return one dict per snapshot: snapshot, as_of, rows, licence, republish, used_by."""
    used = {name: named(name) for name in notebooks.names()}
    rows = []
    for snapshot_id in snapshots.every():
        package = snapshots.describe(snapshot_id)
        topic = snapshot_id.partition("/")[0]
        rows.append(
            {
                "snapshot": snapshot_id,
                "as_of": package["as_of_latest"],
                "rows": snapshots.row_count(snapshot_id),
                "licence": " and ".join(licence["name"] for licence in package["licenses"]),
                "republish": "yes" if package["republish"] else "cite only",
                "used_by": [n for n, names in used.items() if {snapshot_id, topic} & names],
            }
        )
    return rows


def named(notebook: str) -> set[str]:
    """Snapshots and topics that the notebook's code names as plain text or may be given by name."""
    chosen = [p for p in parameters.read(notebook).values() if p.rule == parameters.SNAPSHOT]
    found = {snapshot_id for parameter in chosen for snapshot_id in parameter.allowed}
    for cell in notebooks.code(notebook):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def drawn() -> set[str]:
    """Snapshots that the records of the published figures name: each of them must be there."""
    records = [json.loads(f.read_text(encoding="utf-8")) for f in paths.figures().glob("*.json")]
    return {snapshot_id for record in records for snapshot_id in record["snapshots"]}


def _problems(snapshot_id: str) -> list[str]:
    try:
        return [str(problem) for problem in snapshots.verify(snapshot_id)]
    except SnapshotError as error:  # its description is not usable: told with what the others have
        return ["; ".join(str(error).splitlines()).replace(";   ", "; ")]


def verify(snapshot_ids: list[str]) -> dict[str, int]:
    """Check the named snapshots, or all that lie there and all that the published figures name.

    Returns their row counts. Raises SnapshotError with all problems found.
    """
    if snapshot_ids:
        problems = {i: snapshots.verify(i) for i in snapshot_ids}
    else:
        problems = {i: _problems(i) for i in sorted({*snapshots.every(), *drawn()})}
    bad = [str(problem) for found in problems.values() for problem in found]
    if bad:
        failed = [i for i, found in problems.items() if found]
        raise SnapshotError(
            f"{len(failed)} of {len(problems)} snapshots do not match their description:\n  "
            + "\n  ".join(bad),
            next_command=_remedy(failed),
        )
    return {i: snapshots.row_count(i) for i in problems}


def _remedy(failed: list[str]) -> str:
    """git holds the snapshots of data/raw; a live one is taken again."""
    folders = [paths.relative(paths.snapshot(i)) for i in failed]
    live = [f for f, i in zip(folders, failed) if i.partition("/")[0] == paths.LIVE]
    held = [folder for folder in folders if folder not in live]
    steps = [f"git checkout -- {' '.join(held)}"] if held else []
    steps += [f"remove {' '.join(live)}, and take a snapshot again"] if live else []
    return "; ".join(steps)
