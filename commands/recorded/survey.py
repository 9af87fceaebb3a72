"""Networks, rules and flow logs of subscriptions, as they are now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from commands.recorded.places import Place, place_name
from estate import permissions
from estate.arm_id import key
from estate.cloud import Cloud
from estate.discover import reported, watchers_of
from estate.model import FlowLog
from estate.resource_graph import Progress, ResourceGraph
from estate.security import Body, security_bodies
from estate.side_by_side import each
from estate.subscriptions import named_subscriptions, visible_subscriptions
from plan.flow_logs.unseen import UNSEEN_SERVICES
from rules.bodies import configurations as interface_configurations
from rules.bodies import group_of, listed, network_of_subnet, properties, reference
from rules.landscape import Landscape

READ_ACTIONS = (*permissions.READ_ACTIONS, "Microsoft.Network/routeTables/read")
"""What must be readable: Resource Graph leaves out, without an error, what the caller may not."""


@dataclass(frozen=True)
class Survey:
    """ARM bodies by key of all that security rules decide by, and the flow logs there."""

    bodies: Mapping[str, Body]
    flow_logs: Sequence[FlowLog]

    @cached_property
    def workspaces(self) -> list[str]:
        """Ids of the workspaces that flow logs feed or fed, each once."""
        found = {key(log.feeds): log.feeds for log in self.flow_logs if log.feeds}
        return list(found.values())

    def place(self, id_: str) -> Place:
        """A subnet, an interface or a scale set, by its id, and what records it."""
        if key(id_) in self._subnets:
            return Place(targets=(id_, *self._around(id_)), unseen=self._unseen(id_))
        body = self.bodies.get(key(id_), {})
        configurations = [body, *interface_configurations(body)]
        held = [one for each in configurations for one in listed(each, "ipConfigurations")]
        subnets = dict.fromkeys(subnet for one in held if (subnet := reference(one, "subnet")))
        groups = [group for each in configurations if (group := group_of(each))]
        beyond = [target for subnet in subnets for target in (subnet, *self._around(subnet))]
        return Place(targets=(id_, *groups, *beyond))

    def _around(self, subnet: str) -> Iterator[str]:
        """The network of a subnet and the group on it."""
        yield network_of_subnet(subnet)
        if group := group_of(self._subnets.get(key(subnet), {})):
            yield group

    def _unseen(self, subnet: str) -> str:
        for delegation in listed(self._subnets[key(subnet)], "delegations"):
            service = str(properties(delegation).get("serviceName") or "").casefold()
            if service in UNSEEN_SERVICES:
                name = UNSEEN_SERVICES[service]
                return (
                    f"{place_name(subnet)} is delegated to {name}, whose traffic no flow log sees"
                )
        return ""

    @cached_property
    def _subnets(self) -> Mapping[str, Body]:
        return Landscape(self.bodies).subnets


def survey(cloud: Cloud, subscriptions: Iterable[str], progress: Progress) -> Survey:
    """Everything there is in the subscriptions with these GUIDs, whole or not at all.

    Raises EstateError, one line, where a part cannot be read.
    """
    with reported():
        visible = {found.id: found for found in visible_subscriptions(cloud)}
        wanted = [
            found
            for found in named_subscriptions(visible, dict.fromkeys(subscriptions))
            if not found.deleted
        ]
        each(lambda found: permissions.require_read(cloud, found, READ_ACTIONS), wanted)
        graph = ResourceGraph(cloud, [found.id for found in wanted], progress)
        bodies = security_bodies(graph)
        _, flow_logs = watchers_of(cloud, wanted)
        return Survey(bodies, flow_logs)
