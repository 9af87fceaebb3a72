"""Flow logs of a plan, and where security groups and networks stand with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from estate.model import FlowLog, TrafficAnalytics
from plan.model.planned import Planned
from stack.settings.model import TargetLevel

FlowLogState = Literal["created", "adopted", "external", "released", "refused"]


CoverageState = Literal[
    "recorded", "partial", "elsewhere", "not analysed", "records nothing", "dark", "unattached"
]


NOTHING_RECORDED: tuple[CoverageState, ...] = ("dark", "records nothing", "unattached")


Stage = Literal["none", "nsg only", "twice", "waiting", "switched off"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFlowLog(Planned):
    """A flow log that the stack makes or has adopted, with every property that Azure could default.

    ``enabled`` is false for an NSG flow log that migration switches off, whose ``retention_days``
    is then 0, as where the account ends the retention, else 1 to 365; of an ``untouched`` one all
    is as Azure holds it, 0 days for retention that is off. ``analytics`` without a workspace id
    means the plan's workspace. ``identity`` is ARM's object, of an adopted one sent back as read.
    ``exists`` is true where Azure holds it, and ids of storage and workspace are then spelled as
    Azure does.
    """

    noun: ClassVar[str] = "flow log"
    state: FlowLogState
    level: TargetLevel
    target_id: str
    watcher_name: str
    storage_id: str
    retention_days: int
    format_type: str
    version: int | None = 2
    enabled: bool = True
    analytics: TrafficAnalytics
    filtering_criteria: str | None = None
    identity: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFlowLog:
    """A flow log as the outputs list it: planned, or in Azure and left alone.

    ``before`` is the flow log as Azure holds it; None for a new one.
    """

    id: str
    name: str
    level: TargetLevel
    state: FlowLogState
    location: str
    target_id: str
    storage_id: str
    before: FlowLog | None = None
    shortfall: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One property that adoption changes, as texts."""

    property: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """A flow log that others made and that this run takes over, field by field.

    ``imported`` is false for one that the stack holds already and brings back to standard.
    ``written_by`` says who wrote it last, and when; empty where Azure does not tell.
    """

    id: str
    target_id: str
    imported: bool
    written_by: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """Where a security group or a network stands, and the targets whose flow logs record it."""

    id: str
    location: str
    state: CoverageState
    targets: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """Where a security group stands between flow logs on groups and flow logs on networks.

    ``goes_dark`` is true where something of it will be recorded by nothing once Azure deletes NSG
    flow logs; ``next_step`` is a sentence.
    """

    id: str
    stage: Stage
    next_step: str
    goes_dark: bool
