"""Views over the Parquet files of a snapshot: which models count, and whose they are, by a rule.

Here is SQL alone. Nothing but DuckDB is loaded, rows stay in their files, and what comes out is a few
plain tuples: a process that only counts needs little more memory than DuckDB itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from airace import ancestry
from airace.errors import RequestError, nearest
from airace.organisations import UNLISTED, country_group

RULES = {"publisher": "by_publisher", "base model": "by_base_model"}  # rule: view
WINDOWS = {"30 days": "downloads_30d", "all time": "downloads_all_time"}  # window: column
NAMED = "* replace (coalesce(nullif(namespace::varchar, ''), model) as namespace)"  # see ancestry
MEASURED = "discovered or downloads_30d % 1000 <> 0"  # and not typed by hand: see shares.mark

BY_PUBLISHER = f"""
create view by_publisher as
select
  counted.*,
  coalesce(namespaces.country, '{UNLISTED}') as country,
  coalesce(namespaces.verified, false) as verified
from counted left join namespaces on namespaces.namespace = counted.namespace
"""
BY_BASE_MODEL = """
create view by_base_model as
select by_publisher.* replace (
  coalesce(origin.country, by_publisher.country) as country,
  coalesce(origin.verified, by_publisher.verified) as verified
)
from by_publisher left join origin on origin.model = by_publisher.model
"""


@dataclass(frozen=True)
class Source:
    """Parquet files of one snapshot, or of several that are read as one table.

    ``base_models`` holds the lineage and ``before`` the models of the snapshot before, where known.
    """

    snapshot: str
    as_of: str  # ISO date of the counts
    models: tuple[Path, ...]
    base_models: Path | None = None
    before: Path | None = None


def register(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    namespaces: Iterable[tuple[str, str, bool]],
) -> None:
    """Add the views and small tables that the rules read; no row of a file is read yet.

    ``namespaces`` are namespace, country (ISO code, unknown, international) and whether verified.
    """
    files = {"models": source.models, "before": source.before, "base_models": source.base_models}
    for name, file in files.items():
        if file:
            paths = [str(path) for path in (file if isinstance(file, tuple) else (file,))]
            connection.read_parquet(paths).create_view(name)
    kept = MEASURED if "discovered" in columns(connection) else "true"
    named = NAMED if "model" in columns(connection) and _nameless(connection) else "*"
    connection.execute(f"create view counted as select {named} from models where {kept}")
    listed = {name: (country_group(code), bool(known)) for name, code, known in namespaces}
    moved = {n: listed[home] for n, home in ancestry.LEGACY.items() if home in listed}
    rows = [(name, *about) for name, about in {**listed, **moved}.items()]
    _create(connection, "namespaces", ["namespace", "country", "verified"], rows)
    _create(connection, "legacy", ["name", "namespace"], [*ancestry.LEGACY.items()])
    known = f"select country from namespaces union select '{UNLISTED}'"
    connection.execute(f"create type country_group as enum ({known})")
    connection.execute(BY_PUBLISHER)


def _nameless(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether a model has no namespace; answered from the files' statistics where none is."""
    query = "select count(*) > 0 from models where namespace is null or namespace::varchar = ''"
    return connection.execute(query).fetchall()[0][0]


def _create(
    connection: duckdb.DuckDBPyConnection, name: str, columns: list[str], rows: list[tuple]
) -> None:
    parts = ", ".join(f"unnest(?) as {column}" for column in columns)
    values = [list(column) for column in zip(*rows)] or [[] for _ in columns]
    connection.execute(f"create table {name} as select {parts}", values)


def attribute(
    connection: duckdb.DuckDBPyConnection, source: Source, rule: str = "publisher"
) -> str:
    """Return the view that adds ``country`` and ``verified`` to ``counted`` under a rule.

    Raises RequestError for a rule that is none or that the source cannot answer.
    """
    if rule not in RULES:
        raise RequestError(
            f"wanted a rule of attribution, got {rule!r}", nearest(rule, RULES), RULES
        )
    if rule == "base model":
        if not source.base_models:
            wanted = f"wanted a snapshot with base models, got {source.snapshot}"
            raise RequestError(wanted, "no table base_models", "publisher")
        ancestry.trace(connection)
        connection.execute(BY_BASE_MODEL)
    return RULES[rule]


def counts(connection: duckdb.DuckDBPyConnection, source: Source, window: str = "30 days") -> str:
    """Return the column of a window. Raises RequestError if it is none or the source lacks it."""
    if window not in WINDOWS:
        wanted = f"wanted a window of downloads, got {window!r}"
        raise RequestError(wanted, nearest(window, WINDOWS), WINDOWS)
    if WINDOWS[window] not in columns(connection):
        wanted = f"wanted downloads over {window} in {source.snapshot}"
        raise RequestError(wanted, f"no column {WINDOWS[window]}", "30 days")
    return WINDOWS[window]


def columns(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Names of the columns of ``models``."""
    return connection.view("models").columns


def sums(
    connection: duckdb.DuckDBPyConnection, view: str, column: str, period: str = "null"
) -> list[tuple]:
    """Return rows of period, country, verified, models, downloads; sums are exact integers.

    ``period`` is a column to group by.
    """
    rows = connection.execute(f"""
        select {period} as period, country, verified,
          count({column}) as models, coalesce(sum({column}), 0)::bigint as downloads,
          coalesce(min({column}), 0) as least
        from {view} group by all order by all
    """).fetchall()
    assert all(row[-1] >= 0 for row in rows), "a count of downloads cannot be negative"
    return [row[:-1] for row in rows]
