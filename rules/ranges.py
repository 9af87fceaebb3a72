"""Closed ranges of whole numbers: ports, and addresses as numbers."""

from __future__ import annotations

from collections.abc import Iterable

Ranges = tuple[tuple[int, int], ...]


def joined(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """The same numbers in as few ranges as can be, in order."""
    listed = sorted(ranges)
    if len(listed) < 2:
        return tuple(listed)
    found: list[tuple[int, int]] = []
    for first, last in listed:
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(found)


def common(one: Ranges, other: Ranges) -> Ranges:
    """Numbers in both; each is joined."""
    if one == other:
        return one
    found = []
    for first, last in one:
        for low, high in other:
            if first <= high and low <= last:
                found.append((first if first > low else low, last if last < high else high))
    return tuple(found)


def without(one: Ranges, other: Ranges) -> Ranges:
    """Numbers in one that are not in the other; each is joined."""
    found = []
    for first, last in one:
        for low, high in other:
            if high < first or low > last:
                continue
            if low > first:
                found.append((first, low - 1))
            first = high + 1
        if first <= last:
            found.append((first, last))
    return tuple(found)
