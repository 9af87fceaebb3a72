"""Whatever a program declares, the pack answers with verdicts, never with an exception."""

from __future__ import annotations

from typing import Any

import pytest
from flowlog_guard import RULES, build_policies
from flowlog_guard.observations import Record
from flowlog_guard.property_paths import AZURE_NATIVE
from flowlog_guard.server import Analyzer
from hypothesis import given, settings
from hypothesis import strategies as st
from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy import (
    PolicyCustomTimeouts,
    PolicyResourceOptions,
    ResourceValidationArgs,
    ResourceValidationPolicy,
)
from pulumi_policy.policy import _NotApplicableError
from pulumi_policy.proxy import UnknownValueError, unknown_checking_proxy

from tests.policies.analyzer import Resource, analyze_request, stack_resource, with_unknowns
from tests.test_printable import HOSTILE, acts

NAMES = {rule.name for rule in RULES}
CLASSIC = "azure:network/networkWatcherFlowLog:NetworkWatcherFlowLog"
TYPES = [
    "azure-native:network:FlowLog",
    "azure-native_network_v20230501:network:FlowLog",
    CLASSIC,
    "azure-native:network:VirtualNetwork",
    "azure-native:network:Subnet",
    "azure-native:network:NetworkInterface",
    "azure-native:network:NetworkSecurityGroup",
    "azure:network/subnetNetworkSecurityGroupAssociation:SubnetNetworkSecurityGroupAssociation",
    "azure-native:compute:VirtualMachineScaleSet",
    "azure-native:storage:StorageAccount",
    "azure-native:operationalinsights:Workspace",
    "pulumi:pulumi:Stack",
    "random:index:Text",
]
KEYS = [
    "enabled",
    "format",
    "version",
    "retentionPolicy",
    "days",
    "targetResourceId",
    "networkSecurityGroupId",
    "storageId",
    "flowAnalyticsConfiguration",
    "trafficAnalytics",
    "location",
    "name",
    "flowLogName",
    "resourceGroupName",
    "networkWatcherName",
    "virtualNetworkName",
    "subnetName",
    "networkSecurityGroup",
    "id",
    "subnets",
    "ipConfigurations",
    "virtualMachineProfile",
    "networkProfile",
    "networkInterfaceConfigurations",
    "accountName",
    "workspaceName",
    "enabledFilteringCriteria",
    "recordTypes",
]
SETTINGS = [
    "minimumDays",
    "maximumDays",
    "allowForever",
    "allowedIntervals",
    "allowDisabledNsgFlowLogs",
    "exemptTargets",
    "other",
]
GROUP = "/subscriptions/a/resourceGroups/b/providers"
TEXTS = st.sampled_from(
    [
        "<unknown>",
        "true",
        "westeurope",
        "West Europe",
        f"{GROUP}/Microsoft.Network/networkSecurityGroups/n",
        f"{GROUP}/Microsoft.Network/virtualNetworks/n",
        f"{GROUP}/Microsoft.Network/virtualNetworks/n/subnets/s",
        f"{GROUP}/Microsoft.Storage/storageAccounts/n",
        f"{GROUP}/Microsoft.OperationalInsights/workspaces/n",
        "n",
    ]
)
NUMBERS = st.sampled_from([0, 1, 2, 7, 10, 30, 60, 90, 365, 366, -1, 2.5]) | st.floats(
    allow_nan=False, allow_infinity=False
)
SCALARS = st.none() | st.booleans() | NUMBERS | TEXTS | st.text(max_size=5)


