"""Which flow logs report a conversation, from which end, and by which rule.

Both ends report, each by what records it; what the source refuses never comes to the destination.
Of flow logs on an interface, its subnet and its network the nearest records (azure-docs,
vnet-flow-logs-overview, "Virtual network flow logs compared": precedence); one on a group records
what the group decided (nsg-flow-logs-overview). A flow log with a filter, or with record types,
reports nothing here: what they leave out is not modelled.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from localazure.network.flow_log_rules import SINCE
from localazure.operationalinsights.conversations import Conversation
from localazure.operationalinsights.scene import Scene, Spot
from localazure.state.arm_id import key
from localazure.state.store import Resource
from rules.evaluator import AtEnd
from rules.model import At, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A conversation as one flow log reports it; `rule` is None where no group is."""

    talk: Conversation
    log: Resource
    at: At
    source: Spot
    destination: Spot
    type: str
    allowed: bool
    rule: Rule | None

    @property
    def near(self) -> Spot:
        """The end that reports."""
        return self.source if self.at == "Source" else self.destination

    @property
    def far(self) -> Spot:
        """The other end."""
        return self.destination if self.at == "Source" else self.source


class Recorders:
    """The flow logs that record, by what they are on."""

    def __init__(self, logs: Iterable[Resource]) -> None:
        self._by_target = {
            key(log["properties"]["targetResourceId"]): log for log in logs if _records(log)
        }

    def on(self, *targets: Resource | None) -> Resource | None:
        """The flow log of the first of some targets that has one."""
        ids = [key(target["id"]) for target in targets if target is not None]
        return next((self._by_target[id_] for id_ in ids if id_ in self._by_target), None)


def _records(log: Resource) -> bool:
    properties = log["properties"]
    return bool(properties["enabled"]) and properties["provisioningState"] != "Failed"


def reports(scene: Scene, recorders: Recorders, talk: Conversation) -> Iterator[Report]:
    """All reports of a conversation. Raises Unreadable where the rules cannot tell."""
    source = scene.spot(talk.source, f"{talk.place}.source")
    destination = scene.spot(talk.destination, f"{talk.place}.destination")
    type_ = scene.type_of(talk, source, destination)
    for end in scene.verdict(talk, source, destination, type_).ends:
        near = source if end.at == "Source" else destination
        for log, rule, allowed in _at(recorders, near, end) if near.recorded else ():
            if not any(log["properties"].get(name) for name in SINCE):
                yield Report(
                    talk=talk,
                    log=log,
                    at=end.at,
                    source=source,
                    destination=destination,
                    type=type_,
                    allowed=allowed,
                    rule=rule,
                )
        if end.access == "Deny":
            return


def _at(
    recorders: Recorders, near: Spot, end: AtEnd
) -> Iterator[tuple[Resource, Rule | None, bool]]:
    """Flow logs that report an end, the rule that each names, and whether it let the flow on."""
    nearest = recorders.on(near.interface, near.subnet, near.network)
    if nearest is not None:
        yield nearest, named(end), end.access == "Allow"
    for decision in end.decisions:
        rule = decision.rule
        log = None if rule is None or rule.admin else recorders.on({"id": rule.group})
        if log is not None and rule is not None:
            yield log, rule, rule.access == "Allow"


def named(end: AtEnd) -> Rule | None:
    """The one rule that a network flow log names for an end.

    Where both the subnet and the interface have a group, which of the two Azure names is not
    documented. Assumed is the one that refuses, and of two that let the flow through the one asked
    last: the interface's on the way in, the subnet's on the way out.
    """
    return end.rule
