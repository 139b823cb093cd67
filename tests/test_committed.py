"""The committed figures and tables are what the committed notebooks make from the committed data.

The reference is what git HEAD holds; without git, the files as they lie there. The build runs in a copy
of the repository, on real kernels. The allowed values of the parameters are tried in this process.
"""

from __future__ import annotations

import csv
import hashlib
import importlib.metadata
import io
import json
import math
import os
import re
import shutil
import subprocess
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path

import pytest

from airace import figures, git, notebooks, parameters

ROOT = Path(__file__).resolve().parents[1]
TOLERANCE = 1e-9  # relative: another numpy may add up in another order
FIGURES = sorted(file.stem for file in (ROOT / "figures").glob("*.csv"))
TABLES = sorted(file.name for file in (ROOT / "data" / "processed").glob("*.csv"))
BUILT_WITH = {"code", "lock"}  # of a record: what made the figure, not what it says
NEXT = "\nnext: if this is meant, airace accept {} and commit"


@dataclass
class Copy:
    """A copy of what a build needs, and what the build made and said."""

    root: Path

    def build(self, *names: str) -> subprocess.CompletedProcess:
        environment = os.environ | {"AIRACE_ROOT": str(self.root)}
        command = [sys.executable, "-m", "airace.cli", "build", *names]
        return subprocess.run(
            command, cwd=self.root, env=environment, capture_output=True, text=True
        )

    def read(self, file: str) -> bytes:
        return (self.root / file).read_bytes()


