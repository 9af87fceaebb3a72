"""Follows a long-running operation the way azcore's pollers do.

Azure names the operation in one of three places: the header `Azure-AsyncOperation` (an operation
with a `status`), the header `Location` (202 until done), or nowhere: then the resource's own
`provisioningState` says it. Microsoft, "Track asynchronous Azure operations".
"""

from __future__ import annotations

import urllib3

from localazure.provider.errors import ProviderError, body_of, of_response

_FAILED = frozenset({"failed", "canceled"})
_RUNNING = "InProgress"
_DONE = "Succeeded"


class Poller:
    """State of one operation: where to look next, and whether it has ended."""

    def __init__(self, method: str, url: str, kind: str, state: str) -> None:
        self.method = method
        self.url = url
        self.result_url: str | None = None
        self._kind = kind
        self._state = state

    @classmethod
    def after(cls, method: str, url: str, response: urllib3.BaseHTTPResponse) -> Poller:
        """The poller for the answer to a PUT, PATCH or DELETE of the resource at `url`."""
        operation = response.headers.get("Azure-AsyncOperation")
        location = response.headers.get("Location")
        if operation:
            poller = cls(method, operation, "operation", _RUNNING)
            poller.result_url = url if method != "DELETE" else None
            return poller
        if location:
            return cls(method, location, "location", _RUNNING)
        return cls(method, url, "resource", _provisioning_state(response))

    @property
    def is_done(self) -> bool:
        return self._state.lower() == _DONE.lower()

    def look(self, response: urllib3.BaseHTTPResponse) -> None:
        """Takes in an answer to a GET of `url`. Raises ArmError if the operation failed."""
        if response.status >= 400:
            raise of_response("GET", self.url, response)
        if self._kind == "operation":
            self._state = self._told(body_of(response).get("status"))
        elif self._kind == "location" and response.status == 202:
            self.url = response.headers.get("Location") or self.url
        else:
            self._state = _provisioning_state(response)
        if self._state.lower() in _FAILED:
            raise of_response("GET", self.url, response)

    def _told(self, status: object) -> str:
        """An operation's status; without one azcore gives up (`pollers/async/async.go`)."""
        if not isinstance(status, str) or not status:
            raise ProviderError("the response did not contain a status")
        return status


def retry_after(response: urllib3.BaseHTTPResponse) -> float | None:
    """Seconds that the answer asks to wait, if it asks for any."""
    text = response.headers.get("Retry-After", "")
    number = text.isascii() and text.replace(".", "", 1).isdigit()
    return float(text) if number and float(text) > 0 else None


def _provisioning_state(response: urllib3.BaseHTTPResponse) -> str:
    """The resource's own word, `Succeeded` for a resource that has none."""
    properties = body_of(response).get("properties")
    state = properties.get("provisioningState") if isinstance(properties, dict) else None
    return state if isinstance(state, str) else _DONE
