"""The commands of ``airace new``: a figure, a snapshot, a printed statement of one's own."""

from __future__ import annotations

from pathlib import Path

import click

from airace.errors import RequestError


@click.group()
def new() -> None:
    """Start a figure, a snapshot or a printed statement of your own.

    Nothing is overwritten, and nothing is written when something is in doubt. Each command says what
    comes next.

    Example: airace new figure my-question --from 02-model-share
    """


@new.command("figure")
@click.argument("name")
@click.option(
    "--from",
    "source",
    metavar="FIGURE|NOTEBOOK",
    help="Start from what leads to this figure, or to the first of this notebook.",
)
@click.option("--snapshot", metavar="TOPIC/DATE", help="Start from this table, drawn plainly.")
@click.option(
    "--column",
    metavar="NAME",
    help="With --snapshot: draw this column. Default: the first of numbers.",
)
@click.option(
    "--question", metavar="TEXT", default="", help="Title of the notebook. Default: the name."
)
def new_figure(
    name: str, source: str | None, snapshot: str | None, column: str | None, question: str
) -> None:
    """Write a notebook that already runs, for a figure called NAME.

    NAME is of lower-case letters, words joined by hyphens. The notebook gets the next free number, a
    parameters cell, the figure and its table, and a place for a verdict.

    \b
    Examples: airace new figure my-question --from 02-model-share
              airace new figure my-question --from share-published
              airace new figure my-question --snapshot gpu_prices/2026-11-27
    """
    if bool(source) == bool(snapshot):
        found = "both" if source else "neither"
        raise RequestError("wanted --from or --snapshot", found, (), "airace new figure --help")
    if column and source:
        raise RequestError("wanted --column with --snapshot alone", "it with --from")
    if source:
        from airace.new import figure

        notebook, *origin = figure.from_figure(name, source, question)
        said = f"as {origin[1]} of {origin[0]}, in fewer cells"
    else:
        from airace.new import plain

        notebook, drawn = plain.from_snapshot(name, snapshot, column or "", question)
        said = f"column {drawn} of {snapshot}"
    click.echo(f"notebooks/{notebook}.ipynb: figure {name}, {said}")
    _next({
        f"airace build {notebook}": f"draws figures/{name}.png",
        f"airace trace {name}": "leads from the plotted rows to their sources",
        "make lab": "opens the notebook, to make it yours",
        f"airace accept {notebook}": "makes its results the reference, for you to commit",
        "make readme provenance": "lists it in README.md, ro-crate-metadata.json and codecheck.yml",
    })  # fmt: skip


@new.command("snapshot")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.csv")
@click.option("--topic", metavar="NAME", help="What the table is about, as gpu_prices.")
@click.option(
    "--as-of",
    metavar="DATE",
    help="The latest day that the table describes, or its publication if that is later.",
)
@click.option("--title", metavar="TEXT", help="What the table holds, in a line.")
@click.option(
    "--source-title", metavar="TEXT", help="Title of the page or document it was taken from."
)
@click.option("--publisher", metavar="NAME", help="Who published that.")
@click.option("--url", metavar="URL", help="Its address, https.")
@click.option("--published", metavar="DATE", help="When it was published: year, month or day.")
@click.option(
    "--licence",
    metavar="NAME",
    help="The licence that it states, as CC-BY-4.0; none where it states none.",
)
@click.option(
    "--republish/--cite-only",
    default=None,
    help="May the table be passed on under that licence, or single figures cited?",
)
@click.option(
    "--licence-url", metavar="URL", help="Address of a licence that airace does not know."
)
@click.option(
    "--describe",
    "descriptions",
    multiple=True,
    metavar="COLUMN=TEXT",
    help="What a column holds, in which unit. Needed for every column of numbers.",
)
@click.option(
    "--type",
    "types",
    multiple=True,
    metavar="COLUMN=TYPE",
    help="The type of a column whose cells leave a doubt: string, integer, number, boolean, date.",
)
@click.option(
    "--key", metavar="COLUMN", help="The column that names each row. Default: row_id is added."
)
@click.option(
    "--later",
    multiple=True,
    metavar="COLUMN",
    help="A column of dates that may lie after --as-of: forecasts, targets.",
)
@click.option(
    "--confidence",
    type=click.Choice(["A", "B", "C"]),
    default="C",
    show_default=True,
    help="How well the rows are known: A primary source, B secondary, C a single weak one.",
)
@click.option(
    "--delimiter",
    metavar="CHARACTER",
    default=",",
    help="What divides the cells; tab is written so. Default: a comma.",
)
@click.option(
    "--retrieved", metavar="DATE", help="Day on which you took it. Default: that of --as-of."
)
def new_snapshot(
    file: Path,
    descriptions: tuple[str, ...],
    types: tuple[str, ...],
    delimiter: str,
    **said: object,
) -> None:
    """Make a snapshot of a CSV file of yours.

    It lies in data/raw, with its description. The types of the columns follow from the cells;
    whatever leaves a doubt is refused, with line and column. Headers become lower-case names, a key
    and the source are added to each row. Licence, dates and source are asked for, never guessed.
    FILE.csv itself stays as it is.

    \b
    Example: airace new snapshot prices.csv --topic gpu_prices --as-of 2026-02-28 \\
               --title "Prices of rented GPUs" --source-title "GPU price index" \\
               --publisher "Example Institute" --url https://example.org/prices \\
               --published 2026-02-28 --licence CC-BY-4.0 --republish \\
               --describe "price=US dollars for an hour of one GPU"
    """
    from airace.new import snapshot
    from airace.new.request import Request

    taken = snapshot.take(
        Request(
            file,
            descriptions=_pairs("--describe", descriptions),
            types=_pairs("--type", types),
            delimiter=_delimiter(delimiter),
            **said,
        )
    )
    click.echo(f"data/raw/{taken.snapshot_id}: {taken.rows:,} rows of {file.name}")
    for field in taken.fields:
        own = field["name"] in taken.added
        title = f" (in the file: {field['title']!r})" if "title" in field else ""
        about = "added" if own else field["description"]
        click.echo(f"  {field['name']}{title}: {field['type']}; {about}")
    if "confidence" in taken.added:
        click.echo(f"confidence of every row: {said['confidence']} (--confidence)")
    if not taken.republish:
        click.echo("cite only: keep single figures that you use, and pass no whole table on")
    _next({
        f"airace data verify {taken.snapshot_id}": "checks it against its description",
        f"airace new figure my-question --snapshot {taken.snapshot_id}": "draws it",
    })  # fmt: skip


