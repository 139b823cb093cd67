"""A figure of 10-compute-and-policy: the planning documents, and the plan's targets against sizes."""

from __future__ import annotations

import textwrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from airace import style, words
from airace.figures import one_scope
from airace.market import SCOPES
from airace.policy import STEPS

PANELS = {"core_industry": "Core AI industry", "related_industries": "AI with related industries"}
BAR = 1.2  # years, width of a target's bar
LETTERS = 36  # of a line of text under a document


def headline(reached: pd.DataFrame, scope: str) -> str:
    """Say which targets the published sizes of a scope meet, and whether the yardstick held.

    ``reached`` comes from ``policy.reached``.

    >>> from airace import draw_policy, market, policy, snapshots
    >>> sizes = snapshots.load("market_size/2026-03-06")
    >>> targets = snapshots.load("projections/2026-03-06").query("status == 'target'")
    >>> reached = policy.reached(targets, sizes, policy.yardstick(sizes, market.breaks(sizes)))
    >>> print(draw_policy.headline(reached, "core_industry"))
    Published sizes of the core AI industry meet the plan's targets for 2020 and 2025, and already
    the level for 2030, though what is counted has changed
    """
    rows = reached[reached["scope_class"] == scope]
    sized = rows[rows["ratio"].notna()]
    if sized.empty:
        missing = _years(rows.loc[rows["found"] != "open", "year"])
        return f"No published size of {SCOPES[scope]} answers the plan's targets for {missing}"
    least = sized.groupby("year")["ratio"].min()
    met = least.index[least >= 1]
    latest = sized.loc[sized["year"] == sized["year"].max(), "size"].min()
    ahead = rows[(rows["found"] == "open") & (rows["target"] <= latest)]["year"]
    early = f", and already the level for {_years(ahead)}" if len(ahead) else ""
    moved = ", though what is counted has changed" if (sized["yardstick"] != "").any() else ""
    meet = f"meet the plan's targets for {_years(met)}" if len(met) else "miss the plan's targets"
    return f"Published sizes of {SCOPES[scope]} {meet}{early}{moved}"


def targets(
    reached: pd.DataFrame,
    others: pd.DataFrame,
    documents: pd.DataFrame,
    printed: pd.DataFrame,
    scope: str,
    title: str,
) -> Figure:
    """Draw the documents on a line of months, and below a panel of targets and sizes per scope.

    ``reached`` and ``others`` (sizes of years without a target) come from ``policy``; ``printed`` holds
    the printed years (as_of, printed).

    >>> import pandas as pd
    >>> from airace import claims, draw_policy, market, policy, snapshots
    >>> sizes = snapshots.load("market_size/2026-03-06")
    >>> targets = snapshots.load("projections/2026-03-06").query("status == 'target'")
    >>> reached = policy.reached(targets, sizes, policy.yardstick(sizes, market.breaks(sizes)))
    >>> others = policy.other_years(sizes, list(draw_policy.PANELS))
    >>> documents = snapshots.load("policy/2017-07-21")
    >>> ledger = claims.ledger("article/2026-03-10")
    >>> printed = pd.DataFrame([ledger["plan-2017-goal-2030"]])
    >>> scope = "core_industry"
    >>> figure = draw_policy.targets(reached, others, documents, printed, scope, "A title")
    >>> len(figure.axes)
    3
    """
    subtitle = (
        "Above: documents from date to release, and the printed years. Below: targets of the plan of 2017 (outlined) and "
        "published sizes with their ratio, in billions of yuan; an arrow is “more than”, small marks are other years."
    )
    panels = [(0.045, 0.645, 0.91, 0.355), (0.065, 0, 0.475, 0.47), (0.615, 0, 0.355, 0.47)]
    figure, (line, *below) = style.canvas(title, subtitle, 6.5, panels, below=0.48)
    _documents(line, documents, printed)
    for axes, scope_class in zip(below, PANELS):
        rows = one_scope(reached[reached["scope_class"] == scope_class], "scope_class")
        rest = others[others["scope_class"] == scope_class]
        _panel(axes, rows, rest, style.ACCENT if scope_class == scope else style.GREY)
        axes.set_title(PANELS[scope_class])
    return figure


