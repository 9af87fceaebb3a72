"""`flow-log-enabled`: a flow log that is switched off records nothing."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_policy import Severity

from flowlog_guard.config import EXEMPTIONS, Config
from flowlog_guard.flow_log import FlowLog
from flowlog_guard.properties import MISSING, UNKNOWN, wrong_type
from flowlog_guard.rule import Finding, FlowLogRule, NotKnown, Violation


def check(flow_log: FlowLog, config: Config) -> Iterator[Finding]:
    """`enabled` is the boolean true."""
    enabled = flow_log.read(flow_log.spelling.enabled)
    fix = {enabled.path: True}
    if enabled.value is UNKNOWN:
        yield NotKnown(enabled.path)
    elif enabled.value is MISSING:
        yield Violation(f"{enabled.path} is not set, so whether it records is left to Azure", fix)
    elif not isinstance(enabled.value, bool):
        yield Violation(wrong_type(enabled, "true or false"), fix)
    elif not enabled.value:
        yield Violation(f"{enabled.path} is false, so no traffic is recorded", fix)


RULE = FlowLogRule(
    name="flow-log-enabled",
    title="A flow log must be switched on.",
    severity=Severity.HIGH,
    remediation="Set `enabled` to true.",
    existing="Judged like a new one: the declared value counts, not what Azure holds.",
    settings=EXEMPTIONS,
    check=check,
)
