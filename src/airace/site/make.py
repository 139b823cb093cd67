"""Makes the whole site of a scenario, from what its last build published."""

from __future__ import annotations

from pathlib import Path

from airace.scenarios import DEFAULT
from airace.site import explorer, pages, today


def site(scenario: str = DEFAULT) -> Path:
    """Write every page and return the front page. Raises RequestError where nothing was built yet."""
    made = pages.Site(scenario, pages.NAVIGATION | today.navigation())
    today.carry(made)
    explorer.write(made)
    return made.folder / "index.html"
