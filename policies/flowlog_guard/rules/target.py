"""`flow-log-target`: Azure makes no new flow logs on network security groups since 30 June 2025.

Those that exist are kept until 30 September 2027 and may be changed, so the rule asks whether the
flow log is in Azure already.
"""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_policy import Severity

from flowlog_guard.arm_id import is_kind
from flowlog_guard.config import Config
from flowlog_guard.properties import UNKNOWN
from flowlog_guard.property_paths import AZURE_NATIVE, Expression
from flowlog_guard.resource_types import Kind
from flowlog_guard.rule import Finding, NotKnown, StackRule, Violation
from flowlog_guard.stack import TARGETS, Stack
from flowlog_guard.stack_resource import Declared

EXISTENCE = "whether it is in Azure already"


def check(stack: Stack, config: Config) -> Iterator[tuple[Declared, Finding]]:
    """Each flow log on an NSG exists already."""
    for flow_log in stack.of(Kind.FLOW_LOG):
        finding = _check(stack, flow_log)
        if finding is not None:
            yield flow_log, finding


def _check(stack: Stack, flow_log: Declared) -> Finding | None:
    target = flow_log.target
    value = flow_log.text(target)
    sources = stack.sources(flow_log, target, *TARGETS)
    if value is UNKNOWN and not sources:
        return NotKnown(target)
    if flow_log.exists:
        return None
    on_group = is_kind(value, Kind.NETWORK_SECURITY_GROUP)
    if value is UNKNOWN:
        groups = [source for source in sources if source.kind is Kind.NETWORK_SECURITY_GROUP]
        # Of a group that exists the id is known, and a new one has no subnets yet to give an id of.
        on_group = groups == sources and not any(group.exists for group in groups)
        if groups and not on_group:
            return NotKnown(target)
    if not on_group:
        return None
    if flow_log.spelling is not AZURE_NATIVE:
        return NotKnown(EXISTENCE)
    text = (
        f"{target} is a network security group, and Azure makes no new flow logs on those since "
        "30 June 2025. Log the virtual network that it protects"
    )
    return Violation(text, {flow_log.spelling.target: Expression("network.id")})


RULE = StackRule(
    name="flow-log-target",
    title="A new flow log must not be attached to a network security group.",
    severity=Severity.HIGH,
    remediation=(
        "Set `targetResourceId` to the id of the virtual network that the network security group "
        "protects, or of its subnet or network interface. Never replace a flow log that exists on "
        "a network security group: Azure would not make it again."
    ),
    existing=(
        "Passes: in a preview the output `name` of a flow log that exists or is imported is known. "
        "On the classic provider the name proves nothing; the rule is then listed by "
        "`flow-log-not-evaluated` unless the output `id` is known. Moving a flow log that exists "
        "from a network to a network security group passes as well: the engine does not show a "
        "pack the target before. azure-native updates it in place, and Azure is reported to keep "
        "the old target then (hashicorp/terraform-provider-azurerm#31136): where the target "
        "changes, give the flow log another name, which replaces it. A target that is not known "
        "and comes from no resource of the stack is listed by `flow-log-not-evaluated`."
    ),
    settings=("exemptTargets",),
    check=check,
)
