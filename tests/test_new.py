"""What a reader starts of their own: a figure, a snapshot from a CSV, a printed statement."""

from __future__ import annotations

import ast
import builtins
import json
import os
import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import frictionless
import nbformat
import pandas as pd
import pytest
import test_notebooks
from click.testing import CliRunner

from airace import (
    atomic,
    claims,
    cli,
    draw_plain,
    draw_scorecard,
    figures,
    lineage,
    notebooks,
    outputs,
    parameters,
    paths,
    scorecard,
    snapshots,
    style,
)  # fmt: skip
from airace.errors import FigureError, RequestError
from airace.new import book, columns, description, evidence, names, slices
from airace.new import cli as new_cli
from airace.new import figure as new_figure

ROOT = Path(__file__).resolve().parents[1]
LEDGER = "article/2026-03-10"
COPIED = ["article", "market_size"]  # topics that tests write to, or look at as a reader does
PRICES = """\
Provider,Country,Month,Price (USD)
Lambda,USA,2026-01-31,2.99
Alibaba Cloud,China,2026-01-31,1.74
Naver Cloud,South Korea,2026-02-28,3.12
CoreWeave,USA,2026-02-28,
"""
SAID = {
    "--topic": "gpu_prices", "--as-of": "2026-02-28", "--title": "Prices of rented GPUs",
    "--source-title": "GPU price index", "--publisher": "Example Institute",
    "--url": "https://example.org/prices", "--published": "2026-02-28", "--licence": "CC-BY-4.0",
}  # fmt: skip
PRICE = ("--describe", "price_usd=US dollars for an hour of one GPU")
STATED = {
    "--notebook": "02-model-share", "--section": "scale", "--kind": "number", "--value": "2",
    "--statement": "An hour of a rented GPU costs two dollars.", "--printed": "2 dollars",
    "--unit": "USD", "--bound": "around", "--geography": "USA", "--subject": "GPUs",
}  # fmt: skip


@pytest.fixture
def repository(tmp_path, monkeypatch) -> Path:
    """A repository of its own: every notebook and every snapshot, nothing built."""
    root = tmp_path / "repo"
    (root / "data" / "raw").mkdir(parents=True)
    (root / "figures").mkdir()
    shutil.copytree(ROOT / "notebooks", root / "notebooks")
    for topic in (ROOT / "data" / "raw").iterdir():
        place = root / "data" / "raw" / topic.name
        shutil.copytree(topic, place) if topic.name in COPIED else place.symlink_to(topic)
    shutil.copy(ROOT / "requirements.lock", root)
    monkeypatch.setenv("AIRACE_ROOT", str(root))
    monkeypatch.setattr(snapshots, "opened", {})
    monkeypatch.setattr(snapshots, "listed", {})
    monkeypatch.chdir(root)
    return root


def airace(*arguments: str) -> SimpleNamespace:
    done = CliRunner().invoke(cli.main, arguments)
    assert isinstance(done.exception, SystemExit | None), done.exc_info
    return done


def said(options: dict[str, str], **changed: str | None) -> list[str]:
    """Options as on the command line; a keyword changes one, None leaves it out."""
    options = options | {f"--{name.replace('_', '-')}": text for name, text in changed.items()}
    return [part for pair in options.items() if pair[1] is not None for part in pair]


def csv_file(root: Path, text: str | bytes, name: str = "prices.csv") -> str:
    file = root / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(file)


def take(
    root: Path, text: str | bytes = PRICES, *more: str, **changed: str | None
) -> SimpleNamespace:
    may = () if "--cite-only" in more else ("--republish",)
    return airace("new", "snapshot", csv_file(root, text), *said(SAID, **changed), *may, *more)


def state(root: Path) -> dict[str, bytes]:
    """Every file of notebooks/ and of the folders of data/raw that tests write to."""
    files = [f for f in root.rglob("*") if f.is_file() and not f.is_symlink()]
    kept = ("notebooks", "data")
    return {str(f): f.read_bytes() for f in files if f.relative_to(root).parts[0] in kept}


def assert_refused(root: Path, text: str, *arguments: str) -> None:
    """The command says exactly this, with exit code 2, and writes nothing."""
    before = state(root)
    done = airace(*arguments)
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", f"airace: {text}\n")
    assert state(root) == before


# --- a figure from a figure ---------------------------------------------------------------------


def sources() -> list[str]:
    """Every figure, and every notebook by its own name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRACE_ROOT", str(ROOT))
        return [*outputs.figure_ids(), *notebooks.names()]


def unbound(notebook: str) -> set[str]:
    """Names that a notebook's code reads and nothing in it gives."""
    given, used = set(vars(builtins)), set()
    for cell in notebooks.code(notebook):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Name):
                (used if isinstance(node.ctx, ast.Load) else given).add(node.id)
            elif isinstance(node, ast.alias):
                given.add(node.asname or node.name.partition(".")[0])
            elif isinstance(node, ast.arg):
                given.add(node.arg)
    return used - given


@pytest.mark.parametrize("source", sources())
def test_from_every_figure_and_notebook_comes_a_small_notebook_that_keeps_the_rules(
    repository, source
):
    done = airace("new", "figure", "my-question", "--from", source)
    assert (done.exit_code, done.stderr) == (0, "")
    name = notebooks.names()[-1]
    made = json.loads(paths.notebook(name).read_text(encoding="utf-8"))
    nbformat.validate(nbformat.from_dict(made))
    rules = [rule for rule in test_notebooks.RULES if rule is not test_notebooks.not_executed]
    assert {rule.__name__: found for rule in rules if (found := rule(made))} == {}
    assert unbound(name) == set()
    assert set(outputs.promised(name)) == {
        *(f"figures/my-question.{kind}" for kind in test_notebooks.FORMATS),
        "processed/my_question.csv",
    }
    outputs.owners()  # every figure and table has one notebook
    code = {s: len("\n".join(c.source for c in notebooks.code(s))) for s in notebooks.names()}
    assert code[name] < code[outputs.notebook_of(source)]
    used = {n.id for c in notebooks.code(name) if parameters.TAG not in c.tags
            for n in ast.walk(ast.parse(c.source)) if isinstance(n, ast.Name)}  # fmt: skip
    assert set(parameters.read(name)) <= used
    assert lineage.of_figure(name, "my-question").cells


@pytest.mark.parametrize("source", ["00-overview", "share-monthly", "release-gaps"])
def test_a_notebook_from_a_figure_builds_at_once_and_draws_the_same(repository, source):
    if source == "00-overview":
        shutil.copytree(ROOT / "data" / "processed", repository / "data" / "processed")
    assert airace("new", "figure", "my-question", "--from", source).exit_code == 0
    done = airace("build", notebooks.names()[-1])
    assert (done.exit_code, done.stdout) == (0, "figures/my-question.png\n"), done.stderr
    drawn = (repository / "figures" / "my-question.csv").read_bytes()
    known = {"00-overview": "scorecard"}.get(source, source)
    assert drawn == (ROOT / "figures" / f"{known}.csv").read_bytes()
    assert (repository / "data" / "processed" / "my_question.csv").read_bytes() == drawn


def test_the_number_is_the_next_above_the_highest(repository):
    paths.notebook("04-capability-gap").rename(paths.notebook("41-capability-gap"))
    done = airace("new", "figure", "my-question", "--from", "market-sizes")
    assert done.stdout.startswith(
        "notebooks/42-my-question.ipynb: figure my-question, as market-sizes of 03-market-size, "
    )


