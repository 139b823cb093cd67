"""Measures the listing of models against ``huggingface_hub.list_models`` and prints JSON.

A small Hub (tests/hub_server.py) runs in a process of its own. Both ways ask it for the same fields of
the same models, page by page, and take turns; medians count. Ours keeps every reply on the disk, the
library's keeps nothing. The tables that ours makes afterwards are timed by themselves.

    make bench                                            (writes benchmarks/listing.json; 5 minutes)
    python benchmarks/listing.py --models 5000 --rounds 1 (prints JSON, writes nothing)
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RESULTS = Path(__file__).with_name("listing.json")
MODELS = 100_000
AIM = 1.0  # seconds of ours to seconds of list_models


def ours(endpoint: str, folder: Path, count: int) -> tuple[float, float]:
    """Seconds of the listing, every page on the disk at its end, and of the tables."""
    from airace import live_tables
    from airace.hub import SETTINGS, Hub
    from airace.live_listing import WHOLE, Listing
    from airace.live_pages import Unit, Writer
    from airace.live_progress import Progress

    begun = time.perf_counter()
    unit = Unit(folder, WHOLE)
    with Writer() as writer:
        Listing(Hub(SETTINGS, endpoint), writer, Progress(1, whole=True)).run(unit)
    listed = time.perf_counter()
    found = live_tables.make(folder, [unit])
    made = time.perf_counter()
    if found.row_counts["models"] != count:
        sys.exit(f"wanted {count} models, found {found.row_counts['models']}")
    return listed - begun, made - listed


def theirs(endpoint: str, count: int) -> float:
    """Seconds of ``list_models`` with the same fields in the same order."""
    from huggingface_hub import HfApi

    from airace.hub import EXPAND

    begun = time.perf_counter()
    found = sum(1 for _ in HfApi(endpoint).list_models(sort="created_at", expand=EXPAND))
    seconds = time.perf_counter() - begun
    if found != count:
        sys.exit(f"wanted {count} models, list_models gave {found}")
    return seconds


def measure(endpoint: str, models: int, rounds: int) -> dict:
    """Take turns; the first turn of each way, which imports and fills the server's memory, is free."""
    with tempfile.TemporaryDirectory() as folder:
        ours(endpoint, Path(folder) / "first", models)
        theirs(endpoint, models)
        turns = []
        for number in range(rounds):
            listing, tables = ours(endpoint, Path(folder) / str(number), models)
            turns.append((listing, theirs(endpoint, models), tables))
    listing, library, tables = (statistics.median(column) for column in zip(*turns))
    return {
        "models": models,
        "rounds": rounds,
        "seconds": {"listing": listing, "list_models": library, "tables": tables},
        "ratio": {"listing to list_models": listing / library},
        "aim": AIM,
        "met": listing / library <= AIM,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--models", type=int, default=MODELS)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    os.environ |= {"HF_HUB_DISABLE_TELEMETRY": "1", "NO_PROXY": "127.0.0.1"}
    server = subprocess.Popen(
        [sys.executable, str(ROOT / "tests" / "hub_server.py"), str(chosen.models)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        found = measure(server.stdout.readline().strip(), chosen.models, chosen.rounds)
    finally:
        server.kill()
        server.wait()
    text = json.dumps(found, indent=1) + "\n"
    print(text, end="")
    if chosen.models == MODELS:
        RESULTS.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
