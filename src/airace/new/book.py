"""A new notebook: its cells in the house's order, its number, and the file."""

from __future__ import annotations

from dataclasses import dataclass

import nbformat

from airace import accept, atomic, notebooks, outputs, parameters, paths
from airace.errors import RequestError
from airace.new import evidence, names

WIDTH = 100  # characters of a line of code
NO_PARAMETER = """\
# No parameter yet. One is a typed assignment, with its allowed values in a comment behind it:
# focus: str = "China"  # one of: China, USA"""
READS = "This notebook reads the verdicts that others give, and hands in no evidence of its own."
NO_CAVEAT = "Write here what a reader could misread, and what the data leave out."


@dataclass(frozen=True)
class Draft:
    """What is particular about a new notebook; the rest is the same in all."""

    figure: str
    about: str  # the paragraph under the title
    first: str  # read this first
    parameters: list[str]
    imports: list[str]
    ledger: str
    started_with: list[str]  # names of parameters that the figure's record tells
    printed: list[str]  # statements whose printed numbers are drawn
    setup: list[str]  # statements beside the start of the run
    compute: list[str]  # code cells
    export: str  # the code cell of the figure
    data: str  # the name of the drawn values there
    rows: tuple[str, ...]  # of evidence: a loaded table, its snapshot, and code for the column
    caveat: str = NO_CAVEAT


def name(figure: str, question: str = "") -> tuple[str, str]:
    """Return name and title of the next notebook, for a new figure.

    Raises RequestError if the name is not allowed, or a notebook, figure or table has it.
    """
    names.FIGURE.check(figure)
    known = notebooks.names()
    taken = [paths.relative(paths.notebook(n)) for n in known if n.partition("-")[2] == figure]
    taken += [
        f for f in outputs.published(known) if f.endswith((f"/{figure}.png", table_of(figure)))
    ]
    if taken:
        wanted = f"wanted a new name, {figure!r} is taken: nothing is overwritten"
        raise RequestError(wanted, ", ".join(taken), next_command="choose another name")
    number = max(int(known_name[:2]) for known_name in known) + 1 if known else 1
    if number > 99:
        raise RequestError("wanted a free number for the notebook, 01 to 99", "99 is taken")
    asked = " ".join(question.split()) or figure.replace("-", " ").capitalize() + "?"
    return f"{number:02}-{figure}", f"# {number:02} · {asked}"


def table_of(figure: str) -> str:
    """File of the table behind a new figure."""
    return f"/{figure.replace('-', '_')}.csv"


def write(notebook: str, title: str, draft: Draft) -> None:
    """Write the notebook, not executed yet; it appears whole or not at all."""
    cells = [
        _cell(f"{notebook[:2]}-{n:02}", *cell)
        for n, cell in enumerate(_cells(notebook, title, draft))
    ]
    metadata = {"kernelspec": accept.KERNELSPEC, "language_info": accept.LANGUAGE}
    made = nbformat.v4.new_notebook(cells=cells, metadata=metadata, nbformat_minor=5)
    nbformat.validate(made)
    atomic.write(paths.notebook(notebook), (nbformat.writes(made) + "\n").encode())


def _cells(notebook: str, title: str, draft: Draft) -> list[tuple[str, str]]:
    """Kind and text of every cell."""
    given = [f'"{notebook}"', draft.ledger, *(f"{p}={p}" for p in draft.started_with)]
    start = [*draft.imports, "", wrapped("run = start(", given, ")"), *draft.setup]
    if draft.printed:
        start.append(wrapped("run.printed(", [f'"{claim}"' for claim in draft.printed], ")"))
    table = f'run.table("{table_of(draft.figure)[1:-4]}", {draft.data})'
    code = [*draft.setup, *draft.compute, draft.export]
    verdict = READS if any(notebooks.VERDICTS in cell for cell in code) else _stub(draft)
    return [
        ("markdown", f"{title}\n\n{draft.about}"),
        ("markdown", f"**Read this first.** {draft.first}"),
        (parameters.TAG, "\n".join(draft.parameters) or NO_PARAMETER),
        ("markdown", "## What the article prints" if draft.printed else "## Start"),
        ("code", "\n".join(start)),
        *([("markdown", "## Load and compute")] if draft.compute else []),
        *(("code", cell) for cell in draft.compute),
        ("markdown", "## The figure"),
        ("code", draft.export),
        ("markdown", "## The table that the figure shows"),
        ("code", table),
        ("markdown", f"## Verdict\n\n{verdict}"),
        ("markdown", f"## Caveats\n\n- {draft.caveat}"),
    ]


def _stub(draft: Draft) -> str:
    cell = evidence.code("STATEMENT_ID", "number", draft.figure, *draft.rows)
    return (
        "No printed statement is examined here yet. To examine one, add its row with `airace new claim`, "
        "and put a code cell in the place of this text, with your own words for those in capitals:"
        f"\n\n```python\n{cell}\n```"
    )


def _cell(cell_id: str, kind: str, source: str) -> nbformat.NotebookNode:
    if kind == "markdown":
        return nbformat.v4.new_markdown_cell(source, id=cell_id)
    metadata = {"tags": [parameters.TAG]} if kind == parameters.TAG else {}
    return nbformat.v4.new_code_cell(source, id=cell_id, metadata=metadata)


def wrapped(opening: str, items: list[str], closing: str = "") -> str:
    """Write a call or an import in as few lines as it needs.

    >>> from airace.new.book import wrapped
    >>> wrapped("run.printed(", ['"a"', '"b"'], ")")
    'run.printed("a", "b")'
    """
    lines = [opening]
    for item, joint in zip(items, [", "] * (len(items) - 1) + [closing]):
        if len(lines[-1]) + len(item) + len(joint.rstrip()) > WIDTH and lines[-1] != opening:
            lines[-1] = lines[-1].rstrip()
            lines.append(" " * len(opening))
        lines[-1] += item + joint
    return "\n".join(lines)
