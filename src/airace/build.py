"""Runs notebooks: all checked before anything starts, several at a time, only what has changed.

Only the default scenario publishes to ``figures/`` and ``data/processed/``; any other stays under
``build/<scenario>/``. The claims are merged from the evidence of all notebooks; those that read
them, the overview above all, run last. Nothing else is ordered.
"""

from __future__ import annotations

import fcntl
import json
import math
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from airace import (atomic, execution, git, inputs, notebooks, outputs, parameters, paths, records,
                    scenarios)  # fmt: skip
from airace.errors import AiraceError, BuildError, RequestError
from airace.parameters import Value
from airace.progress import Progress
from airace.report import Report
from airace.scenarios import CHECK, DEFAULT, Overrides

TICK_SECONDS = 0.5
CLAIMS = "claims"
LOCK = ".lock"
HOLDER_SECONDS = 0.1  # a build writes its number right after it has taken the lock

_held: set[str] = set()  # scenarios that this process holds


@dataclass
class Task:
    """One notebook of a build; an empty ``reason`` means that its results are up to date."""

    notebook: str
    overrides: dict[str, Value]
    known: dict  # what the record holds before the run
    record: dict | None  # of the last successful run
    reason: str

    @property
    def seconds(self) -> float | None:
        """How long the last run took, here or with default parameters."""
        last = self.record or records.load(DEFAULT, self.notebook) or {}
        return last.get("seconds")


def build(
    names: Iterable[str] = (),
    assignments: Iterable[str] = (),
    scenario_file: Path | str | None = None,
    jobs: int | None = None,
    force: bool = False,
    dry_run: bool = False,
) -> Report:
    """Build the named notebooks, or all; ``jobs`` at a time (default: processors and one more).

    ``scenario_file`` is a path, or the name of a scenario in ``scenarios/``.

    With ``dry_run``, only say in the report what would run and why. A notebook that fails stops no
    other and is in the report. Raises RequestError, before anything starts, for a request that the
    notebooks do not allow, or while another build of the scenario is running.
    """
    selected = notebooks.chosen(names)
    scenario, overrides = scenarios.settle(selected, assignments, scenario_file)
    owners = outputs.owners()
    jobs = _jobs(jobs)
    report = Report(scenario, selected)
    if dry_run:
        tasks = [_task(scenario, name, overrides[name], force) for name in selected]
        report.ran = {task.notebook: task.reason for task in tasks if task.reason}
        return report
    with hold(scenario):
        _forget(report, owners)
        _build(report, overrides, owners, jobs, force)
    return report


@contextmanager
def rebuilt(selected: list[str], jobs: int | None = None) -> Iterator[Report]:
    """Build these notebooks with default parameters into an empty ``build/check/``, and hold it."""
    report = Report(CHECK, selected)
    with hold(CHECK):
        for left in paths.build(CHECK).iterdir():
            if left.is_dir():
                shutil.rmtree(left)
            elif left.name != LOCK:
                left.unlink()
        _build(report, {name: {} for name in selected}, outputs.owners(), _jobs(jobs), force=False)
        yield report


def _jobs(wanted: int | None) -> int:
    if wanted is not None and wanted < 1:
        raise RequestError("wanted at least 1 job at a time", str(wanted))
    return wanted or (os.cpu_count() or 1) + 1  # one more: a kernel that starts leaves its own idle


def _build(
    report: Report, overrides: Overrides, owners: dict[str, str], jobs: int, force: bool
) -> None:
    begin, progress = time.monotonic(), Progress(jobs)
    with _staging(report.scenario) as staging:
        for last in (False, True):
            group = [name for name in report.selected if notebooks.reads_verdicts(name) == last]
            tasks = _waiting(report.scenario, group, overrides, force)
            _run(report, tasks, staging, owners, progress)
            if not last:
                _collect_claims(report)
    report.seconds = time.monotonic() - begin


def _waiting(scenario: str, names: list[str], overrides: Overrides, force: bool) -> list[Task]:
    """What must run, the longest first."""
    tasks = []
    for name in names:
        task = _task(scenario, name, overrides[name], force)
        if task.reason:
            execution.warm_up()  # the server imports while the next notebooks are looked at
            tasks.append(task)
    return sorted(tasks, key=lambda task: -(task.seconds or math.inf))


def _task(scenario: str, notebook: str, overrides: dict[str, Value], force: bool) -> Task:
    defaults = {name: p.default for name, p in parameters.read(notebook).items()}
    known = records.before(notebook, scenario, defaults | overrides)
    record = records.load(scenario, notebook)
    reason = "forced" if force else records.reason(record, known)
    return Task(notebook, overrides, known, record, reason)


def _run(
    report: Report, tasks: list[Task], staging: Path, owners: dict[str, str], progress: Progress
) -> None:
    """Execute the tasks and add to the report what came of each."""
    if not tasks:
        return
    state = {"commit": git.commit(), "dirty": git.dirty()}
    progress.add({task.notebook: task.seconds for task in tasks})
    said = execution.warm_up()
    report.notes += [said] if said and said not in report.notes else []
    with ThreadPoolExecutor(progress.jobs) as pool:
        given = (staging, state, owners, progress)
        running = {pool.submit(_run_one, task, *given): task for task in tasks}
        try:
            while running:
                done, _ = wait(running, TICK_SECONDS, FIRST_COMPLETED)
                for future in done:
                    task, failure = running.pop(future), future.result()
                    report.ran[task.notebook] = task.reason
                    if failure:
                        report.failures.append(failure)
                        report.failed.append(task.notebook)
                    progress.finish(task.notebook, task.reason, bool(failure))
                if running:
                    progress.tick()
                    if done:  # the merge needs this, and with it pandas: now the processors are taken
                        import airace.claims  # noqa: F401
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            execution.interrupt()
            raise


