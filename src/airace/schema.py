"""Checks a table against its Frictionless Table Schema and converts it to typed columns.

All bad cells are found in one pass, each with row, column, expected and found. The field types used
here are ``string``, ``integer``, ``number``, ``boolean`` and ``date``. Beside the standard properties
stand rules of our own:

- A field with ``asOf: true`` may not lie after the snapshot's date, unless the row's ``status`` is one
  of the resource's ``futureStatus`` (forecasts, targets, plans).
- A period, from ``date_from`` to ``date_to``, may not end before it begins. A resource with
  ``periods`` names the kinds of period that it holds (see ``PERIODS``).
- A resource's ``dependencies``, each ``{"on": [columns], "of": [columns]}``: rows that agree in the
  first columns agree in the second. One metric has one unit.
- Rows with a number or name of ours for a key (``point_id``, ``claim_id``) differ in more than that.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from pandas.api import types

BOOLEANS = {"true": True, "false": False}
INFINITE = [float("inf"), float("-inf")]  # pandas reads the words inf and infinity as numbers
NOUNS = {t: f"a {t}" for t in ("string", "number", "boolean", "date")} | {"integer": "an integer"}
OUR_KEYS = "_id"  # a key so named is ours, and says nothing about what the row describes
PERIODS = {
    "day": lambda start, end: start == end,
    "month": lambda start, end: start.dt.is_month_start & (end == start + pd.offsets.MonthEnd()),
    "quarter": lambda start, end: (
        start.dt.is_quarter_start & (end == start + pd.offsets.QuarterEnd())
    ),
    "years": lambda start, end: start.dt.is_year_start & end.dt.is_year_end,
}
SHOWN_ROWS = 10


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a file: ``row`` counts from 1 below the header, 0 means the whole file."""

    file: str
    row: int
    column: str
    expected: str
    found: str

    def __str__(self) -> str:
        place = [self.file]
        if self.row:
            place.append(f"row {self.row}")
        if self.column:
            place.append(f"column {self.column}")
        return f"{' '.join(place)}: expected {self.expected}, found {self.found}"


def check_table(
    raw: pd.DataFrame, resource: dict, file: str, snapshot_date: str
) -> tuple[pd.DataFrame, list[Problem]]:
    """Return the typed table and every problem found.

    ``raw`` holds text (from CSV; empty text is missing) or typed columns (from Parquet).
    """
    fields = resource["schema"]["fields"]
    problems = _columns(raw, fields, file)
    expected_rows = resource["row_count"]
    if len(raw) != expected_rows:
        problems.append(Problem(file, 0, "", f"{expected_rows} rows", f"{len(raw)} rows"))
    typed = pd.DataFrame(index=raw.index)
    for field in fields:
        name = field["name"]
        if name not in raw:
            continue
        typed[name], broken = _convert(raw[name], field["type"])
        problems += _cells(raw[name], broken, file, name, NOUNS[field["type"]])
        problems += _constraints(typed[name], broken, field, file)
    problems += _dates(typed, resource, file, snapshot_date)
    problems += _periods(typed, resource.get("periods", []), file)
    for rule in resource.get("dependencies", []):
        problems += _dependency(typed, rule["on"], rule["of"], file)
    problems += _key(typed, resource["schema"].get("primaryKey", []), file)
    return typed, problems


def _columns(raw: pd.DataFrame, fields: list[dict], file: str) -> list[Problem]:
    named = [field["name"] for field in fields]
    missing = [Problem(file, 0, name, "this column", "none") for name in named if name not in raw]
    extra = [
        Problem(file, 0, str(name), "no such column", "one") for name in raw if name not in named
    ]
    return missing + extra


def _convert(column: pd.Series, kind: str) -> tuple[pd.Series, pd.Series]:
    """Return the typed column and a mask of the cells that do not have the type."""
    missing = column.isna() | (column == "") if types.is_string_dtype(column) else column.isna()
    text = column.where(~missing)
    if kind == "string":
        return text.astype("str"), pd.Series(False, index=column.index)
    if kind == "date":
        typed = pd.to_datetime(text, format="%Y-%m-%d", errors="coerce").astype("datetime64[s]")
    elif kind == "boolean":
        typed = text if types.is_bool_dtype(column) else text.map(BOOLEANS)
    else:
        typed = pd.to_numeric(text, errors="coerce")
        typed = typed.mask(typed.isin(INFINITE))
    broken = typed.isna() & ~missing
    if kind == "integer":
        broken |= typed.notna() & (typed % 1 != 0)
        typed = typed.where(~broken).astype("Int64" if (missing | broken).any() else "int64")
    elif kind == "number":
        typed = typed.astype("float64")
    elif kind == "boolean":
        typed = typed.astype("boolean" if typed.isna().any() else "bool")
    return typed, broken


