"""A plan as a JSON-ready document: all that a reader may want, for tools beside the run.

The program writes it to the file that the environment variable of ``PLAN_FILE`` names; the
summary of a pull request and the report are made from it. Adding a key keeps the version.

    version              1
    stack                value of our tag managed-by, such as flow-logs/prod
    nsgFlowLogsEnd       day on which Azure deletes NSG flow logs, YYYY-MM-DD
    subscriptions        {id: name}
    coverage             {discovered, excluded, covered, coveredBefore}: counts of security groups
    networkSecurityGroups, networks
                         [{id, name, subscription, resourceGroup, location, state, stateBefore,
                         reason, targets: [key of a target]}]; groups with migration: {stage,
                         nextStep, goesDark}
    flowLogs             [{id, name, subscription, location, level, state, targetId, storageId,
                         shortfall: [text], covers: [group id], before, planned}]; before is as
                         Azure holds it, null for a new one, else {enabled, trafficAnalytics};
                         planned is null for one that is left to others, else {new, enabled,
                         retentionDays, trafficAnalytics}; trafficAnalytics is null or {interval
                         in minutes, workspaceId}
    adoptions            [{id, targetId, writtenBy, imported, changes: [{property, before, after}]}]
    workspace            {id, name, location, made}; made is null for a given one, else
                         {retentionDays, dailyQuotaGb (0: no cap)}
    formerWorkspace      {id, name, location} of the stack's own that its flow logs left, else null
    storageAccounts      [{id, name, location, given, used, sku (null where given)}]
    watchers             [{id, location, subscription}] that the stack makes or made
    savedQueries, alerts {name: id}
    workbookId           id, empty where there is none
    notes                [text]

Ids are in ARM's letter case except ``targets`` and keys of objects, which are lower case.
``stateBefore`` is how things are without this run; states as in README.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from estate.arm_id import key, name_of, resource_group_of, subscription_of
from estate.model import FlowLog, TrafficAnalytics
from plan.flow_logs.migration import RETIREMENT_DAY
from plan.flow_logs.standard import workspace_of
from plan.foundation.left_as_found import as_found, unused
from plan.model.flow_logs import (
    NOTHING_RECORDED,
    Adoption,
    Covered,
    KnownFlowLog,
    Migration,
    PlannedFlowLog,
)
from plan.model.plan import Plan

VERSION = 1
PLAN_FILE = "FLOW_LOGS_PLAN_FILE"  # environment variable: where a run leaves the document


def document(plan: Plan) -> dict[str, Any]:
    """The document of the module's docstring; lists are in the plan's own stable order."""
    stages = {key(found.id): found for found in plan.migration}
    planned = {key(log.id): log for log in plan.flow_logs}
    return {
        "version": VERSION,
        "stack": plan.owner,
        "nsgFlowLogsEnd": RETIREMENT_DAY,
        "subscriptions": dict(plan.subscriptions),
        "coverage": _coverage(plan),
        "networkSecurityGroups": [
            {**_covered(group, plan), "migration": _migration(stages.get(key(group.id)))}
            for group in plan.coverage.security_groups
        ],
        "networks": [_covered(network, plan) for network in plan.coverage.networks],
        "flowLogs": [_flow_log(log, planned, plan) for log in plan.known_flow_logs],
        "adoptions": [_adoption(found) for found in plan.adoptions],
        "workspace": _workspace(plan),
        "formerWorkspace": _former_workspace(plan),
        "storageAccounts": _storage_accounts(plan),
        "watchers": [
            {"id": made.id, "location": made.location, "subscription": made.subscription_id}
            for made in plan.foundation.watchers
        ],
        "savedQueries": dict(plan.monitoring.query_ids),
        "alerts": dict(plan.monitoring.alert_ids),
        "workbookId": plan.monitoring.workbook_id,
        "notes": [*plan.notes, *plan.monitoring.notes, *as_found(plan), *unused(plan)],
    }


def _coverage(plan: Plan) -> dict[str, int]:
    before = [plan.coverage.before[key(group.id)] for group in plan.coverage.security_groups]
    return {
        "discovered": plan.coverage.discovered,
        "excluded": plan.coverage.excluded,
        "covered": plan.coverage.covered,
        "coveredBefore": sum(state not in NOTHING_RECORDED for state in before),
    }


def _covered(found: Covered, plan: Plan) -> dict[str, Any]:
    return {
        "id": found.id,
        "name": name_of(found.id),
        "subscription": subscription_of(found.id),
        "resourceGroup": resource_group_of(found.id),
        "location": found.location,
        "state": found.state,
        "stateBefore": plan.coverage.before[key(found.id)],
        "reason": found.reason,
        "targets": list(found.targets),
    }


def _migration(found: Migration | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"stage": found.stage, "nextStep": found.next_step, "goesDark": found.goes_dark}


def _flow_log(
    log: KnownFlowLog, planned: Mapping[str, PlannedFlowLog], plan: Plan
) -> dict[str, Any]:
    return {
        "id": log.id,
        "name": log.name,
        "subscription": subscription_of(log.id),
        "location": log.location,
        "level": log.level,
        "state": log.state,
        "targetId": log.target_id,
        "storageId": log.storage_id,
        "before": _before(log.before),
        "shortfall": list(log.shortfall),
        "covers": list(log.covers),
        "planned": _planned(planned.get(key(log.id)), plan),
    }


def _before(log: FlowLog | None) -> dict[str, Any] | None:
    if log is None:
        return None
    return {"enabled": log.enabled, "trafficAnalytics": _analytics(log.analytics, "")}


def _analytics(analytics: TrafficAnalytics, own: str) -> dict[str, Any] | None:
    """``own`` is the workspace of one that names none."""
    if not analytics.enabled:
        return None
    return {"interval": analytics.interval, "workspaceId": workspace_of(analytics) or own}


def _planned(log: PlannedFlowLog | None, plan: Plan) -> dict[str, Any] | None:
    if log is None:
        return None
    return {
        "new": not log.exists,
        "enabled": log.enabled,
        "retentionDays": log.retention_days,
        "trafficAnalytics": _analytics(log.analytics, plan.foundation.workspace.id),
    }


def _adoption(found: Adoption) -> dict[str, Any]:
    return {
        "id": found.id,
        "targetId": found.target_id,
        "writtenBy": found.written_by,
        "imported": found.imported,
        "changes": [
            {"property": change.property, "before": change.before, "after": change.after}
            for change in found.changes
        ],
    }


def _workspace(plan: Plan) -> dict[str, Any]:
    made = plan.foundation.made_workspace
    return {
        "id": plan.foundation.workspace.id,
        "name": plan.foundation.workspace.name,
        "location": plan.foundation.workspace.location,
        "made": made
        and {"retentionDays": made.retention_days, "dailyQuotaGb": made.daily_quota_gb},
    }


def _former_workspace(plan: Plan) -> dict[str, str] | None:
    former = plan.foundation.former_workspace
    if former is None:
        return None
    return {"id": former.id, "name": former.name, "location": former.location}


def _storage_accounts(plan: Plan) -> list[dict[str, Any]]:
    used = {key(log.storage_id) for log in plan.flow_logs}
    made = [
        _storage_account(account.id, account.location, account.used, sku=account.sku)
        for account in plan.foundation.storage_accounts
    ]
    given = [
        _storage_account(account, region, key(account) in used, sku=None)
        for region, accounts in sorted(plan.foundation.given_accounts.items())
        for account in accounts
    ]
    return [*made, *given]


def _storage_account(
    account_id: str, region: str, used: bool, *, sku: str | None
) -> dict[str, Any]:
    return {
        "id": account_id,
        "name": name_of(account_id),
        "location": region,
        "given": sku is None,
        "used": used,
        "sku": sku,
    }
