"""A plotted value leads back to a raw row and to a source with an address and a licence."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import mutants
import pytest
from click.testing import CliRunner

from airace import lineage, origins, paths, trace, trace_text
from airace.cli import main

ROOT = Path(__file__).resolve().parents[1]
FIGURES = sorted(file.stem for file in (ROOT / "figures").glob("*.csv"))
ADDRESSES = ("https://", "pkg:pypi/")
ARTICLE = "article/2026-03-10"  # printed statements: where the article stands is not on record


def airace(*arguments: str) -> SimpleNamespace:
    done = CliRunner().invoke(main, arguments)
    assert isinstance(done.exception, SystemExit | None), done.exc_info
    return SimpleNamespace(code=done.exit_code, out=done.stdout, err=done.stderr)


def traced(figure: str, row: int) -> dict:
    return trace.row(trace.read(figure), row)


@pytest.fixture(autouse=True)
def committed(monkeypatch) -> None:
    monkeypatch.setenv("AIRACE_ROOT", str(ROOT))
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def copy(tmp_path, monkeypatch) -> Path:
    """A repository of its own, to change; without the pictures."""
    root = tmp_path / "repo"
    for folder in ("notebooks", "data", "figures"):
        shutil.copytree(
            ROOT / folder, root / folder, ignore=shutil.ignore_patterns("*.png", "*.svg")
        )
    monkeypatch.setenv("AIRACE_ROOT", str(root))
    return root


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")


# The point of it all: every row of every figure


@pytest.mark.parametrize("figure_id", FIGURES)
def test_every_plotted_value_leads_to_a_source_with_an_address_and_a_licence(
    figure_id, monkeypatch
):
    monkeypatch.setattr(paths, "root", lambda: ROOT)  # found once, not for each of 100,000 paths
    figure = trace.read(figure_id)
    trace.require_unchanged(figure)
    for number in range(1, len(figure.rows) + 1):
        found = trace.row(figure, number)
        assert found["raw"] or found["whole"]
        assert trace_text.row(found)
        for source in found["sources"]:
            assert source["title"] and source["table_licence"] and source["as_of"]
        with_address = [s for s in found["sources"] if s["url"].startswith(ADDRESSES)]
        if {row["snapshot"] for row in found["raw"]} == {ARTICLE} and not found["whole"]:
            assert with_address == []
            assert found["verdicts"] or figure_id == "scorecard"
        else:
            assert with_address, f"{figure_id}, row {number}"


@pytest.mark.parametrize("figure_id", FIGURES)
def test_every_raw_row_stands_on_the_line_that_is_told(figure_id, monkeypatch):
    monkeypatch.setattr(paths, "root", lambda: ROOT)
    figure = trace.read(figure_id)
    told = {
        (row["file"], row["line"], row["row"])
        for number in range(1, len(figure.rows) + 1, 7)
        for row in trace.row(figure, number)["raw"]
        if row["line"]
    }
    lines = {file: (ROOT / file).read_text().splitlines() for file, _, _ in told}
    assert [t for t in told if not lines[t[0]][t[1] - 1].startswith((t[2], f'"{t[2]}'))] == []


def test_only_one_verdict_of_the_scorecard_rests_on_no_public_document():
    figure = trace.read("scorecard")
    rows = [trace.row(figure, number) for number in range(1, len(figure.rows) + 1)]
    alone = [r for r in rows if not any(s["url"] for s in r["sources"])]
    assert [r["cells"][4]["value"] for r in alone] == ["cannot be checked"]


# One row


def test_a_plotted_value_is_told_with_its_raw_cell_line_and_source():
    found = traced("market-sizes", 9)
    cells = {cell["column"]: (cell["value"], cell["equals"]) for cell in found["cells"]}
    assert cells["amount"] == ("900", "value of mp010")
    assert cells["rate"] == ("1", "rate in market_sizes.csv, row 10")
    (raw,) = found["raw"]
    assert (raw["file"], raw["line"]) == ("data/raw/market_size/2026-03-06/points.csv", 11)
    assert found["sources"] == [
        {
            "title": "Flash report on CAICT figures for 2024",
            "publisher": "Yicai Global",
            "url": "https://www.yicaiglobal.com/flashdetail/99035363492549",
            "published": "2025-09-24",
            "licence": "all rights reserved or not stated: single figures are cited",
            "inputs": "",
            "snapshot": "market_size/2026-03-06",
            "as_of": "2026-03-06",
            "table_licence": "CC-BY-4.0",
            "republish": True,
            "rows": ["mp010"],
            "confidence": {"A": "primary text or data seen, or two independent copies agree"},
        }
    ]


def test_a_derived_row_leads_to_the_rows_that_it_was_computed_from():
    found = traced("alibaba-pledge", 4)
    told = [(row["row"], row["line"], row["role"]) for row in found["raw"]]
    assert told == [("iv007", 8, ""), ("iv008", 9, "input of iv007")]


def test_several_keys_are_found_in_the_snapshot_that_holds_each():
    found = traced("korea-and-china", 3)
    assert [(row["row"], row["snapshot"]) for row in found["raw"]] == [
        ("mp022", "market_size/2026-03-06"),
        ("km004", "korea_market/2026-04-24"),
        ("2026-03-10", "exchange_rates/2026-10-30"),
    ]
    assert found["whole"] == []


def test_a_value_of_a_whole_table_names_the_tables_and_no_row():
    found = traced("share-monthly", 25)
    assert found["raw"] == []
    assert [(table["file"], table["rows"]) for table in found["whole"]] == [
        ("data/raw/hub_catalogue/2026-10-08/models.parquet", 16849),
        ("data/raw/organisations/2026-10-05/namespaces.csv", 149),
    ]
    assert found["tables"][0]["relation"] == trace.VALUES
    assert found["tables"][0]["cells"]["downloads_30d"] == "415690460"


def test_a_verdict_leads_to_the_rows_that_decide_it():
    roles = [(row["row"], row["role"]) for row in traced("scorecard", 1)["raw"]]
    assert roles == [("one-year-after-deepseek", ""), ("rl061", "evidence")]


def test_a_printed_number_leads_to_its_verdict():
    assert traced("share-published", 1)["verdicts"] == {"share-china-17": 19}


def test_the_licence_of_a_model_is_not_taken_for_that_of_the_source():
    found = traced("named-models", 8)
    assert found["raw"][0]["cells"]["licence"] == "Modified MIT"
    stated = "Epoch AI's data: CC-BY-4.0; the repository states no licence"
    licences = [source["licence"] for source in found["sources"]]
    assert licences == [stated, ""]  # the second is a catalogue whose table has the one licence


def test_a_row_may_carry_the_licence_of_its_source():
    assert {s["licence"] for s in traced("patent-leads", 1)["sources"]} == {"CC-BY-NC-4.0"}


REFERENCES = {
    "iv008; iv009": [("a/2026-01-01", "iv008"), ("a/2026-01-01", "iv009")],
    "hub_downloads_reported: dr019; dr021": [
        ("hub_downloads_reported/2026-10-05", "dr019"),
        ("hub_downloads_reported/2026-10-05", "dr021"),
    ],
    "hub_catalogue/2026-08-03 zai-org/GLM-4.7-Flash": [
        ("hub_catalogue/2026-08-03", "zai-org/GLM-4.7-Flash")
    ],
    "counted in the file at source_url": [],
    "": [],
}


@pytest.mark.parametrize("text, rows", REFERENCES.items())
def test_inputs_are_read_as_rows_of_this_or_another_snapshot_or_as_words(text, rows):
    assert origins.references(text, "a/2026-01-01") == rows


def test_the_code_of_a_figure_is_followed_back_from_the_values_that_it_exports():
    found = lineage.of_figure("02-model-share", "share-published")
    assert found.cells == [5, 7, 8]
    assert found.parameters == []  # focus sets a colour, not a value
    assert list(found.functions) == [
        "snapshots.load",
        "shares.from_counts",
        "shares.panels",
        "draw_shares.plotted_published",
    ]


# The command


def test_a_figure_lists_its_rows_by_number():
    done = airace("trace", "market-sizes")
    assert done.code == 0
    assert "Drawn by notebooks/03-market-size.ipynb, cell 12" in done.out
    (line,) = (line for line in done.out.splitlines() if line.startswith("    9  "))
    assert line == (
        "    9  amount 900 · rate 1 · core_industry · estimate · 2024-12-31 · lower · non…"
        "  market_size mp010"
    )


@pytest.mark.parametrize("columns", [60, 100])
@pytest.mark.parametrize("asked", ["market-sizes", "market-sizes:9", "release-gaps:131"])
def test_no_line_is_wider_than_the_terminal_but_for_addresses_and_files(
    asked, columns, monkeypatch
):
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = airace("trace", asked).out.splitlines()
    whole = ("https://", "data/", "src/", "as of")
    assert [x for x in lines if len(x) > columns and not any(w in x for w in whole)] == []


def test_json_prints_the_same_trail_for_a_program():
    assert json.loads(airace("trace", "market-sizes:9", "--json").out) == traced("market-sizes", 9)
    assert json.loads(airace("trace", "market-sizes", "--json").out)["rows"][8]["key"] == "mp010"


def test_an_unknown_figure_is_refused_with_the_nearest_and_all_names():
    done = airace("trace", "market-size:3")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "airace: wanted a figure, got 'market-size'\n  found: did you mean 'market-sizes'?\n"
        f"  choices: {', '.join(FIGURES)}\n"
    )


@pytest.mark.parametrize("row", ["0", "21", "-1", "x", "", "1.0", "٣"])
def test_a_row_that_does_not_exist_is_refused_with_the_valid_rows(row):
    done = airace("trace", f"market-sizes:{row}")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        f"airace: wanted a row of market-sizes, got {row!r}\n  choices: 1 to 20\n"
        "  next: airace trace market-sizes\n"
    )


MISSING = [
    "figures/market-sizes.csv",
    "figures/market-sizes.json",
    "data/processed/market_sizes.csv",
]


@pytest.mark.parametrize("file", MISSING)
def test_a_figure_that_was_not_built_is_refused(copy, file):
    (copy / file).unlink()
    done = airace("trace", "market-sizes:9")
    assert (done.code, done.out) == (2, "")
    assert done.err == f"airace: wanted {file}\n  found: no such file\n  next: make figures\n"


BROKEN = {
    ("figures/market-sizes.csv", "\n", "x\n"): "no column row",
    ("figures/market-sizes.csv", "core_industry,estimate,,2020", "core_industry,estimate,2020"): (
        "rows of unequal length"),
}  # fmt: skip


@pytest.mark.parametrize("change, found", BROKEN.items())
def test_a_table_that_was_edited_out_of_shape_is_refused(copy, change, found):
    file, old, new = change
    text = (copy / file).read_text()
    (copy / file).write_text(text.replace(old, new, 1))
    done = airace("trace", "market-sizes:9")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        f"airace: wanted the published table {file} as it was made\n  found: {found}\n"
        "  next: make figures\n"
    )


def test_a_record_that_is_no_json_is_refused(copy):
    (copy / "figures/market-sizes.json").write_text("{")
    done = airace("trace", "market-sizes:9")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(
        "airace: wanted JSON in figures/market-sizes.json\n  found: Expecting"
    )


def test_a_row_that_its_snapshot_does_not_hold_is_a_broken_trail(copy):
    replace(copy / "figures/market-sizes.csv", ",mp010\n", ",mp999\n")
    done = airace("trace", "market-sizes:9")
    assert (done.code, done.out) == (1, "")
    assert done.err == (
        "airace: broken trail: wanted row 'mp999' of data/raw/market_size/2026-03-06, "
        "named by figures/market-sizes.csv, row 9\n  found: did you mean 'mp019'?\n"
        "  next: make figures\n"
    )


def test_an_input_that_is_gone_is_a_broken_trail(copy):
    gone = mutants.Mutant("investment/2026-05-14", "points", "iv008", "deleted row", "", "")
    mutants.write(gone)
    done = airace("trace", "alibaba-pledge:4")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith(
        "airace: broken trail: wanted row 'iv008' of data/raw/investment/2026-05-14, "
        "named by data/raw/investment/2026-05-14/points.csv, row iv007\n"
    )


@pytest.mark.parametrize("asked", ["market-sizes", "market-sizes:9"])
def test_a_snapshot_that_changed_since_is_named_after_the_trail(copy, asked):
    file = copy / "data/raw/market_size/2026-03-06/datapackage.json"
    file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    done = airace("trace", asked)
    assert done.code == 1
    assert "mp010" in done.out
    assert done.err == (
        "airace: wanted the snapshots that market-sizes was drawn from\n"
        "  found: changed since: data/raw/market_size/2026-03-06\n"
        "  next: airace check market-sizes\n"
    )


def test_a_raw_file_that_was_edited_is_refused(copy):
    replace(copy / "data/raw/market_size/2026-03-06/points.csv", "mp010,2024,", "mp010,2023,")
    done = airace("trace", "market-sizes:9")
    assert (done.code, done.out) == (2, "")
    assert "does not match its datapackage.json" in done.err
