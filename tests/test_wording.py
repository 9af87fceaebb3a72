"""One message in the words of each audience."""

from __future__ import annotations

import pytest

from wording import (
    Audience,
    advised,
    setting,
    speaking_to,
    to_remove,
    to_replace,
    to_set,
    within,
)


@pytest.mark.parametrize(
    ("audience", "location", "account", "exclude"),
    [
        (
            Audience.CONFIGURATION,
            "flow-logs:location",
            "azure-native:subscriptionId",
            "flow-logs:exclude",
        ),
        (Audience.ARGUMENTS, "location", "subscriptionId", "exclude"),
        (Audience.OPTIONS, "--location", "--subscription", "flow-logs:exclude"),
    ],
)
def test_a_setting_is_named_as_its_reader_writes_it(
    audience: Audience, location: str, account: str, exclude: str
) -> None:
    with speaking_to(audience):
        assert setting("location") == location
        assert setting("azure-native:subscriptionId") == account
        assert setting("exclude") == exclude


@pytest.mark.parametrize(
    ("audience", "told"),
    [
        (Audience.CONFIGURATION, "pulumi config set flow-logs:location westeurope"),
        (Audience.ARGUMENTS, "set the argument location to westeurope"),
        (Audience.OPTIONS, "give --location westeurope"),
    ],
)
def test_what_sets_a_value_is_what_its_reader_can_do(audience: Audience, told: str) -> None:
    with speaking_to(audience):
        assert to_set("location", "westeurope") == told


def test_commands_take_paths_and_quotes_as_the_cli_does() -> None:
    assert to_set("retentionDays") == "pulumi config set flow-logs:retentionDays VALUE"
    assert to_set("tags.cost", text=True) == (
        "pulumi config set --type string --path 'flow-logs:tags.cost' VALUE"
    )
    assert to_remove(within("tags", "it's")) == (
        "pulumi config rm --path 'flow-logs:tags[\"it'\\''s\"]'"
    )
    assert to_replace("subscriptions", "[0]") == (
        "pulumi config rm flow-logs:subscriptions && "
        "pulumi config set --path 'flow-logs:subscriptions[0]' VALUE"
    )


def test_arguments_are_set_and_left_out_whole() -> None:
    with speaking_to(Audience.ARGUMENTS):
        assert to_set("alerts.emails[0]", "ADDRESS") == "set the argument alerts.emails"
        assert to_replace("subscriptions", "[0]") == "set the argument subscriptions"
        assert to_remove("disableFor") == "leave out the argument disableFor"


def test_advice_is_for_whom_a_command_does_it() -> None:
    assert advised("it is wrong", "Remove it", to_remove("tags")) == (
        "it is wrong. Remove it: pulumi config rm flow-logs:tags"
    )
    with speaking_to(Audience.ARGUMENTS):
        assert advised("it is wrong", "Remove it", to_remove("tags")) == "it is wrong"


def test_the_audience_is_that_of_before_once_the_block_ends() -> None:
    with pytest.raises(ValueError, match="x"), speaking_to(Audience.ARGUMENTS):
        raise ValueError("x")
    assert setting("location") == "flow-logs:location"
