"""The identity of a flow log as ARM's object.

Azure answers the type with a small first letter and takes it as its pages write it (recorded:
azure-powershell TestCRUDVnetFlowLogWithManagedIdentity).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ArmIdentity = Mapping[str, Any]

NONE: ArmIdentity = {"type": "None"}
"""Takes an identity away; from then on Azure holds this member (recorded: azure-powershell)."""


def user_assigned(identity_id: str) -> ArmIdentity:
    """One user-assigned identity."""
    return {"type": "UserAssigned", "userAssignedIdentities": {identity_id: {}}}


def assigned(held: ArmIdentity | None) -> list[str]:
    """Ids of the user-assigned identities."""
    return list((held or {}).get("userAssignedIdentities") or ())


def principal(held: ArmIdentity, identity_id: str) -> str:
    """The object id of one of them; empty where Azure does not say it."""
    ids = held["userAssignedIdentities"][identity_id] or {}
    return str(ids.get("principalId") or "")


def as_sent(held: ArmIdentity | None) -> ArmIdentity | None:
    """An identity that this program gave a flow log, as it sent it."""
    if held is None:
        return None
    ids = assigned(held)
    return user_assigned(ids[0]) if ids else NONE
