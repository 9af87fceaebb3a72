"""The ledger of an estate: an entry for each target that has or should have a flow log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from commands.checks.scope import Scope
from commands.recorded.places import Place
from commands.recorded.proof import Proof
from estate.arm_id import key
from estate.model import VirtualNetwork
from plan.attachments import level_of
from plan.flow_logs.unseen import all_blind, blind_subnets
from recording.hours import Window
from recording.ledger import Period
from rules.bodies import OF_AZURE


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A target with its flow logs (ids), as they are now, and its periods."""

    id: str
    flow_logs: Sequence[str]
    periods: Sequence[Period]


@dataclass(frozen=True)
class Book:
    """Entries of a scope, by what there is to prove them."""

    scope: Scope
    proof: Proof
    window: Window

    def entries(self) -> Iterator[Entry]:
        """Entries by id."""
        for target in self._targets():
            place = Place(
                targets=(target,),
                groups=self._groups(target),
                unseen=self._blind.get(key(target), ""),
            )
            logs = self.proof.flow_logs(place)
            periods = self.proof.periods(place)
            yield Entry(id=target, flow_logs=tuple(log.id for log in logs), periods=periods)

    def _targets(self) -> list[str]:
        planned = (log.target_id for log in self.scope.plan.flow_logs)
        held = (log.target_id for log in self.scope.flow_logs)
        found = {key(id_): id_ for id_ in (*planned, *held)}
        return [found[one] for one in sorted(found) if level_of(one) != "networkSecurityGroup"]

    @cached_property
    def _blind(self) -> dict[str, str]:
        """Why no flow log sees a subnet, or anything of a network; by key."""
        subnets = dict(blind_subnets(self.scope.networks))
        networks = {
            key(network.id): "all its subnets are delegated to services that no flow log sees"
            for network in self.scope.networks
            if all_blind(network, subnets)
        }
        return subnets | networks

    def _groups(self, target: str) -> tuple[str, ...]:
        """Ids of the groups on a target, where each part of it has one."""
        return tuple(self._attached.get(key(target), ())) if self._is_grouped(target) else ()

    @cached_property
    def _attached(self) -> dict[str, dict[str, None]]:
        """Ids of groups by the key of what they sit on, in order."""
        found: dict[str, dict[str, None]] = {}
        for attached in self.scope.attached.values():
            for place in attached:
                for recorder in place.recorders:
                    found.setdefault(key(recorder), {})[place.security_group_id] = None
        return found

    @cached_property
    def _networks(self) -> dict[str, VirtualNetwork]:
        return {key(network.id): network for network in self.scope.networks}

    def _is_grouped(self, target: str) -> bool:
        """Whether a group sits on every subnet that can have one, if the target is a network."""
        network = self._networks.get(key(target))
        subnets = network.subnets if network else ()
        return all(subnet.security_group_id or key(subnet.name) in OF_AZURE for subnet in subnets)
