"""The site in a real Chromium: silent, closed, accessible, by mouse and by keyboard, on screen and paper.

The site is made once from the committed outputs, with a page of today that comes from a local Hub.
Pictures of it stand in the test report, build/test-report.html.
"""

from __future__ import annotations

import base64
import csv
import html
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import browser as chromium
import pandas as pd
import pytest
from browser import NARROW, WIDE, opened, outline, violations
from hub_server import HubServer, models
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_html import extras as report

from airace.site import explorer, figure_pages, front, make, pages, statements, today, trails

ROOT = Path(__file__).resolve().parents[1]
NAMESPACES = ["Qwen", "deepseek-ai", "meta-llama", "google", "mistralai", "LGAI-EXAONE", "unsloth"]
SCHEMES = ["light", "dark"]


# --- the site and the browser ------------------------------------------------------------------


@pytest.fixture(scope="module")
def page_of_today(tmp_path_factory) -> Path:
    """What ``make today`` writes, from a local Hub, in a process of its own."""
    chromium.find()
    root = tmp_path_factory.mktemp("today")
    for folder in ("notebooks", "data/raw"):
        shutil.copytree(ROOT / folder, root / folder)
    shutil.copy(ROOT / "requirements.lock", root)
    served = HubServer(models(280, NAMESPACES))
    settings = {"AIRACE_ROOT": str(root), "HF_ENDPOINT": served.endpoint, "NO_PROXY": "127.0.0.1"}
    settings["HF_HOME"] = str(root / "hf")
    environment = {k: v for k, v in os.environ.items() if k != "HF_TOKEN"} | settings
    command = [sys.executable, "-m", "airace.today"]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)
    served.close()
    assert done.returncode == 0, done.stderr
    return root / done.stdout.strip()


@pytest.fixture(scope="module")
def site(page_of_today, tmp_path_factory) -> Path:
    """Folder of the whole site, made from the committed outputs."""
    folder = tmp_path_factory.mktemp("site with spaces")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRACE_ROOT", str(ROOT))
        patch.setattr(today, "made", lambda: page_of_today)
        make.write(pages.Site("default", make.navigation("default"), folder))
    return folder


@pytest.fixture(scope="module")
def browser(site, hostile) -> Browser:
    """Started after the sites were made: what drives it leaves an event loop running in this thread."""
    with sync_playwright() as playwright:
        started = chromium.start(playwright)
        yield started
        started.close()


@pytest.fixture
def visit(browser, site):
    """Open pages of the site by address from its root; a fragment may follow."""
    contexts = []

    def go(address: str, **context: object) -> Page:
        file, _, fragment = address.partition("#")
        manager = opened(browser, (site / file).as_uri() + (fragment and f"#{fragment}"), **context)
        contexts.append(manager)
        return manager.__enter__().page

    yield go
    for manager in contexts:
        manager.__exit__(None, None, None)


def kinds(folder: Path) -> dict[str, str]:
    """One address for each kind of page: of those that one template makes, a long one.

    The longest of all would take axe a minute, so it is the longest below a quarter of a megabyte.
    """
    found: dict[str, list[str]] = {}
    for address in chromium.pages(folder):
        parent, _, name = address.rpartition("/")
        kind = address if name == "index.html" or not parent else f"{parent}/*"
        found.setdefault(kind, []).append(address)
    chosen = {}
    for kind, addresses in found.items():
        sizes = {address: (folder / address).stat().st_size for address in addresses}
        small = {address: size for address, size in sizes.items() if size < 250_000}
        chosen[kind] = max(small, key=small.get) if small else min(sizes, key=sizes.get)
    return chosen


