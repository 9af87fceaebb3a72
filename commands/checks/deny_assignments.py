"""Deny assignments: they win over every role. Azure makes them, for managed applications and
deployment stacks ("Understand Azure deny assignments")."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from commands.checks.finding import Check, Finding, in_words
from commands.checks.planned_writes import Write, covers
from estate.arm_id import key
from estate.cloud import Cloud
from estate.permissions import PERMISSION, allows
from estate.response_shape import Needed, Shape
from plan.attachments import level_of
from plan.text import listed
from wording import setting

API_VERSION = "2022-04-01"
_PRINCIPAL: Shape = {"id": str, "type": str}
_DENIAL: Shape = {
    "id": Needed(str),
    "name": Needed(str),
    "properties": {
        "denyAssignmentName": str,
        "scope": str,
        "doNotApplyToChildScopes": bool,
        "permissions": [PERMISSION],
        "principals": [_PRINCIPAL],
        "excludePrincipals": [_PRINCIPAL],
    },
}
SINGLE = ("User", "ServicePrincipal")  # kinds of principals that are one identity
ALL_PRINCIPALS = "00000000-0000-0000-0000-000000000000"  # of type SystemDefined (same page)

DENIED = Check(
    name="deny-assignment",
    severity="error",
    title="deny assignments in the way",
    why="a deny assignment refuses an action whatever roles grant it",
)
TARGET = Check(
    name="deny-assignment-on-target",
    severity="warning",
    title="deny assignments on what is to be recorded",
    why="Azure refuses flow logs on a security group that this identity may not write, and may "
    "refuse them on a network; managed resource groups (Databricks) have such deny assignments",
)
CHECKS = (DENIED, TARGET)

_TARGETS = {
    "networkSecurityGroup": "networkSecurityGroups",
    "virtualNetwork": "virtualNetworks",
    "subnet": "virtualNetworks/subnets",
    "networkInterface": "networkInterfaces",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial:
    """A deny assignment; ``permissions`` are ARM's objects, the rest object ids, lower case.

    ``alone`` leaves out what is below its scope.
    """

    id: str
    name: str
    scope: str
    alone: bool
    permissions: tuple[Mapping[str, Any], ...]
    principals: frozenset[str]
    groups: frozenset[str]
    excluded: frozenset[str]

    def denies(self, write: Write) -> bool:
        """Whether it refuses a write to those whom it binds."""
        return self._reaches(write.id) and allows(self.permissions, write.action)

    def _reaches(self, resource_id: str) -> bool:
        if self.alone:
            return key(self.scope) == key(resource_id)
        above = not key(self.scope).startswith("/subscriptions/")  # a management group, the tenant
        return above or covers(self.scope, resource_id)

    def meets(self, object_id: str) -> bool:
        """Whether it binds an identity, or may: an unknown one (empty), or through a group."""
        if object_id in self.excluded:
            return False
        named = self.principals & {ALL_PRINCIPALS, object_id}
        return not object_id or bool(self.groups or named)


def read(cloud: Cloud, subscription: str) -> tuple[Denial, ...]:
    """Every deny assignment in a subscription. Raises AzureError."""
    path = f"/subscriptions/{subscription}/providers/Microsoft.Authorization/denyAssignments"
    return tuple(map(_denial, cloud.list(path, API_VERSION, _DENIAL)))


def judge(denials: Sequence[Denial], writes: Sequence[Write], object_id: str) -> Iterator[Finding]:
    """A finding for each one of a subscription that refuses something of the plan in it to us."""
    for denial in (denial for denial in denials if denial.meets(object_id)):
        refused = [write for write in writes if denial.denies(write)]
        on_targets = (_on_target(write) for write in writes if write.target_id)
        held = [write.id for write in on_targets if denial.denies(write)]
        if held and not refused:
            yield TARGET.found(
                denial.scope,
                f"deny assignment {denial.name} holds {listed([in_words(one) for one in held])}",
                f"leave what it protects out by {setting('exclude')} if its flow logs are refused",
            )
        if refused:
            yield DENIED.found(
                denial.scope,
                f"deny assignment {denial.name} refuses {refused[0].action} on "
                f"{listed([in_words(write.id) for write in refused])}",
                "have this identity excluded where the deny assignment comes from (a managed "
                "application or deployment stack), or leave what it protects out by "
                f"{setting('exclude')}",
            )


def _on_target(write: Write) -> Write:
    """Writing what a flow log is on, which it takes on a security group (rbac-permissions)."""
    kind = _TARGETS[level_of(write.target_id)]
    return Write(id=write.target_id, action=f"Microsoft.Network/{kind}/write")


def _denial(body: Mapping[str, Any]) -> Denial:
    properties = body.get("properties") or {}
    bound = properties.get("principals") or ()
    groups = [principal for principal in bound if principal.get("type") not in SINGLE]
    return Denial(
        id=body["id"],
        name=properties.get("denyAssignmentName") or body["name"],
        scope=properties.get("scope") or "",
        alone=bool(properties.get("doNotApplyToChildScopes")),
        permissions=tuple(properties.get("permissions") or ()),
        principals=_ids(bound),
        groups=_ids(groups),
        excluded=_ids(properties.get("excludePrincipals") or ()),
    )


def _ids(principals: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    return frozenset(str(principal.get("id")).casefold() for principal in principals)
