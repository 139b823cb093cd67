"""Scenarios: named parameter sets, what they may be called, and what a build of one writes."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

import airace
from airace import build, notebooks, parameters, paths, scenarios, today
from airace.errors import RequestError
from airace.site import make, upkeep

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ["default", "korea-focus", "without-outliers"]
KOREA = "South Korea"


# --- the shipped scenarios ----------------------------------------------------------------------


@pytest.fixture
def repository(monkeypatch) -> None:
    monkeypatch.setenv("AIRACE_ROOT", str(ROOT))
    monkeypatch.chdir(ROOT)


def test_three_scenarios_are_shipped(repository):
    assert scenarios.names() == SHIPPED


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_scenario_is_allowed_and_changes_all_that_it_names(repository, name):
    found, named = scenarios.load(name)
    settled, overrides = scenarios.settle(notebooks.names(), file=name)
    assert (found, settled) == (name, name)
    assert {notebook: pairs for notebook, pairs in overrides.items() if pairs} == named
    assert bool(named) == (name != "default")


def test_korea_focus_sets_every_parameter_that_can_be_set_to_south_korea(repository):
    _, named = scenarios.load("korea-focus")
    can = {
        (notebook, parameter.name)
        for notebook in notebooks.names()
        for parameter in parameters.read(notebook).values()
        if KOREA in parameter.allowed
    }
    done = {(n, key) for n, pairs in named.items() for key, value in pairs.items() if value == KOREA}
    assert done == can
    assert len(can) == 3


def test_without_outliers_only_leaves_out(repository):
    _, named = scenarios.load("without-outliers")
    assert {key for pairs in named.values() for key in pairs} == {
        "weakest_confidence",
        "weakest",
        "exclude_top",
        "exclude_stale",
    }


# --- names and files ----------------------------------------------------------------------------


@pytest.fixture
def named(project):
    (project.root / "scenarios").mkdir()
    for name, text in {"usa": "01-alpha:\n  focus: USA\n", "default": "# nothing\n"}.items():
        project.write(f"scenarios/{name}.yaml", text)
    return project


def test_the_name_and_the_path_are_the_same_scenario(named):
    by_path = scenarios.load(named.root / "scenarios/usa.yaml")
    assert scenarios.load("usa") == by_path == ("usa", {"01-alpha": {"focus": "USA"}})
    plan = named.airace("build", "--dry-run", "--scenario", "usa")
    again = named.airace("build", "--dry-run", "--scenario", "scenarios/usa.yaml")
    assert (plan.returncode, plan.stdout) == (again.returncode, again.stdout) == (
        0,
        "01-alpha: never built\n02-beta: never built\n",
    )


def test_a_name_is_found_from_any_directory(named, monkeypatch):
    monkeypatch.chdir(named.root / "notebooks")
    assert scenarios.load("usa")[0] == "usa"


def test_an_unknown_name_lists_the_choices_with_the_nearest(named):
    done = named.airace("build", "--scenario", "uas")
    assert (done.returncode, done.stdout, done.stderr) == (
        2,
        "",
        "airace: wanted a scenario of scenarios/ or the path of a file, got 'uas'\n"
        "  found: did you mean 'usa'?\n"
        "  choices: default, usa\n",
    )
    assert not (named.root / "build").exists()


def test_a_repository_without_scenarios_says_so(project):
    done = project.airace("build", "--scenario", "usa")
    assert (done.returncode, done.stderr.splitlines()[-1]) == (2, "  choices: none")


def test_a_word_is_a_name_even_where_a_file_is_called_so(named):
    named.write("europe", "01-alpha:\n  focus: EU\n")
    assert named.airace("build", "--scenario", "europe").returncode == 2
    assert scenarios.load("./europe") == ("europe", {"01-alpha": {"focus": "EU"}})


MISSPELT = {
    "01-alhpa:\n  focus: USA\n": "line 1: wanted a notebook, got '01-alhpa'\n"
    "  found: did you mean '01-alpha'?\n  choices: 01-alpha, 02-beta\n",
    "# Korea\n01-alpha:\n  focsu: South Korea\n": "line 3: wanted a parameter of 01-alpha, got 'focsu'\n"
    "  found: did you mean 'focus'?\n  choices: focus, exclude_top, include_followup\n",
    "02-beta:\n  scale: 1\n01-alpha:\n  focus: Korea\n": "line 4: wanted focus of 01-alpha as str\n"
    "  found: 'Korea' (str), did you mean 'South Korea'?\n  choices: China, USA, EU, South Korea\n",
}


@pytest.mark.parametrize("text, message", MISSPELT.items())
def test_what_is_misspelt_is_named_with_file_line_and_choices(named, text, message):
    named.write("scenarios/usa.yaml", text)
    done = named.airace("build", "--scenario", "usa")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"airace: scenarios/usa.yaml, {message}"
    assert not (named.root / "build").exists()


@pytest.mark.parametrize("name", scenarios.RESERVED)
@pytest.mark.parametrize("form", ["{}", "scenarios/{}.yaml"])
def test_a_name_whose_folder_is_taken_is_refused(named, name, form):
    named.write(f"scenarios/{name}.yaml", "01-alpha:\n  focus: USA\n")
    done = named.airace("build", "--scenario", form.format(name))
    assert (done.returncode, done.stdout, done.stderr) == (
        2,
        "",
        "airace: wanted a scenario file named in lower case, and not "
        f"{', '.join(scenarios.RESERVED)}\n  found: {name}.yaml\n",
    )


def test_every_folder_of_build_that_code_names_is_reserved():
    files = [*(ROOT / "src").rglob("*.py"), *(ROOT / "benchmarks").glob("*.py")]
    written = "".join(file.read_text() for file in files)
    literal = set(re.findall(r"paths\.build\(\"([a-z]+)\"\)", written))
    assert literal >= {"interactive", "mutants", "site"}
    assert literal | {today.SCENARIO, build.CHECK, scenarios.CUSTOM} <= set(scenarios.RESERVED)


def test_only_the_file_that_make_today_writes_may_be_called_today(named):
    (named.root / "build/today").mkdir(parents=True)
    named.write("build/today/today.yaml", "01-alpha:\n  focus: USA\n")
    own = named.root / "build/today/today.yaml"
    assert scenarios.load(own) == ("today", {"01-alpha": {"focus": "USA"}})
    with pytest.raises(RequestError, match="and not check, custom"):
        (named.root / "mine").mkdir()
        shutil.copy(own, named.root / "mine/today.yaml")
        scenarios.load(named.root / "mine/today.yaml")


# --- what a build of a scenario writes -----------------------------------------------------------


@pytest.fixture
def sites(built, monkeypatch) -> list[str]:
    """Names of the scenarios of which a site was made; a page stands for all of them."""
    (built.root / "scenarios").mkdir()
    built.write("scenarios/usa.yaml", "01-alpha:\n  focus: USA\n02-beta:\n  scale: 2\n")
    made: list[str] = []

    def site(name: str) -> None:
        folder = paths.build(name) / "site"
        folder.mkdir(exist_ok=True)
        for page in ("index.html", "comparison.html"):
            (folder / page).write_text(f"{len(made)}")
        made.append(name)

    monkeypatch.setattr(make, "site", site)
    return made


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def test_a_scenario_writes_nothing_that_the_default_publishes(built, sites):
    folders = [built.root / name for name in ("figures", "data", "build/default", "notebooks")]
    before = [contents(folder) for folder in folders]
    assert built.airace("build", "--scenario", "usa").returncode == 0
    assert [contents(folder) for folder in folders] == before
    assert built.read("build/usa/processed/beta.csv") == "value\n14.0\n"
    assert built.read("build/usa/processed/claims.csv") == '{"C1": 1}\n{"C2": 14.0}\n'


def test_a_whole_scenario_gets_a_site_and_the_pages_are_named(built, sites):
    done = built.airace("build", "--scenario", "usa")
    assert (done.returncode, sites) == (0, ["usa"])
    assert done.stdout == (
        "build/usa/figures/alpha.png\nbuild/usa/site/index.html\nbuild/usa/site/comparison.html\n"
    )
    assert done.stderr.endswith("site of usa in build/usa/site/, set beside the default\n")


CODE = (
    "import sys; from airace.cli import main\n"
    "try: main()\n"
    "finally: print([m for m in ('papermill', 'pandas', 'nbformat', 'jinja2') if m in sys.modules])"
)


def test_a_scenario_with_nothing_to_do_leaves_its_site_and_imports_nothing_large(built, sites):
    built.airace("build", "--scenario", "usa")
    done = built.python(CODE, "build", "--scenario", "usa")
    assert (done.returncode, done.stdout.splitlines()[1:]) == (
        0,
        ["build/usa/site/index.html", "build/usa/site/comparison.html", "[]"],
    )
    assert done.stderr == (
        "nothing to do: 2 notebooks are up to date\nthe site in build/usa/site/ is up to date\n"
    )


CHANGES = {
    "a table of the default": lambda b: b.write("data/processed/beta.csv", "value\n9\n"),
    "a picture of the default": lambda b: b.write("figures/alpha.svg", "<svg/>"),
    "the code of the pages": lambda b: b.write("src/airace/site/pages.py", "# other\n"),
    "a page": lambda b: (b.root / "build/usa/site/comparison.html").unlink(),
    "a description": lambda b: b.write("data/raw/market_size/2026-03-06/datapackage.json", "{} "),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_site_is_made_anew_when_something_that_it_shows_has_changed(built, sites, change):
    built.airace("build", "--scenario", "usa")
    CHANGES[change](built)
    assert built.airace("build", "--scenario", "usa").returncode == 0
    assert sites == ["usa", "usa"]


def test_a_part_of_a_scenario_gets_no_site_and_says_what_is_missing(built, sites):
    done = built.airace("build", "01-alpha", "--scenario", "usa")
    assert (done.returncode, sites) == (0, [])
    assert done.stdout == "build/usa/figures/alpha.png\n"
    assert done.stderr.endswith(
        "no site yet: still to be built with usa: 02-beta\n  next: airace build --scenario usa\n"
    )


def test_the_last_part_of_a_scenario_makes_it_whole(built, sites):
    built.airace("build", "01-alpha", "--scenario", "usa")
    assert built.airace("build", "02-beta", "--scenario", "usa").returncode == 0
    assert sites == ["usa"]


def test_a_site_whose_scenario_was_edited_stays_until_all_is_built(built, sites):
    built.airace("build", "--scenario", "usa")
    built.write("scenarios/usa.yaml", "01-alpha:\n  focus: EU\n02-beta:\n  scale: 0.5\n")
    done = built.airace("build", "01-alpha", "--scenario", "usa")
    assert sites == ["usa"]
    assert "build/usa/site/ stays as it was: still to be built with usa: 02-beta\n" in done.stderr


def test_a_scenario_with_a_failing_notebook_gets_no_site(built, sites):
    failing = "run = None\n1 / 0\nrun.table('beta', 1), run.evidence('C2', 1)"
    built.notebook("02-beta", failing, parameters="scale: float = 1  # range: 0..2")
    done = built.airace("build", "--scenario", "usa")
    assert (done.returncode, sites) == (1, [])
    assert "no site yet: still to be built with usa: 02-beta\n" in done.stderr


def test_verdicts_that_cannot_be_merged_are_no_whole_scenario(built, sites, monkeypatch):
    def refuse(folder: Path) -> None:
        raise RequestError("wanted evidence for one ledger")

    monkeypatch.setattr(airace.claims, "collect", refuse)
    done = built.airace("build", "--scenario", "usa")
    assert (done.returncode, sites) == (2, [])
    assert "no site yet: still to be built with usa: its verdicts\n" in done.stderr


@pytest.mark.parametrize("arguments", [(), ("--scenario", "default"), ("-p", "focus=USA")])
def test_default_and_custom_parameters_get_no_site_and_no_word_about_it(built, sites, arguments):
    built.write("scenarios/default.yaml", "")
    done = built.airace("build", *arguments)
    assert (done.returncode, sites) == (0, [])
    assert "site" not in done.stdout + done.stderr


def test_the_scenario_of_make_today_gets_no_site(built, sites):
    (built.root / "build/today").mkdir()
    built.write("build/today/today.yaml", "01-alpha:\n  focus: USA\n")
    done = built.airace("build", "--scenario", "build/today/today.yaml")
    assert (done.returncode, sites) == (0, [])
    assert done.stdout == "build/today/figures/alpha.png\n"
    assert not upkeep.has_site("today")


OVERVIEW = "from airace.run import start\nfrom airace import paths\nseen = paths.claims('usa').read_text()"


def test_an_overview_alone_says_whose_verdicts_it_shows(built, sites):
    built.notebook("00-overview", OVERVIEW, 'start("00-overview").table("overview", repr(seen))')
    alone = built.airace("build", "00-overview", "--scenario", "usa")
    note = "00-overview shows the verdicts of data/processed/claims.csv: no evidence yet from "
    assert (alone.returncode, f"{note}01-alpha, 02-beta\n" in alone.stderr) == (0, True)
    assert '{"C2": 7}' in built.read("build/usa/processed/overview.csv")
    whole = built.airace("build", "--scenario", "usa")
    assert (whole.returncode, note in whole.stderr) == (0, False)
    assert '{"C2": 14.0}' in built.read("build/usa/processed/overview.csv")
