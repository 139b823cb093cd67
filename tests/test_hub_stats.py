"""A dump of the Hub becomes a live snapshot, or is refused with the row that does not fit."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import duckdb
import frictionless
import huggingface_hub
import pandas as pd
import pytest
from click.testing import CliRunner
from huggingface_hub.errors import EntryNotFoundError, LocalEntryNotFoundError

from airace import attribution, hub_stats, live_files, paths, snapshots
from airace.cli import main
from airace.errors import SnapshotError

DAY = "2026-10-31"
ID = f"live/{DAY}"
FULL = """
  select 'Qwen/' || i as id, 'Qwen' as author, 10 * i as downloads, 100 * i as "downloadsAllTime",
    i as likes, timestamp '2025-01-01 23:30:00' as "createdAt", timestamp '2025-02-01' as "lastModified",
    'text-generation' as pipeline_tag, 'transformers' as library_name, ['license:mit', 'x'] as tags,
    ['False', 'auto', 'manual'][1 + i % 3] as gated,
    {'parameters': {'BF16': 7}, 'total': 7} as safetensors,
    {'models': [{'_id': 'x', 'id': 'meta/b'}], 'relation': 'finetune'} as "baseModels",
    false as private
  from range(1, 4) t(i)
"""


@pytest.fixture
def empty(tmp_path, monkeypatch) -> Path:
    """A repository without a snapshot."""
    root = tmp_path / "it's a root"
    for folder in ("notebooks", "data/raw"):
        (root / folder).mkdir(parents=True)
    monkeypatch.setenv("AIRACE_ROOT", str(root))
    monkeypatch.chdir(root)
    return root


def dump(query: str) -> str:
    """Write what a query gives as Parquet; return the file's name."""
    duckdb.sql(f"copy ({query}) to 'models.parquet' (format parquet)")
    return "models.parquet"


def rows(*values: str, columns: str = "id, downloads") -> str:
    return f"select * from (values {', '.join(values)}) t({columns})"


def airace(*arguments: str) -> SimpleNamespace:
    done = CliRunner().invoke(main, ["snapshot", "hub-stats", *arguments])
    assert isinstance(done.exception, SystemExit | None), done.exc_info
    return done


def taken(query: str, as_of: str | None = DAY) -> tuple[list[dict], list[dict], dict]:
    """Models, base models and listing of the snapshot that a dump becomes."""
    folder = hub_stats.take(dump(query), as_of)
    tables = [pd.read_parquet(folder / f"{t}.parquet") for t in ("models", "base_models")]
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    return *(t.astype(object).where(t.notna(), None).to_dict("records") for t in tables), package[
        "listing"
    ]


def test_a_full_dump_becomes_the_contracts_tables(empty):
    models, edges, listing = taken(FULL)
    assert [m["model"] for m in models] == ["Qwen/1", "Qwen/2", "Qwen/3"]
    assert {**models[0], "created": str(models[0]["created"]), "modified": str(models[0]["modified"])} == {
        "model": "Qwen/1", "namespace": "Qwen", "downloads_30d": 10, "downloads_all_time": 100, "likes": 1,
        "created": "2025-01-01", "modified": "2025-02-01", "task": "text-generation",
        "library": "transformers", "licence": "mit", "parameters": 7, "gated": "auto",
    }  # fmt: skip
    assert edges[0] == {"model": "Qwen/1", "base_model": "meta/b", "relation": "finetune"}
    assert (listing["rows"], listing["refused_rows"], listing["came_again"]) == (3, 0, 0)


def test_the_snapshot_passes_here_and_by_the_standard_and_can_be_counted(empty):
    taken(FULL)
    assert snapshots.verify(ID) == []
    report = frictionless.validate(str(paths.snapshot(ID) / "datapackage.json"))
    assert report.valid, report.flatten(["message"])
    assert attribution.source(ID).base_models == paths.snapshot(ID) / "base_models.parquet"
    package = snapshots.describe(ID)
    assert (package["as_of_latest"], package["republish"]) == (DAY, False)


def test_the_same_dump_gives_the_same_bytes(empty):
    first = hub_stats.take(dump(FULL), DAY)
    again = hub_stats.take(dump(FULL), "2026-10-30")
    for table in ("models.parquet", "base_models.parquet"):
        assert (first / table).read_bytes() == (again / table).read_bytes()


def test_only_id_and_downloads_must_be_there(empty):
    models, edges, _ = taken(rows("('a/x', 5)"))
    (found,) = models
    filled = {column: cell for column, cell in found.items() if cell is not None}
    assert filled == {"model": "a/x", "namespace": "a", "downloads_30d": 5, "task": "unknown"}
    assert edges == []


LACKING = {
    "select 'a/x' as id": "no downloads\n  choices: id",
    "select 5 as downloads": "no id\n  choices: downloads",
    "select 5 as likes": "no id and no downloads\n  choices: likes",
}


