"""Every function that a notebook calls shows by an example what it gives, and every example is true.

An example runs as it stands: it has the imports that it needs, so that it can be pasted into a
notebook or a Python shell. Tables print as they do in a notebook, whatever the terminal is.
"""

from __future__ import annotations

import ast
import doctest
import importlib
import inspect
import re
import warnings
from pathlib import Path

import matplotlib as mpl
import pandas as pd
import pytest

from airace import notebooks, run, words

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "airace"
PUBLISHED = [ROOT / "figures", ROOT / "data" / "processed"]
DISPLAY = [part for option in run.DISPLAY.items() for part in option]


def sources() -> dict[str, str]:
    """The code of each notebook as one text."""
    return {n: "\n".join(c.source for c in notebooks.code(n)) for n in notebooks.names()}


def called(code: str) -> dict[str, object]:
    """The functions, classes, methods and properties of the package that ``code`` names."""
    tree = ast.parse(code)
    known: dict[str, object] = {"run": run.Run}  # what every notebook opens with
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            assert not any(a.name.startswith("airace") for a in node.names), "from airace import …"
        if isinstance(node, ast.ImportFrom) and node.module == "airace":
            known |= {a.asname or a.name: _module(a.name) for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module.startswith("airace."):
            home = importlib.import_module(node.module)
            found += [getattr(home, a.name) for a in node.names]
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found.append(getattr(known.get(node.value.id), node.attr, None))
    return {_name(thing): thing for thing in found if callable(thing) or _is_property(thing)}


def examples(thing: object) -> list[str]:
    return [e.source for e in doctest.DocTestParser().get_examples(inspect.getdoc(thing) or "")]


def without_example(code: str) -> list[str]:
    """What ``code`` names and whose docstring has no example that names it, too."""
    return sorted(
        name
        for name, thing in called(code).items()
        if not any(re.search(rf"\b{name.split('.')[-1]}\b", source) for source in examples(thing))
    )


def _module(name: str):
    return importlib.import_module(f"airace.{name}")


def _is_property(thing: object) -> bool:
    return isinstance(thing, property)


def _name(thing: object) -> str:
    thing = thing.fget if _is_property(thing) else thing
    return f"{thing.__module__}.{thing.__qualname__}".removeprefix("airace.")


def _with_examples() -> list[str]:
    """Modules in whose files an example stands."""
    files = [f for f in PACKAGE.rglob("*.py") if ">>> " in f.read_text(encoding="utf-8")]
    parts = [f.relative_to(PACKAGE).with_suffix("").parts for f in files]
    return sorted(".".join(p).removesuffix(".__init__") for p in parts)


def _state() -> dict[str, int]:
    return {str(f): f.stat().st_mtime_ns for place in PUBLISHED for f in place.iterdir()}


def test_the_notebooks_call_many_functions():
    every = [name for code in sources().values() for name in called(code)]
    assert len(set(every)) > 200
    assert {"run.Run.printed", "run.Run.article_day", "lag.daily", "run.start"} <= set(every)


@pytest.mark.parametrize("notebook", notebooks.names())
def test_every_function_that_a_notebook_calls_has_an_example_of_itself(notebook):
    assert without_example(sources()[notebook]) == []


def test_a_call_without_an_example_is_found_by_module_by_alias_and_by_name():
    assert without_example("from airace import words\nwords.listed(['a'])") == ["words.listed"]
    assert without_example("from airace import words as w\nw.the('USA')") == ["words.the"]
    assert without_example("from airace.words import listed") == ["words.listed"]
    assert without_example("run._remember_inputs()") == ["run.Run._remember_inputs"]


def test_an_example_of_something_else_does_not_count(monkeypatch):
    monkeypatch.setattr(words.day, "__doc__", ">>> 1 + 1\n2\n")
    assert without_example("from airace import words\nwords.day('2026-03-10')") == ["words.day"]


def test_constants_and_the_code_of_others_need_no_example():
    assert called("import pandas as pd\nfrom airace import lag\npd.concat([]), lag.DEFINITIONS") == {}


@pytest.mark.parametrize("module", _with_examples())
def test_the_examples_are_true_and_leave_what_is_published_alone(module, tmp_path, monkeypatch):
    monkeypatch.setenv("AIRACE_OUTPUT", str(tmp_path / "default" / "staging"))
    monkeypatch.setenv("AIRACE_ROOT", str(ROOT))
    monkeypatch.chdir(tmp_path)
    before = _state()
    runner = doctest.DocTestRunner(
        verbose=False, optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    )
    told: list[str] = []
    with pd.option_context(*DISPLAY), mpl.rc_context(), warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)  # a reader would see it, too
        for test in doctest.DocTestFinder().find(_module(module), globs={}):
            runner.run(test, out=told.append)
    assert runner.tries > 0
    assert runner.failures == 0, "".join(told)
    assert _state() == before
