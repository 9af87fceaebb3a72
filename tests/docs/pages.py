"""The pages of the documentation, taken apart: blocks of commands, commands in text, links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.projects import REPOSITORY

# Why a block cannot be run by a test; written before it as <!-- not run: REASON -->.
REASONS = ("needs real Azure", "needs the published repository", "needs Pulumi Cloud")
_BLOCK = re.compile(
    r"(?:^<!-- not run: (?P<reason>.*?) -->\n+)?^```(?P<language>\w*).*?\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_ANCHOR = re.compile(r'<a id="([^"]+)"')


@dataclass(frozen=True)
class Block:
    """A block of commands, and why it is not run (empty where it is)."""

    text: str
    reason: str


def pages() -> list[Path]:
    """Every page that a user reads."""
    found = [*REPOSITORY.glob("docs/*.md"), *REPOSITORY.glob("[a-z]*/README.md")]
    found += REPOSITORY.glob("examples/*/README.md")
    return sorted([REPOSITORY / "README.md", *found])


def name(page: Path) -> str:
    """The page's path in the repository."""
    return str(page.relative_to(REPOSITORY))


def commands(page: Path) -> list[Block]:
    """The page's shell blocks, in order."""
    return [
        Block(found["text"], found["reason"] or _by_nature(found["text"]))
        for found in _BLOCK.finditer(page.read_text(encoding="utf-8"))
        if found["language"] in ("sh", "bash", "shell", "console")
    ]


def _by_nature(commands: str) -> str:
    """Azure's own CLI talks to Azure alone."""
    return REASONS[0] if commands.startswith("az ") else ""


def text_of(page: Path, language: str) -> str:
    """The page's one block in a language."""
    blocks = _BLOCK.finditer(page.read_text(encoding="utf-8"))
    (text,) = (block["text"] for block in blocks if block["language"] == language)
    return text


def spans(page: Path) -> Iterator[str]:
    """What stands in back-ticks in the text."""
    yield from _SPAN.findall(_text(page))


def links(page: Path) -> Iterator[str]:
    """Targets of the page's links."""
    yield from _LINK.findall(_text(page))


def anchors(page: Path) -> set[str]:
    """Anchors of the page's headings, as GitHub makes them."""
    text = _text(page)
    made = {_slug(heading) for heading in _HEADING.findall(text)}
    return made | set(_ANCHOR.findall(text))


def _text(page: Path) -> str:
    return _BLOCK.sub("", page.read_text(encoding="utf-8"))


def _slug(heading: str) -> str:
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return kept.replace(" ", "-")
