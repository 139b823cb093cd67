"""The explorer's page holds what 12-robustness published, and nothing that it computed itself."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from airace import notebooks, paths, specifications
from airace.site import explorer, make, pages, strip, today

ROOT = Path(__file__).resolve().parents[1]
EVIL = "<img src=x onerror=alert(1)></script>\"'&"


@pytest.fixture
def site(tmp_path, monkeypatch) -> pages.Site:
    """The committed results; pages go to a temporary folder."""
    monkeypatch.setenv("AIRACE_ROOT", str(ROOT))
    return pages.Site("default", pages.NAVIGATION, tmp_path)


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """Writes a small table of specifications for a scenario; returns its site."""
    for folder in ("notebooks", "data/raw"):
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.setenv("AIRACE_ROOT", str(tmp_path))

    def write(focus: str, rows: list[dict], reasons: str = "", alt: str = "a curve") -> pages.Site:
        made = pages.Site("small", pages.NAVIGATION)
        first = {choice: levels[0] for choice, levels in specifications.CHOICES.items()}
        measured = {"models": 2, "downloads": 10, "share": 60.0, "rival_share": 40.0}
        coverage = {name: 50.0 for name in explorer.COVERAGE}
        table = pd.DataFrame(
            [{"snapshot": "live/2026-11-27", **first, **measured, "difference": 20.0, **coverage}
             | row for row in rows]
        )  # fmt: skip
        made.processed.mkdir(parents=True)
        made.figures.mkdir(parents=True)
        table.to_csv(made.processed / "robustness.csv", index=False)
        (made.processed / "robustness_effects.csv").write_text(
            "choice,levels,percent,lowest,lowest_mean,highest,highest_mean\n"
            "exclude_top,2,90,0,1,1,2\ninteractions,,10,,,,\n"
        )
        head = "snapshot,choice,reason\n"
        (made.processed / "robustness_unanswered.csv").write_text(head + reasons)
        (made.figures / "robustness.csv").write_text("kind,difference\nspecification,20\n")
        record = {
            "figure": "robustness", "notebook": "12-robustness", "title": "a finding", "alt": alt,
            "parameters": {"focus": focus, "snapshot": "live/2026-11-27"},
        }  # fmt: skip
        (made.figures / "robustness.json").write_text(json.dumps(record))
        return made

    return write


class Page(HTMLParser):
    """Collects tags with their attributes, the text, and the data of the page."""

    def __init__(self, site: pages.Site):
        super().__init__()
        self.tags, self.words, self.inside = [], "", ""
        self.text = (site.folder / explorer.ADDRESS).read_text(encoding="utf-8")
        self.data = {}
        self.feed(self.text)

    def handle_starttag(self, tag: str, attributes: list) -> None:
        self.tags.append((tag, dict(attributes)))
        self.inside = dict(attributes).get("id") if tag == "script" else tag

    def handle_data(self, data: str) -> None:
        if self.inside == "specifications":
            self.data |= json.loads(data)
        self.words += data
        self.inside = ""


def written(site: pages.Site) -> Page:
    explorer.write(site)
    return Page(site)


def shown(page: Page, name: str) -> str:
    """What the page shows of a measure before any script runs."""
    (text,) = re.findall(rf'data-show="{name}"[^>]*>([^<]*)<', page.text)
    return text


# --- what is embedded --------------------------------------------------------------------------


def test_the_rows_of_the_page_are_those_of_the_table_to_the_last_digit(site):
    data = written(site).data
    choices = data["choices"]
    rows = [
        [c["levels"][place] for c, place in zip(choices, row)] + row[len(choices):]
        for row in data["rows"]
    ]  # fmt: skip
    columns = [c["key"] for c in choices] + data["measures"]
    levels = {c["key"]: str for c in choices}
    table = pd.read_csv(site.processed / "robustness.csv", dtype=levels)
    pd.testing.assert_frame_equal(pd.DataFrame(rows, columns=columns), table, check_exact=True)


def test_every_choice_and_level_of_the_table_has_a_name_in_words(site):
    choices = written(site).data["choices"]
    assert [c["key"] for c in choices] == ["snapshot", *specifications.CHOICES]
    for choice in choices:
        assert choice["name"] and len(set(choice["said"])) == len(choice["levels"]) > 1


def test_what_no_snapshot_answers_is_offered_all_the_same_with_the_reason(site):
    data = written(site).data
    (attribution,) = (c for c in data["choices"] if c["key"] == "attribution")
    assert attribution["levels"] == ["publisher", "base model"]
    table = pd.read_csv(site.processed / "robustness_unanswered.csv")
    told = {(s, c, r) for s, found in data["reasons"].items() for c, r in found.items()}
    assert told == set(table.itertuples(index=False, name=None))
    latest = data["choices"][0]["levels"][data["rows"][data["first"]][0]]
    assert data["reasons"][latest]["attribution"] == "no table of base models"


# --- what is shown without a script ------------------------------------------------------------


def test_the_default_count_is_that_of_the_notebook_and_leaves_nothing_out(site):
    page = written(site)
    table = pd.read_csv(site.processed / "robustness.csv")
    record = json.loads((site.figures / "robustness.json").read_text())
    latest = table[table["snapshot"] == record["parameters"]["snapshot"]]
    row = latest.iloc[0]  # the table is in the order of levels, and the first leaves nothing out
    assert shown(page, "share") == f"{row['share']:.1f}"
    assert shown(page, "rival_share") == f"{row['rival_share']:.1f}"
    assert shown(page, "difference") == f"{row['difference']:+.1f}"
    assert shown(page, "downloads") == f"{row['downloads']:,}"
    assert shown(page, "attributed_percent") == f"{row['attributed_percent']:.1f}"
    more = int((table["difference"] > row["difference"]).sum())
    assert shown(page, "place").startswith(f"Number {more + 1} of {len(table):,} ")


def test_the_finding_and_the_description_are_those_of_the_figure(site):
    page = written(site)
    record = json.loads((site.figures / "robustness.json").read_text())
    assert record["title"] in page.words
    assert record["alt"] in [a.get("alt") for tag, a in page.tags if tag == "img"]


def test_controls_wait_for_the_script_and_nothing_has_a_style_or_handler_of_its_own(site):
    page = written(site)
    (form,) = (a for tag, a in page.tags if tag == "form")
    assert "hidden" in form
    names = {name for _, attributes in page.tags for name in attributes}
    assert [name for name in names if name == "style" or name.startswith("on")] == []


def test_the_printed_difference_is_marked_where_it_would_stand_and_told_to_be_of_another_kind(site):
    page = written(site)
    drawn = pd.read_csv(site.figures / "robustness.csv", low_memory=False)
    printed = drawn.loc[drawn["kind"] == "printed", "difference"].item()
    assert f"printed: {printed:+.1f}, of another denominator" in page.words


def test_the_rival_is_that_of_the_notebook():
    code = [cell.source for cell in notebooks.code("12-robustness")]
    assert any(f'rival = "{explorer.RIVAL}"' in source for source in code)


# --- other scenarios ---------------------------------------------------------------------------


def test_a_focus_of_which_the_article_prints_nothing_has_no_printed_mark(elsewhere):
    page = written(elsewhere("South Korea", [{}, {"exclude_top": 1, "difference": -3.0}]))
    assert "printed:" not in page.words and "diamond" not in page.words
    assert "South Korea 60.0 %, the US 40.0 %: South Korea leads by 20.0 points." in page.words
    assert "The US ahead: 1" in page.words


def test_a_count_of_no_download_is_told_and_not_marked(elsewhere):
    gone = {"share": None, "rival_share": None, "difference": None, "downloads": 0, "models": 0}
    page = written(elsewhere("China", [gone, {"exclude_top": 1}]))
    assert "No download is left under these choices" in page.words
    marks = [attributes for _, attributes in page.tags if "data-mark" in attributes]
    assert len(marks) == 3 and all("hidden" in attributes for attributes in marks)
    assert not re.search(r"your count: [+−\d]", page.words)
    assert page.data["rows"][0][-9:-4] == [0, 0, None, None, None]


def test_a_scenario_without_the_notebook_has_no_explorer(elsewhere):
    made = elsewhere("China", [{}, {"exclude_top": 1}])
    assert explorer.available(made.scenario)
    assert explorer.ADDRESS in make.navigation(made.scenario)
    (made.processed / "robustness.csv").unlink()
    assert explorer.ADDRESS not in make.navigation(made.scenario)
    assert not explorer.available(made.scenario)


def test_text_of_anybody_stays_text(elsewhere):
    reasons = "live/2026-11-27,window,\"" + EVIL.replace('"', '""') + '"\n'
    page = written(elsewhere("China", [{}, {"exclude_top": 1}], reasons, EVIL))
    assert page.data["reasons"] == {"live/2026-11-27": {"window": EVIL}}
    pictures = [a for tag, a in page.tags if tag == "img"]
    assert [a["alt"] for a in pictures] == [EVIL]
    assert not any("onerror" in attributes for _, attributes in page.tags)


# --- sentences ---------------------------------------------------------------------------------


def row(share: float, rival: float) -> pd.Series:
    return pd.Series({"share": share, "rival_share": rival, "difference": share - rival})


@pytest.mark.parametrize(
    "shares, said",
    [
        ((20, 30), "China 20.0 %, the US 30.0 %: the US leads by 10.0 points."),
        ((30, 20), "China 30.0 %, the US 20.0 %: China leads by 10.0 points."),
        ((20.01, 20), "China 20.0 %, the US 20.0 %: they are level."),
        ((20, 20), "China 20.0 %, the US 20.0 %: they are level."),
    ],
)
def test_the_sentence_names_who_leads(shares, said):
    assert explorer.sentence(row(*shares), "China") == said


def test_equal_counts_share_a_place_and_are_told():
    drawn = strip.strip(pd.Series([3.0, 1.0, 2.0, 2.0, np.nan]), 2.0, None)
    said = explorer.place(2.0, drawn)
    assert said == (
        "Number 2 of 4 ways to count, from the largest difference down (larger: 1, smaller: 1, "
        "as large: 1)."
    )
    assert explorer.place(3.0, drawn).startswith("Number 1 of 4")


# --- the strip ---------------------------------------------------------------------------------


def test_the_strip_splits_at_zero_and_counts_a_tie_for_the_rival():
    drawn = strip.strip(pd.Series([-2.0, 0.0, 4.0]), 4.0, None)
    assert (drawn.behind, drawn.ahead) == (2, 1)
    assert drawn.path(True) == "M2 4.00V0.00H3V4.00z"
    assert drawn.path(False) == "M0 4.00V6.00H1V4.00H2V4.00z"


def test_marks_stand_in_the_middle_of_their_equals_and_at_the_height_of_their_value():
    drawn = strip.strip(pd.Series([-10.0, 0.0, 0.0, 10.0]), 0.0, 10.0)
    assert (drawn.chosen.x, drawn.chosen.y) == (50.0, strip.TOP + strip.HEIGHT / 2)
    assert (drawn.printed.x, drawn.printed.y) == (87.5, strip.TOP)


def test_the_strip_makes_room_for_a_printed_difference_outside_of_all_counts():
    drawn = strip.strip(pd.Series([-30.0, -20.0]), -30.0, 5.0)
    assert (drawn.low, drawn.high, drawn.ahead) == (-30.0, 5.0, 0)
    assert drawn.path(True) == ""


# --- today -------------------------------------------------------------------------------------


def test_the_page_of_today_is_carried_as_it_is_and_linked_only_where_there_is_one(elsewhere):
    made = elsewhere("China", [{}])
    assert today.ADDRESS not in make.navigation(made.scenario)
    today.carry(made)
    assert not (made.folder / today.ADDRESS).exists()
    page = paths.build("today") / "index.html"
    page.parent.mkdir(parents=True)
    page.write_bytes(b"<p>whole</p>")
    assert make.navigation(made.scenario)[today.ADDRESS] == "Today"
    today.carry(made)
    assert (made.folder / today.ADDRESS).read_bytes() == b"<p>whole</p>"
