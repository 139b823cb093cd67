"""Is the cadence faster than the year before? Gaps by lab, and counts over twelve months."""

from __future__ import annotations

import pandas as pd

from airace import cadence, words


def changes(table: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Set the gaps of each Chinese lab in the year up to ``day`` against those of the year before.

    Takes ``cadence.gaps``. Columns of ``cadence.by_lab`` with ``_before`` and ``_year``, the gaps of
    each year in ``row``; ``enough`` where both years have enough gaps for a median, ``shorter`` where
    the median went down. A lab without a gap in one of the years is left out.

    Medians and quartiles are in mean months.

    >>> import pandas as pd
    >>> from airace import acceleration, cadence, snapshots
    >>> releases = snapshots.load("model_releases/2026-07-19").query("headline")
    >>> gaps = cadence.gaps(cadence.renewals(releases, cadence.MERGE_DAYS))
    >>> day = pd.Timestamp("2026-03-10")
    >>> change = acceleration.changes(gaps, day)
    >>> change[["lab", "median_before", "median_year", "enough", "shorter"]].head(2).round(1)
                  lab  median_before  median_year  enough  shorter
    0  Alibaba (Qwen)            2.3          1.6    True     True
    1        DeepSeek            2.7          2.1    True     True
    """
    ours = table[table["country"] == "China"]
    before, year = (cadence.ending_in(ours, end) for end in (year_before(day), day))
    before, year = before[before["lab"].isin(year["lab"])], year[year["lab"].isin(before["lab"])]
    medians = [cadence.by_lab(t).set_index("lab") for t in (before, year)]
    both = medians[0].add_suffix("_before").join(medians[1].add_suffix("_year"), how="inner")
    both["enough"] = both["enough_before"] & both["enough_year"]
    both["shorter"] = both["median_year"] < both["median_before"]
    for name, gaps in (("before", before), ("year", year)):
        both[f"row_{name}"] = gaps.groupby("lab")["row"].agg("; ".join)
        both["snapshot"] = gaps.groupby("lab")["snapshot"].first()
    dropped = ["country_before", "country_year", "enough_before", "enough_year"]
    ordered = both.drop(columns=dropped).reset_index()
    return ordered.sort_values(["enough", "lab"], ascending=[False, True]).reset_index(drop=True)


def basis(table: pd.DataFrame, labs: list[str], day: pd.Timestamp) -> pd.DataFrame:
    """Return the middle gaps of each lab in both years: what the compared medians rest on.

    ``table`` comes from ``cadence.gaps``.

    >>> import pandas as pd
    >>> from airace import acceleration, cadence, snapshots
    >>> releases = snapshots.load("model_releases/2026-07-19").query("headline")
    >>> gaps = cadence.gaps(cadence.renewals(releases, cadence.MERGE_DAYS))
    >>> day = pd.Timestamp("2026-03-10")
    >>> acceleration.basis(gaps, ["DeepSeek"], day)[["before", "after", "months"]].round(1)
                        before             after  months
    35  DeepSeek-Coder-V2 236B     DeepSeek-V2.5     2.7
    39        DeepSeek-V3-0324  DeepSeek-R1-0528     2.1
    """
    ends = [year_before(day), day]
    parts = [cadence.ending_in(table[table["lab"] == lab], end) for lab in labs for end in ends]
    return pd.concat([cadence.middle(part) for part in parts])


def shorter(releases: pd.DataFrame, merge_days: int, day: pd.Timestamp) -> str:
    """Say at how many of the compared labs the median gap got shorter: 2 of 2.

    ``releases`` need lab, country, model, date, confidence, snapshot and row; ``merge_days`` is
    that of ``cadence.renewals``.

    >>> import pandas as pd
    >>> from airace import acceleration, snapshots
    >>> releases = snapshots.load("model_releases/2026-07-19").query("headline")
    >>> acceleration.shorter(releases, 10, pd.Timestamp("2026-03-10"))
    '2 of 2'
    """
    change = changes(cadence.gaps(cadence.renewals(releases, merge_days)), day)
    known = change[change["enough"]]
    return f"{known['shorter'].sum()} of {len(known)}"


def whole_months(counts: pd.DataFrame) -> pd.DataFrame:
    """Return the counts of months that were over when the copy was made.

    ``counts`` need ``date_to``, the last day that a count covers.

    >>> import pandas as pd
    >>> from airace import acceleration
    >>> days = pd.to_datetime(["2026-06-30", "2026-07-19"])
    >>> counts = pd.DataFrame({"date_to": days, "models": [4, 2]})
    >>> acceleration.whole_months(counts)
         date_to  models
    0 2026-06-30       4
    """
    return counts[counts["date_to"].dt.is_month_end]


def rolling(counts: pd.DataFrame, countries: list[str]) -> pd.DataFrame:
    """Return ``models`` published in the twelve months up to the end of each month, by country.

    ``row`` names the counts that were added up; a month without one counts as zero. The first eleven
    months of the data have no sum.

    ``counts`` need month (2026-02), country, models, snapshot and row.

    >>> from airace import acceleration, snapshots
    >>> notable = acceleration.whole_months(snapshots.load("notable_models/2026-07-19"))
    >>> sums = acceleration.rolling(notable, ["China", "USA"])
    >>> sums[["country", "date_from", "date_to", "models"]].head(2)
      country  date_from    date_to  models
    0   China 2022-01-01 2022-12-31      12
    1   China 2022-02-01 2023-01-31      11
    """
    months = pd.PeriodIndex(counts["month"], freq="M")
    ends = pd.period_range(months.min(), months.max(), freq="M")[cadence.YEAR - 1 :]
    found = []
    for country in countries:
        for end in ends:
            inside = (months > end - cadence.YEAR) & (months <= end)
            rows = counts[inside & (counts["country"] == country)]
            period = {"date_from": (end - cadence.YEAR + 1).start_time, "date_to": end.end_time}
            keys = {"snapshot": counts["snapshot"].iloc[0], "row": "; ".join(rows["row"])}
            found.append({"country": country} | period | {"models": rows["models"].sum()} | keys)
    table = pd.DataFrame(found)
    return table.assign(date_to=table["date_to"].dt.normalize())


def anchors(sums: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Return every twelfth of the sums, back from the last month that ended before ``day``.

    These share no month, and none of them reaches past ``day``.

    ``sums`` come from ``rolling``.

    >>> import pandas as pd
    >>> from airace import acceleration, snapshots
    >>> notable = acceleration.whole_months(snapshots.load("notable_models/2026-07-19"))
    >>> sums = acceleration.rolling(notable, ["China", "USA"])
    >>> yearly = acceleration.anchors(sums, pd.Timestamp("2026-03-10"))
    >>> yearly[yearly["country"] == "China"][["date_to", "models"]].tail(2)
          date_to  models
    26 2025-02-28      32
    38 2026-02-28      37
    """
    ends = sums.loc[sums["date_to"] < day, "date_to"].drop_duplicates().sort_values()
    return sums[sums["date_to"].isin(ends.iloc[:: -cadence.YEAR])]


def beside_year_before(sums: pd.DataFrame, day: pd.Timestamp, months: int = 6) -> pd.DataFrame:
    """Return the sums up to the last months, the month of ``day`` included, beside a year earlier.

    ``sums`` come from ``rolling``; one row per month, two columns per country.

    >>> import pandas as pd
    >>> from airace import acceleration, snapshots
    >>> notable = acceleration.whole_months(snapshots.load("notable_models/2026-07-19"))
    >>> sums = acceleration.rolling(notable, ["China", "USA"])
    >>> acceleration.beside_year_before(sums, pd.Timestamp("2026-03-10"), months=2)
    country     China  China, year before  USA  USA, year before
    date_to
    2026-02-28     37                  32   52                63
    2026-03-31     36                  35   54                60
    """
    wide = sums.pivot(index="date_to", columns="country", values="models")
    both = wide.join(wide.shift(cadence.YEAR).add_suffix(", year before"))
    known = both[both.index <= day + pd.offsets.MonthEnd()].tail(months)
    return known.astype("Int64").sort_index(axis="columns")


def finding(
    change: pd.DataFrame, sums: pd.DataFrame, day: pd.Timestamp, more: pd.DataFrame, extra: str
) -> str:
    """Compose how the gaps of the compared labs and China's notable models went, and what turns it.

    ``more`` is ``change`` with the release ``extra`` counted as well.

    ``change`` comes from ``changes``, ``sums`` from ``rolling``.

    >>> import pandas as pd
    >>> from airace import acceleration, cadence, snapshots
    >>> releases = snapshots.load("model_releases/2026-07-19").query("headline")
    >>> gaps = cadence.gaps(cadence.renewals(releases, cadence.MERGE_DAYS))
    >>> day = pd.Timestamp("2026-03-10")
    >>> notable = acceleration.whole_months(snapshots.load("notable_models/2026-07-19"))
    >>> sums = acceleration.rolling(notable, ["China", "USA"])
    >>> change = acceleration.changes(gaps, day)
    >>> print(acceleration.finding(change, sums, day, change, "no other"))
    the median gap went from 2.3 to 1.6 months at Alibaba (Qwen) and from 2.7 to 2.1 months at
    DeepSeek (5 to 6 gaps a year), and Epoch AI lists 37 Chinese notable models in the twelve months
    to February 2026 after 32; but the twelve months to January 2026 have 32 after 33
    """
    known = change[change["enough"]]
    parts = [f"from {_went(r)} months at {r.lab}" for r in known.itertuples()]
    before, now = pair(anchors(sums, day))
    end = anchors(sums, day)["date_to"].max()
    said = (
        f"the median gap went {words.listed(parts) or 'nowhere that can be compared'} ({counted(change)} gaps a year), and "
        f"Epoch AI lists {now} Chinese notable models in the twelve months to {words.month(end)} after {before}"
    )
    last = anchors(sums, end)  # the same a month earlier
    earlier, turns = pair(last), []
    if (earlier[1] > earlier[0]) != (now > before):
        month = words.month(last["date_to"].max())
        turns.append(f"the twelve months to {month} have {earlier[1]} after {earlier[0]}")
    both = more[more["enough"]].merge(known, on="lab", suffixes=("", "_known"))
    slower = both[both["shorter_known"] & ~both["shorter"]]
    turns += [
        f"if {extra} counted, {r.lab} would be slower ({_went(r)})" for r in slower.itertuples()
    ]
    return f"{said}; but {', and '.join(turns)}" if turns else said


def _went(row: object) -> str:
    return f"{row.median_before:.1f} to {row.median_year:.1f}"


def counted(change: pd.DataFrame) -> str:
    """Write how many gaps the compared labs have in a year: 5 to 6."""
    gaps = change.loc[change["enough"], ["gaps_before", "gaps_year"]].stack()
    return f"{gaps.min()} to {gaps.max()}"


def pair(yearly: pd.DataFrame, country: str = "China") -> tuple[int, int]:
    """The sums of a country over the two latest years, the older one first.

    ``yearly`` comes from ``anchors``.

    >>> import pandas as pd
    >>> from airace import acceleration, snapshots
    >>> notable = acceleration.whole_months(snapshots.load("notable_models/2026-07-19"))
    >>> sums = acceleration.rolling(notable, ["China", "USA"])
    >>> yearly = acceleration.anchors(sums, pd.Timestamp("2026-03-10"))
    >>> before, now = acceleration.pair(yearly)
    >>> print(before, now)
    32 37
    """
    before, now = yearly.loc[yearly["country"] == country, "models"].tolist()[-2:]
    return before, now


def year_before(day: pd.Timestamp) -> pd.Timestamp:
    """Return the same day one year before; 28 February for the 29th.

    >>> import pandas as pd
    >>> from airace import acceleration
    >>> acceleration.year_before(pd.Timestamp("2026-03-10"))
    Timestamp('2025-03-10 00:00:00')
    """
    return day - pd.DateOffset(months=cadence.YEAR)


def cited(counts: pd.DataFrame, yearly: pd.DataFrame, country: str = "China") -> pd.DataFrame:
    """Return the counts behind a country's two latest years, as evidence cites them.

    ``counts`` come from ``whole_months``, ``yearly`` from ``anchors``.

    >>> import pandas as pd
    >>> from airace import acceleration, snapshots
    >>> notable = acceleration.whole_months(snapshots.load("notable_models/2026-07-19"))
    >>> sums = acceleration.rolling(notable, ["China", "USA"])
    >>> yearly = acceleration.anchors(sums, pd.Timestamp("2026-03-10"))
    >>> acceleration.cited(notable, yearly)[["row", "models"]].tail(2)
           row  models
    301  nm302       1
    302  nm303       5
    """
    rows = counts[counts["row"].isin(cadence.keys(yearly[yearly["country"] == country].tail(2)))]
    return rows.assign(value=rows["models"], scope=f"notable models from {country} in the month")
