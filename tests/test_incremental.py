"""What runs again after a change is right: all that depends on it, and nothing else.

What a notebook reaches is asked twice more, independently of ``inputs``: ``modulefinder`` reads the imports
from compiled code, and a fresh interpreter says what it really imported.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from modulefinder import ModuleFinder
from pathlib import Path

import pytest
from conftest import ROOT, Project

from airace import accept as acceptance
from airace import inputs, notebooks, paths, records

HELPERS = {
    "through": "from airace import between\nVALUE = between.VALUE\n",
    "between": "def late():\n    import airace.deep as d\n    return d.VALUE\nVALUE = late()\n",
    "deep": "VALUE = 1\n",
    "group/__init__": "from .member import VALUE\n",
    "group/member": "from ..deep import VALUE\n",
    "group/other": "VALUE = 3\n",
    "nobody": "VALUE = 4\n",
}
READING = {
    "03-through": "from airace.through import VALUE",
    "04-renamed": "import airace.deep as y\nVALUE = y.VALUE",
    "05-package": "import airace.group\nVALUE = airace.group.VALUE",
    "06-inside": "def f():\n    from airace.group import other\n    return other.VALUE\nVALUE = f()",
    "07-none": "VALUE = 5",
}
REACHING = {
    "through": {"03-through"},
    "between": {"03-through"},
    "deep": {"03-through", "04-renamed", "05-package", "06-inside"},
    "group/__init__": {"05-package", "06-inside"},
    "group/member": {"05-package", "06-inside"},
    "group/other": {"06-inside"},
    "nobody": set(),
    "__init__": {*READING, "01-alpha", "02-beta"},
}


def _recorded(names: list[str]) -> None:
    """Record every notebook as built now, with nothing published."""
    for name in names:
        done = records.before(name, "default", {}) | {"finished": "now"}
        records.save(records.path("default", name), done)


def _changed(names: list[str]) -> dict[str, str]:
    """The reason of each notebook that would run."""
    known = {name: records.before(name, "default", {}) for name in names}
    found = {name: records.reason(records.load("default", name), known[name]) for name in names}
    return {name: reason for name, reason in found.items() if reason}


@pytest.fixture
def helpers(project) -> Project:
    package = project.root / "src" / "airace"
    (package / "group").mkdir()
    for name, text in HELPERS.items():
        (package / f"{name}.py").write_text(text)
    for name, cell in READING.items():
        project.notebook(name, cell)
    _recorded(notebooks.names())
    return project


@pytest.mark.parametrize("helper, reaching", REACHING.items())
def test_a_changed_helper_reruns_the_notebooks_that_reach_it_and_no_others(
    helpers, helper, reaching
):
    assert _changed(notebooks.names()) == {}
    file = f"src/airace/{helper}.py"
    helpers.write(file, helpers.read(file) + "MORE = 1\n")
    assert _changed(notebooks.names()) == dict.fromkeys(sorted(reaching), f"changed: {file}")


def test_the_reruns_are_real_and_so_are_their_values(built):
    built.write("src/airace/deep.py", "VALUE = 1\n")
    built.write("src/airace/alpha.py", "from airace.deep import VALUE\n")
    assert built.airace("build").returncode == 0
    built.write("src/airace/deep.py", "VALUE = 6\n")
    done = built.airace("build")
    assert done.stderr.count("(changed: src/airace/deep.py)") == 1
    assert built.read("figures/alpha.csv") == "country,share\nChina,6\nUSA,2\n"


def test_a_leftover_folder_does_not_hide_the_module_of_its_name(helpers):
    (helpers.root / "src/airace/deep/__pycache__").mkdir(parents=True)
    assert _changed(notebooks.names()) == {}
    helpers.write("src/airace/deep.py", "VALUE = 2\n")
    assert set(_changed(notebooks.names())) == REACHING["deep"]


def test_editors_copies_in_the_package_are_no_modules(helpers):
    copies = helpers.root / "src/airace/.ipynb_checkpoints"
    copies.mkdir()
    (copies / "deep-checkpoint.py").write_text("")
    (helpers.root / "src/airace/.#deep.py").symlink_to("nobody@nowhere")
    every = inputs.reached_from(["%matplotlib inline"])
    assert {"airace.deep", "airace.group.other"} < set(every)
    assert not [module for module in every if "checkpoint" in module or "#" in module]


def test_a_module_in_another_encoding_is_read_as_python_reads_it(helpers):
    text = "# coding: latin-1\nfrom airace import nobody  # \xe9\n"
    (helpers.root / "src/airace/deep.py").write_bytes(text.encode("latin-1"))
    assert "airace.nobody" in inputs.reached_modules("04-renamed")


def test_a_snapshot_that_is_being_written_is_no_date_of_its_topic(project):
    project.snapshot("market_size/.2026-04-06.77")
    assert inputs.snapshot_dates("market_size") == ["2026-03-06"]


def test_touched_files_rerun_nothing_wherever_they_lie(built):
    for file in built.root.rglob("*"):
        if ".git" not in file.parts:
            os.utime(file, (1, 1))
    done = built.airace("build")
    assert done.stderr == "nothing to do: 2 notebooks are up to date\n"


def _delete(file: Path) -> None:
    file.unlink()


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _empty(file: Path) -> None:
    file.write_bytes(b"")


def _lengthen(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"\n")


OUTPUTS = {
    "figures/alpha.png": "01-alpha",
    "figures/alpha.svg": "01-alpha",
    "figures/alpha.csv": "01-alpha",
    "figures/alpha.json": "01-alpha",
    "build/default/evidence/01-alpha.json": "01-alpha",
    "build/default/notebooks/01-alpha.ipynb": "01-alpha",
    "data/processed/beta.csv": "02-beta",
}


@pytest.mark.parametrize("damage", [_delete, _cut, _empty, _lengthen])
def test_a_damaged_output_reruns_its_notebook_and_no_other(built, damage):
    pristine = {file: (built.root / file).read_bytes() for file in OUTPUTS}
    for file, owner in OUTPUTS.items():
        damage(built.root / file)
        word = "missing" if damage is _delete else "edited"
        assert _changed_plan(built) == {owner: f"{word}: {file}"}
        (built.root / file).write_bytes(pristine[file])
    assert _changed_plan(built) == {}


def test_damaged_outputs_are_made_again_with_the_same_bytes(built):
    published = [f for f in OUTPUTS if not f.endswith(".ipynb")] + ["data/processed/claims.csv"]
    before = {file: (built.root / file).read_bytes() for file in published}
    for file, damage in zip(published, [_delete, _cut, _empty, _lengthen] * 2):
        damage(built.root / file)
    assert built.airace("build").returncode == 0
    assert {file: (built.root / file).read_bytes() for file in published} == before


@pytest.mark.parametrize("damage", [_delete, _cut, _empty, _lengthen])
def test_damaged_claims_are_merged_again_and_no_notebook_runs(built, damage):
    claims = built.root / "data/processed/claims.csv"
    before = claims.read_bytes()
    damage(claims)
    done = built.airace("build")
    assert done.stderr == "nothing to do: 2 notebooks are up to date\n"
    assert claims.read_bytes() == before


def _edited(record: dict) -> str:
    return json.dumps(record | {"published": {}})


RECORDS = {
    "cut": lambda record: json.dumps(record)[:100],
    "garbage": lambda record: "\xff",
    "empty": lambda record: "",
    "list": lambda record: "[]",
    "number": lambda record: "1",
    "text": lambda record: '"x"',
    "nothing": lambda record: "null",
    "other keys": lambda record: "{}",
    "other types": lambda record: json.dumps(dict.fromkeys(record, 3)),
    "edited": _edited,
}


@pytest.mark.parametrize("damage", RECORDS)
def test_a_record_that_is_not_as_it_was_saved_counts_as_none(built, damage):
    for name in ("01-alpha", "claims"):
        file = built.root / f"build/default/runs/{name}.json"
        file.write_bytes(RECORDS[damage](json.loads(file.read_text())).encode("latin-1"))
    (built.root / "data/processed/claims.csv").write_text("wrong")
    assert _changed_plan(built) == {"01-alpha": "never built"}
    if damage in ("list", "edited"):
        published = {f: built.read(f"figures/{f}") for f in built.files("figures")}
        assert built.airace("build").returncode == 0
        assert {f: built.read(f"figures/{f}") for f in built.files("figures")} == published
        assert built.read("data/processed/claims.csv") == '{"C1": 1}\n{"C2": 7}\n'
        assert _changed_plan(built) == {}


def test_the_record_of_a_notebook_that_is_gone_may_be_damaged_too(built):
    (built.root / "notebooks/02-beta.ipynb").unlink()
    built.write("build/default/runs/02-beta.json", "[]")
    assert built.airace("build").returncode == 0
    assert not (built.root / "build/default/runs/02-beta.json").exists()


def test_another_default_of_a_parameter_reruns_its_notebook(built):
    path = built.root / "notebooks/02-beta.ipynb"
    path.write_text(path.read_text().replace("scale: float = 1 ", "scale: float = 2 "))
    reason = "changed: notebooks/02-beta.ipynb, parameters"
    assert _changed_plan(built) == {"02-beta": reason}


def _changed_plan(project: Project) -> dict[str, str]:
    done = project.airace("build", "--dry-run")
    assert (done.returncode, done.stderr) == (0, "")
    lines = dict(line.split(": ", 1) for line in done.stdout.splitlines())
    return {name: reason for name, reason in lines.items() if reason != "up to date"}


# The real notebooks


def _compiled_imports(folder: Path, name: str) -> set[str]:
    """Package modules that a notebook reaches, read from compiled code."""
    script = folder / f"{name}.py"
    script.write_text("\n".join(cell.source for cell in notebooks.code(name)))
    finder = ModuleFinder(path=[str(ROOT / "src")])
    finder.run_script(str(script))
    return {module for module in finder.modules if module.split(".")[0] == "airace"}


REALLY = """
import json, os, sys
import matplotlib.figure, pandas, seaborn
for name, lines in json.load(sys.stdin).items():
    child = os.fork()
    if not child:
        exec("\\n".join(lines), {})
        found = sorted(m for m in sys.modules if m.split(".")[0] == "airace")
        print(json.dumps([name, found]), flush=True)
        os._exit(0)
    os.waitpid(child, 0)
