"""What the median gap of a year depends on: which releases count, and which of them count as one."""

from __future__ import annotations

import pandas as pd

from airace import cadence

WIDEST = 30  # days, the widest merging that is tried


def measured(
    releases: pd.DataFrame, merge_days: int, day: pd.Timestamp, least: int = cadence.LEAST
) -> dict:
    """Measure the gaps of the Chinese labs with ``least`` gaps that end in the year up to ``day``.

    ``median`` and the quartiles are of all gaps together, ``median_of_labs`` of the labs' medians, all
    in months.

    ``releases`` as in ``cadence.renewals``; counts of ``labs`` and ``gaps``, and their rows,
    stand beside.

    >>> import pandas as pd
    >>> from airace import readings, snapshots
    >>> releases = snapshots.load("model_releases/2026-07-19").query("headline")
    >>> day = pd.Timestamp("2026-03-10")
    >>> found = readings.measured(releases, 10, day)
    >>> print(found["labs"], found["gaps"], f"{found['median']:.1f} {found['median_of_labs']:.1f}")
    7 33 2.3 3.2
    """
    table = cadence.gaps(cadence.renewals(releases, merge_days))
    year = cadence.of_major(cadence.ending_in(table, day), least)
    first, median, third = year["months"].quantile([0.25, 0.5, 0.75])
    pooled = {"quartile_1": first, "median": median, "quartile_3": third}
    by_lab = year.groupby("lab")["months"].median()
    return _counted(merge_days, year, 0) | pooled | {"median_of_labs": by_lab.median()}


def with_open(releases: pd.DataFrame, merge_days: int, day: pd.Timestamp) -> dict:
    """Measure all gaps of the year up to ``day`` of every Chinese lab, those still open included.

    The product-limit estimate with late entry (Kaplan and Meier 1958,
    https://doi.org/10.1080/01621459.1958.10501452): an open gap counts as longer than it is so far,
    and a gap that began before the year counts from the age that it had when the year began, as
    shorter ones of that time are not in the year. Labs are not told apart: no ``median_of_labs``.

    >>> import pandas as pd
    >>> from airace import readings, snapshots
    >>> releases = snapshots.load("model_releases/2026-07-19").query("headline")
    >>> day = pd.Timestamp("2026-03-10")
    >>> found = readings.with_open(releases, 10, day)
    >>> print(found["gaps"], "gaps,", found["open"], f"of them open: {found['median']:.1f} months")
    48 gaps, 13 of them open: 2.3 months
    """
    renewed = cadence.renewals(releases[releases["country"] == "China"], merge_days)
    ended = cadence.ending_in(cadence.gaps(renewed), day)
    unfinished = cadence.still_open(renewed, day)
    table = pd.concat([ended, unfinished[cadence.GAP]], ignore_index=True)
    begins = day - pd.DateOffset(months=cadence.YEAR)
    entered = cadence.elapsed(table["date_from"], begins)  # below zero: began in the year
    left, pooled = 1.0, {}
    for months, ends in ended["months"].value_counts().sort_index().items():
        left *= 1 - ends / ((entered < months) & (months <= table["months"])).sum()
        for name, part in (("quartile_1", 0.75), ("median", 0.5), ("quartile_3", 0.25)):
            if left <= part:
                pooled.setdefault(name, months)
    return _counted(merge_days, table, len(unfinished)) | pooled


def _counted(merge_days: int, table: pd.DataFrame, unfinished: int) -> dict:
    source = {"snapshot": table["snapshot"].max(), "row": "; ".join(sorted(cadence.keys(table)))}
    counts = {"labs": table["lab"].nunique(), "gaps": len(table), "open": unfinished}
    return {"merge_days": merge_days} | counts | source


def by_merge_days(views: dict[str, pd.DataFrame], day: pd.Timestamp) -> pd.DataFrame:
    """Measure the year up to ``day`` for every view of the releases and every width of merging.

    ``views`` are tables of releases by name; one row per view and width, with the keys of
    ``measured``.

    >>> import pandas as pd
    >>> from airace import readings, snapshots
    >>> releases = snapshots.load("model_releases/2026-07-19").query("headline")
    >>> day = pd.Timestamp("2026-03-10")
    >>> table = readings.by_merge_days({"all": releases[releases["country"] == "China"]}, day)
    >>> table[["models", "merge_days", "gaps", "median"]].head(2).round(1)
      models  merge_days  gaps  median
    0    all           0    40     2.0
    1    all           1    40     2.0
    """
    return pd.DataFrame(
        {"models": name} | measured(releases, days, day)
        for name, releases in views.items()
        for days in range(WIDEST + 1)
    )


def with_catalogue(
    releases: pd.DataFrame, catalogue: pd.DataFrame, lacking: dict[str, str]
) -> pd.DataFrame:
    """Add models of a Hub catalogue (model -> lab) as releases on the day of their repositories.

    Raises KeyError for a model that the catalogue does not hold.

    >>> from airace import readings, snapshots
    >>> releases = snapshots.load("model_releases/2026-07-19")
    >>> catalogue = snapshots.load("hub_catalogue/2026-10-08")
    >>> lacking = {"stepfun-ai/step3": "StepFun"}
    >>> fuller = readings.with_catalogue(releases, catalogue, lacking)
    >>> fuller.iloc[[-1]][["lab", "model", "date"]]
             lab             model       date
    159  StepFun  stepfun-ai/step3 2025-07-28
    """
    known = catalogue.set_index("model", drop=False).loc[list(lacking)]
    added = known.assign(date=known["created"], lab=list(lacking.values()), confidence="B")
    country = releases.drop_duplicates("lab").set_index("lab")["country"]
    return pd.concat([releases, added.assign(country=added["lab"].map(country))], ignore_index=True)