def test_above_99_no_notebook_is_made(repository):
    paths.notebook("04-capability-gap").rename(paths.notebook("99-capability-gap"))
    text = "wanted a free number for the notebook, 01 to 99\n  found: 99 is taken"
    assert_refused(repository, text, "new", "figure", "my-question", "--from", "market-sizes")


NAMES = {
    "My Question": "my-question",
    "my_question": "my-question",
    "two--words": "two-words",
    "gpu-2026": "gpu",
    "Größe": "grosse",
    "질문": "my-question",
    "../../etc/passwd": "etc-passwd",
    "": "my-question",
}


@pytest.mark.parametrize("name, nearest", NAMES.items())
def test_a_name_that_is_not_allowed_is_refused_with_the_nearest_that_is(repository, name, nearest):
    text = (
        f"wanted the name of a figure of lower-case letters, words joined by '-', got {name!r}\n"
        f"  found: did you mean {nearest!r}?"
    )
    assert_refused(repository, text, "new", "figure", name, "--from", "market-sizes")


TAKEN = {
    "market-size": "notebooks/03-market-size.ipynb",
    "share-published": "data/processed/share_published.csv, figures/share-published.png",
    "market-breaks": "data/processed/market_breaks.csv",
}


@pytest.mark.parametrize("name, file", TAKEN.items())
def test_a_name_that_a_notebook_a_figure_or_a_table_has_is_refused(repository, name, file):
    text = (
        f"wanted a new name, {name!r} is taken: nothing is overwritten\n  found: {file}\n"
        "  next: choose another name"
    )
    assert_refused(repository, text, "new", "figure", name, "--from", "market-sizes")


def test_a_second_notebook_of_the_same_name_is_refused(repository):
    airace("new", "figure", "my-question", "--from", "market-sizes")
    done = airace("new", "figure", "my-question", "--from", "share-monthly")
    assert done.exit_code == 2 and "notebooks/13-my-question.ipynb" in done.stderr


def test_an_unknown_source_is_refused_with_the_nearest(repository):
    done = airace("new", "figure", "my-question", "--from", "02-model-shares")
    assert done.exit_code == 2
    assert "wanted a notebook or a figure, got '02-model-shares'" in done.stderr
    assert "did you mean '02-model-share'?" in done.stderr


@pytest.mark.parametrize(
    "options, found",
    [([], "neither"), (["--from", "market-sizes", "--snapshot", "market_size/2026-03-06"], "both")],
)
def test_a_figure_starts_from_a_figure_or_a_snapshot(repository, options, found):
    text = f"wanted --from or --snapshot\n  found: {found}\n  next: airace new figure --help"
    assert_refused(repository, text, "new", "figure", "my-question", *options)


def write_notebook(root: Path, *cells: str) -> str:
    made = [nbformat.v4.new_code_cell("", metadata={"tags": ["parameters"]})]
    made += [nbformat.v4.new_code_cell(cell) for cell in cells]
    nbformat.write(nbformat.v4.new_notebook(cells=made), root / "notebooks" / "20-own.ipynb")
    return "20-own"


START = f'from airace.run import start\nrun = start("20-own", "{LEDGER}")'
EXPORT = 'run.export("own", figure, data, "alt")'


def sliced(root: Path, *cells: str) -> list[str]:
    return [s.text for s in slices.of_figure(write_notebook(root, START, *cells), "own").statements]


def test_what_a_later_statement_replaces_does_not_come_along(repository):
    cells = ("data = 1", "data = 2\nfigure = data", EXPORT)
    assert sliced(repository, *cells) == ["data = 2", "figure = data"]


def test_what_is_changed_and_not_replaced_comes_along_with_what_it_was(repository):
    cells = (
        "data = {}",
        "data[1] = 2",
        "found = []\nfound.append(3)",
        "data.update(found)",
        "figure = 0",
    )
    assert sliced(repository, *cells, EXPORT) == [
        "data = {}", "data[1] = 2", "found = []", "found.append(3)", "data.update(found)", "figure = 0",
    ]  # fmt: skip


def test_a_name_in_the_text_of_a_query_comes_along(repository):
    cells = (
        'names = ["China"]\nother = 5',
        'data = table().query("country in @names")\nfigure = 0',
    )
    assert sliced(repository, *cells, EXPORT) == ['names = ["China"]', *cells[1].splitlines()]


def test_a_function_a_loop_and_a_comment_come_along_whole(repository):
    loop = "# by year\nfor year in (1, 2):\n    data[year] = twice(year)  # both"
    function = "def twice(x):\n    return 2 * x"
    cells = (f"print(1)\ndata = {{}}\n{function}", f"figure = 3\n{loop}\ndata", EXPORT)
    assert sliced(repository, *cells) == ["data = {}", function, "figure = 3", loop]


REFUSED_SOURCES = {
    'data = run.table("own", 1)\nfigure = 0': "20-own, cell 3: wanted run.table(…) as a statement of "
    "its own\n  found: data = run.table('own', 1)",
    "data = 1\nfigure = 0\n%matplotlib inline": "20-own, cell 3, line 3: wanted Python\n"
    "  found: invalid syntax",
}


@pytest.mark.parametrize("cell, text", REFUSED_SOURCES.items())
def test_code_from_which_nothing_can_be_taken_is_refused_with_its_cell(repository, cell, text):
    source = write_notebook(repository, START, EXPORT, cell, EXPORT)
    if "matplotlib" in cell:
        with pytest.raises(RequestError) as refused:
            slices.of_figure(source, "own")
        assert str(refused.value) == text.replace("cell 3", "cell 4")
        return
    (repository / "notebooks" / "20-own.ipynb").unlink()
    source = write_notebook(repository, START, cell, EXPORT)
    with pytest.raises(RequestError) as refused:
        slices.of_figure(source, "own")
    assert str(refused.value) == text


@pytest.mark.parametrize(
    "export",
    [
        'if data:\n    run.export("own", figure, data, "alt")',
        'run.export("own", figure, data, alt="alt")',
    ],
)
def test_an_export_in_another_form_is_refused(repository, export):
    source = write_notebook(repository, START, "data = figure = 1", export)
    with pytest.raises(RequestError) as refused:
        slices.of_figure(source, "own")
    assert str(refused.value) == (
        '20-own: wanted run.export("own", figure, data, alt) as a statement of its own\n'
        "  found: in cell 4, another form"
    )


def test_a_notebook_that_reads_the_verdicts_offers_no_place_for_evidence(repository):
    airace("new", "figure", "my-question", "--from", "scorecard")
    airace("new", "figure", "other-question", "--from", "market-sizes")
    texts = {n: "\n".join(c.source for c in notebooks.cells(n)) for n in notebooks.names()[-2:]}
    assert book.READS in texts["13-my-question"] and "run.evidence" not in texts["13-my-question"]
    assert 'run.evidence("STATEMENT_ID", rows, "other-question"' in texts["14-other-question"]
    assert [n for n in notebooks.names() if notebooks.reads_verdicts(n)] == [
        "00-overview", "13-my-question",
    ]  # fmt: skip


# --- a snapshot from a CSV ----------------------------------------------------------------------


