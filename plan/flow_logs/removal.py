"""Flow logs of our own that leave: counted before anything changes, as absence may be a fault.

Adopted flow logs do not count (they are released, and stay in Azure), nor do those whose target is
gone from Azure.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from estate.arm_id import key, name_of
from estate.model import FlowLog
from plan.model.plan import Plan, PlanError
from plan.naming import logical_name
from plan.ownership import Owner, made, owner_of, tag_of
from plan.resource_types import GROUP_TYPE
from plan.text import count, listed
from stack.state import State
from wording import PROJECT, setting, to_set

SHOWN = 5  # names in the message
_HOME = re.compile(rf"{PROJECT}-.+-[0-9a-f]{{12}}")  # logical names of the stack's own groups


def leaving(plan: Plan, state: State) -> Mapping[str, str]:
    """Name to target id of the flow logs that the stack made, holds, and would delete."""
    planned = {log.logical_name for log in plan.flow_logs}
    return {
        name: target
        for held, (name, target) in state.flow_logs.items()
        if held not in planned and made(name, target)
    }


def check_owners(plan: Plan, state: State, flow_logs: Iterable[FlowLog]) -> None:
    """Raises PlanError where what would be deleted carries another stack's tag by now.

    The stack was renamed or the flow log handed over, and neither asks for a gap. ``flow_logs``
    are those that exist.
    """
    leaves = leaving(plan, state)
    others = {
        logical_name(log.id): tag_of(log.tags)
        for log in flow_logs
        if owner_of(log, plan.owner) is Owner.OTHER_STACK
    }
    taken = {
        held: others[held]
        for held, (name, _) in state.flow_logs.items()
        if held in others and name in leaves
    }
    if not taken:
        return
    tags = sorted(set(taken.values()))
    raise PlanError(
        f"{count(len(taken), 'flow log')} of this stack would be deleted, but the tag managed-by "
        f"now says {' and '.join(tags)}: {listed(sorted(taken), SHOWN)}. If this stack was "
        f"renamed, name it back: pulumi stack rename {name_of(tags[0])}. If they were handed over, "
        "take each out of the state: pulumi state delete URN (pulumi stack --show-urns tells it)"
    )


def check_home(plan: Plan, state: State) -> None:
    """Raises PlanError where the stack holds a resource group of its own that is not this one.

    The names of what a stack makes come from its subscription and its own name. With another of
    them what holds evidence would leave the program, and each run would end at its protection.
    """
    for group in sorted(state.held(GROUP_TYPE) - {plan.foundation.home.logical_name}):
        if _HOME.fullmatch(group):
            raise PlanError(
                f"this stack's evidence is in a resource group of another subscription or stack "
                f"name ({group} in the state), and does not move to {plan.foundation.home.id}. "
                "Set the own subscription (ARM_SUBSCRIPTION_ID, subscriptionId) or the stack's "
                "name back to what it was; for another place make another stack: "
                "pulumi stack init NAME"
            )


def check_removals(
    leaves: Mapping[str, str], gone_targets: Collection[str], remove_at_most: int
) -> None:
    """Raises PlanError where more flow logs would leave than ``remove_at_most`` allows."""
    gone = {key(target) for target in gone_targets}
    counted = sorted(name for name, target in leaves.items() if key(target) not in gone)
    if len(counted) <= remove_at_most:
        return
    shown = listed([name_of(name) for name in counted], SHOWN)
    raise PlanError(
        f"{count(len(counted), 'flow log')} of this stack would be deleted, "
        f"{setting('removeAtMost')} allows {remove_at_most}: {shown}. If that is meant: "
        f"{to_set('removeAtMost', str(len(counted)))}"
    )
