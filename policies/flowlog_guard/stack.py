"""The stack as the rules on it read it: the resources they know, and what refers to what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from pulumi_policy import PolicyResource

from flowlog_guard.arm_id import ArmId, parse
from flowlog_guard.inline_subnets import inline_subnets
from flowlog_guard.observations import Record, Undecided
from flowlog_guard.properties import MISSING, Absent, read
from flowlog_guard.resource_types import Kind, has_name, kind_of
from flowlog_guard.stack_resource import Declared

TARGETS = (
    Kind.VIRTUAL_NETWORK,
    Kind.SUBNET,
    Kind.NETWORK_INTERFACE,
    Kind.NETWORK_SECURITY_GROUP,
)
"""What a flow log can be attached to."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The resources that a property with an ARM id may refer to."""

    id: str | Absent
    declared: Declared | None
    """The resource of this stack, if it is one."""


class Stack:
    """The resources that rules look at, with inline subnets, and with references resolved."""

    def __init__(self, resources: Iterable[PolicyResource], record: Record) -> None:
        """Leaves out every resource of another kind."""
        self._record = record
        self._by_urn: dict[str, Declared] = {}
        self._by_kind: dict[Kind, list[Declared]] = defaultdict(list)
        self._by_name: dict[tuple[Kind, str], list[Declared]] = defaultdict(list)
        for resource in sorted(resources, key=lambda resource: resource.urn):
            kind = kind_of(resource.resource_type)
            if kind is not None:
                self._add(_declared(kind, resource, record))
        self._subnets: dict[str, list[Declared]] = defaultdict(list)
        for subnet in self.of(Kind.SUBNET):
            network = self.network_of(subnet)
            if network is not None:
                self._subnets[network.urn].append(subnet)
        for network in self.of(Kind.VIRTUAL_NETWORK):
            self._add_inline(network)

    def _add(self, declared: Declared) -> None:
        self._by_urn[declared.urn] = declared
        self._by_kind[declared.kind].append(declared)
        name = self.path_name(declared)
        if name:
            self._by_name[declared.kind, name].append(declared)

    def _add_inline(self, network: Declared) -> None:
        inline = list(inline_subnets(network, without=self.subnets(network)))
        self._subnets[network.urn] += inline
        for subnet in inline:
            self._add(subnet)

    def path_name(self, declared: Declared) -> str:
        """The name as ids have it, with the network's before a subnet's; empty if not known."""
        if not has_name(declared.kind) or isinstance(declared.azure_name, Absent):
            return ""
        if declared.kind is not Kind.SUBNET:
            return declared.azure_name
        parent = declared.text("virtualNetworkName")
        return "" if isinstance(parent, Absent) else f"{parent.casefold()}/{declared.azure_name}"

    def undecided(self) -> list[tuple[str, Declared, Undecided]]:
        """Questions that rules could not decide on the stack's resources, with the rules' names."""
        entries = self._record.undecided().items()
        known = self._by_urn
        return [(rule, known[urn], entry) for (rule, urn), entry in entries if urn in known]

    def of(self, *kinds: Kind) -> list[Declared]:
        """Every resource of these kinds, by URN: the engine sends a stack in no certain order.

        Inline subnets come last.
        """
        return [declared for kind in kinds for declared in self._by_kind.get(kind, ())]

    def sources(self, resource: Declared, path: str, *kinds: Kind) -> list[Declared]:
        """The resources of these kinds that a property comes from."""
        resources = (self._by_urn.get(urn) for urn in resource.sources_of(path))
        return [declared for declared in resources if declared and declared.kind in kinds]

    def refer(self, resource: Declared, path: str, *kinds: Kind) -> Reference:
        """Resource that a path's id refers to: by the id, else the only source of these kinds."""
        value = resource.text(path)
        declared = self.find(value) if isinstance(value, str) else None
        sources = self.sources(resource, path, *kinds)
        if declared is None and len(sources) == 1 and self.may_be(sources[0], value):
            declared = sources[0]
        return Reference(value.casefold() if isinstance(value, str) else value, declared)

    def may_be(self, declared: Declared, value: object) -> bool:
        """True if an id can be that of a resource whose name or group is not known here."""
        parsed = parse(value)
        if parsed is None:
            return True
        same_group = declared.group == parsed.group or isinstance(declared.group, Absent)
        same_name = self.path_name(declared) in ("", parsed.name)
        return parsed.kind is declared.kind and same_group and same_name

    def find(self, resource_id: str) -> Declared | None:
        """The resource of the stack with this ARM id, None if its id is not known to be this."""
        parsed = parse(resource_id)
        return self.at(parsed) if parsed else None

    def at(self, parsed: ArmId) -> Declared | None:
        """The same by the parts of the id."""
        for declared in self._by_name.get((parsed.kind, parsed.name), ()):
            # Storage account names are unique in all of Azure, the others in their group.
            if parsed.kind is Kind.STORAGE_ACCOUNT:
                return declared
            same_group = declared.group == parsed.group
            if same_group and declared.subscription in (parsed.subscription, ""):
                return declared
        return None

    def region(self, declared: Declared) -> str | Absent:
        """The region, in lower case and without spaces.

        A subnet is where its network is, and Azure asks for a flow log where its target is.
        """
        if declared.kind is Kind.SUBNET:
            network = self.network_of(declared)
            return self.region(network) if network else MISSING
        if declared.kind is Kind.FLOW_LOG:
            target = self.refer(declared, declared.target, *TARGETS).declared
            region = self.region(target) if target else MISSING
            if isinstance(region, str):
                return region
        location = declared.text("location")
        return location if isinstance(location, Absent) else normalise(location)

    def subnets(self, network: Declared) -> list[Declared]:
        """The subnets of a virtual network that are in the stack, inline ones among them."""
        return self._subnets.get(network.urn, [])

    def network_of(self, subnet: Declared) -> Declared | None:
        """The virtual network of a subnet, if it is in the stack."""
        sources = self.sources(subnet, "virtualNetworkName", Kind.VIRTUAL_NETWORK)
        if len(sources) == 1:
            return sources[0]
        parent = subnet.text("virtualNetworkName")
        if isinstance(parent, Absent):
            return None
        named = self._by_name.get((Kind.VIRTUAL_NETWORK, parent.casefold()), ())
        return next((network for network in named if network.group == subnet.group), None)


def normalise(location: str) -> str:
    """`West Europe` and `westeurope` are one region."""
    return location.replace(" ", "").casefold()


def _declared(kind: Kind, resource: PolicyResource, record: Record) -> Declared:
    sources = {
        name: tuple(source.urn for source in resources)
        for name, resources in resource.property_dependencies.items()
    }
    return Declared(
        kind=kind,
        type=resource.resource_type,
        name=resource.name,
        urn=resource.urn,
        inputs=record.inputs(resource.urn),
        outputs=resource.props,
        sources=sources,
        provider=resource.provider.urn if resource.provider else "",
        subscription=_subscription(resource),
    )


def _subscription(resource: PolicyResource) -> str:
    if resource.provider is None:
        return ""
    value = read(resource.provider.props, "subscriptionId").value
    return value.casefold() if isinstance(value, str) else ""
