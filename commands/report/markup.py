"""HTML as a tree, so that every text is escaped where the tree is written, and nowhere else."""

from __future__ import annotations

from xml.etree.ElementTree import Element, tostring

from printable import printable

Child = Element | str | None


def element(tag: str, *children: Child, **attributes: str) -> Element:
    """An element; ``class_`` and ``aria_label`` become ``class`` and ``aria-label``.

    A child that is None is left out. Texts are one line each, of what can be seen.
    """
    named = {name.rstrip("_").replace("_", "-"): v for name, v in attributes.items()}
    made = Element(tag, {name: printable(value) for name, value in named.items()})
    for child in children:
        if isinstance(child, str):
            _add_text(made, child)
        elif child is not None:
            made.append(child)
    return made


def written(tree: Element) -> str:
    """The tree as HTML text."""
    return tostring(tree, encoding="unicode", method="html")


def _add_text(parent: Element, text: str) -> None:
    text = printable(text)
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text
