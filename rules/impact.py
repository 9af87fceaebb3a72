"""What a change of rules would do to flows that were recorded.

Each flow is decided by the rules as they are and as they would be. What the rules leave open, a
record may settle: a stage that does not change and let the flow through still does.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rules.evaluator import AtEnd, Decision, Evaluator, Result, Stage, Verdict
from rules.model import At, Deciding, Flow, Rule

Outcome = Literal["cut", "opened", "unknown", "unchanged"]
_NOT_RULES = ("encryption", "platform")
"""Kinds of refusals that no security rule undoes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleName:
    """A rule as reports name it: the id of its group, or what rows call it, and its name."""

    group: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What becomes of a flow.

    ``cut`` was recorded as allowed and would be denied, ``opened`` the other way. ``before`` and
    ``after`` are the rules that decide at the end where it changes, None where none does.
    ``reason`` is why it is unknown. ``now`` and ``then`` are the verdicts by the rules before and
    after.
    """

    flow: Flow
    now: Verdict
    then: Verdict
    outcome: Outcome
    before: RuleName | None = None
    after: RuleName | None = None
    reason: str = ""


def effects(flows: Iterable[Flow], before: Evaluator, after: Evaluator) -> Iterator[Effect]:
    """The effect on each flow, in their order."""
    for flow in flows:
        yield effect(flow, before, after)


def effect(flow: Flow, before: Evaluator, after: Evaluator) -> Effect:
    """The effect of a change of rules on a flow."""
    now, then = before.verdict(flow), after.verdict(flow)
    unchanged = Effect(flow=flow, now=now, then=then, outcome="unchanged")
    if any(each.kind in _NOT_RULES for each in _refusing(flow)):
        return unchanged
    if reason := _changed_on_the_way(flow, before, after):
        return replace(unchanged, outcome="unknown", reason=reason)
    if _told(now) == _told(then) or _is_refused_elsewhere(flow, then):
        return unchanged
    access = _settled(flow, now, then)
    recorded: Result = "Deny" if flow.denied else "Allow"
    if access is None:
        return _unknown(unchanged)
    if access in (recorded, _settled(flow, now, now)):
        return unchanged
    at, stage = _turning(now, then, access)
    return replace(
        unchanged,
        outcome="cut" if access == "Deny" else "opened",
        before=_named(now, at, stage) or _recorded(flow, at),
        after=_named(then, at, stage),
    )


def _changed_on_the_way(flow: Flow, before: Evaluator, after: Evaluator) -> str:
    """Why it cannot be told, where a group changes that decided at an appliance on the way."""
    for each in flow.deciding:
        if each.on_the_way and _rules(before, each.group) != _rules(after, each.group):
            return (
                f"it passes a network appliance, where {each.group} decides; which address the "
                "appliance has there, rows do not tell"
            )
    return ""


def _rules(evaluator: Evaluator, group: str) -> tuple[Rule, ...] | None:
    """Rules of a group as rows name it."""
    landscape = evaluator.landscape
    return landscape.rules_in(landscape.named_groups.get(group, ""))


def _refusing(flow: Flow) -> list[Deciding]:
    return [each for each in flow.deciding if flow.denied and each.at == flow.refused_at]


def _is_refused_elsewhere(flow: Flow, then: Verdict) -> bool:
    """Whether it was refused where these rules do not reach: another's network or manager."""
    refused = flow.refused_at
    if refused is None:
        return False
    end = _end(then, refused)
    if end is None:
        return True
    admin = any(each.kind == "security admin rule" for each in _refusing(flow))
    return admin and _decision(end, "admin").rules == (None,)


def _settled(flow: Flow, now: Verdict, then: Verdict) -> Result | None:
    """The verdict as it would be, with the help of what was recorded."""
    found = [_settled_at(flow, end, _end(now, end.at)) for end in then.ends]
    if any(result == "Deny" for result in found):
        return "Deny"
    return None if None in found else "Allow"


