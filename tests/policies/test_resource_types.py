"""Which types the rules look at, against the installed SDK's own names and the documented ones."""

from __future__ import annotations

import inspect
import re
import sys

import pytest
from flowlog_guard.resource_types import Kind, kind_of, watched_inputs
from pulumi_azure_native import compute, network, operationalinsights, storage

SDK_CLASSES = {
    Kind.FLOW_LOG: network.FlowLog,
    Kind.NETWORK_SECURITY_GROUP: network.NetworkSecurityGroup,
    Kind.VIRTUAL_NETWORK: network.VirtualNetwork,
    Kind.SUBNET: network.Subnet,
    Kind.NETWORK_INTERFACE: network.NetworkInterface,
    Kind.STORAGE_ACCOUNT: storage.StorageAccount,
    Kind.WORKSPACE: operationalinsights.Workspace,
}
MACHINES = {
    Kind.SCALE_SET: compute.VirtualMachineScaleSet,
    Kind.VIRTUAL_MACHINE: compute.VirtualMachine,
}


@pytest.mark.parametrize("kind", [*SDK_CLASSES, *MACHINES], ids=lambda kind: kind.name)
def test_every_version_that_the_sdk_knows(kind: Kind) -> None:
    source = inspect.getsource({**SDK_CLASSES, **MACHINES}[kind])
    tokens = set(re.findall(r"['\"](azure-native:[\w/]+:\w+)['\"]", source))
    assert len(tokens) > 3
    assert {kind_of(token) for token in tokens} == {kind}


@pytest.mark.parametrize(
    "token",
    [
        "azure-native_network_v20230501:network:FlowLog",
        "azure-native_network_v20250701:network:FlowLog",
        "azure-native:network/v20230201preview:FlowLog",
        "azure:network/networkWatcherFlowLog:NetworkWatcherFlowLog",
        "azurerm:index/networkWatcherFlowLog:NetworkWatcherFlowLog",
    ],
)
def test_local_packages_and_classic(token: str) -> None:
    """Local packages: "Azure Native V3", section "Accessing explicit API versions"."""
    assert kind_of(token) is Kind.FLOW_LOG


@pytest.mark.parametrize(
    "token",
    [
        "aws:ec2/flowLog:FlowLog",
        "azure-native:network:FlowLogs",
        "azure-native:storage:FlowLog",
        "azure-native:network:getFlowLog",
        "azure-native_network:network:FlowLog",
        "my-azure-native:network:FlowLog",
        "azurerm:index/networkWatcherFlowLogs:NetworkWatcherFlowLogs",
        "azurerm:network/networkWatcherFlowLog:NetworkWatcherFlowLog",
        "pulumi:pulumi:Stack",
        "",
    ],
)
def test_everything_else_is_left_alone(token: str) -> None:
    assert kind_of(token) is None
    assert watched_inputs(token) == ()


@pytest.mark.parametrize("kind", SDK_CLASSES, ids=lambda kind: kind.name)
def test_watched_inputs_are_inputs_of_the_sdk(kind: Kind) -> None:
    """All but `recordTypes`, which only newer API versions have, in local packages."""
    sdk_class = SDK_CLASSES[kind]
    token = f"azure-native:{sdk_class.__module__.split('.')[1]}:{sdk_class.__name__}"
    source = inspect.getsource(sys.modules[sdk_class.__module__])
    known = set(re.findall(r'pulumi\.getter\(name="(\w+)"\)', source))
    known |= {"location", "enabled", "subnets"}
    watched = {path.partition(".")[0] for path in watched_inputs(token)}
    assert watched - known <= {"recordTypes"}