def copied(root: Path) -> Copy:
    for folder in ("notebooks", "data/raw"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns(".*"))
    for file in ("requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / file, root / file)
    return Copy(root)


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Copy:
    """A copy in which everything was built once. For looking at only."""
    copy = copied(tmp_path_factory.mktemp("committed") / "repo")
    done = copy.build()
    assert done.returncode == 0, done.stderr
    return copy


@pytest.fixture(autouse=True)
def repository(monkeypatch):
    monkeypatch.setenv("AIRACE_ROOT", str(ROOT))


def reference(file: str) -> bytes:
    """Content of a file of the repository as committed, or as it lies there where there is no git."""
    path = ROOT / file
    content = git.committed(path) if git.commit() else path.read_bytes()
    assert content is not None, f"{file} is not committed"
    return content


def differences(name: str, expected: bytes, found: bytes) -> list[str]:
    """Compare two tables value by value; rows count from 1."""
    old, new = (list(csv.reader(io.StringIO(table.decode()))) for table in (expected, found))
    if old[0] != new[0]:
        return [f"{name}, columns: expected {', '.join(old[0])}, found {', '.join(new[0])}"]
    if len(old) != len(new):
        return [f"{name}, rows: expected {len(old) - 1}, found {len(new) - 1}"]
    return [
        f"{name}, row {row}, column {column}: expected {a}, found {b}"
        for row, (left, right) in enumerate(zip(old[1:], new[1:]), start=1)
        for column, a, b in zip(old[0], left, right)
        if not same(a, b)
    ]


def same(expected: str, found: str) -> bool:
    if expected == found:
        return True
    try:
        return math.isclose(float(expected), float(found), rel_tol=TOLERANCE)
    except ValueError:
        return False


def compared(copy: Copy, file: str) -> list[str]:
    return differences(Path(file).stem, reference(file), copy.read(file))


def report(name: str, found: list[str]) -> str:
    return "\n".join(found[:10]) + NEXT.format(name)


def test_the_build_makes_every_committed_file_and_no_other(built):
    for folder, kinds in (("figures", ("csv", "json", "png", "svg")), ("data/processed", ("csv",))):
        names = FIGURES if folder == "figures" else [Path(name).stem for name in TABLES]
        wanted = {f"{name}.{kind}" for name in names for kind in kinds}
        assert {file.name for file in (built.root / folder).iterdir()} == wanted


@pytest.mark.parametrize("name", FIGURES)
def test_the_committed_figure_shows_the_values_that_the_notebook_draws(built, name):
    found = compared(built, f"figures/{name}.csv")
    assert not found, report(name, found)


@pytest.mark.parametrize("name", FIGURES)
def test_the_committed_figure_says_what_the_notebook_says(built, name):
    old, new = (
        json.loads(data)
        for data in (reference(f"figures/{name}.json"), built.read(f"figures/{name}.json"))
    )
    found = [
        f"{name}, {key}: expected {old.get(key)}, found {new.get(key)}"
        for key in sorted((old.keys() | new.keys()) - BUILT_WITH)
        if old.get(key) != new.get(key)
    ]
    assert not found, report(name, found)


@pytest.mark.parametrize("kind", ["png", "svg"])
@pytest.mark.parametrize("name", FIGURES)
def test_the_committed_picture_is_the_one_that_the_notebook_draws(built, name, kind):
    """Byte by byte inside the lock; another matplotlib only moves text, which is reported."""
    file = f"figures/{name}.{kind}"
    equal = hashlib.sha256(reference(file)).digest() == hashlib.sha256(built.read(file)).digest()
    locked = re.search(r"^matplotlib==([\w.]+)", (ROOT / "requirements.lock").read_text(), re.M)[1]
    installed = importlib.metadata.version("matplotlib")
    if installed != locked and not equal:
        warnings.warn(
            f"{file} differs under matplotlib {installed}; locked is {locked}", stacklevel=1
        )
        return
    assert equal, f"{file}: other bytes than committed" + NEXT.format(name)


@pytest.mark.parametrize("table", TABLES)
def test_the_committed_table_is_the_one_that_the_notebook_makes(built, table):
    found = compared(built, f"data/processed/{table}")
    assert not found, report(table, found)


def provenance(folder: Path, table: dict[str, str]) -> list[str]:
    """Rows that a drawn value names and that its snapshots do not hold."""
    keys: set[str] = set()
    for snapshot in table["snapshot"].split("; "):
        for resource in json.loads((folder / snapshot / "datapackage.json").read_bytes())[
            "resources"
        ]:
            if resource["path"].endswith(".csv"):
                with (folder / snapshot / resource["path"]).open(
                    encoding="utf-8", newline=""
                ) as file:
                    keys |= {
                        row[resource["schema"]["primaryKey"][0]] for row in csv.DictReader(file)
                    }
    return sorted(set(filter(None, table["row"].split("; "))) - keys)


@pytest.mark.parametrize("name", [name for name in FIGURES if name != "exchange-rates"])
def test_every_row_that_a_drawn_value_names_stands_in_the_snapshot_that_it_names(built, name):
    drawn = list(csv.DictReader(io.StringIO(built.read(f"figures/{name}.csv").decode())))
    cited = {(row["snapshot"], row["row"]) for row in drawn}
    lost = {
        key: provenance(ROOT / "data/raw", dict(zip(("snapshot", "row"), key))) for key in cited
    }
    assert {key: rows for key, rows in lost.items() if rows} == {}


def changed_by_one_percent(copy: Copy, snapshot: str, key: str) -> None:
    """Change the value of one row of a curated table, and describe the new file as it is."""
    folder = copy.root / "data" / "raw" / snapshot
    rows = list(csv.reader(io.StringIO((folder / "points.csv").read_text(encoding="utf-8"))))
    column = rows[0].index("value")
    (row,) = (row for row in rows if row[0] == key)
    row[column] = f"{float(row[column]) * 1.01:.12g}"
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    data = text.getvalue().encode()
    (folder / "points.csv").write_bytes(data)
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    package["resources"][0] |= {
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
        "row_count": len(rows) - 1,
    }
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")


CHANGED = {
    ("market_size/2026-03-06", "mp010", "03-market-size"): (
        "market-sizes", "market-sizes, row 9, column amount: expected 900, found 909"),
    ("hub_downloads_reported/2026-10-05", "dr019", "01-downloads"): (
        "downloads-growth", "downloads-growth, row 14, column value: expected 1150000000, found 1161500000"),
    ("model_share_reported/2026-08-31", "ms001", "02-model-share"): (
        "share-published", "share-published, row 3, column value: expected 17.1, found 17.271"),
}  # fmt: skip


@pytest.mark.parametrize("change, caught", CHANGED.items(), ids=[key for _, key, _ in CHANGED])
def test_one_drawn_value_changed_by_one_percent_is_named(tmp_path, change, caught):
    snapshot, key, notebook = change
    copy = copied(tmp_path / "repo")
    changed_by_one_percent(copy, snapshot, key)
    done = copy.build(notebook)
    assert done.returncode == 0, done.stderr
    name, message = caught
    assert message in compared(copy, f"figures/{name}.csv")


DIFFERENT = {
    (b"a,b\n1,x\n", b"a,b\n1.0000000001,x\n"): [],
    (b"a,b\n1,x\n", b"a,b\n1.00000001,x\n"): ["t, row 1, column a: expected 1, found 1.00000001"],
    (b"a,b\n1,x\n", b"a,b\n1,x \n"): ["t, row 1, column b: expected x, found x "],
    (b"a,b\n1,x\n", b"a,b\n,x\n"): ["t, row 1, column a: expected 1, found "],
    (b"a,b\n0,x\n", b"a,b\n1e-300,x\n"): ["t, row 1, column a: expected 0, found 1e-300"],
    (b"a,b\n1,x\n", b"a,b\n1,x\n1,x\n"): ["t, rows: expected 1, found 2"],
    (b"a,b\n1,x\n", b"b,a\nx,1\n"): ["t, columns: expected a, b, found b, a"],
}


@pytest.mark.parametrize("tables, found", DIFFERENT.items())
def test_a_difference_is_told_with_row_column_expected_and_found(tables, found):
    assert differences("t", *tables) == found


def run_here(notebook: str, output: Path, **chosen: object) -> dict[str, object]:
    """Run a notebook's code cells in this process; return what it handed over, parameters left out."""
    names: dict[str, object] = {"__name__": "__main__"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRACE_ROOT", str(ROOT))
        patch.setenv("AIRACE_OUTPUT", str(output))
        patch.setattr(figures, "display", lambda shown: None)
        draw = figures._render
        patch.setattr(
            figures, "_render", lambda f, name, kind: draw(f, name, kind) if kind == "png" else b""
        )
        for cell in notebooks.code(notebook):
            exec(compile(cell.source, f"{notebook}, cell {cell.number}", "exec"), names)
            if parameters.TAG in cell.tags:
                assert chosen.keys() <= names.keys()
                names |= chosen
    return {
        file.name: handed_over(file)
        for file in sorted(output.rglob("*.*"))
        if file.name != "inputs.json"
    }


def handed_over(file: Path) -> object:
    if file.suffix == ".json" and file.parent.name == "figures":
        return {k: v for k, v in json.loads(file.read_text()).items() if k != "parameters"}
    return file.read_bytes()


def other_values() -> list[tuple[str, str, object]]:
    """Every allowed value of every parameter that is not its default."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRACE_ROOT", str(ROOT))
        return [
            (notebook, name, value)
            for notebook in notebooks.names()
            for name, parameter in parameters.read(notebook).items()
            for value in parameters.value_sets(parameter)
            if value != parameter.default
        ]


@pytest.fixture(scope="module")
def by_default(tmp_path_factory):
    """What each notebook hands over by default, computed when first asked for."""
    known: dict[str, dict[str, object]] = {}

    def handed(notebook: str) -> dict[str, object]:
        if notebook not in known:
            known[notebook] = run_here(notebook, tmp_path_factory.mktemp("default"))
        return known[notebook]

    return handed


@pytest.mark.parametrize("notebook, name, value", other_values())
def test_every_allowed_value_builds_and_changes_a_result(
    tmp_path, by_default, notebook, name, value
):
    found, usual = run_here(notebook, tmp_path, **{name: value}), by_default(notebook)
    assert found.keys() == usual.keys()
    assert [file for file in found if found[file] != usual[file]]
    evidence = "evidence.json"  # the overview has none: a view changes, a verdict does not
    assert found.get(evidence) == usual.get(evidence)


# Where labels meet or nothing of a country is left: found by trying combinations, kept so that they stay solved.
TIGHT = [
    ("01-downloads", {"focus": "USA", "include_followup": False}),
    ("01-downloads", {"focus": "EU", "weakest_confidence": "A", "include_followup": False}),
    ("02-model-share", {"focus": "EU", "exclude_top": 20, "minimum_parameters": 100.0, "tasks": ["unknown"],
                        "snapshot": "2026-07-05"}),
    ("03-market-size", {"currency": "USD", "rate_date": "2026-10-30", "scope": "related_industries"}),
]  # fmt: skip


@pytest.mark.parametrize("notebook, chosen", TIGHT)
def test_values_that_crowd_a_figure_together_build_as_well(tmp_path, notebook, chosen):
    assert any(file.endswith(".png") for file in run_here(notebook, tmp_path, **chosen))


def test_a_rate_date_before_the_first_drawn_day_marks_no_other_day(tmp_path, by_default):
    found = run_here("03-market-size", tmp_path, rate_date="2016-01-04")
    assert found["exchange-rates.png"] == by_default("03-market-size")["exchange-rates.png"]
