"""Text of anybody's as one line that is read, and that no log takes for a command.

Names and tags come from anybody's Azure resources. Whatever this program prints goes through
``printable``, since the logs of pipelines act on what they hold: Azure Pipelines on ``##vso[`` and
``##[`` anywhere in a line (microsoft/azure-pipelines-agent, docs/preview/outputvariable.md and
Command.cs), GitHub Actions on ``::name::`` at the start of a line and on ``##[`` (actions/runner,
ActionCommand.cs). Terminals act on control characters, and readers see letters out of order after
characters that turn the direction of writing.
"""

from __future__ import annotations

import re

UNPRINTABLE = "\N{REPLACEMENT CHARACTER}"

_SPACE = r"\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029"
_INVISIBLE = (
    r"\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # control characters; escapes of a terminal among them
    r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction of writing
    r"\u00ad\u180e\u200b\u2061-\u2064\ufeff\U000e0000-\U000e007f"  # shown by nothing
    r"\ud800-\udfff"  # halves of a pair, which no encoding can write
)
_SPACES = re.compile(f"[{_SPACE}]")
_INVISIBLES = re.compile(f"[{_INVISIBLE}]")
_COMMAND = re.compile(r"#(?=#[\w.-]*\[)")
_AT_THE_START = re.compile(r"^(\s*):(?=:)")


def printable(text: str) -> str:
    """A text as one line: nothing invisible in it, and no command of a pipeline."""
    line = _INVISIBLES.sub(UNPRINTABLE, _SPACES.sub(" ", text))
    return _AT_THE_START.sub(r"\1: ", _COMMAND.sub("# ", line))


def printable_json(document: str) -> str:
    """JSON text, of any number of lines, that means the same and holds no command.

    Takes what ``json.dumps`` writes in ASCII.
    """
    return document.replace("##", r"#\u0023")
