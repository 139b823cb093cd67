"""What changed between two snapshots of models: new, gone, perhaps moved, and changes in downloads.

A model is an id. The Hub can rename a repository, and these snapshots carry no number that would
survive it, so a rename cannot be seen: what can is in ``moves``, with how it is known. Every move
stands among the new and the gone models as well.

Both files stay where they are: DuckDB joins them within its limit of memory, and what comes out is
the few rows that are shown.
"""

from __future__ import annotations

import duckdb

from airace import ancestry, database
from airace.errors import RequestError
from airace.model_snapshots import DOWNLOADS, Models, opened
from airace.paths import LIVE

MOST = 10
KNOWN = "the Hub moved this name in January 2024"
ALIKE = "same name, day of creation and parameters, and only one such pair"
CATALOGUE_NOTE = (
    "a catalogue is a selection that grows: new and gone tell of the selection, not of the Hub"
)
MIXED_NOTE = (
    "the two come from different sources and select models differently: new and gone tell of the "
    "selection, not of the Hub"
)
QUERY_NOTE = "the two were asked for differently (see airace snapshot describe): new and gone may tell of that alone"

PAIRED = f"""
create temp table paired as
select
  coalesce(a.model, b.model) as model,
  a.model is not null as in_a, b.model is not null as in_b,
  a.{DOWNLOADS} as before, b.{DOWNLOADS} as after,
  coalesce(a.measured, true) and coalesce(b.measured, true) as measured
from a full outer join b on a.model = b.model
"""
COUNTS = """
select
  count(*) filter (in_a), coalesce(sum(before) filter (in_a and measured), 0)::bigint,
  count(*) filter (in_b), coalesce(sum(after) filter (in_b and measured), 0)::bigint,
  count(*) filter (in_a and in_b),
  coalesce(sum(before) filter (in_a and in_b and measured), 0)::bigint,
  coalesce(sum(after) filter (in_a and in_b and measured), 0)::bigint,
  count(*) filter (in_b and not in_a),
  coalesce(sum(after) filter (in_b and not in_a and measured), 0)::bigint,
  count(*) filter (in_a and not in_b),
  coalesce(sum(before) filter (in_a and not in_b and measured), 0)::bigint,
  count(*) filter (not measured),
  count(*) filter (in_a and in_b and measured and before = after and after > 0)
from paired
"""
# A pair counts only where nothing else could be meant by it: the key stands once on either side, and
# no model that stayed has it.
KEY = "name, created, parameters"
ONCE = f"select {KEY}, any_value(model) as model, any_value(downloads) as downloads from"
MOVED = f"""
with
  gone as (select a.*, {DOWNLOADS} as downloads from a join paired using (model) where not in_b),
  fresh as (select b.*, {DOWNLOADS} as downloads from b join paired using (model) where not in_a),
  gone_once as ({ONCE} gone group by {KEY} having count(*) = 1),
  fresh_once as ({ONCE} fresh group by {KEY} having count(*) = 1),
  stayed as (select {KEY} from b join paired using (model) where in_a),
  known as (
    select gone.model as earlier, fresh.model as later, gone.downloads as before,
      fresh.downloads as after
    from gone join legacy on legacy.legacy_name = gone.model
    join fresh on fresh.model = legacy.home || '/' || legacy.legacy_name
  ),
  alike as (
    select g.model as earlier, f.model as later, g.downloads as before, f.downloads as after
    from gone_once g join fresh_once f using ({KEY}) anti join stayed using ({KEY})
  )
select earlier, later, before, after, $known as basis from known
union all
select earlier, later, before, after, $alike as basis from alike
anti join known using (earlier)
order by greatest(before, after) desc, earlier
"""


