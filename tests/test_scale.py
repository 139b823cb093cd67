"""The made-up tables are shaped like the Hub's, and all ways to count them give one answer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import generate
import pandas as pd
import pytest
import scale
import ways

from airace import attribution, database
from airace.views import Source

ROOT = Path(__file__).resolve().parents[1]
ROWS = 20_000


@pytest.fixture(autouse=True)
def real(monkeypatch):
    monkeypatch.setenv("AIRACE_ROOT", str(ROOT))


def make(folder: Path, dumps: int = 6, seed: int = 1) -> Path:
    (folder / "panel").mkdir(parents=True)
    known = [namespace for namespace, _, _ in ways.namespaces()]
    generate.hub(folder, known, ROWS, seed)
    generate.panel(folder / "panel", folder / "models.parquet", dumps, seed)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Tables of twenty thousand models. For looking at only."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRACE_ROOT", str(ROOT))
        return make(tmp_path_factory.mktemp("scale") / "made")


def values(folder: Path) -> list[pd.DataFrame]:
    return [pd.read_parquet(file) for file in sorted(folder.rglob("*.parquet"))]


def test_a_seed_makes_the_same_values_again_and_another_seed_others(folder, tmp_path):
    again, other = make(tmp_path / "again"), make(tmp_path / "other", seed=2)
    for here, there in zip(values(folder), values(again), strict=True):
        pd.testing.assert_frame_equal(here, there)
    assert not values(folder)[0].equals(values(other)[0])


def test_models_stand_once_in_order_and_most_namespaces_are_unlisted(folder):
    models = pd.read_parquet(folder / "models.parquet")
    assert models["model"].is_unique and models["model"].is_monotonic_increasing
    assert (models["model"].str.partition("/")[0] == models["namespace"]).all()
    known = {namespace for namespace, _, _ in ways.namespaces()}
    assert models["namespace"].nunique() == ROWS // generate.PER_NAMESPACE > 10 * len(known)
    assert known < set(models["namespace"])


def test_downloads_have_a_heavy_tail(folder):
    counts = pd.read_parquet(folder / "models.parquet")["downloads_30d"].sort_values()
    assert counts.tail(ROWS // 100).sum() > counts.sum() / 2
    assert counts.median() < 100


def test_the_lineage_has_generations_merges_circles_and_parents_that_are_gone(folder):
    edges = pd.read_parquet(folder / "base_models.parquet")
    models = set(pd.read_parquet(folder / "models.parquet")["model"])
    assert set(edges["model"]) <= models
    assert not set(edges["base_model"]) <= models
    assert edges["model"].duplicated().any()
    assert set(edges["base_model"]) & set(edges["model"])
    namespaces = pd.DataFrame(ways.namespaces(), columns=["namespace", "country", "verified"])
    assert min(attribution.lineage(ways.source(folder), namespaces).values()) > 0


QUESTIONS = ["shares", *(f"panel {part}" for part in ways.CURVE)]


@pytest.mark.parametrize("question", QUESTIONS)
def test_all_ways_to_answer_a_question_agree(folder, question, monkeypatch):
    monkeypatch.setattr(ways.resource, "setrlimit", lambda *_: None)  # not for the tests' process
    same = [way for way in ways.WAYS if scale.QUESTION[way] == question]
    first, *others = [ways.WAYS[way](folder) for way in same]
    assert len(others) == (2 if question == "shares" else 1)
    assert all(other == first for other in others)


def test_the_base_models_country_is_that_of_a_plain_walk(folder):
    edges = pd.read_parquet(folder / "base_models.parquet")
    parents = edges.groupby("model")["base_model"].agg(list).to_dict()
    group = ways._groups()

    def roots(model: str, seen: frozenset = frozenset()) -> set[str]:
        if model in seen:
            return set()
        if model not in parents:
            return {group.get(model.partition("/")[0], "Unlisted namespaces")}
        return set().union(*(roots(parent, seen | {model}) for parent in parents[model]))

    wanted: dict[str, int] = {}
    for row in pd.read_parquet(folder / "models.parquet").itertuples():
        found = roots(row.model) or {group.get(row.namespace, "Unlisted namespaces")}
        country = found.pop() if len(found) == 1 else "Several countries"
        wanted[country] = wanted.get(country, 0) + row.downloads_30d
    assert ways.shares(folder, "base model") == wanted


def test_there_are_more_than_a_thousand_specifications(folder):
    assert ways.specified(folder, all_levels=True) == 1152
    assert ways.specified(folder, all_levels=False) == 1


def test_a_process_that_only_counts_loads_no_pandas(folder):
    code = "import sys, ways; ways.shares(ways.Path(sys.argv[1])); print('pandas' in sys.modules)"
    command = [sys.executable, "-c", code, str(folder)]
    done = subprocess.run(command, cwd=ROOT / "benchmarks", capture_output=True, text=True)
    assert done.stdout == "False\n", done.stderr


def test_what_does_not_fit_into_the_memory_goes_to_a_folder_that_is_deleted(tmp_path, monkeypatch):
    monkeypatch.setattr(database.tempfile, "tempdir", str(tmp_path))
    with database.connect("24MiB") as connection:
        sort = "create table t as select hash(range) as a from range(4_000_000) order by a"
        connection.execute(sort)
        assert list(tmp_path.rglob("*.tmp"))
    assert list(tmp_path.iterdir()) == []


def test_no_extension_is_fetched_or_loaded():
    with database.connect() as connection:
        settings = "select value from duckdb_settings() where name like 'auto%known_extensions'"
        assert connection.execute(settings).fetchall() == [("false",), ("false",)]


# --- the bench ---------------------------------------------------------------------------------


def runs(*seconds: float, mib: int = 100, answer: str = "a") -> list[dict]:
    return [{"seconds": s, "mib": mib, "answer": answer} for s in seconds]


def test_medians_are_set_against_the_aims():
    measured = {"shares": runs(1, 9, 2, mib=20), "shares, pandas": runs(8, 8, 8)}
    aims = scale.summary(measured)["aims"]
    assert aims["time of shares to pandas"] == {"value": 0.25, "aim": 0.35, "reached": True}
    assert aims["memory of shares to pandas"] == {"value": 0.2, "aim": 0.25, "reached": True}
    missed = scale.summary(measured | {"shares": runs(4)})["aims"]["time of shares to pandas"]
    assert missed == {"value": 0.5, "aim": 0.35, "reached": False}


def test_ways_that_disagree_stop_the_bench():
    measured = {"shares": runs(1), "shares, pandas": runs(1, answer="b")}
    with pytest.raises(SystemExit, match="the ways give different answers to: shares"):
        scale.summary(measured)


def test_where_pandas_ended_it_is_not_tried_again(monkeypatch):
    tried = []
    monkeypatch.setattr(scale, "measure", lambda way, _: tried.append(way))
    measured = scale.take_turns(Path(), ["panel 100, pandas", "panel 300, pandas"], 2)
    assert tried == ["panel 100, pandas"]
    assert scale.summary(measured)["ways"] == dict.fromkeys(measured, "out of memory")


def test_a_way_that_fails_for_another_reason_stops_the_bench(tmp_path):
    with pytest.raises(SystemExit, match="(?s)shares, pandas failed.*models.parquet"):
        scale.measure("shares, pandas", tmp_path)


def test_the_dumps_of_a_part_are_whole_ones_and_a_third(folder):
    files = [file.name for file in ways.dumps(folder, 100)]
    assert len(files) == 3 and files[-1] == "third.parquet"
    assert len(ways.dumps(folder, 300)) == 6
    assert isinstance(ways.source(folder), Source)