# --- every page --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tour(browser, site) -> dict[str, dict]:
    """Every page opened once from its file, on a wide screen and then on a narrow one."""
    found = {}
    for address in chromium.pages(site):
        with opened(browser, (site / address).as_uri()) as seen:
            page = seen.page
            links = page.evaluate("[...document.querySelectorAll('a[href]')].map(a => a.href)")
            broken = page.evaluate(
                "Promise.all([...document.images].map(async i => { i.loading = 'eager';"
                " return await i.decode().then(() => '', () => i.src) })).then(all => all.filter(Boolean))"
            )
            handlers = page.evaluate(
                "[...document.querySelectorAll('*')].filter(e => e.hasAttribute('style') || "
                "[...e.attributes].some(a => a.name.startsWith('on'))).map(e => e.outerHTML)"
            )
            page.set_viewport_size(NARROW)
            width = page.evaluate("document.documentElement.scrollWidth")
            found[address] = {
                "trouble": seen.trouble(), "links": links, "broken": broken, "handlers": handlers,
                "width": width,
            }  # fmt: skip
    return found


def of_each(tour: dict[str, dict], what: str) -> dict[str, object]:
    return {address: seen[what] for address, seen in tour.items() if seen[what]}


def test_every_page_opens_from_its_file_without_an_error_a_warning_or_a_request(tour):
    assert {"index.html", explorer.ADDRESS, today.ADDRESS} <= tour.keys()
    assert of_each(tour, "trouble") == {}


def test_every_picture_of_every_page_is_there(tour):
    assert of_each(tour, "broken") == {}


def test_no_element_has_a_style_or_handler_of_its_own(tour):
    assert of_each(tour, "handlers") == {}


def test_every_link_within_the_site_leads_to_a_page_and_a_place_on_it(tour, site):
    missing, ids = [], {}
    for address, seen in tour.items():
        for link in filter(lambda link: link.startswith("file:"), seen["links"]):
            parts = urlsplit(link)
            file, place = Path(unquote(parts.path)), unquote(parts.fragment)
            if file not in ids:
                text = file.read_text(encoding="utf-8") if file.suffix == ".html" else ""
                ids[file] = set(map(html.unescape, re.findall(r'\sid="([^"]*)"', text)))
            if place and "=" not in place and place not in ids[file]:
                missing.append((address, link))
    assert missing == []


def test_on_a_narrow_screen_no_page_scrolls_sideways(tour):
    assert {a: seen["width"] for a, seen in tour.items() if seen["width"] > NARROW["width"]} == {}


def test_the_front_page_is_small_and_answers_soon(visit, site, extras):
    size = (site / "index.html").stat().st_size
    assert size < 300_000
    timing = visit("index.html").evaluate(
        "(({ domInteractive, loadEventEnd }) => [domInteractive, loadEventEnd])"
        "(performance.getEntriesByType('navigation')[0])"
    )
    extras.append(report.text(f"{size:,} bytes; interactive after {timing[0]:.0f} ms, loaded {timing[1]:.0f} ms"))
    assert timing[0] < 3_000  # a blink here is some 50 ms; a busy machine gets its time


# --- the policy --------------------------------------------------------------------------------

ATTACKS = {
    "a script": "const s = document.createElement('script'); s.textContent = 'window.hacked = 1'; document.body.append(s)",
    "a handler": "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.hacked = 1\">')",
    "a link with code": "document.body.insertAdjacentHTML('beforeend', '<a id=evil href=\"javascript:window.hacked=1\">x</a>'); document.getElementById('evil').click()",
    "code from text": "setTimeout('window.hacked = 1')",
    "a request": "fetch('https://example.org/').catch(() => 0)",
    "a picture from elsewhere": "document.body.insertAdjacentHTML('beforeend', '<img src=\"https://example.org/x.png\" alt=\"\">')",
    "a frame": "document.body.insertAdjacentHTML('beforeend', '<iframe src=\"https://example.org/\"></iframe>')",
    "a form": "document.body.insertAdjacentHTML('beforeend', '<form id=evil action=\"https://example.org/\"></form>'); document.getElementById('evil').submit()",
    "a style": "document.body.insertAdjacentHTML('beforeend', '<p id=evil style=\"color: rgb(1, 2, 3)\">x</p>'); if (getComputedStyle(document.getElementById('evil')).color === 'rgb(1, 2, 3)') window.hacked = 1",
}  # fmt: skip


