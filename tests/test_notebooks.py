"""What a reader on a code host may count on in every committed notebook.

Each rule is a function from a notebook (as JSON) to what breaks it, so that it can be tried on a
broken one as well.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).resolve().parents[1]
PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LEDGER = ROOT / "data/raw/article/2026-03-10/claims.csv"
FORMATS = ("png", "svg", "csv", "json")
LONGEST_CELL = 13  # lines
NETWORK = {"aiohttp", "ftplib", "http", "httpx", "huggingface_hub", "requests", "socket", "ssl", "urllib", "urllib3",
           "webbrowser"}  # fmt: skip
FILES = {"Path", "glob", "open", "read_csv", "read_json", "read_parquet", "read_text", "savefig", "to_csv",
         "to_parquet", "write_text"}  # fmt: skip
CLOCK = {"now", "today", "utcnow", "time", "monotonic", "perf_counter"}
DRAWN = re.compile(r"<(Axes|Figure|matplotlib)\b|^Text\(|^\[?<matplotlib|^Figure\(")

# Numbers that prose may hold beside those that the article prints: each is a definition and no result.
DEFINITIONS = {
    "30-day": "what the Hub counts",
    "0": "lower end of the Herfindahl-Hirschman index",
    "10,000": "upper end of the Herfindahl-Hirschman index",
    "1,800": "where the US merger guidelines begin to call a market highly concentrated",
}
MONTHS = (
    "January February March April May June July August September October November December".split()
)
NUMBER = re.compile(r"\d[\d,.]*\d(?:-day)?|\d(?:-day)?")


def code(notebook: dict) -> Iterator[tuple[int, dict, str]]:
    """Number, cell and source of every code cell."""
    for number, cell in enumerate(notebook["cells"], start=1):
        if cell["cell_type"] == "code":
            yield number, cell, "".join(cell["source"])


def nodes(notebook: dict) -> Iterator[tuple[int, ast.AST]]:
    for number, _, source in code(notebook):
        for node in ast.walk(ast.parse(source)):
            yield number, node


def outputs(notebook: dict) -> Iterator[tuple[int, dict]]:
    for number, cell, _ in code(notebook):
        for output in cell["outputs"]:
            yield number, output


def parameters_cells(notebook: dict) -> list[str]:
    found = [n for n, cell, _ in code(notebook) if "parameters" in cell["metadata"].get("tags", [])]
    return [] if len(found) == 1 else [f"wanted one parameters cell, found {len(found)}"]


def long_cells(notebook: dict) -> list[str]:
    lengths = {
        n: len("".join(c["source"]).splitlines()) for n, c in enumerate(notebook["cells"], start=1)
    }
    return [f"cell {n}: {length} lines" for n, length in lengths.items() if length > LONGEST_CELL]


def file_access(notebook: dict) -> list[str]:
    found = []
    for number, node in nodes(notebook):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            found += [f"cell {number}: {name}(…)"] * (name in FILES)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            path = re.match(
                r"\.{1,2}/|~/|/\w|\w:\\|\w+/.*\.(csv|json|parquet|png|svg)$", node.value
            )
            found += [f"cell {number}: {node.value!r}"] * bool(path)
    return found


def network(notebook: dict) -> list[str]:
    found = []
    for number, node in nodes(notebook):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        found += [f"cell {number}: {name}" for name in names if name.split(".")[0] in NETWORK]
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "://" in node.value:
            found.append(f"cell {number}: {node.value!r}")
    return found


def clock(notebook: dict) -> list[str]:
    return [
        f"cell {number}: .{node.attr}"
        for number, node in nodes(notebook)
        if isinstance(node, ast.Attribute) and node.attr in CLOCK
    ]


def broad_excepts(notebook: dict) -> list[str]:
    broad = {"None", "Exception", "BaseException"}
    found = []
    for number, node in nodes(notebook):
        if isinstance(node, ast.ExceptHandler):
            caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            names = [ast.unparse(c) if c else "None" for c in caught]
            found += [f"cell {number}: except {name}" for name in names if name in broad]
    return found


def runner_traces(notebook: dict) -> list[str]:
    found = ["papermill in the notebook's metadata"] * ("papermill" in notebook["metadata"])
    for number, cell in enumerate(notebook["cells"], start=1):
        tags = set(cell["metadata"].get("tags", []))
        found += [f"cell {number}: papermill in its metadata"] * ("papermill" in cell["metadata"])
        found += [f"cell {number}: {tag}" for tag in sorted(tags - {"parameters"})]
    return found


def other_kernel(notebook: dict) -> list[str]:
    kernel = notebook["metadata"].get("kernelspec", {}).get("name")
    return [] if kernel == "python3" else [f"kernelspec {kernel}"]


def not_executed(notebook: dict) -> list[str]:
    counts = [cell["execution_count"] for _, cell, _ in code(notebook)]
    wanted = list(range(1, len(counts) + 1))
    return [] if counts == wanted else [f"execution counts {counts}"]


def error_outputs(notebook: dict) -> list[str]:
    return [
        f"cell {number}: {output.get('name', output['output_type'])}"
        for number, output in outputs(notebook)
        if output.get("name") == "stderr" or output["output_type"] == "error"
    ]


def svg_outputs(notebook: dict) -> list[str]:
    return [
        f"cell {n}: svg"
        for n, output in outputs(notebook)
        if "image/svg+xml" in output.get("data", {})
    ]


def left_over_objects(notebook: dict) -> list[str]:
    """Axes, figures and texts of matplotlib shown by name because they were the last expression."""
    found = []
    for number, output in outputs(notebook):
        shown = "".join(output.get("data", {}).get("text/plain", ""))
        if output["output_type"] == "execute_result" and DRAWN.search(shown):
            found.append(f"cell {number}: {shown[:40]}")
    return found


def allowed_numbers(ledger: Path) -> set[str]:
    """Numbers that the article prints, as it prints them."""
    printed = pd.read_csv(ledger, dtype="str", keep_default_na=False)["printed"]
    return {number for text in printed for number in NUMBER.findall(text)}


def typed_numbers(notebook: dict) -> list[str]:
    """Numbers in prose that are neither printed by the article, nor a date, nor a definition.

    Headings, words in backticks and list markers do not count. A year is 2016 to 2035; a day counts
    only where a month follows.
    """
    allowed = allowed_numbers(LEDGER) | set(DEFINITIONS)
    found = []
    for number, cell in enumerate(notebook["cells"], start=1):
        if cell["cell_type"] != "markdown":
            continue
        for line in "".join(cell["source"]).splitlines():
            text = "" if line.startswith("#") else re.sub(r"`[^`]*`", "", line)
            text = re.sub(rf"\b\d{{1,2}} (?={'|'.join(MONTHS)})", "", text)
            for token in NUMBER.findall(text):
                year = re.fullmatch(r"20(1[6-9]|2\d|3[0-5])", token)
                if token not in allowed and not year:
                    found.append(f"cell {number}: {token}")
    return found


def typed_evidence(notebook: dict) -> list[str]:
    """Evidence is computed from rows: neither its value nor its days may be typed."""
    return [
        f"cell {number}: {keyword.arg}={ast.unparse(keyword.value)} typed in run.evidence"
        for number, node in nodes(notebook)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "run.evidence"
        for keyword in node.keywords
        if keyword.arg in ("value", "as_of") and _typed(keyword.value)
    ]


def _typed(node: ast.AST) -> bool:
    try:
        return ast.literal_eval(node) is not None
    except ValueError:
        return False


def figure_calls(notebook: dict) -> list[str]:
    """Ids of the figures that the notebook hands over."""
    return [
        node.args[0].value
        for _, node in nodes(notebook)
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "export"
    ]


RULES = [parameters_cells, long_cells, file_access, network, clock, broad_excepts, runner_traces, other_kernel,
         not_executed, error_outputs, svg_outputs, left_over_objects, typed_numbers, typed_evidence]  # fmt: skip


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_committed_notebook_keeps_the_rule_on(path, rule):
    assert rule(json.loads(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_every_figure_of_a_notebook_stands_in_all_four_formats(path):
    names = figure_calls(json.loads(path.read_text(encoding="utf-8")))
    wanted = [f"{name}.{kind}" for name in names for kind in FORMATS]
    assert wanted, "a notebook without a figure"
    assert [file for file in wanted if not (ROOT / "figures" / file).is_file()] == []


def test_every_file_in_figures_belongs_to_a_notebook():
    notebooks = [json.loads(path.read_text(encoding="utf-8")) for path in PATHS]
    wanted = {f"{name}.{kind}" for nb in notebooks for name in figure_calls(nb) for kind in FORMATS}
    assert {file.name for file in (ROOT / "figures").iterdir()} == wanted


def broken(source: str = "", kind: str = "code", **cell: object) -> dict:
    """A notebook of one cell that breaks a rule."""
    usual = {
        "cell_type": kind,
        "source": source,
        "metadata": {},
        "outputs": [],
        "execution_count": 1,
    }
    return {"cells": [usual | cell], "metadata": {"kernelspec": {"name": "python3"}}}


def result(text: str, **data: str) -> list[dict]:
    return [{"output_type": "execute_result", "data": {"text/plain": text} | data}]


PROSE = (
    "# 17 models of 99\n- In 2024 `x = 5` and on 10 March 2026, 17 percent or $2.31 billion, 30-day, 10,000.\n"
    "- But 536 models, 1.5 points, 17.1 percent, 2041, 7-day and 900,000."
)
TRACED = {"tags": ["parameters", "injected-parameters"], "papermill": {}}
BROKEN = [
    (parameters_cells, broken(), ["wanted one parameters cell, found 0"]),
    (long_cells, broken("x\n" * 14), ["cell 1: 14 lines"]),
    (long_cells, broken("x\n" * 14, kind="markdown"), ["cell 1: 14 lines"]),
    (file_access, broken("open(a)\npd.read_csv(b)"), ["cell 1: open(…)", "cell 1: read_csv(…)"]),
    (file_access, broken("f('../data')\nf('figures/a.png')\nf('/tmp/x')\nf('article/2026-03-10')"),
     ["cell 1: '../data'", "cell 1: 'figures/a.png'", "cell 1: '/tmp/x'"]),
    (network, broken("import os, urllib.request\nfrom requests import get"), ["cell 1: urllib.request", "cell 1: requests"]),
    (network, broken("f('https://example.org')"), ["cell 1: 'https://example.org'"]),
    (clock, broken("pd.Timestamp.now()\ndatetime.date.today()"), ["cell 1: .now", "cell 1: .today"]),
    (broad_excepts, broken("try:\n    x\nexcept KeyError:\n    y\nexcept (ValueError, Exception):\n    z\nexcept:\n    z"),
     ["cell 1: except Exception", "cell 1: except None"]),
    (runner_traces, broken(metadata=TRACED), ["cell 1: papermill in its metadata", "cell 1: injected-parameters"]),
    (other_kernel, {"cells": [], "metadata": {"kernelspec": {"name": "airace"}}}, ["kernelspec airace"]),
    (not_executed, broken(execution_count=None), ["execution counts [None]"]),
    (not_executed, broken(execution_count=2), ["execution counts [2]"]),
    (error_outputs, broken(outputs=[{"output_type": "stream", "name": "stderr"}, {"output_type": "error"}]),
     ["cell 1: stderr", "cell 1: error"]),
    (svg_outputs, broken(outputs=[{"output_type": "display_data", "data": {"image/svg+xml": "<svg/>"}}]), ["cell 1: svg"]),
    (left_over_objects, broken(outputs=result("<Axes: title={'left': 'x'}>")), ["cell 1: <Axes: title={'left': 'x'}>"]),
    (left_over_objects, broken(outputs=result("<Figure size 1440x640 with 1 Axes>")),
     ["cell 1: <Figure size 1440x640 with 1 Axes>"]),
    (left_over_objects, broken(outputs=result("Text(0.5, 1.0, 'Sizes')")), ["cell 1: Text(0.5, 1.0, 'Sizes')"]),
    (left_over_objects, broken(outputs=result("[<matplotlib.lines.Line2D at 0x7f>]")),
     ["cell 1: [<matplotlib.lines.Line2D at 0x7f>]"]),
    (typed_numbers, broken(PROSE, kind="markdown"),
     [f"cell 1: {n}" for n in ("536", "1.5", "17.1", "2041", "7-day", "900,000")]),
    (typed_evidence, broken("run.evidence('a', rows, 'f', value=1300, as_of=('2026-02-28', '2026-02-28'))"),
     ["cell 1: value=1300 typed in run.evidence",
      "cell 1: as_of=('2026-02-28', '2026-02-28') typed in run.evidence"]),
]  # fmt: skip


@pytest.mark.parametrize(
    "rule, notebook, found", BROKEN, ids=[rule.__name__ for rule, *_ in BROKEN]
)
def test_a_notebook_that_breaks_a_rule_is_found(rule, notebook, found):
    assert rule(notebook) == found


def test_every_rule_is_tried_on_a_broken_notebook():
    assert {rule for rule, *_ in BROKEN} == set(RULES)


def test_an_image_and_a_table_are_what_a_notebook_may_show():
    table = result("   share\n0   17.1", **{"text/html": "<table><th>Figure</th></table>"})
    image = result("<IPython.core.display.Image object>", **{"image/png": "iVBO"})
    assert left_over_objects(broken(outputs=table + image)) == []
