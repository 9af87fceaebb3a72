"""Rights that count for Azure and not for Traffic Analytics: those of a management group.

"Assignments inherited from a management group are not supported" for turning it on (Network
Watcher, rbac-permissions, 2026), and the permissions API does not tell where a right comes from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from commands.checks.actions import analytics
from commands.checks.finding import Check, Finding
from estate.arm_id import key
from estate.cloud import Cloud
from estate.permissions import PERMISSION, allows
from estate.response_shape import Needed, Shape
from plan.text import listed

API_VERSION = "2022-04-01"
_ASSIGNMENT: Shape = {
    "properties": Needed({"roleDefinitionId": Needed(str), "scope": Needed(str)}),
}
_ROLE: Shape = {"properties": Needed({"permissions": Needed([PERMISSION])})}

INHERITED = Check(
    name="rights-inherited",
    severity="warning",
    title="rights of Traffic Analytics that a management group alone gives",
    why="Traffic Analytics does not accept rights inherited from a management group; the flow log "
    "that turns it on ends Failed (TAUserDoesNotHavePermissions)",
)
UNKNOWN = Check(
    name="rights-origin",
    severity="note",
    title="rights whose origin could not be looked at",
    why="if a management group gives them, Traffic Analytics does not accept them",
)
CHECKS = (INHERITED, UNKNOWN)


def read(cloud: Cloud, subscription: str, object_id: str) -> tuple[Mapping[str, Any], ...]:
    """Permissions of the roles that the identity has at the subscription itself, groups included.

    Raises AzureError.
    """
    scope = f"/subscriptions/{subscription}"
    asked = quote(f"atScope() and assignedTo('{object_id}')")
    path = f"{scope}/providers/Microsoft.Authorization/roleAssignments?$filter={asked}"
    assigned = (body["properties"] for body in cloud.list(path, API_VERSION, _ASSIGNMENT))
    roles = {each["roleDefinitionId"] for each in assigned if key(each["scope"]) == key(scope)}
    definitions = [cloud.get(role, API_VERSION, _ROLE) for role in sorted(roles)]
    return tuple(
        permission for role in definitions for permission in role["properties"]["permissions"]
    )


def judge(
    subscription: str,
    granted: Sequence[Mapping[str, Any]],
    own: Sequence[Mapping[str, Any]],
    needed: Sequence[str],
) -> Iterator[Finding]:
    """A finding where a needed right is granted, and not by a role at the subscription itself."""
    wanted = analytics().intersection(needed)
    inherited = sorted(one for one in wanted if allows(granted, one) and not allows(own, one))
    if inherited:
        scope = f"/subscriptions/{subscription}"
        yield INHERITED.found(
            scope,
            f"{listed(inherited)} comes from a management group, not from a role here",
            f"assign the same role at {scope}, too",
        )


def unknown(subscription: str) -> Finding:
    """The note for an identity that may not read role assignments."""
    return UNKNOWN.found(
        f"/subscriptions/{subscription}",
        "this identity may not read where its rights come from",
        "make sure that its role is assigned at the subscription, not at a management group alone",
    )
