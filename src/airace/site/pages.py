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

import jinja2
from markupsafe import Markup

from airace import atomic, outputs, paths
from airace.scenarios import DEFAULT

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
    """A site of one scenario; ``navigation`` are the addresses that its pages link on top."""

    scenario: str
    navigation: dict[str, str]

    @property
    def folder(self) -> Path:
        """``build/site``; of a scenario other than the default ``build/<scenario>/site``."""
        return folder(self.scenario)

    @property
    def figures(self) -> Path:
        """Where the pictures, values and records of this scenario lie."""
        return outputs.figures(self.scenario)

    @property
    def processed(self) -> Path:
        """Where the tables of this scenario lie."""
        return outputs.processed(self.scenario)

    def write(
        self, address: str, template: str, scripts: tuple[str, ...] = (), data: dict | None = None, **content: object
    ) -> None:
        """Write a page.

        ``address`` is its path from the site's root, with forward slashes; ``scripts`` are names of
        files in ``assets/``; ``data`` are objects for the scripts, by element id; ``content`` goes to
        the template, which extends ``base.html`` and gets ``root``, the way up to the site's root.
        """
        style = asset(STYLE)
        codes = [asset(name) for name in scripts]
        text = _environment().get_template(template).render(
            root="../" * address.count("/"),
            address=address,
            site=self,
            default=self.scenario == DEFAULT,
            policy=policy(style, codes),
            style=Markup(style),
            scripts=[Markup(code) for code in codes],
            data={name: Markup(as_json(value)) for name, value in (data or {}).items()},
            **content,
        )
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


@functools.cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
