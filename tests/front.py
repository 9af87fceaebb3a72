"""A gateway in front of local Azure that answers some requests as no Azure would (broken.py)."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from fnmatch import fnmatch
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from tests.broken import Change, Sent

PATIENCE = 30.0  # seconds to wait for local Azure


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
