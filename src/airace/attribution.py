"""Downloads by country, attributed by a rule that can be switched, straight from Parquet files.

"publisher" takes the country of the model's namespace, "base model" that of the roots of its lineage
(see ``ancestry``). A share never comes alone: beside it stands its coverage, in percent of all
downloads it is taken of:

- attributed: they have one country;
- verified: a public table or text gives the answer, be it a country or "no single country";
- unknown: a namespace that we know has no single country, or the roots have several;
- unlisted: the namespace is not in our table. Attributed, unknown and unlisted add up to 100.

The rows stay in the files: what is held in memory does not grow with them under the first rule, and
is one small row per model with a parent under the second.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from airace import ancestry, database, snapshots
from airace.errors import RequestError, nearest
from airace.organisations import UNKNOWN, UNLISTED, country_group
from airace.shares import ROUND

RULES = {"publisher": "by_publisher", "base model": "by_base_model"}  # rule: view
WINDOWS = {"30 days": "downloads_30d", "all time": "downloads_all_time"}  # window: column
COVERAGE = ["attributed_percent", "verified_percent", "unknown_percent", "unlisted_percent"]
UNDECIDED = [UNKNOWN, ancestry.SEVERAL]

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


def source(snapshot_id: str) -> Source:
    """Return the checked files of a snapshot. Raises SnapshotError if they are not as described."""
    package = snapshots.describe(snapshot_id)
    models = snapshots.table_file(snapshot_id, "models")
    tables = {resource["name"] for resource in package["resources"]}
    lineage = snapshots.table_file(snapshot_id, "base_models") if "base_models" in tables else None
    columns = {f["name"] for r in package["resources"] for f in r["schema"]["fields"]}
    before = _before(snapshot_id) if "discovered" in columns else None
    return Source(snapshot_id, package["as_of_latest"], (models,), lineage, before)


def _before(snapshot_id: str) -> Path | None:
    """Models of the snapshot before: only a catalogue may carry its counts over (see ``shares``)."""
    topic, _, day = snapshot_id.partition("/")
    earlier = [date for date in snapshots.dates(topic) if date < day]
    return snapshots.table_file(f"{topic}/{earlier[-1]}", "models") if earlier else None


def by_country(
    source: Source,
    organisations: pd.DataFrame,
    rule: str = "publisher",
    window: str = "30 days",
) -> pd.DataFrame:
    """Return ``country``, ``models``, ``downloads``, ``share`` (percent) and the coverage (percent).

    ``organisations`` has the columns namespace, country (ISO code) and verified. Placeholders never
    count. Raises RequestError for a rule or window that is none or that the source cannot answer, and
    where no download is left.
    """
    with database.connect() as connection:
        register(connection, source, organisations)
        view, column = attribute(connection, source, rule), counts(connection, source, window)
        return _shares(_sums(connection, view, column))


def monthly(panel: Source, organisations: pd.DataFrame, day: str = "as_of") -> pd.DataFrame:
    """Return the columns of ``by_country`` by ``month`` for dumps that each repeat all models.

    ``day`` is the column with the date of the dump. ``models`` and ``downloads`` (30 days, publisher's
    country) are those of the month's mean dump: summed over dumps, a download would count several
    times. ``dumps`` tells how many there are.
    """
    with database.connect() as connection:
        register(connection, panel, organisations)
        view, column = attribute(connection, panel), counts(connection, panel)
        sums = _sums(connection, view, column, day)
    tables = []
    for month, rows in sums.groupby(pd.to_datetime(sums["period"]).dt.strftime("%Y-%m")):
        table, dumps = _shares(rows), rows["period"].nunique()
        table[["models", "downloads"]] /= dumps
        tables.append(table.assign(month=month, dumps=dumps))
    columns = ["month", "dumps", "country", "models", "downloads", "share", *COVERAGE]
    return pd.concat(tables, ignore_index=True)[columns]


def lineage(source: Source, organisations: pd.DataFrame) -> dict[str, int]:
    """Return what the lineage of a source holds, in models: see ``ancestry.count``."""
    with database.connect() as connection:
        register(connection, source, organisations)
        attribute(connection, source, "base model")
        return ancestry.count(connection)


def register(
    connection: duckdb.DuckDBPyConnection, source: Source, organisations: pd.DataFrame
) -> None:
    """Add views and small tables that the rules read; no row of a file is read yet.

    ``counted`` are the models without placeholders, ``namespaces`` the groups of countries.
    """
    files = {"models": source.models, "before": source.before, "base_models": source.base_models}
    for name, file in files.items():
        if file:
            paths = [str(path) for path in (file if isinstance(file, tuple) else (file,))]
            connection.read_parquet(paths).create_view(name)
    measured = f"discovered or downloads_30d % {ROUND} <> 0"
    kept = measured if "discovered" in columns(connection) else "true"
    connection.execute(f"create view counted as select * from models where {kept}")
    named = organisations[["namespace", "country", "verified"]].astype({"verified": bool})
    groups = named.assign(country=named["country"].map(country_group))
    legacy = pd.DataFrame(ancestry.LEGACY.items(), columns=["name", "namespace"])
    moved = legacy.merge(groups, on="namespace").drop(columns="namespace")
    both = pd.concat([groups, moved.rename(columns={"name": "namespace"})])
    for name, table in {"namespaces": both, "legacy": legacy}.items():
        connection.register(f"frame_{name}", table)
        connection.execute(f"create table {name} as select * from frame_{name}")
    known = f"select country from namespaces union select '{UNLISTED}'"
    connection.execute(f"create type country_group as enum ({known})")
    connection.execute(BY_PUBLISHER)


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


def _sums(
    connection: duckdb.DuckDBPyConnection, view: str, column: str, period: str = "null"
) -> pd.DataFrame:
    """Models and downloads by period, country and whether verified; sums are exact integers."""
    return connection.execute(f"""
        select {period} as period, country, verified,
          count({column}) as models, sum({column})::bigint as downloads, min({column}) as least
        from {view} group by all order by all
    """).df()


def _shares(sums: pd.DataFrame) -> pd.DataFrame:
    assert not (sums["least"] < 0).any(), "a count of downloads cannot be negative"
    total = sums["downloads"].sum()
    if not total > 0:
        raise RequestError("wanted at least one download in the selection", "none is left")
    table = sums.groupby("country")[["models", "downloads"]].sum().reset_index()
    table["share"] = table["downloads"] / total * 100
    table = table.sort_values(["share", "country"], ascending=[False, True], ignore_index=True)
    return table.assign(**coverage(sums))


def coverage(sums: pd.DataFrame) -> dict[str, float]:
    """Return the coverage in percent of sums by ``country`` and ``verified``; they hold a download."""
    parts = sums["downloads"] / sums["downloads"].sum() * 100
    unknown, unlisted = sums["country"].isin(UNDECIDED), sums["country"] == UNLISTED
    chosen = [~unknown & ~unlisted, sums["verified"], unknown, unlisted]
    return {name: float(parts[rows].sum()) for name, rows in zip(COVERAGE, chosen)}
