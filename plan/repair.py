"""A flow log of ours that Azure left ``Failed`` is written again.

Its inputs are already what they should be, and the refresh before each run forgets that its
creation failed, so the engine would see nothing to change. A tag that counts the repairs gives it
something; once the flow log is well the tag stays as it is, so that one failure costs one update.
"""

from __future__ import annotations

from estate.model import FlowLog

REPAIRS = "flow-logs-repairs"


def repair_tags(found: FlowLog | None) -> dict[str, str]:
    """The tag that a flow log of ours carries after a repair; nothing where it never needed one."""
    held = found.tags.get(REPAIRS, "") if found else ""
    if found and found.failed:
        return {REPAIRS: str(int(held) + 1 if held.isdigit() else 1)}
    return {REPAIRS: held} if held else {}
