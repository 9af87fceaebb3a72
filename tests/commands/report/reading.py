"""Reads a report as a program would: its elements, its data, its policy."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest

from commands.report.facts import SourceError
from printable import printable
from tests.commands.report.documents import HOSTILE


def assert_refused(read: Callable[[str, str], object], name: str, text: str, problem: str) -> None:
    """A document of a command is refused in one line that names the file, the fault and the way."""
    with pytest.raises(SourceError) as refused:
        read(text, f"{name}.json")
    said = str(refused.value)
    assert said.startswith(f"{name}.json ") and problem in said, said
    assert said.endswith(f"'python -m commands.{name} --json FILE' of this release wrote")
    assert "\n" not in said


@dataclass
class Page(HTMLParser):
    """Elements with their attributes, and the text of each script and style."""

    text: str
    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    bodies: dict[str, list[str]] = field(default_factory=dict)
    _inside: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self._inside = tag
        if tag in ("script", "style"):
            self.bodies.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside in ("script", "style"):
            self.bodies[self._inside][-1] += data

    @property
    def policy(self) -> str:
        """The content security policy."""
        (found,) = (
            attributes["content"]
            for tag, attributes in self.elements
            if attributes.get("http-equiv") == "Content-Security-Policy"
        )
        return found

    @property
    def words(self) -> str:
        """The static text as a reader sees it, in one line."""
        main = self.text.split("<main>", 1)[1].split("</main>", 1)[0]
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())

    @property
    def data(self) -> dict[str, Any]:
        """The data of the tables."""
        found: dict[str, Any] = json.loads(self.bodies["script"][0])
        return found

    def rows(self, table: str) -> list[dict[str, list[str]]]:
        """A table's rows: key of the column to its texts."""
        texts = self.data["texts"]
        found = self.data["tables"][table]
        keys = [column["key"] for column in found["columns"]]
        return [
            {
                key: [texts[position] for position in cell]
                for key, cell in zip(keys, row, strict=True)
            }
            for row in found["rows"]
        ]


def assert_texts_stay_texts(plain: Page, hostile: Page) -> None:
    """Names that look like HTML add no kind of element, no script and no handler, and are told."""
    kinds = [sorted({tag for tag, _ in found.elements}) for found in (plain, hostile)]
    assert kinds[0] == kinds[1]
    assert len(hostile.bodies["script"]) == 2
    assert hostile.bodies["script"][1] == plain.bodies["script"][1]
    assert not [
        name for _, attributes in hostile.elements for name in attributes if name[:2] == "on"
    ]
    told = [*hostile.data["texts"], unescape(hostile.text)]
    for text in HOSTILE:
        assert any(printable(text) in each for each in told), text
