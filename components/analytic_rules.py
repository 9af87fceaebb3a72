"""The scheduled analytic rules of Microsoft Sentinel."""

from __future__ import annotations

from typing import Any

import pulumi

from components.resource import AzureResource
from plan.model.monitoring import PlannedAnalyticRule
from plan.resource_types import ANALYTIC_RULE_TYPE

GROUPED_FOR = "P1D"  # how long alerts on the same entities are one incident
SUPPRESSED_FOR = "PT1H"  # sent since Azure requires it; suppression is off


def analytic_rule(planned: PlannedAnalyticRule, opts: pulumi.ResourceOptions) -> AzureResource:
    """A rule whose every row is an alert, named after its first entity.

    Not suppressed: that would stop the rule, and with it the next machine's alert.
    """
    inputs = {
        "ruleId": planned.name,
        "workspaceName": planned.workspace_name,
        "resourceGroupName": planned.resource_group,
        "kind": "Scheduled",
        "displayName": planned.title,
        "description": planned.description,
        "severity": planned.severity,
        "enabled": True,
        "query": planned.text,
        "queryFrequency": planned.frequency,
        "queryPeriod": planned.period,
        "triggerOperator": "GreaterThan",
        "triggerThreshold": 0,
        "suppressionDuration": SUPPRESSED_FOR,
        "suppressionEnabled": False,
        "eventGroupingSettings": {"aggregationKind": "AlertPerResult"},
        "tactics": list(planned.tactics),
        "techniques": list(planned.techniques),
        "incidentConfiguration": _incidents(planned),
        **_entities(planned),
    }
    return AzureResource(ANALYTIC_RULE_TYPE, planned.logical_name, inputs, opts)


def _incidents(planned: PlannedAnalyticRule) -> dict[str, Any]:
    """Alerts on the same entities are one incident; without entities each is its own."""
    grouping = {
        "enabled": bool(planned.entities),
        "reopenClosedIncident": False,
        "lookbackDuration": GROUPED_FOR,
        "matchingMethod": "AllEntities",
    }
    return {"createIncident": True, "groupingConfiguration": grouping}


def _entities(planned: PlannedAnalyticRule) -> dict[str, Any]:
    if not planned.entities:
        return {}
    first = planned.entities[0].column
    return {
        "entityMappings": [
            {
                "entityType": entity.kind,
                "fieldMappings": [{"identifier": entity.identifier, "columnName": entity.column}],
            }
            for entity in planned.entities
        ],
        "alertDetailsOverride": {
            "alertDisplayNameFormat": f"{planned.title}: {{{{{first}}}}}",
        },
    }
