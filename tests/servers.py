"""Starts local Azure for tests, and talks to it."""

from __future__ import annotations

import json
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from localazure.process import LOG, Server, files
from localazure.server.serve import serving_here

PATIENCE = 20.0  # seconds to wait for an answer


@dataclass(frozen=True, slots=True)
class Reply:
    """Status, headers (names in lower case) and parsed body of one answer."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def code(self) -> str | None:
        """The ARM error code; none for a success."""
        error = self.body.get("error") if isinstance(self.body, dict) else None
        return error["code"] if error else None


class LocalAzure:
    """A running server, in this process: `url`, `port`, `requests()`, and a plain client in `call`.

    Its own process is tested in tests/localazure/server/test_serve.py.
    """

    def __init__(self, estate: Path, **options: object) -> None:
        """Starts it; options are those of `serve` without their dashes: `state`, `role`, …"""
        self._ending = ExitStack()
        folder = self._ending.enter_context(tempfile.TemporaryDirectory(prefix="localazure-"))
        self.log = Path(folder) / "requests.jsonl"
        arguments = {"port": 0, "estate": estate, "log": self.log, **options}
        words = [
            word
            for name, value in arguments.items()
            for word in ([f"--{name}"] if value is True else [f"--{name}", str(value)])
        ]
        self.port = self._ending.enter_context(serving_here(words))
        self.url = f"http://127.0.0.1:{self.port}"

    def requests(self) -> list[dict[str, Any]]:
        """The requests so far: method, path, query, status and error code of each."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        version: str | None = None,
        token: str | None = "any",
    ) -> Reply:
        """One request; `path` may be a whole URL of this server, as polling headers have it."""
        parts = urlsplit(path)
        query = "&".join(
            part for part in (parts.query, f"api-version={version}" if version else "") if part
        )
        target = f"{self.url}{parts.path}{'?' if query else ''}{query}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(target, data=data, method=method)
        if token is not None:
            request.add_header("Authorization", f"Bearer {token}")
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as response:
                return _reply(response.status, response.headers, response.read())
        except urllib.error.HTTPError as error:
            with error:
                return _reply(error.code, error.headers, error.read())

    def stop(self) -> None:
        """Ends it, once its state is saved."""
        self._ending.close()


@contextmanager
def serving(estate: Path, folder: Path, *options: str) -> Iterator[Server]:
    """Local Azure in this process, with the arguments and files of `localazure.process.serving`."""
    with serving_here(["--port", "0", *files(estate, folder), *options]) as port:
        yield Server(port, folder / LOG)


def _reply(status: int, headers: Any, content: bytes) -> Reply:
    plain = "json" not in headers.get("content-type", "")
    body: Any = None
    if content:
        body = content.decode() if plain else json.loads(content)
    return Reply(status, {name.lower(): value for name, value in headers.items()}, body)
