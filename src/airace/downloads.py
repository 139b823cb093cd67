"""Growth of cumulative downloads: factors, doubling times, and when a series passes a level."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from airace import words
from airace.errors import RequestError

DAYS_PER_MONTH = 365.2425 / 12  # mean length of a month in the Gregorian calendar
CONFIDENCE = ["A", "B", "derived", "C"]  # strongest first


@dataclass(frozen=True)
class Crossing:
    """When a growing series passes a level: bounds that need growth alone, and a best guess.

    ``earliest`` and ``latest`` are days; either is NaT where no dated point bounds it. ``guess`` is
    the interpolated day, NaT unless the level is bounded on both sides.
    """

    earliest: pd.Timestamp
    latest: pd.Timestamp
    guess: pd.Timestamp


def admitted(points: pd.DataFrame, weakest: str) -> pd.DataFrame:
    """Return the dated points whose confidence is at least ``weakest`` (A, B, derived or C).

    ``points`` need ``confidence`` and ``date_to``. Raises RequestError for another confidence.

    >>> import pandas as pd
    >>> from airace import downloads
    >>> days = pd.to_datetime(["2025-01-31", "2025-02-28", None])
    >>> points = pd.DataFrame({"confidence": ["A", "C", "A"], "date_to": days})
    >>> downloads.admitted(points, "B")
      confidence    date_to
    0          A 2025-01-31
    """
    if weakest not in CONFIDENCE:
        raise RequestError("wanted a confidence", repr(weakest), CONFIDENCE)
    allowed = CONFIDENCE[: CONFIDENCE.index(weakest) + 1]
    return points[points["confidence"].isin(allowed) & points["date_to"].notna()]


def growth(start: float, end: float, months: float) -> pd.Series:
    """Return ``factor`` and ``doubling_months`` of a growth from ``start`` to ``end`` in ``months``.

    Doubling time at a constant rate: months * ln 2 / ln(end / start).
    """
    if not (start > 0 and end > start and months > 0):
        raise RequestError(
            "wanted a growing pair of positive counts", f"{start} to {end} in {months} months"
        )
    factor = end / start
    return pd.Series(
        {
            "months": months,
            "factor": factor,
            "doubling_months": months * math.log(2) / math.log(factor),
        }
    )


def months_between(start: pd.Timestamp, end: pd.Timestamp) -> float:
    """Mean months between two days: of 30.44 days, the Gregorian calendar's average.

    >>> import pandas as pd
    >>> from airace import downloads
    >>> round(downloads.months_between(pd.Timestamp("2025-01-20"), pd.Timestamp("2026-03-10")), 2)
    13.6
    """
    return (end - start).days / DAYS_PER_MONTH


def crossing(points: pd.DataFrame, level: float, interpolation: str = "log") -> Crossing:
    """Return when one cumulative series passes ``level`` (a count of downloads).

    ``points`` belong to one vintage and entity, with ``date_from``, ``date_to`` (the window in which
    the count was read) and ``value``. A cumulative count only grows, so the last point below the
    level and the first point at or above it bound the day. The guess interpolates between the middles
    of their windows, in the logarithm ("log": constant growth rate) or "linear".
    """
    if interpolation not in ("log", "linear"):
        raise RequestError("wanted an interpolation", repr(interpolation), ["log", "linear"])
    below, above = _sides(points, level)
    earliest = below["date_from"].max() if len(below) else pd.NaT
    latest = above["date_to"].min() if len(above) else pd.NaT
    if earliest is pd.NaT or latest is pd.NaT:
        return Crossing(earliest, latest, pd.NaT)
    low, high = below.iloc[-1], above.iloc[0]
    start, end = _middle(low), _middle(high)
    scale = math.log if interpolation == "log" else float
    part = (scale(level) - scale(low["value"])) / (scale(high["value"]) - scale(low["value"]))
    return Crossing(earliest, latest, (start + part * (end - start)).normalize())


def _middle(point: pd.Series) -> pd.Timestamp:
    return point["date_from"] + (point["date_to"] - point["date_from"]) / 2


def best_crossing(
    points: pd.DataFrame, level: float, interpolation: str = "log"
) -> tuple[Crossing, pd.DataFrame, str]:
    """Return the crossing, the points that bound it, and on what it rests.

    One vintage suffices where it has points on both sides of the level; the narrowest such window
    wins. Otherwise the bounds are taken from points of different vintages, and the text says so:
    nothing is interpolated between them.

    ``points`` are counts of one country (see ``crossing``) with ``scope_id``, their vintage; ``level`` is
    a count of downloads.

    ``points`` are counts of one country (see ``crossing``) with ``scope_id``, their vintage;
    ``level`` is a count of downloads.

    >>> from airace import downloads, snapshots
    >>> points = snapshots.load("hub_downloads_reported/2026-10-05")
    >>> counts = downloads.comparable(downloads.admitted(points, "C"), {"Qwen": "China"}, "China")
    >>> china = counts[~counts["part"] & (counts["country"] == "China")]
    >>> crossed, bounds, basis = downloads.best_crossing(china, 818e6)
    >>> print(basis, crossed.earliest.date(), crossed.latest.date(), crossed.guess.date())
    within one vintage (atom_2026) 2025-03-01 2026-03-31 2026-01-24
    """
    found = []
    for vintage, series in points.groupby("scope_id"):
        crossed = crossing(series, level, interpolation)
        if crossed.guess is not pd.NaT:
            found.append((crossed.latest - crossed.earliest, vintage, crossed, series))
    if found:
        _, vintage, crossed, series = min(found, key=lambda f: f[0])
        return crossed, _bounding(series, level), f"within one vintage ({vintage})"
    bounds = crossing(points, level, interpolation)
    crossed = Crossing(bounds.earliest, bounds.latest, pd.NaT)
    return crossed, _bounding(points, level), "across vintages"


def implied_growth(series: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return factor and doubling time from the first to the last point of each named series.

    Each series has ``date_to`` and ``value``; one with a single point, or that does not grow, is
    left out.

    Columns: series, from, to, start, end, months, factor, doubling_months (mean months).

    >>> import pandas as pd
    >>> from airace import downloads
    >>> days = pd.to_datetime(["2024-01-31", "2025-01-31"])
    >>> pair = pd.DataFrame({"date_to": days, "value": [1e6, 818e6]})
    >>> growth = downloads.implied_growth({"printed": pair})
    >>> growth[["series", "factor", "doubling_months"]].round(2)
        series  factor  doubling_months
    0  printed   818.0             1.24
    """
    rows = {}
    for name, points in series.items():
        ordered = points.sort_values("date_to")
        first, last = ordered.iloc[0], ordered.iloc[-1]
        if last["value"] > first["value"]:
            months = months_between(first["date_to"], last["date_to"])
            pair = {"from": first["date_to"], "to": last["date_to"]}
            pair |= {"start": first["value"], "end": last["value"]}
            rows[name] = pair | growth(first["value"], last["value"], months).to_dict()
    return pd.DataFrame(rows).T.infer_objects().rename_axis("series").reset_index()


