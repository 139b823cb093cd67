"""The front page: the scorecard of all statements, to be read, filtered and shared."""

from __future__ import annotations

import pandas as pd

from airace import atomic, paths, scorecard, snapshots
from airace.site import statements
from airace.site.pages import Site

TABLE = "statements/claims.csv"  # where the verdicts can be downloaded


def write(site: Site) -> None:
    """Write ``index.html``, and the verdicts as CSV beside the pages of the statements."""
    found = statements.read(site)
    rows = found.table.assign(number=range(1, len(found.table) + 1))
    verdicts = [name for members in scorecard.GROUPS.values() for name in members]
    site.write(
        "index.html",
        "front.html",
        scripts=("front.js",),
        title="Every statement with its verdict",
        headline=scorecard.headline(rows),
        printed_in=snapshots.sources(found.ledger_id)[0],
        count=len(rows),
        sections={
            title: _records(rows[rows["section"] == key]) for key, title in found.sections.items()
        },
        groups={group: _by_verdict(rows, members) for group, members in scorecard.GROUPS.items()},
        counted={name: n for name in verdicts if (n := list(rows["verdict"]).count(name))},
        respects=scorecard.RESPECTS,
        own=found.own,
        table=TABLE,
    )
    atomic.write(site.folder / TABLE, paths.claims(site.scenario).read_bytes())


def _by_verdict(rows: pd.DataFrame, members: list[str]) -> dict[str, list[dict]]:
    """Statements of each of these verdicts, in the order given; a verdict without any is left out."""
    parts = {verdict: _records(rows[rows["verdict"] == verdict]) for verdict in members}
    return {verdict: part for verdict, part in parts.items() if part}


def _records(rows: pd.DataFrame) -> list[dict]:
    return rows.to_dict("records")
