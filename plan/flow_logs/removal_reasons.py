"""Reasons why flow logs leave the stack: each deletion has one that was seen, not an absence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from estate.arm_id import key, name_of, subscription_of
from estate.model import Estate, FlowLog
from plan.attachments import Attachment, attachments
from plan.flow_logs.orphans import orphaned
from plan.flow_logs.removal import leaving
from plan.flow_logs.standard import records
from plan.flow_logs.still_needed import recorded_in_full
from plan.flow_logs.unseen import blind_subnets
from plan.model.plan import Plan, PlanError
from plan.naming import logical_name
from plan.resource_types import FLOW_LOG_TYPE
from plan.scope import looked_at
from plan.text import listed
from stack.settings.model import Settings
from stack.state import State
from wording import setting

SHOWN = 5  # names in a line


@dataclass(frozen=True)
class Parting:
    """The flow logs that one plan for an estate lets go, and why."""

    plan: Plan
    estate: Estate
    settings: Settings
    state: State

    def told(self) -> tuple[str, ...]:
        """A line for each. Raises PlanError for a deletion without a reason."""
        return (*self._released(), *self._deleted())

    def _released(self) -> Iterator[str]:
        """Of flow logs whose target is gone, though Azure still has them."""
        for log in orphaned(self.estate, self.state, self.settings.owner):
            gone = f"flow log {log.name} is on {name_of(log.target_id)}, which is gone from Azure"
            if key(log.target_id) in self.state.released:
                yield f"{gone}: it leaves the stack and stays in Azure, which may not delete it"
            else:
                yield (
                    f"{gone}: it stays as it is in this run, and the next takes it out of the "
                    "stack without a deletion, which Azure refuses (SubnetNotFoundForFlowLog)"
                )

    def _deleted(self) -> Iterator[str]:
        """Of those that Azure has, and of those in subscriptions where nobody looks any more."""
        existing = {
            key(log.name): log
            for log in self.estate.flow_logs
            if self.state.holds(FLOW_LOG_TYPE, logical_name(log.id))
        }
        for name, target in sorted(leaving(self.plan, self.state).items()):
            if subscription_of(target) not in self.settings.subscriptions:
                reason = f"its subscription is not among {setting('subscriptions')}"
                yield _line(name, target, reason)
            elif not looked_at(target, self.estate):
                yield _line(name, target, "its subscription is deleted")
            elif key(name) in existing and key(target) not in self.estate.gone:
                yield _line(name, target, self._reason(existing[key(name)]))

    def _reason(self, log: FlowLog) -> str:
        """What was seen that makes a flow log superfluous; empty where nothing was."""
        if key(log.target_id) not in self._seen:
            return ""
        places = self._places.get(key(log.target_id), [])
        wanted = [place for place in places if key(place.security_group_id) in self._wanted]
        if not wanted:
            return _unwanted(places)
        visible = [place for place in wanted if key(place.subnet_id) not in self._blind]
        if not visible:
            return "it is on subnets that flow logs do not see"
        if others := self._others(log, visible):
            return f"{listed(others, SHOWN)} records the same"
        return "" if records(log) else "it records nothing, and another takes its place"

    def _others(self, log: FlowLog, places: list[Attachment]) -> list[str]:
        """Other flow logs that record all of the places; none where one place would be lost."""
        names: dict[str, None] = {}
        for place in places:
            found = [each for each in map(key, place.recorders) if each in self._alive]
            found = [each for each in found if each != key(log.target_id)]
            if not found:
                return []
            names.setdefault(f"flow log {self._alive[found[0]]}")
        return list(names)

    @cached_property
    def _alive(self) -> Mapping[str, str]:
        """Names of the flow logs that record at this moment, by the key of their target."""
        alive = recorded_in_full(self.estate.flow_logs, self.settings.owner)
        return {
            key(log.target_id): log.name
            for log in self.estate.flow_logs
            if key(log.target_id) in alive
        }

    @cached_property
    def _places(self) -> Mapping[str, list[Attachment]]:
        """Where security groups sit, by the key of each target that records it."""
        found: dict[str, list[Attachment]] = {}
        for group, places in attachments(self.estate).items():
            for place in places if group else ():
                for target in place.recorders:
                    found.setdefault(key(target), []).append(place)
        return found

    @cached_property
    def _seen(self) -> frozenset[str]:
        """Keys of the networks, subnets and interfaces that the estate has."""
        networks = self.estate.networks
        subnets = (subnet.id for network in networks for subnet in network.subnets)
        interfaces = (interface.id for interface in self.estate.interfaces)
        return frozenset(map(key, (*(found.id for found in networks), *subnets, *interfaces)))

    @cached_property
    def _wanted(self) -> frozenset[str]:
        return frozenset(key(group.id) for group in self.plan.coverage.security_groups)

    @cached_property
    def _blind(self) -> Mapping[str, str]:
        return blind_subnets(self.estate.networks)


def _line(name: str, target: str, reason: str) -> str:
    if not reason:
        raise PlanError(
            f"flow log {name} on {target} would be deleted, and nothing says why; nothing is "
            "changed. Run again, and report it if it stays so"
        )
    return f"flow log {name} on {name_of(target)} is deleted: {reason}"


def _unwanted(places: list[Attachment]) -> str:
    """Of a target where no wanted group sits."""
    groups = sorted({name_of(place.security_group_id) for place in places})
    if not groups:
        return (
            f"no network security group sits there, and {setting('networksWithoutNsg')} does not "
            "ask for it"
        )
    return f"what sits there ({listed(groups, SHOWN)}) is outside {setting('include')} and exclude"
