"""Numbers with their nouns, in the words of everything that is printed."""

from __future__ import annotations


def count(number: int, noun: str) -> str:
    """``1 flow log``, ``1,200 flow logs``, ``2 saved queries``."""
    return f"{number:,} {noun if number == 1 else plural(noun)}"


def plural(noun: str) -> str:
    """More than one of a kind: flow logs, saved searches, policies."""
    if noun.endswith("y"):
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("ch", "s", "x")) else f"{noun}s"
