"""The ledger of printed statements, the evidence that notebooks hand in, and the published verdicts."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pandas as pd

from airace import atomic, paths, snapshots, verdicts, words
from airace.errors import LedgerError, nearest

ROW = ["snapshot", "row", "value", "as_of", "scope", "source_url"]
COLUMNS = [
    "claim_id", "printed", "value", "unit", "verdict",
    *(f"dimension_{d}" for d in verdicts.DIMENSIONS),
    "reason", "notebook", "figures",
    *(f"evidence_{c}" for c in ROW),
]  # fmt: skip


def ledger(snapshot_id: str) -> dict[str, dict]:
    """Return the statements of a ledger by claim id, with the article's day; missing cells are None."""
    table = snapshots.load(snapshot_id, "claims").assign(article_day=snapshot_id.split("/")[1])
    table = table.astype("object").where(table.notna(), None)
    return {row["claim_id"]: row for row in table.to_dict("records")}


def statement(known: dict[str, dict], claim_id: str, snapshot_id: str) -> dict:
    """Return one statement of a ledger read by ``ledger``. Raises LedgerError for an unknown id."""
    if claim_id not in known:
        raise LedgerError(
            f"wanted a claim of {snapshot_id}, got {claim_id!r}",
            nearest(claim_id, known),
            known,
            f"airace new claim {claim_id} adds a row to the ledger",
        )
    return known[claim_id]


def search(snapshot_id: str, claim_id: str) -> pd.DataFrame:
    """Return the record of what was searched for a statement that public data may not answer.

    One row with ``claim_id``, ``looked_for``, ``result`` and what was searched, as evidence cites
    it. ``snapshot_id`` is the ledger. Raises LedgerError where no search is recorded for the
    statement.

    >>> from airace import claims
    >>> found = claims.search("article/2026-03-10", "downloads-jan-2024")
    >>> print(found["looked_for"].item(), "-", found["result"].item())
    a published count of downloads of Chinese open-weight models for January 2024 - none located;
    public all-time counters begin on 2025-02-26
    """
    table = snapshots.load(snapshot_id, "searches")
    found = table[table["claim_id"] == claim_id]
    if found.empty:
        raise LedgerError(f"no search is recorded for {claim_id!r}", choices=table["claim_id"])
    return found


def evidence_rows(table: pd.DataFrame) -> list[dict]:
    """Turn rows of snapshots into the form in which evidence cites them.

    Needs ``snapshot`` and ``row``; takes value, scope, source_url and originator where they exist,
    ``looked_for`` as the scope of a search, and ``date_from``/``date_to`` or ``date`` as the date.
    Rows of several tables may stand together: what only another table has is missing, not stated.
    """
    cited = []
    for row in table.to_dict("records"):
        dated = [_first(row, "date_from", "date"), _first(row, "date_to", "date")]
        entry = {
            "snapshot": row["snapshot"],
            "row": row["row"],
            "value": _plain(row.get("value")),
            "as_of": words.as_of(*dated) if dated[0] is not None else "",
            "scope": _plain(_first(row, "scope", "looked_for")) or "",
            "source_url": _plain(row.get("source_url")) or "",
            "originator": _plain(row.get("originator")) or "",
        }
        cited.append(entry)
    return cited


def collect(folder: Path) -> list[dict]:
    """Judge the evidence files of a build: one claim per ledger row, in the ledger's order.

    Statements without evidence read "not examined yet". Raises LedgerError where two notebooks hand
    in evidence for one statement, or a notebook does for a statement that is not its own.
    """
    handed: dict[str, dict] = {}
    ledgers: dict[str, dict] = {}
    for file in sorted(folder.glob("*.json")):
        package = json.loads(file.read_text(encoding="utf-8"))
        source = package["ledger"]
        known = ledgers.setdefault(source, ledgers.get(source) or ledger(source))
        for evidence in package["evidence"]:
            _own(statement(known, evidence["claim_id"], source), package["notebook"])
            handed[evidence["claim_id"]] = evidence
    if len(ledgers) != 1:
        raise LedgerError("wanted evidence for one ledger", ", ".join(sorted(ledgers)) or "none")
    (statements,) = ledgers.values()
    return [claim(s, handed.get(claim_id)) for claim_id, s in statements.items()]


def claim(stated: dict, evidence: dict | None) -> dict:
    """Return a statement with its verdict in the published form (see ``airace claims --json``)."""
    published = {k: stated[k] for k in ("claim_id", "printed", "value", "unit")}
    if evidence is None:
        judged = {
            "verdict": verdicts.NOT_EXAMINED,
            "dimensions": dict.fromkeys(verdicts.DIMENSIONS, verdicts.NOT_EXAMINED),
            "reason": f"No notebook has examined this statement yet; {stated['notebook']} will.",
        }
    else:
        judged = verdicts.judge(stated, evidence)
    rows = evidence["rows"] if evidence else []
    return {
        **published,
        **judged,
        "evidence": [{c: row[c] for c in ROW} for row in rows],
        "notebook": stated["notebook"],
        "figures": evidence["figures"] if evidence else [],
    }


def write(claims: list[dict], path: Path) -> None:
    """Write claims flat: a line per evidence row, one line for a statement that has none."""
    text = io.StringIO(newline="")
    out = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    out.writeheader()
    for entry in claims:
        line = {c: _text(entry[c]) for c in COLUMNS if c in entry}
        line |= {f"dimension_{d}": entry["dimensions"][d] for d in verdicts.DIMENSIONS}
        line["figures"] = "; ".join(entry["figures"])
        for row in entry["evidence"] or [dict.fromkeys(ROW)]:
            out.writerow(line | {f"evidence_{c}": _text(row[c]) for c in ROW})
    atomic.write(path, text.getvalue().encode())


def read(path: Path) -> list[dict]:
    """Read claims back from the flat file into the published form. Raises LedgerError without it."""
    if not path.is_file():
        raise LedgerError(
            f"wanted the verdicts in {paths.relative(path)}", "no such file", (), "make figures"
        )
    claims: dict[str, dict] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            entry = claims.setdefault(line["claim_id"], _nested(line))
            if line["evidence_snapshot"]:
                row = {c: line[f"evidence_{c}"] for c in ROW}
                entry["evidence"].append(row | {"value": _number(row["value"])})
    return list(claims.values())


def _nested(line: dict) -> dict:
    return {
        "claim_id": line["claim_id"],
        "printed": line["printed"],
        "value": _number(line["value"]),
        "unit": line["unit"] or None,
        "verdict": line["verdict"],
        "dimensions": {d: line[f"dimension_{d}"] for d in verdicts.DIMENSIONS},
        "reason": line["reason"],
        "evidence": [],
        "notebook": line["notebook"],
        "figures": [f for f in line["figures"].split("; ") if f],
    }


def _own(stated: dict, notebook: str) -> None:
    if stated["notebook"] != notebook:
        raise LedgerError(
            f"{stated['claim_id']} belongs to notebook {stated['notebook']}",
            f"evidence from {notebook}",
        )


def _first(row: dict, *names: str) -> object:
    """The first of the named cells that is not missing, or None."""
    return next((row[n] for n in names if n in row and pd.notna(row[n])), None)


def _plain(value: object) -> object:
    if value is None or pd.isna(value):
        return None
    return float(value) if isinstance(value, (int, float)) else str(value)


def _text(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _number(text: str) -> float | None:
    return float(text) if text else None
