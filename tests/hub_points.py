"""Kills the taking of a live snapshot at its n-th point: a file opened, renamed or removed, a request, a reply.

Run as a script, it forks each run from one process that has imported everything, and counts as
``write_points`` does. A line on stdin, "root log at said endpoint resume", is answered with the exit code.
"""

from __future__ import annotations

import os
import sys
import threading

import write_points

UNITS = ["org-0", "nobody", "org-1"]


COUNTING = threading.RLock()  # pages are written in another thread than they are asked for


def _watch(event: str, arguments: tuple) -> None:
    if event in write_points.EVENTS:
        with COUNTING:
            write_points._watch(event, arguments)


def _count(name: str) -> None:
    with COUNTING:
        file = os.path.join(os.environ[write_points.ROOT], name)
        write_points._count(name, file, (None, None, 0))


def _run(root: str, endpoint: str, resume: bool) -> int:
    from airace import hub, live_take
    from airace.errors import AiraceError

    ask = hub.Hub._ask

    def counted(self: hub.Hub, url: str) -> hub.Reply:
        _count("request")
        reply = ask(self, url)
        _count("reply")
        return reply

    hub.Hub._ask = counted
    try:
        live_take.take("namespaces", UNITS, resume, hub.Settings(page_size=10), endpoint)
    except AiraceError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def _fork(root: str, log: str, at: str, said: str, endpoint: str, resume: str) -> int:
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    out = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(out, stream)
    names = (write_points.ROOT, write_points.LOG, write_points.AT, write_points.RUNNER)
    os.environ |= dict(zip(names, (root, log, at, str(os.getpid()))))
    os.environ["AIRACE_ROOT"] = root
    code = 70  # of a trace
    try:
        code = _run(root, endpoint, resume == "True")
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    import pandas  # noqa: F401  (Arrow loads it)

    from airace import live_take  # noqa: F401

    sys.addaudithook(_watch)
    for line in sys.stdin:
        print(_fork(*line.rstrip("\n").split("\t")), flush=True)
