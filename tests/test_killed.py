"""A build that is killed at any write leaves whole files only, and the next one completes.

Real kernels draw a real figure from a real snapshot. The build that is killed replaces the results of an
older state of the notebooks: another figure, other values, one notebook more.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import ROOT, Project

from airace import forkserver

KILLS, SEED, SERVERS = 50, 20260310, 2
PUBLISHED = ("figures", "data/processed")
SNAPSHOTS = ("article/2026-03-10", "market_size/2026-03-06")
pytestmark = pytest.mark.skipif(not forkserver.available(), reason="no forkserver here")

MARKET = [
    "from airace import snapshots, style\nfrom airace.run import start\n"
    'run = start("03-market-size", "article/2026-03-10")\n'
    'size = snapshots.load("market_size/2026-03-06")\n'
    'size = size[size["row"] == "mp010"]',
    'figure, (axes,) = style.canvas("Size", "bn CNY", 2.4, [(0.1, 0, 0.8, 1)])\n'
    'axes.bar(["2025"], size["value"] * {factor})\n'
    'drawn = size[["snapshot", "row", "value"]].assign(factor={factor})\n'
    'alt = "One bar for the size of the market in billions of yuan"',
    'run.export("size", figure, drawn, alt)\nrun.table("sizes", drawn)\nrun.table("{table}", drawn)',
    'run.evidence("market-900bn-yuan", size, "size", relation="originator",\n'
    '             value=size["value"].item() * {factor}, as_of=("2025-01-01", "2025-12-31"))',
]
MORE = [
    'from airace.run import start\nrun = start("04-more", "article/2026-03-10")',
    'run.table("more", run.printed("market-131bn-usd").reset_index())',
]


class Builds:
    """Builds forked from one warm process (see ``write_points``)."""

    def __init__(self, folder: Path):
        (folder / "hook").mkdir(parents=True)
        hook = "import write_points\nwrite_points.install()\n"
        (folder / "hook" / "sitecustomize.py").write_text(hook)
        tests = Path(__file__).parent
        path = os.pathsep.join([str(folder / "hook"), str(tests), str(ROOT / "src")])
        self.environment = os.environ | {"PYTHONPATH": path, "GIT_CEILING_DIRECTORIES": str(folder)}
        self.folder = folder
        self.server = subprocess.Popen(
            [sys.executable, str(tests / "write_points.py")],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def build(self, root: Path, at: int = 0) -> tuple[int, str, list[str]]:
        """Build, killed at this write if it is not 0; return exit code, messages and writes."""
        log, said = self.folder / "log", self.folder / "said"
        log.write_text("")
        print(root, log, at, said, sep="\t", file=self.server.stdin, flush=True)
        code = int(self.server.stdout.readline())
        return code, said.read_text(), log.read_text().splitlines()

    def close(self) -> None:
        self.server.stdin.close()
        self.server.wait()


def _write(project: Project, **texts: str) -> None:
    cells = MARKET
    for name, text in texts.items():
        cells = [cell.replace(f"{{{name}}}", text) for cell in cells]
    project.notebook("03-market-size", *cells)


def _published(root: Path) -> dict[str, bytes]:
    """Content of every file in the published folders, hidden ones included, by path."""
    files = [file for folder in PUBLISHED for file in (root / folder).rglob("*") if file.is_file()]
    return {file.relative_to(root).as_posix(): file.read_bytes() for file in files}


@pytest.fixture(scope="module")
def servers(tmp_path_factory):
    made = [Builds(tmp_path_factory.mktemp("builds")) for _ in range(SERVERS)]
    yield made
    for server in made:
        server.close()


@pytest.fixture(scope="module")
def states(tmp_path_factory, servers) -> tuple[Path, dict, dict, list[str]]:
    """A repository with old results and new notebooks; the old and new files; every write."""
    root = tmp_path_factory.mktemp("old") / "repo"
    project = Project(root)
    for snapshot in SNAPSHOTS:
        shutil.copytree(ROOT / "data/raw" / snapshot, root / "data/raw" / snapshot)
    (root / "notebooks").mkdir()
    shutil.copy(ROOT / "requirements.lock", root)
    _write(project, factor="1", table="dropped")
    project.notebook("04-more", *MORE)
    code, said, _ = servers[0].build(root)
    assert code == 0, said
    old = _published(root)
    _write(project, factor="2", table="added")
    (root / "notebooks/04-more.ipynb").unlink()
    undisturbed = shutil.copytree(root, tmp_path_factory.mktemp("undisturbed") / "repo")
    code, said, writes = servers[0].build(undisturbed)
    assert (code, "1 of 1 notebook built" in said) == (0, True), said
    return root, old, _published(undisturbed), writes


def test_the_two_states_differ_in_every_file_and_the_writes_cover_the_whole_path(states):
    _, old, new, writes = states
    assert not [file for file in old.keys() & new.keys() if old[file] == new[file]]
    assert (sorted(old.keys() - new.keys()), sorted(new.keys() - old.keys())) == (
        ["data/processed/dropped.csv", "data/processed/more.csv"],
        ["data/processed/added.csv"],
    )
    assert len(writes) > KILLS
    for write in (
        "kernel open build/default/staging-N/03-market-size/figures/.size.svg.new",
        "runner open build/default/notebooks/03-market-size.ipynb",
        "runner open figures/.size.png.new",
        "runner os.rename figures/size.png",
        "runner os.remove data/processed/dropped.csv",
        "runner os.rename data/processed/claims.csv",
        "runner os.rename build/default/runs/claims.json",
        "runner shutil.rmtree build/default/staging-N",
    ):
        assert write in [re.sub(r"staging-\d+", "staging-N", line) for line in writes]


def test_a_build_killed_at_any_write_leaves_whole_files_and_the_next_one_completes(
    states, servers, tmp_path
):
    before, old, new, writes = states
    points = random.Random(SEED).sample(range(1, len(writes) + 1), KILLS)

    def problems(server: Builds, chosen: list[int]) -> list[str]:
        found = []
        for at in chosen:
            root = shutil.copytree(before, tmp_path / str(at))
            found += [f"killed at {at}, {writes[at - 1]}: {p}" for p in _killed(server, root, at)]
        return found

    def _killed(server: Builds, root: Path, at: int) -> list[str]:
        found = []
        code, said, _ = server.build(root, at)
        if code != -signal.SIGKILL:
            return [f"exit code {code}: {said}"]
        for file, content in _published(root).items():
            if content not in (old.get(file), new.get(file)) and not _hidden(file):
                found.append(f"{file} is half-written")
        code, said, _ = server.build(root)
        if code != 0:
            return [*found, f"then exit code {code}: {said}"]
        after = _published(root)
        found += [f"then other bytes in {file}" for file in new if after.get(file) != new[file]]
        found += [f"then {file} is left over" for file in after.keys() - new.keys()]
        return found + [f"then {left} is left" for left in (root / "build").glob("*/staging*")]

    with ThreadPoolExecutor(SERVERS) as pool:
        chosen = [points[number::SERVERS] for number in range(SERVERS)]
        found = [problem for part in pool.map(problems, servers, chosen) for problem in part]
    assert found == []


def _hidden(file: str) -> bool:
    return Path(file).name.startswith(".")
