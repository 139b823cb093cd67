"""What a result depends on: notebook, reachable package code, lock and snapshot files, as sha256.

Everything here reads text and bytes only, so that a build with nothing to do stays fast. Imports are
followed statically, in functions too. Code that Python cannot parse could reach anything, and counts
as if it did.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from airace import notebooks, paths
from airace.errors import RequestError

PACKAGE = "airace"
DESCRIPTION = "datapackage.json"


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def digest_of(value: object) -> str:
    """Digest of anything that JSON can hold, whatever the order of its keys."""
    return sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode())


def notebook_digest(notebook: str) -> str:
    """Digest of the cells' types, sources and tags; outputs and other metadata do not count."""
    cells = [[cell.kind, cell.source, sorted(cell.tags)] for cell in notebooks.cells(notebook)]
    return digest_of(cells)


def code_digest(notebook: str, modules: dict[str, str] | None = None) -> str:
    """Digest of the notebook and of all package modules that it can reach, wherever they lie.

    ``modules`` are their digests, where they are known already.
    """
    known = module_digests(reached_modules(notebook)) if modules is None else modules
    return digest_of([notebook_digest(notebook), known])


def lock_digest() -> str:
    """Digest of the lock file. Raises RequestError if there is none."""
    if not paths.lock().is_file():
        raise RequestError(
            f"wanted the lock file {paths.relative(paths.lock())}", "none", (), "make lock"
        )
    return sha256(paths.lock().read_bytes())


def file_digests(snapshot_id: str) -> dict[str, str]:
    """Digest of every file beside a description, by name; empty where there is no snapshot."""
    folder = paths.snapshot(snapshot_id)
    files = sorted(file for file in folder.glob("*") if file.is_file())
    return {file.name: sha256(file.read_bytes()) for file in files}


def snapshot_dates(topic: str) -> list[str]:
    """Dates of a topic's snapshots, oldest first; empty for an unknown topic."""
    found = {file.parent.name for h in paths.homes(topic) for file in h.glob(f"*/{DESCRIPTION}")}
    return sorted(name for name in found if not name.startswith("."))  # one being written is hidden


def reached_modules(notebook: str) -> list[str]:
    """Package modules that the notebook's code imports, directly or through other modules."""
    return reached_from(cell.source for cell in notebooks.code(notebook))


def reached_from(sources: Iterable[str]) -> list[str]:
    """Package modules that these pieces of Python import, directly or through other modules."""
    waiting = {PACKAGE}.union(*(_imported(source, "") for source in sources))
    reached: set[str] = set()
    while waiting:
        module = waiting.pop()
        reached.add(module)
        waiting |= _imported(module_file(module).read_bytes(), module) - reached
    return sorted(reached)


def module_digests(modules: Iterable[str]) -> dict[str, str]:
    """Digest of each module's source by module name, so that it does not depend on the folder."""
    return {module: sha256(module_file(module).read_bytes()) for module in modules}


def module_file(module: str) -> Path:
    """File of a package module; it need not exist."""
    path = paths.package().joinpath(*module.split(".")[1:])
    package = path / "__init__.py"  # a folder without one hides no module of its name
    return package if package.is_file() else path.with_suffix(".py")


def _imported(source: str | bytes, importer: str) -> set[str]:
    statements = _import_statements(source)
    if statements is None:
        return _every_module()
    named: set[str] = set()
    for node in statements:
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        else:
            base = _absolute(node, importer)
            named |= {base} | {f"{base}.{alias.name}" for alias in node.names}
    parts = [name.split(".") for name in named]
    candidates = {".".join(p[:n]) for p in parts if p[0] == PACKAGE for n in range(1, len(p) + 1)}
    return {module for module in candidates if module_file(module).is_file()}


@functools.cache  # one module is reached by many notebooks
def _import_statements(source: str | bytes) -> list[ast.Import | ast.ImportFrom] | None:
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return None
    return [node for node in _statements(tree) if isinstance(node, ast.Import | ast.ImportFrom)]


def _statements(tree: ast.AST) -> Iterator[ast.AST]:
    """All statements, in functions too; no expression can hold one, and most of a tree is those."""
    for field in ("body", "orelse", "finalbody", "handlers", "cases"):
        for node in getattr(tree, field, ()):
            yield node
            yield from _statements(node)


def _absolute(node: ast.ImportFrom, importer: str) -> str:
    """Name of the module that ``from … import`` reads, with leading dots resolved."""
    if not node.level:
        return node.module or ""
    parts = importer.split(".")
    if module_file(importer).name != "__init__.py":
        parts = parts[:-1]
    parts = parts[: len(parts) - node.level + 1]
    return ".".join(parts + ([node.module] if node.module else []))


def _every_module() -> set[str]:
    base = paths.package()
    files = [file.relative_to(base).with_suffix("").parts for file in base.rglob("*.py")]
    modules = [parts for parts in files if all(map(str.isidentifier, parts))]  # no editor's copies
    names = {".".join((PACKAGE, *parts)) for parts in modules}
    return {name.removesuffix(".__init__") for name in names}
