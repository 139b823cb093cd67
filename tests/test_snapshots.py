"""A raw snapshot is refused on load, with place and remedy, as soon as it is not as described."""

from __future__ import annotations

import hashlib
import json
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import frictionless
import pandas as pd
import pytest
from click.testing import CliRunner

from airace import paths, schema, snapshots
from airace.cli import main
from airace.errors import SnapshotError

ROOT = Path(__file__).resolve().parents[1]
SIZES = "market_size/2026-03-06"
CATALOGUE = "hub_catalogue/2026-04-06"
COMMITTED = sorted(
    f"{f.parent.parent.name}/{f.parent.name}" for f in ROOT.glob("data/raw/*/*/datapackage.json")
)
CURATED = [i for i in COMMITTED if not i.startswith(("hub_catalogue", "exchange_rates"))]
CITING = [i for i in CURATED if not i.startswith("article")]  # the ledger is our own words


def airace(*arguments: str) -> SimpleNamespace:
    done = CliRunner().invoke(main, arguments)
    assert isinstance(done.exception, SystemExit | None), done.exc_info
    return done


def read_package(snapshot_id: str) -> dict:
    return json.loads((paths.snapshot(snapshot_id) / "datapackage.json").read_text("utf-8"))


def describe_again(snapshot_id: str) -> None:
    """Make size and digest in the datapackage those of the changed file; the rest stays."""
    package = read_package(snapshot_id)
    for resource in package["resources"]:
        data = (paths.snapshot(snapshot_id) / resource["path"]).read_bytes()
        resource["bytes"] = len(data)
        resource["hash"] = f"sha256:{hashlib.sha256(data).hexdigest()}"
    (paths.snapshot(snapshot_id) / "datapackage.json").write_text(json.dumps(package), "utf-8")


