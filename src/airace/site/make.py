"""Makes the whole site of a scenario, from what its last build published."""

from __future__ import annotations

from pathlib import Path

from airace.scenarios import DEFAULT
from airace.site import comparison, pages


def site(scenario: str = DEFAULT) -> Path:
    """Write every page and return the front page. Raises RequestError where nothing was built yet."""
    navigation = pages.NAVIGATION | comparison.navigation(scenario)
    made = pages.Site(scenario, navigation)
    if scenario != DEFAULT:
        comparison.write(made)
    return made.folder / "index.html"
