"""What the flow logs of a plan stand on: groups, watchers, storage accounts, the workspace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from estate.arm_id import resource_group_of, segment
from plan.model.planned import Planned


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
class PlannedLifecycle(Planned):
    """The lifecycle rules of a storage account of the stack: blobs of flow logs go after days."""

    noun: ClassVar[str] = "lifecycle policy"
    days: int

    @property
    def account_name(self) -> str:
        """Name of the storage account."""
        return segment(self.id, "storageAccounts")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedIdentity(Planned):
    """The managed identity that the stack makes; ``principal_id`` is empty of a new one."""

    noun: ClassVar[str] = "managed identity"
    principal_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRoleAssignment(Planned):
    """A role of a managed identity on a storage account (``scope``); all ids are ARM's.

    ``principal_id`` is a GUID, empty where the identity is made in this run.
    """

    noun: ClassVar[str] = "role assignment"
    scope: str
    identity_id: str
    principal_id: str
    role_id: str


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
class PlannedFoundation:
    """What flow logs stand on, made or given.

    ``location`` and ``storage_sku`` are what was asked for. ``former_workspace`` is the stack's own
    one where flow logs feed a given one, declared as found since it holds rows. ``given_accounts``
    is region to ids. ``identity`` and ``role_assignments`` are those of our flow logs, as far as
    the stack makes them; ``lifecycles`` there are where accounts end the retention.
    """

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
    identity: PlannedIdentity | None = None
    role_assignments: tuple[PlannedRoleAssignment, ...] = ()
    lifecycles: tuple[PlannedLifecycle, ...] = ()

    @property
    def imported(self) -> tuple[Planned, ...]:
        """What the stack may import, and lists that lag may show.

        Not blob services, which come with their account, nor what is read one by one: identity,
        role assignments and lifecycle rules.
        """
        return (
            self.home,
            *self.groups,
            *self.watchers,
            *self.storage_accounts,
            *filter(None, (self.made_workspace, self.former_workspace)),
        )
