"""The figure of 09-component-reuse: a matrix of models by components, a letter for the relation.

The axes are laid out in points (1/72 inch), so that rows, columns and texts keep their size whatever
the selection is.
"""

from __future__ import annotations

import textwrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from airace import style, words
from airace.components import DECIDING, PRINTED

MARKS = {  # relation -> letter, word in a wide cell, name in the legend, colour
    "weights_initialised": ("W", "weights", "starts from its weights", style.ACCENT),
    "architecture": ("A", "architecture", "has its architecture", "#3f4fa0"),
    "code_adapted": ("C", "code", "adapts its code", "#8f6400"),
    "runtime_dependency": ("R", "run time", "runs with it, (R) optionally", "#2b7270"),
    "counter_example": ("✕", "own encoder", "own encoder instead", style.INK),
}
STATES = {  # (later, weak) -> name in the legend
    (False, False): "dated up to the article",
    (True, False): "dated later",
    (True, True): "dated later, weak source",
}
GROUPS = ("Printed in the article", "Printed"), ("Other foreign components", "Others")  # and short
ONE_LINE = {"SigLIP": "SigLIP, SigLIP 2"}
TWO_LINES = {"SigLIP": "SigLIP,\nSigLIP 2", "FlashAttention": "Flash-\nAttention"}
SOFTWARE = ["xformers", "timm", "CUTLASS", "flash-linear-attention"]  # after the vision encoders
EDGE, GRID_LEFT, GRID_RIGHT = 13, 187, 640  # points from the left
STRIP, HEAD, FEET, GAP = 21, 64, 26, 4  # points: legend, column names, counts, between labs
BETWEEN, RATIO = 9, 1.2  # points between the groups; width of the printed three to the others
WORD = 60  # points from which on a cell holds a word, not a letter
TEXT = {"fontsize": 8.2, "va": "center_baseline"}


def matrix(cells: pd.DataFrame, title: str) -> Figure:
    """Draw a row per model, grouped by lab, and a column per component.

    ``cells`` come from ``components.cells``.

    >>> from airace import components, draw_components, snapshots
    >>> marked = components.mark(snapshots.load("component_reuse/2026-11-13"), "2026-03-10")
    >>> cells = components.cells(components.select(marked, ["all"], "C", "printed three"))
    >>> figure = draw_components.matrix(cells, "A title")
    >>> len(figure.axes)
    1
    """
    subtitle = (
        "How a model takes over a component, by public code or reports read by hand. Empty: nothing found, "
        "which is not nothing used. Counts follow what is public; they do not measure dependence."
    )
    models, labs = cells["label"].nunique(), cells["lab"].nunique()
    pitch = 12.2 if models > 12 else 17
    area = STRIP + HEAD + models * pitch + labs * GAP + FEET
    figure, (axes,) = style.canvas(title, subtitle, 1.55 + area / 72, [(0, 0, 1, 1)], below=0.03)
    axes.axis("off")
    top = axes.bbox.height * 72 / figure.dpi
    axes.set(xlim=(0, style.WIDTH * 72), ylim=(0, top))
    columns = _columns(cells)
    _legend(axes, top - 6)
    _heads(axes, cells, columns, top - STRIP)
    bottom = _rows(axes, cells, columns, top - STRIP - HEAD, pitch)
    _counts(axes, cells, columns, bottom)
    return figure


def headline(cells: pd.DataFrame, labs: list[str]) -> str:
    """Say in how many models of the selection each printed component is shown up to the article.

    ``cells`` come from ``components.cells``; ``labs`` are those selected.

    >>> from airace import components, draw_components, snapshots
    >>> marked = components.mark(snapshots.load("component_reuse/2026-11-13"), "2026-03-10")
    >>> cells = components.cells(components.select(marked, ["all"], "C", "printed three"))
    >>> print(draw_components.headline(cells, ["all"]))
    Public code and reports up to the article show SigLIP in 5 models of Chinese labs,
    FlashAttention in 4 and Triton in 1
    """
    counts = cells[cells["counted"]]["column"].value_counts()
    counts = counts.reindex(list(PRINTED), fill_value=0).sort_values(ascending=False, kind="stable")
    whose = "Chinese labs" if "all" in labs else words.listed(labs)
    whose = whose if len(labs) < 3 else "the chosen labs"
    if counts.iloc[0] == 0:
        return f"Nothing on the list up to the article shows one of the printed three for {whose}"
    told = [f"{name} in {n or 'none'}" for name, n in counts.items()]
    told[0] += f" model{'s' * bool(counts.iloc[0] > 1)} of {whose}"
    return f"Public code and reports up to the article show {words.listed(told)}"


