"""The committed figures and tables are what the committed notebooks make from the committed data.

The reference is what git HEAD holds; without git, the files as they lie there. The allowed values of
the parameters are tried in this process.
"""

from __future__ import annotations

import json
from pathlib import Path

import mutants
import pytest

from airace import check, compare, figures, notebooks, parameters

ROOT = Path(__file__).resolve().parents[1]
FIGURES = sorted(file.stem for file in (ROOT / "figures").glob("*.csv"))
TABLES = sorted(file.name for file in (ROOT / "data" / "processed").glob("*.csv"))


@pytest.fixture(scope="session")
def checked() -> check.Checked:
    """What a check of everything finds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRACE_ROOT", str(ROOT))
        return check.check()


@pytest.fixture(autouse=True)
def repository(monkeypatch):
    monkeypatch.setenv("AIRACE_ROOT", str(ROOT))


def test_everything_committed_is_compared_and_every_notebook_runs(checked):
    tables = [f"data/processed/{name}" for name in TABLES]
    assert [result.name for result in checked.results] == [*FIGURES, *tables]
    assert checked.failures == []


@pytest.mark.parametrize("name", [*FIGURES, *(f"data/processed/{name}" for name in TABLES)])
def test_what_is_committed_is_what_the_notebooks_make(checked, name):
    """Another matplotlib than the lock's only moves text, which a check tells and does not fail."""
    (found,) = (result for result in checked.results if result.name == name)
    said = "\n".join(map(str, found.differences[:10]))
    next_command = "if this is meant, airace accept and commit"
    assert found.state in (check.EQUAL, check.RENDERING), f"{said}\nnext: {next_command}"


CHANGED = {
    ("market_size/2026-03-06", "mp010", "market-sizes", "909"):
        "row 9, column amount: expected 900, found 909",
    ("hub_downloads_reported/2026-10-05", "dr019", "downloads-growth", "1161500000"):
        "row 14, column value: expected 1150000000, found 1161500000",
    ("model_share_reported/2026-08-31", "ms001", "share-published", "17.271"):
        "row 3, column value: expected 17.1, found 17.271",
}  # fmt: skip


@pytest.mark.parametrize("change, caught", CHANGED.items(), ids=[key for _, key, *_ in CHANGED])
def test_one_drawn_value_changed_by_one_percent_is_named(tmp_path, monkeypatch, change, caught):
    snapshot, key, figure, value = change
    root = tmp_path / "repo"
    mutants.copy(root)
    monkeypatch.setenv("AIRACE_ROOT", str(root))
    mutants.write(mutants.Mutant(snapshot, "points", key, "1 percent", "value", value))
    found = check.check([figure])
    assert found.exit_code == 1
    assert f"  figures/{figure}.csv, {caught}" in check.lines(found)


DIFFERENT = {
    (b"a,b\n1,x\n", b"a,b\n1.0000000001,x\n"): [],
    (b"a,b\n1,x\n", b"a,b\n1.00000001,x\n"): ["t, row 1, column a: expected 1, found 1.00000001"],
    (b"a,b\n1,x\n", b"a,b\n1,x \n"): ["t, row 1, column b: expected x, found x "],
    (b"a,b\n1,x\n", b"a,b\n,x\n"): ["t, row 1, column a: expected 1, found "],
    (b"a,b\n0,x\n", b"a,b\n1e-300,x\n"): ["t, row 1, column a: expected 0, found 1e-300"],
    (b"a,b\n1,x\n", b"a,b\n1,x\n1,x\n"): [
        "t, rows: expected 1, found 2",
        "t, row 2: expected no such row, found 1, x",
    ],
    (b"a,b\n1,x\n", b"b,a\nx,1\n"): ["t, columns: expected a, b, found b, a"],
}


@pytest.mark.parametrize("tables, found", DIFFERENT.items())
def test_a_difference_is_told_with_row_column_expected_and_found(tables, found):
    assert [str(difference) for difference in compare.tables("t", *tables)] == found


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
    """Every allowed value of every parameter that is not its default, but for this machine's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRACE_ROOT", str(ROOT))
        return [
            (notebook, name, value)
            for notebook in notebooks.names()
            for name, parameter in parameters.read(notebook).items()
            for value in parameters.value_sets(parameter)
            if value != parameter.default and not str(value).startswith("live/")
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
                        "snapshot": "hub_catalogue/2026-07-05"}),
    ("03-market-size", {"currency": "USD", "rate_date": "2026-10-30", "scope": "related_industries"}),
]  # fmt: skip


@pytest.mark.parametrize("notebook, chosen", TIGHT)
def test_values_that_crowd_a_figure_together_build_as_well(tmp_path, notebook, chosen):
    assert any(file.endswith(".png") for file in run_here(notebook, tmp_path, **chosen))


def test_a_rate_date_before_the_first_drawn_day_marks_no_other_day(tmp_path, by_default):
    found = run_here("03-market-size", tmp_path, rate_date="2016-01-04")
    assert found["exchange-rates.png"] == by_default("03-market-size")["exchange-rates.png"]