def _settled_at(flow: Flow, end: AtEnd, before: AtEnd | None) -> Result | None:
    if end.access is not None or before is None:
        return end.access
    if _told_at(end) == _told_at(before):
        if flow.refused_at == end.at:
            return "Deny"
        return "Allow" if flow.passed(end.at) else None
    if not flow.passed(end.at):
        return None
    same = [
        each.stage
        for each in end.decisions
        if _told_by(each) == _told_by(_decision(before, each.stage))
    ]
    if all(each.rules == (None,) for each in end.decisions):
        return None
    found = _results(end.decisions, same)
    return next(iter(found)) if len(found) == 1 else None


def _results(decided: Sequence[Decision], passed: Container[Stage]) -> frozenset[Result]:
    """What may come of stages in their order, each of which may go several ways.

    ``passed`` are stages that are known to have let the flow through: of what they may decide, a
    refusal is left out, unless it is all that they can decide.
    """
    if not decided:
        return frozenset({"Allow"})
    first, rest = decided[0], decided[1:]
    ways = {"Allow" if rule is None else rule.access for rule in first.rules} or {"Allow", "Deny"}
    if first.stage in passed and len(ways) > 1:
        ways -= {"Deny"}
    found: set[Result] = set()
    for way in ways:
        if way == "Allow":
            found |= _results(rest, passed)
        else:
            found.add("Deny" if way == "Deny" else "Allow")
    return frozenset(found)


def _unknown(found: Effect) -> Effect:
    flow, now, then = found.flow, found.now, found.then
    at, stage = _turning(now, then, None)
    return replace(
        found,
        outcome="unknown",
        before=_named(now, at, stage) or _recorded(flow, at),
        after=_named(then, at, stage),
        reason=then.reason,
    )


def _turning(now: Verdict, then: Verdict, access: Result | None) -> tuple[At, Stage | None]:
    """The end and the stage at which the verdict changes."""
    refusing = now if access == "Allow" else then
    for end in refusing.ends:
        for decision in end.decisions:
            refused = decision.rule is not None and decision.rule.access == "Deny"
            if refused and end.access == "Deny":
                return end.at, decision.stage
    for end in then.ends:
        before = _end(now, end.at)
        for decision in end.decisions:
            if before is None or _told_by(decision) != _told_by(_decision(before, decision.stage)):
                return end.at, decision.stage
    return "Destination", None


def _named(verdict: Verdict, at: At, stage: Stage | None) -> RuleName | None:
    end = _end(verdict, at)
    if end is None or stage is None:
        return None
    rule = _decision(end, stage).rule
    return None if rule is None else RuleName(group=rule.group, rule=rule.name)


def _recorded(flow: Flow, at: At) -> RuleName | None:
    """The rule that rows name for an end."""
    found = [each for each in flow.deciding if each.at == at and each.rule]
    return RuleName(group=found[0].group, rule=found[0].rule) if found else None


def _end(verdict: Verdict, at: At) -> AtEnd | None:
    return next((end for end in verdict.ends if end.at == at), None)


def _decision(end: AtEnd, stage: Stage) -> Decision:
    """What a stage decides; it lets pass what it is not asked about."""
    passing = Decision(stage=stage, rules=(None,))
    return next((each for each in end.decisions if each.stage == stage), passing)


def _told(verdict: Verdict) -> object:
    return tuple((end.at, _told_at(end)) for end in verdict.ends)


def _told_at(end: AtEnd) -> object:
    return end.access, tuple(map(_told_by, end.decisions))


def _told_by(decision: Decision) -> object:
    """What a stage decides, without what does not matter to this flow: the rules' priorities."""
    return decision.stage, tuple(map(_without_priority, decision.rules))


def _without_priority(rule: Rule | None) -> Rule | None:
    return None if rule is None else replace(rule, priority=0)
