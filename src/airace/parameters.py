"""Reads the contract of a notebook's ``parameters`` cell: type, default and allowed values.

The cell holds nothing but typed assignments and comments; the comment behind an assignment is the
contract, with prose after a semicolon::

    focus: str = "China"  # one of: China, USA, EU, South Korea
    exclude_top: int = 0  # range: 0..20; the largest models
    include_followup: bool = True
    tasks: list[str] = ["all"]  # any of: all, text-generation
    snapshot: str = "hub_catalogue/2026-10-08"  # snapshot of: hub_catalogue, live
    rate_date: str = "2026-03-10"  # date: 2016-01-04..2026-10-30
"""

from __future__ import annotations

import ast
import io
import tokenize
from dataclasses import dataclass
from datetime import date
from typing import NoReturn

import yaml

from airace import inputs, notebooks
from airace.errors import RequestError, nearest
from airace.paths import LIVE

TAG = "parameters"
SNAPSHOT = "snapshot of"  # of these topics; the values are whole ids
Value = str | int | float | bool | list[str]

RULES = {  # which rules each type may have
    "str": ("one of", SNAPSHOT, "date"),
    "int": ("range", "one of"),
    "float": ("range", "one of"),
    "bool": (),
    "list[str]": ("any of",),
}
BETWEEN = ("range", "date")  # the allowed values are two ends


@dataclass(frozen=True)
class Parameter:
    """One parameter of a notebook. ``allowed`` holds every choice, or the two ends of a range."""

    notebook: str
    name: str
    type: str
    default: Value
    rule: str
    allowed: tuple
    line: int

    def check(self, value: object, typed: str | None = None, place: str = "") -> Value:
        """Return the value (an int as float where a float is wanted).

        ``typed`` is what the person wrote before YAML read it, ``place`` where. Raises RequestError.
        """
        if self.allows(value):
            return float(value) if self.type == "float" else value
        where = f"{place}: " if place else ""
        wanted = f"{where}wanted {self.name} of {self.notebook} as {self.type}"
        found = f"{value!r} ({type(value).__name__})"
        next_command = ""
        if self._has_type(value):
            found += self._hint(value)
        elif typed is not None:
            found += f", as YAML reads {typed}" if typed else ", as YAML reads an empty text"
            meant = self.type != "str" or self._is_allowed(typed)
            next_command = self._spelling(typed, place) if meant else ""
            found += "" if meant else self._hint(typed)
        raise RequestError(wanted, found, self.choices(), next_command)

    def allows(self, value: object) -> bool:
        """Whether the value has the right type and is among the allowed ones."""
        return self._has_type(value) and self._is_allowed(value)

    def choices(self) -> str:
        """The allowed values in words."""
        if self.type == "bool":
            return "true, false"
        if self.rule in BETWEEN:
            return f"{self.allowed[0]} to {self.allowed[1]}"
        listed = ", ".join(map(str, self.allowed))
        return f"any of {listed}" if self.rule == "any of" else listed

    def _has_type(self, value: object) -> bool:
        if isinstance(value, bool) or self.type == "bool":
            return isinstance(value, bool) and self.type == "bool"
        if self.type == "list[str]":
            return isinstance(value, list) and all(isinstance(item, str) for item in value)
        return isinstance(value, {"str": str, "int": int, "float": (int, float)}[self.type])

    def _is_allowed(self, value: Value) -> bool:
        if self.rule == "date":
            return _is_date(value) and self.allowed[0] <= value <= self.allowed[1]
        if self.rule == "range":
            return self.allowed[0] <= value <= self.allowed[1]
        if self.rule == "any of":
            once = len(set(value)) == len(value) > 0
            return once and all(item in self.allowed for item in value)
        return self.type == "bool" or value in self.allowed

    def _hint(self, value: Value) -> str:
        if self.rule in BETWEEN:
            return ""
        items = value if isinstance(value, list) else [value]
        wrong = [str(item) for item in items if item not in self.allowed]
        match = nearest(wrong[0], map(str, self.allowed)) if wrong else ""
        return f", {match}" if match else ""

    def _spelling(self, typed: str, place: str) -> str:
        """How to write what was probably meant."""
        if self.type == "list[str]":
            right = typed if typed.startswith("[") else f"[{typed}]"
        elif self.type == "str":
            right = f'"{typed}"'
        else:
            return ""
        return f"write {self.name}: {right}" if place else f"write -p '{self.name}={right}'"


def read(notebook: str) -> dict[str, Parameter]:
    """Return the parameters of a notebook by name; empty where no cell is tagged ``parameters``.

    Raises RequestError, naming notebook and line, if the cell breaks the contract.
    """
    tagged = [cell for cell in notebooks.cells(notebook) if TAG in cell.tags]
    if len(tagged) > 1:
        numbers = ", ".join(str(cell.number) for cell in tagged)
        raise RequestError(f"{notebook}: wanted one cell tagged {TAG}", f"cells {numbers}")
    found: dict[str, Parameter] = {}
    for source in (cell.source for cell in tagged):
        comments = _comments(notebook, source)
        for statement in ast.parse(source).body:
            parameter = _parameter(notebook, statement, comments.get(statement.end_lineno, ""))
            if parameter.name in found:
                first = found[parameter.name].line
                again = f"{parameter.name} again, first in line {first}"
                _refuse(notebook, statement.lineno, "each name once", again)
            found[parameter.name] = parameter
    return found


