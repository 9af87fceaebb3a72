"""Virtual machine scale sets, to be read: their network profile names subnets and groups."""

from __future__ import annotations

from typing import ClassVar

from localazure.api_versions import COMPUTE, Versions
from localazure.types.base import ResourceType


class ScaleSets(ResourceType):
    """Microsoft.Compute/virtualMachineScaleSets."""

    type = "Microsoft.Compute/virtualMachineScaleSets"
    versions: ClassVar[Versions] = COMPUTE
