"""Whose country a download counts for: by publisher, by lineage, and what is left without one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from airace import ancestry, attribution, organisations, shares, snapshots
from airace.attribution import COVERAGE
from airace.errors import RequestError, SnapshotError
from airace.views import Source

ROOT = Path(__file__).resolve().parents[1]
ORGANISATIONS = "organisations/2026-10-05"
CATALOGUE = "hub_catalogue/2026-10-08"
TABLE = pd.DataFrame(
    [
        ("Qwen", "CN", True), ("meta", "US", True), ("guess", "US", False), ("club", "unknown", True),
        ("paris", "FR", True), ("bonn", "DE", True), ("openai-community", "unknown", True),
    ],
    columns=["namespace", "country", "verified"],
)  # fmt: skip


@pytest.fixture
def make(tmp_path):
    """Write models (id: downloads) and their base models (pairs of ids) as Parquet files."""

    def source(models: dict[str, int], edges: list[tuple] | None = None, **columns: list) -> Source:
        table = pd.DataFrame({"model": list(models), "downloads_30d": list(models.values())})
        table = table.astype({"model": "str", "downloads_30d": "int64"})
        table["namespace"] = [model.partition("/")[0] for model in models]
        table.assign(**columns).to_parquet(tmp_path / "models.parquet", index=False)
        lineage = None
        if edges is not None:
            lineage = tmp_path / "base_models.parquet"
            pd.DataFrame(edges, columns=["model", "base_model"], dtype="str").to_parquet(lineage)
        return Source("live/2026-11-01", "2026-11-01", (tmp_path / "models.parquet",), lineage)

    return source


def shared(source: Source, rule: str = "publisher") -> dict[str, int]:
    """Downloads by country."""
    found = attribution.by_country(source, TABLE, rule)
    return dict(zip(found["country"], found["downloads"]))


def origin(make, *edges: tuple[str, str], publisher: str = "nobody/m") -> str:
    """Country of one model with a hundred downloads, by its lineage."""
    ((country, downloads),) = shared(make({publisher: 100}, list(edges)), "base model").items()
    assert downloads == 100
    return country


# --- by publisher ------------------------------------------------------------------------------


@pytest.fixture
def real(monkeypatch) -> None:
    """The committed repository, for looking at only."""
    monkeypatch.setenv("AIRACE_ROOT", str(ROOT))


@pytest.mark.parametrize("date", [f.name for f in sorted(ROOT.glob("data/raw/hub_catalogue/*"))])
def test_the_publisher_rule_gives_exactly_what_pandas_gives(real, date):
    namespaces = snapshots.load(ORGANISATIONS)
    models = shares.mark(snapshots.load(f"hub_catalogue/{date}"))
    wanted = shares.by_country(shares.select(organisations.attribute(models, namespaces)))
    found = attribution.by_country(attribution.source(f"hub_catalogue/{date}"), namespaces)
    found = found.rename(columns={"downloads": "downloads_30d"})[list(wanted)]
    pd.testing.assert_frame_equal(found, wanted, check_exact=True)


def test_the_coverage_is_what_notebook_02_prints(real):
    namespaces = snapshots.load(ORGANISATIONS)
    models = shares.mark(snapshots.load(CATALOGUE))
    quality = shares.quality({"d": organisations.attribute(models, namespaces)}).loc["d"]
    found = attribution.by_country(attribution.source(CATALOGUE), namespaces).iloc[0]
    for name in ("verified", "unlisted"):
        assert found[f"{name}_percent"] == pytest.approx(quality[f"{name}_downloads_percent"])


def test_coverage_stands_beside_every_share_and_its_parts_add_up(make):
    models = {"Qwen/a": 40, "guess/a": 30, "club/a": 20, "nobody/a": 10}
    found = attribution.by_country(make(models), TABLE)
    assert found[COVERAGE].drop_duplicates().values.tolist() == [[70, 60, 20, 10]]


def test_a_namespace_that_differs_in_case_is_unlisted(make):
    assert shared(make({"qwen/a": 1, "Qwen/a": 2})) == {"China": 2, "Unlisted namespaces": 1}


def test_a_name_of_before_2024_counts_for_the_namespace_that_it_moved_to(make):
    assert shared(make({"gpt2": 5})) == {"No single country": 5}
    assert shared(make({"gpt3": 5})) == {"Unlisted namespaces": 5}


@pytest.mark.parametrize("none", [None, ""])
def test_an_empty_namespace_is_none_and_the_name_tells_the_home(make, none):
    source = make({"gpt2": 5, "gpt3": 3, "Qwen/a": 2}, namespace=[none, none, "Qwen"])
    assert shared(source) == {"No single country": 5, "Unlisted namespaces": 3, "China": 2}


def test_legacy_names_have_no_namespace_and_one_home():
    assert not any("/" in name for name in [*ancestry.LEGACY, *ancestry.LEGACY.values()])


def test_a_placeholder_never_counts(make):
    models = {"Qwen/a": 3000, "meta/a": 3001, "paris/a": 4000}
    source = make(models, discovered=[False, False, True])
    assert shared(source) == {"EU": 4000, "USA": 3001}


def test_of_equal_shares_the_first_by_name_stands_first(make):
    assert list(shared(make({"meta/a": 1, "paris/a": 1, "Qwen/a": 1}))) == ["China", "EU", "USA"]


def test_sums_beyond_53_bits_are_exact(make):
    big = 2**53
    assert shared(make({"Qwen/a": big, "Qwen/b": 1})) == {"China": big + 1}


def test_a_negative_count_is_not_shared_out(make):
    with pytest.raises(AssertionError, match="cannot be negative"):
        shared(make({"Qwen/a": 5, "meta/a": -1}))


@pytest.mark.parametrize("models", [{"Qwen/a": 0}, {}])
def test_models_without_a_download_are_refused(make, models):
    with pytest.raises(RequestError) as refusal:
        shared(make(models))
    assert "wanted at least one download in the selection\n  found: none is left" == str(
        refusal.value
    )


def test_a_path_with_a_quote_in_it_is_a_path(make, tmp_path):
    odd = Path(shutil.copytree(tmp_path, tmp_path / "it's [1]*", dirs_exist_ok=True))
    make({"Qwen/a": 1})
    shutil.copy(tmp_path / "models.parquet", odd)
    source = Source("live/x", "2026-11-01", (odd / "models.parquet",))
    assert shared(source) == {"China": 1}


# --- by base model -----------------------------------------------------------------------------


def test_a_model_without_a_base_model_keeps_its_publisher(make):
    assert shared(make({"Qwen/a": 7, "nobody/a": 3}, []), "base model") == {
        "China": 7, "Unlisted namespaces": 3,
    }  # fmt: skip


def test_a_lineage_is_followed_to_its_root(make):
    edges = ("nobody/m", "meta/b"), ("meta/b", "someone/c"), ("someone/c", "Qwen/d")
    assert origin(make, *edges) == "China"


def test_a_parent_outside_the_snapshot_still_has_a_namespace(make):
    assert origin(make, ("nobody/m", "meta/gone")) == "USA"


def test_a_parent_that_nobody_lists_makes_the_model_unlisted(make):
    assert origin(make, ("Qwen/m", "nobody/b"), publisher="Qwen/m") == "Unlisted namespaces"


def test_a_parent_known_by_its_name_of_before_2024_is_the_model_that_moved(make):
    """Where the moved model has a parent itself, the lineage goes on above it."""
    edges = ("nobody/m", "gpt2"), ("openai-community/gpt2", "meta/older")
    assert origin(make, *edges) == "USA"


def test_a_merge_of_two_countries_has_several(make):
    assert origin(make, ("nobody/m", "Qwen/a"), ("nobody/m", "meta/a")) == ancestry.SEVERAL


def test_a_merge_within_one_group_of_countries_has_that(make):
    assert origin(make, ("nobody/m", "paris/a"), ("nobody/m", "bonn/a")) == "EU"


def test_a_merge_passes_several_on_to_its_descendants(make):
    edges = ("nobody/m", "some/merge"), ("some/merge", "Qwen/a"), ("some/merge", "meta/a")
    assert origin(make, *edges) == ancestry.SEVERAL


def test_a_merge_of_relatives_with_one_root_has_its_country(make):
    edges = ("nobody/m", "x/a"), ("nobody/m", "x/b"), ("x/a", "Qwen/r"), ("x/b", "Qwen/r")
    assert origin(make, *edges) == "China"


CIRCLES = {
    "of one": [("Qwen/m", "Qwen/m")],
    "of two": [("Qwen/m", "meta/a"), ("meta/a", "Qwen/m")],
    "above": [("Qwen/m", "x/a"), ("x/a", "x/b"), ("x/b", "x/a")],
}


@pytest.mark.parametrize("edges", CIRCLES.values(), ids=CIRCLES)
def test_a_circle_without_a_root_leaves_the_publishers_own_country(make, edges):
    assert origin(make, *edges, publisher="Qwen/m") == "China"


def test_models_whose_lineage_has_no_root_are_counted(make):
    source = make({"Qwen/m": 1}, CIRCLES["above"] + [("x/c", "meta/r")])
    assert attribution.lineage(source, TABLE) == {
        "models_with_parent": 4, "several_countries": 0, "without_root": 3, "roots_outside": 1,
    }  # fmt: skip


def test_a_circle_that_a_root_leads_into_has_the_roots_country(make):
    edges = ("nobody/m", "x/a"), ("x/a", "nobody/m"), ("x/a", "meta/r")
    assert origin(make, *edges) == "USA"


def test_a_lineage_of_a_thousand_generations_ends(make):
    chain = [(f"x/{n}", f"x/{n + 1}") for n in range(1000)]
    assert origin(make, *chain, ("x/1000", "Qwen/r"), publisher="x/0") == "China"


def test_an_edge_told_twice_or_without_a_parent_counts_once_or_not(make):
    edges = ("nobody/m", "Qwen/a"), ("nobody/m", "Qwen/a"), ("nobody/m", None)
    assert origin(make, *edges) == "China"


def test_a_derivative_is_verified_where_all_its_roots_are(make):
    models = {"nobody/a": 60, "nobody/b": 40}
    edges = [("nobody/a", "meta/r"), ("nobody/b", "meta/r"), ("nobody/b", "guess/r")]
    found = attribution.by_country(make(models, edges), TABLE, "base model")
    assert found[["country", *COVERAGE]].values.tolist() == [["USA", 100, 60, 0, 0]]


def test_a_snapshot_without_base_models_does_not_answer_for_them(make):
    with pytest.raises(RequestError) as refusal:
        shared(make({"Qwen/a": 1}), "base model")
    assert str(refusal.value) == (
        "wanted a snapshot with base models, got live/2026-11-01\n"
        "  found: no table base_models\n  choices: publisher"
    )


# --- windows, rules, files ---------------------------------------------------------------------


def test_all_time_counts_are_a_window_of_their_own(make):
    source = make({"Qwen/a": 9, "meta/a": 1}, downloads_all_time=[10, 40])
    found = attribution.by_country(source, TABLE, window="all time")
    assert found[["country", "downloads"]].values.tolist() == [["USA", 40], ["China", 10]]


def test_a_model_without_an_all_time_count_is_not_counted_there(make):
    source = make({"Qwen/a": 9, "meta/a": 1}, downloads_all_time=[None, 40])
    found = attribution.by_country(source, TABLE, window="all time")
    assert found.set_index("country")["models"].to_dict() == {"USA": 1, "China": 0}


def test_a_snapshot_without_all_time_counts_does_not_answer_for_them(make):
    with pytest.raises(RequestError) as refusal:
        attribution.by_country(make({"Qwen/a": 1}), TABLE, window="all time")
    assert str(refusal.value) == (
        "wanted downloads over all time in live/2026-11-01\n"
        "  found: no column downloads_all_time\n  choices: 30 days"
    )


@pytest.mark.parametrize("asked", [{"rule": "publishers"}, {"window": "30 day"}])
def test_a_misspelt_rule_or_window_is_refused_with_the_nearest(make, asked):
    with pytest.raises(RequestError, match="did you mean '(publisher|30 days)'"):
        attribution.by_country(make({"Qwen/a": 1}), TABLE, **asked)


def test_a_damaged_catalogue_is_refused_before_a_row_is_read(tmp_path, monkeypatch):
    root = tmp_path / "repo"
    (root / "notebooks").mkdir(parents=True)
    folder = root / "data/raw" / CATALOGUE
    shutil.copytree(ROOT / "data/raw" / CATALOGUE, folder)
    data = bytearray((folder / "models.parquet").read_bytes())
    data[1000] ^= 1
    (folder / "models.parquet").write_bytes(data)
    monkeypatch.setenv("AIRACE_ROOT", str(root))
    monkeypatch.setattr(snapshots, "opened", {})
    with pytest.raises(SnapshotError, match="models.parquet: expected sha256:1e94307a"):
        attribution.source(CATALOGUE)
    assert snapshots.opened == {}


def test_a_source_remembers_every_snapshot_that_it_reads(real, monkeypatch):
    monkeypatch.setattr(snapshots, "opened", {})
    monkeypatch.setattr(snapshots, "listed", {})
    found = attribution.source(CATALOGUE)
    assert list(snapshots.opened) == [CATALOGUE, "hub_catalogue/2026-09-03"]
    assert (found.as_of, found.base_models) == ("2026-10-08", None)


# --- a panel of dumps --------------------------------------------------------------------------


def test_a_month_is_its_mean_dump(tmp_path):
    files = []
    dumps = {"2026-01-05": (10, 30), "2026-01-12": (30, 30), "2026-02-02": (50, 0)}
    for day, counts in dumps.items():
        files.append(tmp_path / f"{day}.parquet")
        table = pd.DataFrame({"namespace": ["Qwen", "meta"], "downloads_30d": counts})
        table.assign(as_of=pd.Timestamp(day).date()).to_parquet(files[-1], index=False)
    found = attribution.monthly(Source("panel", "2026-02-02", tuple(files)), TABLE)
    assert found[["month", "dumps", "country", "models", "downloads", "share"]].values.tolist() == [
        ["2026-01", 2, "USA", 1, 30, 60], ["2026-01", 2, "China", 1, 20, 40],
        ["2026-02", 1, "China", 1, 50, 100], ["2026-02", 1, "USA", 1, 0, 0],
    ]  # fmt: skip
