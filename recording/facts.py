"""What is known of a target: hours with rows, what somebody did, and what stopped it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

State = Literal["recorded", "quiet", "gap", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What somebody did to what a target's rows depend on, from the activity log.

    ``operation`` is ARM's (``Microsoft.Network/networkWatchers/flowLogs/delete``), ``what`` says it
    in words; ``on`` is whether rows may begin with it and ``off`` whether they may stop. What is
    ``certain`` stops them until something undoes it; of anything else nothing is concluded while
    others are recorded. ``made`` is whether it made what was not there before. ``asked`` is what
    the request asked for, as far as that decides, or that the log does not show it.
    """

    at: datetime
    operation: str
    resource: str
    what: str
    by: str = ""
    on: bool = False
    off: bool = True
    certain: bool = True
    made: bool = False
    asked: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Hours in which rows could not come, with a cause that is known."""

    hours: int
    cause: str
    evidence: str
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a target in a window; hours are bits (``recording.hours``).

    ``rows`` are hours with rows of its flow logs, ``processed`` those that Traffic Analytics says
    it has processed for them, ``beside`` those in which others that use the same account and
    workspace were recorded. ``readable`` are hours that its workspaces could be asked for,
    ``logged`` those that the activity log still has, ``late`` those whose rows came hours late, the
    longest of them ``delay`` minutes. ``reason`` is why hours are not readable, ``now`` why nothing
    can be recorded at the end of the window; blank where something can.
    """

    rows: int
    processed: int
    beside: int
    readable: int
    logged: int
    late: int = 0
    delay: int = 0
    events: Sequence[Event] = ()
    stops: Sequence[Stop] = ()
    reason: str = "the workspace could not be read"
    now: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """Hours, as bits, of a state."""

    hours: int
    state: State
    cause: str = ""
    by: str = ""
    evidence: str = ""
