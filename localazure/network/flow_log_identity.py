"""Identities of flow logs: which Azure takes, what a write answers, and what is there afterwards.

Recorded: azure-powershell TestCRUDVnetFlowLogWithManagedIdentity and its neighbours (2023-11-01 to
2025-03-01): the type begins small in every answer; ids of the principal are empty in the answer to
a write and filled from its end on; type `None` stays as a member of its own. A system-assigned
identity is refused (azure-rest-api-specs #36418). Not modelled: what Azure says or does where the
identity has no role on the account, of which no page or record tells; such a flow log is taken.
"""

from __future__ import annotations

from typing import Any

from localazure.authorization.rights import CLIENT
from localazure.errors.gateway import InvalidRequestContent, LinkedAuthorizationFailed
from localazure.errors.identity import CannotSetResourceIdentity, FailedIdentityOperation
from localazure.managedidentity.user_assigned_identities import IDENTITIES, id_of
from localazure.server.request import Request
from localazure.state.arm_id import parse_resource, same
from localazure.state.links import FLOW_LOGS
from localazure.state.store import Resource, Store

_KINDS = ("none", "userassigned")
_ASSIGN = f"{IDENTITIES}/assign/action"


def check_identity(request: Request) -> None:
    """Raises what ARM says to an identity that a flow log cannot have, or the caller not give.

    Whoever writes it needs the right to assign each identity, each time (aad-pod-identity #443).
    """
    given = request.content().get("identity")
    if not isinstance(given, dict):
        return
    kind = str(given.get("type") or "None")
    if kind.casefold() not in _KINDS:
        raise CannotSetResourceIdentity(FLOW_LOGS, kind)
    assigned = list(given.get("userAssignedIdentities") or {})
    if kind.casefold() == "none" and assigned:
        raise FailedIdentityOperation(
            str(request.id),
            "The request format was unexpected, a non-UserAssigned identity type should not "
            "contain: userAssignedIdentities",
        )
    for identity in assigned:
        _check_assigned(request, identity)


def _check_assigned(request: Request, identity: str) -> None:
    try:
        known = same(parse_resource(identity).type, IDENTITIES)
    except ValueError:
        known = False
    if not known:
        raise InvalidRequestContent(f"'{identity}' is no id of a user-assigned identity")
    if not request.azure.rights.allows(_ASSIGN, identity):
        write = "Microsoft.Network/networkWatchers/flowLogs/write"
        raise LinkedAuthorizationFailed(CLIENT, write, str(request.id), _ASSIGN, identity)
    if request.azure.store.find(identity) is None:
        raise FailedIdentityOperation(str(request.id), f"Resource '{identity}' was not found.")


def answered(given: dict[str, Any]) -> dict[str, Any]:
    """The identity as a write answers it."""
    identity: dict[str, Any] = {"type": kind_of(given)}
    if assigned := given.get("userAssignedIdentities") or {}:
        empty = {"principalId": "", "clientId": ""}
        identity["userAssignedIdentities"] = {id_: dict(empty) for id_ in assigned}
    return identity


def kind_of(identity: dict[str, Any]) -> str:
    """The type as Azure spells it."""
    kind = str(identity.get("type") or "None")
    return kind[:1].lower() + kind[1:]


def fill_ids(store: Store, flow_log: Resource) -> None:
    """Gives each identity of a flow log the ids of its principal."""
    assigned = flow_log.get("identity", {}).get("userAssignedIdentities", {})
    for id_, ids in assigned.items():
        identity = store.find(id_) or {"properties": {}}
        for name in ("principalId", "clientId"):
            ids[name] = identity["properties"].get(name) or id_of(id_, name)
