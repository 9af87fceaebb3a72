"""Text of anybody's as one line that no log takes for a command.

Names of resources come from other people's programs. The logs of pipelines act on ``##vso[`` and
``##[`` anywhere in a line; on ``::name::`` at its start, where the pack has words of its own.
Terminals act on control characters.
"""

from __future__ import annotations

import re

_SPACES = re.compile(r"[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e"
    r"\u2066-\u2069\ufeff\ud800-\udfff]"
)
_COMMAND = re.compile(r"#(?=#[\w.-]*\[)")


def printable(text: str) -> str:
    """A text as one line: nothing invisible in it, and no command of a pipeline."""
    line = _INVISIBLE.sub("\N{REPLACEMENT CHARACTER}", _SPACES.sub(" ", text))
    return _COMMAND.sub("# ", line)
