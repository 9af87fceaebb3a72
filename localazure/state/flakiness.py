"""Creations of flow logs that fail because others are under way below the same watcher.

Quoted: Azure accepts some of several parallel creations and ends them with `InternalServerError`
(azure-rest-api-specs #17240; hashicorp/terraform #32804 and terraform-provider-azurerm #13703:
"waiting for completion of creating"). Which ones is not known: here every Nth.
"""

from __future__ import annotations

from localazure.state.arm_id import key
from localazure.state.long_running_operations import Operations


class Flakiness:
    """Counts creations that meet others; every `turn`-th of them fails, none where that is 0."""

    def __init__(self, turn: int = 0) -> None:
        self._turn = turn
        self._met = 0

    def strikes(self, operations: Operations, watcher_id: str) -> bool:
        """True if a flow log that is to be made below the watcher now will fail."""
        if not self._turn or not operations.holds_below(f"{key(watcher_id)}/flowlogs/"):
            return False
        self._met += 1
        return self._met % self._turn == 0
