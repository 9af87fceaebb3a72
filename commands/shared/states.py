"""Words for states, levels and stages, in the order in which they are listed."""

from __future__ import annotations

from collections.abc import Mapping

STATES: Mapping[str, str] = {
    "recorded": "recorded, and analysed in the stack's workspace",
    "partial": "recorded in some of its places only, or through a filter on the flow log",
    "elsewhere": "recorded, and analysed in somebody else's workspace",
    "not analysed": "recorded to storage, with Traffic Analytics off",
    "records nothing": "on a subnet delegated to a service that flow logs do not see",
    "dark": "nothing records it",
    "unattached": "on no subnet and no network interface, so there is nothing to record",
}

LEVELS: Mapping[str, str] = {
    "virtualNetwork": "virtual network",
    "subnet": "subnet",
    "networkInterface": "network interface",
    "networkSecurityGroup": "network security group",
}

OWNERS: Mapping[str, str] = {
    "created": "made here",
    "adopted": "adopted",
    "external": "left to others",
    "released": "released, its target is gone",
    "refused": "refused by Azure",
}

STAGES: Mapping[str, str] = {
    "nsg only": "by its NSG flow log alone",
    "twice": "recorded twice",
    "waiting": "switched off next run",
    "switched off": "NSG flow log is off",
}
