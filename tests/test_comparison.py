"""The page that sets a scenario beside the default names exactly what differs."""

from __future__ import annotations

import html
import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import browser as chromium
import pandas as pd
import pytest
from playwright.sync_api import sync_playwright

from airace import build, claims, notebooks, parameters, scenarios
from airace.site import comparison, differences, pages

ROOT = Path(__file__).resolve().parents[1]


# --- which values differ -------------------------------------------------------------------------


def between(before: str, after: str) -> differences.Differences:
    return differences.between(before.encode(), after.encode())


def said(values: list[differences.Value]) -> list[tuple[str, str, str, str]]:
    return [(v.about, v.column, v.before, v.after) for v in values]


SHARES = "country,share,rank,row\nChina,50,1,a\nUSA,20,2,b\nKorea,0.5,3,c\n"


def test_rows_in_another_order_are_no_difference():
    assert not between(SHARES, "country,share,rank,row\nKorea,0.5,3,c\nChina,50,1,a\nUSA,20,2,b\n")


def test_a_number_within_the_tolerance_is_no_difference():
    assert not between(SHARES, SHARES.replace("50", "50.00000000001"))


def test_the_largest_change_stands_first_with_the_row_that_it_is_of():
    found = between(SHARES, "country,share,rank,row\nUSA,30,1,b\nChina,25,2,a\nKorea,0.5,3,c\n")
    assert said(found.numbers) == [
        ("China", "share", "50", "25"),
        ("China", "rank", "1", "2"),
        ("USA", "rank", "2", "1"),
        ("USA", "share", "20", "30"),
    ]
    assert (found.count, found.rows_before, found.rows_after) == (4, [], [])


def test_a_change_of_sign_is_larger_than_any_of_size():
    found = between("x,y\na,1\nb,1\n", "x,y\na,1000\nb,-1\n")
    assert [value.about for value in found.numbers] == ["b", "a"]


def test_numbers_that_all_rows_keep_tell_rows_apart():
    table = "kind,top,difference\nall,{},1\nall,{},2\n"
    assert not between(table.format(0, 10), "kind,top,difference\nall,10,2\nall,0,1\n")
    found = between(table.format(0, 10), "kind,top,difference\nall,10,2\nall,0,5\n")
    assert said(found.numbers) == [("top 0", "difference", "1", "5")]


def test_rows_of_one_table_alone_are_named_and_not_compared():
    found = between(SHARES, "country,share,rank,row\nChina,50,1,a\nEU,20,2,b\nKorea,0.5,3,c\n")
    assert (found.count, found.rows_before, found.rows_after) == (0, ["USA"], ["EU"])


def test_a_text_that_changes_in_every_row_is_a_changed_cell():
    found = between("view,date,share\nall,1,5\nall,2,6\n", "view,date,share\nsome,1,5\nsome,2,7\n")
    assert dict(found.texts) == {("view", "all", "some"): 2}
    assert said(found.numbers) == [("date 2", "share", "6", "7")]


def test_rows_that_are_about_the_same_are_compared_in_their_order():
    found = between("view,share\nall,1\nall,2\n", "view,share\nsome,1\nsome,3\n")
    assert [(v.before, v.after) for v in found.numbers] == [("2", "3")]


def test_where_a_value_comes_from_is_no_value():
    assert not between("snapshot,row,v\na/1,x,1\n", "snapshot,row,v\na/2,y,1\n")


def test_columns_of_one_table_alone_are_named():
    found = between("a,b\nx,1\n", "a,c\nx,1\n")
    assert (found.columns_before, found.columns_after, found.count) == (["b"], ["c"], 0)
    assert found


def test_a_cell_that_stands_in_several_columns_is_named_with_its_column():
    table = "age,task,v\nall,all,1\nall,new,2\nnew,all,{}\n"
    found = between(table.format(3), table.format(4))
    assert said(found.numbers) == [("age new · task all", "v", "3", "4")]


# --- the page beside the default, with two real notebooks ----------------------------------------

CHANGED, IGNORED, FIGURE = "09-component-reuse", "10-compute-and-policy", "component-matrix"
SAME = ["gpu-clusters", "plan-targets"]
NAME = "strong"


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """A small copy of the repository in which the default and one scenario were built."""
    root = tmp_path_factory.mktemp("scenario") / "repo"
    topics = ["article", "component_reuse"]
    topics += ["compute_reported", "gpu_clusters", "market_size", "policy", "projections"]
    for topic in topics:
        shutil.copytree(ROOT / "data/raw" / topic, root / "data/raw" / topic)
    for folder in ("notebooks", "scenarios"):
        (root / folder).mkdir()
    for notebook in (CHANGED, IGNORED):
        shutil.copy(ROOT / f"notebooks/{notebook}.ipynb", root / "notebooks")
    shutil.copy(ROOT / "requirements.lock", root)
    (root / f"scenarios/{NAME}.yaml").write_text(f"{CHANGED}:\n  weakest: B\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRACE_ROOT", str(root))
        for scenario in (None, NAME):
            report = build.build(scenario_file=scenario)
            assert (report.failures, len(report.ran)) == ([], 2)
    return root