def plotted(
    reached: pd.DataFrame, others: pd.DataFrame, documents: pd.DataFrame, printed: pd.DataFrame
) -> pd.DataFrame:
    """The drawn values of ``targets``: printed years, documents, targets with sizes, other sizes.

    One row per drawn value, with the columns ``snapshot`` and ``row`` of what it comes from.
    Arguments as in ``targets``.

    >>> import pandas as pd
    >>> from airace import claims, draw_policy, market, policy, snapshots
    >>> sizes = snapshots.load("market_size/2026-03-06")
    >>> targets = snapshots.load("projections/2026-03-06").query("status == 'target'")
    >>> reached = policy.reached(targets, sizes, policy.yardstick(sizes, market.breaks(sizes)))
    >>> others = policy.other_years(sizes, list(draw_policy.PANELS))
    >>> documents = snapshots.load("policy/2017-07-21")
    >>> ledger = claims.ledger("article/2026-03-10")
    >>> printed = pd.DataFrame([ledger["plan-2017-goal-2030"]])
    >>> draw_policy.plotted(reached, others, documents, printed)["kind"].unique().tolist()
    ['printed', 'document', 'target and size', 'size of another year']
    """
    columns = ["kind", "document", "date_from", "date_to", "scope_class", "year", "target", "size", "bound",
               "ratio", "found", "originator", "yardstick", "snapshot", "row"]  # fmt: skip
    parts = [
        printed.assign(kind="printed", year=printed["value"]),
        documents.assign(kind="document"),
        reached.assign(kind="target and size"),
        others.assign(kind="size of another year", size=others["value"], found=others["status"]),
    ]
    return pd.concat(parts).reindex(columns=columns)


def describe(reached: pd.DataFrame, documents: pd.DataFrame) -> str:
    """Alt text: the documents, and each target beside the sizes of its year, in billions of yuan.

    Arguments as in ``targets``.

    >>> from airace import draw_policy, market, policy, snapshots
    >>> sizes = snapshots.load("market_size/2026-03-06")
    >>> targets = snapshots.load("projections/2026-03-06").query("status == 'target'")
    >>> reached = policy.reached(targets, sizes, policy.yardstick(sizes, market.breaks(sizes)))
    >>> print(draw_policy.describe(reached, snapshots.load("policy/2017-07-21"))[:90], "...")
    A line of planning documents (Internet Plus AI Three-Year Action Plan, May 2016; 13th Five ...
    """
    papers = "; ".join(f"{r.document}, {words.month(r.date_from)}" for r in documents.itertuples())
    parts = []
    for (scope, year, target), rows in reached.groupby(["scope_class", "year", "target"]):
        said = [
            f"{_over(r.bound)}{r.size:,.0f} ({_who(r)})" for r in rows.itertuples() if r.ratio > 0
        ]
        found = words.listed(said) or rows["found"].iloc[0]
        parts.append(f"{SCOPES[scope]} {year}: target over {target:,.0f}, {found}")
    return (
        f"A line of planning documents ({papers}) and two charts of the plan's targets with the "
        f"sizes published for the same year, in billions of yuan. {'; '.join(parts)}."
    )


def _documents(axes: Axes, documents: pd.DataFrame, printed: pd.DataFrame) -> None:
    gap = pd.Timedelta(days=4)
    for row in printed.itertuples():
        first, last = words.period(row.as_of)
        axes.plot([first + gap, last - gap], [1, 1], color=style.INK, lw=1.3, ls=":")
        middle = first + (last - first) / 2
        style.printed(axes, middle, 1, f"printed: “{row.printed}”", dx=0, dy=13, ha="center")
    for row in documents.itertuples():
        span = [row.date_from, row.date_to]
        axes.plot(span, [0, 0], color=style.ACCENT, lw=5, solid_capstyle="butt", zorder=3)
        about = f"{row.originator}, {_dated(row)}\n{style.balanced(row.scope, LETTERS)}"
        beside = {"dx": -1, "ha": "left", "va": "top", "fontsize": 8}
        name = style.balanced(row.document, LETTERS - 3)
        style.note(axes, row.date_from, 0, name, dy=-7, weight="bold", **beside)
        style.note(axes, row.date_from, 0, about, dy=-30, color=style.GREY, **beside)
    axes.set_xlim(pd.Timestamp("2016-01-01"), pd.Timestamp("2018-01-01"))
    axes.set_ylim(-3.3, 1.8)
    axes.set_yticks([])
    months = pd.date_range("2016-01-01", "2018-01-01", freq="6MS")
    axes.set_xticks(months, [f"{m:%b %Y}" for m in months])
    axes.grid(False)


