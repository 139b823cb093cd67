"""The folder of a live snapshot that is being taken: its plan, its pages, and what is left to ask.

    data/live/<date>/plan.json                           what was asked for, written first
    data/live/<date>/pages/<unit>/000001.jsonl.gz        about the reply; then its body as it came
    data/live/<date>/pages/<unit>/end.json               written when the unit is complete
    data/live/<date>/datapackage.json                    written last: without it, it is no snapshot

Each file appears whole, and stays, even if the machine stops. A unit is one namespace, or the whole
Hub. Its next request is the ``next`` of its last page, so that nothing else must be remembered.
"""

from __future__ import annotations

import collections
import fcntl
import gzip
import json
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from airace import atomic, paths
from airace.errors import RequestError, SnapshotError
from airace.hub import Reply
from airace.hub_errors import RESUME, HubError
from airace.inputs import DESCRIPTION, sha256
from airace.live import snapshot_id
from airace.live_rows import plain

PLAN, PAGES, END, LOCK = "plan.json", "pages", "end.json", ".lock"
LEVEL = 1  # of gzip: a higher one makes the listing slower and the pages a tenth smaller
WAITING = 2  # pages in memory that are not on the disk yet


def unfinished() -> list[str]:
    """Days (YYYY-MM-DD) of the live snapshots that were begun and not finished, oldest first."""
    plans = paths.topic("live").glob(f"*/{PLAN}")
    return sorted(p.parent.name for p in plans if not (p.parent / DESCRIPTION).exists())


@contextmanager
def hold(day: str) -> Iterator[Path]:
    """Give the folder of a day to one process at a time. Raises RequestError if another has it."""
    folder = paths.snapshot(snapshot_id(day))
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            wanted = f"another process is taking {snapshot_id(day)}"
            raise RequestError(wanted, next_command="wait for it") from None
        try:
            yield folder
        finally:
            if (folder / DESCRIPTION).exists():
                (folder / LOCK).unlink()
            elif not any(folder.glob(f"{PAGES}/*/*")):
                shutil.rmtree(folder)  # nothing was kept: the next run may begin anew


def begin(folder: Path, plan: dict) -> None:
    """Write what is asked for. Raises HubError where the disk is full."""
    _write(folder / PLAN, _json(plan))


def plan(folder: Path) -> dict:
    """Return what was asked for. Raises SnapshotError if it cannot be read."""
    try:
        return json.loads((folder / PLAN).read_bytes())
    except (OSError, ValueError) as error:
        wanted = f"wanted the plan of an unfinished snapshot in {paths.relative(folder / PLAN)}"
        raise SnapshotError(wanted, str(error), next_command=_remove(folder)) from None


class Unit:
    """The pages of one unit on the disk."""

    def __init__(self, folder: Path, name: str):
        self.name, self.folder = name, folder / PAGES / name

    def files(self) -> list[Path]:
        """Files of the pages, in order. Raises SnapshotError if one is missing between others."""
        found = sorted(self.folder.glob("[0-9]*.jsonl.gz"))
        wanted = [self.file(number) for number in range(1, len(found) + 1)]
        if found != wanted:
            missing = paths.relative(next(w for f, w in zip(found, wanted) if f != w))
            raise SnapshotError(
                f"wanted the page {missing}", "none", next_command=_remove(self.folder)
            )
        return found

    def file(self, number: int) -> Path:
        return self.folder / f"{number:06}.jsonl.gz"

    @property
    def end(self) -> dict | None:
        """What is known of a complete unit: ``pages`` and ``rows``; None if it is not complete."""
        file = self.folder / END
        return json.loads(file.read_bytes()) if file.exists() else None

    def pages(self, bodies: bool = True) -> Iterator[tuple[dict, bytes]]:
        """Give what is known about each page, and its body as it came.

        Raises SnapshotError if one is damaged or missing, or does not follow on the one before.
        """
        following = None
        for number, file in enumerate(self.files(), 1):
            head, body = _read(file, bodies)
            if number > 1 and head["url"] != following:
                wanted = f"wanted the page {plain(following, 200)} in {paths.relative(file)}"
                raise SnapshotError(wanted, plain(head["url"], 200), (), _remove(self.folder))
            following = head["next"]
            yield head, body


def _read(file: Path, body: bool) -> tuple[dict, bytes]:
    try:
        with gzip.open(file) as stream:
            head = json.loads(stream.readline())
            content = stream.read() if body else b""
        if body and sha256(content) != head["sha256"]:
            raise ValueError("another sha256 than when it came")
        return head, content
    except (OSError, EOFError, ValueError, KeyError) as error:
        wanted = f"wanted a page of models in {paths.relative(file)}"
        raise SnapshotError(wanted, str(error), next_command=_remove(file.parent)) from None


class Writer:
    """Writes pages in a thread of its own, in order, while the next one is asked for."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(1)
        self.waiting: collections.deque[Future] = collections.deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.pool.shutdown(wait=True, cancel_futures=False)
        if kind is None:
            self._settle(0)

    def keep(self, unit: Unit, number: int, reply: Reply) -> None:
        """Keep a page. Raises HubError if this or an earlier one could not be written."""
        self._add(_keep, unit.file(number), reply)

    def complete(self, unit: Unit, pages: int, rows: int) -> None:
        """Keep that a unit has no more pages."""
        self._add(_write, unit.folder / END, _json({"pages": pages, "rows": rows}))

    def _add(self, *call: object) -> None:
        self._settle(WAITING - 1)
        before = self.waiting[-1] if self.waiting else None
        self.waiting.append(self.pool.submit(_after, before, *call))

    def _settle(self, left: int) -> None:
        while len(self.waiting) > left:
            self.waiting[0].result()
            self.waiting.popleft()


def _after(before: Future | None, call: Callable, *arguments: object) -> None:
    if before is not None:
        before.result()  # raises what the page before raised: no gap may arise
    call(*arguments)


def _keep(file: Path, reply: Reply) -> None:
    about = {"url": reply.url, "next": reply.next, "received": reply.received.isoformat()}
    about |= {"rows": len(reply.models), "bytes": len(reply.body), "sha256": sha256(reply.body)}
    head = json.dumps(about).encode() + b"\n"
    _write(file, gzip.compress(head + reply.body, LEVEL, mtime=0))


def _write(file: Path, content: bytes) -> None:
    try:
        atomic.write(file, content, durable=True)
    except OSError as error:
        raise full(file, error) from None


def full(file: Path, error: OSError) -> HubError:
    """The error for a file that could not be written."""
    wanted = f"wanted to write {paths.relative(file)}"
    return HubError(wanted, error.strerror or str(error), next_command=f"make room, then: {RESUME}")


def _json(value: dict) -> bytes:
    return json.dumps(value, indent=1, ensure_ascii=False).encode() + b"\n"


def _remove(folder: Path) -> str:
    return f"rm -r {paths.relative(folder)}, then: {RESUME}"
