"""The types of a plan's document: every key once, for whoever writes it and whoever reads it.

Ids are in ARM's letter case, except ``targets``, ``covers`` and keys of objects, which are lower
case. States are those of ``plan.model.flow_logs``. Adding a key keeps the version; whoever reads a
document made it in the same run, with the same version of this program.
"""

from __future__ import annotations

from typing import TypedDict

from plan.model.flow_logs import CoverageState, FlowLogState, Stage
from stack.settings.model import TargetLevel


class CoverageCounts(TypedDict):
    """Counts of security groups; ``coveredBefore`` is without this run."""

    discovered: int
    excluded: int
    covered: int
    coveredBefore: int


class MigrationEntry(TypedDict):
    """Where a security group stands on the way from NSG flow logs; ``nextStep`` is a sentence."""

    stage: Stage
    nextStep: str
    goesDark: bool


class CoveredEntry(TypedDict):
    """A virtual network; ``stateBefore`` is without this run, ``targets`` are keys."""

    id: str
    name: str
    subscription: str
    resourceGroup: str
    location: str
    state: CoverageState
    stateBefore: CoverageState
    reason: str
    targets: list[str]


class SecurityGroupEntry(CoveredEntry):
    """A security group; ``migration`` is null for one in a subscription that takes no writes."""

    migration: MigrationEntry | None


class AnalyticsEntry(TypedDict):
    """Traffic Analytics that is on; the interval is in minutes, null where Azure names none."""

    interval: int | None
    workspaceId: str


class BeforeEntry(TypedDict):
    """A flow log as Azure holds it."""

    enabled: bool
    trafficAnalytics: AnalyticsEntry | None


class PlannedEntry(TypedDict):
    """A flow log as the run wants it."""

    new: bool
    enabled: bool
    retentionDays: int
    trafficAnalytics: AnalyticsEntry | None


class FlowLogEntry(TypedDict):
    """A flow log: ``before`` is null for a new one, ``planned`` for one left to others.

    ``covers`` are ids of security groups, ``shortfall`` is what one of others lacks of the
    standard.
    """

    id: str
    name: str
    subscription: str
    location: str
    level: TargetLevel
    state: FlowLogState
    targetId: str
    storageId: str
    before: BeforeEntry | None
    shortfall: list[str]
    covers: list[str]
    planned: PlannedEntry | None


class ChangeEntry(TypedDict):
    """One property that adoption changes, as texts."""

    property: str
    before: str
    after: str


class AdoptionEntry(TypedDict):
    """A flow log of others that the run takes over; ``writtenBy`` may be empty."""

    id: str
    targetId: str
    writtenBy: str
    imported: bool
    changes: list[ChangeEntry]


class MadeWorkspace(TypedDict):
    """Settings of a workspace that the stack makes; a quota of 0 is no cap."""

    retentionDays: int
    dailyQuotaGb: float


class PlaceEntry(TypedDict):
    """Id, name and region of a resource."""

    id: str
    name: str
    location: str


class WorkspaceEntry(PlaceEntry):
    """The workspace that flow logs feed; ``made`` is null for a given one."""

    made: MadeWorkspace | None


class StorageAccountEntry(PlaceEntry):
    """A storage account, given or made; ``sku`` is null where given."""

    given: bool
    used: bool
    sku: str | None


class WatcherEntry(TypedDict):
    """A network watcher that the stack makes or made."""

    id: str
    location: str
    subscription: str


class PlanDocument(TypedDict):
    """The document. ``stack`` is the value of the tag managed-by, such as ``flow-logs/prod``;
    ``nsgFlowLogsEnd`` a day (YYYY-MM-DD); ``subscriptions`` is id to name, ``savedQueries`` and
    ``alerts`` name to id; ``formerWorkspace`` is the stack's own that its flow logs left.
    """

    version: int
    stack: str
    nsgFlowLogsEnd: str
    subscriptions: dict[str, str]
    coverage: CoverageCounts
    networkSecurityGroups: list[SecurityGroupEntry]
    networks: list[CoveredEntry]
    flowLogs: list[FlowLogEntry]
    adoptions: list[AdoptionEntry]
    workspace: WorkspaceEntry
    formerWorkspace: PlaceEntry | None
    storageAccounts: list[StorageAccountEntry]
    watchers: list[WatcherEntry]
    savedQueries: dict[str, str]
    alerts: dict[str, str]
    workbookId: str
    notes: list[str]
