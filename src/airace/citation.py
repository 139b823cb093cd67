"""Reads CITATION.cff, the one place for title, authors, version, date and licence."""

from __future__ import annotations

import yaml

from airace import paths


def read() -> dict:
    return yaml.safe_load(paths.citation().read_text(encoding="utf-8"))


def full_name(person: dict) -> str:
    """Name of an author, who is an entity or a person."""
    return person.get("name") or f"{person['given-names']} {person['family-names']}"
