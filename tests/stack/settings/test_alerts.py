"""The alerts' configuration: defaults, and one line for what is wrong."""

from __future__ import annotations

import json

import pytest

from stack.settings.alerts import read_alerts
from stack.settings.fields import Reader
from stack.settings.mistakes import SettingsError
from stack.settings.model import AlertSettings

RG = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg"

GROUP = f"{RG}/providers/Microsoft.Insights/actionGroups/soc"


def read(value: object) -> AlertSettings:
    return read_alerts(Reader({"flow-logs:alerts": json.dumps(value)}))


def test_defaults_are_the_documented_ones() -> None:
    found = read({})
    assert found == AlertSettings()
    assert (found.enabled, found.denied_flows, found.external_destinations) == (True, 1000, 100)
    assert found.management_ports == (22, 3389, 5985, 5986)
    assert found.detections == ()


def test_every_field_is_read() -> None:
    group = f"{RG}/providers/microsoft.insights/actiongroups/Security operations"
    found = read(
        {
            "enabled": False,
            "emails": ["soc@contoso.test"],
            "actionGroupIds": [group],
            "deniedFlowsThreshold": 5,
            "externalDestinationsThreshold": 6,
            "ignoredSources": ["10.0.0.4", "10.1.0.0/16"],
            "managementPorts": [2222],
            "detections": ["beaconing", "first-contact"],
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
        detections=("beaconing", "first-contact"),
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
        ({"ignoredSources": ["0.0.0.0/0"]}, "with all of them no alert would ever be raised"),
        ({"ignoredSources": ["::/0"]}, "the queries compare IPv4 addresses alone"),
        ({"ignoredSources": ["2001:db8::1"]}, "the queries compare IPv4 addresses alone"),
        ({"ignoredSources": ["10.0.0.4/8"]}, "without bits beyond its prefix: 10.0.0.0/8"),
        ({"ignoredSources": ["10.0.0.0/255.0.0.0"]}, "written as 10.0.0.0/8"),
        ({"ignoredSources": ["10.0.0.0/0.0.0.255"]}, "written as 10.0.0.0/24"),
        ({"ignoredSources": ["10.0.0.1 "]}, "an IPv4 address or network"),
        ({"ignoredSources": ["10.0.0.1", "10.0.0.1"]}, "has '10.0.0.1' twice"),
        ({"ignoredSources": ["0.0.0.0/1", "128.0.0.0/1"]}, "holds every IPv4 address together"),
        ({"emails": ["soc@contoso"]}, "an e-mail address"),
        ({"emails": ["soc@contoso.test\n"]}, "an e-mail address"),
        ({"emails": ["Security <soc@contoso.test>"]}, "an e-mail address"),
        ({"emails": ["a..b@contoso.test"]}, "an e-mail address"),
        ({"emails": ["a,b@contoso.test"]}, "an e-mail address"),
        ({"emails": ["a@contoso.test", "A@Contoso.test"]}, "has 'A@Contoso.test' twice"),
        ({"emails": [f"a{n}@contoso.test" for n in range(1001)]}, "has 1,001; an action group "),
        ({"actionGroupIds": [f"{GROUP}\n"]}, "the ARM id of a Microsoft.Insights/actionGroups"),
        ({"actionGroupIds": [f"{GROUP}{n}" for n in range(6)]}, "an alert rule calls 5 at most"),
        (
            {"emails": ["a@contoso.test"], "actionGroupIds": [f"{GROUP}{n}" for n in range(5)]},
            "an alert rule calls 5, our own for the e-mails among them; 4 at most",
        ),
        ({"actionGroupIds": [GROUP, GROUP.upper()]}, "twice; letter case does not count"),
        ({"deniedFlowsThreshold": "1000"}, "is '1000'; it must be a whole number from 1"),
        ({"deniedFlowsThreshold": 1.5}, "is 1.5; it must be a whole number from 1"),
        ({"deniedFlowsThreshold": 1e12}, "it must be a whole number from 1 to 1000000000"),
        ({"enabled": "true"}, "alerts.enabled is 'true'; it must be true or false"),
        ({"managementPorts": [70000]}, "ports from 1 to 65535"),
        (
            {"detections": ["beacon"]},
            "alerts.detections[0] is 'beacon'; it must be one of beaconing, ",
        ),
        ({"detections": ["spreading"]}, "spreading-inside (did you mean spreading-inside?)"),
        ({"detections": ["Beaconing"]}, "did you mean beaconing?"),
        ({"detections": ["beaconing", "beaconing"]}, "has 'beaconing' twice"),
        ({"detections": True}, "a list of texts"),
        ([], "an object with enabled"),
    ],
)
def test_a_wrong_value_is_one_line_that_names_it(value: object, named: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(value)
    assert named in str(caught.value)
    assert "\n" not in str(caught.value)
