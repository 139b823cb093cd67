"""A small Hub for tests and benchmarks: the listing of models on 127.0.0.1, with faults on demand.

It pages, filters by author, returns what ``expand`` asks for, names the next page in a Link header and
what is left of the rate limit in its own, as the Hub's /api/models does. A fault is a name from
``FAULTS``, chosen for each request by a function of its number (from 1) and its query.

    python tests/hub_server.py 100000        (serves so many models, prints its address, until killed)
"""

from __future__ import annotations

import base64
import json
import random
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

DAY = datetime(2026, 11, 27, 12, tzinfo=UTC)  # the clock of the tests, whatever the real one says
CAP = 1000  # models on a page at most
LIMIT, WINDOW = 500, 300  # requests in so many seconds


def models(count: int, namespaces: list[str] | None = None, seed: int = 1) -> list[dict]:
    """Return models as the Hub has them, the newest first."""
    random_ = random.Random(seed)
    names = namespaces or [f"org-{n}" for n in range(max(1, count // 50))]
    made = []
    for number in range(count):
        namespace = names[number % len(names)]
        base = f"{random_.choice(names)}/base-{random_.randrange(50)}"
        relation = random_.choice(["finetune", "adapter", "quantized", "merge"])
        tags = ["transformers", "region:us", f"license:{random_.choice(['mit', 'apache-2.0'])}"]
        if number % 3 == 0:
            tags += [f"base_model:{base}", f"base_model:{relation}:{base}"]
        day = f"{2026 - number * 4 // count}-{12 - number % 12:02}"
        day = min(day, "2026-10")
        made.append(
            {
                "_id": f"{number:024x}",
                "id": f"{namespace}/model-{number}",
                "createdAt": f"{day}-{1 + number % 28:02}T10:00:00.000Z",
                "lastModified": "2026-11-01T08:00:00.000Z",
                "downloads": random_.randrange(10**6),
                "downloadsAllTime": 10**6 + random_.randrange(10**9),
                "likes": random_.randrange(1000),
                "pipeline_tag": random_.choice(["text-generation", "image-text-to-text"]),
                "library_name": "transformers",
                "gated": random_.choice([False, False, "auto", "manual"]),
                "private": False,
                "safetensors": {"parameters": {"BF16": 7 * 10**9}, "total": 7 * 10**9 + number},
                "tags": tags,
                "siblings": [{"rfilename": "not asked for"}],
            }
        )
    return sorted(made, key=lambda model: (model["createdAt"], model["_id"]), reverse=True)


class HubServer:
    """Serves ``models`` from a thread until closed. ``requests`` holds (query, headers) of each."""

    def __init__(
        self,
        models: list[dict],
        fault: Callable[[int, dict], str | None] = lambda number, query: None,
        cap: int = CAP,
    ):
        self.models, self.fault, self.cap = models, fault, cap
        self.requests: list[tuple[dict, dict]] = []
        self.page = lambda query, rows: rows  # a test may change the models of a page
        self.strays: list[str] = []  # paths that were asked for beside the listing
        self.lock = threading.Lock()
        self.texts: dict[int, bytes] = {}
        self.released = threading.Event()  # ends what hangs
        self.server = Quiet(("127.0.0.1", 0), type("Bound", (Handler,), {"hub": self}))
        self.server.daemon_threads = True
        self.endpoint = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self.released.set()
        self.server.shutdown()
        self.server.server_close()

    def rows(self, query: dict) -> tuple[list[dict], str | None]:
        """Models of a page, and the cursor of the next one if there is one."""
        author = query.get("author", [""])[0].casefold()
        found = self.models
        if author:
            found = [m for m in found if m["id"].partition("/")[0].casefold() == author]
        start = int(base64.b64decode(query["cursor"][0])) if "cursor" in query else 0
        limit = min(int(query.get("limit", [self.cap])[0]), self.cap)
        end = start + limit
        cursor = base64.b64encode(str(end).encode()).decode() if end < len(found) else None
        return found[start:end], cursor

    def text(self, model: dict, expand: tuple[str, ...]) -> bytes:
        """The model as JSON with the properties asked for; made once."""
        key = hash((id(model), expand))
        if key not in self.texts:
            chosen = {k: v for k, v in model.items() if k in ("_id", "id", *expand)}
            self.texts[key] = json.dumps(chosen, separators=(",", ":")).encode()
        return self.texts[key]


class Quiet(ThreadingHTTPServer):
    """Says nothing of clients that were killed."""

    def handle_error(self, *arguments: object) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(*arguments)


class Handler(BaseHTTPRequestHandler):
    """Answers one request; the class made in ``HubServer`` knows its ``hub``."""

    hub: HubServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *arguments: object) -> None:
        pass

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        if urlsplit(self.path).path != "/api/models":
            self.hub.strays.append(self.path)
            return self.error(404)
        with self.hub.lock:
            self.hub.requests.append((query, dict(self.headers)))
            number = len(self.hub.requests)
        fault = self.hub.fault(number, query)
        rows, cursor = self.hub.rows(query)
        rows = self.hub.page(query, rows)
        body = rows  # a test may give the body itself
        if not isinstance(rows, bytes):
            expand = tuple(query.get("expand", ()))
            body = b"[" + b",".join(self.hub.text(row, expand) for row in rows) + b"]"
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "RateLimit": f'"api";r={LIMIT - number % LIMIT};t={WINDOW // 2}',
            "RateLimit-Policy": f'"fixed window";"api";q={LIMIT};w={WINDOW}',
        }
        if cursor:
            kept = [p for p in parse_qsl(urlsplit(self.path).query) if p[0] != "cursor"]
            page = f"{self.hub.endpoint}/api/models?{urlencode([*kept, ('cursor', cursor)])}"
            headers["Link"] = f'<{page}>; rel="next"'
        FAULTS[fault](self, body, headers)

    def reply(
        self, body: bytes, headers: dict, status: int = 200, length: int | None = None
    ) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(length or len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def drop(self) -> None:
        self.close_connection = True

    def reset(self, *_: object) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.wfile = self.rfile  # nothing may be flushed into a closed connection
        self.drop()

    def error(self, status: int, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.reply(b'{"error":"as asked"}', named, status)

    def cut(self, body: bytes, headers: dict) -> None:
        self.reply(body[: len(body) // 2], headers, length=len(body))
        self.drop()

    def hang(self, *_: object) -> None:
        self.hub.released.wait(30)
        self.drop()

    def drip(self, body: bytes, headers: dict) -> None:
        self.reply(b"", headers, length=len(body))
        for byte in body:
            if self.hub.released.wait(0.05):
                break
            try:
                self.wfile.write(bytes([byte]))
            except OSError:
                break
        self.drop()

    def without_link(self, body: bytes, headers: dict) -> None:
        self.reply(body, {name: value for name, value in headers.items() if name != "Link"})


def _elsewhere(handler: Handler, body: bytes, headers: dict) -> None:
    link = headers.get("Link", "").replace("127.0.0.1", "localhost")
    handler.reply(body, headers | {"Link": link})


FAULTS: dict[str | None, Callable[[Handler, bytes, dict], None]] = {
    None: lambda h, body, headers: h.reply(body, headers),
    "429": lambda h, *_: h.error(429),
    "429 and wait": lambda h, *_: h.error(429, Retry_After="1"),
    "429 and a date": lambda h, *_: h.error(
        429, Retry_After=formatdate(DAY.timestamp() + 2, usegmt=True)
    ),
    "429 and the limit": lambda h, *_: h.error(429, RateLimit='"api";r=0;t=1'),
    "429 for a week": lambda h, *_: h.error(429, Retry_After="604800"),
    "nothing left": lambda h, body, headers: h.reply(
        body, headers | {"RateLimit": '"api";r=0;t=1'}
    ),
    "nothing left for a week": lambda h, body, headers: h.reply(
        body, headers | {"RateLimit": '"api";r=0;t=604800'}
    ),
    "digits": lambda h, body, headers: h.reply(
        body, headers | {"RateLimit": f'"api";r=0;t={"9" * 5000}', "Retry-After": "9" * 5000}
    ),
    "500": lambda h, *_: h.error(500),
    "503": lambda h, *_: h.error(503, Retry_After="0"),
    "401": lambda h, *_: h.error(401),
    "404": lambda h, *_: h.error(404),
    "reset": Handler.reset,
    "cut": Handler.cut,
    "hang": Handler.hang,
    "drip": Handler.drip,
    "broken": lambda h, body, headers: h.reply(body[: len(body) // 2], headers),
    "an object": lambda h, body, headers: h.reply(b'{"error":"busy"}', headers),
    "empty": lambda h, body, headers: h.without_link(b"[]", headers),
    "one model": lambda h, body, headers: h.without_link(
        body[: body.index(b"},{") + 1] + b"]", headers
    ),
    "empty with a link": lambda h, body, headers: h.reply(b"[]", headers),
    "no link": Handler.without_link,
    "link elsewhere": _elsewhere,
    "redirect": lambda h, body, headers: h.error(302, Location="http://localhost:9/api/models"),
    "itself": lambda h, body, headers: h.reply(
        body, headers | {"Link": f'<{h.hub.endpoint}{h.path}>; rel="next"'}
    ),
}


if __name__ == "__main__":
    served = HubServer(models(int(sys.argv[1])))
    print(served.endpoint, flush=True)
    threading.Event().wait()
