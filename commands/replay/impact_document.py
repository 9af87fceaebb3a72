"""What a change of rules would do, as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from commands.replay.usage_document import stamp
from recording.hours import Window
from rules.changed_rules import ChangedRule
from rules.impact import Effect, Outcome, RuleName
from rules.rule_text import described


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRecorded:
    """A place whose flows were not recorded all the time, for how many ``hours``, and why."""

    id: str
    reason: str
    hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What is told of a change.

    ``tool`` is what wrote it, ``rules`` those that it touches, ``places`` ids of the subnets that
    it concerns. ``unclear`` are parts of the change that cannot be told before it is applied, as
    lines; ``notes`` what could not be read. ``title`` tells it from other changes of one pull
    request.
    """

    tool: str
    window: Window
    effects: Sequence[Effect]
    rules: Sequence[ChangedRule]
    places: Sequence[str]
    not_recorded: Sequence[NotRecorded]
    unclear: Sequence[str] = ()
    notes: Sequence[str] = ()
    title: str = ""

    def of(self, outcome: Outcome) -> list[Effect]:
        """Effects of a kind, most flows first, those with as many by their ends."""
        found = [each for each in self.effects if each.outcome == outcome]
        return sorted(found, key=_place)


def _place(effect: Effect) -> tuple[int, str, str, int, str]:
    """Place in a list; the same whatever the order of rows, so that a summary can be compared."""
    flow = effect.flow
    ends = flow.source.address, flow.destination.address
    return (-flow.flows, *ends, flow.port, flow.protocol)


def document(impact: Impact) -> dict[str, Any]:
    """``from``, ``to``, ``cut``, ``opened``, ``unknown``, ``unchanged``, ``notRecorded`` and more.

    Times are ISO 8601 in UTC; ``unchanged`` counts flows by their ends and port, not packets.
    """
    return {
        "from": stamp(impact.window.start),
        "to": stamp(impact.window.end),
        "cut": list(map(_entry, impact.of("cut"))),
        "opened": list(map(_entry, impact.of("opened"))),
        "unknown": list(map(_entry, impact.of("unknown"))),
        "unchanged": len(impact.of("unchanged")),
        "notRecorded": [
            {"id": each.id, "reason": each.reason, "hours": each.hours}
            for each in impact.not_recorded
        ],
        "changedRules": list(map(_changed, impact.rules)),
        "places": list(impact.places),
        "unclear": list(impact.unclear),
        "notes": list(impact.notes),
    }


def _entry(effect: Effect) -> Mapping[str, Any]:
    flow = effect.flow
    return {
        "source": flow.source.address,
        "sourceSubnet": flow.source.subnet,
        "sourceMachine": flow.source.machine,
        "destination": flow.destination.address,
        "destinationSubnet": flow.destination.subnet,
        "destinationMachine": flow.destination.machine,
        "port": flow.port,
        "protocol": flow.protocol,
        "flows": flow.flows,
        "bytes": flow.bytes,
        "lastSeen": stamp(flow.last_seen),
        "before": _named(effect.before),
        "after": _named(effect.after),
        "reason": effect.reason,
    }


def _changed(found: ChangedRule) -> Mapping[str, Any]:
    rule = found.rule
    return {
        "group": rule.group,
        "rule": rule.name,
        "change": found.kind,
        "names": described(rule),
        "differences": found.differences(),
        "direction": rule.direction,
        "access": rule.access,
        "priority": rule.priority,
        "conversations": found.met.conversations,
        "flows": found.met.flows,
        "lastSeen": stamp(found.met.last_seen),
        "after": [
            {"access": each.access, "group": each.group, "rule": each.rule}
            for each in sorted(found.met.instead)
        ],
    }


def _named(rule: RuleName | None) -> dict[str, str] | None:
    return {"group": rule.group, "rule": rule.rule} if rule else None
