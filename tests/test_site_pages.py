"""Pages of figures, notebooks and data: every link leads somewhere, no text commands a page."""

from __future__ import annotations

import csv
import functools
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import nbformat
import pytest
from bs4 import BeautifulSoup
from write_live import model, write

from airace import origins, snapshots, trace
from airace.errors import RequestError
from airace.site import figure_pages, make, notebook_pages, pages, snapshot_pages, trails

ROOT = Path(__file__).resolve().parents[1]
FIGURES = sorted(file.stem for file in (ROOT / "figures").glob("*.csv"))
NOTEBOOKS = sorted(file.stem for file in (ROOT / "notebooks").glob("*.ipynb"))
HOSTILE = '<img src=x onerror="document.title=1">'
MANY = "robustness"  # the figure with more plotted rows than a page shows


@pytest.fixture(scope="session")
def root(tmp_path_factory) -> Path:
    """A repository with what is committed."""
    root = tmp_path_factory.mktemp("site") / "repo"
    for folder in ("notebooks", "data/raw", "data/processed", "figures"):
        shutil.copytree(ROOT / folder, root / folder)
    shutil.copy(ROOT / "CITATION.cff", root)
    return root


@pytest.fixture(scope="session")
def found(root) -> trails.Trails:
    """All trails of the default scenario. For looking at only."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRACE_ROOT", str(root))
        return trails.of("default")


@pytest.fixture(scope="session")
def site(root) -> Path:
    """The folder of the pages. For looking at only."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRACE_ROOT", str(root))
        made = pages.Site("default", pages.NAVIGATION)
        make.write(made)
        return made.folder


@pytest.fixture(autouse=True)
def repository(root, monkeypatch) -> None:
    monkeypatch.setenv("AIRACE_ROOT", str(root))


@functools.cache
def soup(file: Path) -> BeautifulSoup:
    return BeautifulSoup(file.read_text(encoding="utf-8"), "html.parser")


@functools.cache
def by_id(file: Path) -> dict:
    return {element["id"]: element for element in soup(file)(id=True)}


