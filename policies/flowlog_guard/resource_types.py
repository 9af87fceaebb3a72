"""Which resource types the rules know, whatever provider and API version they come from.

azure-native types exist without a version (`azure-native:network:FlowLog`), with one in the module
(`azure-native:network/v20240501:FlowLog`) and, since version 3, in local packages that are named
by module and version (`azure-native_network_v20240501:network:FlowLog`).
"""

from __future__ import annotations

import enum
import functools
import re

from flowlog_guard.spelling import AZURE_CLASSIC, AZURE_NATIVE, Spelling

STACK = "pulumi:pulumi:Stack"


class Kind(enum.Enum):
    """What a resource is to the rules."""

    FLOW_LOG = "flow log"
    NETWORK_SECURITY_GROUP = "network security group"
    VIRTUAL_NETWORK = "virtual network"
    SUBNET = "subnet"
    NETWORK_INTERFACE = "network interface"
    ATTACHMENT = "association of a network security group"
    STORAGE_ACCOUNT = "storage account"
    WORKSPACE = "workspace"


_NATIVE = {
    ("network", "FlowLog"): Kind.FLOW_LOG,
    ("network", "NetworkSecurityGroup"): Kind.NETWORK_SECURITY_GROUP,
    ("network", "VirtualNetwork"): Kind.VIRTUAL_NETWORK,
    ("network", "Subnet"): Kind.SUBNET,
    ("network", "NetworkInterface"): Kind.NETWORK_INTERFACE,
    ("storage", "StorageAccount"): Kind.STORAGE_ACCOUNT,
    ("operationalinsights", "Workspace"): Kind.WORKSPACE,
}

_CLASSIC = {
    "azure:network/networkWatcherFlowLog:NetworkWatcherFlowLog": Kind.FLOW_LOG,
    "azure:network/networkSecurityGroup:NetworkSecurityGroup": Kind.NETWORK_SECURITY_GROUP,
    "azure:network/virtualNetwork:VirtualNetwork": Kind.VIRTUAL_NETWORK,
    "azure:network/subnet:Subnet": Kind.SUBNET,
    "azure:network/networkInterface:NetworkInterface": Kind.NETWORK_INTERFACE,
    "azure:network/subnetNetworkSecurityGroupAssociation:SubnetNetworkSecurityGroupAssociation": (
        Kind.ATTACHMENT
    ),
    "azure:network/networkInterfaceSecurityGroupAssociation:"
    "NetworkInterfaceSecurityGroupAssociation": Kind.ATTACHMENT,
    "azure:storage/account:Account": Kind.STORAGE_ACCOUNT,
    "azure:operationalinsights/analyticsWorkspace:AnalyticsWorkspace": Kind.WORKSPACE,
}

_NATIVE_TOKEN = re.compile(
    r"azure-native(?:_[a-z0-9]+_v\d{8}[a-z]*)?:([a-z0-9]+)(?:/v\d{8}[a-z]*)?:(\w+)"
)


@functools.lru_cache(maxsize=4096)
def kind_of(resource_type: str) -> Kind | None:
    """What the resource is, None for a type that no rule looks at."""
    match = _NATIVE_TOKEN.fullmatch(resource_type)
    if match:
        return _NATIVE.get((match[1], match[2]))
    return _CLASSIC.get(resource_type)


def spelling_of(resource_type: str) -> Spelling:
    """The property names of a flow log of this type."""
    return AZURE_NATIVE if resource_type.startswith("azure-native") else AZURE_CLASSIC