def rewrite(change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    """Change the table of market sizes as text, and its size and digest with it."""
    file = paths.snapshot(SIZES) / "points.csv"
    table = pd.read_csv(file, dtype="str", keep_default_na=False)
    change(table).to_csv(file, index=False, lineterminator="\n")
    describe_again(SIZES)


def put(*cells: tuple[int, str, str]) -> None:
    """Put texts into cells of the table of market sizes: row (from 1), column, text."""

    def change(table: pd.DataFrame) -> pd.DataFrame:
        for row, column, text in cells:
            table.loc[row - 1, column] = text
        return table

    rewrite(change)


def assert_refused(snapshot_id: str, *problems: str) -> None:
    """The command line and the load both refuse with these lines, each in its own frame."""
    folder = f"data/raw/{snapshot_id}"
    lines = "".join(f"  {folder}/{problem}\n" for problem in problems)
    done = airace("data", "verify", snapshot_id)
    assert (done.exit_code, done.stdout, done.stderr) == (
        2,
        "",
        f"airace: 1 of 1 snapshots do not match their description:\n{lines}"
        f"  next: git checkout -- {folder}\n",
    )
    with pytest.raises(SnapshotError) as refused:
        snapshots.load(snapshot_id)
    assert str(refused.value) == (
        f"snapshot {snapshot_id} does not match its datapackage.json:\n{lines}"
        f"  next: airace data verify {snapshot_id}   (git checkout restores the file)"
    )


def assert_passes(snapshot_id: str) -> None:
    rows = snapshots.row_count(snapshot_id)
    done = airace("data", "verify", snapshot_id)
    text = f"1 snapshots, {rows:,} rows: all as described\n"
    assert (done.exit_code, done.stdout, done.stderr) == (0, text, "")
    assert len(snapshots.load(snapshot_id)) == rows


def says_frictionless(snapshot_id: str) -> list[str]:
    """Kinds of errors that the standard's own implementation finds."""
    report = frictionless.validate(str(paths.snapshot(snapshot_id) / "datapackage.json"))
    return [kind for (kind,) in report.flatten(["type"])]


@pytest.fixture
def empty(tmp_path, monkeypatch) -> Path:
    """A repository without a snapshot, in which nothing was opened yet."""
    root = tmp_path / "repo"
    for folder in ("notebooks", "data/raw"):
        (root / folder).mkdir(parents=True)
    monkeypatch.setenv("AIRACE_ROOT", str(root))
    monkeypatch.setattr(snapshots, "opened", {})
    monkeypatch.setattr(snapshots, "listed", {})
    return root


@pytest.fixture
def sizes(empty) -> Path:
    """A repository with a copy of the real market sizes."""
    return Path(shutil.copytree(ROOT / "data/raw" / SIZES, empty / "data/raw" / SIZES))


@pytest.fixture
def catalogue(empty) -> Path:
    """A repository with a copy of a real catalogue, which is a Parquet file."""
    return Path(shutil.copytree(ROOT / "data/raw" / CATALOGUE, empty / "data/raw" / CATALOGUE))


@pytest.fixture
def real(monkeypatch) -> None:
    """The committed repository, for looking at only."""
    monkeypatch.setenv("AIRACE_ROOT", str(ROOT))


# --- what is refused ---------------------------------------------------------------------------


def test_an_untouched_copy_passes(sizes):
    assert_passes(SIZES)


def test_one_flipped_byte_is_refused(sizes):
    file = sizes / "points.csv"
    before, data = file.read_bytes(), bytearray(file.read_bytes())
    data[data.index(b"half of CAICT")] ^= 1
    file.write_bytes(data)
    hashes = [hashlib.sha256(d).hexdigest() for d in (before, bytes(data))]
    assert_refused(SIZES, f"points.csv: expected sha256:{hashes[0]}, found sha256:{hashes[1]}")
    assert says_frictionless(SIZES) == ["hash-count"]


def test_a_flipped_byte_in_a_number_is_refused_though_the_number_could_be_true(sizes):
    file = sizes / "points.csv"
    file.write_bytes(file.read_bytes().replace(b",303.1,bn", b",303.3,bn"))
    found = hashlib.sha256(file.read_bytes()).hexdigest()
    expected = read_package(SIZES)["resources"][0]["hash"]
    assert_refused(SIZES, f"points.csv: expected {expected}, found sha256:{found}")


def test_a_flipped_byte_in_the_description_is_refused(sizes):
    file = sizes / "datapackage.json"
    file.write_bytes(file.read_bytes().replace(b"{", b"[", 1))
    done = airace("data", "verify", SIZES)
    assert (done.exit_code, done.stdout, done.stderr) == (
        2,
        "",
        f"airace: wanted JSON in data/raw/{SIZES}/datapackage.json\n"
        "  found: Expecting ',' delimiter: line 2 column 8 (char 9)\n"
        f"  next: git checkout -- data/raw/{SIZES}/datapackage.json\n",
    )


def test_a_byte_that_is_no_utf8_is_refused(sizes):
    file = sizes / "points.csv"
    file.write_bytes(file.read_bytes().replace("亿".encode(), b"\xff\xff\xff"))
    describe_again(SIZES)
    text = "'utf-8' codec can't decode byte 0xff in position 54: invalid start byte"
    assert_refused(SIZES, f"points.csv: expected a readable table, found {text}")


def test_a_file_that_was_cut_is_refused_by_size_digest_and_rows(sizes):
    file = sizes / "points.csv"
    data = file.read_bytes()
    cut = data[: data.rindex(b"\nmp023") + 1]
    file.write_bytes(cut)
    hashes = [hashlib.sha256(d).hexdigest() for d in (data, cut)]
    assert_refused(
        SIZES,
        f"points.csv: expected {len(data)} bytes, found {len(cut)} bytes",
        f"points.csv: expected sha256:{hashes[0]}, found sha256:{hashes[1]}",
        "points.csv: expected 22 rows, found 21 rows",
    )


def test_a_missing_column_is_refused(sizes):
    rewrite(lambda table: table.drop(columns="vintage"))
    assert_refused(SIZES, "points.csv column vintage: expected this column, found none")


def test_a_missing_key_column_is_refused(sizes):
    rewrite(lambda table: table.drop(columns="point_id"))
    assert_refused(SIZES, "points.csv column point_id: expected this column, found none")


def test_an_extra_column_is_refused(sizes):
    rewrite(lambda table: table.assign(guess="1"))
    assert_refused(SIZES, "points.csv column guess: expected no such column, found one")


def test_an_extra_row_is_refused_though_the_digest_fits(sizes):
    rewrite(lambda table: pd.concat([table, table.tail(1).assign(point_id="mp099", value="1")]))
    assert_refused(SIZES, "points.csv: expected 22 rows, found 23 rows")


def test_a_duplicate_key_is_refused(sizes):
    put((2, "point_id", "mp001"))
    problem = "points.csv row 2 column point_id: expected a key that stands once, found 'mp001'"
    assert_refused(SIZES, problem)
    assert says_frictionless(SIZES) == ["primary-key"]


def test_a_missing_table_file_is_refused(sizes):
    (sizes / "points.csv").unlink()
    assert_refused(SIZES, "points.csv: expected the file, found none")


def test_a_missing_table_of_several_is_refused_by_the_check_of_all(empty):
    ledger = "article/2026-03-10"
    folder = shutil.copytree(ROOT / "data/raw" / ledger, empty / "data/raw" / ledger)
    (folder / "searches.csv").unlink()
    done = airace("data", "verify")
    assert (done.exit_code, done.stderr) == (
        2,
        "airace: 1 of 1 snapshots do not match their description:\n"
        f"  data/raw/{ledger}/searches.csv: expected the file, found none\n"
        f"  next: git checkout -- data/raw/{ledger}\n",
    )


CELLS = {
    "a negative amount": ("value", "-150", "at least 0, found -150.0"),
    "an empty required cell": ("geography", "", "a value, found an empty cell"),
    "an empty required date": ("date_to", "", "a value, found an empty cell"),
    "a text for a number": ("growth_percent", "about 15", "a number, found 'about 15'"),
    "a number with a comma": ("growth_percent", "1,150", "a number, found '1,150'"),
    "not a number": ("growth_percent", "nan", "a number, found 'nan'"),
    "infinity": ("growth_percent", "inf", "a number, found 'inf'"),
    "a value outside an enum": (
        "bound",
        "circa",
        "one of ['exact', 'approx', 'lower', 'upper'], found 'circa'",
    ),
    "an enum in capitals": (
        "bound",
        "Lower",
        "one of ['exact', 'approx', 'lower', 'upper'], found 'Lower'",
    ),
    "an http address": (
        "source_url",
        "http://example.org",
        r"text like (https://|pkg:pypi/)\S+, found 'http://example.org'",
    ),
    "an address without scheme": (
        "source_url",
        "example.org",
        r"text like (https://|pkg:pypi/)\S+, found 'example.org'",
    ),
    "an address with words behind it": (
        "source_url",
        "https://example.org seen in May",
        r"text like (https://|pkg:pypi/)\S+, found 'https://example.org seen in May'",
    ),
    "a day written in words": (
        "published",
        "May 2024",
        r"text like \d{4}(-\d{2}(-\d{2})?)?, found 'May 2024'",
    ),
}


@pytest.mark.parametrize("column, text, problem", CELLS.values(), ids=CELLS)
def test_a_bad_cell_is_refused_with_row_and_column(sizes, column, text, problem):
    put((3, column, text))
    assert_refused(SIZES, f"points.csv row 3 column {column}: expected {problem}")


def test_a_negative_amount_is_refused_by_frictionless_as_well(sizes):
    put((3, "value", "-150"))
    assert says_frictionless(SIZES) == ["constraint-error"]


GOOD_CELLS = [
    ("source_url", "https://example.org"),
    ("source_url", "pkg:pypi/llmfit@0.9.1"),
    ("source_url", ""),
    ("value", "0"),
    ("growth_percent", "-15.1"),
    ("growth_percent", ""),
    ("published", "2024"),
]


@pytest.mark.parametrize("column, text", GOOD_CELLS)
def test_a_cell_that_is_just_allowed_passes(sizes, column, text):
    put((3, column, text))
    assert_passes(SIZES)


TYPES = {
    "integer": ["1.5", "1e-3", "inf", "true", "one"],
    "number": ["1 000", "0x10", "-inf", "NaN"],
    "boolean": ["True", "1", "yes"],
    "date": [
        "2026",
        "2026-03",
        "20260301",
        "2026-02-30",
        "01/03/2026",
        "2026-03-01T00:00:00+09:00",
    ],
}


@pytest.mark.parametrize("kind, text", [(k, text) for k, texts in TYPES.items() for text in texts])
def test_a_text_that_is_not_of_the_type_is_refused(kind, text):
    resource = {"row_count": 1, "schema": {"fields": [{"name": "cell", "type": kind}]}}
    raw = pd.DataFrame({"cell": [text]}, dtype="str")
    typed, problems = schema.check_table(raw, resource, "t.csv", "2026-03-06")
    noun = {"integer": "an integer"}.get(kind, f"a {kind}")
    assert list(map(str, problems)) == [f"t.csv row 1 column cell: expected {noun}, found {text!r}"]
    assert typed["cell"].isna().all()


def test_texts_that_are_of_the_type_become_values():
    texts = {"integer": "7", "number": "-1.5", "boolean": "false", "date": "2026-03-06"}
    fields = [{"name": kind, "type": kind} for kind in texts]
    raw = pd.DataFrame({kind: [text] for kind, text in texts.items()}, dtype="str")
    resource = {"row_count": 1, "schema": {"fields": fields}}
    typed, problems = schema.check_table(raw, resource, "t.csv", "2026-03-06")
    assert problems == []
    assert typed.to_dict("records") == [
        {"integer": 7, "number": -1.5, "boolean": False, "date": pd.Timestamp("2026-03-06")}
    ]


LATE = "expected a date up to the snapshot's own, 2026-03-06, found 2026-03-07"


@pytest.mark.parametrize("status", ["estimate", "derived"])
def test_a_date_later_than_the_snapshot_is_refused(sizes, status):
    put((14, "date_to", "2026-03-07"), (14, "status", status))
    assert_refused(SIZES, f"points.csv row 14 column date_to: {LATE}")


@pytest.mark.parametrize("status", ["forecast", "target"])
def test_a_forecast_or_target_may_lie_after_the_snapshot(sizes, status):
    put((14, "date_to", "2026-03-07"), (14, "status", status))
    assert_passes(SIZES)


def test_the_snapshots_own_day_is_not_late(sizes):
    put((14, "date_to", "2026-03-06"))
    assert_passes(SIZES)


def test_a_forecast_that_is_called_an_estimate_is_refused(sizes):
    put((22, "status", "estimate"))
    dates = {"date_from": "2028-01-01", "date_to": "2028-12-31"}
    problems = [
        f"points.csv row 22 column {c}: expected a date up to the snapshot's own, 2026-03-06, "
        f"found {day}"
        for c, day in dates.items()
    ]
    assert_refused(SIZES, *problems)


@pytest.mark.parametrize("status", ["forecast", "target", "plan"])
@pytest.mark.parametrize("listed", [True, False])
def test_only_a_status_that_the_description_lists_may_lie_in_the_future(status, listed):
    fields = [{"name": "day", "type": "date", "asOf": True}, {"name": "status", "type": "string"}]
    resource = {"row_count": 1, "schema": {"fields": fields}}
    resource["futureStatus"] = ["forecast", "target", "plan"] if listed else ["reported"]
    raw = pd.DataFrame({"day": ["2026-03-07"], "status": [status]}, dtype="str")
    problems = schema.check_table(raw, resource, "t.csv", "2026-03-06")[1]
    assert list(map(str, problems)) == ([] if listed else [f"t.csv row 1 column day: {LATE}"])


def test_a_date_that_is_not_an_as_of_date_may_lie_in_the_future():
    resource = {"row_count": 1, "schema": {"fields": [{"name": "due", "type": "date"}]}}
    raw = pd.DataFrame({"due": ["2030-01-01"]}, dtype="str")
    assert schema.check_table(raw, resource, "t.csv", "2026-03-06")[1] == []


def test_a_late_date_is_refused_without_a_word_of_the_interpreter():
    resource = {
        "row_count": 1,
        "schema": {"fields": [{"name": "day", "type": "date", "asOf": True}]},
    }
    raw = pd.DataFrame({"day": ["2026-03-07"]}, dtype="str")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        problems = schema.check_table(raw, resource, "t.csv", "2026-03-06")[1]
    assert list(map(str, problems)) == [f"t.csv row 1 column day: {LATE}"]


@pytest.mark.parametrize(
    ("begin", "end", "refused"),
    [
        ("2026-03-01", "2026-02-28", True),
        ("2026-03-01", "2026-03-01", False),
        ("2026-03-01", "", False),
        ("", "2026-03-01", False),
    ],
)
def test_a_period_may_not_end_before_it_begins(begin, end, refused):
    fields = [{"name": "date_from", "type": "date"}, {"name": "date_to", "type": "date"}]
    resource = {"row_count": 1, "schema": {"fields": fields}}
    raw = pd.DataFrame({"date_from": [begin], "date_to": [end]}, dtype="str")
    problems = schema.check_table(raw, resource, "t.csv", "2026-03-06")[1]
    said = "t.csv row 1 column date_to: expected a day not before the row's date_from, found "
    assert list(map(str, problems)) == ([said + end] if refused else [])


def test_bad_rows_of_several_kinds_are_reported_at_once(sizes):
    def spoil(table: pd.DataFrame) -> pd.DataFrame:
        table.loc[1, ["point_id", "value"]] = "mp001", "-1"
        table.loc[2, "growth_percent"] = "much"
        table.loc[13, "date_to"] = "2026-03-07"
        table.loc[3, "unit"] = "bn EUR"
        return pd.concat([table, table.tail(1).assign(point_id="mp099", value="1")]).drop(
            columns="note"
        )

    rewrite(spoil)
    assert_refused(
        SIZES,
        "points.csv column note: expected this column, found none",
        "points.csv: expected 22 rows, found 23 rows",
        "points.csv row 2 column value: expected at least 0, found -1.0",
        "points.csv row 4 column unit: expected one of ['bn CNY', 'bn USD'], found 'bn EUR'",
        "points.csv row 3 column growth_percent: expected a number, found 'much'",
        f"points.csv row 14 column date_to: {LATE}",
        "points.csv row 2 column point_id: expected a key that stands once, found 'mp001'",
    )


def test_ten_bad_rows_are_all_named(sizes):
    put(*((row, "value", f"-{row}") for row in range(1, 11)))
    lines = [
        f"points.csv row {row} column value: expected at least 0, found -{row}.0"
        for row in range(1, 11)
    ]
    assert_refused(SIZES, *lines)


def test_more_than_ten_bad_rows_are_counted(sizes):
    put(*((row, "value", f"-{row}") for row in range(1, 14)))
    lines = [
        f"points.csv row {row} column value: expected at least 0, found -{row}.0"
        for row in range(1, 11)
    ]
    rest = "points.csv column value: expected at least 0, found 3 more rows that are not"
    assert_refused(SIZES, *lines, rest)


def test_problems_of_several_snapshots_are_reported_at_once(sizes, catalogue):
    put((1, "value", "-1"))
    (catalogue / "models.parquet").unlink()
    done = airace("data", "verify")
    assert (done.exit_code, done.stderr) == (
        2,
        "airace: 2 of 2 snapshots do not match their description:\n"
        f"  data/raw/{CATALOGUE}/models.parquet: expected the file, found none\n"
        f"  data/raw/{SIZES}/points.csv row 1 column value: expected at least 0, found -1.0\n"
        f"  next: git checkout -- data/raw/{CATALOGUE} data/raw/{SIZES}\n",
    )


# --- Parquet -----------------------------------------------------------------------------------


def test_a_negative_count_in_a_parquet_file_is_refused(catalogue):
    table = pd.read_parquet(catalogue / "models.parquet")
    table.loc[4, "downloads_30d"] = -1
    table.to_parquet(catalogue / "models.parquet", index=False)
    describe_again(CATALOGUE)
    problem = "models.parquet row 5 column downloads_30d: expected at least 0, found -1"
    assert_refused(CATALOGUE, problem)


def test_an_unreadable_parquet_file_is_refused(catalogue):
    (catalogue / "models.parquet").write_bytes(b"PAR1 this is no table PAR1")
    describe_again(CATALOGUE)
    file = catalogue / "models.parquet"
    assert_refused(
        CATALOGUE,
        "models.parquet: expected a readable table, found Could not open Parquet input source "
        f"'{file}': Parquet file size is 26 bytes, smaller than the size reported by footer's "
        "(543517794bytes)",
    )


def test_a_byte_flipped_inside_a_parquet_file_is_refused(catalogue):
    file = catalogue / "models.parquet"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    done = airace("data", "verify", CATALOGUE)
    expected = read_package(CATALOGUE)["resources"][0]["hash"]
    found = hashlib.sha256(data).hexdigest()
    line = f"  data/raw/{CATALOGUE}/models.parquet: expected {expected}, found sha256:{found}"
    assert (done.exit_code, done.stderr.splitlines()[1]) == (2, line)
    assert says_frictionless(CATALOGUE) == ["hash-count"]


# --- names that do not exist ------------------------------------------------------------------


def test_an_unknown_date_names_the_nearest_snapshot(sizes):
    done = airace("data", "verify", "market_size/2026-03-07")
    assert (done.exit_code, done.stdout, done.stderr) == (
        2,
        "",
        "airace: wanted a snapshot of data/raw, got 'market_size/2026-03-07'\n"
        f"  found: did you mean '{SIZES}'?\n  choices: {SIZES}\n  next: airace data\n",
    )


def test_an_unknown_topic_of_a_snapshot_names_the_nearest_of_all(sizes, catalogue):
    done = airace("data", "verify", "market_sise/2026-03-06")
    assert (done.exit_code, done.stderr) == (
        2,
        "airace: wanted a snapshot of data/raw, got 'market_sise/2026-03-06'\n"
        f"  found: did you mean '{SIZES}'?\n  choices: {CATALOGUE}, {SIZES}\n"
        "  next: airace data\n",
    )


def test_a_topic_without_its_date_is_no_snapshot(sizes):
    done = airace("data", "verify", "market_size")
    assert (done.exit_code, done.stderr) == (
        2,
        "airace: wanted a snapshot of data/raw, got 'market_size'\n"
        f"  found: did you mean '{SIZES}'?\n  choices: {SIZES}\n  next: airace data\n",
    )


def test_nothing_is_checked_when_one_of_the_names_is_unknown(sizes):
    done = airace("data", "verify", SIZES, "patents/2026-03-06")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("airace: wanted a snapshot of data/raw, got 'patents/2026-03-06'")


def test_an_unknown_topic_names_the_nearest(sizes, catalogue):
    with pytest.raises(SnapshotError) as refused:
        snapshots.dates("market_sizes")
    assert str(refused.value) == (
        "wanted a topic of data/raw, got 'market_sizes'\n"
        "  found: did you mean 'market_size'?\n  choices: hub_catalogue, market_size"
    )


def test_an_unknown_table_names_the_nearest(sizes):
    with pytest.raises(SnapshotError) as refused:
        snapshots.load(SIZES, "point")
    assert str(refused.value) == (
        f"wanted a table of {SIZES}, got 'point'\n"
        "  found: did you mean 'points'?\n  choices: points"
    )


# --- what a load gives and remembers ----------------------------------------------------------


def test_a_load_says_for_every_row_where_it_comes_from(sizes):
    table = snapshots.load(SIZES)
    assert list(table)[:3] == ["snapshot", "row", "point_id"]
    assert set(table["snapshot"]) == {SIZES}
    assert list(table["row"]) == list(table["point_id"])


def test_the_row_of_a_dated_table_is_its_day(real):
    rates = snapshots.load("exchange_rates/2026-10-30")
    assert list(rates["row"].head(2)) == ["2016-01-04", "2016-01-05"]


def test_a_load_gives_types_and_keeps_missing_cells_missing(sizes):
    row = snapshots.load(SIZES).set_index("row").loc["mp011"]
    assert row[["value", "date_to", "bound"]].tolist() == [
        1000.0,
        pd.Timestamp("2025-12-31"),
        "lower",
    ]
    assert pd.isna(row["growth_percent"]) and pd.isna(row["vintage"])


def test_what_was_loaded_is_remembered_with_its_digest(sizes):
    snapshots.load(SIZES)
    digest = hashlib.sha256((sizes / "datapackage.json").read_bytes()).hexdigest()
    assert snapshots.opened == {SIZES: digest}


def test_a_refused_load_is_not_remembered(sizes):
    put((1, "value", "-1"))
    with pytest.raises(SnapshotError):
        snapshots.load(SIZES)
    assert snapshots.opened == {}


def test_a_listed_topic_is_remembered_with_its_dates(sizes, catalogue):
    later = catalogue.with_name("2026-05-10")
    shutil.copytree(ROOT / "data/raw/hub_catalogue/2026-05-10", later)
    assert snapshots.dates("hub_catalogue") == ["2026-04-06", "2026-05-10"]
    assert snapshots.listed == {"hub_catalogue": ["2026-04-06", "2026-05-10"]}
    assert snapshots.opened == {}


# --- writing ----------------------------------------------------------------------------------


def small_package() -> dict:
    fields = [
        {"name": "country", "type": "string", "description": "country"},
        {"name": "year", "type": "integer", "description": "calendar year"},
        {
            "name": "filings",
            "type": "integer",
            "description": "number of filings",
            "constraints": {"required": True, "minimum": 0},
        },
    ]
    schema = {"fields": fields, "primaryKey": ["country", "year"]}
    resource = {"name": "points", "path": "points.csv", "schema": schema}
    return {
        "name": "patents",
        "title": "t",
        "sources": [],
        "as_of_latest": "2026-03-06",
        "licenses": [{"name": "CC-BY-ND-4.0"}],
        "republish": False,
        "resources": [resource],
    }


def small_table(**changes: list) -> pd.DataFrame:
    columns = {"country": ["China", "USA"], "year": [2024, 2024], "filings": [300, 100]}
    return pd.DataFrame(columns | changes)


def test_a_written_snapshot_describes_itself_and_passes(empty):
    folder = snapshots.write("patents/2026-03-06", small_package(), {"points": small_table()})
    data = b"country,year,filings\nChina,2024,300\nUSA,2024,100\n"
    assert (folder / "points.csv").read_bytes() == data
    resource = read_package("patents/2026-03-06")["resources"][0]
    assert [resource[k] for k in ("bytes", "hash", "row_count")] == [
        len(data),
        f"sha256:{hashlib.sha256(data).hexdigest()}",
        2,
    ]
    assert_passes("patents/2026-03-06")


def test_a_key_of_several_columns_is_joined(empty):
    snapshots.write("patents/2026-03-06", small_package(), {"points": small_table()})
    assert list(snapshots.load("patents/2026-03-06")["row"]) == ["China|2024", "USA|2024"]


def test_flags_are_written_as_the_standard_writes_them(empty):
    package = small_package()
    flag = {"name": "verified", "type": "boolean", "description": "seen in the source"}
    package["resources"][0]["schema"]["fields"].append(flag)
    table = small_table(verified=[True, False])
    folder = snapshots.write("patents/2026-03-06", package, {"points": table})
    lines = (folder / "points.csv").read_text().splitlines()
    assert lines[1:] == ["China,2024,300,true", "USA,2024,100,false"]
    assert snapshots.load("patents/2026-03-06")["verified"].tolist() == [True, False]


def test_a_snapshot_is_never_rewritten(sizes):
    before = {f.name: f.read_bytes() for f in sizes.iterdir()}
    with pytest.raises(SnapshotError) as refused:
        snapshots.write(SIZES, small_package(), {"points": small_table()})
    assert str(refused.value) == (
        f"a snapshot is never rewritten: data/raw/{SIZES} exists\n"
        "  next: take it under a later date, or add a row to a corrections file"
    )
    assert {f.name: f.read_bytes() for f in sizes.iterdir()} == before


def test_a_table_that_does_not_pass_is_not_written_and_leaves_nothing_behind(empty):
    table = small_table(country=["China", "China"], filings=[300, -1])
    with pytest.raises(SnapshotError) as refused:
        snapshots.write("patents/2026-03-06", small_package(), {"points": table})
    assert str(refused.value) == (
        "snapshot patents/2026-03-06 does not match its datapackage.json:\n"
        "  patents/2026-03-06/points.csv row 2 column filings: expected at least 0, found -1\n"
        "  patents/2026-03-06/points.csv row 2 column country, year: "
        "expected a key that stands once, found 'China|2024'\n"
        "  next: correct the table; nothing was written"
    )
    assert list((empty / "data/raw").iterdir()) == []


def test_a_refused_table_leaves_the_older_snapshots_of_its_topic(sizes, empty):
    with pytest.raises(SnapshotError):
        bad = {"points": small_table(filings=[300, -1])}
        snapshots.write("market_size/2026-04-01", small_package(), bad)
    assert [f.name for f in (empty / "data/raw/market_size").iterdir()] == ["2026-03-06"]


# --- the list ---------------------------------------------------------------------------------


def test_the_list_tells_date_rows_licence_and_notebook(sizes, catalogue, empty):
    snapshots.write("patents/2026-03-06", small_package(), {"points": small_table()})
    cells = [{"cell_type": "code", "metadata": {}, "source": f'load("{SIZES}"); dates("patents")'}]
    (empty / "notebooks/07-patents.ipynb").write_text(json.dumps({"cells": cells}))
    done = airace("data")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == (
        "hub_catalogue/2026-04-06                963 rows  MIT                       no notebook yet\n"
        "market_size/2026-03-06                   22 rows  CC-BY-4.0                 07-patents\n"
        "patents/2026-03-06                        2 rows  CC-BY-ND-4.0 (cite only)  07-patents\n"
    )


def test_every_catalogue_is_listed_with_the_notebooks_that_may_be_given_it(real):
    lines = [li for li in airace("data").stdout.splitlines() if li.startswith("hub_catalogue/")]
    assert len(lines) == 7
    assert all("02-model-share" in line and "12-robustness" in line for line in lines)


def test_the_committed_market_sizes_are_listed_with_their_notebooks(real):
    (line,) = [li for li in airace("data").stdout.splitlines() if li.startswith("market_size/")]
    assert line.split("  ")[0] == "market_size/2026-03-06"
    assert " 22 rows  CC-BY-4.0  " in line
    assert line.endswith("  03-market-size, 10-compute-and-policy, 11-korea")


def test_a_snapshot_under_two_licences_is_listed_with_both(real):
    start = "organisations/2026-10-05                149 rows  CC-BY-4.0 and Apache-2.0  "
    assert [li.startswith(start) for li in airace("data").stdout.splitlines()].count(True) == 1


# --- what is committed ------------------------------------------------------------------------


def test_seven_catalogues_and_seven_other_topics_are_committed():
    topics = [i.partition("/")[0] for i in COMMITTED]
    assert topics.count("hub_catalogue") == 7
    assert set(topics) >= {
        "article",
        "exchange_rates",
        "hub_downloads_reported",
        "market_size",
        "model_share_reported",
        "organisations",
        "projections",
    }


@pytest.mark.parametrize("snapshot_id", COMMITTED)
def test_every_committed_snapshot_passes_here_and_by_the_standard(real, snapshot_id):
    assert snapshots.verify(snapshot_id) == []
    assert says_frictionless(snapshot_id) == []


@pytest.mark.parametrize("snapshot_id", COMMITTED)
def test_every_committed_snapshot_says_what_it_is(real, snapshot_id):
    package = snapshots.describe(snapshot_id)
    assert package["as_of_latest"] == snapshot_id.partition("/")[2]
    assert package["title"] and package["description"] and package["licence_note"]
    assert all(licence["name"] and licence["path"] for licence in package["licenses"])
    assert isinstance(package["republish"], bool)
    assert package["sources"]
    for source in package["sources"]:
        assert source["title"] and source["publisher"]
        assert pd.Timestamp(source["retrieved"])
        assert "published" in source or snapshot_id in CITING  # those are compared row by row


@pytest.mark.parametrize("snapshot_id", COMMITTED)
def test_every_column_says_what_it_means(real, snapshot_id):
    for resource in snapshots.describe(snapshot_id)["resources"]:
        for field in resource["schema"]["fields"]:
            assert len(field["description"]) >= 5, f"{snapshot_id}: {field['name']}"


@pytest.mark.parametrize("snapshot_id", CITING)
def test_every_row_names_its_source_or_its_inputs(real, snapshot_id):
    for resource in snapshots.describe(snapshot_id)["resources"]:
        table = snapshots.load(snapshot_id, resource["name"])
        inputs = table["inputs"] if "inputs" in table else pd.Series(None, index=table.index)
        assert table[table["source_url"].isna() & inputs.isna()]["row"].tolist() == []
        derived = (table["confidence"] == "derived") | (table.get("status") == "derived")
        assert table[derived & inputs.isna()]["row"].tolist() == []


def test_every_curated_table_but_the_ledger_grades_its_rows(real):
    ungraded = [
        f"{snapshot_id} {resource['name']}"
        for snapshot_id in CURATED
        for resource in snapshots.describe(snapshot_id)["resources"]
        if "confidence" not in {field["name"] for field in resource["schema"]["fields"]}
    ]
    assert ungraded == ["article/2026-03-10 claims", "article/2026-03-10 searches"]


@pytest.mark.parametrize("snapshot_id", CITING)
def test_every_address_in_a_row_is_a_described_source_of_the_same_date(real, snapshot_id):
    """A page without a date is described without one; the date is never made up."""
    described = {(s.get("url"), s.get("published")) for s in snapshots.sources(snapshot_id)}
    for resource in snapshots.describe(snapshot_id)["resources"]:
        table = snapshots.load(snapshot_id, resource["name"])
        for row in table[table["source_url"].notna()].to_dict("records"):
            published = None if pd.isna(row["published"]) else row["published"]
            assert (row["source_url"], published) in described, row["row"]


def test_the_committed_data_stay_under_25_mb():
    size = sum(f.stat().st_size for f in (ROOT / "data").rglob("*") if f.is_file())
    assert 1_000_000 < size < 25_000_000


def test_no_raw_file_names_the_address_of_a_package_index():
    files = [f for f in (ROOT / "data/raw").rglob("*") if f.is_file()]
    assert len(files) > 20
    words = (b"files.pythonhosted", b"pypi.org", b"/simple/")
    assert [f.name for f in files if any(word in f.read_bytes() for word in words)] == []


def test_a_description_without_a_needed_key_is_refused_by_name(sizes):
    package = read_package(SIZES)
    del package["sources"]
    (paths.snapshot(SIZES) / "datapackage.json").write_text(json.dumps(package), "utf-8")
    done = airace("data", "verify", SIZES)
    assert (done.exit_code, done.stdout, done.stderr) == (
        2,
        "",
        "airace: wanted title, as_of_latest, licenses, republish, sources, resources in "
        f"data/raw/{SIZES}/datapackage.json\n  found: no sources\n"
        f"  next: git checkout -- data/raw/{SIZES}/datapackage.json\n",
    )


def test_a_folder_without_its_description_is_told_with_all_others(sizes):
    (paths.snapshot(SIZES) / "datapackage.json").unlink()
    done = airace("data", "verify")
    assert done.exit_code == 2
    assert "a folder without datapackage.json" in done.stderr


def test_a_snapshot_that_a_published_figure_names_must_be_there(sizes):
    figures = paths.figures()
    figures.mkdir(exist_ok=True)
    (figures / "x.json").write_text(json.dumps({"snapshots": {"market_size/2026-01-01": "0"}}))
    done = airace("data", "verify")
    assert done.exit_code == 2
    assert "wanted a snapshot of data/raw, got 'market_size/2026-01-01'" in done.stderr


def test_a_figure_published_after_the_snapshots_date_is_refused(sizes):
    put((1, "published", "2026-05-05"))
    assert_refused(
        SIZES,
        "points.csv row 1 column published: expected a date up to the snapshot's own, 2026-03-06, "
        "found '2026-05-05'",
    )


def test_what_a_reader_does_to_a_table_does_not_reach_the_next_reader(sizes):
    loaded = snapshots.load(SIZES)
    loaded["value"] = 0
    assert (snapshots.load(SIZES)["value"] != 0).all()


def test_a_file_that_changes_after_it_was_loaded_is_checked_again(sizes):
    snapshots.load(SIZES)
    put((1, "value", "-1"))
    with pytest.raises(SnapshotError, match="row 1 column value: expected at least 0, found -1"):
        snapshots.load(SIZES)


def period(begin: str, end: str, kinds: list[str]) -> list[str]:
    """What is wrong with a period where only these kinds are held."""
    fields = [{"name": "date_from", "type": "date"}, {"name": "date_to", "type": "date"}]
    resource = {"row_count": 1, "periods": kinds, "schema": {"fields": fields}}
    raw = pd.DataFrame({"date_from": [begin], "date_to": [end]}, dtype="str")
    return list(map(str, schema.check_table(raw, resource, "t.csv", "2026-03-06")[1]))


@pytest.mark.parametrize(
    ("begin", "end", "kinds"),
    [
        ("2024-02-29", "2024-02-29", "day"),
        ("2024-02-01", "2024-02-29", "month"),
        ("2024-04-01", "2024-06-30", "quarter"),
        ("2024-01-01", "2024-12-31", "years"),
        ("2000-01-01", "2022-12-31", "years"),
    ],
)
def test_a_period_passes_as_its_own_kind_only(begin, end, kinds):
    others = [kind for kind in schema.PERIODS if kind != kinds]
    expected = f"a period of one of the kinds {', '.join(others)}, found '{begin} to {end}'"
    assert period(begin, end, [kinds]) == period(begin, end, [*others, kinds]) == []
    assert period(begin, end, others) == [f"t.csv row 1 column date_from: expected {expected}"]


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("2024-02-01", "2024-02-28"),
        ("2024-02-02", "2024-03-01"),
        ("2024-02-02", "2024-02-29"),
        ("2024-02-01", "2024-03-31"),
        ("2024-02-01", "2024-04-30"),
        ("2023-12-01", "2024-12-31"),
        ("2024-01-01", "2024-11-30"),
    ],
)
def test_a_period_of_no_kind_is_refused(begin, end):
    assert len(period(begin, end, list(schema.PERIODS))) == 1


