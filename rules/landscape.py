"""Where an address sits, and which groups apply there, from ARM bodies.

Bodies are by ``key`` of their id: security groups, virtual networks with their subnets and
peerings, network interfaces, scale sets and route tables, as Resource Graph or ARM gives them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from estate.arm_id import key, name_of, resource_group_of, subscription_of
from rules.addresses import Address, address_of, is_inside
from rules.bodies import (
    application_groups,
    configurations,
    group_of,
    has_gateway,
    is_endpoint,
    is_of_azure,
    listed,
    network_of_subnet,
    networks,
    peerings,
    policed,
    prefixes_of,
    properties,
    reference,
    routes,
    spaces,
    uses_gateway,
    without_interfaces,
)
from rules.from_arm import Body, admin_rules, group_rules
from rules.model import End, Network, Rule
from rules.place import Card, Place, Surroundings
from rules.prefixes import Prefixes
from rules.table import Tables

Bodies = Mapping[str, Body]


@dataclass(frozen=True)
class Landscape:
    """Networks, groups and machines as they are, or as they would be.

    ``admin`` are effective security admin rules by the key of a network. Rules of bodies that are
    the same objects in ``base`` are taken from it. Raises RuleError where a rule cannot be read.
    """

    bodies: Bodies
    admin: Mapping[str, Sequence[Body]] = field(default_factory=dict)
    base: Landscape | None = field(default=None, repr=False, compare=False)

    @cached_property
    def groups(self) -> Mapping[str, Tables]:
        """Rules by the key of their security group."""
        held = self.base.bodies if self.base else {}
        known = self.base.groups if self.base else {}
        return {
            id_: known[id_] if held.get(id_) is body else Tables(group_rules(body))
            for id_, body in self._of_type("networksecuritygroups")
        }

    @cached_property
    def subnets(self) -> Mapping[str, Body]:
        """Subnets by key of their id."""
        return {
            key(subnet["id"]): subnet
            for _, network in self._of_type("virtualnetworks")
            for subnet in listed(network, "subnets")
        }

    def read(self) -> None:
        """Reads every rule. Raises RuleError where one cannot be read."""
        _ = self.groups, self.admin_tables

    def place_of(self, end: End) -> Place | None:
        """Where an end sits; None where that is not in these networks."""
        subnet = self._subnet_of(end)
        return self._place(subnet, end.address) if subnet else None

    def rules_in(self, group: str) -> tuple[Rule, ...] | None:
        """Rules of a group (key); None where it is none of these."""
        found = self.groups.get(group)
        return None if found is None else found.rules

    @cached_property
    def named_groups(self) -> Mapping[str, str]:
        """Keys of groups by what rows call them: subscription, resource group and name."""
        return {
            f"{subscription_of(group)}/{resource_group_of(group)}/{name_of(group)}": group
            for group in self.groups
        }

    def deciding(self, subnet: str) -> object:
        """All that decides flows of a subnet (key), to compare; None where there is no such."""
        if subnet not in self.subnets:
            return None
        network = network_of_subnet(subnet)
        applying = [self.groups.get(group_of(self.subnets[subnet]))]
        cards = self._cards_in.get(subnet, ())
        instances = self._instances.get(subnet, ())
        applying += [self.groups.get(group_of(card.interface)) for card in cards]
        applying += [self.groups.get(group_of(each)) for each in instances]
        named = {name for tables in applying if tables for name in tables.application_groups}
        admin = self.admin_tables.get(network)
        return (
            self._surroundings[subnet],
            admin.rules if admin else None,
            [tables.rules if tables else None for tables in applying],
            [card.told() for card in cards],
            policed(self.subnets[subnet]),
            without_interfaces(self.subnets[subnet]),
            self._members(network, named),
        )

    def _members(self, network: str, groups: Iterable[str]) -> object:
        """Addresses in a network that are of application security groups."""
        wanted = frozenset(groups)
        if not wanted:
            return None
        found = {
            (subnet, card.address): card.application_groups & wanted
            for subnet, cards in self._cards_in.items()
            if network_of_subnet(subnet) == network
            for card in cards
        }
        return {place: members for place, members in found.items() if members}

    def places(self, group: str) -> Iterator[str]:
        """Ids of the subnets and network interfaces that a group (key) sits on."""
        yield from self._attached.get(group, ())

    @cached_property
    def _attached(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = {}
        for subnet in self.subnets.values():
            found.setdefault(group_of(subnet), []).append(subnet["id"])
        for _, body in self._of_type("networkinterfaces"):
            found.setdefault(group_of(body), []).append(body["id"])
        for _, body in self._of_type("virtualmachinescalesets"):
            for group in dict.fromkeys(map(group_of, configurations(body))):
                found.setdefault(group, []).append(body["id"])
        return found

    @cached_property
    def admin_tables(self) -> Mapping[str, Tables]:
        """Security admin rules by the key of their network."""
        return {network: Tables(admin_rules(listed)) for network, listed in self.admin.items()}

    def _of_type(self, kind: str) -> list[tuple[str, Body]]:
        return self._by_type.get(kind, [])

    @cached_property
    def _by_type(self) -> Mapping[str, list[tuple[str, Body]]]:
        found: dict[str, list[tuple[str, Body]]] = {}
        for id_, body in self.bodies.items():
            found.setdefault(id_.split("/")[-2], []).append((id_, body))
        return found

    @cached_property
    def _places(self) -> dict[tuple[str, str], Place]:
        return {}

    def _place(self, subnet: str, address: str) -> Place:
        known = self._places.get((subnet, address))
        if known is None:
            known = self._places[subnet, address] = self._made(subnet, address)
        return known

    def _made(self, subnet: str, address: str) -> Place:
        body = self.subnets[subnet]
        network = network_of_subnet(subnet)
        place = Place(
            network=network,
            subnet=subnet,
            surroundings=self._surroundings[subnet],
            admin=None if is_of_azure(body) else self.admin_tables.get(network),
            subnet_group=self.groups.get(group_of(body)),
        )
        found = address_of(address)
        card = self._cards.get((subnet, found)) if found else None
        return self._with_interface(place, body, card, address)

    def _with_interface(self, place: Place, subnet: Body, card: Card | None, text: str) -> Place:
        if card is not None:
            return replace(
                place,
                admin=None if is_endpoint(card.interface) else place.admin,
                interface_groups=(self.groups.get(group_of(card.interface)),),
                application_groups=card.application_groups,
                exempt=is_endpoint(card.interface) and not policed(subnet),
            )
        if without_interfaces(subnet):
            return place
        instances = self._instances.get(place.subnet, ())
        if instances:
            groups = {group_of(each): self.groups.get(group_of(each)) for each in instances}
            members = frozenset.union(*map(application_groups, instances))
            reason = f"{text} may be an instance of a scale set with application security groups"
            return replace(
                place,
                interface_groups=tuple(groups.values()),
                application_groups=reason if members else frozenset(),
            )
        reason = f"no network interface has {text or 'an address that the row leaves out'} now"
        return replace(place, unknown=reason, application_groups=reason)

    @cached_property
    def _cards_in(self) -> Mapping[str, list[Card]]:
        """Addresses of interfaces by the key of their subnet."""
        found: dict[str, list[Card]] = {}
        for _, body in self._of_type("networkinterfaces"):
            for configuration in listed(body, "ipConfigurations"):
                address = address_of(properties(configuration).get("privateIPAddress") or "")
                subnet = reference(configuration, "subnet")
                if address is not None and subnet:
                    found.setdefault(subnet, []).append(Card(address, body, configuration))
        return found

    @cached_property
    def _cards(self) -> Mapping[tuple[str, Address], Card]:
        return {
            (subnet, card.address): card
            for subnet, cards in self._cards_in.items()
            for card in cards
        }

    @cached_property
    def _instances(self) -> Mapping[str, tuple[Body, ...]]:
        """Interface configurations of scale sets by the subnet that they are in."""
        found: dict[str, tuple[Body, ...]] = {}
        for _, body in self._of_type("virtualmachinescalesets"):
            for each in configurations(body):
                subnets = {reference(one, "subnet") for one in listed(each, "ipConfigurations")}
                for subnet in subnets:
                    found[subnet] = (*found.get(subnet, ()), each)
        return found

    @cached_property
    def _surroundings(self) -> Mapping[str, Surroundings]:
        found = {}
        for _, network in self._of_type("virtualnetworks"):
            known = (*spaces(network), *self._peered(network))
            gateway = has_gateway(network) or any(map(uses_gateway, peerings(network)))
            for subnet in listed(network, "subnets"):
                table = self.bodies.get(reference(subnet, "routeTable"), {})
                found[key(subnet["id"])] = Surroundings(
                    spaces=known, routes=tuple(routes(table)), gateway=gateway
                )
        return found

    def _peered(self, network: Body) -> Iterator[Network]:
        for peering in peerings(network):
            told = properties(peering)
            remote = self.bodies.get(reference(peering, "remoteVirtualNetwork"))
            if remote is not None:
                yield from spaces(remote)
            else:
                space = told.get("remoteVirtualNetworkAddressSpace")
                space = space or told.get("remoteAddressSpace") or {}
                yield from networks(space.get("addressPrefixes") or ())

    def _subnet_of(self, end: End) -> str:
        if end.subnet:
            return self._named.get((end.subscription, end.subnet)) or self._named.get(
                ("", end.subnet), ""
            )
        address = address_of(end.address)
        if address is None or not is_inside(address):
            return ""
        holding = list(self._prefixes.holding(address))
        return holding[0] if len(holding) == 1 else ""

    @cached_property
    def _prefixes(self) -> Prefixes[str]:
        """Keys of subnets by their prefixes."""
        return Prefixes(
            (prefix, subnet)
            for subnet, body in self.subnets.items()
            for prefix in prefixes_of(body)
        )

    @cached_property
    def _named(self) -> Mapping[tuple[str, str], str]:
        """Subnets as rows name them; without a subscription where the name is of one alone."""
        found: dict[tuple[str, str], str] = {}
        for id_ in self.subnets:
            network = network_of_subnet(id_)
            text = f"{resource_group_of(id_)}/{name_of(network)}/{name_of(id_)}"
            found[subscription_of(id_), text] = id_
            found["", text] = "" if ("", text) in found else id_
        return found
