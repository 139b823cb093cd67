"""The statements of a notebook that lead to one of its figures: picture, values and description.

Read from the code alone, backwards from ``run.export(…)``: a statement belongs if it gives a name that
a later one uses. ``airace.lineage`` asks the same of the values only, and shows whole cells; here the
statements must run without the rest.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from airace import notebooks, parameters
from airace.errors import RequestError

HANDS_OVER = {"export", "table", "evidence", "no_data"}  # methods of ``run``
IN_PLACE = {"append", "extend", "insert", "update", "setdefault", "add"}  # what lists and dicts do


@dataclass(frozen=True)
class Statement:
    """One statement of a notebook, with the number of its cell and its text."""

    cell: int
    node: ast.stmt
    text: str
    tagged: bool  # it stands in the parameters cell

    @property
    def used(self) -> set[str]:
        """Names that it reads, those in the text of a query included: ``lab in @labs``."""
        nodes = list(ast.walk(self.node))
        texts = [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)]
        queried = {name for text in texts for name in re.findall(r"@(\w+)", text)}
        names = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
        return names | queried

    @property
    def given(self) -> set[str]:
        """Names that it assigns, or changes: ``months[date] = …``, ``found.append(…)``."""
        return {name for node in ast.walk(self.node) for name in _given(node)}

    @property
    def replaced(self) -> set[str]:
        """Names of which it leaves nothing that was there before."""
        match self.node:
            case ast.Assign(targets=targets):
                parts = [e for t in targets for e in getattr(t, "elts", [t])]
                return {part.id for part in parts if isinstance(part, ast.Name)}
            case ast.AnnAssign(target=ast.Name(id=name)):
                return {name}
        return set()


@dataclass(frozen=True)
class Slice:
    """What leads to a figure: statements in order, and the arguments of its ``run.export``."""

    notebook: str
    figure_id: str
    statements: list[Statement]  # without imports, parameters, the start of the run and the export
    parameters: list[Statement]
    imports: list[ast.Import | ast.ImportFrom]  # each with the names that are used, alone
    start: ast.Call
    start_cell: int
    export_cell: int
    picture: str
    data: str
    alt: str

    @property
    def names(self) -> set[str]:
        """Every name that the statements use or give."""
        return {name for s in self.statements + self.parameters for name in s.used | s.given}

    @property
    def texts(self) -> set[str]:
        """Every text that stands in the code as it is."""
        trees = [s.node for s in self.statements]
        trees += [ast.parse(source) for source in (self.picture, self.data, self.alt)]
        constants = [n for t in trees for n in ast.walk(t) if isinstance(n, ast.Constant)]
        return {n.value for n in constants if isinstance(n.value, str)}


def of_figure(notebook: str, figure_id: str) -> Slice:
    """Return what leads to a figure of a notebook.

    Raises RequestError where the code is not Python, or hands something over on the way.
    """
    every = list(statements(notebook))
    last, call = _export(notebook, every, figure_id)
    picture, data, alt = (ast.get_source_segment(every[last].text, part) for part in call.args[1:])
    needed, found = every[last].used, []
    for statement in reversed(every[:last]):
        imported = isinstance(statement.node, ast.Import | ast.ImportFrom)
        if imported or not statement.given & needed or "run" in statement.replaced:
            continue
        _refuse_handing_over(notebook, statement)
        needed = (needed - statement.replaced) | statement.used
        found.insert(0, statement)
    used = every[last].used.union(*(statement.used for statement in found))
    return Slice(
        notebook,
        figure_id,
        [s for s in found if not s.tagged],
        [s for s in found if s.tagged],
        [i for s in every if (i := _imports(s.node, used))],
        *_start(notebook, every),
        every[last].cell,
        picture,
        data,
        alt,
    )


def loaded(found: Iterable[Statement]) -> tuple[str, str]:
    """Name and snapshot of the first table that is loaded, whose rows can be evidence; else empty."""
    for statement in found:
        match statement.node:
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.Call(func=called, args=[ast.Constant(value=snapshot_id)]),
            ):
                if ast.unparse(called) == "snapshots.load":
                    return name, snapshot_id
    return "", ""


def statements(notebook: str) -> Iterator[Statement]:
    """Every statement of a notebook, in order. Raises RequestError where the code is not Python."""
    for cell in notebooks.code(notebook):
        try:
            tree = ast.parse(cell.source)
        except SyntaxError as error:
            wanted = f"{notebook}, cell {cell.number}, line {error.lineno}: wanted Python"
            raise RequestError(wanted, error.msg) from error
        lines = cell.source.splitlines()
        for node in tree.body:
            first = node.lineno - 1
            while first and lines[first - 1].startswith("#"):  # a comment belongs to what follows
                first -= 1
            text = "\n".join(lines[first : node.end_lineno])
            yield Statement(cell.number, node, text, parameters.TAG in cell.tags)


def _export(notebook: str, every: list[Statement], figure_id: str) -> tuple[int, ast.Call]:
    """Where a figure is exported, and the call, its places being those in the statement's text."""
    for index, statement in enumerate(every):
        for node in ast.walk(statement.node):
            match node:
                case ast.Call(func=ast.Attribute(attr="export"), args=[ast.Constant(value=v), *_]):
                    if v == figure_id:
                        match ast.parse(statement.text).body:
                            case [ast.Expr(value=ast.Call(args=[_, _, _, _], keywords=[]) as call)]:
                                return index, call
    cells = [s.cell for s in every if figure_id in ast.unparse(s.node)]
    raise RequestError(
        f'{notebook}: wanted run.export("{figure_id}", figure, data, alt) as a statement of its own',
        f"in cell {cells[-1]}, another form" if cells else "no such call",
    )


