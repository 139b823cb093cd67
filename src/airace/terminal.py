"""Makes text of unknown origin fit for a terminal: what would command it or deceive the eye is spelt out."""

from __future__ import annotations


def shown(text: object) -> str:
    """Return the text with every character that is not printable as a Python escape.

    That covers escape sequences and other control characters, line ends, and marks that turn the
    direction of writing or take no room. A backslash of the text itself is doubled, so that what was
    spelt out can be told from what was there.
    """
    return "".join(_spelt(character) for character in str(text))


def _spelt(character: str) -> str:
    if character == "\\" or not character.isprintable():
        return character.encode("unicode_escape", "surrogatepass").decode("ascii")
    return character
