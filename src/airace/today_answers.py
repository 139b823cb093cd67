"""What the article prints and what a live snapshot gives, as rows of text for ``today_page``.

The two never have one denominator: what each counts stands beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from airace import attribution, claims, outputs, snapshots, specifications, words
from airace.attribution import COVERAGE
from airace.today import SCENARIO

FOCUS, RIVAL = "China", "USA"
CLAIMS = {FOCUS: "share-china-17", RIVAL: "share-usa-15-8"}
NO_SPECIFICATIONS = "not computed: 12-robustness was not built"


@dataclass(frozen=True)
class Answer:
    """One question with what the article prints and what the snapshot gives, each with its count."""

    question: str
    printed: str
    printed_of: str
    given: str
    given_of: str


def answers(snapshot_id: str, built: list[str]) -> list[Answer]:
    """Return the rows of the page; ``built`` are the notebooks that were built from the snapshot.

    Shares are in percent of the 30-day downloads of all models in the snapshot, by publisher's country.
    """
    ledger_id = f"article/{snapshots.dates('article')[-1]}"
    ledger = claims.ledger(ledger_id)
    stated = {c: claims.statement(ledger, i, ledger_id) for c, i in CLAIMS.items()}
    namespaces = snapshots.load(f"organisations/{snapshots.dates('organisations')[-1]}")
    source = attribution.source(snapshot_id)
    rows = []
    for rule in ["publisher", "base model"] if source.base_models else ["publisher"]:
        table = attribution.by_country(source, namespaces, rule)
        rows += _shares(table, stated, rule)
    return [*rows, _robustness("12-robustness" in built)]


def _shares(table: pd.DataFrame, stated: dict[str, dict], rule: str) -> list[Answer]:
    share = table.set_index("country")["share"]
    given = {country: float(share.get(country, 0.0)) for country in CLAIMS}
    of = f"downloads over 30 days of the models in the snapshot, by country of the {rule}"
    by = f", by {rule}"
    said = "downloads of newly created models, over a year"
    rows = [
        Answer(f"Share of {words.the(c)}{by}", f"“{s['printed']}”", said, _percent(given[c]), of)
        for c, s in stated.items()
    ]
    printed = stated[FOCUS]["value"] - stated[RIVAL]["value"]
    gap = given[FOCUS] - given[RIVAL]
    title = f"{words.the(FOCUS)} minus {words.the(RIVAL)}{by}"
    rows.append(Answer(title, _points(printed), said, _points(gap), of))
    parts = {n.removesuffix("_percent"): table[n].iloc[0] for n in COVERAGE}
    text = ", ".join(f"{_percent(value)} {name}" for name, value in parts.items())
    rows.append(Answer(f"Coverage{by}: of all downloads in the count", "not printed", "", text, of))
    return rows


def _robustness(built: bool) -> Answer:
    """In how many ways to count the focus leads."""
    question = f"Ways to count in which {words.the(FOCUS)} leads {words.the(RIVAL)}"
    if not built:
        return Answer(question, "not printed", "", NO_SPECIFICATIONS, "")
    table = pd.read_csv(outputs.processed(SCENARIO) / "robustness.csv")
    found = specifications.summary(table)
    counted = found["specifications"] - found["empty"]
    text = (
        f"{found['leads']:,} of {counted:,}, with a median difference of {_points(found['median'])} "
        f"({_points(found['least'])} to {_points(found['largest'])})"
    )
    of = "combinations of choices, which share their data: see notebook 12-robustness"
    return Answer(question, "not printed", "", text, of)


def _percent(value: float) -> str:
    return f"{value:.1f} %"


def _points(value: float) -> str:
    return f"{value:+.1f} points".replace("-", "−")
