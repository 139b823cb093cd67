"""What may come from the Hub in one row, and how rows become tables."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow.parquet
import pytest
from hub_server import HubServer, models

from airace import live, live_take, snapshots
from airace.errors import SnapshotError
from airace.hub import Reply, Settings
from airace.live_pages import Unit, Writer
from airace.live_rows import Refused, parse, plain, row
from airace.live_tables import make

DAY = date(2026, 11, 27)
GOOD = {
    "_id": "1",
    "id": "Qwen/Qwen3-8B",
    "createdAt": "2025-04-27T03:42:21.000Z",
    "lastModified": "2026-01-02T23:59:59.000Z",
    "downloads": 5,
    "downloadsAllTime": 50,
    "likes": 3,
    "pipeline_tag": "text-generation",
    "library_name": "transformers",
    "gated": False,
    "safetensors": {"parameters": {"BF16": 8}, "total": 8},
    "tags": ["license:apache-2.0"],
}


def cells(**changes) -> dict:
    """The cells of a good model with these changes, by column."""
    return dict(zip(live.FIELDS["models"], row(GOOD | changes, DAY).cells))


# --- one row ----------------------------------------------------------------------------------


def test_a_row_has_the_columns_of_the_contract():
    assert cells() == {
        "model": "Qwen/Qwen3-8B",
        "namespace": "Qwen",
        "downloads_30d": 5,
        "downloads_all_time": 50,
        "likes": 3,
        "created": date(2025, 4, 27),
        "modified": date(2026, 1, 2),
        "task": "text-generation",
        "library": "transformers",
        "licence": "apache-2.0",
        "parameters": 8,
        "gated": "no",
    }


def test_what_the_hub_does_not_say_is_missing_and_a_missing_task_is_unknown():
    made = row({"id": "gpt2", "downloads": 0}, DAY)
    said = dict(zip(live.FIELDS["models"], made.cells))
    assert {k: v for k, v in said.items() if v is not None} == {
        "model": "gpt2",
        "namespace": "",
        "downloads_30d": 0,
        "task": "unknown",
    }


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"downloads": -1}, "downloads_30d"),
        ({"downloads": True}, "downloads_30d"),
        ({"downloads": 10**30}, "downloads_30d"),
        ({"downloads": 2**63}, "downloads_30d"),
        ({"downloads": float("nan")}, "downloads_30d"),
        ({"downloads": 5.0}, "downloads_30d"),
        ({"downloads": "5"}, "downloads_30d"),
        ({"downloads": None}, "downloads_30d"),
        ({"downloadsAllTime": [1]}, "downloads_all_time"),
        ({"likes": float("inf")}, "likes"),
        ({"id": "../../etc/passwd"}, "model"),
        ({"id": "../x"}, "model"),
        ({"id": "a/.."}, "model"),
        ({"id": "a/b/c"}, "model"),
        ({"id": "a b/c"}, "model"),
        ({"id": "\x1b[2Ja/b"}, "model"),
        ({"id": "a/b\u202e"}, "model"),
        ({"id": "a/\ud800"}, "model"),
        ({"id": "a/" + "x" * 10_000_000}, "model"),
        ({"id": ""}, "model"),
        ({"id": None}, "model"),
        ({"id": 7}, "model"),
        ({"pipeline_tag": "x" * 10_000_000}, "task"),
        ({"pipeline_tag": "\x1b]0;title\x07"}, "task"),
        ({"library_name": ["a"]}, "library"),
        ({"tags": ["license:" + "\x00"]}, "licence"),
        ({"tags": "license:mit"}, "tags"),
        ({"tags": [1]}, "tags"),
        ({"gated": True}, "gated"),
        ({"gated": "maybe"}, "gated"),
        ({"gated": 0}, "gated"),
        ({"gated": []}, "gated"),
        ({"safetensors": {"total": -1}}, "parameters"),
        ({"safetensors": {"total": True}}, "parameters"),
        ({"safetensors": "8B"}, "parameters"),
        ({"createdAt": "yesterday"}, "created"),
        ({"createdAt": 1745725341}, "created"),
        ({"createdAt": "2026-11-28T00:00:00Z"}, "created"),
        ({"lastModified": "9999-12-31T23:59:59-23:00"}, "modified"),
    ],
)
def test_a_cell_that_does_not_fit_refuses_the_row_and_is_named(changes, column):
    with pytest.raises(Refused) as caught:
        cells(**changes)
    assert caught.value.column == column
    assert str(caught.value).isprintable() and len(str(caught.value)) < 120


@pytest.mark.parametrize("model", [None, 1, "text", [], [GOOD]])
def test_a_row_that_is_no_object_is_refused(model):
    with pytest.raises(Refused, match="model"):
        row(model, DAY)


@pytest.mark.parametrize(
    "text",
    [
        '{"id":"a/b","downloads":1,"downloads":2}',
        '{"id":"a/b","safetensors":{"total":1,"total":2}}',
    ],
)
def test_a_key_that_stands_twice_refuses_the_row(text):
    with pytest.raises(Refused, match="with a key that stands twice"):
        row(parse(f"[{text}]".encode())[0], DAY)


def test_html_is_text_like_any_other():
    assert cells(library_name="<script>alert(1)</script>")["library"] == "<script>alert(1)</script>"


def test_a_day_is_that_of_utc():
    assert cells(createdAt="2025-01-01T00:30:00+09:00")["created"] == date(2024, 12, 31)


def test_a_parent_keeps_the_relation_that_one_of_its_tags_names():
    tags = ["base_model:a/b", "base_model:finetune:a/b", "base_model:merge:c/d", "base_model:gpt2"]
    tags += [
        "base_model:finetune:../x",
        "base_model:unheard-of:e/f",
        "base_model:",
        "base_model:\x1b/x",
    ]
    found = row(GOOD | {"tags": tags}, DAY).parents
    assert found == {"a/b": "finetune", "c/d": "merge", "gpt2": None}


def test_text_for_a_terminal_holds_nothing_that_it_would_act_on():
    assert plain("\x1b[31mred\n\u202e") == r"\x1b[31mred\n\u202e"
    assert len(plain("x" * 10_000_000)) == 81


# --- from pages to tables ---------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "data/raw").mkdir(parents=True)
    monkeypatch.setenv("AIRACE_ROOT", str(tmp_path))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    made = tmp_path / "data/live/2026-11-27"
    made.mkdir(parents=True)
    return made


def kept(folder: Path, *pages: list | bytes) -> Unit:
    """A unit with these pages on the disk."""
    unit = Unit(folder, "some")
    with Writer() as writer:
        for number, page in enumerate(pages, 1):
            body = page if isinstance(page, bytes) else json.dumps(page).encode()
            received = datetime(2026, 11, 27, number, tzinfo=UTC)
            following = f"http://hub/{number + 1}" if number < len(pages) else None
            reply = Reply(f"http://hub/{number}", body, json.loads(body), following, received)
            writer.keep(unit, number, reply)
    return unit


def many(count: int) -> list[dict]:
    return [GOOD | {"id": f"org/m{n}", "downloads": n} for n in range(count)]


def test_refused_rows_are_left_out_counted_and_named(folder):
    bad = [GOOD | {"id": "\x1b[1m", "downloads": 1}, GOOD | {"id": "a/minus", "downloads": -1}]
    found = make(folder, [kept(folder, many(50), [*many(60)[50:], *bad])])
    assert (found.rows, found.refused, found.row_counts["models"]) == (62, 2, 60)
    assert found.named == [
        r"some, page 2, row 11, \x1b[1m: model: '\x1b[1m'",
        "some, page 2, row 12, a/minus: downloads_30d: -1",
    ]


def test_json_that_is_no_number_for_others_refuses_only_its_row(folder):
    text = (
        json.dumps(many(20))[:-1]
        + ',{"id":"a/nan","downloads":NaN},{"id":"a/e","downloads":1e400}]'
    )
    found = make(folder, [kept(folder, text.encode())])
    assert [n.partition(", row ")[2] for n in found.named] == [
        "21, a/nan: downloads_30d: nan",
        "22, a/e: downloads_30d: inf",
    ]


def test_too_many_refused_rows_fail_with_their_names(folder):
    bad = [GOOD | {"id": f"a/{n}", "downloads": str(n)} for n in range(11)]
    with pytest.raises(SnapshotError) as caught:
        make(folder, [kept(folder, [*many(50), *bad])])
    assert str(caught.value).startswith(
        "wanted models that fit the contract, but for 10 at most\n"
        "  found: 11 of 61 do not\n"
        "  some, page 1, row 51, a/0: downloads_30d: '0'"
    )
    assert list(folder.glob("*.parquet")) == []


def test_a_page_of_which_no_row_fits_fails(folder):
    with pytest.raises(SnapshotError, match="1 of 1 do not"):
        make(folder, [kept(folder, [GOOD | {"downloads": None}])])


def test_private_models_are_left_out_and_counted(folder):
    found = make(folder, [kept(folder, [*many(3), GOOD | {"private": True}])])
    assert (found.private, found.row_counts["models"]) == (1, 3)


def test_the_newest_row_of_a_model_stays_with_its_own_parents(folder):
    old = GOOD | {"tags": ["base_model:a/old"], "downloads": 1}
    new = GOOD | {"tags": ["base_model:adapter:a/new"], "downloads": 2}
    found = make(folder, [kept(folder, [old, *many(5)], [new])])
    assert (found.doubled, found.rows) == (1, 7)
    table = pyarrow.parquet.read_table(folder / "models.parquet").to_pydict()
    assert dict(zip(table["model"], table["downloads_30d"]))[GOOD["id"]] == 2
    parents = pyarrow.parquet.read_table(folder / "base_models.parquet").to_pylist()
    assert parents == [{"model": GOOD["id"], "base_model": "a/new", "relation": "adapter"}]


def test_a_page_that_was_changed_is_refused(folder):
    unit = kept(folder, many(5))
    head, body = gzip.decompress(unit.file(1).read_bytes()).split(b"\n", 1)
    unit.file(1).write_bytes(gzip.compress(head + b"\n" + body.replace(b"m3", b"m9")))
    with pytest.raises(SnapshotError, match="another sha256 than when it came"):
        make(folder, [unit])


def test_without_a_model_the_tables_are_empty_and_typed(folder):
    make(folder, [kept(folder, [])])
    table = pyarrow.parquet.read_table(folder / "models.parquet")
    assert (table.num_rows, table.column_names) == (0, list(live.FIELDS["models"]))


def test_many_rows_are_sorted_and_give_the_same_bytes_each_time(folder):
    tags = ["base_model:finetune:a/b"]
    shuffled = (n * 7919 % 1_000_003 for n in range(130_000))
    unit = kept(folder, [GOOD | {"id": f"o/{n}", "tags": tags} for n in shuffled])
    made = []
    for _ in range(2):
        make(folder, [unit])
        made.append([(folder / f"{table}.parquet").read_bytes() for table in live.FIELDS])
    assert made[0] == made[1]
    names = pyarrow.parquet.read_table(folder / "models.parquet")["model"].to_pylist()
    assert names == sorted(names) and len(names) == 130_000
    assert pyarrow.parquet.read_metadata(folder / "models.parquet").num_row_groups > 1


def test_hostile_pages_from_a_server_leave_a_snapshot_that_passes(folder, capsys):
    server = HubServer(models(120))
    folder.rmdir()
    hostile = [
        b'{"id":"../../../tmp/x","downloads":1}',
        b'{"id":"\\u001b[2J/evil","downloads":1}',
        b'{"id":"a/b","downloads":1' + b"0" * 30 + b"}",
        b'{"id":"a/c","downloads":true}',
        b'{"id":"a/d","downloads":1,"downloads":2}',
        b'{"id":"a/e","downloads":1,"library_name":"' + b"x" * 10_000_000 + b'"}',
    ]

    def page(query, rows):
        texts = [server.text(row, tuple(query["expand"])) for row in rows]
        return b"[" + b",".join(texts + ([] if "cursor" in query else hostile)) + b"]"

    server.page = page
    try:
        made = live_take.take("all", settings=Settings(page_size=100), endpoint=server.endpoint)
    finally:
        server.close()
    day = made.name
    assert snapshots.verify(f"live/{day}") == []
    assert len(snapshots.load(f"live/{day}")) == 120
    refused = snapshots.describe(f"live/{day}")["listing"]["refused"]
    assert len(refused) == 6 and all(text.isprintable() for text in refused)
    assert capsys.readouterr().err.replace("\n", "").isprintable()
