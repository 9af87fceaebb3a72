"""What can go wrong between the stand-in and ARM, in the real provider's words."""

from __future__ import annotations

import json
from typing import Any

import urllib3


class ProviderError(Exception):
    """A single line for the user."""


class ArmError(ProviderError):
    """An answer of ARM that is no success.

    Text: `newResponseError` in `provider/pkg/azure/client_azcore.go`.
    """

    def __init__(self, status: int, code: str, message: str) -> None:
        named = f' Code="{code}"' if code else ""
        super().__init__(f'Status={status}{named} Message="{message}"')
        self.status = status
        self.code = code


class AcceptedError(ProviderError):
    """ARM accepted a write and failed later: the resource may exist, so its state is kept."""


class CancelledError(ProviderError):
    """The engine cancelled whatever is under way."""

    def __init__(self) -> None:
        super().__init__("context canceled")


def of_response(response: urllib3.BaseHTTPResponse) -> ArmError:
    """ARM's code and message; where the body is none of ARM's, the body itself, on one line."""
    text = response.data.decode(errors="replace")
    body = body_of(response)
    inner = body.get("error")
    error = inner if isinstance(inner, dict) else {}
    code = response.headers.get("x-ms-error-code") or error.get("code") or body.get("code") or ""
    message = error.get("message")
    return ArmError(response.status, code, " ".join((message or text).split()))


def body_of(response: urllib3.BaseHTTPResponse) -> dict[str, Any]:
    """The JSON object of an answer; empty where the body is anything else."""
    try:
        parsed = json.loads(response.data.decode("utf-8-sig", errors="replace"))
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}
