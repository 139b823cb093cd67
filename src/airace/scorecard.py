"""All statements side by side: what stands, what is off, and in which respect."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from airace import snapshots, verdicts, words

GROUPS = {  # verdicts that mean the same to a reader in a hurry
    "stands": ["reproduced", "consistent"],
    "in part": ["imprecise"],
    "off": ["mismatched scope", "misdated", "misattributed", "contradicted"],
    "cannot be checked": ["cannot be checked"],
    "not examined yet": [verdicts.NOT_EXAMINED],
}
STATED = ["claim_id", "section", "printed", "as_of", "geography", "subject", "statement", "kind"]
SHOWN = 3  # deciding rows in a line of the table
RESPECTS = verdicts.PRECEDENCE


def grades(claims: list[dict]) -> dict[str, str]:
    """Return the confidence of each deciding row that has one; keys are "snapshot row"."""
    cited = {(row["snapshot"], row["row"]) for claim in claims for row in claim["evidence"]}
    found: dict[str, str] = {}
    for snapshot_id in sorted({snapshot_id for snapshot_id, _ in cited}):
        for resource in snapshots.describe(snapshot_id)["resources"]:
            rows = snapshots.load(snapshot_id, resource["name"])
            if "confidence" in rows:
                pairs = zip(rows["row"], rows["confidence"])
                found |= {f"{snapshot_id} {k}": c for k, c in pairs if (snapshot_id, k) in cited}
    return found


def table(
    claims: list[dict], ledger: dict[str, dict], graded: dict[str, str] | None = None
) -> pd.DataFrame:
    """Return one row per statement, in the article's order.

    ``claims`` are published verdicts (see ``airace claims --json``), ``ledger`` their statements, ``graded``
    the confidence of deciding rows (``grades``). Columns:
    claim_id, section, printed, as_of and geography (as printed), subject, statement, kind, verdict, group, one column per respect, reason,
    notebook, figure, evidence (deciding rows), source and confidence (of each, in the same order), and ``snapshot``
    and ``row`` of the statement in the ledger.

    >>> from airace import claims, paths, scorecard
    >>> published = claims.read(paths.claims("default"))
    >>> found = scorecard.table(published, claims.ledger("article/2026-03-10"))
    >>> found[["claim_id", "verdict", "group"]].head(2)
                         claim_id     verdict   group
    0     one-year-after-deepseek  consistent  stands
    1  release-cycles-accelerated  consistent  stands
    """
    group = {verdict: name for name, members in GROUPS.items() for verdict in members}
    rows = []
    for claim in claims:
        stated = ledger[claim["claim_id"]]
        cited = claim["evidence"]
        keys = [f"{row['snapshot']} {row['row']}" for row in cited]
        rows.append(
            {
                **{column: stated[column] for column in STATED},
                "verdict": claim["verdict"],
                "group": group[claim["verdict"]],
                **{respect: claim["dimensions"][respect] for respect in RESPECTS},
                "reason": claim["reason"],
                "notebook": claim["notebook"],
                "figure": "; ".join(claim["figures"]),
                "evidence": "; ".join(keys),
                "source": "; ".join(row["source_url"] for row in cited),
                "confidence": "; ".join((graded or {}).get(key, "") for key in keys),
                "snapshot": stated["snapshot"],
                "row": stated["row"],
            }
        )
    return pd.DataFrame(rows)


def sections(found: pd.DataFrame, titles: dict[str, str] | None = None) -> dict[str, str]:
    """Return the title of each section of ``found``, in its order.

    ``titles`` are those that an overview gives; a section without one has its key for a title.
    """
    return {key: (titles or {}).get(key, key.capitalize()) for key in found["section"].unique()}


def counts(found: pd.DataFrame, titles: dict[str, str] | None = None) -> pd.DataFrame:
    """Return how many statements of each section are in each group, with totals.

    ``found`` comes from ``table``, ``titles`` from an overview (see ``sections``).

    >>> from airace import claims, paths, scorecard
    >>> published = claims.read(paths.claims("default"))
    >>> found = scorecard.table(published, claims.ledger("article/2026-03-10"))
    >>> scorecard.counts(found.head(2), {"lead": "Opening"})
    group     stands  statements
    section
    Opening        1           1
    Momentum       1           1
    all            2           2
    """
    names = sections(found, titles)
    crossed = pd.crosstab(found["section"], found["group"])
    crossed = crossed.reindex(index=names, columns=[g for g in GROUPS if g in crossed])
    crossed.index = [*names.values()]
    crossed.loc["all"] = crossed.sum()
    return crossed.assign(statements=crossed.sum(axis=1)).rename_axis("section")


def headline(found: pd.DataFrame) -> str:
    """Say how many statements stand, how many are off and in which respects.

    ``found`` comes from ``table``.

    >>> from airace import claims, paths, scorecard
    >>> published = claims.read(paths.claims("default"))
    >>> found = scorecard.table(published, claims.ledger("article/2026-03-10"))
    >>> print(scorecard.headline(found.head(4)))
    3 of 4 statements stand as printed; 1 in part
    """
    number = Counter(found["group"])
    off = found[found["group"] == "off"]
    respects = [r for r in RESPECTS if (off[r] == verdicts.FAILS).any()]
    parts = [f"{number['stands']} of {len(found)} statements stand as printed"]
    if number["in part"]:
        parts.append(f"{number['in part']} in part")
    if number["off"]:
        parts.append(f"{number['off']} are off in {words.listed(respects, 'or')}")
    if number["cannot be checked"]:
        parts.append(f"{number['cannot be checked']} cannot be checked")
    if number[verdicts.NOT_EXAMINED]:
        parts.append(f"{number[verdicts.NOT_EXAMINED]} {verdicts.NOT_EXAMINED}")
    return "; ".join(parts)


def summary(found: pd.DataFrame) -> str:
    """Compose a short and fair summary from the verdicts, as Markdown.

    ``found`` comes from ``table``.

    >>> from airace import claims, paths, scorecard
    >>> published = claims.read(paths.claims("default"))
    >>> found = scorecard.table(published, claims.ledger("article/2026-03-10"))
    >>> print(scorecard.summary(found.head(4))[:90], "...")
    **What stands.** 3 of 4 statements: 1 are reproduced from their source or by recomputation ...
    """
    number = Counter(found["verdict"])
    lines = [
        f"**What stands.** {_stands(found, number)}",
        f"**What holds in part.** {_quoted(found, 'in part')}",
        f"**What is off, and in which respect.** {_off(found)}",
        f"**What cannot be checked with public data.** {_quoted(found, 'cannot be checked')}",
    ]
    return words.markdown("\n\n".join(lines))


def markdown(found: pd.DataFrame, groups: list[str]) -> str:
    """Return the statements of these groups as a table with links to notebooks and deciding rows.

    ``found`` comes from ``table``, ``groups`` are names of GROUPS.

    >>> from airace import claims, paths, scorecard
    >>> published = claims.read(paths.claims("default"))
    >>> found = scorecard.table(published, claims.ledger("article/2026-03-10"))
    >>> print(scorecard.markdown(found, ["stands"]).splitlines()[0])
    | printed | of | verdict | why | notebook | decided by |
    """
    heads = ["printed", "of", "verdict", "why", "notebook", "decided by"]
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for row in found[found["group"].isin(groups)].itertuples():
        notebook = f"[{row.notebook}]({row.notebook}.ipynb)"
        cells = [
            f"“{row.printed}”",
            row.subject,
            f"**{row.verdict}**",
            row.reason,
            notebook,
            _rows(row),
        ]
        lines.append("| " + " | ".join(words.markdown(cell) for cell in cells) + " |")
    return "\n".join(lines)


def _rows(statement: object) -> str:
    """The first deciding rows with their confidence, each linked to where it was read."""
    if not statement.evidence:
        return "nothing yet"
    cells = (statement.evidence, statement.source, statement.confidence)
    named = list(zip(*(cell.split("; ") for cell in cells), strict=True))
    shown = []
    for key, address, confidence in named[:SHOWN]:
        row = key.split()[-1]
        link = f"[{row}]({address})" if address.startswith("https") else row
        shown.append(f"{link} ({confidence})" if confidence else link)
    more = f" and {len(named) - SHOWN} more" if len(named) > SHOWN else ""
    return ", ".join(shown) + more


def _stands(found: pd.DataFrame, number: Counter) -> str:
    """How many stand, and in which words they are printed."""
    said = [f"“{printed}”" for printed in found.loc[found["group"] == "stands", "printed"]]
    return (
        f"{len(said)} of {len(found)} statements: {number['reproduced']} are reproduced from their source or by "
        f"recomputation, {number['consistent']} agree with an independent source. {', '.join(said)}."
    )


def _quoted(found: pd.DataFrame, group: str) -> str:
    """The printed words of a group with what they are about."""
    rows = found[found["group"] == group]
    return f"{len(rows)}: {_said(rows)}." if len(rows) else "None."


def _off(found: pd.DataFrame) -> str:
    rows = found[found["group"] == "off"]
    by_verdict = {verdict: rows[rows["verdict"] == verdict] for verdict in GROUPS["off"]}
    parts = [f"*{verdict}*: {_said(part)}" for verdict, part in by_verdict.items() if len(part)]
    return f"{len(rows)}. {'. '.join(parts)}." if parts else "None."


def _said(rows: pd.DataFrame) -> str:
    return "; ".join(f"“{row.printed}” ({row.subject})" for row in rows.itertuples())
