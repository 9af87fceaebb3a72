"""429: too many requests for ARM, and for Resource Graph."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from localazure.errors.base import ArmError
from localazure.state.times import stamp

_ACTOR = "00000000-0000-4000-8000-00000000c0de"


class _Throttled(ArmError):
    """429 with headers that say how long to wait."""

    status = 429

    @property
    def headers(self) -> Mapping[str, str]:
        return self._headers

    def __init__(self, message: str, headers: Mapping[str, str], details: bool = False) -> None:
        listed = [{"code": self.code, "message": _ADVICE}] if details else None
        super().__init__(message, listed)
        self._headers = headers


class SubscriptionRequestsThrottled(_Throttled):
    """Quoted (errors/reported_errors.json), with `Retry-After` as Microsoft's page has it."""

    code = "SubscriptionRequestsThrottled"

    def __init__(
        self, kind: str, subscription: str, seconds: int, headers: Mapping[str, str]
    ) -> None:
        super().__init__(
            f"Number of '{kind}' requests for subscription '{subscription}' actor '{_ACTOR}'"
            f" exceeded. Please try again after '{seconds}' seconds.",
            {**headers, "Retry-After": str(seconds)},
        )


class RateLimiting(_Throttled):
    """Quoted in public code that queries Resource Graph; how long to wait is in its quota headers.

    Always without `Retry-After` here, though Azure may send it.
    """

    code = "RateLimiting"

    def __init__(self, headers: Mapping[str, str]) -> None:
        now = stamp()
        super().__init__(
            f"Please provide below info when asking for support: timestamp = {now},"
            f" correlationId = {uuid.uuid4()}.",
            headers,
            details=True,
        )


_ADVICE = (
    "Client application has been throttled and should not attempt to repeat the request until an"
    " amount of time has elapsed. Please see https://aka.ms/resourcegraph-throttling for help."
)