@pytest.fixture
def compared(whole, tmp_path, monkeypatch) -> Path:
    root = tmp_path / "repo"
    shutil.copytree(whole, root)
    monkeypatch.setenv("AIRACE_ROOT", str(root))
    return root


class Page(HTMLParser):
    """A page by sections: the text below each heading, its links, and its pictures."""

    def __init__(self, text: str):
        super().__init__()
        self.words: dict[str, str] = {"": ""}
        self.links: dict[str, list[str]] = {"": []}
        self.images: list[dict] = []
        self.attributes: set[str] = set()
        self.section = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        found = dict(attrs)
        self.attributes |= set(found)
        if tag == "h2":
            self.section = found["id"]
            self.words[self.section], self.links[self.section] = "", []
        if tag == "a":
            self.links[self.section].append(found["href"])
        if tag == "img":
            self.images.append(found)

    def handle_data(self, data: str) -> None:
        self.words[self.section] = " ".join(f"{self.words[self.section]} {data}".split())


def page() -> Page:
    site = pages.Site(NAME, pages.NAVIGATION | comparison.navigation(NAME))
    comparison.write(site)
    return Page((site.folder / "comparison.html").read_text())


def edit(file: Path, **changes: object) -> None:
    record = json.loads(file.read_text())
    file.write_text(json.dumps(record | changes))


def test_the_page_names_exactly_what_differs(compared):
    found = page()
    assert found.words[""].endswith(
        "strong beside the default 1 of 2 notebooks ran with other parameters. "
        "1 of 3 figures differ, all of them in plotted values. No verdict changes."
    )
    assert found.words["parameters"].endswith("09-component-reuse weakest C B A, B, C")
    assert found.words["statements"].endswith(
        "All 36 statements have the same verdict, reason and deciding rows in both."
    )
    assert found.links["same"] == [f"figures/{figure}.html" for figure in SAME]
    assert found.words["ignored"].startswith("Notebooks that this scenario leaves alone 10-compute")
    assert "caution" not in (compared / f"build/{NAME}/site/comparison.html").read_text().split("<h1>")[1]


def test_a_figure_that_differs_is_shown_twice_with_what_it_lost(compared):
    found = page()
    sides = [compared / "figures", compared / f"build/{NAME}/figures"]
    shown = [compared / f"build/{NAME}/site" / image["src"] for image in found.images]
    pictures = [(side / f"{FIGURE}.svg").read_bytes() for side in sides]
    assert [file.read_bytes() for file in shown] == pictures
    alts = [json.loads((side / f"{FIGURE}.json").read_text())["alt"] for side in sides]
    assert [image["alt"] for image in found.images] == [f"default: {alts[0]}", f"{NAME}: {alts[1]}"]
    before, after = (pd.read_csv(side / f"{FIGURE}.csv") for side in sides)
    lost = before[~before["row"].isin(after["row"])]
    assert set(lost["confidence"]) == {"C"}
    assert f"{len(lost)} rows in the default alone:" in found.words["figures"]
    for row in lost.itertuples():
        assert f"{row.label} · {row.component}" in found.words["figures"]
    assert "rows in strong alone" not in found.words["figures"]
    assert "component_reuse.csv: 4 rows in one alone" in found.words["tables"]


def test_a_changed_value_is_counted_and_shown(compared):
    file = compared / f"build/{NAME}/figures/gpu-clusters.csv"
    table = pd.read_csv(file)
    table.loc[0, "factor"] = table.loc[0, "factor"] * 2
    table.to_csv(file, index=False)
    found = page()
    assert "2 of 3 figures differ" in found.words[""]
    assert "1 value differs in rows that both have" in found.words["figures"]
    assert found.links["same"] == ["figures/plan-targets.html"]


def test_a_changed_picture_alone_is_a_difference(compared):
    with (compared / f"build/{NAME}/figures/plan-targets.png").open("ab") as file:
        file.write(b"x")
    found = page()
    assert "2 of 3 figures differ, 1 of them in plotted values" in found.words[""]
    assert "The headline is the same. The plotted values are the same." in found.words["figures"]


