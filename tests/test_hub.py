"""A live snapshot of the Hub, taken from a real server on this machine that fails in every way."""

from __future__ import annotations

import base64
import errno
import gzip
import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from conftest import ROOT
from hub_server import DAY, HubServer, models
from huggingface_hub.utils import close_session

from airace import attribution, live_progress, live_take, snapshots, specifications
from airace.errors import AiraceError, RequestError, SnapshotError
from airace.hub import Hub, Settings
from airace.hub_errors import HubError, Unreachable

SECRET = "hf_thisTokenMustNotBeFoundAnywhere"
QUICK = Settings(
    page_size=20, deadline=0.5, patience=20, broken=3, first_wait=0.01, longest_wait=0.02
)
HUB = models(110)
NAMED = {model["id"] for model in HUB}


@pytest.fixture(autouse=True)
def root(tmp_path, monkeypatch):
    """A repository without snapshots, and no proxy between the tests and their server."""
    root = tmp_path / "repo with 'quotes'"
    (root / "notebooks").mkdir(parents=True)
    (root / "data/raw").mkdir(parents=True)
    monkeypatch.setenv("AIRACE_ROOT", str(root))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    monkeypatch.setenv("HF_TOKEN", SECRET)
    close_session()
    return root


@pytest.fixture
def serve():
    """Start a server that fails as the test says: a fault by number of the request, or a function."""
    started = []

    def start(faults=(), served=HUB, **options) -> HubServer:
        fault = faults if callable(faults) else lambda number, query: dict(faults).get(number)
        started.append(HubServer(served, fault, **options))
        return started[-1]

    yield start
    for server in started:
        server.close()


def take(server: HubServer, scope="all", units=(), resume=False, settings=QUICK, **options) -> Path:
    options = {"now": lambda: DAY} | options
    return live_take.take(scope, units, resume, settings, server.endpoint, **options)


def listed(folder: Path) -> set[str]:
    """Models of a snapshot that passes in every respect; each stands once."""
    snapshot_id = f"live/{folder.name}"
    assert snapshots.verify(snapshot_id) == []
    names = snapshots.load(snapshot_id, "models")["model"]
    assert names.is_unique
    return set(names)


def about(folder: Path) -> dict:
    return snapshots.describe(f"live/{folder.name}")["listing"]


def contents(folder: Path) -> dict[str, bytes]:
    return {f.name: f.read_bytes() for f in sorted(folder.glob("*.parquet"))}


def command(root: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
    """Run ``airace snapshot hub`` in a process of its own."""
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "from airace.cli import main; main()",
            "snapshot",
            "hub",
            *arguments,
        ],
        env=os.environ | {"AIRACE_ROOT": str(root), "PYTHONPATH": str(ROOT / "src")} | environment,
        cwd=root,
        capture_output=True,
        text=True,
    )


# --- what a snapshot is -----------------------------------------------------------------------


def test_a_snapshot_holds_every_model_with_what_the_hub_says_of_it(serve):
    folder = take(serve())
    assert listed(folder) == NAMED
    table = snapshots.load("live/2026-11-27", "models").set_index("model")
    for model in HUB:
        row = table.loc[model["id"]]
        assert row["namespace"] == model["id"].partition("/")[0]
        assert row["downloads_30d"] == model["downloads"]
        assert row["downloads_all_time"] == model["downloadsAllTime"]
        assert row["likes"] == model["likes"]
        assert row["created"].date().isoformat() == model["createdAt"][:10]
        assert row["modified"].date() == date(2026, 11, 1)
        assert row["task"] == model["pipeline_tag"]
        assert row["library"] == "transformers"
        assert f"license:{row['licence']}" in model["tags"]
        assert row["parameters"] == model["safetensors"]["total"]
        assert row["gated"] == (model["gated"] or "no")


