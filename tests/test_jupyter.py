"""Notebooks run from any directory and change nothing that is published; make lab opens JupyterLab.

The real JupyterLab is tried where its environment is set up (``make lab`` does it).
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = ROOT / "notebooks" / "07-patents.ipynb"
BIN = Path(sys.executable).parent
FOLDERS = [ROOT / "figures", ROOT / "data" / "processed", ROOT / "notebooks"]
LAB = ROOT / ".venv-lab" / ".ready"
PAPERMILL = [BIN / "papermill", NOTEBOOK, "{out}/ran.ipynb", "--no-progress-bar"]
NBCONVERT = [BIN / "jupyter", "nbconvert", "--to", "notebook", "--execute", NOTEBOOK,
             "--output-dir", "{out}", "--output", "ran"]  # fmt: skip


def plain_environment() -> dict[str, str]:
    """What a reader's shell holds: neither the runner's variables nor the forked kernels."""
    ours = ("AIRACE_", "JUPYTER_", "PYTEST_")
    return {k: v for k, v in os.environ.items() if not k.startswith(ours)}


def published() -> dict[str, int]:
    return {str(f): f.stat().st_mtime_ns for folder in FOLDERS for f in folder.iterdir()}


def texts(notebook: Path) -> list:
    """The text of every output, cell by cell; for a picture, that it is one."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return [
        "".join(output.get("text") or output.get("data", {}).get("text/plain", ""))
        for cell in cells
        for output in cell.get("outputs", [])
        if output.get("name") != "stderr"
    ]


@pytest.mark.parametrize(
    "command, place",
    [(PAPERMILL, "elsewhere"), (PAPERMILL, ROOT), (NBCONVERT, "elsewhere")],
    ids=["papermill-elsewhere", "papermill-root", "nbconvert-in-the-notebooks-folder"],
)
def test_a_notebook_runs_from_any_directory_and_changes_nothing_published(
    command, place, tmp_path
):
    drawn = ROOT / "build" / "interactive" / "07-patents" / "figures" / "patent-leads.png"
    before, started = published(), time.time()
    done = subprocess.run(
        [str(part).format(out=tmp_path) for part in command],
        cwd=tmp_path if place == "elsewhere" else place,
        env=plain_environment(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert texts(tmp_path / "ran.ipynb") == texts(NOTEBOOK)
    assert drawn.stat().st_mtime >= started - 1
    assert published() == before


@pytest.fixture
def clone(tmp_path) -> Path:
    """A folder with the Makefile and a stand-in for JupyterLab that says how it was called."""
    bin_folder = tmp_path / ".venv-lab" / "bin"
    bin_folder.mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml", "requirements-lab.lock"):
        shutil.copy(ROOT / name, tmp_path)
    for stamp in (".uv", ".ready"):
        (tmp_path / ".venv-lab" / stamp).touch()
    jupyter = bin_folder / "jupyter"
    jupyter.write_text('#!/bin/sh\n[ "$1" = run ] && exit "$KERNEL_FAILS"\necho "jupyter $@"\n')
    jupyter.chmod(0o755)
    return tmp_path


def make_lab(clone: Path, kernel_fails: int, *options: str) -> subprocess.CompletedProcess:
    env = plain_environment() | {"KERNEL_FAILS": str(kernel_fails)}
    command = ["make", "--no-print-directory", "lab", *options]
    return subprocess.run(command, cwd=clone, env=env, capture_output=True, text=True)


def test_make_lab_opens_the_overview_with_the_options_that_it_is_given(clone):
    done = make_lab(clone, 0, "LAB=--no-browser --port 8899")
    assert done.returncode == 0, done.stderr
    assert done.stdout == (
        "jupyter lab --ServerApp.root_dir=. "
        "--LabApp.default_url=/lab/tree/notebooks/00-overview.ipynb --no-browser --port 8899\n"
    )


def test_make_lab_opens_nothing_when_its_kernel_does_not_import_airace(clone):
    done = make_lab(clone, 1)
    assert done.returncode == 2  # of make itself
    assert done.stdout == ""
    assert done.stderr.splitlines()[0] == (
        "wanted a kernel python3 that imports airace from here (see build/lab.log); "
        "next: rm -r .venv-lab, then make lab"
    )


@pytest.mark.skipif(not LAB.exists(), reason="JupyterLab is not set up here; next: make lab")
def test_the_real_jupyterlab_serves_the_notebooks_and_starts_their_kernel():
    token = "for-this-test-alone"
    options = f"LAB=--no-browser --allow-root --ServerApp.port=8917 --IdentityProvider.token={token}"
    server = subprocess.Popen(
        ["make", "lab", options],
        cwd=ROOT,
        env=plain_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        address = _address(server)

        def call(path: str, data: dict | None = None) -> dict:
            request = urllib.request.Request(
                f"{address}/api/{path}",
                headers={"Authorization": f"token {token}"},
                data=None if data is None else json.dumps(data).encode(),
            )
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)

        assert "python3" in call("kernelspecs")["kernelspecs"]
        about = {"path": "notebooks/07-patents.ipynb", "name": "", "type": "notebook"}
        session = call("sessions", about | {"kernel": {"name": "python3"}})
        assert session["kernel"]["name"] == "python3"
        assert [k["id"] for k in call("kernels")] == [session["kernel"]["id"]]
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)


def _address(server: subprocess.Popen) -> str:
    """Wait until the server answers, at the address that it prints."""
    said = []
    for line in server.stdout:
        said.append(line)
        if "http://localhost:" in line:
            address = "http://127.0.0.1:" + line.split("http://localhost:")[1].split("/")[0]
            break
    else:
        raise AssertionError("".join(said))
    for _ in range(100):
        try:
            urllib.request.urlopen(f"{address}/api", timeout=10).close()
            return address
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"no answer from {address}")
