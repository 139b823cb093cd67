"""A page per figure: the picture, what it shows, its values with their raw rows, what made it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import asdict

from airace import atomic, notebooks, origins, outputs, paths, trace, words
from airace.site import pages
from airace.site.trails import Plotted, Trails

WHOLE = 800  # plotted rows that a page shows; of a longer table the first ones
FIRST = 200
FEW = 4  # links to raw rows that stand in the open; more are folded
LONG = 26  # characters of a cell that may be wrapped
DIGITS = 6  # significant, of a decimal number on the page; the CSV holds all


def write(site: pages.Site, found: Trails) -> None:
    """Write a page per figure with its four files beside it, and the gallery."""
    cited: dict[str, list[dict]] = {}
    for claim in found.claims:
        for figure_id in claim["figures"]:
            cited.setdefault(figure_id, []).append(claim)
    for figure_id, figure in found.figures.items():
        for kind in outputs.FIGURE_FORMATS:
            name = f"{figure_id}.{kind}"
            atomic.write(site.folder / "figures" / name, (site.figures / name).read_bytes())
        site.write(
            f"figures/{figure_id}.html",
            "figure.html",
            scripts=("table.js",),
            title=figure.record["title"],
            figure=figure,
            record=figure.record,
            made=asdict(figure.lineage),
            composed=composed(figure, found),
            table=table(figure, found.plotted[figure_id]),
            sources=(sources := _sources(found, figure_id)),
            meanings=meanings(sources),
            statements=cited.get(figure_id, []),
            question=question(figure.notebook),
        )
    shown_all = [(figure, question(figure.notebook)) for figure in found.figures.values()]
    site.write("figures/index.html", "figures.html", title="Figures", shown=shown_all, cited=cited)


def composed(figure: trace.Figure, found: Trails) -> str:
    """One sentence from the data: rows plotted, raw rows behind them, snapshots, dates, confidence."""
    plotted = found.plotted[figure.figure_id]
    named = {row for entry in plotted for row in entry.rows}
    complete = {snapshot_id for entry in plotted for snapshot_id in entry.whole}
    described = [origins.described(s) for s in figure.record["drawn_from"]]
    days = sorted(about["as_of"] for about in described)
    dates = list(dict.fromkeys(words.day(day) for day in (days[0], days[-1])))
    parts = [f"from {_count(len(named), 'raw row')}"] if named else []
    parts += [f"from all rows of {_count(len(complete), 'snapshot')}"] if complete else []
    grades = Counter(
        row["cells"]["confidence"]
        for snapshot_id, key in named
        for row in found.raw[snapshot_id][key]
        if row["cells"].get("confidence")
    )
    graded = [f"{grade} for {grades[grade]:,}" for grade in sorted(grades)]
    if graded and (rest := len(named) - grades.total()) > 0:
        graded.append(f"none for {rest:,}")
    confidence = f"; confidence of the raw rows: {', '.join(graded)}" if graded else ""
    return (
        f"It plots {_count(len(figure.rows), 'row')} of values, {' and '.join(parts)}; drawn from "
        f"{_count(len(described), 'snapshot')} as of {' to '.join(dates)}{confidence}."
    )


def table(figure: trace.Figure, plotted: list[Plotted]) -> dict:
    """The plotted rows as they are shown: columns, which of them hold numbers, cells, raw rows."""
    rows = figure.rows[: shown(figure)]
    every = [name for name in figure.rows[0] if name not in ("snapshot", "row")]
    columns = [name for name in every if any(row[name] for row in rows)]
    numeric = {name for name in columns if all(map(trace.is_number, _filled(rows, name)))}
    return {
        "columns": columns,
        "left_out": [name for name in every if name not in columns],
        "numeric": numeric,
        "rows": [
            ([_cell(row[name], name in numeric) for name in columns], raw)
            for row, raw in zip(rows, plotted)
        ],
        "of": len(figure.rows),
        "few": FEW,
    }


def shown(figure: trace.Figure) -> int:
    """How many of its plotted rows a figure's page shows, from the first."""
    return len(figure.rows) if len(figure.rows) <= WHOLE else FIRST


def question(notebook: str) -> str:
    """Title of a notebook: its first heading, without the number."""
    first = next(c.source for c in notebooks.cells(notebook) if c.source.startswith("# "))
    return re.sub(r"^# (\d+ · )?", "", first.splitlines()[0])


def _filled(rows: list[dict[str, str]], name: str) -> list[str]:
    return [row[name] for row in rows if row[name]]


def _cell(text: str, numeric: bool) -> dict[str, str]:
    """What is shown, how, and the exact value where that is more: long decimals are rounded."""
    exact = ""
    if numeric and "." in text and "e" not in (rounded := f"{float(text):.{DIGITS}g}"):
        text, exact = rounded, text if float(rounded) != float(text) else ""
    kind = "number" if numeric else "long" if len(text) > LONG else "short"
    return {"text": text, "exact": exact, "kind": kind}


def _sources(found: Trails, figure_id: str) -> list[dict]:
    """The sources behind all plotted rows, the ones with most raw rows first."""
    plotted = found.plotted[figure_id]
    named = dict.fromkeys(row for entry in plotted for row in [*entry.rows, *entry.evidence])
    rows = [row for snapshot_id, key in named for row in found.raw[snapshot_id][key]]
    complete = dict.fromkeys(s for entry in plotted for s in entry.whole)
    tables = [table for s in complete for table in origins.described(s)["tables"]]
    return sorted(origins.sources(rows, tables), key=lambda source: -len(source["rows"]))


def meanings(sources: list[dict]) -> dict[str, str]:
    """What the letters of confidence mean in these sources."""
    every = [pair for source in reversed(sources) for pair in source["confidence"].items()]
    return {grade: meaning for grade, meaning in every if meaning}


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
