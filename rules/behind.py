"""What is behind a security group: the subnets and networks that it sits on."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network, collapse_addresses

from estate.arm_id import key
from rules.bodies import configurations, listed, network_of_subnet, prefixes_of, reference
from rules.landscape import Landscape
from rules.model import Network


def subnets_behind(landscape: Landscape, group: str) -> tuple[str, ...] | None:
    """Keys of the subnets whose machines a group (key) applies to; None where one is not known.

    An interface stands for its subnet, since its address may become any other in it.
    """
    found = dict.fromkeys(_named(landscape, group))
    return tuple(found) if all(each in landscape.subnets for each in found) else None


def prefixes_behind(landscape: Landscape, group: str) -> tuple[Network, ...]:
    """The prefixes behind a group, joined; none where it sits nowhere, or a subnet is not known."""
    subnets = subnets_behind(landscape, group) or ()
    found = [network for each in subnets for network in prefixes_of(landscape.subnets[each])]
    fours = collapse_addresses(each for each in found if isinstance(each, IPv4Network))
    sixes = collapse_addresses(each for each in found if isinstance(each, IPv6Network))
    return (*fours, *sixes)


def networks_behind(landscape: Landscape, group: str) -> frozenset[str]:
    """Keys of the networks that a group sits in."""
    return frozenset(map(network_of_subnet, _named(landscape, group)))


def _named(landscape: Landscape, group: str) -> Iterator[str]:
    for place in map(key, landscape.places(group)):
        if place in landscape.subnets:
            yield place
            continue
        body = landscape.bodies[place]
        for each in configurations(body) or (body,):
            for configuration in listed(each, "ipConfigurations"):
                yield reference(configuration, "subnet")
