"""What the component for queries and alerts asks Azure for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from localazure.provider import convert, sdk_shapes
from plan.model.plan import Plan
from tests import estates_by_hand as hand
from tests.arm_schemas import against_schema
from tests.components.recording import GIVEN_GROUP, MAIL, recorded, small_plan

pytestmark = pytest.mark.slow

Made = dict[str, list[dict[str, Any]]]
SEARCH = "azure-native:operationalinsights:SavedSearch"
RULE = "azure-native:monitor:ScheduledQueryRule"
GROUP = "azure-native:monitor:ActionGroup"
WATCH = "azure-native:monitor:ActivityLogAlert"
BOOK = "azure-native:applicationinsights:Workbook"
FILTER = "azure-native:monitor:DataCollectionRule"
SCHEMAS = {
    SEARCH: ("Microsoft.OperationalInsights.2023-09-01", "workspaces_savedSearches"),
    RULE: ("Microsoft.Insights.2023-12-01", "scheduledQueryRules"),
    GROUP: ("Microsoft.Insights.2023-01-01", "actionGroups"),
}


EXAMPLES = {
    # azure-rest-api-specs, ActivityLogAlertRule_CreateOrUpdateRuleWithAnyOfCondition (2020-10-01)
    WATCH: {"scopes", "condition", "actions", "enabled", "description"},
    # azure-rest-api-specs, WorkbookManagedGet (2023-06-01)
    BOOK: {"displayName", "serializedData", "version", "category", "sourceId"},
    # Microsoft Learn, "Transformations in Azure Monitor", sample of a workspace transformation
    FILTER: {"destinations", "dataFlows"},
}
"""Properties of the published examples of types whose schema is not at hand."""


@pytest.fixture(scope="module")
def made() -> Made:
    """Inputs by type token."""
    return recorded()


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The plan that was built."""
    return small_plan()


@pytest.mark.parametrize("token", SCHEMAS)
def test_azures_schema_accepts_every_body(made: Made, shared_data: Path, token: str) -> None:
    file, resource = SCHEMAS[token]
    folder = shared_data / "specs" / "arm-json-schema"
    bodies = [convert.request_body(sdk_shapes.of(token), inputs) for inputs in made[token]]
    assert bodies
    assert [against_schema(folder, file, resource, body) for body in bodies] == [[]] * len(bodies)


@pytest.mark.parametrize("token", EXAMPLES)
def test_properties_are_those_of_the_published_example(made: Made, token: str) -> None:
    for inputs in made[token]:
        body = convert.request_body(sdk_shapes.of(token), inputs)
        assert set(body) <= {"location", "tags", "kind", "properties"}
        assert set(body["properties"]) == EXAMPLES[token]


def test_a_filter_transforms_one_table_into_its_workspace(made: Made, plan: Plan) -> None:
    (rule,) = made[FILTER]
    assert rule["kind"] == "WorkspaceTransforms"
    (destination,) = rule["destinations"]["logAnalytics"]
    assert destination["workspaceResourceId"] == plan.foundation.workspace.id
    (flow,) = rule["dataFlows"]
    assert flow["destinations"] == [destination["name"]]
    assert flow["streams"] == ["Microsoft-Table-NTANetAnalytics"]


def test_every_query_and_alert_of_the_plan_is_made(made: Made, plan: Plan) -> None:
    names = {search["savedSearchId"] for search in made[SEARCH]}
    assert names == {query.name for query in plan.monitoring.queries}
    tag = {"name": "managed-by", "value": "flow-logs/dev"}
    assert all(tag in search["tags"] for search in made[SEARCH])
    assert {rule["ruleName"] for rule in made[RULE]} == {
        alert.name for alert in plan.monitoring.alerts
    }


def test_alerts_tell_the_own_group_and_the_given_one(made: Made, plan: Plan) -> None:
    (group,) = made[GROUP]
    assert [receiver["emailAddress"] for receiver in group["emailReceivers"]] == [MAIL]
    assert plan.monitoring.action_group is not None
    told = [plan.monitoring.action_group.id, GIVEN_GROUP]
    assert [rule["actions"]["actionGroups"] for rule in made[RULE]] == [told] * len(made[RULE])
    for watch in made[WATCH]:
        assert [one["actionGroupId"] for one in watch["actions"]["actionGroups"]] == told


def test_a_rule_asks_the_workspace_and_is_not_validated_before_there_is_a_table(
    made: Made, plan: Plan
) -> None:
    for rule in made[RULE]:
        assert (rule["skipQueryValidation"], rule["scopes"]) == (
            True,
            [plan.foundation.workspace.id],
        )
        (condition,) = rule["criteria"]["allOf"]
        assert (condition["operator"], condition["threshold"]) == ("GreaterThan", 0)


def test_a_silent_flow_log_has_an_alert_of_its_own(made: Made, plan: Plan) -> None:
    conditions = {rule["ruleName"]: rule["criteria"]["allOf"][0] for rule in made[RULE]}
    split = {name: body["dimensions"] for name, body in conditions.items() if "dimensions" in body}
    every = [{"name": "FlowLog", "operator": "Include", "values": ["*"]}]
    assert split == {alert.name: every for alert in plan.monitoring.alerts if alert.resolves}


def test_the_workbook_is_shared_and_bears_its_content(made: Made, plan: Plan) -> None:
    (book,) = made[BOOK]
    assert plan.monitoring.workbook is not None
    assert book["serializedData"] == plan.monitoring.workbook.content
    assert (book["resourceName"], book["kind"]) == (plan.monitoring.workbook.name, "shared")


def test_tampering_counts_what_succeeded_of_the_operations(made: Made) -> None:
    for watch in made[WATCH]:
        if "tampering" not in watch["activityLogAlertName"]:
            continue
        category, status, operations = watch["condition"]["allOf"]
        assert (category["equals"], status["equals"]) == ("Administrative", "Succeeded")
        names = {one["equals"] for one in operations["anyOf"]}
        assert "Microsoft.Network/networkWatchers/flowLogs/delete" in names


@pytest.mark.parametrize("kind", ["", "securityRules/"])
@pytest.mark.parametrize("verb", ["write", "delete"])
def test_scanners_recognise_the_alerts_on_security_groups(made: Made, kind: str, verb: str) -> None:
    """As Prowler's check_alert_rule and Azure Policy b954148f look at an alert."""
    operation = f"Microsoft.Network/networkSecurityGroups/{kind}{verb}"
    wanted = [
        {"field": "category", "equals": "Administrative"},
        {"field": "operationName", "equals": operation},
    ]
    (watch,) = (
        found
        for found in made[WATCH]
        if sum(condition in wanted for condition in found["condition"]["allOf"]) == 2
    )
    assert (watch["enabled"], watch["location"]) == (True, "global")
    assert watch["scopes"] == [f"/subscriptions/{hand.SUBSCRIPTION}"]
