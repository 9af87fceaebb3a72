"""Starts processes in groups of their own and sees to it that none is left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence

from .errors import HostError
from .guard import Guard, end_group, group_exists

# Seconds that a process gets to end when asked to, as with the official host.
_GRACE = 5.0
# Seconds that a program gets to end by itself: the engine (3.276) cancels one that fails as soon as
# it has told it so, and interrupted at that moment a program prints a traceback.
_MOMENT = 1.0


class Child:
    """A running process, leader of its group."""

    def __init__(self, process: subprocess.Popen[bytes], children: Children) -> None:
        self.process = process
        self._children = children
        self._stopping = False
        children.add(self)

    def wait(self) -> int:
        """Waits for the process, then ends what it left in its group.

        The exit code; for a signal its negative number.
        """
        code = self.process.wait()
        if group_exists(self.process.pid):
            end_group(self.process.pid)
        self._children.remove(self)
        return code

    def interrupt(self) -> None:
        """Asks the process to end as Ctrl-C does, by force after a while. Returns at once.

        One that ends by itself within a moment is left to it.
        """
        self._stop(signal.SIGINT, _MOMENT)

    def terminate(self) -> None:
        """Asks the process to end, by force after a while. Returns at once."""
        self._stop(signal.SIGTERM, 0)

    def _stop(self, number: int, patience: float) -> None:
        """Once: the engine may ask in several ways, and a second signal would cut short the end."""
        if not self._stopping:
            self._stopping = True
            stopping = threading.Thread(target=self._stop_and_wait, args=(number, patience))
            stopping.daemon = True
            stopping.start()

    def _stop_and_wait(self, number: int, patience: float) -> None:
        if self._ended_within(patience):
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)
            if not self._ended_within(_GRACE):
                os.killpg(self.process.pid, signal.SIGKILL)

    def _ended_within(self, seconds: float) -> bool:
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True


class Children:
    """All processes that this host runs; the guard ends them if the host cannot."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._running: set[Child] = set()

    def start(
        self,
        command: Sequence[str],
        directory: str,
        environment: Mapping[str, str],
        output: int | None = None,
    ) -> Child:
        """Starts a process whose stdout and stderr are the host's own, or pipes for `PIPE`.

        Raises HostError if the system refuses to.
        """
        try:
            process = subprocess.Popen(
                command,
                cwd=directory,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                process_group=0,
            )
        except OSError as error:
            raise HostError(f"cannot start {command[0]}: {error.strerror}") from error
        return Child(process, self)

    def add(self, child: Child) -> None:
        """Called once a child runs."""
        self._running.add(child)
        self._guard.add(child.process.pid)

    def remove(self, child: Child) -> None:
        """Called once a child and its group are gone."""
        self._running.discard(child)
        self._guard.remove(child.process.pid)

    def interrupt(self, grace: float) -> None:
        """Interrupts all; returns when they have ended, at the latest after `grace` seconds."""
        for child in set(self._running):
            child.interrupt()
        deadline = time.monotonic() + grace
        while self._running and time.monotonic() < deadline:
            time.sleep(0.05)
