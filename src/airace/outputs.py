"""What notebooks promise to write, and the move from the staging folder to where it is published.

A reader never meets a half-written file, nor one that the notebook no longer makes: everything is
copied beside its target first, then renamed one by one, then what is left over is removed.
"""

from __future__ import annotations

import ast
import functools
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from airace import atomic, notebooks, paths
from airace.errors import BuildError, RequestError, nearest
from airace.inputs import sha256
from airace.scenarios import DEFAULT

FIGURE_FORMATS = ("png", "svg", "csv", "json")
EVIDENCE = "evidence.json"
INPUTS = "inputs.json"


def promised(notebook: str) -> dict[str, int]:
    """Files that the notebook says it writes, in its staging folder, with the cell that says so.

    Raises RequestError where a figure or table is not named by a plain text.
    """
    files: dict[str, int] = {}
    for cell in notebooks.code(notebook):
        for call in _calls(cell.source):
            match call.func.attr:
                case "export":
                    figure = _name_in(call, notebook, cell.number)
                    made = [f"figures/{figure}.{kind}" for kind in FIGURE_FORMATS]
                case "table":
                    made = [f"processed/{_name_in(call, notebook, cell.number)}.csv"]
                case "evidence" | "no_data":
                    made = [EVIDENCE]
                case _:
                    made = []
            for file in made:
                files.setdefault(file, cell.number)
    return files


def owners() -> dict[str, str]:
    """Notebook of each promised figure and table. Raises RequestError where two promise the same."""
    found: dict[str, str] = {}
    for notebook in notebooks.names():
        for file in promised(notebook):
            if file == EVIDENCE:
                continue
            if file in found:
                both = f"{found[file]} and {notebook}"
                raise RequestError(f"wanted one notebook that writes {file}", both)
            found[file] = notebook
    return found


def published(names: Iterable[str]) -> dict[str, str]:
    """Notebook of each figure and table that these notebooks publish, by path from the root."""
    return {
        paths.relative(place(notebook, DEFAULT, file)): notebook
        for notebook in names
        for file in promised(notebook)
        if file != EVIDENCE
    }


def notebook_of(name: str) -> str:
    """Return the notebook of a figure, or the notebook itself. Raises RequestError if it is neither."""
    figures, known = figure_ids(), notebooks.names()
    if name not in known and name not in figures:
        choices = [*known, *figures]
        wanted = f"wanted a notebook or a figure, got {name!r}"
        raise RequestError(wanted, nearest(name, choices), choices)
    return figures.get(name, name)


def figures_of(notebook: str) -> list[str]:
    """Ids of the figures that a notebook promises, in its order."""
    return [Path(file).stem for file in promised(notebook) if file.endswith(".png")]


def figure_ids() -> dict[str, str]:
    """Notebook of each figure, by figure id."""
    files = {file: notebook for file, notebook in owners().items() if file.endswith(".png")}
    return {Path(file).stem: notebook for file, notebook in files.items()}


def require(notebook: str, staging: Path) -> None:
    """Raise BuildError if a promised file is not in the staging folder."""
    for file, number in promised(notebook).items():
        if not (staging / file).is_file():
            there = sorted(f.relative_to(staging).as_posix() for f in staging.rglob("*.*"))
            raise BuildError(
                f"{notebook} failed: wanted {file}, promised in cell {number}",
                ", ".join(there) or "nothing written",
            )


def targets(notebook: str, scenario: str, staging: Path) -> dict[Path, Path]:
    """Where each file that the notebook wrote is to be published; keys are the targets."""
    staged = sorted(file for file in staging.rglob("*") if file.is_file())
    files = {source.relative_to(staging).as_posix(): source for source in staged}
    return {place(notebook, scenario, f): files[f] for f in files if f != INPUTS}


def publish(sources: dict[Path, Path]) -> dict[str, str]:
    """Copy each file to its target; return path from the root -> sha256."""
    for target, source in sources.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, atomic.beside(target))
    for target in sources:
        os.replace(atomic.beside(target), target)
    return {paths.relative(target): sha256(target.read_bytes()) for target in sources}


def remove(files: Iterable[str], keep: Iterable[Path]) -> list[str]:
    """Delete these files (paths from the root) except those to keep; return what was deleted."""
    kept = {paths.relative(path) for path in keep}
    gone = [file for file in files if file not in kept and (paths.root() / file).is_file()]
    for file in gone:
        (paths.root() / file).unlink()
    return gone


def place(notebook: str, scenario: str, file: str) -> Path:
    """Where a file of the staging folder is published."""
    folder, _, name = file.partition("/")
    if folder == "figures":
        return figures(scenario) / name
    if folder == "processed":
        return processed(scenario) / name
    return paths.build(scenario) / "evidence" / f"{notebook}.json"


def places(owners: dict[str, str], scenario: str) -> list[Path]:
    """Where all promised figures and tables are published."""
    return [place(notebook, scenario, file) for file, notebook in owners.items()]


def figures(scenario: str) -> Path:
    return paths.figures() if scenario == DEFAULT else paths.build(scenario) / "figures"


def processed(scenario: str) -> Path:
    return paths.processed() if scenario == DEFAULT else paths.build(scenario) / "processed"


@functools.cache  # of few sources, which are asked for with each figure
def _calls(source: str) -> list[ast.Call]:
    """Calls ``run.something(…)`` of a cell; none where it is not Python: running it will say so."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return []
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "run"
    ]


def _name_in(call: ast.Call, notebook: str, number: int) -> str:
    for argument in call.args:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            return argument.value
    wanted = f"{notebook}, cell {number}: wanted a name written as text in run.{call.func.attr}"
    raise RequestError(wanted, ast.unparse(call))
