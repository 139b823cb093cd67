"""Measures the runner against plain papermill, side by side in one run, and prints ratios.

Every way runs in a copy of the repository, in turn, so many rounds; medians count. Nothing here is a
test: times are machines' business, ratios are ours.

    make bench          (writes benchmarks/results.json; about 25 minutes on two processors)
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from airace import notebooks, paths, records

RESULTS = Path(__file__).with_name("results.json")
CHANGED = "09-component-reuse"  # the notebook of "one notebook changed"
LEAN, LAB = Path(sys.executable).parent, paths.root() / ".venv-lab" / "bin"
PLAIN_NBVAL = ["-m", "pytest", "--nbval", "--nbval-current-env", "notebooks"]

# ratio: (numerator, denominator, aim or None, what it says)
RATIOS = {
    "a rebuild to the plain loop": ("rebuild", "loop", 0.25),
    "a rebuild to the plain loop with JupyterLab": ("rebuild", "loop with JupyterLab", 0.12),
    "b rebuild to the floor": ("rebuild", "floor", 2.0),
    "b floor to the plain loop": ("floor", "loop", None),
    "b floor to the plain loop with JupyterLab": ("floor", "loop with JupyterLab", None),
    "b floor to the floor, one at a time": ("floor", "floor, one at a time", None),
    "c one notebook changed to a rebuild": ("one notebook changed", "rebuild", None),
    "d nothing changed to the plain loop": ("nothing changed", "loop", 0.05),
    "e check to a rebuild": ("check", "rebuild", 1.3),
    "f notebooks of make test to plain nbval": ("notebooks of make test", "plain nbval", None),
}


class Bench:
    """The ways to be measured, each in the same copy of the repository."""

    def __init__(self, root: Path):
        self.root = root
        self.environment = os.environ | {"AIRACE_ROOT": str(root)}
        # Where this is set, every process compiles what it imports: no way would be itself.
        self.environment.pop("PYTHONDONTWRITEBYTECODE", None)
        self.ways: dict[str, Callable[[], float]] = {
            "loop": lambda: self.loop(LEAN),
            "loop with JupyterLab": lambda: self.loop(LAB),
            "rebuild": lambda: self.timed(LEAN / "airace", "build", "--force"),
            "floor": self.floor,
            "floor, one at a time": lambda: self.floor(jobs=1),
            "one notebook changed": self.changed,
            "nothing changed": lambda: self.timed(LEAN / "airace", "build"),
            "check": lambda: self.timed(LEAN / "airace", "check"),
            "notebooks of make test": self.notebooks_of_make_test,
            "plain nbval": lambda: self.timed(sys.executable, *PLAIN_NBVAL),
        }

    def timed(self, *command: object, folder: str = ".") -> float:
        """Seconds of a command. Stops the bench, with the command's own words, if it fails."""
        begin = time.perf_counter()
        done = subprocess.run(
            [str(part) for part in command],
            cwd=self.root / folder,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        seconds = time.perf_counter() - begin
        if done.returncode:
            sys.exit(f"{command} failed\n{done.stdout}\n{done.stderr}")
        return seconds

    def loop(self, programs: Path) -> float:
        """The plain way: the papermill command, one notebook after another."""
        copies = self.root / "build" / "loop"
        copies.mkdir(parents=True, exist_ok=True)
        return sum(
            self.timed(
                programs / "papermill",
                f"{name}.ipynb",
                copies / f"{name}.ipynb",
                folder="notebooks",
            )
            for name in [*notebooks.names()[1:], notebooks.OVERVIEW]
        )

    def floor(self, jobs: int = os.cpu_count() or 1) -> float:
        took = {n: (records.load("default", n) or {}).get("seconds", 0) for n in notebooks.names()}
        ordered = json.dumps(sorted(took, key=took.get, reverse=True))
        return json.loads(self.script("floor.py", ordered, str(jobs)))

    def script(self, name: str, *arguments: str) -> str:
        command = [sys.executable, str(Path(__file__).with_name(name)), *arguments]
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    def changed(self) -> float:
        """Change a sentence of one notebook, and build."""
        file = self.root / "notebooks" / f"{CHANGED}.ipynb"
        content = json.loads(file.read_text("utf-8"))
        content["cells"][0]["source"] = ["".join(content["cells"][0]["source"]) + " "]
        file.write_text(json.dumps(content), "utf-8")
        return self.timed(LEAN / "airace", "build")

    def notebooks_of_make_test(self) -> float:
        """The line of the Makefile, without the folder ``tests``."""
        lines = (self.root / "Makefile").read_text("utf-8").splitlines()
        (line,) = [line for line in lines if "--nbval" in line]
        line = line.strip().lstrip("@").replace("$(BIN)", str(LEAN))
        return self.timed("sh", "-c", line.replace(" tests notebooks", " notebooks"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="*", help="these ways alone; writes nothing")
    chosen = parser.parse_args()
    if not (LAB / "papermill").is_file():
        sys.exit(f"wanted an environment with JupyterLab in {LAB.parent}\nnext: make bench")
    with tempfile.TemporaryDirectory() as base:
        root = Path(base) / "repo"
        subprocess.run(["git", "clone", "--quiet", paths.root(), root], check=True)
        os.environ["AIRACE_ROOT"] = str(root)
        bench = Bench(root)
        bench.timed(LEAN / "airace", "build")  # the first build knows no times of an earlier one
        ways = chosen.only or list(bench.ways)
        measured: dict[str, list[float]] = {way: [] for way in ways}
        for number in range(chosen.rounds):
            for way in ways:
                measured[way].append(round(bench.ways[way](), 3))
                print(
                    f"[{number + 1}/{chosen.rounds}] {way}: {measured[way][-1]:.2f} s", flush=True
                )
        parts = json.loads(bench.script("parts.py")) if not chosen.only else {}
        content = summary(measured) | {"parts of the cells": parts}  # while the copy is there
    for name, about in content["ratios"].items():
        aim = about["aim"]
        said = "" if aim is None else f", aim {aim}: {'reached' if about['reached'] else 'missed'}"
        print(f"{name}: {about['ratio']:.3f}{said}")
    if not chosen.only:
        RESULTS.write_text(json.dumps(content, indent=1) + "\n", "utf-8")


def summary(measured: dict[str, list[float]]) -> dict:
    """Medians, ratios with their aims, and the machine."""
    medians = {way: statistics.median(seconds) for way, seconds in measured.items()}
    ratios = {}
    for name, (way, other, aim) in RATIOS.items():
        if {way, other} <= medians.keys():
            ratio = round(medians[way] / medians[other], 4)
            ratios[name] = {"ratio": ratio, "aim": aim, "reached": aim is None or ratio <= aim}
    return {
        "machine": {
            "processors": os.cpu_count(),
            "system": f"{platform.system()} {platform.machine()}",
            "python": platform.python_version(),
            "matplotlib": version("matplotlib"),
            "pandas": version("pandas"),
            "papermill": version("papermill"),
        },
        "notebooks": len(notebooks.names()),
        "rounds": len(next(iter(measured.values()))),
        "seconds": {
            way: {"median": medians[way], "runs": seconds} for way, seconds in measured.items()
        },
        "ratios": ratios,
    }


if __name__ == "__main__":
    main()
