"""Observations of the calls for single resources, kept for the rules on the whole stack.

The engine shows a stack with its outputs only, where a property that was never set looks like one
that is not known yet. What a call for the same resource saw a moment before settles which it is.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Inputs = Mapping[str, object]
"""Values by dotted path; MISSING and UNKNOWN are among them."""


@dataclass(frozen=True, slots=True)
class Undecided:
    """Why a rule gave no verdict on a resource."""

    unknown: tuple[str, ...] = ()
    """Properties and facts that are not known yet."""
    exempt: str = ""
    """The reason for an exemption that was used."""


class Record:
    """Inputs by URN, undecided rules by rule and URN; the SDK calls policies from four threads."""

    def __init__(self) -> None:
        """An empty record."""
        self._lock = threading.Lock()
        self._inputs: dict[str, tuple[str, Inputs]] = {}
        self._undecided: dict[tuple[str, str], Undecided] = {}

    def see(self, urn: str, rule: str, read: Callable[[], Inputs]) -> None:
        """Keeps a resource's inputs; only the first rule reads, since all are shown the same."""
        with self._lock:
            reader = self._inputs.get(urn, (rule,))[0]
        if reader == rule:
            inputs = read()
            with self._lock:
                self._inputs[urn] = (rule, inputs)

    def inputs(self, urn: str) -> Inputs:
        """The inputs as seen last, empty for a resource that no rule was asked about."""
        with self._lock:
            return self._inputs.get(urn, ("", {}))[1]

    def put(self, rule: str, urn: str, undecided: Undecided | None) -> None:
        """Keeps what a rule said about a resource last; None means that it was decided."""
        with self._lock:
            if undecided is None:
                self._undecided.pop((rule, urn), None)
            else:
                self._undecided[rule, urn] = undecided

    def forget(self, rule: str) -> None:
        """Drops what a rule on the stack left undecided in an earlier run."""
        with self._lock:
            for key in [key for key in self._undecided if key[0] == rule]:
                del self._undecided[key]

    def undecided(self) -> dict[tuple[str, str], Undecided]:
        """A copy of everything undecided, by (rule, URN)."""
        with self._lock:
            return dict(self._undecided)
