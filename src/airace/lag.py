"""How far one country's best models trail another's: in months on an index, in points on a leaderboard.

The lag of a score on a day is the time since a model of the leading country first had at least that
score. Months are mean Gregorian months.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from airace.downloads import DAYS_PER_MONTH
from airace.errors import RequestError

LEADER, FOLLOWER = "USA", "China"
ON_THE_DAY = "article day"
DEFINITIONS = [
    ON_THE_DAY,
    "mean by release",
    "median by release",
    "daily average",
    "last 12 months",
]


def records(models: pd.DataFrame, country: str) -> pd.DataFrame:
    """Return the models of ``country`` that scored higher than all its earlier ones, by date.

    ``models`` carry country, date and value (the score). Of one day only the best counts.
    """
    own = models[models["country"] == country]
    own = own.sort_values(["date", "value"], ascending=[True, False])
    best_before = own["value"].astype("float64").cummax().shift(fill_value=-np.inf)
    return own[own["value"] > best_before].reset_index(drop=True)


def lags(behind: pd.DataFrame, leader: pd.DataFrame, days: pd.Series) -> pd.DataFrame:
    """Return for each row of ``behind``, looked at on its day in ``days``, its lag behind ``leader``.

    ``leader`` holds record models by date. Added to the row are ``day``, the leading country's model
    that first had the score (``ahead_*``), ``months`` and ``bound``: "lower" where the score does not
    exceed the leader's oldest record, which may have had forerunners; "upper" (at most 0 months) where
    no model of the leader had the score by that day; else "exact".
    """
    table = behind.reset_index(drop=True).assign(day=pd.Series(days).to_numpy())
    first = np.searchsorted(leader["value"], table["value"], side="left")
    reached = leader.reindex(first).reset_index(drop=True)
    for name in ("model", "date", "value", "row"):
        table[f"ahead_{name}"] = reached[name]
    passed = table["ahead_date"] <= table["day"]  # False where no model ever had it
    table["months"] = ((table["day"] - table["ahead_date"]).dt.days / DAYS_PER_MONTH).where(
        passed, 0.0
    )
    old = table["value"] <= leader["value"].iloc[0]
    table["bound"] = np.select([~passed, old], ["upper", "lower"], "exact")
    return table


def by_release(models: pd.DataFrame) -> pd.DataFrame:
    """Return the lag of each Chinese record model on the day of its release.

    Columns as in ``lags``; ``models`` carry model, country, date, value (the score) and row.

    >>> import pandas as pd
    >>> from airace import lag
    >>> models = pd.DataFrame({
    ...     "model": ["first", "better", "follower"], "country": ["USA", "USA", "China"],
    ...     "date": pd.to_datetime(["2024-01-01", "2024-07-01", "2025-01-01"]),
    ...     "value": [100, 120, 110], "row": ["1", "2", "3"],
    ... })
    >>> lag.by_release(models)[["model", "ahead_model", "months", "bound"]].round(1)
          model ahead_model  months  bound
    0  follower      better     6.0  exact
    """
    behind = records(models, FOLLOWER)
    return lags(behind, records(models, LEADER), behind["date"])


def daily(models: pd.DataFrame, first: object, last: object) -> pd.DataFrame:
    """Return the lag of the best Chinese score so far on each day from ``first`` to ``last``.

    Columns as in ``lags``, one row per day. Raises RequestError for days before China's first
    score.

    >>> import pandas as pd
    >>> from airace import lag
    >>> models = pd.DataFrame({
    ...     "model": ["first", "better", "follower"], "country": ["USA", "USA", "China"],
    ...     "date": pd.to_datetime(["2024-01-01", "2024-07-01", "2025-01-01"]),
    ...     "value": [100, 120, 110], "row": ["1", "2", "3"],
    ... })
    >>> days = lag.daily(models, "2025-01-01", "2025-03-01")
    >>> days[["day", "model", "months"]].iloc[[0, -1]].round({"months": 1})
              day     model  months
    0  2025-01-01  follower     6.0
    59 2025-03-01  follower     8.0
    """
    behind = records(models, FOLLOWER)
    days = pd.Series(pd.date_range(first, last, unit="s"))
    best = np.searchsorted(behind["date"], days, side="right") - 1
    if best[0] < 0:
        begins = behind["date"].iloc[0]
        raise RequestError(
            f"wanted days from {begins:%Y-%m-%d}, the first score", f"{days[0]:%Y-%m-%d}"
        )
    return lags(behind.iloc[best], records(models, LEADER), days)


def on_day(models: pd.DataFrame, day: object) -> pd.Series:
    """Return the lag on one day: the row of ``daily`` as a Series; see ``lags`` for its entries.

    Raises RequestError for a day before China's first score.

    >>> from airace import lag, snapshots
    >>> found = lag.on_day(snapshots.load("capability_index/2026-03-09"), "2026-03-10")
    >>> print(f"{found['model']} is {found['months']:.1f} months behind {found['ahead_model']}")
    Kimi K2.5 is 9.0 months behind o3-pro
    """
    return daily(models, day, day).iloc[0]


def definitions(models: pd.DataFrame, since: int, day: object) -> pd.DataFrame:
    """Return the lag in months under each of DEFINITIONS: definition, months, count, since, row.

    Averages run from the start of the year ``since`` to ``day`` and leave out lower bounds; ``count``
    says over how many releases or days, ``row`` from which models.

    >>> from airace import lag, snapshots
    >>> models = snapshots.load("capability_index/2026-03-09")
    >>> found = lag.definitions(models, 2023, "2026-03-10")
    >>> found[["definition", "months", "count"]].round(1)
              definition  months  count
    0        article day     9.0      1
    1    mean by release     6.0     12
    2  median by release     5.7     12
    3      daily average     8.2    899
    4     last 12 months     6.2    365
    """
    day, start = pd.Timestamp(day), pd.Timestamp(since, 1, 1)
    released, days = (
        by_release(models),
        daily(models, records(models, FOLLOWER)["date"].iloc[0], day),
    )
    released, days = (t[t["bound"] != "lower"] for t in (released, days))
    released, window = released[released["date"] >= start], days[days["day"] >= start]
    year = days[days["day"] > day - pd.DateOffset(years=1)]
    taken = [
        (days.tail(1), "mean", day),
        (released, "mean", start),
        (released, "median", start),
        (window, "mean", start),
        (year, "mean", year["day"].iloc[0]),
    ]
    rows = [
        {"definition": name, "months": table["months"].agg(how), "count": len(table),
         "since": begins, "row": used(table)}
        for name, (table, how, begins) in zip(DEFINITIONS, taken)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def used(table: pd.DataFrame) -> str:
    """Name the rows of the models that a table of lags rests on, of both countries."""
    keys = pd.concat([table["row"], table["ahead_row"]]).dropna()
    return "; ".join(sorted(keys.unique()))


def shifted(models: pd.DataFrame, points: float) -> pd.DataFrame:
    """Return ``models`` with ``points`` added to every Chinese score: what a new edition may do.

    ``points`` are those of the index.

    >>> import pandas as pd
    >>> from airace import lag
    >>> models = pd.DataFrame({
    ...     "model": ["first", "better", "follower"], "country": ["USA", "USA", "China"],
    ...     "date": pd.to_datetime(["2024-01-01", "2024-07-01", "2025-01-01"]),
    ...     "value": [100, 120, 110], "row": ["1", "2", "3"],
    ... })
    >>> lag.shifted(models, 5)[["country", "value"]]
      country  value
    0     USA    100
    1     USA    120
    2   China    115
    """
    moved = models["value"] + points * (models["country"] == FOLLOWER)
    return models.assign(value=moved)
