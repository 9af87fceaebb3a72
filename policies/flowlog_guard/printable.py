"""Text of anybody's as one line that no log takes for a command.

Names of resources come from other people's programs. The logs of pipelines act on `##vso[` and
`##[` anywhere in a line; on `::name::` at its start, where the pack has words of its own.
The engine takes `<{%` to `%}>` for a colour, and ends in a panic for one that it does not know.
Terminals act on control characters.
"""

from __future__ import annotations

import re

_SPACES = re.compile(r"[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    r"\u2061-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
)
_COMMAND = re.compile(r"#(?=#[\w.-]*\[)")
_COLOUR = re.compile(r"<(?=\{%)|%\}(?=>)")


def printable(text: str) -> str:
    """A text as one line: nothing invisible in it, no command of a pipeline, no colour."""
    line = _INVISIBLE.sub("\N{REPLACEMENT CHARACTER}", _SPACES.sub(" ", text))
    return _COLOUR.sub(r"\g<0> ", _COMMAND.sub("# ", line))
