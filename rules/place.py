"""Where an end of a flow sits, and what decides there."""

from __future__ import annotations

from dataclasses import dataclass

from estate.arm_id import key
from rules.addresses import Address
from rules.bodies import group_of, is_endpoint, properties
from rules.from_arm import Body
from rules.model import Network
from rules.table import Tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the tag VirtualNetwork stands for at a subnet.

    ``spaces`` are those of its network and of the peered networks that it may reach, ``routes``
    prefixes of its route table. ``gateway`` is whether it may reach more over a gateway, whose
    ranges nobody tells (azure-docs, service-tags-overview).
    """

    spaces: tuple[Network, ...]
    routes: tuple[Network, ...]
    gateway: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an end sits, and what decides there.

    ``subnet_group`` and each of ``interface_groups`` are rules by direction, None where there is no
    group. Several of ``interface_groups`` are those that may apply, where the address is of an
    instance of a scale set; ``unknown`` says why none is known. ``application_groups`` are keys, or
    why they are not known. ``exempt`` is a private endpoint that no group applies to; security
    admin rules apply to none (azure-docs, concept-security-admins).
    """

    network: str
    subnet: str
    surroundings: Surroundings
    admin: Tables | None
    subnet_group: Tables | None
    interface_groups: tuple[Tables | None, ...] = (None,)
    unknown: str = ""
    application_groups: frozenset[str] | str = frozenset()
    exempt: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """An address of a network interface."""

    address: Address
    interface: Body
    configuration: Body

    @property
    def application_groups(self) -> frozenset[str]:
        """Keys of the application security groups that the address is in."""
        listed = properties(self.configuration).get("applicationSecurityGroups") or ()
        return frozenset(key(group["id"]) for group in listed)

    def told(self) -> object:
        """What decides about it beside rules, to compare."""
        return self.address, is_endpoint(self.interface), group_of(self.interface)
