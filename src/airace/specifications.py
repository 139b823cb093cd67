"""The specification curve: one share under every defensible combination of choices.

Simonsohn, Simmons and Nelson (2020), "Specification curve analysis", Nature Human Behaviour 4: all
reasonable specifications are computed and shown, not the one that someone chose. It informs and does
not prove: the specifications share their data, so their number is no sample size, and what all of them
leave out none of them can show.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import pandas as pd

from airace import cube, database, views
from airace.attribution import COVERAGE, namespaces
from airace.errors import RequestError
from airace.views import Source

# Levels of each choice. The first leaves nothing out; it stands alone where a snapshot cannot answer.
# A model whose day, task or size is not recorded is neither new, of a named task nor of a minimum size.
CHOICES: dict[str, list] = {
    "attribution": ["publisher", "base model"],
    "window": ["30 days", "all time"],
    "age": ["all", "new"],  # new: created within a year before the day of the counts
    "tasks": ["all", "text-generation", "text-generation, image-text-to-text"],
    "minimum_parameters": [0, 1, 7],  # billions
    "unlisted": ["counted", "left out"],  # unaffiliated namespaces, in the denominator
    "unknown": ["counted", "left out"],  # no single country, or several, in the denominator
    "stale": ["counted", "left out"],  # counts that repeat the snapshot before to the digit
    "exclude_top": [0, 1, 10],  # the most downloaded of the whole snapshot, in the window
}


def table(
    sources: Sequence[Source],
    organisations: pd.DataFrame,
    choices: Mapping[str, list] = CHOICES,
    focus: str = "China",
    rival: str = "USA",
) -> pd.DataFrame:
    """Return one row per specification, in the order of snapshots and levels.

    Columns: ``snapshot`` and the choices; ``models`` and ``downloads`` of the denominator; ``share``
    of the focus and ``rival_share`` in percent, ``difference`` in percentage points; and the coverage
    in percent of what was selected before unlisted or unknown were left out. A specification of which
    no download is left has its row, with missing shares. Raises RequestError for choices that are none.

    ``sources`` come from ``attribution.series``, ``organisations`` is the table of namespaces.

    >>> from airace import attribution, snapshots, specifications
    >>> sources = [attribution.source("hub_catalogue/2026-04-06")]
    >>> listed = snapshots.load("organisations/2026-10-05")
    >>> choices = {name: levels[:1] for name, levels in specifications.CHOICES.items()}
    >>> table = specifications.table(sources, listed, choices | {"exclude_top": [0, 1, 10]})
    >>> table[["exclude_top", "models", "share", "rival_share", "difference"]].round(1)
       exclude_top  models  share  rival_share  difference
    0            0     936   56.9         25.6        31.3
    1            1     935   55.1         26.7        28.4
    2           10     926   51.3         25.2        26.1
    """
    _check(choices)
    cells, asked = [], []
    for source in sources:
        with database.connect() as connection:
            views.register(connection, source, namespaces(organisations))
            cannot = cube.reasons(connection, source)
            levels = {c: CHOICES[c][:1] if c in cannot else list(choices[c]) for c in CHOICES}
            cells.append(cube.cells(connection, source, levels))
        rows = itertools.product([source.snapshot], *levels.values())
        asked.append(pd.DataFrame(rows, columns=["snapshot", *CHOICES]))
    chosen = pd.concat(asked, ignore_index=True)
    numbered = chosen.rename_axis("id").reset_index()
    return _shares(chosen, cube.select(pd.concat(cells), numbered, focus, rival))


def unanswered(
    sources: Sequence[Source], organisations: pd.DataFrame, choices: Mapping[str, list] = CHOICES
) -> pd.DataFrame:
    """Return ``snapshot``, ``choice``, ``reason``: which choices a snapshot cannot answer, and why.

    Arguments as in ``table``.

    >>> from airace import attribution, snapshots, specifications
    >>> sources = [attribution.source("hub_catalogue/2026-04-06")]
    >>> specifications.unanswered(sources, snapshots.load("organisations/2026-10-05")).head(2)
                       snapshot       choice                        reason
    0  hub_catalogue/2026-04-06  attribution       no table of base models
    1  hub_catalogue/2026-04-06       window  no column downloads_all_time
    """
    _check(choices)
    rows = []
    for source in sources:
        with database.connect() as connection:
            views.register(connection, source, namespaces(organisations))
            cannot = cube.reasons(connection, source)
        rows += [(source.snapshot, c, cannot[c]) for c in CHOICES if c in cannot]
    return pd.DataFrame(rows, columns=["snapshot", "choice", "reason"])


def _check(choices: Mapping[str, list]) -> None:
    """Sizes and numbers of models are free; every other level is one of those that are known."""
    free = ["minimum_parameters", "exclude_top", "tasks"]
    for choice in {**CHOICES, **choices}:
        known = CHOICES.get(choice, [])
        wrong = [x for x in choices.get(choice, []) if choice not in free and x not in known]
        if wrong or not choices.get(choice) or not known:
            wanted = f"wanted levels of the choice {choice!r}"
            raise RequestError(
                wanted, repr(wrong or choices.get(choice)), map(str, known or CHOICES)
            )


def _shares(chosen: pd.DataFrame, sums: pd.DataFrame) -> pd.DataFrame:
    out = chosen.assign(models=sums["models"], downloads=sums["downloads"])
    left = sums["downloads"].where(sums["downloads"] > 0)
    out["share"], out["rival_share"] = sums["focus"] / left * 100, sums["rival"] / left * 100
    out["difference"] = out["share"] - out["rival_share"]
    undecided, unlisted = sums["undecided"], sums["unaffiliated"]
    attributed = sums["selected"] - undecided - unlisted
    for name, part in zip(COVERAGE, [attributed, sums["verified"], undecided, unlisted]):
        out[name] = part / sums["selected"].where(sums["selected"] > 0) * 100
    return out


def levels() -> pd.DataFrame:
    """Return the levels of each choice as text, the first one leaving nothing out.

    >>> from airace import specifications
    >>> specifications.levels().head(2)
                                 levels
    choice
    attribution  publisher · base model
    window           30 days · all time
    """
    said = {choice: " · ".join(map(str, levels)) for choice, levels in CHOICES.items()}
    return pd.DataFrame({"levels": said}).rename_axis("choice")


def by_level(specifications: pd.DataFrame) -> pd.DataFrame:
    """Return for each level of each choice that varies how often and by how much the focus leads.

    Columns: ``specifications`` with a download, ``leads_percent`` of these; ``least``, ``median`` and
    ``largest`` difference in percentage points.

    ``specifications`` come from ``table``.

    >>> import pandas as pd
    >>> from airace import paths, specifications
    >>> table = pd.read_csv(paths.processed() / "robustness.csv")
    >>> found = specifications.by_level(table)
    >>> found[["specifications", "leads_percent", "median"]].head(2).round(1)
                                       specifications  leads_percent  median
    choice   level
    snapshot hub_catalogue/2026-04-06              36          100.0    32.5
             hub_catalogue/2026-05-10              72          100.0    31.7
    """
    varied = [c for c in ["snapshot", *CHOICES] if specifications[c].nunique() > 1]
    tables = [_leads(specifications, [choice]) for choice in varied]
    return pd.concat(tables, keys=varied, names=["choice", "level"])


def crossed(specifications: pd.DataFrame, choices: Sequence[str]) -> pd.DataFrame:
    """Return the columns of ``by_level`` for each combination of the levels of some choices.

    ``specifications`` come from ``table``; the lowest median stands first.

    >>> import pandas as pd
    >>> from airace import paths, specifications
    >>> table = pd.read_csv(paths.processed() / "robustness.csv")
    >>> found = specifications.crossed(table, ["age", "exclude_top"])
    >>> found[["specifications", "leads_percent", "median"]].head(2).round(1)
                     specifications  leads_percent  median
    age exclude_top
    new 10                      144           50.0     1.2
        0                       144           66.7     9.2
    """
    return _leads(specifications, list(choices)).sort_values("median")


def _leads(specifications: pd.DataFrame, choices: list[str]) -> pd.DataFrame:
    given = specifications.dropna(subset="difference").astype({choice: "str" for choice in choices})
    grouped = given.groupby(choices, sort=False)["difference"]
    return pd.DataFrame(
        {
            "specifications": grouped.size(),
            "leads_percent": grouped.agg(lambda found: (found > 0).mean() * 100),
            "least": grouped.min(),
            "median": grouped.median(),
            "largest": grouped.max(),
        }
    )


def summary(specifications: pd.DataFrame) -> dict[str, float]:
    """Return how often the focus leads, and by how much.

    Counts: ``specifications``, ``empty`` (no download left), ``leads``; ``leads_percent`` of those not
    empty; ``least``, ``median`` and ``largest`` difference in percentage points. Raises RequestError
    if all are empty.

    ``specifications`` come from ``table``.

    >>> from airace import attribution, snapshots, specifications
    >>> sources = [attribution.source("hub_catalogue/2026-04-06")]
    >>> listed = snapshots.load("organisations/2026-10-05")
    >>> choices = {name: levels[:1] for name, levels in specifications.CHOICES.items()}
    >>> table = specifications.table(sources, listed, choices | {"exclude_top": [0, 1, 10]})
    >>> found = specifications.summary(table)
    >>> print("leads in", found["leads"], "of", found["specifications"])
    leads in 3 of 3
    """
    differences = specifications["difference"].dropna()
    if differences.empty:
        found = f"{len(specifications)}, all of them empty"
        raise RequestError("wanted a specification with a download", found)
    return {
        "specifications": len(specifications),
        "empty": len(specifications) - len(differences),
        "leads": int((differences > 0).sum()),
        "leads_percent": float((differences > 0).mean() * 100),
        "least": float(differences.min()),
        "median": float(differences.median()),
        "largest": float(differences.max()),
    }
