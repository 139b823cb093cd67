"""A forked kernel gives what an ordinary one gives, keeps nothing of its neighbours, and dies alone."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys

import nbformat
import pytest

from airace import execution, forkserver, paths
from airace.errors import BuildError

needs_fork = pytest.mark.skipif(not forkserver.available(), reason="no forkserver on this platform")
PLOT = (
    "import matplotlib.pyplot as plt\nfigure, axes = plt.subplots(figsize=(2, 1))\n"
    "axes.plot([1, 3, 2])\nprint('drawn')"
)
CELLS = [
    "import pandas as pd\npd.DataFrame({'share': [17.1, 15.8]}, index=['China', 'USA'])",
    PLOT,
    "from IPython.display import Markdown\nMarkdown('**17 percent**')",
    "import matplotlib\nmatplotlib.get_backend(), matplotlib.rcParams['figure.dpi']",
    "import sys, os\nsorted(k for k in globals() if not k.startswith('_')), os.path.basename(os.getcwd())",
    "hash('airace')",
]


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run cells in a kernel of the runner and return their outputs."""
    monkeypatch.setenv("AIRACE_ROOT", str(tmp_path))
    for folder in ("notebooks", "data/raw"):
        (tmp_path / folder).mkdir(parents=True)

    def outputs(cells: list[str], name: str = "01-cells", forked: bool = True) -> list[list[dict]]:
        monkeypatch.setattr(forkserver, "available", lambda: forked)
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
        book.metadata["kernelspec"] = {"name": "python3", "display_name": "", "language": "python"}
        nbformat.write(book, paths.notebook(name))
        copy = tmp_path / "build" / f"{name}.ipynb"
        execution.execute(name, copy, {}, tmp_path / "build" / "default" / "staging")
        return [cell.outputs for cell in nbformat.read(copy, 4).cells]

    return outputs


@needs_fork
def test_a_forked_kernel_gives_what_an_ordinary_one_gives(run):
    ordinary, forked = run(CELLS, forked=False), run(CELLS)
    assert forked == ordinary
    (drawn,) = [out for out in forked[1] if out["output_type"] == "display_data"]
    assert drawn["data"]["image/png"].startswith("iVBOR")


@needs_fork
def test_what_is_to_be_preloaded_is_there_before_the_first_cell(run):
    # A module that cannot be imported is skipped in silence, and all speed with it.
    ((out,),) = run([f"import sys\n[m for m in {forkserver.PRELOADED} if m not in sys.modules]"])
    assert out["data"]["text/plain"] == "[]"


@needs_fork
def test_no_kernel_loads_a_debugger_that_nobody_uses_and_a_notebook_still_may(run):
    ((before,), (after,)) = run(
        ["import sys\n[m for m in sys.modules if 'debugpy' in m]", "import debugpy\ndebugpy.__name__"]
    )
    assert before["data"]["text/plain"] == "[]"
    assert after["data"]["text/plain"] == "'debugpy'"


@needs_fork
def test_a_kernel_leaves_nothing_to_the_next_one(run):
    left = (
        "import os, matplotlib, pandas as pd, builtins\nos.environ['LEFT'] = '1'\nmine = 1\n"
        "matplotlib.rcParams['figure.dpi'] = 7\npd.set_option('display.precision', 1)\nbuiltins.left = 1"
    )
    asked = (
        "import os, matplotlib, pandas as pd, builtins\n['LEFT' in os.environ, 'mine' in globals(), "
        "matplotlib.rcParams['figure.dpi'] == 7, pd.get_option('display.precision') == 1, "
        "hasattr(builtins, 'left')]"
    )
    run([left])
    ((out,),) = run([asked])
    assert out["data"]["text/plain"] == "[False, False, False, False, False]"


@needs_fork
def test_two_kernels_do_not_share_a_random_state(run):
    draw = "import random, numpy as np\nnp.random.random(), random.random()"
    assert run([draw]) != run([draw])


@needs_fork
@pytest.mark.parametrize(
    "end", ["import os; os._exit(3)", "import os, signal; os.kill(os.getpid(), 9)"]
)
def test_a_kernel_that_dies_is_reported_and_the_next_one_runs(run, end):
    with pytest.raises(BuildError) as failed:
        run(["1", end], name="02-dies")
    assert "02-dies failed in cell 2" in str(failed.value)
    ((out,),) = run(["1 + 1"])
    assert out["data"]["text/plain"] == "2"


@needs_fork
def test_the_server_runs_no_script_of_the_caller(tmp_path):
    script = tmp_path / "unguarded.py"
    script.write_text(
        "import multiprocessing, os, sys\n"
        "open(sys.argv[1], 'a').write('run ')\n"
        "from airace import forkserver\n"
        "forkserver.warm_up(dict(os.environ))\n"
        "p = multiprocessing.get_context('forkserver').Process(target=print)\n"
        "with forkserver._no_main_module():\n    p.start()\n"
        "p.join()\n"
        "open(sys.argv[1], 'a').write('end')\n"
    )
    subprocess.run([sys.executable, str(script), str(tmp_path / "log")], check=True)
    assert (tmp_path / "log").read_text() == "run end"


def test_without_a_forkserver_the_ordinary_kernel_is_taken(run, monkeypatch):
    ((out,),) = run(["1 + 1"], forked=False)
    assert out["data"]["text/plain"] == "2"
    monkeypatch.undo()
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    assert not forkserver.available()
