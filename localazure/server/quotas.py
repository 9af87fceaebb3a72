"""Remaining requests: the headers of every answer, and 429 where `--quota` says so.

ARM counts reads, writes and deletes by subscription, and what is in none by tenant, for one caller
and, with fifteen times as many, for all callers together (`…-global-reads`; Microsoft: "Throttling
Resource Manager requests"). Headers and limits are recorded in azure-powershell
TestVnetFlowLogWithRecordType (2025), of reads and writes; deletes are taken to be as writes.
Headers are not on what ARM's front door refuses.
Resource Graph counts queries by caller, 15 in five seconds ("Guidance for throttled requests in
Azure Resource Graph"; recorded: azure-mgmt-resourcegraph-8.0.0). Without `--quota` nobody is ever
refused. Windows are fixed here; ARM refills its buckets bit by bit.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from localazure.errors.throttling import RateLimiting, SubscriptionRequestsThrottled
from localazure.state.arm_id import TENANT

HOUR = 3600.0
GRAPH = "/providers/microsoft.resourcegraph/resources"
_KINDS = {"GET": "read", "HEAD": "read", "DELETE": "delete"}
_LIMITS = {"read": 1_100, "write": 800, "delete": 800}
_FILLED_AGAIN = 60.0
"""Seconds after which all of a limit is there again; ARM's buckets fill bit by bit."""
_CALLERS = 15
_QUERIES, _QUERY_SECONDS = 15, 5.0


@dataclass(slots=True)
class _Window:
    """One count of requests, and when it begins again."""

    limit: int
    ends: float
    used: int = 0

    @property
    def left(self) -> int:
        return max(self.limit - self.used, 0)

    @property
    def wait(self) -> int:
        """Whole seconds until it begins again, at least one."""
        return max(1, -int(-(self.ends - time.monotonic()) // 1))


class Quotas:
    """Counts requests; with `limit` it refuses more than so many of a kind in `seconds`."""

    def __init__(self, limit: int | None = None, seconds: float = HOUR) -> None:
        self._limit = limit
        self._seconds = seconds
        self._windows: dict[tuple[str, str], _Window] = {}

    def take(self, method: str, path: str, subscription: str) -> Mapping[str, str]:
        """Counts a request and returns the headers of its answer.

        `subscription` is empty for what is in none. Raises SubscriptionRequestsThrottled or, for a
        query of Resource Graph, RateLimiting.
        """
        if path.rstrip("/").casefold() == GRAPH:
            return self._query()
        kind = _KINDS.get(method, "write")
        window = self._window(subscription, kind, _LIMITS[kind], _FILLED_AGAIN)
        scope = "tenant" if subscription == TENANT else "subscription"
        name = f"x-ms-ratelimit-remaining-{scope}"
        if self._is_over(window):
            headers = {f"{name}-{kind}s": "0"}
            raise SubscriptionRequestsThrottled(kind, subscription, window.wait, headers)
        everybody = window.limit * _CALLERS - window.used
        return {f"{name}-{kind}s": str(window.left), f"{name}-global-{kind}s": str(everybody)}

    def _query(self) -> Mapping[str, str]:
        window = self._window(TENANT, "query", _QUERIES, _QUERY_SECONDS)
        if self._limit is None:
            window.used = 0  # who is told that nothing is left waits, though nobody is refused
        over = self._is_over(window)
        headers = {
            "x-ms-user-quota-remaining": str(window.left),
            "x-ms-user-quota-resets-after": time.strftime("%H:%M:%S", time.gmtime(window.wait)),
            "x-ms-ratelimit-remaining-tenant-resource-requests": str(window.left),
        }
        if over:
            raise RateLimiting(headers)
        return headers

    def _window(self, subscription: str, kind: str, limit: int, seconds: float) -> _Window:
        """The window that a request counts in; a fresh one where the last has ended."""
        now = time.monotonic()
        place = subscription.casefold(), kind
        if place not in self._windows or self._windows[place].ends <= now:
            own = self._limit is not None
            length = self._seconds if own else seconds
            self._windows[place] = _Window(self._limit or limit, now + length)
        return self._windows[place]

    def _is_over(self, window: _Window) -> bool:
        """Counts, and says whether the request is one too many."""
        if self._limit is not None and not window.left:
            return True
        window.used += 1
        return False
