"""Facts from the document of a plan (plan/views/document.py)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from commands.report.facts import Account, Change, Facts, FlowLog, Place, SourceError, Workspace
from plan.views.document import VERSION

Json = Mapping[str, Any]


def facts(document: Json) -> Facts:
    """Raises SourceError for a version that this code does not know, or a broken document."""
    if document["version"] != VERSION:
        raise SourceError(
            f"the plan is a document of version {document['version']}, this program knows "
            f"{VERSION}; make the report with the release that made the plan"
        )
    adoptions = {found["id"].casefold(): found for found in document["adoptions"]}
    logs = (_flow_log(log, adoptions.get(log["id"].casefold())) for log in document["flowLogs"])
    return Facts(
        title=document["stack"],
        planned=True,
        end=date.fromisoformat(document["nsgFlowLogsEnd"]),
        subscriptions=document["subscriptions"],
        groups=tuple(map(_place, document["networkSecurityGroups"])),
        networks=tuple(map(_place, document["networks"])),
        flow_logs={log.target_id.casefold(): log for log in logs},
        workspace=_workspace(document["workspace"]),
        accounts=tuple(map(_account, document["storageAccounts"])),
        discovered=document["coverage"]["discovered"],
        excluded=document["coverage"]["excluded"],
        queries=tuple(document.get("savedQueries", ())),
        alerts=tuple(document.get("alerts", ())),
        workbook=bool(document.get("workbookId")),
        notes=tuple(document["notes"]),
    )


def _place(found: Json) -> Place:
    migration = found.get("migration") or {}
    return Place(
        id=found["id"],
        location=found["location"],
        state=found["state"],
        before=found["stateBefore"],
        reason=found["reason"],
        targets=tuple(found["targets"]),
        stage=migration.get("stage", ""),
        next_step=migration.get("nextStep", ""),
        goes_dark=migration.get("goesDark", False),
    )


def _flow_log(log: Json, adoption: Json | None) -> FlowLog:
    planned = log["planned"] or {}
    analytics = planned.get("trafficAnalytics") or {}
    adopted = adoption or {"changes": (), "writtenBy": ""}
    return FlowLog(
        id=log["id"],
        name=log["name"],
        target_id=log["targetId"],
        location=log["location"],
        level=log["level"],
        state=log["state"],
        enabled=planned.get("enabled", True),
        retention_days=planned.get("retentionDays"),
        interval=analytics.get("interval", 0) if planned else None,
        workspace_id=analytics.get("workspaceId", ""),
        shortfall=tuple(log["shortfall"]),
        changes=tuple(Change(**change) for change in adopted["changes"]),
        written_by=adopted["writtenBy"],
    )


def _workspace(workspace: Json) -> Workspace:
    made = workspace["made"] or {}
    return Workspace(
        name=workspace["name"],
        location=workspace["location"],
        retention_days=made.get("retentionDays"),
        daily_quota_gb=made.get("dailyQuotaGb"),
    )


def _account(account: Json) -> Account:
    return Account(
        name=account["name"],
        location=account["location"],
        sku=account["sku"] or "",
        used=account["used"],
    )
