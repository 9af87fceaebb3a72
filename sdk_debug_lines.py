"""The SDK's debug lines, left out of runs that do not ask for them.

The Python SDK (3.272) sends the engine four debug lines for each resource, and waits for the answer
to each, which is a quarter of what registering takes. The engine drops them unless the CLI was
given ``--debug``, ``--logtostderr`` or ``--verbose``. It does not tell the program, so that the
command line of the CLI is read, where the system shows it (``/proc``). Elsewhere the lines stay.
"""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pulumi.log

KNOWN = ["msg", "resource", "stream_id", "ephemeral"]  # parameters of the SDK's function
ANCESTORS = 4  # the language host, its launcher and the CLI are the nearest
_ASKS = re.compile(r"-d|--debug(=(?!false).*)?|--logtostderr(=(?!false).*)?|-v(=.*)?|--verbose.*")


def leave_out() -> bool:
    """Leaves the lines out of this process for good, and says whether it did.

    It does not where the run asks for them, where that cannot be told, and where the SDK's function
    is not the one that is known.
    """
    lines = _command_lines()
    if lines is None or any(map(asks_for_debug, lines)) or not _is_known():
        return False
    pulumi.log.debug = _nothing
    return True


def asks_for_debug(arguments: Sequence[str]) -> bool:
    """Whether a command line of the CLI asks for debug lines."""
    return any(_ASKS.fullmatch(argument) for argument in arguments[1:])


def _nothing(
    msg: str,
    resource: pulumi.Resource | None = None,
    stream_id: int | None = None,
    ephemeral: bool | None = None,
) -> None:
    """Takes what the SDK's function takes."""


def _is_known() -> bool:
    function = getattr(pulumi.log, "debug", None)
    return callable(function) and list(inspect.signature(function).parameters) == KNOWN


def _command_lines() -> list[list[str]] | None:
    """Command lines of the nearest ancestors; None where the CLI's is not among them."""
    try:
        found = list(_ancestors(os.getppid()))
    except (OSError, ValueError, IndexError):
        return None
    return found if any(Path(line[0]).name == "pulumi" for line in found) else None


def _ancestors(process: int) -> Iterator[list[str]]:
    for _ in range(ANCESTORS):
        if process <= 1:
            return
        folder = Path("/proc") / str(process)
        yield (folder / "cmdline").read_text(errors="replace").rstrip("\0").split("\0")
        # The fields after the name, which is in brackets and may hold anything: state, parent, …
        process = int((folder / "stat").read_text(errors="replace").rpartition(")")[2].split()[1])
