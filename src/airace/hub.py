"""Asks the Hugging Face Hub for one page of its listing of models, and does not give up early.

``huggingface_hub`` supplies session, endpoint, token and the reading of the rate limit. The loop is our
own, because the library's ends after six tries, takes a page without a next link for the end, and
follows redirects. A reply counts only if it is whole: status 200, read to its end in time, a JSON
array. Whatever else comes is asked for again, until ``Settings.patience`` has passed.

The token goes to the endpoint and to no other host, and into no file, message or error.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit

import httpx2  # huggingface_hub's own HTTP client: its errors have no other names
from huggingface_hub import constants
from huggingface_hub.errors import OfflineModeIsEnabled
from huggingface_hub.utils import RateLimitInfo, get_session

from airace import hub_headers
from airace.hub_errors import RESUME, HubError, Passing, Unreachable
from airace.live_rows import plain

PATH = "/api/models"
SORT = "createdAt"  # never changes and the newest come first: what is added meanwhile moves no page
EXPAND = [  # what a listing may be asked for; baseModels it may not, but the tags name them
    *(
        "createdAt",
        "downloads",
        "downloadsAllTime",
        "gated",
        "lastModified",
        "library_name",
        "likes",
    ),
    *("pipeline_tag", "private", "safetensors", "tags"),
]
AGAIN = (408, 429)  # and every 5xx
CONNECT = 20  # seconds for a connection
LARGEST_BODY = 1 << 28  # bytes; a page of a thousand models has about one million


@dataclass(frozen=True)
class Settings:
    """How to ask: models on a page, and seconds or tries until something happens."""

    page_size: int = 1000  # the Hub serves no more
    deadline: float = 120  # for a reply, from the request to its last byte
    patience: float = 1800  # for a page, from its first request to the last failed one
    broken: int = 8  # replies for a page that came whole and made no sense
    first_wait: float = 1  # doubled with each failure, where the Hub names no time
    longest_wait: float = 60


SETTINGS = Settings()


@dataclass(frozen=True)
class Reply:
    """A whole page: the body as it came, its models, the address of the next page if one is named."""

    url: str
    body: bytes
    models: list
    next: str | None
    received: datetime


class Hub:
    """The endpoint of ``HF_ENDPOINT``, or another one. ``tell`` is given a line for each failure."""

    def __init__(
        self,
        settings: Settings,
        endpoint: str | None = None,
        tell: Callable[[str], None] = lambda line: None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ):
        self.settings, self.tell, self.now = settings, tell, now
        self.endpoint = _checked(endpoint)
        self.headers = hub_headers.sent()
        if not all(value.isascii() and value.isprintable() for value in self.headers.values()):
            raise Unreachable("wanted a token that a header can hold", "other characters in it")
        self.budget: RateLimitInfo | None = None  # as of the last reply
        self.reached = False
        self._free_at = 0.0  # monotonic time before which the Hub wants no request

    @property
    def anonymous(self) -> bool:
        """Whether no token is sent."""
        return "authorization" not in self.headers

    def address(self, author: str | None = None) -> str:
        """Address of the first page of all models, or of one namespace."""
        query = [("author", author)] if author else []
        query += [("sort", SORT), ("limit", str(self.settings.page_size))]
        return f"{self.endpoint}{PATH}?{urlencode(query + [('expand', name) for name in EXPAND])}"

    def get(self, url: str) -> Reply:
        """Return one page. Raises HubError if none comes within the patience, or none ever will."""
        self._own(url)
        begun, least, broken = time.monotonic(), self.settings.first_wait, 0
        wait = least
        while True:
            self._rest()
            try:
                return self._ask(url)
            except Passing as failure:
                pause = wait if failure.seconds is None else max(least, failure.seconds)
                wait = min(2 * wait, self.settings.longest_wait)
                broken += failure.broken
                spent = time.monotonic() - begun
                late = spent + pause > self.settings.patience
                if late or broken >= self.settings.broken:
                    asked = f"; it asks to wait {pause:,.0f} s" if failure.seconds else ""
                    raise HubError(
                        f"wanted a page of models from {self.endpoint}, and asked for {spent:,.0f} s",
                        f"{failure}{asked}",
                        next_command=RESUME,
                    ) from None
                self.tell(f"{failure}; asking again in {pause:.0f} s")
                time.sleep(pause)

    def _rest(self) -> None:
        """Wait until the Hub takes requests again, where nothing was left of the rate limit."""
        seconds = self._free_at - time.monotonic()
        if seconds > self.settings.patience:
            found = f"it takes no request for {seconds:,.0f} s"
            raise HubError(f"wanted a page of models from {self.endpoint}", found, (), RESUME)
        time.sleep(max(0.0, seconds))

    def _ask(self, url: str) -> Reply:
        limit = self.settings.deadline
        end, timeout = time.monotonic() + limit, httpx2.Timeout(limit, connect=min(limit, CONNECT))
        try:
            with get_session().stream(
                "GET", url, headers=self.headers, follow_redirects=False, timeout=timeout
            ) as response:
                self.reached = True
                self._admit(response)
                body = _read(response, end)
                link = response.links.get("next", {}).get("url")
        except OfflineModeIsEnabled:
            raise Unreachable(
                "wanted the Hub", "HF_HUB_OFFLINE is set", next_command="unset HF_HUB_OFFLINE"
            ) from None
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
            if self.reached:
                raise Passing(f"no connection: {plain(error)}") from None
            raise Unreachable(
                f"wanted a connection to {self.endpoint}",
                plain(error),
                next_command="check the network, HF_ENDPOINT and the proxy settings, then run it again",
            ) from None
        except httpx2.TimeoutException:
            raise Passing(f"no whole reply within {limit:g} s") from None
        except (httpx2.RequestError, httpx2.InvalidURL) as error:  # reset, cut off, badly packed
            raise Passing(f"the reply broke off: {plain(error)}") from None
        return self._reply(url, body, link)

    def _admit(self, response: httpx2.Response) -> None:
        """Raise for every status but 200, and note what is left of the rate limit."""
        status, headers = response.status_code, response.headers
        budget = hub_headers.budget(headers)
        self.budget = budget or self.budget
        if budget and budget.remaining == 0:
            self._free_at = time.monotonic() + budget.reset_in_seconds
        if status in AGAIN or status >= 500:
            seconds = hub_headers.retry_after(headers, self.now())
            spent = status == 429 and budget is not None and budget.remaining == 0
            raise Passing(f"HTTP status {status}", budget.reset_in_seconds if spent else seconds)
        if status in (401, 403):
            wanted = f"wanted to list models at {self.endpoint}"
            raise Unreachable(
                wanted, f"HTTP status {status}", next_command="unset HF_TOKEN, or: hf auth login"
            )
        if status != 200:
            host = plain(headers.get("location", "").partition("?")[0]) if status < 400 else ""
            to = f", to {host}, which was not asked" if host else ""
            wanted = f"wanted models at {self.endpoint}{PATH}"
            raise HubError(wanted, f"HTTP status {status}{to}", next_command="check HF_ENDPOINT")

    def _reply(self, url: str, body: bytes, link: str | None) -> Reply:
        token = self.headers.get("authorization", "").removeprefix("Bearer ").encode()
        if len(token) > 8 and token in body + (link or "").encode():
            raise HubError("wanted models", "a reply that repeats your token; it was not kept")
        try:
            models = json.loads(body)
        except (ValueError, RecursionError) as error:
            reason = f"no JSON in {len(body):,} bytes: {plain(error)}"
            raise Passing(reason, broken=True) from None
        if not isinstance(models, list):
            raise Passing(f"JSON that is no array: {plain(body[:80])}", broken=True)
        if link is not None:
            self._own(link)
        return Reply(url, body, models, link, self.now())

    def _own(self, url: str) -> None:
        """Refuse an address that is not the endpoint's listing: it may not see the token."""
        try:
            ours, theirs = urlsplit(self.endpoint + PATH), urlsplit(url)
            same = all(getattr(ours, p) == getattr(theirs, p) for p in ("scheme", "netloc", "path"))
        except ValueError:
            same = False
        if not same:
            wanted = f"wanted the next page at {self.endpoint}{PATH}"
            found = f"{plain(url.partition('?')[0])}; it was not asked"
            raise HubError(wanted, found, next_command=RESUME)


def _checked(endpoint: str | None) -> str:
    """Return an address without a slash at its end. Raises HubError for one with a password."""
    url = (endpoint or constants.ENDPOINT).rstrip("/")
    try:
        parts = urlsplit(url)
        fits = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc
    except ValueError:
        fits = False
    if not fits:
        found = plain(url.rpartition("@")[2])
        raise Unreachable("wanted http(s)://host in HF_ENDPOINT, without a user or password", found)
    return url


def _read(response: httpx2.Response, end: float) -> bytes:
    """Read the body; the client's own timeout is for each piece, this one for all of them."""
    parts, size = [], 0
    for part in response.iter_bytes():
        parts.append(part)
        size += len(part)
        if time.monotonic() > end:
            raise httpx2.ReadTimeout("the reply came too slowly")
        if size > LARGEST_BODY:
            raise Passing(f"a reply of more than {LARGEST_BODY >> 20} MiB", broken=True)
    return b"".join(parts)
