"""Where the seconds of the cells go: all notebooks once in one process, with clocks around some calls.

Prints JSON: seconds by part; a part does not count what another part inside it takes.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable

import matplotlib.backends.backend_svg  # noqa: F401  (the first SVG would import it)
from floor import execute

from airace import claims, figures, inputs, notebooks, snapshots

PARTS: list[tuple[object, str, str]] = [
    (figures, "_render", "drawing PNG and SVG"),
    (figures, "_check_texts", "looking for texts that overlap"),
    (figures, "source_line", "source lines"),
    (inputs, "code_digest", "digests of the code"),
    (snapshots, "_typed", "reading and checking tables"),
    (claims, "claim", "verdicts"),
]
REST = "everything else: computing, and composing the figures"

spent: Counter[str] = Counter()
running: list[str] = []
since = time.perf_counter()


def switch(part: str | None) -> None:
    """Count the time until now for the part that ran, and begin (or end) another."""
    global since
    now = time.perf_counter()
    spent[running[-1] if running else REST] += now - since
    since = now
    running.append(part) if part else running.pop()


def clocked(function: Callable, part: str) -> Callable:
    def wrapper(*arguments: object, **named: object) -> object:
        switch(part)
        try:
            return function(*arguments, **named)
        finally:
            switch(None)

    return wrapper


if __name__ == "__main__":
    figures.display = lambda shown: None
    for owner, name, part in PARTS:
        setattr(owner, name, clocked(getattr(owner, name), part))
    since = time.perf_counter()
    for notebook in notebooks.names():
        execute(notebook)
    switch(REST)
    print(json.dumps({part: round(seconds, 2) for part, seconds in spent.most_common()}))
