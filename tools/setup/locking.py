"""Lets one set-up at a time change a folder, and lets nobody see half of what it makes there."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.setup.console import progress

UNFINISHED = "tmp-"
"""What the names of folders begin with that are being made or removed."""


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


@contextmanager
def complete(target: Path) -> Iterator[Path]:
    """A temporary folder that becomes the target once the block has succeeded, and else goes.

    The caller holds the lock of the folder around the target: what an interrupted set-up left
    there goes first.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    for leftover in target.parent.glob(f"{UNFINISHED}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=target.parent))
    try:
        yield folder
        shutil.rmtree(target, ignore_errors=True)
        folder.rename(target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
