"""The figure of 12-robustness: the specification curve, the choices below it, and what moves it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from airace import style, words
from airace.specifications import CHOICES

NAMES = {  # choice: what stands beside its levels
    "snapshot": "Snapshot",
    "attribution": "Country of",
    "window": "Downloads of",
    "age": "Age",
    "tasks": "Task",
    "minimum_parameters": "Parameters",
    "unlisted": "Unlisted publishers",
    "unknown": "No single country",
    "stale": "Repeated counts",
    "exclude_top": "Largest models",
}
LEVELS = {
    ("attribution", "publisher"): "the publisher",
    ("attribution", "base model"): "the base model",
    ("age", "all"): "any",
    ("age", "new"): "created within a year",
    ("tasks", "all"): "any",
    ("tasks", "text-generation"): "text generation",
    ("tasks", "text-generation, image-text-to-text"): "and image with text",
    ("minimum_parameters", 0): "any number",
    ("exclude_top", 0): "counted",
}
BINS = 148  # columns of the strips: a column is a few neighbouring specifications
GAP = 0.45  # rows of air between two choices
LAST = 2.2  # rows under the last strip, for what no choice explains alone
SHADES = LinearSegmentedColormap.from_list("paper to ink", ["#f4f4f4", style.INK])


def headline(summary: dict[str, float], focus: str, rival: str) -> str:
    """Say how often the focus leads, and in which range.

    ``summary`` comes from ``specifications.summary``.

    >>> import pandas as pd
    >>> from airace import draw_robustness, paths, specifications
    >>> table = pd.read_csv(paths.processed() / "robustness.csv")
    >>> print(draw_robustness.headline(specifications.summary(table), "China", "USA"))
    China leads the US in 1,164 of 1,332 ways to count the downloads, from −23 to +57 points
    """
    led = summary["leads"], summary["specifications"] - summary["empty"]
    range_ = f"from {summary['least']:+.0f} to {summary['largest']:+.0f} points".replace("-", "−")
    who = f"{words.the(focus)[0].upper()}{words.the(focus)[1:]}"
    if summary["largest"] < 0:
        far = f"{-summary['largest']:.0f} to {-summary['least']:.0f} points"
        return f"{who} is behind {words.the(rival)} in all {led[1]:,} ways to count the downloads, by {far}"
    return f"{who} leads {words.the(rival)} in {led[0]:,} of {led[1]:,} ways to count the downloads, {range_}"


def printed_difference(stated: pd.DataFrame, focus: str, rival: str) -> pd.DataFrame:
    """What the article prints for the focus minus the rival, in percentage points.

    ``stated`` are the statements of both shares. No row where it prints nothing of one of them.

    >>> import pandas as pd
    >>> from airace import claims, draw_robustness
    >>> ledger = claims.ledger("article/2026-03-10")
    >>> stated = pd.DataFrame([ledger["share-china-17"], ledger["share-usa-15-8"]])
    >>> printed = draw_robustness.printed_difference(stated, "China", "USA")
    >>> printed["difference"].round(1).tolist()
    [1.2]
    """
    rows = stated.drop_duplicates("geography").set_index("geography")
    if not {focus, rival} <= set(rows.index):
        return pd.DataFrame(columns=["difference", "snapshot", "row"])
    difference = rows.loc[focus, "value"] - rows.loc[rival, "value"]
    both = rows.loc[[focus, rival]]
    found = {"difference": difference, "snapshot": both["snapshot"].iloc[0]}
    return pd.DataFrame([found | {"row": "; ".join(both["row"])}])


def curve(
    specifications: pd.DataFrame,
    balanced: pd.DataFrame,
    effects: pd.DataFrame,
    printed: pd.DataFrame,
    focus: str,
    rival: str,
    title: str,
) -> Figure:
    """Draw the sorted differences, where each level stands among them, and the main effects.

    ``specifications`` come from ``specifications.table``, ``balanced`` from ``effects.balanced`` and
    ``effects`` from ``effects.main_effects``; ``printed`` comes from ``printed_difference``: it is of
    another denominator, and marked as such.

    >>> import pandas as pd
    >>> from airace import claims, draw_robustness, effects, paths
    >>> table = pd.read_csv(paths.processed() / "robustness.csv")
    >>> balanced = effects.balanced(table)
    >>> moved = effects.main_effects(balanced)
    >>> ledger = claims.ledger("article/2026-03-10")
    >>> stated = pd.DataFrame([ledger["share-china-17"], ledger["share-usa-15-8"]])
    >>> printed = draw_robustness.printed_difference(stated, "China", "USA")
    >>> figure = draw_robustness.curve(table, balanced, moved, printed, "China", "USA", "A title")
    >>> len(figure.axes)
    3
    """
    subtitle = (
        f"Share of downloads of {words.the(focus)} minus that of {words.the(rival)}, percentage "
        "points, sorted: one column per combination of choices. Below: where each choice stands; the "
        "darker, the more of the combinations there made it."
    )
    ranked = sorted_(specifications)
    rows = positions(ranked, effects)
    figure, (above, below, right) = style.canvas(
        title,
        subtitle,
        9.2,
        [(0.275, 0.665, 0.55, 0.335), (0.275, 0, 0.55, 0.605), (0.85, 0, 0.13, 0.605)],
        below=0.1,
    )
    _differences(above, ranked, printed, focus, rival)
    _strips(below, ranked, rows)
    _effects(right, effects, len(balanced), rows)
    return figure


def plotted(
    specifications: pd.DataFrame,
    balanced: pd.DataFrame,
    effects: pd.DataFrame,
    printed: pd.DataFrame,
    listed: str,
) -> pd.DataFrame:
    """The drawn values of ``curve``: one row per specification, choice and printed number.

    ``listed`` is the snapshot of the table of organisations, which every share needs.

    One row per drawn value, with the columns ``snapshot`` and ``row`` of what it comes from.

    >>> import pandas as pd
    >>> from airace import claims, draw_robustness, effects, paths
    >>> table = pd.read_csv(paths.processed() / "robustness.csv")
    >>> balanced = effects.balanced(table)
    >>> moved = effects.main_effects(balanced)
    >>> ledger = claims.ledger("article/2026-03-10")
    >>> stated = pd.DataFrame([ledger["share-china-17"], ledger["share-usa-15-8"]])
    >>> printed = draw_robustness.printed_difference(stated, "China", "USA")
    >>> drawn = draw_robustness.plotted(table, balanced, moved, printed, "organisations/2026-10-05")
    >>> drawn["kind"].unique().tolist()
    ['specification', 'main effect', 'printed']
    """
    ranked = sorted_(specifications).rename(columns={"snapshot": "counted_in"})
    ranked["snapshot"] = ranked["counted_in"] + f"; {listed}"
    ranked.insert(0, "rank", ranked.index + 1)
    varied = "; ".join([*balanced["snapshot"].unique(), listed])
    moved = effects.assign(kind="main effect", snapshot=varied)
    tables = [ranked.assign(kind="specification", row=""), moved.assign(row="")]
    tables += [printed.assign(kind="printed")] if len(printed) else []
    found = pd.concat(tables, ignore_index=True)
    columns = ["kind", *(c for c in found if c not in ("kind", "snapshot", "row"))]
    return found[[*columns, "snapshot", "row"]]


def describe(
    summary: dict[str, float],
    effects: pd.DataFrame,
    printed: pd.DataFrame,
    focus: str,
    rival: str,
) -> str:
    """Alt text: how often the focus leads, in which range, and what each choice explains in
    percent.

    ``summary`` comes from ``specifications.summary``; the other arguments as in ``curve``.

    >>> import pandas as pd
    >>> from airace import claims, draw_robustness, effects, paths, specifications
    >>> table = pd.read_csv(paths.processed() / "robustness.csv")
    >>> balanced = effects.balanced(table)
    >>> moved = effects.main_effects(balanced)
    >>> ledger = claims.ledger("article/2026-03-10")
    >>> stated = pd.DataFrame([ledger["share-china-17"], ledger["share-usa-15-8"]])
    >>> printed = draw_robustness.printed_difference(stated, "China", "USA")
    >>> found = specifications.summary(table)
    >>> print(draw_robustness.describe(found, moved, printed, "China", "USA")[:90], "...")
    A curve of 1,332 sorted differences between the shares of China and the US, with a median  ...
    """
    named = effects[effects["choice"] != "interactions"].head(3)
    moved = words.listed(
        [f"{NAMES[row.choice].lower()} {row.percent:.0f} percent" for row in named.itertuples()]
    )
    median = f"{summary['median']:.0f}".replace("-", "−")
    said = [
        f" The article prints {v:.1f} points, of another denominator."
        for v in printed["difference"]
    ]
    return (
        f"A curve of {summary['specifications']:,} sorted differences between the shares of "
        f"{words.the(focus)} and {words.the(rival)}, with a median of {median} points, "
        f"above strips that show which choices stand where. {headline(summary, focus, rival)}. "
        f"Largest parts of the variance: {moved}.{''.join(said)}"
    )


def sorted_(specifications: pd.DataFrame) -> pd.DataFrame:
    """The specifications with a download, by difference; equals in the order of the table."""
    ranked = specifications.dropna(subset="difference")
    return ranked.sort_values("difference", kind="stable", ignore_index=True)


def positions(ranked: pd.DataFrame, effects: pd.DataFrame) -> dict[tuple, float]:
    """Height of each choice's levels, from the top down: what moves most stands first."""
    shown = [c for c in ["snapshot", *CHOICES] if ranked[c].nunique() > 1]
    order = [choice for choice in effects["choice"] if choice in shown]
    rows, y = {}, 0.0
    for choice in [*order, *(choice for choice in shown if choice not in order)]:
        for level in _levels(ranked, choice):
            rows[choice, level] = y
            y -= 1
        y -= GAP
    return rows


