"""The type of each column of a reader's CSV, where its cells leave no doubt.

A column of numbers with one word in it, a date in another form, a number with a thousands separator:
each is refused with its line, because any guess could be wrong. ``--type`` settles what is in doubt.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date

from airace.new import csv_file

TYPES = ("string", "integer", "number", "boolean", "date")
MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
INTEGER = re.compile(r"[+-]?[0-9]+")
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
CODE = re.compile(r"[+-]?0[0-9]+")  # 007 is a name of something, no amount
DRESSED = re.compile(r"[(+-]? ?[$€£¥₩]? ?[+-]?[0-9][0-9., '\u00a0\u202f]* ?[%$€£¥₩]?\)?")
DATELIKE = re.compile(r"[0-9]{1,4}([-/.] ?)[0-9]{1,2}\1[0-9]{1,4}\.?([T ].*)?")
ABSENT = {"nan", "na", "n/a", "#n/a", "null", "none", "inf", "+inf", "-inf", "infinity", "-", "--", ".", "?", "…"}  # fmt: skip
LARGEST = 2**53  # beyond it, neighbouring integers become one in a float
EXPECTED = {
    "integer": f"an integer up to {LARGEST:,}",
    "number": "a number as 1234.5, or nothing where there is none",
    "boolean": "true or false",
    "date": "a day as 2026-03-31, or nothing where there is none",
}


def types(table: csv_file.Table, declared: dict[str, str]) -> dict[str, str]:
    """Return the type of each column; ``declared`` are those that the reader states.

    Raises RequestError with line and column of every cell that leaves a doubt.
    """
    found, problems = {}, []
    for position, (name, header) in enumerate(table.headers.items()):
        cells = [
            (line, row[position]) for line, row in zip(table.lines, table.rows) if row[position]
        ]
        found[name] = declared.get(name) or _settled([text for _, text in cells])
        if not cells:
            problems.append(f"column {header!r}: expected a value in at least one row, found none")
        fits = FITS[found[name]]
        problems += [
            f"line {line}, column {header!r}: expected {EXPECTED[found[name]]}, found {_short(text)}"
            for line, text in cells
            if not fits(text)
        ]
    advice = "correct the cells, or state that a column is text: --type COLUMN=string"
    csv_file.refuse(f"wanted columns of one type in {table.file}", problems, advice)
    return found


def months_after(table: csv_file.Table, kinds: dict[str, str], day: str) -> None:
    """Raise RequestError for months, kept as text, that lie after the day of the snapshot.

    Days are checked when the snapshot is written; a month is no day, and would pass as any text.
    """
    problems = []
    for position, (name, header) in enumerate(table.headers.items()):
        cells = [(line, row[position]) for line, row in zip(table.lines, table.rows)]
        filled = [text for _, text in cells if text]
        if kinds[name] != "string" or not all(map(MONTH.fullmatch, filled)):
            continue
        problems += [
            f"line {line}, column {header!r}: expected a month up to {day[:7]}, found {text}"
            for line, text in cells
            if text > day[:7]
        ]
    advice = "state the latest day that the table describes: --as-of"
    csv_file.refuse(f"wanted no month after the snapshot's own day, {day}", problems, advice)


def _settled(cells: list[str]) -> str:
    """The type that at least half of the cells have the look of; all must then be of it."""
    if not cells:
        return "string"
    for kind in ("boolean", "date"):
        if all(map(FITS[kind], cells)):
            return kind
    if all(map(INTEGER.fullmatch, cells)):
        return "string" if any(map(CODE.fullmatch, cells)) else "integer"
    half = len(cells) / 2
    if sum(map(bool, map(DATELIKE.fullmatch, cells))) >= half:
        return "date"
    amounts = sum(bool(NUMBER.fullmatch(c) or DRESSED.fullmatch(c)) for c in cells)
    absent = sum(c.lower() in ABSENT for c in cells)
    return "number" if amounts and amounts + absent >= half else "string"


def _is_integer(text: str) -> bool:
    return bool(INTEGER.fullmatch(text)) and len(text) < 20 and abs(int(text)) <= LARGEST


def _is_number(text: str) -> bool:
    return bool(NUMBER.fullmatch(text)) and math.isfinite(float(text))


def _is_boolean(text: str) -> bool:
    return text.lower() in ("true", "false")


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


FITS: dict[str, Callable[[str], bool]] = {
    "string": lambda text: True,
    "integer": _is_integer,
    "number": _is_number,
    "boolean": _is_boolean,
    "date": _is_date,
}


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:39] + "…")
