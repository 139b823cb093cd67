"""The package knows no article: a second one, in ``examples/``, is built with it and judged by its rule.

The example's statements are an exercise and ours. What the package may not say is looked up in the
article's ledger, so that a statement added tomorrow is looked for as well.
"""

from __future__ import annotations

import ast
import csv
import functools
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import frictionless
import pandas as pd
import pytest
import test_notebooks
from click.testing import CliRunner
from write_live import model, write

from airace import (
    accept,
    attribution,
    claims,
    compare,
    draw_scorecard,
    figures,
    inputs,
    paths,
    readme,
    scorecard,
    snapshots,
    style,
    today,
    today_answers,
    verdicts,
)
from airace.check import outside_the_lock
from airace.cli import main
from airace.errors import RequestError, SnapshotError

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "airace"
EXAMPLE = ROOT / "examples" / "short-article"
LEDGER = "article/2026-10-20"
LEDGERS = sorted((ROOT / "data/raw/article").iterdir())
TOPICS = ["exchange_rates", "hub_catalogue", "hub_downloads_reported", "korea_market", "market_size",
          "organisations", "projections"]  # fmt: skip
LIVE = "live/2026-11-27"

# --- what the package may not know ---------------------------------------------------------------

# What question modules say because it is what they examine. A module may know its subject; which
# statement is made of it, by whom and on which day stands in the ledger.
ALLOWED = {
    ("components.py", "SigLIP"): "a component whose use is traced",
    ("components.py", "Triton"): "a component whose use is traced",
    ("components.py", "FlashAttention"): "a component whose use is traced",
    ("draw_components.py", "SigLIP"): "a long name that needs two lines",
    ("draw_components.py", "FlashAttention"): "a long name that needs two lines",
    ("draw_compute.py", "GPU clusters"): "what Epoch AI's data set lists",
    ("draw_downloads.py", "1 million"): "a label of the axis",
    ("draw_downloads.py", "200 million"): "a label of the axis",
    ("draw_downloads.py", "200000000"): "a place on the axis",
    ("draw_investment.py", "cloud"): "a kind of firm and of spending",
    ("draw_pledge.py", "cloud"): "a kind of spending",
    ("figures.py", "900"): "pixels",
    ("patents.py", "speech"): "a field of patents",
}  # fmt: skip
NUMBER = re.compile(r"\$?\d[\d,.]*\d(?: (?:percent|million|billion|trillion))?"
                    r"|\$?\d (?:percent|million|billion|trillion)")  # fmt: skip
YEAR = re.compile(r"20\d\d")
SNAPSHOT = re.compile(r"\b[a-z_]+/\d{4}-\d{2}-\d{2}\b")
NOTEBOOK = re.compile(r"\b\d\d-[a-z]+(?:-[a-z]+)*\b")


@functools.cache
def statements() -> list[dict]:
    """The rows of the article's ledger, in all its editions."""
    return [
        row
        for folder in LEDGERS
        for row in csv.DictReader((folder / "claims.csv").open(encoding="utf-8"))
    ]


@functools.cache
def printed_words() -> set[str]:
    """What the ledger quotes: whole, by parts, and the numbers in it; years belong to every axis."""
    found = set()
    for row in statements():
        found |= {row["printed"], *re.split(r", | … ", row["printed"])}
        found |= set(NUMBER.findall(row["printed"]))
    return {words for words in found if not YEAR.fullmatch(words)}


@functools.cache
def printed_values() -> set[float]:
    """The printed numbers that nothing else would be by chance: no years, powers of ten or small ones."""
    cells = [row[name] for row in statements() for name in ("value", "value_low", "value_high")]
    values = {float(cell) for cell in cells if cell and not YEAR.fullmatch(cell)}
    return {v for v in values if (v > 100 or v % 1) and not re.fullmatch("10+", f"{v:.15g}")}


@functools.cache
def days() -> set[str]:
    """The article's day as people and programs write it."""
    forms = ["{:%Y-%m-%d}", "{:%Y%m%d}", "{0.day} {0:%B %Y}", "{0:%B} {0.day}, {0:%Y}"]
    return {form.format(pd.Timestamp(folder.name)) for folder in LEDGERS for form in forms}


