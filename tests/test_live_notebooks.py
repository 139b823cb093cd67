"""Notebooks that read models run on a live snapshot as well, and say what they then show."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from write_live import model, write

from airace import attribution, figures, korean_models, model_tables, shares, snapshots
from airace.errors import RequestError, SnapshotError

ROOT = Path(__file__).resolve().parents[1]
LIVE = "live/2026-11-27"
TAKING = ["02-model-share", "11-korea", "12-robustness"]
NAMESPACES = [  # Chinese, American, European, Korean, without one country, unlisted
    "Qwen", "deepseek-ai", "meta-llama", "google", "mistralai", "LGAI-EXAONE", "unsloth", "someone-of-us",
]  # fmt: skip


def hub() -> list[dict]:
    """Forty models with everything that a choice may ask for, and one of the oldest."""
    rows = [
        model("gpt2", 1_000, task="text-generation", downloads_all_time=9_000, parameters=10**8)
    ]
    for number in range(40):
        name = f"{NAMESPACES[number % len(NAMESPACES)]}/m{number}"
        month = pd.Timestamp("2025-06-01") + pd.DateOffset(months=number % 16)
        rows.append(
            model(
                name, 1_000 * (number + 1), downloads_all_time=50_000 + 977 * number, likes=number,
                created=month.date(), modified=month.date(), licence="mit", gated="no",
                task=["text-generation", "image-text-to-text"][number % 2],
                parameters=[2, 8, 70][number % 3] * 10**9,
            )
        )  # fmt: skip
    return rows


EDGES = [{"model": "someone-of-us/m7", "base_model": "Qwen/m0", "relation": "finetune"}]


@pytest.fixture(scope="module")
def repository(tmp_path_factory) -> Path:
    """The notebooks and raw data of this repository beside a live snapshot."""
    root = tmp_path_factory.mktemp("live")
    for folder in ("notebooks", "data/raw"):
        shutil.copytree(ROOT / folder, root / folder)
    shutil.copy(ROOT / "requirements.lock", root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRACE_ROOT", str(root))
        write("2026-11-27", hub(), EDGES)
    return root


@pytest.fixture
def here(repository, monkeypatch) -> Path:
    monkeypatch.setenv("AIRACE_ROOT", str(repository))
    monkeypatch.chdir(repository)
    return repository


@pytest.fixture(scope="module")
def built(repository) -> Path:
    """Where the command line put what the notebooks make of the live snapshot."""
    command = [sys.executable, "-m", "airace.cli", "build", *TAKING, "-p", f"snapshot={LIVE}"]
    environment = os.environ | {"AIRACE_ROOT": str(repository)}
    done = subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return repository / "build/custom"


def record(built: Path, figure: str) -> dict:
    return json.loads((built / f"figures/{figure}.json").read_text("utf-8"))


def test_the_publishers_are_those_of_the_live_snapshot_with_its_day_and_source(built):
    found = record(built, "share-publishers")
    assert found["parameters"]["snapshot"] == LIVE
    assert found["subtitle"] == (
        "Share of 30-day downloads of the 41 models of 2 namespaces of the Hub, live snapshot "
        "of 27 November 2026, percent."
    )
    assert found["alt"].startswith(
        "Two bar charts of shares of 30-day downloads in a live snapshot of the Hub of "
        "27 November 2026, in percent. "
    )
    assert found["drawn_from"] == [LIVE, "organisations/2026-10-05"]
    assert found["source"].startswith("Sources: Hugging Face (live, as of 27 November 2026) · ")
    assert found["source"].endswith(
        "Snapshots in data/raw and, on the machine that took it, data/live."
    )


def test_the_shares_of_the_live_snapshot_count_every_model_at_its_own_count(built, here):
    table = pd.read_csv(built / "processed/share_countries.csv").set_index("country")
    counted = attribution.by_country(
        attribution.source(LIVE), snapshots.load("organisations/2026-10-05")
    ).set_index("country")
    assert table["models"].sum() == 41
    assert table["downloads_30d"].sum() == 1_000 + sum(1_000 * n for n in range(1, 41))
    assert table["share"].to_dict() == pytest.approx(counted["share"].to_dict())


def test_the_months_stay_those_of_the_catalogue(built):
    committed = ROOT / "data/processed/share_monthly.csv"
    assert (built / "processed/share_monthly.csv").read_bytes() == committed.read_bytes()
    found = record(built, "share-monthly")
    assert LIVE not in found["drawn_from"]
    assert found["source"].endswith("Snapshots in data/raw, every row with its address.")


def test_korea_s_place_is_that_in_the_live_snapshot_alone(built):
    best = pd.read_csv(built / "processed/korea_catalogue.csv")
    assert best["date"].tolist() == ["2026-11-27"]
    assert best["best_model"].tolist() == ["LGAI-EXAONE/m37"]
    assert best[["korean_models", "place", "of"]].values.tolist() == [[5, 3, 41]]
    said = record(built, "korea-models")["subtitle"]
    assert "in 41 models of 2 namespaces of the Hub, live snapshot of 27 November 2026." in said


def test_the_verdict_on_korea_is_that_of_the_catalogue_whatever_is_shown(built):
    handed = json.loads((built / "evidence/11-korea.json").read_text("utf-8"))["evidence"]
    finding = {e["claim_id"]: e["finding"] for e in handed}["korea-no-dominant-model"]
    assert finding.endswith(
        "later, up to October 2026, no Korean model is above place 131 by downloads"
    )


def test_a_snapshot_without_a_korean_model_is_refused_by_date():
    models = pd.DataFrame({"model": ["a/x"], "country": ["USA"], "downloads_30d": [5]})
    with pytest.raises(RequestError, match="wanted a Korean model in the snapshot of 2026-11-27"):
        korean_models.best({"2026-11-27": models})


def test_the_specifications_of_a_live_snapshot_are_of_it_alone(built):
    table = pd.read_csv(built / "processed/robustness.csv")
    assert table["snapshot"].unique().tolist() == [LIVE]
    assert set(table["attribution"]) == {"publisher", "base model"}
    assert set(table["window"]) == {"30 days", "all time"}
    assert set(table["stale"]) == {"counted"}
    unanswered = pd.read_csv(built / "processed/robustness_unanswered.csv")
    assert unanswered[["choice", "reason"]].values.tolist() == [["stale", "fresh counts"]]


def test_what_is_published_is_not_touched_by_a_live_build(built, repository):
    assert not (repository / "figures").exists()
    assert not (repository / "data/processed").exists()


def test_a_live_snapshot_has_neither_placeholders_nor_stale_counts(here):
    table = model_tables.chosen(LIVE, {}, snapshots.load("organisations/2026-10-05"))
    assert (table["downloads_30d"] % 1000 == 0).all()  # round, and yet counted
    assert shares.quality({"now": table}).loc[
        "now", ["placeholders", "stale_models_percent"]
    ].tolist() == [0, 0]


def test_the_oldest_names_count_for_the_namespace_that_they_moved_to(here):
    table = model_tables.chosen(LIVE, {}, snapshots.load("organisations/2026-10-05"))
    oldest = table[table["model"] == "gpt2"].iloc[0]
    assert (oldest["organisation"], oldest["country"]) != ("gpt2", "Unlisted namespaces")


def test_an_old_name_that_nobody_moved_is_a_publisher_of_its_own(here, tmp_path):
    write("2026-11-28", [model("gpt3", 5), model("", 5) | {"model": "gpt4", "namespace": ""}])
    table = model_tables.chosen("live/2026-11-28", {}, snapshots.load("organisations/2026-10-05"))
    assert table["organisation"].tolist() == ["gpt3", "gpt4"]
    assert set(table["country"]) == {"Unlisted namespaces"}


def test_a_changed_live_file_is_refused(here):
    file = write("2026-11-29", [model("a/x", 5)]) / "models.parquet"
    file.write_bytes(file.read_bytes() + b"\0")
    with pytest.raises(SnapshotError, match="live/2026-11-29 does not match"):
        model_tables.chosen("live/2026-11-29", {}, snapshots.load("organisations/2026-10-05"))


def test_a_month_of_the_catalogue_is_handed_on_as_it_is():
    month = pd.DataFrame({"model": ["a/x"]})
    assert model_tables.chosen("hub_catalogue/2026-10-08", {"2026-10-08": month}, None) is month


def test_the_source_line_names_the_folder_of_live_snapshots_only_where_one_is_drawn(here):
    drawn = pd.DataFrame({"snapshot": [f"{LIVE}; organisations/2026-10-05"], "row": ""})
    assert "data/raw and, on the machine that took it, data/live." in figures.source_line(drawn)
    assert "data/live" not in figures.source_line(drawn.assign(snapshot="organisations/2026-10-05"))


def test_a_catalogue_counts_with_its_earlier_snapshots(here):
    ids = [source.snapshot for source in attribution.series("hub_catalogue/2026-06-09")]
    assert ids == [f"hub_catalogue/{d}" for d in ("2026-04-06", "2026-05-10", "2026-06-09")]
    assert [source.snapshot for source in attribution.series(LIVE)] == [LIVE]
