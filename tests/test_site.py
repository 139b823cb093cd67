"""The front page and the statements' pages: complete, escaped, honest about what they know."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from click.testing import CliRunner

from airace import claims, paths, scorecard, verdicts
from airace.cli import main
from airace.errors import LedgerError, RequestError
from airace.scenarios import DEFAULT
from airace.site import front, history, make, pages, statements, wording

ROOT = Path(__file__).resolve().parents[1]
LIMIT = 300_000  # bytes of the front page
SEVERAL = ("figures", "notebooks", "data", "explorer.html")  # parts that other modules write
TAG = "<img src=x onerror=alert(1)>"
MISDATED = "downloads-jan-2025"
BLOCKS = ("td", "th", "li", "dt", "dd", "p", "h1", "h2", "h3", "small", "title", "a", "pre")
KEPT = ("downloads-jan-2025", "share-china-17", "korea-fraction-of-china")
with (ROOT / "data/processed/scorecard.csv").open(encoding="utf-8", newline="") as published:
    SECTIONS = {row["section"]: row["section_title"] for row in csv.DictReader(published)}
needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


class Page(HTMLParser):
    """What a browser would make of a page: elements with their attributes, ids, and the text."""

    def __init__(self, file: Path):
        super().__init__()
        self.elements: list[tuple[str, dict]] = []
        self.inner: dict[str, list[str]] = {"style": [], "script": []}
        self.text, self._open = "", ""
        self.feed(file.read_text(encoding="utf-8"))
        self.text = " ".join(self.text.split())

    def handle_starttag(self, tag: str, attributes: list) -> None:
        self.elements.append((tag, dict(attributes)))
        self._open = tag
        self.text += " " * (tag in BLOCKS)

    def handle_endtag(self, tag: str) -> None:
        self._open = ""
        self.text += " " * (tag in BLOCKS)

    def handle_data(self, data: str) -> None:
        if self._open in self.inner:
            self.inner[self._open].append(data)
        else:
            self.text += data

    def having(self, **wanted: str) -> list[dict]:
        return [a for _, a in self.elements if all(a.get(k) == v for k, v in wanted.items())]

    @property
    def tags(self) -> set[str]:
        return {tag for tag, _ in self.elements}

    @property
    def links(self) -> list[str]:
        return [a[n] for _, a in self.elements for n in ("href", "src") if a.get(n)]

    @property
    def ids(self) -> set[str]:
        return {attributes["id"] for _, attributes in self.elements if "id" in attributes}


def copied(root: Path) -> Path:
    """The parts of the repository that the site reads, without git and without a build."""
    for part in ("data/raw", "data/processed", "figures", "notebooks"):
        shutil.copytree(ROOT / part, root / part, ignore=shutil.ignore_patterns("*.png", "*.svg"))
    shutil.copy(ROOT / "CITATION.cff", root)
    return root


def composed(scenario: str = DEFAULT) -> Path:
    """Write the front page and the statements' pages alone; return the front page."""
    made = pages.Site(scenario, pages.NAVIGATION)
    front.write(made)
    statements.write(made)
    return made.folder / "index.html"