@functools.cache
def said(source: str) -> tuple[list[str], list[float]]:
    """Texts and numbers that a module works with.

    Comments and docstrings explain, and may give an example; those of commands are shown as help.
    """
    tree = ast.parse(source)
    blocks = (ast.Module, ast.ClassDef, ast.FunctionDef)
    explained = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, blocks) and node.body and isinstance(node.body[0], ast.Expr)
    }
    if re.search(r"^import click$", source, re.MULTILINE):
        explained = set()
    constants = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and id(n) not in explained]
    numbers = [c for c in constants if isinstance(c, int | float) and not isinstance(c, bool)]
    return [c for c in constants if isinstance(c, str)], numbers


def known(source: str) -> set[str]:
    """What a module says of the article: ids of statements, its day, quoted words, printed numbers."""
    texts, numbers = said(source)
    text = "\n".join(texts).casefold()
    wanted = {row["claim_id"] for row in statements()} | days() | printed_words()
    near = {words for words in wanted if words.casefold() in text}
    found = {w for w in near if re.search(rf"(?<![\w.]){re.escape(w.casefold())}(?!\w)", text)}
    return found | {f"{n:.15g}" for n in numbers if n in printed_values()}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


@functools.cache
def known_anywhere() -> set[tuple[str, str]]:
    """Each module with what it says of the article."""
    return {(file.name, words) for file in modules() for words in known(file.read_text("utf-8"))}


def test_the_package_names_no_statement_no_day_and_no_printed_word_of_an_article():
    assert known_anywhere() - ALLOWED.keys() == set()


def test_every_exception_is_still_needed():
    assert ALLOWED.keys() - known_anywhere() == set()


def test_templates_scripts_and_styles_name_no_statement_and_no_day():
    wanted = {row["claim_id"] for row in statements()} | days()
    kinds = {".html", ".css", ".js", ".txt", ".yaml", ".json"}
    files = [file for file in PACKAGE.rglob("*") if file.suffix in kinds]
    found = [(f.name, w) for f in files for w in wanted if w in f.read_text("utf-8")]
    assert (len(files) > 0, found) == (True, [])


def test_no_module_works_with_a_snapshot_or_a_notebook_of_its_own_choice_but_the_overview():
    found = set()
    for file in modules():
        source = file.read_text("utf-8")
        if "import click" in source:  # help shows examples
            continue
        texts, _ = said(source)
        found |= {(file.name, text) for text in texts if SNAPSHOT.search(text)}
        found |= {(file.name, text) for text in texts if NOTEBOOK.fullmatch(text)}
    assert found == {("notebooks.py", "00-overview")}


KNOWING = {
    'CLAIMS = {"China": "share-china-17"}': {"share-china-17"},
    'DAY = "2026-03-10"': {"2026-03-10"},
    'f"after {x} on 10 March 2026"': {"10 March 2026"},
    'TEXT = "printed: over 818 million"': {"over 818 million", "818 million"},
    'TEXT = "In 1818 millions"': set(),
    "PRINTED = 818e6": {"818000000"},
    "SHARE = 15.8": {"15.8"},
    "YEAR = 2017": set(),
    'def f():\n    """Like 15.8 percent."""': set(),
    'import click\ndef f():\n    """Like 15.8 percent."""': {"15.8 percent"},
    "x = 1  # share-china-17": set(),
}


@pytest.mark.parametrize("source, found", KNOWING.items())
def test_a_module_that_knows_the_article_is_found(source, found):
    assert known(source) == found


# --- the example, built in a copy ----------------------------------------------------------------

VERDICTS = {
    "korea-tracker-2025": "reproduced",
    "china-core-2025": "misdated",
    "china-core-in-dollars": "contradicted",
    "related-industries-2030": "misattributed",
    "korea-seventieth": "mismatched scope",
    "china-share-march": "imprecise",
    "china-before-usa": "consistent",
    "korean-firms-half": "cannot be checked",
}


