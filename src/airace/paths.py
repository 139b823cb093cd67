"""Every path of the repository. No other module builds one by hand."""

from __future__ import annotations

import functools
import os
from pathlib import Path

from airace.errors import RequestError

LIVE = "live"  # the topic of the snapshots that stay on the machine that took them
EXAMPLES = "examples"  # where projects lie that use what is around them
OWN = ("article", LIVE)  # topics of which a project reads none but its own


def root() -> Path:
    """Return the repository root.

    ``AIRACE_ROOT`` wins; then the nearest folder above the working directory that holds
    ``notebooks`` and ``data/raw``; then the checkout that this file lies in.
    """
    named = os.environ.get("AIRACE_ROOT")
    if named:
        return _checked(Path(named).resolve(), "AIRACE_ROOT")
    here = Path.cwd().resolve()
    for folder in (here, *here.parents, *Path(__file__).resolve().parents):
        if _is_root(folder):
            return folder
    raise RequestError(
        "wanted a folder with notebooks/ and data/raw/, here or above",
        found=str(here),
        next_command="cd to your clone of the repository, or set AIRACE_ROOT",
    )


def _is_root(folder: Path) -> bool:
    return (folder / "notebooks").is_dir() and (folder / "data" / "raw").is_dir()


def _checked(folder: Path, source: str) -> Path:
    if _is_root(folder):
        return folder
    raise RequestError(
        f"{source} must name a folder with notebooks/ and data/raw/", found=str(folder)
    )


def around() -> Path:
    """The project whose ``examples/`` this one lies in; itself where it lies in none.

    An example uses the lock, the citation and the snapshots of the project around it. A clone that
    happens to lie inside another one uses nothing of it.
    """
    here = root()
    outer = here.parent.parent
    return outer if here.parent.name == EXAMPLES and _is_root(outer) else here


def raw() -> Path:
    return root() / "data" / "raw"


def topics() -> list[str]:
    """Names of all folders of topics, of this project and of the one around it."""
    folders = [*raw().iterdir(), *(around() / "data" / "raw").iterdir()]
    return sorted({folder.name for folder in folders if folder.is_dir()})


def topic(name: str) -> Path:
    """Folder of a topic's own snapshots: in data/raw, but for ``live``, which git ignores."""
    return root() / "data" / LIVE if name == LIVE else raw() / name


def homes(name: str) -> list[Path]:
    """Folders in which a topic's snapshots may lie: the project's own, then that of the one around it."""
    shared = [] if name in OWN or around() == root() else [around() / "data" / "raw" / name]
    return [topic(name), *shared]


def snapshot(snapshot_id: str) -> Path:
    """Folder of the snapshot ``topic/date``; one that is not there would be the project's own."""
    name, _, day = snapshot_id.partition("/")
    places = [home / day for home in homes(name)]
    return next((place for place in places if place.is_dir()), places[0])


def notebooks() -> Path:
    return root() / "notebooks"


def notebook(name: str) -> Path:
    return notebooks() / f"{name}.ipynb"


def figures() -> Path:
    return root() / "figures"


def processed() -> Path:
    return root() / "data" / "processed"


def lock() -> Path:
    return _own_or_around("requirements.lock")


def citation() -> Path:
    return _own_or_around("CITATION.cff")


def _own_or_around(name: str) -> Path:
    """A file of the project, or else that of the one around it."""
    own = root() / name
    return own if own.is_file() else around() / name


def scenarios() -> Path:
    """Folder of the scenario files that a build finds by their name."""
    return root() / "scenarios"


def benchmarks() -> Path:
    return root() / "benchmarks"


@functools.cache  # asked thousands of times by a build that follows imports
def package() -> Path:
    return Path(__file__).resolve().parent


def build(scenario: str) -> Path:
    """Working folder of a scenario: executed notebooks, records, evidence."""
    return root() / "build" / scenario


def claims(scenario: str) -> Path:
    """The verdicts that a scenario's overview shows: its own, or else the published ones."""
    own = build(scenario) / "processed" / "claims.csv"
    return own if own.is_file() else processed() / "claims.csv"


def relative(path: Path) -> str:
    """Path as shown to people: from the project's root, with forward slashes."""
    path = Path(path).resolve()
    near = path.is_relative_to(around())
    return Path(os.path.relpath(path, root()) if near else path).as_posix()
