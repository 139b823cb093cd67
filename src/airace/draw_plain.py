"""A plain chart of one column of numbers of any snapshot: a bar per row, or a dot where rows are many.

A start for a figure of one's own. It sorts nothing, leaves nothing out without saying so, and takes
its words from the description of the column.
"""

from __future__ import annotations

import textwrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ticker import FuncFormatter

from airace import snapshots, style, words
from airace.errors import FigureError

MOST_BARS = 30
MOST_DOTS = 5_000
BESIDE = ("row_id", "source_title", "publisher", "source_url", "published", "confidence", "licence", "inputs", "note")  # fmt: skip
LINE = 26  # characters of a line of a bar's name, of which there are two at most
LETTER = 0.0128  # of the picture's width, for the widest letter of a name
ROW, ROUND, DOTS = 0.32, 1.5, 4.6  # inches
NAMED = 2  # rows that the title names for one value


def numbers(snapshot_id: str, table: str | None = None) -> list[str]:
    """Columns of numbers that can be drawn; a calendar year is none, unless there is no other."""
    resources = snapshots.describe(snapshot_id)["resources"]
    resource = next(r for r in resources if r["name"] == (table or resources[0]["name"]))
    fields = [f["name"] for f in resource["schema"]["fields"] if f["type"] in ("integer", "number")]
    return [name for name in fields if name != "year"] or fields


def labels(table: pd.DataFrame, column: str) -> pd.Series:
    """Return a name for each row: the first text, with as many other columns as it takes to differ.

    The key of the row, where no column is a text, all columns together leave two rows alike, or the
    pictures' font cannot write a name.
    """
    left_out = {*snapshots.PROVENANCE, *BESIDE, column}
    others = [name for name in table if name not in left_out]
    texts = [name for name in others if pd.api.types.is_string_dtype(table[name])]
    others = [*texts[:1], *(n for n in others if n not in texts[:1] and not _measures(table[n]))]
    made = pd.Series("", index=table.index)
    for name in others if texts else []:
        made = (
            made.str.cat(_written(table[name]), sep=", ")
            .str.removeprefix(", ")
            .str.removesuffix(", ")
        )
        if made.is_unique and (made != "").all():
            return made if all(map(drawable, made)) else table["row"]
    return table["row"]


def described(snapshot_id: str, column: str) -> str:
    """The description of a column; the column's name where the pictures' font cannot write it."""
    fields = [
        f for r in snapshots.describe(snapshot_id)["resources"] for f in r["schema"]["fields"]
    ]
    about = next((f["description"] for f in fields if f["name"] == column), column)
    return about if drawable(about) else column if drawable(column) else "one column"


def headline(table: pd.DataFrame, column: str) -> str:
    """Say which rows have the largest and the smallest value.

    Raises FigureError for a column without a number.
    """
    values, names = table[column], labels(table, column)
    if values.notna().sum() == 0:
        raise FigureError(f"wanted a number in column {column}", "none in any row")
    ends = [values == values.max(), values == values.min()]
    (most, have), (least, _) = (_who(names[end]) for end in ends)
    if ends[0].equals(ends[1]):
        return f"{most} {have} the one value, {number(values.max())}"
    return (f"{most} {have} the largest value, {number(values.max())}; "
            f"{least} the smallest, {number(values.min())}")  # fmt: skip


def chart(table: pd.DataFrame, column: str, title: str) -> Figure:
    """Draw one column of a table loaded by ``snapshots.load``.

    Up to 30 rows are bars in the table's order, from zero; more are dots from the smallest to the
    largest. Raises FigureError for a column without a number and for more than 5,000 rows.
    """
    drawn = plotted(table, column)
    snapshot_id = table["snapshot"].iloc[0]
    bars = len(table) <= MOST_BARS
    about = described(snapshot_id, column)
    mark, order = ("bar", "") if bars else ("dot", ", from the smallest value to the largest")
    empty = int(drawn[column].isna().sum())
    lacking = f"; {empty} of {len(table)} rows without a value" if empty else ""
    topic = snapshot_id.partition("/")[0].replace("_", " ")
    subtitle = f"{about[:1].upper()}{about[1:]}. One {mark} per row of {topic}{order}{lacking}."
    names = labels(table, column)
    longest = max(len(line) for name in _lines(names) for line in name.split("\n")) if bars else 0
    left, height = (0.03 + LETTER * longest, ROUND + ROW * len(table)) if bars else (0.1, DOTS)
    figure, (axes,) = style.canvas(title, subtitle, height, [(left, 0, 0.96 - left, 1)], below=0.1)
    for text in figure.texts:
        text.set_parse_math(False)  # a source writes $ as it likes
    (_bars if bars else _dots)(axes, drawn[column], names)
    return figure


