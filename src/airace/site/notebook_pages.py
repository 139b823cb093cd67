"""A page per executed notebook, through nbconvert, cleaned for a page that allows no foreign style.

Outputs may hold anything: bleach lets a short list of elements through, without style, script or event,
and shows everything else as text. Only pictures that a cell drew as PNG are shown as pictures.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path

import bleach
import jinja2
import nbformat
from bs4 import BeautifulSoup, Tag
from markupsafe import Markup
from nbconvert import HTMLExporter
from nbconvert.filters import strip_ansi

from airace import notebooks, paths
from airace.errors import RequestError
from airace.site import figure_pages, pages
from airace.site.trails import Trails

EXPORT = re.compile(r"""\brun\.export\(\s*["']([^"']+)["']""")
LINK = re.compile(r"(\d\d-[\w-]+)\.ipynb(#.*)?")
INJECTED = "injected-parameters"
REBUILD = "build the scenario again"
KINDS = ("text/html", "text/markdown", "image/png", "text/plain")  # of output; others are left out
NUMBER = re.compile(r"[-+−]?[\d,]*\.?\d+(e[-+]?\d+)?|NaN|<NA>")
LONG = 26  # characters of a table's cell that may be wrapped
DROPPED = re.compile(r"<(style|script)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)  # with its content
TAGS = frozenset(
    "a b blockquote br caption code div em h1 h2 h3 h4 h5 h6 hr i li ol p pre s small span strong sub "
    "sup table tbody td tfoot th thead tr ul".split()
)
ATTRIBUTES = {
    "a": ["href"],
    "td": ["colspan", "rowspan"],
    "th": ["colspan", "rowspan"],
    **dict.fromkeys(("code", "div", "pre", "span", "table"), ["class"]),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), ["id"]),
}


class Exporter(HTMLExporter):
    """nbconvert's basic template, with everything that is Markdown or HTML cleaned."""

    template_name = "basic"
    exclude_input_prompt = True
    exclude_output_prompt = True
    exclude_anchor_links = True

    @jinja2.pass_context
    def markdown2html(self, context: jinja2.runtime.Context, source: str) -> str:
        return cleaned(super().markdown2html(context, source))


def write(site: pages.Site, found: Trails) -> None:
    """Write a page per notebook that the scenario has executed, and their list.

    Raises RequestError if a figure is there and the notebook that drew it is not.
    """
    shown = [name for name in notebooks.names() if site.notebook(name).is_file()]
    drawn: dict[str, list[str]] = {name: [] for name in shown}
    for figure_id, figure in found.figures.items():
        if figure.notebook not in drawn:
            missing = paths.relative(site.notebook(figure.notebook))
            raise RequestError(f"wanted {missing}, which drew {figure_id}", "none", (), REBUILD)
        drawn[figure.notebook].append(figure_id)
    for name in shown:
        site.write(
            f"notebooks/{name}.html",
            "notebook.html",
            title=figure_pages.question(name),
            name=name,
            figures=drawn[name],
            body=Markup(body(site.notebook(name), found)),
            source=paths.relative(site.notebook(name)),
        )
    listed = [(name, figure_pages.question(name), drawn[name]) for name in shown]
    site.write("notebooks/index.html", "notebooks.html", title="Notebooks", listed=listed)


def body(path: Path, found: Trails) -> str:
    """The notebook as HTML without style, script or event, and with nothing to load."""
    notebook = nbformat.read(path, as_version=4)
    number = 0
    for cell in notebook.cells:
        injected = INJECTED in cell.metadata.get("tags", ())  # stands in executed copies alone
        number += not injected
        cell.id = INJECTED if injected else str(number)  # its address: #cell-id=NUMBER
        drawn = iter(EXPORT.findall(cell.source))
        outputs = [_output(output, number) for output in cell.get("outputs", [])]
        for output in outputs:
            if "image/png" in output.get("data", {}):
                figure = found.figures.get(next(drawn, ""))
                alt = figure.record["alt"] if figure else f"Picture drawn by cell {number}"
                output.metadata = nbformat.NotebookNode({"image/png": {"alt": alt}})
        if outputs:
            cell.outputs = outputs
    return _exporter().from_notebook_node(notebook)[0]


@functools.cache  # it compiles its templates
def _exporter() -> Exporter:
    return Exporter()


def _output(output: nbformat.NotebookNode, number: int) -> nbformat.NotebookNode:
    """An output with the kinds that a page shows, each made harmless."""
    output = output.copy()
    if "text" in output:
        output.text = strip_ansi(output.text)
    if "traceback" in output:
        output.traceback = [strip_ansi(line) for line in output.traceback]
    if "data" in output:
        data = {kind: output.data[kind] for kind in KINDS if kind in output.data}
        if "text/html" in data:
            data["text/html"] = cleaned(data["text/html"], f"Table of cell {number}")
        if "text/plain" in data:
            data["text/plain"] = strip_ansi(data["text/plain"])
        output.data, output.metadata = nbformat.NotebookNode(data), nbformat.NotebookNode()
    return output


def cleaned(html: str, name: str = "Table") -> str:
    """Clean a piece of HTML; its tables get headers that say what they head, and scroll alone."""
    known = DROPPED.sub("", html)  # what this misses, bleach shows as text
    clean = bleach.clean(known, tags=TAGS, attributes=ATTRIBUTES, protocols={"https", "http"})
    soup = BeautifulSoup(clean, "html.parser")
    for table in soup("table"):
        _shape(table, name, soup)
    for link in soup("a", href=True):
        inside = LINK.fullmatch(link["href"])
        if inside:
            link["href"] = f"{inside[1]}.html{inside[2] or ''}"
        else:
            link["rel"] = "noreferrer"
    return str(soup)


def _shape(table: Tag, name: str, soup: BeautifulSoup) -> None:
    """Say what each header cell heads, align numbers, and let the table scroll on its own."""
    head, bodies = table.find("thead"), table("tbody")
    if head:
        _merge_header(head)
        for cell in head("th"):
            cell["scope"] = "col"
    for cell in (cell for part in bodies for cell in part("th")):
        cell["scope"] = "row"
    for cell in table("th"):
        if not cell.get_text(strip=True):
            cell.name = "td"
            del cell["scope"]
    if head and not head("th"):
        head.decompose()
        head = None
    for cell in (cell for part in bodies for cell in part("td")):
        cell["class"] = "long" if len(cell.get_text(strip=True)) > LONG else "short"
    if head and not table(rowspan=True) and not table(colspan=True):
        _align(head, bodies)
    wide = soup.new_tag("div", attrs={"class": "wide", "tabindex": "0", "role": "region"})
    wide["aria-label"] = f"{name}, scrolls sideways"
    table.wrap(wide)


def _merge_header(head: Tag) -> None:
    """pandas writes the name of an index in a row of its own below the columns' names: make it one."""
    rows = [row.find_all("th") for row in head("tr")]
    if len(rows) == 2 and len(rows[0]) == len(rows[1]):
        (corner, *_), (index, *rest) = rows
        if not any(cell.get_text(strip=True) for cell in rest):
            corner.string = index.get_text(strip=True) or corner.get_text(strip=True)
            head("tr")[1].decompose()


def _align(head: Tag, bodies: list[Tag]) -> None:
    """Set columns of numbers to the right, with their names."""
    rows = [row.find_all(["th", "td"]) for part in bodies for row in part("tr")]
    names = head("tr")[-1].find_all(["th", "td"])
    for column, name in enumerate(names):
        cells = [row[column] for row in rows if column < len(row)]
        texts = [cell.get_text(strip=True) for cell in cells]
        if any(texts) and all(NUMBER.fullmatch(text) for text in texts if text):
            for cell in [name, *cells]:
                cell["class"] = "number"
