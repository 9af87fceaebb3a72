"""Flow logs of our own that leave: counted before anything changes, as absence may be a fault.

Adopted flow logs do not count (they are released, and stay in Azure), nor do those whose target is
gone from Azure.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from estate.model import key, name_of
from plan.model import Plan, PlanError, State
from plan.naming import flow_log_name
from plan.wording import count, listed

SHOWN = 5  # names in the message


def leaving(plan: Plan, state: State) -> Mapping[str, str]:
    """Name to target id of the flow logs that the stack made, holds, and would delete."""
    planned = {log.logical_name for log in plan.flow_logs}
    return {
        name: target
        for logical_name, (name, target) in state.flow_logs.items()
        if logical_name not in planned and key(name) == flow_log_name(target)
    }


def check_removals(
    leaves: Mapping[str, str], gone_targets: Collection[str], remove_at_most: int
) -> None:
    """Raises PlanError where more flow logs would leave than ``remove_at_most`` allows."""
    counted = sorted(name for name, target in leaves.items() if target not in gone_targets)
    if len(counted) <= remove_at_most:
        return
    shown = listed([name_of(name) for name in counted], SHOWN)
    raise PlanError(
        f"{count(len(counted), 'flow log')} of this stack would be deleted, flow-logs:removeAtMost "
        f"allows {remove_at_most}: {shown}. If that is meant: pulumi config set "
        f"flow-logs:removeAtMost {len(counted)}"
    )
