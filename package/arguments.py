"""The component's arguments: the program's configuration keys, under their own names.

The SDK makes the schema from these classes: it evaluates the annotations and reads the texts under
the fields. So annotations here are real types, and names are those of the schema.
"""

import json
from collections.abc import Mapping
from enum import Enum, StrEnum
from typing import Any, NotRequired, TypedDict

from wording import PROJECT

HOME = "subscriptionId"


class TargetLevel(StrEnum):
    """What a new flow log is attached to."""

    VirtualNetwork = "virtualNetwork"
    Subnet = "subnet"
    NetworkInterface = "networkInterface"
    NetworkSecurityGroup = "networkSecurityGroup"
    """Makes no new ones, and reports every security group without a flow log of its own."""


class ExistingFlowLogs(StrEnum):
    """What becomes of flow logs that others made."""

    Leave = "leave"
    """They are counted."""
    Adopt = "adopt"
    """They are taken over in place and brought to standard."""


class ExistingWorkspaces(StrEnum):
    """What becomes of adopted flow logs that feed another workspace."""

    Keep = "keep"
    Move = "move"


class NsgFlowLogs(StrEnum):
    """What becomes of existing flow logs on network security groups."""

    Keep = "keep"
    """They count as coverage."""
    Disable = "disable"
    """They are switched off once their networks are recorded otherwise; needs adopt."""
    Ignore = "ignore"
    """They neither count nor are touched."""


class NetworksWithoutNsg(StrEnum):
    """What becomes of virtual networks that no wanted security group sits in."""

    Report = "report"
    Cover = "cover"


class StorageSku(StrEnum):
    """Redundancy of the storage accounts."""

    StandardLRS = "Standard_LRS"
    StandardZRS = "Standard_ZRS"
    StandardGRS = "Standard_GRS"
    StandardRAGRS = "Standard_RAGRS"
    StandardGZRS = "Standard_GZRS"
    StandardRAGZRS = "Standard_RAGZRS"


class Lifecycle(StrEnum):
    """What ends retentionDays in the storage accounts that are made."""

    FlowLog = "flowLog"
    """The retention of each flow log; Azure has rules for 1,000 of them an account."""
    Account = "account"
    """One lifecycle rule of the account; flow logs have retention 0."""


class Filter(TypedDict):
    """Globs without regard to letter case; fields are and-ed, values of one field or-ed."""

    tags: NotRequired[dict[str, list[str]]]
    """Tag name to values."""
    resourceGroups: NotRequired[list[str]]
    """Names of resource groups."""
    names: NotRequired[list[str]]
    """Names of network security groups."""
    locations: NotRequired[list[str]]
    """Regions."""


class Alerts(TypedDict):
    """Alerts over the workspace; thresholds are per Traffic Analytics interval."""

    enabled: NotRequired[bool]
    """Whether there are any; true by default."""
    emails: NotRequired[list[str]]
    """Addresses to write to."""
    actionGroupIds: NotRequired[list[str]]
    """ARM ids of action groups to call."""
    deniedFlowsThreshold: NotRequired[int]
    """Denied flows from one source that are a burst; 1000 by default."""
    externalDestinationsThreshold: NotRequired[int]
    """Public destinations of one machine that are a fan-out; 100 by default."""
    ignoredSources: NotRequired[list[str]]
    """IPv4 addresses and networks that alerts pass over, such as scanners."""
    managementPorts: NotRequired[list[int]]
    """Ports that should not be open to the internet; 22, 3389, 5985 and 5986 by default."""
    securityGroupChanges: NotRequired[bool]
    """Whether writing and deleting security groups and their rules is told; false by default."""
    detections: NotRequired[list[str]]
    """Names of detections to be told of, such as beaconing or spreading-inside; none by default."""