def test_a_csv_becomes_a_snapshot_that_passes_here_and_by_the_standard(repository):
    done = take(repository, PRICES, *PRICE)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.splitlines()[:6] == [
        "data/raw/gpu_prices/2026-02-28: 4 rows of prices.csv",
        "  row_id: string; added",
        "  provider (in the file: 'Provider'): string; Provider, as the source has it",
        "  country (in the file: 'Country'): string; Country, as the source has it",
        "  month (in the file: 'Month'): date; Month, as the source has it",
        "  price_usd (in the file: 'Price (USD)'): number; US dollars for an hour of one GPU",
    ]
    snapshot_id = "gpu_prices/2026-02-28"
    assert airace("data", "verify", snapshot_id).exit_code == 0
    report = frictionless.validate(str(paths.snapshot(snapshot_id) / "datapackage.json"))
    assert report.flatten(["type"]) == []
    table = snapshots.load(snapshot_id)
    assert table["row"].tolist() == ["r001", "r002", "r003", "r004"]
    assert table["price_usd"].isna().tolist() == [False, False, False, True]
    assert set(table["source_url"]) == {"https://example.org/prices"}
    assert set(table["confidence"]) == {"C"}
    assert (repository / "prices.csv").read_text() == PRICES


def test_the_description_says_all_that_a_committed_one_says(repository):
    take(repository, PRICES, *PRICE)
    package = snapshots.describe("gpu_prices/2026-02-28")
    committed = snapshots.describe("market_size/2026-03-06")
    assert set(committed) <= set(package)
    assert set(committed["resources"][0]) - {"futureStatus"} <= set(package["resources"][0])
    assert package["sources"] == [
        {
            "title": "GPU price index", "publisher": "Example Institute",
            "url": "https://example.org/prices", "published": "2026-02-28",
            "retrieved": "2026-02-28", "licence": "CC-BY-4.0",
        }
    ]  # fmt: skip
    fields = {f["name"]: f for f in package["resources"][0]["schema"]["fields"]}
    assert fields["provider"]["constraints"] == {"required": True}
    assert fields["price_usd"]["constraints"] == {}
    assert fields["month"]["asOf"] and fields["published"]["asOf"]
    assert fields["price_usd"]["title"] == "Price (USD)"


def test_all_that_is_not_said_is_asked_for_at_once_and_no_licence_is_guessed(repository):
    file = csv_file(repository, PRICES)
    text = "\n  ".join(
        [
            "wanted what only you can know; not given:",
            "--as-of: the latest day that the table describes, or its publication if that is later",
            "--licence: the licence that it states, as CC-BY-4.0; none where it states none",
            "--republish if that licence lets you pass the table on, else --cite-only",
        ]
    )
    options = said(SAID, licence=None, as_of=None)
    assert_refused(repository, text, "new", "snapshot", file, *options)


OPTIONS = {
    "licence": {
        "CC-BY": "wanted a known licence, got 'CC-BY'\n  found: did you mean 'CC-BY-4.0'?\n"
        f"  choices: {', '.join([*description.LICENCES, 'none'])}\n"
        "  next: for another one: a name without blanks, and --licence-url with its address",
        "none": "wanted --cite-only: under this licence a table may not be passed on\n"
        "  found: --republish with --licence none",
        "CC-BY-ND-4.0": "wanted --cite-only: under this licence a table may not be passed on\n"
        "  found: --republish with --licence CC-BY-ND-4.0",
    },
    "as_of": {
        "2026-2-28": "wanted --as-of as a day, YYYY-MM-DD\n  found: '2026-2-28'",
        "2026-02-30": "wanted --as-of as a day, YYYY-MM-DD\n  found: '2026-02-30'",
        "2026-02-27": "wanted --published up to the snapshot's own day, 2026-02-27\n  found: 2026-02-28",
    },
    "published": {
        "28.2.2026": "wanted --published as year, month or day: 2026, 2026-03 or 2026-03-31\n"
        "  found: '28.2.2026'",
    },
    "url": {"http://example.org": "wanted --url with https://\n  found: 'http://example.org'"},
    "topic": {
        "GPU prices": "wanted a topic of lower-case letters and digits, words joined by '_', got "
        "'GPU prices'\n  found: did you mean 'gpu_prices'?",
        "2026_prices": "wanted a topic of lower-case letters and digits, words joined by '_', got "
        "'2026_prices'\n  found: did you mean 'prices'?",
        "../raw": "wanted a topic of lower-case letters and digits, words joined by '_', got '../raw'\n"
        "  found: did you mean 'raw'?",
        "live": "wanted a topic of your own\n  found: 'live', which is kept for listings of the Hub",
    },
}  # fmt: skip


@pytest.mark.parametrize(
    "option, value, text", [(o, v, t) for o, found in OPTIONS.items() for v, t in found.items()]
)
def test_an_option_that_is_not_allowed_is_refused(repository, option, value, text):
    file = csv_file(repository, PRICES)
    options = [*said(SAID, **{option: value}), "--republish", *PRICE]
    assert_refused(repository, text, "new", "snapshot", file, *options)


def test_a_table_without_a_licence_may_be_cited_and_says_so(repository):
    done = take(repository, PRICES, *PRICE, "--cite-only", licence="none")
    assert done.exit_code == 0 and "cite only: keep single figures that you use" in done.stdout
    package = snapshots.describe("gpu_prices/2026-02-28")
    assert package["republish"] is False
    assert package["licenses"][0]["name"] == "none-stated"
    assert package["sources"][0]["licence"].endswith("single figures are cited")


def test_an_unknown_licence_needs_its_address(repository):
    done = take(
        repository, PRICES, *PRICE, "--licence-url", "https://example.org/terms", licence="OGL-3"
    )
    assert done.exit_code == 0
    assert snapshots.describe("gpu_prices/2026-02-28")["licenses"] == [
        {"name": "OGL-3", "title": "OGL-3", "path": "https://example.org/terms"}
    ]


def test_a_number_without_a_unit_is_refused_with_the_option_to_type(repository):
    text = (
        "wanted a description of every column of numbers: what is counted, in which unit\n"
        "  found: none of price_usd\n"
        '  next: --describe "price_usd=WHAT, IN WHICH UNIT"'
    )
    file = csv_file(repository, PRICES)
    assert_refused(repository, text, "new", "snapshot", file, *said(SAID), "--republish")


def test_a_column_may_be_named_as_in_the_file(repository):
    done = take(repository, PRICES, "--describe", "Price (USD)=US dollars for an hour of one GPU")
    assert (done.exit_code, done.stderr) == (0, "")


@pytest.mark.parametrize("option", ["--describe", "--type", "--later", "--key"])
def test_an_option_for_a_column_that_is_not_there_names_the_nearest(repository, option):
    value = {"--describe": "prize_usd=x", "--type": "prize_usd=string"}.get(option, "prize_usd")
    text = (
        f"wanted a column of prices.csv in {option}, got 'prize_usd'\n"
        "  found: did you mean 'price_usd'?\n  choices: provider, country, month, price_usd"
    )
    file = csv_file(repository, PRICES)
    assert_refused(
        repository, text, "new", "snapshot", file, *said(SAID), "--republish", option, value
    )


