"""A live snapshot that is killed at any moment loses nothing: --resume ends in the same bytes."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import ROOT
from hub_server import HubServer, models

KILLS, SEED, FORKERS = 50, 20261127, 2
TABLES = ("models.parquet", "base_models.parquet")


class Forker:
    """Runs forked from one warm process (see ``hub_points``)."""

    def __init__(self, folder: Path, endpoint: str):
        folder.mkdir()
        tests = Path(__file__).parent
        path = os.pathsep.join([str(tests), str(ROOT / "src")])
        self.folder, self.endpoint = folder, endpoint
        self.process = subprocess.Popen(
            [sys.executable, str(tests / "hub_points.py")],
            env=os.environ | {"PYTHONPATH": path, "NO_PROXY": "127.0.0.1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, root: Path, at: int = 0, resume: bool = False) -> tuple[int, str, list[str]]:
        """Take a snapshot, killed at this point if it is not 0; return code, messages and points."""
        log, said = self.folder / "log", self.folder / "said"
        log.write_text("")
        line = (root, log, at, said, self.endpoint, resume)
        print(*line, sep="\t", file=self.process.stdin, flush=True)
        code = int(self.process.stdout.readline())
        return code, said.read_text(), log.read_text().splitlines()

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def _repository(root: Path) -> Path:
    (root / "notebooks").mkdir(parents=True)
    (root / "data/raw").mkdir(parents=True)
    return root


def _tables(root: Path) -> list[bytes]:
    folder = next((root / "data/live").iterdir())
    return [(folder / table).read_bytes() for table in TABLES]


@pytest.fixture(scope="module")
def forkers(tmp_path_factory):
    server, folder = HubServer(models(110)), tmp_path_factory.mktemp("forkers")
    made = [Forker(folder / str(number), server.endpoint) for number in range(FORKERS)]
    yield made
    for forker in made:
        forker.close()
    server.close()


@pytest.fixture(scope="module")
def undisturbed(forkers, tmp_path_factory) -> tuple[list[bytes], list[str]]:
    """The tables of a run that nothing disturbs, and its points."""
    root = _repository(tmp_path_factory.mktemp("undisturbed") / "repo")
    code, said, points = forkers[0].run(root)
    assert code == 0, said
    return _tables(root), points


def test_the_points_cover_the_whole_path(undisturbed):
    _, points = undisturbed
    assert len(points) > KILLS
    said = [re.sub(r"\d{4}-\d\d-\d\d", "DAY", point) for point in points]
    for point in (
        "runner request request",
        "runner reply reply",
        "runner open data/live/DAY/.plan.json.new",
        "runner open data/live/DAY/pages/org-0/.000003.jsonl.gz.new",
        "runner os.rename data/live/DAY/pages/org-0/.000003.jsonl.gz.new",
        "runner os.rename data/live/DAY/pages/nobody/.end.json.new",
        "runner os.rename data/live/DAY/.models.parquet.new",
        "runner os.rename data/live/DAY/.datapackage.json.new",
    ):
        target = point.replace("/.", "/").removesuffix(".new") if "rename" in point else point
        assert point in said or target in said, said


def test_killed_at_any_point_and_resumed_it_ends_in_the_same_bytes(undisturbed, forkers, tmp_path):
    tables, points = undisturbed
    chosen = random.Random(SEED).sample(range(1, len(points) + 1), KILLS)

    def problems(forker: Forker, numbers: list[int]) -> list[str]:
        found = []
        for at in numbers:
            root = _repository(tmp_path / str(at))
            found += [f"killed at {at}, {points[at - 1]}: {p}" for p in _killed(forker, root, at)]
        return found

    def _killed(forker: Forker, root: Path, at: int) -> list[str]:
        code, said, _ = forker.run(root, at)
        if code != -signal.SIGKILL:
            return [f"exit code {code}: {said}"]
        if list(root.glob("data/live/*/datapackage.json")):
            return [] if _tables(root) == tables else ["described before it was complete"]
        code, said, _ = forker.run(root, resume=True)
        if code == 2 and "wanted an unfinished snapshot" in said:
            code, said, _ = forker.run(root)  # it was killed before anything was written
        if code != 0:
            return [f"then exit code {code}: {said}"]
        left = [str(f) for f in root.rglob("data/live/**/.*")]
        return [f"then {f} is left" for f in left] + ["other bytes"] * (_tables(root) != tables)

    with ThreadPoolExecutor(FORKERS) as pool:
        parts = [chosen[number::FORKERS] for number in range(FORKERS)]
        found = [problem for part in pool.map(problems, forkers, parts) for problem in part]
    assert found == []
