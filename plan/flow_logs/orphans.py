"""Flow logs that the stack made and whose target is gone, though Azure still has them.

Azure refuses to delete such a flow log (SubnetNotFoundForFlowLog, Azure/azure-cli#31506), so each
run that asks for it fails. The engine lets go of a resource without deleting it only where the
state says so already. So it is declared once more, as Azure has it and to be kept on deletion, and
left out of the run after that one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from estate.arm_id import key
from estate.model import Estate, FlowLog
from plan.closed_subscriptions import as_held
from plan.model.flow_logs import PlannedFlowLog
from plan.naming import logical_name
from plan.ownership import Owner, owner_of
from plan.resource_types import FLOW_LOG_TYPE
from stack.state import State


def orphaned(estate: Estate, state: State, owner: str) -> Iterator[FlowLog]:
    """Flow logs of the state that Azure has on a target that it has not."""
    for log in estate.flow_logs:
        held = state.holds(FLOW_LOG_TYPE, logical_name(log.id))
        if held and key(log.target_id) in estate.gone and owner_of(log, owner) is Owner.MADE:
            yield log


def last_time(estate: Estate, state: State, owner: str) -> Iterator[PlannedFlowLog]:
    """Those of them that are declared once more."""
    for log in orphaned(estate, state, owner):
        if key(log.target_id) not in state.released:
            yield replace(as_held(log, state), state="released")
