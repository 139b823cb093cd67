"""The one way out for a picture. It exists to make these failures impossible:

- two runs give different bytes (dates, version stamps, random ids in the SVG);
- text that overlaps or runs out of the picture;
- a picture without its data, its sources or its description;
- values of different denominators on one axis;
- a half-written file.
"""

from __future__ import annotations

import io
import itertools
import json
from pathlib import Path

import matplotlib as mpl
import pandas as pd
from IPython.display import Image, display
from matplotlib.figure import Figure
from matplotlib.text import Text

from airace import atomic, inputs, paths, snapshots, style, words
from airace.errors import FigureError

NO_STAMPS = {"png": {"Software": None}, "svg": {"Date": None, "Creator": None}}
TOUCHING = 1.0  # pixels by which two texts may overlap


def export(
    figure: Figure, figure_id: str, data: pd.DataFrame, alt: str, folder: Path, record: dict
) -> None:
    """Write ``<figure_id>.png .svg .csv .json`` into ``folder`` and display the picture.

    ``data`` are the plotted values, each with the columns ``snapshot`` and ``row``; ``record`` holds
    notebook and parameters. Raises FigureError if the picture may not be published as it is.
    """
    _require(figure_id, data, alt)
    source = source_line(data)
    style.foot(figure, source)
    png = _render(figure, figure_id, "png")
    _check_texts(figure, figure_id)
    write_table(folder / f"{figure_id}.csv", data)
    atomic.write(folder / f"{figure_id}.png", png)
    atomic.write(folder / f"{figure_id}.svg", _render(figure, figure_id, "svg"))
    used = sorted(_by_snapshot(data)["snapshot"].unique())
    described = {
        "figure": figure_id,
        "title": figure.texts[0].get_text().replace("\n", " "),
        "subtitle": figure.texts[1].get_text().replace("\n", " "),
        "alt": alt,
        "source": source,
        **record,
        "snapshots": {s: snapshots.opened[s] for s in sorted(snapshots.opened)},
        "drawn_from": used,
        "code": inputs.code_digest(record["notebook"]),
        "lock": inputs.lock_digest(),
    }
    write_json(folder / f"{figure_id}.json", described)
    display(Image(png, width=900, alt=alt))


def one_scope(data: pd.DataFrame, scope: str = "scope_id") -> pd.DataFrame:
    """Return ``data`` unchanged, or refuse it if its values do not share one denominator."""
    found = sorted(data[scope].astype("object").fillna("not stated").unique())
    if len(found) != 1:
        raise FigureError(
            "wanted values of one denominator on one axis",
            ", ".join(found) or "none",
            next_command=f"filter the table on {scope!r}, or draw one panel per denominator",
        )
    return data


def source_line(data: pd.DataFrame) -> str:
    """Compose the source line from the rows that are drawn: who made them, from which snapshot."""
    topics: dict[str, dict] = {}
    for snapshot_id, rows in _by_snapshot(data).groupby("snapshot", sort=True):
        topic, _, date = snapshot_id.partition("/")
        seen = topics.setdefault(topic, {"makers": set(), "dates": []})
        seen["makers"] |= set(_makers(snapshot_id, rows["row"]))
        seen["dates"].append(date)
    parts = [
        f"{'; '.join(sorted(seen['makers']))} ({topic.replace('_', ' ')}, {_as_of(seen['dates'])})"
        for topic, seen in topics.items()
    ]
    places = "data/raw, every row with its address"
    if paths.LIVE in topics:  # whose rows have no address but their name
        places = "data/raw and, on the machine that took it, data/live"
    return f"Sources: {' · '.join(parts)}. Snapshots in {places}."


def _by_snapshot(data: pd.DataFrame) -> pd.DataFrame:
    """One row per snapshot: a value computed from rows of two snapshots names both."""
    return data.assign(snapshot=data["snapshot"].str.split("; ")).explode("snapshot")


