"""Which values of a table differ between two builds, row by row, whatever the order of the rows.

A row is found again by what it is about, not by where it stands: by its text cells, and by the numbers
that all rows keep (a threshold, a rank that did not move). What remains are the values.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass

from airace import compare
from airace.snapshots import PROVENANCE
from airace.trace import is_number

HALF = 0.5  # of the rows must be found again by a text if it is to say what a row is about
FLAGS = ("True", "False")

Rows = list[dict[str, str]]


@dataclass(frozen=True)
class Value:
    """One value that differs: ``about`` says of which row it is."""

    about: str
    column: str
    before: str
    after: str

    @property
    def is_number(self) -> bool:
        return is_number(self.before) and is_number(self.after)

    @property
    def size(self) -> float:
        """How far apart two numbers are, relative to the larger: from 0 to 2."""
        before, after = float(self.before), float(self.after)
        return abs(after - before) / max(abs(before), abs(after))


@dataclass(frozen=True)
class Differences:
    """Numbers that differ, the largest first; other cells; rows and columns that one table alone has.

    ``texts`` counts column, cell before and cell after; rows are given by what they are about.
    """

    numbers: list[Value]
    texts: Counter[tuple[str, str, str]]
    rows_before: list[str]
    rows_after: list[str]
    columns_before: list[str]
    columns_after: list[str]

    @property
    def count(self) -> int:
        """How many values differ in rows that both tables have."""
        return len(self.numbers) + self.texts.total()

    def __bool__(self) -> bool:
        rows, columns = self.rows_before or self.rows_after, self.columns_before or self.columns_after
        return bool(self.count or rows or columns)


def between(before: bytes, after: bytes) -> Differences:
    """Compare two CSV files of the same kind; numbers within ``compare.TOLERANCE`` are equal."""
    (old_names, old), (new_names, new) = map(_read, (before, after))
    shared = [name for name in old_names if name in new_names]
    key = _key(old, new, shared)
    pairs, lost, added = _paired(old, new, key)
    told = _telling([*old, *new], key, [])
    told = _telling(old, [name for name in shared if name not in key and _is_text(old, name)], told)
    vague = _vague([*old, *new], told)
    values = [
        Value(_about(left, told, vague), name, left[name], right[name])
        for left, right in pairs
        for name in shared
        if name not in PROVENANCE and not compare.same(left[name], right[name])
    ]
    numbers = [value for value in values if value.is_number]
    return Differences(
        sorted(numbers, key=lambda value: -value.size),
        Counter((v.column, v.before, v.after) for v in values if not v.is_number),
        [_about(row, told, vague) for row in lost],
        [_about(row, told, vague) for row in added],
        [name for name in old_names if name not in new_names],
        [name for name in new_names if name not in old_names],
    )


def _read(table: bytes) -> tuple[list[str], Rows]:
    reader = csv.DictReader(io.StringIO(table.decode()))
    rows = list(reader)
    return list(reader.fieldnames or []), rows


def _key(old: Rows, new: Rows, shared: list[str]) -> list[str]:
    """The columns that say what a row is about: texts, where it comes from, and numbers that stay."""
    both = [*old, *new]
    origin = [name for name in shared if name in PROVENANCE]
    texts = [name for name in shared if name not in origin and _is_text(both, name)]
    numbers = [name for name in shared if name not in (*origin, *texts)]
    key: list[str] = []
    met = most = min(len(old), len(new))
    for name in [*texts, *origin, *numbers]:
        found = _met(old, new, [*key, name])
        if found == met or (name in texts and found >= most * HALF):
            key, met = [*key, name], found
    return key


def _met(old: Rows, new: Rows, key: list[str]) -> int:
    """How many rows of one table are found in the other."""
    before, after = (Counter(_cells(row, key) for row in rows) for rows in (old, new))
    return (before & after).total()


def _paired(old: Rows, new: Rows, key: list[str]) -> tuple[list[tuple[dict, dict]], Rows, Rows]:
    """Rows that are about the same, in the order of the first table; then the rows without a partner."""
    waiting: dict[tuple, Rows] = {}
    for row in reversed(new):
        waiting.setdefault(_cells(row, key), []).append(row)
    pairs, lost = [], []
    for row in old:
        partners = waiting.get(_cells(row, key))
        if partners:
            pairs.append((row, partners.pop()))
        else:
            lost.append(row)
    return pairs, lost, [row for rows in waiting.values() for row in reversed(rows)]


def _telling(rows: Rows, names: list[str], told: list[str]) -> list[str]:
    """Add to the columns ``told`` those of the names, from the first, that tell rows further apart."""
    apart = max(1, len({_cells(row, told) for row in rows}))
    for name in names:
        found = len({_cells(row, [*told, name]) for row in rows})
        if found > apart:
            told, apart = [*told, name], found
    return told


def _vague(rows: Rows, told: list[str]) -> set[str]:
    """Cells that do not say what they are about: numbers, flags, and what stands in several columns."""
    places = {(name, row[name]) for name in told for row in rows}
    times = Counter(cell for _, cell in places)
    return {cell for cell in times if times[cell] > 1 or cell in FLAGS or is_number(cell)}


def _about(row: dict[str, str], told: list[str], vague: set[str]) -> str:
    """The cells that tell a row apart; the vague ones with the name of their column."""
    cells = [(name, row[name]) for name in told if row[name]]
    return " · ".join(f"{name} {cell}" if cell in vague else cell for name, cell in cells)


def _cells(row: dict[str, str], names: list[str]) -> tuple[str, ...]:
    return tuple(row[name] for name in names)


def _is_text(rows: Rows, name: str) -> bool:
    return not all(is_number(row[name]) for row in rows if row[name])
