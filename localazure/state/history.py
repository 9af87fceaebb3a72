"""Resources as Resource Graph still shows them: as they were before their last changes.

Azure's index follows ARM late; Microsoft promises no time ("Overview of Azure Resource Graph": it
is updated by notifications, and by a crawl where one is missed). Here every change is seen exactly
`lag` seconds late. Progress that a resource makes by itself (`Updating`, `Succeeded`) is seen at
once, and a server that has just started has caught up.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator
from typing import Any

Version = dict[str, Any] | None
"""A resource as it was; none where it was not there."""


class Past:
    """Versions that changes of the last `lag` seconds have replaced, by key of the resource."""

    def __init__(self, lag: float) -> None:
        self._lag = lag
        self._replaced: dict[str, list[tuple[float, Version]]] = {}

    def note(self, key: str, version: Version) -> None:
        """Keeps what a resource is right before it changes; does nothing without a lag."""
        if self._lag > 0:
            entry = time.monotonic(), copy.deepcopy(version)
            self._replaced.setdefault(key, []).append(entry)

    def replaced(self) -> Iterator[tuple[str, Version]]:
        """Key of each resource that changed of late, and the version that is still shown."""
        self._forget()
        for key, versions in self._replaced.items():
            yield key, versions[0][1]

    def pending(self) -> int:
        """Changes that are not seen yet: together with a count of all, it distinguishes answers."""
        self._forget()
        return sum(len(versions) for versions in self._replaced.values())

    def _forget(self) -> None:
        seen = time.monotonic() - self._lag
        for key, versions in list(self._replaced.items()):
            left = [each for each in versions if each[0] > seen]
            if left:
                self._replaced[key] = left
            else:
                del self._replaced[key]