def refused(seen: chromium.Opened) -> bool:
    """Whether the browser says within five seconds that the policy forbids something."""
    for _ in range(100):
        if any("Content Security Policy" in said for said in seen.said):
            return True
        seen.page.wait_for_timeout(50)
    return False


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_policy_of_every_kind_of_page_refuses(attack, browser, site):
    for address in kinds(site).values():
        with opened(browser, (site / address).as_uri()) as seen:
            seen.page.evaluate(f"() => {{ {ATTACKS[attack]} }}")
            assert refused(seen), f"{address} was silent about {attack}"
            assert seen.page.evaluate("window.hacked") is None, address
            assert seen.page.url.startswith("file:"), address
            assert not [said for said in seen.said if "ERR_" in said and "FILE" not in said], seen.said


# --- accessibility -----------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_no_violation_on_any_kind_of_page(scheme, browser, site):
    found = {}
    for address in kinds(site).values():
        with opened(browser, (site / address).as_uri(), color_scheme=scheme) as seen:
            found[address] = violations(seen.page)
    assert {address: those for address, those in found.items() if those} == {}


def test_axe_finds_no_violation_on_a_narrow_screen(browser, site):
    found = {}
    for address in kinds(site).values():
        with opened(browser, (site / address).as_uri(), viewport=NARROW) as seen:
            found[address] = violations(seen.page)
    assert {address: those for address, those in found.items() if those} == {}


def test_axe_would_find_what_is_wrong(visit):
    page = visit("index.html")
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    assert ["button-name" in found for found in violations(page)] == [True]


def test_what_has_the_focus_is_outlined_and_not_hidden_on_every_kind_of_page(browser, site):
    for address in kinds(site).values():
        with opened(browser, (site / address).as_uri(), viewport=NARROW) as seen:
            for step in range(25):
                seen.page.keyboard.press("Tab")
                if seen.page.evaluate("document.activeElement === document.body"):
                    break
                style, width = outline(seen.page)
                assert style != "none" and width >= 2, (address, step)
                assert seen.page.evaluate(UNCOVERED), (address, step)


UNCOVERED = """(() => {
  const element = document.activeElement, box = element.getBoundingClientRect();
  const points = [[box.left + box.width / 2, box.top + box.height / 2],
                  [box.left + 2, box.top + 2], [box.right - 2, box.bottom - 2]];
  return points.some(([x, y]) => {
    const top = document.elementFromPoint(x, y);
    return top && (element.contains(top) || top.contains(element) && top.tagName !== 'HTML');
  });
})()"""


# --- the front page ----------------------------------------------------------------------------


def listed(page: Page) -> list[str]:
    """Ids of the statements that can be seen."""
    return page.locator(".statement").filter(visible=True).evaluate_all("all => all.map(e => e.id)")


def having(verdict: str) -> list[str]:
    """Ids of the statements that have this verdict, from the published table."""
    table = pd.read_csv(ROOT / "data/processed/claims.csv").drop_duplicates("claim_id")
    return list(table.loc[table["verdict"] == verdict, "claim_id"])


def test_a_click_on_a_verdict_leaves_its_statements_and_a_second_click_brings_all_back(visit):
    page = visit("index.html")
    everything = listed(page)
    button = page.locator("button[data-value=misdated]")
    button.click()
    assert sorted(listed(page)) == sorted(having("misdated")) != []
    assert button.get_attribute("aria-pressed") == "true"
    expect(page.locator("#shown")).to_contain_text(f"{len(having('misdated'))} of {len(everything)} ")
    assert page.url.endswith("#verdict=misdated")
    button.click()
    assert listed(page) == everything and "#" not in page.url


def test_verdict_and_section_narrow_each_other_and_the_counts_on_the_buttons_are_true(visit):
    page = visit("index.html")
    page.locator("button[data-facet=section]").first.click()
    counted = page.locator("button[data-facet=verdict]").evaluate_all(
        "all => all.map(b => [b.dataset.value, Number(b.querySelector('.count').textContent)])"
    )
    here = set(listed(page))
    assert 0 < len(here) < page.locator(".statement").count()
    assert dict(counted) == {name: len(here & set(having(name))) for name, _ in counted}