def test_base_models_keep_their_relation_and_stand_once(serve):
    take(serve())
    table = snapshots.load("live/2026-11-27", "base_models")
    found = {(r.model, r.base_model): r.relation for r in table.itertuples()}
    wanted = {}
    for model in HUB:
        for tag in model["tags"]:
            if tag.startswith("base_model:") and tag.count(":") == 2:
                _, relation, base = tag.split(":")
                wanted[model["id"], base] = relation
    assert (len(table), found) == (len(found), wanted)


def test_the_snapshot_opens_for_shares_and_specifications(serve):
    take(serve(served=models(200)))
    assert snapshots.table_file("live/2026-11-27", "models").name == "models.parquet"
    source = attribution.source("live/2026-11-27")
    import pandas as pd

    owners = pd.DataFrame({"namespace": ["org-0"], "country": ["CN"], "verified": [True]})
    shares = attribution.by_country(source, owners, "base model", "all time")
    assert shares["models"].sum() == 200
    few = {c: levels[:1] for c, levels in specifications.CHOICES.items()}
    few |= {"attribution": ["publisher", "base model"], "age": ["all", "new"]}
    assert len(specifications.table([source], owners, few)) == 4


def test_the_raw_replies_are_kept_as_they_came(serve):
    server = serve()
    folder = take(server)
    files = sorted(folder.glob("pages/_all/*.gz"))
    assert [f.name for f in files] == [f"{n:06}.jsonl.gz" for n in range(1, 7)]
    expand = tuple(server.requests[0][0]["expand"])
    for number, file in enumerate(files):
        lines = gzip.decompress(file.read_bytes()).split(b"\n")
        rows = HUB[number * 20 : number * 20 + 20]
        assert lines[1] == b"[" + b",".join(server.text(row, expand) for row in rows) + b"]"
        assert json.loads(lines[0])["rows"] == len(rows)


def test_the_description_names_query_client_times_pages_rows_and_digests(serve, root):
    server = serve()
    package = json.loads((take(server) / "datapackage.json").read_text())
    committed = next((ROOT / "data/raw/hub_catalogue").glob("*/datapackage.json"))
    assert json.loads(committed.read_text()).keys() - package.keys() == {
        "uploaded",
        "version",
        "wheel",
    }
    assert (package["republish"], package["as_of_latest"]) == (False, "2026-11-27")
    listing = package["listing"]
    assert (listing["pages"], listing["rows"], listing["endpoint"]) == (6, 110, server.endpoint)
    assert listing["client"].startswith("huggingface_hub ")
    assert listing["begun"] <= listing["first_reply"] <= listing["last_reply"]
    assert "downloadsAllTime" in listing["expand"]
    assert len(listing["by_unit"]["_all"]["sha256"]) == 64


def test_frictionless_finds_nothing_wrong_with_the_description(serve):
    frictionless = pytest.importorskip("frictionless")
    folder = take(serve())
    assert frictionless.validate(str(folder / "datapackage.json")).valid


def test_a_namespace_is_a_unit_and_one_that_does_not_exist_is_an_empty_one(serve):
    server = serve()
    folder = take(server, "namespaces", ["org-0", "org-1", "nobody"])
    assert listed(folder) == NAMED
    assert about(folder)["empty_namespaces"] == ["nobody"]
    assert {u: v["rows"] for u, v in about(folder)["by_unit"].items()} == {
        "org-0": 55,
        "org-1": 55,
        "nobody": 0,
    }
    assert "Namespaces without a model: 1." in snapshots.describe("live/2026-11-27")["description"]


def test_what_another_namespace_has_is_not_taken_for_the_namespaces_own(serve):
    server = serve()
    server.page = lambda query, rows: HUB[:20]
    with pytest.raises(HubError, match="wanted models of org-1 alone\n  found: org-"):
        take(server, "namespaces", ["org-1"])


def test_a_snapshot_is_never_rewritten(serve):
    server = serve()
    take(server)
    asked = len(server.requests)
    with pytest.raises(SnapshotError, match="never rewritten: live/2026-11-27 exists"):
        take(server)
    assert len(server.requests) == asked