def _refuse_handing_over(notebook: str, statement: Statement) -> None:
    for node in ast.walk(statement.node):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="run"), attr=name)):
                if name in HANDS_OVER:
                    wanted = (
                        f"{notebook}, cell {statement.cell}: wanted run.{name}(…) as a statement"
                    )
                    raise RequestError(f"{wanted} of its own", ast.unparse(statement.node))


def _imports(node: ast.stmt, used: set[str]) -> ast.Import | ast.ImportFrom | None:
    """The import with what is used of it; None where nothing is."""
    if not isinstance(node, ast.Import | ast.ImportFrom):
        return None
    names = [a for a in node.names if (a.asname or a.name.partition(".")[0]) in used]
    if isinstance(node, ast.Import):
        return ast.Import(names) if names else None
    return ast.ImportFrom(node.module, names, node.level) if names else None


def _start(notebook: str, every: list[Statement]) -> tuple[ast.Call, int]:
    for statement in every:
        match statement.node:
            case ast.Assign(targets=[ast.Name(id="run")], value=ast.Call(args=[_, _]) as call):
                return call, statement.cell
    raise RequestError(f'{notebook}: wanted run = start("{notebook}", ledger, …)', "no such call")


def _given(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Assign(targets=targets):
            yield from (name for target in targets for name in _bases(target))
        case ast.AnnAssign(target=target) | ast.AugAssign(target=target) | ast.For(target=target):
            yield from _bases(target)
        case ast.NamedExpr(target=target):
            yield from _bases(target)
        case ast.With(items=items):
            yield from (name for i in items if i.optional_vars for name in _bases(i.optional_vars))
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=base, attr=method))):
            if method in IN_PLACE:
                yield from _bases(base)


def _bases(target: ast.expr) -> Iterator[str]:
    """Names behind a target: of ``a[b].c`` it is a, of ``x, *y`` both."""
    match target:
        case ast.Name(id=name):
            yield name
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            yield from (name for part in parts for name in _bases(part))
        case ast.Subscript(value=base) | ast.Attribute(value=base) | ast.Starred(value=base):
            yield from _bases(base)
