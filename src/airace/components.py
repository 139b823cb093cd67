"""Foreign components in Chinese models: in which relation, shown by which file, of which date."""

from __future__ import annotations

import pandas as pd

from airace import verdicts, words
from airace.errors import RequestError

PRINTED = {
    "SigLIP": "Google",
    "Triton": "OpenAI",
    "FlashAttention": "Stanford",
}  # origin as printed
RELATIONS = {  # from the closest to the loosest
    "weights_initialised": "with its weights",
    "architecture": "with its architecture",
    "code_adapted": "with adapted code",
    "runtime_dependency": "at run time",
}
INSTEAD = "counter_example"  # an own component in place of the foreign one
CONFIDENCE = ["A", "B", "C"]  # strongest first
DECIDING = ["A", "B"]


def mark(rows: pd.DataFrame, article_day: str) -> pd.DataFrame:
    """Add to each row where it is drawn, whether it counts, and whether it decides.

    ``column`` is the component (its family, for the printed three), ``reuse`` False for a
    counter-example, ``followup`` True for a file of a later date or of none. ``counted`` is True for
    reuse by a Chinese lab that is shown with confidence A or B up to the article's day; a row
    ``decides`` if it is counted and the component comes from the US.

    ``rows`` is the snapshot.

    >>> from airace import components, snapshots
    >>> rows = snapshots.load("component_reuse/2026-11-13")
    >>> marked = components.mark(rows, "2026-03-10")
    >>> marked[["label", "column", "relation", "counted", "decides"]].head(2)
              label          column            relation  counted  decides
    0  DeepSeek-VL2          SigLIP        architecture     True     True
    1  DeepSeek-VL2  FlashAttention  runtime_dependency     True     True
    """
    column = rows["family"].where(rows["family"].isin(list(PRINTED)), rows["component"])
    reuse = rows["relation"] != INSTEAD
    followup = ~(rows["date_to"] <= pd.Timestamp(article_day))  # a missing date is not up to it
    shown = ~followup & rows["confidence"].isin(DECIDING)
    counted = reuse & shown & (rows["lab_country"] == "China")
    decides = counted & (rows["origin_country"] == "USA")
    marks = {"reuse": reuse, "followup": followup, "counted": counted, "decides": decides}
    return rows.assign(column=column, **marks)


def select(marked: pd.DataFrame, labs: list[str], weakest: str, components: str) -> pd.DataFrame:
    """Return the rows of the labs ("all": of every lab), of at least the confidence ``weakest``.

    ``components`` is "printed three" or "all". Raises RequestError where no row is left.

    ``marked`` comes from ``mark``.

    >>> from airace import components, snapshots
    >>> rows = snapshots.load("component_reuse/2026-11-13")
    >>> marked = components.mark(rows, "2026-03-10")
    >>> chosen = components.select(marked, ["DeepSeek"], "A", "printed three")
    >>> len(marked), len(chosen)
    (34, 8)
    """
    kept = marked[marked["confidence"].isin(CONFIDENCE[: CONFIDENCE.index(weakest) + 1])]
    if "all" not in labs:
        kept = kept[kept["lab"].isin(labs)]
    if components == "printed three":
        kept = kept[kept["column"].isin(list(PRINTED))]
    if kept.empty:
        asked = f"none for {words.listed(labs)}, confidence {weakest}, {components}"
        raise RequestError("wanted at least one row in the selection", asked)
    return kept


