"""Azure's refusals, one class per error code, each with the source of its words.

"recorded" means seen on the wire in public recordings, "quoted" in a public issue or page. Where
the HTTP status or the code is not public it says "unconfirmed".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Detail = dict[str, Any]


class ArmError(Exception):
    """An answer other than success, in ARM's usual body `{"error": {code, message, details}}`."""

    status: int = 400
    code: str = "BadRequest"

    def __init__(self, message: str, details: list[Detail] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.details = details

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers beside the body."""
        return {}

    def body(self) -> dict[str, Any]:
        """The body as sent, `details` only where the answering part of Azure sends them."""
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.details is not None:
            error["details"] = self.details
        return {"error": error}


class GatewayError(ArmError):
    """Refused by ARM's front door: no `details`, header `x-ms-failure-cause` (recorded)."""

    @property
    def headers(self) -> Mapping[str, str]:
        return {"x-ms-failure-cause": "gateway"}


class ProviderError(ArmError):
    """Refused by the Network provider: always with `details`, often empty (recorded)."""

    def __init__(self, message: str, details: list[Detail] | None = None) -> None:
        super().__init__(message, details or [])


class NotModelled(ArmError):
    """This stand-in does not model the request: 501, and never a made-up success."""

    status = 501
    code = "NotModelled"

    def __init__(self, what: str) -> None:
        super().__init__(f"Local Azure does not model {what}.")


class InjectedFault(ArmError):
    """An error that a faults file asks for."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str]) -> None:
        super().__init__(message, [])
        self.status = status
        self.code = code
        self._headers = headers

    @property
    def headers(self) -> Mapping[str, str]:
        return self._headers
