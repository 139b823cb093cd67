"""Carries the page of ``make today``, where there is one: whole, as it was written, with its own policy."""

from __future__ import annotations

from pathlib import Path

from airace import atomic, paths
from airace.site.pages import Site
from airace.today import SCENARIO

ADDRESS = "today.html"
HOW = (
    "The Hub keeps no history. To see what it says today, run make today: it takes a snapshot and sets "
    "its answers beside the article’s. The next make site then carries that page and links it on top."
)


def navigation() -> dict[str, str]:
    """The page's entry in a site's navigation; none where no page was made."""
    return {ADDRESS: "Today"} if made().is_file() else {}


def carry(site: Site) -> None:
    """Copy the page, where there is one, into a site."""
    if made().is_file():
        atomic.write(site.folder / ADDRESS, made().read_bytes())


def made() -> Path:
    """Where ``make today`` writes it."""
    return paths.build(SCENARIO) / "index.html"
