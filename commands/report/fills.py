"""The fills of states and verdicts: a pattern each, so that none is told by its colour alone."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from commands.report.markup import element

SIZE = 8  # pixels of a pattern's side
# What is drawn over a plain colour, as SVG path data: states of security groups and networks,
# verdicts on rules, then states of hours, of which one is "recorded", too.
MARKS: Mapping[str, str] = {
    "recorded": "",
    "partial": "M-2 2L2 -2M0 8L8 0M6 10L10 6",
    "elsewhere": "M0 2H8M0 6H8",
    "not analysed": "M2 2h.01M6 6h.01",
    "records nothing": "M2 0V8M6 0V8",
    "dark": "M0 0L8 8M8 0L0 8",
    "unattached": "M0 4H8M4 0V8",
    "used": "",
    "unused": "M0 0L8 8M8 0L0 8",
    "shadowed": "M0 2H8M0 6H8",
    "wider than used": "M-2 2L2 -2M0 8L8 0M6 10L10 6",
    "cannot tell": "M2 2h.01M6 6h.01",
    "quiet": "M0 2H8M0 6H8",
    "gap": "M0 0L8 8M8 0L0 8",
    "unknown": "M2 2h.01M6 6h.01",
}


def patterns() -> Element:
    """The definitions that bars and swatches of the whole page refer to; it shows nothing."""
    definitions = element("defs", *map(_pattern, MARKS))
    return element("svg", definitions, class_="patterns", aria_hidden="true")


def swatch(state: str) -> Element:
    """A small square in a state's fill."""
    square = element("rect", width="100%", height="100%", fill=fill(state))
    return element("svg", square, class_="swatch", aria_hidden="true")


def fill(state: str) -> str:
    """The value of an SVG ``fill`` attribute."""
    return f"url(#{_name(state)})"


def _pattern(state: str) -> Element:
    plain = element("rect", class_="plain", width=str(SIZE), height=str(SIZE))
    marks = element("path", class_="marks", d=MARKS[state]) if MARKS[state] else None
    return element(
        "pattern",
        plain,
        marks,
        id=_name(state),
        width=str(SIZE),
        height=str(SIZE),
        patternUnits="userSpaceOnUse",
    )


def _name(state: str) -> str:
    return f"fill-{state.replace(' ', '-')}"