def test_a_listing_over_midnight_keeps_its_folder_and_is_as_of_its_last_reply(serve):
    changed = [dict(HUB[0], lastModified="2026-11-28T00:00:01Z"), *HUB[1:]]
    clock = iter(
        [datetime(2026, 11, 27, 23, 59, 58, tzinfo=UTC) + timedelta(seconds=n) for n in range(99)]
    )
    folder = take(serve(served=changed), now=lambda: next(clock))
    assert folder.name == "2026-11-27"
    package = snapshots.describe("live/2026-11-27")
    assert package["as_of_latest"] == "2026-11-28"
    assert "The last replies are of 2026-11-28." in package["description"]
    assert listed(folder) == NAMED


# --- faults: nothing is lost and nothing is doubled -------------------------------------------

PASSING = [
    "429", "429 and wait", "429 and a date", "429 and the limit", "nothing left", "500", "503",
    "reset", "cut", "hang", "digits", "drip", "broken", "an object", "no link", "empty", "empty with a link",
]  # fmt: skip


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """The tables of a run without faults."""
    root = tmp_path_factory.mktemp("undisturbed")
    (root / "notebooks").mkdir()
    (root / "data/raw").mkdir(parents=True)
    server, before = HubServer(HUB), os.environ.get("AIRACE_ROOT")
    os.environ["AIRACE_ROOT"] = str(root)
    yield contents(take(server))
    os.environ.pop("AIRACE_ROOT") if before is None else os.environ.update(AIRACE_ROOT=before)
    server.close()


@pytest.mark.parametrize("fault", [f for f in PASSING if f != "empty with a link"])
def test_a_fault_that_passes_changes_nothing(serve, undisturbed, fault):
    folder = take(serve({3: fault}))
    assert listed(folder) == NAMED
    assert contents(folder) == undisturbed


@pytest.mark.parametrize("fault", ["500", "reset", "cut", "429"])
def test_a_fault_before_the_first_page_changes_nothing(serve, undisturbed, fault):
    assert contents(take(serve({1: fault, 2: fault}))) == undisturbed


def test_an_empty_page_with_a_next_link_does_not_end_the_listing(serve, undisturbed):
    server = serve()
    inner = server.rows
    server.rows = lambda q: ([], inner(q)[1]) if len(server.requests) == 3 else inner(q)
    folder = take(server)
    assert listed(folder) == NAMED - {m["id"] for m in HUB[40:60]}  # the server kept them to itself
    assert about(folder)["pages"] == 6


def test_errors_for_minutes_are_outlasted(serve, undisturbed):
    folder = take(serve(lambda number, query: "503" if 3 <= number < 60 else None))
    assert contents(folder) == undisturbed


def test_every_page_may_fail_in_another_way(serve, undisturbed):
    ways = ["429", "500", "reset", "cut", "broken", "no link"]
    fault = lambda number, query: ways[number // 2 % len(ways)] if number % 2 else None
    assert contents(take(serve(fault))) == undisturbed


def test_after_a_while_it_gives_up_keeps_what_it_has_and_goes_on_with_resume(
    serve, undisturbed, root
):
    server = serve(lambda number, query: "500" if number >= 4 else None)
    hasty = Settings(**{**vars(QUICK), "patience": 0.2})
    with pytest.raises(HubError) as caught:
        take(server, settings=hasty)
    assert caught.value.exit_code == 1
    assert str(caught.value).splitlines()[1:] == [
        "  found: HTTP status 500",
        "  next: airace snapshot hub --all --resume",
    ]
    assert not (root / "data/live/2026-11-27/datapackage.json").exists()
    assert snapshots.every() == []
    asked = len(server.requests)
    server.fault = lambda number, query: None
    assert contents(take(server, resume=True)) == undisturbed
    assert "cursor" in server.requests[asked][0]  # not from the beginning


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("429 for a week", "HTTP status 429; it asks to wait 604,800 s"),
        ("nothing left for a week", "it takes no request for 604,800 s"),
    ],
)
def test_a_wait_longer_than_the_patience_is_said_and_not_waited_for(serve, fault, said):
    with pytest.raises(HubError, match=said):
        take(serve({2: fault}))


