"""One model of the Hub's listing as a typed row, or the reason why it is none.

What comes over the network may be anything: a count may be negative, a truth value or larger than any
column, a name may hold a path or an escape sequence. Nothing is corrected here: a row either fits the
contract in ``live`` or is refused as a whole, with the column and what was found.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from airace.live import NAME, RELATIONS

LARGEST = 2**63 - 1  # of a column of integers
LONGEST = 200  # characters of a name or tag; the Hub allows fewer
FITS_NAME = re.compile(NAME)
GATED = {False: "no", "auto": "auto", "manual": "manual", None: None}
COUNTS = {"downloads_30d": "downloads", "downloads_all_time": "downloadsAllTime", "likes": "likes"}


class Refused(Exception):
    """A model that does not fit: ``column`` and ``found``, made safe to print."""

    def __init__(self, column: str, found: object):
        self.column, self.found = column, plain(found)
        super().__init__(f"{column}: {self.found}")


class Doubled(dict):
    """A JSON object in which a key stands twice: readers differ in which one they take."""


@dataclass
class Row:
    """The cells of ``models`` in the contract's order, and (base model, relation) of the parents."""

    cells: tuple
    parents: dict[str, str | None] = field(default_factory=dict)
    private: bool = False


def plain(value: object, longest: int = 80) -> str:
    """Text that is safe on a terminal: no control characters, and not too long."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    text = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text[: longest + 1])
    return text if len(text) <= longest else f"{text[:longest]}…"


def parse(body: bytes) -> list:
    """Return the models of a page, with objects marked in which a key stands twice."""
    return json.loads(body, object_pairs_hook=_object)


def _object(pairs: list[tuple[str, object]]) -> dict:
    found = dict(pairs)
    return found if len(found) == len(pairs) else Doubled(found)


def row(model: object, latest: date) -> Row:
    """Return the row of a model. ``latest`` is the day of the reply: nothing was made after it.

    Raises Refused for the first cell that does not fit.
    """
    if not isinstance(model, dict):
        raise Refused("model", model)
    name = model.get("id")
    if not isinstance(name, str) or not fits_name(name):
        raise Refused("model", repr(name))
    doubled = [key for key, value in model.items() if isinstance(value, Doubled)]
    if doubled or isinstance(model, Doubled):
        raise Refused("model", f"{', '.join(doubled) or 'an object'} with a key that stands twice")
    counts = {column: _count(model.get(key), column) for column, key in COUNTS.items()}
    if counts["downloads_30d"] is None:
        raise Refused("downloads_30d", "none")
    tags = model.get("tags") or []
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise Refused("tags", tags)
    gated = model.get("gated")
    if not isinstance(gated, str | bool | None) or gated not in GATED:
        raise Refused("gated", gated)
    licence = next((tag[8:] for tag in tags if tag.startswith("license:")), None)
    cells = (
        name,
        name.partition("/")[0] if "/" in name else "",
        *counts.values(),
        _day(model.get("createdAt"), "created", latest),
        _day(model.get("lastModified"), "modified", latest),
        _text(model.get("pipeline_tag"), "task") or "unknown",
        _text(model.get("library_name"), "library"),
        _text(licence, "licence"),
        _parameters(model.get("safetensors")),
        GATED[gated],
    )
    return Row(cells, _parents(tags), model.get("private") is True)


def fits_name(name: str) -> bool:
    """Whether this may be a Hub id: no path, nothing that a terminal would act on, not too long."""
    fits = FITS_NAME.fullmatch(name) and len(name) <= LONGEST and name.isprintable()
    return bool(fits) and not {".", ".."} & set(name.split("/"))


def _count(value: object, column: str) -> int | None:
    if value is None:
        return None
    if type(value) is not int or not 0 <= value <= LARGEST:  # bool is a kind of int
        raise Refused(column, repr(value))
    return value


def _text(value: object, column: str) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > LONGEST or not value.isprintable():
        raise Refused(column, repr(value))
    return value


def _day(value: object, column: str, latest: date) -> date | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
        day = (moment.astimezone(UTC) if moment.tzinfo else moment).date()
    except (TypeError, ValueError, OverflowError):
        raise Refused(column, repr(value)) from None
    if day > latest:
        raise Refused(column, f"{day}, after the reply of {latest}")
    return day


def _parameters(safetensors: object) -> int | None:
    if safetensors is None:
        return None
    if not isinstance(safetensors, dict):
        raise Refused("parameters", repr(safetensors))
    return _count(safetensors.get("total"), "parameters")


def _parents(tags: list[str]) -> dict[str, str | None]:
    """Base models of the tags ``base_model:NAME`` and ``base_model:RELATION:NAME``.

    The Hub writes both for one parent. A name that is no Hub id is no parent.
    """
    found: dict[str, str | None] = {}
    for tag in tags:
        if tag.startswith("base_model:"):
            said, _, name = tag[11:].rpartition(":")
            if fits_name(name) and said in ("", *RELATIONS):
                found[name] = found.get(name) or said or None
    return found