def every(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def plotted(figure_id: str) -> list[dict[str, str]]:
    with (ROOT / "figures" / f"{figure_id}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def target(site: Path, page: Path, href: str) -> tuple[str, str]:
    """Address of a link's page from the site's root, and its fragment."""
    address, fragment = urldefrag(href)
    file = (page.parent / unquote(address)).resolve() if address else page
    return file.relative_to(site).as_posix(), unquote(fragment)


def raw_cells(site: Path, page: Path, link) -> dict[str, str]:
    """Cells of the raw row that a link leads to, by column."""
    address, key = target(site, page, link["href"])
    place = by_id(site / address)[key]
    if place.name == "section":
        return {dt.text: dt.find_next_sibling("dd").text for dt in place("dt")}
    names = [th.text for th in place.find_parent("table").thead("th")]
    return dict(zip(names, (cell.text for cell in place(["th", "td"]))))


# Links


def test_every_internal_link_and_every_fragment_leads_to_something(site):
    broken = []
    for page in every(site):
        for href in {link["href"] for link in soup(page)("a", href=True)}:
            if href.startswith(("https://", "http://")):
                continue
            address, fragment = target(site, page, href)
            there = (site / address).is_file()
            if not there or (fragment and fragment not in by_id(site / address)):
                broken.append((page.name, href))
    assert broken == []


def test_no_page_uses_an_id_twice(site):
    for page in every(site):
        ids = [element["id"] for element in soup(page)(id=True)]
        assert sorted(set(ids)) == sorted(ids), page.name


def test_links_to_the_web_tell_no_address_of_the_page(site):
    for page in every(site):
        for link in soup(page)("a", href=re.compile("^https?:")):
            assert "noreferrer" in link["rel"], f"{page.name}: {link['href']}"


@pytest.mark.parametrize("figure_id", FIGURES)
def test_every_plotted_row_leads_to_the_raw_rows_that_it_names(figure_id, site):
    page = site / "figures" / f"{figure_id}.html"
    rows = soup(page).find(id="plotted").tbody("tr")
    for number, (row, named) in enumerate(zip(rows, plotted(figure_id)), start=1):
        assert row["id"] == f"row-{number}"
        links = {target(site, page, a["href"]) for a in row.find(class_="raw")("a")}
        keys = {fragment for _, fragment in links}
        assert set(origins.listed(named["row"])) <= keys
        folders = {address for address, _ in links}
        assert {pages.snapshot_address(s) for s in origins.listed(named["snapshot"])} <= folders


@pytest.mark.parametrize("figure_id", ["market-sizes", "share-published", "patent-measures"])
def test_a_plotted_value_stands_in_the_raw_row_that_is_linked(figure_id, site):
    page = site / "figures" / f"{figure_id}.html"
    opened, compared = trace.read(figure_id), 0
    for number, row in enumerate(soup(page).find(id="plotted").tbody("tr"), start=1):
        links = {a.text: a for a in row.find(class_="raw")("a")}
        for cell in trace.row(opened, number)["cells"]:
            column, of, key = cell["equals"].partition(" of ")
            if of and key in links and trace.is_number(cell["value"]):
                value = raw_cells(site, page, links[key])[column]
                assert float(value) == pytest.approx(float(cell["value"]))
                compared += 1
    assert compared


def test_every_row_that_decides_a_verdict_stands_on_its_snapshots_page(site):
    with (ROOT / "data" / "processed" / "claims.csv").open(encoding="utf-8", newline="") as file:
        rows = {(r["evidence_snapshot"], r["evidence_row"]) for r in csv.DictReader(file)}
    assert rows
    for snapshot_id, key in rows:
        address, fragment = urldefrag(pages.row_address(snapshot_id, key))
        place = by_id(site / address)[unquote(fragment)]
        assert place("a", href=re.compile(r"^\.\./statements/"))


def test_a_derived_row_leads_to_the_row_that_it_was_computed_from(site):
    row = soup(site / "data/market_size-2026-03-06.html").find(id="mp002")
    sources = row.find(class_="source")
    assert [a["href"] for a in sources("a")] == ["../data/market_size-2026-03-06.html#mp001"]


def test_two_tables_with_the_same_key_both_have_an_address(site):
    page = soup(site / "data/article-2026-03-10.html")
    (search,) = page(id="searches:downloads-jan-2024")
    assert page.find(id="downloads-jan-2024") is not search


def test_a_key_that_an_address_cannot_hold_is_written_so_that_it_can():
    page = "data/hub-2026-01-01.html"
    assert pages.row_address("hub/2026-01-01", "Qwen/Qwen3-VL") == f"{page}#Qwen/Qwen3-VL"
    assert pages.row_address("hub/2026-01-01", 'a b#"<c>') == f"{page}#a%20b%23%22%3Cc%3E"


# Figures


@pytest.mark.parametrize("figure_id", FIGURES)
def test_the_sentence_of_a_figure_counts_its_rows_and_the_raw_rows_behind_them(figure_id, site):
    rows = plotted(figure_id)
    keys = {(s, key) for r in rows for key in origins.listed(r["row"]) for s in [r["snapshot"]]}
    said = soup(site / "figures" / f"{figure_id}.html").find(id="composed").text
    assert f"It plots {len(rows):,} rows of values" in said
    ids = {key for _, key in keys}
    if ids:
        assert f"from {len(ids):,} raw row{'s' * (len(ids) != 1)}" in said
    else:
        assert "raw row" not in said
    record = json.loads((ROOT / "figures" / f"{figure_id}.json").read_text(encoding="utf-8"))
    drawn = len(record["drawn_from"])
    assert f"drawn from {drawn} snapshot{'s' * (drawn != 1)} as of " in said


def test_the_sentence_of_a_figure_says_how_well_its_raw_rows_are_known(site):
    rows = {key for r in plotted("market-sizes") for key in origins.listed(r["row"])}
    table = snapshots.load("market_size/2026-03-06").set_index("row")["confidence"]
    known = table[table.index.isin(rows)]
    counts = [f"{grade} for {n}" for grade, n in sorted(known.value_counts().items())]
    counts.append(f"none for {len(rows) - len(known)}")
    said = soup(site / "figures/market-sizes.html").find(id="composed").text
    assert said.endswith(f"confidence of the raw rows: {', '.join(counts)}.")


@pytest.mark.parametrize("figure_id", FIGURES)
def test_a_figures_page_shows_its_record_and_carries_its_files(figure_id, site):
    page = soup(site / "figures" / f"{figure_id}.html")
    record = json.loads((ROOT / "figures" / f"{figure_id}.json").read_text(encoding="utf-8"))
    (picture,) = page("img")
    assert (picture["src"], picture["alt"]) == (f"{figure_id}.svg", record["alt"])
    assert page.h1.text == record["title"]
    for digest in [record["code"], record["lock"], *record["snapshots"].values()]:
        assert page.find("code", string=digest)
    for kind in ("svg", "png", "csv", "json"):
        name = f"{figure_id}.{kind}"
        copied = (site / "figures" / name).read_bytes()
        assert copied == (ROOT / "figures" / name).read_bytes()
    assert f"airace trace {figure_id}:1" in page.pre.text


def test_values_are_those_of_the_file_and_long_decimals_keep_them_beside_what_is_shown(site):
    rows = soup(site / "figures/market-sizes.html").find(id="plotted")
    names = [th.text for th in rows.thead("th")]
    for row, wanted in zip(rows.tbody("tr"), plotted("market-sizes"), strict=True):
        for name, cell in list(zip(names, row(["th", "td"])))[2:]:
            shown = cell.data["value"] if cell.data else cell.text
            assert shown == wanted[name]
            if cell.data:
                assert float(cell.text) == pytest.approx(float(shown), rel=1e-5)


def test_of_a_long_table_the_first_rows_are_shown_and_that_is_said(site):
    page = soup(site / "figures" / f"{MANY}.html")
    of = len(plotted(MANY))
    shown = page.find(id="plotted").tbody("tr")
    assert len(shown) == figure_pages.FIRST < figure_pages.WHOLE < of
    said = page.find(id="values").find_next("p").text
    assert said.startswith(f"The first {len(shown)} of {of:,} rows; the CSV holds all of them")


def test_pages_of_figures_and_data_stay_small(site):
    for page in [*(site / "figures").glob("*.html"), *(site / "data").glob("*.html")]:
        assert page.stat().st_size < 400_000, page.name


def test_the_gallery_leads_to_every_figure(site):
    gallery = soup(site / "figures/index.html")
    assert {a["href"] for a in gallery.main("a")} == {f"{figure_id}.html" for figure_id in FIGURES}
    assert all(picture["alt"] for picture in gallery("img"))


def test_the_statements_of_a_figure_are_those_that_cite_it(site, found):
    for figure_id in FIGURES:
        cited = {c["claim_id"] for c in found.claims if figure_id in c["figures"]}
        links = soup(site / "figures" / f"{figure_id}.html")(
            "a", href=re.compile(r"^\.\./statements/")
        )
        assert {Path(link["href"]).stem for link in links} == cited


def test_a_scenarios_pages_come_from_its_own_figures(root, monkeypatch, tmp_path):
    own = tmp_path / "repo"
    for folder in ("notebooks", "data/raw", "data/processed"):
        shutil.copytree(root / folder, own / folder)
    shutil.copytree(root / "data/processed", own / "build/other/processed")
    for kind in ("svg", "png", "csv", "json"):
        (own / "build/other/figures").mkdir(exist_ok=True)
        shutil.copy(ROOT / f"figures/market-sizes.{kind}", own / "build/other/figures")
    record = own / "build/other/figures/market-sizes.json"
    changed = json.loads(record.read_text(encoding="utf-8")) | {"title": "Another finding"}
    record.write_text(json.dumps(changed), encoding="utf-8")
    monkeypatch.setenv("AIRACE_ROOT", str(own))
    scenario = trails.of("other")
    made = pages.Site("other", pages.NAVIGATION)
    figure_pages.write(made, scenario)
    with pytest.raises(RequestError, match="build/other/notebooks/03-market-size.ipynb"):
        notebook_pages.write(made, scenario)  # not executed in this scenario
    (own / "build/other/notebooks").mkdir()
    executed = shutil.copy(own / "notebooks/03-market-size.ipynb", own / "build/other/notebooks")
    notebook_pages.write(made, scenario)
    assert list(scenario.figures) == ["market-sizes"]
    page = soup(own / "build/other/site/figures/market-sizes.html")
    assert page.h1.text == "Another finding"
    pages_made = (own / "build/other/site/notebooks").glob("0*")
    assert [file.stem for file in pages_made] == [Path(executed).stem]


@pytest.mark.parametrize("figure_id", ["scorecard", "korea-and-china", "share-monthly"])
def test_what_a_plotted_row_names_is_what_its_whole_trail_begins_with(figure_id):
    figure = trace.read(figure_id)
    for number in range(1, len(figure.rows) + 1, 5):
        named, whole = trace.named(figure, number)
        full = trace.row(figure, number)
        begun = [(r["snapshot"], r["row"]) for r in full["raw"] if r["role"] in ("", "evidence")]
        assert list(dict.fromkeys(begun)) == list(dict.fromkeys((s, k) for s, k, _, _ in named))
        tables = [t["file"] for s in whole for t in origins.described(s)["tables"]]
        assert tables == [t["file"] for t in full["whole"]]


# Data


def test_the_list_of_data_has_every_snapshot_with_what_is_drawn_from_it(site):
    rows = soup(site / "data/index.html").main.find("table")("td", class_="number")
    assert len(rows) == len(snapshots.every())
    used = {}
    for figure_id in FIGURES:
        record = json.loads((ROOT / f"figures/{figure_id}.json").read_text(encoding="utf-8"))
        for snapshot_id in record["drawn_from"]:
            used.setdefault(snapshot_id, set()).add(figure_id)
    for snapshot_id in snapshots.every():
        link = soup(site / "data/index.html").find("a", href=f"../{pages.snapshot_address(snapshot_id)}")
        cells = link.find_parent("tr")("td")
        linked = {a.text for a in cells[-1]("a") if a["href"].startswith("../figures/")}
        assert linked == used.get(snapshot_id, set())
        assert cells[-3].text == f"{snapshots.row_count(snapshot_id):,}"


def test_a_small_table_is_shown_whole_and_a_large_one_as_far_as_it_is_used(site):
    for snapshot_id in filter(trails.whole, snapshots.every()):
        small = soup(site / pages.snapshot_address(snapshot_id))
        shown = small("section", class_="raw") + small.select(".rows tbody tr")
        assert len(shown) == snapshots.row_count(snapshot_id)
    large = soup(site / "data/exchange_rates-2026-10-30.html")
    shown = len(large.find(class_="rows").tbody("tr"))
    of = snapshots.row_count("exchange_rates/2026-10-30")
    assert 0 < shown < of
    said = large.find(id="rows-rates").find_next("p").text
    assert said.startswith(f"{shown} of {of:,} rows: those that a published figure")


def test_a_table_that_may_only_be_cited_is_never_shown_whole(monkeypatch):
    about = snapshots.describe("gdp/2026-03-20")
    assert trails.whole("gdp/2026-03-20")
    monkeypatch.setattr(snapshots, "describe", lambda _: about | {"republish": False})
    assert not trails.whole("gdp/2026-03-20")


def test_every_raw_row_with_a_source_of_its_own_shows_it(site):
    for row in soup(site / "data/patents-2026-09-15.html")("section", class_="raw"):
        source = row.find(class_="source").text
        assert "Confidence: " in source
        assert row.find(class_="source").a or "arithmetic" in source.lower()


def test_a_live_snapshot_is_listed_apart_and_its_names_are_text(found, root, monkeypatch, tmp_path):
    own = tmp_path / "repo"
    for folder in ("notebooks", "data/raw/gdp", "data/processed", "figures"):
        shutil.copytree(root / folder, own / folder)
    monkeypatch.setenv("AIRACE_ROOT", str(own))
    write("2026-11-20", [model("a/b", 3)], title=HOSTILE, description=HOSTILE)
    made = pages.Site("default", pages.NAVIGATION)
    snapshot_pages.write(made, replace(found, figures={}, raw={}, marks={}, decides={}))
    index = soup(made.folder / "data/index.html")
    heading = index.find("h2", string=re.compile("^Live snapshots"))
    link = heading.find_next("table").find("a", href="../data/live-2026-11-20.html")
    assert link.text == HOSTILE
    page = soup(made.folder / "data/live-2026-11-20.html")
    assert page.h1.text == HOSTILE and not page("img")
    assert "None of the 1 rows is shown" in page.text


# Notebooks


def body(tmp_path: Path, found: trails.Trails, *cells: nbformat.NotebookNode) -> BeautifulSoup:
    file = tmp_path / "hostile.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=list(cells)), file)
    return BeautifulSoup(notebook_pages.body(file, found), "html.parser")


def shown(source: str, **data: str) -> nbformat.NotebookNode:
    """A code cell with one output, of kinds such as ``text_html``."""
    kinds = {kind.replace("_", "/", 1): content for kind, content in data.items()}
    output = nbformat.v4.new_output("execute_result", kinds, execution_count=1)
    return nbformat.v4.new_code_cell(source, outputs=[output])


TEXTS = {
    "html": lambda: shown("x", text_html=f"<p>{HOSTILE}</p>", text_plain="x"),
    "a table": lambda: shown("x", text_html=f"<table><tr><td>{HOSTILE}</td></tr></table>"),
    "markdown": lambda: shown("x", text_markdown=HOSTILE, text_plain="x"),
    "plain text": lambda: shown("x", text_plain=HOSTILE),
    "a cell of text": lambda: nbformat.v4.new_markdown_cell(HOSTILE),
    "code": lambda: nbformat.v4.new_code_cell(f"name = '''{HOSTILE}'''"),
    "a stream": lambda: nbformat.v4.new_code_cell(
        "x", outputs=[nbformat.v4.new_output("stream", text=f"\x1b[38;2;1;2;3m{HOSTILE}\x1b[0m")]
    ),
}


@pytest.mark.parametrize("place", TEXTS)
def test_a_name_like_a_tag_is_shown_as_text(place, tmp_path, found):
    page = body(tmp_path, found, TEXTS[place]())
    assert HOSTILE in page.text
    assert not page("img") and not page(style=True) and not page(onerror=True)


@pytest.mark.parametrize(
    "html",
    [
        "<style scoped>td { color: red }</style><b>x</b>",
        "<b>x</b><script>document.title = 1</script>",
        '<b style="position: fixed" onclick="document.title = 1">x</b>',
        '<b>x</b><svg onload="document.title = 1"></svg>',
        '<a href="javascript:document.title = 1"><b>x</b></a>',
        '<table border="1"><tr><td><b>x</b></td></tr></table>',
        "<b>x</b><math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    ],
)
def test_no_style_script_event_or_foreign_address_passes(html, tmp_path, found):
    page = body(tmp_path, found, shown("x", text_html=html, text_plain="x"))
    assert page.b.text == "x"
    for name in ("style", "script", "svg", "math", "img"):
        assert not page(name)
    allowed = {"class", "id", "rel", "tabindex", "role", "aria-label"}
    assert {name for element in page(True) for name in element.attrs} <= allowed
    assert not page("a", href=re.compile("javascript", re.IGNORECASE))


def test_a_style_sheet_of_an_output_is_not_shown_as_text(tmp_path, found):
    page = body(tmp_path, found, shown("x", text_html="<style>td { color: red }</style>x"))
    assert "color: red" not in page.text


def test_kinds_that_a_page_cannot_show_are_left_out(tmp_path, found):
    cell = shown("x", application_javascript="document.title = 1", text_plain="said")
    page = body(tmp_path, found, cell)
    assert "said" in page.text and "document.title" not in page.text


def test_a_picture_is_described_as_in_the_record_of_the_figure_that_its_cell_exports(
    tmp_path, found
):
    figure = found.figures["gpu-clusters"]
    hostile = figure.record | {"alt": f'"> {HOSTILE}'}
    trail = replace(found, figures={"gpu-clusters": replace(figure, record=hostile)})
    drawn = shown('run.export("gpu-clusters", figure, data, alt)', image_png="aGVsbG8=")
    other = shown("plot()", image_png="aGVsbG8=")
    first, second = body(tmp_path, trail, drawn, other)("img")
    assert (first["alt"], set(first.attrs)) == (f'"> {HOSTILE}', {"src", "alt"})
    assert second["alt"] == "Picture drawn by cell 2"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_an_executed_notebook_keeps_its_cells_pictures_and_tables(name, site):
    notebook = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)
    page = soup(site / "notebooks" / f"{name}.html")
    kinds = [k for c in notebook.cells for o in c.get("outputs", []) for k in o.get("data", {})]
    assert len(page(id=re.compile("^cell-id="))) == len(notebook.cells)
    assert len(page("img")) == kinds.count("image/png") > 0
    assert len(page("table", class_="dataframe")) == kinds.count("text/html") > 0
    alts = {json.loads(f.read_text())["alt"] for f in (ROOT / "figures").glob("*.json")}
    assert {picture["alt"] for picture in page("img")} <= alts


def test_a_cell_with_injected_parameters_moves_no_address(tmp_path, found):
    injected = nbformat.v4.new_code_cell("a = 2", metadata={"tags": ["injected-parameters"]})
    cells = [nbformat.v4.new_code_cell("a = 1"), injected, nbformat.v4.new_code_cell("print(a)")]
    page = body(tmp_path, found, *cells)
    ids = [cell["id"].removeprefix("cell-id=") for cell in page(id=re.compile("^cell-id="))]
    assert ids == ["1", "injected-parameters", "2"]


def test_notebooks_lead_to_each_other_on_the_site(site):
    page = soup(site / "notebooks/00-overview.html")
    links = {a["href"] for a in page.find(class_="notebook")("a") if ":" not in a["href"]}
    without_a_statement = {"00-overview", "12-robustness"}
    assert links == {f"{name}.html" for name in NOTEBOOKS if name not in without_a_statement}


def test_the_name_of_an_index_stands_in_the_one_row_of_the_header():
    html = (
        "<table><thead><tr><th></th><th>value</th></tr><tr><th>claim</th><th></th></tr></thead>"
        "<tbody><tr><th>a</th><td>1.5</td></tr></tbody></table>"
    )
    table = BeautifulSoup(notebook_pages.cleaned(html), "html.parser")
    assert [(th.text, th["scope"]) for th in table("th")] == [
        ("claim", "col"), ("value", "col"), ("a", "row")
    ]  # fmt: skip
    assert table.td["class"] == table("th")[1]["class"] == ["number"]
    assert len(table.thead("tr")) == 1


def test_an_empty_corner_of_a_table_heads_nothing():
    head, row = "<tr><th></th><th>x</th></tr>", "<tr><th>0</th><td>a</td></tr>"
    html = f"<table><thead>{head}</thead><tbody>{row}</tbody></table>"
    table = BeautifulSoup(notebook_pages.cleaned(html), "html.parser")
    assert table.thead.find(["th", "td"]).name == "td"


# All pages


def test_no_page_holds_a_style_attribute_an_event_or_a_foreign_style_or_script(site):
    scripts = {file.read_text("utf-8") for file in (pages.HERE / "assets").glob("*.js")}
    for page in every(site):
        made = soup(page)
        assert not made(style=True), page.name
        events = [a for e in made(True) for a in e.attrs if a.startswith("on") or a == "border"]
        assert events == [], page.name
        assert [str(s.string) for s in made("style")] == [pages.asset("style.css")]
        assert {str(s.string) for s in made("script", type=False)} <= scripts
        for picture in made("img"):
            assert picture["alt"], page.name
            assert not urlsplit(picture["src"]).netloc, page.name
            assert urlsplit(picture["src"]).scheme in ("", "data"), page.name


def test_headings_begin_with_one_title_and_leave_no_level_out(site):
    for page in every(site):
        levels = [int(h.name[1]) for h in soup(page)(re.compile(r"^h[1-6]$"))]
        assert levels[0] == 1 and levels.count(1) == 1, page.name
        assert all(b <= a + 1 for a, b in zip(levels, levels[1:])), page.name


def test_every_table_has_header_cells_and_scrolls_under_a_name(site):
    for page in every(site):
        for table in soup(page)("table"):
            assert table("th"), page.name
            heads = table("th")
            assert all(th.get("scope") for th in heads) and all(th.text.strip() for th in heads)
            around = table.find_parent(class_="wide")
            if around:
                assert around["tabindex"] == "0" and around["aria-label"]


def test_a_raw_row_and_a_plotted_row_of_hostile_text_are_shown_as_text(found):
    figure = found.figures["market-sizes"]
    rows = [figure.rows[8] | {"status": HOSTILE, "row": HOSTILE}]
    snapshot_id = "market_size/2026-03-06"
    (raw,) = found.raw[snapshot_id]["mp010"]
    cells = raw["cells"] | {"scope": HOSTILE, "source_title": HOSTILE, "publisher": HOSTILE}
    cells["source_url"] = "javascript:document.title=1"
    record = figure.record | {"title": HOSTILE}
    named = trails.Plotted([(snapshot_id, HOSTILE)], [], [])
    hostile = replace(
        found,
        figures={"market-sizes": replace(figure, rows=rows, record=record)},
        plotted={"market-sizes": [named]},
        raw={snapshot_id: {HOSTILE: [raw | {"row": HOSTILE, "cells": cells}]}},
        marks={(snapshot_id, HOSTILE): [("market-sizes", 1)]},
    )
    made = pages.Site("hostile", pages.NAVIGATION)
    figures = pages.outputs.figures("hostile")
    figures.mkdir(parents=True)
    for kind in ("svg", "png", "csv", "json"):
        shutil.copy(ROOT / f"figures/market-sizes.{kind}", figures)
    figure_pages.write(made, hostile)
    snapshot_pages.write(made, hostile)
    page = made.folder / "figures/market-sizes.html"
    assert soup(page).h1.text == HOSTILE and len(soup(page)("img")) == 1
    link = soup(page).find(id="row-1").find(class_="raw").a
    assert link.text == HOSTILE
    assert raw_cells(made.folder, page, link)["scope"] == HOSTILE
    row = soup(made.folder / pages.snapshot_address(snapshot_id))
    assert not row("img") and not row("a", href=re.compile("^javascript"))
    assert HOSTILE in row.find(class_="source").text
