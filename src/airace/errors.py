"""Errors that say what was wanted, what was found, the valid choices and the next command."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

EXIT_DIFFERS = 1  # the work ran and something differs or failed
EXIT_REFUSED = 2  # the request or an input is wrong; nothing was started


class AiraceError(Exception):
    """Base of every error that a user may meet.

    The text is composed from up to four parts; ``exit_code`` is what the command line returns.
    """

    exit_code = EXIT_REFUSED

    def __init__(
        self,
        wanted: str,
        found: str = "",
        choices: Iterable[str] | str = (),
        next_command: str = "",
    ):
        self.wanted, self.found, self.next_command = wanted, found, next_command
        self.choices = choices if isinstance(choices, str) else ", ".join(choices)
        super().__init__(str(self))

    def __str__(self) -> str:
        parts = [
            ("", self.wanted),
            ("found: ", self.found),
            ("choices: ", self.choices),
            ("next: ", self.next_command),
        ]
        return "\n  ".join(label + text for label, text in parts if text)


class RequestError(AiraceError):
    """A parameter, notebook, scenario or option that cannot be accepted."""


class SnapshotError(AiraceError):
    """A raw snapshot that does not pass its own description, or may not be written."""


class LedgerError(AiraceError):
    """Evidence that does not fit the ledger of printed statements."""


class FigureError(AiraceError):
    """A picture that may not be published as it is."""


class BuildError(AiraceError):
    """A notebook that ran and failed."""

    exit_code = EXIT_DIFFERS


def nearest(name: str, known: Iterable[str]) -> str:
    """Return ``"did you mean 'x'?"`` for the closest known name, or an empty string."""
    match = difflib.get_close_matches(name, list(known), n=1, cutoff=0.4)
    return f"did you mean {match[0]!r}?" if match else ""
