"""What the benchmarks compute: every kind of mutant, and ratios of medians. Neither is run here."""

from __future__ import annotations

import json
from pathlib import Path

import bench
import mutants
import pytest

from airace import compare, snapshots

ROOT = Path(__file__).resolve().parents[1]
SIZES = "market_size/2026-03-06"


@pytest.fixture(autouse=True)
def real(monkeypatch):
    monkeypatch.setenv("AIRACE_ROOT", str(ROOT))


def of_row(snapshot: str, key: str) -> list[mutants.Mutant]:
    return [mutant for mutant in mutants.mutants({snapshot: {key: []}})]


def test_a_row_is_changed_in_every_way_that_its_columns_allow():
    found = {(mutant.kind, mutant.column, mutant.new) for mutant in of_row(SIZES, "mp010")}
    assert found == {
        ("1 percent", "value", "909"),
        ("1 percent", "growth_percent", "24.24"),
        ("swapped country", "geography", "USA"),
        ("shifted date", "date_from", "2023-12-01"),
        ("shifted date", "date_to", "2024-11-30"),
        ("changed unit", "unit", "bn USD"),
        ("deleted row", "", ""),
        ("duplicated row", "point_id", "mp024"),
    }


@pytest.mark.parametrize("mutant", of_row(SIZES, "mp010"), ids=lambda m: f"{m.kind} {m.column}")
def test_a_mutant_changes_one_cell_or_one_row_of_the_file_and_nothing_else(mutant):
    file = ROOT / "data" / "raw" / SIZES / "points.csv"
    text = mutants.changed(file, ["point_id"], mutant).to_csv(index=False, lineterminator="\n")
    differences = compare.tables("points.csv", file.read_bytes(), text.encode())
    rows = {"deleted row": 2, "duplicated row": 2}  # the number of rows, and the row
    assert len(differences) == rows.get(mutant.kind, 1)


def test_every_row_that_a_figure_draws_from_a_curated_table_has_mutants():
    named = mutants.drawn()
    changed = {(mutant.snapshot, mutant.key) for mutant in mutants.mutants(named)}
    left_out = {
        (snapshot, key)
        for snapshot, keys in named.items()
        for key in keys
        if snapshot.partition("/")[0] not in mutants.SAMPLED
        and (snapshot, key) not in changed
        and key in set(snapshots.load(snapshot)["row"])
    }
    assert left_out == set()


def test_the_published_counts_of_mutants_add_up():
    found = json.loads((ROOT / "benchmarks" / "mutants.json").read_text("utf-8"))
    slipped = found["slipped, drawn"] + found["slipped, not drawn"]
    assert sum(kind["mutants"] for kind in found["kinds"].values()) == found["mutants"]
    assert len(slipped) == found["mutants"] - found["caught"]
    for kind in found["kinds"].values():
        counted = sum(kind["caught by"].values()) + sum(kind["slipped"].values())
        assert kind["mutants"] == counted


def test_ratios_are_those_of_medians_and_a_missed_aim_is_called_missed():
    measured = {way: [9.0, 2.0, 1.0] for pair in bench.RATIOS.values() for way in pair[:2]}
    measured["loop"] = [4.0, 5.0, 4.0]
    found = bench.summary(measured)["ratios"]
    assert found["a rebuild to the plain loop"] == {"ratio": 0.5, "aim": 0.25, "reached": False}
    assert found["b rebuild to the floor"] == {"ratio": 1.0, "aim": 2.0, "reached": True}
    assert found["c one notebook changed to a rebuild"]["reached"]
