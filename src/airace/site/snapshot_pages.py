"""A page per raw snapshot: what it is, where it is from, and the raw rows that the pages lead to."""

from __future__ import annotations

from collections import defaultdict

from airace import inputs, origins, paths, snapshots, trace
from airace.site import figure_pages, pages, today
from airace.site.trails import Trails

IN_SOURCE = ("source_title", "publisher", "source_url", "published", "confidence", "inputs")
OF_SOURCE = ("title", "publisher", "url", "published", "retrieved", "licence")
SHOWN_MARKS = 3  # plotted rows of one figure that a raw row links


def write(site: pages.Site, found: Trails) -> None:
    """Write a page per snapshot, committed and live, and their list."""
    live = [f"{paths.LIVE}/{day}" for day in inputs.snapshot_dates(paths.LIVE)]
    used = _used(found)
    for snapshot_id in [*snapshots.every(), *live]:
        about = snapshots.describe(snapshot_id)
        rows = [row for rows in found.raw.get(snapshot_id, {}).values() for row in rows]
        site.write(
            pages.snapshot_address(snapshot_id),
            "snapshot.html",
            scripts=("table.js",),
            title=f"{about['title']}, {snapshot_id}",
            snapshot=snapshot_id,
            about=about,
            sources=_filled(about["sources"], *OF_SOURCE),
            licences=_filled(about["licenses"], "name", "title", "path"),
            description=about.get("description", ""),
            note=about.get("licence_note", ""),
            digests=inputs.file_digests(snapshot_id),
            folder=paths.relative(paths.snapshot(snapshot_id)),
            republish=bool(about["republish"]),
            used=used.get(snapshot_id, {}),
            tables=[_table(snapshot_id, r, rows, found) for r in about["resources"]],
            long=figure_pages.LONG,
        )
    topics: dict[str, list[dict]] = defaultdict(list)
    for snapshot_id in [*snapshots.every(), *live]:
        about = origins.described(snapshot_id) | {"used": used.get(snapshot_id, {})}
        about["rows"] = sum(table["rows"] for table in about["tables"])
        topics[snapshot_id.partition("/")[0]].append(about)
    groups = {"": {name: about for name, about in topics.items() if name != paths.LIVE}}
    if live:
        groups["Live snapshots, on this machine alone"] = {paths.LIVE: topics[paths.LIVE]}
    how = "" if today.ADDRESS in site.navigation else today.HOW
    site.write("data/index.html", "data.html", title="Data", groups=groups, how=how)


def _used(found: Trails) -> dict[str, dict[str, list[str]]]:
    """By snapshot: the notebooks that read it, each with the figures that are drawn from it."""
    used: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for figure_id, figure in found.figures.items():
        for snapshot_id in figure.record["snapshots"]:
            drawn = used[snapshot_id].setdefault(figure.notebook, [])
            if snapshot_id in figure.record["drawn_from"]:
                drawn.append(figure_id)
    return used


def _filled(entries: list[dict], *names: str) -> list[dict[str, str]]:
    """What a description may leave out is empty."""
    return [{name: entry.get(name) or "" for name in names} for entry in entries]


def _table(snapshot_id: str, resource: dict, rows: list[dict], found: Trails) -> dict:
    """One table: its description, and its rows that are shown, each with its source and its uses."""
    file = paths.relative(paths.snapshot(snapshot_id) / resource["path"])
    own = sorted((row for row in rows if row["file"] == file), key=lambda row: row["number"])
    first = {row["row"]: row["file"] for row in reversed(rows)}  # of several tables with one key
    fields = [field["name"] for field in resource["schema"]["fields"]]
    in_rows = "source_title" in fields
    key = resource["schema"]["primaryKey"]
    columns = [f for f in fields if f not in key and not (in_rows and f in IN_SOURCE)]
    shown = [
        {
            "key": row["row"],
            "id": row["row"] if first[row["row"]] == file else f"{resource['name']}:{row['row']}",
            "line": row["line"],
            "number": row["number"],
            "cells": {name: row["cells"][name] for name in columns if name in row["cells"]},
            "source": origins.sources([row], [])[0] if in_rows else None,
            "inputs": origins.references(row["cells"].get("inputs", ""), snapshot_id),
            "inputs_said": row["cells"].get("inputs", ""),
            "marks": _marks(found, snapshot_id, row["row"]),
            "decides": list(dict.fromkeys(found.decides.get((snapshot_id, row["row"]), []))),
        }
        for row in own
    ]
    filled = [name for name in columns if any(name in row["cells"] for row in shown)]
    numeric = {
        name
        for name in filled
        if all(trace.is_number(row["cells"][name]) for row in shown if name in row["cells"])
    }
    return {
        "resource": resource,
        "fields": [_field(field) for field in resource["schema"]["fields"]],
        "columns": filled,
        "numeric": numeric,
        "in_rows": in_rows,
        "meanings": figure_pages.meanings([row["source"] for row in shown if row["source"]]),
        "rows": shown,
        "of": resource["row_count"],
    }


def _field(field: dict) -> dict:
    """A column: name, type, description, and what its values must be."""
    limits = [
        f"{name} {', '.join(map(str, value)) if isinstance(value, list) else value}"
        for name, value in field.get("constraints", {}).items()
        if value is not True and value is not False
    ]
    required = field.get("constraints", {}).get("required", False)
    return {
        "name": field["name"],
        "type": field["type"],
        "description": field.get("description", ""),
        "limits": "; ".join((["required"] if required else []) + limits),
    }


def _marks(found: Trails, snapshot_id: str, key: str) -> dict[str, dict]:
    """Plotted rows that name a raw row, by figure: the first few that its page shows, and how many."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for figure_id, number in found.marks.get((snapshot_id, key), []):
        numbers[figure_id].append(number)
    there = {figure_id: figure_pages.shown(found.figures[figure_id]) for figure_id in numbers}
    return {
        figure_id: {
            "shown": [n for n in own if n <= there[figure_id]][:SHOWN_MARKS],
            "count": len(own),
        }
        for figure_id, own in numbers.items()
    }