def copy(root: Path) -> Path:
    """A repository that holds the example and the raw data it reads; the example's folder in it."""
    (root / "notebooks").mkdir(parents=True)
    for topic in TOPICS:
        shutil.copytree(ROOT / "data/raw" / topic, root / "data/raw" / topic)
    shutil.copy(ROOT / "requirements.lock", root)
    left = shutil.ignore_patterns("build", ".ipynb_checkpoints", "live")
    return Path(shutil.copytree(EXAMPLE, root / "examples" / EXAMPLE.name, ignore=left))


def run(folder: Path, *command: str) -> subprocess.CompletedProcess:
    """Run a command in a folder, from which alone it can tell which project is meant."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("AIRACE_")}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """The example after a build with real kernels; what was committed of it was removed before."""
    folder = copy(tmp_path_factory.mktemp("example") / "a repository")
    shutil.rmtree(folder / "figures")
    shutil.rmtree(folder / "data/processed")
    airace = "from airace.cli import main; main()"
    done = run(folder, sys.executable, "-c", airace, "build")
    assert done.returncode == 0, done.stderr
    assert "3 of 3 notebooks built" in done.stderr
    return folder


@pytest.fixture
def inside(built, monkeypatch) -> Path:
    """This process works in the built example."""
    monkeypatch.delenv("AIRACE_ROOT", raising=False)
    monkeypatch.chdir(built)
    return built


@pytest.fixture
def fresh(tmp_path, monkeypatch) -> Path:
    """This process works in a copy of its own, with what is committed."""
    folder = copy(tmp_path / "repo")
    monkeypatch.delenv("AIRACE_ROOT", raising=False)
    monkeypatch.chdir(folder)
    return folder


def airace(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(main, arguments)
    return done.exit_code, done.stdout, done.stderr


def test_each_verdict_of_the_rule_comes_out_once_as_intended(inside):
    found = {c["claim_id"]: c["verdict"] for c in claims.read(paths.processed() / "claims.csv")}
    assert found == VERDICTS
    assert sorted(found.values()) == sorted(verdicts.VERDICTS)


def test_no_notebook_of_the_example_types_a_verdict():
    for notebook in sorted((EXAMPLE / "notebooks").glob("0[1-9]-*.ipynb")):
        cells = json.loads(notebook.read_text("utf-8"))["cells"]
        typed = "".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")
        words = [*verdicts.VERDICTS, verdicts.HOLDS, verdicts.PART, verdicts.FAILS]
        assert [word for word in words if f'"{word}"' in typed] == []


def test_what_is_committed_of_the_example_is_what_its_notebooks_make(built):
    folders = ["figures", "data/processed"]
    names = sorted(f"{d}/{f.name}" for d in folders for f in (built / d).iterdir())
    assert names == sorted(f"{d}/{f.name}" for d in folders for f in (EXAMPLE / d).iterdir())
    pictures = [] if outside_the_lock() else [".png", ".svg"]
    differences = [
        str(difference)
        for name in names
        if Path(name).suffix in [".csv", ".json", *pictures]
        for difference in compare.files(name, (EXAMPLE / name).read_bytes(), (built / name).read_bytes())
    ]
    assert differences == [], "next: airace accept in the example, and commit"


def test_the_committed_notebooks_hold_what_the_build_gave(inside):
    for name in ("00-overview", "01-sizes", "02-downloads"):
        committed = json.loads((EXAMPLE / f"notebooks/{name}.ipynb").read_text("utf-8"))["cells"]
        now = accept.refreshed(name).cells
        pairs = [(a, b) for a, b in zip(committed, now, strict=True) if a["cell_type"] == "code"]
        assert [text(a) for a, _ in pairs] == [text(b) for _, b in pairs], name


def text(cell: dict) -> list[str]:
    """The outputs of a cell as text; pictures are compared as files."""
    shown = []
    for output in cell["outputs"]:
        plain = output.get("text") or output.get("data", {}).get("text/plain", "")
        shown.append("".join(plain))
    return shown


def test_the_claims_are_those_of_the_example(inside):
    code, out, _ = airace("claims", "--json")
    assert (code, [claim["claim_id"] for claim in json.loads(out)]) == (0, list(VERDICTS))


def test_a_trail_leads_from_the_example_to_the_snapshots_around_it(inside):
    code, out, _ = airace("trace", "sizes:8")
    assert code == 0
    assert "../../data/raw/market_size/2026-03-06/points.csv, line 12, row mp011" in out
    code, out, _ = airace("trace", "scorecard:2")
    assert (code, "data/raw/article/2026-10-20/claims.csv, line 3" in out) == (0, True)


def test_every_snapshot_that_the_example_can_read_is_listed_and_checked(inside):
    code, out, _ = airace("data")
    listed = [line.split()[0] for line in out.splitlines()]
    assert (code, LEDGER in listed, "market_size/2026-03-06" in listed) == (0, True, True)
    assert airace("data", "verify")[:2] == (0, f"{len(listed)} snapshots, "
                                            f"{sum(map(snapshots.row_count, listed)):,} rows: all as described\n")  # fmt: skip


def test_a_check_in_the_example_rebuilds_and_compares_its_own_figures(inside):
    code, out, err = airace("check", "shares")
    assert (code, out) == (0, "shares: equal\n"), err
    assert "1 of 1 figures and 1 of 1 tables equal the files as they are (no git here)" in err


def test_accepting_in_the_example_writes_its_notebook_and_nothing_around_it(inside):
    around = inside.parents[1]
    before = sorted((f, f.read_bytes()) for f in around.rglob("*.ipynb"))
    assert airace("accept", "01-sizes") == (0, "", "nothing changed: 01-sizes is as before\n")
    assert sorted((f, f.read_bytes()) for f in around.rglob("*.ipynb")) == before
    assert sorted(f.name for f in around.iterdir()) == ["data", "examples", "notebooks", "requirements.lock"]


def test_the_table_in_the_examples_readme_is_that_of_its_claims(inside):
    shown = (inside / "README.md").read_text("utf-8")
    assert readme.refreshed(shown) == shown, "next: python -m airace.readme, in the example"
    assert "**misattributed**" in shown


def test_the_steps_of_the_readme_lead_to_a_ledger_of_ones_own(tmp_path):
    folder = copy(tmp_path / "repo")
    steps = (folder / "README.md").read_text("utf-8")
    (shell,) = re.findall(r"```sh\n(.*?)```", steps, re.DOTALL)
    (code,) = re.findall(r"```python\n(.*?)```", steps, re.DOTALL)
    done = run(folder.parents[1], "bash", "-euc", re.sub(r"(?m)^ {3}", "", shell))
    assert done.returncode == 0, done.stderr
    mine = folder.with_name("mine")
    done = run(mine, sys.executable, "-c", re.sub(r"(?m)^ {3}", "", code))
    assert done.returncode == 0, done.stderr
    made = mine / "data/raw/article/2026-11-30"
    assert sorted(f.name for f in made.iterdir()) == ["claims.csv", "datapackage.json", "searches.csv"]
    for name in ("claims.csv", "searches.csv"):
        assert (made / name).read_bytes() == (EXAMPLE / "data/raw" / LEDGER / name).read_bytes()


def test_git_leaves_the_bytes_of_the_example_alone_and_ignores_its_live_snapshots():
    if run(ROOT, "git", "rev-parse", "HEAD").returncode != 0:
        pytest.skip("no git here, or no repository")
    files = [f"examples/x/{name}" for name in ("data/raw/t/2026-01-01/a.csv", "figures/a.svg")]
    kept = run(ROOT, "git", "check-attr", "text", "--", *files).stdout.splitlines()
    assert kept == [f"{file}: text: unset" for file in files]
    ignored = ["examples/x/data/live/2026-01-01/models.parquet", "examples/x/build/a"]
    assert run(ROOT, "git", "check-ignore", "--", *ignored, *files).stdout.splitlines() == ignored


def test_the_ledger_passes_the_standards_own_check():
    found = frictionless.validate(str(EXAMPLE / "data/raw" / LEDGER / "datapackage.json"))
    assert found.flatten(["type"]) == []


@pytest.mark.parametrize("rule", test_notebooks.RULES, ids=lambda rule: rule.__name__)
def test_the_notebooks_of_the_example_keep_the_rule_on(rule, monkeypatch):
    monkeypatch.setattr(test_notebooks, "LEDGER", EXAMPLE / "data/raw" / LEDGER / "claims.csv")
    for path in sorted((EXAMPLE / "notebooks").glob("*.ipynb")):
        assert rule(json.loads(path.read_text("utf-8"))) == [], path.name


# --- a project inside another --------------------------------------------------------------------


def write_dated(topic: str, day: str) -> Path:
    """An empty description of a snapshot of this project."""
    folder = paths.raw() / topic / day
    folder.mkdir(parents=True)
    (folder / inputs.DESCRIPTION).write_text("{}")
    return folder


def test_an_own_snapshot_stands_beside_those_of_the_project_around_and_before_its_equal(fresh):
    assert inputs.snapshot_dates("market_size") == ["2026-03-06"]
    outer = paths.snapshot("market_size/2026-03-06")
    assert outer == fresh.parents[1] / "data/raw/market_size/2026-03-06"
    newer = write_dated("market_size", "2026-11-01")
    assert inputs.snapshot_dates("market_size") == ["2026-03-06", "2026-11-01"]
    assert paths.snapshot("market_size/2026-11-01") == newer
    own = write_dated("market_size", "2026-03-06")
    assert paths.snapshot("market_size/2026-03-06") == own
    assert snapshots.every().count("market_size/2026-03-06") == 1


def test_the_ledger_of_the_project_around_is_not_read(fresh):
    outer = fresh.parents[1] / "data/raw/article/2026-03-10"
    shutil.copytree(ROOT / "data/raw/article/2026-03-10", outer)
    assert inputs.snapshot_dates("article") == ["2026-10-20"]
    assert [i for i in snapshots.every() if i.startswith("article/")] == [LEDGER]
    with pytest.raises(SnapshotError):
        claims.ledger("article/2026-03-10")


def test_a_live_snapshot_of_the_project_around_is_not_read(fresh, monkeypatch):
    monkeypatch.chdir(fresh.parents[1])
    write("2026-11-27", [model("Qwen/x", 5)])
    assert inputs.snapshot_dates("live") == ["2026-11-27"]
    monkeypatch.chdir(fresh)
    assert inputs.snapshot_dates("live") == []
    assert paths.homes("live") == [fresh / "data/live"]


def test_a_new_snapshot_is_written_into_the_project_and_never_around_it(fresh):
    package = snapshots.describe("korea_market/2026-04-24")
    table = pd.read_csv(paths.snapshot("korea_market/2026-04-24") / "points.csv", dtype="str",
                        keep_default_na=False)  # fmt: skip
    made = snapshots.write("korea_market/2026-11-01", package, {"points": table})
    assert made == fresh / "data/raw/korea_market/2026-11-01"
    with pytest.raises(SnapshotError, match=r"\.\./\.\./data/raw/korea_market/2026-04-24 exists"):
        snapshots.write("korea_market/2026-04-24", package, {"points": table})


@pytest.mark.parametrize("name, file", [("requirements.lock", paths.lock), ("CITATION.cff", paths.citation)])
def test_lock_and_citation_are_the_projects_own_or_else_those_of_the_one_around(fresh, name, file):
    assert file() == fresh.parents[1] / name
    (fresh / name).write_text("a: b\n")
    assert file() == fresh / name


def test_without_a_project_around_it_nothing_is_borrowed(fresh):
    shutil.rmtree(fresh.parents[1] / "notebooks")
    assert paths.around() == fresh
    assert snapshots.every() == [LEDGER]
    with pytest.raises(RequestError, match=r"wanted the lock file requirements\.lock"):
        inputs.lock_digest()


def test_a_clone_inside_another_clone_uses_nothing_of_it(fresh, monkeypatch):
    outer = fresh.parents[1]
    inner = outer / "second"
    shutil.move(fresh, inner)
    monkeypatch.setenv("AIRACE_ROOT", str(inner))
    assert paths.around() == inner
    assert snapshots.every() == [LEDGER]
    assert paths.snapshot("market_size/2026-03-06") == inner / "data/raw/market_size/2026-03-06"


def test_a_folder_of_the_project_around_is_told_from_here_and_any_other_as_it_is(fresh, tmp_path):
    assert paths.relative(fresh / "figures/a.png") == "figures/a.png"
    assert paths.relative(fresh.parents[1] / "data/raw") == "../../data/raw"
    assert paths.relative(tmp_path) == tmp_path.resolve().as_posix()


# --- make today, for any ledger ------------------------------------------------------------------


def share(**other: object) -> dict:
    """A statement that a snapshot can be set beside, but for what is given."""
    usual = {"claim_id": "c", "notebook": "01-a", "unit": "percent", "value": 17.0, "geography": "China",
             "subject": "downloads of models", "as_of": "2025-08", "printed": "17 percent"}  # fmt: skip
    return usual | other


def test_a_countrys_share_of_downloads_is_found_whatever_its_id():
    stated = [share(claim_id="any"), share(geography="South Korea")]
    assert today_answers.shares_printed(stated, ["01-a"]) == stated


NO_SHARES = [
    {"unit": "downloads"},
    {"unit": None},
    {"value": None},
    {"geography": "China and USA"},
    {"geography": "World"},
    {"subject": "Korean firms that use a Korean model"},
    {"notebook": "02-b"},
]


@pytest.mark.parametrize("other", NO_SHARES)
def test_a_statement_of_anything_else_is_set_beside_no_snapshot(other):
    assert today_answers.shares_printed([share(**other)], ["01-a"]) == []


def test_in_the_repository_these_are_the_printed_shares_of_china_and_the_us(monkeypatch):
    monkeypatch.setenv("AIRACE_ROOT", str(ROOT))
    stated = claims.ledger("article/2026-03-10").values()
    found = today_answers.shares_printed(stated, ["02-model-share", "12-robustness"])
    assert [s["claim_id"] for s in found] == ["share-china-17", "share-usa-15-8"]


def answered(*stated: dict) -> list[str]:
    table = pd.DataFrame({"country": ["China", "USA"], "share": [75.0, 25.0]})
    table = table.assign(**dict.fromkeys(attribution.COVERAGE, 1.0))
    return [row.question for row in today_answers._shares(table, list(stated), "publisher")]


def test_two_shares_of_one_denominator_have_a_difference():
    coverage = "Coverage, by publisher: of all downloads in the count"
    china, usa = share(), share(geography="USA")
    shares = [f"{title}, by publisher" for title in ("Share of China", "Share of the US", "China minus the US")]
    assert answered(china, usa) == [*shares, coverage]
    assert answered(china) == [shares[0], coverage]
    assert answered() == [coverage]


@pytest.mark.parametrize("other", [{"subject": "downloads of new models"}, {"as_of": "2024"}, {"geography": "China"}])
def test_two_shares_of_two_denominators_or_of_one_country_have_none(other):
    questions = answered(share(), share(**{"geography": "USA"} | other))
    assert [q for q in questions if "minus" in q] == []


def test_the_example_has_its_one_share_set_beside_a_live_snapshot(fresh):
    write("2026-11-27", [model("Qwen/x", 30), model("google/y", 10)])
    assert today.takers(LIVE) == {"02-downloads": "snapshot"}
    rows = today_answers.answers(LIVE, [])
    found = [(row.question, row.printed, row.given) for row in rows if row.printed != "not printed"]
    assert found == [
        (f"Share of China, by {rule}", "“more than 60 percent”", "75.0 %")
        for rule in ("publisher", "base model")
    ]
    assert not any("Ways to count" in row.question for row in rows)


# --- few statements ------------------------------------------------------------------------------


def test_the_totals_of_few_statements_stay_inside_the_picture_and_apart(inside):
    judged = claims.read(paths.processed() / "claims.csv")
    found = scorecard.table(judged, claims.ledger(LEDGER))
    style.use()
    for rows in (found, found.tail(1), found.iloc[[0, 5, 7]]):
        figure = draw_scorecard.scorecard(rows, list(scorecard.GROUPS), "article", "A title")
        figures._check_texts(figure, "scorecard")
