"""Opens, checks, lists and writes the raw snapshots in ``data/raw/<topic>/<date>/``.

Live snapshots, ``data/live/<date>/``, open in the same way; only lists of data/raw leave them out.

A snapshot is checked against its ``datapackage.json`` (bytes, sha256, schema) on every load, and each
row of a loaded table says where it comes from in the columns ``snapshot`` and ``row`` (the primary key).
What was opened is remembered, so that a figure can state its sources and a build can tell whether
anything changed.
"""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
from pathlib import Path

import pandas as pd

from airace import parquet, paths
from airace.errors import SnapshotError, nearest
from airace.inputs import DESCRIPTION as PACKAGE
from airace.inputs import sha256, snapshot_dates
from airace.schema import Problem, check_table

DESCRIBED = ["title", "as_of_latest", "licenses", "republish", "sources", "resources"]
RESOURCE = ["name", "path", "bytes", "hash", "row_count", "schema"]
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
PROVENANCE = ["snapshot", "row"]
pd.options.mode.string_storage = "python"  # for tables as small as ours faster than Arrow's

opened: dict[str, str] = {}  # snapshot id -> sha256 of its datapackage.json, in order of opening
listed: dict[str, list[str]] = {}  # topic -> dates seen when it was listed


def topics() -> list[str]:
    """Names of all topics that have at least one snapshot."""
    return sorted({i.partition("/")[0] for i in every()})


def dates(topic: str) -> list[str]:
    """All dates of a topic, oldest first. Raises SnapshotError for an unknown topic.

    >>> from airace import snapshots
    >>> snapshots.dates("hub_catalogue")[:2]
    ['2026-04-06', '2026-05-10']
    """
    found = snapshot_dates(topic)
    if not found:
        raise SnapshotError(
            f"wanted a topic of data/raw, got {topic!r}", nearest(topic, topics()), topics()
        )
    listed[topic] = found
    return found


def every() -> list[str]:
    """Ids (``topic/date``) of all folders of data/raw, those without a description included."""
    homes = [home for topic in paths.topics() for home in paths.homes(topic)]
    folders = [f for home in homes for f in home.glob("*") if f.is_dir() and f.name[0] != "."]
    return sorted({f"{f.parent.name}/{f.name}" for f in folders})


def describe(snapshot_id: str) -> dict:
    """Return the datapackage of a snapshot as a dict."""
    file = paths.snapshot(snapshot_id) / PACKAGE
    if not file.is_file():
        raise _unknown(snapshot_id)
    restore = _remedy(snapshot_id, f"git checkout -- {paths.relative(file)}")
    try:
        package = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:  # no JSON, or no UTF-8
        wanted = f"wanted JSON in {paths.relative(file)}"
        raise SnapshotError(wanted, str(error), next_command=restore) from error
    _described(package, DESCRIBED, paths.relative(file), restore)
    for resource in package["resources"]:
        _described(resource, RESOURCE, f"a resource of {paths.relative(file)}", restore)
        if "/" in resource["path"]:
            wanted = f"wanted a table beside {paths.relative(file)}"
            raise SnapshotError(wanted, resource["path"], next_command=restore)
    if not DATE.fullmatch(file.parent.name):
        wanted = f"wanted a snapshot folder named by a date (YYYY-MM-DD), got {snapshot_id!r}"
        raise SnapshotError(wanted, next_command="rename the folder")
    return package


def _unknown(snapshot_id: str) -> SnapshotError:
    topic = snapshot_id.partition("/")[0]
    if topic == paths.LIVE:
        known = [f"{topic}/{day}" for day in snapshot_dates(topic)]
        wanted = f"wanted a snapshot of data/live, got {snapshot_id!r}"
        return SnapshotError(
            wanted, nearest(snapshot_id, known), known or "none", "airace snapshot list"
        )
    known = [i for i in every() if i.startswith(topic + "/") and i != snapshot_id] or every()
    there = "a folder without datapackage.json" if snapshot_id in every() else ""
    wanted = f"wanted a snapshot of data/raw, got {snapshot_id!r}"
    return SnapshotError(wanted, there or nearest(snapshot_id, known), known, "airace data")