"""


def _imported_really() -> dict[str, set[str]]:
    """Package modules that are there after a notebook's imports, in a fresh interpreter each."""
    wanted = {}
    for name in notebooks.names():
        logical = "\n".join(c.source for c in notebooks.code(name)).replace(",\n", ", ").splitlines()
        wanted[name] = [line.strip() for line in logical if line.startswith(("import ", "from "))]
    done = subprocess.run(
        [sys.executable, "-c", REALLY],
        input=json.dumps(wanted), capture_output=True, text=True, check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    return {name: set(found) for name, found in map(json.loads, done.stdout.splitlines())}


def test_the_real_notebooks_reach_what_two_other_methods_find(tmp_path, monkeypatch):
    monkeypatch.setenv("AIRACE_ROOT", str(ROOT))
    names, really = notebooks.names(), _imported_really()
    assert sorted(really) == names
    for name in names:
        reached = set(inputs.reached_modules(name))
        assert reached == _compiled_imports(tmp_path, name), name
        assert {"airace.run", "airace.figures"} <= really[name] <= reached, name


def test_each_changed_module_reruns_the_real_notebooks_that_reach_it(tmp_path, monkeypatch):
    monkeypatch.setenv("AIRACE_ROOT", str(ROOT))
    names = notebooks.names()
    reached = {name: _compiled_imports(tmp_path, name) for name in names}
    copy = Project(tmp_path / "repo")
    for folder in ("notebooks", "src"):
        (copy.root / folder).mkdir(parents=True)
    (copy.root / "data/raw").mkdir(parents=True)
    for folder in ("notebooks", "src/airace"):
        for file in (ROOT / folder).glob("*.*"):
            (copy.root / folder).mkdir(exist_ok=True)
            (copy.root / folder / file.name).write_bytes(file.read_bytes())
    copy.write("requirements.lock", "")
    monkeypatch.setenv("AIRACE_ROOT", str(copy.root))
    monkeypatch.setattr(paths, "package", lambda: copy.root / "src" / "airace")
    _recorded(names)
    for file in sorted((copy.root / "src/airace").glob("*.py")):
        module = "airace" if file.stem == "__init__" else f"airace.{file.stem}"
        before = file.read_bytes()
        file.write_bytes(before + b"# said again\n")
        reaching = [name for name in names if module in reached[name]]
        assert _changed(names) == dict.fromkeys(reaching, f"changed: src/airace/{file.name}")
        file.write_bytes(before)


# Builds at once and killed ones


def _started(project: Project, *arguments: str) -> subprocess.Popen:
    command = [sys.executable, "-c", "from airace.cli import main; main()", *arguments]
    return subprocess.Popen(
        command, cwd=project.root, env=project.environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


@pytest.mark.parametrize(
    "commands", [("build", "build"), ("build", "accept 01-alpha"), ("accept 02-beta", "build")]
)
def test_of_two_at_once_one_works_and_the_other_names_it(built, commands):
    built.write("build/default/.lock", "1")  # of a build that was killed
    built.write("src/airace/alpha.py", "VALUE = 5\n")
    built.write("src/airace/beta.py", "VALUE = 8\n")
    running = [_started(built, *command.split()) for command in commands]
    said = [process.communicate(timeout=60)[1] for process in running]
    refused = [n for n in (0, 1) if running[n].returncode == 2]
    assert len(refused) == 1, said
    (worked,) = {0, 1} - set(refused)
    assert running[worked].returncode == 0, said
    assert said[refused[0]] == (
        "airace: another build of scenario default is running"
        f" (pid {running[worked].pid})\n  next: wait for it\n"
    )
    assert built.airace("build").returncode == 0
    assert built.read("data/processed/claims.csv") == '{"C1": 5}\n{"C2": 8}\n'
    assert _changed_plan(built) == {}


def test_no_build_starts_while_results_are_being_accepted(built, monkeypatch):
    said, refreshed = [], acceptance.refreshed

    def meanwhile(notebook: str):
        said.append(built.process("build"))
        return refreshed(notebook)

    monkeypatch.setattr(acceptance, "refreshed", meanwhile)
    assert built.airace("accept", "01-alpha").returncode == 0
    assert (said[0].returncode, said[0].stderr) == (
        2,
        "airace: another build of scenario default is running"
        f" (pid {os.getpid()})\n  next: wait for it\n",
    )


def test_a_build_of_another_scenario_may_run_at_once_and_writes_elsewhere(built):
    built.write("src/airace/beta.py", "VALUE = 8\n")
    running = [_started(built, "build", *more) for more in ((), ("-p", "scale=2"))]
    said = [process.communicate(timeout=60)[1] for process in running]
    assert [process.returncode for process in running] == [0, 0], said
    assert built.read("data/processed/beta.csv") == "value\n8\n"
    assert built.read("build/custom/processed/beta.csv") == "value\n16.0\n"
    ours, theirs = built.record("02-beta"), built.record("02-beta", "custom")
    assert not ours["published"].keys() & theirs["published"].keys()
    assert not ours["executed"].keys() & theirs["executed"].keys()


TICKING = (
    "import os, time\nfrom pathlib import Path\nfolder = Path(os.environ['AIRACE_OUTPUT'])\n"
    "for i in range(600):\n    folder.mkdir(parents=True, exist_ok=True)\n"
    "    (folder / 'tick').write_text(f'{os.getpid()} {i}')\n    time.sleep(0.05)"
)


def test_the_kernel_of_a_killed_build_ends_and_the_next_build_is_not_in_its_way(built):
    original = built.read("notebooks/01-alpha.ipynb")
    built.notebook("01-alpha", TICKING)
    killed = _started(built, "build", "01-alpha")
    tick = built.root / f"build/default/staging-{killed.pid}/tick"
    _wait_for(tick.is_file)
    killed.kill()
    killed.wait()
    built.write("notebooks/01-alpha.ipynb", original)
    done = built.process("build")
    assert (done.returncode, done.stdout) == (0, "figures/alpha.png: as committed\n"), done.stderr
    time.sleep(0.5)
    assert not tick.exists()  # it would have made its folder anew


def test_a_new_file_of_an_interrupted_build_is_removed_when_its_notebook_is_taken_back(built):
    original = built.read("notebooks/02-beta.ipynb")
    built.notebook("02-beta", "from airace.run import start", 'start("02-beta").table("new", 1)')
    dies = "import os; from airace import records; records.after = lambda *a: os.kill(os.getpid(), 9)"
    killed = built.python(f"{dies}\nfrom airace.cli import main\nmain()", "build", "02-beta")
    assert killed.returncode == -9
    assert built.files("data/processed") == ["claims.csv", "new.csv"]
    built.write("notebooks/02-beta.ipynb", original)
    assert _changed_plan(built) == {"02-beta": "interrupted"}
    assert built.airace("build").returncode == 0
    assert built.files("data/processed") == ["beta.csv", "claims.csv"]


def test_temporary_files_of_a_killed_build_are_removed_even_if_nothing_is_to_do(built):
    for folder in ("figures", "data/processed"):
        built.write(f"{folder}/.gone.csv.new", "half")
    done = built.airace("build")
    assert done.stderr == "nothing to do: 2 notebooks are up to date\n"
    assert built.files("figures") == ["alpha.csv", "alpha.json", "alpha.png", "alpha.svg"]
    assert built.files("data/processed") == ["beta.csv", "claims.csv"]


def _wait_for(condition) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)
