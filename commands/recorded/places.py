"""Places whose flows are recorded: subnets, interfaces, scale sets, networks."""

from __future__ import annotations

from dataclasses import dataclass

from estate.arm_id import key, name_of, parent_of, resource_group_of, subscription_of

_KINDS = {
    "subnets": "subnet",
    "networkinterfaces": "network interface",
    "virtualmachinescalesets": "scale set",
    "virtualnetworks": "virtual network",
    "networksecuritygroups": "security group",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place by what records it.

    ``targets`` are ids that a flow log on it may have: the place first, then what it is in and the
    groups on it. ``groups`` are ids of security groups whose flow logs record all of it together.
    ``unseen`` is why no flow log sees it, blank where one does.
    """

    targets: tuple[str, ...]
    groups: tuple[str, ...] = ()
    unseen: str = ""


def place_name(place: str) -> str:
    """A place in words: kind and name."""
    kind = _KINDS.get(place.split("/")[-2].casefold(), "resource")
    name = name_of(place)
    return f"{kind} {name_of(parent_of(place))}/{name}" if kind == "subnet" else f"{kind} {name}"


def row_names(target: str) -> set[str]:
    """How rows may name a target: group and name, with or without the subscription before it."""
    path = name_of(target)
    if "/subnets/" in key(target):
        path = f"{name_of(parent_of(target))}/{path}"
    inside = key(f"{resource_group_of(target)}/{path}")
    return {inside, f"{subscription_of(target)}/{inside}", key(target).strip("/")}
