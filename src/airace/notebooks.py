"""Lists the notebooks and reads their cells as plain JSON, without Jupyter."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from airace import paths
from airace.errors import RequestError, nearest

PATTERN = "[0-9][0-9]-*.ipynb"
OVERVIEW = "00-overview"  # reads what the others produced, and therefore runs last
VERDICTS = "run.claims()"  # by which any other notebook may read it, too


@dataclass(frozen=True)
class Cell:
    """One cell; ``number`` counts from 1 among all cells of the notebook."""

    number: int
    kind: str
    source: str
    tags: tuple[str, ...]


def names() -> list[str]:
    """Names of all notebooks, sorted."""
    return sorted(file.stem for file in paths.notebooks().glob(PATTERN))


def chosen(wanted: Iterable[str] = ()) -> list[str]:
    """Return the wanted notebooks sorted, or all. Raises RequestError for an unknown name."""
    known, wanted = names(), list(wanted)
    for name in wanted:
        if name not in known:
            found = nearest(name, known)
            raise RequestError(f"wanted a notebook, got {name!r}", found, known)
    if not known:
        folder = paths.relative(paths.notebooks())
        raise RequestError(f"wanted at least one notebook {PATTERN} in {folder}", "none")
    return sorted(set(wanted)) or known


def reads_verdicts(name: str) -> bool:
    """Does a notebook read the merged verdicts? Then it runs after those that hand in evidence."""
    return name == OVERVIEW or any(VERDICTS in cell.source for cell in code(name))


def cells(name: str) -> list[Cell]:
    """Return the cells of a notebook. Raises RequestError if the file is not a notebook."""
    file = paths.notebook(name)
    try:
        found = json.loads(file.read_text(encoding="utf-8"))["cells"]
        return [
            Cell(
                number,
                cell["cell_type"],
                "".join(cell["source"]),
                tuple(cell["metadata"].get("tags", ())),
            )
            for number, cell in enumerate(found, start=1)
        ]
    except (ValueError, KeyError, TypeError) as error:
        wanted = f"wanted a notebook in {paths.relative(file)}"
        raise RequestError(wanted, f"{type(error).__name__}: {error}") from error


def code(name: str) -> list[Cell]:
    """Return the code cells of a notebook."""
    return [cell for cell in cells(name) if cell.kind == "code"]
