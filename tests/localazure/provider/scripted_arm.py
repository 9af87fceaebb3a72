"""An ARM endpoint that answers by a script, so that a test decides every answer."""

from __future__ import annotations

import json
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any = None
    """Bytes go out as they are, everything else as JSON."""
    headers: dict[str, str] = field(default_factory=dict)

    def content(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return b"" if self.body is None else json.dumps(self.body).encode()


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    api_version: str
    authorization: str
    body: Any


class ScriptedArm:
    """Answers each request with the next answer for it; the last one serves for ever.

    A request without a script gets ARM's 404, so that a create needs none for its first look.
    """

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self._scripts: dict[tuple[str, str], list[Answer]] = defaultdict(list)
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self.script("GET", "/metadata/endpoints", Answer(200, {"resourceManager": f"{self.base}/"}))

    def __enter__(self) -> ScriptedArm:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def script(self, method: str, path: str, *answers: Answer) -> None:
        self._scripts[method, path].extend(answers)

    def made(self) -> list[str]:
        """`METHOD path` of every request to resources, in order."""
        return [
            f"{request.method} {request.path}"
            for request in self.requests
            if not request.path.startswith("/metadata")
        ]

    def wait_for(self, line: str, seconds: float = 30) -> None:
        """Waits until a request, as `made` prints it, has come in."""
        deadline = time.monotonic() + seconds
        while line not in self.made():
            assert time.monotonic() < deadline, f"no {line} within {seconds} s"
            time.sleep(0.01)

    def body_of(self, method: str) -> Any:
        """The body of the one request with this method."""
        (request,) = (found for found in self.requests if found.method == method)
        return request.body

    def _answer(self, request: Request) -> Answer:
        with self._lock:
            self.requests.append(request)
            script = self._scripts[request.method, request.path]
            if not script:
                error = {"code": "ResourceNotFound", "message": f"{request.path} was not found."}
                return Answer(404, {"error": error})
            return script.pop(0) if len(script) > 1 else script[0]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        arm = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def serve(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                text = self.rfile.read(length)
                parts = urlsplit(self.path)
                answer = arm._answer(
                    Request(
                        self.command,
                        parts.path,
                        "".join(parse_qs(parts.query).get("api-version", [])),
                        self.headers.get("Authorization", ""),
                        json.loads(text) if text else None,
                    )
                )
                self.send(answer)

            def send(self, answer: Answer) -> None:
                text = answer.content()
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value.replace("BASE", arm.base))
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_: object) -> None:
                return

            do_GET = do_PUT = do_PATCH = do_POST = do_DELETE = serve

        return Handler
