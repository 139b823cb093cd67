"""What a live snapshot of the Hub holds: the tables of ``data/live/<date>/`` and their description.

A live snapshot stays on the machine that took it (git ignores the folder). Its id is ``live/<date>``,
and it opens like any other. Downloads are counted by the Hub and never carried over, so there are no
placeholders and no stale counts in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from airace.paths import LIVE

if TYPE_CHECKING:
    from airace.live_tables import Summary

NAME = r"[^/\s]+(/[^/\s]+)?"  # the oldest models of the Hub have no namespace
RELATIONS = ["finetune", "adapter", "quantized", "merge"]
FIELDS = {  # table: column: type, description with unit, required
    "models": {
        "model": ("string", "Hub id: namespace/name, or a name alone for the oldest models", True),
        "namespace": ("string", "the part of the Hub id before the slash; empty if none", False),
        "downloads_30d": (
            "integer",
            "GET or HEAD requests for the model's query file in the 30 days before the reply",
            True,
        ),
        "downloads_all_time": ("integer", "the same since the repository was created", False),
        "likes": ("integer", "likes, a count", False),
        "created": ("date", "day of the repository's creation (UTC)", False),
        "modified": ("date", "day of the last change of the repository (UTC)", False),
        "task": ("string", "pipeline tag; unknown if none is given", True),
        "library": ("string", "library tag, if given", False),
        "licence": ("string", "licence tag, if given", False),
        "parameters": ("integer", "parameters of the safetensors files, a count, if given", False),
        "gated": ("string", "no, auto or manual: whether access must be asked for", False),
    },
    "base_models": {
        "model": ("string", "Hub id of the derived model", True),
        "base_model": ("string", "Hub id of the model that it names as its base", True),
        "relation": ("string", "finetune, adapter, quantized or merge, if given", False),
    },
}
KEYS = {"models": ["model"], "base_models": ["model", "base_model"]}
DAYS = ["created", "modified"]  # may not lie after the snapshot's day


def resource(table: str) -> dict:
    """Return the description of one table, without bytes, hash and row count."""
    fields = []
    for name, (kind, description, required) in FIELDS[table].items():
        constraints: dict[str, object] = {"required": required}
        constraints |= {"minimum": 0} if kind == "integer" else {}
        constraints |= {"pattern": NAME} if name in ("model", "base_model") else {}
        field = {"name": name, "type": kind, "description": description, "constraints": constraints}
        fields.append(field | ({"asOf": True} if name in DAYS else {}))
    return {
        "name": table,
        "type": "file",  # frictionless takes bytes and hash of a file, not of a Parquet table
        "path": f"{table}.parquet",
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "description": f"one row per {' and '.join(KEYS[table])}".replace("_", " "),
        "schema": {"fields": fields, "primaryKey": KEYS[table]},
    }


def package(day: str, plan: dict, found: Summary) -> dict:
    """Return the description of a live snapshot, without bytes, hashes and row counts.

    ``day`` names the folder, ``plan`` says what was asked for, ``found`` what came.
    """
    host = plan["endpoint"].partition("://")[2]
    empty = [unit for unit, (_, rows) in found.counts.items() if not rows]
    last = max(day, found.last[:10])  # of a listing of which no page came there is no last reply
    late = f" The last replies are of {last}." if last != day else ""
    whole = plan["scope"] == "all"
    what = "all models" if whole else f"the models of {len(plan['units']):,} namespaces"
    return {
        "name": f"{LIVE}-{day}",
        "title": f"The Hugging Face Hub on {day}: {what}",
        "description": (
            f"{what[0].upper()}{what[1:]} as {host} lists them, with their downloads. A download is a GET"
            " or HEAD request for a model's query file: it is not an installation, and one user may cause"
            f" many. The snapshot was begun on {day} (UTC), which names its folder.{late} Models made"
            f" meanwhile are not in it. Of {found.rows:,} rows, {found.doubled:,} were of models that came"
            f" again and are kept once, {found.private:,} of private models and left out, {found.refused:,}"
            f" did not fit and are named in listing.refused. Namespaces without a model: {len(empty):,}."
        ),
        "as_of_latest": last,
        "licenses": [
            {
                "name": "other",
                "title": "not stated",
                "path": "https://huggingface.co/terms-of-service",
            }
        ],
        "republish": False,
        "licence_note": "A listing of the Hub's API, for which no licence is stated: it stays here.",
        "sources": [
            {
                "title": "Listing of models by the Hub's API",
                "publisher": "Hugging Face" if host == "huggingface.co" else host,
                "path": f"{plan['endpoint']}/api/models",
                "url": f"{plan['endpoint']}/api/models",
                "published": last,
                "retrieved": last,
            }
        ],
        "resources": [resource(table) for table in FIELDS],
        "listing": plan
        | {
            "first_reply": found.first,
            "last_reply": found.last,
            "pages": found.pages,
            "rows": found.rows,
            "came_again": found.doubled,
            "private": found.private,
            "refused_rows": found.refused,
            "refused": found.named,
            "empty_namespaces": [] if whole else empty,
            "by_unit": {
                unit: {"pages": pages, "rows": rows, "sha256": found.digests[unit]}
                for unit, (pages, rows) in found.counts.items()
            },
        },
    }


def snapshot_id(day: str) -> str:
    """Id of the live snapshot of a day (YYYY-MM-DD)."""
    return f"{LIVE}/{day}"
