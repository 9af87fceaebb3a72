"""What a message tells to copy is valid in the language it is for, and passes once copied."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from flowlog_guard import RULES
from flowlog_guard.config import Config
from flowlog_guard.flow_log import FlowLog
from flowlog_guard.property_paths import AZURE_CLASSIC, AZURE_NATIVE, Spelling, spell
from flowlog_guard.rule import FlowLogRule, Violation
from pulumi_azure_native import network

WORKSPACE = "/subscriptions/a/resourceGroups/b/providers/Microsoft.OperationalInsights/workspaces/c"
GUID = "12345678-1234-1234-1234-1234567890ab"
RULES_WITH_FIX = [
    rule for rule in RULES if isinstance(rule, FlowLogRule) and "ignored" not in rule.name
]


class Workspace:
    """Stands for the variable `workspace` of a program."""

    id = WORKSPACE
    location = "westeurope"
    customer_id = GUID
    workspace_id = GUID


def lines(rule: FlowLogRule, spelling: Spelling) -> dict[str, str]:
    """The lines to copy by language, for a flow log without any property."""
    (finding,) = rule.check(FlowLog("log", spelling, {}), Config())
    assert isinstance(finding, Violation) and finding.fix is not None
    split = (line.strip().split(": ", 1) for line in spell(finding.fix).splitlines())
    return {language: code for languages, code in split for language in languages.split(", ")}


def from_yaml(code: str) -> Any:
    """The properties as Pulumi YAML reads them, its expressions resolved."""
    text = code.replace("${workspace.id}", WORKSPACE)
    for expression in ("${workspace.customerId}", "${workspace.workspaceId}"):
        text = text.replace(expression, GUID)
    return yaml.safe_load("{" + text + "}")


@pytest.mark.parametrize("spelling", [AZURE_NATIVE, AZURE_CLASSIC], ids=["native", "classic"])
@pytest.mark.parametrize("rule", RULES_WITH_FIX, ids=lambda rule: rule.name)
def test_copied_yaml_passes(rule: FlowLogRule, spelling: Spelling) -> None:
    properties = from_yaml(lines(rule, spelling)["YAML"])
    assert list(rule.check(FlowLog("log", spelling, properties), Config())) == []


ARGUMENT_TYPES = {
    "format": network.FlowLogFormatParametersArgs,
    "retention_policy": network.RetentionPolicyParametersArgs,
    "flow_analytics_configuration": network.TrafficAnalyticsPropertiesArgs,
    "network_watcher_flow_analytics_configuration": (
        network.TrafficAnalyticsConfigurationPropertiesArgs
    ),
}
"""The SDK's classes, which refuse a name that they do not know."""


def build(arguments: dict[str, Any]) -> dict[str, Any]:
    """Arguments with the dictionaries in them turned into the SDK's classes."""
    return {
        name: ARGUMENT_TYPES[name](**build(value)) if isinstance(value, dict) else value
        for name, value in arguments.items()
    }


@pytest.mark.parametrize("rule", RULES_WITH_FIX, ids=lambda rule: rule.name)
def test_copied_python_is_what_the_sdk_takes(rule: FlowLogRule) -> None:
    code = lines(rule, AZURE_NATIVE)["Python"]
    arguments = build(eval(f"dict({code})", {"workspace": Workspace()}))
    network.FlowLogArgs(
        network_watcher_name="watcher",
        resource_group_name="group",
        storage_id="storage",
        target_resource_id="target",
        **arguments,
    )


def test_typescript_is_told_apart_only_where_it_differs() -> None:
    assert spell({"enabled": True}) == "  TypeScript, YAML: enabled: true\n  Python: enabled=True"
    (rule,) = (rule for rule in RULES_WITH_FIX if rule.name == "flow-log-traffic-analytics")
    assert lines(rule, AZURE_CLASSIC)["TypeScript"] == (
        "trafficAnalytics: {enabled: true, intervalInMinutes: 60, "
        "workspaceResourceId: workspace.id, workspaceRegion: workspace.location, "
        "workspaceId: workspace.workspaceId}"
    )
