"""Currencies, growth rates and implied exchange rates, from the ECB's euro reference rates."""

from __future__ import annotations

import pandas as pd

from airace.errors import RequestError

CURRENCIES = ["CNY", "KRW", "USD"]
BILLIONS = {"bn": 1, "tn": 1000}


def per_dollar(rates: pd.DataFrame) -> pd.DataFrame:
    """Return units of each currency per US dollar by day, from rates per euro (columns USD, CNY, KRW).

    >>> from airace import money, snapshots
    >>> rates = snapshots.load("exchange_rates/2026-10-30")
    >>> money.per_dollar(rates).loc["2026-03-10"].round(2)
    CNY       6.88
    KRW    1470.12
    USD       1.00
    Name: 2026-03-10 00:00:00, dtype: float64
    """
    daily = rates.set_index("date")[CURRENCIES].sort_index()
    return daily.div(daily["USD"], axis=0)


def rate_on(daily: pd.DataFrame, currency: str, date: str) -> tuple[float, pd.Timestamp]:
    """Return the rate per dollar of the last business day up to ``date``, and that day.

    ``daily`` comes from ``per_dollar``, ``date`` is an ISO date. The ECB publishes no rate on
    weekends and holidays. Raises RequestError outside the series.

    >>> from airace import money, snapshots
    >>> daily = money.per_dollar(snapshots.load("exchange_rates/2026-10-30"))
    >>> rate, day = money.rate_on(daily, "CNY", "2026-03-08")  # a Sunday
    >>> print(f"{rate:.4f} on {day:%A, %d %B}")
    6.9047 on Friday, 06 March
    """
    day = pd.Timestamp(date)
    if not daily.index[0] <= day <= daily.index[-1]:
        raise RequestError(
            f"wanted a day from {daily.index[0]:%Y-%m-%d} to {daily.index[-1]:%Y-%m-%d}",
            f"{day:%Y-%m-%d}",
        )
    business_day = daily.index[daily.index.searchsorted(day, side="right") - 1]
    return float(daily.at[business_day, currency]), business_day


def period_average(daily: pd.DataFrame, currency: str, start: object, end: object) -> float:
    """Return the mean rate per dollar over the business days of a period, both ends included.

    ``daily`` comes from ``per_dollar``. Raises RequestError for a period without a rate.

    >>> from airace import money, snapshots
    >>> daily = money.per_dollar(snapshots.load("exchange_rates/2026-10-30"))
    >>> round(money.period_average(daily, "CNY", "2024-01-01", "2024-12-31"), 4)
    7.1956
    """
    window = daily.loc[pd.Timestamp(start) : pd.Timestamp(end), currency]
    if window.empty:
        raise RequestError(
            f"wanted a period within {daily.index[0]:%Y-%m-%d} to {daily.index[-1]:%Y-%m-%d}",
            f"{pd.Timestamp(start):%Y-%m-%d} to {pd.Timestamp(end):%Y-%m-%d}",
        )
    return float(window.mean())


