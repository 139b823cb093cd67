"""Writes the blocks of the README that come from the data: figures, verdicts, data sources.

Each block stands between ``<!-- begin NAME -->`` and ``<!-- end NAME -->``. ``make readme`` refreshes
them; a test fails when they are stale.
"""

from __future__ import annotations

import json
import re
from collections import Counter

from airace import claims, listing, outputs, paths, snapshots, verdicts, words


def figures() -> str:
    """A line per figure: its finding, the notebook that draws it, the statements that cite it."""
    cited: dict[str, list[str]] = {}
    for claim in claims.read(paths.processed() / "claims.csv"):
        for figure in claim["figures"]:
            cited.setdefault(figure, []).append(claim["claim_id"])
    lines = ["| figure | finding | notebook | statements |", "|---|---|---|---|"]
    for figure, notebook in sorted(outputs.figure_ids().items(), key=lambda f: (f[1], f[0])):
        record = json.loads((paths.figures() / f"{figure}.json").read_text(encoding="utf-8"))
        who = ", ".join(cited.get(figure, [])) or "none: context"
        link = f"[{notebook}](notebooks/{notebook}.ipynb)"
        lines.append(f"| [{figure}](figures/{figure}.png) | {record['title']} | {link} | {who} |")
    return "\n".join(lines)


def statements() -> str:
    """A line per examined statement, and a count of what is not examined yet."""
    found = claims.read(paths.processed() / "claims.csv")
    ledger = claims.ledger(f"article/{snapshots.dates('article')[-1]}")
    examined = [c for c in found if c["verdict"] != verdicts.NOT_EXAMINED]
    lines = ["| printed | the statement, in our words | verdict | why |", "|---|---|---|---|"]
    for claim in examined:
        said, verdict = ledger[claim["claim_id"]]["statement"], f"**{claim['verdict']}**"
        cells = [f"“{claim['printed']}”", said, verdict, claim["reason"]]
        lines.append("| " + " | ".join(words.markdown(cell) for cell in cells) + " |")
    counts = Counter(c["verdict"] for c in examined)
    said = ", ".join(f"{counts[v]} {v}" for v in verdicts.VERDICTS if counts[v])
    rest = len(found) - len(examined)
    left = f" {rest} are {verdicts.NOT_EXAMINED}." if rest else ""
    return "\n".join(lines) + f"\n\n{len(examined)} of {len(found)} statements: {said}.{left}"


def data() -> str:
    """A line per topic: dates, rows, licence of our table, and its sources with their licences."""
    topics: dict[str, list[dict]] = {}
    for row in listing.overview():
        topics.setdefault(row["snapshot"].partition("/")[0], []).append(row)
    lines = [
        "| topic | as of | rows | licence of the table | sources and their licences |",
        "|---|---|---|---|---|",
    ]
    for topic, rows in topics.items():
        last = rows[-1]
        dates = last["as_of"] if len(rows) == 1 else f"{rows[0]['as_of']} to {last['as_of']}"
        count = sum(row["rows"] for row in rows)
        own = last["licence"]
        kinds = Counter(s.get("licence", own) for s in snapshots.sources(last["snapshot"]))
        who = "; ".join(f"{count} × {licence}" for licence, count in kinds.most_common())
        lines.append(f"| {topic} | {dates} | {count:,} | {last['licence']} | {who} |")
    return "\n".join(lines)


BLOCKS = {"figures": figures, "statements": statements, "data": data}


def refreshed(text: str) -> str:
    """Return the README's text with every block written anew."""
    for name, make in BLOCKS.items():
        block = f"<!-- begin {name} -->\n{make()}\n<!-- end {name} -->"
        pattern = rf"<!-- begin {name} -->.*?<!-- end {name} -->"
        text = re.sub(pattern, lambda _, block=block: block, text, flags=re.DOTALL)
    return text


if __name__ == "__main__":
    file = paths.root() / "README.md"
    file.write_text(refreshed(file.read_text(encoding="utf-8")), encoding="utf-8")
