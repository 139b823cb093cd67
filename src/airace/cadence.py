"""Release cadence: releases merged into renewals, and the gaps between the renewals of a lab."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from airace import verdicts, words
from airace.downloads import DAYS_PER_MONTH

MERGE_DAYS = 10  # the verdicts' definition: what follows within ten days is the same renewal
LEAST = 3  # gaps; a lab with fewer gets no median of its own and counts as no major lab
YEAR = 12  # months
GAP = ["lab", "country", "before", "after", "date_from", "date_to", "months", "weak", "snapshot",
       "row"]  # fmt: skip


def renewals(releases: pd.DataFrame, merge_days: int) -> pd.DataFrame:
    """Return the first release of each group of a lab's releases, by lab and date.

    A release up to ``merge_days`` after the first of a group belongs to that group: a family that
    appears over a week is one renewal. The days count from the first, so that groups do not chain.

    ``releases`` need lab, date, model and row.

    >>> import pandas as pd
    >>> from airace import cadence
    >>> releases = pd.DataFrame({
    ...     "lab": "A lab", "country": "China", "model": ["one", "one-mini", "two"],
    ...     "date": pd.to_datetime(["2025-01-01", "2025-01-05", "2025-04-01"]),
    ...     "confidence": ["A", "A", "C"], "snapshot": "example", "row": ["1", "2", "3"],
    ... })
    >>> cadence.renewals(releases, merge_days=10)[["model", "date"]]
      model       date
    0   one 2025-01-01
    2   two 2025-04-01
    """
    ordered = releases.sort_values(["lab", "date", "row"], ignore_index=True)
    kept, first = [], {}
    for index, lab, date in zip(ordered.index, ordered["lab"], ordered["date"]):
        if lab not in first or (date - first[lab]).days > merge_days:
            kept.append(index)
            first[lab] = date
    return ordered.loc[kept]


def gaps(renewed: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each gap between successive renewals of a lab, in mean months.

    ``date_from`` and ``date_to`` are the days of the renewals ``before`` and ``after``; ``weak`` says
    that one of the two days rests on a single weak source (confidence C).

    ``renewed`` comes from ``renewals``.

    >>> import pandas as pd
    >>> from airace import cadence
    >>> releases = pd.DataFrame({
    ...     "lab": "A lab", "country": "China", "model": ["one", "one-mini", "two"],
    ...     "date": pd.to_datetime(["2025-01-01", "2025-01-05", "2025-04-01"]),
    ...     "confidence": ["A", "A", "C"], "snapshot": "example", "row": ["1", "2", "3"],
    ... })
    >>> cadence.gaps(cadence.renewals(releases, 10))[["before", "after", "months", "weak"]].round(1)
      before after  months  weak
    0    one   two     3.0  True
    """
    needed = ["date", "model", "confidence", "snapshot", "row"]
    earlier = renewed.groupby("lab")[needed].shift()
    table = renewed.assign(
        before=earlier["model"],
        after=renewed["model"],
        date_from=earlier["date"],
        date_to=renewed["date"],
        months=elapsed(earlier["date"], renewed["date"]),
        weak=(renewed["confidence"] == "C") | (earlier["confidence"] == "C"),
        snapshot=[_joined(*pair) for pair in zip(earlier["snapshot"], renewed["snapshot"])],
        row=[_joined(*pair) for pair in zip(earlier["row"], renewed["row"])],
    )
    return table.loc[table["date_from"].notna(), GAP].reset_index(drop=True)