def cells(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows as cells of the matrix, ordered by lab and model.

    Labs with more rows up to the article come first, then those with more rows; models of a lab by
    date. Raises RequestError where two rows would share a cell.

    ``rows`` come from ``select``.

    >>> from airace import components, snapshots
    >>> rows = snapshots.load("component_reuse/2026-11-13")
    >>> marked = components.mark(rows, "2026-03-10")
    >>> cells = components.cells(components.select(marked, ["DeepSeek"], "A", "printed three"))
    >>> cells[["lab", "label", "column"]].head(2)
            lab                        label  column
    0  DeepSeek  Janus, JanusFlow, Janus-Pro  SigLIP
    1  DeepSeek                 DeepSeek-VL2  SigLIP
    """
    twice = rows[rows.duplicated(["label", "column"], keep=False)]
    if len(twice):
        raise RequestError("wanted one row per model and component", ", ".join(twice["row"]))
    size = rows.groupby("lab")["followup"].agg(early=lambda f: (~f).sum(), every="count")
    order = size.sort_index().sort_values(["early", "every"], ascending=False, kind="stable")
    rank = {lab: number for number, lab in enumerate(order.index)}
    first = rows.groupby("label")["date_to"].transform("min")
    placed = rows.assign(rank=rows["lab"].map(rank), first=first)
    placed = placed.sort_values(["rank", "first", "label", "row"], na_position="last")
    return placed.drop(columns=["rank", "first"]).reset_index(drop=True)


def by_component(marked: pd.DataFrame) -> pd.DataFrame:
    """Count the models of each component, the printed three first.

    ``counted`` of them by relation, how many of these are optional, how many uses are not counted
    (later or weak), and in how many models an own component stands instead. A family with one code
    base counts once. The figure counts in the same way.

    ``marked`` comes from ``mark``; one row per component.

    >>> from airace import components, snapshots
    >>> rows = snapshots.load("component_reuse/2026-11-13")
    >>> marked = components.mark(rows, "2026-03-10")
    >>> counts = components.by_component(marked)
    >>> counts[["component", "counted", "not_counted", "own_instead"]].head(3)
            component  counted  not_counted  own_instead
    0          SigLIP        5            9            2
    1          Triton        1            1            0
    2  FlashAttention        4            1            0
    """
    table = []
    for name in [*PRINTED, *sorted(set(marked["column"]) - set(PRINTED))]:
        rows = marked[marked["column"] == name]
        used, counted = rows[rows["reuse"]], rows[rows["counted"]]
        table.append(
            {"component": name, "origin_printed": PRINTED.get(name, ""),
             "origin": words.listed(sorted(set(used["component_origin"]))),
             "origin_country": words.listed(sorted(set(used["origin_country"].dropna()))),
             "counted": len(counted), **{r: (counted["relation"] == r).sum() for r in RELATIONS},
             "optional": counted["optional"].sum(), "not_counted": len(used) - len(counted),
             "own_instead": (~rows["reuse"]).sum()}
        )  # fmt: skip
    return pd.DataFrame(table)


def by_lab(marked: pd.DataFrame) -> pd.DataFrame:
    """Count the models with rows that decide: a row per lab, a column per printed component.

    ``marked`` comes from ``mark``.

    >>> from airace import components, snapshots
    >>> rows = snapshots.load("component_reuse/2026-11-13")
    >>> marked = components.mark(rows, "2026-03-10")
    >>> components.by_lab(marked).head(2)
              SigLIP  Triton  FlashAttention
    lab
    Alibaba        1       0               1
    DeepSeek       2       1               2
    """
    deciding = decisive(marked)
    counts = pd.crosstab(deciding["lab"], deciding["column"])
    return counts.reindex(columns=list(PRINTED), fill_value=0).rename_axis(columns=None)


def decisive(marked: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that decide on the printed three.

    ``marked`` comes from ``mark``.

    >>> from airace import components, snapshots
    >>> rows = snapshots.load("component_reuse/2026-11-13")
    >>> marked = components.mark(rows, "2026-03-10")
    >>> components.decisive(marked)["column"].value_counts()
    column
    SigLIP            5
    FlashAttention    4
    Triton            1
    Name: count, dtype: int64
    """
    return marked[marked["decides"] & marked["column"].isin(list(PRINTED))]


def shown(marked: pd.DataFrame) -> str:
    """Do rows that decide show all of the printed components, some, or none?

    Returns "holds", "in part" or "fails", for evidence of a fact. ``marked`` comes from
    ``mark``.

    >>> from airace import components, snapshots
    >>> rows = snapshots.load("component_reuse/2026-11-13")
    >>> marked = components.mark(rows, "2026-03-10")
    >>> components.shown(marked), components.shown(marked[marked["column"] == "SigLIP"])
    ('holds', 'in part')
    """
    found = pd.Series(list(PRINTED)).isin(decisive(marked)["column"])
    return verdicts.HOLDS if found.all() else verdicts.PART if found.any() else verdicts.FAILS


def finding(marked: pd.DataFrame) -> str:
    """Say in how many models each printed component is shown and how, and how much does not count.

    ``marked`` comes from ``mark``.

    >>> from airace import components, snapshots
    >>> rows = snapshots.load("component_reuse/2026-11-13")
    >>> marked = components.mark(rows, "2026-03-10")
    >>> print(components.finding(marked))
    files and reports of 1 February 2025 to 5 March 2026 show SigLIP in 5 Chinese models (3 with its
    weights, 2 with its architecture), Triton in 1 (at run time) and FlashAttention in 4 (at run
    time, 2 optional); DeepSeek uses all three; 11 later or weak uses do not count
    """
    deciding, counts = decisive(marked), by_component(marked).set_index("component")
    counts = counts.loc[list(PRINTED)]
    parts = []
    for name, row in counts.iterrows():
        ways = {how: row[r] for r, how in RELATIONS.items() if row[r]}
        told = [how if n == row["counted"] else f"{n} {how}" for how, n in ways.items()]
        told += [f"{row['optional']} optional"] * bool(row["optional"])
        of = " Chinese models" * (not parts)
        parts.append(f"{name} in {row['counted']}{of}" + f" ({', '.join(told)})" * bool(told))
    dates = (words.day(d) for d in (deciding["date_from"].min(), deciding["date_to"].max()))
    labs = by_lab(marked)
    every = [f"; {lab} uses all three" for lab in labs.index[(labs > 0).all(axis=1)]]
    return (
        f"files and reports of {' to '.join(dates)} show {words.listed(parts)}{''.join(every)}; "
        f"{counts['not_counted'].sum()} later or weak uses do not count"
    )


def cited(rows: pd.DataFrame) -> pd.DataFrame:
    """Give each row a ``scope`` for the evidence: which component, in which model, in which relation.

    >>> from airace import components, snapshots
    >>> rows = snapshots.load("component_reuse/2026-11-13")
    >>> marked = components.mark(rows, "2026-03-10")
    >>> print(components.cited(components.decisive(marked))["scope"].iloc[0])
    SigLIP in DeepSeek-VL2: architecture
    """
    how = rows["relation"].str.replace("_", " ")
    return rows.assign(scope=rows["component"] + " in " + rows["label"] + ": " + how)
