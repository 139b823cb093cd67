"""Which cells, parameters and package functions lead to a figure's values, read from the code alone.

Nothing is executed. From the data that a notebook exports, names are followed back to the statements
that assign them. What is found can be too much, never a cell of another notebook.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from airace import inputs, notebooks, parameters, paths

DATA = 2  # of run.export(figure_id, figure, data, alt)


@dataclass
class Lineage:
    """``cells`` are numbers of cells, ``functions`` maps ``module.name`` to ``file:line``."""

    cells: list[int] = field(default_factory=list)
    parameters: list[str] = field(default_factory=list)
    functions: dict[str, str] = field(default_factory=dict)


def of_figure(notebook: str, figure_id: str) -> Lineage:
    """Follow the data of ``run.export(figure_id, …)`` back to where they were loaded."""
    found = statements(notebook, figure_id)
    chosen = {name for cell, node in found if parameters.TAG in cell.tags for name in _bound(node)}
    numbers = sorted({cell.number for cell, _ in found if parameters.TAG not in cell.tags})
    return Lineage(numbers, sorted(chosen), _functions([node for _, node in found]))


def statements(notebook: str, figure_id: str) -> list[tuple[notebooks.Cell, ast.AST]]:
    """Statements that lead to the data of a figure, in order; the last is the data's expression.

    Imports are left out, and so is the start of the run.
    """
    every = [
        (cell, statement)
        for cell in notebooks.code(notebook)
        for statement in ast.parse(cell.source).body
    ]
    last = max(i for i, (_, node) in enumerate(every) if _exported(node, figure_id))
    data = _exported(every[last][1], figure_id)
    needed, found = _used(data), [(every[last][0], data)]
    for cell, node in reversed(every[:last]):
        if not isinstance(node, ast.ImportFrom | ast.Import) and _bound(node) & needed:
            needed |= _used(node)
            found.insert(0, (cell, node))
    return found


def _exported(statement: ast.stmt, figure_id: str) -> ast.expr | None:
    """The data handed to ``run.export`` under this name, if the statement exports it."""
    for node in ast.walk(statement):
        match node:
            case ast.Call(func=ast.Attribute(attr="export"), args=[ast.Constant(value=name), *_]):
                if name == figure_id:
                    return node.args[DATA]
    return None


def _used(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)} - {"run"}


def _bound(statement: ast.stmt) -> set[str]:
    """Names that a statement assigns, or of which it sets an item: ``months[date] = …``."""
    names = set()
    for node in ast.walk(statement):
        if isinstance(getattr(node, "ctx", None), ast.Store):
            names |= {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    return names


def _functions(nodes: list[ast.AST]) -> dict[str, str]:
    """Functions of the package that are called, with the line that defines them."""
    found = {}
    for call in (n for node in nodes for n in ast.walk(node) if isinstance(n, ast.Call)):
        module, _, name = ast.unparse(call.func).rpartition(".")
        file = inputs.module_file(f"{inputs.PACKAGE}.{module}")
        if module.isidentifier() and file.is_file():
            for node in ast.parse(file.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.FunctionDef) and node.name == name:
                    found[f"{module}.{name}"] = f"{paths.relative(file)}:{node.lineno}"
    return found
