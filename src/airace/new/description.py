"""The description of a new snapshot: schema, licence, sources, as the standard and the house want them."""

from __future__ import annotations

import re

import pandas as pd

from airace.errors import RequestError, nearest
from airace.new.csv_file import Table
from airace.new.request import Request

KEY = "row_id"
KEY_FIELD = {
    "name": KEY,
    "type": "string",
    "description": "key of the row, in the order of the source",
    "constraints": {"required": True, "pattern": r"r\d+"},
}
OURS = {  # columns that every curated table has
    "source_title": {"description": "title of the document in which the row was read"},
    "publisher": {"description": "who published that document"},
    "source_url": {
        "description": "https address or package URL of the document",
        "constraints": {"required": True, "pattern": r"(https://|pkg:pypi/)\S+"},
    },
    "published": {
        "description": "publication date of the document, as precise as known: year, month or day",
        "constraints": {"required": True, "pattern": r"\d{4}(-\d{2}(-\d{2})?)?"},
    },
    "confidence": {
        "description": "A: primary text or data seen, or two independent copies agree; B: one secondary "
        "source, or several that quote one primary; C: a single weak source, shown with a flag",
        "constraints": {"required": True, "enum": ["A", "B", "C"]},
    },
}
CREATIVE = "https://creativecommons.org/licenses/"
LICENCES = {  # name -> title, address
    "CC-BY-4.0": ("Creative Commons Attribution 4.0", CREATIVE + "by/4.0/"),
    "CC-BY-SA-4.0": ("Creative Commons Attribution-ShareAlike 4.0", CREATIVE + "by-sa/4.0/"),
    "CC-BY-NC-4.0": ("Creative Commons Attribution-NonCommercial 4.0", CREATIVE + "by-nc/4.0/"),
    "CC-BY-ND-4.0": ("Creative Commons Attribution-NoDerivatives 4.0", CREATIVE + "by-nd/4.0/"),
    "CC0-1.0": ("Creative Commons Zero 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    "ODbL-1.0": ("Open Database License 1.0", "https://opendatacommons.org/licenses/odbl/1-0/"),
    "ODC-By-1.0": (
        "Open Data Commons Attribution 1.0",
        "https://opendatacommons.org/licenses/by/1-0/",
    ),
    "MIT": ("MIT License", "https://opensource.org/license/mit"),
    "Apache-2.0": ("Apache License 2.0", "https://www.apache.org/licenses/LICENSE-2.0"),
}
NONE = "none"  # the source states no licence
CITE_ONLY = (
    NONE,
    "CC-BY-NC-4.0",
    "CC-BY-ND-4.0",
)  # a single figure may be cited, no table taken over
SHORTEST = 5  # characters of a description that says something


def fields(request: Request, table: Table, kinds: dict[str, str]) -> list[dict]:
    """Return the schema. Raises RequestError for a column of numbers without a description."""
    said = {name: text.strip() for name, text in request.descriptions.items()}
    numbers = [n for n, kind in kinds.items() if kind in ("integer", "number")]
    lacking = [n for n in numbers if len(said.get(n, "")) < SHORTEST]
    if lacking:
        raise RequestError(
            "wanted a description of every column of numbers: what is counted, in which unit",
            f"none of {', '.join(lacking)}",
            next_command=" ".join(f'--describe "{n}=WHAT, IN WHICH UNIT"' for n in lacking),
        )
    made = [] if has_key(request, table) else [KEY_FIELD]
    for position, (name, header) in enumerate(table.headers.items()):
        ours = OURS.get(name, {})
        about = said.get(name) or ours.get("description") or f"{header}, as the source has it"
        filled = {"required": True} if all(row[position] for row in table.rows) else {}
        entry = {"name": name, "type": kinds[name]} | ({"title": header} if header != name else {})
        entry |= {"description": about, "constraints": filled | ours.get("constraints", {})}
        made.append(entry | _dated(name, kinds[name], request.later))
    for name in (n for n in OURS if n not in table.headers):
        made.append({"name": name, "type": "string"} | OURS[name] | _dated(name, "string", ()))
    return made


def has_key(request: Request, table: Table) -> bool:
    return bool(request.key) or KEY in table.headers


def _dated(name: str, kind: str, later: tuple[str, ...]) -> dict:
    """The rule that a date may not lie after the snapshot's own."""
    return {"asOf": True} if (kind == "date" or name == "published") and name not in later else {}


def licence(request: Request) -> dict:
    """Return the entry of a licence. Raises RequestError for one that is unknown or forbids it."""
    name = request.licence
    if request.republish and name in CITE_ONLY:
        wanted = "wanted --cite-only: under this licence a table may not be passed on"
        raise RequestError(wanted, f"--republish with --licence {name}")
    if name == NONE:
        title, path = "none stated: single figures may be cited", request.url
        return {"name": "none-stated", "title": title, "path": request.licence_url or path}
    if name in LICENCES:
        title, path = LICENCES[name]
        return {"name": name, "title": title, "path": request.licence_url or path}
    if not request.licence_url or not re.fullmatch(r"[-a-zA-Z0-9._]+", name):
        raise RequestError(
            f"wanted a known licence, got {name!r}",
            nearest(name, [*LICENCES, NONE]),
            [*LICENCES, NONE],
            "for another one: a name without blanks, and --licence-url with its address",
        )
    return {"name": name, "title": name, "path": request.licence_url}


def package(request: Request, fields: list[dict], frame: pd.DataFrame) -> dict:
    """Return the datapackage without bytes, hash and row count, which ``snapshots.write`` adds."""
    terms = licence(request)
    note = (
        f"The table may be passed on under {terms['name']}: attribute {request.publisher}."
        if request.republish
        else "Single figures may be cited with their source; the table may not be passed on."
    )
    resource = re.sub(r"[^a-z0-9]+", "-", request.file.stem.lower()).strip("-") or "table"
    return {
        "name": f"{request.topic.replace('_', '-')}-{request.as_of}",
        "title": request.title,
        "description": f"{request.title}. A table of {request.publisher}; each row names its source.",
        "as_of_latest": request.as_of,
        "licenses": [terms],
        "republish": request.republish,
        "licence_note": note,
        "sources": _sources(request, terms, frame),
        "resources": [
            {
                "name": resource,
                "path": f"{resource}.csv",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "description": request.title,
                "schema": {"fields": fields, "primaryKey": [request.key or KEY]},
            }
        ],
    }


def _sources(request: Request, terms: dict, frame: pd.DataFrame) -> list[dict]:
    """An entry per document that the rows name."""
    said = terms["name"] if request.republish else f"{terms['title']}: single figures are cited"
    cited = ["source_title", "publisher", "source_url", "published"]
    return [
        {
            "title": row["source_title"] or request.source_title,
            "publisher": row["publisher"] or request.publisher,
            "url": row["source_url"],
            "published": row["published"],
            "retrieved": request.retrieved or request.as_of,
            "licence": said,
        }
        for row in frame[cited].drop_duplicates(["source_url", "published"]).to_dict("records")
    ]
