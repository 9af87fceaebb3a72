"""Text of anybody's as one line that is read, and that no log takes for a command.

Names and tags come from anybody's Azure resources. Whatever this program prints goes through
``printable``, since the logs of pipelines act on what they hold: Azure Pipelines on ``##vso[`` and
``##[`` anywhere in a line (microsoft/azure-pipelines-agent, docs/preview/outputvariable.md and
Command.cs), GitHub Actions on ``::name::`` at the start of a line and on ``##[`` (actions/runner,
ActionCommand.cs). The Pulumi engine takes ``<{%`` to ``%}>`` for a colour (pulumi/pulumi,
sdk/go/common/diag/colors/colors.go): it leaves that out where it shows none, so that what stands
around it joins, and ends in a panic for a colour that it does not know. Terminals act on control
characters, and readers see letters out of order after characters that turn the direction of
writing.
"""

from __future__ import annotations

import re

UNPRINTABLE = "\N{REPLACEMENT CHARACTER}"

_SPACE = r"\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029"
_INVISIBLE = (
    r"\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # control characters; escapes of a terminal among them
    r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"  # direction of writing, shapes of letters
    r"\u00ad\u180e\u200b\u2061-\u2064\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"  # shown by nothing
    r"\ud800-\udfff"  # halves of a pair, which no encoding can write
)
_SPACES = re.compile(f"[{_SPACE}]")
_INVISIBLES = re.compile(f"[{_INVISIBLE}]")
_COMMAND = re.compile(r"#(?=#[\w.-]*\[)")
_COLOUR = re.compile(r"<(?=\{%)|%\}(?=>)")
_AT_THE_START = re.compile(r"^(\s*):(?=:)")


def printable(text: str) -> str:
    """A text as one line: nothing invisible in it, no command of a pipeline, no colour."""
    line = _INVISIBLES.sub(UNPRINTABLE, _SPACES.sub(" ", text))
    line = _COLOUR.sub(r"\g<0> ", _COMMAND.sub("# ", line))
    return _AT_THE_START.sub(r"\1: ", line)


def printable_json(document: str) -> str:
    """JSON text, of any number of lines, that means the same and holds no command.

    Takes what ``json.dumps`` writes in ASCII.
    """
    return document.replace("##", r"#\u0023")
