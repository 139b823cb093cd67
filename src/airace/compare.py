"""Compares a rebuilt file with its reference: tables value by value, records word by word, pictures.

Another numpy may add up in another order, so numbers may differ by ``TOLERANCE``; everything else is
equal or it differs.
"""

from __future__ import annotations

import csv
import difflib
import io
import json
import math
from os.path import commonprefix
from typing import NamedTuple

TOLERANCE = 1e-9  # relative
DATA, WORDS, PICTURE = "data", "words", "picture"  # what a reader would notice, the gravest first
LEVELS = {"csv": DATA, "json": WORDS, "png": PICTURE, "svg": PICTURE}
MADE_WITH = ("code", "lock", "snapshots")  # of a record: what made the figure, not what it says
LONGEST = 60  # characters of a value that a message quotes
FADED = 0.25  # how much of the expected picture shines through the marks
MARK = (0.84, 0.37, 0.0)  # vermilion
NO_ROW, NO_FILE = "no such row", "none"


class Difference(NamedTuple):
    """One thing that differs. ``row`` counts from 1 below the header; 0 means the whole file."""

    file: str
    row: int
    column: str
    expected: str
    found: str

    @property
    def level(self) -> str:
        return LEVELS[self.file.rpartition(".")[2]]

    def __str__(self) -> str:
        place = [self.file]
        place += [f"row {self.row}"] if self.row else []
        place += [f"column {self.column}" if self.row else self.column] if self.column else []
        expected, found = self.quoted()
        return f"{', '.join(place)}: expected {expected}, found {found}"

    def quoted(self) -> tuple[str, str]:
        """Both values, long ones cut to where they begin to differ."""
        start = len(commonprefix([self.expected, self.found]))
        return _cut(self.expected, start), _cut(self.found, start)


def files(file: str, expected: bytes | None, found: bytes | None) -> list[Difference]:
    """Return every difference between the two contents of a file; None where there is no file."""
    if expected is None or found is None:
        texts = (NO_FILE if content is None else "a file" for content in (expected, found))
        return [Difference(file, 0, "", *texts)]
    if expected == found:
        return []
    kinds = {"csv": tables, "json": records}
    return kinds.get(file.rpartition(".")[2], _pictures)(file, expected, found)


def tables(file: str, expected: bytes, found: bytes) -> list[Difference]:
    """Return the cells of a CSV that differ, and the rows that only one side has."""
    old, new = (list(csv.reader(io.StringIO(table.decode()))) for table in (expected, found))
    if old[0] != new[0]:
        return [Difference(file, 0, "columns", ", ".join(old[0]), ", ".join(new[0]))]
    if len(old) == len(new):
        return _cells(file, old[0], enumerate(zip(old[1:], new[1:]), start=1))
    return _rows(file, [tuple(row) for row in old], [tuple(row) for row in new])


def records(file: str, expected: bytes, found: bytes) -> list[Difference]:
    """Return what differs in the words of a figure's record: title, alt text, sources and the like."""
    old, new = (json.loads(record) for record in (expected, found))
    keys = [key for key in old | new if key not in MADE_WITH]
    changed = [key for key in keys if old.get(key) != new.get(key)]
    return [Difference(file, 0, k, str(old.get(k)), str(new.get(k))) for k in changed]


def made_with(expected: bytes, found: bytes) -> list[str]:
    """Name what a figure is made with that differs between two records: code, lock, snapshots."""
    old, new = (json.loads(record) for record in (expected, found))
    inputs = {"code": "the notebook or the package's code", "lock": "the lock"}
    changed = [text for key, text in inputs.items() if old.get(key) != new.get(key)]
    before, after = (record.get("snapshots", {}) for record in (old, new))
    ids = [i for i in sorted(before | after) if before.get(i) != after.get(i)]
    return changed + [f"data/raw/{snapshot_id}" for snapshot_id in ids]


def same(expected: str, found: str) -> bool:
    """Whether two cells are equal, numbers within the tolerance."""
    if expected == found:
        return True
    try:
        return math.isclose(float(expected), float(found), rel_tol=TOLERANCE)
    except ValueError:
        return False


def _cut(text: str, start: int) -> str:
    if len(text) <= LONGEST:
        return text
    start = min(max(0, start - LONGEST // 3), len(text) - LONGEST)
    end = start + LONGEST
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")


def _cells(file: str, header: list[str], rows) -> list[Difference]:
    return [
        Difference(file, number, column, a, b)
        for number, (left, right) in rows
        for column, a, b in zip(header, left, right)
        if not same(a, b)
    ]


def _rows(file: str, old: list[tuple], new: list[tuple]) -> list[Difference]:
    """Differences of tables of unequal length: rows are counted on the side that has them."""
    found = [Difference(file, 0, "rows", str(len(old) - 1), str(len(new) - 1))]
    steps = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for step, i, j, k, m in steps:
        if step == "replace" and j - i == m - k:
            found += _cells(file, old[0], enumerate(zip(old[i:j], new[k:m]), start=i))
        elif step != "equal":
            found += [Difference(file, n, "", ", ".join(old[n]), NO_ROW) for n in range(i, j)]
            found += [Difference(file, n, "", NO_ROW, ", ".join(new[n])) for n in range(k, m)]
    return found


def _pictures(file: str, expected: bytes, found: bytes) -> list[Difference]:
    if file.endswith(".png"):
        return [Difference(file, 0, "", "the same picture", pixels(expected, found)[0])]
    return [Difference(file, 0, "", "the same drawing", "another")]


def pixels(expected: bytes, found: bytes) -> tuple[str, bytes | None]:
    """Say how many pixels of two PNGs differ, and mark them in a faded copy of the first.

    Pictures of unequal size have no such copy.
    """
    import matplotlib.image as images

    old, new = (images.imread(io.BytesIO(png), format="png") for png in (expected, found))
    if old.shape != new.shape:
        sizes = [f"{picture.shape[1]} by {picture.shape[0]}" for picture in (old, new)]
        return f"{sizes[1]} pixels instead of {sizes[0]}", None
    changed = (old != new).any(axis=2)
    marked = 1 - (1 - old[..., :3]) * FADED
    marked[changed] = MARK
    buffer = io.BytesIO()
    images.imsave(buffer, marked, format="png")
    count = f"{changed.sum():,} of {changed.size:,} pixels differ"
    return count if changed.any() else "the same pixels, written differently", buffer.getvalue()
