"""The state file: read at the start, written soon after each write and at the end.

Shape: `{"resources": […], "deletedWorkspaces": {key: guid}, "deletedWorkspaceRegions": {key:
region}, "providers": […], "activityLog": […]}`; `resources` is of the form of an estate file.
Writes are gathered for a moment, so that a thousand of them do not save a thousand times.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from pathlib import Path

from localazure.server.files import FileProblem, check_writable, not_written, write_json
from localazure.state.azure import Azure

DELAY = 0.3
"""Seconds from a write to the file, at least; what a server that is killed may lose."""

PAUSE = 10
"""How many times as long as the last save took to wait for the next one, at least."""


class Saver:
    """Keeps a state file in step with the store; without a file it does nothing."""

    def __init__(self, path: Path | None, azure: Azure) -> None:
        """Raises FileProblem where the file could not be written."""
        if path is not None:
            check_writable(path, "state")
        self._path = path
        self._azure = azure
        self._timer: asyncio.TimerHandle | None = None
        self._delay = DELAY

    def wake(self) -> None:
        """Has the state saved before long."""
        if self._path is not None and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._delay, self._due)

    def save(self) -> None:
        """Writes the state, with every operation brought to its end; raises FileProblem."""
        if self._path is None:
            return
        self._azure.operations.settle(everything=True)
        store = self._azure.store
        state = {
            "resources": list(store),
            "deletedWorkspaces": store.deleted,
            "deletedWorkspaceRegions": store.deleted_regions,
            "providers": list(store.providers.values()),
            "activityLog": list(store.events),
        }
        try:
            write_json(self._path, state)
        except OSError as error:
            raise not_written(self._path, "state", error) from None

    def _due(self) -> None:
        self._timer = None
        started = time.monotonic()
        # The save at the end says what is wrong, if it still is.
        with contextlib.suppress(FileProblem):
            self.save()
        # A large estate takes long to write: then it is written less often.
        self._delay = max(DELAY, PAUSE * (time.monotonic() - started))
