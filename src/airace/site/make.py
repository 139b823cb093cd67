"""Makes the whole site of a scenario, from what its last build published."""

from __future__ import annotations

from pathlib import Path

from airace.scenarios import DEFAULT
from airace.site import figure_pages, notebook_pages, pages, snapshot_pages, trails


def site(scenario: str = DEFAULT) -> Path:
    """Write every page and return the front page. Raises RequestError where nothing was built yet."""
    made = pages.Site(scenario, pages.NAVIGATION)
    found = trails.of(scenario)
    figure_pages.write(made, found)
    notebook_pages.write(made, found)
    snapshot_pages.write(made, found)
    return made.folder / "index.html"
