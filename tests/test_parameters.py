"""The parameters cell is a contract, and what does not fit it is refused before anything starts."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from airace import parameters
from airace.cli import main
from airace.errors import RequestError

SEPTEMBER, OCTOBER = "hub_catalogue/2026-09-03", "hub_catalogue/2026-10-08"
ALL = """\
# What the reader may change
focus: str = "China"  # one of: China, USA, EU, South Korea
exclude_top: int = 0  # range: 0..20; the largest models
weight: float = 0.5  # range: -1..1.5
include_followup: bool = True  # points after the article
tasks: list[str] = ["all"]  # any of: all, text-generation, feature-extraction
snapshot: str = "hub_catalogue/2026-10-08"  # snapshot of: hub_catalogue, live
rate_date: str = "2026-03-10"  # date: 2016-01-04..2026-10-30
"""


def refusal(*arguments: str) -> str:
    result = CliRunner().invoke(main, ["build", *arguments])
    assert (result.exit_code, result.stdout) == (2, "")
    return result.stderr


@pytest.fixture
def contract(project):
    project.snapshot(SEPTEMBER)
    project.snapshot(OCTOBER)
    project.notebook("03-all", "1", parameters=ALL)
    return parameters.read("03-all")


def test_every_form_of_the_contract_is_read(contract):
    read = {p.name: (p.type, p.default, p.rule, p.allowed, p.line) for p in contract.values()}
    assert read == {
        "focus": ("str", "China", "one of", ("China", "USA", "EU", "South Korea"), 2),
        "exclude_top": ("int", 0, "range", (0, 20), 3),
        "weight": ("float", 0.5, "range", (-1.0, 1.5), 4),
        "include_followup": ("bool", True, "", (), 5),
        "tasks": ("list[str]", ["all"], "any of", ("all", "text-generation", "feature-extraction"), 6),
        "snapshot": ("str", OCTOBER, "snapshot of", (SEPTEMBER, OCTOBER), 7),
        "rate_date": ("str", "2026-03-10", "date", ("2016-01-04", "2026-10-30"), 8),
    }  # fmt: skip


def test_a_test_is_told_which_values_to_try(contract):
    assert {name: parameters.value_sets(p) for name, p in contract.items()} == {
        "focus": ["China", "USA", "EU", "South Korea"],
        "exclude_top": [0, 20],
        "weight": [-1.0, 1.5],
        "include_followup": [True, False],
        "tasks": [["all"], ["text-generation"], ["feature-extraction"]],
        "snapshot": [SEPTEMBER, OCTOBER],
        "rate_date": ["2016-01-04", "2026-10-30"],
    }


def test_a_live_snapshot_is_allowed_as_soon_as_it_is_there(contract, project):
    folder = project.root / "data/live/2026-11-27"
    folder.mkdir(parents=True)
    assert parameters.read("03-all")["snapshot"].allowed == (SEPTEMBER, OCTOBER)
    (folder / "datapackage.json").write_text("{}")
    allowed = parameters.read("03-all")["snapshot"].allowed
    assert allowed == (SEPTEMBER, OCTOBER, "live/2026-11-27")


def test_a_notebook_without_parameters_cell_has_no_parameters(project):
    project.notebook("03-all", "x = 1")
    assert parameters.read("03-all") == {}


BROKEN_CELLS = {
    'focus = "China"': "typed assignments and comments only: name: type = value\n  found: focus = 'China'",
    "focus: str": "typed assignments and comments only: name: type = value\n  found: focus: str",
    "import os": "typed assignments and comments only: name: type = value\n  found: import os",
    "n: number = 1": "a known type\n  found: number\n  choices: str, int, float, bool, list[str]",
    "n: Int = 1": "a known type\n  found: Int, did you mean 'int'?\n"
    "  choices: str, int, float, bool, list[str]",
    "n: int = f()  # range: 0..1": "a plain value\n  found: f()",
    'focus: str = "China"': "allowed values of type str in the comment behind it\n"
    "  found: no comment\n  choices: # one of: …, # snapshot of: …, # date: …",
    'focus: str = "China"  # oneof: China': "allowed values of type str in the comment behind it\n"
    "  found: 'oneof: China'\n  choices: # one of: …, # snapshot of: …, # date: …",
    "flag: bool = True  # one of: True": "allowed values of type bool in the comment behind it\n"
    "  found: 'one of: True'\n  choices: none",
    "n: int = 1  # range: 5..0": "two ends with two dots, the smaller first\n  found: '5..0'",
    "n: int = 1  # range: 0..x": "allowed values of type int\n  found: '0..x'",
    'd: str = "2026-01-01"  # date: 2026-01-01..2026-02-30': "allowed values of type str\n"
    "  found: '2026-01-01..2026-02-30'",
    's: str = "x"  # snapshot of: nothing': "a topic of data/raw\n  found: 'nothing'",
    's: str = "x"  # snapshot of: live': "a topic of data/raw\n  found: 'live'",
    's: str = "x"  # snapshot of: market_size, nothing': "a topic of data/raw\n  found: 'nothing'",
    's: str = "x"  # snapshot of: market_size,': "a topic of data/raw\n  found: ''",
    "n: int = (": "Python\n  found: '(' was never closed",
    "n: int = 30  # range: 0..20": "n of 03-bad as int\n  found: 30 (int)\n  choices: 0 to 20",
    "n: int = True  # range: 0..20": "n of 03-bad as int\n  found: True (bool)\n  choices: 0 to 20",
    'n: str = "Chna"  # one of: China, USA': "n of 03-bad as str\n"
    "  found: 'Chna' (str), did you mean 'China'?\n  choices: China, USA",
}


@pytest.mark.parametrize("cell, text", BROKEN_CELLS.items())
def test_a_cell_that_breaks_the_contract_is_refused_with_its_line(project, cell, text):
    project.notebook("03-bad", "1", parameters=f"# first\n{cell}")
    assert refusal("03-bad") == f"airace: 03-bad, parameters cell, line 2: wanted {text}\n"


def test_a_parameter_defined_twice_is_refused(project):
    project.notebook("03-bad", "1", parameters="a: bool = True\nb: bool = True\na: bool = True")
    assert refusal("03-bad") == (
        "airace: 03-bad, parameters cell, line 3: wanted each name once\n"
        "  found: a again, first in line 1\n"
    )


REFUSED = {
    "focus=Chna": "wanted focus of 03-all as str\n  found: 'Chna' (str), did you mean 'China'?\n"
    "  choices: China, USA, EU, South Korea",
    "focus=no": "wanted focus of 03-all as str\n  found: False (bool), as YAML reads no\n"
    "  choices: China, USA, EU, South Korea",
    "focus=": "wanted focus of 03-all as str\n  found: None (NoneType), as YAML reads an empty text\n"
    "  choices: China, USA, EU, South Korea",
    "exclude_top=21": "wanted exclude_top of 03-all as int\n  found: 21 (int)\n  choices: 0 to 20",
    "exclude_top=1.5": "wanted exclude_top of 03-all as int\n"
    "  found: 1.5 (float), as YAML reads 1.5\n  choices: 0 to 20",
    "exclude_top=true": "wanted exclude_top of 03-all as int\n"
    "  found: True (bool), as YAML reads true\n  choices: 0 to 20",
    'exclude_top="3"': "wanted exclude_top of 03-all as int\n"
    "  found: '3' (str), as YAML reads \"3\"\n  choices: 0 to 20",
    "weight=.nan": "wanted weight of 03-all as float\n  found: nan (float)\n  choices: -1.0 to 1.5",
    "include_followup=yes-please": "wanted include_followup of 03-all as bool\n"
    "  found: 'yes-please' (str), as YAML reads yes-please\n  choices: true, false",
    "include_followup=1": "wanted include_followup of 03-all as bool\n"
    "  found: 1 (int), as YAML reads 1\n  choices: true, false",
    "tasks=all": "wanted tasks of 03-all as list[str]\n  found: 'all' (str), as YAML reads all\n"
    "  choices: any of all, text-generation, feature-extraction\n  next: write -p 'tasks=[all]'",
    "tasks=[]": "wanted tasks of 03-all as list[str]\n  found: [] (list)\n"
    "  choices: any of all, text-generation, feature-extraction",
    "tasks=[text]": "wanted tasks of 03-all as list[str]\n"
    "  found: ['text'] (list), did you mean 'text-generation'?\n"
    "  choices: any of all, text-generation, feature-extraction",
    "rate_date=2026-03-10": "wanted rate_date of 03-all as str\n"
    "  found: datetime.date(2026, 3, 10) (date), as YAML reads 2026-03-10\n"
    "  choices: 2016-01-04 to 2026-10-30\n  next: write -p 'rate_date=\"2026-03-10\"'",
    'rate_date="2026-10-31"': "wanted rate_date of 03-all as str\n  found: '2026-10-31' (str)\n"
    "  choices: 2016-01-04 to 2026-10-30",
    "snapshot=hub_catalogue/2026-10-09": "wanted snapshot of 03-all as str\n"
    f"  found: 'hub_catalogue/2026-10-09' (str), did you mean '{OCTOBER}'?\n"
    f"  choices: {SEPTEMBER}, {OCTOBER}",
    "snapshot=2026-10-08": "wanted snapshot of 03-all as str\n"
    "  found: datetime.date(2026, 10, 8) (date), as YAML reads 2026-10-08, "
    f"did you mean '{OCTOBER}'?\n  choices: {SEPTEMBER}, {OCTOBER}",
    "snapshot=live/2026-10-08": "wanted snapshot of 03-all as str\n"
    f"  found: 'live/2026-10-08' (str), did you mean '{OCTOBER}'?\n"
    f"  choices: {SEPTEMBER}, {OCTOBER}",
    "focsu=USA": "wanted a parameter of 03-all, got 'focsu'\n  found: did you mean 'focus'?\n"
    "  choices: exclude_top, focus, include_followup, rate_date, snapshot, tasks, weight",
    "focus": "wanted -p NAME=VALUE\n  found: 'focus'",
    "tasks=[all": "wanted -p tasks=VALUE as in YAML\n  found: '[all': while parsing a flow sequence",
}


@pytest.mark.parametrize("assignment, text", REFUSED.items())
def test_an_assignment_that_is_not_allowed_is_refused(contract, assignment, text):
    assert refusal("03-all", "-p", assignment) == f"airace: {text}\n"


def test_a_parameter_given_twice_is_refused(contract):
    text = refusal("03-all", "-p", "focus=USA", "-p", "focus=EU")
    assert text == "airace: wanted each parameter once, got -p focus=… twice\n"


def test_a_value_must_be_allowed_in_every_notebook_that_has_the_parameter(project):
    assert refusal("-p", "focus=EU") == (
        "airace: wanted focus of 02-beta as str\n"
        "  found: 'EU' (str), did you mean 'USA'?\n"
        "  choices: China, USA\n"
    )


def test_values_keep_their_yaml_type(contract):
    assert parameters.parse_assignment("include_followup=true") == (
        "include_followup",
        True,
        "true",
    )
    assert contract["include_followup"].check(True) is True
    assert repr(contract["weight"].check(1)) == "1.0"
    with pytest.raises(RequestError, match="wanted exclude_top of 03-all as int"):
        contract["exclude_top"].check(True)


SCENARIOS = {
    "01-alpa:\n  focus: USA\n": "line 1: wanted a notebook, got '01-alpa'\n"
    "  found: did you mean '01-alpha'?\n  choices: 01-alpha, 02-beta",
    "01-alpha:\n  fokus: USA\n": "line 2: wanted a parameter of 01-alpha, got 'fokus'\n"
    "  found: did you mean 'focus'?\n  choices: focus, exclude_top, include_followup",
    "01-alpha:\n  focus: no\n": "line 2: wanted focus of 01-alpha as str\n"
    "  found: False (bool), as YAML reads no\n  choices: China, USA, EU, South Korea",
    "01-alpha:\n\n  exclude_top: 21\n": "line 3: wanted exclude_top of 01-alpha as int\n"
    "  found: 21 (int)\n  choices: 0 to 20",
    "01-alpha:\n  focus: USA\n  focus: EU\n": "line 3: wanted each key once\n"
    "  found: focus again, first in line 2",
    "01-alpha: USA\n": "line 1: wanted a mapping of parameters of 01-alpha\n  found: a scalar",
    "- 01-alpha\n": "line 1: wanted a mapping of notebooks\n  found: a sequence",
}


@pytest.mark.parametrize("text, message", SCENARIOS.items())
def test_a_scenario_that_is_not_allowed_is_refused_with_its_line(project, text, message):
    project.write("usa.yaml", text)
    file = str(project.root / "usa.yaml")
    assert refusal("--scenario", file) == f"airace: {file}, {message}\n"


def test_a_scenario_that_is_not_yaml_is_refused(project):
    project.write("usa.yaml", "a: [")
    file = str(project.root / "usa.yaml")
    assert refusal("--scenario", file).startswith(f"airace: {file}: wanted YAML\n  found: while ")


def test_a_missing_scenario_file_is_refused_with_the_nearest(project):
    project.write("usa.yaml", "")
    there, typed = project.root / "usa.yaml", project.root / "use.yaml"
    assert refusal("--scenario", str(typed)) == (
        f"airace: wanted a scenario file, got '{typed}'\n"
        f"  found: did you mean '{there}'?\n"
        f"  choices: {there}\n"
    )


def test_the_default_scenario_overrides_nothing(project):
    project.write("default.yaml", "01-alpha:\n  focus: China\n")
    file = str(project.root / "default.yaml")
    assert refusal("--scenario", file) == (
        f"airace: {file}: the scenario default overrides nothing\n  found: parameters of 01-alpha\n"
    )


@pytest.mark.parametrize("name", ["custom", "check", "Upper"])
def test_a_scenario_name_that_means_something_else_is_refused(project, name):
    project.write(f"{name}.yaml", "")
    assert refusal("--scenario", str(project.root / f"{name}.yaml")) == (
        "airace: wanted a scenario file named in lower case, and not check, custom, interactive, "
        "mutants, site, today\n"
        f"  found: {name}.yaml\n"
    )
