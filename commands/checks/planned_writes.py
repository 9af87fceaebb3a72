"""Writes of a run, as far as locks, deny assignments and policies can be in their way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from estate.arm_id import group_id_of, key
from plan.model.flow_logs import PlannedFlowLog
from plan.model.plan import Plan
from plan.model.planned import Planned

GROUPS = "Microsoft.Resources/subscriptions/resourceGroups"
WATCHERS = "Microsoft.Network/networkWatchers"
FLOW_LOGS = "Microsoft.Network/networkWatchers/flowLogs"
STORAGE = "Microsoft.Storage/storageAccounts"
SERVICES = "Microsoft.Storage/storageAccounts/blobServices"
POLICIES = "Microsoft.Storage/storageAccounts/managementPolicies"
WORKSPACES = "Microsoft.OperationalInsights/workspaces"
IDENTITIES = "Microsoft.ManagedIdentity/userAssignedIdentities"
ROLES = "Microsoft.Authorization/roleAssignments"
RULES = "Microsoft.Insights/dataCollectionRules"
ENDPOINTS = "Microsoft.Insights/dataCollectionEndpoints"


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """A resource that this program, or Traffic Analytics for it, makes or keeps as planned.

    ``target_id`` is set for flow logs alone.
    """

    id: str
    action: str
    target_id: str = ""


def writes(plan: Plan) -> tuple[Write, ...]:
    """Everything that a run may write, and what Traffic Analytics adds in the workspace's group."""
    made = ((planned.id, type_) for planned, type_ in places(plan))
    added = by_traffic_analytics(plan)
    services = ((one.id, SERVICES) for one in plan.foundation.blob_services if not one.untouched)
    rules = ((one.id, POLICIES) for one in plan.foundation.lifecycles if not one.untouched)
    everything = (*made, *services, *rules, *added)
    written = (Write(id=id_, action=f"{type_}/write") for id_, type_ in everything)
    return (*written, *_roles(plan), *_flow_logs(plan))


def covers(scope: str, resource_id: str) -> bool:
    """Whether a scope is a resource or something that the resource is in."""
    wanted = key(scope).rstrip("/")
    return key(resource_id) == wanted or key(resource_id).startswith(f"{wanted}/")


def places(plan: Plan) -> Iterator[tuple[Planned, str]]:
    """What flow logs stand on and a run may write, each with its ARM type."""
    made: tuple[Planned, ...] = (
        (plan.foundation.made_workspace,) if plan.foundation.made_workspace else ()
    )
    identity = (plan.foundation.identity,) if plan.foundation.identity else ()
    found: tuple[tuple[Sequence[Planned], str], ...] = (
        ((plan.foundation.home, *plan.foundation.groups), GROUPS),
        (plan.foundation.watchers, WATCHERS),
        (plan.foundation.storage_accounts, STORAGE),
        (made, WORKSPACES),
        (identity, IDENTITIES),
    )
    for planned, type_ in found:
        yield from ((each, type_) for each in planned if not each.untouched)


def flow_logs(plan: Plan) -> list[PlannedFlowLog]:
    """Flow logs that a run may write."""
    return [log for log in plan.flow_logs if not log.untouched]


def by_traffic_analytics(plan: Plan) -> Iterator[tuple[str, str]]:
    """Ids of the endpoint and the rule in the workspace's group, each with its ARM type."""
    if any(log.analytics.enabled for log in plan.flow_logs):
        group = group_id_of(plan.foundation.workspace.id)
        for type_ in (ENDPOINTS, RULES):
            yield f"{group}/providers/{type_}/NWTA", type_


def _roles(plan: Plan) -> Iterator[Write]:
    for role in plan.foundation.role_assignments:
        if not role.untouched:
            yield Write(id=role.id, action=f"{ROLES}/write")


def _flow_logs(plan: Plan) -> Iterator[Write]:
    written = flow_logs(plan)
    for log in written:
        yield Write(id=log.id, action=f"{FLOW_LOGS}/write", target_id=log.target_id)
    for account in sorted({log.storage_id for log in written}, key=key):
        # The key is asked for by whoever writes the flow log (rbac-permissions).
        yield Write(id=account, action=f"{STORAGE}/listKeys/action")
