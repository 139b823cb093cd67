"""Named parameter sets: a YAML mapping of notebook to parameters, checked key by key with its line.

The scenario of a file is called like the file, and one in ``scenarios/`` is found by its name alone;
``default`` overrides nothing, and bare ``-p`` make the scenario ``custom``. Only what differs from a
notebook's own default counts as an override.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

from airace import notebooks, parameters, paths
from airace.errors import RequestError, nearest
from airace.parameters import Value

DEFAULT = "default"
CUSTOM = "custom"
CHECK = "check"  # the default parameters, rebuilt beside what is published
TODAY = "today"  # the answers of a live snapshot
RESERVED = (CHECK, CUSTOM, "interactive", "mutants", "site", TODAY)  # folders of build/, all taken
SUFFIX = ".yaml"
NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")

Overrides = dict[str, dict[str, Value]]  # notebook -> parameter -> value


def names() -> list[str]:
    """Names of the scenarios in ``scenarios/``, sorted."""
    return sorted(file.stem for file in paths.scenarios().glob(f"*{SUFFIX}"))


def find(wanted: Path | str) -> Path:
    """Return the file of a scenario, given by its name in ``scenarios/`` or by a path.

    A word without a slash and without ``.yaml`` is a name. Raises RequestError if there is no such file.
    """
    path = Path(wanted)
    if str(wanted) == path.name and path.suffix != SUFFIX:
        known = names()
        if str(wanted) not in known:
            folder = paths.relative(paths.scenarios())
            asked = f"wanted a scenario of {folder}/ or the path of a file, got {str(wanted)!r}"
            raise RequestError(asked, nearest(str(wanted), known), known or "none")
        return Path(os.path.relpath(paths.scenarios() / f"{wanted}{SUFFIX}"))  # as one would type it
    if not path.is_file():
        siblings = sorted(str(file) for file in path.parent.glob(f"*{SUFFIX}"))
        found = nearest(str(path), siblings)
        raise RequestError(f"wanted a scenario file, got {str(path)!r}", found, siblings)
    return path


def load(wanted: Path | str) -> tuple[str, Overrides]:
    """Return the name of a scenario and its parameters by notebook; see ``find`` for ``wanted``.

    Raises RequestError, naming file, line and key, for anything that the notebooks do not allow.
    """
    path = find(wanted)
    name = _name(path)
    contracts = {notebook: parameters.read(notebook) for notebook in notebooks.names()}
    found: Overrides = {}
    for notebook, block, place in _pairs(_document(path), path, "notebooks"):
        if notebook not in contracts:
            _unknown(place, "notebook", notebook, contracts)
        found[notebook] = {}
        for key, node, place in _pairs(block, path, f"parameters of {notebook}"):
            if key not in contracts[notebook]:
                _unknown(place, f"parameter of {notebook}", key, contracts[notebook])
            typed = node.value if isinstance(node, yaml.ScalarNode) else None
            value = contracts[notebook][key].check(_value(node, place), typed, place)
            found[notebook][key] = value
    if name == DEFAULT and any(found.values()):
        wanted = f"{path}: the scenario {DEFAULT} overrides nothing"
        raise RequestError(wanted, f"parameters of {', '.join(filter(found.get, found))}")
    return name, found


def settle(
    selected: Iterable[str], assignments: Iterable[str] = (), file: Path | str | None = None
) -> tuple[str, Overrides]:
    """Return the name of the scenario and the overrides of each selected notebook.

    Each assignment ``NAME=VALUE`` goes to every selected notebook that has the parameter, on top of
    the file. Raises RequestError for an assignment that no selected notebook, or not every one of
    those that have the parameter, allows.
    """
    contracts = {notebook: parameters.read(notebook) for notebook in selected}
    name, from_file = load(file) if file else (DEFAULT, {})
    base = _differing(contracts, {n: from_file.get(n, {}) for n in contracts})
    typed = _assigned(contracts, assignments)
    full = {n: from_file.get(n, {}) | typed[n] for n in contracts}
    overrides = _differing(contracts, full)
    if overrides != base:
        name = CUSTOM if any(overrides.values()) else DEFAULT
    return name, overrides


def _assigned(contracts: dict, assignments: Iterable[str]) -> Overrides:
    result: Overrides = {notebook: {} for notebook in contracts}
    seen: set[str] = set()
    for name, value, typed in map(parameters.parse_assignment, assignments):
        if name in seen:
            raise RequestError(f"wanted each parameter once, got -p {name}=… twice")
        seen.add(name)
        having = [notebook for notebook in contracts if name in contracts[notebook]]
        if not having:
            known = sorted({key for contract in contracts.values() for key in contract})
            _unknown("", f"parameter of {', '.join(contracts)}", name, known)
        for notebook in having:
            result[notebook][name] = contracts[notebook][name].check(value, typed)
    return result


def _differing(contracts: dict, values: Overrides) -> Overrides:
    return {
        notebook: {k: v for k, v in values[notebook].items() if v != contract[k].default}
        for notebook, contract in contracts.items()
    }


def _name(path: Path) -> str:
    own = path.resolve() == paths.build(TODAY).resolve() / f"{TODAY}{SUFFIX}"  # of ``make today``
    if not NAME.fullmatch(path.stem) or (path.stem in RESERVED and not own):
        wanted = f"wanted a scenario file named in lower case, and not {', '.join(RESERVED)}"
        raise RequestError(wanted, path.name)
    return path.stem


def _document(path: Path) -> yaml.Node | None:
    try:
        return yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RequestError(f"{path}: wanted YAML", " ".join(str(error).split())) from error


def _pairs(
    node: yaml.Node | None, path: Path, content: str
) -> Iterator[tuple[str, yaml.Node, str]]:
    """Yield key, value node and place of each entry; an empty node has none."""
    if node is None or node.tag == "tag:yaml.org,2002:null":
        return
    if not isinstance(node, yaml.MappingNode):
        place = f"{path}, line {node.start_mark.line + 1}"
        raise RequestError(f"{place}: wanted a mapping of {content}", f"a {node.id}")
    lines: dict[str, int] = {}
    for key, value in node.value:
        line, text = key.start_mark.line + 1, str(key.value)
        if text in lines:
            wanted = f"{path}, line {line}: wanted each key once"
            raise RequestError(wanted, f"{text} again, first in line {lines[text]}")
        lines[text] = line
        yield text, value, f"{path}, line {line}"


def _value(node: yaml.Node, place: str) -> object:
    try:
        return yaml.SafeLoader("").construct_document(node)
    except (yaml.YAMLError, ValueError) as error:
        raise RequestError(f"{place}: wanted plain YAML", str(error).splitlines()[0]) from error


def _unknown(place: str, kind: str, name: str, known: Iterable[str]) -> None:
    known = list(known)
    prefix = f"{place}: " if place else ""
    wanted = f"{prefix}wanted a {kind}, got {name!r}"
    raise RequestError(wanted, nearest(name, known), known or "none")
