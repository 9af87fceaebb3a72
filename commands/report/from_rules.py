"""The use of security rules, from the JSON that ``python -m commands.rules --json`` wrote."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

from commands.replay.usage_document import Told
from commands.report.shape import Object, read_shape
from recording.hours import Window
from rules.findings import Finding, Kind
from rules.model import Access, Direction, Rule
from rules.narrowing import Proposal
from rules.usage import Usage, UsageVerdict

WANTED = "give the file that 'python -m commands.rules --json FILE' of this release wrote"
_Named = Callable[[Object], Rule]


def read(text: str, source: str) -> Told:
    """Rules from JSON text; ``source`` names it in errors.

    ``places`` is empty, as the document does not tell it. Raises SourceError.
    """
    return read_shape(text, source, "does not tell the use of rules", WANTED, _told)


def _told(found: Object) -> Told:
    window = Window(found.moment("from"), found.moment("to"))
    rules = [(each, _rule(each)) for each in found.each("rules")]
    known = {(rule.group, rule.name): rule for _, rule in reversed(rules)}

    def named(one: Object) -> Rule:
        rule = known.get((one.text("group"), one.text("rule")))
        if rule is None:
            raise one.wrong("names a rule that is not among the rules")
        return rule

    return Told(
        window=window,
        used=tuple(_usage(each, rule, named) for each, rule in rules),
        findings=tuple(_finding(each, named) for each in found.each("findings")),
        places={},
        notes=found.texts("notes"),
    )


def _rule(found: Object) -> Rule:
    return Rule(
        group=found.text("group"),
        name=found.text("rule"),
        direction=found.one_of("direction", get_args(Direction)),
        access=found.one_of("access", get_args(Access)),
        priority=found.number("priority"),
        default=found.flag("default"),
    )


def _usage(found: Object, rule: Rule, named: _Named) -> Usage:
    return Usage(
        rule=rule,
        verdict=found.one_of("verdict", get_args(UsageVerdict)),
        flows=found.number("flows"),
        bytes=found.number("bytes"),
        sources=found.number("sources"),
        last_hit=found.maybe_moment("lastHit"),
        recorded_since=found.maybe_moment("recordedSince"),
        by=tuple(map(named, found.each("by"))),
        proposal=_proposal(found.maybe("proposal")),
        reason=found.text("reason"),
    )


def _proposal(found: Object | None) -> Proposal | None:
    if found is None:
        return None
    return Proposal(
        ports=found.texts("ports"),
        sources=found.texts("sources"),
        destinations=found.texts("destinations"),
    )


def _finding(found: Object, named: _Named) -> Finding:
    return Finding(
        kind=found.one_of("kind", get_args(Kind)),
        rule=named(found),
        by=tuple(map(named, found.each("by"))),
        text=found.text("text"),
    )
