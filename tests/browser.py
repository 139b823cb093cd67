"""A real Chromium for tests: found, started, watched, looked at.

The Debian package ``chromium`` serves; the library that drives it brings none of its own. Without a
browser the tests skip, unless AIRACE_REQUIRE_BROWSER is set: then they fail.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Playwright

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
REQUIRED = "AIRACE_REQUIRE_BROWSER"
ARGUMENTS = [
    "--no-sandbox",  # a container's root has no other way; the pages are our own
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]  # WCAG 2.0 to 2.2, A and AA
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 740}


def find() -> str:
    """Path of the browser; skips the test where there is none, or fails it where one is required."""
    for name in NAMES:
        if found := shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/bin"):
            return found
    said = (
        f"no browser: wanted one of {', '.join(NAMES)} on PATH; next: apt-get install chromium, or "
        "brew install --cask google-chrome"
    )
    if os.environ.get(REQUIRED):
        pytest.fail(f"{REQUIRED} is set, but {said}", pytrace=False)
    pytest.skip(said)


def start(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=find(), args=ARGUMENTS)


@dataclass
class Opened:
    """A page, and everything about it that a silent page would not cause."""

    page: Page
    said: list[str] = field(default_factory=list)  # errors, warnings, refusals of the policy
    asked: list[str] = field(default_factory=list)  # addresses other than files

    def trouble(self) -> list[str]:
        return self.said + self.asked


@contextmanager
def opened(browser: Browser, address: str, **context: object) -> Iterator[Opened]:
    """Open an address in a fresh context and listen from the first moment on."""
    made = browser.new_context(**{"viewport": WIDE, "reduced_motion": "reduce"} | context)
    found = Opened(made.new_page())

    def hear(message: object) -> None:
        if message.type in ("error", "warning"):
            found.said.append(f"{message.type}: {message.text}")

    def ask(request: object) -> None:
        if not request.url.startswith(("file:", "data:")):
            found.asked.append(f"request: {request.url}")

    found.page.on("console", hear)
    found.page.on("pageerror", lambda error: found.said.append(f"page error: {error}"))
    found.page.on("requestfailed", lambda r: found.said.append(f"not loaded: {r.url}"))
    found.page.on("request", ask)
    try:
        found.page.goto(address)
        yield found
    finally:
        made.close()


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.0 to 2.2, levels A and AA: rule, place and remedy of each."""
    options = {"runOnly": {"type": "tag", "values": LEVELS}, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{rule['id']}: {node['target']}: {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


def pages(folder: Path) -> list[str]:
    """Addresses of all pages of a site, from its root."""
    return sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*.html"))


def outline(page: Page) -> tuple[str, float]:
    """Style and width in pixels of the outline around what has the focus."""
    return tuple(
        page.evaluate(
            "(() => { const s = getComputedStyle(document.activeElement);"
            " return [s.outlineStyle, parseFloat(s.outlineWidth)] })()"
        )
    )
