"""The workbook of a small stack, as it is sent to Azure."""

from __future__ import annotations

import json
from typing import Any

from plan.planner import make
from stack.state import State
from tests import estates_by_hand as hand


def content(**settings: Any) -> dict[str, Any]:
    """The content of the workbook of a stack with these settings."""
    estate = hand.estate(
        hand.network("vnet", {"app": "nsg"}), hand.security_group("nsg"), hand.watcher()
    )
    planned = make(estate, hand.settings(**settings), State()).monitoring.workbook
    assert planned is not None
    found: dict[str, Any] = json.loads(planned.content)
    return found
