"""A new figure from one snapshot: load it, draw one column of numbers plainly, hand it over."""

from __future__ import annotations

from airace import draw_plain, inputs, snapshots
from airace.errors import RequestError, nearest
from airace.new import book

EXPORT = """\
title = draw_plain.headline(table, column)
figure = draw_plain.chart(table, column, title)
drawn = draw_plain.plotted(table, column)
run.export("{figure}", figure, drawn, draw_plain.describe(table, column, title))"""


def from_snapshot(
    figure: str, snapshot_id: str, column: str = "", question: str = ""
) -> tuple[str, str]:
    """Write a notebook that draws a column of the first table of a snapshot.

    Returns its name, and the column: the first of numbers, unless one is named. Raises RequestError
    for a name that is not allowed or taken, and SnapshotError for an unknown snapshot.
    """
    resource = snapshots.describe(snapshot_id)["resources"][0]
    numbers = draw_plain.numbers(snapshot_id)
    if not numbers:
        raise RequestError(
            f"wanted a column of numbers in {snapshot_id}", "none in its first table"
        )
    if column and column not in numbers:
        wanted = f"wanted a column of numbers of {snapshot_id}, got {column!r}"
        raise RequestError(wanted, nearest(column, numbers), numbers)
    if resource["row_count"] > draw_plain.MOST_DOTS:
        wanted = f"wanted at most {draw_plain.MOST_DOTS:,} rows to draw plainly"
        start = (
            "airace new figure NAME --from FIGURE   (and count or choose rows first, as it does)"
        )
        raise RequestError(wanted, f"{resource['row_count']:,} in {snapshot_id}", (), start)
    name, title = book.name(figure, question)
    chosen = column or numbers[0]
    ledgers = [f"article/{day}" for day in inputs.snapshot_dates("article")]
    draft = book.Draft(
        figure=figure,
        about="Say here what this notebook asks, and which words of the article it is about.",
        first=f"It draws `{snapshot_id}` as it is: every row, in the order of the source. Say here "
        "what a reader must know before the numbers.",
        parameters=[f'column: str = "{chosen}"  # one of: {", ".join(numbers)}; what is drawn'],
        imports=["from airace import draw_plain, snapshots", "from airace.run import start"],
        ledger=f'"{ledgers[-1]}"',
        started_with=["column"],
        printed=[],
        setup=[],
        compute=[f'table = snapshots.load("{snapshot_id}")\ntable'],
        export=EXPORT.format(figure=figure),
        data="drawn",
        rows=("table", snapshot_id, "column"),
    )
    book.write(name, title, draft)
    return name, chosen
