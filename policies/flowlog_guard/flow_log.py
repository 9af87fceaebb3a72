"""A flow log as the rules read it, whatever provider declares it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flowlog_guard.properties import Reading, read
from flowlog_guard.spelling import Spelling

_GROUP = "/subscriptions/[^/]+/resourceGroups/[^/]+/providers/"
_NETWORK_SECURITY_GROUP = re.compile(
    _GROUP + r"Microsoft\.Network/networkSecurityGroups/[^/]+", re.IGNORECASE
)
_WORKSPACE = re.compile(_GROUP + r"Microsoft\.OperationalInsights/workspaces/[^/]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FlowLog:
    """Name, provider spelling and properties; values are read one by one, as a rule needs them."""

    name: str
    spelling: Spelling
    properties: object

    def read(self, path: str) -> Reading:
        """What stands at one of the spelling's paths."""
        return read(self.properties, path)


def is_network_security_group(resource_id: object) -> bool:
    """Whether a value is the ARM id of an NSG; ids compare without regard to letter case."""
    return isinstance(resource_id, str) and bool(_NETWORK_SECURITY_GROUP.fullmatch(resource_id))


def is_workspace(resource_id: str) -> bool:
    """Whether a text is the ARM id of a Log Analytics workspace."""
    return bool(_WORKSPACE.fullmatch(resource_id))
