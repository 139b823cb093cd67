"""The history of every verdict, read from git: which commit changed it, when, from what to what."""

from __future__ import annotations

import csv
import functools
import io
from dataclasses import dataclass, field
from pathlib import Path

from airace import git

SHORT = 7  # digits of a commit that people read
NEEDED = {"claim_id", "verdict", "reason"}


@dataclass(frozen=True)
class Change:
    """A commit that changed a verdict; ``commit`` and ``day`` are empty while it is not committed.

    ``before`` is None for a statement that is new, ``after`` for one that was removed.
    """

    commit: str
    day: str
    before: str | None
    after: str | None
    reason: str


@dataclass(frozen=True)
class History:
    """Changes by statement, oldest first.

    ``since`` is the first commit that is known with its day, None where git knows none; ``whole``
    says that nothing older was left out.
    """

    changes: dict[str, list[Change]] = field(default_factory=dict)
    since: tuple[str, str] | None = None
    whole: bool = True


def read(file: Path) -> History:
    """Read the history of the verdicts in a published ``claims.csv``, up to the file as it is now.

    A merge counts where it took the verdict of none of its parents. The oldest commits of a shallow
    clone only say what was known then, which is no change.
    """
    commits, cut = git.changes(file), git.shallow()
    if not commits:
        return History()
    found: dict[str, list[Change]] = {}
    for commit, parents, day in commits:
        earlier = [_verdicts(git.at(parent, file)) for parent in parents]
        if not earlier and cut:
            continue
        _compare(found, earlier or [{}], _verdicts(git.at(commit, file)), commit[:SHORT], day)
    _compare(found, [_verdicts(git.committed(file))], _verdicts(file.read_bytes()), "", "")
    first, _, day = commits[0]
    return History(found, (first[:SHORT], day), not cut)


def _compare(
    found: dict[str, list[Change]],
    earlier: list[dict[str, tuple[str, str]]],
    later: dict[str, tuple[str, str]],
    commit: str,
    day: str,
) -> None:
    """Add a change for each statement whose verdict stands in none of the earlier versions."""
    for claim_id in dict.fromkeys([*earlier[0], *later]):
        before = [version.get(claim_id, (None, ""))[0] for version in earlier]
        after, reason = later.get(claim_id, (None, ""))
        if after not in before:
            change = Change(commit, day, before[0], after, reason)
            found.setdefault(claim_id, []).append(change)


@functools.cache  # a version is the one before of the next
def _verdicts(content: bytes | None) -> dict[str, tuple[str, str]]:
    """Verdict and reason by statement; none in a file that has no such columns."""
    rows = csv.DictReader(io.StringIO((content or b"").decode(), newline=""))
    if not NEEDED <= set(rows.fieldnames or ()):
        return {}
    return {row["claim_id"]: (row["verdict"], row["reason"]) for row in rows}
