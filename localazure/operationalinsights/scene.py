"""An estate as rules see it: who has an address, and what the rules decide about a flow.

The rules are those that the estate has now, for all times: what was written before a change is
decided anew after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from ipaddress import ip_address, ip_network

from localazure.network.effective_admin_rules import effective_rules
from localazure.network.scale_sets import SCALE_SETS
from localazure.network.service_tags import service_tags
from localazure.operationalinsights.conversations import Conversation, Unreadable
from localazure.state.arm_id import TENANT, key, parse_resource, region
from localazure.state.links import INTERFACES
from localazure.state.store import Resource, Store
from localazure.state.subresources import NETWORKS, reference, subnets
from rules.addresses import address_of, contains, is_inside
from rules.bodies import prefixes_of, without_interfaces
from rules.evaluator import AtEnd, Evaluator, Verdict
from rules.from_arm import network_of
from rules.landscape import Landscape
from rules.model import Direction, End, Flow, Network
from rules.tags import ServiceTags

_TYPES = (
    "Microsoft.Network/networkSecurityGroups",
    NETWORKS,
    INTERFACES,
    "Microsoft.Network/routeTables",
    SCALE_SETS,
)
_UNKNOWN = "UnknownPrivate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One end of a conversation: who has the address; blank and None for what is not there.

    `tags` are the service tags that hold it, as the list names them.
    """

    address: str
    end: End
    network: Resource | None = None
    subnet: Resource | None = None
    interface: Resource | None = None
    tags: tuple[str, ...] = ()

    @property
    def public(self) -> bool:
        """True for an address that anybody may have, of which rows have a cell."""
        found = address_of(self.address)
        return self.subnet is None and found is not None and not is_inside(found)

    @property
    def endpoint(self) -> Resource | None:
        """The reference to the private endpoint that has the address."""
        found = (self.interface or {"properties": {}})["properties"].get("privateEndpoint")
        return found if reference(found) else None

    @property
    def recorded(self) -> bool:
        """True if flow logs see this end: not a private endpoint (azure-docs,
        vnet-flow-logs-overview, "Private endpoint traffic"). Subnets of services are left out."""
        return self.subnet is not None and not self.endpoint and not without_interfaces(self.subnet)