def _sides(points: pd.DataFrame, level: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Points surely below and surely at or above the level: "more than" is not below anything."""
    ordered = points.sort_values("date_to")
    below = ordered[(ordered["value"] < level) & (ordered["bound"] != "lower")]
    above = ordered[(ordered["value"] >= level) & (ordered["bound"] != "upper")]
    return below, above


def _bounding(points: pd.DataFrame, level: float) -> pd.DataFrame:
    below, above = _sides(points, level)
    return pd.concat([below.tail(1), above.head(1)])


def comparable(points: pd.DataFrame, parts: dict[str, str], focus: str) -> pd.DataFrame:
    """Return the dated cumulative counts that may stand on one axis, ready to draw.

    Totals by country of hand-listed models, and as lower bounds the families in ``parts`` (family ->
    country) of the focus country. Left out: counts without a date, with a disputed date, or of
    unstated platforms. Added: ``country``, ``part``, ``date`` (middle of the window) and ``label``.

    >>> from airace import downloads, snapshots
    >>> points = snapshots.load("hub_downloads_reported/2026-10-05")
    >>> counts = downloads.comparable(points, {"Qwen": "China"}, "China")
    >>> counts.loc[counts["part"], ["entity", "country", "date", "value"]].head(2)
      entity country       date        value
    4   Qwen   China 2025-09-15  325000000.0
    5   Qwen   China 2026-01-13  700000000.0
    """
    dated = points[(points["metric"] == "cumulative_downloads") & points["date_to"].notna()]
    dated = dated[(dated["status"] != "disputed") & ~dated["scope_id"].str.contains("unstated")]
    totals = dated[dated["entity_kind"] == "region"].assign(
        part=False, country=lambda t: t["entity"]
    )
    families = dated[dated["entity"].isin([f for f, c in parts.items() if c == focus])]
    families = families[~families["entity"].str.contains("suite")]
    families = families.assign(part=True, country=focus)
    both = pd.concat([totals, families])
    both["date"] = both["date_from"] + (both["date_to"] - both["date_from"]) / 2
    both["date"] = both["date"].dt.normalize()
    return both.sort_values(["date", "value"]).reset_index(drop=True)


def choices(
    points: pd.DataFrame, parts: dict[str, str], country: str, level: float
) -> pd.DataFrame:
    """Return the crossing of ``country`` under every choice of point quality and interpolation.

    One row per choice: weakest_point, interpolation, not_before, not_after, interpolated, basis.

    ``level`` is a count of downloads; a day that no point bounds is NaT.

    >>> from airace import downloads, snapshots
    >>> points = snapshots.load("hub_downloads_reported/2026-10-05")
    >>> found = downloads.choices(points, {"Qwen": "China"}, "China", 818e6)
    >>> found[["weakest_point", "interpolation", "not_before", "not_after", "interpolated"]].tail(2)
      weakest_point interpolation not_before  not_after interpolated
    4             C           log 2025-03-01 2026-03-31   2026-01-24
    5             C        linear 2025-03-01 2026-03-31   2025-11-20
    """
    rows = []
    for weakest in ("A", "B", "C"):
        usable = comparable(admitted(points, weakest), parts, country)
        usable = usable[~usable["part"] & (usable["country"] == country)]
        for way in ("log", "linear"):
            found, _, basis = best_crossing(usable, level, way)
            rows.append([weakest, way, found.earliest, found.latest, found.guess, basis])
    names = ["weakest_point", "interpolation", "not_before", "not_after", "interpolated", "basis"]
    return pd.DataFrame(rows, columns=names)


def guesses(choices: pd.DataFrame, weakest: str) -> pd.Series:
    """Return the interpolated days of the choices that use no point weaker than ``weakest``.

    ``choices`` has the columns weakest_point (a letter of confidence) and interpolated (a day).

    >>> import pandas as pd
    >>> from airace import downloads
    >>> days = pd.to_datetime(["2025-12-01", "2026-01-15"])
    >>> choices = pd.DataFrame({"weakest_point": ["B", "C"], "interpolated": days})
    >>> downloads.guesses(choices, "B").dt.strftime("%Y-%m-%d").tolist()
    ['2025-12-01']
    """
    allowed = CONFIDENCE[: CONFIDENCE.index(weakest) + 1]
    return choices.loc[choices["weakest_point"].isin(allowed), "interpolated"].dropna()


def judged(
    bounds: pd.DataFrame, crossed: Crossing, guesses: pd.Series, level: float, stated: str
) -> dict:
    """Return value, as_of and finding for the statement that ``level`` was passed by ``stated``.

    A cumulative count only grows. Where the passing is bounded on both sides, that window is the date
    at which the value is taken; ``guesses`` are the interpolated days of all choices. Where no point
    reaches the level, the last point is the most that the count can have been on the stated date.

    >>> import pandas as pd
    >>> from airace import downloads, snapshots
    >>> points = snapshots.load("hub_downloads_reported/2026-10-05")
    >>> counts = downloads.comparable(downloads.admitted(points, "C"), {"Qwen": "China"}, "China")
    >>> china = counts[~counts["part"] & (counts["country"] == "China")]
    >>> crossed, bounds, _ = downloads.best_crossing(china, 818e6)
    >>> found = downloads.judged(bounds, crossed, pd.Series([crossed.guess]), 818e6, "2025-01")
    >>> print(found["finding"])
    the dated counts stand at 97 million in March 2025 (confidence C) and 1.15 billion in March 2026
    (confidence B), which puts 818 million in January 2026
    """
    parts = [
        f"{words.number(row.value)} in {words.month(row.date_to)} (confidence {row.confidence})"
        for row in bounds.itertuples()
    ]
    text = f"the dated counts stand at {words.listed(parts)}"
    if crossed.latest is pd.NaT:
        as_of = (words.period(stated)[0], bounds["date_to"].max())
        finding = f"{text}, and a cumulative count was no higher before"
    else:
        as_of = (crossed.earliest, crossed.latest)
        placed = f", which puts {words.number(level)} {when(guesses)}" if len(guesses) else ""
        finding = text + placed
    return {"value": bounds["value"].max(), "as_of": as_of, "finding": finding}


def when(guesses: pd.Series) -> str:
    """Say when, by all interpolated days: "in January 2026", or "between … and …"."""
    first, last = words.month(guesses.min()), words.month(guesses.max())
    return f"in {first}" if first == last else f"between {first} and {last}"