class FlowLoggingArgs(TypedDict):
    """What to log, and how. All values are plain: what exists is decided before the run."""

    location: str
    """Region of the resource group and the workspace."""
    subscriptionId: NotRequired[str]
    """Id of the subscription that holds workspace and storage; by default ARM_SUBSCRIPTION_ID."""
    subscriptions: NotRequired[list[str]]
    """Ids of the subscriptions to look in; by default the one that holds workspace and storage."""
    include: NotRequired[Filter]
    """Which network security groups matter; by default all."""
    exclude: NotRequired[Filter]
    """Which network security groups to leave out; wins over include."""
    targetLevel: NotRequired[TargetLevel]
    """What a new flow log is attached to; by default virtualNetwork."""
    existingFlowLogs: NotRequired[ExistingFlowLogs]
    """Flow logs that others made: leave (the default) or adopt."""
    existingWorkspaces: NotRequired[ExistingWorkspaces]
    """Adopted flow logs that feed another workspace: keep (the default) or move."""
    nsgFlowLogs: NotRequired[NsgFlowLogs]
    """Existing flow logs on network security groups: keep (the default), disable or ignore."""
    disableFor: NotRequired[Filter]
    """The wave of network security groups that disable applies to; by default all."""
    networksWithoutNsg: NotRequired[NetworksWithoutNsg]
    """Virtual networks in scope without a wanted security group: report (the default) or cover."""
    removeAtMost: NotRequired[int]
    """How many flow logs of its own may leave in one run before it stops; 10 by default."""
    retentionDays: NotRequired[int]
    """Days that flow log blobs stay in storage, 1 to 365; 90 by default."""
    analyticsRetentionDays: NotRequired[int]
    """Days that the workspace keeps its rows, 30 to 730; 90 by default."""
    dailyQuotaGb: NotRequired[int]
    """GB a day that the workspace takes; 0, the default, is no cap. A cap drops evidence."""
    trafficAnalyticsInterval: NotRequired[int]
    """Minutes between two runs of Traffic Analytics, 10 or 60; 60 by default."""
    workspaceId: NotRequired[str]
    """ARM id of a workspace to use instead of making one."""
    storageAccounts: NotRequired[dict[str, list[str]]]
    """Region to ARM ids of storage accounts to use instead of making them."""
    storageAccountsPerRegion: NotRequired[int]
    """Storage accounts that share the flow logs of a region, 1 to 16; 1 by default."""
    storageSku: NotRequired[StorageSku]
    """Redundancy of the storage accounts; Standard_LRS by default."""
    flowLogIdentity: NotRequired[str]
    """Managed identity by which new flow logs are written: make, or its ARM id; none by default."""
    regionsWithoutTrafficAnalytics: NotRequired[list[str]]
    """Replaces the built-in list of regions without Traffic Analytics; none makes it empty."""
    regionsWithoutWorkspaces: NotRequired[list[str]]
    """Replaces the built-in list of regions without workspaces; none makes it empty."""
    lifecycle: NotRequired[Lifecycle]
    """What ends retentionDays in the accounts that are made: flowLog (the default) or account."""
    protectData: NotRequired[bool]
    """Protects resource group, storage accounts and workspace from deletion; true by default."""
    alerts: NotRequired[Alerts]
    """Who is told of what; without an address or an action group alerts tell nobody."""
    sentinel: NotRequired[bool]
    """Analytic rules of Microsoft Sentinel in the place of alerts on queries; false by default."""
    filteringCriteria: NotRequired[str]
    """Azure's own filter of new flow logs (preview); what it drops is never recorded."""
    ingestionFilter: NotRequired[str]
    """Experimental: KQL predicate on NTANetAnalytics that a row must meet to be kept."""
    tags: NotRequired[dict[str, str]]
    """Tags on everything that is created."""


def configuration(arguments: Mapping[str, Any]) -> dict[str, str]:
    """The arguments as the engine would send the same configuration: full keys, texts and JSON."""
    return {_key(name): _text(value) for name, value in arguments.items() if value is not None}


def _key(name: str) -> str:
    return f"{'azure-native' if name == HOME else PROJECT}:{name}"


def _text(value: object) -> str:
    if isinstance(value, Enum):
        return str(value.value)
    return value if isinstance(value, str) else json.dumps(_whole(value))


def _whole(value: object) -> object:
    """The protocol has no whole numbers: 90 comes as 90.0."""
    if isinstance(value, Mapping):
        return {name: _whole(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_whole(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