class Scene:
    """The networks, machines, rules and service tags of a store at one moment.

    Raises Unreadable, and rules.from_arm.RuleError where a rule cannot be read.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        bodies = {
            key(each["id"]): each for type_ in _TYPES for each in store.of_type(type_, TENANT)
        }
        self._networks = store.of_type(NETWORKS, TENANT)
        admin = {key(each["id"]): list(effective_rules(store, each)) for each in self._networks}
        self.landscape = Landscape(bodies, {id_: rules for id_, rules in admin.items() if rules})
        self._listed = {
            value["name"]: tuple(
                network
                for prefix in (value.get("properties") or {}).get("addressPrefixes") or ()
                if (network := network_of(prefix)) is not None
            )
            for value in service_tags(store)["values"]
        }
        ranges = {name.casefold(): networks for name, networks in self._listed.items()}
        self._evaluator = Evaluator(self.landscape, ServiceTags(ranges))

    def spot(self, address: str, place: str) -> Spot:
        """Who has an address. Raises Unreadable where several may."""
        found = ip_address(address)
        if not is_inside(found):
            tags = [name for name, networks in self._listed.items() if contains(networks, found)]
            return Spot(address=address, end=End(address=address), tags=tuple(tags))
        holding = [
            each
            for length in self._lengths
            if length <= found.max_prefixlen
            for each in self._by_prefix.get(ip_network((found, length), strict=False), ())
        ]
        if len(holding) > 1:
            names = " and ".join(subnet["id"] for _, subnet in holding)
            raise Unreadable(f"'{place}': {address} is in more than one subnet, {names}")
        if not holding:
            return Spot(address=address, end=End(address=address))
        return self._inside(address, *holding[0])

    def spot_of(self, interface: Resource, address: str) -> Spot | None:
        """An address of an interface; None where it has no such."""
        found = str(ip_address(address))
        subnet = next((id_ for id_, own in _places(interface) if own == found), "")
        for network in self._networks:
            for each in subnets(network):
                if key(each["id"]) == subnet:
                    return self._inside(address, network, each)
        return None

    def _inside(self, address: str, network: Resource, subnet: Resource) -> Spot:
        id_ = parse_resource(network["id"])
        name = f"{id_.group}/{id_.name}/{subnet['name']}".casefold()
        return Spot(
            address=address,
            end=End(address=address, subnet=name, subscription=id_.subscription.casefold()),
            network=network,
            subnet=subnet,
            interface=self._interfaces.get((key(subnet["id"]), str(ip_address(address)))),
        )

    def type_of(self, talk: Conversation, source: Spot, destination: Spot) -> str:
        """FlowType as the page "Traffic analytics schema" defines it; the estate's own counts."""
        if talk.type:
            return talk.type
        public = [spot for spot in (source, destination) if spot.public]
        if public:
            return "AzurePublic" if any(spot.tags for spot in public) else "ExternalPublic"
        networks = [spot.network for spot in (source, destination) if spot.network is not None]
        if len(networks) == 2:
            return "IntraVNet" if networks[0] is networks[1] else "InterVNet"
        places = map(self.landscape.place_of, (source.end, destination.end))
        return "S2S" if any(each and each.surroundings.gateway for each in places) else _UNKNOWN

    def verdict(self, talk: Conversation, source: Spot, destination: Spot, type_: str) -> Verdict:
        """What the rules decide, rule by rule. Raises Unreadable where that cannot be told."""
        if source.subnet is None and destination.subnet is None:
            raise Unreadable(f"'{talk.place}': neither end is in a subnet of the estate")
        verdict = self._evaluator.verdict(
            _flow(source, destination, talk.port, talk.protocol, type_)
        )
        for end in verdict.ends:
            _check(talk, end)
            if end.access == "Deny":
                break
        return verdict

    def decided(
        self, source: Spot, destination: Spot, port: int, protocol: str, direction: Direction
    ) -> AtEnd | None:
        """What the rules decide at one end alone; None where that is in no subnet."""
        at = "Source" if direction == "Outbound" else "Destination"
        flow = _flow(source, destination, port, protocol)
        return next((end for end in self._evaluator.verdict(flow).ends if end.at == at), None)

    @cached_property
    def _by_prefix(self) -> dict[Network, list[tuple[Resource, Resource]]]:
        """Networks and subnets by the prefixes of the subnets."""
        found: dict[Network, list[tuple[Resource, Resource]]] = {}
        for network in self._networks:
            for subnet in subnets(network):
                for prefix in prefixes_of(subnet):
                    found.setdefault(prefix, []).append((network, subnet))
        return found

    @cached_property
    def _lengths(self) -> set[int]:
        return {prefix.prefixlen for prefix in self._by_prefix}

    @cached_property
    def _interfaces(self) -> dict[tuple[str, str], Resource]:
        """Network interfaces by subnet (key) and address."""
        return {
            place: interface
            for interface in self._store.of_type(INTERFACES, TENANT)
            for place in _places(interface)
        }


def _places(interface: Resource) -> Iterator[tuple[str, str]]:
    for configuration in interface["properties"].get("ipConfigurations", []):
        subnet = reference(configuration["properties"].get("subnet"))
        address = address_of(configuration["properties"].get("privateIPAddress") or "")
        if subnet is not None and address is not None:
            yield key(subnet), str(address)


def _flow(source: Spot, destination: Spot, port: int, protocol: str, type_: str = "") -> Flow:
    return Flow(
        source=source.end,
        destination=destination.end,
        port=port,
        protocol=protocol,
        denied=False,
        flows=1,
        bytes=0,
        last_seen=datetime.min,
        type=type_,
    )


def _check(talk: Conversation, end: AtEnd) -> None:
    unclear = [each for each in end.decisions if len(each.rules) != 1]
    if end.access is not None and not unclear:
        return
    reason = end.reason or next((each.reason for each in unclear if each.reason), "")
    raise Unreadable(
        f"'{talk.place}': what the rules decide about {talk.source} to {talk.destination}, "
        f"{talk.protocol} {talk.port}, cannot be told at its {end.at.lower()}: {reason}"
    )


def region_of(spot: Spot) -> str:
    """The region of an end's network; blank outside the estate."""
    return region(spot.network["location"]) if spot.network else ""