def test_a_snapshot_that_exists_is_not_overwritten(repository):
    take(repository, PRICES, *PRICE)
    file = csv_file(repository, PRICES.replace("2.99", "2.98"))
    text = (
        "a snapshot is never rewritten: data/raw/gpu_prices/2026-02-28 exists\n"
        "  next: if the table has changed, take it with the later day that it describes"
    )
    assert_refused(repository, text, "new", "snapshot", file, *said(SAID), "--republish", *PRICE)


def test_the_next_snapshot_of_a_topic_has_the_same_columns(repository):
    take(repository, PRICES, *PRICE)
    assert take(repository, PRICES, *PRICE, as_of="2026-03-05").exit_code == 0
    text = (
        "wanted the columns of gpu_prices/2026-03-05, as the next snapshot of the topic\n"
        "  found: different: region, country\n  next: choose another --topic for another table"
    )
    file = csv_file(repository, PRICES.replace("Country", "Region"))
    done = airace("new", "snapshot", file, *said(SAID, as_of="2026-03-06"), "--republish", *PRICE)
    assert (done.exit_code, sorted(done.stderr)) == (2, sorted(f"airace: {text}\n"))


def test_the_topic_of_the_ledger_takes_no_other_table(repository):
    done = take(repository, PRICES, *PRICE, topic="article")
    assert done.exit_code == 2 and "wanted the columns of article/2026-03-10" in done.stderr


def test_a_date_after_the_snapshots_own_is_refused_unless_it_may_lie_later(repository):
    text = PRICES.replace("2026-01-31", "2030-01-01", 1)
    done = take(repository, text, *PRICE)
    assert done.exit_code == 2
    assert "row 1 column month: expected a date up to the snapshot's own, 2026-02-28" in done.stderr
    assert not paths.topic("gpu_prices").exists()
    assert take(repository, text, *PRICE, "--later", "month").exit_code == 0


def test_a_row_that_stands_twice_is_refused_and_nothing_is_left_behind(repository):
    done = take(repository, PRICES + PRICES.splitlines()[1] + "\n", *PRICE)
    assert done.exit_code == 2
    assert "row 5 column row_id: expected a row that says more than an earlier one" in done.stderr
    assert not paths.topic("gpu_prices").exists()


def test_a_column_of_the_file_can_be_the_key(repository):
    assert take(repository, PRICES, *PRICE, "--key", "provider").exit_code == 0
    table = snapshots.load("gpu_prices/2026-02-28")
    assert table["row"].tolist() == ["Lambda", "Alibaba Cloud", "Naver Cloud", "CoreWeave"]
    assert "row_id" not in table


def test_a_key_that_names_no_single_row_is_refused_with_its_lines(repository):
    text = (
        "wanted a key that names each row of prices.csv:\n"
        "  line 5, column 'Country': expected a key, found 'USA' again\n"
        "  next: choose another --key, or none: row_id is added then"
    )
    file = csv_file(repository, PRICES)
    options = [*said(SAID), "--republish", *PRICE, "--key", "Country"]
    assert_refused(repository, text, "new", "snapshot", file, *options)


@pytest.mark.parametrize(
    "cell, found", [("", "nothing"), ("a; b", "'; ' in it"), ("a|b", "'|' in it")]
)
def test_a_key_that_the_trail_could_not_name_is_refused(repository, cell, found):
    done = take(repository, PRICES.replace("Lambda", cell), *PRICE, "--key", "provider")
    assert done.exit_code == 2
    assert f"line 2, column 'Provider': expected a key, found {found}\n" in done.stderr


def test_source_and_grade_of_each_row_are_kept_where_the_file_has_them(repository):
    text = (
        "name,amount,source_title,publisher,source_url,published,confidence\n"
        "a,1,One,P,https://example.org/1,2025,A\n"
        "b,2,Two,Q,https://example.org/2,2026-01-05,B\n"
    )
    assert take(repository, text, "--describe", "amount=pieces counted").exit_code == 0
    table = snapshots.load("gpu_prices/2026-02-28")
    assert table["confidence"].tolist() == ["A", "B"]
    named = {(s["title"], s["publisher"], s["url"], s["published"])
             for s in snapshots.sources("gpu_prices/2026-02-28")}  # fmt: skip
    assert named == {
        ("One", "P", "https://example.org/1", "2025"),
        ("Two", "Q", "https://example.org/2", "2026-01-05"),
    }


@pytest.mark.parametrize(
    "column, cell, problem",
    [
        ("confidence", "D", "column confidence: expected one of ['A', 'B', 'C'], found 'D'"),
        ("source_url", "http://example.org", "column source_url: expected text like"),
        ("published", "5.1.2026", "column published: expected text like"),
    ],
)
def test_a_source_or_grade_in_another_form_is_refused(repository, column, cell, problem):
    done = take(
        repository, f"name,amount,{column}\na,1,{cell}\n", "--describe", "amount=pieces counted"
    )
    assert done.exit_code == 2 and problem in done.stderr
    assert not paths.topic("gpu_prices").exists()


HEADER = "line 1, column"
BROKEN = {
    "an empty file": ("", "wanted a header and at least one row in prices.csv\n  found: an empty file"),
    "blank lines alone": ("\n\n\n", "wanted a header and at least one row in prices.csv\n"
                          "  found: an empty file"),
    "a header alone": ("a,b\n", "wanted at least one row in prices.csv\n  found: a header alone"),
    "no header": ("1,2\n3,4\n", f"{HEADER} 1: expected a name, found '1'\n  {HEADER} 2: expected a name, found '2'"),
    "years as columns": ("country,2019,2020\nUSA,1,2\n", f"{HEADER} 2: expected a name, found '2019'"),
    "an unnamed column": ("a,,c\n1,2,3\n", f"{HEADER} 2: expected a name, found nothing"),
    "a column twice": ("a,b,a\n1,2,3\n", f"{HEADER} 1: expected a name of its own, found 'a'\n"
                       f"  {HEADER} 3: expected a name of its own, found 'a'"),
    "columns that become one": ("A b,a_b\n1,2\n", f"{HEADER} 1: expected a name of its own, found 'A b'"),
    "a name that loading adds": ("Row,b\n1,2\n", f"{HEADER} 1: expected another name, loading adds 'row'"),
    "a name that the trail follows": ("inputs,b\n1,2\n", f"{HEADER} 1: expected another name, 'inputs' means"),
    "semicolons": ("a;b\n1;2\n", "wanted columns divided by ',' in prices.csv\n"
                   "  found: one column, 'a;b'\n  next: --delimiter ';'"),
    "tabs": ("a\tb\n1\t2\n", "found: one column, 'a\\tb'\n  next: --delimiter 'tab'"),
    "a short row": ("a,b\n1,2\n3\n", "line 3: expected 2 cells, found 1"),
    "a long row": ("a,b\n1,2,3\n", "line 2: expected 2 cells, found 3"),
    "a row of commas": ("a,b\n1,2\n,\n", "line 3: expected a value, found empty cells alone"),
    "an open quote": ('a,b\n1,"2\n3,4\n', "wanted rows of cells in prices.csv\n  found: line 2: unexpected end of data"),
    "a quote inside": ('a,b\n1,"2"x\n', "line 2: ',' expected after '\"'"),
    "a cell of 10 MB": ("a,b\nx," + "y" * 10_000_000 + "\n", "line 2: field larger than field limit (100000)"),
    "too large a file": ("a,b\n" + "1,2\n" * 5_000_000, "wanted at most 20,000,000 bytes in prices.csv\n"
                         "  found: 20,000,004"),
    "another encoding": ("a,b\nSeoul,1\nZürich,2\n".encode("latin-1"), "wanted UTF-8 in prices.csv\n"
                         "  found: the byte 0xfc in line 3\n  next: save it as \"CSV UTF-8\""),
    "UTF-16": ("a,b\n1,2\n".encode("utf-16"), "wanted UTF-8 in prices.csv\n  found: the byte 0xff in line 1"),
    "a zero byte": ("a,b\n1,\0\n", "wanted text in prices.csv\n  found: the character '\\x00' in line 2"),
    "a command to the terminal": ("a,b\n1,\x1b[2J\n", "the character '\\x1b' in line 2"),
    "a word among numbers": ("a,b\nx,1\ny,2\nz,few\n", "line 4, column 'b': expected a number as 1234.5, or "
                             "nothing where there is none, found 'few'"),
    "NaN": ("a,b\nx,1\ny,NaN\n", "line 3, column 'b': expected a number as 1234.5, or nothing where there is "
            "none, found 'NaN'"),
    "an infinite number": ("a,b\nx,1\ny,1e999\n", "line 3, column 'b': expected a number"),
    "a thousands separator": ('a,b\nx,"1,234"\ny,"5,678"\n', "line 2, column 'b': expected a number as 1234.5, or "
                              "nothing where there is none, found '1,234'"),
    "percent signs": ("a,b\nx,12%\ny,13 %\n", "line 2, column 'b': expected a number"),
    "currencies": ("a,b\nx,$5\ny,€6\n", "line 2, column 'b': expected a number"),
    "a huge integer": ("a,b\nx,1\ny,9007199254740993\n", "line 3, column 'b': expected an integer up to "
                       "9,007,199,254,740,992, found '9007199254740993'"),
    "a date in another form": ("a,b\nx,2025-03-04\ny,04/03/2025\n", "line 3, column 'b': expected a day as "
                               "2026-03-31, or nothing where there is none, found '04/03/2025'"),
    "dates that may be read in two ways": ("a,b\nx,03/04/2025\n", "line 2, column 'b': expected a day"),
    "a day that is none": ("a,b\nx,2025-02-30\ny,2025-02-28\n", "line 2, column 'b': expected a day"),
    "a column without a value": ("a,b\nx,\ny,\n", "column 'b': expected a value in at least one row, found none"),
}  # fmt: skip


