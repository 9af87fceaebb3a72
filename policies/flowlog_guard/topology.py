"""Which parts of the declared network a flow log covers, and what a security group protects."""

from __future__ import annotations

from flowlog_guard.properties import Absent
from flowlog_guard.resource_types import Kind
from flowlog_guard.stack import TARGETS, Declared, Stack

_GROUP_PROPERTIES = ("networkSecurityGroup.id", "networkSecurityGroupId")
"""Where a subnet, interface or association names its security group, in either provider."""
_INLINE_SUBNETS = "subnets"
"""Where a virtual network declares subnets inline, in either provider."""


class Topology:
    """Coverage within one stack."""

    def __init__(self, stack: Stack) -> None:
        """Resolves the target of every flow log that is not switched off."""
        self._stack = stack
        self._logged: set[str] = set()
        for flow_log in stack.of(Kind.FLOW_LOG):
            if flow_log.value(flow_log.spelling.enabled) is not False:
                target = stack.refer(flow_log, flow_log.target, *TARGETS)
                if target.declared is not None:
                    self._logged.add(target.declared.urn)

    def covers(self, resource: Declared) -> bool:
        """Whether flow logs of the stack record all traffic of a resource."""
        if resource.urn in self._logged:
            return True
        if resource.kind is Kind.SUBNET:
            network = self._stack.network_of(resource)
            return network is not None and network.urn in self._logged
        if resource.kind is Kind.NETWORK_INTERFACE:
            subnets = self._stack.sources(resource, "ipConfigurations", Kind.SUBNET)
            return bool(subnets) and all(map(self.covers, subnets))
        parts = self.parts(resource)
        return bool(parts) and all(map(self.covers, parts))

    def parts(self, resource: Declared) -> list[Declared]:
        """What has to be covered for a network or a security group to be covered."""
        if resource.kind is Kind.VIRTUAL_NETWORK:
            return self.subnets(resource)
        return self.attachments(resource)

    def subnets(self, network: Declared) -> list[Declared]:
        """The subnets that the stack declares as resources."""
        subnets = self._stack.of(Kind.SUBNET)
        return [subnet for subnet in subnets if self._stack.network_of(subnet) is network]

    def attachments(self, group: Declared) -> list[Declared]:
        """The subnets, interfaces and, for inline subnets, networks that a group protects."""
        kinds = (Kind.SUBNET, Kind.NETWORK_INTERFACE)
        attached = [item for item in self._stack.of(*kinds) if self._names(item, group)]
        for association in self._stack.of(Kind.ATTACHMENT):
            if self._names(association, group):
                attached += self._attached_by(association)
        for network in self._stack.of(Kind.VIRTUAL_NETWORK):
            if self._comes_from(network, _INLINE_SUBNETS, group):
                attached.append(network)
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
