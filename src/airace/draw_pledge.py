"""A figure of 06-investment: what was spent since the pledge, under both readings of its three years."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from airace import style, words
from airace.figures import one_scope
from airace.investment import READINGS

TINT = style.COLOURS["China"]
PAPER = {"fc": "white", "ec": "none", "pad": 1.5}  # behind words that lie on grid lines
CEILING = 1.29  # of the pledge: room for the forecast above it


def headline(steps: pd.DataFrame, pledged: float, article_day: str) -> str:
    """Say what was spent by the last quarter before the article, and where an even pace would be.

    ``steps`` come from ``investment.progress``, ``pledged`` is in billions of yuan.

    >>> import pandas as pd
    >>> from airace import draw_pledge, paths
    >>> steps = pd.read_csv(paths.processed() / "alibaba_pledge.csv", parse_dates=["date_to"])
    >>> print(draw_pledge.headline(steps, 380, "2026-03-10"))
    By September 2025 Alibaba's capital spending came to 18 or 25 percent of the 380 billion yuan
    pledged; an even pace gives 17 or 25
    """
    last = before(steps, article_day)
    shares = [f"{share:.0f}" for share in last["share_percent"]]
    even = [f"{share:.0f}" for share in last["even_percent"]]
    return (
        f"By {words.month(last['date_to'].iloc[0])} Alibaba's capital spending came to {' or '.join(shares)} percent of "
        f"the {words.amount(pledged, 'bn CNY')} pledged; an even pace gives {' or '.join(even)}"
    )


def before(steps: pd.DataFrame, article_day: str) -> pd.DataFrame:
    """The last period of each reading that ends before the article.

    ``steps`` come from ``investment.progress``; one row per reading.

    >>> import pandas as pd
    >>> from airace import draw_pledge, paths
    >>> steps = pd.read_csv(paths.processed() / "alibaba_pledge.csv", parse_dates=["date_to"])
    >>> draw_pledge.before(steps, "2026-03-10")[["reading", "period", "spent"]].round(1)
              reading                  period  spent
    1    fiscal years  July to September 2025   70.2
    5  calendar years  July to September 2025   94.8
    """
    known = steps[steps["date_to"] <= pd.Timestamp(article_day)]
    return known.sort_values("date_to").groupby("reading", sort=False).tail(1)


def pledge(
    steps: pd.DataFrame,
    parts: pd.DataFrame,
    marks: pd.DataFrame,
    factor: float,
    currency: str,
    article_day: str,
    title: str,
) -> Figure:
    """Draw one panel per reading: cumulative spending, the pledged floor, an even pace.

    ``steps`` come from ``investment.progress`` for every reading, ``parts`` from
    ``investment.part_ranges``; ``marks`` are three rows by status: the pledge, the printed number, and a
    forecast for the fiscal years. All amounts are in billions of yuan and drawn times ``factor``, one
    rate for all, so that shares stay.

    >>> import pandas as pd
    >>> from airace import claims, draw_pledge, paths, snapshots
    >>> steps = pd.read_csv(paths.processed() / "alibaba_pledge.csv", parse_dates=["date_to"])
    >>> parts = pd.read_csv(paths.processed() / "alibaba_ai_and_cloud.csv", parse_dates=["date_to"])
    >>> alibaba = snapshots.load("investment/2026-05-14").query("entity == 'Alibaba'")
    >>> ledger = claims.ledger("article/2026-03-10")
    >>> printed = pd.DataFrame([ledger["alibaba-380bn-pledge"]]).assign(status="printed")
    >>> marks = pd.concat([alibaba.query("status in ['pledge', 'forecast']"), printed])
    >>> steps["date_from"] = pd.to_datetime(steps["date_from"])
    >>> figure = draw_pledge.pledge(steps, parts, marks, 1, "CNY", "2026-03-10", "A title")
    >>> len(figure.axes)
    2
    """
    one_scope(steps, "definition")
    by_status = marks.set_index("status")
    pledged, printed = by_status["value"][["pledge", "printed"]]
    subtitle = (
        f"Cumulative capital spending of the group, billions of {words.currency(currency)}, from the start of the three years under two "
        "readings of the pledge. Solid: before the article. Outlined: later, one weak source. Purple: AI and cloud alone."
    )
    panels = [(0.065, 0, 0.425, 0.93), (0.555, 0, 0.425, 0.93)]
    figure, axes = style.canvas(title, subtitle, 5.9, panels, below=0.42)
    for panel, (reading, (start, end)) in zip(axes, READINGS.items()):
        span = pd.Timestamp(start), pd.Timestamp(end)
        _window(panel, span, pledged * factor, printed * factor)
        rows = steps[steps["reading"] == reading]
        _spent(panel, rows, factor, article_day)
        _part(panel, parts[parts["reading"] == reading].iloc[0], factor, rows["date_to"].max())
        _pace(panel, rows, pledged, factor, article_day)
        panel.set_title(f"Read as {reading}: {span[0]:%b %Y} to {span[1]:%b %Y}")
    _forecast(axes[0], by_status.loc["forecast"], factor)
    return figure


def plotted(
    steps: pd.DataFrame,
    parts: pd.DataFrame,
    marks: pd.DataFrame,
    factor: float,
    rates: tuple[str, str],
) -> pd.DataFrame:
    """The drawn values of ``pledge``; ``rates`` are snapshot and row of the rate.

    One row per drawn value, with the columns ``snapshot`` and ``row`` of what it comes from. The
    other arguments as in ``pledge``.

    >>> import pandas as pd
    >>> from airace import claims, draw_pledge, paths, snapshots
    >>> steps = pd.read_csv(paths.processed() / "alibaba_pledge.csv", parse_dates=["date_to"])
    >>> parts = pd.read_csv(paths.processed() / "alibaba_ai_and_cloud.csv", parse_dates=["date_to"])
    >>> alibaba = snapshots.load("investment/2026-05-14").query("entity == 'Alibaba'")
    >>> ledger = claims.ledger("article/2026-03-10")
    >>> printed = pd.DataFrame([ledger["alibaba-380bn-pledge"]]).assign(status="printed")
    >>> marks = pd.concat([alibaba.query("status in ['pledge', 'forecast']"), printed])
    >>> rates = ("exchange_rates/2026-10-30", "2026-03-10")
    >>> draw_pledge.plotted(steps, parts, marks, 1, rates)["kind"].unique().tolist()
    ['cumulative spending', 'AI and cloud alone, cumulative', 'pledge', 'forecast', 'printed']
    """
    shown = [
        steps.assign(kind="cumulative spending", low=steps["spent"], high=steps["spent"]),
        parts.assign(kind="AI and cloud alone, cumulative"),
        marks.assign(kind=marks["status"], low=marks["value"], high=marks["value"]),
    ]
    table = pd.concat(shown)
    table[["low", "high"]] *= factor
    if factor != 1:
        table["snapshot"] += f"; {rates[0]}"
        table["row"] += f"; {rates[1]}"
    return table[["kind", "reading", "definition", "date_from", "date_to", "low", "high", "bound", "status",
                  "share_percent", "even_percent", "needed_a_quarter", "confidence", "snapshot", "row"]]  # fmt: skip


def describe(steps: pd.DataFrame, parts: pd.DataFrame, pledged: float) -> str:
    """Alt text: what was spent by the end of each period, in billions of yuan, under both readings.

    Arguments as in ``pledge``; ``pledged`` is in billions of yuan.

    >>> import pandas as pd
    >>> from airace import draw_pledge, paths
    >>> steps = pd.read_csv(paths.processed() / "alibaba_pledge.csv", parse_dates=["date_to"])
    >>> parts = pd.read_csv(paths.processed() / "alibaba_ai_and_cloud.csv", parse_dates=["date_to"])
    >>> print(draw_pledge.describe(steps, parts, 380)[:90], "...")
    Two charts of Alibaba's cumulative capital spending in billions of yuan against a pledge o ...
    """
    runs = [
        f"{reading}: "
        + ", ".join(
            f"{r.spent:.1f} by {words.month(r.date_to)} ({r.share_percent:.0f} percent)"
            for r in rows.itertuples()
        )
        for reading, rows in steps.groupby("reading", sort=False)
    ]
    alone = [f"{r.low:.0f} to {r.high:.0f} ({r.reading})" for r in parts.itertuples()]
    return (
        f"Two charts of Alibaba's cumulative capital spending in billions of yuan against a pledge of at least "
        f"{pledged:.0f} over three years. {'; '.join(runs)}. AI and cloud alone by "
        f"{words.month(parts['date_to'].iloc[0])}: {' or '.join(alone)}."
    )


def _window(axes: Axes, span: tuple, level: float, printed: float) -> None:
    """Draw the three years, the pledged floor, the printed number at their end, and an even pace."""
    axes.set_xlim(span[0] - pd.Timedelta(days=12), span[1] + pd.Timedelta(days=45))
    axes.set_ylim(0, level * CEILING)
    axes.set_yticks([tick for tick in axes.get_yticks() if tick < level * 0.95])
    axes.yaxis.set_major_formatter("{x:,.0f}")
    ticks = pd.date_range(span[0], span[1] + pd.Timedelta(days=1), freq="6MS")
    axes.set_xticks(ticks, [f"{day:%b}\n{day:%Y}" for day in ticks])
    axes.plot(span, [level, level], color=style.INK, lw=1.2, ls=(0, (4, 2)))
    axes.plot(span, [0, level], color=style.GREY, lw=0.9, ls=(0, (1, 2)))
    middle = span[0] + (span[1] - span[0]) * 0.6
    style.note(axes, middle, level * 0.6, "even pace", dx=9, dy=-5, color=style.GREY, fontsize=8)
    style.lower_bound(axes, span[0] + pd.Timedelta(days=45), level)
    text = f"pledged: at least {words.number(level)}"
    style.note(axes, span[0] + pd.Timedelta(days=75), level, text, dx=0, dy=9)
    style.printed(
        axes, span[1], printed, f"printed: {words.number(printed)}", dx=7, dy=16, ha="right"
    )


def _spent(axes: Axes, rows: pd.DataFrame, factor: float, article_day: str) -> None:
    for row in rows.itertuples():
        later = row.date_to > pd.Timestamp(article_day)
        height, width = row.spent * factor, row.date_to - row.date_from + pd.Timedelta(days=1)
        axes.bar(
            row.date_from, height, width, align="edge", fc="white" if later else TINT, ec=TINT if later else "white",
            lw=1.1, ls=(0, (2, 1.5)) if later else "-", alpha=0.6 if later else 0.85, zorder=2,
        )  # fmt: skip
        face = "white" if later else TINT
        axes.plot([row.date_to], [height], "o", ms=6, mfc=face, mec=TINT, mew=1.5, zorder=5)
        text = words.number(height)
        style.note(
            axes, row.date_to, height, text, dx=-3, dy=9, color=TINT, weight="bold", fontsize=8
        )


def _part(axes: Axes, part: pd.Series, factor: float, later: pd.Timestamp) -> None:
    """Draw the range of AI and cloud alone beside the bar of the group, and name it at the right."""
    low, high = part["low"] * factor, part["high"] * factor
    beside = part["date_to"] + pd.Timedelta(days=14)
    axes.plot([beside] * 2, [low, high], color=style.ACCENT, lw=5, solid_capstyle="butt", zorder=6)
    place = later + pd.Timedelta(days=20)
    axes.plot([beside, place], [(low + high) / 2] * 2, color=style.ACCENT, lw=0.6, zorder=3)
    text = f"AI and cloud alone:\nabout {words.number(low, 2)} to {words.number(high, 2)}"
    style.note(
        axes, place, (low + high) / 2, text, dx=4, color=style.ACCENT, fontsize=8, bbox=PAPER
    )


def _pace(axes: Axes, rows: pd.DataFrame, pledged: float, factor: float, article_day: str) -> None:
    """Write what was spent, at which pace, and what the rest would need."""
    blocks = [
        f"By {words.month(row['date_to'])}{', one weak source' * (row['date_to'] > pd.Timestamp(article_day))}:\n"
        f"{row['share_percent']:.0f} percent, even pace {row['even_percent']:.0f};\n"
        f"{row['a_quarter'] * factor:.1f} a quarter, the rest needs {row['needed_a_quarter'] * factor:.1f}"
        for row in (before(rows, article_day).iloc[0], rows.iloc[-1])
    ]
    left = rows["date_from"].iloc[0] + pd.Timedelta(days=20)
    style.note(
        axes,
        left,
        pledged * factor * 0.955,
        "\n\n".join(blocks),
        dx=0,
        va="top",
        fontsize=8,
        bbox=PAPER,
    )


def _forecast(axes: Axes, forecast: pd.Series, factor: float) -> None:
    level = forecast["value"] * factor
    axes.plot([forecast["date_to"]], [level], "s", ms=6, mfc="white", mec=style.GREY, mew=1.5)
    text = f"{forecast['originator']}, forecast of {words.month(forecast['published'])}: {words.number(level)}"
    style.note(axes, forecast["date_to"], level, text, dx=-9, color=style.GREY, fontsize=8)
