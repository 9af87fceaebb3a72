"""Where every network security group and network stands; the worst of its parts wins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from estate.model import Estate, NetworkSecurityGroup, VirtualNetwork, key
from plan.choose import Choice
from plan.model import CoverageState, Covered, PlannedFlowLog
from plan.standard import Standard
from plan.targets import Attachment

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
WITHOUT_NSG = (
    "no wanted network security group sits in it, and no flow log is on it; "
    "set flow-logs:networksWithoutNsg to cover"
)
GATEWAYS = "gatewaysubnet"  # takes no NSG, but its network's flow log records the gateways


class Coverage:
    """Judges attachments by the flow logs that will record them once the plan is carried out."""

    def __init__(
        self, choice: Choice, planned: Iterable[PlannedFlowLog], standard: Standard
    ) -> None:
        """Takes the choice and the flow logs that follow from it."""
        self._choice = choice
        self._standard = standard
        self._planned = {key(log.target_id): log for log in planned}

    def security_group(self, group: NetworkSecurityGroup, places: Sequence[Attachment]) -> Covered:
        """A group's state: of its worst attachment, or ``partial`` where only some are recorded."""
        if not places:
            return Covered(
                id=group.id, location=group.location, state="unattached", reason=UNATTACHED
            )
        states = [self._attachment(place) for place in places]
        state = worst(states)
        if state in NOTHING and any(found not in NOTHING for found in states):
            state = "partial"
        reasons = (self._choice.refused.get(place, "") for place in places)
        return Covered(
            id=group.id,
            location=group.location,
            state=state,
            targets=self._targets(places),
            reason="; ".join(dict.fromkeys(reason for reason in reasons if reason)),
        )

    def network(self, network: VirtualNetwork, places: Sequence[Attachment]) -> Covered:
        """A network's state: of the wanted attachments in it, else of its own flow log."""
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
        if places:
            states = [self._attachment(place) for place in places]
            return worst(states), self._targets(places), ""
        own = key(network.id)
        if self._choice.records(own):
            return self._target(own), (own,), ""
        return "dark", (), self._choice.dead.get(own) or _without_nsg(network)

    def _attachment(self, place: Attachment) -> CoverageState:
        if key(place.subnet_id) in self._choice.blind:
            return "records nothing"
        states = [self._target(target) for target in self._choice.recorders(place)]
        return max(states, key=WORST_FIRST.index) if states else "dark"

    def _targets(self, places: Iterable[Attachment]) -> tuple[str, ...]:
        found = (target for place in places for target in self._choice.recorders(place))
        return tuple(sorted(set(found)))

    def _target(self, target: str) -> CoverageState:
        planned = self._planned.get(target)
        found = planned or self._choice.external[target]
        if not found.analytics.enabled:
            return "not analysed"
        ours = planned is not None and found.analytics.workspace_id is None
        if not ours and not self._standard.feeds_ours(found.analytics):
            return "elsewhere"
        return "partial" if found.filtering_criteria else "recorded"


def as_found(
    estate: Estate, uncounted: frozenset[str], blind: Mapping[str, str], standard: Standard
) -> Coverage:
    """Coverage by the flow logs that exist, whoever made them: how things are without a run.

    ``uncounted`` and ``blind`` as in Choice.
    """
    existing = {key(log.target_id): log for log in estate.flow_logs}
    return Coverage(Choice(external=existing, uncounted=uncounted, blind=blind), (), standard)


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
    gateways = any(key(subnet.name) == GATEWAYS for subnet in network.subnets)
    return f"{WITHOUT_NSG} (it has gateways, whose traffic is lost)" if gateways else WITHOUT_NSG
