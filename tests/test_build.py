"""The build runs what has changed, publishes whole results only, and refuses before it starts."""

from __future__ import annotations

import fcntl
import json
import os
import re

import nbformat
import pytest
from click.testing import CliRunner

from airace.cli import main

SECONDS = re.compile(r"\d+\.\d s")


def timeless(text: str) -> str:
    return SECONDS.sub("T s", text)


def plan(*arguments: str) -> str:
    result = CliRunner().invoke(main, ["build", "--dry-run", *arguments])
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


REFUSED = {
    ("01-alhpa",): "wanted a notebook, got '01-alhpa'\n  found: did you mean '01-alpha'?\n"
    "  choices: 01-alpha, 02-beta\n",
    ("--jobs", "0"): "wanted at least 1 job at a time\n  found: 0\n",
    ("02-beta", "-p", "exclude_top=1"): "wanted a parameter of 02-beta, got 'exclude_top'\n"
    "  choices: focus, scale\n",
}


@pytest.mark.parametrize("arguments, text", REFUSED.items())
def test_a_wrong_request_is_refused_before_anything_starts(project, arguments, text):
    result = CliRunner().invoke(main, ["build", *arguments])
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"airace: {text}")
    assert not (project.root / "build").exists()


def test_an_unknown_command_or_option_names_the_nearest(project):
    result = CliRunner().invoke(main, ["buidl"])
    assert result.exit_code == 2
    assert result.stderr.endswith("Error: No such command 'buidl'. Did you mean 'build'?\n")
    result = CliRunner().invoke(main, ["build", "--scenari", "x"])
    assert result.exit_code == 2
    assert result.stderr.endswith("No such option '--scenari'. Did you mean '--scenario'?\n")


def test_a_repository_without_notebooks_is_refused(project):
    for name in ("01-alpha", "02-beta"):
        (project.root / f"notebooks/{name}.ipynb").unlink()
    result = CliRunner().invoke(main, ["build"])
    assert (result.exit_code, result.stderr) == (
        2,
        "airace: wanted at least one notebook [0-9][0-9]-*.ipynb in notebooks\n  found: none\n",
    )


def test_a_file_that_is_no_notebook_is_refused(project):
    project.write("notebooks/03-text.ipynb", "hello")
    result = CliRunner().invoke(main, ["build"])
    assert (result.exit_code, result.stderr) == (
        2,
        "airace: wanted a notebook in notebooks/03-text.ipynb\n"
        "  found: JSONDecodeError: Expecting value: line 1 column 1 (char 0)\n",
    )


def test_a_dry_run_says_why_and_starts_nothing(project):
    assert plan() == "01-alpha: never built\n02-beta: never built\n"
    assert not (project.root / "build").exists()


def test_the_first_build_publishes_and_records(first_build):
    project, done = first_build
    assert (done.returncode, done.stdout) == (0, "figures/alpha.png\n")
    assert timeless(done.stderr) == (
        "[1/2] 01-alpha  T s  (never built)\n"
        "[2/2] 02-beta  T s  (never built)\n"
        "2 of 2 notebooks built in T s: figures in figures/, tables in data/processed/\n"
        "no git commit here to compare the figures with\n"
    )
    assert project.files("figures") == ["alpha.csv", "alpha.json", "alpha.png", "alpha.svg"]
    assert project.files("data/processed") == ["beta.csv", "claims.csv"]
    assert project.read("data/processed/claims.csv") == '{"C1": 1}\n{"C2": 7}\n'
    assert list((project.root / "build/default").glob("staging*")) == []
    record = project.record("01-alpha")
    assert record["parameters"] == {"focus": "China", "exclude_top": 0, "include_followup": True}
    assert list(record["snapshots"]) == ["market_size/2026-03-06"]
    assert list(record["modules"]) == [
        "airace", "airace.alpha", "airace.errors", "airace.inputs", "airace.notebooks",
        "airace.paths", "airace.run",
    ]  # fmt: skip
    assert sorted(record["published"]) == [
        "build/default/evidence/01-alpha.json",
        *(f"figures/alpha.{kind}" for kind in ("csv", "json", "png", "svg")),
    ]
    assert (record["commit"], record["dirty"]) == (None, None)
    assert record["started"].endswith("+00:00")


