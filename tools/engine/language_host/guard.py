"""A process that outlives the host only to end what the host had started."""

from __future__ import annotations

import contextlib
import os
import signal
import time

# Seconds that a process group gets to end by itself.
GRACE = 2.0
_POLL = 0.05


def group_exists(group: int) -> bool:
    """True if any process is left in the group."""
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def end_group(group: int, grace: float = GRACE) -> None:
    """Terminates a process group, after `grace` seconds by force; returns when it is gone."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGTERM)
        deadline = time.monotonic() + grace
        while group_exists(group) and time.monotonic() < deadline:
            time.sleep(_POLL)
        os.killpg(group, signal.SIGKILL)


class Guard:
    """Holds one end of a pipe, which closes when the host ends, be it by SIGKILL.

    Fork before any thread exists. The guard leads a session of its own, out of reach of the
    signals that the engine sends to the host's process group.
    """

    def __init__(self) -> None:
        read, self._write = os.pipe()
        if os.fork() == 0:
            os.close(self._write)
            _watch(read)
            os._exit(0)
        os.close(read)

    def add(self, group: int) -> None:
        """From now on the group ends with the host."""
        os.write(self._write, f"+{group}\n".encode())

    def remove(self, group: int) -> None:
        """The group is gone; its number may be reused by others."""
        os.write(self._write, f"-{group}\n".encode())


def _watch(read: int) -> None:
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silence, stream)
    groups: set[int] = set()
    with open(read) as messages:
        for message in messages:
            change = groups.add if message[0] == "+" else groups.discard
            change(int(message[1:]))
    for group in groups:
        end_group(group)
