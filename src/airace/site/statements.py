"""A page per statement: printed words, verdict, what decides it, its history, how to contest it."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pandas as pd

from airace import citation, claims, origins, paths, scorecard, snapshots
from airace.errors import LedgerError, RequestError
from airace.scenarios import DEFAULT
from airace.site import figure_pages, history
from airace.site.pages import Site

LEDGER_TABLE = "claims"  # its name in every ledger
TITLES = "scorecard.csv"  # the table of the overview


@dataclass(frozen=True)
class Verdicts:
    """The verdicts of a scenario.

    ``claims`` as published, the ledger that they judge, both in ``table`` (``scorecard.table``).

    ``sections`` are their titles by key, as the overview published them.
    ``own`` is False where the scenario has no verdicts of its own and the default's are shown.
    """

    ledger_id: str
    ledger: dict[str, dict]
    claims: list[dict]
    table: pd.DataFrame
    own: bool
    sections: dict[str, str]


def read(site: Site) -> Verdicts:
    """Read a scenario's verdicts. Raises LedgerError without them or without one ledger."""
    file = paths.claims(site.scenario)
    judged = claims.read(file)
    ledger_id = _ledger_id(site, judged)
    ledger = claims.ledger(ledger_id)
    for claim in judged:
        claims.statement(ledger, claim["claim_id"], ledger_id)
    own = file.parent == site.processed
    table = scorecard.table(judged, ledger)
    return Verdicts(ledger_id, ledger, judged, table, own, scorecard.sections(table, _titles(site)))


def _titles(site: Site) -> dict[str, str]:
    """Titles of sections by key, from the table that the overview of this scenario published."""
    files = [folder / TITLES for folder in (site.processed, paths.processed())]
    published = next((file for file in files if file.is_file()), None)
    if published is None:
        return {}
    rows = pd.read_csv(published, dtype=str)
    return dict(zip(rows["section"], rows["section_title"])) if "section_title" in rows else {}


def write(site: Site) -> None:
    """Write ``statements/<claim_id>.html`` for each statement."""
    verdicts = read(site)
    past = history.read(paths.processed() / "claims.csv")
    issues = citation.read().get("repository-code", "").rstrip("/")
    order = [None, *(claim["claim_id"] for claim in verdicts.claims), None]
    around = dict(zip(order[1:-1], zip(order, order[2:])))
    for number, claim in enumerate(verdicts.claims, start=1):
        claim_id = claim["claim_id"]
        rows = deciding(claim, verdicts.ledger_id)
        site.write(
            f"statements/{claim_id}.html",
            "statement.html",
            scripts=("copy.js",),
            title=f"“{claim['printed']}”: {claim['verdict']}",
            claim=claim,
            stated=verdicts.ledger[claim_id],
            ledger_id=verdicts.ledger_id,
            section=verdicts.sections[verdicts.ledger[claim_id]["section"]],
            number=number,
            count=len(verdicts.claims),
            before=around[claim_id][0],
            after=around[claim_id][1],
            respects=scorecard.RESPECTS,
            rows=rows,
            letters=letters(rows),
            searched=searched(claim, verdicts.ledger_id),
            figures=figures(site, claim),
            executed=site.notebook(claim["notebook"]).is_file(),
            past=past,
            changes=past.changes.get(claim_id, []),
            own=verdicts.own,
            contest=contest(site, claim, number),
            issues=f"{issues}/issues" if issues else "",
        )


def deciding(claim: dict, ledger_id: str) -> list[dict]:
    """The raw rows that decide a statement and the rows that those were computed from.

    Each has snapshot, row, file, line, role (empty for a deciding row), value, unit, as_of, scope,
    and its source: title, publisher, url, licence, confidence. Records of a search, which stand
    beside the ledger, are left out (see ``searched``).
    """
    by = f"the verdict on {claim['claim_id']}"
    cited = {(row["snapshot"], row["row"]): row for row in claim["evidence"]}
    wanted = [(*key, by, "") for key in cited if key[0] != ledger_id]
    return [_shown(raw, cited) for raw in origins.followed(wanted)]