@pytest.mark.parametrize(
    ("fault", "found"), [("broken", "no JSON in"), ("an object", "JSON that is no array")]
)
def test_a_page_that_never_makes_sense_fails(serve, fault, found):
    with pytest.raises(HubError, match=found):
        take(serve(lambda number, query: fault if "cursor" in query else None))


@pytest.mark.parametrize("scope", ["all", "namespaces"])
def test_a_full_page_that_never_has_a_next_link_does_not_end_the_listing(serve, root, scope):
    lost = lambda number, query: "no link" if number > 1 else None
    with pytest.raises(HubError, match="a page without a link, and more models after it"):
        take(serve(lost), scope, ["org-0"])
    assert not list((root / "data/live").glob("*/datapackage.json"))


@pytest.mark.parametrize(
    ("scope", "fault"), [("all", "empty"), ("all", "one model"), ("namespaces", "empty")]
)
def test_a_place_in_the_middle_that_stays_empty_does_not_end_the_listing(serve, scope, fault):
    cursor = base64.b64encode(b"40").decode()
    lost = lambda number, query: fault if query.get("cursor") == [cursor] else None
    with pytest.raises(HubError, match="a page without a link, and more models after it"):
        take(serve(lost), scope, ["org-0"])


def test_a_short_page_in_the_middle_of_the_whole_hub_does_not_end_it(serve):
    """The Hub may serve fewer than asked for: then no page is full, and only a check can tell."""
    with pytest.raises(HubError, match="and more models after it"):
        take(serve(lambda n, query: "no link" if query["limit"] == ["20"] else None, cap=7))


@pytest.mark.parametrize("count", [0, 1, 2, 20, 21, 22, 40, 41])
@pytest.mark.parametrize("scope", ["all", "namespaces"])
def test_a_listing_that_ends_with_a_full_page_or_none_ends(serve, count, scope):
    served = models(count, ["org-0"]) if count else []
    assert listed(take(serve(served=served), scope, ["org-0"])) == {m["id"] for m in served}


def test_a_short_page_ends_a_namespace_without_another_request(serve):
    server = serve()
    take(server, "namespaces", ["org-0"])
    assert len(server.requests) == 3


def test_a_model_that_moves_between_pages_stands_once_and_is_counted(serve):
    server = serve()
    moved = dict(HUB[0], downloads=7)
    server.page = lambda query, rows: [*rows[:-1], moved] if rows[-1] is HUB[-1] else rows
    folder = take(server)
    assert listed(folder) == NAMED - {HUB[-1]["id"]}
    assert about(folder)["came_again"] == 1
    assert (
        "1 were of models that came again" in snapshots.describe("live/2026-11-27")["description"]
    )
    table = snapshots.load("live/2026-11-27", "models").set_index("model")
    assert table.loc[HUB[0]["id"], "downloads_30d"] == 7  # the newest reply


def test_a_next_link_in_a_circle_fails(serve):
    with pytest.raises(HubError, match="a next link to a page that was there"):
        take(serve({2: "itself"}))


def test_when_nothing_is_left_of_the_rate_limit_it_waits_before_it_asks(serve):
    server, begun = serve({2: "nothing left"}), time.monotonic()
    take(server)
    assert time.monotonic() - begun > 0.9


# --- a full disk, Ctrl-C and a second process -------------------------------------------------


def test_a_full_disk_fails_with_what_to_do_and_resume_completes(serve, undisturbed, monkeypatch):
    server, synced, sync = serve(), [], os.fsync

    def full(handle):
        synced.append(handle)
        if len(synced) == 9:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(HubError) as caught:
        take(server)
    assert str(caught.value).splitlines() == [
        "wanted to write data/live/2026-11-27/pages/_all/000004.jsonl.gz",
        "  found: No space left on device",
        "  next: make room, then: airace snapshot hub --all --resume",
    ]
    assert contents(take(server, resume=True)) == undisturbed


