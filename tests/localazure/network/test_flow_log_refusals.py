"""What Azure refuses about flow logs and watchers; texts where a public source has them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.localazure.contoso import (
    ACCOUNT,
    APP,
    DEV,
    ERP,
    HUB,
    NETWORK,
    NORTH_ACCOUNT,
    NORTH_WATCHER,
    PAYMENTS,
    PROD,
    SHOP,
    WATCHER,
    WEB,
    WEB_LOG,
    WORKSPACE,
    analytics,
    flow_log,
    resource,
)
from tests.servers import LocalAzure, Reply

NEW = f"{WATCHER}/flowLogs/new"
NO_GROUP = resource(PROD, "rg-none", "networkWatchers", "NetworkWatcher_westeurope")


def put(azure: LocalAzure, id_: str, body: dict[str, Any]) -> Reply:
    return azure.call("PUT", id_, body, NETWORK)


def test_a_new_flow_log_on_a_group_is_blocked(azure: LocalAzure, shared_data: Path) -> None:
    quoted = json.loads((shared_data / "errors" / "reported_errors.json").read_bytes())
    wanted = next(each for each in quoted if each.get("code") == "NsgFlowLogCreationBlocked")

    reply = put(azure, NEW, flow_log(APP))

    assert (reply.status, reply.code) == (400, "NsgFlowLogCreationBlocked")
    assert reply.body["error"]["message"] == wanted["message"]
    assert azure.call("GET", NEW, version=NETWORK).status == 404


def test_an_existing_one_changes_but_never_comes_back(azure: LocalAzure) -> None:
    log = f"{WATCHER}/flowLogs/payments-api-log"
    target = resource(PROD, "rg-prod-payments", "networkSecurityGroups", "nsg-payments-api")
    body = flow_log(target, format={"type": "JSON", "version": 2})

    changed = put(azure, log, body)
    azure.call("DELETE", log, version=NETWORK)
    again = put(azure, log, body)

    assert (changed.status, changed.body["properties"]["format"]["version"]) == (200, 2)
    assert (again.status, again.code) == (400, "NsgFlowLogCreationBlocked")


def test_one_flow_log_per_target(azure: LocalAzure) -> None:
    network = put(azure, f"{WATCHER}/flowLogs/first", flow_log(SHOP))
    second = put(azure, f"{WATCHER}/flowLogs/second", flow_log(SHOP))
    group = put(azure, NEW, flow_log(WEB))

    assert network.status == 201
    assert second.code == "CannotCreateMoreThanOneFlowLogPerTargetResource"
    assert group.code == "CannotCreateMoreThanOneFlowLogPerTargetResource"


@pytest.mark.parametrize(
    ("id_", "status", "code"),
    [
        (f"{WATCHER}-none/flowLogs/new", 404, "ParentResourceNotFound"),
        (f"{NO_GROUP}/flowLogs/new", 404, "ResourceGroupNotFound"),
        (f"{WATCHER}/flowLogs/-new", 400, "InvalidResourceName"),
        (f"{WATCHER}/flowLogs/new.", 400, "InvalidResourceName"),
        (f"{WATCHER}/flowLogs/{'n' * 81}", 400, "InvalidResourceName"),
        (f"{WATCHER}/flowLogs/new%20log", 400, "InvalidResourceName"),
    ],
)
def test_where_and_under_which_name(azure: LocalAzure, id_: str, status: int, code: str) -> None:
    reply = put(azure, id_, flow_log(PAYMENTS))

    assert (reply.status, reply.code) == (status, code)


def test_a_name_of_80_characters_is_good(azure: LocalAzure) -> None:
    id_ = f"{WATCHER}/flowLogs/{'n' * 79}1"

    assert put(azure, id_, flow_log(f"{PAYMENTS}/subnets/snet-api")).status == 201


OTHER_REGION = {"storageId": NORTH_ACCOUNT}
REFERENCES = [
    pytest.param(flow_log(f"{PAYMENTS}-none"), id="no such target"),
    pytest.param(flow_log(f"{PAYMENTS}/subnets/none"), id="no such subnet"),
    pytest.param(flow_log(ERP), id="target in another region"),
    pytest.param(
        flow_log(resource(HUB, "rg-hub-network", "virtualNetworks", "vnet-hub-weu")),
        id="target in another subscription",
    ),
    pytest.param(flow_log(PAYMENTS, storageId=f"{ACCOUNT}none"), id="no such account"),
    pytest.param(flow_log(PAYMENTS, **OTHER_REGION), id="account in another region"),
    pytest.param(
        flow_log(
            PAYMENTS, flowAnalyticsConfiguration=analytics(workspaceResourceId=f"{WORKSPACE}-none")
        ),
        id="no such workspace",
    ),
    pytest.param(
        flow_log(PAYMENTS) | {"location": "northeurope"}, id="location is not the watcher's"
    ),
]


@pytest.mark.parametrize("body", REFERENCES)
def test_what_it_refers_to_has_to_be_there(azure: LocalAzure, body: dict[str, Any]) -> None:
    reply = put(azure, NEW, body)

    assert (reply.status, reply.code) == (400, "InvalidResourceReference")
    assert "both resources are in the same region" in reply.body["error"]["message"]


def test_storage_may_be_in_another_subscription(azure: LocalAzure) -> None:
    account = resource(HUB, "rg-hub-network", "Microsoft.Storage/storageAccounts", "sthub")
    made = azure.call(
        "PUT", account, {"location": "westeurope", "sku": {"name": "Standard_LRS"}}, "2024-01-01"
    )
    azure.call("GET", made.headers["location"])

    body = flow_log(f"{PAYMENTS}/subnets/snet-vault", storageId=account)

    assert put(azure, f"{WATCHER}/flowLogs/elsewhere", body).status == 201


def test_the_workspace_region_has_to_be_its_own(azure: LocalAzure) -> None:
    body = flow_log(PAYMENTS, flowAnalyticsConfiguration=analytics(workspaceRegion="northeurope"))

    reply = put(azure, NEW, body)

    assert reply.code == "InvalidTAWorkspaceRegion"
    assert reply.body["error"]["message"] == (
        f"The specified region northeurope for workspace is invalid. Workspace {WORKSPACE} located"
        " in westeurope region."
    )


def test_analytics_cannot_be_left_out_once_they_are_on(azure: LocalAzure) -> None:
    without = put(azure, WEB_LOG, flow_log(WEB))
    unspecified = put(
        azure, WEB_LOG, flow_log(WEB, flowAnalyticsConfiguration=analytics(enabled=None))
    )
    off = put(azure, WEB_LOG, flow_log(WEB, flowAnalyticsConfiguration=analytics(enabled=False)))

    assert without.code == unspecified.code == "FlowLogConfigurationCannotBeUpdated"
    assert without.body["error"]["message"].endswith(
        "FlowAnalysisEnabled property value will be changed from true to unspecified. Disable flow"
        " analysis, then try to update configuration again."
    )
    assert off.status == 200


@pytest.mark.parametrize(
    ("properties", "detail"),
    [
        ({"enabled": "yes"}, "InvalidJson"),
        ({"retentionPolicy": {"days": "90", "enabled": True}}, "InvalidJson"),
        ({"retentionPolicy": {"days": 90.5, "enabled": True}}, "InvalidJson"),
        ({"retentionPolicy": [90]}, "InvalidJson"),
        ({"retentionPolicies": {"days": 90}}, "InvalidJson"),
        ({"format": {"type": "JSON", "version": True}}, "InvalidJson"),
        ({"flowAnalyticsConfiguration": {"enabled": True}}, "InvalidJson"),
        ({"targetResourceId": None}, "MissingJsonReferenceId"),
        ({"targetResourceId": "nsg-shop-web"}, "InvalidJsonReferenceFormat"),
        ({"targetResourceId": ACCOUNT}, "InvalidJsonReferenceFormat"),
        ({"storageId": None}, "MissingJsonReferenceId"),
        ({"storageId": SHOP}, "InvalidJsonReferenceFormat"),
        (
            {"flowAnalyticsConfiguration": analytics(workspaceResourceId=None)},
            "MissingJsonReferenceId",
        ),
    ],
)
def test_bodies_of_the_wrong_shape(
    azure: LocalAzure, properties: dict[str, Any], detail: str
) -> None:
    reply = put(azure, NEW, flow_log(PAYMENTS, **properties))

    assert (reply.status, reply.code) == (400, "InvalidRequestFormat")
    assert [each["code"] for each in reply.body["error"]["details"]] == [detail]


def test_an_old_version_does_not_know_new_members(azure: LocalAzure) -> None:
    reply = azure.call("PUT", NEW, flow_log(PAYMENTS, recordTypes="B,E"), "2024-05-01")

    assert reply.code == "InvalidRequestFormat"
    assert "Could not find member 'recordTypes'" in reply.body["error"]["details"][0]["message"]


def test_no_properties_at_all(azure: LocalAzure) -> None:
    assert put(azure, NEW, {"location": "westeurope"}).code == "InvalidRequestFormat"
    assert put(azure, NEW, {"properties": {}}).code == "LocationRequired"


def test_one_watcher_per_region_and_subscription(azure: LocalAzure, shared_data: Path) -> None:
    lines = (shared_data / "errors" / "recorded_errors.jsonl").read_text("utf-8").splitlines()
    wanted = next(
        each for each in map(json.loads, lines) if each["code"] == "NetworkWatcherCountLimitReached"
    )
    second = resource(PROD, "rg-prod-shop", "networkWatchers", "second")
    other = resource(DEV, "rg-dev", "networkWatchers", "sweden")

    reply = put(azure, second, {"location": "northeurope"})

    assert (reply.status, reply.body) == (wanted["status"], json.loads(wanted["body"]))
    assert put(azure, second, {"location": "swedencentral"}).status == 201
    assert put(azure, other, {"location": "Sweden Central"}).status == 201


def test_a_watcher_stays_in_its_region(azure: LocalAzure) -> None:
    reply = put(azure, NORTH_WATCHER, {"location": "westeurope"})

    assert (reply.status, reply.code) == (409, "InvalidResourceLocation")
