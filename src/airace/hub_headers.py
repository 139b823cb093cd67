"""What is said to the Hub in headers, and how long its own ask to wait."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

from huggingface_hub import __version__, constants, get_token
from huggingface_hub.utils import RateLimitInfo, parse_ratelimit_headers

import airace

SENSIBLE = 10**9  # a request or second more than this is none


def sent() -> dict[str, str]:
    """Who asks. The library's ``build_hf_headers`` would first fetch a list of agents from the
    endpoint, for its telemetry, and end with an AttributeError where that is no JSON object.
    """
    headers = {"user-agent": f"airace/{airace.__version__}; hf_hub/{__version__}"}
    token = None if constants.HF_HUB_DISABLE_IMPLICIT_TOKEN else get_token()
    return headers | ({"authorization": f"Bearer {token}"} if token else {})


def budget(headers: Mapping[str, str]) -> RateLimitInfo | None:
    """What is left of the rate limit; None where the header is missing or makes no sense."""
    try:
        found = parse_ratelimit_headers(headers)
    except ValueError:  # more digits than Python reads
        return None
    given = [v for v in vars(found).values() if isinstance(v, int)] if found else []
    return found if given and max(given) < SENSIBLE else None


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that the header asks for, as a number or as a date; None if it says neither."""
    said = headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return float(said)
    try:
        return max(0.0, (parsedate_to_datetime(said) - now).total_seconds())
    except (ValueError, TypeError):  # no date, or one without a zone
        return None
