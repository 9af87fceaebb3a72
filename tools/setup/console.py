"""Progress of the set-up, for the person who waits for it."""

from __future__ import annotations

import sys


class SetupError(Exception):
    """The set-up cannot go on; the message is one line that also says what to do."""


def progress(text: str) -> None:
    """Prints one line on stderr, since stdout is for results alone."""
    print(f"set-up: {text}", file=sys.stderr, flush=True)