def _constraints(column: pd.Series, broken: pd.Series, field: dict, file: str) -> list[Problem]:
    name, rules = field["name"], field.get("constraints", {})
    present, problems = column.notna(), []
    checks = {
        "required": lambda _: column.isna() & ~broken,  # a cell of another type is reported as such
        "minimum": lambda bound: present & (column < bound).fillna(False),
        "maximum": lambda bound: present & (column > bound).fillna(False),
        "enum": lambda allowed: present & ~column.isin(allowed),
        "pattern": lambda regex: present & ~column.str.fullmatch(regex).fillna(True).astype(bool),
        "unique": lambda _: present & column.duplicated(keep=False),
    }
    said = {
        "required": "a value",
        "minimum": "at least {}",
        "maximum": "at most {}",
        "enum": "one of {}",
        "pattern": "text like {}",
        "unique": "a value that stands once",
    }
    for rule, limit in rules.items():
        if limit is not False:
            problems += _cells(column, checks[rule](limit), file, name, said[rule].format(limit))
    return problems


def _dates(typed: pd.DataFrame, resource: dict, file: str, snapshot_date: str) -> list[Problem]:
    future = resource.get("futureStatus", [])
    status = typed["status"] if "status" in typed else pd.Series("", index=typed.index)
    exempt = status.isin(future)
    problems = []
    for field in resource["schema"]["fields"]:
        if field.get("asOf") and field["name"] in typed:
            late = _later(typed[field["name"]], snapshot_date) & ~exempt
            expected = f"a date up to the snapshot's own, {snapshot_date}"
            problems += _cells(typed[field["name"]], late, file, field["name"], expected)
    return problems


def _periods(typed: pd.DataFrame, kinds: list[str], file: str) -> list[Problem]:
    if not {"date_from", "date_to"} <= set(typed):
        return []
    starts, ends = typed["date_from"], typed["date_to"]
    early = ends < starts
    problems = _cells(ends, early, file, "date_to", "a day not before the row's date_from")
    if kinds:
        whole = pd.concat([PERIODS[kind](starts, ends) for kind in kinds], axis=1).any(axis=1)
        other = starts.notna() & ends.notna() & ~early & ~whole
        periods = starts.dt.strftime("%Y-%m-%d") + " to " + ends.dt.strftime("%Y-%m-%d")
        expected = f"a period of one of the kinds {', '.join(kinds)}"
        problems += _cells(periods, other, file, "date_from", expected)
    return problems


def _dependency(typed: pd.DataFrame, on: list[str], of: list[str], file: str) -> list[Problem]:
    """Find cells that differ from what most rows with the same values in ``on`` hold."""
    if not {*on, *of} <= set(typed):
        return []  # a missing column is reported as such
    problems, groups = [], typed.groupby(on, dropna=False, sort=False)
    for name in of:
        if (groups[name].nunique(dropna=False) > 1).any():
            usual = groups[name].transform(
                lambda column: column.value_counts(dropna=False).index[0]
            )
            other = (typed[name] != usual) & ~(typed[name].isna() & usual.isna())
            expected = f"what other rows of the same {', '.join(on)} hold"
            problems += _cells(typed[name], other, file, name, expected)
    return problems


def _later(column: pd.Series, snapshot_date: str) -> pd.Series:
    """Which dates lie after the snapshot's; one written as a year or month counts from its start."""
    if types.is_datetime64_any_dtype(column):
        return column > pd.Timestamp(snapshot_date)
    text = column.fillna("")
    return text.str.match(r"\d{4}") & (text > snapshot_date)


def _key(typed: pd.DataFrame, key: list[str], file: str) -> list[Problem]:
    if not key or any(name not in typed for name in key):
        return []
    joined = typed[key].astype("str").agg("|".join, axis=1) if len(key) > 1 else typed[key[0]]
    repeated = joined.duplicated()
    problems = _cells(joined, repeated, file, ", ".join(key), "a key that stands once")
    if len(key) == 1 and key[0].endswith(OUR_KEYS):
        twins = typed.drop(columns=key).duplicated() & ~repeated
        problems += _cells(joined, twins, file, key[0], "a row that says more than an earlier one")
    return problems


def _cells(column: pd.Series, bad: pd.Series, file: str, name: str, expected: str) -> list[Problem]:
    if not bad.any():
        return []
    found = column[bad]
    problems = [
        Problem(file, position + 1, name, expected, _shown(value))
        for position, value in zip(bad.to_numpy().nonzero()[0][:SHOWN_ROWS], found)
    ]
    rest = len(found) - SHOWN_ROWS
    if rest > 0:
        problems.append(Problem(file, 0, name, expected, f"{rest} more rows that are not"))
    return problems


def _shown(value: object) -> str:
    if pd.isna(value):
        return "an empty cell"
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return repr(str(value)) if isinstance(value, str) else str(value)