def _run_one(
    task: Task, staging: Path, state: dict, owners: dict[str, str], progress: Progress
) -> BuildError | None:
    """Execute one notebook, publish what it wrote and record it; return why it failed, if it did."""
    progress.start(task.notebook)
    started = datetime.now(UTC)
    notebook, scenario = task.notebook, task.known["scenario"]
    staged = staging / notebook
    staged.mkdir(parents=True)
    try:
        copy = records.executed(scenario, notebook)
        execution.execute(notebook, copy, task.overrides, staging)
        outputs.require(notebook, staged)
    except BuildError as failure:
        return failure
    handed = staged / outputs.INPUTS
    reported = json.loads(handed.read_text(encoding="utf-8")) if handed.is_file() else {}
    sources, file = outputs.targets(notebook, scenario, staged), records.path(scenario, notebook)
    records.announce(file, task.record, sources)
    published = outputs.publish(sources)
    if task.record:
        left = task.record["published"].keys() - published.keys()
        outputs.remove(left, outputs.places(owners, scenario))
    record = records.after(task.known, reported, published, started) | state
    records.save(file, record)
    return None


def _forget(report: Report, owners: dict[str, str]) -> None:
    """Remove what notebooks published that no longer exist, unless another one makes it now."""
    known = [*notebooks.names(), CLAIMS]
    for file in sorted(records.path(report.scenario, CLAIMS).parent.glob("*.json")):
        if file.stem not in known:
            record = records.load(report.scenario, file.stem) or {}
            kept = outputs.places(owners, report.scenario)
            for gone in outputs.remove(record.get("published", {}), kept):
                report.notes.append(f"removed {gone}: there is no notebook {file.stem} any more")
            file.unlink()


def _collect_claims(report: Report) -> None:
    """Merge the evidence into claims.csv, if the evidence, the rule or the ledger has changed."""
    scenario = report.scenario
    folder = paths.build(scenario) / "evidence"
    target = outputs.processed(scenario) / "claims.csv"
    ordinary = [name for name in notebooks.names() if not notebooks.reads_verdicts(name)]
    giving = [name for name in ordinary if outputs.EVIDENCE in outputs.promised(name)]
    lacking = [name for name in giving if not (folder / f"{name}.json").is_file()]
    if not giving:
        return
    if lacking:  # claims must not lose a notebook's verdicts because it was not built here yet
        said = ""
        if scenario == DEFAULT and lacking != giving:
            said = f"{paths.relative(target)} stays as it is"
        elif scenario != DEFAULT and notebooks.OVERVIEW in report.selected:
            shown = paths.relative(paths.claims(scenario))
            said = f"{notebooks.OVERVIEW} shows the verdicts of {shown}"
        report.notes += [f"{said}: no evidence yet from {', '.join(lacking)}"] if said else []
        return
    articles = [f"article/{date}" for date in inputs.snapshot_dates("article")]
    known = {
        "evidence": {f.stem: inputs.sha256(f.read_bytes()) for f in sorted(folder.glob("*.json"))},
        "modules": inputs.module_digests(inputs.reached_from(["import airace.claims"])),
        "ledgers": {article: inputs.file_digests(article) for article in articles},
    }
    record = records.load(scenario, CLAIMS) or {}
    same = all(record.get(key) == value for key, value in known.items())
    if same and not records.output_reason(record):
        return
    from airace import claims

    try:
        claims.write(claims.collect(folder), target)
    except AiraceError as error:  # the notebooks have run, and what they did is still to be told
        report.failures.append(error)
        return
    known["published"] = {paths.relative(target): inputs.sha256(target.read_bytes())}
    records.save(records.path(scenario, CLAIMS), known)


@contextmanager
def _staging(scenario: str) -> Iterator[Path]:
    """A folder in which the kernels write, of this build's own, and empty again afterwards.

    A kernel may outlive a killed build for a moment: it must not write where the next one reads.
    """
    for left in paths.build(scenario).glob("staging*"):
        shutil.rmtree(left, ignore_errors=True)
    for folder in (outputs.figures(scenario), outputs.processed(scenario)):
        atomic.clear(folder)
    folder = paths.build(scenario) / f"staging-{os.getpid()}"
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def hold(scenario: str) -> Iterator[None]:
    """Keep every other build of the scenario out; this process may build it meanwhile.

    Raises RequestError while another one holds it.
    """
    if scenario in _held:
        yield
        return
    path = paths.build(scenario) / LOCK
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            time.sleep(HOLDER_SECONDS)
            file.seek(0)
            holder = file.read().strip()
            wanted = f"another build of scenario {scenario} is running (pid {holder})"
            raise RequestError(wanted, next_command="wait for it") from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        _held.add(scenario)
        try:
            yield
        finally:
            _held.remove(scenario)
