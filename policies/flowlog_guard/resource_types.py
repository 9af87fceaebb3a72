"""Resource types that the rules know, whatever provider and API version they come from.

azure-native types exist without a version (`azure-native:network:FlowLog`), with one in the module
(`azure-native:network/v20240501:FlowLog`) and, since version 3, in local packages that are named
by module and version (`azure-native_network_v20240501:network:FlowLog`).

The Terraform provider azurerm is there twice: as the classic provider `azure`, and as what
`pulumi package add terraform-provider hashicorp/azurerm` makes of it. Both have the same property
names, since one bridge makes them (pulumi-terraform-bridge, `dynamic/info.go`: one module `index`;
blocks of at most one item are objects in both).
"""

from __future__ import annotations

import enum
import functools
import re

from flowlog_guard.property_paths import AZURE_CLASSIC, AZURE_NATIVE, Spelling

STACK = "pulumi:pulumi:Stack"


class Kind(enum.Enum):
    """Kinds of resources that the rules distinguish."""

    FLOW_LOG = "flow log"
    NETWORK_SECURITY_GROUP = "network security group"
    VIRTUAL_NETWORK = "virtual network"
    SUBNET = "subnet"
    NETWORK_INTERFACE = "network interface"
    SCALE_SET = "virtual machine scale set"
    VIRTUAL_MACHINE = "virtual machine"
    ATTACHMENT = "association of a network security group"
    STORAGE_ACCOUNT = "storage account"
    WORKSPACE = "workspace"


_NATIVE = {
    ("network", "FlowLog"): Kind.FLOW_LOG,
    ("network", "NetworkSecurityGroup"): Kind.NETWORK_SECURITY_GROUP,
    ("network", "VirtualNetwork"): Kind.VIRTUAL_NETWORK,
    ("network", "Subnet"): Kind.SUBNET,
    ("network", "NetworkInterface"): Kind.NETWORK_INTERFACE,
    ("compute", "VirtualMachineScaleSet"): Kind.SCALE_SET,
    ("compute", "VirtualMachine"): Kind.VIRTUAL_MACHINE,
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
    "azure:compute/linuxVirtualMachineScaleSet:LinuxVirtualMachineScaleSet": Kind.SCALE_SET,
    "azure:compute/windowsVirtualMachineScaleSet:WindowsVirtualMachineScaleSet": Kind.SCALE_SET,
    "azure:compute/orchestratedVirtualMachineScaleSet:OrchestratedVirtualMachineScaleSet": (
        Kind.SCALE_SET
    ),
    "azure:compute/scaleSet:ScaleSet": Kind.SCALE_SET,
    "azure:storage/account:Account": Kind.STORAGE_ACCOUNT,
    "azure:operationalinsights/analyticsWorkspace:AnalyticsWorkspace": Kind.WORKSPACE,
}

_TERRAFORM = {
    "NetworkWatcherFlowLog": Kind.FLOW_LOG,
    "NetworkSecurityGroup": Kind.NETWORK_SECURITY_GROUP,
    "VirtualNetwork": Kind.VIRTUAL_NETWORK,
    "Subnet": Kind.SUBNET,
    "NetworkInterface": Kind.NETWORK_INTERFACE,
    "SubnetNetworkSecurityGroupAssociation": Kind.ATTACHMENT,
    "NetworkInterfaceSecurityGroupAssociation": Kind.ATTACHMENT,
    "LinuxVirtualMachineScaleSet": Kind.SCALE_SET,
    "WindowsVirtualMachineScaleSet": Kind.SCALE_SET,
    "OrchestratedVirtualMachineScaleSet": Kind.SCALE_SET,
    "StorageAccount": Kind.STORAGE_ACCOUNT,
    "LogAnalyticsWorkspace": Kind.WORKSPACE,
}

_TERRAFORM_TOKEN = re.compile(r"azurerm:index/\w+:(\w+)")
_NATIVE_TOKEN = re.compile(
    r"azure-native(?:_[a-z0-9]+_v\d{8}[a-z]*)?:([a-z0-9]+)(?:/v\d{8}[a-z]*)?:(\w+)"
)


@functools.lru_cache(maxsize=4096)
def kind_of(resource_type: str) -> Kind | None:
    """Kind of the resource, None for a type that no rule looks at."""
    match = _NATIVE_TOKEN.fullmatch(resource_type)
    if match:
        return _NATIVE.get((match[1], match[2]))
    match = _TERRAFORM_TOKEN.fullmatch(resource_type)
    return _TERRAFORM.get(match[1]) if match else _CLASSIC.get(resource_type)


def spelling_of(resource_type: str) -> Spelling:
    """The property names of a flow log of this type."""
    return AZURE_NATIVE if resource_type.startswith("azure-native") else AZURE_CLASSIC


_NATIVE_NAMES = {
    Kind.FLOW_LOG: "flowLogName",
    Kind.NETWORK_SECURITY_GROUP: "networkSecurityGroupName",
    Kind.VIRTUAL_NETWORK: "virtualNetworkName",
    Kind.SUBNET: "subnetName",
    Kind.NETWORK_INTERFACE: "networkInterfaceName",
    Kind.STORAGE_ACCOUNT: "accountName",
    Kind.WORKSPACE: "workspaceName",
}


def has_name(kind: Kind) -> bool:
    """True if rules look for resources of this kind by name."""
    return kind in _NATIVE_NAMES


def name_input(kind: Kind, resource_type: str) -> str:
    """The input that holds the resource's name in Azure."""
    return _NATIVE_NAMES[kind] if resource_type.startswith("azure-native") else "name"


@functools.lru_cache(maxsize=4096)
def watched_inputs(resource_type: str) -> tuple[str, ...]:
    """Dotted paths of the inputs that rules on the whole stack need, empty for other types.

    A stack is shown with its outputs, where the names of groups, watchers and parents are missing.
    """
    kind = kind_of(resource_type)
    if kind is None or not has_name(kind):
        return ()
    common = ("resourceGroupName", "location", name_input(kind, resource_type))
    if kind is Kind.SUBNET:
        return (*common, "virtualNetworkName")
    if kind is Kind.VIRTUAL_NETWORK:
        return (*common, INLINE_SUBNETS)
    if kind is not Kind.FLOW_LOG:
        return common
    spelling = spelling_of(resource_type)
    targets = (spelling.enabled, spelling.target, spelling.older_target)
    stores = (spelling.storage, spelling.workspace, spelling.workspace_region)
    return (*common, "networkWatcherName", *targets, *stores, spelling.analytics_enabled, *FILTERS)


FILTERS = ("enabledFilteringCriteria", "recordTypes")
"""Inputs of azure-native that keep traffic out of a flow log (Azure API 2024-05-01, 2025-05-01)."""

INLINE_SUBNETS = "subnets"
"""Where a virtual network declares subnets inline, in either provider."""
