"""A plan as a JSON-ready document: all that a reader may want, for tools beside the run.

The program writes it to the file that the environment variable of ``PLAN_FILE`` names; the
summary of a pull request and the report are made from it. Its shape is ``PlanDocument``.
"""

from __future__ import annotations

from collections.abc import Mapping

from estate.arm_id import key, name_of, resource_group_of, subscription_of
from estate.model import FlowLog, TrafficAnalytics
from plan.flow_logs.migration import RETIREMENT_DAY
from plan.flow_logs.standard import workspace_of
from plan.foundation.left_as_found import as_found, leaving, unused
from plan.foundation.lifecycle import kept_days
from plan.model.flow_logs import (
    NOTHING_RECORDED,
    Adoption,
    Covered,
    KnownFlowLog,
    Migration,
    PlannedFlowLog,
)
from plan.model.foundation import PlannedWorkspace
from plan.model.plan import Plan
from plan.views.document_types import (
    AdoptionEntry,
    AnalyticsEntry,
    BeforeEntry,
    CoverageCounts,
    CoveredEntry,
    FlowLogEntry,
    MadeWorkspace,
    MigrationEntry,
    PlaceEntry,
    PlanDocument,
    PlannedEntry,
    StorageAccountEntry,
    WorkspaceEntry,
)

VERSION = 1
PLAN_FILE = "FLOW_LOGS_PLAN_FILE"  # environment variable: where a run leaves the document


def document(plan: Plan) -> PlanDocument:
    """The document of a plan; lists are in the plan's own stable order."""
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
        "notes": [
            *(*plan.notes, *plan.monitoring.notes),
            *(*as_found(plan), *leaving(plan), *unused(plan)),
        ],
    }


def _coverage(plan: Plan) -> CoverageCounts:
    before = [plan.coverage.before[key(group.id)] for group in plan.coverage.security_groups]
    return {
        "discovered": plan.coverage.discovered,
        "excluded": plan.coverage.excluded,
        "covered": plan.coverage.covered,
        "coveredBefore": sum(state not in NOTHING_RECORDED for state in before),
    }


def _covered(found: Covered, plan: Plan) -> CoveredEntry:
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


def _migration(found: Migration | None) -> MigrationEntry | None:
    if found is None:
        return None
    return {"stage": found.stage, "nextStep": found.next_step, "goesDark": found.goes_dark}


def _flow_log(log: KnownFlowLog, planned: Mapping[str, PlannedFlowLog], plan: Plan) -> FlowLogEntry:
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


def _before(log: FlowLog | None) -> BeforeEntry | None:
    if log is None:
        return None
    return {"enabled": log.enabled, "trafficAnalytics": _analytics(log.analytics, "")}


def _analytics(analytics: TrafficAnalytics, own: str) -> AnalyticsEntry | None:
    """``own`` is the workspace of one that names none."""
    if not analytics.enabled:
        return None
    return {"interval": analytics.interval, "workspaceId": workspace_of(analytics) or own}


def _planned(log: PlannedFlowLog | None, plan: Plan) -> PlannedEntry | None:
    if log is None:
        return None
    return {
        "new": not log.exists,
        "enabled": log.enabled,
        "retentionDays": kept_days(log, plan.foundation),
        "trafficAnalytics": _analytics(log.analytics, plan.foundation.workspace.id),
    }


def _adoption(found: Adoption) -> AdoptionEntry:
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


def _workspace(plan: Plan) -> WorkspaceEntry:
    made = plan.foundation.made_workspace
    return {
        "id": plan.foundation.workspace.id,
        "name": plan.foundation.workspace.name,
        "location": plan.foundation.workspace.location,
        "made": _made(made) if made else None,
    }


def _made(workspace: PlannedWorkspace) -> MadeWorkspace:
    return {
        "retentionDays": workspace.retention_days,
        "dailyQuotaGb": workspace.daily_quota_gb,
    }


def _former_workspace(plan: Plan) -> PlaceEntry | None:
    former = plan.foundation.former_workspace
    if former is None:
        return None
    return {"id": former.id, "name": former.name, "location": former.location}


def _storage_accounts(plan: Plan) -> list[StorageAccountEntry]:
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
) -> StorageAccountEntry:
    return {
        "id": account_id,
        "name": name_of(account_id),
        "location": region,
        "given": sku is None,
        "used": used,
        "sku": sku,
    }
