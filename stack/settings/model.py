"""One environment's settings as plain records: what planning may know of the configuration.

``read.py`` reads and checks them; nothing here touches Pulumi or the environment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from estate.identity import Identity
from stack.settings.regions import WITHOUT_TRAFFIC_ANALYTICS, WITHOUT_WORKSPACES
from wording import PROJECT

PROVIDER = "azure-native"
TAG = "managed-by"  # the tag that names the stack which owns a resource; no setting may set it
MAKE = "make"  # of flowLogIdentity: the stack makes the identity itself
ACCOUNTS_PER_REGION = 16  # of the stack's own, at most
MANAGEMENT_PORTS = (22, 3389, 5985, 5986)  # SSH, RDP, WinRM
DETECTIONS = (
    "beaconing",
    "denied-then-allowed",
    "first-contact",
    "management-brute-force",
    "outbound-volume",
    "scanning-inside",
    "spreading-inside",
)
"""Alerts that are raised if they are asked for alone; each has the name of its query."""

TargetLevel = Literal["virtualNetwork", "subnet", "networkInterface", "networkSecurityGroup"]
ExistingFlowLogs = Literal["leave", "adopt"]
ExistingWorkspaces = Literal["keep", "move"]
NsgFlowLogs = Literal["keep", "disable", "ignore"]
NetworksWithoutNsg = Literal["report", "cover"]
Lifecycle = Literal["flowLog", "account"]
StorageSku = Literal[
    "Standard_LRS",
    "Standard_ZRS",
    "Standard_GRS",
    "Standard_RAGRS",
    "Standard_GZRS",
    "Standard_RAGZRS",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Conditions on a network security group; fields are and-ed, values of one field or-ed.

    Values are globs, compared without regard to letter case. A filter without a field says nothing.
    """

    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    resource_groups: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether no field is set."""
        return not (self.tags or self.resource_groups or self.names or self.locations)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSettings:
    """What the alerts need; thresholds are per Traffic Analytics interval.

    ``ignored_sources`` are addresses and networks (IPv4 in CIDR form). ``security_group_changes``
    asks for alerts on writing and deleting security groups and their rules, ``detections`` for
    those that it names (of `DETECTIONS`).
    """

    enabled: bool = True
    emails: tuple[str, ...] = ()
    action_group_ids: tuple[str, ...] = ()
    denied_flows: int = 1000
    external_destinations: int = 100
    ignored_sources: tuple[str, ...] = ()
    management_ports: tuple[int, ...] = MANAGEMENT_PORTS
    security_group_changes: bool = False
    detections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One environment's configuration; the meaning of each key is in README.

    Units: ``retention_days``, ``analytics_retention_days`` days; ``traffic_analytics_interval``
    minutes; ``daily_quota_gb`` GB a day, 0 for none. Subscription ids are lower case, no repeats.
    ``flow_log_identity`` is ``MAKE``, the id of a managed identity, or empty.
    """

    stack: str
    location: str
    identity: Identity
    subscriptions: tuple[str, ...]
    include: Filter = field(default_factory=Filter)
    exclude: Filter = field(default_factory=Filter)
    target_level: TargetLevel = "virtualNetwork"
    existing_flow_logs: ExistingFlowLogs = "leave"
    existing_workspaces: ExistingWorkspaces = "keep"
    nsg_flow_logs: NsgFlowLogs = "keep"
    disable_for: Filter = field(default_factory=Filter)
    networks_without_nsg: NetworksWithoutNsg = "report"
    remove_at_most: int = 10
    retention_days: int = 90
    analytics_retention_days: int = 90
    daily_quota_gb: int = 0
    traffic_analytics_interval: int = 60
    workspace_id: str = ""
    storage_accounts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    storage_accounts_per_region: int = 1
    storage_sku: StorageSku = "Standard_LRS"
    flow_log_identity: str = ""
    lifecycle: Lifecycle = "flowLog"
    protect_data: bool = True
    alerts: AlertSettings = field(default_factory=AlertSettings)
    sentinel: bool = False
    filtering_criteria: str = ""
    ingestion_filter: str = ""
    regions_without_traffic_analytics: frozenset[str] = WITHOUT_TRAFFIC_ANALYTICS
    regions_without_workspaces: frozenset[str] = WITHOUT_WORKSPACES
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def owner(self) -> str:
        """Value of the tag ``managed-by`` on what this stack makes or adopts."""
        return f"{PROJECT}/{self.stack}"

    @property
    def analytic_rules(self) -> bool:
        """Whether what alerts on queries are analytic rules of Microsoft Sentinel."""
        return self.sentinel and self.alerts.enabled
