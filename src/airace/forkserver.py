"""Kernels forked from one warm process, so that pandas and matplotlib are imported once per build.

A ``jupyter_client`` provisioner (entry point ``airace-fork``) on the standard library's forkserver.
The server has imported the heavy libraries and runs no notebook code; each kernel is a fresh fork of
it, with its own globals, settings and environment. Where there is no forkserver the runner takes an
ordinary kernel and says so.
"""

from __future__ import annotations

import asyncio
import functools
import gc
import json
import multiprocessing
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import forkserver

from jupyter_client.provisioning import LocalProvisioner

NAME = "airace-fork"
PRELOADED = ["pandas", "pyarrow.parquet", "matplotlib.backends.backend_agg",
             "matplotlib.backends.backend_svg", "seaborn", "IPython",
             "ipykernel.kernelapp"]  # fmt: skip
INLINE = "module://matplotlib_inline.backend_inline"
POLL_SECONDS = 0.02

_starting = threading.Lock()
_warm = threading.Event()


def available() -> bool:
    return "forkserver" in multiprocessing.get_all_start_methods()


def warm_up(environment: dict[str, str]) -> None:
    """Start the server, if it does not run yet, with the environment in which it is to import.

    The first call changes this process's own environment for a moment: make it before threads run.
    """
    if _warm.is_set():
        return
    with _starting, _environment(environment):
        multiprocessing.get_context("forkserver").set_forkserver_preload(PRELOADED)
        forkserver.ensure_running()
        _warm.set()


class ForkProvisioner(LocalProvisioner):
    """Starts, watches and stops one forked kernel."""

    async def launch_kernel(self, cmd: list[str], **kwargs: object) -> dict:
        arguments = cmd[cmd.index("ipykernel_launcher") + 1 :]
        context = multiprocessing.get_context("forkserver")
        where, environment = str(kwargs.get("cwd") or os.getcwd()), dict(kwargs["env"])
        found = _search_path(environment.get("PYTHONPATH", ""))
        warm_up(environment)  # another program than the runner may have asked for the kernel
        self.process = context.Process(target=_serve, args=(arguments, where, environment, found))
        with _starting, _no_main_module():
            self.process.start()
        self.pid, self.pgid = self.process.pid, self.process.pid  # a session of its own, see _serve
        return self.connection_info

    async def poll(self) -> int | None:
        return self.process.exitcode if self.process else 0

    async def wait(self) -> int | None:
        while await self.poll() is None:
            await asyncio.sleep(POLL_SECONDS)
        code, self.process = await self.poll(), None
        return code


def _serve(
    arguments: list[str], where: str, environment: dict[str, str], search_path: list[str]
) -> None:
    """Run a kernel in the forked process until it is told to stop; see ``launch_kernel``."""
    threading.Thread(target=_end_with_the_runner, daemon=True).start()
    gc.freeze()  # what the server imported is never garbage: do not walk through it here
    for module in [name for name in sys.modules if name.split(".")[0] == "airace"]:
        del sys.modules[module]  # the runner's own, which brought this function here
    sys.path[:] = search_path
    os.setsid()  # a signal for the runner's terminal is not one for the kernel
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(where)
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    sys.modules["debugpy"] = None  # nobody debugs a build, and that import is half of a kernel's start
    import ipykernel.debugger  # noqa: F401
    import matplotlib
    import numpy as np
    from ipykernel.kernelapp import launch_new_instance

    del sys.modules["debugpy"]

    np.random.seed()  # forks share the server's state, fresh kernels do not
    # pyplot was imported before the kernel could choose its backend: without this, no inline images
    matplotlib.rcParams["backend"] = environment.get("MPLBACKEND", INLINE)
    sys.argv = ["ipykernel_launcher", *arguments]
    launch_new_instance(argv=arguments)


def _end_with_the_runner() -> None:
    """End this kernel as soon as the runner is gone, even if that was killed."""
    multiprocessing.parent_process().join()
    os._exit(1)


@functools.cache
def _search_path(pythonpath: str) -> list[str]:
    """Where an ordinary kernel would look for modules: a fresh interpreter is asked, once."""
    asked = [sys.executable, "-c", "import json, sys; print(json.dumps(sys.path[1:]))"]
    environment = os.environ | {"PYTHONPATH": pythonpath}
    said = subprocess.run(asked, env=environment, capture_output=True, check=True, text=True)
    return json.loads(said.stdout)


@contextmanager
def _environment(changed: dict[str, str]) -> Iterator[None]:
    """Give this process another environment for a moment; the server inherits it."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(changed)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def _no_main_module() -> Iterator[None]:
    """Hide the caller's script: the fork would import it again, and run what is not guarded."""
    main = sys.modules["__main__"]
    hidden = {name: getattr(main, name, None) for name in ("__file__", "__spec__")}
    main.__file__ = main.__spec__ = None
    try:
        yield
    finally:
        vars(main).update(hidden)