def test_the_filter_works_with_the_keyboard_alone(visit):
    page = visit("index.html")
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.value") == "contradicted":
            break
    page.keyboard.press("Space")
    assert sorted(listed(page)) == sorted(having("contradicted")) != []
    while page.evaluate("document.activeElement.id") != "all":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator(".statement").filter(visible=False).count() == 0
    assert page.evaluate("document.activeElement.tagName") == "BUTTON"  # focus is not lost


def test_a_shared_filter_opens_filtered_and_what_is_not_known_is_left_aside(visit):
    page = visit("index.html#verdict=misdated,invented&colour=red")
    assert sorted(listed(page)) == sorted(having("misdated"))
    assert len(listed(visit("index.html#verdict=invented"))) == page.locator(".statement").count()


def test_on_paper_all_statements_are_there_whatever_was_filtered_and_no_control_is(visit):
    page = visit("index.html#verdict=misdated")
    page.emulate_media(media="print")
    assert len(listed(page)) == page.locator(".statement").count() > len(having("misdated"))
    assert page.locator("button, form").filter(visible=True).count() == 0


def test_without_a_script_every_statement_is_shown_and_no_dead_control_is(visit):
    page = visit("index.html", java_script_enabled=False)
    assert page.locator(".statement").filter(visible=False).count() == 0
    assert page.locator("button").filter(visible=True).count() == 0


# --- tables ------------------------------------------------------------------------------------


def test_a_table_is_sorted_by_value_with_mouse_and_keyboard_and_says_so(visit):
    page = visit("figures/share-publishers.html")
    values = pd.read_csv(ROOT / "figures/share-publishers.csv")
    column = page.locator("table.values thead th", has_text=re.compile("^share$"))
    place = column.evaluate("cell => cell.cellIndex")

    def shown_values() -> list[float]:
        cells = page.locator(f"table.values tbody tr > :nth-child({place + 1})")
        texts = cells.evaluate_all("all => all.map(c => (c.querySelector('data') || {}).value || c.textContent)")
        return [float(text) for text in texts if text.strip()]

    wanted = sorted(values["share"].dropna())
    column.locator("button").click()
    assert shown_values() == pytest.approx(wanted)
    assert column.get_attribute("aria-sort") == "ascending"
    column.locator("button").focus()
    page.keyboard.press("Enter")
    assert shown_values() == pytest.approx(wanted[::-1])
    assert column.get_attribute("aria-sort") == "descending"


# --- text that somebody else wrote -------------------------------------------------------------

HOSTILE = "<img src=x onerror=window.hacked=1></script><script>window.hacked=1</script>\"'"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory) -> Path:
    """A site of a repository in which titles, reasons, names and models are markup."""
    root = tmp_path_factory.mktemp("hostile")
    for folder in ("notebooks", "data/raw", "data/processed", "figures"):
        shutil.copytree(ROOT / folder, root / folder)
    shutil.copy(ROOT / "CITATION.cff", root)
    rewrite(root / "data/processed/claims.csv", "printed", "reason", "evidence_scope")
    rewrite(root / "figures/share-publishers.csv", "who", "country")
    for name in ("share-publishers", "robustness"):
        file = root / f"figures/{name}.json"
        texts = dict.fromkeys(("title", "subtitle", "alt", "source"), HOSTILE)
        file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | texts))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRACE_ROOT", str(root))
        made = pages.Site("default", make.navigation("default"), root / "site")
        front.write(made)
        statements.write(made)
        explorer.write(made)
        figure_pages.write(made, trails.of("default"))
    return root / "site"


def rewrite(file: Path, *columns: str) -> None:
    """Put the hostile text into the filled cells of those columns that the table has."""
    with file.open(encoding="utf-8", newline="") as opened_file:
        rows = list(csv.DictReader(opened_file))
    changed = [{k: HOSTILE if k in columns and v else v for k, v in row.items()} for row in rows]
    assert changed != rows
    with file.open("w", encoding="utf-8", newline="") as opened_file:
        out = csv.DictWriter(opened_file, list(rows[0]), lineterminator="\n")
        out.writeheader()
        out.writerows(changed)


