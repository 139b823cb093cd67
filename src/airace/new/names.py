"""How figures, topics and statements are called, and the nearest valid name to one that is not."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from airace.errors import RequestError


@dataclass(frozen=True)
class Rule:
    """What is named, which letters a word of it may have, what joins the words, and an example."""

    what: str
    letters: str
    joint: str
    example: str

    def check(self, name: str) -> str:
        """Return the name. Raises RequestError, with the nearest valid one, if it breaks the rule."""
        word = f"[{self.letters}]+"
        first = "(?![0-9])" if self.joint == "_" else ""  # a topic is a word of Python, too
        if re.fullmatch(f"{first}{word}({self.joint}{word})*", name):
            return name
        kinds = "lower-case letters and digits" if "0" in self.letters else "lower-case letters"
        wanted = f"wanted {self.what} of {kinds}, words joined by {self.joint!r}, got {name!r}"
        raise RequestError(wanted, f"did you mean {self.nearest(name)!r}?")

    def nearest(self, name: str) -> str:
        """Return the nearest valid name, or the example where nothing of the name can be kept."""
        plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
        made = re.sub(f"[^{self.letters}]+", self.joint, plain).strip(self.joint)
        return (made.lstrip("0123456789_") if self.joint == "_" else made) or self.example


FIGURE = Rule("the name of a figure", "a-z", "-", "my-question")  # as the ledger names notebooks
TOPIC = Rule("a topic", "a-z0-9", "_", "my_topic")
CLAIM = Rule("the id of a statement", "a-z0-9", "-", "my-statement")


def column(header: str) -> str:
    """Return the name that a column of a reader's file gets: lower case, words joined by ``_``.

    Letters of every script are kept. Empty where the header holds none, and no name that begins with
    a digit is made.

    >>> from airace.new.names import column
    >>> column("Price (USD)")
    'price_usd'
    """
    made = re.sub(r"\W+", "_", unicodedata.normalize("NFC", header).lower()).strip("_")
    return "" if made[:1].isdigit() else made
