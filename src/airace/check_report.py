"""The report of a check: one HTML page that holds everything, pictures included, and needs no network."""

from __future__ import annotations

import base64
import html
from os.path import commonprefix

from airace import check, compare
from airace.check import Checked, Result

SHOWN = 200  # differing values listed per figure; the files themselves lie in build/check/
STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 1500px; padding: 0 1rem;
       color: #222; background: #fff }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; border-top: 1px solid #bbb; padding-top: 1rem }
table { border-collapse: collapse; font-size: 13px } td, th { border: 1px solid #ccc;
        padding: .2rem .5rem; text-align: left; vertical-align: top }
td:nth-child(-n+3) { white-space: nowrap } mark { background: #ffd9b8 }
.pictures { display: grid; grid-template-columns: repeat(3, 1fr); gap: 1rem }
figure { margin: 0 } img { width: 100%; border: 1px solid #ccc } figcaption { font-size: 13px }
"""


def page(checked: Checked, title: str) -> str:
    """Return the page: what differs first, figure by figure, then what is equal."""
    shown = checked.having(check.DIFFERS, check.RENDERING, check.NOT_MADE)
    parts = [f"<h1>{_text(title)}</h1>", f"<p>Reference: {_text(checked.reference)}.</p>"]
    if checked.outside:
        parts.append(
            f"<p>Not the drawing libraries of the lock: {_text(_listed(checked.outside))}.</p>"
        )
    parts += [f"<pre>{_text(failure)}</pre>" for failure in checked.failures]
    links = [f"<a href='#{_text(r.name)}'>{_text(r.name)}</a>" for r in shown]
    parts += [f"<p>To look at: {', '.join(links)}.</p>", *map(_section, shown)]
    equal = [result.name for result in checked.having(check.EQUAL)]
    parts.append(f"<h2>Equal</h2><p>{_text(_listed(equal) or 'none')}</p>")
    head = f"<meta charset='utf-8'><title>{_text(title)}</title><style>{STYLE}</style>"
    return (
        f"<!doctype html><html lang='en'><head>{head}</head><body>{''.join(parts)}</body></html>\n"
    )


def _section(result: Result) -> str:
    said = [f"<h2 id='{_text(result.name)}'>{_text(result.name)}: {_text(result.state)}</h2>"]
    if result.made_with:
        said.append(f"<p>Made with other inputs: {_text(_listed(result.made_with))}.</p>")
    said.append(_table(result.differences))
    said += [_pictures(*pair) for file, pair in result.files.items() if file.endswith(".png")]
    return "".join(said)


def _table(differences: list[compare.Difference]) -> str:
    if not differences:
        return ""
    head = "".join(f"<th>{name}</th>" for name in ("file", "row", "column", "expected", "found"))
    rows = [
        f"<td>{_text(d.file)}</td><td>{d.row or ''}</td><td>{_text(d.column)}</td>"
        f"<td>{_marked(d.expected, d.found)}</td><td>{_marked(d.found, d.expected)}</td>"
        for d in differences[:SHOWN]
    ]
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    rest = len(differences) - SHOWN
    return f"<table><tr>{head}</tr>{body}</table>" + (f"<p>and {rest} more</p>" if rest > 0 else "")


def _marked(text: str, other: str) -> str:
    """The text with the part marked that the other one does not have."""
    start = len(commonprefix([text, other]))
    end = len(commonprefix([text[start:][::-1], other[start:][::-1]]))
    parts = text[:start], text[start : len(text) - end], text[len(text) - end :]
    return "{}<mark>{}</mark>{}".format(*map(_text, parts))


def _pictures(expected: bytes | None, found: bytes | None) -> str:
    shown = [("expected", expected), ("found", found)]
    if expected and found:
        said, marked = compare.pixels(expected, found)
        shown.append((f"difference: {said}", marked))
    figures = [
        f"<figure>{_image(content, name) if content else ''}"
        f"<figcaption>{name if content or ':' in name else f'{name}: none'}</figcaption></figure>"
        for name, content in shown
    ]
    return f"<div class='pictures'>{''.join(figures)}</div>"


def _image(png: bytes, alt: str) -> str:
    return f"<img alt='{alt}' src='data:image/png;base64,{base64.b64encode(png).decode()}'>"


def _listed(names: list[str]) -> str:
    return ", ".join(names)


def _text(value: object) -> str:
    return html.escape(str(value))
