"""The whole of local Azure: what exists, what is under way, and who may do what."""

from __future__ import annotations

from dataclasses import dataclass, field

from localazure.authorization.rights import Rights
from localazure.state.flakiness import Flakiness
from localazure.state.long_running_operations import Operations
from localazure.state.store import Store
from localazure.state.unlisted import Unlisted

CALLER = "operator@contoso.example"


@dataclass(frozen=True, slots=True)
class Azure:
    """One tenant, shared by every endpoint."""

    store: Store
    operations: Operations
    rights: Rights
    flakiness: Flakiness = field(default_factory=Flakiness)
    unlisted: Unlisted = field(default_factory=Unlisted)
    caller: str = CALLER
    """Whom the activity log names where a token names nobody."""

    def tenant(self) -> str:
        """Id of the tenant that the subscriptions are in, as an estate file gives it."""
        for subscription in self.store.of_type("Microsoft.Resources/subscriptions", ""):
            return str(subscription["tenantId"])
        return "00000000-0000-4000-8000-0000000000ff"