def _described(content: dict, keys: list[str], where: str, restore: str) -> None:
    missing = [key for key in keys if key not in content]
    if missing:
        wanted = f"wanted {', '.join(keys)} in {where}"
        raise SnapshotError(wanted, f"no {' and no '.join(missing)}", next_command=restore)


def digest(snapshot_id: str) -> str:
    """sha256 of the datapackage, which in turn holds the sha256 of every table."""
    return sha256((paths.snapshot(snapshot_id) / PACKAGE).read_bytes())


def load(snapshot_id: str, table: str | None = None) -> pd.DataFrame:
    """Return one table of a snapshot, typed, with the columns ``snapshot`` and ``row`` added.

    ``table`` may be left out where the snapshot has one table, or for its first. Raises
    SnapshotError with every problem found if the files do not match their description.

    >>> from airace import snapshots
    >>> sizes = snapshots.load("market_size/2026-03-06")
    >>> sizes.query("row == 'mp010'")[["snapshot", "row", "period", "value", "unit", "originator"]]
                     snapshot    row period  value    unit originator
    9  market_size/2026-03-06  mp010   2024  900.0  bn CNY      CAICT
    >>> snapshots.load("market_size/2026-03-07")  # raises
    Traceback (most recent call last):
        ...
    airace.errors.SnapshotError: wanted a snapshot of data/raw, got 'market_size/2026-03-07'
      found: did you mean 'market_size/2026-03-06'?
      choices: market_size/2026-03-06
      next: airace data
    """
    resource = _resource(snapshot_id, table)
    typed, problems = _open(snapshot_id, resource)
    _refuse(snapshot_id, problems, _restore(snapshot_id))
    opened[snapshot_id] = digest(snapshot_id)
    typed.insert(0, "snapshot", snapshot_id)
    typed.insert(1, "row", _row_keys(typed, resource["schema"]["primaryKey"]))
    return typed


def table_file(snapshot_id: str, table: str | None = None) -> Path:
    """Return the Parquet file of one table, for a reader that leaves the rows where they lie.

    Checked are size, digest, rows, columns and their types; the cells passed when the snapshot was
    written, and the digest says that they are the same. Raises SnapshotError with every problem.
    """
    resource = _resource(snapshot_id, table)
    path = paths.snapshot(snapshot_id) / resource["path"]
    _refuse(snapshot_id, parquet.problems(path, resource), _restore(snapshot_id))
    opened[snapshot_id] = digest(snapshot_id)
    return path


def verify(snapshot_id: str) -> list[Problem]:
    """Return every problem of every table of a snapshot; an empty list means that it passes."""
    problems = []
    for resource in describe(snapshot_id)["resources"]:
        problems += _open(snapshot_id, resource)[1]
    return problems


def row_count(snapshot_id: str) -> int:
    return sum(r["row_count"] for r in describe(snapshot_id)["resources"])


def sources(snapshot_id: str) -> list[dict]:
    """The documents and publishers behind a snapshot: title, publisher, url, published, retrieved.

    >>> from airace import snapshots
    >>> snapshots.sources("exchange_rates/2026-10-30")[0]["title"]
    'Euro foreign exchange reference rates'
    """
    return describe(snapshot_id)["sources"]


def write(snapshot_id: str, package: dict, tables: dict[str, pd.DataFrame]) -> Path:
    """Write a new snapshot: the tables as CSV or Parquet (by ``path``), and the datapackage.

    ``package`` is the datapackage without bytes, hashes and row counts, which are filled in here.
    The folder appears only when everything in it passes. Raises SnapshotError if it exists.
    """
    target = paths.snapshot(snapshot_id)
    if target.exists():
        raise SnapshotError(
            f"a snapshot is never rewritten: {paths.relative(target)} exists",
            next_command="take it under a later date, or add a row to a corrections file",
        )
    staging = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    try:
        problems = []
        for resource in package["resources"]:
            _write_table(staging / resource["path"], tables[resource["name"]])
            data = (staging / resource["path"]).read_bytes()
            resource |= {"bytes": len(data), "hash": f"sha256:{sha256(data)}"}
            resource["row_count"] = len(tables[resource["name"]])
            file = f"{snapshot_id}/{resource['path']}"
            raw = _read(staging / resource["path"])
            problems += check_table(raw, resource, file, target.name)[1]
        _refuse(snapshot_id, problems, "correct the table; nothing was written")
        text = json.dumps(package, indent=1, ensure_ascii=False) + "\n"
        (staging / PACKAGE).write_text(text, encoding="utf-8")
        staging.rename(target)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        if not any(target.parent.iterdir()):  # a new topic of which nothing was written
            target.parent.rmdir()
    return target


