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

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from airace import ancestry, database, snapshots, views
from airace.errors import RequestError
from airace.organisations import UNKNOWN, UNLISTED
from airace.paths import LIVE
from airace.views import Source

COVERAGE = ["attributed_percent", "verified_percent", "unknown_percent", "unlisted_percent"]
UNDECIDED = [UNKNOWN, ancestry.SEVERAL]
SUMS = ["period", "country", "verified", "models", "downloads"]


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


def series(snapshot_id: str) -> list[Source]:
    """Return the checked files of a catalogue's snapshots up to this one, oldest first.

    A live snapshot stands alone: it selects models by another rule than the catalogue. Raises
    SnapshotError if files are not as described.

    >>> from airace import attribution
    >>> found = attribution.series("hub_catalogue/2026-05-10")
    >>> [source.snapshot for source in found]
    ['hub_catalogue/2026-04-06', 'hub_catalogue/2026-05-10']
    """
    topic, _, day = snapshot_id.partition("/")
    if topic == LIVE:
        return [source(snapshot_id)]
    return [source(f"{topic}/{date}") for date in snapshots.dates(topic) if date <= day]


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
        views.register(connection, source, namespaces(organisations))
        view = views.attribute(connection, source, rule)
        rows = views.sums(connection, view, views.counts(connection, source, window))
    return _shares(pd.DataFrame(rows, columns=SUMS))


def monthly(panel: Source, organisations: pd.DataFrame, day: str = "as_of") -> pd.DataFrame:
    """Return the columns of ``by_country`` by ``month`` for dumps that each repeat all models.

    ``day`` is the column with the date of the dump. ``models`` and ``downloads`` (30 days, publisher's
    country) are those of the month's mean dump: summed over dumps, a download would count several
    times. ``dumps`` tells how many there are.
    """
    with database.connect() as connection:
        views.register(connection, panel, namespaces(organisations))
        view = views.attribute(connection, panel)
        rows = views.sums(connection, view, views.counts(connection, panel), day)
    sums = pd.DataFrame(rows, columns=SUMS)
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
        views.register(connection, source, namespaces(organisations))
        views.attribute(connection, source, "base model")
        return ancestry.count(connection)


def namespaces(organisations: pd.DataFrame) -> Iterator[tuple[str, str, bool]]:
    """The rows of a table of organisations as ``views.register`` takes them."""
    columns = ["namespace", "country", "verified"]
    return organisations[columns].itertuples(index=False, name=None)


def _shares(sums: pd.DataFrame) -> pd.DataFrame:
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
