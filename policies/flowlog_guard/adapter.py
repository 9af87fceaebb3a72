"""Turns rules into policies of the Pulumi SDK: type guard, settings, exemptions, unknown values.

Other resource types leave before anything is read. Mistakes in a rule's settings are reported
once, on the stack, which the engine analyses like a resource.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pulumi_policy import (
    Policy,
    PolicyComplianceFramework,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, UnknownValueError

from flowlog_guard import shared_data
from flowlog_guard.config import Config, parse, schema
from flowlog_guard.exemption import Exempt, exempt_declared, exemption_of
from flowlog_guard.flow_log import FlowLog
from flowlog_guard.observations import Record, Undecided
from flowlog_guard.printable import printable
from flowlog_guard.properties import left_out, read
from flowlog_guard.property_paths import spell
from flowlog_guard.resource_types import STACK, Kind, kind_of, spelling_of, watched_inputs
from flowlog_guard.rule import Finding, FlowLogRule, NotKnown, Rule, StackRule, Violation
from flowlog_guard.stack import Stack
from flowlog_guard.stack_resource import Declared

DOCUMENTATION = os.environ.get("FLOWLOG_GUARD_DOCUMENTATION", "docs/policies.md")
"""Address of the page that describes the rules; set the variable where the page is published."""


class Settings:
    """A rule's settings, read again only when the engine sends others."""

    def __init__(self, rule: Rule) -> None:
        """Settings at their defaults."""
        self._rule = rule
        self._current: tuple[Mapping[str, object], Config, list[str]] = ({}, Config(), [])

    def read(self, given: Mapping[str, object]) -> Config:
        """The settings; a wrong one counts at its default."""
        source, config, mistakes = self._current
        if given != source:
            config, mistakes = parse(given, self._rule.settings)
            self._current = (dict(given), config, mistakes)
        return config

    def report_mistakes(self, given: Mapping[str, object], report: ReportViolation) -> None:
        """One violation for each mistake in the policy config file."""
        self.read(given)
        for mistake in self._current[2]:
            report(printable(f"policy config, '{self._rule.name}': {mistake}."), None)


def flow_log_policy(rule: FlowLogRule, record: Record) -> ResourceValidationPolicy:
    """The rule as a policy on single resources."""
    settings = Settings(rule)

    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        kind = kind_of(args.resource_type)
        if kind is None:
            if args.resource_type == STACK:
                settings.report_mistakes(args.get_config(), report)
            return
        record.see(args.urn, rule.name, lambda: _inputs(args))
        if kind is Kind.FLOW_LOG and not left_out(_properties(args)):
            _judge(rule, args, report, settings.read(args.get_config()), record)

    return ResourceValidationPolicy(validate=validate, **_metadata(rule))


def stack_policy(rule: StackRule, record: Record) -> StackValidationPolicy:
    """The rule as a policy on the stack."""
    settings = Settings(rule)

    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        settings.report_mistakes(args.get_config(), report)
        config = settings.read(args.get_config())
        record.forget(rule.name)
        stack = shared_data.stack() or Stack(args.resources, record)
        _judge_stack(rule, rule.check(stack, config), report, config, record)

    return StackValidationPolicy(validate=validate, **_metadata(rule))


def policy(rule: FlowLogRule | StackRule, record: Record) -> Policy:
    """The rule as a policy of its kind."""
    if isinstance(rule, FlowLogRule):
        return flow_log_policy(rule, record)
    return stack_policy(rule, record)


def _metadata(rule: Rule) -> dict[str, Any]:
    return {
        "name": rule.name,
        "description": rule.title,
        "enforcement_level": rule.level,
        "config_schema": schema(rule.settings),
        "severity": rule.severity,
        "framework": _framework(rule),
        "tags": [str(framework) for framework in rule.frameworks],
        "remediation_steps": rule.remediation,
        "url": f"{DOCUMENTATION}#{rule.name}",
    }


