"""What the component refuses, and how it says so, without an engine."""

from __future__ import annotations

import asyncio
from typing import Any

import pulumi
import pytest
from pulumi.errors import InputPropertiesError

from package.arguments import configuration
from package.provider import FlowLogsProvider
from stack.settings.mistakes import SettingsError
from stack.settings.read import parse_settings
from tests import estates_by_hand as hand

TOKEN = "flow-logs:index:FlowLogging"


@pytest.fixture(autouse=True)
def identity(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARM_SUBSCRIPTION_ID", hand.HOME)


def refusal(**arguments: Any) -> str:
    with pytest.raises(InputPropertiesError) as raised:
        FlowLogsProvider().construct("a", TOKEN, arguments)
    return str(raised.value)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, "location is not set; it must name an Azure region"),
        ({"exclud": {}}, "exclud is not a setting of this program; known are "),
        ({"exclude": ["nsg-*"]}, "exclude is '[\"nsg-*\"]'; it must be an object with tags, "),
        ({"exclude": {"name": ["x"]}}, "name is no key of exclude; known are tags, "),
        ({"retentionDays": 7.5}, "retentionDays is '7.5'; it must be a whole number from 1"),
        ({"targetLevel": "nsg"}, "targetLevel is 'nsg'; it must be one of virtualNetwork, "),
        ({"subscriptionId": "mine"}, "the stack's own subscription is 'mine'; it must be a GUID"),
        ({"nsgFlowLogs": "disable"}, "switched off: set the argument existingFlowLogs to adopt"),
        ({"exclude": {"names": []}}, "exclude.names is an empty list, which matches nothing; fill"),
        ({"existingWorkspaces": "move"}, "(set the argument existingFlowLogs to adopt), or leave"),
        ({"disableFor": {"names": ["x"]}}, "(set the argument nsgFlowLogs to disable), or leave"),
        ({"tags": {"cost/center": "1"}}, "tags has the tag name 'cost/center'; it must be a name "),
        ({"tags": {f"t{n}": "x" for n in range(50)}}, "tags has 50 tags; Azure takes 50 on a"),
        ({"alerts": {"ignoredSources": ["::/0"]}}, "alerts.ignoredSources[0] is '::/0'; it must"),
        ({"tags": {"Managed-By": "x"}}, "tags has Managed-By, the tag by which this program"),
        ({"alerts": {"emails": [1.0]}}, "alerts.emails[0] is 1; it must be a text"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_rule(arguments: dict[str, Any], said: str) -> None:
    location = {} if not arguments else {"location": "westeurope"}
    message = refusal(**location, **arguments)
    assert said in message
    assert "config" not in message
    assert "flow-logs:" not in message


def test_a_value_that_only_the_run_makes_known_is_refused() -> None:
    with asyncio.Runner() as runner:
        asyncio.set_event_loop(runner.get_loop())  # which an output needs
        message = refusal(location=pulumi.Output.from_input("westeurope"))
    assert "location is an output of a resource, or a secret; it must be a plain value" in message


def test_arguments_mean_what_the_same_configuration_means() -> None:
    arguments = {
        "location": "West Europe",
        "subscriptionId": hand.SUBSCRIPTION,
        "retentionDays": 120.0,
        "protectData": False,
        "include": {"tags": {"cost_center": ["shop"]}, "resourceGroups": ["rg-*"]},
        "alerts": {"deniedFlowsThreshold": 50.0, "managementPorts": [22.0]},
    }
    found = parse_settings("shop/prod", configuration(arguments), {})
    assert found.location == "westeurope"
    assert found.subscriptions == (found.identity.subscription_id,) == (hand.SUBSCRIPTION,)
    assert (found.retention_days, found.protect_data) == (120, False)
    assert found.include.tags == {"cost_center": ("shop",)}
    assert found.include.resource_groups == ("rg-*",)
    assert (found.alerts.denied_flows, found.alerts.management_ports) == (50, (22,))
    assert found.owner == "flow-logs/shop/prod"


def test_a_value_is_shown_whole_whatever_it_reads_like() -> None:
    message = refusal(location="a. Set it with: pulumi config set flow-logs:location x")
    assert message == (
        "location is 'a. Set it with: pulumi config set flow-logs:location x'; "
        "it must be the name of an Azure region, such as westeurope"
    )


def test_the_same_mistake_in_a_configuration_is_told_with_its_command() -> None:
    with pytest.raises(SettingsError) as raised:
        parse_settings("dev", {"flow-logs:location": ""}, {"ARM_SUBSCRIPTION_ID": hand.HOME})
    assert str(raised.value).endswith(
        "Set it with: pulumi config set flow-logs:location westeurope"
    )
