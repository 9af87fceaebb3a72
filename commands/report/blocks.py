"""Pieces of HTML that several sections are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element

from commands.report.markup import Child, element


def section(key: str, title: str, *content: Child, class_: str = "told") -> Element:
    """A section with a heading that names it."""
    name = f"{key}-title"
    heading = element("h2", title, id=name)
    return element("section", heading, *content, id=key, class_=class_, aria_labelledby=name)


def scrollable(content: Element, name: str) -> Element:
    """A frame in which wide content scrolls, by keyboard too."""
    return element("div", content, class_="scroll", role="group", aria_label=name, tabindex="0")


def grid(head: Sequence[str], rows: Iterable[Sequence[str]], class_: str = "") -> Element:
    """A plain table whose first column names the row."""
    return element(
        "table",
        element("thead", element("tr", *(element("th", name, scope="col") for name in head))),
        element("tbody", *(_row(head, row) for row in rows)),
        class_=f"grid {class_}".strip(),
    )


def more(number: int, what: str, target: str = "") -> Element | None:
    """A line on what a list leaves out, with the place where it stands; None if it is whole."""
    if number <= 0:
        return None
    text = f"{number:,} {what}"
    return element("p", element("a", text, href=target) if target else text, class_="more")


def _row(head: Sequence[str], row: Sequence[str]) -> Element:
    cells = (
        element("td", text, data_label=name) for name, text in zip(head[1:], row[1:], strict=True)
    )
    return element("tr", element("th", row[0], scope="row"), *cells)