def still_open(renewed: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Return the gap of each lab that is open on ``day``: ``months`` is a lower bound.

    ``next`` is the day of the renewal that ended it later, where the list knows one.

    ``renewed`` comes from ``renewals``; months are mean months.

    >>> import pandas as pd
    >>> from airace import cadence
    >>> releases = pd.DataFrame({
    ...     "lab": "A lab", "country": "China", "model": ["one", "one-mini", "two"],
    ...     "date": pd.to_datetime(["2025-01-01", "2025-01-05", "2025-04-01"]),
    ...     "confidence": ["A", "A", "C"], "snapshot": "example", "row": ["1", "2", "3"],
    ... })
    >>> unfinished = cadence.still_open(releases, pd.Timestamp("2025-02-01"))
    >>> unfinished[["before", "months", "next"]].round({"months": 1})
         before  months       next
    0  one-mini     0.9 2025-04-01
    """
    last = renewed[renewed["date"] <= day].groupby("lab").tail(1)
    later = renewed[renewed["date"] > day].groupby("lab").head(1).set_index("lab")["date"]
    table = last.assign(before=last["model"], after="", date_from=last["date"], date_to=day)
    table["weak"] = table["confidence"] == "C"
    table["months"] = elapsed(table["date_from"], table["date_to"])
    table["next"] = later.reindex(table["lab"]).to_numpy()
    return table[[*GAP, "next"]].reset_index(drop=True)


def ending_in(table: pd.DataFrame, day: pd.Timestamp, months: int = YEAR) -> pd.DataFrame:
    """Return the gaps that end in the ``months`` up to and including ``day``.

    A gap belongs to the window in which it ends, wherever it began: short windows would otherwise
    lose the long gaps.

    ``table`` comes from ``gaps``.

    >>> import pandas as pd
    >>> from airace import cadence, snapshots
    >>> releases = snapshots.load("model_releases/2026-07-19").query("headline")
    >>> gaps = cadence.gaps(cadence.renewals(releases, cadence.MERGE_DAYS))
    >>> day = pd.Timestamp("2026-03-10")
    >>> len(gaps), len(cadence.ending_in(gaps, day)), len(cadence.ending_in(gaps, day, months=24))
    (115, 67, 98)
    """
    start = day - pd.DateOffset(months=months)
    return table[(table["date_to"] > start) & (table["date_to"] <= day)]


def of_major(table: pd.DataFrame, least: int = LEAST) -> pd.DataFrame:
    """Return the gaps of the major Chinese labs: those with at least ``least`` gaps in the table.

    ``table`` comes from ``gaps``.

    >>> import pandas as pd
    >>> from airace import cadence, snapshots
    >>> releases = snapshots.load("model_releases/2026-07-19").query("headline")
    >>> gaps = cadence.gaps(cadence.renewals(releases, cadence.MERGE_DAYS))
    >>> day = pd.Timestamp("2026-03-10")
    >>> cadence.of_major(cadence.ending_in(gaps, day))["lab"].value_counts().head(3)
    lab
    Z.ai (Zhipu AI)    8
    Alibaba (Qwen)     6
    DeepSeek           5
    Name: count, dtype: int64
    """
    ours = table[table["country"] == "China"]
    return ours[ours.groupby("lab")["lab"].transform("size") >= least]


def by_lab(table: pd.DataFrame) -> pd.DataFrame:
    """Return lab, country, gaps, median and quartiles in months, and ``enough``; shortest first.

    Quartiles interpolate linearly between neighbouring gaps. Labs without ``enough`` come last.

    ``table`` comes from ``gaps``; one row per lab.

    >>> import pandas as pd
    >>> from airace import cadence, snapshots
    >>> releases = snapshots.load("model_releases/2026-07-19").query("headline")
    >>> gaps = cadence.gaps(cadence.renewals(releases, cadence.MERGE_DAYS))
    >>> day = pd.Timestamp("2026-03-10")
    >>> found = cadence.by_lab(cadence.ending_in(gaps, day))
    >>> found[["lab", "gaps", "median", "enough"]].head(3).round(1)
                    lab  gaps  median  enough
    19  Z.ai (Zhipu AI)     8     1.3    True
    0    Alibaba (Qwen)     6     1.6    True
    14           OpenAI     7     1.8    True
    """
    grouped = table.groupby(["lab", "country"])["months"]
    found = grouped.agg(
        gaps="size", quartile_1=_quantile(0.25), median="median", quartile_3=_quantile(0.75)
    )
    found["enough"] = found["gaps"] >= LEAST
    order = {"enough": False, "median": True, "lab": True}
    return found.reset_index().sort_values(list(order), ascending=list(order.values()))


def middle(table: pd.DataFrame) -> pd.DataFrame:
    """Return the gap, or the two gaps, in the middle of the order: what the median rests on."""
    ordered = table.sort_values(["months", "row"])
    return ordered.iloc[(len(ordered) - 1) // 2 : len(ordered) // 2 + 1]


def typical(table: pd.DataFrame) -> tuple[float, pd.DataFrame]:
    """Return the median of the labs' own median gaps, in months, and the gaps that it rests on.

    Each lab counts once, however often it releases.

    ``table`` comes from ``gaps``.

    >>> import pandas as pd
    >>> from airace import cadence, snapshots
    >>> releases = snapshots.load("model_releases/2026-07-19").query("headline")
    >>> gaps = cadence.gaps(cadence.renewals(releases, cadence.MERGE_DAYS))
    >>> day = pd.Timestamp("2026-03-10")
    >>> year = cadence.of_major(cadence.ending_in(gaps, day))
    >>> months, basis = cadence.typical(year)
    >>> print(f"{months:.1f} months, that of", *basis["lab"].unique())
    3.2 months, that of MiniMax
    """
    medians = table.groupby("lab")["months"].median().rename("months").reset_index()
    labs = middle(medians.assign(row=medians["lab"]))["lab"]
    return medians["months"].median(), pd.concat([middle(table[table["lab"] == x]) for x in labs])


def cited(releases: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Return the releases at both ends of the gaps in ``table``, as evidence cites them.

    ``releases`` is the snapshot that the gaps come from.

    >>> from airace import cadence, snapshots
    >>> releases = snapshots.load("model_releases/2026-07-19").query("headline")
    >>> gaps = cadence.gaps(cadence.renewals(releases, 10))
    >>> cadence.cited(releases, gaps.head(1))[["row", "scope", "date"]]
          row            scope       date
    15  rl016    01.AI: Yi-34B 2023-11-02
    34  rl035  01.AI: Yi-Large 2024-05-13
    """
    rows = releases[releases["row"].isin(keys(table))]
    return rows.assign(scope=rows["lab"] + ": " + rows["model"])


def finding(year: pd.DataFrame, general: float, printed: dict, day: pd.Timestamp) -> str:
    """Compose what the gaps of a year say of the ``printed`` range, lab by lab and all together.

    ``general`` is the median of general-purpose models.

    ``year`` are the gaps of the major labs, ``general`` is in months, ``printed`` a row of the
    ledger.

    >>> import pandas as pd
    >>> from airace import cadence, claims, snapshots
    >>> releases = snapshots.load("model_releases/2026-07-19").query("headline")
    >>> gaps = cadence.gaps(cadence.renewals(releases, cadence.MERGE_DAYS))
    >>> day = pd.Timestamp("2026-03-10")
    >>> year = cadence.of_major(cadence.ending_in(gaps, day))
    >>> printed = claims.ledger("article/2026-03-10")["update-interval"]
    >>> print(cadence.finding(year, 2.8, printed, day))
    counting each of 7 major Chinese labs once, the median gap in the twelve months to 10 March 2026
    is 3.2 months (1.3 to 4.6 by lab); all 33 gaps together have a median of 2.3, within rounding of
    2, those between general-purpose models 2.8
    """
    labs = year.groupby("lab")["months"].median()
    pooled, highest = year["months"].median(), verdicts.printed_ends(printed)[1]
    holds = verdicts.number_holds(printed, pooled) == verdicts.HOLDS
    rounding = f", within rounding of {highest:g}" if holds and pooled > highest else ""
    return (
        f"counting each of {len(labs)} major Chinese labs once, the median gap in the twelve months to "
        f"{words.day(day)} is {labs.median():.1f} months ({labs.min():.1f} to {labs.max():.1f} by lab); all "
        f"{len(year)} gaps together have a median of {pooled:.1f}{rounding}, those between general-purpose "
        f"models {general:.1f}"
    )


def elapsed(start: pd.Series, end: pd.Series | pd.Timestamp) -> pd.Series:
    """Mean months between days, row by row.

    ``start`` and ``end`` hold days; the result has a number per row, missing where a day is.

    >>> import pandas as pd
    >>> from airace import cadence
    >>> days = pd.Series(pd.to_datetime(["2025-01-01", "2025-12-31"]))
    >>> cadence.elapsed(days, pd.Timestamp("2026-01-01")).round(2).tolist()
    [11.99, 0.03]
    """
    return (end - start).dt.days / DAYS_PER_MONTH


def keys(table: pd.DataFrame) -> set[str]:
    """Keys of the rows that the cells of ``row`` name."""
    return {key for cell in table["row"] for key in cell.split("; ")}


def _joined(*cells: object) -> str:
    return "; ".join(dict.fromkeys(str(cell) for cell in cells))


def _quantile(part: float) -> Callable:
    return lambda months: months.quantile(part)