def test_a_second_build_executes_nothing_and_imports_neither_papermill_nor_pandas(built):
    code = (
        "import sys; from airace.cli import main\n"
        "try: main()\n"
        "finally: print([m for m in ('papermill', 'pandas', 'nbformat') if m in sys.modules])"
    )
    done = built.python(code, "build")
    assert (done.returncode, done.stdout) == (0, "figures/alpha.png: as committed\n[]\n")
    assert done.stderr == "nothing to do: 2 notebooks are up to date\n"


def touch_lock(built):
    os.utime(built.root / "requirements.lock", (0, 0))
    os.utime(built.root / "notebooks/01-alpha.ipynb", (0, 0))


CHANGES = {
    "touched": (touch_lock, "up to date", "up to date"),
    "package module": (
        lambda b: b.write("src/airace/alpha.py", "VALUE = 1  # said again\n"),
        "changed: src/airace/alpha.py",
        "up to date",
    ),
    "lazily imported module": (
        lambda b: b.write("src/airace/beta.py", "VALUE = 8\n"),
        "up to date",
        "changed: src/airace/beta.py",
    ),
    "lock": (
        lambda b: b.write("requirements.lock", "pandas==4\n"),
        "changed: requirements.lock",
        "changed: requirements.lock",
    ),
    "snapshot that one of them read": (
        lambda b: b.write("data/raw/market_size/2026-03-06/points.csv", "a\n"),
        "changed: data/raw/market_size/2026-03-06",
        "up to date",
    ),
    "new snapshot that one of them listed": (
        lambda b: b.snapshot("market_size/2026-04-06"),
        "up to date",
        "changed: data/raw/market_size",
    ),
    "deleted picture": (
        lambda b: (b.root / "figures/alpha.png").unlink(),
        "missing: figures/alpha.png",
        "up to date",
    ),
    "edited table": (
        lambda b: b.write("data/processed/beta.csv", "value\n9\n"),
        "up to date",
        "edited: data/processed/beta.csv",
    ),
    "deleted executed copy": (
        lambda b: (b.root / "build/default/notebooks/02-beta.ipynb").unlink(),
        "up to date",
        "missing: build/default/notebooks/02-beta.ipynb",
    ),
    "unreadable record": (
        lambda b: b.write("build/default/runs/01-alpha.json", "{"),
        "never built",
        "up to date",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_only_what_depends_on_a_change_runs_again(built, change):
    apply, alpha, beta = CHANGES[change]
    apply(built)
    done = built.airace("build", "--dry-run")
    assert done.stdout == f"01-alpha: {alpha}\n02-beta: {beta}\n"


def test_a_changed_value_reaches_figure_and_claims_and_is_told(built):
    built.write("src/airace/alpha.py", "VALUE = 5\n")
    done = built.airace("build")
    assert (done.returncode, timeless(done.stderr)) == (
        0,
        "[1/1] 01-alpha  T s  (changed: src/airace/alpha.py)\n"
        "1 of 1 notebook built in T s: figures in figures/, tables in data/processed/\n",
    )
    assert done.stdout == "figures/alpha.png: differs from the commit\n"
    assert built.read("data/processed/claims.csv") == '{"C1": 5}\n{"C2": 7}\n'
    assert built.record("01-alpha")["dirty"] is True


def test_only_claims_are_written_again_when_only_their_rule_changed(built):
    rule = built.read("src/airace/claims.py").replace("{json.dumps", "- {json.dumps")
    built.write("src/airace/claims.py", rule)
    done = built.process("build")
    assert (done.returncode, done.stderr) == (0, "nothing to do: 2 notebooks are up to date\n")
    assert built.read("data/processed/claims.csv") == '- {"C1": 1}\n- {"C2": 7}\n'


def test_custom_parameters_stay_out_of_the_published_figures(built):
    before = {f: built.read(f"figures/{f}") for f in built.files("figures")}
    done = built.airace(
        "build", "-p", "focus=USA", "-p", "exclude_top=3", "-p", "include_followup=true"
    )
    assert (done.returncode, done.stdout) == (0, "build/custom/figures/alpha.png\n")
    assert before == {f: built.read(f"figures/{f}") for f in built.files("figures")}
    assert built.read("build/custom/figures/alpha.csv") == "country,share\nChina,4\nUSA,2\n"
    assert built.read("build/custom/processed/claims.csv") == '{"C1": 4}\n{"C2": 7}\n'
    parameters = {"focus": "USA", "exclude_top": 3, "include_followup": True}
    assert built.record("01-alpha", "custom")["parameters"] == parameters
    assert built.record("02-beta", "custom")["parameters"] == {"focus": "USA", "scale": 1}
    assert plan("01-alpha", "-p", "focus=EU") == "01-alpha: changed: parameters\n"
    assert plan("01-alpha", "-p", "focus=China") == "01-alpha: up to date\n"


def test_a_scenario_file_names_its_folder(built):
    built.write("weighted.yaml", "02-beta:\n  scale: 2\n")
    done = built.airace("build", "02-beta", "--scenario", "weighted.yaml")
    assert (done.returncode, timeless(done.stderr)) == (
        0,
        "[1/1] 02-beta  T s  (never built)\n"
        "1 of 1 notebook built in T s: figures in build/weighted/figures/, "
        "tables in build/weighted/processed/\n"
        "no site yet: still to be built with weighted: 01-alpha\n"
        "  next: airace build --scenario weighted.yaml\n",
    )
    assert built.read("build/weighted/processed/beta.csv") == "value\n14.0\n"


def test_a_failing_notebook_stops_no_other_and_leaves_its_figures(built):
    built.notebook("01-alpha", "run = None", "\nx = 1 / 0\nrun.export('alpha', 1)")
    built.write("src/airace/beta.py", "VALUE = 8\n")
    done = built.airace("build", "--jobs", "1")
    assert done.returncode == 1
    assert timeless(done.stderr) == (
        "[1/2] 01-alpha  T s  (changed: notebooks/01-alpha.ipynb, src/airace/alpha.py,"
        " src/airace/errors.py and 5 more)  failed\n"
        "[2/2] 02-beta  T s  (changed: src/airace/beta.py)\n"
        "airace: 01-alpha failed in cell 3: x = 1 / 0\n"
        "  found: ZeroDivisionError: division by zero\n"
        "  next: read build/default/notebooks/01-alpha.ipynb\n"
        "1 of 2 notebooks built in T s: figures in figures/, tables in data/processed/\n"
    )
    assert done.stdout == "figures/alpha.png: not rebuilt: 01-alpha failed\n"
    assert built.read("data/processed/beta.csv") == "value\n8\n"
    copy = nbformat.read(built.root / "build/default/notebooks/01-alpha.ipynb", as_version=4)
    assert "division by zero" in str(copy.cells)
    assert plan("01-alpha").startswith("01-alpha: changed: notebooks/01-alpha.ipynb")


FAILING = {
    "03-dies": ("import os; os._exit(3)", " in cell 3: import os; os._exit(3)\n"
    "  found: DeadKernelError: Kernel died\n  next: read build/custom/notebooks/03-dies.ipynb\n"),
    "04-typo": ("def (:", " in cell 3: def (:\n"
    "  found: SyntaxError: invalid syntax (1.py, line 1)\n"
    "  next: read build/custom/notebooks/04-typo.ipynb\n"),
    "05-forgets": ("if False:\n    run.table('new', 1)",
    ": wanted processed/new.csv, promised in cell 3\n  found: nothing written\n"),
}  # fmt: skip


def test_a_failure_names_the_cell_of_the_notebook_as_it_is_written(project):
    for name, (cell, _) in FAILING.items():
        project.notebook(name, cell, parameters="n: int = 0  # range: 0..1")
    done = project.airace("build", *FAILING, "-p", "n=1", "--jobs", "1")
    shown = re.sub(r"\(\S+, line 1\)", "(1.py, line 1)", timeless(done.stderr))
    assert (done.returncode, done.stdout) == (1, "")
    assert shown == (
        "[1/3] 03-dies  T s  (never built)  failed\n"
        "[2/3] 04-typo  T s  (never built)  failed\n"
        "[3/3] 05-forgets  T s  (never built)  failed\n"
        + "".join(f"airace: {name} failed{text}" for name, (_, text) in FAILING.items())
        + "0 of 3 notebooks built in T s: figures in build/custom/figures/, "
        "tables in build/custom/processed/\n"
    )


def test_a_snapshot_that_does_not_pass_is_a_wrong_input(project):
    raising = "from airace.errors import SnapshotError\nraise SnapshotError('no such row')"
    project.notebook("03-new", raising)
    done = project.airace("build", "03-new")
    assert done.returncode == 2
    assert "  found: SnapshotError: no such row\n" in done.stderr


def test_old_outputs_do_not_keep_a_promise(built):
    built.notebook("02-beta", "run = None", "if False:\n    run.table('beta', 1)")
    done = built.airace("build")
    assert done.returncode == 1
    assert "02-beta failed: wanted processed/beta.csv, promised in cell 3\n" in done.stderr
    assert built.read("data/processed/beta.csv") == "value\n7\n"


def test_what_a_notebook_no_longer_makes_is_removed_and_what_moved_stays(built):
    start = "from airace.run import start\nrun = start('x')"
    (built.root / "notebooks/02-beta.ipynb").unlink()
    built.notebook("01-alpha", start.replace("'x'", "'01-alpha'"), 'run.table("beta", 3)')
    done = built.airace("build")
    assert (done.returncode, done.stdout) == (0, "")
    assert timeless(done.stderr).splitlines()[1:] == [
        "removed build/default/evidence/02-beta.json: there is no notebook 02-beta any more",
        "1 of 1 notebook built in T s: figures in figures/, tables in data/processed/",
    ]
    assert built.files("figures") == []
    assert built.read("data/processed/beta.csv") == "value\n3\n"
    assert not (built.root / "build/default/evidence/01-alpha.json").exists()


def test_one_notebook_alone_does_not_overwrite_the_claims_of_the_others(project):
    done = project.airace("build", "01-alpha")
    note = "data/processed/claims.csv stays as it is: no evidence yet from 02-beta\n"
    assert (done.returncode, note in done.stderr) == (0, True)
    assert not (project.root / "data/processed/claims.csv").exists()


def test_the_overview_runs_last_and_when_the_claims_change(built):
    claims = built.root / "data/processed/claims.csv"
    reading = f"from airace.run import start\nseen = open({str(claims)!r}).read()"
    built.notebook("00-overview", reading, 'start("00-overview").table("overview", repr(seen))')
    assert built.airace("build").returncode == 0
    built.write("src/airace/beta.py", "VALUE = 8\n")
    done = built.airace("build")
    assert timeless(done.stderr).splitlines()[:2] == [
        "[1/1] 02-beta  T s  (changed: src/airace/beta.py)",
        "[2/2] 00-overview  T s  (changed: claims.csv)",
    ]
    assert '{"C2": 8' in built.read("data/processed/overview.csv")


def test_a_second_build_at_once_is_refused_with_the_holder(built):
    with (built.root / "build/default/.lock").open("r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        result = CliRunner().invoke(main, ["build"])
        assert plan("-p", "focus=China", "-p", "exclude_top=1").startswith("01-alpha: never built")
    assert (result.exit_code, result.stderr) == (
        2,
        "airace: another build of scenario default is running"
        f" (pid {built.read('build/default/.lock')})\n  next: wait for it\n",
    )


def test_a_kernel_sees_only_what_the_build_gives_it(project, monkeypatch):
    home = project.root / "home"
    (home / "ipython/profile_default/startup").mkdir(parents=True)
    (home / "ipython/profile_default/startup/mine.py").write_text("mine = 1")
    (home / "matplotlib").mkdir()
    (home / "matplotlib/matplotlibrc").write_text("figure.dpi: 7")
    for name, value in {"IPYTHONDIR": "ipython", "MPLCONFIGDIR": "matplotlib"}.items():
        monkeypatch.setenv(name, str(home / value))
    monkeypatch.setenv("MPLBACKEND", "Agg")
    wanted = "import os, sys, matplotlib\nfrom pathlib import Path\nassert 'mine' not in globals()"
    values = {
        "matplotlib.rcParams['figure.dpi']": "100.0",
        "os.environ['MPLBACKEND']": "'module://matplotlib_inline.backend_inline'",
        "os.environ['PYTHONHASHSEED']": "'0'",
        "os.environ['AIRACE_OUTPUT']": repr(
            str(project.root / f"build/default/staging-{os.getpid()}")
        ),
        "os.environ['AIRACE_ROOT']": repr(str(project.root)),
        "os.getcwd()": repr(str(project.root / "notebooks")),
        "sys.executable": repr(os.sys.executable),
    }
    checks = [f"assert {value} == {expected}, {value}" for value, expected in values.items()]
    project.notebook("03-new", wanted, *checks)
    done = project.airace("build", "03-new")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_a_run_record_holds_digests_of_everything(built):
    record = built.record("02-beta")
    assert record["listings"] == {"market_size": ["2026-03-06"]}
    assert {len(record[f"{part}_digest"]) for part in ("notebook", "code", "lock")} == {64}
    assert json.loads(built.read("build/default/evidence/02-beta.json")) == {"C2": 7}