def _levels(ranked: pd.DataFrame, choice: str) -> list:
    found = set(ranked[choice])
    if choice == "snapshot":
        return sorted(found)
    return [level for level in CHOICES[choice] if level in found]


def _differences(
    axes: Axes, ranked: pd.DataFrame, printed: pd.DataFrame, focus: str, rival: str
) -> None:
    values = ranked["difference"].to_numpy()
    x = np.arange(len(values)) + 0.5
    for country, part in ((focus, values > 0), (rival, values <= 0)):
        tint = style.colour(country)
        axes.fill_between(x[part], 0, values[part], color=tint, alpha=0.25, lw=0, step="mid")
        axes.plot(x[part], values[part], color=tint, lw=2.2)
    behind = int((values <= 0).sum())
    ahead = len(values) - behind
    said = {"dx": 0, "weight": "bold"}
    if ahead:
        style.note(axes, behind + ahead / 2, 0, f"{focus} ahead: {ahead:,}", dy=10,
                   color=style.colour(focus), ha="center", **said)  # fmt: skip
    if behind:
        style.note(axes, 0, values.min(), f"{rival} ahead: {behind:,}", dy=-7,
                   color=style.colour(rival), **said)  # fmt: skip
    axes.axhline(0, color=style.GREY, lw=1.2)
    axes.set_xlim(0, len(values))
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    for value in printed["difference"]:
        place = float(np.searchsorted(values, value))
        style.printed(axes, place, value)
        text = f"printed: {value:+.1f}, of\nanother denominator".replace("-", "−")
        style.note(axes, place, value, text, dx=11, dy=-17, weight="bold", fontsize=8)
    covered = ranked["attributed_percent"]
    text = (
        "Publishers with a known country hold\n"
        f"{covered.min():.0f} to {covered.max():.0f} percent of the downloads"
    )
    if ahead:
        style.note(axes, 0, values.max(), text, dx=4, va="top", color=style.GREY)
    else:  # the curve fills that corner
        style.note(axes, len(values), values.min(), text, dx=-4, va="bottom", color=style.GREY)


