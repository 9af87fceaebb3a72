"""The part of an estate that the doctor judges: what is wanted, and what records it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from estate.arm_id import key
from estate.model import Estate, FlowLog, TrafficAnalytics, VirtualNetwork
from plan.attachments import Attachment, attachments, level_of
from plan.closed_subscriptions import closed
from plan.flow_logs.standard import records
from plan.model.plan import Plan
from plan.planner import make
from stack.settings.model import Settings
from stack.state import State


@dataclass(frozen=True)
class Scope:
    """An estate, the plan for it, and what follows from both; ``attached`` is by group's key.

    ``named`` is whether a stack was given: then the plan is somebody's wish, and flow logs are
    measured against it.
    """

    estate: Estate
    plan: Plan
    settings: Settings
    attached: Mapping[str, Sequence[Attachment]]
    named: bool

    @cached_property
    def flow_logs(self) -> list[FlowLog]:
        """Flow logs in Azure on anything that the plan wants recorded, in order of their ids.

        All of them where no stack was given.
        """
        listed = sorted(self.estate.flow_logs, key=lambda log: key(log.id))
        return [log for log in listed if not self.named or key(log.target_id) in self._targets]

    @cached_property
    def recording(self) -> dict[str, list[FlowLog]]:
        """Flow logs in scope that write something, by the key of their target."""
        found: dict[str, list[FlowLog]] = {}
        for log in self.flow_logs:
            if records(log):
                found.setdefault(key(log.target_id), []).append(log)
        return found

    @cached_property
    def networks(self) -> list[VirtualNetwork]:
        """Virtual networks in scope."""
        wanted = {key(network.id) for network in self.plan.coverage.networks}
        return [network for network in self.estate.networks if key(network.id) in wanted]

    @cached_property
    def closed(self) -> Mapping[str, str]:
        """Subscriptions where nothing can be written, and why."""
        return closed(self.estate.subscriptions)

    @cached_property
    def own_workspace(self) -> TrafficAnalytics:
        """Traffic Analytics into the stack's workspace, as far as it exists."""
        held = self.estate.workspace
        return TrafficAnalytics(
            enabled=True,
            workspace_guid=held.customer_id if held else "",
            workspace_id=self.plan.foundation.workspace.id,
            workspace_region=self.plan.foundation.workspace.location,
        )

    def replaced(self, log: FlowLog) -> bool:
        """Whether it is an NSG flow log that is off since other flow logs record its places."""
        if level_of(log.target_id) != "networkSecurityGroup":
            return False
        places = self.attached.get(key(log.target_id), ())
        return all(any(key(one) in self.recording for one in place.recorders) for place in places)

    @cached_property
    def _targets(self) -> frozenset[str]:
        places = (place for group in self._groups for place in self.attached.get(group, ()))
        recorders = (key(target) for place in places for target in place.recorders)
        networks = (key(network.id) for network in self.plan.coverage.networks)
        subnets = (key(subnet.id) for network in self.networks for subnet in network.subnets)
        known = (key(log.target_id) for log in self.plan.known_flow_logs)
        return frozenset((*self._groups, *recorders, *networks, *subnets, *known))

    @cached_property
    def _groups(self) -> list[str]:
        return [key(group.id) for group in self.plan.coverage.security_groups]


def scope_of(estate: Estate, settings: Settings, *, named: bool) -> Scope:
    """The scope of settings in an estate. Raises PlanError where no plan can be made."""
    plan = make(estate, settings, State())
    return Scope(estate, plan, settings, attachments(estate), named)
