"""Writes one page: a template, its style sheet, its scripts and its data, in one file with a policy.

Texts come from data that anyone may have written: Jinja2 escapes all of them, and the policy forbids
the reader's browser everything but the style sheet and the scripts that the page holds (by digest) and
pictures that lie beside it. Nothing is fetched, so that a page works from a file.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import jinja2
from markupsafe import Markup

from airace import atomic, git, outputs, paths, records, words
from airace.scenarios import DEFAULT
from airace.site import wording

HERE = Path(__file__).parent
STYLE = "style.css"
NAVIGATION = {  # address from the site's root: name
    "index.html": "Statements",
    "figures/index.html": "Figures",
    "explorer.html": "Explorer",
    "notebooks/index.html": "Notebooks",
    "data/index.html": "Data",
}


@dataclass(frozen=True)
class Site:
    """A site of one scenario; ``navigation`` are the addresses that its pages link on top.

    ``into`` is a folder to write to instead of ``folder(scenario)``.
    """

    scenario: str
    navigation: dict[str, str]
    into: Path | None = None

    @property
    def folder(self) -> Path:
        """Where the pages are written."""
        return self.into or folder(self.scenario)

    @functools.cached_property
    def made_from(self) -> str:
        """The commit that the pages were made from, in words; empty without git."""
        commit = git.commit()
        changed = " with changes that are not committed" if git.dirty() else ""
        return f"commit {commit[:7]}{changed}" if commit else ""

    @property
    def figures(self) -> Path:
        """Where the pictures, values and records of this scenario lie."""
        return outputs.figures(self.scenario)

    @property
    def processed(self) -> Path:
        """Where the tables of this scenario lie."""
        return outputs.processed(self.scenario)

    def notebook(self, name: str) -> Path:
        """An executed notebook of this scenario: the published one, or the copy that a build left."""
        published = self.scenario == DEFAULT
        return paths.notebook(name) if published else records.executed(self.scenario, name)

    def write(
        self,
        address: str,
        template: str,
        scripts: tuple[str, ...] = (),
        data: dict | None = None,
        **content: object,
    ) -> None:
        """Write a page.

        ``address`` is its path from the site's root, with forward slashes; ``scripts`` are names of
        files in ``assets/``; ``data`` are objects for the scripts, by element id; ``content`` goes to
        the template, which extends ``base.html`` and gets ``root``, the way up to the site's root.
        """
        style = asset(STYLE)
        codes = [asset(name) for name in scripts]
        page = {
            "root": "../" * address.count("/"),
            "address": address,
            "site": self,
            "default": self.scenario == DEFAULT,
            "policy": policy(style, codes),
            "style": Markup(style),
            "scripts": [Markup(code) for code in codes],
            "data": {name: Markup(as_json(value)) for name, value in (data or {}).items()},
        }
        text = _environment().get_template(template).render(page | content)
        atomic.write(self.folder / address, text.encode())


def folder(scenario: str) -> Path:
    """Where the site of a scenario is written."""
    return paths.build("site") if scenario == DEFAULT else paths.build(scenario) / "site"


def policy(style: str, scripts: list[str]) -> str:
    """What a page may do: use its own style sheet and scripts, and show pictures that lie beside it."""
    allowed = " ".join(map(_digest, scripts)) or "'none'"
    return (
        f"default-src 'none'; style-src {_digest(style)}; script-src {allowed}; img-src 'self' data:; "
        "base-uri 'none'; form-action 'none'"
    )


def snapshot_address(snapshot_id: str) -> str:
    """Where a snapshot's page stands, from the site's root: ``data/<topic>-<date>.html``."""
    return f"data/{snapshot_id.replace('/', '-')}.html"


def row_address(snapshot_id: str, key: str) -> str:
    """Where a raw row stands, from the site's root; letters that a fragment may hold stay."""
    return f"{snapshot_address(snapshot_id)}#{quote(key, safe='/:@!$&()*+,;=~')}"


def as_json(value: object) -> str:
    """JSON that can stand in a page: no text in it can end the element that holds it."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


@functools.cache
def asset(name: str) -> str:
    """Text of a style sheet or script of the package."""
    return (HERE / "assets" / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _is_web(address: object) -> bool:
    """Is this an address that a page may link? Data could name a script instead."""
    return str(address).startswith(("https://", "http://"))


@functools.cache
def _environment() -> jinja2.Environment:
    """Templates see what the words of the rule mean, how numbers are written, and where rows stand.

    ``address is web`` guards a link; ``snapshot_address(snapshot)`` and ``row_address(snapshot, key)``
    lead to a snapshot's page and to a raw row.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    places = {"snapshot_address": snapshot_address, "row_address": row_address}
    environment.globals |= {"wording": wording, "words": words} | places
    environment.tests["web"] = _is_web
    return environment
