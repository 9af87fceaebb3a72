"""Markdown that says what it was given and nothing else, whatever characters are in it.

Names and tags come from anybody's Azure resources, so none of them may start a mention, a link or
an HTML tag in a pull request.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Sequence

from plan.text import listed, plural
from printable import printable

COMMENT = 60_000  # characters of a summary; a comment on GitHub holds 65,536
CELL = 200  # characters of one value; longer ones are cut
BLOCK = 1500  # characters of one block
CONTEXT = 20  # characters shown beside what differs
NAMED = 5  # names in a line; more are counted
_COMMAND = re.compile(
    r"""
    (?: (?<=:\ ) | (?<=\() )                        # "way out: COMMAND", "(COMMAND)"
    ( (?: [A-Z_]+=\S+\  )*                           # variables
      (?: pulumi\ (?: cancel|config|destroy|import|login|preview|refresh|stack|state|up )
        | az\ (?: account|graph|group|monitor|network|policy|provider|resource|role|storage|vm )
        | python\ -m | scripts/\w+ ) \b .*? )
    (?= \.?$ | [.;,)]+\  | \)[.;,]?$ )               # up to the end of the phrase
    """,
    re.VERBOSE,
)

_BLOCK = re.compile(r"^(\d{0,9})(?=[.)](?:\s|$)|(?<!\d)(?:[-+]|\#{1,6})(?:\s|$)|(?<!\d)--)")
"""Before the sign by which a text at the start of a line is a heading, a list or a rule."""

_LINKED = re.compile(
    r"""
    @                                               # a mention, an address
    | [\#!] (?=\d)                                  # an issue, a work item, a pull request
    | \bGH(?=-\d)
    | \b(?:https?|ftp|mailto|xmpp)(?=:)             # addresses, which need no brackets
    | \bwww(?=\.)
    | (?<![-\w/.]) (?P<commit> [0-9a-f]{7,40} ) (?![-\w.])
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What GitHub and Azure DevOps make a link of in plain text (GitHub Docs, "Autolinked references
and URLs"; GFM 6.9; Azure DevOps, "Markdown syntax"): they look at the text once it is rendered, so
that a backslash keeps nothing from it."""


def code(value: object, most: int = CELL) -> str:
    """A value as inline code, fit for a table cell."""
    text = _cut(_line(value), most).replace("`", "'").replace("|", "\\|")
    return f"`{text}`" if text else ""


def plain(value: object, most: int = 2 * CELL) -> str:
    """A value as text on one line, fit for a table cell; commands in it as code, to copy."""
    text = _cut(_line(value), most)
    parts = _COMMAND.split(text)  # text and commands by turns
    told = (code(part, most) if at % 2 else _escaped(part) for at, part in enumerate(parts))
    return _BLOCK.sub(r"\1\\", "".join(told))


def _line(value: object) -> str:
    return " ".join(printable(str(value)).split())


def _escaped(text: str) -> str:
    text = re.sub(r"([\\`*_\[\]|~])", r"\\\1", html.escape(text, quote=False))
    return _LINKED.sub(_apart, text)


def _apart(found: re.Match[str]) -> str:
    """A text with something invisible in it, or behind it, that keeps it from being a link."""
    parts = re.findall(".{1,6}", found[0]) if found["commit"] else [found[0], ""]
    return "\N{WORD JOINER}".join(parts)


def block(value: str) -> str:
    """Lines as a block of code."""
    lines = "\n".join(map(printable, value.strip().split("\n")))
    return f"```text\n{_cut(lines, BLOCK).replace('`', chr(39))}\n```"


def table(head: Sequence[str], rows: Sequence[Sequence[str]], most: int) -> list[str]:
    """A table of finished cells, as one block; more rows than ``most`` are counted below it."""
    if not rows:
        return []
    lines = [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows[:most])]
    return [*(["\n".join(lines)] if most else ()), *more(len(rows) - most, "row")]


def more(rest: int, noun: str) -> list[str]:
    """A line that counts what was left off; nothing where nothing was."""
    return [f"… and {rest:,} more {noun if rest == 1 else plural(noun)}"] if rest > 0 else []


def details(title: str, lines: Iterable[str]) -> list[str]:
    """Lines behind a title that opens them; nothing where there are none."""
    found = list(lines)
    if not found:
        return []
    return [f"<details><summary>{title}</summary>", "", *found, "", "</details>"]


def fitting(render: Callable[[int], str], rows: Iterable[int]) -> str:
    """A text of COMMENT characters at most, rendered with the most rows of a table that fit.

    ``rows`` are tried in turn. What is too long with the last is cut between lines: half a name is
    no code.
    """
    text = ""
    for most in rows:
        text = render(most)
        if len(text) <= COMMENT:
            return text
    return text[: text.rfind("\n", 0, COMMENT) + 1]


def names(found: Sequence[str], most: int) -> str:
    """Names as inline code; more than ``most`` are counted."""
    return listed([code(name, 80) for name in found], max(most, 1))


def apart(before: str, after: str, most: int = CELL) -> tuple[str, str]:
    """Two texts as they are, or the parts by which they differ where one is too long for a cell."""
    if max(len(before), len(after)) <= most:
        return before, after
    start = _alike(before, after)
    end = _alike(before[start:][::-1], after[start:][::-1])
    first, last = max(start - CONTEXT, 0), max(end - CONTEXT, 0)
    return _part(before, first, last), _part(after, first, last)


def _alike(one: str, other: str) -> int:
    """How many characters two texts start with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _part(text: str, first: int, last: int) -> str:
    """A text without so many characters at its start and end."""
    shown = text[first : len(text) - last]
    return f"{'…' if first else ''}{shown}{'…' if last else ''}"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