def _framework(rule: Rule) -> PolicyComplianceFramework | None:
    """The first framework, since the SDK has room for one; the tags name all of them."""
    if not rule.frameworks:
        return None
    first = rule.frameworks[0]
    return PolicyComplianceFramework(
        first.name, first.version, ", ".join(first.controls), "; ".join(first.asks)
    )


def _inputs(args: ResourceValidationArgs) -> Mapping[str, object]:
    properties = _properties(args)
    if left_out(properties):
        return {}
    return {path: read(properties, path).value for path in watched_inputs(args.resource_type)}


def _properties(args: ResourceValidationArgs) -> Mapping[str, object]:
    shared = shared_data.properties()
    return args.props if shared is None else shared


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
    spelling = spelling_of(args.resource_type)
    flow_log = FlowLog(args.name, spelling, _properties(args), tuple(args.opts.ignore_changes))
    findings: list[Finding] = list(rule.check(flow_log, config))
    exemption = None
    if findings:
        exemption = exemption_of(flow_log.target, flow_log.read(spelling.enabled), config)
    if isinstance(exemption, Exempt):
        record.put(rule.name, args.urn, Undecided(exempt=exemption.reason))
        args.not_applicable(exemption.reason)
    if isinstance(exemption, NotKnown):
        findings = [exemption]
    for finding in findings:
        if isinstance(finding, Violation):
            report(message(Kind.FLOW_LOG, flow_log.name, finding), None)
    unknown = _unknown(findings)
    record.put(rule.name, args.urn, Undecided(unknown) if unknown else None)
    if unknown:
        raise not_known(f"flow log '{flow_log.name}': {_are_not_known(unknown)}", unknown)


def _judge_stack(
    rule: StackRule,
    findings: Iterable[tuple[Declared | None, Finding]],
    report: ReportViolation,
    config: Config,
    record: Record,
) -> None:
    """As for a single resource, with each violation on the resource that it is about.

    What the run leaves out is not judged; `flow-log-not-evaluated` lists it.
    """
    waiting: dict[str, list[Finding]] = {}
    for declared, given in findings:
        if declared is not None and declared.left_out:
            continue
        exemption = exempt_declared(declared, config) if declared else None
        finding = exemption if isinstance(exemption, NotKnown) else given
        if declared is None:
            assert isinstance(finding, Violation), "only a resource can have unknown values"
            report("\n".join(map(printable, finding.text.split("\n"))), None)
        elif isinstance(exemption, Exempt):
            record.put(rule.name, declared.urn, Undecided(exempt=exemption.reason))
        elif isinstance(finding, Violation):
            report(message(declared.kind, declared.name, finding), declared.urn)
        else:
            waiting.setdefault(declared.urn, []).append(finding)
            record.put(rule.name, declared.urn, Undecided(_unknown(waiting[declared.urn])))
    unknown = _unknown(finding for found in waiting.values() for finding in found)
    if unknown:
        raise not_known(f"on {len(waiting)} of its resources {_are_not_known(unknown)}", unknown)


def _unknown(findings: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item.what for item in findings if isinstance(item, NotKnown)))


def _are_not_known(unknown: Sequence[str]) -> str:
    verb = "is" if len(unknown) == 1 else "are"
    return f"{' and '.join(unknown)} {verb} not known yet; the rule is enforced at deployment"


def message(kind: Kind, name: str, violation: Violation) -> str:
    """The mistake, then the lines to copy."""
    text = printable(f"{kind.value} '{name}': {violation.text}.")
    return text if violation.fix is None else f"{text}\n{spell(violation.fix)}"


def not_known(text: str, unknown: Sequence[str]) -> UnknownValueError:
    """The SDK's error for values that a preview cannot know, with a text of our own."""
    error = UnknownValueError(UNKNOWN_STRING_VALUE, list(unknown))
    error.message = printable(text)
    return error