@pytest.mark.parametrize("query, found", LACKING.items())
def test_a_dump_without_a_needed_column_is_refused(empty, query, found):
    done = airace(dump(query), "--as-of", DAY)
    wanted = "airace: wanted the columns id and downloads in a dump of the Hub's models"
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", f"{wanted}\n  found: {found}\n")
    assert not (empty / "data/live").exists() or not any((empty / "data/live").iterdir())


UNREADABLE = {
    "downloads that are yes or no": (
        "select 'a/x' as id, true as downloads",
        "wanted counts in the column downloads of a dump of the Hub's models\n  found: BOOLEAN\n",
    ),
    "downloads in a list": (
        "select 'a/x' as id, [5] as downloads",
        "wanted rows that fit, but for 10 at most\n  found: 1 of 1 do not\n"
        "  row 1, a/x: downloads_30d: [5]\n",
    ),
    "base models without ids": (
        "select 'a/x' as id, 5 as downloads, "
        "{'models': [{'name': 'a/y'}], 'relation': 'x'} as \"baseModels\"",
        "wanted columns of known types in the dump models.parquet\n  found: ",
    ),
}


@pytest.mark.parametrize("query, text", UNREADABLE.values(), ids=UNREADABLE)
def test_a_column_of_a_type_that_cannot_be_read_is_refused(empty, query, text):
    done = airace(dump(query), "--as-of", DAY)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"airace: {text}")
    assert not (empty / "data" / ID).exists()


def test_a_day_with_a_zone_is_that_of_utc(empty):
    query = (
        "select 'a/x' as id, 5 as downloads, timestamptz '2025-01-01 23:30:00-05' as \"createdAt\""
    )
    (found,), _, _ = taken(query)
    assert str(found["created"]) == "2025-01-02"


OTHER_TYPES = {
    "safetensors as JSON": ('{"total": 9}', "safetensors", "parameters", 9),
    "safetensors as broken JSON": ('{"total": 9', "safetensors", "parameters", None),
    "a day as text with a zone": (
        "2025-01-01T23:30:00-05:00",
        "createdAt",
        "created",
        "2025-01-02",
    ),
    "a count as text": ("12", "likes", "likes", 12),
    "gated as text": ("false", "gated", "gated", "no"),
    "gated as another word": ("perhaps", "gated", "gated", None),
    "an empty library": ("", "library_name", "library", None),
    "a licence of its own column": ("mit", "license", "licence", "mit"),
}


@pytest.mark.parametrize("value, theirs, ours, wanted", OTHER_TYPES.values(), ids=OTHER_TYPES)
def test_a_column_may_have_another_type(empty, value, theirs, ours, wanted):
    (found,), _, _ = taken(rows(f"('a/x', 5, '{value}')", columns=f'id, downloads, "{theirs}"'))
    assert (
        found[ours] if wanted is None or isinstance(wanted, int) else str(found[ours])
    ) == wanted


