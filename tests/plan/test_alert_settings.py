"""The alerts' configuration: defaults, and one line for what is wrong."""

from __future__ import annotations

import json

import pytest

from plan.alert_settings import read_alerts
from plan.configuration import Reader, SettingsError
from plan.settings import AlertSettings


def read(value: object) -> AlertSettings:
    return read_alerts(Reader({"flow-logs:alerts": json.dumps(value)}))


def test_defaults_are_the_documented_ones() -> None:
    found = read({})
    assert found == AlertSettings()
    assert (found.enabled, found.denied_flows, found.external_destinations) == (True, 1000, 100)
    assert found.management_ports == (22, 3389, 5985, 5986)


def test_every_field_is_read() -> None:
    group = "/subscriptions/a/resourceGroups/rg/providers/microsoft.insights/actiongroups/soc"
    found = read(
        {
            "enabled": False,
            "emails": ["soc@contoso.test"],
            "actionGroupIds": [group],
            "deniedFlowsThreshold": 5,
            "externalDestinationsThreshold": 6,
            "ignoredSources": ["10.0.0.4", "10.1.0.0/16"],
            "managementPorts": [2222],
        }
    )
    assert found == AlertSettings(
        enabled=False,
        emails=("soc@contoso.test",),
        action_group_ids=(group,),
        denied_flows=5,
        external_destinations=6,
        ignored_sources=("10.0.0.4", "10.1.0.0/16"),
        management_ports=(2222,),
    )


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ({"mails": []}, "mails is no key of flow-logs:alerts; known are enabled, emails, "),
        ({"enabled": "yes"}, "alerts.enabled is 'yes'; it must be true or false"),
        ({"emails": ["soc"]}, "alerts.emails[0] is 'soc'; it must be an e-mail address"),
        ({"emails": "soc@contoso.test"}, "a list of texts"),
        ({"actionGroupIds": ["soc"]}, "the ARM id of a Microsoft.Insights/actionGroups"),
        ({"deniedFlowsThreshold": 0}, "a whole number from 1"),
        ({"externalDestinationsThreshold": True}, "a whole number from 1"),
        ({"ignoredSources": ["10.0.0.4/8"]}, "an IPv4 address or network"),
        ({"ignoredSources": ['"); drop']}, "an IPv4 address or network"),
        ({"managementPorts": [70000]}, "ports from 1 to 65535"),
        ([], "an object with enabled"),
    ],
)
def test_a_wrong_value_is_one_line_that_names_it(value: object, named: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(value)
    assert named in str(caught.value)
    assert "\n" not in str(caught.value)
