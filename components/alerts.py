"""Log search alerts, alerts on the Activity Log, and who is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pulumi

from components.resource import AzureResource
from plan.model.monitoring import PlannedActionGroup, PlannedAlert, PlannedTampering
from plan.resource_types import ACTION_GROUP_TYPE, ALERT_TYPE, TAMPERING_TYPE

BESIDE = [
    f"{kind}Receivers"
    for kind in (
        *("armRole", "automationRunbook", "azureAppPush", "azureFunction", "eventHub", "itsm"),
        *("logicApp", "sms", "voice", "webhook"),
    )
]
"""Whom an owner may have told beside the e-mail addresses, which are the program's."""
SHORT_NAME = "flow-logs"  # twelve characters at most; what a text message shows


def action_group(planned: PlannedActionGroup, opts: pulumi.ResourceOptions) -> AzureResource:
    """An action group with e-mail receivers, in the alerts' common schema."""
    inputs = {
        "actionGroupName": planned.name,
        "resourceGroupName": planned.resource_group,
        "location": planned.location,
        "groupShortName": SHORT_NAME,
        "enabled": True,
        "emailReceivers": [
            {"name": email, "emailAddress": email, "useCommonAlertSchema": True}
            for email in planned.emails
        ],
        "tags": planned.tags,
    }
    own = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(ignore_changes=BESIDE))
    return AzureResource(ACTION_GROUP_TYPE, planned.logical_name, inputs, own)


def alert(
    planned: PlannedAlert,
    workspace_id: str,
    action_groups: Sequence[str],
    opts: pulumi.ResourceOptions,
) -> AzureResource:
    """A log search alert that is raised where the query has a row.

    Replaced where it is to watch another workspace, the old one deleted first: Azure refuses the
    change ("Scope can not be updated", pulumi-azure-native issue 4839) and a second one of a name.
    The query is not validated by Azure, whose check fails until Traffic Analytics has written its
    first row and so made the table; ours is ``scripts/check``.
    """
    inputs = {
        "ruleName": planned.name,
        "resourceGroupName": planned.resource_group,
        "location": planned.location,
        "kind": "LogAlert",
        "displayName": planned.title,
        "description": planned.description,
        "severity": planned.severity,
        "enabled": True,
        "scopes": [workspace_id],
        "evaluationFrequency": planned.frequency,
        "windowSize": planned.window,
        "overrideQueryTimeRange": planned.lookback,
        "autoMitigate": planned.resolves,
        "skipQueryValidation": True,
        "criteria": {"allOf": [_has_a_row(planned)]},
        "actions": {"actionGroups": list(action_groups)},
        "tags": planned.tags,
    }
    replaced = pulumi.ResourceOptions(delete_before_replace=True, replace_on_changes=["scopes"])
    own = pulumi.ResourceOptions.merge(opts, replaced)
    return AzureResource(ALERT_TYPE, planned.logical_name, inputs, own)


def _has_a_row(planned: PlannedAlert) -> dict[str, Any]:
    """The condition that a query answers with at least one row, in one evaluation."""
    condition = {
        "query": planned.text,
        "timeAggregation": "Count",
        "operator": "GreaterThan",
        "threshold": 0,
        "failingPeriods": {"numberOfEvaluationPeriods": 1, "minFailingPeriodsToAlert": 1},
    }
    if planned.each:
        condition["dimensions"] = [_every_value_of(planned.each)]
    return condition


def _every_value_of(column: str) -> dict[str, Any]:
    """The dimension whose values have an alert each, those of the future included."""
    return {"name": column, "operator": "Include", "values": ["*"]}


def tampering_alert(
    planned: PlannedTampering, action_groups: Sequence[str], opts: pulumi.ResourceOptions
) -> AzureResource:
    """An alert on operations that succeeded."""
    inputs = {
        "activityLogAlertName": planned.name,
        "resourceGroupName": planned.resource_group,
        "location": planned.location,
        "description": planned.description,
        "enabled": True,
        "scopes": list(planned.scopes),
        "condition": {
            "allOf": [
                _equals("category", "Administrative"),
                _equals("status", "Succeeded"),
                _one_of(planned.operations),
            ]
        },
        "actions": {"actionGroups": [{"actionGroupId": group} for group in action_groups]},
        "tags": planned.tags,
    }
    return AzureResource(TAMPERING_TYPE, planned.logical_name, inputs, opts)


def _one_of(operations: Sequence[str]) -> dict[str, Any]:
    """The condition that an operation is one of these; a plain one where there is but one."""
    named = [_equals("operationName", operation) for operation in operations]
    return named[0] if len(named) == 1 else {"anyOf": named}


def _equals(field: str, value: str) -> dict[str, Any]:
    return {"field": field, "equals": value}
