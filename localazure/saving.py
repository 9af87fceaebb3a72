"""The state file: read at the start, written soon after each write and at the end.

Shape: `{"resources": […], "deletedWorkspaces": {key: guid}, "providers": […]}`; `resources` is of
the form of an estate file. Writes are gathered for a moment, so that a thousand of them do not save
a thousand times.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from localazure.azure import Azure
from localazure.files import write_json

DELAY = 0.3
"""Seconds from a write to the file; a server that is killed loses at most this much."""


class Saver:
    """Keeps a state file in step with the store; without a file it does nothing."""

    def __init__(self, path: Path | None, azure: Azure) -> None:
        self._path = path
        self._azure = azure
        self._timer: asyncio.TimerHandle | None = None

    def wake(self) -> None:
        """Has the state saved before long."""
        if self._path is not None and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(DELAY, self._due)

    def save(self) -> None:
        """Writes the state, with every operation brought to its end."""
        if self._path is None:
            return
        self._azure.operations.settle(everything=True)
        store = self._azure.store
        state = {
            "resources": list(store),
            "deletedWorkspaces": store.deleted,
            "providers": list(store.providers.values()),
        }
        write_json(self._path, state)

    def _due(self) -> None:
        self._timer = None
        self.save()
