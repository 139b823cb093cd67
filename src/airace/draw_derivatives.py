"""A figure of 08-adoption: derivatives by counting rule, and shares of use by denominator."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from airace import style, words
from airace.adoption import ranges
from airace.figures import one_scope

# scope_id -> measure, metric, name, what is counted, the entities that are drawn
PANELS = {
    "qwen_own_figure": ("derivatives", "derivative_repositories", "Given by Alibaba (Qwen)", "derivative models, thousands", ["Qwen"]),
    "hub_derivatives_organisation": ("derivatives", "derivative_repositories", "Counted by Hugging Face", "derivative repositories, thousands", ["Qwen", "Google", "Meta", "OpenAI"]),
    "atom_fine_tunes": ("derivatives", "share_of_new_derivatives", "Counted by the ATOM Project", "new fine-tunes with >5 downloads, percent", ["Qwen", "Llama"]),
    "openrouter_tokens_week": ("tokens", "share_of_tokens", "A week’s tokens", "on OpenRouter, percent", ["China (open models)", "open-weight models"]),
    "openrouter_top10_tokens": ("tokens", "share_of_top10_tokens", "Tokens of a month’s top 10", "on OpenRouter, percent", ["China"]),
    "openrouter_users": ("users", "share_of_users", "Users", "of OpenRouter, percent", ["users in China", "users in the USA"]),
    "llm_web_visits": ("users", "share_of_web_traffic", "Web visits", "to LLM sites, percent", ["China"]),
}  # fmt: skip
COUNTRY = {"Llama": "USA", "Google": "USA", "Meta": "USA", "OpenAI": "USA", "users in the USA": "USA",
           "open-weight models": "Other"}  # fmt: skip
SPOKEN = {
    ("openrouter_tokens_week", "China (open models)"): "Chinese open models",
    ("openrouter_tokens_week", "open-weight models"): "all open models",
    ("openrouter_top10_tokens", "China"): "Chinese models",
    ("openrouter_users", "users in China"): "in China",
    ("openrouter_users", "users in the USA"): "in the US",
    ("llm_web_visits", "China"): "Chinese sites",
}
WHOLES = ["open-weight models"]  # of which another bar of the panel is a part
PEAK = {"ms025": "peak week of 2025", "ms021": "peak of 2024", "ad086": "end of Jan 2026"}
ROWS = [  # cards: left edge, from there to the bars; then bottom, height and width of the bars, bars
    ([(0.02, 0.145), (0.35, 0.145), (0.675, 0.145)], (0.48, 0.38, 0.125), 6),
    ([(0.02, 0.145), (0.285, 0.13), (0.545, 0.1), (0.775, 0.11)], (0, 0.27, 0.06), 3),
]


def panels(
    points: pd.DataFrame, shares: pd.DataFrame, article_day: pd.Timestamp, include_later: bool
) -> pd.DataFrame:
    """Return the dated figures of every panel, ranges merged, with ``measure`` and ``followup``.

    ``points`` come from the adoption snapshot, ``shares`` from the one of published shares.

    ``include_later`` keeps periods that end after ``article_day``; ``low`` is the lower end of a
    range.

    >>> import pandas as pd
    >>> from airace import draw_derivatives, snapshots
    >>> points = snapshots.load("adoption/2026-08-31")
    >>> shares = snapshots.load("model_share_reported/2026-08-31")
    >>> table = draw_derivatives.panels(points, shares, pd.Timestamp("2026-03-10"), True)
    >>> table[["measure", "entity", "value", "unit"]].head(2)
           measure entity     value          unit
    0  derivatives   Qwen  180000.0  repositories
    1  derivatives   Qwen  200000.0  repositories
    """
    both = pd.concat([points, shares])
    both = both[both["date_to"].notna()]
    parts = []
    for scope_id, (measure, metric, *_, entities) in PANELS.items():
        kept = both[(both["scope_id"] == scope_id) & (both["metric"] == metric)]
        kept = kept[kept["entity"].isin(entities)].assign(measure=measure)
        parts.append(kept.sort_values("date_to", kind="stable"))
    table = ranges(pd.concat(parts))
    table["followup"] = table["date_to"] > article_day
    return table[include_later | ~table["followup"]].reset_index(drop=True)


def headline(table: pd.DataFrame, measure: str) -> str:
    """Say how far the counting rule or the denominator moves the number of one measure.

    ``table`` comes from ``panels``, ``measure`` is derivatives, tokens or users.

    >>> import pandas as pd
    >>> from airace import draw_derivatives, snapshots
    >>> points = snapshots.load("adoption/2026-08-31")
    >>> shares = snapshots.load("model_share_reported/2026-08-31")
    >>> table = draw_derivatives.panels(points, shares, pd.Timestamp("2026-03-10"), True)
    >>> print(draw_derivatives.headline(table, "derivatives"))
    Early in 2026 Qwen has over 200,000 derivatives by Alibaba's figure and about 115,000 by that of
    Hugging Face
    """
    before = table[~table["followup"]]
    if measure == "derivatives":
        own = _last(before, "qwen_own_figure", "Qwen")
        hub = _last(before, "hub_derivatives_organisation", "Qwen")
        return (
            f"Early in 2026 Qwen has over {own['value']:,.0f} derivatives by Alibaba's figure "
            f"and about {hub['value']:,.0f} by that of Hugging Face"
        )
    if measure == "tokens":
        week = before[
            (before["scope_id"] == "openrouter_tokens_week")
            & (before["entity"] != "open-weight models")
        ]
        top = _last(before, "openrouter_top10_tokens", "China")
        return (
            f"Chinese open models peak at about {week['value'].max():.0f} percent of a week's tokens on OpenRouter "
            f"in 2025; its top ten of {words.month(top['date_to'])} are {top['value']:.0f} percent Chinese by tokens"
        )
    here, visits = (
        _last(before, s, e)
        for s, e in [("openrouter_users", "users in China"), ("llm_web_visits", "China")]
    )
    return (
        f"China has {here['value']:.0f} percent of OpenRouter's users in {words.month(here['date_to'])}, Chinese sites "
        f"{visits['value']:.0f} percent of web visits to LLM sites in {words.month(visits['date_to'])}"
    )


def derivatives(table: pd.DataFrame, measure: str, title: str) -> Figure:
    """Draw a panel for each counting rule and each denominator; no two share an axis.

    ``table`` comes from ``panels``; the ``measure`` of the title is set in colour.

    >>> import pandas as pd
    >>> from airace import draw_derivatives, snapshots
    >>> points = snapshots.load("adoption/2026-08-31")
    >>> shares = snapshots.load("model_share_reported/2026-08-31")
    >>> table = draw_derivatives.panels(points, shares, pd.Timestamp("2026-03-10"), True)
    >>> figure = draw_derivatives.derivatives(table, "derivatives", "A title")
    >>> len(figure.axes)
    7
    """
    subtitle = (
        "Each panel has its own counting rule or denominator: compare within a panel only. OpenRouter is one self-selected "
        "service. Lighter: one weak source. Hollow: after the article. Hatched: all countries."
    )
    cards = [(*card, *row) for cards, *row in ROWS for card in cards]
    places = [(left + out, bottom, w, h) for left, out, (bottom, h, w), _ in cards]
    figure, axes = style.canvas(title, subtitle, 5.7, places, below=0.02)
    for panel, scope_id, (left, _, _, most) in zip(axes, PANELS, cards):
        _bars(panel, one_scope(table[table["scope_id"] == scope_id]).reset_index(drop=True), most)
        _name(panel, scope_id, left, PANELS[scope_id][0] == measure)
    return figure


def plotted(table: pd.DataFrame) -> pd.DataFrame:
    """The drawn values of ``derivatives``.

    One row per drawn value, with the columns ``snapshot`` and ``row`` of what it comes from.

    >>> import pandas as pd
    >>> from airace import draw_derivatives, snapshots
    >>> points = snapshots.load("adoption/2026-08-31")
    >>> shares = snapshots.load("model_share_reported/2026-08-31")
    >>> table = draw_derivatives.panels(points, shares, pd.Timestamp("2026-03-10"), True)
    >>> draw_derivatives.plotted(table)[["scope_id", "entity", "value"]].head(2)
              scope_id entity     value
    0  qwen_own_figure   Qwen  180000.0
    1  qwen_own_figure   Qwen  200000.0
    """
    return table[["measure", "scope_id", "scope", "entity", "date_from", "date_to", "low", "value", "unit",
                  "bound", "confidence", "followup", "snapshot", "row"]]  # fmt: skip


def describe(table: pd.DataFrame) -> str:
    """Alt text: every figure with its period, by counting rule and denominator.

    ``table`` comes from ``panels``.

    >>> import pandas as pd
    >>> from airace import draw_derivatives, snapshots
    >>> points = snapshots.load("adoption/2026-08-31")
    >>> shares = snapshots.load("model_share_reported/2026-08-31")
    >>> table = draw_derivatives.panels(points, shares, pd.Timestamp("2026-03-10"), True)
    >>> print(draw_derivatives.describe(table)[:90], "...")
    Seven bar charts, each with a denominator of its own. Given by Alibaba (Qwen), derivative  ...
    """
    parts = []
    for scope_id, (_, _, name, counted, _) in PANELS.items():
        rows = table[table["scope_id"] == scope_id]
        said = ", ".join(
            f"{SPOKEN.get((scope_id, r.entity), r.entity)} {_period(r)} {_value(r)}"
            for r in rows.itertuples()
        )
        parts.append(f"{name}, {counted}: {said}")
    return f"Seven bar charts, each with a denominator of its own. {'; '.join(parts)}."


def _last(table: pd.DataFrame, scope_id: str, entity: str) -> pd.Series:
    rows = table[(table["scope_id"] == scope_id) & (table["entity"] == entity)]
    return rows.sort_values("date_to").iloc[-1]


def _bars(axes: Axes, rows: pd.DataFrame, most: int) -> None:
    for place, row in enumerate(rows.itertuples()):
        tint = style.colour(COUNTRY.get(row.entity, "China"))
        light = 0.5 if row.confidence == "C" else 1
        hollow = row.followup or row.low < row.value
        whole = row.entity in WHOLES  # by its hatch another kind of bar in greyscale too
        axes.barh(place, row.value, height=0.62, alpha=light, linewidth=1.4, edgecolor=tint,
                  color="white" if hollow else style.GRID if whole else tint,
                  hatch="////" if whole else None)  # fmt: skip
        if row.low < row.value:  # a range: solid up to its low end
            axes.barh(place, row.low, height=0.62, color=tint, lw=0, alpha=light)
        more = row.bound == "lower"
        if more:
            style.more_than(axes, row.value, place, (13, 0), tint)
        style.note(axes, row.value, place, _value(row), dx=16 if more else 5, fontsize=8.5)
    comma = ", " if most > 3 else ",\n"
    labels = [
        f"{SPOKEN.get((r.scope_id, r.entity), r.entity)}{comma}{_period(r)}"
        for r in rows.itertuples()
    ]
    axes.set_yticks(range(len(rows)), labels, fontsize=8)
    axes.set_ylim(most - 0.5, -0.5)
    room = 1.3 if (rows["bound"] == "lower").any() else 1.05  # for the arrows
    axes.set_xlim(0, rows["value"].max() * room)
    style.no_scale(axes, style.INK)


def _name(axes: Axes, scope_id: str, left: float, chosen: bool) -> None:
    figure, top = axes.figure, axes.get_position().y1
    name, counted = PANELS[scope_id][2:4]
    tint, inch = style.ACCENT if chosen else style.INK, 1 / figure.get_figheight()
    figure.text(left, top + 0.3 * inch, name, va="center", weight="bold", fontsize=9.5, color=tint)
    figure.text(left, top + 0.12 * inch, counted, va="center", fontsize=8.5, color=style.GREY)


def _value(row: object) -> str:
    thousands = row.unit == "repositories"
    low, value = (round(v / 1000) if thousands else round(v, 1) for v in (row.low, row.value))
    sign = {"lower": ">", "approx": "~"}.get(row.bound, "")
    return f"{low:g} to {value:g}" if row.bound == "range" else f"{sign}{value:g}"


def _period(row: object) -> str:
    """Write a period as short as a label needs: 13 Jan 2026, Jan 2026, 2024, late 2024."""
    if row.row in PEAK:
        return PEAK[row.row]
    start, end = row.date_from, row.date_to
    if start == end:
        return f"{end.day} {end:%b %Y}"
    if (start.year, start.month) == (end.year, end.month):
        return f"{end:%b %Y}"
    if (start.month, end.month) == (1, 12):
        return f"{end:%Y}"
    part = "late" if start.month >= 9 else "early" if end.month <= 4 else "mid"
    return f"{part} {end:%Y}"
