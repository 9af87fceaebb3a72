"""What the state of a subscription lets through, and how it changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.localazure.contoso import ACCOUNT, ESTATE, NETWORK, PROD, RESOURCES, STORAGE, WATCHER
from tests.localazure.files import file
from tests.servers import LocalAzure

GROUP = f"{PROD}/resourceGroups/rg-new"
PLACE = {"location": "westeurope"}
CANCEL = f"{PROD}/providers/Microsoft.Subscription/cancel"
ENABLE = f"{PROD}/providers/Microsoft.Subscription/enable"
VERSION = "2021-10-01"


def in_state(folder: Path, state: str) -> Path:
    entries = json.loads(ESTATE.read_text())
    return file(folder, f"{state}.json", [_with(each, state) for each in entries])


def _with(entry: dict[str, Any], state: str) -> dict[str, Any]:
    return {**entry, "state": state} if entry["id"] == PROD else entry


def test_a_disabled_subscription_is_read_and_deleted_from_and_nothing_else(
    local_azure: Callable[..., LocalAzure], tmp_path: Path
) -> None:
    azure = local_azure(in_state(tmp_path, "Disabled"))
    number = PROD.rsplit("/", 1)[-1]
    refused = [
        azure.call("PUT", GROUP, PLACE, RESOURCES),
        azure.call("PATCH", f"{PROD}/resourceGroups/rg-prod-shop", {"tags": {}}, RESOURCES),
        azure.call("POST", f"{ACCOUNT}/listKeys", None, STORAGE),
        azure.call("POST", f"{PROD}/providers/Microsoft.Insights/register", None, RESOURCES),
    ]
    assert [reply.status for reply in refused] == [409] * 4
    assert refused[0].body == {
        "error": {
            "code": "ReadOnlyDisabledSubscription",
            "message": f"The subscription '{number}' is disabled and therefore marked as read only."
            " You cannot perform any write actions on this subscription until it is re-enabled.",
        }
    }
    log = azure.call("GET", f"{WATCHER}/flowLogs", version=NETWORK).body["value"][0]
    assert azure.call("DELETE", log["id"], version=NETWORK).status == 202
    states = {
        each["id"]: each["state"]
        for each in azure.call("GET", "/subscriptions", version=RESOURCES).body["value"]
    }
    assert states[PROD] == "Disabled"
    assert set(states.values()) == {"Disabled", "Enabled"}


@pytest.mark.parametrize("state", ["Warned", "PastDue", "Suspended"])
def test_a_subscription_that_is_only_warned_takes_everything(
    local_azure: Callable[..., LocalAzure], tmp_path: Path, state: str
) -> None:
    azure = local_azure(in_state(tmp_path, state))
    assert azure.call("PUT", GROUP, PLACE, RESOURCES).status == 201


def test_a_deleted_subscription_is_listed_and_takes_nothing(
    local_azure: Callable[..., LocalAzure], tmp_path: Path
) -> None:
    azure = local_azure(in_state(tmp_path, "Deleted"))
    listed = azure.call("GET", "/subscriptions", version=RESOURCES).body["value"]
    assert [each["state"] for each in listed if each["id"] == PROD] == ["Deleted"]
    for method in ("GET", "DELETE"):
        assert azure.call(method, WATCHER, version=NETWORK).code == "SubscriptionNotFound"


def test_an_owner_cancels_a_subscription_and_enables_it_again(
    local_azure: Callable[..., LocalAzure],
) -> None:
    azure = local_azure(ESTATE)
    assert azure.call("POST", CANCEL, None, VERSION).code == "ResourcesExistingOnSubscription"
    done = azure.call("POST", f"{CANCEL}?IgnoreResourceCheck=true", None, VERSION)
    assert (done.status, done.body) == (200, {"subscriptionId": PROD.rsplit("/", 1)[-1]})
    assert azure.call("PUT", GROUP, PLACE, RESOURCES).code == "ReadOnlyDisabledSubscription"
    assert azure.call("POST", ENABLE, None, VERSION).status == 200
    assert azure.call("PUT", GROUP, PLACE, RESOURCES).status == 201