def convert(
    points: pd.DataFrame, daily: pd.DataFrame, currency: str, conversion: str, rate_date: str
) -> pd.DataFrame:
    """Add ``amount`` in billions of ``currency``, ``rate`` and ``rate_kind``.

    ``points`` carry ``value``, ``unit`` ("bn CNY", "tn KRW") and the days ``date_from``, ``date_to``;
    ``daily`` are units per US dollar. ``conversion`` "spot" takes the rate of ``rate_date`` for every
    row; "period average" takes the mean of the row's own period where that is longer than a day and the
    rates cover it. ``rate`` is in units of ``currency`` per printed unit; ``rate_kind`` is "spot",
    "period average", or "none" where nothing was converted. Raises RequestError for another unit.

    >>> from airace import money, snapshots
    >>> daily = money.per_dollar(snapshots.load("exchange_rates/2026-10-30"))
    >>> points = snapshots.load("market_size/2026-03-06").query("row in ['mp008', 'mp010']")
    >>> dollars = money.convert(points, daily, "USD", "period average", "2026-03-10")
    >>> dollars[["period", "value", "unit", "amount", "rate_kind"]].round(1)
      period  value    unit  amount       rate_kind
    7   2023  578.4  bn CNY    81.6  period average
    9   2024  900.0  bn CNY   125.1  period average
    """
    rows = []
    for row in points.itertuples():
        multiple, _, printed = row.unit.partition(" ")
        if multiple not in BILLIONS or printed not in daily:
            raise RequestError("wanted bn or tn of a known currency", repr(row.unit), list(daily))
        covered = daily.index[0] <= row.date_from < row.date_to <= daily.index[-1]
        average = conversion == "period average" and covered
        to, by = (
            period_average(daily, code, row.date_from, row.date_to)
            if average
            else rate_on(daily, code, rate_date)[0]
            for code in (currency, printed)
        )
        kind = "none" if printed == currency else "period average" if average else "spot"
        rows.append([row.value * BILLIONS[multiple] * to / by, to / by, kind])
    return points.assign(**dict(zip(["amount", "rate", "rate_kind"], map(list, zip(*rows)))))


def conversions(daily: pd.DataFrame, printed: list[dict]) -> pd.DataFrame:
    """Return by business day what printed amounts are in dollars, and whether they print as stated.

    ``printed`` are dicts with ``currency``, ``amount`` and the dollar ``interval`` [low, high) that
    prints as stated, in one unit. Columns: "<currency> dollars", "<currency> inside", and "all".

    >>> from airace import money, snapshots
    >>> daily = money.per_dollar(snapshots.load("exchange_rates/2026-10-30"))
    >>> won = {"currency": "KRW", "amount": 3400, "interval": (2.305, 2.315)}  # billions
    >>> money.conversions(daily, [won]).loc["2026-03-09":"2026-03-11"].round(3)
                KRW dollars  KRW inside    all
    date
    2026-03-09        2.289       False  False
    2026-03-10        2.313        True   True
    2026-03-11        2.302       False  False
    """
    table = pd.DataFrame(index=daily.index)
    inside = []
    for pair in printed:
        currency, (low, high) = pair["currency"], pair["interval"]
        dollars = pair["amount"] / daily[currency]
        table[f"{currency} dollars"] = dollars
        table[f"{currency} inside"] = (dollars >= low) & (dollars < high)
        inside.append(table[f"{currency} inside"])
    table["all"] = pd.concat(inside, axis=1).all(axis=1)
    return table


def as_evidence(
    rates: pd.DataFrame, day: pd.Timestamp, currency: str, rate: float, source_url: str
) -> pd.DataFrame:
    """Return the row of the rates for ``day`` in the form in which evidence cites it.

    ``day`` must be a business day, an index of the rates; ``rate`` is per dollar.

    >>> import pandas as pd
    >>> from airace import money, snapshots
    >>> rates = snapshots.load("exchange_rates/2026-10-30")
    >>> day = pd.Timestamp("2026-03-10")
    >>> row = money.as_evidence(rates, day, "CNY", 6.8772, "https://example.org")
    >>> row[["snapshot", "row", "value"]]
                           snapshot         row   value
    2607  exchange_rates/2026-10-30  2026-03-10  6.8772
    """
    row = rates[rates["date"] == day]
    return row.assign(
        value=rate,
        scope=f"{currency} per USD, from ECB rates per euro",
        originator="ECB",
        source_url=source_url,
    )


def annual_growth(start: float, end: float, years: float) -> float:
    """Return the compound annual growth in percent: ((end / start) ** (1 / years) - 1) * 100."""
    if not (start > 0 and end > 0 and years > 0):
        raise RequestError("wanted positive amounts and years", f"{start}, {end}, {years}")
    return ((end / start) ** (1 / years) - 1) * 100
