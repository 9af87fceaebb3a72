"""What Resource Graph does not show: what changed of late, and what the caller may not read."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.localazure.contoso import (
    ACCOUNT,
    DEV,
    ESTATE,
    GRAPH,
    HUB,
    NETWORK,
    PROD,
    RESOURCES,
    SHOP,
    STORAGE,
    WATCHER,
    WEB,
    WEB_LOG,
    analytics,
    flow_log,
    resource,
)
from tests.localazure.files import file
from tests.servers import PATIENCE, LocalAzure

Start = Callable[..., LocalAzure]
NEVER = {"graph-lag": 3600}
"""Resource Graph shows nothing that changes while a test lasts."""
NEW = resource(DEV, "rg-test", "virtualNetworks", "vnet-new")
FREE = resource(DEV, "rg-test", "networkSecurityGroups", "nsg-new")
SHOP_GROUP = f"{PROD}/resourceGroups/rg-prod-shop"
PERMISSIONS = "/providers/Microsoft.Authorization/permissions"


def rows(azure: LocalAzure, type_: str, *subscriptions: str) -> dict[str, dict[str, Any]]:
    """Rows of a type, by name."""
    body: dict[str, Any] = {"query": f"resources | where type =~ 'Microsoft.Network/{type_}'"}
    if subscriptions:
        body["subscriptions"] = [each.rpartition("/")[2] for each in subscriptions]
    reply = azure.call("POST", GRAPH, body)
    assert reply.status == 200, reply.body
    return {row["name"]: row for row in reply.body["data"]}


@pytest.fixture(scope="module")
def late(local_azure: Start) -> LocalAzure:
    return local_azure(ESTATE, **NEVER)


def network(*prefixes: str) -> dict[str, Any]:
    return {"location": "westeurope", "properties": {"addressSpace": {"addressPrefixes": prefixes}}}


def test_what_is_new_is_in_arm_and_not_yet_in_the_graph(late: LocalAzure) -> None:
    assert late.call("PUT", NEW, network("10.9.0.0/16"), NETWORK).status == 201

    assert late.call("GET", NEW, version=NETWORK).status == 200
    assert "vnet-new" not in rows(late, "virtualNetworks")


def test_what_is_deleted_is_gone_from_arm_and_still_in_the_graph(local_azure: Start) -> None:
    late = local_azure(ESTATE, **NEVER)
    before = rows(late, "networkWatchers/flowLogs")
    assert late.call("DELETE", WEB_LOG, version=NETWORK).status == 202

    assert late.call("GET", WEB_LOG, version=NETWORK).status == 404
    assert rows(late, "networkWatchers/flowLogs") == before


def test_a_change_and_its_back_references_are_in_arm_and_not_yet_in_the_graph(
    late: LocalAzure,
) -> None:
    before = rows(late, "virtualNetworks")["vnet-shop-weu"]
    groups = rows(late, "networkSecurityGroups")
    there = late.call("GET", SHOP, version=NETWORK).body
    (first, *_) = there["properties"]["subnets"]
    first["properties"]["networkSecurityGroup"] = {"id": WEB}
    there["tags"] = {"changed": "yes"}
    assert late.call("PUT", SHOP, there, NETWORK).status == 200
    assert late.call("PATCH", WEB, {"tags": {"changed": "too"}}, NETWORK).status == 200

    now = late.call("GET", SHOP, version=NETWORK).body
    assert now["tags"] == {"changed": "yes"}
    assert rows(late, "virtualNetworks")["vnet-shop-weu"] == before
    assert rows(late, "networkSecurityGroups") == groups


def test_the_graph_follows_in_the_end(local_azure: Start) -> None:
    azure = local_azure(ESTATE, **{"graph-lag": 0.5})
    assert azure.call("PUT", NEW, network("10.9.0.0/16"), NETWORK).status == 201
    assert azure.call("PUT", FREE, {"location": "westeurope"}, NETWORK).status == 201
    assert azure.call("DELETE", WEB_LOG, version=NETWORK).status == 202

    deadline = time.monotonic() + PATIENCE
    while "vnet-new" not in rows(azure, "virtualNetworks"):
        assert time.monotonic() < deadline, "the graph never showed the network"
    while "nsg-shop-web-rg-prod-shop-flowlog" in rows(azure, "networkWatchers/flowLogs"):
        assert time.monotonic() < deadline, "the graph never dropped the flow log"

    state = rows(azure, "networkSecurityGroups")["nsg-new"]["properties"]["provisioningState"]
    assert state == "Succeeded"


@pytest.fixture(scope="module")
def narrow(local_azure: Start, tmp_path_factory: pytest.TempPathFactory) -> LocalAzure:
    """Everything is allowed, in one resource group."""
    role = {"Name": "Owner of the shop", "Actions": ["*"], "AssignableScopes": [SHOP_GROUP.upper()]}
    return local_azure(ESTATE, role=file(tmp_path_factory.mktemp("role"), "role.json", role))


def test_rows_outside_of_the_roles_scope_are_missing_without_an_error(
    narrow: LocalAzure, azure: LocalAzure
) -> None:
    everything = rows(azure, "networkSecurityGroups", PROD)
    seen = rows(narrow, "networkSecurityGroups", PROD)

    inside = {name for name, row in everything.items() if row["resourceGroup"] == "rg-prod-shop"}
    assert set(seen) == inside
    assert len(inside) < len(everything)


def test_the_permissions_tell_the_truth(narrow: LocalAzure) -> None:
    at_subscription = narrow.call("GET", f"{PROD}{PERMISSIONS}", version="2022-04-01")
    at_group = narrow.call("GET", f"{SHOP_GROUP}{PERMISSIONS}", version="2022-04-01")

    assert (at_subscription.status, at_subscription.body) == (200, {"value": []})
    assert at_group.body["value"][0]["actions"] == ["*"]


def test_only_subscriptions_with_a_role_somewhere_are_visible(narrow: LocalAzure) -> None:
    listed = narrow.call("GET", "/subscriptions", version=RESOURCES).body["value"]
    elsewhere = narrow.call(
        "POST", GRAPH, {"query": "resources", "subscriptions": [HUB.rpartition("/")[2]]}
    )

    assert [each["id"] for each in listed] == [PROD]
    assert elsewhere.status == 400


def test_the_scope_bounds_arm_as_well(narrow: LocalAzure) -> None:
    list_ = narrow.call("GET", f"{PROD}/providers/Microsoft.Network/networkWatchers", None, NETWORK)

    assert narrow.call("GET", WEB, version=NETWORK).status == 200
    assert narrow.call("GET", WATCHER, version=NETWORK).code == "AuthorizationFailed"
    assert narrow.call("GET", ACCOUNT, version=STORAGE).code == "AuthorizationFailed"
    assert list_.code == "AuthorizationFailed"
    assert f"over scope '{PROD}'" in list_.body["error"]["message"]


def test_traffic_analytics_needs_its_rights_at_the_workspaces_subscription(
    local_azure: Start, tmp_path: Path
) -> None:
    held = [PROD, f"{HUB}/resourceGroups/rg-hub-monitoring"]
    role = {"Name": "Owner", "Actions": ["*"], "AssignableScopes": held}
    azure = local_azure(ESTATE, role=file(tmp_path, "role.json", role))
    body = flow_log(SHOP, flowAnalyticsConfiguration=analytics())
    made = azure.call("PUT", f"{WATCHER}/flowLogs/made", body, NETWORK)

    status = azure.call("GET", made.headers["azure-asyncoperation"]).body
    left = azure.call("GET", f"{WATCHER}/flowLogs/made", version=NETWORK).body
    assert status["error"]["code"] == "TAUserDoesNotHavePermissions"
    assert left["properties"]["provisioningState"] == "Failed"


def test_what_is_unlisted_is_in_no_row_and_no_list_and_there_when_asked_for(
    local_azure: Start, tmp_path: Path
) -> None:
    globs = tmp_path / "unlisted.json"
    azure = local_azure(ESTATE, unlisted=globs)
    everything = rows(azure, "networkSecurityGroups", PROD)
    list_ = f"{PROD}/providers/Microsoft.Network/networkWatchers"
    watchers = azure.call("GET", list_, version=NETWORK).body["value"]

    globs.write_text(json.dumps([SHOP.upper(), f"{WATCHER}", "*/subnets/*"]))
    assert "vnet-shop-weu" not in rows(azure, "virtualNetworks", PROD)
    network = next(iter(rows(azure, "virtualNetworks", PROD).values()))
    assert network["properties"]["subnets"] == []
    seen = rows(azure, "networkSecurityGroups", PROD)
    assert seen.keys() == everything.keys()
    assert not any(row["properties"].get("subnets") for row in seen.values())
    listed = azure.call("GET", list_, version=NETWORK).body["value"]
    assert len(listed) == len(watchers) - 1
    for id_ in (SHOP, WATCHER):
        assert azure.call("GET", id_, version=NETWORK).status == 200

    globs.unlink()
    assert rows(azure, "networkSecurityGroups", PROD) == everything
