"""The use of security rules as JSON, in the shape of the README's table of commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from commands.checks import output
from recording.hours import Window
from rules.findings import Finding
from rules.model import Rule
from rules.narrowing import Proposal
from rules.usage import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is told of rules; ``places`` counts what a group (key) sits on.

    ``notes`` are lines on what could not be read.
    """

    window: Window
    used: Sequence[Usage]
    findings: Sequence[Finding]
    places: Mapping[str, int]
    notes: Sequence[str]


def document(told: Told) -> dict[str, Any]:
    """``from``, ``to``, ``rules``, ``findings`` and ``notes``; times ISO 8601 in UTC."""
    return {
        "from": stamp(told.window.start),
        "to": stamp(told.window.end),
        "rules": [_rule(each) for each in told.used],
        "findings": [
            {**_named(each.rule), "kind": each.kind, "by": _all(each.by), "text": each.text}
            for each in told.findings
        ],
        "notes": list(told.notes),
    }


def stamp(moment: datetime | None) -> str | None:
    """A moment as ISO 8601 in UTC; None for none."""
    return output.stamp(moment) if moment else None


def _rule(found: Usage) -> dict[str, Any]:
    rule = found.rule
    return {
        **_named(rule),
        "direction": rule.direction,
        "access": rule.access,
        "priority": rule.priority,
        "default": rule.default,
        "verdict": found.verdict,
        "flows": found.flows,
        "bytes": found.bytes,
        "sources": found.sources,
        "lastHit": stamp(found.last_hit),
        "recordedSince": stamp(found.recorded_since),
        "by": _all(found.by),
        "proposal": _proposal(found.proposal),
        "reason": found.reason,
    }


def _named(rule: Rule) -> dict[str, str]:
    return {"group": rule.group, "rule": rule.name}


def _all(rules: Sequence[Rule]) -> list[dict[str, str]]:
    return [_named(rule) for rule in rules]


def _proposal(found: Proposal | None) -> dict[str, list[str]] | None:
    if found is None:
        return None
    return {
        "ports": list(found.ports),
        "sources": list(found.sources),
        "destinations": list(found.destinations),
    }
