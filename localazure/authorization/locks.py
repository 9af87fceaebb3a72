"""Management locks and deny assignments, and how they refuse what roles allow.

Specs: Azure/azure-rest-api-specs, Microsoft.Authorization/stable/2020-05-01 locks.json, 2022-04-01
GetDenyAssignmentByScope. A lock holds its scope and all below; `ReadOnly` refuses writes and
actions, both levels refuse deletion (Microsoft: "Lock your resources to protect your
infrastructure"). Nobody can make deny assignments; they come with the estate.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from localazure.authorization.rights import CLIENT, Rights
from localazure.errors.base import ArmError
from localazure.errors.gateway import InvalidParameter, ResourceNotFound
from localazure.errors.governance import DenyAssignmentAuthorizationFailed, ScopeLocked
from localazure.server.api_versions import AUTHORIZATION, Versions
from localazure.server.request import Request
from localazure.server.response import Response
from localazure.state.arm_id import inside, key, parse_resource
from localazure.state.store import Resource
from localazure.types.base import written_id
from localazure.types.scoped_types import ScopedType, check_target

LOCKS = "Microsoft.Authorization/locks"
DENIALS = "Microsoft.Authorization/denyAssignments"
LEVELS = ("CanNotDelete", "ReadOnly")
_EVERYBODY = "00000000-0000-0000-0000-000000000000"
_LAST = {"PUT": "write", "PATCH": "write", "DELETE": "delete", "POST": "action"}


class Locks(ScopedType):
    """Microsoft.Authorization/locks."""

    type = LOCKS
    versions: ClassVar[Versions] = AUTHORIZATION

    def missing(self, name: str) -> ArmError:
        return ResourceNotFound(f"{LOCKS}/{name}", "")

    def list(self, request: Request) -> Response:
        return _listed(self, request)

    def put(self, request: Request) -> Response:
        check_target(request)
        level = (request.content().get("properties") or {}).get("level")
        if level not in LEVELS:
            raise InvalidParameter("level", str(level), " or ".join(LEVELS))
        before = request.azure.store.find(request.id)
        lock: Resource = {
            "properties": request.content()["properties"],
            "id": written_id(request, LOCKS),
            "type": LOCKS,
            "name": request.id.name,
        }
        request.azure.store.put(lock)
        return Response(201 if before is None else 200, lock)


class DenyAssignments(ScopedType):
    """Microsoft.Authorization/denyAssignments, to be read."""

    type = DENIALS
    versions: ClassVar[Versions] = AUTHORIZATION

    def missing(self, name: str) -> ArmError:
        return ResourceNotFound(f"{DENIALS}/{name}", "")

    def list(self, request: Request) -> Response:
        return _listed(self, request)


def check_free(request: Request, action: str) -> None:
    """Raises what ARM answers where a lock or a deny assignment refuses an action."""
    last = action.rpartition("/")[2].casefold()
    if last not in _LAST.values() or key(str(request.id.namespace)) == "microsoft.authorization":
        return
    for lock in _of(request, LOCKS):
        if last != "delete" and lock["properties"]["level"] != "ReadOnly":
            continue
        scope = parse_resource(lock["id"]).group_id
        if inside(str(request.id), scope) or (last == "delete" and inside(scope, str(request.id))):
            raise ScopeLocked(str(request.id), last, scope)
    for denial in _of(request, DENIALS):
        if _denies(denial["properties"], request, action):
            name = denial["properties"]["denyAssignmentName"]
            raise DenyAssignmentAuthorizationFailed(CLIENT, action, str(request.id), name, denial)


def _listed(type_: ScopedType, request: Request) -> Response:
    """All in a scope, on whatever in it."""
    check_target(request)
    return Response(200, {"value": request.azure.store.of_type(type_.type, request.id.group_id)})


def _of(request: Request, type_: str) -> Iterator[Resource]:
    yield from request.azure.store.of_type(type_, f"/subscriptions/{request.id.subscription}")


def _denies(denial: dict[str, Any], request: Request, action: str) -> bool:
    ids = [each["id"] for each in denial.get("principals", [])]
    excluded = [each["id"] for each in denial.get("excludePrincipals", [])]
    if not {_EVERYBODY, CLIENT} & set(ids) or CLIENT in excluded:
        return False
    alone = denial.get("doNotApplyToChildScopes")
    scope = denial["scope"]
    there = key(scope) == key(str(request.id)) if alone else inside(str(request.id), scope)
    return there and any(
        Rights(tuple(each["actions"]), tuple(each.get("notActions", []))).grants(action)
        for each in denial["permissions"]
    )
