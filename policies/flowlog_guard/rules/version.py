"""`flow-log-version`: version 1 has no bytes, packets or flow states."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_policy import Severity

from flowlog_guard.config import EXEMPTIONS, Config
from flowlog_guard.flow_log import FlowLog
from flowlog_guard.properties import MISSING, UNKNOWN, describe, whole_number, wrong_type
from flowlog_guard.property_paths import Fix
from flowlog_guard.rule import Finding, FlowLogRule, NotKnown, Violation

WANTED = 2


def check(flow_log: FlowLog, config: Config) -> Iterator[Finding]:
    """The version of the format is the number 2, given explicitly."""
    version = flow_log.read(flow_log.spelling.version)
    fix: Fix = {flow_log.spelling.version: WANTED}
    if version.path == "format":
        fix = {"format.type": "JSON", **fix}
    if version.value is UNKNOWN:
        yield NotKnown(version.path)
    elif version.value is MISSING:
        yield Violation(f"{version.path} is not set; version {WANTED} is needed", fix)
    elif version.path != flow_log.spelling.version:
        yield Violation(wrong_type(version, "an object"), fix)
    elif whole_number(version.value) is None:
        yield Violation(wrong_type(version, f"the number {WANTED}"), fix)
    elif whole_number(version.value) != WANTED:
        given = describe(version.value)
        yield Violation(f"{version.path} is {given}; version {WANTED} is needed", fix)


RULE = FlowLogRule(
    name="flow-log-version",
    title="A flow log must be written in format version 2, which counts bytes and packets.",
    severity=Severity.MEDIUM,
    remediation=(
        "azure-native: set `format` to `{type: JSON, version: 2}`. "
        "Classic Azure provider: set `version` to 2, since it defaults to 1."
    ),
    existing="Judged like a new one; Azure changes the version of a flow log in place.",
    settings=EXEMPTIONS,
    check=check,
)
