"""A figure of 03-market-size: the printed amounts in dollars, day by day."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from airace import style, words

FROM = "2024-01-01"  # first day drawn; the search for matching days covers the whole series
ROOM = pd.Timedelta(days=180)  # within this of the right edge a label stands to the left


def headline(both: pd.DatetimeIndex, article_day: str) -> str:
    """Say on which days both printed conversions come out.

    >>> import pandas as pd
    >>> from airace import draw_rates
    >>> print(draw_rates.headline(pd.to_datetime(["2026-03-10"]), "2026-03-10"))
    Both printed conversions come out on one day only: 10 March 2026, the article's own
    """
    if len(both) == 0:
        return "On no business day do both printed conversions come out"
    if len(both) == 1:
        own = ", the article's own" if both[0] == pd.Timestamp(article_day) else ""
        return f"Both printed conversions come out on one day only: {words.day(both[0])}{own}"
    return f"Both printed conversions come out on {len(both)} business days, the last {words.day(both[-1])}"


def conversions(
    table: pd.DataFrame, printed: list[dict], both: pd.DatetimeIndex, rate_date: str, title: str
) -> Figure:
    """Draw what each printed amount is in dollars by day, with the band that prints as stated.

    ``table`` comes from ``money.conversions`` with ``printed``, in billions; ``both`` are the
    days on which all conversions come out, ``rate_date`` is marked.

    >>> from airace import draw_rates, money, snapshots
    >>> daily = money.per_dollar(snapshots.load("exchange_rates/2026-10-30"))
    >>> printed = [
    ...     {"currency": "CNY", "amount": 900, "interval": (130.5, 131.5)},
    ...     {"currency": "KRW", "amount": 3400, "interval": (2.305, 2.315)},
    ... ]
    >>> table = money.conversions(daily, printed)
    >>> both = table.index[table["all"]]
    >>> figure = draw_rates.conversions(table, printed, both, "2026-03-10", "A title")
    >>> len(figure.axes)
    2
    """
    subtitle = (
        "The printed amounts in billions of dollars at each day's reference rate. Grey band: values that print "
        f"as the article does; dark marks: days inside it. Searched: business days since {words.month(table.index[0])}."
    )
    figure, panels = style.canvas(
        title, subtitle, 6.0, [(0.06, 0.55, 0.825, 0.38), (0.06, 0, 0.825, 0.38)], below=0.34
    )
    shown = table.loc[FROM:]
    for axes, pair, above in zip(panels, printed, [True, False]):
        _rate(axes, shown, pair, both, pd.Timestamp(rate_date), above)
        axes.set_title(words.amount(pair["amount"], f"bn {pair['currency']}"))
    return figure


def plotted(table: pd.DataFrame, rates: pd.DataFrame, ledger: str) -> pd.DataFrame:
    """The drawn values of ``conversions``: a row per business day, whose date is the raw row's key.

    ``table`` comes from ``money.conversions`` with the rates of the snapshot ``rates``; ``ledger`` is
    the snapshot of the printed amounts.

    >>> from airace import draw_rates, money, snapshots
    >>> rates = snapshots.load("exchange_rates/2026-10-30")
    >>> daily = money.per_dollar(rates)
    >>> printed = [
    ...     {"currency": "CNY", "amount": 900, "interval": (130.5, 131.5)},
    ...     {"currency": "KRW", "amount": 3400, "interval": (2.305, 2.315)},
    ... ]
    >>> table = money.conversions(daily, printed)
    >>> drawn = draw_rates.plotted(table, rates, "article/2026-03-10")
    >>> drawn.loc[drawn["all"], ["date", "CNY inside", "KRW inside"]]
              date  CNY inside  KRW inside
    558 2026-03-10        True        True
    """
    drawn = table.loc[FROM:].reset_index()
    row = drawn["date"].dt.strftime("%Y-%m-%d")
    return drawn.assign(snapshot=f"{rates['snapshot'].iloc[0]}; {ledger}", row=row)


def describe(table: pd.DataFrame, both: pd.DatetimeIndex) -> str:
    """Alt text: on how many business days each conversion comes out, and on which both.

    Arguments as in ``conversions``.

    >>> from airace import draw_rates, money, snapshots
    >>> daily = money.per_dollar(snapshots.load("exchange_rates/2026-10-30"))
    >>> printed = [
    ...     {"currency": "CNY", "amount": 900, "interval": (130.5, 131.5)},
    ...     {"currency": "KRW", "amount": 3400, "interval": (2.305, 2.315)},
    ... ]
    >>> table = money.conversions(daily, printed)
    >>> print(draw_rates.describe(table, table.index[table["all"]]))
    Two lines of printed amounts in dollars by day since January 2024. Business days since January
    2016 on which a conversion comes out: CNY 234, KRW 31; both: 10 March 2026.
    """
    days = ", ".join(words.day(d) for d in both) or "none"
    inside = [f"{c} {int(table[f'{c} inside'].sum())}" for c in ("CNY", "KRW")]
    return (
        f"Two lines of printed amounts in dollars by day since {words.month(FROM)}. Business days since "
        f"{words.month(table.index[0])} on which a conversion comes out: {', '.join(inside)}; both: {days}."
    )


def _rate(
    axes: Axes,
    shown: pd.DataFrame,
    pair: dict,
    both: pd.DatetimeIndex,
    marked: pd.Timestamp,
    above: bool,
) -> None:
    currency, (low, high) = pair["currency"], pair["interval"]
    dollars, inside = shown[f"{currency} dollars"], shown[f"{currency} inside"]
    axes.axhspan(low, high, color=style.PALE, alpha=0.45, lw=0)
    axes.plot(dollars.index, dollars, color=style.GREY, lw=1)
    axes.plot(dollars.index[inside], dollars[inside], ".", ms=5, color=style.INK)
    middle = (low + high) / 2
    edge = shown.index[-1] + pd.Timedelta(days=14)
    style.printed(axes, edge, middle)
    style.note(axes, edge, middle, f"printed:\n{middle:g}", dx=11, weight="bold", fontsize=8.5)
    for day in [d for d in both if d >= shown.index[0]]:
        axes.plot([day], [dollars[day]], "o", ms=8, color=style.ACCENT, zorder=5)
        style.note(axes, day, dollars[day], f"{words.day(day)}\n{dollars[day]:.4g}",
                   dx=-11, dy=15 if above else -22, fontsize=8)  # fmt: skip
    before = dollars.index.asof(marked)  # NaT where the marked day lies before the first one drawn
    if before not in both and not pd.isna(before):
        axes.plot([before], [dollars[before]], "o", ms=7, color=style.ACCENT, zorder=5)
        late = before > shown.index[-1] - ROOM  # the right edge is taken by "printed"
        place = {"dx": -11, "dy": 13} if late else {"dx": 10, "dy": -15 if above else 22}
        style.note(axes, before, dollars[before], f"{words.day(before)}\n{dollars[before]:.4g}", **place,
                   fontsize=8, color=style.ACCENT)  # fmt: skip
    months = pd.date_range(FROM, shown.index[-1], freq="6MS")
    axes.set_xticks(months, [f"{m:%b}\n{m:%Y}" for m in months])
