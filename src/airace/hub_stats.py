"""Takes a live snapshot from a dump of the Hub's models in Parquet, such as the community's hub-stats.

A dump tells of a day that nobody can ask the Hub for any more: the Hub keeps no history. It is read
where it lies, out of core, and ends in the same two tables as what ``airace snapshot hub`` lists.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from airace import database, hub_stats_sql, live, live_files, paths
from airace.errors import RequestError, SnapshotError
from airace.hub_stats_file import Dump
from airace.hub_stats_file import opened as open_dump
from airace.inputs import DESCRIPTION
from airace.live_tables import FEW, NAMED, TOLERATED  # one rule for all that comes from the Hub
from airace.terminal import shown

SHOWN = 10  # and an error
CUT = 80  # characters of a refused value that are told
TELLING = ["as_of", "snapshot_date"]  # columns of dumps that say their day


@dataclass
class Found:
    """What was found in a dump; counts of rows."""

    rows: int = 0
    private: int = 0
    came_again: int = 0
    refused_rows: int = 0
    refused: list[str] = field(default_factory=list)


def take(file: str, as_of: str | None = None) -> Path:
    """Write ``data/live/<as_of>/`` from a dump; return the folder.

    ``file`` is a path, or ``hf://datasets/<owner>/<name>[@revision]/<path>``; ``as_of`` (YYYY-MM-DD) may
    be left out where the dump says its day. Private models and rows that do not fit are left out, of
    models that stand twice the row changed last is kept, and the description counts all three. Raises
    RequestError for a request that cannot be met, SnapshotError if the day exists or the dump is none.
    """
    given = _day(as_of) if as_of else None
    dump = open_dump(file)
    with database.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        try:
            source = str(dump.path).replace("'", "''")
            query = f"from read_parquet('{source}', file_row_number = true)"
            connection.execute(f"create view dump as {query}")
            columns = hub_stats_sql.columns(connection)
        except (duckdb.InvalidInputException, duckdb.IOException) as error:
            first = str(error).splitlines()[0]
            raise SnapshotError(f"wanted a Parquet file in {shown(file)}", shown(first)) from error
        day = _settled(given, _told(connection, columns), connection, columns)
        return _write(connection, dump, columns, day)


def _write(
    connection: duckdb.DuckDBPyConnection, dump: Dump, columns: dict[str, str], day: str
) -> Path:
    target = paths.snapshot(live.snapshot_id(day))
    if target.exists():
        there = (target / DESCRIPTION).exists()
        raise SnapshotError(
            f"a snapshot is never rewritten: {paths.relative(target)} exists",
            "" if there else "unfinished",
            next_command="" if there else f"finish it, or remove {paths.relative(target)}",
        )
    staging = target.with_name(f".{target.name}.dump")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    try:
        found = _judged(connection, columns, day)
        counts = {
            "models": live_files.write_table(connection.sql(MODELS), "models", staging),
            "base_models": live_files.write_table(connection.sql(EDGES), "base_models", staging),
        }
        live_files.describe(staging, package(day, dump, found, columns), counts)
        staging.rename(target)
    except (duckdb.BinderException, duckdb.ConversionException) as error:
        first = shown(str(error).splitlines()[0])
        raise SnapshotError(f"wanted columns of known types in {dump.title}", first) from error
    except (OSError, duckdb.IOException) as error:  # also of what DuckDB puts aside
        first = shown(str(error).splitlines()[0])
        wanted = f"wanted room to write {paths.relative(target)}"
        raise SnapshotError(wanted, first, next_command="make room, and run it again") from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return target


def _judged(connection: duckdb.DuckDBPyConnection, columns: dict[str, str], day: str) -> Found:
    """Make the tables of what fits, and tell what does not. Raises SnapshotError if it is too much."""
    connection.execute(f"create temp table judged as {hub_stats_sql.typed(columns, day)}")
    connection.execute(f"create view parents as {hub_stats_sql.parents(columns)}")
    connection.execute(REPEATED)
    [(rows, refused, private, again)] = connection.execute(COUNTED).fetchall()
    named = connection.execute(REFUSED, [NAMED]).fetchall()
    lines = [f"row {n}, {shown(m)[:CUT]}: {c}: {shown(v)[:CUT]}" for n, m, c, v in named]
    if refused > max(FEW, TOLERATED * rows) or refused == rows:
        wanted = f"wanted rows that fit, but for {max(FEW, TOLERATED * rows):.0f} at most"
        text = "\n  ".join([f"{refused:,} of {rows:,} do not", *lines[:SHOWN]])
        raise SnapshotError(wanted, text, next_command="look at the dump; nothing was written")
    return Found(rows, private, again, refused, lines)


KEPT = "refused is null and not private"
REPEATED = f"""
create temp table repeated as
select model, arg_max(number, (coalesce(modified, date '0001-01-01'), downloads_30d, -number)) as kept
from judged where {KEPT} group by model having count(*) > 1
"""
COUNTED = f"""
select count(*), count(refused), count(*) filter (refused is null and private),
  count(*) filter ({KEPT}) - count(distinct model) filter ({KEPT})