def _strips(axes: Axes, ranked: pd.DataFrame, rows: dict[tuple, float]) -> None:
    """One strip per level: how much of each column of neighbours made this choice."""
    count = len(ranked)
    edges = np.linspace(0, count, min(BINS, count) + 1).round().astype(int)
    for (choice, level), y in rows.items():
        made = (ranked[choice] == level).to_numpy(dtype=float)
        shares = np.add.reduceat(made, edges[:-1]) / np.diff(edges)
        extent = (0, count, y - 0.42, y + 0.42)
        axes.imshow(
            shares[np.newaxis], cmap=SHADES, vmin=0, vmax=1, extent=extent, aspect="auto",
            interpolation="nearest",
        )  # fmt: skip
    axes.grid(False)
    axes.set_xlim(0, count)
    axes.set_ylim(min(rows.values()) - LAST, 0.6)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.set_yticks(list(rows.values()), [_said(*key) for key in rows])
    axes.tick_params(axis="y", length=0, labelcolor=style.INK, labelsize=8)
    first = {choice: y for (choice, _), y in reversed(rows.items())}
    for choice, y in first.items():
        axes.annotate(
            NAMES[choice], (0.0, y), xycoords=("figure fraction", "data"), xytext=(13, 0),
            textcoords="offset points", fontsize=8.5, weight="bold", va="center", color=style.INK,
            annotation_clip=False,
        )  # fmt: skip


def _said(choice: str, level: object) -> str:
    if (choice, level) in LEVELS:
        return LEVELS[choice, level]
    if choice == "snapshot":
        return words.day(str(level).partition("/")[2])
    if choice == "minimum_parameters":
        return f"at least {level:g} billion"
    if choice == "exclude_top":
        return "without the first" if level == 1 else f"without the first {level}"
    return str(level)


def _effects(
    axes: Axes, effects: pd.DataFrame, combinations: int, rows: dict[tuple, float]
) -> None:
    """Bars beside the strips: what each choice alone explains of the variance, and of how many."""
    explained = effects[effects["choice"] != "interactions"]
    for row in explained.itertuples():
        heights = [y for (choice, _), y in rows.items() if choice == row.choice]
        y = (max(heights) + min(heights)) / 2
        axes.barh(y, row.percent, height=0.9, color=style.ACCENT)
        style.note(axes, row.percent, y, _percent(row.percent), dx=4, fontsize=8.5)
    axes.set_ylim(min(rows.values()) - LAST, 0.6)
    axes.set_xlim(0, max(explained["percent"].max() * 1.5, 1))
    axes.set_yticks([])
    style.no_scale(axes)
    rest = effects.loc[effects["choice"] == "interactions", "percent"].item()
    style.note(axes, 0, min(rows.values()) - LAST + 0.7, f"{_percent(rest)} together only", dx=0)
    axes.set_title(f"Explains of\nthe variance of\n{combinations:,}, percent", fontsize=8.5)


def _percent(value: float) -> str:
    return f"{value:.0f}" if value >= 1 else "under 1"
