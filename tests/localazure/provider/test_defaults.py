"""Check: what the stand-in fills in and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi.runtime.proto.provider_pb2 import CheckRequest

from localazure.provider.structs import unpack
from tests.localazure.provider.scripted_arm import Answer, ScriptedArm
from tests.localazure.provider.stand_in import FLOW_LOG, SUBSCRIPTION, UNKNOWN, StandIn

WATCHER = "azure-native:network:NetworkWatcher"
GROUP = "azure-native:resources:ResourceGroup"
ACCOUNT = "azure-native:storage:StorageAccount"
GROUP_ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/network"
FLOW_LOG_INPUTS = {
    "resourceGroupName": "network",
    "networkWatcherName": "west",
    "location": "westeurope",
    "storageId": "/s",
    "targetResourceId": "/t",
}
Options = CheckRequest.AutonamingOptions


def checked(provider: StandIn, token: str, inputs: dict[str, Any], **more: Any) -> dict[str, Any]:
    response = provider.check(token, inputs, **more)
    assert not response.failures
    return unpack(response.inputs)


def reasons(provider: StandIn, token: str, inputs: dict[str, Any], **more: Any) -> list[str]:
    return [failure.reason for failure in provider.check(token, inputs, **more).failures]


def test_a_flow_log_is_named_like_the_program_names_it(provider: StandIn) -> None:
    found = checked(provider, FLOW_LOG, FLOW_LOG_INPUTS)
    added = {"flowLogName": "made", "azureApiVersion": "2024-05-01"}
    assert found == {**FLOW_LOG_INPUTS, **added}


def test_a_watcher_gets_a_random_name_that_the_seed_decides(provider: StandIn) -> None:
    inputs = {"resourceGroupName": "network", "location": "westeurope"}
    first, again, other = (
        checked(provider, WATCHER, inputs, randomSeed=seed) for seed in (b"1", b"1", b"2")
    )
    name = first["networkWatcherName"]
    assert name.startswith("made") and len(name) == len("made") + 8
    assert int(name[4:], 16) >= 0
    assert first == again
    assert name != other["networkWatcherName"]
    assert first["__createBeforeDelete"] is True


def test_a_name_is_kept(provider: StandIn) -> None:
    old = {"networkWatcherName": "made1234abcd", "__createBeforeDelete": True}
    inputs = {"resourceGroupName": "network", "location": "westeurope"}
    found = checked(provider, WATCHER, inputs, old=old)
    assert found["networkWatcherName"] == "made1234abcd"
    assert found["__createBeforeDelete"] is True


def test_the_stack_may_propose_a_name(provider: StandIn) -> None:
    options = Options(mode=Options.PROPOSE, proposed_name="made-dev")
    found = checked(provider, FLOW_LOG, FLOW_LOG_INPUTS, autonaming=options)
    assert found["flowLogName"] == "made-dev"


def test_the_stack_may_forbid_made_up_names(provider: StandIn) -> None:
    options = Options(mode=Options.DISABLE)
    found = reasons(provider, FLOW_LOG, FLOW_LOG_INPUTS, autonaming=options)
    assert found == ["missing required property 'flowLogName'"]


def test_the_region_is_that_of_the_resource_group(provider: StandIn, arm: ScriptedArm) -> None:
    arm.script("GET", GROUP_ID, Answer(200, {"location": "northeurope"}))
    inputs = {"resourceGroupName": "network"}
    for _ in range(2):
        assert checked(provider, WATCHER, inputs)["location"] == "northeurope"
    assert arm.made() == [f"GET {GROUP_ID}"]


@pytest.mark.slow
def test_the_providers_region_comes_before_the_groups(own: StandIn, arm: ScriptedArm) -> None:
    own.configure(metadataHost=arm.base, subscriptionId=SUBSCRIPTION, location="uksouth")
    inputs = {"resourceGroupName": "network"}
    assert checked(own, WATCHER, inputs)["location"] == "uksouth"
    assert arm.made() == []


def test_the_region_of_an_unknown_group_is_unknown(provider: StandIn) -> None:
    found = checked(provider, WATCHER, {"resourceGroupName": UNKNOWN})
    assert found["location"] == UNKNOWN


def test_a_group_without_region_says_how_to_set_one(provider: StandIn) -> None:
    assert reasons(provider, GROUP, {"resourceGroupName": "network"}) == [
        "missing required property 'location'. Either set it explicitly or configure it with "
        "'pulumi config set azure-native:location <value>'."
    ]


def test_missing_inputs_are_named_down_to_the_innermost(provider: StandIn) -> None:
    inputs = {"location": "westeurope", "kind": "StorageV2", "sku": {}, "accountName": "logs"}
    assert reasons(provider, ACCOUNT, inputs) == [
        "missing required property 'resourceGroupName'",
        "missing required property 'sku.name'",
    ]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (
            {"format": {"version": "2"}},
            "'format.version' should be of type 'integer' but got a string",
        ),
        (
            {"retentionPolicy": {"days": 7.5}},
            "'retentionPolicy.days' must be an integer but got 7.500000",
        ),
        ({"storageId": 7}, "'storageId' should be of type 'string' but got a number"),
        ({"storageId": ["/s"]}, "'storageId' should be of type 'string' but got an array"),
    ],
)
def test_inputs_of_the_wrong_type_are_refused(
    provider: StandIn, wrong: dict[str, Any], reason: str
) -> None:
    assert reasons(provider, FLOW_LOG, {**FLOW_LOG_INPUTS, **wrong}) == [reason]


def test_unknown_inputs_pass(provider: StandIn) -> None:
    unknown = dict.fromkeys(FLOW_LOG_INPUTS, UNKNOWN)
    found = checked(provider, FLOW_LOG, {**unknown, "format": {"version": UNKNOWN}})
    assert found["format"] == {"version": UNKNOWN}
