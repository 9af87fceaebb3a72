"""What the calls for single resources could not decide, kept for the summary of the stack."""

from __future__ import annotations

import threading
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Undecided:
    """Why a rule gave no verdict on a resource."""

    unknown: tuple[str, ...] = ()
    """Properties that are not known yet."""
    exempt: str = ""
    """The reason for an exemption that was used."""


class Record:
    """Undecided rules by resource URN and rule name; the SDK calls policies from four threads."""

    def __init__(self) -> None:
        """An empty record."""
        self._lock = threading.Lock()
        self._entries: dict[tuple[str, str], Undecided] = {}

    def put(self, urn: str, rule: str, undecided: Undecided | None) -> None:
        """Keeps what a rule said about a resource last; None means that it was decided."""
        with self._lock:
            if undecided is None:
                self._entries.pop((urn, rule), None)
            else:
                self._entries[urn, rule] = undecided

    def entries(self) -> dict[tuple[str, str], Undecided]:
        """A copy of everything, by (URN, rule)."""
        with self._lock:
            return dict(self._entries)