def test_a_period_that_is_open_at_one_end_has_no_kind():
    assert period("", "2024-11-15", ["years"]) == period("2024-11-15", "", ["years"]) == []


def depending(rows: dict[str, list[str]], on: list[str], of: list[str]) -> list[str]:
    resource = {
        "row_count": len(rows["unit"]),
        "dependencies": [{"on": on, "of": of}],
        "schema": {"fields": [{"name": name, "type": "string"} for name in rows]},
    }
    raw = pd.DataFrame(rows, dtype="str")
    return list(map(str, schema.check_table(raw, resource, "t.csv", "2026-03-06")[1]))


def test_a_metric_with_two_units_is_refused_with_the_row_that_differs():
    rows = {"metric": ["users"] * 3 + ["share"], "unit": ["people", "percent", "people", "percent"]}
    said = "t.csv row 2 column unit: expected what other rows of the same metric hold, "
    assert depending(rows, ["metric"], ["unit"]) == [said + "found 'percent'"]
    rows["unit"][1] = ""
    assert depending(rows, ["metric"], ["unit"]) == [said + "found an empty cell"]
    rows["unit"][1] = "people"
    assert depending(rows, ["metric"], ["unit"]) == []


def test_rows_depend_on_all_the_columns_together_and_an_empty_cell_is_a_value():
    rows = {"a": ["x", "x", "", ""], "b": ["1", "2", "1", "1"], "unit": ["m", "s", "kg", "kg"]}
    assert depending(rows, ["a", "b"], ["unit"]) == []
    rows["unit"][3] = "g"
    assert len(depending(rows, ["a", "b"], ["unit"])) == 1


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("point_id", ["t.csv row 2 column point_id: expected a row that says more than an earlier "
                      "one, found 'p2'"]),
        ("model", []),
    ],
)  # fmt: skip
def test_a_row_that_repeats_another_under_a_number_of_ours_is_refused(key, said):
    fields = [{"name": key, "type": "string"}, {"name": "value", "type": "number"}]
    resource = {"row_count": 3, "schema": {"fields": fields, "primaryKey": [key]}}
    raw = pd.DataFrame({key: ["p1", "p2", "p3"], "value": ["1", "1", "2"]}, dtype="str")
    assert list(map(str, schema.check_table(raw, resource, "t.csv", "2026-03-06")[1])) == said