def test_markup_in_data_is_shown_as_text_and_does_nothing(browser, hostile):
    names = ["index.html", "statements/share-china-17.html", "figures/share-publishers.html", explorer.ADDRESS]
    for address in names:
        with opened(browser, (hostile / address).as_uri()) as seen:
            assert HOSTILE in seen.page.locator("main").inner_text(), address
            assert seen.page.locator("[onerror]").count() == 0, address
            assert seen.page.evaluate("window.hacked") is None, address
            assert seen.trouble() == [], address  # the policy had nothing to refuse


# --- the explorer ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """What the notebook published; levels as texts."""
    levels = dict.fromkeys(explorer.ABOUT, str)
    return pd.read_csv(ROOT / "data/processed/robustness.csv", dtype=levels)


LATEST = "hub_catalogue/2026-10-08"
FIRST = {
    "snapshot": LATEST, "attribution": "publisher", "window": "30 days", "age": "all", "tasks": "all",
    "minimum_parameters": "0", "unlisted": "counted", "unknown": "counted", "stale": "counted",
    "exclude_top": "0",
}  # fmt: skip


def specification(table: pd.DataFrame, **changed: str) -> pd.Series:
    """The row of the default specification with some other levels."""
    rows = table
    for choice, level in (FIRST | changed).items():
        rows = rows[rows[choice] == level]
    (found,) = rows.index
    return rows.loc[found]


def shown(page: Page) -> dict[str, str]:
    """Everything that the page shows of a specification."""
    return page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('[data-show]')]"
        ".map(e => [e.dataset.show, e.textContent]))"
    )


def numbers(row: pd.Series) -> dict[str, str]:
    """What it has to show."""
    counts = {name: f"{row[name]:,}" for name in ("models", "downloads")}
    shares = {name: f"{row[name]:.1f}" for name in ("share", "rival_share", *explorer.COVERAGE)}
    return counts | shares | {"difference": f"{row['difference']:+.1f}".replace("-", "−")}


def holds(page: Page, row: pd.Series, table: pd.DataFrame) -> None:
    """Assert that the page shows this specification, its place and the marks of it."""
    found = shown(page)
    assert {name: found[name] for name in numbers(row)} == numbers(row)
    larger = int((table["difference"] > row["difference"]).sum())
    assert found["place"].startswith(f"Number {larger + 1:,} of {len(table):,} ways to count")
    smaller = int((table["difference"] < row["difference"]).sum())
    assert f"(larger: {larger:,}, smaller: {smaller:,}" in found["place"]
    label = page.locator("[data-mark=label]").text_content()
    assert label == f"your count: {numbers(row)['difference']}"
    width = page.locator("[data-bar=share]").get_attribute("width")
    assert float(width.rstrip("%")) == pytest.approx(row["share"], abs=0.01)


def radio(page: Page, choice: str, said: str):
    """The control of a level, by its words."""
    group = page.locator(f"fieldset[data-choice={choice}]")
    return group.locator("label", has_text=re.compile(rf"^\s*{re.escape(said)}\s")).locator("input")


def test_a_click_shows_another_count_at_once_and_writes_it_into_the_address(visit, table):
    page = visit(explorer.ADDRESS)
    holds(page, specification(table), table)
    radio(page, "age", "created within a year").check()
    radio(page, "unlisted", "left out").check()
    holds(page, specification(table, age="new", unlisted="left out"), table)
    assert page.url.endswith("#age=new&unlisted=left+out")
    assert page.locator("#share").get_attribute("href") == "#age=new&unlisted=left+out"


def test_the_explorer_works_with_the_keyboard_alone(visit, table):
    page = visit(explorer.ADDRESS)
    seen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        name = page.evaluate("document.activeElement.name || document.activeElement.id")
        seen.append(name)
        if name in ("age", "exclude_top"):
            page.keyboard.press("ArrowDown")
        if name == "copy":
            break
    assert [name for name in seen if name in explorer.ABOUT] == [*explorer.ABOUT]
    assert {"walk", "reset", "share", "copy"} <= set(seen)
    holds(page, specification(table, age="new", exclude_top="1"), table)
    page.locator("#reset").focus()
    page.keyboard.press("Enter")
    holds(page, specification(table), table)
    assert "#" not in page.url


