"""Writes small live snapshots for tests, through the same door as every other snapshot."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa

from airace import live, snapshots

DAY = pd.ArrowDtype(pa.date32())  # a column of no day at all is still one of days
TYPES = {"string": "str", "integer": "Int64", "date": DAY}


def table(name: str, rows: list[dict]) -> pd.DataFrame:
    """A table of the contract; what a row leaves out is empty."""
    columns = {}
    for field, (kind, _, _) in live.FIELDS[name].items():
        columns[field] = pd.Series([row.get(field) for row in rows], dtype=TYPES[kind])
    return pd.DataFrame(columns)


def model(name: str, downloads: int, **more: object) -> dict:
    namespace = name.rpartition("/")[0] or None
    return {
        "model": name,
        "namespace": namespace,
        "downloads_30d": downloads,
        "task": "unknown",
    } | more


def write(day: str, models: list[dict], edges: list[dict] = (), **package: object) -> Path:
    """Write ``data/live/<day>/`` into the repository that AIRACE_ROOT names."""
    source = {
        "title": "The Hub's list of models", "publisher": "Hugging Face",
        "url": "https://huggingface.co/api/models", "published": day, "retrieved": day,
    }  # fmt: skip
    about = {
        "name": f"live-{day}",
        "title": f"Models of the Hugging Face Hub on {day}",
        "description": "Models with their downloads over 30 days.",
        "as_of_latest": day,
        "licenses": [{"name": "none", "title": "None stated", "path": "https://example.org"}],
        "republish": False,
        "licence_note": "stays on this machine",
        "listing": {
            "scope": "namespaces",
            "units": ["a", "b"],
            "endpoint": "https://huggingface.co",
            "sort": "createdAt",
            "came_again": 0,
            "private": 0,
            "refused_rows": 0,
        },
        "sources": [source],
        "resources": [live.resource("models"), live.resource("base_models")],
    }
    tables = {"models": table("models", models), "base_models": table("base_models", list(edges))}
    return snapshots.write(live.snapshot_id(day), about | package, tables)
