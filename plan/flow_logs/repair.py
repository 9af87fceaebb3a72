"""A flow log of ours that Azure left ``Failed`` or ``Canceled`` is written again.

Its inputs are already what they should be, and the refresh before each run forgets that its
creation failed, so the engine would see nothing to change. A tag that counts the repairs gives it
something; once the flow log is well the tag stays as it is, so that one failure costs one update.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping

from estate.arm_id import key
from estate.model import FlowLog
from plan.ownership import made

REPAIRS = "flow-logs-repairs"


def to_repair(found: FlowLog) -> bool:
    """Whether writing it again may help; of a state that is not known nobody knows."""
    return found.provisioning_state.casefold() in ("failed", "canceled")


def repair_tags(found: FlowLog | None) -> dict[str, str]:
    """The tag that a flow log of ours carries after a repair; nothing where it never needed one."""
    held = found.tags.get(REPAIRS, "") if found else ""
    if found and to_repair(found):
        return {REPAIRS: str(int(held) + 1 if held.isdigit() else 1)}
    return {REPAIRS: held} if held else {}


def not_set_up(
    flow_logs: Iterable[FlowLog],
    created: Container[str],
    adopted: Mapping[str, FlowLog],
    written: Container[str],
) -> Mapping[str, FlowLog]:
    """Flow logs of the stack that Azure does not say are set up and this run does not repair.

    By target's key, as ``created``, ``adopted`` and ``written`` (those that adoption changes) are.
    """
    own = [log for log in flow_logs if made(log.name, log.target_id) and not to_repair(log)]
    ours = [log for log in own if key(log.target_id) in created]
    taken = [log for target, log in adopted.items() if target not in written]
    return {key(log.target_id): log for log in (*ours, *taken) if log.failed}