def test_a_changed_verdict_is_shown_before_and_after(compared):
    file = compared / f"build/{NAME}/processed/claims.csv"
    judged = claims.read(file)
    other = next(claim for claim in judged if claim["verdict"] == "reproduced")
    before = other["reason"]
    other.update(verdict="contradicted", reason="Of the scenario.")
    claims.write(judged, file)
    found = page()
    assert found.words[""].endswith("1 verdict changes.")
    assert "claims.csv" not in found.words["tables"]
    assert found.links["statements"] == [f"statements/{other['claim_id']}.html"]
    assert found.words["statements"].endswith(
        f"“{other['printed']}” reproduced . {before} contradicted . Of the scenario. verdict, reason"
    )


def test_verdicts_of_the_default_are_not_taken_for_the_scenarios_own(compared):
    (compared / f"build/{NAME}/processed/claims.csv").unlink()
    assert "no verdicts of its own" in page().words["statements"]


def test_a_default_made_by_other_code_is_told(compared):
    edit(compared / "figures/plan-targets.json", code="0" * 64)
    said = page().words[""]
    assert "Not only parameters differ." in said
    assert "plan-targets : the two builds were made with another state of the notebook or" in said


def test_a_snapshot_that_a_parameter_chose_is_not_told_as_another_state(compared):
    file = compared / f"build/{NAME}/figures/plan-targets.json"
    record = json.loads(file.read_text())
    edit(file, snapshots=record["snapshots"] | {"live/2026-11-27": "1" * 64})
    assert "Not only parameters differ." not in page().words[""]
    edit(file, snapshots=record["snapshots"] | {"policy/2017-07-21": "1" * 64})
    assert "another state of data/raw/policy/2017-07-21" in page().words[""]


def test_a_figure_of_one_build_alone_is_told(compared):
    (compared / "figures/plan-targets.json").unlink()
    said = page().words[""]
    assert "Built in one of the two alone, or in none: plan-targets." in said


def test_texts_of_a_record_are_shown_as_text_and_the_page_needs_nothing(compared):
    evil = '<img src=x onerror="alert(1)">'
    edit(compared / f"build/{NAME}/figures/plan-targets.json", title=evil, alt=evil)
    found = page()
    assert f"{NAME}: {evil}" in found.words["figures"]
    assert found.images[-1]["alt"] == f"{NAME}: {evil}"
    assert {image["src"].split("/")[0] for image in found.images} == {"comparison"}
    assert not {"style", "onerror", "onclick"} & found.attributes
    text = html.unescape((compared / f"build/{NAME}/site/comparison.html").read_text())
    assert "script-src 'none'" in text and "<script" not in text
    for address in [*re.findall(r'(?:href|src)="([^"]*)"', text)]:
        assert "://" not in address or address.startswith("data:image/svg+xml,")  # the icon


@pytest.mark.parametrize("scheme, viewport", [("light", chromium.WIDE), ("dark", chromium.NARROW)])
def test_a_browser_shows_the_page_without_trouble_and_axe_finds_no_violation(
    compared, scheme, viewport
):
    for figure in SAME:  # two tables of values that differ
        file = compared / f"build/{NAME}/figures/{figure}.csv"
        table = pd.read_csv(file)
        first = table.select_dtypes("number").columns[0]
        table.assign(**{first: table[first] + 1}).to_csv(file, index=False)
    page()
    address = (compared / f"build/{NAME}/site/comparison.html").as_uri()
    with sync_playwright() as playwright:
        started = chromium.start(playwright)
        with chromium.opened(started, address, color_scheme=scheme, viewport=viewport) as seen:
            assert chromium.violations(seen.page) == []
            regions = seen.page.locator("[role=region]").evaluate_all("a => a.map(e => e.ariaLabel)")
            assert len(set(regions)) == len(regions) > 1
            wide = seen.page.evaluate("document.documentElement.scrollWidth")
            assert wide == viewport["width"]
            assert seen.trouble() == []
        started.close()


def test_a_like_parameter_that_does_not_allow_the_value_is_said_to_stay(monkeypatch):
    monkeypatch.setenv("AIRACE_ROOT", str(ROOT))
    monkeypatch.chdir(ROOT)
    known = {name: parameters.read(name) for name in notebooks.names()}
    _, named = scenarios.load("korea-focus")
    changed = {
        name: [(known[name][key], value) for key, value in named.get(name, {}).items()]
        for name in known
    }
    ignored = dict(comparison._ignored(known, changed))
    assert set(ignored) == set(known) - set(named)
    assert ignored["01-downloads"] == ["focus stays China, as South Korea is not among China, USA, EU"]
    assert ignored["08-adoption"] == []  # its rival is a model, not a country


def test_the_site_of_the_default_has_no_such_page():
    assert comparison.navigation("default") == {}
    assert comparison.navigation("usa") == {"comparison.html": "Beside the default"}
