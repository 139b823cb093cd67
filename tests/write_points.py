"""Kills a build at its n-th write, for tests: counted in the runner, the fork server and the kernels.

Python tells an audit hook of every file that is about to be opened, renamed or removed. The hook counts
those inside the repository, and at the chosen one leaves what a killed writer may leave (a file that was
begun) and kills the runner and the process that writes. Run as a script, this module forks builds from
one process that has imported everything, with one fork server: fifty builds would take minutes otherwise.
"""

from __future__ import annotations

import os
import signal
import sys
from multiprocessing import forkserver as standard

ROOT, LOG, AT, RUNNER = (f"AIRACE_TEST_{name}" for name in ("ROOT", "LOG", "AT", "RUNNER"))
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
EVENTS = ("open", "os.rename", "os.remove", "shutil.rmtree")

_inside = False  # the hook itself


def install() -> None:
    """Count from now on, in this process and all that are forked from it, where ``LOG`` is set."""
    sys.addaudithook(_watch)


def _watch(event: str, arguments: tuple) -> None:
    global _inside
    if event not in EVENTS or _inside or LOG not in os.environ:
        return
    if event == "open" and not arguments[2] & WRITING:
        return
    _inside = True
    try:
        file = arguments[1] if event == "os.rename" else arguments[0]
        if isinstance(file, (str, os.PathLike)) and _changes(event, file, arguments):
            _count(event, os.path.abspath(file), arguments)
    finally:
        _inside = False


def _changes(event: str, file: str | os.PathLike, arguments: tuple) -> bool:
    """Whether there is something to remove; what lies in a folder was counted as its rmtree."""
    if event == "os.remove" and arguments[1] != -1:
        return False
    return event in ("open", "os.rename") or os.path.lexists(file)


def _count(event: str, file: str, arguments: tuple) -> None:
    if not file.startswith(os.environ[ROOT] + os.sep):
        return
    who = "runner" if str(os.getpid()) == os.environ[RUNNER] else "kernel"
    with open(os.environ[LOG], "a+", encoding="utf-8") as log:
        log.write(f"{who} {event} {os.path.relpath(file, os.environ[ROOT])}\n")
        log.seek(0)
        number = sum(1 for _ in log)
    if number == int(os.environ[AT]):
        if event == "open" and arguments[2] & os.O_TRUNC:
            with open(file, "wb") as begun:
                begun.write(b"begun")
        os.kill(int(os.environ[RUNNER]), signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)


def _build(root: str, log: str, at: str, said: str) -> int:
    """Fork one build of the repository ``root``; return its exit code, negative for a signal."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    standard._forkserver.ensure_running = lambda: None  # it is not this process's own child
    out = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(out, stream)
    os.chdir(root)
    os.environ |= {"AIRACE_ROOT": root, ROOT: root, LOG: log, AT: at, RUNNER: str(os.getpid())}
    from airace.cli import main

    main(["build", "--jobs", "1"])
    return 0


def _serve() -> None:
    """Answer each line "root log at said" on stdin with the exit code of that build."""
    import nbclient  # noqa: F401
    import papermill  # noqa: F401

    from airace import claims, execution, forkserver  # noqa: F401

    execution.warm_up()
    forkserver._search_path(os.environ["PYTHONPATH"])
    for line in sys.stdin:
        print(_build(*line.rstrip("\n").split("\t")), flush=True)


if __name__ == "__main__":
    _serve()
