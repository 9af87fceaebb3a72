"""Alerts on who changes or deletes the recording: flow logs, watchers, storage, workspace.

An Activity Log alert watches its own subscription alone, so there is one in each that records: in
the stack's own group, or beside the network watcher. Deployments of our own raise it, too: their
caller is in the notice. A deployment writes saved searches by the dozen, each with a notice, so
those are left out. Names of operations: Microsoft Learn, "Azure permissions for Monitor" and the
pages beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from estate.arm_id import group_id_of, key, resource_group_of, subscription_of
from plan import naming
from plan.foundation.existing import Placing
from plan.model.monitoring import PlannedTampering
from plan.model.plan import Plan
from plan.resource_types import TAMPERING_TYPE

OPERATIONS = (
    "Microsoft.Network/networkWatchers/write",
    "Microsoft.Network/networkWatchers/delete",
    "Microsoft.Network/networkWatchers/flowLogs/write",
    "Microsoft.Network/networkWatchers/flowLogs/delete",
    "Microsoft.Network/networkWatchers/configureFlowLog/action",
    "Microsoft.Storage/storageAccounts/write",
    "Microsoft.Storage/storageAccounts/delete",
    "Microsoft.Storage/storageAccounts/regenerateKey/action",
    "Microsoft.Storage/storageAccounts/managementPolicies/write",
    "Microsoft.Storage/storageAccounts/managementPolicies/delete",
    "Microsoft.OperationalInsights/workspaces/write",
    "Microsoft.OperationalInsights/workspaces/delete",
    "Microsoft.Insights/dataCollectionRules/write",
    "Microsoft.Insights/dataCollectionRules/delete",
    "Microsoft.Insights/dataCollectionEndpoints/delete",
    "Microsoft.Insights/scheduledQueryRules/write",
    "Microsoft.Insights/scheduledQueryRules/delete",
    "Microsoft.Insights/activityLogAlerts/write",
    "Microsoft.Insights/activityLogAlerts/delete",
    "Microsoft.Insights/actionGroups/write",
    "Microsoft.Insights/actionGroups/delete",
)
SENTINEL_OPERATIONS = (
    "Microsoft.SecurityInsights/alertRules/write",
    "Microsoft.SecurityInsights/alertRules/delete",
)
"""Watched where the alerts on queries are analytic rules."""
DESCRIPTION = "Somebody changed or deleted a part of the network recording."
RULE_OPERATIONS = (
    "Microsoft.Insights/dataCollectionRules/delete",
    "Microsoft.Insights/dataCollectionEndpoints/delete",
)
RULE_DESCRIPTION = (
    "Somebody deleted a data collection rule or endpoint beside the workspace. Without its own, "
    "named NWTA…, Traffic Analytics writes nothing."
)


def tampering(placing: Placing, plan: Plan) -> Iterator[PlannedTampering]:
    """An alert per subscription that records or keeps records, and one beside a given workspace."""
    watched = _watched(plan)
    for subscription, (group, scopes) in sorted(watched.items()):
        group_id = naming.group_id(subscription, group)
        yield from _alert(placing, "tampering", group_id, scopes)
    beside = group_id_of(plan.foundation.workspace.id)
    subscription = subscription_of(beside)
    if subscription in watched and key(beside) != key(plan.foundation.home.id):
        group_id = naming.group_id(subscription, watched[subscription][0])
        yield from _alert(placing, "analytics-rule", group_id, (beside,))


def _alert(
    placing: Placing, rule: str, group_id: str, scopes: tuple[str, ...]
) -> Iterator[PlannedTampering]:
    """The alert in a group, unless somebody else has one in its place."""
    name = naming.answer_name(placing.settings.stack, rule)
    own = naming.insights_id(group_id, "activityLogAlerts", name)
    common = placing.common(TAMPERING_TYPE, own)
    if common is None:
        return
    on_rule = rule == "analytics-rule"
    watched = OPERATIONS + (SENTINEL_OPERATIONS if placing.settings.analytic_rules else ())
    yield PlannedTampering(
        **common,
        rule=rule,
        location="global",
        description=RULE_DESCRIPTION if on_rule else DESCRIPTION,
        scopes=scopes,
        operations=RULE_OPERATIONS if on_rule else watched,
    )


def unwatched(plan: Plan) -> Iterator[str]:
    """Ids of what records are kept in and no alert watches: it is in a subscription of its own."""
    watched = _watched(plan)
    for resource_id in _given(plan):
        if subscription_of(resource_id) not in watched:
            yield resource_id


def _watched(plan: Plan) -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """Subscription to the group for its alert and the ids to watch."""
    found: dict[str, tuple[str, list[str]]] = {
        plan.foundation.home.subscription_id: (plan.foundation.home.name, [plan.foundation.home.id])
    }
    for subscription, regions in sorted(plan.watcher_ids.items()):
        ids = sorted(regions.values(), key=key)
        group = resource_group_of(ids[0])
        found.setdefault(subscription, (group, []))[1].extend(ids)
    for resource_id in _given(plan):
        if subscription_of(resource_id) in found:
            found[subscription_of(resource_id)][1].append(resource_id)
    return {name: (group, _outermost(scopes)) for name, (group, scopes) in found.items()}


def _outermost(scopes: Sequence[str]) -> tuple[str, ...]:
    """The scopes that are in no other one, each once; Azure watches what is below a scope, too."""
    distinct = {key(scope): scope for scope in scopes}
    return tuple(
        scope
        for own, scope in distinct.items()
        if not any(own.startswith(f"{other}/") for other in distinct)
    )


def _given(plan: Plan) -> list[str]:
    accounts = [account for ids in plan.foundation.given_accounts.values() for account in ids]
    return accounts if plan.foundation.made_workspace else [*accounts, plan.foundation.workspace.id]