PARENTS = {
    "JSON": (
        """'{"models": [{"id": "meta/b"}, {"id": "../b"}], "relation": "merge"}'""", "baseModels",
        [("meta/b", "merge")],
    ),
    "an unknown relation": (
        "{'models': [{'id': 'meta/b'}], 'relation': 'copy'}", "baseModels", [("meta/b", None)],
    ),
    "no parents": ("'null'", "baseModels", []),
    "tags": (
        "['base_model:meta/b', 'base_model:quantized:meta/b', 'base_model:meta/c', 'x']", "tags",
        [("meta/b", "quantized"), ("meta/c", None)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("value, column, wanted", PARENTS.values(), ids=PARENTS)
def test_base_models_come_as_the_dump_has_them(empty, value, column, wanted):
    _, edges, _ = taken(rows(f"('a/x', 5, {value})", columns=f'id, downloads, "{column}"'))
    assert [(e["base_model"], e["relation"]) for e in edges] == wanted


BAD = {
    "('../etc', 5)": "row 2, ../etc: model: ../etc",
    "('a/..', 5)": "row 2, a/..: model: a/..",
    "('a/b/c', 5)": "row 2, a/b/c: model: a/b/c",
    "('a/ b', 5)": "row 2, a/ b: model: a/ b",
    "('a/' || chr(27) || '[31m', 5)": "row 2, a/\\x1b[31m: model: a/\\x1b[31m",
    "(null, 5)": "row 2, no id: model: nothing",
    "('a/x', -1)": "row 2, a/x: downloads_30d: -1",
    "('a/x', null)": "row 2, a/x: downloads_30d: nothing",
}


@pytest.mark.parametrize("value, line", BAD.items())
def test_a_row_that_does_not_fit_is_left_out_and_named(empty, value, line):
    models, _, listing = taken(rows("('ok/m', 1)", value))
    assert [m["model"] for m in models] == ["ok/m"]
    assert (listing["refused_rows"], listing["refused"]) == (1, [line])


OPTIONAL = {
    "a fraction of a download": ("likes", "2.5", "likes: 2.5"),
    "a count beyond every column": ("likes", "'99999999999999999999'", "likes: 99999999999999999999"),
    "a negative all-time count": ("downloadsAllTime", "-4", "downloads_all_time: -4"),
    "a day after the dump's": ("createdAt", "timestamp '2026-11-01 00:00:01'", "created: 2026-11-01 00:00:01"),
    "a day that is none": ("createdAt", "'yesterday'", "created: yesterday"),
    "a task that would command a terminal": ("pipeline_tag", "chr(27) || 'c'", "task: \\x1bc"),
    "negative parameters": ("safetensors", "{'total': -1}", "parameters: -1"),
}  # fmt: skip


@pytest.mark.parametrize("column, value, line", OPTIONAL.values(), ids=OPTIONAL)
def test_an_optional_cell_that_is_given_must_fit(empty, column, value, line):
    query = rows("('ok/m', 1, null)", f"('a/x', 5, {value})", columns=f'id, downloads, "{column}"')
    models, _, listing = taken(query)
    assert [m["model"] for m in models] == ["ok/m"]
    assert listing["refused"] == [f"row 2, a/x: {line}"]


def test_a_dump_in_which_too_much_does_not_fit_is_refused_with_its_first_rows(empty):
    bad = [f"('a/{n}', -{n})" for n in range(1, 12)]
    done = airace(dump(rows("('ok/m', 1)", *bad)), "--as-of", DAY)
    lines = "".join(f"  row {n + 1}, a/{n}: downloads_30d: -{n}\n" for n in range(1, 11))
    assert (done.exit_code, done.stdout, done.stderr) == (
        2,
        "",
        f"airace: wanted rows that fit, but for 10 at most\n  found: 11 of 12 do not\n{lines}"
        "  next: look at the dump; nothing was written\n",
    )
    assert list((empty / "data/live").iterdir()) == []


def test_a_dump_of_which_nothing_fits_is_refused(empty):
    with pytest.raises(SnapshotError, match="1 of 1 do not"):
        hub_stats.take(dump(rows("('a/x', -1)")), DAY)


def test_of_a_model_that_stands_twice_the_row_changed_last_is_kept_and_the_other_counted(empty):
    query = rows(
        "('a/x', 9, date '2026-01-01')", "('a/x', 5, date '2026-02-01')", "('a/x', 7, null)",
        "('b/y', 1, null)", "('b/y', 1, null)", columns='id, downloads, "lastModified"',
    )  # fmt: skip
    models, _, listing = taken(query)
    assert [(m["model"], m["downloads_30d"]) for m in models] == [("a/x", 5), ("b/y", 1)]
    assert listing["came_again"] == 3


def test_private_models_stay_out_and_are_counted(empty):
    query = rows("('a/x', 9, false)", "('a/y', 5, true)", columns="id, downloads, private")
    models, _, listing = taken(query)
    assert [m["model"] for m in models] == ["a/x"]
    assert listing["private"] == 1


def test_the_dump_may_say_its_day(empty):
    taken(rows("('a/x', 5, date '2026-10-30')", columns="id, downloads, snapshot_date"), None)
    assert snapshots.describe("live/2026-10-30")["as_of_latest"] == "2026-10-30"


DAYS = {
    (): "wanted the day that the dump describes: --as-of YYYY-MM-DD\n"
    "  found: the file does not say it, and its models were changed up to 2026-10-30",
    ("--as-of", "31 Oct"): "wanted --as-of as YYYY-MM-DD\n  found: 31 Oct",
    ("--as-of", "2026-02-30"): "wanted --as-of as YYYY-MM-DD\n  found: 2026-02-30",
    ("--as-of", "2999-01-01"): "wanted a day that has come\n  found: --as-of 2999-01-01",
}


@pytest.mark.parametrize("arguments, text", DAYS.items())
def test_a_dump_without_its_day_is_refused(empty, arguments, text):
    query = rows("('a/x', 5, date '2026-10-30')", columns='id, downloads, "lastModified"')
    done = airace(dump(query), *arguments)
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", f"airace: {text}\n")


def test_another_day_than_the_dump_says_is_refused(empty):
    file = dump(rows("('a/x', 5, date '2026-10-30')", columns="id, downloads, as_of"))
    done = airace(file, "--as-of", DAY)
    text = f"airace: wanted the day that the dump says, 2026-10-30\n  found: --as-of {DAY}\n"
    assert (done.exit_code, done.stderr) == (2, text)


def test_a_day_that_is_there_is_never_rewritten(empty):
    taken(FULL)
    before = (paths.snapshot(ID) / "datapackage.json").read_bytes()
    done = airace("models.parquet", "--as-of", DAY)
    text = f"airace: a snapshot is never rewritten: data/{ID} exists\n"
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", text)
    assert (paths.snapshot(ID) / "datapackage.json").read_bytes() == before


def test_an_unfinished_listing_of_the_day_is_not_overwritten(empty):
    (paths.snapshot(ID) / "pages").mkdir(parents=True)
    done = airace(dump(FULL), "--as-of", DAY)
    assert done.exit_code == 2
    assert done.stderr.endswith(f"  found: unfinished\n  next: finish it, or remove data/{ID}\n")


def test_a_full_disk_is_a_clear_word_and_leaves_nothing(empty, monkeypatch):
    def fail(*arguments: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(live_files, "write_table", fail)
    done = airace(dump(FULL), "--as-of", DAY)
    assert (done.exit_code, done.stdout, done.stderr) == (
        2,
        "",
        f"airace: wanted room to write data/{ID}\n  found: [Errno 28] No space left on device\n"
        "  next: make room, and run it again\n",
    )
    assert list((empty / "data/live").iterdir()) == []


def test_a_file_that_is_not_there_is_refused(empty):
    done = airace("no.parquet", "--as-of", DAY)
    assert (done.exit_code, done.stdout, done.stderr) == (
        2,
        "",
        "airace: wanted a Parquet file, or hf://datasets/…, got 'no.parquet'\n  found: no such file\n"
        "  next: airace snapshot hub-stats hf://datasets/cfahlgren1/hub-stats/models.parquet\n",
    )


def test_a_file_that_is_no_parquet_is_refused(empty):
    Path("models.parquet").write_text("id,downloads\n")
    done = airace("models.parquet", "--as-of", DAY)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("airace: wanted a Parquet file in models.parquet\n  found: ")


@pytest.mark.parametrize(
    "address", ["hf://models/a/b.parquet", "hf://datasets/a/b/../c.parquet", "hf://datasets/a/b"]
)
def test_an_address_that_names_no_file_of_a_dataset_is_refused(empty, address):
    done = airace(address, "--as-of", DAY)
    assert (done.exit_code, done.stdout, done.stderr) == (
        2,
        "",
        "airace: wanted hf://datasets/<owner>/<name>[@revision]/<file>.parquet\n"
        f"  found: {address}\n  choices: hf://datasets/cfahlgren1/hub-stats/models.parquet\n",
    )


ADDRESS = "hf://datasets/cfahlgren1/hub-stats/models.parquet"
FAILED = {
    LocalEntryNotFoundError: "check the network, or name a file",
    EntryNotFoundError: "name a dataset that exists, or a file",
}


@pytest.mark.parametrize("kind, step", FAILED.items())
def test_a_dump_that_the_hub_does_not_give_is_a_clear_word(empty, monkeypatch, kind, step):
    def fail(*arguments: object, **options: object) -> str:
        raise kind("nothing came\x1b[2J\nand more")

    monkeypatch.setattr(huggingface_hub, "hf_hub_download", fail)
    done = airace(ADDRESS, "--as-of", DAY)
    assert (done.exit_code, done.stdout, done.stderr) == (
        2,
        "",
        f"airace: wanted {ADDRESS} from the Hub\n  found: nothing came\\x1b[2J\n  next: {step}\n",
    )


def test_a_dump_from_the_hub_is_described_with_its_commit(empty, monkeypatch):
    asked = []

    def give(repo: str, path: str, **options: object) -> str:
        asked.append((repo, path, options))
        folder = Path("cache/snapshots/0123abc")
        folder.mkdir(parents=True)
        return str(Path(dump(FULL)).rename(folder / "models.parquet").resolve())

    monkeypatch.setattr(huggingface_hub, "hf_hub_download", give)
    assert airace(ADDRESS.replace("/models", "@~parquet/models"), "--as-of", DAY).exit_code == 0
    assert asked == [
        ("cfahlgren1/hub-stats", "models.parquet",
         {"repo_type": "dataset", "revision": "refs/convert/parquet"}),
    ]  # fmt: skip
    package = snapshots.describe(ID)
    assert package["listing"]["revision"] == "0123abc"
    assert package["sources"][0]["publisher"] == "cfahlgren1"
    assert package["sources"][0]["url"] == (
        "https://huggingface.co/datasets/cfahlgren1/hub-stats/resolve/0123abc/models.parquet"
    )


def test_the_command_says_what_it_kept_and_what_not(empty):
    query = rows("('a/x', 9)", "('a/x', 9)", "('a/y', -5)")
    done = airace(dump(query), "--as-of", DAY)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == (
        f"data/{ID}: 1 models of 3 rows\nbase models named: 0\ncame again: 1\nprivate: 0\nrefused rows: 1\n"
    )
