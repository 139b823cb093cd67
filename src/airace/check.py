"""Rebuilds figures and tables from the raw data into ``build/check/`` and compares with the reference.

The reference is what git HEAD holds; without git, the files as they lie there. Values, tables and words
must be equal everywhere. The bytes of the pictures must be equal inside the lock: another matplotlib
moves text, which is told and is no failure.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from airace import atomic, build, compare, git, notebooks, outputs, paths, records
from airace.compare import Difference
from airace.errors import EXIT_DIFFERS, AiraceError
from airace.scenarios import CHECK

DRAWING = ("contourpy", "kiwisolver", "matplotlib", "numpy", "pillow", "seaborn")
EQUAL, DIFFERS, NOT_MADE = "equal", "differs", "not rebuilt"
RENDERING = "rendering differs, data equal"
SHOWN = 3  # differences told per figure; the report has all


@dataclass
class Result:
    """One figure (its four files) or one table: both contents of each file, and what differs."""

    name: str
    files: dict[str, tuple[bytes | None, bytes | None]]  # path from the root -> expected, found
    state: str = EQUAL
    differences: list[Difference] = field(default_factory=list)
    made_with: list[str] = field(default_factory=list)  # inputs that are not those of the reference

    @property
    def is_table(self) -> bool:
        return self.name in self.files

    @property
    def levels(self) -> list[str]:
        found = {difference.level for difference in self.differences}
        return [level for level in (compare.DATA, compare.WORDS, compare.PICTURE) if level in found]


@dataclass
class Checked:
    """What a check found.

    ``outside`` names the drawing libraries that are not those of the lock; ``edited`` those of the
    compared files that are not, in this folder, as committed.
    """

    results: list[Result]
    failures: list[AiraceError]
    outside: list[str]
    edited: list[str]
    reference: str
    seconds: float

    def having(self, *states: str) -> list[Result]:
        return [result for result in self.results if result.state in states]

    @property
    def exit_code(self) -> int:
        failed = [failure.exit_code for failure in self.failures]
        return max([*failed, EXIT_DIFFERS if self.having(DIFFERS, NOT_MADE) else 0])


def check(names: Iterable[str] = (), jobs: int | None = None) -> Checked:
    """Rebuild the named figures (or those of the named notebooks), or all, and compare.

    The notebook of a named figure is rebuilt with all its tables; one that reads the verdicts, as the
    overview does, only with all others.
    Raises RequestError for an unknown name.
    """
    names = list(names)
    selected = sorted({outputs.notebook_of(name) for name in names}) or notebooks.names()
    if any(map(notebooks.reads_verdicts, selected)):
        selected = notebooks.names()
    begin = time.monotonic()
    with build.rebuilt(selected, jobs) as report:
        commit = git.commit()
        reference, found = _reference(commit), _rebuilt()
        failed = {name for name in selected if not records.load(CHECK, name)}
    outside = outside_the_lock()
    lost = {file for file, notebook in outputs.published(selected).items() if notebook in failed}
    lost |= {_claims()} if failed else set()
    results = []
    for name, files in _compared(names, selected, reference.keys() | found.keys()).items():
        pairs = {file: (reference.get(file), found.get(file)) for file in files}
        results.append(_result(name, pairs, outside, made=not lost & set(files)))
    told = f"commit {commit[:10]}" if commit else "the files as they are (no git here)"
    files = [file for result in results for file in result.files if (paths.root() / file).is_file()]
    edited = [file for file, state in git.compared(files).items() if state == git.DIFFERENT]
    seconds = time.monotonic() - begin
    return Checked(results, report.failures, outside, edited, told, seconds)


def outside_the_lock() -> list[str]:
    """Name each library that draws and is installed in another version than the lock's."""
    lock = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", paths.lock().read_text("utf-8"), re.MULTILINE))
    here = {name: version(name) for name in DRAWING}
    return [f"{n} {here[n]} instead of {lock[n]}" for n in DRAWING if here[n] != lock[n]]


def _claims() -> str:
    return paths.relative(paths.processed() / "claims.csv")


def _reference(commit: str | None) -> dict[str, bytes]:
    """Content of every reference figure and table, by path from the root."""
    folders = [paths.relative(folder) for folder in (paths.figures(), paths.processed())]
    if commit:
        return git.committed_files(folders)
    return {f: (paths.root() / f).read_bytes() for folder in folders for f in _listed(folder)}


