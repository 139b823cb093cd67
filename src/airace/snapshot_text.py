"""Writes lists, descriptions and differences of snapshots for a person: names from data are escaped."""

from __future__ import annotations

from collections.abc import Iterator

from airace.terminal import shown


def overview(rows: list[dict]) -> list[str]:
    """One line per snapshot of models."""
    wide = max((len(shown(row["snapshot"])) for row in rows), default=0)
    return [
        f"{shown(row['snapshot']):{wide}}  as of {shown(row['as_of'])}  {row['models']:>9,} models  "
        f"{row['downloads_30d']:>15,} downloads in 30 days  {shown(row['source'])}"
        for row in rows
    ]


def description(found: dict) -> Iterator[str]:
    """What a snapshot is, line by line: source, query, licence, tables and their coverage."""
    yield f"{shown(found['snapshot'])}: {shown(found['title'])}"
    yield f"as of: {shown(found['as_of_latest'])}"
    for source in found["sources"]:
        retrieved = f", retrieved {shown(source['retrieved'])}" if "retrieved" in source else ""
        yield f"source: {shown(source['title'])}, {shown(source['publisher'])}{retrieved}"
        yield f"  {shown(source.get('url', source.get('path', 'no address')))}"
    yield f"asked for: {shown(found['asked'])}"
    for name, count in found["left_out"].items():
        yield f"{shown(name.replace('_', ' '))}: {count:,}"
    licences = " and ".join(shown(licence["name"]) for licence in found["licenses"])
    allowed = "may be republished" if found["republish"] else "to cite only"
    yield f"licence: {licences} ({allowed}): {shown(found.get('licence_note', 'no note'))}"
    for name, table in found["tables"].items():
        yield f"{shown(name)}: {table['row_count']:,} rows, {table['bytes']:,} bytes"
        yield f"  digest verified: {shown(table['hash'])}"
        for column, part in table["columns"].items():
            weighed = part.get("downloads_percent")
            held = "" if weighed is None else f", {weighed:5.1f} % of the 30-day downloads"
            yield f"  {shown(column):20} filled in {part['rows_percent']:5.1f} % of rows{held}"


def difference(found: dict) -> Iterator[str]:
    """What changed between two snapshots, line by line."""
    counts = found["counts"]
    yield f"{shown(found['before'])} to {shown(found['after'])}, downloads over 30 days"
    for name in ("before", "after", "new", "gone"):
        part = counts[name]
        yield f"{name:8} {part['models']:>9,} models  {part['downloads_30d']:>15,} downloads"
    both = counts["in_both"]
    change = both["after"] - both["before"]
    yield (
        f"in both  {both['models']:>9,} models  {both['before']:>15,} to {both['after']:,} downloads "
        f"({change:+,}), {counts['unchanged_to_the_digit']:,} models unchanged to the digit"
    )
    if counts["placeholders"]:
        yield f"typed placeholders, without downloads: {counts['placeholders']:,} models"
    for note in found["notes"]:
        yield f"note: {note}"
    for name in ("new", "gone"):
        yield from _part(f"most downloaded {name}", found[name], _single)
    yield from _part("largest rise", found["up"], _change)
    yield from _part("largest fall", found["down"], _change)
    yield from _part(f"may be one model, {found['moves_found']:,} pairs", found["moves"], _move)


def _part(title: str, rows: list[dict], line: object) -> Iterator[str]:
    if rows:
        yield f"{title}:"
        yield from (f"  {line(row)}" for row in rows)


def _single(row: dict) -> str:
    return f"{row['downloads_30d']:>15,}  {shown(row['model'])}"


def _change(row: dict) -> str:
    return f"{row['change']:>+15,}  {shown(row['model'])}  ({row['before']:,} to {row['after']:,})"


def _move(row: dict) -> str:
    return f"{shown(row['earlier'])} and {shown(row['later'])}  ({row['basis']})"