def _as_of(dates: list[str]) -> str:
    if len(dates) == 1:
        return f"as of {words.day(dates[0])}"
    return f"{len(dates)} snapshots, {words.day(dates[0])} to {words.day(dates[-1])}"


def write_table(path: Path, data: pd.DataFrame) -> None:
    """Write a table as CSV: ISO dates, 12 significant digits, the same bytes everywhere."""
    text = data.to_csv(
        index=False, lineterminator="\n", date_format="%Y-%m-%d", float_format="%.12g"
    )
    atomic.write(path, text.encode())


def write_json(path: Path, content: dict) -> None:
    text = json.dumps(content, indent=1, ensure_ascii=False, sort_keys=False, default=str)
    atomic.write(path, (text + "\n").encode())


def _require(figure_id: str, data: pd.DataFrame, alt: str) -> None:
    missing = [c for c in snapshots.PROVENANCE if c not in data]
    if missing:
        raise FigureError(
            f"{figure_id}: the plotted values must say where they come from",
            f"no column {' or '.join(missing)}",
        )
    if data.empty:
        raise FigureError(f"{figure_id}: wanted at least one plotted value", "an empty table")
    if len(alt.split()) < 8:
        raise FigureError(f"{figure_id}: wanted a description of the picture (alt text)", repr(alt))


def _makers(snapshot_id: str, keys: pd.Series) -> list[str]:
    """Who made the drawn rows; the publishers of the sources where the rows do not say."""
    wanted = {key for cell in keys.dropna() for key in str(cell).split("; ")} - {""}
    made: set[str] = set()
    for resource in snapshots.describe(snapshot_id)["resources"] if wanted else []:
        table = snapshots.load(snapshot_id, resource["name"])
        drawn = table[table["row"].isin(wanted)]
        if "originator" in drawn:
            names = drawn["originator"].fillna(drawn["publisher"]).dropna()
            made |= {name.strip() for cell in names for name in cell.split(";")}
    return sorted(made or {source["publisher"] for source in snapshots.sources(snapshot_id)})


def _render(figure: Figure, figure_id: str, kind: str) -> bytes:
    buffer = io.BytesIO()
    with mpl.rc_context({"svg.hashsalt": figure_id}):
        figure.savefig(buffer, format=kind, metadata=NO_STAMPS[kind], facecolor="white")
    return buffer.getvalue()


def _check_texts(figure: Figure, figure_id: str) -> None:
    """Refuse texts that overlap or run out, as the PNG has just drawn them."""
    renderer = figure.canvas.get_renderer()
    boxes = [  # of the words alone: an annotation's own extent includes its arrow
        (text.get_text(), Text.get_window_extent(text, renderer)) for text in _texts(figure)
    ]
    page, problems = figure.bbox, []
    for name, box in boxes:
        if box.x0 < 0 or box.y0 < 0 or box.x1 > page.x1 or box.y1 > page.y1:
            problems.append(f"{_short(name)} runs out of the picture")
    for (name, a), (other, b) in itertools.combinations(boxes, 2):
        wide = min(a.x1, b.x1) - max(a.x0, b.x0)
        high = min(a.y1, b.y1) - max(a.y0, b.y0)
        if wide > TOUCHING and high > TOUCHING:
            problems.append(f"{_short(name)} overlaps {_short(other)}")
    if problems:
        raise FigureError(f"{figure_id}: text must be readable", "; ".join(problems))


def _texts(figure: Figure) -> list[Text]:
    """Every text that is drawn; tick labels outside the limits exist, but are not."""
    texts = list(figure.texts)
    for axes in figure.axes:
        texts += [*axes.texts, axes.title, axes._left_title, axes._right_title]
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            ticks = [t for t in axis.get_major_ticks() if low <= t.get_loc() <= high]
            texts += [axis.label, axis.get_offset_text(), *(t.label1 for t in ticks)]
    return [t for t in texts if t.get_visible() and t.get_text().strip()]


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return repr(flat if len(flat) < 40 else flat[:37] + "…")