def _shown(raw: dict, cited: dict[tuple[str, str], dict]) -> dict:
    """A raw row as its line on the page: as the verdict cites it, else as it is written."""
    line = {name: raw[name] for name in ("snapshot", "row", "role", "file", "line")}
    said = cited.get((raw["snapshot"], raw["row"]))
    if said is None:
        (said,) = claims.evidence_rows(pd.DataFrame([raw["cells"] | line]))
    line |= {name: said[name] for name in ("value", "as_of", "scope")}
    return line | {"unit": raw["cells"].get("unit", ""), "source": origins.sources([raw], [])[0]}


def letters(rows: list[dict]) -> dict[str, str]:
    """What the letters of confidence in these rows stand for."""
    return dict(sorted(figure_pages.meanings([row["source"] for row in rows]).items()))


def searched(claim: dict, ledger_id: str) -> list[dict]:
    """What was searched for a statement, where a record of it is among the evidence."""
    if ledger_id not in {row["snapshot"] for row in claim["evidence"]}:
        return []
    return claims.search(ledger_id, claim["claim_id"]).to_dict("records")


def figures(site: Site, claim: dict) -> list[dict]:
    """Records of the figures that show a statement; ``there``: does the scenario have it?

    Raises RequestError for a figure that was never built.
    """
    found = []
    for figure in claim["figures"]:
        name = f"{figure}.json"
        there = (site.figures / name).is_file()
        file = (site.figures if there else paths.figures()) / name
        if not file.is_file():
            wanted = f"wanted {paths.relative(file)}, which shows {claim['claim_id']}"
            raise RequestError(wanted, "no such file", next_command="make figures")
        found.append(json.loads(file.read_text(encoding="utf-8")) | {"there": there})
    return found


def contest(site: Site, claim: dict, number: int) -> str:
    """Text to send to the repository by someone who holds a verdict to be wrong."""
    respects = [f"{name} {claim['dimensions'][name]}" for name in scorecard.RESPECTS]
    rows = [f"  {row['snapshot']} {row['row']}" for row in claim["evidence"]] or ["  none"]
    scenario = [] if site.scenario == DEFAULT else [f"Scenario: {site.scenario}"]
    lines = [
        f"Statement: {claim['claim_id']} (“{claim['printed']}”)",
        f"Verdict: {claim['verdict']}",
        f"Respects: {', '.join(respects)}",
        f"Reason given: {claim['reason']}",
        f"State: {site.made_from or 'not known; please name the version or archive'}",
        *scenario,
        f"Trail: airace trace scorecard:{number}",
        "Decided by:",
        *rows,
        "",
        "What says otherwise (a row of a snapshot, or a document: its address, its date, and the "
        "number or the words in it):",
        "",
        "",
        f"In which respect ({', '.join(scorecard.RESPECTS)}):",
        "",
    ]
    return "\n".join(lines)


def _is_ledger(snapshot_id: str) -> bool:
    """Does a snapshot hold printed statements?"""
    return LEDGER_TABLE in (r["name"] for r in snapshots.describe(snapshot_id)["resources"])


def _ledger_id(site: Site, judged: list[dict]) -> str:
    """The ledger that the records of the statements' figures name: it must be one."""
    names = {f"{figure}.json" for claim in judged for figure in claim["figures"]}
    files = [folder / name for name in names for folder in (site.figures, paths.figures())]
    told = [json.loads(file.read_text(encoding="utf-8")) for file in files if file.is_file()]
    named = {snapshot_id for record in told for snapshot_id in record["snapshots"]}
    ledgers = sorted(filter(_is_ledger, named))
    if len(ledgers) != 1:
        wanted = "wanted one ledger of printed statements in the records of their figures"
        raise LedgerError(wanted, ", ".join(ledgers) or "none", next_command="make figures")
    return ledgers[0]
