"""What may go wrong between the Hub and a live snapshot."""

from __future__ import annotations

from airace.errors import EXIT_DIFFERS, EXIT_REFUSED, AiraceError

# ``live_take`` puts the exact command in its place
RESUME = "airace snapshot hub --resume   (with the options that it began with)"


class HubError(AiraceError):
    """The Hub was asked and did not answer as it should; what came before is kept."""

    exit_code = EXIT_DIFFERS


class Unreachable(HubError):
    """No connection to the Hub, or it lets us not in."""

    exit_code = EXIT_REFUSED


class Passing(Exception):
    """A failure that may pass: ``seconds`` to wait if the Hub names them."""

    def __init__(self, reason: str, seconds: float | None = None, broken: bool = False):
        super().__init__(reason)
        self.seconds, self.broken = seconds, broken
