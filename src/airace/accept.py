"""Makes the latest results of one notebook the reference: figures, data and the committed outputs.

The reference that is replaced is what git HEAD holds; without git, the files as they were.
"""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat import NotebookNode

from airace import atomic, compare, execution, git, outputs, paths, records
from airace.build import build, hold
from airace.scenarios import DEFAULT

KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE = {"name": "python"}  # no version: it would change the file on every machine
RUNNER_METADATA = ("papermill", "execution")


def accept(name: str) -> list[str]:
    """Refresh the reference of a notebook, named itself or by a figure; return what changed.

    Runs the default build of that notebook first if it is out of date. Raises RequestError for an
    unknown name, and the build's error if the notebook fails: nothing is accepted then.
    """
    notebook = outputs.notebook_of(name)
    source = paths.notebook(notebook)
    with hold(DEFAULT):  # no other build may write the copy anew while it is read
        reference = _reference(notebook)
        report = build([notebook])
        if report.failures:
            raise report.failures[0]
        _write(refreshed(notebook), source)
        files = [*(records.load(DEFAULT, notebook) or {})["published"], paths.relative(source)]
        changes = [_change(file, reference.get(file)) for file in sorted({*reference, *files})]
    return [change for change in changes if change]


def refreshed(notebook: str) -> NotebookNode:
    """Return the committed notebook with the outputs of the executed copy, and nothing of papermill."""
    source = nbformat.read(paths.notebook(notebook), as_version=4)
    copy = nbformat.read(records.executed(DEFAULT, notebook), as_version=4)
    source.cells, executed = _own_cells(source), _own_cells(copy)
    count = 0
    for cell, ran in zip(source.cells, executed, strict=True):
        cell.metadata = _without(cell.metadata)
        if cell.cell_type != "code":
            continue
        count += ran.execution_count is not None
        number = count if ran.execution_count is not None else None
        cell.execution_count, cell.outputs = number, ran.outputs
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = number
    about = {"kernelspec": KERNELSPEC, "language_info": LANGUAGE}
    source.metadata = nbformat.from_dict(_without(source.metadata) | about)
    return source


def csv_change(before: bytes, after: bytes) -> str:
    """Say how many values of a CSV changed, and the first with its row (from 1) and column."""
    found = compare.tables("", before, after)
    if not found:
        return "the same values, written differently"
    first = found[0]
    old, new = first.quoted()
    if first.column == "rows":
        return f"{old} rows -> {new} rows"
    if first.column == "columns":
        return f"columns {old} -> {new}"
    values = "1 value" if len(found) == 1 else f"{len(found)} values"
    place = f"row {first.row}, column {first.column}"
    return f"{values} changed, first in {place}: {old} -> {new}"


def _reference(notebook: str) -> dict[str, bytes | None]:
    """Content of the notebook and of what it published, as committed or else as it lies there."""
    record = records.load(DEFAULT, notebook) or {}
    kept = [file for file in record.get("published", {}) if not _in_build(file)]
    claims = paths.relative(paths.processed() / "claims.csv")
    files = {
        paths.relative(paths.notebook(notebook)),
        claims,
        *outputs.published([notebook]),
        *kept,
    }
    if git.commit():
        return {file: git.committed(paths.root() / file) for file in files}
    present = [file for file in files if (paths.root() / file).is_file()]
    return {file: (paths.root() / file).read_bytes() for file in present}


def _change(file: str, before: bytes | None) -> str:
    path = paths.root() / file
    after = path.read_bytes() if path.is_file() else None
    if before == after or _in_build(file):
        return ""
    if before is None:
        return f"{file}: new"
    if after is None:
        return f"{file}: removed"
    if path.suffix == ".csv":
        return f"{file}: {csv_change(before, after)}"
    if path.suffix == ".ipynb":
        return f"{file}: {_cells_change(before, after)}"
    return f"{file}: changed"


def _cells_change(before: bytes, after: bytes) -> str:
    old, new = (nbformat.reads(data.decode(), as_version=4).cells for data in (before, after))
    if [cell.source for cell in old] != [cell.source for cell in new]:
        return f"other cells ({len(old)} before, {len(new)} now)"
    numbers = [
        str(number)
        for number, (a, b) in enumerate(zip(old, new), start=1)
        if a.get("outputs") != b.get("outputs")
    ]
    return f"outputs of cell {', '.join(numbers)} changed" if numbers else "metadata changed"


def _own_cells(notebook: NotebookNode) -> list[NotebookNode]:
    added = execution.ADDED_TAGS
    return [cell for cell in notebook.cells if not added & set(cell.metadata.get("tags", ()))]


def _without(metadata: dict) -> NotebookNode:
    return nbformat.from_dict({k: v for k, v in metadata.items() if k not in RUNNER_METADATA})


def _in_build(file: str) -> bool:
    return (paths.root() / file).is_relative_to(paths.build(DEFAULT))


def _write(notebook: NotebookNode, target: Path) -> None:
    text = nbformat.writes(notebook)
    atomic.write(target, (text if text.endswith("\n") else text + "\n").encode())
