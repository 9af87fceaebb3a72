"""The ledger as JSON evidence, and as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from commands.ledger.book import Entry
from commands.recorded.places import place_name
from commands.replay.usage_document import stamp
from plan.text import count
from recording.facts import State
from recording.hours import HOUR, Window
from recording.ledger import Period, hours_of

SIGNS: Mapping[State, str] = {"recorded": "#", "quiet": "-", "gap": "!", "unknown": "?"}
WORST: Sequence[State] = ("gap", "unknown", "quiet", "recorded")
"""What one sign stands for where hours differ: the first of these that is among them."""
WIDTH = 60  # characters of a strip


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a workspace was asked and how many rows it answered with, to ask it again."""

    workspace: str
    asked_at: datetime
    query: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Everything that is told; ``notes`` are lines on what could not be read."""

    window: Window
    questions: Sequence[Question]
    entries: Sequence[Entry]
    notes: Sequence[str] = ()

    def longest_gap(self) -> int:
        """Hours of the longest gap of any target."""
        gaps = (each for entry in self.entries for each in entry.periods if each.state == "gap")
        return max(((each.end - each.start) // HOUR for each in gaps), default=0)


def document(ledger: Ledger) -> dict[str, Any]:
    """``from``, ``to``, ``workspaces``, ``targets`` and ``notes``; times ISO 8601 in UTC.

    Periods are in order and without a hole. ``hours`` counts those of each state.
    """
    return {
        "from": stamp(ledger.window.start),
        "to": stamp(ledger.window.end),
        "workspaces": [
            {
                "id": each.workspace,
                "askedAt": stamp(each.asked_at),
                "query": each.query,
                "rows": each.rows,
            }
            for each in ledger.questions
        ],
        "targets": [
            {
                "id": entry.id,
                "flowLogs": list(entry.flow_logs),
                "hours": hours_of(entry.periods),
                "periods": list(map(_period, entry.periods)),
            }
            for entry in ledger.entries
        ],
        "notes": list(ledger.notes),
    }


def lines(ledger: Ledger) -> Iterator[str]:
    """A strip and the gaps of each target, and a count of hours."""
    start, end = ledger.window.start, ledger.window.end
    yield f"Recording from {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} UTC"
    yield "# recorded   - quiet   ! gap   ? unknown"
    for note in ledger.notes:
        yield f"note: {note}"
    for entry in ledger.entries:
        yield ""
        yield f"{place_name(entry.id)}: {_counts(hours_of(entry.periods))}"
        yield f"  {strip(entry.periods, ledger.window)}"
        for period in entry.periods:
            if period.state in ("gap", "unknown"):
                yield f"  {_told(period)}"
    yield ""
    yield _verdict(ledger)


def strip(periods: Sequence[Period], window: Window, width: int = WIDTH) -> str:
    """The window in signs; each shows the worst hour of its stretch, a gap before all."""
    signs = []
    for position in range(width):
        start = window.start + position * (window.end - window.start) / width
        end = window.start + (position + 1) * (window.end - window.start) / width
        inside = {each.state for each in periods if each.start < end and each.end > start}
        signs.append(next(SIGNS[state] for state in WORST if state in inside))
    return "".join(signs)


def _counts(hours: Mapping[State, int]) -> str:
    return ", ".join(
        f"{count(number, 'hour')} {state}" for state, number in hours.items() if number
    )


def _told(period: Period) -> str:
    by = f" by {period.by}" if period.by else ""
    cause = f"{period.cause}{by}" if period.cause else period.evidence
    evidence = f" ({period.evidence})" if period.cause and period.evidence else ""
    return (
        f"{period.state} {period.start:%Y-%m-%d %H:%M} to {period.end:%Y-%m-%d %H:%M}, "
        f"{count((period.end - period.start) // HOUR, 'hour')}: {cause}{evidence}"
    )


def _verdict(ledger: Ledger) -> str:
    with_gaps = sum(any(each.state == "gap" for each in entry.periods) for entry in ledger.entries)
    told = f"{count(len(ledger.entries), 'target')}: {with_gaps:,} with a gap"
    longest = ledger.longest_gap()
    return f"{told}, the longest {count(longest, 'hour')}" if longest else told


def _period(period: Period) -> dict[str, Any]:
    return {
        "from": stamp(period.start),
        "to": stamp(period.end),
        "state": period.state,
        "cause": period.cause,
        "by": period.by,
        "evidence": period.evidence,
    }
