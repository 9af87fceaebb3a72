"""Which parts of the declared network a flow log covers, and what a security group protects."""

from __future__ import annotations

from collections.abc import Iterable

from flowlog_guard.declared import Declared
from flowlog_guard.properties import UNKNOWN, Absent, items
from flowlog_guard.resource_types import INLINE_SUBNETS, Kind
from flowlog_guard.stack import TARGETS, Stack

_GROUP_PROPERTIES = ("networkSecurityGroup.id", "networkSecurityGroupId")
"""Where a subnet, interface or association names its security group, in either provider."""


class Topology:
    """Coverage within one stack: True, False, or None where a preview cannot tell."""

    def __init__(self, stack: Stack) -> None:
        """Resolves the target of every flow log that is not switched off."""
        self._stack = stack
        self._logged: set[str] = set()
        self._perhaps: set[str] = set()
        for flow_log in stack.of(Kind.FLOW_LOG):
            if flow_log.value(flow_log.spelling.enabled) is not False:
                self._note(flow_log)

    def _note(self, flow_log: Declared) -> None:
        target = self._stack.refer(flow_log, flow_log.target, *TARGETS)
        if target.id is not UNKNOWN:
            self._logged |= {target.declared.urn} if target.declared else set()
            return
        sources = self._stack.sources(flow_log, flow_log.target, *TARGETS)
        certain = len(sources) == 1 and self._gives_its_id(sources[0])
        found = self._logged if certain else self._perhaps
        found.update(source.urn for source in sources)

    def _gives_its_id(self, source: Declared) -> bool:
        """Whether an id that is not known yet can only be the source's own.

        The id of what exists is known. A new network also gives the ids of its inline subnets.
        """
        return not source.exists and not list(items(source.value(INLINE_SUBNETS)))

    def covers(self, resource: Declared) -> bool | None:
        """Whether flow logs of the stack record all traffic of a resource."""
        if resource.urn in self._logged:
            return True
        covered = self._covered_by_others(resource)
        return None if covered is False and resource.urn in self._perhaps else covered

    def _covered_by_others(self, resource: Declared) -> bool | None:
        if resource.kind is Kind.SUBNET:
            network = self._stack.network_of(resource)
            if network is None or network.urn in self._logged:
                return network is not None
            return None if network.urn in self._perhaps else False
        if resource.kind is Kind.NETWORK_INTERFACE:
            parts = self._stack.sources(resource, "ipConfigurations", Kind.SUBNET)
        else:
            parts = self.parts(resource)
        return bool(parts) and _every(self.covers(part) for part in parts)

    def parts(self, resource: Declared) -> list[Declared]:
        """What has to be covered for a network or a security group to be covered."""
        if resource.kind is Kind.VIRTUAL_NETWORK:
            return self._stack.subnets(resource)
        return self.attachments(resource)

    def attachments(self, group: Declared) -> list[Declared]:
        """The subnets and interfaces that a group protects."""
        kinds = (Kind.SUBNET, Kind.NETWORK_INTERFACE)
        attached = [item for item in self._stack.of(*kinds) if self._names(item, group)]
        for association in self._stack.of(Kind.ATTACHMENT):
            if self._names(association, group):
                attached += self._attached_by(association)
        return attached

    def _names(self, resource: Declared, group: Declared) -> bool:
        return any(self._refers(resource, path, group) for path in _GROUP_PROPERTIES)

    def _refers(self, resource: Declared, path: str, group: Declared) -> bool:
        if self._comes_from(resource, path, group):
            return True
        value = resource.text(path)
        return not isinstance(value, Absent) and self._stack.find(value) is group

    def _comes_from(self, resource: Declared, path: str, group: Declared) -> bool:
        return group.urn in resource.sources_of(path)

    def _attached_by(self, association: Declared) -> list[Declared]:
        """The classic provider attaches a group with a resource of its own."""
        attached = [
            self._stack.refer(association, path, kind).declared
            for path, kind in (
                ("subnetId", Kind.SUBNET),
                ("networkInterfaceId", Kind.NETWORK_INTERFACE),
            )
        ]
        return [resource for resource in attached if resource is not None]


def _every(states: Iterable[bool | None]) -> bool | None:
    found = set(states)
    return False if False in found else None if None in found else True
