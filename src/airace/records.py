"""The record of a run, and what it says about whether the notebook must run again.

A record lies in ``build/<scenario>/runs/NAME.json``. It holds everything that the results depend on as
sha256, so that touching a file reruns nothing and changing one does; and its own, so that a record that
somebody cut or edited counts as none.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import airace
from airace import atomic, inputs, notebooks, paths
from airace.parameters import Value

OWN = "record_digest"
SHOWN = 3


def path(scenario: str, notebook: str) -> Path:
    return paths.build(scenario) / "runs" / f"{notebook}.json"


def executed(scenario: str, notebook: str) -> Path:
    """The executed copy of a notebook."""
    return paths.build(scenario) / "notebooks" / f"{notebook}.ipynb"


def load(scenario: str, notebook: str) -> dict | None:
    """Return the record of the last run; None if there is none, or not as it was saved."""
    try:
        record = json.loads(path(scenario, notebook).read_bytes())
    except (FileNotFoundError, ValueError):  # no JSON, or no UTF-8
        return None
    whole = isinstance(record, dict) and record.pop(OWN, None) == inputs.digest_of(record)
    return record if whole else None


def save(file: Path, record: dict) -> None:
    signed = record | {OWN: inputs.digest_of(record)}
    atomic.write(file, (json.dumps(signed, indent=1, ensure_ascii=False) + "\n").encode())


def announce(file: Path, record: dict | None, targets: Iterable[Path]) -> None:
    """Before publishing, record that the run has not finished, and every file that it may leave.

    If the build is killed now, the next one knows what to write again or to remove.
    """
    names = [f"{paths.relative(target.parent)}/{target.name}" for target in targets]
    published = (record or {}).get("published", {}) | dict.fromkeys(names)
    save(file, {"published": published})


def before(notebook: str, scenario: str, parameters: dict[str, Value]) -> dict:
    """The part of a record that is known before the notebook runs."""
    modules = inputs.module_digests(inputs.reached_modules(notebook))
    known = {
        "notebook": notebook,
        "scenario": scenario,
        "parameters": parameters,
        "notebook_digest": inputs.notebook_digest(notebook),
        "code_digest": inputs.code_digest(notebook, modules),
        "lock_digest": inputs.lock_digest(),
        "modules": modules,
    }
    if notebooks.reads_verdicts(notebook):
        claims = paths.claims(scenario)
        known["claims"] = inputs.sha256(claims.read_bytes()) if claims.is_file() else None
    return known


def after(known: dict, reported: dict, published: dict[str, str], started: datetime) -> dict:
    """Complete a record when the run has succeeded.

    ``reported`` is what the notebook says it read. A snapshot keeps the digest that the notebook saw:
    if the file has changed since, the next build runs the notebook again.
    """
    finished = datetime.now(UTC)
    copy = executed(known["scenario"], known["notebook"])
    snapshots = {
        snapshot: inputs.file_digests(snapshot) | {inputs.DESCRIPTION: digest}
        for snapshot, digest in reported.get("snapshots", {}).items()
    }
    return known | {
        "snapshots": snapshots,
        "listings": reported.get("listings", {}),
        "published": published,
        "executed": {paths.relative(copy): inputs.sha256(copy.read_bytes())},
        "started": started.isoformat(timespec="seconds"),
        "finished": finished.isoformat(timespec="seconds"),
        "seconds": round((finished - started).total_seconds(), 2),
        "airace": airace.__version__,
        "python": platform.python_version(),
        "papermill": version("papermill"),
    }


def reason(record: dict | None, known: dict) -> str:
    """Why a notebook must run, in words; empty if its results are up to date."""
    if record is None:
        return "never built"
    if "finished" not in record:
        return "interrupted"
    changed = _changed_code(record, known) + _changed_data(record)
    if record.get("parameters") != known["parameters"]:
        changed.append("parameters")
    if record.get("claims") != known.get("claims"):
        changed.append("claims.csv")
    if changed:
        return "changed: " + _listed(changed)
    return output_reason(record)


def output_reason(record: dict) -> str:
    """Say which published file is gone or was edited since; empty if none."""
    files = record.get("published", {}) | record.get("executed", {})
    found = {file: _digest(file) for file in files}
    missing = [file for file in files if found[file] is None]
    if missing:
        return "missing: " + _listed(missing)
    edited = [file for file in files if found[file] != files[file]]
    return "edited: " + _listed(edited) if edited else ""


def changed_modules(old: dict[str, str], new: dict[str, str]) -> list[str]:
    """Files of the modules that were changed, added or dropped between two sets of digests."""
    modules = [m for m in sorted(old.keys() | new.keys()) if old.get(m) != new.get(m)]
    return [paths.relative(inputs.module_file(module)) for module in modules]


def _digest(file: str) -> str | None:
    try:
        return inputs.sha256((paths.root() / file).read_bytes())
    except FileNotFoundError:  # perhaps just now: a dry run may look while a build is running
        return None


def _changed_code(record: dict, known: dict) -> list[str]:
    changed = []
    if record.get("notebook_digest") != known["notebook_digest"]:
        changed.append(paths.relative(paths.notebook(known["notebook"])))
    changed += changed_modules(record.get("modules", {}), known["modules"])
    if record.get("lock_digest") != known["lock_digest"]:
        changed.append(paths.relative(paths.lock()))
    return changed


def _changed_data(record: dict) -> list[str]:
    snapshots = record.get("snapshots", {})
    changed = [paths.snapshot(s) for s in snapshots if inputs.file_digests(s) != snapshots[s]]
    listings = record.get("listings", {})
    changed += [paths.topic(t) for t in listings if inputs.snapshot_dates(t) != listings[t]]
    return [paths.relative(path) for path in changed]


def _listed(names: list[str]) -> str:
    rest = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")
