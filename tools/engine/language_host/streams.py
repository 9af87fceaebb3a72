"""Reads what a process prints while it runs."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from queue import SimpleQueue
from typing import IO

_CHUNK = 65536


def chunks(process: subprocess.Popen[bytes]) -> Iterator[tuple[str, bytes]]:
    """Pairs of "stdout" or "stderr" and bytes, as they come, until both pipes are closed."""
    assert process.stdout and process.stderr
    read: SimpleQueue[tuple[str, bytes] | None] = SimpleQueue()

    def forward(name: str, pipe: IO[bytes]) -> None:
        while chunk := os.read(pipe.fileno(), _CHUNK):
            read.put((name, chunk))
        read.put(None)

    pipes = (("stdout", process.stdout), ("stderr", process.stderr))
    for name, pipe in pipes:
        threading.Thread(target=forward, args=(name, pipe), daemon=True).start()
    for _ in pipes:
        yield from iter(read.get, None)
