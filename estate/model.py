"""The estate as plain frozen records, and the small facts about ARM ids that every room shares.

Ids keep the letter case in which Azure gave them; ``key`` makes them comparable, since ARM ids
compare without regard to letter case. Regions are programmatic names (``westeurope``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from estate.arm_id import key, parent_of, resource_group_of, subscription_of
from estate.home import Home as Home

SET_UP = ("succeeded", "updating", "creating")
"""Provisioning states of a flow log that records, or is about to; ``Failed``, ``Canceled``,
``Deleting`` and whatever is newer are not (ARM: ProvisioningState)."""
Kind = Literal["subnet", "networkInterface", "scaleSet"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A subscription that was listed and is visible; ``id`` is the GUID, lower case.

    ``state`` is as ARM says it (SubscriptionState: ``Enabled``, ``Warned``, ``PastDue``,
    ``Disabled``, ``Deleted``); empty where ARM does not say it.
    """

    id: str
    name: str
    tenant_id: str
    state: str = ""

    @property
    def deleted(self) -> bool:
        """True if it is gone with all that was in it, so that Azure answers nothing there."""
        return self.state.casefold() == "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """Fields that every resource has."""

    id: str
    name: str
    location: str
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def subscription_id(self) -> str:
        """GUID, lower case."""
        return subscription_of(self.id)

    @property
    def resource_group(self) -> str:
        """Name, in its letter case."""
        return resource_group_of(self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceGroup(Resource):
    """A resource group of a listed subscription.

    ``managed_by`` is the id of the service that owns it (an AKS cluster, a Databricks workspace).
    """

    managed_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSecurityGroup(Resource):
    """A network security group and, by its own back references, where it sits."""

    subnet_ids: tuple[str, ...] = ()
    network_interface_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Subnet:
    """A subnet, the group on it, and what it is delegated to (``Microsoft.Web/serverFarms``).

    ``gateway_ids`` are the virtual network gateways in it, of VPN and ExpressRoute alike.
    """

    id: str
    name: str
    security_group_id: str | None = None
    delegations: tuple[str, ...] = ()
    gateway_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VirtualNetwork(Resource):
    """A virtual network with all its subnets."""

    subnets: tuple[Subnet, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkInterface(Resource):
    """A network interface, or a scale set's interface configuration, that a group sits on.

    ``kind`` is ``scaleSet`` for the latter: its id is the scale set's, since the interfaces of the
    instances come and go.
    """

    security_group_id: str
    subnet_ids: tuple[str, ...]
    kind: Kind = "networkInterface"


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkWatcher(Resource):
    """A network watcher; Azure allows one per region and subscription."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficAnalytics:
    """Traffic Analytics of a flow log; ``interval`` in minutes."""

    enabled: bool
    interval: int | None = None
    workspace_guid: str | None = None
    workspace_id: str | None = None
    workspace_region: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowLog(Resource):
    """A flow log as ARM holds it (not as Resource Graph remembers it).

    ``retention_days`` is 0 for ever; ``identity`` is ARM's own object; ``written_by`` says who
    wrote it last and when, where ARM says so (systemData); ``record_types`` cannot be
    sent back with API 2024-05-01 (aaz models: the property came with 2025-03-01).
    """

    target_id: str
    storage_id: str
    enabled: bool
    version: int | None
    format_type: str | None
    retention_enabled: bool
    retention_days: int
    analytics: TrafficAnalytics
    filtering_criteria: str | None = None
    record_types: str | None = None
    identity: Mapping[str, Any] | None = None
    provisioning_state: str = "Succeeded"
    written_by: str = ""

    @property
    def watcher_id(self) -> str:
        """Id of the network watcher that it belongs to."""
        return parent_of(self.id)

    @property
    def failed(self) -> bool:
        """True if Azure does not say that it is set up, so that it may record nothing."""
        return self.provisioning_state.casefold() not in SET_UP

    @property
    def feeds(self) -> str:
        """Id of the workspace that its rows go to; empty without Traffic Analytics."""
        return (self.analytics.workspace_id or "") if self.analytics.enabled else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageAccount(Resource):
    """A storage account of the stack, or one that the settings name; ``sku`` as ARM's.

    ``shared_key`` is whether its keys open it.
    """

    kind: str = ""
    sku: str = ""
    shared_key: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedIdentity(Resource):
    """A user-assigned managed identity; roles are assigned to ``principal_id``."""

    principal_id: str = ""
    tenant_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleAssignment:
    """A role (its definition's GUID, lower case) of a principal at a scope (ARM id)."""

    id: str
    scope: str
    principal_id: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace(Resource):
    """A Log Analytics workspace; ``customer_id`` is its GUID.

    ``default_rule_id`` is the data collection rule of its transformations, blank if it has none;
    ``retention_days`` of its rows, ``daily_quota_gb`` its cap in GB, 0 where it has none.
    """

    customer_id: str = ""
    default_rule_id: str = ""
    retention_days: int = 30
    daily_quota_gb: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """Something that stands beside the flow logs; ``alias`` is a saved function's."""

    id: str
    tags: Mapping[str, str] = field(default_factory=dict)
    alias: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estate:
    """Everything that planning needs to know, and nothing else.

    ``resource_groups`` are those of all listed subscriptions and the stack's own,
    ``storage_accounts`` those in its own group, ``given_accounts`` and ``workspace`` what it was
    given or makes; ``former_workspace`` is the stack's own where flow logs feed a given one,
    ``other_workspaces`` are what others' flow logs feed. Where the settings ask for them:
    ``identity`` is the managed identity of our flow logs, ``role_assignments`` are those in the
    stack's own group, ``with_lifecycle`` keys of accounts there that have lifecycle rules,
    ``sentinel`` whether the workspace is onboarded to Microsoft Sentinel. ``installed`` is what
    else of the kinds that we make there is. ``unlisted`` counts visible subscriptions not asked
    for. ``home_subscriptions`` are those of the stack's own group, of given accounts and of the
    workspace, as far as they are visible. ``gone`` holds keys of ids that ARM was asked for and has
    not. ``redundancies`` are names by region, as far as Azure was asked and says them.
    """

    subscriptions: tuple[Subscription, ...]
    home_subscriptions: tuple[Subscription, ...] = ()
    resource_groups: tuple[ResourceGroup, ...] = ()
    security_groups: tuple[NetworkSecurityGroup, ...] = ()
    networks: tuple[VirtualNetwork, ...] = ()
    interfaces: tuple[NetworkInterface, ...] = ()
    watchers: tuple[NetworkWatcher, ...] = ()
    flow_logs: tuple[FlowLog, ...] = ()
    storage_accounts: tuple[StorageAccount, ...] = ()
    given_accounts: tuple[StorageAccount, ...] = ()
    workspace: Workspace | None = None
    former_workspace: Workspace | None = None
    other_workspaces: tuple[Workspace, ...] = ()
    identity: ManagedIdentity | None = None
    role_assignments: tuple[RoleAssignment, ...] = ()
    with_lifecycle: frozenset[str] = frozenset()
    installed: tuple[Installed, ...] = ()
    unlisted: int = 0
    gone: frozenset[str] = frozenset()
    redundancies: Mapping[str, frozenset[str]] | None = None
    sentinel: bool = False

    def without(self, ids: Iterable[str]) -> Estate:
        """The same estate less the resources with these ids, which turned out to be gone.

        Flow logs that name one as storage account or workspace name none any more.
        """
        gone = {key(resource_id) for resource_id in ids}
        if not gone:
            return self
        networks = (_without_subnets(r, gone) for r in self.networks if key(r.id) not in gone)
        flow_logs = (_without_ends(r, gone) for r in self.flow_logs if key(r.id) not in gone)
        return replace(
            self,
            resource_groups=tuple(r for r in self.resource_groups if key(r.id) not in gone),
            networks=tuple(networks),
            interfaces=tuple(r for r in self.interfaces if key(r.id) not in gone),
            watchers=tuple(r for r in self.watchers if key(r.id) not in gone),
            flow_logs=tuple(flow_logs),
            storage_accounts=tuple(r for r in self.storage_accounts if key(r.id) not in gone),
            workspace=_unless_gone(self.workspace, gone),
            former_workspace=_unless_gone(self.former_workspace, gone),
        )


def _unless_gone(workspace: Workspace | None, gone: set[str]) -> Workspace | None:
    return None if workspace is None or key(workspace.id) in gone else workspace


def _without_subnets(network: VirtualNetwork, gone: set[str]) -> VirtualNetwork:
    kept = tuple(subnet for subnet in network.subnets if key(subnet.id) not in gone)
    return network if len(kept) == len(network.subnets) else replace(network, subnets=kept)


def _without_ends(log: FlowLog, gone: set[str]) -> FlowLog:
    if key(log.storage_id) in gone:
        log = replace(log, storage_id="")
    if key(log.analytics.workspace_id or "") in gone:
        analytics = log.analytics
        log = replace(
            log, analytics=TrafficAnalytics(enabled=analytics.enabled, interval=analytics.interval)
        )
    return log
