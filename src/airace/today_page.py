"""The page of ``make today``: one file that holds everything, needs no network and runs no script.

Names and texts from a snapshot were written by anyone. All of them are escaped, and the page forbids
its reader's browser everything but the pictures and the one style sheet in it.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
from pathlib import Path

from airace import model_snapshots, outputs, words
from airace.report import Report
from airace.terminal import shown
from airace.today import SCENARIO
from airace.today_answers import Answer, answers

STYLE = """
:root { color-scheme: light dark; --ink: #222; --soft: #555; --line: #bbb; --paper: #fff; --raised: #fff6f0 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ececec; --soft: #b5b5b5; --line: #555; --paper: #171717; --raised: #2b211a }
}
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 1000px; padding: 0 1rem;
       color: var(--ink); background: var(--paper); overflow-wrap: break-word }
h1 { font-size: 1.6rem; line-height: 1.25 }
h2 { font-size: 1.2rem; border-top: 1px solid var(--line); padding-top: 1rem }
li { overflow-wrap: anywhere }
.caution { border-left: 4px solid #d55e00; padding: .2rem 1rem; background: var(--raised) }
table { border-collapse: collapse; width: 100% } caption { text-align: left; padding-bottom: .4rem }
td, th { border: 1px solid var(--line); padding: .3rem .6rem; text-align: left; vertical-align: top }
small { color: var(--soft); display: block } figure { margin: 1.5rem 0 }
img { max-width: 100%; height: auto; border: 1px solid var(--line) }
figcaption { font-size: 14px; color: var(--soft) }
@media (max-width: 600px) { td, th { padding: .25rem .3rem } table { font-size: .9rem } }
@media print { figure, tr { break-inside: avoid } }
"""
CAUTION = (
    "This page informs. It decides no verdict: what it shows describes days after the article, counts "
    "other models over another time, and the verdicts of the repository rest on evidence up to the "
    "article's day. A snapshot holds what was asked for: models outside of that are in no share."
)


def policy() -> str:
    """What the page may load: pictures that it holds itself, and its own style sheet."""
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    return (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; "
        "form-action 'none'"
    )


def text(snapshot_id: str, names: list[str], report: Report) -> str:
    """Return the page. ``names`` are the notebooks that take the snapshot, ``report`` their build."""
    shown_figures = _figures(snapshot_id, names)
    built = list(dict.fromkeys(record["notebook"] for record, _ in shown_figures))
    about = model_snapshots.description(snapshot_id)
    title = f"The article's answers and those of {words.day(about['as_of_latest'])}"
    parts = [
        f"<h1>{_text(title)}</h1>",
        f"<p class='caution'><strong>{_text(CAUTION)}</strong></p>",
        _table(answers(snapshot_id, built), about["as_of_latest"]),
        _snapshot(about),
        *(f"<p class='caution'>Not built: {_text(failure)}</p>" for failure in report.failures),
        "<h2>Figures</h2>",
        *(_figure(record, png) for record, png in shown_figures),
    ]
    head = (
        f"<meta charset='utf-8'><meta http-equiv='Content-Security-Policy' content=\"{policy()}\">"
        "<meta name='viewport' content='width=device-width'>"
        f"<title>{_text(title)}</title><style>{STYLE}</style>"
    )
    body = "\n".join(parts)
    return f"<!doctype html>\n<html lang='en'><head>{head}</head>\n<body><main>{body}</main></body></html>\n"


def _figures(snapshot_id: str, names: list[str]) -> list[tuple[dict, Path]]:
    """Records and pictures that were made from this snapshot: what is left of another is not shown."""
    found = []
    for figure, notebook in outputs.figure_ids().items():
        file = outputs.figures(SCENARIO) / f"{figure}.json"
        if notebook in names and file.is_file():
            record = json.loads(file.read_text(encoding="utf-8"))
            if snapshot_id in record["drawn_from"]:
                found.append((record, file.with_suffix(".png")))
    return found


def _table(rows: list[Answer], day: str) -> str:
    lines = [
        f"<tr><th scope='row'>{_text(row.question)}</th>"
        f"<td>{_text(row.printed)}<small>{_text(row.printed_of)}</small></td>"
        f"<td>{_text(row.given)}<small>{_text(row.given_of)}</small></td></tr>"
        for row in rows
    ]
    head = "".join(
        f"<th scope='col'>{_text(name)}</th>"
        for name in ("question", "the article prints", f"the snapshot of {words.day(day)} gives")
    )
    caption = "The denominators differ, so a difference between the columns is no change over time."
    return f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead>{''.join(lines)}</table>"


def _snapshot(about: dict) -> str:
    """Where the numbers come from and how to have them again."""
    models = about["tables"]["models"]
    makers = "; ".join(f"{s['publisher']}: {s['title']}, {s['url']}" for s in about["sources"])
    lines = [
        f"{about['snapshot']}, as of {about['as_of_latest']}: {models['row_count']:,} models",
        f"asked for: {about['asked']}",
        f"source: {makers}",
        f"file of models: {models['hash']}",
        f"again: make today SNAPSHOT={about['snapshot']}",
    ]
    listed = "".join(f"<li>{_text(line)}</li>" for line in lines)
    return f"<h2>The snapshot</h2><p>{_text(about['description'])}</p><ul>{listed}</ul>"


def _figure(record: dict, picture: Path) -> str:
    data = base64.b64encode(picture.read_bytes()).decode()
    return (
        f"<figure><img alt=\"{_text(record['alt'])}\" src='data:image/png;base64,{data}'>"
        f"<figcaption>{_text(record['title'])}. {_text(record['subtitle'])} "
        f"{_text(record['source'])}</figcaption></figure>"
    )


def _text(value: object) -> str:
    return html.escape(shown(value))
