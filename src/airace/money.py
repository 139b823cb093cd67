"""Currencies, growth rates and implied exchange rates, from the ECB's euro reference rates."""

from __future__ import annotations

import pandas as pd

from airace.errors import RequestError

CURRENCIES = ["CNY", "KRW", "USD"]


def per_dollar(rates: pd.DataFrame) -> pd.DataFrame:
    """Return units of each currency per US dollar by day, from rates per euro (columns USD, CNY, KRW)."""
    daily = rates.set_index("date")[CURRENCIES].sort_index()
    return daily.div(daily["USD"], axis=0)


def rate_on(daily: pd.DataFrame, currency: str, date: str) -> tuple[float, pd.Timestamp]:
    """Return the rate per dollar of the last business day up to ``date``, and that day.

    The ECB publishes no rate on weekends and holidays. Raises RequestError outside the series.
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
    """Return the mean rate per dollar over the business days of a period."""
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
    """Add ``amount`` in billions of ``currency`` (CNY or USD) and ``rate`` in CNY per dollar.

    ``conversion`` "spot" takes the rate of ``rate_date`` for every row; "period average" takes the
    mean of the row's own period, and the spot rate where that period lies (partly) in the future of
    the rates. ``rate_kind`` says which one was used, "none" where nothing was converted.
    """
    spot, _ = rate_on(daily, "CNY", rate_date)
    out = points.copy()
    for index, row in points.iterrows():
        printed = row["unit"].split()[1]
        covered = row["date_from"] >= daily.index[0] and row["date_to"] <= daily.index[-1]
        average = conversion == "period average" and covered and row["date_from"] < row["date_to"]
        rate = period_average(daily, "CNY", row["date_from"], row["date_to"]) if average else spot
        factor = {("CNY", "USD"): 1 / rate, ("USD", "CNY"): rate}.get((printed, currency), 1.0)
        out.loc[index, "amount"] = row["value"] * factor
        out.loc[index, "rate"] = rate
        out.loc[index, "rate_kind"] = (
            "none" if printed == currency else "period average" if average else "spot"
        )
    return out


def conversions(daily: pd.DataFrame, printed: list[dict]) -> pd.DataFrame:
    """Return by business day what printed amounts are in dollars, and whether they print as stated.

    ``printed`` are dicts with ``currency``, ``amount`` and the dollar ``interval`` [low, high) that
    prints as stated, in one unit. Columns: "<currency> dollars", "<currency> inside", and "all".
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
    """Return the row of the rates for ``day`` in the form in which evidence cites it."""
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
