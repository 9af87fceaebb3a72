"""Roles that bound what the caller may do, and faults that strike as they are told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.localazure.contoso import (
    ESTATE,
    GRAPH,
    NETWORK,
    PROD,
    RESOURCES,
    SHOP,
    WATCHER,
    WEB,
    flow_log,
)
from tests.localazure.files import file, refused
from tests.servers import LocalAzure

Start = Callable[..., LocalAzure]
CREATED = f"{WATCHER}/flowLogs/created"

ROLES = [
    pytest.param(
        {"Name": "Reader of networks", "Actions": ["Microsoft.Network/*/read"]}, id="as for the CLI"
    ),
    pytest.param(
        {"properties": {"permissions": [{"actions": ["Microsoft.Network/*/READ"]}]}}, id="as in ARM"
    ),
    pytest.param(
        {
            "permissions": [
                {"actions": ["Microsoft.Network/*"], "notActions": ["*/write", "*/delete"]}
            ]
        },
        id="not actions",
    ),
]


@pytest.mark.parametrize("role", ROLES)
def test_a_role_bounds_what_the_caller_may_do(
    local_azure: Start, tmp_path: Path, role: dict[str, Any]
) -> None:
    azure = local_azure(ESTATE, role=file(tmp_path, "role.json", role))

    read = azure.call("GET", WEB, version=NETWORK)
    write = azure.call("PUT", CREATED, flow_log(SHOP), NETWORK)
    delete = azure.call("DELETE", WEB, version=NETWORK)
    group = azure.call("GET", f"{PROD}/resourceGroups/rg-prod-shop", version=RESOURCES)
    listed = azure.call("GET", f"{PROD}/providers/Microsoft.Storage/storageAccounts", None)

    assert read.status == 200
    assert [each.status for each in (write, delete, group, listed)] == [403] * 4
    assert write.code == "AuthorizationFailed"
    text = write.body["error"]["message"]
    assert "perform action 'Microsoft.Network/networkWatchers/flowLogs/write'" in text
    assert f"over scope '{CREATED}'" in text
    assert (
        "'Microsoft.Resources/subscriptions/resourceGroups/read'"
        in (group.body["error"]["message"])
    )
    assert f"over scope '{PROD}'" in listed.body["error"]["message"]


def test_actions_of_their_own_need_their_own_right(local_azure: Start, tmp_path: Path) -> None:
    role = {"Actions": ["*"], "NotActions": ["Microsoft.Network/networkWatchers/topology/action"]}
    azure = local_azure(ESTATE, role=file(tmp_path, "role.json", role))

    assert azure.call("POST", f"{WATCHER}/topology", {}, NETWORK).status == 403
    assert azure.call("POST", f"{WATCHER}/nextHop", {}, NETWORK).status == 501


def test_permissions_and_resource_graph_follow_the_role(local_azure: Start, tmp_path: Path) -> None:
    role = {"Actions": ["Microsoft.Network/virtualNetworks/read"], "NotActions": ["*/delete"]}
    azure = local_azure(ESTATE, role=file(tmp_path, "role.json", role))

    granted = azure.call(
        "GET", f"{PROD}/providers/Microsoft.Authorization/permissions", version="2022-04-01"
    ).body["value"]
    query = {"query": "resources | summarize count() by type"}
    seen = azure.call("POST", GRAPH, query).body["data"]

    assert granted[0]["actions"] == role["Actions"]
    assert granted[0]["notActions"] == role["NotActions"]
    assert seen == [{"type": "microsoft.network/virtualnetworks", "count_": 13}]
    assert azure.call("GET", "/subscriptions", version=RESOURCES).body["count"]["value"] == 3


def test_faults_strike_as_they_are_told(local_azure: Start, tmp_path: Path) -> None:
    faults = [
        {
            "method": "put",
            "path": "*/FLOWLOGS/*",
            "after": 1,
            "times": 2,
            "status": 429,
            "code": "TooManyRequests",
            "message": "Slow down.",
            "headers": {"Retry-After": "7"},
        },
        {"path": f"{WEB}", "status": 503, "code": "ServerTimeout"},
    ]
    azure = local_azure(ESTATE, faults=file(tmp_path, "faults.json", faults))

    puts = [azure.call("PUT", CREATED, flow_log(SHOP), NETWORK) for _ in range(4)]
    gets = [azure.call("GET", WEB, version=NETWORK) for _ in range(2)]

    assert [each.status for each in puts] == [201, 429, 429, 200]
    assert puts[1].body["error"] == {
        "code": "TooManyRequests",
        "message": "Slow down.",
        "details": [],
    }
    assert puts[1].headers["retry-after"] == "7"
    assert [each.code for each in gets] == ["ServerTimeout", "ServerTimeout"]
    assert azure.call("GET", f"{WEB}-not", version=NETWORK).status == 404


def test_a_late_fault_fails_the_operation(local_azure: Start, tmp_path: Path) -> None:
    fault = {
        "method": "PUT",
        "path": "*/flowLogs/*",
        "times": 1,
        "status": 500,
        "code": "InternalServerError",
        "late": True,
    }
    azure = local_azure(ESTATE, faults=file(tmp_path, "faults.json", [fault]))

    made = azure.call("PUT", CREATED, flow_log(SHOP), NETWORK)
    status = azure.call("GET", made.headers["azure-asyncoperation"]).body
    left = azure.call("GET", CREATED, version=NETWORK).body
    repaired = azure.call("PUT", CREATED, flow_log(SHOP), NETWORK)

    assert made.status == 201
    assert (status["status"], status["error"]["code"]) == ("Failed", "InternalServerError")
    assert left["properties"]["provisioningState"] == "Failed"
    assert repaired.status == 200


def test_a_delay_alone_changes_nothing(local_azure: Start, tmp_path: Path) -> None:
    faults = [{"path": "*", "delay": 0.01}]
    azure = local_azure(ESTATE, faults=file(tmp_path, "faults.json", faults))

    assert azure.call("GET", WEB, version=NETWORK).status == 200


FAULTS = [
    ({}, "a faults file is a JSON list"),
    (["*"], "entry 1 must be an object with at least 'path'"),
    ([{"status": 500}], "entry 1: 'path' is missing"),
    ([{"pth": "*", "status": 500}], "entry 1 has an unknown key 'pth'; known: method, path"),
    ([{"path": "*"}, {"path": "*", "stauts": 500}], "entry 2 has an unknown key 'stauts'"),
    ([{"path": "*", "status": "500"}], "entry 1: 'status' must be a whole number, not \"500\""),
    ([{"path": "*", "status": 200}], "entry 1: 'status' must be 400 to 599"),
    ([{"path": "*", "times": True}], "'times' must be a whole number, not true"),
    ([{"path": "*", "status": 500, "headers": {"a": 1}}], "'headers.a' must be text, not 1"),
    ([{"path": "*", "delay": -1}], "'delay' must be 0 to 3600 seconds"),
    ([{"path": "*", "late": True}], "'late' needs a 'status'"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("content", "problem"), FAULTS)
def test_faults_it_cannot_use(tmp_path: Path, content: object, problem: str) -> None:
    path = file(tmp_path, "faults.json", content)

    assert problem in refused("--estate", ESTATE, "--port", 0, "--faults", path)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ([], "a role definition is a JSON object"),
        ({"Name": "Nobody"}, "the role grants nothing"),
        ({"permissions": []}, "'permissions' must be a list"),
        ({"Actions": "*"}, "'actions' must be a list of texts"),
    ],
)
def test_roles_it_cannot_use(tmp_path: Path, content: object, problem: str) -> None:
    path = file(tmp_path, "role.json", content)

    assert problem in refused("--estate", ESTATE, "--port", 0, "--role", path)
