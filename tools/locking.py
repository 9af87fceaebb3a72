"""Lets one set-up at a time change a folder."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.console import progress


@contextmanager
def lock(path: Path) -> Iterator[None]:
    """Holds the lock file; the system frees it when the process ends, however that happens."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress("another set-up is at work, waiting for it ...")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
