"""Diff: what is an update, what a replacement, and in which order."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi.runtime.proto.provider_pb2 import DiffResponse, PropertyDiff

from tests.localazure.provider.stand_in import FLOW_LOG, UNKNOWN, StandIn

OLD: dict[str, Any] = {
    "resourceGroupName": "network",
    "networkWatcherName": "west",
    "flowLogName": "hub",
    "location": "westeurope",
    "azureApiVersion": "2024-05-01",
    "targetResourceId": "/old",
    "retentionPolicy": {"days": 90, "enabled": True},
}
GROUP = "azure-native:resources:ResourceGroup"
SECURITY_GROUP = "azure-native:network:NetworkSecurityGroup"


def kinds(response: DiffResponse) -> dict[str, str]:
    found = response.detailedDiff.items()
    return {path: PropertyDiff.Kind.Name(detail.kind) for path, detail in found}


def test_the_same_inputs_are_no_change(provider: StandIn) -> None:
    response = provider.diff(FLOW_LOG, OLD, OLD, OLD)
    assert response.changes == DiffResponse.DIFF_NONE
    assert not response.replaces


def test_a_changed_target_is_an_update(provider: StandIn) -> None:
    response = provider.diff(FLOW_LOG, OLD, {**OLD, "targetResourceId": "/new"}, OLD)
    assert response.changes == DiffResponse.DIFF_SOME
    assert kinds(response) == {"targetResourceId": "UPDATE"}
    assert not response.replaces and not response.deleteBeforeReplace


def test_changes_are_told_by_their_paths(provider: StandIn) -> None:
    old = {**OLD, "tags": {"a": "1"}, "identity": {"userAssignedIdentities": ["/one"]}}
    new = {**OLD, "retentionPolicy": {"days": 30, "enabled": True}, "tags": {"b": "2"}}
    new["identity"] = {"userAssignedIdentities": ["/two", "/three"]}
    response = provider.diff(FLOW_LOG, old, new, old)
    assert kinds(response) == {
        "retentionPolicy.days": "UPDATE",
        "tags.a": "DELETE",
        "tags.b": "ADD",
        "identity.userAssignedIdentities[0]": "UPDATE",
        "identity.userAssignedIdentities[1]": "ADD",
    }
    assert list(response.diffs) == ["identity", "retentionPolicy", "tags"]


def test_another_name_replaces_and_deletes_first(provider: StandIn) -> None:
    response = provider.diff(FLOW_LOG, OLD, {**OLD, "flowLogName": "spoke"}, OLD)
    assert list(response.replaces) == ["flowLogName"]
    assert kinds(response) == {"flowLogName": "UPDATE_REPLACE"}
    assert response.deleteBeforeReplace


def test_what_is_randomly_named_is_made_first(provider: StandIn) -> None:
    old = {"resourceGroupName": "g1", "location": "westeurope", "__createBeforeDelete": True}
    response = provider.diff(GROUP, old, {**old, "location": "uksouth"}, old)
    assert list(response.replaces) == ["location"]
    assert not response.deleteBeforeReplace


def test_the_region_of_a_flow_log_is_an_update(provider: StandIn) -> None:
    response = provider.diff(FLOW_LOG, OLD, {**OLD, "location": "uksouth"}, OLD)
    assert kinds(response) == {"location": "UPDATE"}


@pytest.mark.parametrize(
    "token",
    [
        "azure-native:applicationinsights:Workbook",
        "azure-native:monitor:DataCollectionRule",
        "azure-native:monitor:ScheduledQueryRule",
        "azure-native:operationalinsights:Workspace",
        "azure-native:storage:StorageAccount",
    ],
)
def test_a_region_that_azure_lets_be_set_once_replaces(provider: StandIn, token: str) -> None:
    old = {"resourceGroupName": "g1", "location": "westeurope"}
    response = provider.diff(token, old, {**old, "location": "uksouth"}, old)
    assert list(response.replaces) == ["location"]
    assert response.deleteBeforeReplace


def test_regions_and_groups_compare_as_azure_compares_them(provider: StandIn) -> None:
    new = {**OLD, "location": "West Europe", "resourceGroupName": "Network"}
    assert provider.diff(FLOW_LOG, OLD, new, OLD).changes == DiffResponse.DIFF_NONE


def test_other_names_compare_letter_by_letter(provider: StandIn) -> None:
    response = provider.diff(FLOW_LOG, OLD, {**OLD, "networkWatcherName": "West"}, OLD)
    assert list(response.replaces) == ["networkWatcherName"]


def test_stating_what_azure_already_has_replaces_nothing(provider: StandIn) -> None:
    old = {"resourceGroupName": "g1"}
    state = {"location": "westeurope"}
    response = provider.diff(GROUP, old, {**old, "location": "westeurope"}, state)
    assert kinds(response) == {"location": "ADD"}
    assert not response.replaces


def test_an_api_version_that_only_the_state_knows_is_no_change(provider: StandIn) -> None:
    old = {key: value for key, value in OLD.items() if key != "azureApiVersion"}
    assert provider.diff(FLOW_LOG, old, OLD, OLD).changes == DiffResponse.DIFF_NONE


def test_an_unknown_value_is_a_change(provider: StandIn) -> None:
    response = provider.diff(FLOW_LOG, OLD, {**OLD, "targetResourceId": UNKNOWN}, OLD)
    assert kinds(response) == {"targetResourceId": "UPDATE"}


def test_rules_of_a_security_group_are_compared_one_by_one(provider: StandIn) -> None:
    rule = {"name": "in", "priority": 100, "access": "Allow"}
    old = {"resourceGroupName": "n", "networkSecurityGroupName": "x", "securityRules": [rule]}
    new = {**old, "securityRules": [{**rule, "access": "Deny"}]}
    assert kinds(provider.diff(SECURITY_GROUP, old, new, old)) == {
        "securityRules[0].access": "UPDATE"
    }
