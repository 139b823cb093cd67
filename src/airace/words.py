"""Numbers and dates written as people say them, from the data and nothing else."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

SCALES = [(1e12, "trillion"), (1e9, "billion"), (1e6, "million")]
CURRENCIES = {"CNY": "{} yuan", "KRW": "{} won", "USD": "${}"}
MULTIPLES = {"bn": 1e9, "tn": 1e12}


def number(value: float, digits: int = 3) -> str:
    """Write a plain number with ``digits`` significant digits: 1,150,000,000 is 1.15 billion.

    ``value`` is finite. From a million on the scale is a word; below, thousands are grouped. Ties are
    rounded up.

    >>> from airace import words
    >>> words.number(1_150_000_000), words.number(12_345), words.number(15.86, digits=2)
    ('1.15 billion', '12,300', '16')
    >>> words.number(1285)
    '1,290'
    """
    rounded = float(_rounded(value, digits))
    for scale, name in SCALES:
        if abs(rounded) >= scale:
            return f"{_plain(rounded / scale, digits)} {name}"
    return _plain(rounded, digits)


def _rounded(value: float, digits: int) -> Decimal:
    """Round to significant digits, ties up, as people and the rule of verdicts do."""
    exact = Decimal(repr(float(value)))
    if not exact.is_finite() or not exact:
        return exact
    unit = Decimal(1).scaleb(exact.adjusted() - digits + 1)
    return exact.quantize(unit, ROUND_HALF_UP)


def _plain(value: float, digits: int) -> str:
    """Write without exponent and without trailing zeros behind the point."""
    places = max(0, digits - 1 - math.floor(math.log10(abs(value)))) if value else 0
    text = f"{value:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def amount(value: float, unit: str, digits: int = 3) -> str:
    """Write a value with its unit: ``amount(900, "bn CNY")`` is ``900 billion yuan``."""
    multiple, _, currency = unit.partition(" ")
    if multiple in MULTIPLES and currency in CURRENCIES:
        return CURRENCIES[currency].format(number(value * MULTIPLES[multiple], digits))
    if unit == "percent":
        return f"{number(value, digits)} percent"
    return f"{number(value, digits)} {unit}".strip()


def currency(code: str) -> str:
    """Write the units of a currency: yuan, won, dollars."""
    return {"CNY": "yuan", "KRW": "won", "USD": "dollars"}[code]


def day(date: object) -> str:
    """Write a day (a date, a timestamp or ISO text) in full: 10 March 2026.

    >>> from airace import words
    >>> words.day("2026-03-10")
    '10 March 2026'
    """
    date = pd.Timestamp(date)
    return f"{date.day} {date:%B %Y}"


def month(date: object) -> str:
    """Write the month of a day (a date, a timestamp or ISO text): March 2026.

    >>> from airace import words
    >>> words.month("2026-03-10")
    'March 2026'
    """
    return f"{pd.Timestamp(date):%B %Y}"


def as_of(start: object, end: object) -> str:
    """Write a period as short as it can be: 2026-03-10, 2026-03, 2026, or 2024-08 to 2025-08."""
    if pd.isna(start) or pd.isna(end):
        return ""
    start, end = pd.Timestamp(start), pd.Timestamp(end)
    if start == end:
        return f"{start:%Y-%m-%d}"
    whole_months = start.is_month_start and end.is_month_end
    if whole_months and start.is_year_start and end.is_year_end:
        return f"{start:%Y}" if start.year == end.year else f"{start:%Y} to {end:%Y}"
    if whole_months:
        same = (start.year, start.month) == (end.year, end.month)
        return f"{start:%Y-%m}" if same else f"{start:%Y-%m} to {end:%Y-%m}"
    return f"{start:%Y-%m-%d} to {end:%Y-%m-%d}"


def period(text: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last day, as timestamps, of a date written as year, month or day.

    Raises ValueError for a text that is none of these.

    >>> from airace import words
    >>> first, last = words.period("2025-01")
    >>> print(words.day(first), "to", words.day(last))
    1 January 2025 to 31 January 2025
    """
    parts = text.split("-")
    if len(parts) == 3:
        return pd.Timestamp(text), pd.Timestamp(text)
    span = pd.Period(text, freq="Y" if len(parts) == 1 else "M")
    return span.start_time.normalize(), span.end_time.normalize()


def listed(items: list[str], last: str = "and") -> str:
    """Join as in a sentence: a, b and c."""
    return f" {last} ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))


def the(country: str) -> str:
    """Write a country as in a sentence: the US, China."""
    return {"USA": "the US", "EU": "the EU", "UK": "the UK"}.get(country, country)


def markdown(text: str) -> str:
    """Escape what Markdown would read as mathematics or as the edge of a table cell."""
    return text.replace("$", "\\$").replace("|", "\\|")