@pytest.mark.parametrize("text, said_of_it", BROKEN.values(), ids=BROKEN)
def test_a_broken_csv_is_refused_with_line_and_column_and_nothing_is_written(
    repository, text, said_of_it
):
    before = state(repository)
    done = take(repository, text)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said_of_it in done.stderr
    assert state(repository) == before


def test_a_file_that_is_not_there_names_those_that_are(repository):
    csv_file(repository, PRICES)
    text = "wanted a CSV file, got 'price.csv'\n  found: no such file\n  choices: prices.csv"
    assert_refused(repository, text, "new", "snapshot", "price.csv", *said(SAID), "--republish")


def test_the_first_ten_doubts_are_told_and_the_rest_counted(repository):
    rows = [f"x{n},{n}\n" for n in range(20)] + [f"y{n},few\n" for n in range(12)]
    done = take(repository, "a,b\n" + "".join(rows))
    assert done.stderr.count("found 'few'") == 10 and "\n  and 2 more\n" in done.stderr
    assert (
        "next: correct the cells, or state that a column is text: --type COLUMN=string"
        in done.stderr
    )


READ = {
    "a byte order mark": ("\ufeffa,b\nx,1\n", [["x", 1]]),
    "Windows' line ends": ("a,b\r\nx,1\r\n", [["x", 1]]),
    "blanks around cells": ("a , b\n x , 1 \n", [["x", 1]]),
    "no last line end": ("a,b\nx,1", [["x", 1]]),
    "empty lines": ("a,b\n\nx,1\n\n\n", [["x", 1]]),
    "quotes, commas and line ends in cells": ('a,b\n"x, ""y""\nz",1\n', [['x, "y"\nz', 1]]),
    "markup and formulas": ("a,b\n<img src=x onerror=alert()>,1\n=cmd(),2\n",
                            [["<img src=x onerror=alert()>", 1], ["=cmd()", 2]]),
    "a country that looks like nothing": ("a,b\nNA,1\nnull,2\n", [["NA", 1], ["null", 2]]),
    "other scripts": ("나라,b\n한국,1\n", [["한국", 1]]),
}  # fmt: skip


@pytest.mark.parametrize("text, rows", READ.values(), ids=READ)
def test_what_can_be_read_for_certain_is_read(repository, text, rows):
    assert take(repository, text, "--describe", "b=pieces counted").exit_code == 0
    table = snapshots.load("gpu_prices/2026-02-28")
    assert table.iloc[:, 3:5].to_numpy().tolist() == rows
    fields = snapshots.describe("gpu_prices/2026-02-28")["resources"][0]["schema"]["fields"]
    assert [field["title"] for field in fields if "title" in field] == []


@pytest.mark.parametrize("option, mark", [(";", ";"), ("tab", "\t"), ("|", "|")])
def test_another_delimiter_is_read_where_it_is_named(repository, option, mark):
    text = f"a{mark}b\nx{mark}1\n"
    done = take(repository, text, "--delimiter", option, "--describe", "b=pieces counted")
    assert (done.exit_code, done.stderr) == (0, "")


KINDS = {
    "string": [
        ["a", "b"],
        ["007", "012"],
        ["2025-03", "2025-04"],
        ["few", "some", "1"],
        ["01", "2"],
    ],
    "integer": [["1", "-2"], ["+3", "0"], ["2019", "2020"]],
    "number": [["1.5", "2"], [".5", "-1e3"], ["0.10", "00.5"]],
    "boolean": [["true", "false"], ["TRUE", "False"]],
    "date": [["2026-03-10", "2024-02-29"]],
}


@pytest.mark.parametrize("kind, cells", [(k, c) for k, found in KINDS.items() for c in found])
def test_the_type_of_a_column_follows_from_its_cells(kind, cells):
    assert columns._settled(cells) == kind
    assert all(columns.FITS[kind](cell) for cell in cells)


def test_a_type_that_is_stated_settles_a_doubt(repository):
    text = "a,b\nx,1\ny,few\n"
    assert take(repository, text).exit_code == 2
    assert take(repository, text, "--type", "b=string").exit_code == 0
    assert snapshots.load("gpu_prices/2026-02-28")["b"].tolist() == ["1", "few"]


@pytest.mark.parametrize(
    "given, text",
    [
        ("b", "wanted --type COLUMN=TEXT, each column once\n  found: 'b'"),
        ("=string", "wanted --type COLUMN=TEXT, each column once\n  found: '=string'"),
        ("b=strin", "wanted --type b=TYPE\n  found: 'strin', did you mean 'string'?\n"
         "  choices: string, integer, number, boolean, date"),
    ],
)  # fmt: skip
def test_a_type_that_is_none_is_refused(repository, given, text):
    file = csv_file(repository, "a,b\nx,1\n")
    options = [*said(SAID), "--republish", "--type", given]
    assert_refused(repository, text, "new", "snapshot", file, *options)


