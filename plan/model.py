"""The plan: what the components build, as plain frozen records with every decision taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Protocol

from estate.model import EstateError, FlowLog, TrafficAnalytics, resource_group_of, segment
from plan.answers import Answers
from plan.planned import Planned

Level = Literal["virtualNetwork", "subnet", "networkInterface", "networkSecurityGroup"]
FlowLogState = Literal["created", "adopted", "external", "released", "refused"]
CoverageState = Literal[
    "recorded", "partial", "elsewhere", "not analysed", "records nothing", "dark", "unattached"
]
NOTHING_RECORDED: tuple[CoverageState, ...] = ("dark", "records nothing", "unattached")
Stage = Literal["none", "nsg only", "twice", "waiting", "switched off"]

# Pulumi type tokens of what the components build: a contract with the state of existing stacks.
GROUP_TYPE = "azure-native:resources:ResourceGroup"
WATCHER_TYPE = "azure-native:network:NetworkWatcher"
STORAGE_TYPE = "azure-native:storage:StorageAccount"
BLOB_SERVICE_TYPE = "azure-native:storage:BlobServiceProperties"
WORKSPACE_TYPE = "azure-native:operationalinsights:Workspace"
FLOW_LOG_TYPE = "azure-native:network:FlowLog"


class PlanError(EstateError):
    """What is asked for cannot be built; the text is the one line that a user sees."""


class State(Protocol):
    """What the stack already holds."""

    @property
    def flow_logs(self) -> Mapping[str, tuple[str, str]]:
        """Logical name of each flow log to its Azure name and its target's id."""

    @property
    def tags(self) -> Mapping[str, str]:
        """Tags of the setting ``tags`` that the last run put on what the stack makes."""

    @property
    def known(self) -> Mapping[str, tuple[str, ...]]:
        """Keys of the ids that the last run's outputs name, to the targets that record each."""

    @property
    def discovered(self) -> int:
        """Security groups that the last run found; 0 where there was none."""

    @property
    def released(self) -> frozenset[str]:
        """Keys of targets whose flow logs the last run declared for the last time."""

    def holds(self, type_token: str, logical_name: str) -> bool:
        """Whether a resource of this type and logical name is in the stack's state."""

    def held(self, type_token: str) -> frozenset[str]:
        """Logical names of the resources of this type in the stack's state."""

    def urn(self, type_token: str, logical_name: str) -> str:
        """What the state calls that resource; empty where it does not hold it."""

    def spelling(self, resource_id: str) -> str:
        """An id in the letter case in which the stack last sent it; as given where it never did.

        A path name that changes in letter case only would make the engine replace the resource.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedGroup(Planned):
    """A resource group; ``keep`` leaves it in Azure when the stack is destroyed."""

    noun: ClassVar[str] = "resource group"
    keep: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedWatcher(Planned):
    """A network watcher that the stack makes; kept in Azure when the stack is destroyed."""

    noun: ClassVar[str] = "network watcher"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStorage(Planned):
    """A storage account of the stack, for flow logs of one region.

    ``urn`` is what the stack's state calls it, empty where it does not hold it.
    """

    noun: ClassVar[str] = "storage account"
    sku: str
    used: bool
    urn: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedBlobService(Planned):
    """The blob service of a storage account of the stack; deleted containers are kept for days."""

    noun: ClassVar[str] = "blob service"
    container_days: int

    @property
    def account_name(self) -> str:
        """Name of the storage account."""
        return segment(self.id, "storageAccounts")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedWorkspace(Planned):
    """A Log Analytics workspace that the stack makes or made; days, and GB a day (0 is no cap).

    ``urn`` is what the stack's state calls it, empty where it does not hold it.
    """

    noun: ClassVar[str] = "workspace"
    retention_days: int
    daily_quota_gb: float
    urn: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceReference:
    """The workspace that flow logs feed, made or given; ``customer_id`` is empty of a new one."""

    id: str
    name: str
    location: str
    customer_id: str = ""

    @property
    def resource_group(self) -> str:
        """Name of the resource group."""
        return resource_group_of(self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFlowLog(Planned):
    """A flow log that the stack makes or has adopted, with every property that Azure could default.

    ``enabled`` is false for an NSG flow log that migration switches off, whose ``retention_days``
    is then 0, else 1 to 365; of an ``untouched`` one all is as Azure holds it, 0 days for retention
    that is off. ``analytics`` without a workspace id means the plan's workspace.
    ``identity`` is ARM's object, sent back as read. ``exists`` is true where Azure holds it, and
    ids of storage and workspace are then spelled as Azure does.
    """

    noun: ClassVar[str] = "flow log"
    state: FlowLogState
    level: Level
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
    level: Level
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


Judge = Callable[[frozenset[str]], tuple[tuple[Covered, ...], tuple[Covered, ...]]]


def _as_planned(unmade: frozenset[str]) -> tuple[tuple[Covered, ...], tuple[Covered, ...]]:
    raise NotImplementedError("this plan was not made by plan.make")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that the components build and the outputs say.

    ``location`` and ``storage_sku`` are what was asked for. ``watcher_ids`` is subscription to
    region to id, made or found. ``security_groups`` and ``networks`` are those in scope;
    ``excluded`` counts the security groups that the filter left out. ``former_workspace`` is the
    stack's own one where flow logs feed a given one, declared as found since it holds rows.
    ``before`` holds their states (by key) without this run; ``subscriptions`` is id to name of
    those that were read; ``judge`` tells how security groups and networks stand where the flow
    logs on some targets (keys) are not made; ``removals`` says of each flow log that leaves why;
    ``tags`` are the settings' own.
    """

    owner: str
    location: str
    storage_sku: str
    home: PlannedGroup
    groups: tuple[PlannedGroup, ...]
    watchers: tuple[PlannedWatcher, ...]
    storage_accounts: tuple[PlannedStorage, ...]
    blob_services: tuple[PlannedBlobService, ...]
    workspace: WorkspaceReference
    made_workspace: PlannedWorkspace | None
    former_workspace: PlannedWorkspace | None
    given_accounts: Mapping[str, tuple[str, ...]]
    flow_logs: tuple[PlannedFlowLog, ...]
    known_flow_logs: tuple[KnownFlowLog, ...]
    watcher_ids: Mapping[str, Mapping[str, str]]
    security_groups: tuple[Covered, ...]
    networks: tuple[Covered, ...]
    excluded: int
    before: Mapping[str, CoverageState] = field(default_factory=dict)
    subscriptions: Mapping[str, str] = field(default_factory=dict)
    migration: tuple[Migration, ...] = ()
    adoptions: tuple[Adoption, ...] = ()
    removals: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    answers: Answers = field(default_factory=Answers)
    judge: Judge = field(default=_as_planned, compare=False, repr=False)

    @property
    def to_confirm(self) -> tuple[str, ...]:
        """Ids that this run relies on: what it would import, and the targets of new flow logs.

        Resource Graph lags, and an import of what is gone fails the whole run, so they are looked
        at once more before it.
        """
        planned: tuple[Planned, ...] = (
            self.home,
            *self.groups,
            *self.watchers,
            *self.storage_accounts,
            *filter(None, (self.made_workspace, self.former_workspace)),
            *self.flow_logs,
        )
        imports = (resource.import_id for resource in planned if resource.import_id)
        return (*imports, *(log.target_id for log in self.flow_logs if not log.exists))

    @property
    def discovered(self) -> int:
        """How many security groups there are, those that the filter left out included."""
        return len(self.security_groups) + self.excluded

    @property
    def covered(self) -> int:
        """How many security groups in scope something records."""
        return len(self.security_groups) - len(self.skipped)

    @property
    def skipped(self) -> tuple[Covered, ...]:
        """Security groups in scope that nothing records, with the reason."""
        return tuple(group for group in self.security_groups if group.state in NOTHING_RECORDED)
