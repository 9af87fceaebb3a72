"""Durations and moments as ISO 8601 and Azure write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import isodate


def stamp() -> str:
    """This moment in UTC with Azure's seven digits: `2026-01-02T03:04:05.6789010Z`."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f0Z")


def duration(text: str) -> timedelta | None:
    """The time that a text such as `PT5M` or `-P3D` says; None where it says no fixed time."""
    try:
        length = isodate.parse_duration(text)
    except isodate.ISO8601Error:
        return None
    return length if isinstance(length, timedelta) else None  # months and years have no length


def moment(text: str, now: datetime) -> datetime | None:
    """The time that `2026-01-02T03:04:05Z`, or `-P3D` for three days ago, says; None if none.

    A time without a zone is UTC.
    """
    ago = duration(text) if text.startswith("-P") else None
    if ago is not None:
        return now + ago
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