def _rebuilt() -> dict[str, bytes]:
    """Content of every rebuilt figure and table, by the path of its reference."""
    pairs = [(outputs.figures, paths.figures()), (outputs.processed, paths.processed())]
    return {
        paths.relative(target / Path(file).name): (paths.root() / file).read_bytes()
        for folder, target in pairs
        for file in _listed(paths.relative(folder(CHECK)))
    }


def _listed(folder: str) -> list[str]:
    files = (paths.root() / folder).glob("*.*")
    return sorted(f"{folder}/{file.name}" for file in files if not file.name.startswith("."))


def _compared(names: list[str], selected: list[str], present: set[str]) -> dict[str, list[str]]:
    """Return the files of each figure and each table to compare.

    In a check of everything that includes the claims, and files that no notebook makes.
    """
    asked = {outputs.notebook_of(name) for name in names}
    files = {file for file, notebook in outputs.published(selected).items() if notebook in asked}
    if selected == notebooks.names():
        files |= {_claims()}
    files = files if names else files | present
    groups: dict[str, list[str]] = {}
    for file in sorted(files):
        figure = file.startswith(paths.relative(paths.figures()) + "/")
        groups.setdefault(Path(file).stem if figure else file, []).append(file)
    by_figure = outputs.figure_ids()
    left_out = {f for f, notebook in by_figure.items() if names and not {f, notebook} & set(names)}
    ordered = sorted(groups, key=lambda name: ("/" in name, name))  # figures, then tables
    return {name: groups[name] for name in ordered if name not in left_out}


def _result(
    name: str, pairs: dict[str, tuple[bytes | None, bytes | None]], outside: list[str], made: bool
) -> Result:
    if not made:
        return Result(name, pairs, NOT_MADE)
    found = [d for file, pair in pairs.items() for d in compare.files(file, *pair)]
    result = Result(name, pairs, DIFFERS if found else EQUAL, found)
    both = [pair for file, pair in pairs.items() if file.endswith(".json") and all(pair)]
    if found and both:
        result.made_with = compare.made_with(*both[0])
    only_drawn = result.levels == [compare.PICTURE] and all(map(all, pairs.values()))
    if only_drawn and outside:
        result.state = RENDERING
    return result


def lines(checked: Checked) -> list[str]:
    """One line per figure, and per table that differs, with the first things that differ under it."""
    told = []
    for result in checked.results:
        if result.state == EQUAL and result.is_table:
            continue
        differs = result.state == DIFFERS
        what = f"{DIFFERS} ({', '.join(result.levels)})" if differs else result.state
        told.append(f"{result.name}: {what}")
        if differs:
            told += [f"  {difference}" for difference in result.differences[:SHOWN]]
            rest = len(result.differences) - SHOWN
            told += [f"  and {rest} more"] if rest > 0 else []
            told += [f"  made with another: {name}" for name in result.made_with]
    return told


def summary(checked: Checked) -> str:
    """How many figures and tables are equal, compared with what, in how many seconds."""
    counts = []
    for noun, tables in (("figures", False), ("tables", True)):
        states = [result.state for result in checked.results if result.is_table == tables]
        counts.append(f"{sum(s in (EQUAL, RENDERING) for s in states)} of {len(states)} {noun}")
    said = [f"{' and '.join(counts)} equal {checked.reference} ({checked.seconds:.1f} s)"]
    if drawn := checked.having(RENDERING):
        said.append(f"{len(drawn)} drawn differently, with {', '.join(checked.outside)}")
    if checked.edited:
        said.append(f"not as committed in this folder: {', '.join(checked.edited)}")
    return "\n".join(said)


def as_json(checked: Checked) -> dict:
    """The same for a program; every difference is listed."""
    return {
        "reference": checked.reference,
        "outside_the_lock": checked.outside,
        "edited": checked.edited,
        "seconds": round(checked.seconds, 2),
        "failures": [str(failure) for failure in checked.failures],
        "results": [
            {
                "name": result.name,
                "state": result.state,
                "levels": result.levels,
                "differences": [d._asdict() | {"level": d.level} for d in result.differences],
                "made_with_another": result.made_with,
            }
            for result in checked.results
        ],
    }


def write_report(checked: Checked) -> str:
    """Write the page where anything differs, and return its path from the root; else empty."""
    if not (checked.failures or checked.having(DIFFERS, RENDERING, NOT_MADE)):
        return ""
    from airace import check_report

    target = paths.build(CHECK) / "report.html"
    atomic.write(target, check_report.page(checked, summary(checked).splitlines()[0]).encode())
    return paths.relative(target)
