"""Turns rules into policies of the Pulumi SDK: type guard, settings, exemptions, unknown values.

Other resource types leave before anything is read. Mistakes in a rule's settings are reported
once, on the stack, which the engine analyses like a resource.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from pulumi_policy import (
    PolicyComplianceFramework,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
)
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, UnknownValueError

from flowlog_guard.config import Config, parse, schema
from flowlog_guard.exemption import Exempt, exemption_of
from flowlog_guard.flow_log import FlowLog
from flowlog_guard.record import Record, Undecided
from flowlog_guard.resource_types import STACK, Kind, kind_of, spelling_of
from flowlog_guard.rule import Finding, FlowLogRule, NotKnown, Rule, Violation
from flowlog_guard.spelling import spell

DOCUMENTATION = os.environ.get("FLOWLOG_GUARD_DOCUMENTATION", "docs/policies.md")
"""Address of the page that describes the rules; set the variable where the page is published."""


class Settings:
    """A rule's settings, read again only when the engine sends others."""

    def __init__(self, rule: Rule) -> None:
        """Settings at their defaults."""
        self._rule = rule
        self._current: tuple[Mapping[str, object], Config, list[str]] = ({}, Config(), [])

    def read(self, given: Mapping[str, object]) -> tuple[Config, list[str]]:
        """The settings and the mistakes in them, as lines."""
        source, config, mistakes = self._current
        if given != source:
            config, mistakes = parse(given, self._rule.settings)
            self._current = (dict(given), config, mistakes)
        return config, mistakes


def report_mistakes(rule: Rule, mistakes: Sequence[str], report: ReportViolation) -> None:
    """One violation for each mistake in the policy config file."""
    for mistake in mistakes:
        report(f"policy config, '{rule.name}': {mistake}.", None)


def flow_log_policy(rule: FlowLogRule, record: Record) -> ResourceValidationPolicy:
    """The rule as a policy on single resources."""
    settings = Settings(rule)

    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        if kind_of(args.resource_type) is Kind.FLOW_LOG:
            _judge(rule, args, report, settings.read(args.get_config())[0], record)
        elif args.resource_type == STACK:
            report_mistakes(rule, settings.read(args.get_config())[1], report)

    return ResourceValidationPolicy(
        name=rule.name,
        description=rule.title,
        validate=validate,
        enforcement_level=rule.level,
        config_schema=schema(rule.settings),
        severity=rule.severity,
        framework=framework(rule),
        tags=[str(entry) for entry in rule.frameworks],
        remediation_steps=rule.remediation,
        url=f"{DOCUMENTATION}#{rule.name}",
    )


def framework(rule: Rule) -> PolicyComplianceFramework | None:
    """The first framework, since the SDK has room for one; the tags name all of them."""
    if not rule.frameworks:
        return None
    first = rule.frameworks[0]
    return PolicyComplianceFramework(first.name, first.version, ", ".join(first.controls))


def _judge(
    rule: FlowLogRule,
    args: ResourceValidationArgs,
    report: ReportViolation,
    config: Config,
    record: Record,
) -> None:
    """Reports what is decided, then raises for what is not known: the SDK makes that an advisory.

    Raises UnknownValueError naming the properties, `_NotApplicableError` of the SDK when exempt.
    """
    flow_log = FlowLog(args.name, spelling_of(args.resource_type), args.props)
    findings: list[Finding] = list(rule.check(flow_log, config))
    exemption = exemption_of(flow_log, config) if findings else None
    if isinstance(exemption, Exempt):
        record.put(args.urn, rule.name, Undecided(exempt=exemption.reason))
        args.not_applicable(exemption.reason)
    if isinstance(exemption, NotKnown):
        findings = [exemption]
    for finding in findings:
        if isinstance(finding, Violation):
            report(message(flow_log.name, finding), None)
    unknown = tuple(dict.fromkeys(item.path for item in findings if isinstance(item, NotKnown)))
    record.put(args.urn, rule.name, Undecided(unknown) if unknown else None)
    if unknown:
        raise not_known(flow_log.name, unknown)


def message(name: str, violation: Violation) -> str:
    """What is wrong, then the lines to copy."""
    text = f"flow log '{name}': {violation.text}."
    return text if violation.fix is None else f"{text}\n{spell(violation.fix)}"


def not_known(name: str, paths: Sequence[str]) -> UnknownValueError:
    """The SDK's error for values that a preview cannot know, with a text of our own."""
    error = UnknownValueError(UNKNOWN_STRING_VALUE, list(paths))
    error.message = (
        f"flow log '{name}': {' and '.join(paths)} {'is' if len(paths) == 1 else 'are'} not known "
        "yet; the rule is enforced at deployment"
    )
    return error
