"""A new figure from an existing one: what leads to that figure, in a notebook of its own."""

from __future__ import annotations

import ast

from airace import claims, outputs
from airace.errors import RequestError
from airace.inputs import PACKAGE
from airace.new import book, slices

FREE_NAMES = ("drawn", "plotted", "shown_values")  # for the drawn values; two figures never use all


def from_figure(figure: str, source: str, question: str = "") -> tuple[str, str, str]:
    """Write a notebook that draws what ``source`` draws: a figure, or the first of a notebook.

    Returns its name, and notebook and figure that it started from. Raises RequestError for a name
    that is not allowed or taken, and for an unknown source.
    """
    notebook = outputs.notebook_of(source)
    drawn = outputs.figures_of(notebook)
    if not drawn:
        raise RequestError(f"wanted a figure to start from, got {source!r}", f"none in {notebook}")
    chosen = source if source in drawn else drawn[0]
    name, title = book.name(figure, question)
    book.write(name, title, _draft(figure, slices.of_figure(notebook, chosen)))
    return name, notebook, chosen


def _draft(figure: str, way: slices.Slice) -> book.Draft:
    cells: dict[int, list[str]] = {}
    for statement in way.statements:
        cells.setdefault(statement.cell, []).append(statement.text)
    setup, last = cells.pop(way.start_cell, []), cells.pop(way.export_cell, [])
    ledger = way.start.args[1]
    export, data = _export(figure, way)
    return book.Draft(
        figure=figure,
        about="Say here what this notebook asks, and which words of the article it is about.",
        first=f"It started from the figure `{way.figure_id}` of `{way.notebook}` and draws the same "
        "until you change it. Say here what a reader must know before the numbers.",
        parameters=[s.text for s in way.parameters],
        imports=_imports(way),
        ledger=f'"{ast.literal_eval(ledger)}"',
        started_with=[name for s in way.parameters for name in s.given],
        printed=[c for c in claims.ledger(ast.literal_eval(ledger)) if c in way.texts],
        setup=setup,
        compute=["\n".join(cell) for cell in cells.values()],
        export="\n".join([*last, export]),
        data=data,
        rows=slices.loaded(way.statements),
        caveat=f"The caveats of `{way.notebook}` hold here as long as its data and its drawing are "
        f"used. {book.NO_CAVEAT}",
    )


def _imports(way: slices.Slice) -> list[str]:
    """Imports as the house writes them: other packages, a blank line, this one."""
    others, ours = [], []
    for node in way.imports:
        names = [ast.unparse(alias) for alias in node.names]
        if isinstance(node, ast.Import):
            others.append(f"import {', '.join(names)}")
        elif (node.module or "").partition(".")[0] == PACKAGE:
            ours.append(_import_from(node.module, names))
        else:
            others.append(_import_from(node.module or "", names))
    start = f"from {PACKAGE}.run import start"
    return [*sorted(others), *([""] if others else []), *sorted(ours), start]


def _import_from(module: str, names: list[str]) -> str:
    line = f"from {module} import {', '.join(names)}"
    return line if len(line) <= book.WIDTH else book.wrapped(f"from {module} import (", names, ")")


def _export(figure: str, way: slices.Slice) -> tuple[str, str]:
    """Code that hands the new figure over, and the name of the drawn values."""
    data, lines = way.data, []
    if not data.isidentifier():
        data = next(name for name in FREE_NAMES if name not in way.names)
        lines.append(f"{data} = {way.data}")
    call = f'run.export("{figure}", {way.picture}, {data},'
    room = book.WIDTH - len(call) - len(way.alt)
    joint = " " if room > 1 and "\n" not in way.alt else "\n" + " " * len("run.export(")
    return "\n".join([*lines, f"{call}{joint}{way.alt})"]), data
