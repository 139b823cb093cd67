"""Named models: what a developer's own table says, and shares of use by denominator."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

from airace import words
from airace.benchmarks import GROUPS, REASONING
from airace.errors import RequestError

TABLE, SCALED = "alibaba_table", "alibaba_scaled"  # scope_id of single runs, of several rounds
OTHER_TABLE = "moonshot_table"  # a second developer's scores of the same rivals
RIVALS = ["GPT-5.2", "Gemini 3 Pro", "Claude Opus 4.5"]  # the US models of the table: judged
CHINESE = "DeepSeek V3.2"  # the table's fourth rival: shown, not judged


def gaps(points: pd.DataFrame, model: str, rival: str) -> pd.DataFrame:
    """Set a model's scores against a rival's, both of the developer's own table.

    One row per test that the model has: ``score``, ``rival_score``, ``gap`` (points, positive where
    the model is ahead), ``scaled_gap`` (the same with the model's test-time scaling), ``reasoning``
    and ``rival_country``. What the rival lacks is missing. Raises RequestError for a rival without a
    single score.

    ``points`` is the snapshot; scores are in the points of each test.

    >>> from airace import adoption, snapshots
    >>> points = snapshots.load("adoption/2026-08-31")
    >>> compared = adoption.gaps(points, "Qwen3-Max-Thinking", "GPT-5.2")
    >>> compared[["test", "score", "rival_score", "gap"]].head(2)
                 test  score  rival_score  gap
    0  HLE with tools   49.8         45.5  4.3
    1     HMMT Feb 25   98.0         99.4 -1.4
    """
    scores = points[points["metric"] == "benchmark_score"]
    single = scores[scores["scope_id"] == TABLE].set_index("test")
    ours, theirs = (single[single["entity"] == who] for who in (model, rival))
    if theirs.empty:
        known = sorted(set(single["entity"]) - {model})
        raise RequestError("wanted a rival of the developer's table", repr(rival), known)
    scaled = scores[(scores["scope_id"] == SCALED) & (scores["entity"] == model)].set_index("test")
    table = pd.DataFrame({"score": ours["value"], "group": ours.index.map(GROUPS)})
    table["rival_score"] = theirs["value"].reindex(table.index)
    table["gap"] = (table["score"] - table["rival_score"]).round(6)  # scores have one decimal
    table["scaled_gap"] = (scaled["value"].reindex(table.index) - table["rival_score"]).round(6)
    table["reasoning"] = table["group"].isin(REASONING)
    rows = [ours["row"], theirs["row"].reindex(table.index), scaled["row"].reindex(table.index)]
    table["row"] = pd.concat(rows, axis=1).apply(lambda r: "; ".join(r.dropna()), axis=1)
    table["rival"], table["rival_country"] = rival, theirs["country"].iloc[0]
    table["snapshot"] = points["snapshot"].iloc[0]
    table = table.rename_axis("test").reset_index()
    return table.sort_values(["reasoning", "gap"], ascending=False).reset_index(drop=True)


def tally(compared: pd.DataFrame, gap: str = "gap") -> dict:
    """Count over the tests that both sides have: tests, level or ahead, mean gap where behind."""
    found = compared[gap].dropna()
    behind = found[found < 0]
    return {"tests": len(found), "ahead": int((found >= 0).sum()), "behind": -behind.mean()}


def reasoning_tallies(points: pd.DataFrame, model: str, rivals: list[str]) -> dict[str, dict]:
    """Tally the reasoning tests by rival, single runs alone.

    By rival: how many ``tests`` both have, in how many the model is ahead or level, and how far
    it is behind elsewhere, in points.

    >>> from airace import adoption, snapshots
    >>> points = snapshots.load("adoption/2026-08-31")
    >>> tallies = adoption.reasoning_tallies(points, "Qwen3-Max-Thinking", ["GPT-5.2"])
    >>> print("{ahead} of {tests}, behind by {behind:.1f}".format(**tallies["GPT-5.2"]))
    1 of 6, behind by 3.2
    """
    return {r: tally(gaps(points, model, r).query("reasoning")) for r in rivals}


def choices(points: pd.DataFrame, model: str, rivals: list[str]) -> pd.DataFrame:
    """Repeat the tally for each rival under each reading of "reasoning tests", and with scaling.

    One row per rival and reading.

    >>> from airace import adoption, snapshots
    >>> points = snapshots.load("adoption/2026-08-31")
    >>> table = adoption.choices(points, "Qwen3-Max-Thinking", ["GPT-5.2"])
    >>> table[["rival", "reading", "tests", "ahead"]].head(2)
         rival                                       reading  tests  ahead
    0  GPT-5.2            reasoning, STEM and HLE with tools      6      1
    1  GPT-5.2  reasoning and STEM, HLE once (without tools)      5      0
    """
    rows = []
    for rival in rivals:
        table = gaps(points, model, rival)
        readings = {
            "reasoning, STEM and HLE with tools": table[table["reasoning"]],
            "reasoning and STEM, HLE once (without tools)": table[
                table["group"].isin(["Reasoning", "STEM"])
            ],
            "the developer's group Reasoning alone": table[table["group"] == "Reasoning"],
            "every test held here": table,
            "with test-time scaling": table.assign(gap=table["scaled_gap"]),
        }
        rows += [{"rival": rival, "reading": k} | tally(t) for k, t in readings.items()]
    return pd.DataFrame(rows).rename(columns={"behind": "behind_by_mean_points"})


def finding(points: pd.DataFrame, model: str, rivals: list[str], day: object) -> str:
    """Say how often the model is level or ahead of each rival, the mean gap elsewhere, and the same
    with test-time scaling.

    ``day`` is that of the developer's table.

    >>> from airace import adoption, snapshots
    >>> points = snapshots.load("adoption/2026-08-31")
    >>> print(adoption.finding(points, "Qwen3-Max-Thinking", ["GPT-5.2"], "2026-01-25"))
    the printed words name no rival; in the developer's own table of 25 January 2026 the model is
    level or ahead in 1 of 6 reasoning tests against GPT-5.2, elsewhere behind by a mean of 3.2
    points; with test-time scaling, set against the rivals' single runs, in 5 of 5
    """
    found = reasoning_tallies(points, model, rivals)
    scaled = [tally(gaps(points, model, r).query("reasoning"), "scaled_gap") for r in rivals]
    first, *others = [(f"{t['ahead']} of {t['tests']}", r) for r, t in found.items()]
    ahead = words.listed([f"{first[0]} reasoning tests against {first[1]}",
                          *(f"{share} against {r}" for share, r in others)])  # fmt: skip
    behind = words.listed([_tenth(t["behind"]) for t in found.values()])
    with_scaling = words.listed([f"{t['ahead']} of {t['tests']}" for t in scaled])
    return (
        f"the printed words name no rival; in the developer's own table of {words.day(day)} the model "
        f"is level or ahead in {ahead}, elsewhere behind by a mean of {behind} points; with test-time "
        f"scaling, set against the rivals' single runs, in {with_scaling}"
    )


def _tenth(value: float) -> str:
    """Round to one decimal, ties up as people do: 0.35 is written 0.4."""
    return str(Decimal(f"{value:.6f}").quantize(Decimal("0.1"), ROUND_HALF_UP))


def printed_twice(points: pd.DataFrame, model: str, rivals: list[str]) -> pd.DataFrame:
    """Set the scores of rivals that two developers print side by side with the model's own.

    One row per rival and test: ``own``, a column per table, their ``difference``, and whether the
    ``order`` of model and rival is another with the second table's score.

    >>> from airace import adoption, snapshots
    >>> points = snapshots.load("adoption/2026-08-31")
    >>> adoption.printed_twice(points, "Qwen3-Max-Thinking", ["Claude Opus 4.5"]).head(2)
                entity  test   own  alibaba_table  moonshot_table  difference  order_changes
    0  Claude Opus 4.5  GPQA  87.4           87.0            87.0         0.0          False
    1  Claude Opus 4.5   HLE  30.2           30.8            30.8         0.0          False
    """
    scores = points[(points["metric"] == "benchmark_score") & points["setting"].isna()]
    wide = scores[scores["entity"].isin(rivals)]
    wide = wide.pivot_table(index=["entity", "test"], columns="scope_id", values="value")
    wide = wide[[TABLE, OTHER_TABLE]].dropna().reset_index()
    own = scores[(scores["entity"] == model) & (scores["scope_id"] == TABLE)]
    wide.insert(2, "own", wide["test"].map(own.set_index("test")["value"]))
    wide["difference"] = (wide[OTHER_TABLE] - wide[TABLE]).round(6)
    wide["order_changes"] = (wide["own"] >= wide[TABLE]) != (wide["own"] >= wide[OTHER_TABLE])
    return wide.rename_axis(columns=None)


def counts(downloads: pd.DataFrame, repository: str) -> pd.DataFrame:
    """Return the dated 30-day counts of one repository, oldest first; a count without a day is none.

    ``downloads`` is the snapshot of reported downloads, ``repository`` a name on the Hub.

    >>> from airace import adoption, snapshots
    >>> downloads = snapshots.load("hub_downloads_reported/2026-10-05")
    >>> counts = adoption.counts(downloads, "zai-org/GLM-4.7-Flash")
    >>> counts[["date_to", "value"]].head(1)
          date_to      value
    60 2026-03-21  1709725.0
    """
    ours = (downloads["entity"] == repository) & (downloads["metric"] == "downloads_30d")
    return downloads[ours & downloads["date_to"].notna()].sort_values("date_to")


def ranges(points: pd.DataFrame) -> pd.DataFrame:
    """Merge the two rows of a range (``bound`` lower and upper) into one with ``low`` and ``value``.

    Elsewhere ``low`` is the value. A lone lower bound stays one.
    """
    keys = ["scope_id", "entity", "metric", "date_from", "date_to"]
    merged = []
    for _, rows in points.groupby(keys, sort=False, dropna=False):
        if set(rows["bound"]) == {"lower", "upper"} and len(rows) == 2:
            ordered = rows.sort_values("value")
            row = "; ".join(ordered["row"])
            top = ordered.iloc[[-1]].assign(low=ordered["value"].iloc[0], bound="range", row=row)
            merged.append(top)
        else:
            merged.append(rows.assign(low=rows["value"]))
    return pd.concat(merged, ignore_index=True)


def cited(points: pd.DataFrame, model: str, rivals: list[str]) -> pd.DataFrame:
    """Return the rows that the finding rests on: single runs in reasoning tests, then the scaled.

    >>> from airace import adoption, snapshots
    >>> points = snapshots.load("adoption/2026-08-31")
    >>> cited = adoption.cited(points, "Qwen3-Max-Thinking", ["GPT-5.2"])
    >>> cited[["row", "entity", "test", "value"]].head(2)
          row              entity  test  value
    26  ad027  Qwen3-Max-Thinking  GPQA   87.4
    27  ad028  Qwen3-Max-Thinking   HLE   30.2
    """
    reasoning = points["test"].map(GROUPS).isin(REASONING)
    named = points["entity"].isin([model, *rivals])
    runs = points[(points["scope_id"] == TABLE) & reasoning & named]
    return pd.concat([runs, points[(points["scope_id"] == SCALED) & reasoning]])
