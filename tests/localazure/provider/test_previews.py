"""Previews: what is known before the run, which stack policies and dependents see."""

from __future__ import annotations

from typing import Any

from localazure.provider.sdk_shapes import of
from tests.localazure.provider.scripted_arm import ScriptedArm
from tests.localazure.provider.stand_in import FLOW_LOG, UNKNOWN, StandIn

INPUTS: dict[str, Any] = {
    "resourceGroupName": "network",
    "networkWatcherName": "west",
    "flowLogName": "hub",
    "azureApiVersion": "2024-05-01",
    "location": "westeurope",
    "storageId": UNKNOWN,
    "targetResourceId": "/t",
    "retentionPolicy": {"days": 90},
    "tags": {"team": "network", "stage": UNKNOWN},
    "flowAnalyticsConfiguration": {
        "networkWatcherFlowAnalyticsConfiguration": {"enabled": True, "workspaceResourceId": "/w"}
    },
}
ANALYTICS = {
    "enabled": True,
    "workspaceResourceId": "/w",
    "workspaceId": UNKNOWN,
    "workspaceRegion": UNKNOWN,
    "trafficAnalyticsInterval": UNKNOWN,
}
KNOWN = {
    "location": "westeurope",
    "targetResourceId": "/t",
    "retentionPolicy": {"days": 90, "enabled": UNKNOWN},
    "tags": {"team": "network", "stage": UNKNOWN},
    "flowAnalyticsConfiguration": {"networkWatcherFlowAnalyticsConfiguration": ANALYTICS},
}


def test_before_a_create_all_but_the_inputs_is_unknown(provider: StandIn, arm: ScriptedArm) -> None:
    outputs = provider.preview_create(FLOW_LOG, INPUTS)
    assert outputs == {**dict.fromkeys(of(FLOW_LOG).top.outputs, UNKNOWN), **KNOWN}
    assert outputs["name"] == UNKNOWN and outputs["enabled"] == UNKNOWN
    assert arm.made() == []


def test_before_an_update_name_and_location_stay_known(provider: StandIn, arm: ScriptedArm) -> None:
    state = {"name": "hub", "location": "westeurope", "etag": "1", "provisioningState": "Succeeded"}
    outputs = provider.update(FLOW_LOG, INPUTS, state, preview=True)
    expected = {**dict.fromkeys(of(FLOW_LOG).top.outputs, UNKNOWN), **KNOWN, "name": "hub"}
    assert outputs == expected
    assert arm.made() == []


def test_lists_of_objects_show_their_unknown_members(provider: StandIn) -> None:
    inputs = {"subnets": [{"name": "app", "addressPrefix": "10.0.0.0/24"}]}
    outputs = provider.preview_create("azure-native:network:VirtualNetwork", inputs)
    (subnet,) = outputs["subnets"]
    assert subnet["name"] == "app" and subnet["addressPrefix"] == "10.0.0.0/24"
    assert subnet["id"] == UNKNOWN and subnet["provisioningState"] == UNKNOWN


def test_a_list_that_azure_answers_as_an_object_is_unknown(provider: StandIn) -> None:
    inputs = {"identity": {"type": "UserAssigned", "userAssignedIdentities": ["/i"]}}
    outputs = provider.preview_create(FLOW_LOG, inputs)
    assert outputs["identity"]["type"] == "UserAssigned"
    assert outputs["identity"]["userAssignedIdentities"] == UNKNOWN
