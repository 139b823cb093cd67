"""Numbers and dates written as people say them, from the data and nothing else."""

from __future__ import annotations

import pandas as pd

SCALES = [(1e12, "trillion"), (1e9, "billion"), (1e6, "million")]
CURRENCIES = {"CNY": "{} yuan", "KRW": "{} won", "USD": "${}"}
MULTIPLES = {"bn": 1e9, "tn": 1e12}


def number(value: float, digits: int = 3) -> str:
    """Write a plain number with ``digits`` significant digits: 1,150,000,000 is 1.15 billion."""
    sign = "-" if value < 0 else ""
    value = abs(float(f"{value:.{digits}g}"))
    for scale, name in SCALES:
        if value >= scale:
            return f"{sign}{value / scale:.{digits}g} {name}"
    return f"{sign}{value:,.{max(0, digits - len(str(int(value))))}f}"


def amount(value: float, unit: str, digits: int = 3) -> str:
    """Write a value with its unit: ``amount(900, "bn CNY")`` is ``900 billion yuan``."""
    multiple, _, currency = unit.partition(" ")
    if multiple in MULTIPLES and currency in CURRENCIES:
        return CURRENCIES[currency].format(number(value * MULTIPLES[multiple], digits))
    if unit == "percent":
        return f"{value:.{digits}g} percent"
    return f"{number(value, digits)} {unit}".strip()


def day(date: object) -> str:
    """Write a day in full: 10 March 2026."""
    date = pd.Timestamp(date)
    return f"{date.day} {date:%B %Y}"


def month(date: object) -> str:
    """Write a month: March 2026."""
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
    """First and last day of a date written as year, month or day."""
    parts = text.split("-")
    if len(parts) == 3:
        return pd.Timestamp(text), pd.Timestamp(text)
    span = pd.Period(text, freq="Y" if len(parts) == 1 else "M")
    return span.start_time.normalize(), span.end_time.normalize()


def listed(items: list[str]) -> str:
    """Join as in a sentence: a, b and c."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