def test_the_walk_goes_through_all_counts_from_the_least_to_the_largest(visit, table):
    page = visit(explorer.ADDRESS)
    ranked = table.sort_values("difference", kind="stable")
    page.locator("#walk").focus()
    page.keyboard.press("End")
    holds(page, ranked.iloc[-1], table)
    page.keyboard.press("ArrowLeft")
    holds(page, ranked.iloc[-2], table)
    page.keyboard.press("Home")
    holds(page, ranked.iloc[0], table)
    said = page.locator("#walk").get_attribute("aria-valuetext")
    assert said == f"1: {numbers(ranked.iloc[0])['difference']} points"
    assert radio(page, "age", "created within a year").is_checked()


def test_behind_each_level_stands_the_difference_that_choosing_it_then_gives(visit):
    page = visit(explorer.ADDRESS)
    for choice, said in (("tasks", "text generation"), ("minimum_parameters", "at least 7 billion"),
                         ("snapshot", "3 August 2026"), ("stale", "left out")):  # fmt: skip
        control = radio(page, choice, said)
        promised = control.locator("xpath=../span[@class='would']").text_content()
        control.check()
        assert shown(page)["difference"] == promised, (choice, said)


def test_what_the_snapshot_cannot_answer_is_disabled_with_the_reason(visit):
    page = visit(explorer.ADDRESS)
    assert radio(page, "attribution", "the base model").is_disabled()
    assert radio(page, "window", "all time").is_disabled()
    assert radio(page, "age", "created within a year").is_enabled()
    radio(page, "snapshot", "6 April 2026").check()
    assert radio(page, "age", "created within a year").is_disabled()
    reason = page.locator("fieldset[data-choice=age] .reason")
    expect(reason).to_have_text(
        "Cannot be had here: created within a year (created is recorded for 38 percent of the downloads)."
    )


def test_an_older_snapshot_keeps_what_it_can_says_what_it_cannot_and_gives_it_back(visit, table):
    page = visit(explorer.ADDRESS)
    radio(page, "age", "created within a year").check()
    radio(page, "unknown", "left out").check()
    radio(page, "snapshot", "6 April 2026").check()
    holds(page, specification(table, snapshot="hub_catalogue/2026-04-06", unknown="left out"), table)
    assert shown(page)["notice"] == (
        "Age “created within a year” cannot be had here (created is recorded for 38 percent of the "
        "downloads); shown is “any”."
    )
    radio(page, "snapshot", "8 October 2026").check()
    holds(page, specification(table, age="new", unknown="left out"), table)
    assert page.locator("[data-show=notice]").is_hidden()


def test_a_shared_address_opens_the_same_view(visit, table):
    first = visit(explorer.ADDRESS)
    radio(first, "tasks", "text, or image with text").check()
    radio(first, "snapshot", "3 August 2026").check()
    second = visit(f"{explorer.ADDRESS}#{first.url.partition('#')[2]}")
    assert shown(second) == shown(first)
    assert radio(second, "snapshot", "3 August 2026").is_checked()
    tasks = "text-generation, image-text-to-text"
    holds(second, specification(table, tasks=tasks, snapshot="hub_catalogue/2026-08-03"), table)


def test_an_address_that_names_what_is_not_there_still_shows_a_count_and_says_so(visit, table):
    evil = "<img src=x onerror=alert(1)>"
    page = visit(f"{explorer.ADDRESS}#age=new&colour=red&tasks={evil}")
    holds(page, specification(table, age="new"), table)
    assert shown(page)["notice"] == (
        "The address asks for “colour=red”, which is no choice here: left aside. "
        f"The address asks for “tasks={evil}”, which is no choice here: left aside."
    )
    assert page.locator("[onerror]").count() == 0
    page.evaluate("location.hash = '#age=new&unlisted=left+out'")
    expect(page.locator("[data-show=notice]")).to_be_hidden()
    holds(page, specification(table, age="new", unlisted="left out"), table)