def _panel(axes: Axes, rows: pd.DataFrame, others: pd.DataFrame, tint: str) -> None:
    """Draw each target as an outlined bar and the sizes as marks; nothing is joined."""
    goals = rows.groupby("year")["target"].first()
    axes.set_xlim(STEPS[0] - 1.6, STEPS[-1] + 1.6)
    axes.set_ylim(0, max(goals.max(), rows["size"].max()) * 1.16)
    axes.bar(goals.index, goals, width=BAR, fill=False, edgecolor=tint, linewidth=1.6)
    axes.set_xticks(goals.index, [f"{y}\nover {t:,.0f}" for y, t in goals.items()])
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.grid(False)
    moved = "; ".join(text for text in rows["yardstick"].unique() if text)
    if moved:
        text = textwrap.fill(moved[0].upper() + moved[1:], 31)
        axes.annotate(
            text, (0.02, 1), xycoords="axes fraction", va="top", fontsize=8, color=style.INK
        )
    for year, same in rows.groupby("year"):
        sized = same[same["ratio"].notna()]
        if sized.empty:
            text = same["found"].iloc[0].replace("published ", "published\n")
            style.note(axes, year, goals[year], text, dx=0, dy=12, ha="center", fontsize=8)
            continue
        marks = [group for _, group in sized.groupby("size")]
        for group in marks:
            _mark(axes, year, group["size"].iloc[0], group["bound"].iloc[0], tint)
        values = [group["size"].iloc[0] for group in marks]
        texts = [_text(group) for group in marks]
        _beside(axes, [year] * len(marks), values, texts, tint, 24)
    for row in others.itertuples():
        _mark(axes, row.year, row.value, row.bound, style.PALE, small=True)
    texts = [f"{r.year}: {_over(r.bound)}{r.value:,.0f}{_maker(r)}" for r in others.itertuples()]
    side = -10 if rows["ratio"].notna().any() else 10  # where the labels of the sizes leave room
    _beside(axes, list(others["year"]), list(others["value"]), texts, style.GREY, side)


def _beside(axes: Axes, years: list, values: list, texts: list, tint: str, dx: float) -> None:
    """Label marks on one side, as far apart as their lines need."""
    gap = 11 * max((text.count("\n") + 1 for text in texts), default=1)
    style.side_labels(axes, years, values, texts, [tint] * len(texts), [dx] * len(texts), gap)


def _mark(axes: Axes, year: int, value: float, bound: str, tint: str, small: bool = False) -> None:
    if bound == "lower":
        style.lower_bound(axes, year, value, 8 if small else 11, color=tint)
    else:
        axes.plot([year], [value], "o", ms=4.5 if small else 7, color=tint, zorder=4)


def _text(group: pd.DataFrame) -> str:
    """Say who gives one value for one year, and how it compares with the target."""
    row = group.iloc[0]
    who = words.listed(
        list(dict.fromkeys(_who(r) for r in group.sort_values("found").itertuples()))
    )
    more = " or more" if row["bound"] == "lower" else ""
    given = textwrap.fill(f"{_over(row['bound'])}{row['size']:,.0f}: {who}", 20)
    return f"{given}\nratio {row['ratio']:.1f}{more}"


def _who(row: object) -> str:
    name = row.originator.split(" (")[0].split(" minister")[0]
    return f"{name} (forecast)" if getattr(row, "found", "") == "forecast" else name


def _maker(row: object) -> str:
    """A long name stands in the table alone."""
    return f", {_who(row)}" if len(_who(row)) < 9 else ""


def _dated(row: object) -> str:
    return words.month(row.date_from) if row.date_precision == "month" else words.day(row.date_from)


def _over(bound: str) -> str:
    return "over " if bound == "lower" else ""


def _years(years: object) -> str:
    return words.listed([str(year) for year in years])
