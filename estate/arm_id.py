"""Facts about ARM ids that every room shares.

Ids keep the letter case in which Azure gave them; ``key`` makes them comparable, since ARM ids
compare without regard to letter case. Regions are programmatic names (``westeurope``).
"""

from __future__ import annotations

import re

GATEWAY_SUBNET = "gatewaysubnet"  # Azure's own name for the subnet of gateways, as a key


def key(resource_id: str) -> str:
    """An ARM id as a key: two ids are the same resource exactly when their keys are equal."""
    return resource_id.casefold()


def name_of(resource_id: str) -> str:
    """The last segment of an ARM id."""
    return resource_id.rsplit("/", 1)[-1]


def segment(resource_id: str, kind: str) -> str:
    """The segment after ``kind`` in an ARM id, in its letter case; empty where there is none."""
    parts = resource_id.split("/")
    folded = [part.casefold() for part in parts]
    wanted = kind.casefold()
    position = folded.index(wanted) if wanted in folded else len(parts)
    return parts[position + 1] if position + 1 < len(parts) else ""


def subscription_of(resource_id: str) -> str:
    """The subscription id in an ARM id, lower case."""
    return segment(resource_id, "subscriptions").casefold()


def resource_group_of(resource_id: str) -> str:
    """The resource group's name in an ARM id, in its letter case."""
    return segment(resource_id, "resourceGroups")


def group_id_of(resource_id: str) -> str:
    """The id of the resource group that a resource is in."""
    return re.split("/providers/", resource_id, maxsplit=1, flags=re.IGNORECASE)[0]


def parent_of(resource_id: str) -> str:
    """The id of what a nested resource belongs to: a subnet's network, a flow log's watcher."""
    return resource_id.rsplit("/", 2)[0]


def region_name(location: str) -> str:
    """The programmatic name of a region, whichever way it is written: ``West Europe``."""
    return location.replace(" ", "").casefold()
