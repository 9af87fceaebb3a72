"""Resource Graph's quota of queries, as its answers tell it, for questions asked side by side.

An identity has 15 queries in five seconds by default. Each answer says how many are left and when
there are more (``x-ms-user-quota-remaining``, ``x-ms-user-quota-resets-after``; "Guidance for
throttled requests in Azure Resource Graph"). Whoever asks on is refused, and counts against others.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Condition

from estate import waits

LEFT = "x-ms-user-quota-remaining"
LONGEST = 10.0  # seconds to wait for more; an answer that asks for longer is tried, and refused


class Quota:
    """Lets a question pass while some are left; several threads may ask."""

    def __init__(self) -> None:
        """As much as anybody wants is left, until an answer says less."""
        self._changed = Condition()
        self._left: int | None = None
        self._under_way = 0
        self._renewed = 0.0

    @contextmanager
    def one(self) -> Iterator[None]:
        """A question, which waits here until it may be asked."""
        with self._changed:
            while (wait := self._wait()) > 0:
                self._changed.wait(wait)
            self._under_way += 1
        try:
            yield
        finally:
            with self._changed:
                self._under_way -= 1
                self._changed.notify_all()

    def note(self, headers: Mapping[str, str]) -> None:
        """Takes what an answer says is left; one that says nothing changes nothing."""
        left, renewed = headers.get(LEFT, ""), waits.renewed_after(headers)
        if renewed is None or not (left.isascii() and left.isdecimal()):
            return
        with self._changed:
            self._left = self._lower(int(left))
            self._renewed = time.monotonic() + min(renewed, LONGEST)

    def _lower(self, left: int) -> int:
        """What is left after an answer; an earlier one may come later, and has more by a few."""
        if self._left is None or left > self._left + self._under_way:
            return left
        return min(left, self._left)

    def _wait(self) -> float:
        """Seconds until one more may be asked; an answer that comes earlier may say better."""
        now = time.monotonic()
        if self._left is None or now >= self._renewed:
            self._left = None
            return 0.0
        return self._renewed - now if self._left <= self._under_way else 0.0
