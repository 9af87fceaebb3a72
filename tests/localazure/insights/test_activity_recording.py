"""What writes leave in the activity log, and by whom."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.localazure.contoso import (
    ESTATE,
    NETWORK,
    PROD,
    RESOURCES,
    SHOP,
    STORAGE,
    WATCHER,
    WEB,
    flow_log,
    resource,
)
from tests.localazure.files import file
from tests.localazure.insights.activity import GROUP, LOG, Start, ask, of, token, told
from tests.servers import LocalAzure


@pytest.fixture
def azure(local_azure: Start) -> LocalAzure:
    return local_azure(ESTATE)


def test_a_write_leaves_its_start_with_the_body_and_its_end(azure: LocalAzure) -> None:
    id_ = resource(PROD, GROUP, "Microsoft.Insights/dataCollectionEndpoints", "one")
    body = {"location": "westeurope", "properties": {"description": "new"}}
    assert azure.call("PUT", id_, body, "2022-06-01").status == 201
    start, end = of(azure, id_)
    assert told([start, end]) == [
        ("BeginRequest", "Started", ""),
        ("EndRequest", "Succeeded", "Created"),
    ]
    assert json.loads(start["properties"]["requestbody"]) == body
    assert "requestbody" not in end["properties"]
    assert end["properties"]["statusCode"] == "Created"
    assert end["subStatus"]["localizedValue"] == "Created (HTTP Status Code: 201)"
    assert start["operationId"] == end["operationId"]
    assert start["eventDataId"] != end["eventDataId"]
    operation = "Microsoft.Insights/dataCollectionEndpoints/write"
    assert end["authorization"] == {"action": operation, "scope": id_}
    assert end["operationName"]["value"] == operation
    assert end["resourceType"]["value"] == "Microsoft.Insights/dataCollectionEndpoints"
    assert end["resourceProviderName"]["value"] == "Microsoft.Insights"
    assert (end["resourceGroupName"], end["subscriptionId"]) == (GROUP, PROD.rpartition("/")[2])
    assert (end["level"], end["caller"]) == ("Informational", "operator@contoso.example")
    assert end["httpRequest"]["method"] == "PUT"


def test_an_operation_is_accepted_and_ends(local_azure: Start) -> None:
    azure = local_azure(ESTATE, latency=0.5)
    azure.call("PUT", LOG, flow_log(SHOP), NETWORK)
    begun = [("BeginRequest", "Started", ""), ("EndRequest", "Accepted", "Created")]
    assert told(of(azure, LOG)) == begun
    _settle(azure)
    assert told(of(azure, LOG)) == [*begun, ("EndRequest", "Succeeded", "")]
    assert len({each["operationId"] for each in of(azure, LOG)}) == 1


def _settle(azure: LocalAzure) -> None:
    until = datetime.now(UTC) + timedelta(seconds=20)
    while azure.call("GET", LOG, version=NETWORK).body["properties"]["provisioningState"] != (
        "Succeeded"
    ):
        assert datetime.now(UTC) < until


def test_an_operation_that_ends_badly_has_failed(local_azure: Start, tmp_path: Path) -> None:
    faults = [
        {"method": "PUT", "path": "*/flowLogs/*", "status": 409, "code": "Conflict", "late": True}
    ]
    azure = local_azure(ESTATE, faults=file(tmp_path, "faults.json", faults))
    azure.call("PUT", LOG, flow_log(SHOP), NETWORK)
    azure.call("GET", LOG, version=NETWORK)
    *_, end = of(azure, LOG)
    assert told([end]) == [("EndRequest", "Failed", "")]
    assert end["level"] == "Error"
    assert json.loads(end["properties"]["statusMessage"])["error"]["code"] == "Conflict"


def test_a_refusal_has_failed_with_its_error(azure: LocalAzure) -> None:
    reply = azure.call("DELETE", WEB, version=NETWORK)
    assert reply.status == 400
    start, end = of(azure, WEB)
    assert "requestbody" not in start["properties"]
    assert told([end]) == [("EndRequest", "Failed", "BadRequest")]
    assert json.loads(end["properties"]["statusMessage"]) == reply.body
    assert end["operationName"]["value"] == "Microsoft.Network/networkSecurityGroups/delete"


def test_a_missing_right_has_failed_too(local_azure: Start, tmp_path: Path) -> None:
    role = file(tmp_path, "role.json", {"Actions": ["*/read"]})
    azure = local_azure(ESTATE, role=role)
    assert azure.call("PUT", WEB, {"location": "westeurope"}, NETWORK).status == 403
    assert told(of(azure, WEB))[-1] == ("EndRequest", "Failed", "Forbidden")


def test_an_action_is_told_of_the_resource(azure: LocalAzure) -> None:
    account = resource(PROD, "rg-prod-monitoring", "Microsoft.Storage/storageAccounts", "any")
    known = account.replace("/any", "/stcontosoprodweu")
    azure.call("POST", f"{known}/listKeys", version=STORAGE)
    assert {each["operationName"]["value"] for each in of(azure, known)} == {
        "Microsoft.Storage/storageAccounts/listKeys/action"
    }


def test_a_resource_group_has_the_type_of_its_operations(azure: LocalAzure) -> None:
    id_ = f"{PROD}/resourceGroups/rg-new"
    azure.call("PUT", id_, {"location": "westeurope"}, RESOURCES)
    *_, end = of(azure, id_)
    assert end["operationName"]["value"] == "Microsoft.Resources/subscriptions/resourceGroups/write"
    assert end["resourceType"]["value"] == "Microsoft.Resources/subscriptions/resourceGroups"
    assert end["resourceGroupName"] == "rg-new"


def test_reads_queries_and_what_is_not_modelled_leave_nothing(azure: LocalAzure) -> None:
    azure.call("GET", WEB, version=NETWORK)
    azure.call("GET", LOG, version=NETWORK)
    azure.call("PUT", f"{WATCHER}/packetCaptures/x", {"properties": {}}, NETWORK)
    azure.call("PUT", WEB, {"location": "westeurope"}, NETWORK, token=None)
    graph = "/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01"
    azure.call("POST", graph, {"query": "resources | take 1"})
    assert ask(azure).body == {"value": []}


def test_the_caller_is_whom_the_token_names(local_azure: Start) -> None:
    azure = local_azure(ESTATE, caller="somebody@contoso.example")
    tags = {"location": "westeurope", "tags": {"a": "b"}}
    path = f"{PROD}/resourceGroups/rg-prod-shop"
    person = token(upn="eve@contoso.example", oid="1")
    for each in ("any", token(oid="00000000-0000-4000-8000-00000000feed"), person, "a.b.c"):
        azure.call("PATCH", path, tags, RESOURCES, token=each)
    assert [each["caller"] for each in of(azure, path)][::2] == [
        "somebody@contoso.example",
        "00000000-0000-4000-8000-00000000feed",
        "eve@contoso.example",
        "somebody@contoso.example",
    ]
    object_id = "http://schemas.microsoft.com/identity/claims/objectidentifier"
    assert of(azure, path)[4]["claims"][object_id] == "1"


def test_the_log_stays_with_the_state(local_azure: Start, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    azure = local_azure(ESTATE, state=state)
    azure.call("PUT", LOG, flow_log(SHOP), NETWORK)
    azure.call("GET", LOG, version=NETWORK)
    before = of(azure, LOG)
    azure.stop()
    assert len(before) == 3
    assert of(local_azure(ESTATE, state=state), LOG) == before
