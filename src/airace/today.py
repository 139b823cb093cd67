"""Sets today's answers beside the article's: ``make today``.

Takes a snapshot of the Hub, or the one of today that is there, rebuilds the notebooks that take a live
snapshot into ``build/today/``, and writes one page. What it shows describes days after the article: it
informs, and decides no verdict.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import yaml

from airace import atomic, build, inputs, live, notebooks, parameters, paths
from airace.errors import EXIT_DIFFERS, AiraceError, RequestError, nearest
from airace.report import Report
from airace.scenarios import TODAY as SCENARIO


def main(
    arguments: list[str], now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> tuple[Path, Report]:
    """Make the page of today's snapshot, or of the live one that is named; return it and the build.

    Raises AiraceError where the Hub cannot be reached, the snapshot is none, or nothing could be built.
    """
    if len(arguments) > 1:
        raise RequestError("wanted one live snapshot, or none for today's", " ".join(arguments))
    snapshot_id = _known(arguments[0]) if arguments else taken(now().strftime("%Y-%m-%d"))
    return page(snapshot_id)


def taken(day: str) -> str:
    """Return the id of the snapshot of a day (YYYY-MM-DD): there already, gone on with, or begun.

    Raises the errors of ``live_take.take``: a Hub that cannot be reached is one of them.
    """
    if day in inputs.snapshot_dates(live.LIVE):
        say(f"using {live.snapshot_id(day)}, which is there")
        return live.snapshot_id(day)
    from airace import live_pages, live_take, snapshots

    if day in live_pages.unfinished():
        begun = live_pages.plan(paths.snapshot(live.snapshot_id(day)))
        folder = live_take.take(begun["scope"], begun["units"], resume=True)
    else:
        table = snapshots.load(f"organisations/{snapshots.dates('organisations')[-1]}")
        folder = live_take.take("organisations", list(table["namespace"]))
    return live.snapshot_id(folder.name)


def page(snapshot_id: str) -> tuple[Path, Report]:
    """Rebuild what takes this live snapshot and write ``build/today/index.html``.

    A notebook that fails is told on the page and in the report; the others are shown.
    """
    names = takers(snapshot_id)
    file = paths.build(SCENARIO) / f"{SCENARIO}.yaml"
    chosen = {name: {parameter: snapshot_id} for name, parameter in names.items()}
    atomic.write(file, yaml.safe_dump(chosen).encode())
    report = build.build(list(names), scenario_file=file)
    from airace import today_page  # after the build, which needs no pandas of its own

    target = paths.build(SCENARIO) / "index.html"
    atomic.write(target, today_page.text(snapshot_id, list(names), report).encode())
    return target, report


def takers(snapshot_id: str) -> dict[str, str]:
    """Notebooks that take this snapshot, each with the parameter that names it."""
    found = {
        name: parameter.name
        for name in notebooks.names()
        for parameter in parameters.read(name).values()
        if parameter.rule == parameters.SNAPSHOT and snapshot_id in parameter.allowed
    }
    if not found:
        raise RequestError(f"wanted a notebook that takes {snapshot_id}", "none")
    return found


def _known(snapshot_id: str) -> str:
    there = [live.snapshot_id(day) for day in inputs.snapshot_dates(live.LIVE)]
    if snapshot_id not in there:
        wanted = f"wanted a live snapshot, got {snapshot_id!r}"
        raise RequestError(wanted, nearest(snapshot_id, there), there or "none", "make today")
    return snapshot_id


def say(text: str) -> None:
    """Write a message to stderr; the page's path goes to stdout."""
    print(text, file=sys.stderr)


def run(arguments: list[str]) -> int:
    """Do it, say what came of it, and return the exit code: 2 refused, 1 ran and failed."""
    try:
        target, report = main(arguments)
    except AiraceError as error:
        say(f"airace: {error}")
        return error.exit_code
    except KeyboardInterrupt:
        say("interrupted: make today goes on from here")
        return EXIT_DIFFERS
    for said in [*report.notes, *(f"airace: {failure}" for failure in report.failures)]:
        say(said)
    say(report.summary())
    print(paths.relative(target))
    return report.exit_code


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