def test_a_column_described_twice_is_refused(repository):
    done = take(repository, PRICES, *PRICE, *PRICE)
    assert done.exit_code == 2 and "a second time" in done.stderr


# --- a figure from a snapshot -------------------------------------------------------------------

HOSTILE = """\
Name,Year,Share,Cost
"<img src=x onerror=alert()> & Sons",2024,-3.5,1
Cost of $5 and $6,2025,12,2
A name that is much longer than any bar of a chart can hold beside it without a cut,2025,,3
한국,2025,1e-9,4
"""


def test_an_own_csv_becomes_a_figure_with_source_line_labels_and_a_trail(repository):
    take(repository, PRICES, *PRICE)
    done = airace("new", "figure", "gpu-prices", "--snapshot", "gpu_prices/2026-02-28")
    assert done.stdout.splitlines() == [
        "notebooks/13-gpu-prices.ipynb: figure gpu-prices, column price_usd of gpu_prices/2026-02-28",
        "next: airace build 13-gpu-prices   draws figures/gpu-prices.png",
        "      airace trace gpu-prices      leads from the plotted rows to their sources",
        "      make lab                     opens the notebook, to make it yours",
        "      airace accept 13-gpu-prices  makes its results the reference, for you to commit",
        "      make readme provenance       lists it in README.md, ro-crate-metadata.json and codecheck.yml",
    ]
    built = airace("build", "13-gpu-prices")
    assert (built.exit_code, built.stdout) == (0, "figures/gpu-prices.png\n"), built.stderr
    record = json.loads((repository / "figures" / "gpu-prices.json").read_text())
    assert record["title"] == (
        "Naver Cloud has the largest value, 3.12; Alibaba Cloud the smallest, 1.74"
    )
    assert record["subtitle"] == (
        "US dollars for an hour of one GPU. One bar per row of gpu prices; 1 of 4 rows without a value."
    )
    assert record["source"].startswith(
        "Sources: Example Institute (gpu prices, as of 28 February 2026)."
    )
    traced = airace("trace", "gpu-prices:2")
    assert traced.exit_code == 0
    assert "price_usd  1.74            = price_usd of r002" in traced.stdout
    assert "https://example.org/prices" in traced.stdout
    assert "C (a single weak source, shown with a flag)" in traced.stdout
    accepted = airace("accept", "13-gpu-prices")
    assert accepted.exit_code == 0, accepted.stderr
    made = json.loads(paths.notebook("13-gpu-prices").read_text(encoding="utf-8"))
    assert {rule.__name__: found for rule in test_notebooks.RULES if (found := rule(made))} == {}


def drawn(root: Path, text: str, column: str, *described: str) -> tuple[pd.DataFrame, str]:
    """A table of a CSV, drawn and exported as a notebook does; the subtitle is returned, too."""
    from airace import run

    done = take(root, text, *(part for d in described for part in ("--describe", d)))
    assert (done.exit_code, done.stderr) == (0, "")
    started = run.start("03-market-size", LEDGER)
    table = snapshots.load("gpu_prices/2026-02-28")
    title = draw_plain.headline(table, column)
    picture = draw_plain.chart(table, column, title)
    values = draw_plain.plotted(table, column)
    started.export("own", picture, values, draw_plain.describe(table, column, title))
    return values, picture.texts[1].get_text().replace("\n", " ")


COUNTED = ("year=calendar year", "share=percent of $100, or of €100", "cost=US dollars")


def test_hostile_names_are_drawn_as_text_and_what_the_font_lacks_by_the_rows_key(repository):
    values, subtitle = drawn(repository, HOSTILE, "share", *COUNTED)
    table = snapshots.load("gpu_prices/2026-02-28")
    assert draw_plain.labels(table, "share").tolist() == ["r001", "r002", "r003", "r004"]
    assert subtitle.startswith(
        "Percent of $100, or of €100. One bar per row of gpu prices; 1 of 4 rows"
    )
    assert values["name"].tolist()[0] == "<img src=x onerror=alert()> & Sons"
    assert list(values) == ["snapshot", "row", "name", "year", "cost", "share"]
    latin = table[table["name"] != "한국"]
    assert draw_plain.labels(latin, "share").tolist()[0] == "<img src=x onerror=alert()> & Sons"


def test_names_of_dollars_and_of_any_length_are_drawn_as_they_are(repository):
    drawn(repository, HOSTILE.replace("한국", "W" * 80), "share", *COUNTED)
    table = snapshots.load("gpu_prices/2026-02-28")
    picture = draw_plain.chart(table, "share", "a title")
    names = picture.axes[0].get_yticklabels()
    assert "Cost of $5 and $6" in {name.get_text() for name in names}
    assert {text.get_parse_math() for text in [*picture.texts, *names]} == {False}


def test_rows_of_one_name_are_told_apart_by_their_other_columns(repository):
    text = "country,year,amount\nUSA,2024,1\nUSA,2025,2\nChina,2024,3\n"
    drawn(repository, text, "amount", "year=calendar year", "amount=pieces counted")
    table = snapshots.load("gpu_prices/2026-02-28")
    assert draw_plain.labels(table, "amount").tolist() == ["USA, 2024", "USA, 2025", "China, 2024"]
    assert draw_plain.numbers("gpu_prices/2026-02-28") == ["amount"]


def test_many_rows_are_dots_in_the_order_of_their_values(repository):
    text = "name,amount\n" + "".join(f"n{n},{n % 7}\n" for n in range(31))
    _, subtitle = drawn(repository, text, "amount", "amount=pieces counted")
    assert subtitle == (
        "Pieces counted. One dot per row of gpu prices, from the smallest value to the largest."
    )


HEADLINES = {
    "a,1\nb,3\n": "b has the largest value, 3; a the smallest, 1",
    "a,1\nb,1\n": "a and b have the one value, 1",
    "a,5\n": "a has the one value, 5",
    "a,2\nb,2\nc,2\nd,-1.5e9\n": "3 rows have the largest value, 2; d the smallest, -1.5 billion",
}


@pytest.mark.parametrize("rows, title", HEADLINES.items())
def test_the_title_is_what_the_values_say(rows, title):
    cells = [line.split(",") for line in rows.split()]
    table = pd.DataFrame(cells, columns=["name", "amount"]).astype({"amount": "float64"})
    table.insert(0, "snapshot", "gpu_prices/2026-02-28")
    table.insert(1, "row", [f"r{n}" for n in range(len(table))])
    assert draw_plain.headline(table, "amount") == title


def test_a_column_without_a_number_has_no_title():
    table = pd.DataFrame({"snapshot": ["s"], "row": ["r"], "name": ["a"], "amount": [float("nan")]})
    with pytest.raises(FigureError, match="wanted a number in column amount"):
        draw_plain.headline(table, "amount")


REFUSED_SNAPSHOTS = {
    ("gpu_price/2026-02-28",): "wanted a snapshot of data/raw, got 'gpu_price/2026-02-28'",
    ("hub_catalogue/2026-10-08",): "wanted at most 5,000 rows to draw plainly\n  found: 16,849 in",
    ("market_size/2026-03-06", "--column", "valu"): "wanted a column of numbers of market_size/2026-03-06, got "
    "'valu'\n  found: did you mean 'value'?\n  choices: value, growth_percent",
    ("component_reuse/2026-11-13",): "wanted a column of numbers in component_reuse/2026-11-13\n  found: none",
}  # fmt: skip


