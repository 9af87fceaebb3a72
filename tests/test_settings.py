"""A wrong configuration is one line that names the key, the value, the rule and the way out."""

from __future__ import annotations

import json

import pytest

from plan.configuration import SettingsError
from settings import parse_settings

SUBSCRIPTION = "00000000-0000-4000-8000-0000000000AA"
ENVIRONMENT = {"ARM_SUBSCRIPTION_ID": SUBSCRIPTION, "HOME": "elsewhere"}
PLAIN = {"flow-logs:location": "westeurope"}


def test_the_least_configuration_is_a_region_and_a_subscription() -> None:
    found = parse_settings("dev", PLAIN, ENVIRONMENT)
    assert found.subscriptions == (SUBSCRIPTION.casefold(),)
    assert (found.retention_days, found.traffic_analytics_interval) == (90, 60)
    assert found.owner == "flow-logs/dev"
    assert "HOME" not in found.identity.variables


def test_a_region_may_be_written_as_the_portal_shows_it() -> None:
    found = parse_settings("dev", {"flow-logs:location": "West Europe"}, ENVIRONMENT)
    assert found.location == "westeurope"


def test_provider_configuration_wins_over_the_environment() -> None:
    other = "00000000-0000-4000-8000-0000000000bb"
    config = {
        **PLAIN,
        "azure-native:subscriptionId": other,
        "azure-native:clientSecret": "s",
        "azure-native:clientId": "from-config",
    }
    variables = {**ENVIRONMENT, "ARM_CLIENT_ID": "from-env", "ARM_TENANT_ID": "tenant"}
    found = parse_settings("dev", config, variables, frozenset(["azure-native:clientSecret"]))
    assert found.identity.subscription_id == other
    assert found.identity.value("clientId", "ARM_CLIENT_ID") == "from-config"
    assert found.identity.value("tenantId", "ARM_TENANT_ID") == "tenant"
    assert found.identity.secret_arguments == {"clientSecret"}


@pytest.mark.parametrize(
    ("key", "value", "rule"),
    [
        ("retentionDays", "0", "from 1 to 365"),
        ("retentionDays", "366", "from 1 to 365"),
        ("retentionDays", "ninety", "from 1 to 365"),
        ("analyticsRetentionDays", "29", "from 30 to 730"),
        ("trafficAnalyticsInterval", "30", "10 or 60"),
        ("storageSku", "Premium_LRS", "Standard_LRS"),
        ("existingFlowLogs", "take", "leave, adopt"),
        ("targetLevel", "vnet", "virtualNetwork"),
        ("protectData", "yes", "true or false"),
        ("subscriptions", '["hub"]', "subscription ids"),
        ("subscriptions", '"hub"', "list of texts"),
        ("include", '{"tag": {}}', "tags, resourceGroups, names, locations"),
        ("include", '{"tags": {"env": "dev"}}', "list of texts"),
        ("include", '{"names": "x"}', "list of texts"),
        ("tags", '{"cost": 42}', "a text"),
        ("location", "west/europe", "Azure region"),
    ],
)
def test_a_wrong_value_is_one_line_with_key_value_rule_and_way_out(
    key: str, value: str, rule: str
) -> None:
    with pytest.raises(SettingsError) as raised:
        parse_settings("dev", {**PLAIN, f"flow-logs:{key}": value}, ENVIRONMENT)
    line = str(raised.value)
    assert "\n" not in line
    assert f"flow-logs:{key}" in line
    assert rule in line
    assert "pulumi config set" in line


def test_an_unknown_key_is_refused_by_name() -> None:
    config = {**PLAIN, "flow-logs:retentiondays": "90"}
    with pytest.raises(SettingsError, match="flow-logs:retentiondays is not a setting"):
        parse_settings("dev", config, ENVIRONMENT)


@pytest.mark.parametrize("config", [{}, {"flow-logs:location": ""}])
def test_a_missing_region_says_how_to_set_it(config: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="pulumi config set flow-logs:location"):
        parse_settings("dev", config, ENVIRONMENT)


def test_a_missing_subscription_says_how_to_set_it() -> None:
    with pytest.raises(SettingsError, match="ARM_SUBSCRIPTION_ID"):
        parse_settings("dev", PLAIN, {})


def test_filters_read_tags_groups_names_and_regions() -> None:
    wanted = {"tags": {"env": ["dev", "test"]}, "names": ["nsg-*"], "locations": ["West Europe"]}
    config = {**PLAIN, "flow-logs:include": json.dumps(wanted)}
    found = parse_settings("dev", config, ENVIRONMENT).include
    assert found.tags == {"env": ("dev", "test")}
    assert found.names == ("nsg-*",)
    assert found.locations == ("westeurope",)
