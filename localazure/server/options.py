"""Values of command-line options, refused in words that say what they may be."""

from __future__ import annotations

import argparse

LONGEST = 3600
"""Longest time, in seconds, that an option may set."""


def port(text: str) -> int:
    """A TCP port, 0 for any; raises ArgumentTypeError."""
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"a port is 0 to 65535, not '{text}'")
    return int(text)


def count(text: str) -> int:
    """A whole number; raises ArgumentTypeError."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"a count is 0 or more, not '{text}'")
    return int(text)


def seconds(text: str) -> float:
    """A duration; raises ArgumentTypeError."""
    wrong = argparse.ArgumentTypeError(f"seconds are 0 to {LONGEST}, not '{text}'")
    try:
        value = float(text)
    except ValueError:
        raise wrong from None
    if not 0 <= value <= LONGEST:
        raise wrong
    return value


def quota(text: str) -> tuple[int, float]:
    """Requests and the seconds in which so many are answered; raises ArgumentTypeError."""
    requests, _, span = text.partition("/")
    if not requests.isdecimal() or not int(requests) or not span:
        raise argparse.ArgumentTypeError(
            f"a quota is requests and seconds, such as 100/5, not '{text}'"
        )
    return int(requests), seconds(span)
