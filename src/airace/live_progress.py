"""Shows how a listing comes on: one line that is rewritten on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from huggingface_hub.utils import RateLimitInfo

MODELS = 3_000_000  # on the whole Hub in November 2026, roughly: only for the expected time
ANONYMOUS = (500, 300)  # requests, seconds: what the Hub's documentation grants an address
EVERY = 30  # seconds between plain lines


def duration(models: int, page_size: int, requests: int, window: float) -> float:
    """Seconds that a listing takes at least, at ``requests`` in ``window`` seconds."""
    pages = -(-models // page_size)
    return max(0, -(-pages // requests) - 1) * window + (pages % requests or requests) * 0.2


def said(seconds: float) -> str:
    """A duration in words: ``45 s``, ``30 min``, ``2.5 h``."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def full_listing(page_size: int, budget: RateLimitInfo | None, anonymous: bool) -> str:
    """A sentence about how long the whole Hub takes, at the rate limit of the last reply if known."""
    given = budget is not None and budget.limit and budget.window_seconds
    requests, window = (budget.limit, budget.window_seconds) if given else ANONYMOUS
    least = said(duration(MODELS, page_size, requests, window))
    who = "without a token" if anonymous else "with this token"
    source = "" if given else "by the Hub's documentation "
    return (
        f"the whole Hub, about {MODELS / 1e6:g} million models at {page_size:,} a page, takes at least "
        f"{least} {who} ({source}{requests:,} requests in {window:g} s)"
    )


class Progress:
    """Counts the pages and models of a listing of ``units``; ``whole`` if it is that of the Hub."""

    def __init__(self, units: int, whole: bool):
        self.units, self.whole = units, whole
        self.done = self.done_before = self.pages = self.models = self.kept = 0
        self.begin = self.told = time.monotonic()
        self.budget: RateLimitInfo | None = None
        self.at_first: Callable[[RateLimitInfo | None], str] | None = None  # a line to tell
        self.terminal = sys.stderr.isatty()

    def resumed(self, units: int, models: int) -> None:
        """Note what an earlier run has kept."""
        self.done = self.done_before = units
        self.kept = models

    def page(self, models: int, budget: RateLimitInfo | None) -> None:
        """Note a page of so many models, and what is left of the rate limit."""
        self.pages, self.models, self.budget = self.pages + 1, self.models + models, budget
        if self.at_first and self.pages == 1:
            self.tell(self.at_first(budget))
        now = time.monotonic()
        if self.terminal:
            self._write(f"\r\x1b[K{self.line()}", end="")
        elif now - self.told >= EVERY:
            self.told = now
            self._write(self.line())

    def unit(self) -> None:
        """Note that a unit is complete."""
        self.done += 1

    def line(self) -> str:
        """Units, pages, models, rate, what is left of the rate limit, and the expected end."""
        elapsed = max(time.monotonic() - self.begin, 1e-3)
        parts = [] if self.whole else [f"[{self.done}/{self.units}]"]
        parts += [
            f"{self.pages:,} page{'s' * (self.pages != 1)}",
            f"{self.kept + self.models:,} models",
        ]
        parts += [f"{self.models / elapsed:,.0f} a second"]
        if self.budget:
            of = f" of {self.budget.limit:,}" if self.budget.limit else ""
            left = f"{self.budget.remaining:,}{of} requests left"
            parts.append(f"{left} for {self.budget.reset_in_seconds} s")
        left = self._left(elapsed)
        return "  ".join(parts) + (f"  about {said(left)} left" if left is not None else "")

    def _left(self, elapsed: float) -> float | None:
        """Expected seconds to the end: by models of the whole Hub, or by units."""
        if self.whole:
            ahead = MODELS - self.kept - self.models
            if not self.models or ahead <= 0:
                return None
            limit = self.budget.limit if self.budget else None
            least = self.budget.window_seconds / limit if limit else 0  # seconds for a page
            return ahead / self.models * max(elapsed, least * self.pages)
        finished = self.done - self.done_before
        return (self.units - self.done) * elapsed / finished if finished else None

    def tell(self, line: str) -> None:
        """Write a line that stays."""
        self._write(f"\r\x1b[K{line}" if self.terminal else line)

    def close(self) -> None:
        """Leave the last line standing, if there is one."""
        if self.pages:
            self.tell(self.line())

    def _write(self, text: str, end: str = "\n") -> None:
        print(text, end=end, file=sys.stderr, flush=True)
