"""ARM over HTTP: looks, writes, waits for what is long-running, and tries again when throttled.

Follows `provider/pkg/azure/client_azcore.go`. Its waits of 20 seconds before a new try and of 10 or
30 seconds between two polls are short here, since local Azure is quick; `Timing` makes them longer.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import urllib3

from localazure.provider import VERSION
from localazure.provider.configuration import is_local
from localazure.provider.errors import (
    AcceptedError,
    CancelledError,
    ProviderError,
    Response,
    body_of,
    code_of,
    of_response,
    status_of,
    text_of,
)
from localazure.provider.polling import Poller, retry_after
from localazure.provider.registration import ATTEMPTS, LONGEST, QUERY, REGISTERED, missing_provider

_RETRIES = 3
_RETRIED = frozenset({408, 429, 500, 502, 503, 504})
_LONGEST_DELAY = 120.0
"""Seconds; an answer that asks for more is final, and a poll waits no longer."""
_TIMEOUT = urllib3.Timeout(connect=10, read=300)


@dataclass(frozen=True)
class Timing:
    """Waits in seconds."""

    retry_delay: float = 0.1
    """Before the first new try; the second waits thrice, the third seven times as long."""
    poll_interval: float = 0.05
    """Between two looks at a long-running operation, where ARM names none."""

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Timing:
        """LOCALAZURE_RETRY_DELAY and LOCALAZURE_POLL_INTERVAL, where set."""
        return cls(
            float(environment.get("LOCALAZURE_RETRY_DELAY", cls.retry_delay)),
            float(environment.get("LOCALAZURE_POLL_INTERVAL", cls.poll_interval)),
        )


class ArmClient:
    """Requests to one ARM endpoint, from as many threads as there are. Ids start with a slash."""

    def __init__(self, endpoint: str, token: str, timing: Timing) -> None:
        self._endpoint = endpoint
        self._timing = timing
        self._cancelled = threading.Event()
        self._pool = urllib3.PoolManager(maxsize=32, timeout=_TIMEOUT, retries=False)
        self._headers = {
            "Accept": "application/json",
            "Authorization": f"Bearer {token}",
            "User-Agent": f"pulumi-azure-native/{VERSION} (local Azure)",
        }

    def cancel(self) -> None:
        """Makes whatever is under way, and whatever follows, fail with CancelledError."""
        self._cancelled.set()

    def get(self, resource_id: str, api_version: str) -> dict[str, Any]:
        """The resource as ARM has it. Raises ArmError, with status 404 if there is none."""
        url = self._url(resource_id, api_version)
        response = self._request("GET", url)
        if response.status != 200:
            raise of_response("GET", url, response)
        return _json(response)

    def refuse_existing(self, resource_id: str, api_version: str) -> None:
        """Raises ProviderError if the resource is there already, or if that cannot be known."""
        response = self._request("GET", self._url(resource_id, api_version))
        if response.status == 200 and response.data.strip() not in (b"", b"{}"):
            raise ProviderError(f"cannot create already existing resource '{resource_id}'")
        if response.status not in (200, 204, 404):
            raise ProviderError(
                f"cannot check existence of resource '{resource_id}': "
                f"status code {response.status}, {text_of(response)}"
            )

    def refuse_changed(self, resource_id: str, api_version: str) -> None:
        """Raises ProviderError if a resource that its parent brought is not in its first state.

        That state is an empty body: whatever is set in it counts as somebody's (`CanCreate`).
        """
        response = self._request("GET", self._url(resource_id, api_version))
        if response.status == 200 and _is_set(response.json().get("properties")):
            raise ProviderError(f"cannot create already existing subresource '{resource_id}'")

    def write(
        self,
        method: str,
        resource_id: str,
        api_version: str,
        body: dict[str, Any],
        *,
        long_running: bool,
    ) -> dict[str, Any]:
        """ARM's answer to a PUT or PATCH once the write is done.

        Raises ArmError if ARM refuses, AcceptedError if it fails after having accepted.
        """
        url = self._url(resource_id, api_version)
        response = self._request(method, url, json.dumps(body).encode())
        if response.status not in (200, 201, 202):
            raise of_response(method, url, response)
        if not long_running and response.status != 202:
            return _json(response)
        try:
            return self._outcome(Poller.after(method, url, response), response)
        except ProviderError as error:
            raise AcceptedError(str(error)) from error

    def delete(self, resource_id: str, api_version: str, *, long_running: bool) -> None:
        """Returns once the resource is gone; one that was not there is no error."""
        url = self._url(resource_id, api_version)
        response = self._request("DELETE", url)
        if response.status == 404:
            return
        if response.status not in (200, 202, 204):
            raise of_response("DELETE", url, response)
        if long_running:
            self._outcome(Poller.after("DELETE", url, response), response)

    def _outcome(self, poller: Poller, response: Response) -> dict[str, Any]:
        """Polls until the operation ends; the resource for a PUT, else the last answer."""
        delay = retry_after(response) or 0
        while not poller.is_done:
            self._pause(min(delay, _LONGEST_DELAY))
            response = self._request("GET", self._joined(poller.url))
            if response.status == 404 and poller.method == "DELETE":
                return {}
            poller.look(response)
            delay = retry_after(response) or self._timing.poll_interval
        if poller.result_url is not None:
            response = self._request("GET", poller.result_url)
            if response.status != 200:
                raise of_response("GET", poller.result_url, response)
        return _json(response)

    def _request(self, method: str, url: str, body: bytes | None = None) -> Response:
        """The answer, whatever its status, once the resource provider it needs is registered."""
        provider = ""
        for _ in range(ATTEMPTS):
            response = self._persistently(method, url, body)
            provider = missing_provider(url, response)
            if not provider or not self._register(provider):
                return response
        raise ProviderError(f"exceeded attempts to register {provider.rpartition('/')[2]}")

    def _register(self, provider: str) -> bool:
        """Waits until a resource provider is registered; false if that may not be asked for."""
        url, deadline = f"{self._endpoint}{provider}", time.monotonic() + LONGEST
        if self._persistently("POST", f"{url}/register?{QUERY}", None).status != 200:
            return False
        while time.monotonic() < deadline:
            response = self._persistently("GET", f"{url}?{QUERY}", None)
            if response.status != 200:
                return False
            if str(body_of(response).get("registrationState")).casefold() == REGISTERED:
                return True
            self._pause(self._timing.poll_interval)
        raise ProviderError("context deadline exceeded")

    def _persistently(self, method: str, url: str, body: bytes | None) -> Response:
        """The answer, whatever its status, after new tries where ARM's answer invites them."""
        for attempt in range(_RETRIES + 1):
            last = attempt == _RETRIES
            delay = self._timing.retry_delay * (2 ** (attempt + 1) - 1)
            try:
                response = self._send(method, url, body)
            except urllib3.exceptions.HTTPError as error:
                if last:
                    raise _unreachable(method, url) from error
            else:
                wait = retry_after(response)
                if last or not _invites_retry(response) or (wait or 0) > _LONGEST_DELAY:
                    return response
                delay = wait or delay
            self._pause(min(delay, _LONGEST_DELAY))
        raise AssertionError("the last attempt returns or raises")

    def _send(self, method: str, url: str, body: bytes | None) -> Response:
        if self._cancelled.is_set():
            raise CancelledError
        if not is_local(url):
            raise ProviderError(f"{url} is not on 127.0.0.1: the local token goes nowhere else")
        headers = dict(self._headers)
        if body is not None:
            headers["Content-Type"] = "application/json; charset=utf-8"
        return self._pool.request(method, url, body=body, headers=headers)

    def _pause(self, seconds: float) -> None:
        if self._cancelled.wait(seconds):
            raise CancelledError

    def _joined(self, link: str) -> str:
        try:
            return urljoin(f"{self._endpoint}/", link)
        except ValueError as error:
            raise ProviderError(
                f"{link!r}, where the operation is said to be, is no URL"
            ) from error

    def _url(self, resource_id: str, api_version: str) -> str:
        return f"{self._endpoint}{resource_id}?api-version={api_version}"


def _invites_retry(response: Response) -> bool:
    if response.status == 409:
        return code_of(response) == "AnotherOperationInProgress"
    return response.status in _RETRIED


def _json(response: Response) -> dict[str, Any]:
    """The body, empty if there is none."""
    if not response.data.strip():
        return {}
    try:
        body = json.loads(response.data)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise ProviderError(
            f"unexpected response from Azure: '{text_of(response)}', "
            f"HTTP status: {status_of(response)}"
        )
    return body


def _unreachable(method: str, url: str) -> ProviderError:
    return ProviderError(
        f'{method} "{url}": no connection; is local Azure there (python -m localazure serve)?'
    )


def _is_set(value: object) -> bool:
    """True if anything at any depth is more than empty or off."""
    return any(map(_is_set, value.values())) if isinstance(value, dict) else bool(value)
