"""Goes through the pages of the Hub's listing, unit by unit, and knows when a unit is complete.

A page names the next one in its Link header. Without one it may be the last; the header may also have
been lost. What tells them apart:

- A page that is shorter than the Hub's pages ends a namespace.
- Any other page without a next link (a full one, an empty one, the last one of the whole Hub) is asked
  for again. If there is still none, the same place (or, for an empty page, the one before) is asked for
  with one model less to the page: then there must be a next link, and what it leads to must hold known
  models alone. If there is more, or no link, nobody knows the end, and the listing fails.

The newest models come first and the time of creation never changes, so that models made meanwhile
stay out and move nothing. A model that comes twice all the same is kept once (see ``live_tables``).
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from airace.hub import Hub, Reply
from airace.hub_errors import RESUME, HubError
from airace.live_pages import Unit, Writer
from airace.live_progress import Progress
from airace.live_rows import plain

WHOLE = "_all"  # name of the unit of the whole Hub; no namespace begins with an underscore
STEPS = 3  # requests after which a probe must have come to the end
NAMESPACE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}")


class Listing:
    """Lists units; ``longest`` is the largest number of models on a page that had a next one."""

    def __init__(self, hub: Hub, writer: Writer, progress: Progress):
        self.hub, self.writer, self.progress = hub, writer, progress
        self.longest = hub.settings.page_size

    def run(self, unit: Unit) -> None:
        """Ask for the pages of a unit that are not kept yet.

        Raises HubError if a page does not come, or if the end cannot be told.
        """
        author = None if unit.name == WHOLE else unit.name
        heads = [head for head, _ in unit.pages(bodies=False)]
        seen, rows = {head["url"] for head in heads}, sum(head["rows"] for head in heads)
        self._learn(heads)
        before = heads[-1]["url"] if heads else None
        url = heads[-1]["next"] if heads else self.hub.address(author)
        while url is not None:  # a page without a next link was kept only once it was the last
            if url in seen:
                wanted = f"wanted another page of {unit.name} after page {len(seen)}"
                raise HubError(wanted, "a next link to a page that was there", next_command=RESUME)
            reply = self._page(url, author, before)
            before = url
            seen.add(url)
            rows += len(reply.models)
            self.writer.keep(unit, len(seen), reply)
            self._learn([{"next": reply.next, "rows": len(reply.models)}])
            self.progress.page(len(reply.models), self.hub.budget)
            url = reply.next
        self.writer.complete(unit, len(seen), rows)

    def _learn(self, heads: list[dict]) -> None:
        """The Hub may put fewer models on a page than were asked for."""
        sizes = [head["rows"] for head in heads if head["next"] and head["rows"]]
        self.longest = min([self.longest, *sizes])

    def _page(self, url: str, author: str | None, before: str | None) -> Reply:
        """One page; ``before`` is the address of the page before it, if there is one."""
        reply = self.hub.get(url)
        if reply.next is None and not self._short(reply, author):
            reply = self.hub.get(url)  # once more: the link may have been lost on the way
            if reply.next is None and not self._last(reply, author, before):
                raise _endless(author or "the whole Hub")
        return _of(author, reply)

    def _short(self, reply: Reply, author: str | None) -> bool:
        return author is not None and 0 < len(reply.models) < self.longest

    def _last(self, reply: Reply, author: str | None, before: str | None) -> bool:
        """Whether nothing comes after a page without a next link, seen from another place."""
        if self._short(reply, author):
            return True
        known, start = _ids(reply), reply
        if len(reply.models) < 2 and before:  # one model less is no page: go back to the one before
            start = self.hub.get(before)
            known |= _ids(start)
        if len(start.models) < 2:
            return True  # of the whole listing, there is nothing else to go by
        rest = self.hub.get(_with_limit(start.url, len(start.models) - 1))
        for _ in range(STEPS):
            if rest.next is None:
                return False
            rest = self.hub.get(rest.next)
            if not _ids(rest) <= known:
                return False
            if rest.next is None:
                return True
        return False


def _of(author: str | None, reply: Reply) -> Reply:
    """Refuse a page with models of another namespace: the Hub has lost the filter."""
    for model in reply.models if author else []:
        name = str(model.get("id")) if isinstance(model, dict) else ""
        if "/" in name and name.partition("/")[0].casefold() != author.casefold():
            wanted = f"wanted models of {author} alone"
            raise HubError(wanted, plain(name), next_command=RESUME)
    return reply


def _ids(reply: Reply) -> set[str]:
    return {str(model.get("id")) for model in reply.models if isinstance(model, dict)}


def _with_limit(url: str, limit: int) -> str:
    parts = urlsplit(url)
    query = [pair for pair in parse_qsl(parts.query) if pair[0] != "limit"]
    return parts._replace(query=urlencode([*query, ("limit", str(limit))])).geturl()


def _endless(what: str) -> HubError:
    return HubError(
        f"wanted a link to the next page of {what}, or a page that is the last one",
        "a page without a link, and more models after it, or no way to tell",
        next_command=RESUME,
    )
