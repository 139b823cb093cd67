"""Sums a snapshot into cells that no choice of a specification tells apart, and selects among them.

A cell is one rule of attribution, one window of downloads, one bin of each other choice and one
country. Three million models make some hundred cells, so a thousand specifications cost little more
than the one pass that made the cells.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pandas as pd

from airace import database, views
from airace.attribution import UNDECIDED
from airace.organisations import UNLISTED
from airace.views import WINDOWS, Source

NEW_DAYS = 365  # "newly created": within a year before the day of the counts
KNOWN_PERCENT = 50  # a column that is filled for less of the downloads cannot answer for the rest
FILLED = {  # choice: column that it needs, test of a filled cell
    "window": ("downloads_all_time", "downloads_all_time is not null"),
    "age": ("created", "created is not null"),
    "tasks": ("task", "task <> 'unknown'"),
    "minimum_parameters": ("parameters", "parameters is not null"),
}

BINNED = ["age", "tasks", "minimum_parameters", "stale"]  # choices that tell models apart
MEASURED = ["place", "models", "downloads", "verified"]  # by window

TOP = """
create temp table top_{column} as
select model, row_number() over (order by {column} desc, model) as place_{column}
from (
  select model, {column} from counted where {column} is not null
  order by {column} desc, model limit {places}
)
"""
SUMS = """
  count({column}) as models_{column},
  coalesce(sum({column}), 0)::bigint as downloads_{column},
  coalesce(sum({column}) filter (verified), 0)::bigint as verified_{column}
"""


def reasons(connection: duckdb.DuckDBPyConnection, source: Source) -> dict[str, str]:
    """Return why the source, registered as ``counted``, cannot answer a choice, by choice."""
    columns = views.columns(connection)
    filled = {choice: test for choice, (column, test) in FILLED.items() if column in columns}
    found = {choice: f"no column {FILLED[choice][0]}" for choice in FILLED if choice not in filled}
    if not source.base_models:
        found["attribution"] = "no table of base models"
    if not source.before:
        found["stale"] = "no snapshot before it" if "discovered" in columns else "fresh counts"
    if filled:
        parts = [f"sum(downloads_30d) filter ({test})" for test in filled.values()]
        query = f"select sum(downloads_30d), {', '.join(parts)} from counted"
        total, *sums = connection.execute(query).fetchone()
        for choice, part in zip(filled, sums):
            percent = (part or 0) / (total or 1) * 100
            if percent < KNOWN_PERCENT:
                column = FILLED[choice][0]
                found[choice] = f"{column} is recorded for {percent:.0f} percent of the downloads"
    return found


def cells(
    connection: duckdb.DuckDBPyConnection, source: Source, levels: Mapping[str, list]
) -> pd.DataFrame:
    """Return the cells of a registered source, one row each.

    Columns: the names of its rule and window, the bins ``age``, ``tasks``, ``minimum_parameters``,
    ``stale`` and ``place`` (among the most downloaded, else missing), ``country``; and the sums
    ``models``, ``downloads`` and ``verified`` (downloads).
    """
    columns = {window: WINDOWS[window] for window in levels["window"]}
    for column in columns.values():
        connection.execute(TOP.format(column=column, places=max(levels["exclude_top"])))
    found = []
    for rule in levels["attribution"]:
        view = views.attribute(connection, source, rule)
        sums = connection.execute(_query(source, levels, view, [*columns.values()])).df()
        for window, column in columns.items():
            own = {f"{name}_{column}": name for name in MEASURED}
            named = {"snapshot": source.snapshot, "attribution": rule, "window": window}
            cell = sums[["country", *BINNED, *own]].rename(columns=own)
            found.append(cell.assign(**named))
    return pd.concat(found)


def _query(source: Source, levels: Mapping[str, list], view: str, columns: list[str]) -> str:
    """SQL of the cells under one rule: all windows in one pass over the rows."""
    bins = [f"{bin} as {choice}" for choice, bin in _bins(source, levels).items()]
    places = [f"place_{column}" for column in columns]
    sums = [SUMS.format(column=column) for column in columns]
    joins = [f"left join top_{column} using (model)" for column in columns]
    if source.before:
        joins.append("left join (select model, downloads_30d as earlier from before) using (model)")
    chosen = ", ".join(["country", *bins, *places, *sums])
    return f"select {chosen} from {view} {' '.join(joins)} group by all"


def _bins(source: Source, levels: Mapping[str, list]) -> dict[str, str]:
    """SQL that tells a model's bin, by choice. What is not recorded falls into no named bin."""
    named = {task for level in levels["tasks"] for task in level.split(", ")} - {"all"}
    sizes = sorted((size for size in levels["minimum_parameters"] if size), reverse=True)
    bins = {"age": "'all'", "tasks": "'all'", "minimum_parameters": "0", "stale": "'fresh'"}
    if "new" in levels["age"]:
        first = f"date '{source.as_of}' - {NEW_DAYS}"
        bins["age"] = f"case when created::date >= {first} then 'new' else 'all' end"
    if named:
        listed = ", ".join("'" + task.replace("'", "''") + "'" for task in sorted(named))
        bins["tasks"] = f"case when task in ({listed}) then task else 'all' end"
    if sizes:
        reached = " ".join(f"when parameters >= {size} * 1e9 then {size}" for size in sizes)
        bins["minimum_parameters"] = f"case {reached} else 0 end"
    if "left out" in levels["stale"]:
        repeats = "downloads_30d > 0 and downloads_30d = earlier"
        bins["stale"] = f"case when {repeats} then 'stale' else 'fresh' end"
    return bins