def bags(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects whose keys are mostly those that the rules read."""
    keys = st.sampled_from(KEYS) | st.text(min_size=1, max_size=4)
    return st.dictionaries(keys, values, max_size=8)


VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | bags(inner), max_leaves=12
)


def shaped(**leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """An object with some of these members, or anything else in its place."""
    return st.fixed_dictionaries({}, optional=leaves) | VALUES


ANALYTICS = shaped(
    enabled=VALUES,
    trafficAnalyticsInterval=VALUES,
    intervalInMinutes=VALUES,
    workspaceResourceId=VALUES,
    workspaceId=VALUES,
    workspaceRegion=VALUES,
)
BAGS: st.SearchStrategy[dict[str, Any]] = bags(VALUES) | st.fixed_dictionaries(
    {},
    optional={
        "enabled": VALUES,
        "version": VALUES,
        "format": shaped(type=VALUES, version=VALUES),
        "retentionPolicy": shaped(days=VALUES, enabled=VALUES),
        "flowAnalyticsConfiguration": shaped(networkWatcherFlowAnalyticsConfiguration=ANALYTICS),
        "trafficAnalytics": ANALYTICS,
        "targetResourceId": VALUES,
        "storageId": VALUES,
        "resourceGroupName": VALUES,
        "networkWatcherName": VALUES,
        "location": VALUES,
    },
)
CONFIGS = st.dictionaries(st.sampled_from(SETTINGS), VALUES, max_size=3)
UNHURRIED = settings(deadline=None)
NO_CONTEXT: Any = None
"""The analyzer never looks at the gRPC context."""


@UNHURRIED
@given(st.sampled_from(TYPES), BAGS, CONFIGS, st.lists(st.text(max_size=8), max_size=2))
def test_any_properties(
    type_: str, properties: dict[str, Any], config: dict[str, Any], ignored: list[str]
) -> None:
    policies = build_policies(Record())
    request = analyze_request(Resource(type_, properties, ignore_changes=ignored))
    analyzer = Analyzer("flowlog-guard", policies, Record())
    analyzer.Configure(_configuration(config), NO_CONTEXT)  # type: ignore[no-untyped-call]
    answer = analyzer.Analyze(request, NO_CONTEXT)
    assert {item.policyName for item in answer.diagnostics} <= NAMES


@UNHURRIED
@given(BAGS, CONFIGS)
def test_any_properties_without_the_protocol(
    properties: dict[str, Any], config: dict[str, Any]
) -> None:
    """Straight to each policy, with the SDK's own proxies, and numbers as Python has them."""
    for policy in build_policies(Record()):
        if isinstance(policy, ResourceValidationPolicy):
            said = _validate(policy, {**properties, "days": 10**400}, config)
            assert all(isinstance(text, str) and text for text in said)


@UNHURRIED
@given(st.lists(st.tuples(st.sampled_from(TYPES), BAGS), max_size=6), CONFIGS, st.data())
def test_any_stack(
    content: list[tuple[str, dict[str, Any]]], config: dict[str, Any], data: st.DataObject
) -> None:
    names = [f"r{number}" for number in range(len(content))]
    urns = {
        name: f"urn:pulumi:dev::estate::{type_}::{name}"
        for name, (type_, _) in zip(names, content, strict=True)
    }
    sources = st.dictionaries(
        st.sampled_from(KEYS), st.lists(st.sampled_from(names or [""]), max_size=2), max_size=3
    )
    record = Record()
    analyzer = Analyzer("flowlog-guard", build_policies(record), record)
    analyzer.Configure(_configuration(config), NO_CONTEXT)  # type: ignore[no-untyped-call]
    resources = [
        stack_resource(Resource(type_, bag, name, dependencies=data.draw(sources)), urns)
        for name, (type_, bag) in zip(names, content, strict=True)
    ]
    request = analyzer_pb2.AnalyzeStackRequest(resources=resources)
    answer = analyzer.AnalyzeStack(request, NO_CONTEXT)
    assert {item.policyName for item in answer.diagnostics} <= NAMES
    assert {item.urn for item in answer.diagnostics} <= {*urns.values(), ""}


@pytest.mark.parametrize("text", [text for text in HOSTILE if "\ud800" not in text])
def test_no_log_acts_on_what_a_violation_quotes(text: str) -> None:
    """In the name, in every property that the pack reads, in options and in its settings."""
    deep: dict[str, Any] = dict.fromkeys(KEYS, text)
    for path in AZURE_NATIVE.paths():
        *parents, last = path.split(".")
        inner = deep
        for parent in parents:
            inner[parent] = inner[parent] if isinstance(inner.get(parent), dict) else {}
            inner = inner[parent]
        inner.setdefault(last, text)
    for properties in (deep, dict.fromkeys(KEYS, text)):
        record = Record()
        analyzer = Analyzer("flowlog-guard", build_policies(record), record)
        config = {"minimumDays": text, f"{text} ": 1, "exemptTargets": [{"target": text}]}
        analyzer.Configure(_configuration(config), NO_CONTEXT)  # type: ignore[no-untyped-call]
        resources = [Resource(type_, properties, text, [text]) for type_ in TYPES]
        answers = [analyzer.Analyze(analyze_request(one), NO_CONTEXT) for one in resources]
        stack = [stack_resource(one, {}) for one in resources]
        request = analyzer_pb2.AnalyzeStackRequest(resources=stack)
        answers.append(analyzer.AnalyzeStack(request, NO_CONTEXT))
        said = [item.message for answer in answers for item in answer.diagnostics]
        assert len(said) > 20
        assert [one for one in said if any(map(acts, one.split("\n")))] == []


@UNHURRIED
@given(st.integers(min_value=-10, max_value=400), st.booleans())
def test_retention_is_a_matter_of_the_limits(days: int, enabled: bool) -> None:
    (policy,) = (item for item in build_policies(Record()) if item.name == "flow-log-retention")
    assert isinstance(policy, ResourceValidationPolicy)
    said = _validate(policy, {"retentionPolicy": {"days": days, "enabled": enabled}}, {})
    assert (said == []) is (enabled and 90 <= days <= 365)


def _validate(
    policy: ResourceValidationPolicy, properties: dict[str, Any], config: dict[str, Any]
) -> list[str]:
    said: list[str] = []
    options = PolicyResourceOptions(False, [], None, [], PolicyCustomTimeouts(0, 0, 0), [], None)
    proxy = unknown_checking_proxy(with_unknowns(properties))
    urn = "urn:pulumi:dev::estate::azure-native:network:FlowLog::main"
    args = ResourceValidationArgs(TYPES[0], proxy, urn, "main", options, None, config, {})

    def report(message: str, urn: str | None = None) -> None:
        said.append(message)

    try:
        policy.validate(args, report)
    except (UnknownValueError, _NotApplicableError) as outcome:
        said.append(outcome.message)
    return said


def _configuration(config: dict[str, Any]) -> analyzer_pb2.ConfigureAnalyzerRequest:
    request = analyzer_pb2.ConfigureAnalyzerRequest()
    for rule in RULES:
        request.policyConfig[rule.name].enforcementLevel = analyzer_pb2.MANDATORY
        request.policyConfig[rule.name].properties.update(config)
    return request