# --- a file that is left where it lies ---------------------------------------------------------


def table_refused(*problems: str) -> None:
    with pytest.raises(SnapshotError) as refused:
        snapshots.table_file(CATALOGUE)
    lines = "".join(f"  data/raw/{CATALOGUE}/models.parquet{problem}\n" for problem in problems)
    assert str(refused.value) == (
        f"snapshot {CATALOGUE} does not match its datapackage.json:\n{lines}"
        f"  next: airace data verify {CATALOGUE}   (git checkout restores the file)"
    )
    assert snapshots.opened == {}


def test_a_table_file_is_checked_and_remembered(catalogue):
    assert snapshots.table_file(CATALOGUE, "models") == catalogue / "models.parquet"
    assert snapshots.opened == {CATALOGUE: snapshots.digest(CATALOGUE)}


def test_a_flipped_byte_in_a_table_file_is_refused(catalogue):
    file = catalogue / "models.parquet"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    expected = read_package(CATALOGUE)["resources"][0]["hash"]
    found = hashlib.sha256(data).hexdigest()
    table_refused(f": expected {expected}, found sha256:{found}")


def test_a_table_file_that_is_no_parquet_is_refused_though_the_digest_fits(catalogue):
    (catalogue / "models.parquet").write_text("model,downloads_30d\n")
    describe_again(CATALOGUE)
    with pytest.raises(SnapshotError, match="models.parquet: expected a readable table, found "):
        snapshots.table_file(CATALOGUE)


def test_a_missing_table_file_is_refused(catalogue):
    (catalogue / "models.parquet").unlink()
    table_refused(": expected the file, found none")


def test_a_table_file_with_other_columns_types_or_rows_is_refused_though_the_digest_fits(catalogue):
    file = catalogue / "models.parquet"
    table = pd.read_parquet(file).drop(columns="likes").assign(guess=1, downloads_30d=0.5)
    table.head(9).to_parquet(file, index=False)
    describe_again(CATALOGUE)
    table_refused(
        ": expected 963 rows, found 9 rows",
        " column downloads_30d: expected an integer, found double",
        " column likes: expected this column, found none",
        " column guess: expected no such column, found one",
    )


def test_a_table_file_that_a_snapshot_does_not_hold_is_refused(catalogue):
    with pytest.raises(SnapshotError) as refused:
        snapshots.table_file(CATALOGUE, "base_models")
    wanted = f"wanted a table of {CATALOGUE}, got 'base_models'"
    assert str(refused.value).startswith(wanted)
