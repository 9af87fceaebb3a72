"""Durations as ISO 8601 writes them."""

from __future__ import annotations

from datetime import timedelta

import isodate


def duration(text: str) -> timedelta | None:
    """The time that a text such as `PT5M` or `-P3D` says; None where it says no fixed time."""
    try:
        found = isodate.parse_duration(text)
    except isodate.ISO8601Error:
        return None
    return found if isinstance(found, timedelta) else None  # months and years have no length
