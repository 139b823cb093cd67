"""A new snapshot from a reader's CSV: what is asked for, checked, added and written."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from airace import inputs, paths, snapshots
from airace.errors import RequestError
from airace.new import columns, csv_file, description, request
from airace.new.csv_file import Table
from airace.new.request import Request

JOINTS = ("; ", "|")  # several keys in a cell are joined by these


@dataclass(frozen=True)
class Taken:
    """A snapshot that was written, and what the reader should know about it."""

    snapshot_id: str
    fields: list[dict]
    added: list[str]  # columns that the file did not have
    rows: int
    republish: bool


def take(asked: Request) -> Taken:
    """Write ``data/raw/<topic>/<as-of>/``.

    Raises RequestError for what is missing, not allowed or in doubt, and SnapshotError where the
    table does not pass its own description; nothing is written then.
    """
    request.check(asked)
    description.licence(asked)
    snapshot_id = f"{asked.topic}/{asked.as_of}"
    folder = paths.snapshot(snapshot_id)
    if folder.exists():
        raise RequestError(
            f"a snapshot is never rewritten: {paths.relative(folder)} exists",
            next_command="if the table has changed, take it with the later day that it describes",
        )
    table = csv_file.read(asked.file, asked.delimiter)
    asked = request.by_name(asked, table)
    ours = {name: "string" for name in description.OURS if name in table.headers}
    kinds = columns.types(table, asked.types | ours)
    columns.months_after(table, kinds, asked.as_of)
    _check_key(asked, table, kinds)
    fields = description.fields(asked, table, kinds)
    _like_the_last(asked.topic, fields)
    frame = _frame(asked, table, kinds)
    package = description.package(asked, fields, frame)
    snapshots.write(snapshot_id, package, {package["resources"][0]["name"]: frame})
    added = [f["name"] for f in fields if f["name"] not in table.headers]
    return Taken(snapshot_id, fields, added, len(frame), bool(asked.republish))


def _check_key(asked: Request, table: Table, kinds: dict[str, str]) -> None:
    """Raise RequestError for keys by which a row could not be named."""
    key = asked.key or description.KEY
    if not description.has_key(asked, table):
        return
    position, seen, problems = list(table.headers).index(key), set(), []
    for line, row in zip(table.lines, table.rows):
        text = row[position]
        odd = next((joint for joint in JOINTS if joint in text), "")
        if not text or text in seen or odd:
            found = f"{text!r} again" if text in seen else f"{odd!r} in it" if odd else "nothing"
            problems.append(
                f"line {line}, column {table.headers[key]!r}: expected a key, found {found}"
            )
        seen.add(text)
    if kinds[key] in ("number", "boolean"):
        problems.append(f"column {table.headers[key]!r}: expected texts, integers or days as keys")
    advice = f"choose another --key, or none: {description.KEY} is added then"
    csv_file.refuse(f"wanted a key that names each row of {table.file}", problems, advice)


def _like_the_last(topic: str, fields: list[dict]) -> None:
    """A topic is one table, taken again and again: refuse another one under its name."""
    for last in inputs.snapshot_dates(topic)[-1:]:
        schema = snapshots.describe(f"{topic}/{last}")["resources"][0]["schema"]
        before = {f["name"]: f["type"] for f in schema["fields"]}
        now = {f["name"]: f["type"] for f in fields}
        if before != now:
            differ = [name for name in before | now if before.get(name) != now.get(name)]
            raise RequestError(
                f"wanted the columns of {topic}/{last}, as the next snapshot of the topic",
                f"different: {', '.join(differ)}",
                next_command="choose another --topic for another table",
            )


def _frame(asked: Request, table: Table, kinds: dict[str, str]) -> pd.DataFrame:
    """The table as text with key and source; flags in lower case, as the standard writes them."""
    frame = pd.DataFrame(table.rows, columns=list(table.headers), dtype="str")
    for name in (n for n, kind in kinds.items() if kind == "boolean"):
        frame[name] = frame[name].str.lower()
    if not description.has_key(asked, table):
        width = max(3, len(str(len(frame))))
        frame.insert(0, description.KEY, [f"r{n:0{width}}" for n in range(1, len(frame) + 1)])
    given = {
        "source_title": asked.source_title,
        "publisher": asked.publisher,
        "source_url": asked.url,
        "published": asked.published,
        "confidence": asked.confidence,
    }
    for name, text in given.items():
        if name not in frame:
            frame[name] = text
    return frame