def plotted(cells: pd.DataFrame) -> pd.DataFrame:
    """The drawn values of ``matrix``.

    One row per drawn value, with the columns ``snapshot`` and ``row`` of what it comes from.

    >>> from airace import components, draw_components, snapshots
    >>> marked = components.mark(snapshots.load("component_reuse/2026-11-13"), "2026-03-10")
    >>> cells = components.cells(components.select(marked, ["all"], "C", "printed three"))
    >>> draw_components.plotted(cells)[["lab", "label", "column", "relation"]].head(2)
            lab                        label  column      relation
    0  DeepSeek  Janus, JanusFlow, Janus-Pro  SigLIP  architecture
    1  DeepSeek                 DeepSeek-VL2  SigLIP  architecture
    """
    return cells[["lab", "label", "column", "component", "relation", "optional", "confidence", "date_to",
                  "followup", "counted", "decides", "source_url", "snapshot", "row"]]  # fmt: skip


def describe(cells: pd.DataFrame) -> str:
    """Alt text: every cell of the printed three in words.

    ``cells`` come from ``components.cells``.

    >>> from airace import components, draw_components, snapshots
    >>> marked = components.mark(snapshots.load("component_reuse/2026-11-13"), "2026-03-10")
    >>> cells = components.cells(components.select(marked, ["all"], "C", "printed three"))
    >>> print(draw_components.describe(cells)[:90], "...")
    A matrix of Chinese models by foreign components. SigLIP: Janus, JanusFlow, Janus-Pro (arc ...
    """
    parts = []
    for name in PRINTED:
        told = [
            f"{r.label} ({r.relation.replace('_', ' ')}{', later' * r.followup})"
            for r in cells[cells["column"] == name].itertuples()
        ]
        parts.append(f"{name}: {', '.join(told) or 'none'}")
    return f"A matrix of Chinese models by foreign components. {'; '.join(parts)}."


