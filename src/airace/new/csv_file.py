"""Reads a reader's CSV as text, and refuses what it cannot read for certain, with line and column."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from airace.errors import RequestError
from airace.new import names

MOST_BYTES = 20_000_000  # all committed data stay under 25 MB
LONGEST = 100_000  # characters of a cell
OTHERS = {";": ";", "\t": "tab", "|": "|"}  # delimiters that are not assumed but named
SHOWN = 10
TAKEN = ("snapshot", "row")  # loading adds these columns
TRAIL = ("inputs",)  # the trail follows what stands here


@dataclass(frozen=True)
class Table:
    """A CSV as it stands: new name of each column -> its header; rows as text, with their lines."""

    file: str
    headers: dict[str, str]
    lines: list[int]
    rows: list[list[str]]


def read(path: Path, delimiter: str = ",") -> Table:
    """Read a CSV with a header. Blanks around a cell are dropped, and so are empty lines.

    Raises RequestError for a file that is missing, too large, not UTF-8, not rectangular, or without
    a usable header.
    """
    text = _text(path)
    lines, rows = _rows(path.name, text, delimiter)
    if not rows:
        raise RequestError(f"wanted a header and at least one row in {path.name}", "an empty file")
    header, *body = rows
    headers = _headers(path.name, header, delimiter)
    if not body:
        raise RequestError(f"wanted at least one row in {path.name}", "a header alone")
    _rectangular(path.name, len(headers), lines[1:], body)
    return Table(path.name, headers, lines[1:], body)


def refuse(wanted: str, problems: list[str], next_command: str = "") -> None:
    """Raise RequestError with the problems, if there are any, the first few in full."""
    if problems:
        rest = len(problems) - SHOWN
        told = problems[:SHOWN] + ([f"and {rest} more"] if rest > 0 else [])
        raise RequestError("\n  ".join([f"{wanted}:", *told]), next_command=next_command)


def _text(path: Path) -> str:
    if not path.is_file():
        there = sorted(f.name for f in path.parent.glob("*.csv")) if path.parent.is_dir() else []
        raise RequestError(f"wanted a CSV file, got {str(path)!r}", "no such file", there[:SHOWN])
    size = path.stat().st_size
    if size > MOST_BYTES:
        wanted = f"wanted at most {MOST_BYTES:,} bytes in {path.name}"
        raise RequestError(
            wanted, f"{size:,}", next_command="keep the rows and columns that you use"
        )
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = f"the byte {data[error.start]:#04x} in line {line}"
        advice = 'save it as "CSV UTF-8"'
        raise RequestError(f"wanted UTF-8 in {path.name}", found, next_command=advice) from error
    for number, line in enumerate(text.split("\n"), start=1):
        odd = next((c for c in line if ord(c) < 32 and c not in "\t\r"), "")
        if odd:
            raise RequestError(
                f"wanted text in {path.name}", f"the character {odd!r} in line {number}"
            )
    return text


def _rows(file: str, text: str, delimiter: str) -> tuple[list[int], list[list[str]]]:
    """The line on which each row begins, and its cells."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines, rows, line = [], [], 1
    limit = csv.field_size_limit(LONGEST)  # other packages raise it
    try:
        for cells in reader:
            if cells:
                lines.append(line)
                rows.append([cell.strip() for cell in cells])
            line = reader.line_num + 1
    except csv.Error as error:  # a cell that is too long, or quotes that do not fit
        raise RequestError(f"wanted rows of cells in {file}", f"line {line}: {error}") from error
    finally:
        csv.field_size_limit(limit)
    return lines, rows


def _headers(file: str, header: list[str], delimiter: str) -> dict[str, str]:
    """The new name of each column, by which it is called from now on."""
    other = next((d for d in OTHERS if d != delimiter and d in header[0]), "")
    if len(header) == 1 and other:
        found = f"one column, {header[0]!r}"
        option = f"--delimiter {OTHERS[other]!r}"
        raise RequestError(f"wanted columns divided by {delimiter!r} in {file}", found, (), option)
    made = [names.column(cell) for cell in header]
    counts, problems = Counter(made), []
    for number, (cell, name) in enumerate(zip(header, made), start=1):
        if not name:
            found = "nothing" if not cell else repr(cell)
            problems.append(f"line 1, column {number}: expected a name, found {found}")
        elif counts[name] > 1:
            problems.append(f"line 1, column {number}: expected a name of its own, found {cell!r}")
        elif name in TAKEN:
            problems.append(
                f"line 1, column {number}: expected another name, loading adds {name!r}"
            )
        elif name in TRAIL:
            problems.append(f"line 1, column {number}: expected another name, {name!r} means rows "
                            "that a row was computed from")  # fmt: skip
    advice = "give each column a name in the first line; a value per year is a row, not a column"
    refuse(f"wanted a header in {file}", problems, advice)
    return dict(zip(made, header))


def _rectangular(file: str, width: int, lines: list[int], rows: list[list[str]]) -> None:
    problems = []
    for line, cells in zip(lines, rows):
        if len(cells) != width:
            problems.append(f"line {line}: expected {width} cells, found {len(cells)}")
        elif not any(cells):
            problems.append(f"line {line}: expected a value, found empty cells alone")
    refuse(f"wanted rows as long as the header in {file}", problems)