def rewrite(file: Path, change) -> None:
    """Change the rows of a CSV file in place, each given as a dict."""
    with file.open(encoding="utf-8", newline="") as opened:
        reader = csv.DictReader(opened)
        rows, names = list(reader), reader.fieldnames
    for row in rows:
        change(row)
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def redescribe(table: Path) -> None:
    """Let a snapshot's description state the bytes and the digest that its table has now."""
    file = table.with_name("datapackage.json")
    package = json.loads(file.read_text(encoding="utf-8"))
    data = table.read_bytes()
    for resource in package["resources"]:
        if resource["path"] == table.name:
            resource |= {"bytes": len(data), "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}
    file.write_text(json.dumps(package), encoding="utf-8")


def git(root: Path, *arguments: str) -> None:
    command = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", *arguments]
    alone = {"GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(command, cwd=root, check=True, capture_output=True, env=os.environ | alone)


def commit(root: Path, message: str = "x") -> None:
    git(root, "add", "--all", "--force", "data/processed")
    git(root, "commit", "--quiet", "--allow-empty", "--message", message)


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """The whole site of the committed results, made where there is no git. For looking at only."""
    root = copied(tmp_path_factory.mktemp("site"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRACE_ROOT", str(root))
        patch.setenv("GIT_CEILING_DIRECTORIES", str(root.parent))
        return composed().parent


@pytest.fixture
def repository(tmp_path, monkeypatch) -> Path:
    """A copy with three statements, to change; this process sees it as the repository."""
    monkeypatch.setenv("AIRACE_ROOT", str(tmp_path))
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    copied(tmp_path)
    published = tmp_path / "data/processed/claims.csv"
    found = [claim for claim in claims.read(published) if claim["claim_id"] in KEPT]
    claims.write(found, published)
    return tmp_path


@pytest.fixture
def judged(tmp_path, monkeypatch):
    """A repository under git with nothing but verdicts; returns a function that writes them."""
    monkeypatch.setenv("AIRACE_ROOT", str(tmp_path))
    for folder in ("notebooks", "data/raw", "data/processed"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "notebooks" / "kept").touch()
    (tmp_path / "data" / "raw" / "kept").touch()

    def write(**verdicts: str) -> Path:
        file = tmp_path / "data" / "processed" / "claims.csv"
        rows = [f"{claim_id},{verdict},because {verdict}\n" for claim_id, verdict in verdicts.items()]
        file.write_text("claim_id,verdict,reason\n" + "".join(rows), encoding="utf-8")
        return file

    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    git(tmp_path, "add", "--all")
    return write


def told(found: history.History, claim_id: str) -> list[tuple]:
    return [(change.before, change.after) for change in found.changes.get(claim_id, [])]


# Complete


def test_every_statement_has_a_row_on_the_front_page_and_a_page_of_its_own(site):
    found = claims.read(ROOT / "data" / "processed" / "claims.csv")
    rows = Page(site / "index.html").having(**{"class": "statement"})
    assert [row["id"] for row in rows] == [claim["claim_id"] for claim in found]
    assert {f.stem for f in site.glob("statements/*.html")} == {row["id"] for row in rows}


def test_the_front_page_says_of_every_statement_what_is_published(site):
    text = Page(site / "index.html").text
    for claim in claims.read(ROOT / "data" / "processed" / "claims.csv"):
        respects = " ".join(f"{r}: {claim['dimensions'][r]}" for r in scorecard.RESPECTS)
        assert f"{claim['verdict']} {claim['reason']} {respects}" in text


def test_the_headline_is_computed_from_the_verdicts(repository):
    file = repository / "data" / "processed" / "claims.csv"
    before = Page(composed()).text
    rewrite(file, lambda row: row.update(verdict="contradicted", dimension_value="fails"))
    after = Page(composed()).text
    assert "1 of 3 statements stand as printed" in before
    assert "0 of 3 statements stand as printed" in after


def test_the_buttons_count_every_statement_once_by_verdict_and_once_by_section(site):
    page = Page(site / "index.html")
    rows = page.having(**{"class": "statement"})
    for facet in ("verdict", "section"):
        values = [b["data-value"] for b in page.having(**{"data-facet": facet})]
        assert len(values) == len(set(values))
        assert set(values) == {row[f"data-{facet}"] for row in rows}
        for value in values:
            number = sum(row[f"data-{facet}"] == value for row in rows)
            assert f"{_label(facet, value)} {number}" in page.text


def _label(facet: str, value: str) -> str:
    return value if facet == "verdict" else SECTIONS[value].partition(":")[0]


def test_without_a_script_everything_is_shown_and_the_filter_is_hidden(site):
    page = Page(site / "index.html")
    (controls,) = page.having(id="filter")
    assert "hidden" in controls
    assert not [row for row in page.having(**{"class": "statement"}) if "hidden" in row]
    assert "hidden" in Page(site / "statements" / f"{MISDATED}.html").having(id="copy")[0]


def test_a_statements_number_is_its_row_of_the_scorecard_that_trace_follows(site):
    with (ROOT / "figures" / "scorecard.csv").open(encoding="utf-8", newline="") as opened:
        order = [row["claim_id"] for row in csv.DictReader(opened)]
    for number, claim_id in enumerate(order, start=1):
        text = Page(site / "statements" / f"{claim_id}.html").text
        assert f"airace trace scorecard:{number} " in f"{text} "
        assert f"Statement {number} of {len(order)}" in text


def test_a_statement_leads_to_its_figures_and_its_notebook(site):
    for claim in claims.read(ROOT / "data" / "processed" / "claims.csv"):
        links = Page(site / "statements" / f"{claim['claim_id']}.html").links
        wanted = [f"../figures/{figure}.html" for figure in claim["figures"]]
        assert {*wanted, f"../notebooks/{claim['notebook']}.html"} <= set(links)


def test_each_deciding_row_is_shown_and_leads_to_its_snapshots_page(site):
    for claim in claims.read(ROOT / "data" / "processed" / "claims.csv"):
        page = Page(site / "statements" / f"{claim['claim_id']}.html")
        for row in claim["evidence"]:
            snapshot = row["snapshot"].replace("/", "-")
            assert f"../data/{snapshot}.html#{row['row']}" in page.links
            if not row["snapshot"].startswith("article/"):
                assert row["scope"] in page.text
                assert row["source_url"] in page.links or not row["source_url"]


def test_a_row_that_was_computed_is_shown_with_the_rows_behind_it(repository):
    (claim,) = (
        c
        for c in claims.read(ROOT / "data/processed/claims.csv")
        if c["claim_id"] == "alibaba-380bn-pledge"
    )
    computed = [row for row in claim["evidence"] if row["row"] == "iv007"]
    found = statements.deciding(claim | {"evidence": computed}, "article/2026-03-10")
    roles = {row["row"]: row["role"] for row in found}
    assert roles.pop("iv007") == ""
    assert roles and set(roles.values()) == {"input of iv007"}


def test_what_was_searched_is_said_where_a_search_is_among_the_evidence(site):
    for search in csv.DictReader((ROOT / "data/raw/article/2026-03-10/searches.csv").open()):
        text = Page(site / "statements" / f"{search['claim_id']}.html").text
        assert f"looked for {search['looked_for']} searched {search['searched']}" in text


def test_the_front_page_is_small(site):
    assert (site / "index.html").stat().st_size < LIMIT


def test_links_lead_to_pages_and_anchors_that_are_there(site):
    found = {file: Page(file) for file in site.rglob("*.html")}
    for file, page in found.items():
        for link in page.links:
            address, _, anchor = link.partition("#")
            if address.startswith(("https://", "http://", "data:")):
                continue
            target = (file.parent / address).resolve() if address else file
            part = target.relative_to(site).parts[0]
            if part in SEVERAL and not (site / part).exists():
                continue  # a part that this state of the site does not have
            assert target.is_file(), f"{file.name}: {link}"
            if anchor:
                assert unquote(anchor) in found[target].ids, f"{file.name}: {link}"


def test_the_verdicts_can_be_downloaded_as_they_are_published(site):
    downloaded = (site / front.TABLE).read_bytes()
    assert downloaded == (ROOT / "data" / "processed" / "claims.csv").read_bytes()


def test_words_are_explained_for_all_that_the_rule_can_say(site):
    assert set(wording.MEANINGS) == {*verdicts.VERDICTS, verdicts.NOT_EXAMINED}
    assert list(wording.QUESTIONS) == verdicts.PRECEDENCE
    for respect, (_, verdict) in wording.QUESTIONS.items():
        failing = dict.fromkeys(verdicts.DIMENSIONS, verdicts.HOLDS) | {respect: verdicts.FAILS}
        assert verdicts.derive(failing, "independent") == verdict
    package = json.loads((ROOT / "data/raw/article/2026-03-10/datapackage.json").read_text())
    fields = {f["name"]: f for f in package["resources"][0]["schema"]["fields"]}
    assert set(wording.KINDS) == set(fields["kind"]["constraints"]["enum"])
    assert set(wording.BOUNDS) == set(fields["bound"]["constraints"]["enum"])


def test_a_verdict_is_told_by_word_and_shape_and_never_by_colour_alone():
    shapes = {group: wording.sign(group) for group in scorecard.GROUPS}
    assert len(set(shapes.values())) == len(shapes)


def test_a_gap_in_the_data_is_not_coloured_as_a_fault_of_the_article():
    assert wording.tone("availability", "fails") == wording.OPEN != wording.tone("date", "fails")


# Safe


def test_what_looks_like_a_tag_is_shown_as_text(repository):
    ledger = repository / "data/raw/article/2026-03-10/claims.csv"
    points = repository / "data/raw/hub_downloads_reported/2026-10-05/points.csv"
    said = ("printed", "statement", "subject", "named_source")
    rewrite(ledger, lambda row: row.update(dict.fromkeys(said, TAG + row["claim_id"])))
    rewrite(points, lambda row: row.update(source_title=TAG, publisher=TAG))
    for table in (ledger, points):
        redescribe(table)
    found = repository / "data/processed/claims.csv"
    rewrite(found, lambda row: row.update(printed=TAG, reason=TAG, evidence_scope=TAG))
    figure = repository / "figures" / "downloads-growth.json"
    record = json.loads(figure.read_text(encoding="utf-8")) | {"title": TAG, "alt": f'">{TAG}'}
    figure.write_text(json.dumps(record), encoding="utf-8")
    index = composed()
    for file, times in ((index, 9), (index.parent / f"statements/{MISDATED}.html", 9)):
        page = Page(file)
        pictures = [a["src"] for tag, a in page.elements if tag == "img"]
        assert "x" not in pictures
        assert not [a for _, a in page.elements if "onerror" in a]
        assert page.text.count(TAG) > times


def test_an_address_that_is_a_script_is_shown_and_not_linked(repository, monkeypatch):
    script = "javascript:alert(1)"
    sources = statements.origins.sources
    monkeypatch.setattr(
        statements.origins, "sources", lambda *rows: [s | {"url": script} for s in sources(*rows)]
    )
    page = Page(composed().parent / "statements" / f"{MISDATED}.html")
    assert f"({script})" in page.text
    assert not [link for link in page.links if link.startswith("javascript")]


def test_the_policy_allows_the_styles_and_scripts_of_the_page_and_no_other(site):
    for file in site.rglob("*.html"):
        page = Page(file)
        (policy,) = page.having(**{"http-equiv": "Content-Security-Policy"})
        allowed = [part.strip("'") for part in policy["content"].replace(";", "").split()]
        inside = [text for kind in page.inner.values() for text in kind]
        digests = [base64.b64encode(hashlib.sha256(t.encode()).digest()).decode() for t in inside]
        assert inside
        assert {f"sha256-{digest}" for digest in digests} == {a for a in allowed if "sha256" in a}
        assert "'unsafe" not in policy["content"]
        for _, attributes in page.elements:
            assert not [name for name in attributes if name == "style" or name.startswith("on")]


def test_nothing_is_loaded_from_elsewhere(site):
    for file in site.rglob("*.html"):
        page = Page(file)
        assert not page.tags & {"iframe", "object", "embed", "base"}
        loaded = [a[n] for t, a in page.elements for n in ("src", "href") if n in a and t != "a"]
        assert not [a for a in loaded if "//" in a and not a.startswith("data:")]


def test_data_for_a_script_cannot_end_its_element():
    assert "<" not in pages.as_json({"</script><script>": "<!--"})
    assert json.loads(pages.as_json({"a": "</script>&"})) == {"a": "</script>&"}


def test_a_row_whose_key_has_signs_of_an_address_is_still_found():
    assert pages.row_address("gdp/2026-03-20", "a b|#c") == "data/gdp-2026-03-20.html#a%20b%7C%23c"


# History


@needs_git
def test_a_change_of_verdict_is_told_with_its_commit_and_the_reason_given_then(judged, tmp_path):
    file = judged(a="not examined yet")
    commit(tmp_path)
    judged(a="misdated")
    commit(tmp_path)
    first, second = history.read(file).changes["a"]
    assert (first.before, first.after) == (None, "not examined yet")
    assert (second.before, second.after, second.reason) == (
        "not examined yet",
        "misdated",
        "because misdated",
    )
    head = (tmp_path / ".git/refs/heads/main").read_text()
    assert head.startswith(second.commit) and len(second.commit) == history.SHORT
    assert len(second.day) == len("2026-11-27")


@needs_git
def test_a_commit_that_leaves_the_verdict_is_not_told(judged, tmp_path):
    file = judged(a="misdated")
    commit(tmp_path)
    file.write_text(file.read_text().replace("because", "for"), encoding="utf-8")
    commit(tmp_path)
    judged(a="misdated", b="consistent")
    commit(tmp_path)
    assert told(history.read(file), "a") == [(None, "misdated")]
    assert told(history.read(file), "b") == [(None, "consistent")]


@needs_git
def test_a_verdict_that_is_not_committed_yet_is_told_as_such(judged, tmp_path):
    file = judged(a="misdated")
    commit(tmp_path)
    judged(a="consistent")
    *_, last = history.read(file).changes["a"]
    assert (last.commit, last.before, last.after) == ("", "misdated", "consistent")


@needs_git
def test_a_statement_that_was_removed_is_told(judged, tmp_path):
    file = judged(a="misdated", b="consistent")
    commit(tmp_path)
    judged(b="consistent")
    commit(tmp_path)
    assert told(history.read(file), "a") == [(None, "misdated"), ("misdated", None)]


@needs_git
def test_a_merge_is_told_only_where_it_takes_the_verdict_of_no_parent(judged, tmp_path):
    file = judged(a="not examined yet", b="not examined yet")
    commit(tmp_path)
    git(tmp_path, "checkout", "--quiet", "-b", "side")
    judged(a="misdated", b="misdated")
    commit(tmp_path)
    git(tmp_path, "checkout", "--quiet", "main")
    judged(a="not examined yet", b="imprecise")
    commit(tmp_path)
    git(tmp_path, "merge", "--quiet", "--no-commit", "--strategy", "ours", "side")
    judged(a="misdated", b="contradicted")
    commit(tmp_path, "merged")
    found = history.read(file)
    assert told(found, "a") == [(None, "not examined yet"), ("not examined yet", "misdated")]
    assert told(found, "b")[-1] == ("imprecise", "contradicted")
    assert len(told(found, "b")) == 4


@needs_git
def test_the_edge_of_a_shallow_clone_is_no_change(judged, tmp_path, monkeypatch):
    judged(a="not examined yet")
    commit(tmp_path)
    judged(a="misdated")
    commit(tmp_path)
    judged(a="imprecise")
    commit(tmp_path)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--depth", "2", f"file://{tmp_path}", "clone")
    monkeypatch.setenv("AIRACE_ROOT", str(clone))
    found = history.read(clone / "data/processed/claims.csv")
    assert told(found, "a") == [("misdated", "imprecise")]
    assert not found.whole and found.since is not None


@needs_git
def test_a_file_without_the_columns_of_verdicts_holds_none(judged, tmp_path):
    file = judged(a="misdated")
    file.write_text("claim,result\na,misdated\n", encoding="utf-8")
    commit(tmp_path)
    judged(a="misdated")
    commit(tmp_path)
    assert told(history.read(file), "a") == [(None, "misdated")]


def test_without_git_the_page_says_that_the_history_is_not_known(site):
    text = Page(site / "statements" / f"{MISDATED}.html").text
    assert "There is no git history at hand" in text
    assert "Known since" not in text and "made from commit" not in text


@needs_git
def test_in_a_shallow_clone_the_page_says_since_when_it_knows(repository, tmp_path, monkeypatch):
    git(repository, "init", "--quiet")
    commit(repository)
    file = repository / "data/processed/claims.csv"
    rewrite(file, lambda row: row.update(verdict="imprecise"))
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", "x")
    git(repository, "clone", "--quiet", "--depth", "1", f"file://{repository}", "clone")
    monkeypatch.setenv("AIRACE_ROOT", str(repository / "clone"))
    text = Page(composed().parent / "statements" / f"{MISDATED}.html").text
    assert "This clone is shallow: the history is known since" in text
    assert "No commit since then has changed it" in text


@needs_git
def test_the_page_of_a_whole_clone_lists_the_changes(repository):
    git(repository, "init", "--quiet")
    commit(repository)
    rewrite(repository / "data/processed/claims.csv", lambda row: row.update(verdict="imprecise"))
    text = Page(composed().parent / "statements" / f"{MISDATED}.html").text
    assert "none → misdated" in text
    assert "not committed yet misdated → imprecise" in text
    assert "the first commit that holds verdicts" in text
    assert "with changes that are not committed" in text


# Contest


def test_the_text_that_contests_a_verdict_names_what_it_contests(site):
    text = Page(site / "statements" / f"{MISDATED}.html").text
    assert f"Statement: {MISDATED} (“over 818 million”) Verdict: misdated" in text
    assert "hub_downloads_reported/2026-10-05 dr001" in text
    assert "State: not known" in text  # without git
    assert "Trail: airace trace scorecard:17" in text


@pytest.mark.parametrize("address", ["", "https://example.org/airace/"])
def test_an_issue_page_is_linked_only_where_the_citation_names_the_repository(repository, address):
    if address:
        with (repository / "CITATION.cff").open("a", encoding="utf-8") as file:
            file.write(f"repository-code: {address}\n")
    page = Page(composed().parent / "statements" / f"{MISDATED}.html")
    assert ("https://example.org/airace/issues" in page.links) == bool(address)


# Made whole


def test_a_page_that_cannot_be_made_leaves_the_site_as_it_was(repository, monkeypatch):
    monkeypatch.setattr(make, "write", front.write)
    index = make.site()
    before = {file: file.read_bytes() for file in index.parent.rglob("*") if file.is_file()}
    written = []

    def broken(made: pages.Site) -> None:
        front.write(made)
        written.append((made.folder / "index.html").read_bytes())
        raise LedgerError("wanted a page")

    monkeypatch.setattr(make, "write", broken)
    with pytest.raises(LedgerError):
        make.site()
    after = {file: file.read_bytes() for file in index.parent.rglob("*") if file.is_file()}
    assert written and after == before
    assert list(index.parent.parent.glob(".site*")) == []


def test_a_page_that_no_longer_belongs_is_gone(repository, monkeypatch):
    monkeypatch.setattr(make, "write", front.write)
    index = make.site()
    (index.parent / "statements" / "gone.html").write_text("old")
    make.site()
    assert not (index.parent / "statements" / "gone.html").exists()
    assert index.is_file()


def test_what_a_killed_run_left_is_not_in_the_next_site(repository, monkeypatch):
    monkeypatch.setattr(make, "write", front.write)
    left = repository / "build" / ".site.new"
    left.mkdir(parents=True)
    (left / "half.html").write_text("half")
    assert not (make.site().parent / "half.html").exists()
    assert not left.exists()


def test_a_run_that_was_killed_between_its_two_renames_has_lost_nothing(repository, monkeypatch):
    old = repository / "build" / ".site.old"
    old.mkdir(parents=True)
    (old / "index.html").write_text("the site before")

    def broken(made: pages.Site) -> None:
        raise LedgerError("wanted a page")

    monkeypatch.setattr(make, "write", broken)
    with pytest.raises(LedgerError):
        make.site()
    assert (repository / "build/site/index.html").read_text() == "the site before"
    assert not old.exists()


def test_a_figure_that_was_never_built_is_named_with_the_next_command(repository):
    (repository / "figures/downloads-growth.json").unlink()
    with pytest.raises(RequestError) as refused:
        composed()
    assert str(refused.value) == (
        f"wanted figures/downloads-growth.json, which shows {MISDATED}\n"
        "  found: no such file\n"
        "  next: make figures"
    )


def test_while_a_build_runs_no_site_is_made_of_its_half_results(repository):
    code = "from airace import build\nwith build.hold('default'): print(flush=True); input()"
    command = [sys.executable, "-c", code]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **pipes) as running:
        running.stdout.readline()
        with pytest.raises(RequestError, match="another build of scenario default is running"):
            make.site()
        running.communicate("\n")
    assert not (repository / "build" / "site").exists()


def test_where_nothing_was_built_the_next_command_is_named(repository):
    (repository / "data/processed/claims.csv").unlink()
    with pytest.raises(RequestError) as refused:
        make.site()
    assert str(refused.value) == (
        "wanted verdicts in data/processed to make a site of\n"
        "  found: nothing was built\n"
        "  next: make figures"
    )
    assert not (repository / "build" / "site").exists()


@pytest.mark.parametrize("name", ["korea-focsu", "../default", "check", "site", ""])
def test_a_scenario_that_was_not_built_is_refused_with_the_choices(repository, name):
    for scenario in ("korea-focus", "check", "default"):
        runs = repository / "build" / scenario / "runs"
        runs.mkdir(parents=True)
        (runs / "01-downloads.json").write_text("{}")
    done = CliRunner().invoke(main, ["site", "--scenario", name])
    assert done.exit_code == 2
    assert f"wanted a scenario that was built, got {name!r}" in done.stderr
    assert "choices: default, korea-focus" in done.stderr
    assert not list(repository.rglob("index.html"))


def test_the_command_prints_the_front_page_of_the_scenario(repository, monkeypatch):
    monkeypatch.setattr(make, "write", front.write)
    own = repository / "build" / "korea-focus"
    (own / "runs").mkdir(parents=True)
    (own / "runs" / "01-downloads.json").write_text("{}")
    done = CliRunner().invoke(main, ["site", "--scenario", "korea-focus"])
    assert done.stdout == "build/korea-focus/site/index.html\n"
    assert not (repository / "build" / "site").exists()


def test_a_scenario_shows_its_own_verdicts_or_says_that_it_has_none(repository):
    own = repository / "build" / "korea-focus"
    (own / "runs").mkdir(parents=True)
    (own / "runs" / "01-downloads.json").write_text("{}")
    lent = Page(composed("korea-focus")).text
    shutil.copytree(repository / "data/processed", own / "processed")
    rewrite(own / "processed/claims.csv", lambda row: row.update(verdict="contradicted"))
    index = composed("korea-focus")
    shown = Page(index).text
    assert "This scenario has no verdicts of its own" in lent
    assert "1 of 3 statements stand as printed" in lent
    assert "This scenario has no verdicts of its own" not in shown
    assert "0 of 3 statements stand as printed" in shown
    page = Page(index.parent / "statements" / f"{MISDATED}.html")
    assert "scenario korea-focus" in page.text
    assert "verdicts of scenarios are not committed" in page.text
    assert "downloads-growth, not built in this scenario" in page.text
    assert "01-downloads (not run in this scenario)" in page.text
    assert "../notebooks/01-downloads.html" not in page.links


def test_verdicts_of_two_ledgers_are_refused(repository):
    (repository / "data/raw/other").mkdir()
    shutil.copytree(
        repository / "data/raw/article/2026-03-10", repository / "data/raw/other/2026-03-11"
    )
    file = repository / "figures" / "downloads-growth.json"
    record = json.loads(file.read_text(encoding="utf-8"))
    record["snapshots"]["other/2026-03-11"] = "0"
    file.write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(LedgerError, match="wanted one ledger"):
        composed()


def test_the_ledger_is_the_one_that_the_records_name_whatever_its_date(repository):
    raw = repository / "data/raw"
    (raw / "article/2026-03-10").rename(raw / "article/2026-03-11")
    description = raw / "article/2026-03-11/datapackage.json"
    package = json.loads(description.read_text(encoding="utf-8"))
    package["sources"][0] |= {"title": "Another text", "publisher": "somebody"}
    description.write_text(json.dumps(package), encoding="utf-8")
    records = (repository / "figures").glob("*.json")
    for file in [*records, repository / "data/processed/claims.csv"]:
        text = file.read_text(encoding="utf-8").replace("article/2026-03-10", "article/2026-03-11")
        file.write_text(text, encoding="utf-8")
    assert "Another text (somebody), held against public data" in Page(composed()).text
