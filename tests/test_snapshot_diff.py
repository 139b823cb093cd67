"""Snapshots of models are listed, described and compared where they lie, the live ones included."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from click.testing import CliRunner
from write_live import model, write

from airace import model_snapshots, snapshot_diff
from airace.cli import main
from airace.terminal import shown

ROOT = Path(__file__).resolve().parents[1]
SEPTEMBER, OCTOBER = "hub_catalogue/2026-09-03", "hub_catalogue/2026-10-08"
MONDAY, TUESDAY = "live/2026-11-23", "live/2026-11-24"
DAY = dt.date(2026, 5, 1)


@pytest.fixture
def empty(tmp_path, monkeypatch) -> Path:
    """A repository without a snapshot."""
    for folder in ("notebooks", "data/raw"):
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.setenv("AIRACE_ROOT", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def catalogues(empty) -> Path:
    """The last two snapshots of the catalogue."""
    for snapshot_id in (SEPTEMBER, OCTOBER):
        shutil.copytree(ROOT / "data/raw" / snapshot_id, empty / "data/raw" / snapshot_id)
    return empty


def airace(*arguments: str) -> SimpleNamespace:
    done = CliRunner().invoke(main, ["snapshot", *arguments])
    assert isinstance(done.exception, SystemExit | None), done.exc_info
    return done


def compared(before: list[dict], after: list[dict], **most: int) -> dict:
    """What changed from Monday to Tuesday."""
    write("2026-11-23", before)
    write("2026-11-24", after)
    return snapshot_diff.diff(MONDAY, TUESDAY, **most)


# --- list and describe -------------------------------------------------------------------------


def test_without_a_snapshot_the_list_is_empty(empty):
    done = airace("list")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")


def test_the_list_tells_id_day_models_downloads_and_source(catalogues):
    write("2026-11-23", [model("a/x", 7), model("b/y", 5)])
    assert airace("list").stdout == (
        "hub_catalogue/2026-09-03  as of 2026-09-03     12,921 models    1,002,989,038 downloads in "
        "30 days  AlexsJones/llmfit (counts from the Hugging Face Hub API)\n"
        "hub_catalogue/2026-10-08  as of 2026-10-08     16,831 models      863,438,475 downloads in "
        "30 days  AlexsJones/llmfit (counts from the Hugging Face Hub API)\n"
        "live/2026-11-23           as of 2026-11-23          2 models               12 downloads in "
        "30 days  Hugging Face\n"
    )


def test_placeholders_are_neither_models_nor_downloads_of_the_list(catalogues):
    table = pd.read_parquet(catalogues / "data/raw" / OCTOBER / "models.parquet")
    kept = table[table["discovered"] | (table["downloads_30d"] % 1000 != 0)]
    (row,) = [r for r in model_snapshots.overview() if r["snapshot"] == OCTOBER]
    assert len(kept) < len(table)
    assert (row["models"], row["downloads_30d"]) == (len(kept), kept["downloads_30d"].sum())


def test_a_description_tells_source_query_licence_digests_and_coverage(empty):
    rows = [model("a/x", 30, task="text-generation", created=DAY), model("b/y", 10)]
    folder = write("2026-11-23", rows, [{"model": "b/y", "base_model": "a/x"}])
    package = json.loads((folder / "datapackage.json").read_text())
    models, edges = package["resources"]
    lines = airace("describe", MONDAY).stdout.splitlines()
    assert lines[:9] == [
        "live/2026-11-23: Models of the Hugging Face Hub on 2026-11-23",
        "as of: 2026-11-23",
        "source: The Hub's list of models, Hugging Face, retrieved 2026-11-23",
        "  https://huggingface.co/api/models",
        "asked for: 2 namespaces, a, b, at https://huggingface.co, sorted by createdAt",
        "came again: 0",
        "private: 0",
        "refused rows: 0",
        "licence: none (to cite only): stays on this machine",
    ]
    assert f"models: 2 rows, {models['bytes']:,} bytes" in lines
    assert f"  digest verified: {edges['hash']}" in lines
    assert (
        "  created              filled in  50.0 % of rows,  75.0 % of the 30-day downloads" in lines
    )
    assert (
        "  task                 filled in  50.0 % of rows,  75.0 % of the 30-day downloads" in lines
    )
    assert (
        "  library              filled in   0.0 % of rows,   0.0 % of the 30-day downloads" in lines
    )
    assert "  relation             filled in   0.0 % of rows" in lines


def test_a_live_snapshot_without_a_row_has_no_coverage_and_no_downloads(empty):
    write("2026-11-23", [])
    found = json.loads(airace("describe", MONDAY, "--json").stdout)
    assert found["tables"]["models"]["columns"]["model"] == {
        "rows_percent": 0.0,
        "downloads_percent": 0.0,
    }


def test_a_snapshot_that_holds_no_models_is_refused(catalogues):
    folder = "market_size/2026-03-06"
    shutil.copytree(ROOT / "data/raw" / folder, catalogues / "data/raw" / folder)
    done = airace("describe", folder)
    assert (done.exit_code, done.stdout, done.stderr) == (
        2,
        "",
        f"airace: wanted a snapshot of models with downloads_30d, got '{folder}'\n"
        f"  found: did you mean '{OCTOBER}'?\n  choices: {SEPTEMBER}, {OCTOBER}\n",
    )


def test_a_live_snapshot_that_is_not_there_names_those_that_are(empty):
    write("2026-11-23", [model("a/x", 7)])
    done = airace("describe", TUESDAY)
    assert (done.exit_code, done.stdout, done.stderr) == (
        2,
        "",
        f"airace: wanted a snapshot of data/live, got '{TUESDAY}'\n"
        f"  found: did you mean '{MONDAY}'?\n  choices: {MONDAY}\n  next: airace snapshot list\n",
    )


@pytest.mark.parametrize("arguments", [["list"], ["describe", MONDAY], ["diff", MONDAY, TUESDAY]])
def test_a_live_file_that_was_changed_is_refused_and_git_is_no_remedy(empty, arguments):
    file = write("2026-11-23", [model("a/x", 7)]) / "models.parquet"
    write("2026-11-24", [model("a/x", 7)])
    file.write_bytes(file.read_bytes() + b"\0")
    done = airace(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    first, size, *_, last = done.stderr.splitlines()
    assert first == f"airace: snapshot {MONDAY} does not match its datapackage.json:"
    assert size.startswith(f"  data/{MONDAY}/models.parquet: expected ")
    assert last == f"  next: remove data/{MONDAY}, and take a snapshot again"


# --- diff --------------------------------------------------------------------------------------


def test_new_gone_and_changed_models_are_told_apart(empty):
    found = compared(
        [model("a/stays", 10), model("a/rises", 10), model("a/falls", 10), model("a/gone", 4)],
        [model("a/stays", 10), model("a/rises", 15), model("a/falls", 3), model("a/new", 6)],
    )
    assert found["counts"] == {
        "before": {"models": 4, "downloads_30d": 34},
        "after": {"models": 4, "downloads_30d": 34},
        "in_both": {"models": 3, "before": 30, "after": 28},
        "new": {"models": 1, "downloads_30d": 6},
        "gone": {"models": 1, "downloads_30d": 4},
        "placeholders": 0,
        "unchanged_to_the_digit": 1,
    }
    assert found["new"] == [{"model": "a/new", "downloads_30d": 6}]
    assert found["gone"] == [{"model": "a/gone", "downloads_30d": 4}]
    assert found["up"] == [{"model": "a/rises", "before": 10, "after": 15, "change": 5}]
    assert found["down"] == [{"model": "a/falls", "before": 10, "after": 3, "change": -7}]
    assert (found["moves"], found["notes"]) == ([], [])


def test_the_largest_come_first_equals_by_name_and_no_more_than_asked(empty):
    before = [model(f"a/{n}", 10) for n in "abcd"]
    after = [model("a/a", 11), model("a/b", 13), model("a/d", 12), model("a/c", 12)]
    found = compared(before, after, most=3)
    assert [row["model"] for row in found["up"]] == ["a/b", "a/c", "a/d"]


def test_the_two_last_catalogues_differ_as_pandas_says(catalogues):
    tables = [
        pd.read_parquet(catalogues / "data/raw" / i / "models.parquet")
        for i in (SEPTEMBER, OCTOBER)
    ]
    both = tables[0].merge(tables[1], on="model", how="outer", indicator=True)
    counts = snapshot_diff.diff(SEPTEMBER, OCTOBER)["counts"]
    assert counts["in_both"]["models"] == (both["_merge"] == "both").sum() == 12_937
    assert counts["new"]["models"] == (both["_merge"] == "right_only").sum() == 3912
    assert counts["gone"]["models"] == (both["_merge"] == "left_only").sum() == 0


def test_a_typed_placeholder_is_no_change_in_downloads(catalogues):
    found = snapshot_diff.diff(SEPTEMBER, OCTOBER, most=20_000)
    table = pd.read_parquet(catalogues / "data/raw" / OCTOBER / "models.parquet")
    typed = table[~table["discovered"] & (table["downloads_30d"] % 1000 == 0)]["model"]
    listed = {row["model"] for kind in ("up", "down", "new", "gone") for row in found[kind]}
    assert found["counts"]["placeholders"] == len(typed) == 18
    assert listed.isdisjoint(typed)


def test_snapshots_of_two_sources_are_compared_with_a_warning(catalogues):
    write("2026-11-23", [model("Qwen/Qwen3-0.6B", 7)])
    found = snapshot_diff.diff(OCTOBER, MONDAY)
    assert found["counts"]["in_both"]["models"] == 1
    assert found["notes"] == [snapshot_diff.MIXED_NOTE]


def test_two_live_snapshots_of_different_queries_carry_a_warning(empty):
    write("2026-11-23", [model("a/x", 7)])
    write("2026-11-24", [model("a/x", 7)], listing={"scope": "dump", "file": "x", "sha256": "0"})
    assert snapshot_diff.diff(MONDAY, TUESDAY)["notes"] == [snapshot_diff.QUERY_NOTE]


ALIKE = {"created": DAY, "parameters": 7}


def test_an_id_that_went_and_one_that_came_may_be_one_model_and_count_as_two(empty):
    found = compared([model("old/m", 9, **ALIKE)], [model("new/m", 8, **ALIKE)])
    assert found["moves"] == [
        {
            "earlier": "old/m",
            "later": "new/m",
            "before": 9,
            "after": 8,
            "basis": snapshot_diff.ALIKE,
        }
    ]
    assert (found["counts"]["new"]["models"], found["counts"]["gone"]["models"]) == (1, 1)


NOT_ALIKE = {
    "another name": [model("new/n", 8, **ALIKE)],
    "another day": [model("new/m", 8, created=dt.date(2026, 5, 2), parameters=7)],
    "another size": [model("new/m", 8, created=DAY, parameters=8)],
    "no day": [model("new/m", 8, parameters=7)],
    "no size": [model("new/m", 8, created=DAY)],
    "two came": [model("new/m", 8, **ALIKE), model("other/m", 8, **ALIKE)],
    "it stayed": [model("new/m", 8, **ALIKE), model("stays/m", 5, **ALIKE)],
}


@pytest.mark.parametrize("after", NOT_ALIKE.values(), ids=NOT_ALIKE)
def test_what_could_be_something_else_is_no_move(empty, after):
    before = [model("old/m", 9, **ALIKE), model("stays/m", 5, created=DAY)]
    assert compared(before, after)["moves"] == []


def test_a_model_without_day_or_size_on_both_sides_is_no_move(empty):
    assert compared([model("old/m", 9)], [model("new/m", 8)])["moves"] == []


def test_a_name_that_the_hub_moved_in_2024_is_known_as_such(empty):
    found = compared([model("gpt2", 9)], [model("openai-community/gpt2", 8)])
    assert [(m["earlier"], m["later"], m["basis"]) for m in found["moves"]] == [
        ("gpt2", "openai-community/gpt2", snapshot_diff.KNOWN)
    ]


REFUSED = {
    ("diff", MONDAY, MONDAY): f"wanted two different snapshots\n  found: {MONDAY} twice",
    ("diff", MONDAY, TUESDAY, "--most", "0"): "wanted at least 1 model to show\n  found: 0",
}


@pytest.mark.parametrize("arguments, text", REFUSED.items())
def test_a_comparison_that_cannot_be_is_refused(empty, arguments, text):
    write("2026-11-23", [model("a/x", 7)])
    write("2026-11-24", [model("a/x", 7)])
    done = airace(*arguments)
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", f"airace: {text}\n")


def test_the_command_prints_what_changed_for_a_person(empty):
    write("2026-11-23", [model("a/x", 10), model("a/gone", 4), model("old/m", 9, **ALIKE)])
    write("2026-11-24", [model("a/x", 1_510), model("new/m", 8, **ALIKE)])
    assert airace("diff", MONDAY, TUESDAY).stdout == (
        "live/2026-11-23 to live/2026-11-24, downloads over 30 days\n"
        "before           3 models               23 downloads\n"
        "after            2 models            1,518 downloads\n"
        "new              1 models                8 downloads\n"
        "gone             2 models               13 downloads\n"
        "in both          1 models               10 to 1,510 downloads (+1,500), 0 models unchanged "
        "to the digit\n"
        "most downloaded new:\n"
        "                8  new/m\n"
        "most downloaded gone:\n"
        "                9  old/m\n"
        "                4  a/gone\n"
        "largest rise:\n"
        "           +1,500  a/x  (10 to 1,510)\n"
        "may be one model, 1 pairs:\n"
        "  old/m and new/m  (same name, day of creation and parameters, and only one such pair)\n"
    )


EVIL = "evil/\x1b[2J\x1b]0;owned\x07\u202egnp.\u200b\x9b31m"
SPELT = "evil/\\x1b[2J\\x1b]0;owned\\x07\\u202egnp.\\u200b\\x9b31m"


def test_a_name_cannot_command_the_terminal(empty):
    write("2026-11-23", [model("a/x", 10)], title="Hub\x1b[31m")
    write("2026-11-24", [model(EVIL, 4)])
    out = airace("diff", MONDAY, TUESDAY).stdout + airace("describe", MONDAY).stdout
    assert f"  {SPELT}\n" in out
    assert "live/2026-11-23: Hub\\x1b[31m\n" in out
    for text in (out, airace("diff", MONDAY, TUESDAY, "--json").stdout):
        assert [c for c in text if c != "\n" and not c.isprintable()] == []
    assert json.loads(airace("diff", MONDAY, TUESDAY, "--json").stdout)["new"][0]["model"] == EVIL


def test_letters_of_all_scripts_are_shown_as_they_are():
    assert shown("é/通义千问 – Ω") == "é/通义千问 – Ω"


def test_what_was_spelt_out_can_be_told_from_what_was_there():
    assert (shown("\x1b"), shown("\\x1b"), shown("\ud800")) == ("\\x1b", "\\\\x1b", "\\ud800")