@pytest.mark.parametrize("options, text", REFUSED_SNAPSHOTS.items())
def test_a_snapshot_that_cannot_be_drawn_plainly_is_refused(repository, options, text):
    before = state(repository)
    done = airace("new", "figure", "my-question", "--snapshot", *options)
    assert (done.exit_code, done.stdout) == (2, "")
    assert text in done.stderr
    assert state(repository) == before


def test_a_column_is_chosen_with_a_snapshot_alone(repository):
    text = "wanted --column with --snapshot alone\n  found: it with --from"
    options = ["--from", "market-sizes", "--column", "value"]
    assert_refused(repository, text, "new", "figure", "my-question", *options)


# --- a printed statement ------------------------------------------------------------------------


def claim(**changed: str | None) -> list[str]:
    return ["new", "claim", "gpu-hour", *said(STATED, **changed)]


def ledger_file(root: Path) -> Path:
    return root / "data" / "raw" / LEDGER / "claims.csv"


def test_a_statement_becomes_a_row_behind_its_section_and_no_other_row_changes(repository):
    before = ledger_file(repository).read_text(encoding="utf-8").splitlines()
    done = airace(*claim())
    assert (done.exit_code, done.stderr) == (0, "")
    after = ledger_file(repository).read_text(encoding="utf-8").splitlines()
    row = ("gpu-hour,scale,02-model-share,An hour of a rented GPU costs two dollars.,2 dollars,number,2,,,"
           "USD,around,,USA,GPUs,")  # fmt: skip
    assert [line for line in after if line != row] == before
    position = after.index(row)
    assert ",scale," in after[position - 1] and ",korea," in after[position + 1]
    assert airace("data", "verify", LEDGER).exit_code == 0
    report = frictionless.validate(str(repository / "data/raw" / LEDGER / "datapackage.json"))
    assert report.flatten(["type"]) == []


def test_a_month_after_the_snapshots_day_is_refused_with_its_line():
    table = SimpleNamespace(file="a.csv", headers={"month": "Month"}, lines=[2, 3, 4], rows=[["2026-02"], [""], ["2026-04"]])  # fmt: skip
    columns.months_after(table, {"month": "string"}, "2026-04-01")
    with pytest.raises(RequestError) as refused:
        columns.months_after(table, {"month": "string"}, "2026-03-31")
    assert str(refused.value).splitlines()[:2] == [
        "wanted no month after the snapshot's own day, 2026-03-31:",
        "  line 4, column 'Month': expected a month up to 2026-03, found 2026-04",
    ]


def test_only_size_digest_and_rows_of_the_ledgers_description_change(repository):
    file = ledger_file(repository).with_name("datapackage.json")
    before = file.read_text(encoding="utf-8").splitlines()
    airace(*claim())
    after = file.read_text(encoding="utf-8").splitlines()
    changed = [a.strip().split(":")[0] for a, b in zip(after, before, strict=True) if a != b]
    assert changed == ['"bytes"', '"hash"', '"row_count"']


def test_the_command_prints_the_cell_and_what_comes_next(repository):
    assert airace(*claim()).stdout.splitlines() == [
        "data/raw/article/2026-03-10/claims.csv: gpu-hour added",
        "it counts as printed in: China's acceleration intensifies competition with US, sharpens "
        "strategic choices for Korea (newspaper article of 10 March 2026)",
        "put this into a code cell of notebooks/02-model-share.ipynb, with your own words for those in capitals:",
        "",
        'rows = reported[reported["row"] == "ROW_KEY"]',
        'run.evidence("gpu-hour", rows, "share-published", value=rows["value"].item(),',
        '             as_of=(rows["date_from"].min(), rows["date_to"].max()),',
        '             finding="WHAT_THE_ROWS_SHOW")',
        "run.verdicts()",
        "",
        "next: airace build                  runs every notebook again: all read the ledger, and their records name it",
        "      airace claims                 says: gpu-hour not examined yet, until the cell hands in evidence",
        "      airace accept 02-model-share  makes the results the reference; airace accept 00-overview likewise",
        "      make readme provenance        lists the statement in README.md; then commit",
    ]


STATEMENTS = {
    "number": {},
    "ranking": {"value": None, "unit": None, "bound": None},
    "date": {"as_of": "2024", "value": None, "unit": None, "bound": None},
    "fact": {"value": None, "unit": None, "bound": None},
    "quote": {"value": None, "unit": None, "bound": None},
}


@pytest.mark.parametrize("kind, changed", STATEMENTS.items())
def test_the_printed_cell_gives_a_verdict_once_its_capitals_are_replaced(repository, kind, changed):
    from airace import run

    done = airace(*claim(kind=kind, **changed))
    assert done.exit_code == 0, done.stderr
    code = done.stdout.split("capitals:\n\n")[1].split("\n\nnext:")[0]
    words = {
        "reported": "table",
        "ROW_KEY": "mp010",
        "WHAT_THE_ROWS_SHOW": "it is so",
        "DATA_SET": "one",
    }
    for old, new in words.items():
        code = re.sub(rf"\b{old}\b", new, code)
    started = run.start("02-model-share", LEDGER)
    table = snapshots.load("market_size/2026-03-06")
    exec(code, {"run": started, "table": table})
    verdict = started.verdicts().loc["gpu-hour", "verdict"]
    assert verdict == ("contradicted" if kind == "number" else "consistent")


def test_the_place_for_a_verdict_in_the_notebook_of_an_own_csv_gives_dated_evidence(repository):
    from airace import run

    take(repository, PRICES, *PRICE)
    airace("new", "figure", "gpu-prices", "--snapshot", "gpu_prices/2026-02-28")
    stub = next(c.source for c in notebooks.cells("13-gpu-prices") if "## Verdict" in c.source)
    airace(*claim(notebook="13-gpu-prices"))
    code = stub.split("```python\n")[1].split("\n```")[0].replace("STATEMENT_ID", "gpu-hour")
    started = run.start("13-gpu-prices", LEDGER)
    table = snapshots.load("gpu_prices/2026-02-28")
    exec(code.replace("ROW_KEY", "r002"), {"run": started, "table": table, "column": "price_usd"})
    (row,) = started.handed_in["gpu-hour"]["rows"]
    assert (row["value"], row["as_of"], row["source_url"]) == (
        1.74,
        "2026-01-31",
        "https://example.org/prices",
    )
    assert started.verdicts().loc["gpu-hour", "verdict"] == "imprecise"


DATES = {
    "a column of dates": ("name,day,amount\nx,2026-01-31,1\n", 'date=table["day"]'),
    "no date": ("name,amount\nx,1\n", 'date="DAY"'),
    "a period": ("name,date_from,date_to,amount\nx,2026-01-01,2026-01-31,1\n", ""),
}


@pytest.mark.parametrize("text, date", DATES.values(), ids=DATES)
def test_the_cell_takes_value_and_day_from_where_the_table_has_them(repository, text, date):
    take(repository, text, "--describe", "amount=pieces counted")
    given = ", ".join(filter(None, ['value=table["COLUMN"]', date]))
    code = evidence.code("c", "number", "f", "table", "gpu_prices/2026-02-28")
    assert code.splitlines()[0] == f'rows = table[table["row"] == "ROW_KEY"].assign({given})'
    ends = ("date", "date") if date else ("date_from", "date_to")
    assert f'as_of=(rows["{ends[0]}"].min(), rows["{ends[1]}"].max())' in code


