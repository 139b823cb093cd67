"""The plan's targets for the size of the AI industry against what was published for the same year."""

from __future__ import annotations

import re

import pandas as pd

from airace import verdicts, words

COLUMNS = ["scope_class", "year", "target", "target_row", "yardstick", "found", "size", "bound", "ratio",
           "originator", "snapshot", "row"]  # fmt: skip
STEPS = (2020, 2025, 2030)  # the plan's three steps


def reached(targets: pd.DataFrame, sizes: pd.DataFrame, moves: pd.DataFrame) -> pd.DataFrame:
    """Set each target beside every size of the same scope and whole year.

    Targets and sizes in billions of yuan. ``ratio`` is the size over the target's lower bound; where
    the size is a lower bound, so is the ratio (``bound``). A target without a size stands alone:
    ``found`` is "open" while its year lies after the latest estimate, else "no published figure found".
    ``moves`` come from ``yardstick``: its words on a year go into ``yardstick``.

    >>> from airace import market, policy, snapshots
    >>> sizes = snapshots.load("market_size/2026-03-06")
    >>> targets = snapshots.load("projections/2026-03-06").query("status == 'target'")
    >>> reached = policy.reached(targets, sizes, policy.yardstick(sizes, market.breaks(sizes)))
    >>> reached[["scope_class", "year", "target", "size", "ratio"]].head(2).round(2)
         scope_class  year  target   size  ratio
    0  core_industry  2020   150.0  150.0   1.00
    1  core_industry  2020   150.0  303.1   2.02
    """
    latest, rows = _latest(sizes), []
    told = moves.groupby(["scope_class", "year"])["moved"].agg("; ".join)
    for target in targets.sort_values(["scope_class", "date_to"]).itertuples():
        year = target.date_to.year
        about = {
            "scope_class": target.scope_class, "year": year, "target": target.value,
            "target_row": target.row, "yardstick": told.get((target.scope_class, year), ""),
        }  # fmt: skip
        same = _of_year(sizes[sizes["scope_class"] == target.scope_class], year)
        if same.empty:
            missing = "open" if target.date_to > latest else "no published figure found"
            cited = {"snapshot": target.snapshot, "row": target.row}
            rows.append(about | {"found": missing} | cited)
        for size in same.sort_values("value").itertuples():
            rows.append(
                about
                | {
                    "found": size.status, "size": size.value, "bound": size.bound,
                    "ratio": size.value / target.value, "originator": size.originator,
                    "snapshot": f"{target.snapshot}; {size.snapshot}", "row": f"{target.row}; {size.row}",
                }
            )  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def yardstick(sizes: pd.DataFrame, breaks: pd.DataFrame) -> pd.DataFrame:
    """Return what shows that a scope was not counted alike, in words, for each step that it touches.

    Two figures of one step apart touch that step; figures that are all lower bounds may both hold and
    are no sign. ``breaks`` come from ``market.breaks`` (the growth printed with a figure implies another
    value for the year before than was published): one touches every later step that has a size. Less
    than one percent is rounding.

    ``sizes`` in billions of yuan; one row per step that is touched.

    >>> from airace import market, policy, snapshots
    >>> sizes = snapshots.load("market_size/2026-03-06")
    >>> policy.yardstick(sizes, market.breaks(sizes)).tail(1)
         scope_class  year                                                               moved
    1  core_industry  2025  the figure of 2024 implies 25 percent more for 2023 than published
    """
    rows, last = [], _latest(sizes).year
    for step in STEPS:
        for scope, same in _of_year(sizes, step).groupby("scope_class"):
            factor = same["value"].max() / same["value"].min()
            if factor > 1.01 and (same["bound"] != "lower").any():
                rows.append(
                    (scope, step, f"the figures of {step} lie a factor of {factor:.1f} apart")
                )
    scopes = sizes.set_index("row")["scope_class"]
    for gap in breaks[breaks["gap_percent"].abs() > 1].itertuples():
        more = "more" if gap.gap_percent > 0 else "less"
        points = f"{abs(gap.gap_percent):.0f} percent {more} for {gap.year - 1} than published"
        moved = f"the figure of {gap.year} implies {points}"
        rows += [(scopes[gap.row], step, moved) for step in STEPS if gap.year <= step <= last]
    return pd.DataFrame(rows, columns=["scope_class", "year", "moved"])


def other_years(sizes: pd.DataFrame, scopes: list[str]) -> pd.DataFrame:
    """Return the sizes of whole years without a target, in the given scopes, with their ``year``.

    >>> from airace import policy, snapshots
    >>> sizes = snapshots.load("market_size/2026-03-06")
    >>> others = policy.other_years(sizes, ["core_industry"])
    >>> others[["year", "value", "originator"]].tail(2)
       year  value                                         originator
    1  2023  578.4  China New-Gen AI Dev. Strategies Institute (CCTV)
    2  2024  900.0                                              CAICT
    """
    years = range(sizes["date_to"].dt.year.min(), sizes["date_to"].dt.year.max() + 1)
    found = [_of_year(sizes, year).assign(year=year) for year in years if year not in STEPS]
    table = pd.concat(found)
    return table[table["scope_class"].isin(scopes)].reset_index(drop=True)


def _latest(sizes: pd.DataFrame) -> pd.Timestamp:
    """Last day that an estimate describes; a forecast describes no past."""
    return sizes.loc[sizes["status"] == "estimate", "date_to"].max()


def _of_year(sizes: pd.DataFrame, year: int) -> pd.DataFrame:
    """Figures for the whole year in yuan; our own arithmetic is no figure."""
    return sizes[
        (sizes["unit"] == "bn CNY")
        & (sizes["date_from"] == pd.Timestamp(year, 1, 1))
        & (sizes["date_to"] == pd.Timestamp(year, 12, 31))
        & (sizes["status"] != "derived")
    ]


def goal(document: pd.DataFrame, printed: str) -> str:
    """Does the document set its goal for the last year in the printed words? Else it holds in part.

    ``document`` is one row of the snapshot of documents. Returns "holds" or "in part".

    >>> from airace import claims, policy, snapshots
    >>> documents = snapshots.load("policy/2017-07-21")
    >>> printed = claims.ledger("article/2026-03-10")["plan-2017-goal-2030"]["printed"]
    >>> policy.goal(documents[documents["row"] == "po003"], printed)
    'holds'
    """
    year = re.findall(r"\d{4}", printed)[-1]
    return verdicts.HOLDS if int(year) in set(document["target_year"]) else verdicts.PART


def finding(document: pd.DataFrame, besides: pd.DataFrame | None = None) -> str:
    """Say of a document when it was dated and released, and what it is about; name another one.

    Both are single rows of the snapshot of documents.

    >>> from airace import policy, snapshots
    >>> documents = snapshots.load("policy/2017-07-21")
    >>> print(policy.finding(documents[documents["row"] == "po003"]))
    the New Generation AI Development Plan (State Council) is dated 8 July 2017 and was released on
    20 July 2017; its subject is AI alone, with a world-leading level as the third step, for 2030
    """
    row = document.iloc[0]
    text = (
        f"the {row['document']} ({row['originator']}) is dated {words.day(row['date_from'])} and was "
        f"released on {words.day(row['date_to'])}; its subject is {row['scope']}"
    )
    if besides is None:
        return text
    other = besides.iloc[0]
    return f"{text}; an earlier document, the {other['document']}, is of {words.month(other['date_from'])}"