def _resource(snapshot_id: str, table: str | None) -> dict:
    resources = {r["name"]: r for r in describe(snapshot_id)["resources"]}
    name = table or next(iter(resources))
    if name not in resources:
        raise SnapshotError(
            f"wanted a table of {snapshot_id}, got {name!r}", nearest(name, resources), resources
        )
    return resources[name]


def _open(snapshot_id: str, resource: dict) -> tuple[pd.DataFrame, list[Problem]]:
    path = paths.snapshot(snapshot_id) / resource["path"]
    file = paths.relative(path)
    if not path.is_file():
        return pd.DataFrame(), [Problem(file, 0, "", "the file", "none")]
    data = path.read_bytes()
    problems = []
    if len(data) != resource["bytes"]:
        problems.append(Problem(file, 0, "", f"{resource['bytes']} bytes", f"{len(data)} bytes"))
    found = f"sha256:{sha256(data)}"
    if found != resource["hash"]:
        problems.append(Problem(file, 0, "", resource["hash"], found))
    typed, found_in_table = _typed(path, found, latest_day(snapshot_id), json.dumps(resource))
    return typed.copy(), problems + found_in_table


@functools.cache  # a figure's sources are looked up in tables that its notebook has loaded before
def _typed(
    path: Path, digest: str, latest: str, resource: str
) -> tuple[pd.DataFrame, list[Problem]]:
    """Read and check a file with this digest."""
    file = paths.relative(path)
    try:
        raw = _read(path)
    except (ValueError, OSError) as error:  # pyarrow's and pandas' own words for an unreadable file
        return pd.DataFrame(), [Problem(file, 0, "", "a readable table", str(error))]
    return check_table(raw, json.loads(resource), file, latest)


def latest_day(snapshot_id: str) -> str:
    """The day that nothing in a snapshot may lie after: its folder's; a live one may end a day later."""
    topic, _, day = snapshot_id.partition("/")
    return describe(snapshot_id)["as_of_latest"] if topic == paths.LIVE else day


def _read(path: Path) -> pd.DataFrame:
    if path.suffix == ".parquet":
        return pd.read_parquet(path)
    return pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8")


def _write_table(path: Path, table: pd.DataFrame) -> None:
    if path.suffix == ".parquet":
        table.to_parquet(path, index=False, compression="zstd")
        return
    flags = table.select_dtypes(["bool", "boolean"]).columns
    table = table.assign(**{c: table[c].map({True: "true", False: "false"}) for c in flags})
    table.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def _row_keys(typed: pd.DataFrame, key: list[str]) -> pd.Series:
    parts = [
        typed[c].dt.strftime("%Y-%m-%d") if typed[c].dtype.kind == "M" else typed[c].astype("str")
        for c in key
    ]
    keys = parts[0]
    for part in parts[1:]:
        keys = keys + "|" + part
    return keys


def _restore(snapshot_id: str) -> str:
    verify = f"airace data verify {snapshot_id}   (git checkout restores the file)"
    return _remedy(snapshot_id, verify)


def _remedy(snapshot_id: str, committed: str) -> str:
    """What to do about a damaged snapshot: git holds those of data/raw, and no live one."""
    if snapshot_id.partition("/")[0] != paths.LIVE:
        return committed
    return f"remove {paths.relative(paths.snapshot(snapshot_id))}, and take a snapshot again"


def _refuse(snapshot_id: str, problems: list[Problem], next_command: str) -> None:
    if problems:
        raise SnapshotError(
            f"snapshot {snapshot_id} does not match its {PACKAGE}:\n  "
            + "\n  ".join(map(str, problems)),
            next_command=next_command,
        )
