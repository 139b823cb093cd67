"""Which choice moves the answer most: the main effects of a full factorial of specifications.

Classical analysis of variance (Fisher 1925): a choice's share is the sum of squares between the means
of its levels, over the total sum of squares. Where every combination of levels stands once, the shares
of all choices add up to 100 percent at most, and what is left is their interactions. The shares
describe these levels: another set of levels has other shares, and no test is implied.
"""

from __future__ import annotations

import itertools
import math

import pandas as pd

from airace.errors import RequestError
from airace.specifications import CHOICES

FACTORS = ["snapshot", *CHOICES]


def balanced(specifications: pd.DataFrame) -> pd.DataFrame:
    """Return the largest part of the specifications in which every combination of levels stands once.

    Snapshots differ in what they can answer. Either a choice is fixed at its first level, or the
    snapshots that cannot answer it are left out: of all ways to do so the one with most rows is taken,
    and of equals the one with most snapshots.

    ``specifications`` come from ``specifications.table``.

    >>> import pandas as pd
    >>> from airace import effects, paths
    >>> table = pd.read_csv(paths.processed() / "robustness.csv")
    >>> balanced = effects.balanced(table)
    >>> print(len(table), len(balanced), balanced["snapshot"].nunique())
    1332 864 2
    """
    levels = {choice: specifications[choice].unique() for choice in CHOICES}
    open_choices = [choice for choice in CHOICES if len(levels[choice]) > 1]
    counted = specifications.groupby("snapshot", sort=False)[open_choices].nunique()
    answered = counted == [len(levels[choice]) for choice in open_choices]
    best = (0, 0, specifications)
    for size in range(len(open_choices) + 1):
        for kept in map(list, itertools.combinations(open_choices, size)):
            snapshots = answered.index[answered[kept].all(axis=1)]
            rows = len(snapshots) * math.prod(len(levels[choice]) for choice in kept)
            if (rows, len(snapshots)) > best[:2]:
                best = (rows, len(snapshots), (snapshots, kept))
    snapshots, kept = best[2]
    chosen = specifications["snapshot"].isin(snapshots)
    for choice in set(open_choices) - set(kept):
        chosen &= specifications[choice] == levels[choice][0]
    return specifications[chosen].reset_index(drop=True)


def main_effects(specifications: pd.DataFrame) -> pd.DataFrame:
    """Return what each choice alone explains of the variance of ``difference``, largest first.

    Columns: ``choice``, ``levels`` (how many), ``percent`` of the variance; the level with the
    ``lowest`` and the ``highest`` mean difference, and these means in percentage points. The last row,
    "interactions", is what no choice explains alone. Choices of one level are left out. Raises
    RequestError unless every combination of levels stands once, with a download.

    >>> import pandas as pd
    >>> from airace import effects, paths
    >>> table = pd.read_csv(paths.processed() / "robustness.csv")
    >>> moved = effects.main_effects(effects.balanced(table))
    >>> moved[["choice", "levels", "percent"]].head(2).round(1)
      choice  levels  percent
    0    age       2     34.3
    1  tasks       3     27.2
    """
    factors = [factor for factor in FACTORS if specifications[factor].nunique() > 1]
    _check(specifications, factors)
    difference = specifications["difference"]
    squares = ((difference - difference.mean()) ** 2).sum()
    rows = []
    for factor in factors:
        means = difference.groupby(specifications[factor], sort=False).mean()
        between = ((means - difference.mean()) ** 2).mean() * len(difference)
        low, high = means.idxmin(), means.idxmax()
        percent = between / squares * 100
        rows.append((factor, len(means), percent, low, means[low], high, means[high]))
    names = ["choice", "levels", "percent", "lowest", "lowest_mean", "highest", "highest_mean"]
    table = pd.DataFrame(rows, columns=names)
    table = table.sort_values("percent", ascending=False, kind="stable", ignore_index=True)
    rest = 100 - table["percent"].sum()
    assert rest > -1e-6, f"main effects explain at most 100 percent, found {100 - rest}"
    table.loc[len(table), ["choice", "percent"]] = ["interactions", max(rest, 0.0)]
    return table.astype({"levels": "Int64"})


def _check(specifications: pd.DataFrame, factors: list[str]) -> None:
    cells = math.prod(specifications[factor].nunique() for factor in factors)
    distinct = len(specifications[factors].drop_duplicates()) if factors else len(specifications)
    if not len(specifications) == distinct == cells:
        wanted = f"wanted each of {cells} combinations of levels once"
        found = f"{len(specifications)} specifications, {distinct} of them distinct"
        raise RequestError(wanted, found, next_command="effects.balanced(specifications)")
    empty = int(specifications["difference"].isna().sum())
    if empty:
        raise RequestError("wanted a download in every specification", f"none in {empty}")
    if specifications["difference"].nunique() < 2:
        raise RequestError("wanted specifications that differ", f"{len(specifications)} alike")
