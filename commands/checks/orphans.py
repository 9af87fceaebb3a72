"""Flow logs whose target is gone, whoever made them and whatever the filter wants."""

from __future__ import annotations

from collections.abc import Iterator

from commands.checks.finding import NOT_CHECKED, Check, Finding
from estate import by_id
from estate.arm_id import key, name_of, parent_of, segment
from estate.cloud import Cloud
from estate.errors import EstateError
from estate.model import Estate, FlowLog
from estate.side_by_side import each

ORPHANED = Check(
    name="flow-log-without-target",
    severity="warning",
    title="flow logs whose target is gone",
    why="it records nothing and still counts against limits and in inventories, and Azure may "
    "refuse to delete it (SubnetNotFoundForFlowLog)",
)
CHECKS = (ORPHANED,)


def judge(cloud: Cloud, estate: Estate) -> list[Finding]:
    """A finding on each flow log on a target that ARM says is not there."""
    seen = {key(found.id) for found in (*estate.interfaces, *estate.security_groups)}
    for network in estate.networks:
        seen |= {key(network.id), *(key(subnet.id) for subnet in network.subnets)}
    logs = [log for log in estate.flow_logs if log.target_id and key(log.target_id) not in seen]
    found = each(lambda log: list(_judged(cloud, log)), sorted(logs, key=lambda log: key(log.id)))
    return [finding for findings in found for finding in findings]


def _judged(cloud: Cloud, log: FlowLog) -> Iterator[Finding]:
    try:
        gone = by_id.read(cloud, [log.target_id]).gone
    except EstateError as error:
        yield NOT_CHECKED.found(
            log.id,
            f"whether its target {log.target_id} exists could not be read: {error}",
            "give this identity the right that Azure names, or look at it by hand",
        )
        return
    if key(log.target_id) in gone:
        yield ORPHANED.found(log.id, f"its target {log.target_id} is gone", _way_out(log))


def _way_out(log: FlowLog) -> str:
    delete = (
        "az network watcher flow-log delete "
        f"--location {log.location} --name {log.name} --subscription {log.subscription_id}"
    )
    if not segment(log.target_id, "subnets"):
        return delete
    network = name_of(parent_of(log.target_id))
    return (
        f"{delete}; where Azure refuses, make subnet {name_of(log.target_id)} in {network} again, "
        "delete the flow log, then the subnet. A stack that made it lets it go by itself, in two "
        "runs of pulumi up"
    )
