"""A stand-in for the two REST APIs that comments go through, as far as `scripts/comment` uses them.

GitHub: REST API, issue comments, with its Link header. Azure DevOps: pull request threads 7.1.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

TOKEN = "a-token"
REPOSITORY = "/repos/contoso/network"
THREADS = "/contoso/project-id/_apis/git/repositories/repository-id/pullRequests/7/threads"
GITHUB_PAGE = 2  # comments in one answer, so that a test sees more than one page


class PullRequests(ThreadingHTTPServer):
    """Comments of pull request 7, by number, on either host."""

    def __init__(self) -> None:
        """Listens on a free port."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.comments: dict[int, str] = {}
        self.statuses: list[int] = []

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end."""
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: PullRequests

    def do_GET(self) -> None:
        listed = sorted(self.server.comments.items())
        if self.path.startswith(THREADS):
            self._answer(200, {"value": [_thread(*found) for found in listed]})
            return
        page = int((re.search(r"[?&]page=(\d+)", self.path) or ["", "1"])[1])
        shown = listed[(page - 1) * GITHUB_PAGE : page * GITHUB_PAGE]
        following = f"{self.server.url}{self.path.split('?')[0]}?page={page + 1}"
        more = {"Link": f'<{following}>; rel="next"'} if page * GITHUB_PAGE < len(listed) else {}
        self._answer(200, [self._issue_comment(*found) for found in shown], more)

    def do_POST(self) -> None:
        body = self._body()
        number = max(self.server.comments, default=0) + 1
        text = body["comments"][0]["content"] if "comments" in body else body["body"]
        self.server.statuses.append(body.get("status", 0))
        self.server.comments[number] = text
        self._answer(201, {})

    def do_PATCH(self) -> None:
        body = self._body()
        pattern = r"/threads/(\d+)/comments/1\?" if "threads" in self.path else r"/comments/(\d+)$"
        found = re.search(pattern, self.path)
        assert found, self.path
        self.server.comments[int(found.group(1))] = body.get("content") or body["body"]
        self._answer(200, {})

    def _issue_comment(self, number: int, text: str) -> dict[str, str]:
        return {"url": f"{self.server.url}{REPOSITORY}/issues/comments/{number}", "body": text}

    def _body(self) -> Any:
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))

    def _answer(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        allowed = self.headers.get("Authorization") == f"Bearer {TOKEN}"
        content = json.dumps(body if allowed else {}).encode()
        self.send_response(status if allowed else 403)
        for name, value in {**(headers or {}), "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Keeps the output of the tests clean."""


def _thread(number: int, text: str) -> dict[str, Any]:
    return {"id": number, "comments": [{"id": 1, "content": text}]}


@contextmanager
def pull_requests() -> Iterator[PullRequests]:
    """A running stand-in, stopped at the end."""
    with PullRequests() as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
