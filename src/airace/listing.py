"""What lies in ``data/raw``, in a line each: as-of date, rows, licence, and who uses it."""

from __future__ import annotations

import ast

from airace import notebooks, snapshots
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
    """Snapshots and whole topics that the notebook's code names as plain text."""
    found: set[str] = set()
    for cell in notebooks.code(notebook):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def verify(snapshot_ids: list[str]) -> dict[str, int]:
    """Check snapshots and return their row counts. Raises SnapshotError with all problems found."""
    problems = {i: snapshots.verify(i) for i in snapshot_ids}
    bad = [str(problem) for found in problems.values() for problem in found]
    if bad:
        failed = [i for i, found in problems.items() if found]
        raise SnapshotError(
            f"{len(failed)} of {len(problems)} snapshots do not match their description:\n  "
            + "\n  ".join(bad),
            next_command=f"git checkout -- {' '.join(f'data/raw/{i}' for i in failed)}",
        )
    return {i: snapshots.row_count(i) for i in snapshot_ids}
