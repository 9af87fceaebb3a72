"""A gateway in front of local Azure that answers some requests as no Azure would.

A proxy's page, half a body, a link to another host: each a function from the true answer to what is
sent in its place.
"""

from __future__ import annotations

import gzip
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

PATIENCE = 30.0  # seconds to wait for local Azure
PAGE = b"<html><head><title>Sign in to Contoso ##vso[x]</title></head><body>\xa0</body></html>"
HTML = {"Content-Type": "text/html; charset=utf-8"}


@dataclass(frozen=True)
class Sent:
    """An answer; ``elsewhere`` is the URL of a host that must never hear of a token.

    With ``drip`` the body goes byte by byte, that many seconds apart; ``length`` is what the header
    says in place of the true one.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    elsewhere: str = ""
    url: str = ""
    drip: float = 0.0
    length: str | None = None

    @property
    def json(self) -> Any:
        """The body, parsed; an object where there is none."""
        return json.loads(self.body) if self.body else {}

    def saying(self, document: object) -> Sent:
        """The same with another document in it."""
        return replace(self, body=json.dumps(document).encode())


Change = Callable[[Sent], Sent]


def _page(status: int) -> Change:
    return lambda sent: replace(sent, status=status, headers=HTML, body=PAGE)


def _body(body: bytes) -> Change:
    return lambda sent: replace(sent, body=body)


def _rows(document: Any) -> list[Any]:
    held = document.get("value", document.get("data", [])) if isinstance(document, dict) else []
    return held if isinstance(held, list) else []


def _in_rows(change: Callable[[Any], object]) -> Change:
    """Changes each row of a page, or the document where it is no page."""

    def changed(sent: Sent) -> Sent:
        document = sent.json
        for row in _rows(document) or [document]:
            change(row)
        return sent.saying(document)

    return changed


def _every_member(value: object) -> Change:
    """Each member of the document, `value` and `data` among them, is of one and the same value."""

    def changed(sent: Sent) -> Sent:
        names = sent.json if isinstance(sent.json, dict) else ()
        return sent.saying(dict.fromkeys([*names, "value", "data", "id"], value))

    return changed


def _with(**members: Any) -> Change:
    return lambda sent: sent.saying({**sent.json, **members})


def _moved(target: Callable[[Sent], str]) -> Change:
    return lambda sent: replace(sent, status=302, headers={"Location": target(sent)}, body=b"")


def _headers(**headers: str) -> Change:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda sent: replace(sent, headers={**sent.headers, **named})


BROKEN: dict[str, Change] = {
    "a page with 200": _page(200),
    "a page with 403": _page(403),
    "a page with 404": _page(404),
    "a page with 502": _page(502),
    "nothing": _body(b""),
    "null": _body(b"null"),
    "a list": _body(b"[]"),
    "a list of objects": _body(b"[{}]"),
    "a text": _body(b'"ok"'),
    "an empty text": _body(b'""'),
    "a number": _body(b"42"),
    "an object of nothing": _body(b"{}"),
    "an error with 200": lambda sent: replace(
        sent, status=200, body=b'{"error": {"code": "Oops", "message": "not now"}}'
    ),
    "cut": lambda sent: replace(sent, body=sent.body[: len(sent.body) // 2]),
    "no UTF-8": lambda sent: replace(sent, body=b'{"name": "\xff\xfe"}'),
    "no number": _body(b'{"value": NaN, "data": NaN}'),
    "nested without end": _body(b"[" * 200_000),
    "members that are texts": _every_member("text"),
    "members that are numbers": _every_member(7),
    "members that are objects": _every_member({}),
    "members that are lists of null": _every_member([None]),
    "members that are lists of lists": _every_member([[]]),
    "gzip that is none": _headers(Content_Encoding="gzip"),
    "longer than it is": lambda sent: replace(sent, length=str(len(sent.body) + 1000)),
    "a length in words": lambda sent: replace(sent, length="soon"),
    "a redirect to another host": _moved(lambda sent: f"{sent.elsewhere}/there"),
    "a redirect to itself": _moved(lambda sent: sent.url),
    "a redirect to nowhere": _moved(lambda sent: "http://[::1"),
    "no content": lambda sent: replace(sent, status=204, body=b""),
}
"""Answers that no endpoint may give."""

BROKEN_ROWS: dict[str, Change] = {
    "rows without id": _in_rows(lambda row: row.pop("id", None)),
    "rows with ids of nothing": _in_rows(lambda row: row.update(id="")),
    "rows with ids that are none": _in_rows(lambda row: row.update(id="@127.0.0.2/x")),
    "rows with ids that are numbers": _in_rows(lambda row: row.update(id=7)),
    "rows with half a character": _in_rows(lambda row: row.update(name="\ud800")),
    "rows whose names are lists": _in_rows(lambda row: row.update(name=["x"])),
    "rows whose tags are a list": _in_rows(lambda row: row.update(tags=["x"])),
}
"""Answers that no list of resources may give."""

BROKEN_PAGES: dict[str, Change] = {
    "a next page that is itself": lambda sent: _with(nextLink=sent.url)(sent),
    "a next page that is itself without a host": lambda sent: _with(
        nextLink=sent.url.replace("http://", "").partition("/")[1] + sent.url.split("/", 3)[3]
    )(sent),
    "a next page on another host": lambda sent: _with(nextLink=f"{sent.elsewhere}/next")(sent),
    "a next page at another port by name": lambda sent: _with(
        nextLink=sent.url.replace("127.0.0.1", "localhost")
    )(sent),
    "a next page that is a number": _with(nextLink=7),
    "a next page that is no URL": _with(nextLink="http://[::1"),
}
"""Pages of ARM's after which there is no right way on."""

