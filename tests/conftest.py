"""A small copy of the repository with real notebooks, for tests that execute something.

The copied package has two small modules more, and stands-in for ``run`` and ``claims``: the runner is
tested without pandas and matplotlib, whose import would take longer than everything else.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, SimpleNamespace

import nbformat
import pytest
from click.testing import CliRunner

import airace
from airace import paths
from airace.cli import main

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))  # tests change raw values as the mutants do

RUN = """
import json, os
from pathlib import Path


def start(notebook, **parameters):
    return Run(notebook, parameters)


class Run:
    def __init__(self, notebook, parameters):
        self.folder = Path(os.environ["AIRACE_OUTPUT"]) / notebook
        self.inputs = {"snapshots": {}, "listings": {}, "parameters": parameters}

    def export(self, figure_id, text):
        for kind in ("png", "svg", "json"):
            self._write(f"figures/{figure_id}.{kind}", f"{kind} of {text}")
        self._write(f"figures/{figure_id}.csv", f"country,share\\nChina,{text}\\nUSA,2\\n")

    def table(self, name, text):
        self._write(f"processed/{name}.csv", f"value\\n{text}\\n")

    def evidence(self, claim_id, value):
        self._write("evidence.json", json.dumps({claim_id: value}))

    def read(self, snapshot_id):
        from airace import inputs
        self.inputs["snapshots"][snapshot_id] = inputs.file_digests(snapshot_id)["datapackage.json"]

    def list(self, topic):
        from airace import inputs
        self.inputs["listings"][topic] = inputs.snapshot_dates(topic)

    def _write(self, name, text):
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        (self.folder / "inputs.json").write_text(json.dumps(self.inputs))
"""

CLAIMS = """
import json


def collect(folder):
    return [json.loads(file.read_text()) for file in sorted(folder.glob("*.json"))]


def write(claims, path):
    path.write_text("".join(f"{json.dumps(claim)}\\n" for claim in claims))
"""

ALPHA_PARAMETERS = """\
focus: str = "China"  # one of: China, USA, EU, South Korea
exclude_top: int = 0  # range: 0..20; the largest models
include_followup: bool = True
"""
ALPHA = [
    "from airace import alpha\nfrom airace.run import start",
    'run = start("01-alpha", focus=focus)\nrun.read("market_size/2026-03-06")',
    "share = alpha.VALUE + exclude_top",
    'run.export("alpha", f"{share}")\nrun.evidence("C1", share)\nfocus, include_followup',
]
BETA_PARAMETERS = """\
focus: str = "USA"  # one of: China, USA
scale: float = 1  # range: 0.5..2
"""
BETA = [
    "from airace.run import start",
    "def value():\n    from airace import beta\n    return beta.VALUE * scale",
    'run = start("02-beta")\nrun.list("market_size")\nrun.table("beta", value())',
    'run.evidence("C2", value())\nprint(value())',
]


@dataclass
class Project:
    """A temporary repository and the commands that run in it, with its own copy of the package."""

    root: Path

    @property
    def settings(self) -> dict[str, str]:
        """What the environment holds beside what it holds anyway."""
        git = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CEILING_DIRECTORIES": str(self.root.parent)}
        return git | {"AIRACE_ROOT": str(self.root), "PYTHONPATH": str(self.root / "src")}

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | self.settings

    def airace(self, *arguments: str) -> SimpleNamespace:
        """Run the command line in this process."""
        done = CliRunner().invoke(main, arguments)
        assert isinstance(done.exception, SystemExit | None), done.exc_info
        return SimpleNamespace(returncode=done.exit_code, stdout=done.stdout, stderr=done.stderr)

    def process(self, *arguments: str) -> subprocess.CompletedProcess:
        """Run the command line in a process of its own."""
        return self.python("from airace.cli import main; main()", *arguments)

    def python(self, code: str, *arguments: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "-c", code, *arguments]
        return subprocess.run(
            command, cwd=self.root, env=self.environment, capture_output=True, text=True
        )

    def git(self, *arguments: str) -> None:
        command = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", *arguments]
        subprocess.run(
            command, cwd=self.root, env=self.environment, check=True, capture_output=True
        )

    def notebook(self, name: str, *cells: str, parameters: str = "") -> Path:
        """Write a notebook: a title, a parameters cell if there are any, and code cells."""
        made = [nbformat.v4.new_markdown_cell(f"# {name}")]
        if parameters:
            tagged = {"metadata": {"tags": ["parameters"]}}
            made.append(nbformat.v4.new_code_cell(parameters, **tagged))
        made += [nbformat.v4.new_code_cell(cell) for cell in cells]
        for number, cell in enumerate(made):
            cell.id = f"cell-{number}"
        path = self.root / "notebooks" / f"{name}.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=made), path)
        return path

    def snapshot(self, snapshot_id: str, text: str = "{}") -> None:
        folder = self.root / "data" / "raw" / snapshot_id
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "datapackage.json").write_text(text)

    def read(self, file: str) -> str:
        return (self.root / file).read_text()

    def write(self, file: str, text: str) -> None:
        (self.root / file).write_text(text)

    def record(self, notebook: str, scenario: str = "default") -> dict:
        return json.loads(self.read(f"build/{scenario}/runs/{notebook}.json"))

    def files(self, folder: str) -> list[str]:
        base = self.root / folder
        return sorted(f.relative_to(base).as_posix() for f in base.rglob("*") if f.is_file())


def _enter(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Make this process see the project as the repository and its package as the package."""
    for name, value in project.settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(project.root)
    monkeypatch.setattr(paths, "package", lambda: project.root / "src" / "airace")
    claims = ModuleType("airace.claims")
    exec(CLAIMS, vars(claims))
    monkeypatch.setitem(sys.modules, "airace.claims", claims)
    monkeypatch.setattr(airace, "claims", claims, raising=False)
    return project


def _create(root: Path) -> Project:
    project = Project(root)
    shutil.copytree(ROOT / "src", root / "src", ignore=shutil.ignore_patterns("__pycache__"))
    modules = {"run": RUN, "claims": CLAIMS, "alpha": "VALUE = 1\n", "beta": "VALUE = 7\n"}
    for module, text in modules.items():
        project.write(f"src/airace/{module}.py", text)
    (root / "notebooks").mkdir()
    project.snapshot("market_size/2026-03-06")
    project.write("requirements.lock", "pandas==3\n")
    project.write("pyproject.toml", "")
    project.write(".gitignore", "build/\n__pycache__/\n")
    project.notebook("01-alpha", *ALPHA, parameters=ALPHA_PARAMETERS)
    project.notebook("02-beta", *BETA, parameters=BETA_PARAMETERS)
    return project


@pytest.fixture
def project(tmp_path, monkeypatch) -> Project:
    """A repository in which nothing was built yet; this process sees it as the repository, too."""
    return _enter(_create(tmp_path / "repo with {braces}"), monkeypatch)


@pytest.fixture(scope="session")
def first_build(tmp_path_factory) -> tuple[Project, subprocess.CompletedProcess]:
    """A repository after its first build, with what the build said. For looking at only."""
    made = _create(tmp_path_factory.mktemp("built") / "repo")
    return made, made.process("build", "--jobs", "1")


@pytest.fixture
def built(first_build, tmp_path, monkeypatch) -> Project:
    """A repository of its own in which everything was built and committed."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed: there is no commit to compare with")
    root = tmp_path / "moved"
    shutil.copytree(first_build[0].root, root)
    made = Project(root)
    made.git("init", "--quiet")
    made.git("add", ".")
    made.git("commit", "--quiet", "--message", "all")
    return _enter(made, monkeypatch)
