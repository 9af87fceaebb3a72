"""`flow-log-coverage`: what the stack declares is logged, and logged without a filter.

A network is covered by its own enabled flow log or by those of all its subnets in the stack; a
network security group by one on itself, or where everything that the stack attaches it to is
covered: subnets, interfaces, and the networks of scale sets and machines. References are followed
by id and by property dependency, so that a first preview, which knows no ids, is judged too.
"""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_policy import EnforcementLevel, Severity

from flowlog_guard.arm_id import parse
from flowlog_guard.config import Config
from flowlog_guard.properties import MISSING, UNKNOWN, describe, is_absent
from flowlog_guard.resource_types import FILTERS, Kind
from flowlog_guard.rule import Finding, NotKnown, StackRule, Violation
from flowlog_guard.stack import TARGETS, Stack
from flowlog_guard.stack_resource import Declared
from flowlog_guard.topology import Topology

EVERY_RECORD = frozenset("BCED")
"""Begin, continuing, end and denied: the record types of a flow log (`recordTypes` of its API)."""


def check(stack: Stack, config: Config) -> Iterator[tuple[Declared, Finding]]:
    """Everything declared is covered, nothing is filtered away, no migration leaves a gap."""
    topology = Topology(stack)
    for resource in stack.of(Kind.VIRTUAL_NETWORK, Kind.NETWORK_SECURITY_GROUP):
        covered = topology.covers(resource)
        if covered is None:
            yield resource, NotKnown("coverage")
        elif not covered:
            yield resource, Violation(_text(topology, resource))
    for flow_log in stack.of(Kind.FLOW_LOG):
        yield from ((flow_log, finding) for finding in _check_filters(flow_log))
        yield from ((flow_log, finding) for finding in _check_migration(stack, flow_log))


def _text(topology: Topology, resource: Declared) -> str:
    if resource.kind is Kind.NETWORK_SECURITY_GROUP:
        return _group_text(topology, resource)
    logged = [subnet for subnet in topology.parts(resource) if topology.covers(subnet)]
    partly = f"; only {_names(logged)} logged" if logged else ""
    return f"no enabled flow log of this stack covers it{partly}. Add one on the network"


def _group_text(topology: Topology, group: Declared) -> str:
    attachments = topology.parts(group)
    if not attachments:
        return (
            "no enabled flow log of this stack covers it, and nothing in this stack attaches it. "
            "Add a flow log on the virtual network that it protects"
        )
    dark = [attachment for attachment in attachments if topology.covers(attachment) is False]
    return f"it protects {_names(dark)} without a flow log. Add one on the virtual network"


def _names(resources: list[Declared]) -> str:
    return " and ".join(f"{resource.kind.value} '{resource.name}'" for resource in resources)


def _check_filters(flow_log: Declared) -> Iterator[Finding]:
    criteria_path, records_path = FILTERS
    criteria, records = flow_log.value(criteria_path), flow_log.value(records_path)
    for path in (path for path in FILTERS if flow_log.value(path) is UNKNOWN):
        yield NotKnown(path)
    if not is_absent(criteria):
        yield Violation(
            f"{criteria_path} is {describe(criteria)}, so other traffic is not recorded. "
            "Remove it if everything is to be evidence"
        )
    if isinstance(records, str) and not set(records.upper()) >= EVERY_RECORD:
        yield Violation(
            f"{records_path} is {describe(records)}, so other records are left out. "
            "Remove it if everything is to be evidence"
        )


def _check_migration(stack: Stack, flow_log: Declared) -> Iterator[Finding]:
    """A flow log switched off on an NSG elsewhere: does one of its region record the networks?

    An NSG and the networks that it protects are always in one subscription and region.
    """
    target = flow_log.text(flow_log.target)
    off = flow_log.value(flow_log.spelling.enabled) is False
    group = parse(target)
    if not off or group is None or group.kind is not Kind.NETWORK_SECURITY_GROUP:
        return
    if isinstance(target, str) and stack.find(target):
        return  # The NSG itself is declared and reported above.
    records = [_records(stack, other, flow_log) for other in stack.of(Kind.FLOW_LOG)]
    if True in records:
        return
    if None in records:
        yield NotKnown("whether a network of its subscription and region is logged")
    else:
        yield Violation(
            "it is switched off, and no enabled flow log of this stack is on a network in its "
            "subscription and region. See to it that what its security group protects is logged"
        )


def _records(stack: Stack, other: Declared, switched_off: Declared) -> bool | None:
    """True if a flow log is on a network of this account and region, None if not known yet."""
    target = stack.refer(other, other.target, *TARGETS)
    mine, theirs = parse(switched_off.text(switched_off.target)), parse(target.id)
    kind = theirs.kind if theirs else target.declared.kind if target.declared else None
    enabled = other.value(other.spelling.enabled)
    if enabled is False or kind is Kind.NETWORK_SECURITY_GROUP:
        return False
    if mine and theirs and mine.subscription != theirs.subscription:
        return False
    regions = {stack.region(other), stack.region(switched_off)}
    if len(regions - {UNKNOWN, MISSING}) > 1:
        return False
    if enabled is UNKNOWN or UNKNOWN in regions or (kind is None and target.id is UNKNOWN):
        return None
    return kind is not None


RULE = StackRule(
    name="flow-log-coverage",
    title="Every network and network security group of the stack must be logged, without a filter.",
    severity=Severity.MEDIUM,
    level=EnforcementLevel.ADVISORY,
    remediation=(
        "Add a flow log whose `targetResourceId` is the id of the virtual network. Remove "
        "`enabledFilteringCriteria` and `recordTypes` where nothing may be left out."
    ),
    existing=(
        "A flow log outside the stack is not seen: exempt its target with the reason, or keep the "
        "advisory. A flow log switched off on a network security group covers nothing."
    ),
    settings=("exemptTargets",),
    check=check,
)
