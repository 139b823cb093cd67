"""What the article prints and what a live snapshot gives, as rows of text for ``today_page``.

Which statements of the ledger can be set beside a snapshot follows from what they say: they give a
country's share of downloads in percent, and a notebook that takes the snapshot examines them. The two
never have one denominator: what each counts stands beside it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from airace import attribution, claims, outputs, snapshots, specifications, words
from airace.attribution import COVERAGE
from airace.organisations import COUNTRIES
from airace.today import SCENARIO, takers

FOCUS, RIVAL = "China", "USA"  # whom the specifications compare
DOWNLOADS = "downloads"  # what a snapshot counts, and what a statement must be about
ROBUSTNESS = "robustness.csv"  # the table of all specifications


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
    stated = shares_printed(claims.ledger(ledger_id).values(), takers(snapshot_id))
    namespaces = snapshots.load(f"organisations/{snapshots.dates('organisations')[-1]}")
    source = attribution.source(snapshot_id)
    rows = []
    for rule in ["publisher", "base model"] if source.base_models else ["publisher"]:
        table = attribution.by_country(source, namespaces, rule)
        rows += _shares(table, stated, rule)
    return rows + _robustness(built)


def shares_printed(ledger: Iterable[dict], examiners: Iterable[str]) -> list[dict]:
    """Return the statements that print a country's share of downloads in percent.

    ``ledger`` are rows of a ledger; ``examiners`` are the notebooks whose statements count.
    """
    return [
        stated
        for stated in ledger
        if stated["notebook"] in examiners
        and stated["unit"] == "percent"
        and stated["value"] is not None
        and stated["geography"] in COUNTRIES
        and DOWNLOADS in stated["subject"]
    ]


def _shares(table: pd.DataFrame, stated: list[dict], rule: str) -> list[Answer]:
    share = table.set_index("country")["share"]
    given = {country: float(share.get(country, 0.0)) for country in COUNTRIES}
    of = f"downloads over 30 days of the models in the snapshot, by country of the {rule}"
    by = f", by {rule}"
    rows = []
    for s in stated:
        country = s["geography"]
        title, quoted = f"Share of {words.the(country)}{by}", f"“{s['printed']}”"
        rows.append(Answer(title, quoted, _denominator(s), _percent(given[country]), of))
    for first, second in itertools.combinations(stated, 2):
        here, there = first["geography"], second["geography"]
        if here == there or _denominator(first) != _denominator(second):
            continue
        title = f"{words.the(here)} minus {words.the(there)}{by}"
        printed, gap = first["value"] - second["value"], given[here] - given[there]
        rows.append(Answer(title, _points(printed), _denominator(first), _points(gap), of))
    parts = {n.removesuffix("_percent"): table[n].iloc[0] for n in COVERAGE}
    text = ", ".join(f"{_percent(value)} {name}" for name, value in parts.items())
    rows.append(Answer(f"Coverage{by}: of all downloads in the count", "not printed", "", text, of))
    return rows


def _denominator(stated: dict) -> str:
    return f"{stated['subject']}, as of {stated['as_of'] or 'no stated date'}"


def _robustness(built: list[str]) -> list[Answer]:
    """In how many ways to count the focus leads; nothing where no notebook counts them."""
    notebook = outputs.owners().get(f"processed/{ROBUSTNESS}")
    if notebook is None:
        return []
    question = f"Ways to count in which {words.the(FOCUS)} leads {words.the(RIVAL)}"
    if notebook not in built:
        missing = f"not computed: {notebook} was not built"
        return [Answer(question, "not printed", "", missing, "")]
    table = pd.read_csv(outputs.processed(SCENARIO) / ROBUSTNESS)
    found = specifications.summary(table)
    counted = found["specifications"] - found["empty"]
    text = (
        f"{found['leads']:,} of {counted:,}, with a median difference of {_points(found['median'])} "
        f"({_points(found['least'])} to {_points(found['largest'])})"
    )
    of = f"combinations of choices, which share their data: see notebook {notebook}"
    return [Answer(question, "not printed", "", text, of)]


def _percent(value: float) -> str:
    return f"{value:.1f} %"


def _points(value: float) -> str:
    return f"{value:+.1f} points".replace("-", "−")
