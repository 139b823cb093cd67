"""A figure of 07-patents: the four countries by filings, grants, citations and grants per head."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from airace import style, words
from airace.figures import one_scope
from airace.patent_measures import MEASURES, leaders
from airace.patents import FOUR

PER_HEAD = "grants per 100,000 inhabitants"
UNITS = {"percent": "percent of the world", PER_HEAD: "per 100,000 inhabitants"}


def headline(standing: pd.DataFrame) -> str:
    """Say which country leads by which measure.

    ``standing`` comes from ``patent_measures.measures``.

    >>> from airace import draw_patent_measures, patent_measures, snapshots
    >>> standing = patent_measures.measures(snapshots.load("patents/2026-09-15"), 2020)
    >>> print(draw_patent_measures.headline(standing))
    China leads in filings and grants; the US in citations; South Korea in grants per head
    """
    first = leaders(standing)
    led = []
    for country in first.unique():
        nouns = dict.fromkeys(m.split(",")[0] for m in first.index[first == country])
        led.append(f"{words.the(country)} {'leads ' * (not led)}in {words.listed(list(nouns))}")
    text = "; ".join(led)
    return text[0].upper() + text[1:]


def measures(standing: pd.DataFrame, title: str) -> Figure:
    """Draw one panel of bars per measure, each with its own denominator; ``patent_measures.measures``.

    >>> from airace import draw_patent_measures, patent_measures, snapshots
    >>> standing = patent_measures.measures(snapshots.load("patents/2026-09-15"), 2020)
    >>> figure = draw_patent_measures.measures(standing, "A title")
    >>> len(figure.axes)
    5
    """
    subtitle = (
        "AI patents, all fields. Filings: families, by office of first filing (CAT). Grants: families, by inventor (NCSES); "
        "patents (AI Index). Citations received and grants per head: AI Index. A panel is a measure with a unit of its own."
    )
    left, gap = 0.125, 0.02
    width = (0.99 - left) / len(MEASURES) - gap
    panels = [(left + n * (width + gap), 0.02, width, 0.79) for n in range(len(MEASURES))]
    figure, axes = style.canvas(title, subtitle, 4.5, panels, below=0.02)
    for panel, measure in zip(axes, MEASURES):
        rows = standing[standing["measure"] == measure]
        _bars(panel, one_scope(rows), measure)
    axes[0].set_yticks(range(len(FOUR)), FOUR)
    axes[0].tick_params(axis="y", labelcolor=style.INK, labelsize=9.5)
    return figure


def plotted(standing: pd.DataFrame) -> pd.DataFrame:
    """The drawn values of ``measures``.

    One row per drawn value, with the columns ``snapshot`` and ``row`` of what it comes from.

    >>> from airace import draw_patent_measures, patent_measures, snapshots
    >>> standing = patent_measures.measures(snapshots.load("patents/2026-09-15"), 2020)
    >>> drawn = draw_patent_measures.plotted(standing)
    >>> drawn[["measure", "entity", "value", "unit"]].head(2).round(1)
       measure entity  value     unit
    0  filings  China   67.2  percent
    1  filings    USA   14.8  percent
    """
    drawn = standing[standing["entity"].isin(FOUR)]
    return drawn[["measure", "entity", "value", "unit", "date_from", "date_to", "scope_id", "snapshot", "row"]]  # fmt: skip


def describe(standing: pd.DataFrame, title: str) -> str:
    """Alt text: every value of the four countries, by measure.

    Arguments as in ``measures``.

    >>> from airace import draw_patent_measures, patent_measures, snapshots
    >>> standing = patent_measures.measures(snapshots.load("patents/2026-09-15"), 2020)
    >>> print(draw_patent_measures.describe(standing, "A title")[:90], "...")
    Five panels of bars for four countries. filings (2020, percent of the world): China 67.2,  ...
    """
    parts = []
    for measure, rows in plotted(standing).groupby("measure", sort=False):
        values = ", ".join(f"{r.entity} {r.value:.1f}" for r in rows.itertuples())
        parts.append(f"{measure} ({_period(rows)}, {UNITS[rows['unit'].iloc[0]]}): {values}")
    return f"Five panels of bars for four countries. {'; '.join(parts)}. {title}."


def _bars(axes: Axes, rows: pd.DataFrame, measure: str) -> None:
    unit = rows["unit"].iloc[0]
    largest = rows["value"].max()
    axes.set_xlim(0, 105 if unit == "percent" else largest * 1.35)
    drawn = {r.entity: r for r in rows.itertuples()}
    for place, country in enumerate(FOUR):
        if country not in drawn:
            style.note(axes, 0, place, "not listed", dx=4, fontsize=8, color=style.GREY)
            continue
        row = drawn[country]
        leads = row.value == largest
        axes.barh(place, row.value, height=0.62, color=style.colour(country))
        weight = "bold" if leads else "normal"
        style.note(axes, row.value, place, f"{row.value:.1f}", dx=4, weight=weight, fontsize=9.5)
    axes.set_ylim(len(FOUR) - 0.5, -0.6)
    axes.set_yticks([])
    style.no_scale(axes)
    axes.axvline(0, color=style.GREY, lw=0.8)
    axes.set_title(measure.split(",")[0].capitalize(), pad=34)
    about = f"{rows['dataset'].iloc[0]}, {_period(rows)}\n{UNITS[unit]}"
    axes.annotate(about, (0, 1), xycoords="axes fraction", xytext=(0, 5), textcoords="offset points",
                  fontsize=8, color=style.GREY, va="bottom")  # fmt: skip


def _period(rows: pd.DataFrame) -> str:
    first = rows.iloc[0]
    return words.as_of(first["date_from"], first["date_to"]).replace(" to ", "\u2013")
