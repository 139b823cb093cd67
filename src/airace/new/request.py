"""What a reader says about a CSV. What only they can know is asked for, never guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

from airace import paths
from airace.errors import RequestError, nearest
from airace.new import columns, names
from airace.new.csv_file import Table

NEEDED = {  # option -> what it says
    "topic": "what the table is about, as gpu_prices",
    "as_of": "the latest day that the table describes, or its publication if that is later",
    "title": "what the table holds, in a line",
    "source_title": "title of the page or document that it was taken from",
    "publisher": "who published that",
    "url": "its address, https",
    "published": "when it was published: year, month or day",
    "licence": "the licence that it states, as CC-BY-4.0; none where it states none",
    "republish": "--republish if that licence lets you pass the table on, else --cite-only",
}
ADDRESS = re.compile(r"https://[^\s/]+\.\S+")
DATED = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


@dataclass(frozen=True)
class Request:
    """The options of ``airace new snapshot``; None or empty where nothing was said."""

    file: Path
    topic: str | None = None
    as_of: str | None = None
    title: str | None = None
    source_title: str | None = None
    publisher: str | None = None
    url: str | None = None
    published: str | None = None
    licence: str | None = None
    republish: bool | None = None
    licence_url: str | None = None
    retrieved: str | None = None
    confidence: str = "C"
    key: str | None = None
    delimiter: str = ","
    descriptions: dict[str, str] = field(default_factory=dict)  # column -> text
    types: dict[str, str] = field(default_factory=dict)  # column -> type
    later: tuple[str, ...] = ()  # columns whose dates may lie after the snapshot's


def check(request: Request) -> None:
    """Raise RequestError for what is missing, all at once, or not in its form."""
    missing = [option for option in NEEDED if getattr(request, option) in (None, "")]
    if missing:
        said = [NEEDED[o] if o == "republish" else f"{_option(o)}: {NEEDED[o]}" for o in missing]
        raise RequestError("\n  ".join(["wanted what only you can know; not given:", *said]))
    names.TOPIC.check(request.topic)
    if request.topic == paths.LIVE:
        wanted = "wanted a topic of your own"
        raise RequestError(wanted, f"{paths.LIVE!r}, which is kept for listings of the Hub")
    _day("as_of", request.as_of)
    _day("retrieved", request.retrieved or request.as_of)
    if not DATED.fullmatch(request.published):
        wanted = "wanted --published as year, month or day: 2026, 2026-03 or 2026-03-31"
        raise RequestError(wanted, repr(request.published))
    _day("published", (request.published + "-01-01")[:10])
    if request.published > request.as_of:
        wanted = f"wanted --published up to the snapshot's own day, {request.as_of}"
        raise RequestError(wanted, request.published)
    for option in ("url", "licence_url"):
        address = getattr(request, option)
        if address and not ADDRESS.fullmatch(address):
            raise RequestError(f"wanted {_option(option)} with https://", repr(address))


def by_name(request: Request, table: Table) -> Request:
    """Return the request with the columns' new names; the reader may have used the headers, too.

    Raises RequestError for a column that the table does not have, and for an unknown type.
    """
    for column, kind in request.types.items():
        if kind not in columns.TYPES:
            wanted = f"wanted --type {column}=TYPE"
            raise RequestError(
                wanted, f"{kind!r}, {nearest(kind, columns.TYPES)}".rstrip(", "), columns.TYPES
            )
    return replace(
        request,
        descriptions=_known(request.descriptions, table, "--describe"),
        types=_known(request.types, table, "--type"),
        later=tuple(_known(dict.fromkeys(request.later, ""), table, "--later")),
        key=next(iter(_known({request.key: ""}, table, "--key"))) if request.key else None,
    )


def _known(given: dict[str, str], table: Table, option: str) -> dict[str, str]:
    by_header = {header: name for name, header in table.headers.items()}
    found = {by_header.get(column, column): value for column, value in given.items()}
    for name in found:
        if name not in table.headers:
            known = list(table.headers)
            wanted = f"wanted a column of {table.file} in {option}, got {name!r}"
            raise RequestError(wanted, nearest(name, known), known)
    return found


def _day(option: str, text: str) -> None:
    if not columns.FITS["date"](text):
        raise RequestError(f"wanted {_option(option)} as a day, YYYY-MM-DD", repr(text))


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"
