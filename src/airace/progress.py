"""Shows how a build comes on: one line that is rewritten on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import threading
import time


class Progress:
    """Counts the notebooks of a build that runs ``jobs`` at a time."""

    def __init__(self, jobs: int):
        self.jobs = jobs
        self.expected: dict[str, float | None] = {}
        self.started: dict[str, float] = {}
        self.done = 0
        self.begin = time.monotonic()
        self.terminal = sys.stderr.isatty()
        self.lock = threading.Lock()

    def add(self, expected: dict[str, float | None]) -> None:
        """Add notebooks to run, with the seconds that each took last time, where known."""
        self.expected |= expected

    def start(self, name: str) -> None:
        """Note that a notebook has started; may be called from any thread."""
        with self.lock:
            self.started[name] = time.monotonic()

    def tick(self) -> None:
        """Redraw the line of a terminal: n of N, what runs, elapsed and expected time."""
        if not self.terminal:
            return
        with self.lock:
            running = ", ".join(self.started)
        seconds = list(self.expected.values())
        about = " s"
        if seconds and all(seconds):
            about = f" of about {max(max(seconds), sum(seconds) / self.jobs):.0f} s"
        elapsed = time.monotonic() - self.begin
        line = f"[{self.done}/{len(self.expected)}] {elapsed:.0f}{about}  {running}"
        self._write(f"\r\x1b[K{line}", end="")

    def finish(self, name: str, reason: str, failed: bool) -> None:
        """Write the line that stays: which notebook, how long, why it ran."""
        with self.lock:
            seconds = time.monotonic() - self.started.pop(name, self.begin)
        self.done += 1
        state = "  failed" if failed else ""
        line = f"[{self.done}/{len(self.expected)}] {name}  {seconds:.1f} s  ({reason}){state}"
        self._write(f"\r\x1b[K{line}" if self.terminal else line)

    def _write(self, text: str, end: str = "\n") -> None:
        print(text, end=end, file=sys.stderr, flush=True)
