"""`flow-log-unique-target`: Azure keeps one flow log per target, and one of a name per watcher."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from pulumi_policy import Severity

from flowlog_guard.config import Config
from flowlog_guard.properties import Absent
from flowlog_guard.resource_types import Kind
from flowlog_guard.rule import Finding, NotKnown, StackRule, Violation
from flowlog_guard.stack import TARGETS, Stack
from flowlog_guard.stack_resource import Declared


def check(stack: Stack, config: Config) -> Iterator[tuple[Declared, Finding]]:
    """No two flow logs have one target, nor one name under one watcher."""
    yield from _same_target(stack)
    yield from _same_name(stack)


def _same_target(stack: Stack) -> Iterator[tuple[Declared, Finding]]:
    with_id: dict[str, Declared] = {}
    on_declared: dict[str, list[tuple[Declared, bool]]] = defaultdict(list)
    for flow_log in stack.of(Kind.FLOW_LOG):
        target = stack.refer(flow_log, flow_log.target, *TARGETS)
        known = isinstance(target.id, str)
        if isinstance(target.id, str):
            first = with_id.setdefault(target.id, flow_log)
            if first is not flow_log:
                yield flow_log, Violation(_text(first))
        if target.declared is not None:
            on_declared[target.declared.urn].append((flow_log, known))
    for (_, first_known), *others in on_declared.values():
        # Two ids that are not known yet and come from one network may be that of two subnets.
        undecided = (flow_log for flow_log, known in others if not (known and first_known))
        yield from ((flow_log, NotKnown(flow_log.target)) for flow_log in undecided)


def _text(first: Declared) -> str:
    return (
        f"its target already has the flow log '{first.name}' in this stack; Azure keeps one flow "
        "log per target. Remove one of the two"
    )


def _same_name(stack: Stack) -> Iterator[tuple[Declared, Finding]]:
    named: dict[tuple[str, ...], Declared] = {}
    for flow_log in stack.of(Kind.FLOW_LOG):
        place = _place(flow_log)
        if place is None or named.setdefault(place, flow_log) is flow_log:
            continue
        yield (
            flow_log,
            Violation(
                f"the flow log '{named[place].name}' has the name '{place[-1]}' under the same "
                "network watcher, so each would overwrite the other. Give one another name"
            ),
        )


def _place(flow_log: Declared) -> tuple[str, ...] | None:
    """Place of the flow log: account, group, watcher and name; None where one is not known."""
    group = _known(flow_log, "resourceGroupName", "ResourceGroup")
    watcher = _known(flow_log, "networkWatcherName", "NetworkWatcher")
    name = flow_log.azure_name
    if group is None or watcher is None or isinstance(name, Absent):
        return None
    return (flow_log.subscription or flow_log.provider, group, watcher, name)


def _known(flow_log: Declared, path: str, named: str) -> str | None:
    """A name or, of one that is not known yet, the only resource that it can be the name of.

    What comes from a resource of another type than is named is some text made of its outputs.
    """
    value = flow_log.text(path)
    if isinstance(value, str):
        return value.casefold()
    sources = flow_log.sources_of(path)
    return sources[0] if len(sources) == 1 and f":{named}::" in sources[0] else None


RULE = StackRule(
    name="flow-log-unique-target",
    title="No two flow logs may have one target, or one name under one network watcher.",
    severity=Severity.HIGH,
    remediation="Remove one of the two flow logs, or point one at another `targetResourceId`.",
    existing="Only flow logs of this stack are compared: one that others made is not seen.",
    settings=("exemptTargets",),
    check=check,
)
