"""Executes one notebook through papermill, in a kernel that nobody's settings reach.

The kernel is always this Python, whatever kernelspecs are installed; where the platform allows it is
forked from a warm server (``forkserver``), which saves the import of the heavy libraries. It talks over
IPC (no port races) and does not see the person's IPython profile or matplotlibrc. papermill and Jupyter
are imported only when something runs.
"""

from __future__ import annotations

import importlib.util
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from airace import paths
from airace.errors import BuildError, SnapshotError
from airace.parameters import Value

ADDED_TAGS = {"injected-parameters", "papermill-error-cell-tag"}  # cells that papermill adds
KERNEL = "python3"
ENGINE = "airace"
SOCKET_ROOM = 60  # a socket's whole path must stay under about 100 characters

_running: set = set()  # kernel managers, so that Ctrl-C can reach the kernels


def execute(notebook: str, copy: Path, overrides: dict[str, Value], output: Path) -> None:
    """Execute a notebook into ``copy``; the notebook writes to ``output``/<notebook>.

    Raises BuildError, naming the cell, if it fails. The copy is left to read in any case.
    """
    import papermill
    from nbformat import ValidationError
    from papermill.exceptions import PapermillException

    papermill.engines.papermill_engines.register(ENGINE, _engine())
    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.unlink(missing_ok=True)
    room = tempfile.gettempdir()
    with tempfile.TemporaryDirectory(
        prefix="airace-", dir=room if len(room) < SOCKET_ROOM else "/tmp"
    ) as folder:
        try:
            papermill.execute_notebook(
                _literal(paths.notebook(notebook)),
                _literal(copy),
                parameters=overrides,
                kernel_name=KERNEL,
                language="python",
                progress_bar=False,
                engine_name=ENGINE,
                request_save_on_cell_execute=False,  # see _engine
                kept=copy,
                kernel_manager_class=_kernel_class(Path(folder), _environment(folder, output)),
                shutdown_kernel="immediate",
            )
        except (PapermillException, ValidationError, RuntimeError) as error:
            raise _failure(notebook, copy, error) from error


def warm_up() -> str:
    """Start the server that kernels are forked from, before threads run; say so where there is none."""
    from airace import forkserver

    if not forkserver.available():
        return "no forkserver on this platform: each notebook starts an ordinary kernel"
    forkserver.warm_up(_shared_environment())
    return ""


def interrupt() -> None:
    """Interrupt every running kernel, so that its notebook fails now."""
    for manager in list(_running):
        if manager.provisioner and manager.provisioner.pid:
            os.kill(manager.provisioner.pid, signal.SIGINT)


def _engine() -> type:
    """papermill's own engine, which would write the whole copy twice per cell, and writes it once."""
    from papermill.engines import NBClientEngine
    from papermill.iorw import write_ipynb

    class Engine(NBClientEngine):
        @classmethod
        def execute_managed_notebook(cls, manager, kernel_name, kept, **settings):
            try:
                super().execute_managed_notebook(manager, kernel_name, **settings)
            except BaseException:  # papermill keeps no copy of a notebook whose kernel died
                write_ipynb(manager.nb, str(kept))
                raise

    return Engine


def _kernel_class(folder: Path, environment: dict[str, str]) -> type:
    from jupyter_client import AsyncKernelManager
    from jupyter_client.kernelspec import KernelSpec

    from airace import forkserver

    provisioner = forkserver.NAME if forkserver.available() else "local-provisioner"

    class Kernel(AsyncKernelManager):
        """A kernel of this Python, reached through sockets in ``folder``."""

        def __init__(self, **settings):
            file = str(folder / "kernel.json")
            super().__init__(transport="ipc", connection_file=file, **settings)

        @property
        def kernel_spec(self) -> KernelSpec:
            command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
            command += ["--HistoryManager.enabled=False"]  # a database that nobody would read
            about = {"kernel_provisioner": {"provisioner_name": provisioner}}
            return KernelSpec(argv=command, display_name=KERNEL, language="python", metadata=about)

        # The working directory is given here: papermill's own ``cwd`` moves the whole process, and
        # with it the notebooks that run beside this one.
        async def start_kernel(self, **settings) -> None:
            _running.add(self)
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            where = {"cwd": str(paths.notebooks()), "env": environment}
            await super().start_kernel(**settings, **where, **quiet)

        async def cleanup_resources(self, restart: bool = False) -> None:
            _running.discard(self)
            await super().cleanup_resources(restart=restart)

    return Kernel


def _environment(folder: str, output: Path) -> dict[str, str]:
    return _shared_environment() | {
        "AIRACE_OUTPUT": str(output),
        "AIRACE_ROOT": str(paths.root()),
        "IPYTHONDIR": str(Path(folder) / "ipython"),
    }


def _shared_environment() -> dict[str, str]:
    """What every kernel has in common."""
    # Without MPLBACKEND the kernel chooses the inline backend, which the executed copy needs.
    inherited = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    return inherited | {"MATPLOTLIBRC": _matplotlib_defaults(), "PYTHONHASHSEED": "0"}


def _matplotlib_defaults() -> str:
    """The matplotlibrc that matplotlib ships, found without importing it."""
    spec = importlib.util.find_spec("matplotlib")
    return str(Path(spec.origin).parent / "mpl-data" / "matplotlibrc") if spec else os.devnull


def _literal(path: Path) -> str:
    """papermill formats paths with the parameters; braces in a folder's name are not meant."""
    return str(path).replace("{", "{{").replace("}", "}}")


def _failure(notebook: str, copy: Path, error: Exception) -> BuildError:
    shown = paths.relative(copy)
    cells = json.loads(copy.read_text(encoding="utf-8"))["cells"] if copy.is_file() else []
    own = [cell for cell in cells if not ADDED_TAGS & set(cell["metadata"].get("tags", ()))]
    number = _failed_cell(own)
    if not number:
        return BuildError(f"{notebook} failed before its first cell", _words(error))
    cell = own[number - 1]
    raised = [out for out in cell.get("outputs", ()) if out["output_type"] == "error"]
    found = f"{raised[0]['ename']}: {raised[0]['evalue']}" if raised else _words(error)
    lines = "".join(cell["source"]).strip().splitlines() or ["(empty)"]
    wanted = f"{notebook} failed in cell {number}: {lines[0]}"
    failure = BuildError(wanted, found, next_command=f"read {shown}")
    if raised and raised[0]["ename"] == SnapshotError.__name__:
        failure.exit_code = SnapshotError.exit_code  # not the work is wrong, but what it was given
    return failure


def _failed_cell(cells: list[dict]) -> int:
    """Number of the cell that raised, or of the last that started (its kernel died); 0 if none."""
    started = 0
    for number, cell in enumerate(cells, start=1):
        about = cell["metadata"].get("papermill", {})
        if about.get("exception"):
            return number
        started = number if about.get("start_time") else started
    return started


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"