HARMLESS: dict[str, Change] = {
    "another content type": _headers(Content_Type="image/png"),
    "no content type": lambda sent: replace(sent, headers={}),
    "a mark of byte order": lambda sent: replace(sent, body=b"\xef\xbb\xbf" + sent.body),
    "gzip": lambda sent: replace(
        sent,
        body=gzip.compress(sent.body),
        headers={**sent.headers, "Content-Encoding": "gzip"},
    ),
    "quota headers that are no numbers": _headers(
        x_ms_ratelimit_remaining_subscription_reads="many",
        x_ms_user_quota_remaining="-",
        x_ms_user_quota_resets_after="soon",
        Retry_After="soon",
    ),
}
"""Odd answers that say all that is needed."""


@dataclass
class Strike:
    """What a request is answered with, how often, and whether it has been."""

    method: str
    path: str
    change: Change
    times: int
    struck: int = field(default=0)

    def meets(self, method: str, path: str) -> bool:
        """Whether it is this request's turn."""
        fits = method == self.method and fnmatch(path.casefold(), self.path.casefold())
        return fits and self.struck < self.times


class Front(ThreadingHTTPServer):
    """The gateway; ``asked`` has method and path of each request."""

    daemon_threads = True

    def __init__(self, azure: str, elsewhere: str = "") -> None:
        """Listens on a free port, in front of the server with the URL ``azure``."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.azure = azure
        self.elsewhere = elsewhere
        self.strikes: list[Strike] = []
        self.asked: list[tuple[str, str]] = []

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end."""
        return f"http://127.0.0.1:{self.server_port}"

    def strike(self, method: str, path: str, change: Change, times: int = 1_000_000) -> Strike:
        """From here on this is what such requests are answered with; ``path`` is a glob."""
        self.strikes = [Strike(method, path, change, times)]
        return self.strikes[0]


class _Handler(BaseHTTPRequestHandler):
    server: Front
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        self.server.asked.append((self.command, path))
        sent = self._forwarded()
        for strike in self.server.strikes:
            if strike.meets(self.command, path):
                strike.struck += 1
                sent = strike.change(sent)
        with suppress(OSError):  # who has had enough hangs up
            self._send(sent)

    do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_GET

    def _forwarded(self) -> Sent:
        length = int(self.headers.get("Content-Length") or 0)
        data = self.rfile.read(length) if length else None
        request = urllib.request.Request(
            f"{self.server.azure}{self.path}", data=data, method=self.command
        )
        for name in ("Authorization", "Content-Type"):
            if name in self.headers:
                request.add_header(name, self.headers[name])
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as response:
                return self._as_ours(response.status, response.headers, response.read())
        except urllib.error.HTTPError as error:
            with error:
                return self._as_ours(error.code, error.headers, error.read())

    def _as_ours(self, status: int, headers: Any, body: bytes) -> Sent:
        """Local Azure's answer with this server's address wherever its own stands."""
        azure, own = self.server.azure, self.server.url
        skipped = ("content-length", "transfer-encoding", "connection", "date", "server")
        kept = {
            name: value.replace(azure, own)
            for name, value in headers.items()
            if name.casefold() not in skipped
        }
        body = body.replace(azure.encode(), own.encode())
        return Sent(status, kept, body, self.server.elsewhere, f"{own}{self.path}")

    def _send(self, sent: Sent) -> None:
        self.send_response(sent.status)
        for name, value in sent.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", sent.length or str(len(sent.body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        step = 1 if sent.drip else max(1, len(sent.body))
        for start in range(0, len(sent.body), step):
            self.wfile.write(sent.body[start : start + step])
            self.wfile.flush()
            time.sleep(sent.drip)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the tests look at ``asked``."""


class _Elsewhere(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.heard.append(self.headers.get("Authorization"))  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_POST = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the tests look at ``heard``."""


@contextmanager
def fronting(azure: str) -> Iterator[tuple[Front, list[str | None]]]:
    """A gateway in front of a server, and the authorizations that another host was sent."""
    elsewhere = ThreadingHTTPServer(("127.0.0.1", 0), _Elsewhere)
    heard: list[str | None] = []
    elsewhere.heard = heard  # type: ignore[attr-defined]
    front = Front(azure, f"http://127.0.0.1:{elsewhere.server_port}")
    for server in (elsewhere, front):
        Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield front, heard
    finally:
        for server in (front, elsewhere):
            server.shutdown()
            server.server_close()
