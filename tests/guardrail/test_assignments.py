"""What is assigned, checked against the definitions that Microsoft publishes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from guardrail.assignments import assignment_name, audits, deployments
from guardrail.component import role_assignment_name
from guardrail.definitions import MEMBERS
from guardrail.model import Assignment, GuardrailError, Settings
from tests.guardrail.definitions import Definition
from tests.guardrail.examples import ACCOUNT, WORKSPACE, outputs, settings

PAGE = Path(__file__).resolve().parents[2] / "docs" / "guardrail.md"
REGIONS = ("northeurope", "westeurope")


def everything() -> list[tuple[Settings, Assignment]]:
    """Every assignment of every way to deploy, with its settings."""
    found = []
    for destination in ("subscription", "stack"):
        given = settings(effect="deploy", destination=destination)
        assigned = (*audits(given), *deployments(given, outputs(*REGIONS)))
        found += [(given, each) for each in assigned]
    return found


def _policies(assignment: Assignment, published: dict[str, Definition]) -> list[Definition]:
    """The policies that an assignment brings: one, or those of its set."""
    definition = published[assignment.definition_id.casefold()]
    ids = [member["policyDefinitionId"] for member in definition.members]
    return [published[id_.casefold()] for id_ in ids] or [definition]


def test_parameters_are_those_of_the_definitions(published: dict[str, Definition]) -> None:
    for _, assignment in everything():
        rules = published[assignment.definition_id.casefold()].parameters
        required = {name for name, rule in rules.items() if "defaultValue" not in rule}
        assert required <= set(assignment.parameters) <= set(rules)
        for name, value in assignment.parameters.items():
            assert rules[name]["type"].casefold() == "string"
            assert value in rules[name].get("allowedValues", [value])


def test_versions_are_those_of_the_definitions(published: dict[str, Definition]) -> None:
    for _, assignment in everything():
        version = published[assignment.definition_id.casefold()].body["properties"]["version"]
        assert assignment.version == f"{version.partition('.')[0]}.*.*"


def test_roles_are_exactly_those_that_the_definitions_name(
    published: dict[str, Definition],
) -> None:
    for given, assignment in everything():
        policies = _policies(assignment, published)
        named = {role for policy in policies for role in policy.roles}
        assert {grant.role for grant in assignment.grants} == named
        on_scope = [grant.role for grant in assignment.grants if grant.scope == given.scope]
        assert sorted(on_scope) == sorted(named)


def test_roles_beyond_the_scope_are_those_of_parameters_that_ask_for_them(
    published: dict[str, Definition],
) -> None:
    for given, assignment in everything():
        rules = published[assignment.definition_id.casefold()].parameters
        asking = {
            assignment.parameters[name]
            for name, rule in rules.items()
            if rule.get("metadata", {}).get("assignPermissions")
        }
        assert {grant.scope for grant in assignment.grants} - {given.scope} == asking


def test_only_what_deploys_has_an_identity(published: dict[str, Definition]) -> None:
    for _, assignment in everything():
        effects = {
            policy.parameters["effect"]["defaultValue"]
            for policy in _policies(assignment, published)
        }
        assert ("DeployIfNotExists" in effects) is (assignment.region is not None)
        assert bool(assignment.steps) is (assignment.region is not None)


def test_members_messages_and_steps_are_those_of_the_initiative(
    published: dict[str, Definition],
) -> None:
    given = settings(effect="deploy")
    assignment = deployments(given, outputs("westeurope"))[0]
    definition = published[assignment.definition_id.casefold()]
    listed = {member["policyDefinitionReferenceId"] for member in definition.members}

    assert {member.reference for member in MEMBERS} == listed
    assert {message.reference for message in assignment.messages} == listed
    assert {step.reference for step in assignment.steps} == listed
    assert assignment.steps[-1].name == "flow-log"


def test_what_the_initiative_would_move_stays() -> None:
    given = settings(effect="deploy", retentionDays="120", trafficAnalyticsInterval="10")
    first, second = deployments(given, outputs(*REGIONS))

    assert first.parameters == {
        "location": "northeurope",
        "resourceGroupName": "flow-logs-policy",
        "retentionDays": "120",
        "timeIntervalInMin": "10",
        "workspaceRegion": "westeurope",
        "updateFlowlog": "False",
    }
    assert (second.name, second.region, second.selects_region) == (
        "flow-logs-westeurope",
        "westeurope",
        True,
    )


def test_a_destination_in_the_stack_is_storage_and_workspace_of_its_outputs() -> None:
    given = settings(effect="deploy", destination="stack", regions='["westeurope"]')
    (only,) = deployments(given, outputs(*REGIONS))

    assert only.parameters["storageId"] == f"{ACCOUNT}westeurope"
    assert only.parameters["workspaceResourceId"] == WORKSPACE
    assert only.parameters["networkWatcherName"].endswith("/NetworkWatcher_westeurope")


def test_no_role_is_assigned_twice_where_the_scope_holds_the_stack() -> None:
    subscription = WORKSPACE.split("/")[2]
    given = settings(effect="deploy", destination="stack", subscriptionId=subscription)
    assigned = deployments(given, outputs(*REGIONS))

    assert {grant.scope for each in assigned for grant in each.grants} == {given.scope}


@pytest.mark.parametrize(
    ("values", "regions", "said"),
    [
        ({}, (), "has no storage account, so there is no region to deploy in"),
        (
            {"destination": "stack", "regions": '["swedencentral"]'},
            REGIONS,
            "has 'swedencentral', where contoso/flow-logs/dev has no storage account; it has some "
            "in northeurope, westeurope",
        ),
    ],
)
def test_regions_that_cannot_be_served_are_one_line(
    values: dict[str, str], regions: tuple[str, ...], said: str
) -> None:
    with pytest.raises(GuardrailError) as caught:
        deployments(settings(effect="deploy", **values), outputs(*regions))

    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_names_fit_a_management_group_and_differ() -> None:
    regions = ("westeurope", "germanywestcentral", "germanynorth", "southeastasiastage")
    names = [assignment_name(region) for region in regions]

    assert names[0] == "flow-logs-westeurope"
    assert all(re.fullmatch(r"[a-z0-9-]{3,24}", name) for name in names)
    assert len(set(names)) == len(names)


def test_names_of_role_assignments_are_stable_and_their_own() -> None:
    found = {
        role_assignment_name(given.scope, assignment.name, grant)
        for given, assignment in everything()
        for grant in assignment.grants
    }
    grants = [
        (assignment.name, grant) for _, assignment in everything() for grant in assignment.grants
    ]

    assert len(found) == len(set(grants))


def test_every_message_points_to_a_section_of_the_page() -> None:
    sections = {
        line.removeprefix("### ").casefold().replace(" ", "-")
        for line in PAGE.read_text().splitlines()
        if line.startswith("### ")
    }
    for _, assignment in everything():
        for message in assignment.messages:
            address, _, anchor = message.text.rpartition("#")
            assert address.endswith(" What to do: docs/guardrail.md")
            assert anchor in sections


def test_the_address_of_the_page_can_be_set() -> None:
    given = settings(documentation="https://docs.contoso.example/flow-logs")

    for assignment in audits(given):
        assert "https://docs.contoso.example/flow-logs#" in assignment.messages[0].text