def diff(before_id: str, after_id: str, most: int = MOST) -> dict:
    """Return what changed from one snapshot of models to another.

    ``counts`` holds models and 30-day downloads of both, of the models in both, new and gone;
    placeholders are models there, without downloads. ``new`` and ``gone`` hold the ``most``
    downloaded ones, ``up`` and ``down`` the largest changes in downloads, ``moves`` the most
    downloaded pairs of ids that are one model (see above), ``notes`` what to keep in mind. Raises
    RequestError where the two are one, ``most`` is below 1, or one holds no models; and SnapshotError
    for what is no snapshot or does not match its description.
    """
    if before_id == after_id:
        raise RequestError("wanted two different snapshots", f"{before_id} twice")
    if most < 1:
        raise RequestError("wanted at least 1 model to show", str(most))
    pair = opened(before_id), opened(after_id)
    with database.connect() as connection:
        for name, found in zip("ab", pair):
            connection.execute(_view(name, found, connection))
        connection.execute(PAIRED)
        moves = _moves(connection)
        return {
            "before": before_id,
            "after": after_id,
            "counts": _counts(connection),
            "new": _listed(connection, "after", "in_b and not in_a", most),
            "gone": _listed(connection, "before", "in_a and not in_b", most),
            "up": _changes(connection, "after > before", "desc", most),
            "down": _changes(connection, "after < before", "asc", most),
            "moves_found": len(moves),
            "moves": moves[:most],
            "notes": _notes(*pair),
        }


def _view(name: str, found: Models, connection: duckdb.DuckDBPyConnection) -> str:
    """The columns that a comparison needs, empty where the snapshot has them not."""
    connection.read_parquet(str(found.file)).create_view(f"file_{name}")
    columns = connection.view(f"file_{name}").columns
    optional = {"created": "date", "parameters": "bigint"}
    given = [f"{c if c in columns else 'null'}::{kind} as {c}" for c, kind in optional.items()]
    return (
        f"create view {name} as select model, string_split(model, '/')[-1] as name, "
        f"{', '.join(given)}, {DOWNLOADS}, ({found.measured}) as measured from file_{name}"
    )


def _counts(connection: duckdb.DuckDBPyConnection) -> dict:
    [row] = connection.execute(COUNTS).fetchall()
    names = ["models", DOWNLOADS]
    return {
        "before": dict(zip(names, row[0:2])),
        "after": dict(zip(names, row[2:4])),
        "in_both": {"models": row[4], "before": row[5], "after": row[6]},
        "new": dict(zip(names, row[7:9])),
        "gone": dict(zip(names, row[9:11])),
        "placeholders": row[11],
        "unchanged_to_the_digit": row[12],
    }


def _listed(
    connection: duckdb.DuckDBPyConnection, column: str, chosen: str, most: int
) -> list[dict]:
    query = f"""
        select model, {column} from paired where {chosen} and measured
        order by {column} desc, model limit {most}
    """
    return [{"model": m, DOWNLOADS: d} for m, d in connection.execute(query).fetchall()]


def _changes(
    connection: duckdb.DuckDBPyConnection, chosen: str, order: str, most: int
) -> list[dict]:
    query = f"""
        select model, before, after, after - before as change from paired
        where in_a and in_b and measured and {chosen}
        order by change {order}, model limit {most}
    """
    names = ["model", "before", "after", "change"]
    return [dict(zip(names, row)) for row in connection.execute(query).fetchall()]


def _moves(connection: duckdb.DuckDBPyConnection) -> list[dict]:
    names, homes = list(ancestry.LEGACY), list(ancestry.LEGACY.values())
    connection.execute(
        "create temp table legacy as select unnest(?) as legacy_name, unnest(?) as home",
        [names, homes],
    )
    rows = connection.execute(MOVED, {"known": KNOWN, "alike": ALIKE}).fetchall()
    return [dict(zip(["earlier", "later", "before", "after", "basis"], row)) for row in rows]


def _notes(before: Models, after: Models) -> list[str]:
    topics = [found.snapshot.partition("/")[0] for found in (before, after)]
    if topics[0] != topics[1]:
        return [MIXED_NOTE]
    if topics[0] != LIVE:
        return [CATALOGUE_NOTE]
    asked = [_asked(found.package) for found in (before, after)]
    return [QUERY_NOTE] if asked[0] != asked[1] else []


def _asked(package: dict) -> tuple:
    """Which models were asked for; where and when they were does not count."""
    listing = package.get("listing", {})
    return listing.get("scope"), sorted(listing.get("units", []))
