"""A build that is killed at any write leaves whole files only, and the next one completes.

Real kernels draw a real figure from a real snapshot. The build that is killed replaces the results of an
older state of the notebooks: another figure, other values, one notebook more.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import ROOT, Project

from airace import forkserver

KILLS, SEED = 50, 20260310
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
    'run.export("{figure}", figure, drawn, alt)\nrun.table("sizes", drawn)',
    'run.evidence("market-900bn-yuan", size, "{figure}", relation="originator",\n'
    '             value=size["value"].item() * {factor}, as_of=("2025-01-01", "2025-12-31"))',
]
OVERVIEW = [
    "import pandas as pd\nfrom airace.run import start\n"
    'run = start("00-overview", "article/2026-03-10")',
    'table = pd.DataFrame(run.claims())[["claim_id", "verdict", "reason"]]\n'
    'run.table("overview", table)',
]
RATES = ['from airace.run import start\nrun = start("04-more", "article/2026-03-10")',
         'run.table("more", run.printed("market-131bn-usd").reset_index())']  # fmt: skip


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


def _write(project: Project, **shown: object) -> None:
    texts = {"factor": str(shown["factor"]), "figure": str(shown["figure"])}
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
    made = [Builds(tmp_path_factory.mktemp("builds")) for _ in range(2)]
    yield made
    for server in made:
        server.close()


@pytest.fixture(scope="module")
def states(tmp_path_factory, servers) -> tuple[Path, dict[str, bytes], dict[str, bytes], int]:
    """A repository with old results and new notebooks; the old and new files; how many writes."""
    root = tmp_path_factory.mktemp("old") / "repo"
    project = Project(root)
    for snapshot in SNAPSHOTS:
        shutil.copytree(ROOT / "data/raw" / snapshot, root / "data/raw" / snapshot)
    (root / "notebooks").mkdir()
    shutil.copy(ROOT / "requirements.lock", root)
    _write(project, factor=1, figure="old-size")
    project.notebook("00-overview", *OVERVIEW)
    project.notebook("04-more", *RATES)
    assert servers[0].build(root)[0] == 0
    old = _published(root)
    _write(project, factor=2, figure="new-size")
    (root / "notebooks/04-more.ipynb").unlink()
    undisturbed = shutil.copytree(root, tmp_path_factory.mktemp("undisturbed") / "repo")
    code, said, writes = servers[0].build(undisturbed)
    assert (code, "2 of 2 notebooks built" in said) == (0, True), said
    return root, old, _published(undisturbed), writes
