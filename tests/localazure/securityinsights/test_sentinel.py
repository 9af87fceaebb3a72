"""Microsoft Sentinel of local Azure over HTTP: onboarding, and rules within its limits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.localazure.contoso import PROD, WORKSPACES, resource
from tests.servers import LocalAzure, Reply

VERSION = "2024-09-01"
WORKSPACE = resource(PROD, "rg-prod-shop", "Microsoft.OperationalInsights/workspaces", "soc-test")
SENTINEL = f"{WORKSPACE}/providers/Microsoft.SecurityInsights"
STATE = f"{SENTINEL}/onboardingStates/default"
RULE = f"{SENTINEL}/alertRules/one"


def rule(**changes: Any) -> dict[str, Any]:
    """The published example of a scheduled rule, less what differs, with changes."""
    properties = {
        "displayName": "My scheduled rule",
        "enabled": True,
        "severity": "High",
        "query": "Heartbeat",
        "queryFrequency": "PT1H",
        "queryPeriod": "P2DT1H30M",
        "triggerOperator": "GreaterThan",
        "triggerThreshold": 0,
        "suppressionDuration": "PT1H",
        "suppressionEnabled": False,
        "tactics": ["Persistence", "LateralMovement"],
        "techniques": ["T1037", "T1021"],
        "entityMappings": [mapping("Host", "FullName"), mapping("IP", "Address")],
        **changes,
    }
    return {"kind": "Scheduled", "properties": properties}


def mapping(kind: str, *identifiers: str) -> dict[str, Any]:
    fields = [{"columnName": "Computer", "identifier": name} for name in identifiers]
    return {"entityType": kind, "fieldMappings": fields}


@pytest.fixture
def onboarded(azure: LocalAzure) -> Iterator[LocalAzure]:
    """An Azure with a workspace that has Sentinel, until the test ends."""
    azure.call("PUT", WORKSPACE, {"location": "westeurope", "properties": {}}, WORKSPACES)
    assert azure.call("PUT", STATE, {}, VERSION).status in (200, 201)
    yield azure
    azure.call("DELETE", f"{WORKSPACE}?force=true", version=WORKSPACES)


def put(azure: LocalAzure, **changes: Any) -> Reply:
    return azure.call("PUT", RULE, rule(**changes), VERSION)


def test_a_rule_is_made_changed_listed_and_deleted(onboarded: LocalAzure) -> None:
    made, changed = put(onboarded), put(onboarded, severity="Low")
    listed = onboarded.call("GET", RULE.rsplit("/", 1)[0], version=VERSION)
    gone = [onboarded.call("DELETE", RULE, version=VERSION).status for _ in range(2)]
    assert (made.status, changed.status, gone) == (201, 200, [200, 204])
    assert made.body["properties"]["customDetails"] is None
    assert [one["properties"]["severity"] for one in listed.body["value"]] == ["Low"]
    assert onboarded.call("GET", RULE, version=VERSION).status == 404


def test_a_workspace_without_sentinel_refuses_rules(onboarded: LocalAzure) -> None:
    """The message is JSON in JSON, as it was seen."""
    assert put(onboarded).status == 201
    assert onboarded.call("GET", STATE, version=VERSION).status == 200
    assert onboarded.call("DELETE", STATE, version=VERSION).status == 200
    assert onboarded.call("GET", STATE, version=VERSION).status == 404
    for refused in (put(onboarded), onboarded.call("GET", RULE, version=VERSION)):
        assert (refused.status, refused.code) == (400, "BadRequest")
        inner = json.loads(refused.body["error"]["message"])["error"]["message"]
        assert inner.startswith("Workspace 'soc-test' is not onboarded to Microsoft Sentinel.")


def test_a_workspace_that_is_not_there_has_nothing(azure: LocalAzure) -> None:
    absent = STATE.replace("soc-test", "absent")
    assert azure.call("GET", absent, version=VERSION).status == 404
    assert azure.call("PUT", absent, {}, VERSION).status == 404


def test_rules_leave_with_their_workspace(onboarded: LocalAzure) -> None:
    put(onboarded)
    onboarded.call("DELETE", f"{WORKSPACE}?force=true", version=WORKSPACES)
    azure = onboarded
    azure.call("PUT", WORKSPACE, {"location": "westeurope", "properties": {}}, WORKSPACES)
    assert azure.call("GET", STATE, version=VERSION).status == 404


@pytest.mark.parametrize(
    "changes",
    [
        {"queryFrequency": "PT5M", "queryPeriod": "PT5M"},
        {"queryFrequency": "P14D", "queryPeriod": "P14D"},
        {"queryFrequency": "PT5M", "queryPeriod": "P1DT23H59M"},
        {"suppressionDuration": "P1D"},
        {"entityMappings": [mapping("Host", "HostName", "NTDomain", "DnsDomain")] * 10},
        {"query": "T" * 10_000},
    ],
)
def test_what_is_just_within_a_limit_is_taken(
    onboarded: LocalAzure, changes: dict[str, Any]
) -> None:
    assert put(onboarded, **changes).status in (200, 201)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"queryFrequency": "PT4M"}, "five minutes to 14 days"),
        ({"queryPeriod": "P14DT1M"}, "five minutes to 14 days"),
        ({"queryFrequency": "PT2H", "queryPeriod": "PT1H"}, "longer than the period"),
        ({"queryFrequency": "PT59M", "queryPeriod": "P2D"}, "two days or more"),
        ({"queryPeriod": "two days"}, "not ISO 8601"),
        ({"suppressionDuration": "PT25H"}, "24 hours"),
        ({"severity": "Critical"}, "no severity"),
        ({"triggerOperator": "gt"}, "no triggerOperator"),
        ({"tactics": ["Lateral"]}, "'Lateral'"),
        ({"techniques": ["T1071.001"]}, "expected format is 'T####'"),
        ({"entityMappings": [mapping("IP", "Address")] * 11}, "ten entities"),
        ({"entityMappings": [mapping("IP", "HostName")]}, "identifies no IP"),
        ({"entityMappings": [mapping("Host", *["HostName"] * 4)]}, "one to three"),
        ({"query": "T" * 10_001}, "10,000 characters"),
        ({"query": "union * | take 1"}, "every table"),
        ({"severity": None}, "Required property 'severity'"),
    ],
)
def test_what_breaks_a_limit_is_refused(
    onboarded: LocalAzure, changes: dict[str, Any], says: str
) -> None:
    refused = put(onboarded, **changes)
    assert (refused.status, refused.code) == (400, "BadRequest")
    assert says in refused.body["error"]["message"]


def test_what_is_not_modelled_is_no_success(onboarded: LocalAzure) -> None:
    other = onboarded.call("PUT", RULE, {**rule(), "kind": "NRT"}, VERSION)
    url = put(onboarded, entityMappings=[mapping("URL", "Url")])
    assert [other.code, url.code] == ["NotModelled", "NotModelled"]
