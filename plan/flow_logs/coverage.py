"""Coverage state of each security group and network; the worst of its parts wins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from estate.arm_id import key
from estate.model import Estate, FlowLog, NetworkSecurityGroup, VirtualNetwork
from plan.attachments import Attachment
from plan.flow_logs.selected import Selection
from plan.flow_logs.standard import Standard, narrowed, workspace_of
from plan.flow_logs.unseen import all_blind, has_gateways
from plan.model.flow_logs import CoverageState, Covered, PlannedFlowLog
from wording import setting

WORST_FIRST: tuple[CoverageState, ...] = (
    "dark",
    "records nothing",
    "not analysed",
    "elsewhere",
    "partial",
    "recorded",
)
NOTHING = ("dark", "records nothing")
UNATTACHED = "it is on no subnet and no network interface, so there is nothing to record"


class Coverage:
    """Judges attachments by the flow logs that will record them once the plan is carried out."""

    def __init__(
        self,
        choice: Selection,
        planned: Iterable[PlannedFlowLog],
        standard: Standard,
        failed: Mapping[str, FlowLog] = MappingProxyType({}),
        closed: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Takes the choice and the flow logs that follow from it.

        ``failed`` are flow logs of the stack, by target's key, that are ``Failed`` or of a state
        that is not known, and not written again;
        ``closed`` are subscriptions where nothing can be written, and why. What records there is
        not known, so that nothing there counts as recorded.
        """
        self._closed = closed
        self._choice = choice
        self._failed = failed
        self._standard = standard
        self._planned = {key(log.target_id): log for log in planned}

    def security_group(self, group: NetworkSecurityGroup, places: Sequence[Attachment]) -> Covered:
        """A group's state: of its worst attachment, or ``partial`` where only some are recorded."""
        if why := self._closed.get(group.subscription_id):
            return Covered(id=group.id, location=group.location, state="dark", reason=why)
        if not places:
            return Covered(
                id=group.id, location=group.location, state="unattached", reason=UNATTACHED
            )
        return Covered(
            id=group.id,
            location=group.location,
            state=self._state(places),
            targets=self._targets(places),
            reason=self._reasons(places),
        )

    def network(self, network: VirtualNetwork, places: Sequence[Attachment]) -> Covered:
        """A network's state: of the wanted attachments that flow logs see, else its own."""
        if why := self._closed.get(network.subscription_id):
            return Covered(id=network.id, location=network.location, state="dark", reason=why)
        state, targets, reason = self._of_network(network, places)
        return Covered(
            id=network.id,
            location=network.location,
            state=state,
            targets=targets,
            reason=reason,
        )

    def _of_network(
        self, network: VirtualNetwork, places: Sequence[Attachment]
    ) -> tuple[CoverageState, tuple[str, ...], str]:
        seen = [place for place in places if key(place.subnet_id) not in self._choice.blind]
        if seen:
            return self._state(seen), self._targets(seen), self._reasons(seen)
        if all_blind(network, self._choice.blind):
            return "records nothing", (), self._choice.blind[key(network.subnets[0].id)]
        own = key(network.id)
        if self._choice.records(own) and own not in self._failed:
            return self._target(own), (own,), self._choice.dead.get(own, "")
        return "dark", (), self._choice.dead.get(own) or _without_nsg(network)

    def _state(self, places: Iterable[Attachment]) -> CoverageState:
        """Of the worst attachment, or ``partial`` where only some are recorded."""
        states = [self._attachment(place) for place in places]
        state = worst(states)
        if state in NOTHING and any(found not in NOTHING for found in states):
            return "partial"
        return state

    def _attachment(self, place: Attachment) -> CoverageState:
        """By the nearest flow log, which Azure prefers, or the group's own beside it."""
        if key(place.subnet_id) in self._choice.blind:
            return "records nothing"
        group = key(place.security_group_id)
        found = self._recorders(place)
        nearest = [target for target in found if target != group][:1]
        states = [self._target(target) for target in (*nearest, *(t for t in found if t == group))]
        return max(states, key=WORST_FIRST.index) if states else "dark"

    def _recorders(self, place: Attachment) -> list[str]:
        found = self._choice.recorders(place)
        return [target for target in found if target not in self._failed]

    def _targets(self, places: Iterable[Attachment]) -> tuple[str, ...]:
        found = (target for place in places for target in self._recorders(place))
        return tuple(sorted(set(found)))

    def _reasons(self, places: Iterable[Attachment]) -> str:
        """Why places are not recorded, each reason once."""
        found = (self._reason(place) for place in places)
        return "; ".join(dict.fromkeys(reason for reason in found if reason))

    def _reason(self, place: Attachment) -> str:
        failed = [target for target in self._choice.recorders(place) if target in self._failed]
        if failed and not self._recorders(place):
            found = self._failed[failed[0]]
            return f"flow log {found.name} is {found.provisioning_state} in Azure"
        return self._choice.refused.get(place, "")

    def _target(self, target: str) -> CoverageState:
        planned = self._planned.get(target)
        found = planned or self._choice.external[target]
        if not found.analytics.enabled:
            return "not analysed"
        ours = planned is not None and not workspace_of(planned.analytics)
        if not ours and not self._standard.feeds_ours(found.analytics):
            return "elsewhere"
        hidden = planned.filtering_criteria if planned else narrowed(self._choice.external[target])
        return "partial" if hidden else "recorded"


def as_found(
    estate: Estate,
    uncounted: frozenset[str],
    blind: Mapping[str, str],
    standard: Standard,
    closed: Mapping[str, str],
) -> Coverage:
    """Coverage by the flow logs that exist, whoever made them: how things are without a run.

    ``uncounted`` and ``blind`` as in Choice, ``closed`` as in Coverage.
    """
    existing = {key(log.target_id): log for log in estate.flow_logs}
    choice = Selection(external=existing, uncounted=uncounted, blind=blind)
    return Coverage(choice, (), standard, closed=closed)


def worst(states: Iterable[CoverageState]) -> CoverageState:
    """The worst of some states."""
    return min(states, key=WORST_FIRST.index)


def by_network(places: Iterable[Attachment]) -> Mapping[str, list[Attachment]]:
    """Attachments by the key of the network that they are in."""
    found: dict[str, list[Attachment]] = {}
    for place in places:
        found.setdefault(key(place.network_id), []).append(place)
    return found


def _without_nsg(network: VirtualNetwork) -> str:
    lost = " and the traffic of its gateways" if has_gateways(network) else ""
    return (
        "no network security group that the filters let through sits in it, and no flow log is on "
        f"it; to record it{lost}, set {setting('networksWithoutNsg')} to 'cover'"
    )