def select(cube: pd.DataFrame, asked: pd.DataFrame, focus: str, rival: str) -> pd.DataFrame:
    """Return the sums of every specification over the cells of its snapshot, in the order of ``id``.

    ``models`` and ``downloads`` are those of the denominator. The rest is downloads: ``selected``
    before unlisted or unknown were left out, and of these the parts ``focus``, ``rival``,
    ``verified``, ``undecided`` and ``unaffiliated``. They are exact integers, 0 where none is left.
    """
    with database.connect() as connection:
        connection.register("cube", cube)
        connection.register("asked", asked)
        return connection.execute(SELECT, {"focus": focus, "rival": rival}).df()


NO_COUNTRY = " or ".join(f"country = '{name}'" for name in UNDECIDED)
KEPT = f"""
  not (unlisted = 'left out' and country = '{UNLISTED}')
  and not (unknown = 'left out' and ({NO_COUNTRY}))
"""
SELECT = f"""
select
  asked.id,
  coalesce(sum(models) filter ({KEPT}), 0)::bigint as models,
  coalesce(sum(downloads) filter ({KEPT}), 0)::bigint as downloads,
  coalesce(sum(downloads), 0)::bigint as selected,
  coalesce(sum(downloads) filter (country = $focus), 0)::bigint as focus,
  coalesce(sum(downloads) filter (country = $rival), 0)::bigint as rival,
  coalesce(sum(verified), 0)::bigint as verified,
  coalesce(sum(downloads) filter ({NO_COUNTRY}), 0)::bigint as undecided,
  coalesce(sum(downloads) filter (country = '{UNLISTED}'), 0)::bigint as unaffiliated
from asked left join cube
  on cube.snapshot = asked.snapshot
  and cube.attribution = asked.attribution
  and cube."window" = asked."window"
  and (asked.age = 'all' or cube.age = 'new')
  and (asked.tasks = 'all' or list_contains(string_split(asked.tasks, ', '), cube.tasks))
  and cube.minimum_parameters >= asked.minimum_parameters
  and (asked.stale = 'counted' or cube.stale = 'fresh')
  and coalesce(cube.place > asked.exclude_top, true)
group by asked.id order by asked.id
"""
