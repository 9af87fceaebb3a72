"""The flow logs of others are as their sources have them (skipped where those are absent)."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.policies.cases import FIXTURES

TEMPLATES = {
    "azurerm-basic": "basic.tf.tmpl",
    "azurerm-nsg": "basicWithNSG.tf.tmpl",
    "azurerm-disabled": "disabledConfig.tf.tmpl",
    "azurerm-retention": "retentionPolicyConfig.tf.tmpl",
    "azurerm-traffic-analytics-off": "TrafficAnalyticsDisabledConfig.tf.tmpl",
    "azurerm-traffic-analytics-on": "TrafficAnalyticsEnabledConfig.tf.tmpl",
}
EXAMPLES = {
    "pulumi-documentation-example": "2023-09-01",
    "azure-api-example-2024-07-01": "2024-07-01",
    "azure-api-example-2025-05-01": "2025-05-01",
}
OWN = {"resourceGroupName", "networkWatcherName", "flowLogName", "location"}
"""Where the flow log lives, which the fixtures choose for themselves."""


def fixture(case: str) -> dict[str, Any]:
    """The properties of a case."""
    content = json.loads((FIXTURES / "others" / f"{case}.verdicts.json").read_text())
    return dict(content["properties"])


@pytest.mark.parametrize(("case", "version"), EXAMPLES.items(), ids=EXAMPLES)
def test_azure_api_examples(case: str, version: str, shared_data: Path) -> None:
    path = shared_data / "specs" / "examples" / version / "NetworkWatcherFlowLogCreate.json"
    example = json.loads(path.read_text())["parameters"]["parameters"]["properties"]
    given = fixture(case)
    ids = {"targetResourceId", "storageId"}
    assert {key: example[key] for key in example.keys() - ids} == {
        key: given[key] for key in given.keys() - ids - OWN
    }
    for key in ids:
        assert example[key].split("/")[6:8] == given[key].split("/")[6:8]


@pytest.mark.parametrize(("case", "template"), TEMPLATES.items(), ids=TEMPLATES)
def test_azurerm_acceptance_tests(case: str, template: str, shared_data: Path) -> None:
    text = (shared_data / "tf" / template).read_text()
    given = fixture(case)
    assert value(text, r"\n  enabled\s+=") == given["enabled"]
    assert value(text, r"retention_policy \{\s+enabled =") == given["retentionPolicy"]["enabled"]
    assert value(text, r"\n    days\s+=") == given["retentionPolicy"]["days"]
    assert ("traffic_analytics {" in text) == ("trafficAnalytics" in given)
    if "trafficAnalytics" in given:
        expected = value(text, r"traffic_analytics \{\s+enabled\s+=")
        assert expected == given["trafficAnalytics"]["enabled"]
    assert ("network_security_group.test.id" in text) == ("networkSecurity" in str(given))


def value(text: str, before: str) -> Any:
    """The literal that follows a pattern."""
    match = re.search(before + r"\s*(\w+)", text)
    assert match, f"no {before}"
    return json.loads(match[1])
