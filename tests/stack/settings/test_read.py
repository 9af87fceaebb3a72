"""A wrong configuration is one line that names the key, the value, the rule and the way out."""

from __future__ import annotations

import json

import pytest

from stack.settings.mistakes import SettingsError
from stack.settings.read import parse_settings

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
    assert "clientSecret" in found.identity.secret_arguments


@pytest.mark.parametrize(
    ("key", "value", "rule"),
    [
        ("retentionDays", "0", "from 1 to 365"),
        ("retentionDays", "366", "from 1 to 365"),
        ("retentionDays", "ninety", "from 1 to 365"),
        ("analyticsRetentionDays", "29", "from 30 to 730"),
        ("trafficAnalyticsInterval", "30", "10 or 60"),
        ("storageSku", "Premium_LRS", "Standard_LRS"),
        ("flowLogIdentity", "yes", "make, or the ARM id of a Microsoft.ManagedIdentity/user"),
        ("existingFlowLogs", "take", "leave, adopt"),
        ("targetLevel", "vnet", "virtualNetwork"),
        ("protectData", "yes", "true or false"),
        ("subscriptions", '["hub"]', "a subscription's id (a GUID)"),
        ("subscriptions", '"hub"', "list of texts"),
        ("include", '["nsg-*"]', "an object with tags, resourceGroups, names, locations"),
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


def refusal(**changes: object) -> str:
    """The one line that a configuration with these keys is refused with."""
    config = {
        f"flow-logs:{key}": value if isinstance(value, str) else json.dumps(value)
        for key, value in changes.items()
    }
    with pytest.raises(SettingsError) as raised:
        parse_settings("dev", {**PLAIN, **config}, ENVIRONMENT)
    line = str(raised.value)
    assert "\n" not in line
    return line


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"retentiondays": 90}, "flow-logs:retentiondays is not a setting of this program"),
        ({"retentiondays": 90}, "(did you mean retentionDays?). Remove it: pulumi config rm flow"),
        (
            {"alerts.emails[0]": "soc@contoso.test"},
            "pulumi config rm 'flow-logs:alerts.emails[0]', and set the value with: "
            "pulumi config set --path 'flow-logs:alerts.emails[0]' VALUE",
        ),
        ({"includes": {}}, "(did you mean include?)"),
        ({"include": {"tag": {}}}, "tag is no key of flow-logs:include; known are tags, "),
        ({"include": {"tag": {}}}, "(did you mean tags?). Remove it: pulumi config rm --path "),
        ({"exclude": {"resourcegroups": []}}, "(did you mean resourceGroups?)"),
        ({"disableFor": {"zone": []}}, "zone is no key of flow-logs:disableFor; known are "),
        ({"alerts": {"mails": []}}, "mails is no key of flow-logs:alerts; known are enabled, "),
        ({"alerts": {"mails": []}}, "(did you mean emails?)"),
    ],
)
def test_an_unknown_key_is_refused_by_name_with_what_it_may_have_meant(
    changes: dict[str, object], said: str
) -> None:
    assert said in refusal(**changes)


def test_an_identity_that_is_made_is_none_for_given_accounts() -> None:
    account = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Storage"
    given = {"westeurope": [f"{account}/storageAccounts/theirs"]}
    line = refusal(flowLogIdentity="make", storageAccounts=given)
    assert "the role on a given account is its owner's to assign" in line
    assert line.endswith("pulumi config set flow-logs:flowLogIdentity ID")


def test_the_id_of_the_identity_that_the_stack_makes_itself_is_make() -> None:
    group = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/FLOW-LOGS-dev/providers"
    own = f"{group}/Microsoft.ManagedIdentity/userAssignedIdentities/flow-logs-dev"
    found = parse_settings("dev", {**PLAIN, "flow-logs:flowLogIdentity": own}, ENVIRONMENT)
    assert found.flow_log_identity == "make"


def test_a_key_that_is_like_no_other_is_not_guessed_at() -> None:
    assert "did you mean" not in refusal(qqq=1)


@pytest.mark.parametrize(
    ("changes", "way_out"),
    [
        ({"subscriptions": [SUBSCRIPTION, "hub"]}, "set --path 'flow-logs:subscriptions[1]' VALUE"),
        (
            {"storageAccounts": {"westeurope": ["mine"]}},
            "set --path 'flow-logs:storageAccounts.westeurope[0]' VALUE",
        ),
        ({"tags": {"cost": 42}}, "set --type string --path 'flow-logs:tags.cost' VALUE"),
        ({"tags": {"cost center": 1}}, """--path 'flow-logs:tags["cost center"]' VALUE"""),
        (
            {"include": {"names": "x"}},
            "rm --path 'flow-logs:include.names' && pulumi config set --path "
            "'flow-logs:include.names[0]' VALUE",
        ),
        (
            {"tags": ["x"]},
            "rm flow-logs:tags && pulumi config set --path 'flow-logs:tags.NAME' VALUE",
        ),
        ({"alerts": {"enabled": "yes"}}, "set --path 'flow-logs:alerts.enabled' VALUE"),
        ({"targetLevel": "vnet"}, "set flow-logs:targetLevel VALUE"),
    ],
)
def test_the_way_out_is_a_command_of_the_cli(changes: dict[str, object], way_out: str) -> None:
    assert refusal(**changes).endswith(way_out)


@pytest.mark.parametrize("name", ["managed-by", "Managed-By"])
def test_the_tag_that_tells_stacks_apart_cannot_be_set(name: str) -> None:
    line = refusal(tags={name: "platform"})
    assert f"flow-logs:tags has {name}" in line
    assert line.endswith(f"pulumi config rm --path 'flow-logs:tags.{name}'")


@pytest.mark.parametrize(
    ("filter_", "key"),
    [
        ({"names": []}, "names"),
        ({"resourceGroups": []}, "resourceGroups"),
        ({"locations": []}, "locations"),
        ({"tags": {"env": []}}, "tags.env"),
    ],
)
def test_an_empty_list_in_a_filter_is_refused(filter_: dict[str, object], key: str) -> None:
    line = refusal(include=filter_)
    assert line.startswith(f"flow-logs:include.{key} is an empty list, which matches nothing")
    assert line.endswith(f"pulumi config rm --path 'flow-logs:include.{key}'")


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"existingWorkspaces": "move"}, "existingWorkspaces"),
        ({"disableFor": {"names": ["nsg-*"]}}, "disableFor"),
        ({"disableFor": {"names": ["nsg-*"]}, "nsgFlowLogs": "ignore"}, "disableFor"),
    ],
)
def test_a_setting_that_does_nothing_beside_the_others_is_refused(
    changes: dict[str, object], key: str
) -> None:
    line = refusal(**changes)
    assert line.startswith(f"flow-logs:{key} is ")
    assert line.endswith(f"pulumi config rm flow-logs:{key}")


def test_the_same_settings_are_taken_where_they_do_something() -> None:
    config = {
        **PLAIN,
        "flow-logs:existingFlowLogs": "adopt",
        "flow-logs:existingWorkspaces": "move",
        "flow-logs:nsgFlowLogs": "disable",
        "flow-logs:disableFor": '{"names": ["nsg-*"]}',
    }
    found = parse_settings("dev", config, ENVIRONMENT)
    assert (found.existing_workspaces, found.disable_for.names) == ("move", ("nsg-*",))


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
