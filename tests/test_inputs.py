"""What a result depends on is found without running it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from airace import inputs, outputs, paths
from airace.cli import main
from airace.errors import RequestError

MODULES = {
    "__init__": "",
    "a": "from airace import b, VERSION\n",
    "b": "def late():\n    import airace.c\n",
    "c": "from .d import thing\n",
    "d": "import os\n",
    "e": "from . import a\n",
    "sub/__init__": "from .inner import x\n",
    "sub/inner": "from ..d import thing\n",
    "broken": "def (:\n",
}


@pytest.fixture
def package(project, monkeypatch):
    folder = project.root / "package"
    (folder / "sub").mkdir(parents=True)
    for name, text in MODULES.items():
        (folder / f"{name}.py").write_text(text)
    monkeypatch.setattr(paths, "package", lambda: folder)
    return folder


REACHED = {
    "import pandas": ["airace"],
    "from airace import d": ["airace", "airace.d"],
    "import airace.d as x": ["airace", "airace.d"],
    "from airace.d import thing, other": ["airace", "airace.d"],
    "from airace import a, d": ["airace", "airace.a", "airace.b", "airace.c", "airace.d"],
    "from airace import b": ["airace", "airace.b", "airace.c", "airace.d"],
    "def f():\n    from airace import c": ["airace", "airace.c", "airace.d"],
    "from airace.sub.inner import x": ["airace", "airace.d", "airace.sub", "airace.sub.inner"],
    "from airace.sub import inner": ["airace", "airace.d", "airace.sub", "airace.sub.inner"],
}


@pytest.mark.parametrize("source, modules", REACHED.items())
def test_imports_are_followed_through_the_package(package, source, modules):
    assert inputs.reached_from([source]) == modules


@pytest.mark.parametrize("source", ["%matplotlib inline", "from airace import broken"])
def test_code_that_python_cannot_read_could_reach_everything(package, source):
    names = "airace a b broken c d e sub sub.inner".split()
    assert inputs.reached_from([source]) == ["airace", *(f"airace.{name}" for name in names[1:])]


def test_a_notebook_reaches_what_its_code_cells_import(project, package):
    project.notebook("03-new", "from airace import c")
    assert inputs.reached_modules("03-new") == ["airace", "airace.c", "airace.d"]


def test_outputs_do_not_change_the_notebooks_digest_and_sources_and_tags_do(project):
    path = paths.notebook("01-alpha")
    original, digest = path.read_text(), inputs.notebook_digest("01-alpha")

    def digest_with(change) -> str:
        content = json.loads(original)
        change(content["cells"])
        path.write_text(json.dumps(content))
        return inputs.notebook_digest("01-alpha")

    shown = {"output_type": "stream", "name": "stdout", "text": "x"}
    assert digest_with(lambda cells: cells[2].update(outputs=[shown], execution_count=3)) == digest
    assert digest_with(lambda cells: cells[2].update(source="x = 1")) != digest
    assert digest_with(lambda cells: cells[1]["metadata"].update(tags=[])) != digest
    assert digest_with(lambda cells: cells[2].update(cell_type="raw")) != digest


def test_the_code_digest_follows_reached_modules_only_and_no_folder(project, package, monkeypatch):
    project.notebook("03-new", "from airace import c")
    digest = inputs.code_digest("03-new")
    (package / "a.py").write_text("changed = 1")
    assert inputs.code_digest("03-new") == digest
    moved = package.rename(package.with_name("elsewhere"))
    monkeypatch.setattr(paths, "package", lambda: moved)
    assert inputs.code_digest("03-new") == digest
    (moved / "d.py").write_text("changed = 1")
    assert inputs.code_digest("03-new") != digest


def test_every_file_of_a_snapshot_counts(project):
    before = inputs.file_digests("market_size/2026-03-06")
    project.write("data/raw/market_size/2026-03-06/points.csv", "a\n1\n")
    after = inputs.file_digests("market_size/2026-03-06")
    assert (list(before), list(after)) == (["datapackage.json"], ["datapackage.json", "points.csv"])
    assert after["datapackage.json"] == before["datapackage.json"]
    assert inputs.file_digests("market_size/1999-01-01") == {}


def test_a_missing_lock_is_refused(project):
    (project.root / "requirements.lock").unlink()
    with pytest.raises(RequestError) as error:
        inputs.lock_digest()
    assert str(error.value) == (
        "wanted the lock file requirements.lock\n  found: none\n  next: make lock"
    )


def test_promised_outputs_are_read_from_the_source(project):
    project.notebook(
        "03-new",
        'run.export("share", figure, alt="text")\nother.export("no")',
        'run.table(\n    "shares", data)\nif True:\n    run.no_data("claim", "share")',
    )
    assert outputs.promised("03-new") == {
        "figures/share.png": 2,
        "figures/share.svg": 2,
        "figures/share.csv": 2,
        "figures/share.json": 2,
        "processed/shares.csv": 3,
        "evidence.json": 3,
    }


REFUSED = {
    'run.export(f"x-{focus}", figure)': "03-new, cell 2: wanted a name written as text in run.export\n"
    "  found: run.export(f'x-{focus}', figure)\n",
    'run.export("alpha", figure)': "wanted one notebook that writes figures/alpha.png\n"
    "  found: 01-alpha and 03-new\n",
    'run.table("beta", data)': "wanted one notebook that writes processed/beta.csv\n"
    "  found: 02-beta and 03-new\n",
}


@pytest.mark.parametrize("cell, text", REFUSED.items())
def test_an_output_that_cannot_be_promised_is_refused(project, cell, text):
    project.notebook("03-new", cell)
    result = CliRunner().invoke(main, ["build"])
    assert (result.exit_code, result.stderr) == (2, f"airace: {text}")
    assert not (project.root / "build").exists()
