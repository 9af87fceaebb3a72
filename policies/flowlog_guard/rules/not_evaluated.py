"""`flow-log-not-evaluated`: what the other rules passed over in this run, and why.

Runs last. It names what a preview could not know, what the run leaves out, and every exemption that
was used.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from pulumi_policy import EnforcementLevel, Severity

from flowlog_guard.config import Config
from flowlog_guard.resource_types import Kind
from flowlog_guard.rule import Finding, StackRule, Violation
from flowlog_guard.stack import Stack
from flowlog_guard.stack_resource import Declared

NAMED = 5
"""Resources named in a line; more are counted."""


def check(stack: Stack, config: Config) -> Iterator[tuple[Declared | None, Finding]]:
    """Every rule was decided on every flow log."""
    unknown: dict[tuple[str, str], list[str]] = defaultdict(list)
    exempt: dict[tuple[str, str], list[str]] = defaultdict(list)
    for rule, resource, entry in stack.undecided():
        for what in entry.unknown:
            unknown[rule, what].append(resource.name)
        if entry.exempt:
            exempt[rule, entry.exempt].append(resource.name)
    if unknown:
        lines = [f"  {rule}: {what} of {_names(names)}" for (rule, what), names in unknown.items()]
        yield None, Violation("\n".join(["not known yet, enforced at deployment:", *lines]))
    judged = stack.of(Kind.FLOW_LOG, Kind.VIRTUAL_NETWORK, Kind.NETWORK_SECURITY_GROUP)
    if left_out := [resource.name for resource in judged if resource.left_out]:
        yield None, Violation(f"left out of this run (--target, --exclude): {_names(left_out)}")
    if exempt:
        lines = [f"  {rule}: {_names(names)}: {why}" for (rule, why), names in exempt.items()]
        yield None, Violation("\n".join(["exempt by policy config:", *lines]))


def _names(names: list[str]) -> str:
    named = ", ".join(f"'{name}'" for name in sorted(names)[:NAMED])
    rest = len(names) - NAMED
    return f"{named} and {rest} more" if rest > 0 else named


RULE = StackRule(
    name="flow-log-not-evaluated",
    title="A run should decide every rule; this is what it passed over.",
    severity=Severity.LOW,
    level=EnforcementLevel.ADVISORY,
    remediation=(
        "Nothing to change where a value is only known at deployment: run `up` with the pack too. "
        "To have it in the preview, set the property to a plain value. What `--target` or "
        "`--exclude` leaves out is judged by a run that takes it in."
    ),
    existing="Values of resources that exist are known, so they are rarely listed.",
    check=check,
)
