"""Subnets where other rules would apply after a change, or the same rules to other machines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rules.bodies import network_of_subnet
from rules.landscape import Landscape


def concerned(before: Landscape, after: Landscape) -> Iterator[str]:
    """Ids of subnets that decide otherwise, or might, in the order of their keys."""
    for subnet in sorted(before.subnets.keys() | after.subnets.keys()):
        if before.deciding(subnet) != after.deciding(subnet):
            known = before.subnets.get(subnet) or after.subnets[subnet]
            yield known["id"]


def changed_groups(before: Landscape, after: Landscape) -> list[str]:
    """Ids of security groups whose rules change, or that come or go, by their keys."""
    found = sorted(before.groups.keys() | after.groups.keys())
    return [group for group in found if before.rules_in(group) != after.rules_in(group)]


def networks_of(subnets: Iterable[str]) -> list[str]:
    """Ids of the networks that subnets are in, each once."""
    return list(dict.fromkeys(map(network_of_subnet, subnets)))
