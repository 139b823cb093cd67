"""The SQL that reads a dump of the Hub: finds its columns, types them, and judges each row.

A dump comes from other people's programs, so that a count may be text or a fraction, a date text or a
time with a zone, a nested column a struct or JSON. Only ``id`` and ``downloads`` must be there. Nothing
is corrected: a row fits the contract in ``live``, or it is refused with the first column that does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import duckdb

from airace.errors import SnapshotError
from airace.live import NAME
from airace.live_rows import LONGEST

NEEDED = ["id", "downloads"]
COUNTS = {"downloads_30d": "downloads", "downloads_all_time": "downloadsAllTime", "likes": "likes"}
DAYS = {"created": "createdAt", "modified": "lastModified"}
TEXTS = {"task": "pipeline_tag", "library": "library_name"}
NO_COUNTS = ("BOOLEAN", "DATE")  # which could be read as some number
UNPRINTABLE = r"[\p{C}\p{Zl}\p{Zp}]"
SPACES = r"[\p{C}\p{Z}]"
GATED = "case lower(gated::varchar) when 'false' then 'no' when 'auto' then 'auto' when 'manual' then 'manual' end"


def columns(dump: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Type of each column of the view ``dump``. Raises SnapshotError if a needed one is not there.

    Other types are settled where the columns are read: a count may be text.
    """
    view = dump.view("dump")
    found = dict(zip(view.columns, map(str, view.types)))
    del found["file_row_number"]  # DuckDB's own
    for name in COUNTS.values():
        if found.get(name) in NO_COUNTS:
            wanted = f"wanted counts in the column {name} of a dump of the Hub's models"
            raise SnapshotError(wanted, found[name])
    missing = [name for name in NEEDED if name not in found]
    if missing:
        wanted = f"wanted the columns {' and '.join(NEEDED)} in a dump of the Hub's models"
        raise SnapshotError(wanted, f"no {' and no '.join(missing)}", sorted(found)[:30])
    return found


def typed(found: Mapping[str, str], day: str) -> str:
    """A query on ``dump`` for the contract's columns, each row with its number and what is refused.

    ``day`` (YYYY-MM-DD) is that of the dump: nothing was made after it. ``refused`` is the first column
    that does not fit and ``refused_value`` what stands there.
    """
    cells = {"model": "id::varchar", "namespace": _namespace()}
    cells |= {ours: _count(theirs, found) for ours, theirs in COUNTS.items()}
    cells |= {ours: _day(theirs, found) for ours, theirs in DAYS.items()}
    cells |= {ours: _text(theirs, found) for ours, theirs in TEXTS.items()}
    cells["task"] = f"coalesce({cells['task']}, 'unknown')"
    cells["licence"] = _licence(found)
    cells["parameters"] = _parameters(found)
    cells["gated"] = GATED if "gated" in found else "null::varchar"
    named = ", ".join(f"{sql} as {name}" for name, sql in cells.items())
    private = "coalesce(try_cast(private as boolean), false)" if "private" in found else "false"
    tests = list(_tests(found, cells, day))
    refused = " ".join(f"when {test} then '{column}'" for column, test, _ in tests)
    values = " ".join(
        f"when {test} then coalesce({value}::varchar, 'nothing')" for _, test, value in tests
    )
    return (
        f"select file_row_number + 1 as number, {named}, {private} as private, "
        f"case {refused} end as refused, case {values} end as refused_value from dump"
    )


def parents(found: Mapping[str, str]) -> str:
    """A query on ``dump`` for number, base_model and relation: from ``baseModels``, else the tags."""
    kind = found.get("baseModels", "")
    if kind.startswith("STRUCT") and "models STRUCT" in kind:
        return """
            select file_row_number + 1 as number, unnest(list_transform(baseModels.models, lambda m: m.id))
              as base_model, baseModels.relation as relation
            from dump where baseModels is not null
        """
    if kind in ("VARCHAR", "JSON"):
        return """
            select file_row_number + 1 as number,
              unnest(json_extract_string(baseModels, '$.models[*].id')) as base_model,
              json_extract_string(baseModels, '$.relation') as relation
            from dump where json_valid(baseModels)
        """
    if found.get("tags") == "VARCHAR[]":
        return """
            select number, string_split(said, ':')[-1] as base_model,
              case when contains(said, ':') then string_split(said, ':')[1] end as relation
            from (
              select file_row_number + 1 as number, unnest(list_filter(tags,
                lambda t: starts_with(t, 'base_model:'))).substr(12) as said
              from dump
            )
        """
    return "select 0 as number, '' as base_model, null as relation from dump where false"


def fits_name(name: str) -> str:
    """A test for what may be a Hub id: no path, nothing that a terminal would act on, not too long."""
    return (
        f"(regexp_full_match({name}, '{NAME}') and length({name}) <= {LONGEST}"
        f" and not regexp_matches({name}, '{SPACES}')"
        f" and not list_has_any(string_split({name}, '/'), ['.', '..']))"
    )


def _tests(
    found: Mapping[str, str], cells: Mapping[str, str], day: str
) -> Iterator[tuple[str, str, str]]:
    """Column, when it does not fit, and what is shown then."""
    yield "model", f"id is null or not {fits_name('id::varchar')}", "id"
    yield "downloads_30d", "downloads is null", "'nothing'"
    for ours, theirs in COUNTS.items():
        if theirs in found:
            whole = f"try_cast({theirs} as double) = {cells[ours]}::double"
            fits = f"{cells[ours]} is not null and {cells[ours]} >= 0 and {whole}"
            yield ours, f"{theirs} is not null and not ({fits})", theirs
    for ours, theirs in DAYS.items():
        if theirs in found:
            late = f"{cells[ours]} > date '{day}'"
            yield ours, f"{theirs} is not null and ({cells[ours]} is null or {late})", theirs
    yield "parameters", f"{cells['parameters']} < 0", cells["parameters"]
    for ours in (*TEXTS, "licence"):
        cell = cells[ours]
        yield ours, f"length({cell}) > {LONGEST} or regexp_matches({cell}, '{UNPRINTABLE}')", cell


def _namespace() -> str:
    return "case when contains(id::varchar, '/') then string_split(id::varchar, '/')[1] else '' end"


def _count(name: str, found: Mapping[str, str]) -> str:
    return f"try_cast({name} as bigint)" if name in found else "null::bigint"


def _day(name: str, found: Mapping[str, str]) -> str:
    """The day in UTC, which is the zone of the connection."""
    return f"try_cast({name} as timestamptz)::timestamp::date" if name in found else "null::date"


def _text(name: str, found: Mapping[str, str]) -> str:
    return f"nullif({name}::varchar, '')" if name in found else "null::varchar"


def _licence(found: Mapping[str, str]) -> str:
    """Of a column of its own, else of the tags."""
    if "license" in found:
        return _text("license", found)
    if found.get("tags") != "VARCHAR[]":
        return "null::varchar"
    first = "list_filter(tags, lambda t: starts_with(t, 'license:'))[1]"
    return f"nullif(substr({first}, 9), '')"


def _parameters(found: Mapping[str, str]) -> str:
    kind = found.get("safetensors", "")
    if kind.startswith("STRUCT") and "total" in kind:
        return "try_cast(safetensors.total as bigint)"
    if kind in ("VARCHAR", "JSON"):
        total = "json_extract_string(safetensors, '$.total')"
        return f"case when json_valid(safetensors) then try_cast({total} as bigint) end"
    return "null::bigint"
