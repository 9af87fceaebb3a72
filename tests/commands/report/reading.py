"""Reads a report as a program would: its elements, its data, its policy."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any


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