def plotted(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """The drawn values, with the columns that name their rows."""
    if len(table) > MOST_DOTS:
        wanted = f"wanted at most {MOST_DOTS:,} rows in a plain chart"
        raise FigureError(wanted, f"{len(table):,}", next_command="choose rows first")
    named = [
        n
        for n in table
        if n not in (*snapshots.PROVENANCE, *BESIDE, column) and not _measures(table[n])
    ]
    return table[[*snapshots.PROVENANCE, *named, column]]


def describe(table: pd.DataFrame, column: str, title: str) -> str:
    """Alt text of ``chart``."""
    kind = "bar" if len(table) <= MOST_BARS else "dot"
    about = described(table["snapshot"].iloc[0], column)
    return f"A chart with one {kind} for each of {len(table)} rows: {about}. {title}."


def number(value: float, digits: int = 6) -> str:
    """Write a value as people say it; with an exponent where that would be a row of zeros.

    >>> from airace import draw_plain
    >>> draw_plain.number(1_150_000_000), draw_plain.number(2e-9)
    ('1.15 billion', '2e-09')
    >>> draw_plain.number(10250)
    '10,250'
    """
    plain = value == 0 or 1e-5 <= abs(value) < 1e15
    return words.number(value, digits) if plain else f"{value:.{digits}g}"


def drawable(text: str) -> bool:
    """Can the pictures' font write all of a text?"""
    known = get_font(findfont(FontProperties(family=style.THEME["font.family"]))).get_charmap()
    return all(ord(character) in known for character in text)


def _measures(column: pd.Series) -> bool:
    """Is it another column of numbers with a fraction, which names nothing?"""
    return pd.api.types.is_float_dtype(column)


def _written(column: pd.Series) -> pd.Series:
    if pd.api.types.is_datetime64_any_dtype(column):
        column = column.dt.strftime("%Y-%m-%d")
    return column.astype("str").where(column.notna(), "").str.split().str.join(" ")


def _who(names: pd.Series) -> tuple[str, str]:
    """The rows of one value, and whether they have it or has it."""
    if len(names) > NAMED:
        return f"{len(names)} rows", "have"
    said = words.listed([textwrap.shorten(name, 2 * LINE, placeholder="…") for name in names])
    return said, "has" if len(names) == 1 else "have"


def _lines(names: pd.Series) -> list[str]:
    """Names of bars, in two lines at most."""
    return ["\n".join(textwrap.wrap(n, LINE, max_lines=2, placeholder="…")) for n in names]


def _bars(axes: Axes, values: pd.Series, names: pd.Series) -> None:
    shown = values.astype("float64")
    for position, value in enumerate(shown):
        axes.barh(position, value, height=0.66, color=style.GREY)
        if pd.isna(value):
            style.note(axes, 0, position, "no value", dx=4, color=style.GREY)
        else:
            style.note(axes, value, position, number(value), dx=4 if value >= 0 else -4)
    axes.set_yticks(range(len(names)), _lines(names))
    for label in axes.get_yticklabels():
        label.set_parse_math(False)
    axes.set_ylim(len(names) - 0.5, -0.5)
    style.no_scale(axes, style.INK)
    low, high = min(0, shown.min()), max(0, shown.max())
    room = (high - low or 1) * 0.16  # for the numbers at the ends of the bars
    axes.set_xlim(low - (room if low < 0 else 0), high + room)
    axes.axvline(0, color=style.GREY, lw=0.8)


def _dots(axes: Axes, values: pd.Series, names: pd.Series) -> None:
    shown = values.astype("float64").dropna().sort_values()
    axes.plot(range(len(shown)), shown, ls="none", marker="o", ms=3, color=style.GREY)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    axes.set_xticks([])
