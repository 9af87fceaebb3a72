"""The ledger of an estate: an entry for each target that has or should have a flow log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from commands.checks.scope import Scope
from commands.recorded.places import Place
from commands.recorded.proof import Proof
from commands.shared.workspace_rows import names
from estate.arm_id import key
from plan.attachments import level_of
from plan.flow_logs.unseen import blind_subnets
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
            place = Place(targets=(target,), unseen=self._blind.get(key(target), ""))
            logs = self.proof.flow_logs(place)
            yield Entry(
                id=target,
                flow_logs=tuple(log.id for log in logs),
                periods=self.proof.periods(place, self._of_groups(target)),
            )

    def _targets(self) -> list[str]:
        planned = (log.target_id for log in self.scope.plan.flow_logs)
        held = (log.target_id for log in self.scope.flow_logs)
        found = {key(id_): id_ for id_ in (*planned, *held)}
        return [found[one] for one in sorted(found) if level_of(one) != "networkSecurityGroup"]

    @cached_property
    def _blind(self) -> dict[str, str]:
        return dict(blind_subnets(self.scope.networks))

    def _of_groups(self, target: str) -> int:
        """Hours in which flow logs on groups recorded all of a target, where each part has one."""
        if not self._is_grouped(target):
            return 0
        groups = {
            key(place.security_group_id): place.security_group_id
            for attached in self.scope.attached.values()
            for place in attached
            if key(target) in map(key, place.recorders)
        }
        found = self.window.all if groups else 0
        for group in groups.values():
            (name,) = names("", group)
            found &= self.proof.hours(name)
        return found

    def _is_grouped(self, target: str) -> bool:
        """Whether a group sits on every subnet that can have one, if the target is a network."""
        network = next((each for each in self.scope.networks if key(each.id) == key(target)), None)
        subnets = network.subnets if network else ()
        return all(subnet.security_group_id or key(subnet.name) in OF_AZURE for subnet in subnets)
