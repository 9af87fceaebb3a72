"""Attachments of the stack's security groups, and the properties in which machines name subnets.

Sources of the property names: the Python SDKs `pulumi-azure-native` 3.29 (`network`, `compute`) and
`pulumi-azure` 6.40 (`network`, `compute`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flowlog_guard.resource_types import Kind
from flowlog_guard.stack import Stack
from flowlog_guard.stack_resource import Declared

_INTERFACES = (
    "virtualMachineProfile.networkProfile.networkInterfaceConfigurations.*",
    "networkProfile.networkInterfaceConfigurations.*",
    "networkInterfaces.*",
    "networkProfiles.*",
)
"""Where a scale set, or a machine, declares interfaces; the last two in the classic provider."""
_GROUP_IDS = ("networkSecurityGroup.id", "networkSecurityGroupId")
_SUBNET_IDS = ("ipConfigurations.*.subnet.id", "ipConfigurations.*.subnetId")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A security group and something that it protects."""

    group: Declared
    resource: Declared
    certain: bool
    """False where a preview knows several groups that it may be."""


def subnet_ids() -> Iterator[str]:
    """The paths at which interfaces, scale sets, machines and associations name their subnets."""
    yield from _SUBNET_IDS
    yield from (f"{interface}.{path}" for interface in _INTERFACES for path in _SUBNET_IDS)
    yield from _ASSOCIATED


def attachments(stack: Stack) -> Iterator[Attachment]:
    """Every security group of the stack with all that the stack attaches it to."""
    for resource in stack.of(*_ATTACHED_KINDS):
        for path in _group_ids():
            for group, certain in _groups(stack, resource, path):
                yield Attachment(group, _protected(stack, resource), certain)


_ATTACHED_KINDS = (
    Kind.SUBNET,
    Kind.NETWORK_INTERFACE,
    Kind.SCALE_SET,
    Kind.VIRTUAL_MACHINE,
    Kind.ATTACHMENT,
)
_ASSOCIATED = {"subnetId": Kind.SUBNET, "networkInterfaceId": Kind.NETWORK_INTERFACE}
"""Where a classic association names what it attaches a group to."""


def _group_ids() -> Iterator[str]:
    yield from _GROUP_IDS
    yield from (f"{interface}.{path}" for interface in _INTERFACES for path in _GROUP_IDS)


def _groups(stack: Stack, resource: Declared, path: str) -> Iterator[tuple[Declared, bool]]:
    for value in resource.each(path):
        group_of_id = stack.find(value) if isinstance(value, str) else None
        sources = stack.sources(resource, path, Kind.NETWORK_SECURITY_GROUP)
        possible = [source for source in sources if stack.may_be(source, value)]
        for group in [group_of_id] if group_of_id else possible:
            yield group, len(possible) == 1 or group_of_id is not None


def _protected(stack: Stack, resource: Declared) -> Declared:
    """The resource that an association attaches to, or itself where that is not in the stack."""
    if resource.kind is not Kind.ATTACHMENT:
        return resource
    named = [stack.refer(resource, path, kind).declared for path, kind in _ASSOCIATED.items()]
    return next((declared for declared in named if declared is not None), resource)