def test_a_full_disk_while_the_tables_are_made_keeps_the_pages(
    serve, undisturbed, monkeypatch, root
):
    import pyarrow.parquet as pq

    server, write = serve(), pq.ParquetWriter.write_table

    def full(*arguments, **options):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(pq.ParquetWriter, "write_table", full)
    with pytest.raises(HubError, match="No space left on device"):
        take(server)
    monkeypatch.setattr(pq.ParquetWriter, "write_table", write)
    asked = len(server.requests)
    assert contents(take(server, resume=True)) == undisturbed
    assert len(server.requests) == asked
    assert not list((root / "data/live/2026-11-27").glob(".*"))


def test_a_file_size_limit_of_the_system_fails_without_a_trace(serve, root):
    server = serve(served=models(2000))
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000));"
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"{limited}from airace.cli import main; main()",
            "snapshot",
            "hub",
            "--all",
        ],
        env=os.environ | {"PYTHONPATH": str(ROOT / "src"), "HF_ENDPOINT": server.endpoint},
        capture_output=True,
        text=True,
        cwd=root,
    )
    assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
    assert "found: File too large" in done.stderr


@pytest.fixture
def heard():
    """SIGINT as at a terminal: a program that a script starts in the background ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_says_how_to_go_on(serve, undisturbed, heard):
    server = serve()
    main = threading.get_ident()

    def interrupt(number, query):
        if number == 4:
            signal.pthread_kill(main, signal.SIGINT)
            time.sleep(0.2)

    server.fault = interrupt
    with pytest.raises(HubError) as caught:
        take(server)
    assert str(caught.value) == "interrupted\n  next: airace snapshot hub --all --resume"
    server.fault = lambda number, query: None
    assert contents(take(server, resume=True)) == undisturbed


def test_two_processes_do_not_take_one_snapshot(serve):
    server = serve()
    seen = []

    def second(number, query):
        if number == 3:
            with pytest.raises(RequestError) as caught:
                take(server, resume=True)
            seen.append(str(caught.value))

    server.fault = second
    take(server)
    assert seen == ["another process is taking live/2026-11-27\n  next: wait for it"]


# --- resume -----------------------------------------------------------------------------------


@pytest.fixture
def begun(serve):
    """A server whose listing of two namespaces was stopped after three pages."""
    server = serve({4: "401"})
    with pytest.raises(Unreachable):
        take(server, "namespaces", ["org-0", "org-1"])
    return server


def test_an_unfinished_snapshot_is_not_begun_anew(begun):
    with pytest.raises(RequestError) as caught:
        take(begun, "all")
    assert str(caught.value) == (
        "live/2026-11-27 was begun and is not finished\n"
        "  next: airace snapshot hub --all --resume   (or remove data/live/2026-11-27)"
    )
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("scope", "units", "page_size", "found"),
    [
        ("all", [], 20, "another scope: all"),
        ("namespaces", ["org-0"], 20, r"another units: \['org-0'\]"),
        ("namespaces", ["org-0", "org-1"], 10, "another page size: 10"),
    ],
)
def test_resume_with_other_options_is_refused(begun, scope, units, page_size, found):
    settings = Settings(**{**vars(QUICK), "page_size": page_size})
    with pytest.raises(
        RequestError, match=f"the options with which live/2026-11-27 was begun\n.*{found}"
    ):
        take(begun, scope, units, True, settings)


def test_resume_asks_for_no_page_twice_even_on_another_day(begun):
    asked = len(begun.requests)
    folder = take(
        begun, "namespaces", ["org-0", "org-1"], True, now=lambda: DAY + timedelta(days=1)
    )
    assert (folder.name, listed(folder)) == ("2026-11-27", NAMED)
    assert {q["author"][0] for q, _ in begun.requests[asked:]} == {"org-1"}


def test_resume_without_anything_unfinished_is_refused(serve):
    with pytest.raises(RequestError) as caught:
        take(serve(), resume=True)
    assert str(caught.value) == (
        "wanted an unfinished snapshot in data/live to resume\n"
        "  found: none\n"
        "  next: airace snapshot hub --all"
    )


@pytest.mark.parametrize("change", ["damaged", "missing", "of another listing"])
def test_a_kept_page_that_is_not_as_it_was_is_refused(begun, root, change):
    first, second = sorted((root / "data/live/2026-11-27/pages/org-0").glob("00000[12].jsonl.gz"))
    if change == "damaged":
        first.write_bytes(first.read_bytes()[:-30])
    elif change == "missing":
        first.unlink()
    else:
        head, body = gzip.decompress(second.read_bytes()).split(b"\n", 1)
        second.write_bytes(gzip.compress(head.replace(b"org-0", b"org-9") + b"\n" + body))
    with pytest.raises(SnapshotError) as caught:
        take(begun, "namespaces", ["org-0", "org-1"], True)
    assert "data/live/2026-11-27/pages/org-0/00000" in str(caught.value)
    assert "next: rm -r data/live/2026-11-27/pages/org-0, then: airace snapshot hub" in str(
        caught.value
    )


# --- the network and the token ----------------------------------------------------------------


@pytest.mark.parametrize(
    "endpoint", ["http://127.0.0.1:9", "http://no-such-host.invalid"], ids=["refused", "no name"]
)
def test_without_a_network_it_says_so_and_leaves_nothing(root, endpoint):
    done = command(root, "--org", "Qwen", HF_ENDPOINT=endpoint)
    assert done.returncode == 2
    lines = done.stderr.splitlines()
    assert lines[0] == f"airace: wanted a connection to {endpoint}"
    assert lines[1].startswith("  found: ")
    assert lines[2].startswith("  next: check the network, HF_ENDPOINT")
    assert (len(lines), done.stdout, list(root.glob("data/live/*"))) == (3, "", [])


def test_offline_mode_is_respected(root, serve):
    server = serve()
    done = command(root, "--org", "Qwen", HF_ENDPOINT=server.endpoint, HF_HUB_OFFLINE="1")
    assert (done.returncode, server.requests) == (2, [])
    assert "found: HF_HUB_OFFLINE is set\n  next: unset HF_HUB_OFFLINE" in done.stderr


def test_a_token_that_is_refused_is_said_at_once(serve):
    server = serve({1: "401"})
    with pytest.raises(
        Unreachable, match="HTTP status 401\n  next: unset HF_TOKEN, or: hf auth login"
    ):
        take(server)
    assert len(server.requests) == 1


@pytest.mark.parametrize("fault", ["redirect", "link elsewhere"])
def test_the_token_goes_to_no_other_host(serve, fault):
    server = serve({1: fault})
    with pytest.raises(HubError, match="asked") as caught:
        take(server)
    assert "localhost" in str(caught.value)
    assert (len(server.requests), server.strays) == (1, [])


@pytest.mark.parametrize(
    "endpoint", ["ftp://host", "https://me:secret@host", "host", "https://[::"]
)
def test_an_endpoint_that_is_none_or_holds_a_password_is_refused(endpoint):
    with pytest.raises(Unreachable, match="wanted http") as caught:
        Hub(QUICK, endpoint)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("token", [SECRET + "\x01", SECRET + "ü"])
def test_a_token_that_no_header_can_hold_is_refused_and_not_said(serve, root, monkeypatch, token):
    monkeypatch.setenv("HF_TOKEN", token)
    with pytest.raises(Unreachable, match="wanted a token that a header can hold") as caught:
        take(serve())
    assert SECRET not in str(caught.value)
    assert list(root.glob("data/live/*")) == []


def test_a_reply_that_repeats_the_token_is_not_kept(serve, root):
    server = serve()
    server.page = lambda query, rows: [dict(rows[0], library_name=SECRET)]
    with pytest.raises(
        HubError, match="a reply that repeats your token; it was not kept"
    ) as caught:
        take(server)
    assert SECRET not in str(caught.value)
    assert list(root.glob("data/live/*")) == []


def test_the_token_is_sent_and_written_nowhere(serve, root, capsys):
    server = serve({1: "503", 2: "broken"})
    done = command(root, "--all", HF_ENDPOINT=server.endpoint, HF_DEBUG="")
    assert done.returncode == 0, done.stderr
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    take(serve({2: "500", 3: "broken", 4: "cut", 5: "reset", 6: "hang"}), now=lambda: tomorrow)
    assert server.requests[0][1]["authorization"] == f"Bearer {SECRET}"
    assert server.strays == []  # no telemetry
    failed = command(root, "--all", HF_ENDPOINT=server.endpoint)
    assert failed.returncode == 2
    written = [f for f in root.rglob("*") if f.is_file()]
    texts = [f.read_bytes() for f in written]
    texts += [gzip.decompress(t) for f, t in zip(written, texts) if f.suffix == ".gz"]
    said = "".join([done.stdout, done.stderr, failed.stdout, failed.stderr, *capsys.readouterr()])
    assert (len(written) > 8, said.count("asking again")) == (True, 7)
    assert not [t for t in [*texts, said.encode()] if SECRET.encode() in t]


# --- the command and its words ----------------------------------------------------------------


def test_the_command_lists_the_organisations_of_the_table_by_default(serve, root):
    (root / "data/raw/organisations").symlink_to(ROOT / "data/raw/organisations")
    server = serve(served=models(30, ["Qwen", "deepseek-ai", "nobody-we-know"]))
    done = command(root, HF_ENDPOINT=server.endpoint)
    assert done.returncode == 0, done.stderr
    day = next(root.glob("data/live/*")).name
    assert done.stdout == (
        f"data/live/{day}: 20 models on 149 pages\n"
        "came again: 0\nprivate: 0\nrefused rows: 0\nnamespaces without a model: 147\n"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--all", "--org", "Qwen"), "wanted one of --org, --organisations and --all"),
        (("--org", "../../etc"), "found: ../../etc"),
        (("--org", "\x1b[31mred"), r"found: \x1b[31mred"),
        (("--org", ""), "wanted namespaces of the Hub"),
    ],
)
def test_a_request_that_cannot_be_met_is_refused(root, arguments, said):
    done = command(root, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr and "Traceback" not in done.stderr
    assert list(root.glob("data/live/*")) == []


def test_progress_names_rate_budget_and_the_time_of_a_full_listing(serve, capsys):
    server = serve()
    take(server)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == (
        "the whole Hub, about 3 million models at 20 a page, takes at least 24.9 h with this token"
        " (500 requests in 300 s)"
    )
    assert "6 pages  110 models  " in lines[1]
    assert " a second  " in lines[1] and " of 500 requests left for 150 s" in lines[1]
    assert "\x1b" not in "".join(lines)


def test_the_time_of_a_full_listing_follows_from_the_rate_limit_and_the_page():
    assert live_progress.duration(3_000_000, 1000, 500, 300) == 5 * 300 + 100
    assert live_progress.duration(1_000, 1000, 500, 300) == pytest.approx(0.2)
    said = live_progress.full_listing(1000, None, anonymous=True)
    assert "takes at least 27 min without a token (by the Hub's documentation 500 requests" in said


def test_a_terminal_gets_one_line_that_is_rewritten(capsys):
    shown = live_progress.Progress(4, whole=False)
    shown.terminal = True
    shown.resumed(1, 100)
    shown.page(20, None)
    shown.unit()
    shown.page(20, None)
    shown.close()
    text = capsys.readouterr().err
    assert text.count("\r\x1b[K") == 3 and text.count("\n") == 1
    assert "[2/4]  2 pages  140 models" in text and "left" in text


def test_every_error_is_an_airace_error_with_its_next_command(serve):
    for fault in ("404", "401", "redirect"):
        with pytest.raises(AiraceError, match="next: "):
            take(serve({1: fault}))


def test_the_benchmark_sets_the_listing_beside_list_models():
    done = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks/listing.py"), "--models", "1500", "--rounds", "1"],
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["models"], found["rounds"], found["aim"]) == (1500, 1, 1.0)
    seconds = found["seconds"]
    assert found["ratio"]["listing to list_models"] == pytest.approx(
        seconds["listing"] / seconds["list_models"]
    )
