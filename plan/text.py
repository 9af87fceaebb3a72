"""Numbers with their nouns, and names in a line, in the words of everything that is printed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date


def count(number: int, noun: str) -> str:
    """``1 flow log``, ``1,200 flow logs``, ``2 saved queries``."""
    return f"{number:,} {noun if number == 1 else plural(noun)}"


def listed(names: Sequence[str], most: int = 1) -> str:
    """``a, b and 1,200 more`` for more than ``most`` names."""
    rest = len(names) - most
    shown = ", ".join(names[:most])
    return f"{shown} and {rest:,} more" if rest > 0 else shown


def plural(noun: str) -> str:
    """More than one of a kind: flow logs, saved searches, policies, days."""
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("ch", "s", "x")) else f"{noun}s"


def in_words(day: date) -> str:
    """A day such as ``30 September 2027``."""
    return f"{day.day} {day:%B %Y}"
