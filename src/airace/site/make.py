"""Makes the whole site of a scenario, from what its last build published."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from airace import build, paths
from airace.errors import RequestError, nearest
from airace.scenarios import CHECK, DEFAULT, TODAY
from airace.site import (
    comparison,
    explorer,
    figure_pages,
    front,
    notebook_pages,
    pages,
    snapshot_pages,
    statements,
    today,
    trails,
)


def site(scenario: str = DEFAULT) -> Path:
    """Write every page and return the front page.

    The site appears whole: if a page cannot be made, the one that was there stays as it is. Raises
    RequestError for a scenario that was not built, or while a build of it is running.
    """
    _require_built(scenario)
    with build.hold(scenario), _replaced(pages.folder(scenario)) as folder:
        write(pages.Site(scenario, navigation(scenario), folder))
    return pages.folder(scenario) / "index.html"


def write(made: pages.Site) -> None:
    """Write every page: a line per part of the site."""
    front.write(made)
    statements.write(made)
    found = trails.of(made.scenario)
    figure_pages.write(made, found)
    notebook_pages.write(made, found)
    snapshot_pages.write(made, found)
    if explorer.ADDRESS in made.navigation:
        explorer.write(made)
    if made.scenario != DEFAULT:
        comparison.write(made)
    today.carry(made)


def navigation(scenario: str) -> dict[str, str]:
    """What every page links on top: a part that has nothing to show is left out."""
    links = pages.NAVIGATION | comparison.navigation(scenario) | today.navigation()
    if not explorer.available(scenario):
        del links[explorer.ADDRESS]
    return links


def built() -> list[str]:
    """Names of the scenarios that have results to show, the default first."""
    published = [DEFAULT] if (paths.processed() / "claims.csv").is_file() else []
    folders = {file.parent.parent.name for file in paths.build("*").parent.glob("*/runs/*.json")}
    return [*published, *sorted(folders - {DEFAULT, CHECK, TODAY})]


def _require_built(scenario: str) -> None:
    known = built()
    if scenario in known:
        return
    if scenario == DEFAULT:
        wanted = f"wanted verdicts in {paths.relative(paths.processed())} to make a site of"
        raise RequestError(wanted, "nothing was built", next_command="make figures")
    raise RequestError(
        f"wanted a scenario that was built, got {scenario!r}",
        nearest(scenario, known),
        known or "none",
        "airace build --scenario FILE",
    )


@contextmanager
def _replaced(target: Path) -> Iterator[Path]:
    """Give an empty folder beside the target, which takes its place if nothing goes wrong."""
    new, old = (target.with_name(f".{target.name}.{state}") for state in ("new", "old"))
    _settle(target, new, old)  # a run that was killed may have left something
    new.mkdir(parents=True)
    try:
        yield new
        if target.exists():
            target.rename(old)
        new.rename(target)
    finally:
        _settle(target, new, old)


def _settle(target: Path, new: Path, old: Path) -> None:
    """Put the old folder back if nothing has taken its place, and remove what is left over."""
    if old.exists() and not target.exists():
        old.rename(target)
    for left in (new, old):
        shutil.rmtree(left, ignore_errors=True)
