"""A plan as the stack outputs of contract version 1; ids used as keys are lower case."""

from __future__ import annotations

from typing import Any

from estate.arm_id import key
from plan.model.flow_logs import Covered, KnownFlowLog
from plan.model.foundation import WorkspaceReference
from plan.model.plan import Plan

CONTRACT_VERSION = 1


def stack_outputs(plan: Plan) -> dict[str, Any]:
    """Everything that the contract holds but ``workspaceCustomerId``, known in a preview."""
    dark = {key(found.id) for found in plan.migration if found.goes_dark}
    return {
        "contractVersion": CONTRACT_VERSION,
        "workspace": _workspace(plan.foundation.workspace),
        "storageAccounts": _storage_accounts(plan),
        "watchers": {subscription: dict(ids) for subscription, ids in plan.watcher_ids.items()},
        "flowLogs": {key(log.target_id): _flow_log(log) for log in plan.known_flow_logs},
        "networkSecurityGroups": {
            key(group.id): _security_group(group, key(group.id) in dark)
            for group in plan.coverage.security_groups
        },
        "networks": {key(network.id): network.state for network in plan.coverage.networks},
        "coverage": _coverage(plan),
        "savedQueries": dict(plan.monitoring.query_ids),
        "alerts": dict(plan.monitoring.alert_ids),
        "workbookId": plan.monitoring.workbook_id,
        "tags": dict(plan.tags),
    }


def _workspace(workspace: WorkspaceReference) -> dict[str, str]:
    return {
        "id": workspace.id,
        "name": workspace.name,
        "location": workspace.location,
        "resourceGroup": workspace.resource_group,
    }


def _storage_accounts(plan: Plan) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for account in plan.foundation.storage_accounts:
        found.setdefault(account.location, []).append(account.id)
    for region, ids in plan.foundation.given_accounts.items():
        held = {key(account) for account in found.setdefault(region, [])}
        found[region] += [account for account in ids if key(account) not in held]
    return {region: sorted(ids) for region, ids in sorted(found.items())}


def _flow_log(log: KnownFlowLog) -> dict[str, Any]:
    return {
        "id": log.id,
        "name": log.name,
        "level": log.level,
        "state": log.state,
        "location": log.location,
        "storageId": log.storage_id,
        "covers": list(log.covers),
    }


def _security_group(group: Covered, goes_dark: bool) -> dict[str, Any]:
    return {
        "state": group.state,
        "location": group.location,
        "goesDark": goes_dark,
        "targets": list(group.targets),
    }


def _coverage(plan: Plan) -> dict[str, Any]:
    return {
        "discovered": plan.coverage.discovered,
        "excluded": plan.coverage.excluded,
        "covered": plan.coverage.covered,
        "skipped": [_skipped(group) for group in plan.coverage.skipped],
    }


def _skipped(group: Covered) -> dict[str, str]:
    return {"id": group.id, "reason": group.reason or group.state}
