"""A figure of 11-korea: China's size over Korea's, for the printed pair and for others."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from airace import korea, style
from airace.korea import COUNTS, DIFFERENT, LIKE, PRINTED, PRODUCTS

FACES = {  # how alike the two sides are -> fill of the dot, which must also tell in grey
    LIKE: {"fillstyle": "full"},
    PRODUCTS: {"fillstyle": "left", "markerfacecoloralt": "white"},
    DIFFERENT: {"fillstyle": "none"},
}
TICKS = [0.5, 1, 2, 5, 10, 20, 50, 100, 200]
ROW, GROUP = 1.2, 0.3  # vertical steps: from pair to pair, and more where a heading stands between


def headline(pairs: pd.DataFrame, economy: float, per_gdp: bool) -> str:
    """Say the ratio of the like-for-like pair, of the two economies, and of the printed pair.

    ``pairs`` come from ``korea.pairs``, ``economy`` is China's GDP over Korea's.

    >>> import pandas as pd
    >>> from airace import draw_korea, korea, paths, snapshots
    >>> dates = ["china_date_to", "korea_date_to"]
    >>> pairs = pd.read_csv(paths.processed() / "korea_pairs.csv", parse_dates=dates)
    >>> gdp = snapshots.load("gdp/2026-03-20")
    >>> economy = korea.gdp_ratio(gdp)
    >>> print(draw_korea.headline(pairs, economy, per_gdp=False))
    Forecasts for 2027 put China's AI spending at 9 times Korea's; China's economy was 10 times
    Korea's in 2023, and the printed pair gives 57
    """
    first = pairs.drop_duplicates("kind").set_index("kind")
    like, printed = first.loc[[LIKE, PRINTED], "ratio_per_gdp" if per_gdp else "ratio"]
    forecasts = f"forecasts for {first.at[LIKE, 'china_date_to'].year} put China's AI spending at"
    if per_gdp:
        return (
            f"Per unit of GDP, {forecasts} {like:.1f} times Korea's; "
            f"the printed pair gives {printed:.1f}"
        )
    return (
        f"{forecasts[0].upper()}{forecasts[1:]} {like:.0f} times Korea's; China's economy was "
        f"{economy:.0f} times Korea's in 2023, and the printed pair gives {printed:.0f}"
    )


def ratios(
    pairs: pd.DataFrame, economy: float, per_gdp: bool, currency: str, rate: float, title: str
) -> Figure:
    """Draw one dot per pair on a log axis, grouped by how alike its two sides are.

    ``pairs`` come from ``korea.pairs``; ``economy`` is China's GDP over Korea's; ``rate`` is won per
    dollar, for the amounts in the labels.

    ``per_gdp`` divides every ratio by ``economy``.

    >>> import pandas as pd
    >>> from airace import draw_korea, korea, paths, snapshots
    >>> dates = ["china_date_to", "korea_date_to"]
    >>> pairs = pd.read_csv(paths.processed() / "korea_pairs.csv", parse_dates=dates)
    >>> gdp = snapshots.load("gdp/2026-03-20")
    >>> economy = korea.gdp_ratio(gdp)
    >>> figure = draw_korea.ratios(pairs, economy, False, "USD", 1470.12, "A title")
    >>> len(figure.axes)
    1
    """
    unit = ", each divided by its GDP of 2023" if per_gdp else ""
    subtitle = (
        f"How many times Korea's size China's is{unit}, log scale. Solid: same maker, year and measure; "
        "half: same maker, two products; hollow: the sides count different things; arrow: more than; "
        "diamond: the printed numbers."
    )
    figure, (axes,) = style.canvas(title, subtitle, 5.9, [(0.52, 0, 0.42, 0.95)], below=0.42)
    shown = pairs.assign(shown=pairs["ratio_per_gdp" if per_gdp else "ratio"])
    reference = 1.0 if per_gdp else economy
    position, last = 0.0, None
    for row in shown.itertuples():
        if row.kind != last:
            position += GROUP if last else 0
            _heading(axes, position, row.kind)
            position += 0.62
            last = row.kind
        _pair(axes, row, position, currency, rate, reference)
        position += ROW
    _reference(axes, reference, per_gdp)
    _scale(axes, shown["shown"], position, reference)
    return figure


def plotted(pairs: pd.DataFrame, economy: float, gdp: pd.DataFrame, quoted: dict) -> pd.DataFrame:
    """The drawn values of ``ratios``: the pairs, then the reference line.

    ``quoted`` names snapshot and row of the exchange rate, cited where a side was converted.

    One row per drawn value, with the columns ``snapshot`` and ``row`` of what it comes from.

    >>> import pandas as pd
    >>> from airace import draw_korea, korea, paths, snapshots
    >>> dates = ["china_date_to", "korea_date_to"]
    >>> pairs = pd.read_csv(paths.processed() / "korea_pairs.csv", parse_dates=dates)
    >>> gdp = snapshots.load("gdp/2026-03-20")
    >>> economy = korea.gdp_ratio(gdp)
    >>> quoted = {"snapshot": "exchange_rates/2026-10-30", "row": "2026-03-10"}
    >>> draw_korea.plotted(pairs, economy, gdp, quoted)[["kind", "ratio"]].iloc[[0, -1]].round(1)
             kind  ratio
    0  as printed   56.7
    0         GDP   10.4
    """
    converted = pairs["china_converted"] | pairs["korea_converted"]
    rate = {c: converted.map({True: f"; {quoted[c]}", False: ""}) for c in ("snapshot", "row")}
    pairs = pairs.assign(**{c: pairs[c] + more for c, more in rate.items()})
    line = {"kind": "GDP", "ratio": economy, "ratio_per_gdp": 1.0, "bound": "exact",
            "china_date_to": gdp["date_to"].iloc[0], "korea_date_to": gdp["date_to"].iloc[0],
            "snapshot": gdp["snapshot"].iloc[0],
            "row": "; ".join(gdp.loc[gdp["country"].isin([korea.CHINA, korea.KOREA]), "row"])}  # fmt: skip
    columns = ["kind", "china_scope_class", "china_date_to", "china_usd", "korea_scope_class",
               "korea_date_to", "korea_usd", "bound", "ratio", "ratio_per_gdp", "snapshot", "row"]  # fmt: skip
    return pd.concat([pairs, pd.DataFrame([line])]).reindex(columns=columns)


def describe(pairs: pd.DataFrame, economy: float, per_gdp: bool) -> str:
    """Alt text: the ratio of every pair.

    Arguments as in ``ratios``.

    >>> import pandas as pd
    >>> from airace import draw_korea, korea, paths, snapshots
    >>> dates = ["china_date_to", "korea_date_to"]
    >>> pairs = pd.read_csv(paths.processed() / "korea_pairs.csv", parse_dates=dates)
    >>> gdp = snapshots.load("gdp/2026-03-20")
    >>> economy = korea.gdp_ratio(gdp)
    >>> print(draw_korea.describe(pairs, economy, per_gdp=False)[:90], "...")
    Dots of China's size over Korea's, with the ratio of GDP as a line (10.4 in 2023). as prin ...
    """
    parts = [
        f"{row.kind}, {COUNTS[row.china_scope_class]} {row.china_date_to.year} over "
        f"{COUNTS[row.korea_scope_class]} {row.korea_date_to.year}: {_more(row.bound)}"
        f"{row.ratio_per_gdp if per_gdp else row.ratio:.1f}"
        for row in pairs.itertuples()
    ]
    unit = "divided by the ratio of GDP" if per_gdp else "with the ratio of GDP as a line"
    return f"Dots of China's size over Korea's, {unit} ({economy:.1f} in 2023). {'; '.join(parts)}."


def _heading(axes: Axes, position: float, text: str) -> None:
    axes.annotate(
        text.capitalize(), (0, position), xycoords=("axes fraction", "data"), xytext=(-318, 0),
        textcoords="offset points", weight="bold", va="center", fontsize=9, color=style.INK,
    )  # fmt: skip


def _pair(
    axes: Axes, row: object, position: float, currency: str, rate: float, reference: float
) -> None:
    for name, dy in (("china", 6), ("korea", -6)):
        axes.annotate(
            _side(row, name, currency, rate), (0, position), xycoords=("axes fraction", "data"),
            xytext=(-318, dy), textcoords="offset points", va="center", fontsize=8, color=style.GREY,
        )  # fmt: skip
    text = f"{_more(row.bound)}{row.shown:.{0 if row.shown >= 20 else 1}f}"
    if row.kind == PRINTED:
        style.printed(axes, row.shown, position, text, dx=11)
        return
    axes.plot([row.shown], [position], "o", ms=9, color=style.ACCENT, mew=1.8, zorder=4, **FACES[row.kind])  # fmt: skip
    arrow = row.bound == "lower"
    if arrow:
        style.more_than(axes, row.shown, position, (24, 0), style.ACCENT, clear=5)
    weight = "bold" if row.kind == LIKE else "normal"
    paper = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}  # over the gridlines
    left = 0.7 < row.shown / reference < 1  # on the right, the label would stand on the dashed line
    dx = -11 if left else 28 if arrow else 11
    style.note(axes, row.shown, position, text, dx=dx, weight=weight, bbox=paper)


def _side(row: object, name: str, currency: str, rate: float) -> str:
    """What one side counts, for which year, how much, and who says so."""
    side = {column: getattr(row, f"{name}_{column}") for column in korea.SIDE}
    printed = side["status"] == "printed"
    amount = korea.spoken(side["usd"], "USD" if printed else currency, rate)
    more = "over " if side["bound"] == "lower" else ""
    what = COUNTS[side["scope_class"]].removeprefix("the ")
    how = {"derived": ", interpolated", "forecast": ", forecast"}.get(side["status"], "")
    country = {"china": "China", "korea": "Korea"}[name]
    return f"{country}: {what} {side['date_to'].year}, {more}{amount} ({_maker(side)}{how})"


def _maker(side: dict) -> str:
    """Who made a size, which product it is, and of which edition: enough to find the row."""
    who = side["originator"].split("; ")[0].replace(" minister Li Lecheng", "")
    product = " tracker" if "tracker" in side["metric"] else ""
    edition = side["vintage"] if side["scope_class"] == "it_spending" else ""
    stated = "" if pd.isna(edition) or not edition else f" {korea.edition(edition)}"
    return f"{who}{product}{stated}"


def _more(bound: str) -> str:
    return "over " if bound == "lower" else ""


def _reference(axes: Axes, value: float, per_gdp: bool) -> None:
    axes.axvline(value, color=style.GREY, lw=1.1, ls=(0, (4, 2)), zorder=1)
    text = "in proportion to GDP" if per_gdp else f"GDP (2023): {value:.1f} times"
    axes.annotate(
        text, (value, 1), xycoords=("data", "axes fraction"), xytext=(0, 3),
        textcoords="offset points", ha="center", va="bottom", fontsize=8.5, color=style.GREY,
    )  # fmt: skip


def _scale(axes: Axes, values: pd.Series, bottom: float, reference: float) -> None:
    """Set the log scale; no gridline stands so near to the reference line that they would merge."""
    low, high = min(values.min(), 2) / 1.6, values.max() * 2.2
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    ticks = [t for t in TICKS if low <= t <= high]
    axes.set_xticks(ticks, [f"{t:g}" for t in ticks])
    axes.minorticks_off()
    axes.set_ylim(bottom - 0.3, -0.5)
    axes.set_yticks([])
    axes.grid(True, axis="x")
    axes.grid(False, axis="y")
    for value, tick in zip(ticks, axes.xaxis.get_major_ticks()):
        tick.gridline.set_visible(not 0.8 < value / reference < 1.25)
