"""Subnets that a virtual network declares inline, as resources that the rules can look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from flowlog_guard.properties import MISSING, UNKNOWN, items, read
from flowlog_guard.resource_types import INLINE_SUBNETS, Kind, name_input
from flowlog_guard.stack_resource import Declared

_GROUPS = ("networkSecurityGroup.id", "securityGroup")
"""Where an inline subnet names its security group: in azure-native, in the classic provider."""


def inline_subnets(network: Declared, without: Iterable[Declared]) -> Iterator[Declared]:
    """One for each inline subnet; where a list or a name is not known yet, of unknown name.

    What Azure answers lists subnets that are resources of their own too: `without` these.
    """
    others = {subnet.azure_name for subnet in without}
    for number, given in enumerate(items(network.value(INLINE_SUBNETS))):
        subnet = _subnet(network, number, given)
        if subnet.azure_name is not MISSING and subnet.azure_name not in others:
            yield subnet


def _subnet(network: Declared, number: int, given: object) -> Declared:
    name = read(given, "name").value
    groups = [read(given, path).value for path in _GROUPS] if isinstance(given, Mapping) else []
    group = next((value for value in groups if value is not MISSING), MISSING)
    return Declared(
        kind=Kind.SUBNET,
        type=network.type,
        name=f"{network.name}/{name if isinstance(name, str) else '...'}",
        urn=f"{network.urn}#{number}",
        inputs={
            "resourceGroupName": network.text("resourceGroupName"),
            "virtualNetworkName": network.azure_name,
            name_input(Kind.SUBNET, network.type): name,
            "networkSecurityGroup.id": UNKNOWN if given is UNKNOWN else group,
        },
        outputs={},
        sources={
            "virtualNetworkName": (network.urn,),
            "networkSecurityGroup": network.sources_of(INLINE_SUBNETS),
        },
        provider=network.provider,
        subscription=network.subscription,
    )
