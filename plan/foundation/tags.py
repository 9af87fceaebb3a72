"""Tags that a run sends: ours, and those that others put beside them.

Azure Policy, a cost team or an owner tags what it likes; a tag that a run took away would be put
back in the same request, for ever. So what is found is sent back, but for what the stack itself set
last and sets no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from plan.ownership import tagged
from stack.settings.model import Settings
from stack.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagging:
    """``ours`` are set now, ``last`` were set by the last run, as the stack's own state says."""

    ours: Mapping[str, str]
    last: Mapping[str, str]

    def on(self, found: Mapping[str, str]) -> dict[str, str]:
        """Tags of a resource of ours that has ``found`` (nothing while it is not made).

        Names compare without regard to letter case and are spelled as found, since Azure may keep
        the letters that it has ("Use tags to organize your Azure resources").
        """
        ours = {name.casefold(): value for name, value in self.ours.items()}
        last = {name.casefold(): value for name, value in self.last.items()}
        kept = {
            name: ours.get(name.casefold(), value)
            for name, value in found.items()
            if name.casefold() in ours or last.get(name.casefold()) != value
        }
        held = {name.casefold() for name in kept}
        new = {name: value for name, value in self.ours.items() if name.casefold() not in held}
        return {**kept, **new}


def tagging(settings: Settings, state: State) -> Tagging:
    """What the stack's settings put on everything that it makes."""
    return Tagging(ours=tagged(settings.tags, settings.owner), last=state.tags)