def test_until_evidence_is_handed_in_the_statement_is_not_examined(repository):
    folder = repository / "evidence"
    folder.mkdir()
    row = dict.fromkeys([*claims.ROW, "originator"], "x") | {"value": 17.0}
    evidence = {"claim_id": "share-china-17", "rows": [row], "figures": ["f"], "value": 17.0}
    package = {"ledger": LEDGER, "notebook": "02-model-share", "evidence": [evidence]}
    (folder / "02-model-share.json").write_text(json.dumps(package))
    airace(*claim())
    made = {c["claim_id"]: c for c in claims.collect(folder)}
    assert made["gpu-hour"]["verdict"] == "not examined yet"
    assert made["gpu-hour"]["reason"] == (
        "No notebook has examined this statement yet; 02-model-share will."
    )


def test_the_scorecard_has_room_for_a_statement_that_is_not_examined(repository):
    airace(*claim())
    known = claims.ledger(LEDGER)
    published = claims.read(ROOT / "data" / "processed" / "claims.csv")
    found = scorecard.table([*published, claims.claim(known["gpu-hour"], None)], known)
    title = scorecard.headline(found)
    assert title.endswith("; 1 not examined yet")
    style.use()
    picture = draw_scorecard.scorecard(found, list(scorecard.GROUPS), "article", title)
    figures._render(picture, "scorecard", "png")
    figures._check_texts(picture, "scorecard")


REFUSED_CLAIMS = {
    "notebook": {"02-model-shares": "wanted a notebook, got '02-model-shares'\n  found: did you mean '02-model-share'?"},
    "section": {"scal": "wanted --section, got 'scal'\n  found: did you mean 'scale'?\n"
                "  choices: lead, momentum, performance, scale, korea"},
    "kind": {"numbr": "wanted --kind, got 'numbr'\n  found: did you mean 'number'?\n"
             "  choices: number, ranking, date, fact, quote"},
    "bound": {"about": "wanted --bound, got 'about'"},
    "value": {None: "wanted for a statement of kind number:\n  --value: printed number in the unit"},
    "as_of": {"March 2026": "wanted --as-of as year, month or day: 2026, 2026-03 or 2026-03-31\n  found: 'March 2026'",
              "2026-13": "wanted --as-of as year, month or day", "": None},
    "printed": {"a whole sentence of the article with more than eight words": "wanted the printed figure and its few "
                "words, 8 at most, in --printed\n  found: 11 words"},
    "statement": {None: "wanted for a statement of kind number:\n  --statement: the statement in our words"},
}  # fmt: skip


@pytest.mark.parametrize(
    "option, value, text",
    [(o, v, t) for o, found in REFUSED_CLAIMS.items() for v, t in found.items() if t],
)
def test_a_statement_that_is_not_complete_or_not_allowed_is_refused(
    repository, option, value, text
):
    before = state(repository)
    done = airace(*claim(**{option: value}))
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"airace: {text}")
    assert state(repository) == before


def test_a_statement_that_is_there_is_not_overwritten(repository):
    text = (
        "wanted a new statement, 'share-china-17' is in the ledger: nothing is overwritten\n"
        "  next: choose another id; airace claims lists them"
    )
    assert_refused(repository, text, "new", "claim", "share-china-17", *said(STATED))


def test_an_id_that_is_not_allowed_is_refused_with_the_nearest_that_is(repository):
    text = (
        "wanted the id of a statement of lower-case letters and digits, words joined by '-', got "
        "'GPU hour: $2'\n  found: did you mean 'gpu-hour-2'?"
    )
    assert_refused(repository, text, "new", "claim", "GPU hour: $2", *said(STATED))


def test_a_ledger_that_was_edited_by_hand_gets_no_row(repository):
    file = ledger_file(repository)
    file.write_text(file.read_text(encoding="utf-8").replace("17 percent", "18 percent"), "utf-8")
    before = state(repository)
    done = airace(*claim())
    assert done.exit_code == 2 and state(repository) == before
    assert "wanted article/2026-03-10 as described, before a row is added:" in done.stderr
    assert "next: git checkout -- data/raw/article/2026-03-10" in done.stderr


def test_files_that_belong_together_are_written_together_or_not_at_all(tmp_path):
    one, two = tmp_path / "one", tmp_path / "missing" / "two"
    one.write_bytes(b"before")
    with pytest.raises(FileNotFoundError):
        atomic.write_all({one: b"after", two: b"after"})
    assert one.read_bytes() == b"before" and os.listdir(tmp_path) == ["one"]
    two.parent.mkdir()
    atomic.write_all({one: b"after", two: b"after"})
    assert (one.read_bytes(), two.read_bytes()) == (b"after", b"after")
    assert [f.name for f in tmp_path.rglob("*") if f.name.startswith(".")] == []


# --- the commands -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["figure", "snapshot", "claim"])
def test_every_command_has_help_with_an_example_and_says_what_each_option_is(name):
    command = new_cli.new.commands[name]
    assert "Example" in command.help
    options = [p for p in command.params if p.param_type_name == "option" and p.name != "help"]
    assert [p.name for p in options if not p.help or not p.help.endswith((".", "?"))] == []


def test_the_examples_of_the_help_work_as_they_stand(repository):
    import shlex

    csv_file(repository, "provider,price\nLambda,2.99\nNaver Cloud,3.12\n")
    for name in ("snapshot", "figure", "claim"):
        text = new_cli.new.commands[name].help.partition("Example")[2].partition(":")[2]
        examples = (
            re.sub(r"\\\n\s*", "", text).replace("2026-11-27", "2026-02-28").strip().splitlines()
        )
        for number, example in enumerate(line for line in examples if line.strip()):
            words = shlex.split(example)[1:]
            if name == "figure":
                words[2] += "-of-mine" * number
            if name == "claim":
                words[words.index("13-my-question")] = notebooks.names()[-1]
            done = airace(*words)
            assert (done.exit_code, done.stderr) == (0, ""), example


def test_names_of_columns_keep_their_letters():
    made = {
        text: names.column(text)
        for text in ("Price (USD)", "GPU-hours", "나라", "%", "2019", "a  b")
    }
    assert made == {"Price (USD)": "price_usd", "GPU-hours": "gpu_hours", "나라": "나라", "%": "", "2019": "",
                    "a  b": "a_b"}  # fmt: skip


def test_a_long_call_is_wrapped_under_its_first_argument():
    items = [f'"claim-{n:030}"' for n in range(4)]
    lines = book.wrapped("run.printed(", items, ")").splitlines()
    assert [len(line) <= book.WIDTH for line in lines] == [True, True]
    assert lines[1].startswith(" " * 12 + '"claim-') and lines[1].endswith(")")


def test_the_drawn_values_get_a_name_that_is_free(repository):
    source = write_notebook(repository, START, "drawn = 1\nfigure = drawn", 'run.export("own", figure, drawn + 1, "alt")')  # fmt: skip
    export, data = new_figure._export("mine", slices.of_figure(source, "own"))
    assert (export, data) == (
        'plotted = drawn + 1\nrun.export("mine", figure, plotted, "alt")',
        "plotted",
    )
