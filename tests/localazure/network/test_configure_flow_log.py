"""`configureFlowLog` and `queryFlowLogStatus`: what the recordings show of flow logs on groups."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.localazure.contoso import APP, ESTATE, NETWORK, SHOP, WATCHER, WEB, WEB_LOG, analytics
from tests.servers import LocalAzure, Reply

OLD = "2019-06-01"


@pytest.fixture
def azure(local_azure: Callable[..., LocalAzure]) -> Iterator[LocalAzure]:
    """A server of its own for each test, since each changes the same flow log."""
    server = local_azure(ESTATE)
    yield server
    server.stop()


def query(azure: LocalAzure, target: str, version: str = OLD) -> Reply:
    body = {"targetResourceId": target}
    return azure.call("POST", f"{WATCHER}/queryFlowLogStatus", body, version)


def configure(azure: LocalAzure, target: str, version: str = OLD, **members: object) -> Reply:
    body = {"targetResourceId": target, **members}
    return azure.call("POST", f"{WATCHER}/configureFlowLog", body, version)


def test_what_is_configured_is_what_the_flow_log_says(azure: LocalAzure) -> None:
    log = azure.call("GET", WEB_LOG, version=NETWORK).body["properties"]
    shown = query(azure, WEB).body

    names = ("storageId", "enabled", "retentionPolicy", "format")
    assert shown == {
        "targetResourceId": WEB,
        "properties": {name: log[name] for name in names},
        "flowAnalyticsConfiguration": log["flowAnalyticsConfiguration"],
    }


def test_switched_off_there_is_no_account_and_no_retention(azure: LocalAzure) -> None:
    """Recorded: azure-libraries-for-net ManageNetworkWatcherTest sends five days and gets none."""
    log = azure.call("GET", WEB_LOG, version=NETWORK).body["properties"]
    off = configure(
        azure,
        WEB,
        properties={
            "storageId": log["storageId"],
            "enabled": False,
            "retentionPolicy": {"days": 5, "enabled": True},
        },
        flowAnalyticsConfiguration=analytics(enabled=False),
    )

    none = {"storageId": "", "enabled": False, "retentionPolicy": {"days": 0, "enabled": False}}
    assert (off.status, off.body) == (200, {"targetResourceId": WEB, "properties": none})
    assert azure.call("GET", WEB_LOG, version=NETWORK).body["properties"]["enabled"] is False
    assert query(azure, WEB).body["properties"] == none


def test_later_versions_accept_and_show_the_outcome_at_the_location(azure: LocalAzure) -> None:
    log = azure.call("GET", WEB_LOG, version=NETWORK).body["properties"]
    accepted = configure(
        azure,
        WEB,
        "2020-08-01",
        properties={"storageId": log["storageId"], "enabled": True},
        flowAnalyticsConfiguration=analytics(),
    )
    outcome = azure.call("GET", accepted.headers["location"])

    assert (accepted.status, accepted.body) == (202, None)
    assert (outcome.status, outcome.body["properties"]["enabled"]) == (200, True)


def test_none_can_be_made_this_way(azure: LocalAzure) -> None:
    assert query(azure, APP).body["properties"]["enabled"] is False
    properties = {"storageId": "/", "enabled": True}

    assert configure(azure, APP, properties=properties).code == "NsgFlowLogCreationBlocked"
    assert configure(azure, SHOP, properties=properties).code == "NotModelled"
    assert query(azure, f"{APP}-not").code == "ResourceNotFound"
