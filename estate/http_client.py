"""HTTP requests of the whole program: bounded in time and size, and sent to no other host.

A request goes to https, or to 127.0.0.1. It carries a token, so a redirect is followed to the same
host alone. Throttled and failed requests are sent again, for as long as the answers ask for and no
longer than LONGEST; every longer wait is reported.
"""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from azure.core import PipelineClient
from azure.core.exceptions import AzureError
from azure.core.pipeline.policies import UserAgentPolicy
from azure.core.rest import HttpRequest

from estate import waits
from estate.errors import EstateError
from estate.response import BadResponseError, Response, address, joined, origin
from estate.waits import Say

SILENCE = 60  # seconds without a byte before a request is given up
WHOLE = 120.0  # seconds for an answer from the first byte of the request to the last of the answer
BIGGEST = 100_000_000  # bytes of an answer; Resource Graph's are no larger than 16 MB
HOPS = 3  # redirects
AGAIN = (408, 429, 500, 502, 503, 504)  # statuses that pass
REDIRECTS = (301, 302, 303, 307, 308)

# Their warnings are reported in one line here; without a handler it would go to stderr too.
for library in ("azure", "msal"):
    logging.getLogger(library).addHandler(logging.NullHandler())

_BROKEN = (
    AzureError,
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    OSError,
    ValueError,  # a header that is none, such as a Content-Length in words
)


@dataclass(frozen=True)
class HttpClient:
    """Asks with the policies that a request passes, such as one that adds a token, and headers."""

    say: Say
    policies: Sequence[Any] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def read(self, url: str, body: Mapping[str, Any] | None = None) -> Response:
        """The answer to a request, a POST where it has a body; sent again where that helps.

        Raises AnswerError where there is none.
        """
        waited = 0.0
        for pause in waits.PAUSES:
            answer = self._followed(url, body)
            if answer.status not in AGAIN:
                return answer
            wait = waits.asked_for(answer.headers) or pause
            waited += wait
            self._wait(answer, wait, waited)
        return self._followed(url, body)

    def write(self, method: str, url: str, body: object) -> Response:
        """The answer to a request that changes something, sent once. Raises AnswerError."""
        return self._once(method, url, body)

    def _wait(self, answer: Response, wait: float, waited: float) -> None:
        if waited > waits.LONGEST:
            raise BadResponseError(
                f"{answer.asked} was answered {answer.status}, to be asked again in {wait:.0f} "
                f"seconds; this run waits {waits.LONGEST:.0f} in all. Run it again after that "
                "time, or when fewer others ask Azure as this identity"
            )
        if wait >= waits.ANNOUNCED:
            self.say(
                f"{answer.asked} was answered {answer.status}; asking again in {wait:.0f} seconds"
            )
        time.sleep(wait)

    def _followed(self, url: str, body: Mapping[str, Any] | None) -> Response:
        """The answer after redirects on the same host, which a request without a body follows."""
        method = "GET" if body is None else "POST"
        for _ in range(HOPS):
            answer = self._patient(method, url, body)
            onward = joined(url, answer.headers.get("Location", url))
            leads = answer.status in REDIRECTS and body is None and onward != url
            if not leads or origin(onward) != origin(url):
                return answer
            url = onward
        return answer

    def _patient(self, method: str, url: str, body: object) -> Response:
        """Asks once more where a connection failed, as one does now and then in a long run."""
        try:
            return self._once(method, url, body)
        except NoConnectionError:
            return self._once(method, url, body)

    def _once(self, method: str, url: str, body: object) -> Response:
        require_safe(url)
        call = f"{method} {address(url)}"
        request = HttpRequest(method, url, json=body, headers=dict(self.headers))
        try:
            return waits.within(WHOLE, partial(self._exchange, request), call, self.say)
        except EstateError:
            raise
        except TimeoutError as error:
            raise BadResponseError(
                f"{call} had no whole answer within {WHOLE:.0f} seconds, though the connection "
                "stands; run it again, and if it stays, look at what is between here and Azure"
            ) from error
        except _BROKEN as error:
            raise NoConnectionError(
                f"{call} had no answer: {_reason(error)}; check the network, HTTPS_PROXY and "
                f"NO_PROXY, and that {urlsplit(url).hostname} can be reached from here"
            ) from error

    def _exchange(self, request: HttpRequest) -> Response:
        with self._client.send_request(request, stream=True) as response:
            answer = Response(
                request.method, request.url, response.status_code, response.headers, b""
            )
            content = b"".join(_bounded(answer, response.iter_bytes()))
        return Response(answer.method, answer.url, answer.status, answer.headers, content)

    @cached_property
    def _client(self) -> PipelineClient[Any, Any]:
        return PipelineClient(
            base_url="",
            policies=[UserAgentPolicy("flow-logs"), *self.policies],
            connection_timeout=SILENCE,
            read_timeout=SILENCE,
        )


class NoConnectionError(BadResponseError):
    """Nothing came, or not all of it; the next try may have more luck."""


def require_safe(url: str) -> None:
    """Raises AnswerError for a URL that no token may go to."""
    scheme, host, _ = origin(url)
    if scheme != "https" and (scheme, host) != ("http", "127.0.0.1"):
        raise BadResponseError(
            f"{address(url)} is not https, so nothing is sent there (127.0.0.1 is the exception); "
            "correct the address"
        )


def _bounded(answer: Response, chunks: Iterator[bytes]) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > BIGGEST:
            raise answer.unlike(f"more than {BIGGEST // 1_000_000} MB")
        yield chunk


def innermost(error: BaseException) -> BaseException:
    """The first cause of an error; azure-core names it in an attribute of its own."""
    while isinstance(inner := _before(error), Exception):
        error = inner
    return error


def _before(error: BaseException) -> object:
    return error.__cause__ or error.__context__ or getattr(error, "inner_exception", None)


def _reason(error: BaseException) -> str:
    """The innermost cause, on one line: what is around it repeats the URL with its query."""
    error = innermost(error)
    reason = " ".join(str(error).split()) or type(error).__name__
    if isinstance(error, requests.exceptions.InvalidProxyURL):
        return reason
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"{reason}; a proxy that opens TLS needs its certificate in REQUESTS_CA_BUNDLE"
    if isinstance(error, ValueError):  # its text may hold the header, and that the token
        return "an address or a header that HTTP does not take"
    return reason
