"""Parts of the declared network that flow logs cover and security groups protect."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from flowlog_guard.arm_id import ArmId, parse
from flowlog_guard.attachment import attachments, subnet_ids
from flowlog_guard.properties import UNKNOWN, Absent, items
from flowlog_guard.resource_types import INLINE_SUBNETS, Kind
from flowlog_guard.stack import TARGETS, Stack
from flowlog_guard.stack_resource import Declared


class Topology:
    """Coverage within one stack: True, False, or None where a preview does not know."""

    def __init__(self, stack: Stack) -> None:
        """Resolves the target of every flow log that is not known to be switched off."""
        self._stack = stack
        self._logged: set[str] = set()
        self._perhaps: set[str] = set()
        self._logged_elsewhere: set[ArmId] = set()
        for flow_log in stack.of(Kind.FLOW_LOG):
            if flow_log.value(flow_log.spelling.enabled) is not False:
                self._note(flow_log)
        self._attached: dict[str, dict[str, tuple[Declared, bool]]] = defaultdict(dict)
        for attachment in attachments(stack):
            attached = self._attached[attachment.group.urn]
            attached[attachment.resource.urn] = (attachment.resource, attachment.certain)

    def _note(self, flow_log: Declared) -> None:
        target = self._stack.refer(flow_log, flow_log.target, *TARGETS)
        named, elsewhere = target.declared, parse(target.id)
        sources = [named] if named else []
        certain = flow_log.value(flow_log.spelling.enabled) is not UNKNOWN
        if target.id is UNKNOWN:
            sources = self._stack.sources(flow_log, flow_log.target, *TARGETS)
            certain = certain and len(sources) == 1 and self._gives_its_id(sources[0])
        elif named is None and elsewhere is not None:
            self._logged_elsewhere |= {elsewhere, replace(elsewhere, subscription="")}
        urns = self._logged if certain else self._perhaps
        urns.update(source.urn for source in sources)

    def _gives_its_id(self, source: Declared) -> bool:
        """True if an id that is not known yet is the source's own, or of all there is in it.

        The id of what exists is known. A new network also gives the ids of its inline subnets.
        """
        inline = list(items(source.value(INLINE_SUBNETS)))
        only_one = len(self._stack.subnets(source)) == 1 and UNKNOWN not in inline
        return not source.exists and (not inline or only_one)

    def covers(self, resource: Declared) -> bool | None:
        """True if flow logs of the stack record all traffic of a resource."""
        if resource.urn in self._logged:
            return True
        covered = self._covered_by_others(resource)
        return None if covered is False and resource.urn in self._perhaps else covered

    def _covered_by_others(self, resource: Declared) -> bool | None:
        if resource.kind is Kind.NETWORK_SECURITY_GROUP:
            return self._group_covered(resource)
        if resource.kind is Kind.VIRTUAL_NETWORK:
            states = [self.covers(subnet) for subnet in self._stack.subnets(resource)]
        elif resource.kind is Kind.SUBNET:
            states = [self._network_covered(resource)]
        else:
            states = [state for path in subnet_ids() for state in self._reached(resource, path)]
        return _every(states)

    def _group_covered(self, group: Declared) -> bool | None:
        """Coverage of a group: known only where all or none of what it may protect is covered."""
        attached = self._attached[group.urn].values()
        certain = {self.covers(resource) for resource, is_certain in attached if is_certain}
        possible = {self.covers(resource) for resource, is_certain in attached if not is_certain}
        return _every(certain | ({None} if len(possible) > 1 else possible))

    def _network_covered(self, subnet: Declared) -> bool | None:
        network = self._stack.network_of(subnet)
        parent, group = subnet.text("virtualNetworkName"), subnet.group
        if network is not None:
            return self._itself(network)
        if isinstance(parent, Absent) or isinstance(group, Absent):
            return False
        place = ArmId(Kind.VIRTUAL_NETWORK, subnet.subscription, group, parent.casefold())
        return place in self._logged_elsewhere

    def _itself(self, network: Declared) -> bool | None:
        """True if a flow log is on the network as a whole."""
        perhaps = None if network.urn in self._perhaps else False
        return network.urn in self._logged or perhaps

    def _reached(self, resource: Declared, path: str) -> Iterator[bool | None]:
        """For each subnet at a path of a machine's network whether it is covered."""
        for value in resource.each(path):
            subnet = self._stack.find(value) if isinstance(value, str) else None
            place = parse(value)
            if subnet is not None:
                yield self.covers(subnet)
            elif place is not None:
                yield self._covered_elsewhere(place)
            else:
                yield self._sources_covered(resource, path)

    def _covered_elsewhere(self, place: ArmId) -> bool | None:
        if place in self._logged_elsewhere or place.kind is not Kind.SUBNET:
            return place in self._logged_elsewhere
        network = self._stack.at(place.network)
        return self._itself(network) if network else place.network in self._logged_elsewhere

    def _sources_covered(self, resource: Declared, path: str) -> bool | None:
        """Of an id that is not known: of the subnets it may be, or of a network's inline ones."""
        sources = self._stack.sources(resource, path, Kind.SUBNET, Kind.NETWORK_INTERFACE)
        if sources:
            return _every(self.covers(source) for source in sources)
        networks = self._stack.sources(resource, path, Kind.VIRTUAL_NETWORK)
        inline = [subnet for network in networks for subnet in self._stack.subnets(network)]
        states = {self.covers(part) for part in [*networks, *inline]}
        return states.pop() if len(states) == 1 else None

    def parts(self, resource: Declared) -> list[Declared]:
        """The subnets of a network; what a security group protects, or may protect."""
        if resource.kind is Kind.VIRTUAL_NETWORK:
            return self._stack.subnets(resource)
        return [attached for attached, _ in self._attached[resource.urn].values()]


def _every(states: Iterable[bool | None]) -> bool | None:
    """True if all are True; False of none at all."""
    distinct = set(states) or {False}
    return False if False in distinct else None if None in distinct else True
