"""Writes the blocks of the README that come from the data or from a measurement.

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


def mutants() -> str:
    """What ``make mutants`` counted: a line per way to change a raw value."""
    found = _measured("mutants")
    ways = ("schema", "stopped", "data", "words", "verdicts", "picture")
    lines = [
        "| change | mutants | refused on loading | stopped by a notebook | seen in values and tables "
        "| in words | in verdicts | in pictures alone | slipped: value drawn | slipped: not drawn |",
        "|---" * 10 + "|",
    ]
    for kind, about in found["kinds"].items():
        assert about["caught by"].keys() <= set(ways), f"wanted {ways}, found {about['caught by']}"
        counts = [about["caught by"].get(way, 0) for way in ways]
        cells = [about["mutants"], *counts, *about["slipped"].values()]
        lines.append(f"| {kind} | " + " | ".join(f"{count:,}" for count in cells) + " |")
    drawn, other = len(found["slipped, drawn"]), len(found["slipped, not drawn"])
    return "\n".join(
        [
            *lines,
            "",
            f"{found['caught']:,} of {found['mutants']:,} mutants of {found['rows']:,} rows in "
            f"{found['snapshots']} snapshots were caught; {drawn:,} of those that slipped through "
            f"changed a value that a figure draws, {other:,} did not.",
        ]
    )


def speed() -> str:
    """What ``make bench`` measured: medians in seconds, ratios with their aims, parts of the cells."""
    found = _measured("results")
    machine = found["machine"]
    lines = [
        f"Medians of {found['rounds']} rounds, {found['notebooks']} notebooks, "
        f"{machine['processors']} processors ({machine['system']}, Python {machine['python']}).",
        "",
        "| what | seconds |",
        "|---|---|",
        *(f"| {way} | {about['median']:.1f} |" for way, about in found["seconds"].items()),
        "",
        "| ratio | measured | aim |",
        "|---|---|---|",
    ]
    for name, about in found["ratios"].items():
        aim = "none" if about["aim"] is None else f"{about['aim']:g}"
        reached = "" if about["reached"] else ", missed"
        lines.append(f"| {name} | {about['ratio']:.3f} | {aim}{reached} |")
    parts = found["parts of the cells"]
    said = "; ".join(f"{part} {spent / sum(parts.values()):.0%}" for part, spent in parts.items())
    return "\n".join([*lines, "", f"Where the time of the cells goes: {said}."])


def scale() -> str:
    """What ``make bench`` measured over made-up tables as large as the Hub: time and peak memory."""
    found = _measured("scale")
    lines = [
        f"Medians of {found['rounds']} rounds over {found['models']:,} models, and over a panel of "
        f"{found['panel_rows']:,} rows; each way in a process of its own. pandas may address "
        f"{found['pandas_gib']} GiB over the panel.",
        "",
        "| question | DuckDB: seconds | MiB | pandas: seconds | MiB |",
        "|---|---|---|---|---|",
    ]
    for way, about in found["ways"].items():
        if not way.endswith(", pandas"):
            cells = [*_cost(about), *_cost(found["ways"].get(f"{way}, pandas"))]
            lines.append(f"| {_question(way)} | " + " | ".join(cells) + " |")
    lines += ["", "| what | measured | aim |", "|---|---|---|"]
    for name, about in found["aims"].items():
        aim = "none" if about["aim"] is None else f"{about['aim']:g}"
        reached = "" if about["reached"] else ", missed"
        lines.append(f"| {name} | {about['value']:g} | {aim}{reached} |")
    listed = _measured("listing")
    ratio, missed = listed["ratio"]["listing to list_models"], "" if listed["met"] else ", missed"
    what = f"time of a listing of {listed['models']:,} models to `list_models`"
    return "\n".join([*lines, f"| {what} | {ratio:.3f} | {listed['aim']:g}{missed} |"])


def _question(way: str) -> str:
    name, _, millions = way.partition(" ")
    return f"by month and country, {millions} million rows" if name == "panel" else way


def _cost(about: dict | str | None) -> list[str]:
    """Seconds and MiB of a way; a way that ended, or that there is not, says so."""
    if isinstance(about, dict):
        return [f"{about['seconds']:.2f}", f"{about['mib']:,.0f}"]
    return [about or "not measured", ""]


def _measured(name: str) -> dict:
    return json.loads((paths.benchmarks() / f"{name}.json").read_text(encoding="utf-8"))


BLOCKS = {
    "figures": figures,
    "statements": statements,
    "data": data,
    "speed": speed,
    "scale": scale,
    "mutants": mutants,
}


def refreshed(text: str) -> str:
    """Return the README's text with every block written anew."""
    for name, make in BLOCKS.items():
        if f"<!-- begin {name} -->" not in text:  # an example's README has fewer
            continue
        block = f"<!-- begin {name} -->\n{make()}\n<!-- end {name} -->"
        pattern = rf"<!-- begin {name} -->.*?<!-- end {name} -->"
        text = re.sub(pattern, lambda _, block=block: block, text, flags=re.DOTALL)
    return text


if __name__ == "__main__":
    file = paths.root() / "README.md"
    file.write_text(refreshed(file.read_text(encoding="utf-8")), encoding="utf-8")
