"""Measures shares by country over tables as large as the Hub, against pandas, and prints the aims.

The tables are made here, in a temporary folder that is deleted at the end. Every run is a process of
its own (see ``ways``); the ways take turns, so many rounds, and medians count. Seconds are those of
the work, imports left out; memory is the peak of the whole process. Ways that answer the same
question must give the same answer.

    make bench                                          (writes benchmarks/scale.json; 10 minutes)
    python benchmarks/scale.py --rows 30000 --rounds 1  (prints JSON, writes nothing)
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from ways import PANDAS_GIB, WAYS

HERE = Path(__file__).parent
RESULTS = HERE / "scale.json"
MODELS, DUMPS = 3_000_000, 100
QUESTION = {way: way.removesuffix(", pandas").removesuffix(" in a DataFrame") for way in WAYS}

# name: (way, other way or None for the value itself, measure, aim or None)
AIMS = {
    "time of shares to pandas": ("shares", "shares, pandas", "seconds", 0.35),
    "memory of shares to pandas": ("shares", "shares, pandas", "mib", 0.25),
    "time in a DataFrame to pandas": ("shares in a DataFrame", "shares, pandas", "seconds", 0.35),
    "memory in a DataFrame to pandas": ("shares in a DataFrame", "shares, pandas", "mib", None),
    "time of all specifications to one": ("specifications", "one specification", "seconds", 20),
    "MiB of all specifications": ("specifications", None, "mib", 2048),
    "MiB of the full panel": ("panel 300", None, "mib", 1024),
}


def apart(file: str, *arguments: object) -> subprocess.CompletedProcess:
    """Run a file in a process of its own. It begins with the peak memory of the process that starts
    it, which is why this one makes no tables and loads no pandas.
    """
    command = [sys.executable, str(HERE / file), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True)


def prepare(folder: Path, rows: int) -> None:
    """Write the tables. Stops where the disk has not twice the room that the panel needs."""
    for part, dumps in (("models", 1), ("panel", DUMPS)):
        made = apart("generate.py", part, folder, rows, dumps)
        if made.returncode:
            sys.exit(f"the tables could not be made\n{made.stderr}")
        needed = 2 * DUMPS * (folder / "third.parquet").stat().st_size * 3
        if shutil.disk_usage(folder).free < needed:
            sys.exit(f"wanted {needed >> 20} MiB on the disk, next: set TMPDIR to another disk")


def measure(way: str, folder: Path) -> dict | None:
    """Run one way in a process of its own; None where pandas had not enough memory."""
    done = apart("ways.py", way, folder)
    if done.returncode == 0:
        return json.loads(done.stdout)
    killed = done.returncode == -signal.SIGKILL
    if "pandas" in way and (killed or re.search("memory|bad_alloc", done.stderr, re.IGNORECASE)):
        return None
    sys.exit(f"{way} failed\n{done.stderr}")


def take_turns(folder: Path, ways: list[str], rounds: int) -> dict[str, list[dict]]:
    """Run all ways in turn. Where pandas ended once, neither that way nor a larger one is tried."""
    measured: dict[str, list[dict]] = {way: [] for way in ways}
    ended = False
    for number in range(rounds):
        for way in ways:
            if ended and "pandas" in way and not measured[way]:
                continue
            found = measure(way, folder)
            ended = ended or found is None
            measured[way] += [found] if found else []
            said = f"{found['seconds']:.2f} s, {found['mib']} MiB" if found else "out of memory"
            print(f"[{number + 1}/{rounds}] {way}: {said}", file=sys.stderr, flush=True)
    return measured


def summary(measured: dict[str, list[dict]]) -> dict:
    """Medians, and the aims that they reach or miss. Stops if two ways disagree on an answer."""
    answers: dict[str, set[str]] = {}
    for way, runs in measured.items():
        answers.setdefault(QUESTION[way], set()).update(run["answer"] for run in runs)
    if differing := [question for question, found in answers.items() if len(found) > 1]:
        sys.exit(f"the ways give different answers to: {', '.join(differing)}")
    ways = {
        way: {m: statistics.median(run[m] for run in runs) for m in ("seconds", "mib")}
        if runs
        else "out of memory"
        for way, runs in measured.items()
    }
    aims = {}
    for name, (way, other, what, aim) in AIMS.items():
        if way in ways and (other is None or other in ways):
            value = round(ways[way][what] / (ways[other][what] if other else 1), 3)
            aims[name] = {"value": value, "aim": aim, "reached": aim is None or value <= aim}
    return {"ways": ways, "aims": aims}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=MODELS, help="models; the panel has 100 dumps")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="*", choices=WAYS, help="these ways alone")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="airace-scale-") as base:
        prepare(Path(base), chosen.rows)
        measured = take_turns(Path(base), chosen.only or list(WAYS), chosen.rounds)
        disk = sum(file.stat().st_size for file in Path(base).rglob("*.parquet"))
    about = {
        "models": chosen.rows,
        "panel_rows": chosen.rows * DUMPS,
        "disk_mib": disk >> 20,
        "pandas_gib": PANDAS_GIB,
        "rounds": chosen.rounds,
    }
    content = about | summary(measured)
    if chosen.rows != MODELS or chosen.only:
        print(json.dumps(content, indent=1))
        return
    for name, found in content["aims"].items():
        aim = "" if found["aim"] is None else f", aim {found['aim']}"
        print(f"{name}: {found['value']:g}{aim}{'' if found['reached'] else ': missed'}")
    RESULTS.write_text(json.dumps(content, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
