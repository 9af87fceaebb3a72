"""Virtual machine scale sets, to be read: their network profile names subnets and groups."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from localazure.server.api_versions import COMPUTE, Versions
from localazure.state.store import Resource
from localazure.state.subresources import reference
from localazure.types.base import ResourceType

SCALE_SETS = "Microsoft.Compute/virtualMachineScaleSets"


class ScaleSets(ResourceType):
    """Microsoft.Compute/virtualMachineScaleSets."""

    type = SCALE_SETS
    versions: ClassVar[Versions] = COMPUTE


def uses(scale_set: Resource) -> Iterator[str]:
    """Ids of the groups and subnets that the machines of a scale set are in."""
    profile = scale_set.get("properties", {}).get("virtualMachineProfile", {})
    interfaces = profile.get("networkProfile", {}).get("networkInterfaceConfigurations", [])
    for properties in (each.get("properties", {}) for each in interfaces):
        places = [each.get("properties", {}) for each in properties.get("ipConfigurations", [])]
        used = [properties.get("networkSecurityGroup"), *(each.get("subnet") for each in places)]
        yield from (id_ for id_ in map(reference, used) if id_ is not None)
