"""The floor under a rebuild: the same cells once, in forks of one warm process, without any kernel.

Prints the seconds from the first cell to the last. What is imported before does not count.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import sys
import time

import IPython  # noqa: F401  (imported for the forks, as the other three)
import pandas  # noqa: F401
import seaborn  # noqa: F401

from airace import notebooks, run  # noqa: F401


def execute(notebook: str) -> None:
    names: dict[str, object] = {"__name__": "__main__", "display": lambda shown: None}
    with contextlib.redirect_stdout(io.StringIO()):
        for cell in notebooks.code(notebook):
            exec(compile(cell.source, f"{notebook}, cell {cell.number}", "exec"), names)


def forked(names: list[str], jobs: int) -> None:
    """Execute notebooks in children of this process, so many at a time, in this order."""
    running: set[int] = set()
    for name in names:
        if len(running) == jobs:
            running.remove(finished())
        if child := os.fork():
            running.add(child)
        else:
            execute(name)
            os._exit(0)
    for _ in range(len(running)):
        finished()


def finished() -> int:
    child, status = os.wait()
    if status:
        sys.exit(f"a notebook failed with status {status}")
    return child


if __name__ == "__main__":
    ordered, jobs = json.loads(sys.argv[1]), int(sys.argv[2])
    gc.freeze()
    begin = time.perf_counter()
    forked([name for name in ordered if name != notebooks.OVERVIEW], jobs)
    forked([notebooks.OVERVIEW], jobs)
    print(time.perf_counter() - begin)
