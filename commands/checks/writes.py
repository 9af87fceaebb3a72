"""What a run would write, as far as locks, deny assignments and policies can be in its way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from estate.model import group_id_of, key
from plan.model import Plan

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
    """Everything that the plan holds, and what Traffic Analytics adds in the workspace's group."""
    return (*_made(plan), *_flow_logs(plan), *_by_traffic_analytics(plan))


def covers(scope: str, resource_id: str) -> bool:
    """Whether a scope is a resource or something that the resource is in."""
    wanted = key(scope).rstrip("/")
    return key(resource_id) == wanted or key(resource_id).startswith(f"{wanted}/")


def _made(plan: Plan) -> Iterator[Write]:
    for group in (plan.home, *plan.groups):
        yield Write(id=group.id, action="Microsoft.Resources/subscriptions/resourceGroups/write")
    for watcher in plan.watchers:
        yield Write(id=watcher.id, action="Microsoft.Network/networkWatchers/write")
    for account in plan.storage_accounts:
        yield Write(id=account.id, action="Microsoft.Storage/storageAccounts/write")
    if plan.made_workspace:
        action = "Microsoft.OperationalInsights/workspaces/write"
        yield Write(id=plan.made_workspace.id, action=action)


def _flow_logs(plan: Plan) -> Iterator[Write]:
    for log in plan.flow_logs:
        action = "Microsoft.Network/networkWatchers/flowLogs/write"
        yield Write(id=log.id, action=action, target_id=log.target_id)
    for account in sorted({log.storage_id for log in plan.flow_logs}, key=key):
        # The key is asked for by whoever writes the flow log (rbac-permissions).
        yield Write(id=account, action="Microsoft.Storage/storageAccounts/listKeys/action")


def _by_traffic_analytics(plan: Plan) -> Iterator[Write]:
    if any(log.analytics.enabled for log in plan.flow_logs):
        group = group_id_of(plan.workspace.id)
        for type_ in (ENDPOINTS, RULES):
            yield Write(id=f"{group}/providers/{type_}/NWTA", action=f"{type_}/write")
