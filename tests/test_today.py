"""``make today`` takes a snapshot, rebuilds what reads one, and sets its answers beside the article's."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import huggingface_hub
import pytest
from hub_server import HubServer, models
from write_live import model, write

from airace import attribution, live_take, paths, snapshots, today, today_page
from airace.errors import BuildError
from airace.hub_errors import HubError
from airace.inputs import snapshot_dates
from airace.report import Report

ROOT = Path(__file__).resolve().parents[1]
NAMESPACES = ["Qwen", "deepseek-ai", "meta-llama", "google", "mistralai", "LGAI-EXAONE", "unsloth"]
TAKING = ["02-model-share", "11-korea", "12-robustness"]
LIVE = "live/2026-11-27"
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


def copy(root: Path) -> Path:
    """The notebooks and raw data of this repository, without a live snapshot."""
    for folder in ("notebooks", "data/raw"):
        shutil.copytree(ROOT / folder, root / folder)
    shutil.copy(ROOT / "requirements.lock", root)
    return root


def run(root: Path, endpoint: str, *arguments: str) -> subprocess.CompletedProcess:
    """What the Makefile runs, in a process of its own."""
    settings = {"AIRACE_ROOT": str(root), "HF_ENDPOINT": endpoint, "NO_PROXY": "127.0.0.1"}
    settings["HF_HOME"] = str(root / "hf")  # nothing of a test in the cache of who runs it
    environment = {k: v for k, v in os.environ.items() if k != "HF_TOKEN"} | settings
    command = [sys.executable, "-m", "airace.today", *arguments]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)


@pytest.fixture(scope="module")
def server():
    served = HubServer(models(280, NAMESPACES))
    yield served
    served.close()


@pytest.fixture(scope="module")
def made(server, tmp_path_factory) -> tuple[Path, subprocess.CompletedProcess]:
    """A repository after its first ``make today``, and what that said."""
    root = copy(tmp_path_factory.mktemp("today"))
    return root, run(root, server.endpoint)


@pytest.fixture
def empty(tmp_path, monkeypatch) -> Path:
    """The repository without a live snapshot; this process sees it."""
    copy(tmp_path)
    monkeypatch.setenv("AIRACE_ROOT", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


class Page(HTMLParser):
    """Collects tags with their attributes, and the text."""

    def __init__(self, text: str):
        super().__init__()
        self.tags, self.words = [], []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list) -> None:
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def page(root: Path) -> str:
    return (root / "build/today/index.html").read_text("utf-8")


# --- from the Hub to the page ------------------------------------------------------------------


def test_one_command_takes_the_snapshot_builds_and_names_the_page(made):
    root, done = made
    assert (done.returncode, done.stdout) == (0, "build/today/index.html\n"), done.stderr
    assert "3 of 3 notebooks built" in done.stderr
    assert len(list((root / "data/live").iterdir())) == 1


def test_the_page_gives_both_shares_their_difference_and_their_coverage(made, monkeypatch):
    root, _ = made
    monkeypatch.setenv("AIRACE_ROOT", str(root))
    (folder,) = (root / "data/live").iterdir()
    namespaces = snapshots.load("organisations/2026-10-05")
    table = attribution.by_country(attribution.source(f"live/{folder.name}"), namespaces)
    share = table.set_index("country")["share"]
    text = page(root)
    for country in ("China", "USA"):
        assert f"<td>{share[country]:.1f} %<small>downloads over 30 days" in text
    gap = f"{share['China'] - share['USA']:+.1f} points".replace("-", "−")
    assert f"<td>{gap}<small>" in text
    assert f"{table['verified_percent'].iloc[0]:.1f} % verified" in text
    assert "“17 percent”<small>downloads of newly created open models, as of 2025-08" in text
    assert "“15.8 percent”" in text and "<td>+1.2 points<small>" in text
    assert "by country of the base model" in text
    assert re.search(r"<td>\d+ of \d+, with a median difference of ", text)


def test_the_page_says_that_it_decides_no_verdict_and_that_denominators_differ(made):
    text = page(made[0])
    assert "This page informs. It decides no verdict" in text
    assert (
        "The denominators differ, so a difference between the columns is no change over time."
        in text
    )


def test_the_page_is_static_and_holds_everything_itself(made):
    text = page(made[0])
    found = Page(text)
    names = {tag for tag, _ in found.tags}
    assert names.isdisjoint({"script", "link", "iframe", "object", "a", "form", "svg"})
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policies = [a["content"] for tag, a in found.tags if "http-equiv" in a]
    assert policies == [
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    ]
    assert not any(
        name in ("style", "href") or name.startswith("on") for _, a in found.tags for name in a
    )


def test_every_figure_is_embedded_with_the_alt_text_of_its_record(made):
    root, _ = made
    images = [attributes for tag, attributes in Page(page(root)).tags if tag == "img"]
    folder = root / "build/today/figures"
    wanted = {}
    for figure in ("share-publishers", "korea-models", "robustness"):
        alt = json.loads((folder / f"{figure}.json").read_text("utf-8"))["alt"]
        wanted[alt] = (folder / f"{figure}.png").read_bytes()
    found = {
        i["alt"]: base64.b64decode(i["src"].partition("data:image/png;base64,")[2]) for i in images
    }
    assert found == wanted


def test_a_second_run_uses_the_snapshot_of_the_day_and_builds_nothing(made, server):
    root, _ = made
    (folder,) = (root / "data/live").iterdir()
    asked, before = len(server.requests), page(root)
    done = run(root, server.endpoint, f"live/{folder.name}")
    assert (done.returncode, done.stdout) == (0, "build/today/index.html\n")
    assert done.stderr.endswith("nothing to do: 3 notebooks are up to date\n")
    assert (len(server.requests), page(root)) == (asked, before)


def test_what_is_published_stays_as_it_was(made):
    root, _ = made
    assert not (root / "figures").exists() and not (root / "data/processed").exists()


# --- what is refused, and what is gone on with -------------------------------------------------


def test_without_a_network_there_is_a_clear_word_and_no_page(empty):
    done = run(empty, "http://127.0.0.1:9")
    assert (done.returncode, done.stdout) == (2, "")
    wanted, found, step = done.stderr.splitlines()
    assert wanted == "airace: wanted a connection to http://127.0.0.1:9"
    assert found.startswith("  found: ")
    assert (
        step == "  next: check the network, HF_ENDPOINT and the proxy settings, then run it again"
    )
    assert not (empty / "build").exists()


REFUSED = {
    ("live/2026-11-26",): "wanted a live snapshot, got 'live/2026-11-26'\n"
    f"  found: did you mean '{LIVE}'?\n  choices: {LIVE}\n  next: make today",
    ("hub_catalogue/2026-10-08",): "wanted a live snapshot, got 'hub_catalogue/2026-10-08'\n"
    f"  found: did you mean '{LIVE}'?\n  choices: {LIVE}\n  next: make today",
    (LIVE, LIVE): f"wanted one live snapshot, or none for today's\n  found: {LIVE} {LIVE}",
}


@pytest.mark.parametrize("arguments, text", REFUSED.items())
def test_what_is_no_live_snapshot_is_refused(empty, capsys, arguments, text):
    write("2026-11-27", [model("a/x", 5)])
    assert today.run(list(arguments)) == 2
    assert capsys.readouterr() == ("", f"airace: {text}\n")


@pytest.fixture
def asked(monkeypatch) -> list:
    """What ``live_take.take`` is asked for; it answers with the folder of the day."""
    calls = []

    def take(scope: str, units: list, resume: bool = False) -> Path:
        calls.append((scope, units, resume))
        return paths.snapshot(LIVE)

    monkeypatch.setattr(live_take, "take", take)
    return calls


def test_a_finished_snapshot_of_the_day_is_used_as_it_is(empty, asked, capsys):
    write("2026-11-27", [model("a/x", 5)])
    assert (today.taken("2026-11-27"), asked) == (LIVE, [])
    assert capsys.readouterr().err == f"using {LIVE}, which is there\n"


def test_an_unfinished_one_is_gone_on_with_as_it_was_begun(empty, asked):
    folder = paths.snapshot(LIVE)
    folder.mkdir(parents=True)
    (folder / "plan.json").write_text(json.dumps({"scope": "namespaces", "units": ["Qwen"]}))
    assert today.taken("2026-11-27") == LIVE
    assert asked == [("namespaces", ["Qwen"], True)]


def test_a_run_that_broke_off_asks_only_for_what_is_missing(empty, monkeypatch):
    broken = HubServer(
        models(70, NAMESPACES), lambda number, query: "404" if number == 100 else None
    )
    monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", broken.endpoint)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("HF_TOKEN", raising=False)
    huggingface_hub.utils.close_session()
    day = datetime.now(UTC).strftime("%Y-%m-%d")
    with pytest.raises(HubError, match="HTTP status 404"):
        today.taken(day)
    assert (snapshot_dates("live"), len(broken.requests)) == ([], 100)
    assert today.taken(day) == f"live/{day}"
    units = snapshots.describe(f"live/{day}")["listing"]["units"]
    authors = [query["author"][0] for query, _ in broken.requests]
    broken.close()
    assert set(authors) == set(units)
    assert set(authors[:99]) & set(authors[99:]) <= {authors[99]}  # only the one that broke off


def test_an_unfinished_one_of_another_day_is_left_alone(empty, asked):
    folder = paths.snapshot("live/2026-11-26")
    folder.mkdir(parents=True)
    (folder / "plan.json").write_text(json.dumps({"scope": "all", "units": []}))
    today.taken("2026-11-27")
    ((scope, units, resume),) = asked
    assert (scope, resume) == ("organisations", False)
    assert units == list(snapshots.load("organisations/2026-10-05")["namespace"])


def test_the_day_is_that_of_the_clock_in_utc(empty, asked, monkeypatch):
    monkeypatch.setattr(today, "page", lambda snapshot_id: snapshot_id)
    write("2026-11-27", [model("a/x", 5)])
    assert today.main([], lambda: NOON) == LIVE


def test_the_notebooks_are_those_that_take_a_live_snapshot(empty):
    write("2026-11-27", [model("a/x", 5)])
    assert today.takers(LIVE) == dict.fromkeys(TAKING, "snapshot")


# --- what the page makes of evil or missing things ---------------------------------------------

EVIL = "<img/onerror=alert(1)>\x1b[2J\u202e\"'&"


def figure(name: str, notebook: str, drawn_from: str) -> None:
    """A figure of an earlier build with texts that somebody else wrote."""
    folder = paths.build("today") / "figures"
    folder.mkdir(parents=True, exist_ok=True)
    texts = dict.fromkeys(("alt", "title", "subtitle", "source"), f"{name} {EVIL}")
    record = texts | {"notebook": notebook, "drawn_from": [drawn_from]}
    (folder / f"{name}.json").write_text(json.dumps(record))
    (folder / f"{name}.png").write_bytes(b"png")


def composed(*failures: BuildError, **package: object) -> str:
    write("2026-11-27", [model("Qwen/x", 30), model("google/y", 10)], **package)
    report = Report("today", ["02-model-share"], failures=list(failures))
    return today_page.text(LIVE, ["02-model-share"], report)


def test_no_text_of_anybody_becomes_markup(empty):
    figure("share-publishers", "02-model-share", LIVE)
    source = {"title": EVIL, "publisher": EVIL, "url": EVIL, "retrieved": "2026-11-27"}
    text = composed(BuildError(f"failed {EVIL}"), description=EVIL, sources=[source])
    found = Page(text)
    assert [a.get("alt", "").split()[0] for tag, a in found.tags if tag == "img"] == [
        "share-publishers"
    ]
    assert not any(name.startswith("on") for _, attributes in found.tags for name in attributes)
    assert [c for c in text if c != "\n" and not c.isprintable()] == []
    assert "".join(found.words).count("<img/onerror=alert(1)>\\x1b[2J\\u202e\"'&") == 8


def test_a_figure_of_another_snapshot_or_notebook_is_not_shown(empty):
    figure("share-publishers", "02-model-share", "live/2026-11-26")
    figure("robustness", "12-robustness", LIVE)
    assert [tag for tag, _ in Page(composed()).tags if tag == "img"] == []


def test_a_failed_notebook_is_told_and_the_shares_are_given_all_the_same(empty):
    text = composed(BuildError("12-robustness failed: cell 10"))
    assert "Not built: 12-robustness failed: cell 10" in text
    assert "<td>75.0 %<small>" in text and "<td>25.0 %<small>" in text
    assert "not computed: 12-robustness was not built" in text


def test_an_interrupted_run_is_one_line_and_no_trace(empty, monkeypatch, capsys):
    def interrupt(arguments: list[str]) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(today, "main", interrupt)
    assert today.run([]) == 1
    assert capsys.readouterr() == ("", "interrupted: make today goes on from here\n")


def test_a_failed_build_is_exit_code_1_and_the_page_is_named(empty, monkeypatch, capsys):
    report = Report("today", ["02-model-share"], failures=[BuildError("cell 10 failed")])
    monkeypatch.setattr(
        today, "main", lambda arguments: (paths.build("today") / "index.html", report)
    )
    assert today.run([]) == 1
    out, err = capsys.readouterr()
    assert out == "build/today/index.html\n"
    assert err.startswith("airace: cell 10 failed\n")
