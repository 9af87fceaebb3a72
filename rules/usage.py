"""How each security rule was used: hits of flows, and what follows from them.

Rows name one rule at each end of a flow. Where two groups apply there, the other one's rule is
found by evaluating it. A rule counts as unused only where every place of its group was recorded
all the time, and no flow can have met it that the evaluator could not decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from estate.arm_id import key
from rules.evaluator import AtEnd, Evaluator
from rules.model import Deciding, Flow, Rule
from rules.narrowing import Proposal, Seen, proposal

UsageVerdict = Literal["used", "unused", "shadowed", "wider", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """How far a group's places were recorded.

    ``since`` is from when on all of them were, up to now; None where one is not. ``whole`` is
    whether that is the whole time asked for; ``reason`` names the place that lacks most.
    """

    since: datetime | None
    whole: bool
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What is known of a rule's use; flows and bytes are of the time asked for.

    ``sources`` counts distinct addresses. ``by`` are the rules that shadow it.
    """

    rule: Rule
    verdict: UsageVerdict
    flows: int = 0
    bytes: int = 0
    last_hit: datetime | None = None
    sources: int = 0
    recorded_since: datetime | None = None
    by: tuple[Rule, ...] = ()
    proposal: Proposal | None = None
    reason: str = ""


@dataclass(slots=True)
class _Hits:
    """Hits of a rule; ``possible`` is why it may have had more, blank where it has not."""

    flows: int = 0
    bytes: int = 0
    last: datetime | None = None
    seen: Seen = field(default_factory=Seen)
    possible: str = ""

    def add(self, flow: Flow, flows: int, bytes_: int, last: datetime) -> None:
        """Counts a flow."""
        self.flows += flows
        self.bytes += bytes_
        self.last = last if self.last is None else max(self.last, last)
        self.seen.add(flow)


_Key = tuple[str, str, str]


def usage(
    evaluator: Evaluator,
    flows: Iterable[Flow],
    shadowed: Mapping[Rule, tuple[Rule, ...]],
    recorded: Mapping[str, Recorded],
) -> Iterator[Usage]:
    """The use of each rule, by group and in the order in which Azure asks them.

    ``shadowed`` are rules that nothing reaches and what covers them; ``recorded`` is by the key of
    a group, and must have each of the landscape.
    """
    hits = _hits(evaluator, flows)
    for group, tables in sorted(evaluator.landscape.groups.items()):
        for rule in tables.rules:
            found = hits.get(_key(group, rule.direction, rule.name), _Hits())
            yield _usage(rule, found, shadowed.get(rule, ()), recorded[group])


def _usage(rule: Rule, hits: _Hits, by: tuple[Rule, ...], recorded: Recorded) -> Usage:
    verdict, reason = _verdict(hits, by, recorded)
    offered = None
    if verdict == "used" and recorded.whole and not hits.possible:
        offered = proposal(rule, hits.seen)
    return Usage(
        rule=rule,
        verdict="wider" if offered else verdict,
        flows=hits.flows,
        bytes=hits.bytes,
        last_hit=hits.last,
        sources=len(hits.seen.sources),
        recorded_since=recorded.since,
        by=by,
        proposal=offered,
        reason=reason,
    )


def _verdict(hits: _Hits, by: tuple[Rule, ...], recorded: Recorded) -> tuple[UsageVerdict, str]:
    if by:
        return "shadowed", ""
    if hits.flows:
        return "used", ""
    if hits.possible:
        return "unknown", hits.possible
    if recorded.whole:
        return "unused", recorded.reason
    return "unknown", recorded.reason


def _hits(evaluator: Evaluator, flows: Iterable[Flow]) -> dict[_Key, _Hits]:
    names = evaluator.landscape.named_groups
    found: dict[_Key, _Hits] = {}
    for flow in flows:
        for deciding in flow.deciding:
            _add_named(found, names, flow, deciding)
        for end in evaluator.verdict(flow).ends:
            _add_others(found, names, flow, end)
    return found


def _add_named(
    found: dict[_Key, _Hits], names: Mapping[str, str], flow: Flow, deciding: Deciding
) -> None:
    group = names.get(deciding.group)
    if group is not None:
        direction = "Outbound" if deciding.at == "Source" else "Inbound"
        hits = found.setdefault(_key(group, direction, deciding.rule), _Hits())
        hits.add(flow, deciding.flows, deciding.bytes, deciding.last_seen)


def _add_others(found: dict[_Key, _Hits], names: Mapping[str, str], flow: Flow, end: AtEnd) -> None:
    """Counts the rules of groups that the rows do not name, as far as the flow came to them."""
    here = [each for each in flow.deciding if each.at == end.at and not each.on_the_way]
    if flow.refused_at == "Source" and end.at == "Destination":
        return
    named = {names.get(each.group) for each in here}
    for decision in end.decisions:
        rules = [rule for rule in decision.rules if rule is not None and not rule.admin]
        groups = {key(rule.group) for rule in rules}
        if groups & named:
            if flow.refused_at == end.at:
                return
        elif decision.rule is not None:
            hits = found.setdefault(_key_of(decision.rule), _Hits())
            hits.add(flow, flow.flows, flow.bytes, flow.last_seen)
        else:
            for rule in rules:
                hits = found.setdefault(_key_of(rule), _Hits())
                hits.possible = hits.possible or decision.reason


def _key_of(rule: Rule) -> _Key:
    return _key(rule.group, rule.direction, rule.name)


def _key(group: str, direction: str, name: str) -> _Key:
    return key(group), direction, name.casefold()
