"""The life of a flow log: created, polled, changed, deleted, and what Azure fills in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.localazure.contoso import (
    ESTATE,
    IDENTITIES,
    IDENTITY,
    NETWORK,
    PAYMENTS,
    SHOP,
    VAULT_NIC,
    WATCHER,
    WEB,
    WEB_LOG,
    WORKSPACE,
    analytics,
    flow_log,
    identity,
)
from tests.servers import LocalAzure

CREATED = f"{WATCHER}/flowLogs/created"


@pytest.fixture
def azure(local_azure: Callable[..., LocalAzure]) -> Iterator[LocalAzure]:
    """A server of its own for each test, since each begins with no flow log on its target."""
    server = local_azure(ESTATE)
    yield server
    server.stop()


def read(azure: LocalAzure, id_: str) -> Any:
    return azure.call("GET", id_, version=NETWORK).body


def test_create_poll_read_delete(azure: LocalAzure) -> None:
    made = azure.call("PUT", CREATED, flow_log(SHOP), NETWORK)
    polled = azure.call("GET", made.headers["azure-asyncoperation"])
    present = azure.call("GET", CREATED, version=NETWORK)
    gone = azure.call("DELETE", CREATED, version=NETWORK)
    status = azure.call("GET", gone.headers["azure-asyncoperation"])
    result = azure.call("GET", gone.headers["location"])
    absent = azure.call("GET", CREATED, version=NETWORK)
    again = azure.call("DELETE", CREATED, version=NETWORK)

    assert (made.status, made.body["properties"]["provisioningState"]) == (201, "Updating")
    assert made.headers["retry-after"] == "0"
    assert (
        "/providers/Microsoft.Network/locations/westeurope/operations/"
        in (made.headers["azure-asyncoperation"])
    )
    assert polled.body == {"status": "Succeeded"}
    assert (present.status, present.body["properties"]["provisioningState"]) == (200, "Succeeded")
    assert present.body["etag"] != made.body["etag"]
    assert gone.status == 202
    assert status.body == {"status": "Succeeded"}
    assert result.status == 204
    assert (absent.status, absent.code) == (404, "ResourceNotFound")
    assert again.status == 204


def test_a_network_gets_todays_format_by_default(azure: LocalAzure) -> None:
    made = azure.call("PUT", CREATED, flow_log(SHOP), NETWORK).body

    assert made["properties"]["format"] == {"type": "FlowLogJSON", "version": 2}
    assert made["properties"]["retentionPolicy"] == {"days": 0, "enabled": False}
    assert made["properties"]["flowAnalyticsConfiguration"] == {}
    assert made["properties"]["targetResourceId"] == SHOP
    guid = read(azure, SHOP)["properties"]["resourceGuid"]
    assert made["properties"]["targetResourceGuid"] == guid
    assert made["id"] == CREATED
    assert made["type"] == "Microsoft.Network/networkWatchers/flowLogs"


def test_a_group_gets_the_old_format_by_default(azure: LocalAzure) -> None:
    body = flow_log(WEB, flowAnalyticsConfiguration=analytics())

    changed = azure.call("PUT", WEB_LOG, body, NETWORK)

    assert changed.status == 200
    assert changed.body["properties"]["format"] == {"type": "JSON", "version": 1}


@pytest.mark.parametrize("target", [f"{SHOP}/subnets/snet-app", VAULT_NIC])
def test_subnets_and_interfaces_are_targets(azure: LocalAzure, target: str) -> None:
    assert azure.call("PUT", CREATED, flow_log(target), NETWORK).status == 201
    assert read(azure, target)["properties"]["flowLogs"] == [{"id": CREATED}]


def test_levels_coexist(azure: LocalAzure) -> None:
    first = azure.call("PUT", CREATED, flow_log(SHOP), NETWORK)
    second = azure.call("PUT", f"{CREATED}-2", flow_log(f"{SHOP}/subnets/snet-app"), NETWORK)

    assert (first.status, second.status) == (201, 201)


def test_everything_sent_comes_back(azure: LocalAzure) -> None:
    body = flow_log(
        PAYMENTS,
        retentionPolicy={"days": 90, "enabled": True},
        format={"type": "JSON", "version": 2},
        flowAnalyticsConfiguration=analytics(workspaceId="given"),
        enabledFilteringCriteria="dstPort=443",
        recordTypes="B,E",
    )
    body["tags"] = {"managed-by": "flow-logs/prod"}
    azure.call("PUT", CREATED, body, NETWORK)

    present = read(azure, CREATED)

    assert present["tags"] == body["tags"]
    given = {name: present["properties"][name] for name in body["properties"]}
    assert given == body["properties"]


@pytest.mark.parametrize(
    "text", ["", "srcIP!=158.255.7.153 || dstPort=56891", "SrcIP=10.0.0.4 && Protocol=TCP"]
)
def test_a_filter_comes_back_as_it_was_written(azure: LocalAzure, text: str) -> None:
    """Recorded: azure-powershell TestVnetFlowLogWithFiltering, API version 2024-01-01."""
    made = azure.call("PUT", CREATED, flow_log(SHOP, enabledFilteringCriteria=text), "2024-01-01")
    found = azure.call("GET", CREATED, version="2024-01-01")

    assert made.status == 201
    assert made.body["properties"]["enabledFilteringCriteria"] == text
    assert found.body["properties"]["enabledFilteringCriteria"] == text


def test_an_identity_that_is_taken_away_leaves_its_type(azure: LocalAzure) -> None:
    """Recorded: azure-powershell TestCRUDVnetFlowLogWithNoneManagedIdentity."""
    azure.call("PUT", IDENTITY, {"location": "westeurope"}, IDENTITIES)
    azure.call("PUT", CREATED, flow_log(SHOP) | {"identity": identity(IDENTITY)}, NETWORK)
    azure.call("PUT", CREATED, flow_log(SHOP) | {"identity": {"type": "None"}}, NETWORK)

    assert read(azure, CREATED)["identity"] == {"type": "none"}


def test_the_workspace_guid_is_filled_in(azure: LocalAzure) -> None:
    body = flow_log(PAYMENTS, flowAnalyticsConfiguration=analytics(trafficAnalyticsInterval=None))
    azure.call("PUT", CREATED, body, NETWORK)

    configuration = read(azure, CREATED)["properties"]["flowAnalyticsConfiguration"]

    settings = configuration["networkWatcherFlowAnalyticsConfiguration"]
    workspace = azure.call("GET", WORKSPACE, version="2023-09-01").body
    assert settings["workspaceId"] == workspace["properties"]["customerId"]
    assert settings["trafficAnalyticsInterval"] == 60


def test_a_flow_log_that_is_off_has_no_retention(azure: LocalAzure) -> None:
    body = flow_log(WEB, enabled=False, retentionPolicy={"days": 90, "enabled": True})
    body["properties"]["flowAnalyticsConfiguration"] = analytics(enabled=False)

    changed = azure.call("PUT", WEB_LOG, body, NETWORK)

    assert changed.status == 200
    assert changed.body["properties"]["enabled"] is False
    assert changed.body["properties"]["retentionPolicy"] == {"days": 0, "enabled": False}


def test_an_update_keeps_the_old_target(azure: LocalAzure) -> None:
    azure.call("PUT", CREATED, flow_log(SHOP), NETWORK)

    changed = azure.call("PUT", CREATED, flow_log(PAYMENTS), NETWORK)

    assert changed.status == 200
    assert changed.body["properties"]["targetResourceId"] == SHOP


def test_tags_are_replaced_by_patch(azure: LocalAzure) -> None:
    body = flow_log(SHOP) | {"tags": {"first": "1"}}
    azure.call("PUT", CREATED, body, NETWORK)

    changed = azure.call("PATCH", CREATED, {"tags": {"second": "2"}}, NETWORK)

    assert (changed.status, changed.body["tags"]) == (200, {"second": "2"})
    assert read(azure, CREATED)["properties"]["targetResourceId"] == SHOP


def test_the_watcher_takes_the_etag_of_its_flow_log(azure: LocalAzure) -> None:
    before = read(azure, WATCHER)["etag"]
    azure.call("PUT", CREATED, flow_log(SHOP), NETWORK)

    after = read(azure, WATCHER)["etag"]

    assert after != before
    assert after == read(azure, CREATED)["etag"]


def test_the_target_refers_back(azure: LocalAzure) -> None:
    azure.call("PUT", CREATED, flow_log(SHOP), NETWORK)
    assert read(azure, SHOP)["properties"]["flowLogs"] == [{"id": CREATED}]

    azure.call("DELETE", CREATED, version=NETWORK)
    assert "flowLogs" not in read(azure, SHOP)["properties"]


def test_flow_logs_are_listed_by_watcher(azure: LocalAzure) -> None:
    azure.call("PUT", CREATED, flow_log(SHOP), NETWORK)

    names = {each["name"] for each in read(azure, f"{WATCHER}/flowLogs")["value"]}

    assert names == {"created", "payments-api-log", "nsg-shop-web-rg-prod-shop-flowlog"}


def test_old_api_versions_do_not_show_what_they_do_not_have(azure: LocalAzure) -> None:
    body = flow_log(SHOP, recordTypes="B,E", enabledFilteringCriteria="dstPort=443")
    body["identity"] = identity(IDENTITY)
    azure.call("PUT", IDENTITY, {"location": "westeurope"}, IDENTITIES)
    azure.call("PUT", CREATED, body, NETWORK)

    middle = azure.call("GET", CREATED, version="2024-05-01").body
    oldest = azure.call("GET", CREATED, version="2022-01-01").body

    assert "recordTypes" not in middle["properties"]
    assert middle["properties"]["enabledFilteringCriteria"] == "dstPort=443"
    assert set(middle["identity"]["userAssignedIdentities"][IDENTITY]) == {
        "clientId",
        "principalId",
    }
    assert "enabledFilteringCriteria" not in oldest["properties"]
    assert "identity" not in oldest


def test_a_put_by_an_old_version_drops_what_it_cannot_send(azure: LocalAzure) -> None:
    azure.call("PUT", CREATED, flow_log(SHOP, recordTypes="B,E"), NETWORK)
    azure.call("PUT", CREATED, flow_log(SHOP), "2024-05-01")

    assert "recordTypes" not in read(azure, CREATED)["properties"]


def test_an_operation_takes_as_long_as_it_is_told(local_azure: Callable[..., LocalAzure]) -> None:
    slow = local_azure(ESTATE, latency=600)
    made = slow.call("PUT", CREATED, flow_log(SHOP), NETWORK)

    status = slow.call("GET", made.headers["azure-asyncoperation"])
    second = slow.call("PUT", CREATED, flow_log(SHOP), NETWORK)
    other = slow.call("PUT", f"{CREATED}-2", flow_log(PAYMENTS), NETWORK)
    gone = slow.call("DELETE", WEB_LOG, version=NETWORK)
    result = slow.call("GET", gone.headers["location"])

    assert made.headers["retry-after"] == "600"
    assert status.body == {"status": "InProgress"}
    assert slow.call("GET", CREATED, version=NETWORK).body["properties"]["provisioningState"] == (
        "Updating"
    )
    assert (second.status, second.code) == (409, "AnotherOperationInProgress")
    assert other.status == 201
    assert result.status == 202
    deleting = slow.call("GET", WEB_LOG, version=NETWORK).body
    assert deleting["properties"]["provisioningState"] == "Deleting"


def test_ids_in_other_letter_case_name_the_same(azure: LocalAzure) -> None:
    spelled = SHOP.replace("rg-prod-shop", "RG-PROD-SHOP")
    made = azure.call("PUT", CREATED, flow_log(spelled), NETWORK)
    again = azure.call("PUT", CREATED.replace("flowLogs", "FLOWLOGS"), flow_log(SHOP), NETWORK)

    assert made.status == 201
    assert again.status == 200
    assert again.body["id"] == CREATED
    assert again.body["properties"]["targetResourceId"] == spelled
    assert read(azure, SHOP)["properties"]["flowLogs"] == [{"id": CREATED}]


def test_a_failed_creation_leaves_a_failed_flow_log(
    local_azure: Callable[..., LocalAzure], tmp_path: Path
) -> None:
    role = tmp_path / "role.json"
    role.write_text(json.dumps({"Actions": ["*"], "NotActions": ["*/sharedkeys/action"]}))
    azure = local_azure(ESTATE, role=role)
    body = flow_log(SHOP, flowAnalyticsConfiguration=analytics())

    made = azure.call("PUT", CREATED, body, NETWORK)
    status = azure.call("GET", made.headers["azure-asyncoperation"]).body
    second = azure.call("PUT", f"{CREATED}-2", flow_log(SHOP), NETWORK)

    assert made.status == 201
    assert status["status"] == "Failed"
    assert status["error"]["code"] == "TAUserDoesNotHavePermissions"
    assert read(azure, CREATED)["properties"]["provisioningState"] == "Failed"
    assert second.code == "CannotCreateMoreThanOneFlowLogPerTargetResource"
