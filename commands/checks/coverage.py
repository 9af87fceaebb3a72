"""Security groups and networks that nothing records at this moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from commands.checks.finding import Check, Finding
from commands.checks.scope import Scope
from estate.arm_id import key, subscription_of
from plan.model.flow_logs import CoverageState, Covered

GROUP = Check(
    name="security-group-dark",
    severity="error",
    title="network security groups that no flow log records",
    why="traffic that no flow log records cannot be reconstructed after an incident",
)
NETWORK = Check(
    name="network-dark",
    severity="warning",
    title="virtual networks that no flow log records",
    why="a network without security groups still carries traffic, such as a hub's gateways do; "
    "none of it is recorded",
)
CHECKS = (GROUP, NETWORK)


def judge(scope: Scope) -> Iterator[Finding]:
    """A finding for each security group and network that is dark as things are.

    A network whose dark groups are told of, or its dead flow log, is not told of again; nor is what
    is in a subscription that takes no writes.
    """
    before = scope.plan.coverage.before
    dark = [
        group for group in _open(scope, scope.plan.coverage.security_groups) if _dark(group, before)
    ]
    for group in dark:
        yield GROUP.found(group.id, "no flow log records it", _way_out(scope, group))
    told = {key(log.target_id) for log in scope.flow_logs}
    for group in dark:
        told |= {key(place.network_id) for place in scope.attached.get(key(group.id), ())}
    for network in _open(scope, scope.plan.coverage.networks):
        if _dark(network, before) and key(network.id) not in told:
            yield NETWORK.found(network.id, "no flow log records it", _way_out(scope, network))


def _open(scope: Scope, found: Iterable[Covered]) -> list[Covered]:
    return [one for one in found if subscription_of(one.id) not in scope.closed]


def _dark(found: Covered, before: Mapping[str, CoverageState]) -> bool:
    return before[key(found.id)] == "dark"


def _way_out(scope: Scope, covered: Covered) -> str:
    if covered.state == "dark" and covered.reason:
        return covered.reason
    if scope.named:
        return "pulumi up makes the flow log"
    return "put it in a stack of this program (README), or make a flow log on its virtual network"
