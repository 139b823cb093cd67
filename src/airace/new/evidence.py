"""The code cell that examines a printed statement, ready but for what only its author knows."""

from __future__ import annotations

from airace import outputs, parameters, paths, snapshots
from airace.new import slices

JUDGED = {  # kind of statement -> what the rule compares
    "number": 'value=rows["value"].item()',
    "ranking": 'orders={"DATA_SET": True}',
    "date": 'value=rows["value"].item()',
    "fact": 'shown="holds"',
    "quote": 'shown="holds"',
}


def cell(claim_id: str, kind: str, notebook: str) -> str:
    """Return the cell for a notebook that exists; its first figure shows the evidence."""
    figures = outputs.figures_of(notebook)
    table, snapshot_id = slices.loaded(slices.statements(notebook))
    column = "column" if "column" in parameters.read(notebook) else '"COLUMN"'
    return code(claim_id, kind, next(iter(figures), "FIGURE"), table, snapshot_id, column)


def code(
    claim_id: str, kind: str, figure: str, table: str, snapshot_id: str, column: str = '"COLUMN"'
) -> str:
    """Return the cell. Words in capitals are for its author to replace.

    Evidence cites the columns ``value`` and ``date`` (or ``date_from`` and ``date_to``): where the table
    of the snapshot calls them otherwise, the rows get them.
    """
    table = table or "TABLE"
    fields = _fields(snapshot_id)
    lacking = [] if not fields or "value" in fields else [f"value={table}[{column}]"]
    ends = (
        ("date_from", "date_to") if {"date_from", "date_to"} <= fields.keys() else ("date", "date")
    )
    if fields and ends[0] not in fields:
        days = [name for name, kind_of in fields.items() if kind_of == "date"]
        lacking.append(f'date={table}["{days[0]}"]' if days else 'date="DAY"')
    assigned = f".assign({', '.join(lacking)})" if lacking else ""
    return (
        f'rows = {table}[{table}["row"] == "ROW_KEY"]{assigned}\n'
        f'run.evidence("{claim_id}", rows, "{figure}", {JUDGED[kind]},\n'
        f'             as_of=(rows["{ends[0]}"].min(), rows["{ends[1]}"].max()),\n'
        '             finding="WHAT_THE_ROWS_SHOW")\n'
        "run.verdicts()"
    )


def _fields(snapshot_id: str) -> dict[str, str]:
    """Type of each column of a snapshot's first table; empty where no snapshot is named."""
    if not snapshot_id or not paths.snapshot(snapshot_id).is_dir():
        return {}
    schema = snapshots.describe(snapshot_id)["resources"][0]["schema"]
    return {field["name"]: field["type"] for field in schema["fields"]}
