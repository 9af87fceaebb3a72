"""`flow-log-retention`: records stay long enough, and the limit is one that Azure keeps.

0 days means 'for ever' to Azure and goes with `enabled: false`; a policy that is left out is held
as 0 and false too. Both are accepted only where the settings say so, and only when written down.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pulumi_policy import Severity

from flowlog_guard.config import EXEMPTIONS, Config
from flowlog_guard.flow_log import FlowLog
from flowlog_guard.properties import MISSING, UNKNOWN, Reading, whole_number, wrong_type
from flowlog_guard.property_paths import Fix
from flowlog_guard.rule import Finding, FlowLogRule, NotKnown, Violation


def check(flow_log: FlowLog, config: Config) -> Iterator[Finding]:
    """Retention is on with a number of days within the limits, or 0 where that is allowed."""
    spelling = flow_log.spelling
    fix: Fix = {spelling.retention_enabled: True, spelling.retention_days: config.minimum_days}
    policy = flow_log.read(spelling.retention)
    if policy.value is UNKNOWN:
        yield NotKnown(policy.path)
    elif policy.value is MISSING:
        yield Violation(f"{policy.path} is not set; {_wanted(config)}", fix)
    elif not isinstance(policy.value, Mapping):
        yield Violation(wrong_type(policy, "an object"), fix)
    else:
        days = flow_log.read(spelling.retention_days)
        yield from _check_days(days, config, fix)
        yield from _check_enabled(flow_log.read(spelling.retention_enabled), days, config, fix)


def _check_days(days: Reading, config: Config, fix: Fix) -> Iterator[Finding]:
    number = whole_number(days.value)
    if days.value is UNKNOWN:
        yield NotKnown(days.path)
    elif days.value is MISSING:
        yield Violation(f"{days.path} is not set; {_wanted(config)}", fix)
    elif number is None:
        yield Violation(wrong_type(days, "a whole number"), fix)
    elif number == 0:
        if not config.allow_forever:
            yield Violation(f"{days.path} is 0, which means for ever; {_wanted(config)}", fix)
    elif not config.minimum_days <= number <= config.maximum_days:
        yield Violation(f"{days.path} is {number:.12g}; {_wanted(config)}", fix)


def _check_enabled(enabled: Reading, days: Reading, config: Config, fix: Fix) -> Iterator[Finding]:
    """0 days is off in either spelling and was judged with the days."""
    forever = whole_number(days.value) == 0
    if enabled.value is UNKNOWN:
        if not forever:
            yield NotKnown(enabled.path)
    elif enabled.value is MISSING:
        yield Violation(f"{enabled.path} is not set, which Azure reads as off", fix)
    elif not isinstance(enabled.value, bool):
        yield Violation(wrong_type(enabled, "true or false"), fix)
    elif not enabled.value and not (forever or (config.allow_forever and days.value is UNKNOWN)):
        yield Violation(f"{enabled.path} is false, so nothing is ever removed", fix)


def _wanted(config: Config) -> str:
    return f"{config.minimum_days} to {config.maximum_days} days are needed"


RULE = FlowLogRule(
    name="flow-log-retention",
    title="Records must be kept for 90 to 365 days; the pack can be given other limits.",
    severity=Severity.HIGH,
    remediation=(
        "Set `retentionPolicy` to `{enabled: true, days: 90}` (or more, up to 365). "
        "The storage account must be general-purpose v2."
    ),
    existing=(
        "Judged like a new one. Lowering the days, or setting them where they were 0, "
        "makes Azure remove older records."
    ),
    settings=("minimumDays", "maximumDays", "allowForever", *EXEMPTIONS),
    check=check,
)
