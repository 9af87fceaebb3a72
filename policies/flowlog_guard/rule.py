"""A rule: metadata that the documentation is made from, and a pure check."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pulumi_policy import EnforcementLevel, Severity

from flowlog_guard.config import Config
from flowlog_guard.flow_log import FlowLog
from flowlog_guard.frameworks import Framework, frameworks_of
from flowlog_guard.property_paths import Fix
from flowlog_guard.stack import Stack
from flowlog_guard.stack_resource import Declared


@dataclass(frozen=True, slots=True)
class Violation:
    """Something to change."""

    text: str
    """What is wrong, with the property and its value."""
    fix: Fix | None = None
    """Which property to set to what; None where the text says all there is to say."""


@dataclass(frozen=True, slots=True)
class NotKnown:
    """A property, by its path, or a fact that this preview cannot know: the rule is undecided."""

    what: str


Finding = Violation | NotKnown


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """Metadata of one policy."""

    name: str
    title: str
    """One sentence; the engine prints it above each violation."""
    severity: Severity
    level: EnforcementLevel = EnforcementLevel.MANDATORY
    remediation: str
    """Steps, with the exact property to set."""
    existing: str
    """How the rule treats a resource that is in Azure already."""
    settings: tuple[str, ...] = ()
    """Keys of `Config` that the rule reads."""

    @property
    def frameworks(self) -> tuple[Framework, ...]:
        """Controls that ask for what the rule checks."""
        return frameworks_of(self.name)


@dataclass(frozen=True, kw_only=True, slots=True)
class FlowLogRule(Rule):
    """A rule on the inputs of one flow log."""

    check: Callable[[FlowLog, Config], Iterable[Finding]]


@dataclass(frozen=True, kw_only=True, slots=True)
class StackRule(Rule):
    """A rule on the stack; a finding belongs to a resource, or to the stack where that is None."""

    check: Callable[[Stack, Config], Iterable[tuple[Declared | None, Finding]]]