def _columns(cells: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Left edge and width of each column; the printed three are wider and set apart."""
    order = {name: number for number, name in enumerate(SOFTWARE, start=1)}
    others = sorted(set(cells["column"]) - set(PRINTED), key=lambda c: (order.get(c, 0), c))
    room = GRID_RIGHT - GRID_LEFT - BETWEEN * bool(others)
    unit = room / (len(PRINTED) * RATIO + len(others))
    places, x = {}, GRID_LEFT
    for name in [*PRINTED, *others]:
        x += BETWEEN * (name in others[:1])
        places[name] = (x, unit * (RATIO if name in PRINTED else 1))
        x += places[name][1]
    return places


def _heads(axes: Axes, cells: pd.DataFrame, columns: dict, top: float) -> None:
    """Name each column and whose component it is, under the name of its group."""
    origins = cells[cells["reuse"]].groupby("column")["component_origin"].first()
    for (text, short), names in zip(
        GROUPS, (list(PRINTED), [c for c in columns if c not in PRINTED])
    ):
        if names:
            left, right = columns[names[0]][0] + 1, sum(columns[names[-1]]) - 1
            text = text if right - left > 5.6 * len(text) else short
            axes.text(left, top - 3, text, fontsize=8.5, weight="bold", va="center")
            axes.plot([left, right], [top - 10] * 2, color=style.GREY, lw=0.8)
    for name, (x, width) in columns.items():
        printed = name in PRINTED
        wrapped = TWO_LINES.get(name, textwrap.fill(name, 9))
        shown = ONE_LINE.get(name, name) if width > 90 else wrapped
        origin = textwrap.fill(origins.get(name, PRINTED.get(name, "")).split(" (")[0], 11)
        both = {"ha": "center", "linespacing": 1.05}
        axes.text(x + width / 2, top - 40, shown, va="baseline", fontsize=8.2 if printed else 7.4,
                  weight="bold" if printed else "normal", **both)  # fmt: skip
        axes.text(x + width / 2, top - 43, origin, va="top", fontsize=7.4, color=style.GREY, **both)


def _rows(axes: Axes, cells: pd.DataFrame, columns: dict, y: float, pitch: float) -> float:
    """Draw the rows from ``y`` downwards and return where they end."""
    right = sum(list(columns.values())[-1])
    for lab, models in cells.groupby("lab", sort=False):
        axes.plot([EDGE, right], [y] * 2, color=style.GRID, lw=0.8)
        y -= GAP / 2
        axes.text(EDGE, y - pitch / 2, lab, weight="bold", **TEXT)
        for label, row in models.groupby("label", sort=False):
            y -= pitch
            tint = style.GREY if row["followup"].all() else style.INK
            axes.text(GRID_LEFT - 7, y + pitch / 2, label, ha="right", color=tint, **TEXT)
            found = {cell.column: cell for cell in row.itertuples()}
            for name, (x, width) in columns.items():
                box = (x + 1, y + 1, width - 2, pitch - 2)
                if name in found:
                    cell = found[name]
                    weak = cell.confidence not in DECIDING
                    _cell(axes, box, cell.relation, cell.followup, weak, cell.optional)
                else:
                    axes.add_patch(Rectangle(box[:2], *box[2:], color="#f4f4f4", lw=0))
        y -= GAP / 2
    return y


def _cell(
    axes: Axes, box: tuple, relation: str, later: bool, weak: bool, optional: bool = False
) -> None:
    """Draw a cell: filled up to the article, hollow later, paler with a broken edge if weak."""
    x, y, width, height = box
    letter, word, _, tint = MARKS[relation]
    edge = {"ls": (0, (2, 1.6)), "alpha": 0.75} if weak else {}
    inset = 0.55  # half of the edge, so that filled and hollow cells are of one size
    axes.add_patch(Rectangle((x + inset, y + inset), width - 2 * inset, height - 2 * inset,
                             fc="white" if later else tint, ec=tint, lw=1.1, **edge))  # fmt: skip
    text = word if width > WORD else letter
    axes.text(x + width / 2, y + height / 2 - 0.3, f"({text})" if optional else text, fontsize=8,
              ha="center", va="center_baseline", weight="normal" if weak else "bold",
              color=tint if later else "white")  # fmt: skip


def _legend(axes: Axes, y: float) -> None:
    """Show each mark beside its name: the relations in a strip, the states in the corner."""
    x = EDGE
    for relation, (_, _, name, _) in MARKS.items():
        _cell(axes, (x, y - 5.5, 15, 11), relation, False, False)
        axes.text(x + 19, y, name, **TEXT)
        x += 19 + 3.9 * len(name) + 26
    for number, ((later, weak), name) in enumerate(STATES.items()):
        low = y - STRIP - 8 - 14 * number
        _cell(axes, (EDGE, low - 5.5, 15, 11), "architecture", later, weak)
        axes.text(EDGE + 19, low, name, **TEXT)


def _counts(axes: Axes, cells: pd.DataFrame, columns: dict, y: float) -> None:
    """Write under each column the uses of it: up to the article, and the rest."""
    counted = cells["counted"]
    lines = [
        ("uses dated up to the article", counted, {"weight": "bold"}),
        ("uses dated later, or weak", cells["reuse"] & ~counted, {"color": style.GREY}),
    ]
    axes.plot([EDGE, sum(list(columns.values())[-1])], [y] * 2, color=style.GREY, lw=0.8)
    for number, (text, chosen, look) in enumerate(lines):
        low = y - 9 - 12 * number
        axes.text(GRID_LEFT - 7, low, text, ha="right", **TEXT, **look)
        counts = cells[chosen]["column"].value_counts()
        for name, (x, width) in columns.items():
            axes.text(x + width / 2, low, str(counts.get(name, 0)), ha="center", **TEXT, **look)
