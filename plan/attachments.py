"""Attachments of network security groups, and the targets that a flow log can have there.

A group is attached to subnets and network interfaces (a scale set's interfaces are found through
the scale set). The traffic of one attachment is recorded by a flow log on the interface, its
subnet, its virtual network, or on the group itself while Azure keeps those (precedence:
vnet-flow-logs-manage).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from estate.arm_id import key, parent_of, segment
from estate.model import Estate, Kind, VirtualNetwork
from stack.settings.model import TargetLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """One place where a group sits; ``interface_id`` only where it sits on an interface.

    ``network_id`` is empty where the network is not visible, ``subnet_id`` too where the
    interface is not.
    """

    security_group_id: str
    kind: Kind
    subnet_id: str = ""
    network_id: str = ""
    interface_id: str = ""

    @property
    def recorders(self) -> tuple[str, ...]:
        """Ids of what a flow log that records this attachment can be attached to, nearest first."""
        interface = self.interface_id if self.kind == "networkInterface" else ""
        candidates = (interface, self.subnet_id, self.network_id, self.security_group_id)
        return tuple(candidate for candidate in candidates if candidate)

    def target(self, level: TargetLevel) -> str:
        """The id that a new flow log at this level is attached to; empty where there is none."""
        if not self.network_id:
            return ""
        if level == "virtualNetwork":
            return self.network_id
        if level == "networkInterface" and self.kind == "networkInterface":
            return self.interface_id
        return "" if level == "networkSecurityGroup" else self.subnet_id


def level_of(target_id: str) -> TargetLevel:
    """The level of a target, by its ARM id."""
    if segment(target_id, "networkSecurityGroups"):
        return "networkSecurityGroup"
    if segment(target_id, "networkInterfaces"):
        return "networkInterface"
    return "subnet" if segment(target_id, "subnets") else "virtualNetwork"


def regional_part(target_id: str) -> str:
    """The network or interface whose row tells a target's region."""
    return parent_of(target_id) if level_of(target_id) == "subnet" else target_id


def attachments(estate: Estate) -> Mapping[str, tuple[Attachment, ...]]:
    """Every attachment of every group, by the group's key, in a stable order.

    References in both directions count, since Resource Graph updates the two ends at different
    times.
    """
    found: dict[str, dict[tuple[str, str], Attachment]] = defaultdict(dict)
    for attachment in _all(estate):
        place = (key(attachment.interface_id), key(attachment.subnet_id))
        found[key(attachment.security_group_id)].setdefault(place, attachment)
    return {
        group: tuple(places[place] for place in sorted(places)) for group, places in found.items()
    }


def _all(estate: Estate) -> Iterator[Attachment]:
    networks = {key(network.id): network for network in estate.networks}
    for network in estate.networks:
        yield from _on_subnets(network)
    for group in estate.security_groups:
        for subnet_id in group.subnet_ids:
            yield _on_subnet(group.id, subnet_id, networks)
    for interface in estate.interfaces:
        for subnet_id in interface.subnet_ids:
            yield Attachment(
                security_group_id=interface.security_group_id,
                kind=interface.kind,
                subnet_id=subnet_id,
                network_id=_known(parent_of(subnet_id), networks),
                interface_id=interface.id,
            )
    yield from _on_unseen_interfaces(estate)


def _on_subnets(network: VirtualNetwork) -> Iterator[Attachment]:
    for subnet in network.subnets:
        if subnet.security_group_id:
            yield Attachment(
                security_group_id=subnet.security_group_id,
                kind="subnet",
                subnet_id=subnet.id,
                network_id=network.id,
            )


def _on_subnet(group_id: str, subnet_id: str, networks: Mapping[str, VirtualNetwork]) -> Attachment:
    return Attachment(
        security_group_id=group_id,
        kind="subnet",
        subnet_id=subnet_id,
        network_id=_known(parent_of(subnet_id), networks),
    )


def _on_unseen_interfaces(estate: Estate) -> Iterator[Attachment]:
    seen = {key(interface.id) for interface in estate.interfaces}
    told = {
        (key(found.id), key(found.security_group_id))
        for found in estate.interfaces
        if found.kind == "scaleSet"
    }
    for group in estate.security_groups:
        for interface_id in group.network_interface_ids:
            scale_set = scale_set_of(interface_id)
            if scale_set and (key(scale_set), key(group.id)) not in told:
                yield _unseen(group.id, scale_set, "scaleSet")
            if not scale_set and key(interface_id) not in seen:
                yield _unseen(group.id, interface_id, "networkInterface")


def _unseen(group_id: str, interface_id: str, kind: Kind) -> Attachment:
    return Attachment(security_group_id=group_id, kind=kind, interface_id=interface_id)


def scale_set_of(interface_id: str) -> str:
    """The scale set whose instance an interface is of; empty for one of a virtual machine.

    Instances come and go, and may still have a group that the scale set's model has no more.
    """
    inside = segment(interface_id, "virtualMachineScaleSets")
    return interface_id[: key(interface_id).index("/virtualmachines/")] if inside else ""


def _known(network_id: str, networks: Mapping[str, VirtualNetwork]) -> str:
    """A network's id in the letter case of its own row; empty where it has none."""
    network = networks.get(key(network_id))
    return "" if network is None else network.id