@new.command("claim")
@click.argument("claim_id", metavar="ID")
@click.option("--notebook", metavar="NN-NAME", help="The notebook that examines it.")
@click.option("--statement", metavar="TEXT", help="The statement in your own words.")
@click.option("--printed", metavar="TEXT", help="The printed figure and its few words.")
@click.option(
    "--kind", metavar="KIND", help="number, ranking, date, fact or quote: decides what holds means."
)
@click.option("--section", metavar="NAME", help="Section of the article.")
@click.option("--geography", metavar="NAME", help="Country or countries.")
@click.option("--subject", metavar="TEXT", help="The thing that it is about.")
@click.option("--value", type=float, help="The printed number, in the unit.")
@click.option("--value-low", type=float, help="Lower end of a printed range.")
@click.option("--value-high", type=float, help="Upper end of a printed range.")
@click.option("--unit", metavar="UNIT", help="Unit of the number.")
@click.option(
    "--bound", metavar="WORD", help="exact, around, lower (more than), upper (up to) or range."
)
@click.option(
    "--as-of", metavar="DATE", help="The date that the article states: year, month or day."
)
@click.option("--named-source", metavar="NAME", help="The source that the article names.")
def new_claim(claim_id: str, notebook: str | None, kind: str | None, **cells: object) -> None:
    """Add a printed statement to the ledger.

    The cell that examines it is printed. ID is of lower-case letters and digits, words joined by
    hyphens. Until a cell hands in evidence, the statement reads "not examined yet". The ledger
    grows by rows; none is ever changed by this command.

    \b
    Example: airace new claim gpu-hour-2-dollars --notebook 13-my-question --section scale \\
               --statement "An hour of a rented GPU costs two dollars." --printed "2 dollars" \\
               --kind number --value 2 --unit USD --bound around --geography USA --subject GPUs
    """
    from airace import paths, snapshots
    from airace.new import claim, evidence

    file = claim.add(claim_id, {"notebook": notebook, "kind": kind, **cells})
    click.echo(f"{paths.relative(file)}: {claim_id} added")
    ledger_id = f"article/{file.parent.name}"
    judged = snapshots.sources(ledger_id)[0]
    click.echo(f"it counts as printed in: {judged['title']} ({judged['publisher']})")
    click.echo(
        f"put this into a code cell of notebooks/{notebook}.ipynb, with your own words for those in capitals:\n"
    )
    click.echo(evidence.cell(claim_id, kind, notebook))
    click.echo()
    _next({
        "airace build": "runs every notebook again: all read the ledger, and their records name it",
        "airace claims": f"says: {claim_id} not examined yet, until the cell hands in evidence",
        f"airace accept {notebook}": "makes the results the reference; airace accept 00-overview likewise",
        "make readme provenance": "lists the statement in README.md; then commit",
    })  # fmt: skip


def _next(steps: dict[str, str]) -> None:
    """Print commands, and what each does."""
    width = max(map(len, steps))
    for number, (command, does) in enumerate(steps.items()):
        click.echo(f"{'      ' if number else 'next: '}{command:{width}}  {does}")


def _pairs(option: str, given: tuple[str, ...]) -> dict[str, str]:
    """Split each ``COLUMN=TEXT``."""
    pairs = {}
    for text in given:
        column, equals, value = text.rpartition("=") if option == "--type" else text.partition("=")
        if not equals or not column or column in pairs:
            found = f"{text!r}{', a second time' if column in pairs else ''}"
            raise RequestError(f"wanted {option} COLUMN=TEXT, each column once", found)
        pairs[column] = value
    return pairs


def _delimiter(text: str) -> str:
    character = {"tab": "\t", "\\t": "\t"}.get(text, text)
    if len(character) != 1 or character in '"\r\n':
        raise RequestError("wanted one character as --delimiter", repr(text), ", ; | tab")
    return character
