"""Log search alerts, alerts on the Activity Log, and who is told."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
from pulumi_azure_native import monitor

from plan.model.monitoring import PlannedActionGroup, PlannedAlert, PlannedTampering

# As ARM's schema has it; the SDK's enumeration of this name belongs to another API.
MORE_THAN = "GreaterThan"
BESIDE = [
    f"{kind}Receivers"
    for kind in (
        *("armRole", "automationRunbook", "azureAppPush", "azureFunction", "eventHub", "itsm"),
        *("logicApp", "sms", "voice", "webhook"),
    )
]
"""Whom an owner may have told beside the e-mail addresses, which are the program's."""
SHORT_NAME = "flow-logs"  # twelve characters at most; what a text message shows


def action_group(planned: PlannedActionGroup, opts: pulumi.ResourceOptions) -> monitor.ActionGroup:
    """An action group with e-mail receivers, in the alerts' common schema."""
    return monitor.ActionGroup(
        planned.logical_name,
        action_group_name=planned.name,
        resource_group_name=planned.resource_group,
        location=planned.location,
        group_short_name=SHORT_NAME,
        enabled=True,
        email_receivers=[
            {"name": email, "email_address": email, "use_common_alert_schema": True}
            for email in planned.emails
        ],
        tags=planned.tags,
        opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(ignore_changes=BESIDE)),
    )


def alert(
    planned: PlannedAlert,
    workspace_id: str,
    action_groups: Sequence[str],
    opts: pulumi.ResourceOptions,
) -> monitor.ScheduledQueryRule:
    """A log search alert that is raised where the query has a row.

    Replaced where it is to watch another workspace, the old one deleted first: Azure refuses the
    change ("Scope can not be updated", pulumi-azure-native issue 4839) and a second one of a name.
    The query is not validated by Azure, whose check fails until Traffic Analytics has written its
    first row and so made the table; ours is ``scripts/check``.
    """
    return monitor.ScheduledQueryRule(
        planned.logical_name,
        rule_name=planned.name,
        resource_group_name=planned.resource_group,
        location=planned.location,
        kind=monitor.Kind.LOG_ALERT,
        display_name=planned.title,
        description=planned.description,
        severity=planned.severity,
        enabled=True,
        scopes=[workspace_id],
        evaluation_frequency=planned.frequency,
        window_size=planned.window,
        override_query_time_range=planned.lookback,
        auto_mitigate=planned.resolves,
        skip_query_validation=True,
        criteria=monitor.ScheduledQueryRuleCriteriaArgs(all_of=[_has_a_row(planned)]),
        actions={"action_groups": list(action_groups)},
        tags=planned.tags,
        opts=pulumi.ResourceOptions.merge(
            opts,
            pulumi.ResourceOptions(delete_before_replace=True, replace_on_changes=["scopes"]),
        ),
    )


def _has_a_row(planned: PlannedAlert) -> monitor.ConditionArgs:
    """The condition that a query answers with at least one row, in one evaluation."""
    return monitor.ConditionArgs(
        query=planned.text,
        dimensions=[_every_value_of(planned.each)] if planned.each else None,
        time_aggregation=monitor.TimeAggregation.COUNT,
        operator=MORE_THAN,
        threshold=0,
        failing_periods=monitor.ConditionFailingPeriodsArgs(
            number_of_evaluation_periods=1, min_failing_periods_to_alert=1
        ),
    )


def _every_value_of(column: str) -> monitor.DimensionArgs:
    """The dimension whose values have an alert each, those of the future included."""
    return monitor.DimensionArgs(
        name=column, operator=monitor.DimensionOperator.INCLUDE, values=["*"]
    )


def tampering_alert(
    planned: PlannedTampering, action_groups: Sequence[str], opts: pulumi.ResourceOptions
) -> monitor.ActivityLogAlert:
    """An alert on operations that succeeded."""
    return monitor.ActivityLogAlert(
        planned.logical_name,
        activity_log_alert_name=planned.name,
        resource_group_name=planned.resource_group,
        location=planned.location,
        description=planned.description,
        enabled=True,
        scopes=list(planned.scopes),
        condition=monitor.AlertRuleAllOfConditionArgs(
            all_of=[
                _equals("category", "Administrative"),
                _equals("status", "Succeeded"),
                _one_of(planned.operations),
            ]
        ),
        actions={"action_groups": [{"action_group_id": group} for group in action_groups]},
        tags=planned.tags,
        opts=opts,
    )


def _one_of(operations: Sequence[str]) -> monitor.AlertRuleAnyOfOrLeafConditionArgs:
    """The condition that an operation is one of these; a plain one where there is but one."""
    if len(operations) == 1:
        return _equals("operationName", operations[0])
    named = [
        monitor.AlertRuleLeafConditionArgs(field="operationName", equals=operation)
        for operation in operations
    ]
    return monitor.AlertRuleAnyOfOrLeafConditionArgs(any_of=named)


def _equals(field: str, value: str) -> monitor.AlertRuleAnyOfOrLeafConditionArgs:
    return monitor.AlertRuleAnyOfOrLeafConditionArgs(field=field, equals=value)