def parse_assignment(text: str) -> tuple[str, object, str]:
    """Split ``NAME=VALUE`` into the name, the value as YAML reads it, and the value as typed."""
    name, equals, typed = text.partition("=")
    if not equals or not name.isidentifier():
        raise RequestError("wanted -p NAME=VALUE", repr(text))
    try:
        return name, yaml.safe_load(typed), typed
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date such as 2026-02-30
        reason = str(error).splitlines()[0]
        raise RequestError(f"wanted -p {name}=VALUE as in YAML", f"{typed!r}: {reason}") from error


def value_sets(parameter: Parameter) -> list[Value]:
    """Every allowed value that a test should try; of a range, both ends."""
    if parameter.type == "bool":
        return [True, False]
    if parameter.rule == "any of":
        return [[item] for item in parameter.allowed]
    return list(dict.fromkeys(parameter.allowed))


def _parameter(notebook: str, statement: ast.stmt, comment: str) -> Parameter:
    line = statement.lineno
    if not (
        isinstance(statement, ast.AnnAssign)
        and isinstance(statement.target, ast.Name)
        and statement.value is not None
    ):
        found = ast.unparse(statement).splitlines()[0]
        _refuse(notebook, line, "typed assignments and comments only: name: type = value", found)
    kind = ast.unparse(statement.annotation)
    if kind not in RULES:
        found = ", ".join(filter(None, [kind, nearest(kind, RULES)]))
        _refuse(notebook, line, "a known type", found, ", ".join(RULES))
    try:
        default = ast.literal_eval(statement.value)
    except ValueError:
        _refuse(notebook, line, "a plain value", ast.unparse(statement.value))
    rule, allowed = _contract(notebook, line, kind, comment)
    parameter = Parameter(notebook, statement.target.id, kind, default, rule, allowed, line)
    parameter.check(default, place=_place(notebook, line))
    return parameter


def _contract(notebook: str, line: int, kind: str, comment: str) -> tuple[str, tuple]:
    rule, _, rest = (part.strip() for part in comment.partition(";")[0].partition(":"))
    known = {rule for rules in RULES.values() for rule in rules}
    if rule not in RULES[kind]:
        if RULES[kind] or rule in known:
            rules = ", ".join(f"# {rule}: …" for rule in RULES[kind]) or "none"
            wanted = f"allowed values of type {kind} in the comment behind it"
            _refuse(notebook, line, wanted, repr(comment) if comment else "no comment", rules)
        return "", ()
    if rule == SNAPSHOT:
        return rule, _snapshots(notebook, line, [topic.strip() for topic in rest.split(",")])
    texts = [text.strip() for text in rest.split(".." if rule in BETWEEN else ",")]
    try:
        allowed = tuple(_convert(text, "date" if rule == "date" else kind) for text in texts)
    except ValueError:
        _refuse(notebook, line, f"allowed values of type {kind}", repr(rest))
    if rule in BETWEEN and not (len(allowed) == 2 and allowed[0] <= allowed[1]):
        _refuse(notebook, line, "two ends with two dots, the smaller first", repr(rest))
    return rule, allowed


def _snapshots(notebook: str, line: int, topics: list[str]) -> tuple[str, ...]:
    """Ids of all snapshots of the topics. Live ones may not be there, but the first topic must be."""
    found = {topic: inputs.snapshot_dates(topic) for topic in topics}
    for topic in topics:
        if not found[topic] and (topic == topics[0] or topic != LIVE):
            _refuse(notebook, line, "a topic of data/raw", repr(topic))
    return tuple(f"{topic}/{date}" for topic, dates in found.items() for date in dates)


def _convert(text: str, kind: str) -> str | int | float:
    if not text or (kind == "date" and not _is_date(text)):
        raise ValueError(text)
    return {"int": int, "float": float}.get(kind, str)(text)


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _comments(notebook: str, source: str) -> dict[int, str]:
    """Comments of the cell by line. Raises RequestError where the cell is not Python."""
    try:
        ast.parse(source)
    except SyntaxError as error:
        _refuse(notebook, error.lineno or 1, "Python", error.msg)
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    found = [token for token in tokens if token.type == tokenize.COMMENT]
    return {token.start[0]: token.string.lstrip("#").strip() for token in found}


def _place(notebook: str, line: int) -> str:
    return f"{notebook}, {TAG} cell, line {line}"


def _refuse(notebook: str, line: int, wanted: str, found: str, choices: str = "") -> NoReturn:
    raise RequestError(f"{_place(notebook, line)}: wanted {wanted}", found, choices)
