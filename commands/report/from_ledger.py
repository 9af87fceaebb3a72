"""The recording of each target, from the JSON that ``python -m commands.ledger --json`` wrote."""

from __future__ import annotations

from typing import get_args

from commands.ledger.book import Entry
from commands.ledger.document import Ledger, Question
from commands.report.shape import Object, read_shape
from recording.facts import State
from recording.hours import HOUR, Window
from recording.ledger import Period, hours_of

WANTED = "give the file that 'python -m commands.ledger --json FILE' of this release wrote"
_PARTS = 9  # of the shortest ARM id of a target, split at its slashes


def read(text: str, source: str) -> Ledger:
    """A ledger from JSON text; ``source`` names it in errors. Raises SourceError.

    The periods of each target are those of the whole window, in order and without a hole.
    """
    return read_shape(text, source, "is no ledger of the recording", WANTED, _ledger)


def _ledger(found: Object) -> Ledger:
    window = Window(found.moment("from"), found.moment("to"))
    if window.start + window.hours * HOUR != window.end or window.start >= window.end:
        raise found.wrong("must be whole hours after from", "to")
    return Ledger(
        window=window,
        questions=tuple(map(_question, found.each("workspaces"))),
        entries=tuple(_entry(each, window) for each in found.each("targets")),
        notes=found.texts("notes"),
    )


def _question(found: Object) -> Question:
    return Question(
        workspace=found.text("id"),
        asked_at=found.moment("askedAt"),
        query=found.text("query"),
        rows=found.number("rows"),
    )


def _entry(found: Object, window: Window) -> Entry:
    id_ = found.text("id")
    if not id_.startswith("/") or id_.count("/") + 1 < _PARTS:
        raise found.wrong("must be the id of a resource in Azure", "id")
    periods: list[Period] = []
    end = window.start
    for each in found.each("periods"):
        periods.append(_period(each))
        if periods[-1].start != end:
            raise each.wrong("must begin where the one before it ends")
        end = periods[-1].end
    if end != window.end:
        raise found.wrong("must end with the ledger", "periods")
    counted = found.object("hours")
    for state, hours in hours_of(periods).items():
        if counted.number(state) != hours:
            raise counted.wrong(f"must be the {hours} of its periods", state)
    return Entry(id=id_, flow_logs=found.texts("flowLogs"), periods=periods)


def _period(found: Object) -> Period:
    start, end = found.moment("from"), found.moment("to")
    if start >= end or (end - start) % HOUR:
        raise found.wrong("must be whole hours after from", "to")
    return Period(
        start=start,
        end=end,
        state=found.one_of("state", get_args(State)),
        cause=found.text("cause"),
        by=found.text("by"),
        evidence=found.text("evidence"),
    )