def test_the_link_over_the_navigation_does_not_lose_the_view(visit, table):
    page = visit(f"{explorer.ADDRESS}#age=new")
    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    holds(page, specification(table, age="new"), table)


def test_every_way_to_count_can_be_reached_and_none_is_an_empty_page(visit, table):
    page = visit(explorer.ADDRESS)
    wrong = page.evaluate(
        """() => {
          const walk = document.getElementById("walk"), wrong = [];
          for (let n = 1; n <= Number(walk.max); n++) {
            walk.value = n;
            walk.dispatchEvent(new Event("input"));
            const checked = document.querySelectorAll("fieldset input:checked:enabled").length;
            const text = document.querySelector("[data-show=difference]").textContent;
            if (checked !== 10 || !/^[+−]\\d+\\.\\d$/.test(text)) wrong.push([n, checked, text]);
          }
          return wrong;
        }"""
    )
    assert wrong == []


def test_the_answer_is_announced(visit):
    answer = visit(explorer.ADDRESS).locator("#answer")
    assert answer.get_attribute("aria-live") == "polite"
    assert answer.get_attribute("aria-atomic") == "true"


def test_without_a_script_the_page_shows_the_same_default_count_and_says_what_is_missing(visit):
    page, still = visit(explorer.ADDRESS), visit(explorer.ADDRESS, java_script_enabled=False)
    found = {e.get_attribute("data-show"): e.text_content() for e in still.locator("[data-show]").all()}
    assert found == shown(page)
    for mark, name in (("line", "x1"), ("dot", "cx"), ("dot", "cy"), ("label", "text-anchor")):
        ways = [p.locator(f"[data-mark={mark}]").get_attribute(name) for p in (page, still)]
        assert len({w if name == "text-anchor" else round(float(w.rstrip("%")), 1) for w in ways}) == 1
    assert still.locator("#without-script").is_visible() and page.locator("#without-script").is_hidden()
    assert still.locator("form").is_hidden() and page.locator("form").is_visible()
    assert still.locator("main img").is_visible()


def test_on_paper_the_explorer_shows_the_choice_in_words_and_no_controls(visit):
    page = visit(f"{explorer.ADDRESS}#age=new")
    page.emulate_media(media="print")
    assert not page.locator("fieldset, button, #walk").filter(visible=True).count()
    assert "age: created within a year" in page.locator(".chosen-words").inner_text()


# --- today -------------------------------------------------------------------------------------


def test_the_page_of_today_is_linked_from_every_page_that_has_the_navigation(browser, site):
    for address in kinds(site).values():
        if address != today.ADDRESS:
            with opened(browser, (site / address).as_uri()) as seen:
                link = seen.page.locator("nav[aria-label=Site] a", has_text="Today")
                assert link.evaluate("a => a.href") == (site / today.ADDRESS).as_uri(), address


# --- pictures for the report -------------------------------------------------------------------

LOOKS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "narrow": {"color_scheme": "light", "viewport": NARROW},
}


SHOWN = ["index.html", "statements/*", "figures/*", "notebooks/*", "data/index.html", "explorer.html", "today.html"]


@pytest.mark.parametrize("look", [*LOOKS, "print"])
def test_pictures_of_the_pages_stand_in_the_report(look, browser, site, extras):
    for kind in SHOWN:
        with opened(browser, (site / kinds(site)[kind]).as_uri(), **LOOKS.get(look, {})) as seen:
            if look == "print":
                seen.page.emulate_media(media="print")
            height = min(seen.page.evaluate("document.documentElement.scrollHeight"), 2_400)
            seen.page.set_viewport_size({**seen.page.viewport_size, "height": height})
            taken = seen.page.screenshot(type="jpeg", quality=60)
            extras.append(report.jpg(base64.b64encode(taken).decode(), f"{kind}, {look}"))
    assert len(extras) == len(SHOWN)
