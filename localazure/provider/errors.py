"""Errors between the stand-in and ARM, in the real provider's words.

Texts: `newResponseError` in `provider/pkg/azure/client_azcore.go`, and `ResponseError.Error` of
github.com/Azure/azure-sdk-for-go/sdk/azcore 1.22 (`internal/exported/response_error.go`), which
the real provider falls back on where the body is no JSON object.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

import urllib3

Response = urllib3.BaseHTTPResponse

_RULER = "-" * 80
_XML_CODE = re.compile(rb"<(?:\w+:)?[c|C]ode>\s*(\w+)\s*</(?:\w+:)?[c|C]ode>")


class ProviderError(Exception):
    """An error that the user sees."""


class ArmError(ProviderError):
    """An answer of ARM that is no success; `code` is empty where it has none."""

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.code = code


class AcceptedError(ProviderError):
    """ARM accepted a write and failed later: the resource may exist, so its state is kept."""


class CancelledError(ProviderError):
    """The engine cancelled whatever is under way."""

    def __init__(self) -> None:
        super().__init__("context canceled")


def of_response(method: str, url: str, response: Response) -> ArmError:
    """ARM's code and message on one line; azcore's lines where the body is no JSON object."""
    code = code_of(response)
    if not _is_object(response):
        return ArmError(response.status, code, _in_full(method, url, response, code))
    error = body_of(response).get("error")
    message = error.get("message") if isinstance(error, dict) else None
    text = message if isinstance(message, str) else text_of(response)
    named = f' Code="{code}"' if code else ""
    return ArmError(response.status, code, f'Status={response.status}{named} Message="{text}"')


def code_of(response: Response) -> str:
    """The code in the header, else in the body, as JSON or XML; empty if there is none."""
    body = body_of(response)
    wrapped = next((body[name] for name in ("error", "odata.error") if name in body), body)
    code = wrapped.get("code") if isinstance(wrapped, dict) else None
    in_xml = _XML_CODE.search(response.data)
    return (
        response.headers.get("x-ms-error-code")
        or (code if isinstance(code, str) else "")
        or (in_xml[1].decode() if in_xml else "")
    )


def body_of(response: Response) -> dict[str, Any]:
    """The JSON object of an answer; empty where the body is anything else."""
    parsed = _parsed(response)
    return parsed if isinstance(parsed, dict) else {}


def text_of(response: Response) -> str:
    """The body as it came."""
    return response.data.decode(errors="replace")


def status_of(response: Response) -> str:
    """The status with its phrase, as Go shows it: `403 Forbidden`."""
    return f"{response.status} {response.reason or ''}".rstrip()


def _in_full(method: str, url: str, response: Response, code: str) -> str:
    parts = urlsplit(url)
    lines = [
        f"{method} {parts.scheme}://{parts.netloc}{parts.path}",
        _RULER,
        f"RESPONSE {response.status}: {status_of(response)}",
        f"ERROR CODE: {code}" if code else "ERROR CODE UNAVAILABLE",
        _RULER,
        _indented(response) or "Response contained no body",
        _RULER,
    ]
    return "\n".join(lines) + "\n"


def _indented(response: Response) -> str:
    parsed = _parsed(response)
    if parsed is None:
        return text_of(response)
    return json.dumps(parsed, indent=2, ensure_ascii=False)


def _is_object(response: Response) -> bool:
    """True if Go reads the body into a map, which it does with `null` too."""
    return isinstance(_parsed(response), dict) or response.data.strip() == b"null"


def _parsed(response: Response) -> Any:
    try:
        return json.loads(response.data.decode("utf-8-sig", errors="replace"))
    except (ValueError, RecursionError):
        return None