from judged
"""
REFUSED = """
select number, coalesce(model, 'no id'), refused, refused_value from judged
where refused is not null order by number limit ?
"""
OWN = f"""
select judged.* from judged left join repeated using (model)
where {KEPT} and (kept is null or number = kept)
"""
MODELS = f"select {', '.join(live.FIELDS['models'])} from ({OWN}) order by model"
EDGES = f"""
select model, base_model,
  min(relation) filter (relation in ({", ".join(f"'{r}'" for r in live.RELATIONS)})) as relation
from ({OWN}) join parents using (number)
where base_model is not null and {hub_stats_sql.fits_name("base_model")}
group by model, base_model order by model, base_model
"""


def _told(connection: duckdb.DuckDBPyConnection, columns: dict[str, str]) -> str | None:
    """The day that the dump itself says, if it says one."""
    for name in TELLING:
        if name in columns:
            query = f"select distinct try_cast({name} as date) from dump limit 2"
            days = connection.execute(query).fetchall()
            if len(days) == 1 and days[0][0]:
                return str(days[0][0])
    return None


def _settled(
    given: str | None,
    told: str | None,
    connection: duckdb.DuckDBPyConnection,
    columns: dict[str, str],
) -> str:
    if given and told and given != told:
        raise RequestError(f"wanted the day that the dump says, {told}", f"--as-of {given}")
    if given or told:
        return _day(given or told)
    hint = ""
    if "lastModified" in columns:
        query = "select max(try_cast(lastModified as timestamptz)::timestamp::date) from dump"
        [(latest,)] = connection.execute(query).fetchall()
        hint = f", and its models were changed up to {latest}" if latest else ""
    wanted = "wanted the day that the dump describes: --as-of YYYY-MM-DD"
    raise RequestError(wanted, f"the file does not say it{hint}")


def _day(text: str) -> str:
    try:
        day = date.fromisoformat(text)
        plain = day.isoformat() == text
    except ValueError:
        plain = False
    if not plain:
        raise RequestError("wanted --as-of as YYYY-MM-DD", shown(text))
    if day > datetime.now(UTC).date():
        raise RequestError("wanted a day that has come", f"--as-of {text}")
    return text


def package(day: str, dump: Dump, found: Found, columns: dict[str, str]) -> dict:
    """Return the description of the snapshot, without bytes, hashes and row counts."""
    source = {"title": dump.title, "publisher": dump.publisher, "path": dump.url, "url": dump.url}
    retrieved = datetime.now(UTC).strftime("%Y-%m-%d")
    return {
        "name": f"live-{day}",
        "title": f"Models of the Hugging Face Hub on {day}, from a dump",
        "description": (
            f"Models of the Hub with their downloads, as {dump.title} has them. A download is a GET or HEAD"
            " request for a model's query file: it is not an installation, and one user may cause many."
            f" Of {found.rows:,} rows, {found.came_again:,} were of models that came again and are kept"
            f" once, {found.private:,} of private models and left out, {found.refused_rows:,} did not fit"
            " and are named in listing.refused. Which models a dump holds is its maker's choice."
        ),
        "as_of_latest": day,
        "licenses": [dump.licence],
        "republish": False,
        "licence_note": dump.licence_note,
        "sources": [source | {"published": day, "retrieved": retrieved}],
        "resources": [live.resource(table) for table in live.FIELDS],
        "listing": {
            "scope": "dump",
            "file": dump.path.name,
            "bytes": dump.path.stat().st_size,
            "sha256": dump.sha256,
            "revision": dump.revision,
            "columns": sorted(columns),
            "rows": found.rows,
            "came_again": found.came_again,
            "private": found.private,
            "refused_rows": found.refused_rows,
            "refused": found.refused,
        },
    }
