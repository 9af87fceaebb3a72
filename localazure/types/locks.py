"""Management locks and deny assignments, and how they refuse what roles allow.

Specs: Azure/azure-rest-api-specs, Microsoft.Authorization/stable/2020-05-01 locks.json, 2022-04-01
GetDenyAssignmentByScope. A lock holds its scope and all below; `ReadOnly` refuses writes and
actions, both levels refuse deletion (Microsoft: "Lock your resources to protect your
infrastructure"). Nobody can make deny assignments; they come with the estate.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from localazure.answer import Answer, Call
from localazure.api_versions import AUTHORIZATION, Versions
from localazure.arm_id import inside, key, parse_resource
from localazure.errors.base import ArmError
from localazure.errors.gateway import InvalidParameter, ResourceNotFound
from localazure.errors.governance import DenyAssignmentAuthorizationFailed, ScopeLocked
from localazure.rights import CLIENT, Rights
from localazure.store import Resource
from localazure.types.attached import Attached, check_target
from localazure.types.base import written_id

LOCKS = "Microsoft.Authorization/locks"
DENIALS = "Microsoft.Authorization/denyAssignments"
LEVELS = ("CanNotDelete", "ReadOnly")
_EVERYBODY = "00000000-0000-0000-0000-000000000000"
_LAST = {"PUT": "write", "PATCH": "write", "DELETE": "delete", "POST": "action"}


class Locks(Attached):
    """Microsoft.Authorization/locks."""

    type = LOCKS
    versions: ClassVar[Versions] = AUTHORIZATION

    def missing(self, name: str) -> ArmError:
        return ResourceNotFound(f"{LOCKS}/{name}", "")

    def list(self, call: Call) -> Answer:
        return _listed(self, call)

    def put(self, call: Call) -> Answer:
        check_target(call)
        level = (call.content().get("properties") or {}).get("level")
        if level not in LEVELS:
            raise InvalidParameter("level", str(level), " or ".join(LEVELS))
        before = call.azure.store.find(call.id)
        lock: Resource = {
            "properties": call.content()["properties"],
            "id": written_id(call, LOCKS),
            "type": LOCKS,
            "name": call.id.name,
        }
        call.azure.store.put(lock)
        return Answer(201 if before is None else 200, lock)


class DenyAssignments(Attached):
    """Microsoft.Authorization/denyAssignments, to be read."""

    type = DENIALS
    versions: ClassVar[Versions] = AUTHORIZATION

    def missing(self, name: str) -> ArmError:
        return ResourceNotFound(f"{DENIALS}/{name}", "")

    def list(self, call: Call) -> Answer:
        return _listed(self, call)


def check_free(call: Call, action: str) -> None:
    """Raises what ARM answers where a lock or a deny assignment refuses an action."""
    last = action.rpartition("/")[2].casefold()
    if last not in _LAST.values() or key(str(call.id.namespace)) == "microsoft.authorization":
        return
    for lock in _of(call, LOCKS):
        if last != "delete" and lock["properties"]["level"] != "ReadOnly":
            continue
        scope = parse_resource(lock["id"]).group_id
        if inside(str(call.id), scope) or (last == "delete" and inside(scope, str(call.id))):
            raise ScopeLocked(str(call.id), last, scope)
    for denial in _of(call, DENIALS):
        if _denies(denial["properties"], call, action):
            name = denial["properties"]["denyAssignmentName"]
            raise DenyAssignmentAuthorizationFailed(CLIENT, action, str(call.id), name, denial)


def _listed(type_: Attached, call: Call) -> Answer:
    """All in a scope, on whatever in it."""
    check_target(call)
    return Answer(200, {"value": call.azure.store.of_type(type_.type, call.id.group_id)})


def _of(call: Call, type_: str) -> Iterator[Resource]:
    yield from call.azure.store.of_type(type_, f"/subscriptions/{call.id.subscription}")


def _denies(denial: dict[str, Any], call: Call, action: str) -> bool:
    ids = [each["id"] for each in denial.get("principals", [])]
    excluded = [each["id"] for each in denial.get("excludePrincipals", [])]
    if not {_EVERYBODY, CLIENT} & set(ids) or CLIENT in excluded:
        return False
    alone = denial.get("doNotApplyToChildScopes")
    scope = denial["scope"]
    there = key(scope) == key(str(call.id)) if alone else inside(str(call.id), scope)
    return there and any(
        Rights(tuple(each["actions"]), tuple(each.get("notActions", []))).grants(action)
        for each in denial["permissions"]
    )
