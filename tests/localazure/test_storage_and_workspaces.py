"""Storage accounts and Log Analytics workspaces."""

from __future__ import annotations

from typing import Any

import pytest

from tests.localazure.contoso import HUB, PROD, STORAGE, WORKSPACES, resource
from tests.servers import LocalAzure, Reply

CHECK = f"{PROD}/providers/Microsoft.Storage/checkNameAvailability"


def account(name: str, subscription: str = PROD, group: str = "rg-prod-shop") -> str:
    return resource(subscription, group, "Microsoft.Storage/storageAccounts", name)


def workspace(name: str) -> str:
    return resource(PROD, "rg-prod-shop", "Microsoft.OperationalInsights/workspaces", name)


def make(azure: LocalAzure, name: str, **properties: Any) -> Reply:
    body = {
        "location": "westeurope",
        "kind": "StorageV2",
        "sku": {"name": "Standard_ZRS"},
        "properties": properties,
    }
    return azure.call("PUT", account(name), body, STORAGE)


def test_an_account_is_accepted_and_then_there(azure: LocalAzure) -> None:
    made = make(azure, "stone", allowSharedKeyAccess=False, minimumTlsVersion="TLS1_2")
    polled = azure.call("GET", made.headers["location"])
    present = azure.call("GET", account("stone"), version=STORAGE)

    assert (made.status, made.body) == (202, None)
    assert made.headers["content-type"].startswith("text/plain")
    assert "/locations/westeurope/asyncoperations/" in made.headers["location"]
    assert polled.status == 200
    assert polled.body == present.body
    properties = present.body["properties"]
    assert properties["provisioningState"] == "Succeeded"
    assert properties["allowSharedKeyAccess"] is False
    assert properties["supportsHttpsTrafficOnly"] is True
    assert properties["networkAcls"]["bypass"] == "AzureServices"
    assert properties["primaryEndpoints"]["blob"] == "https://stone.blob.core.windows.net/"
    assert present.body["sku"] == {"name": "Standard_ZRS", "tier": "Standard"}


def test_an_update_answers_at_once_and_keeps_the_rest(azure: LocalAzure) -> None:
    make(azure, "sttwo", minimumTlsVersion="TLS1_2")
    body = {"tags": {"a": "1"}, "properties": {"allowBlobPublicAccess": False}}

    changed = azure.call("PATCH", account("sttwo"), body, STORAGE)
    again = make(azure, "sttwo")

    assert (changed.status, changed.body["tags"]) == (200, {"a": "1"})
    assert changed.body["properties"]["minimumTlsVersion"] == "TLS1_2"
    assert again.status == 200
    assert again.body["properties"]["allowBlobPublicAccess"] is False


def test_names_are_unique_in_all_of_azure(azure: LocalAzure) -> None:
    taken = account("stcontosoprodweu", HUB, "rg-hub-network")
    body = {"location": "westeurope", "sku": {"name": "Standard_LRS"}}

    reply = azure.call("PUT", taken, body, STORAGE)
    asked = azure.call("POST", CHECK, {"name": "stcontosoprodweu"}, STORAGE).body
    free = azure.call("POST", CHECK, {"name": "stnobody"}, STORAGE).body

    assert (reply.status, reply.code) == (409, "StorageAccountAlreadyTaken")
    assert (asked["nameAvailable"], asked["reason"]) == (False, "AlreadyExists")
    assert asked["message"] == reply.body["error"]["message"]
    assert free == {"nameAvailable": True}


@pytest.mark.parametrize("name", ["st", "stUpper", "st-dash", "s" * 25])
def test_bad_account_names(azure: LocalAzure, name: str) -> None:
    reply = make(azure, name)
    asked = azure.call("POST", CHECK, {"name": name}, STORAGE).body

    assert (reply.status, reply.code) == (400, "AccountNameInvalid")
    assert asked["reason"] == "AccountNameInvalid"


def test_an_account_is_deleted_at_once(azure: LocalAzure) -> None:
    make(azure, "stthree")

    assert azure.call("DELETE", account("stthree"), version=STORAGE).status == 200
    assert azure.call("GET", account("stthree"), version=STORAGE).code == "ResourceNotFound"
    assert azure.call("DELETE", account("stthree"), version=STORAGE).status == 204


def test_a_workspace_is_created_and_then_ready(azure: LocalAzure) -> None:
    body = {
        "location": "westeurope",
        "properties": {"retentionInDays": 90, "workspaceCapping": {"dailyQuotaGb": 5}},
    }

    made = azure.call("PUT", workspace("log-one"), body, WORKSPACES)
    present = azure.call("GET", workspace("log-one"), version=WORKSPACES).body["properties"]

    assert (made.status, made.body["properties"]["provisioningState"]) == (201, "Creating")
    assert "azure-asyncoperation" not in made.headers
    assert present["provisioningState"] == "Succeeded"
    assert present["customerId"] == made.body["properties"]["customerId"]
    assert present["retentionInDays"] == 90
    assert present["workspaceCapping"]["dailyQuotaGb"] == 5


def test_a_deleted_workspace_comes_back_unless_forced(azure: LocalAzure) -> None:
    id_, body = workspace("log-two"), {"location": "westeurope", "properties": {}}
    first = azure.call("PUT", id_, body, WORKSPACES).body["properties"]["customerId"]
    azure.call("DELETE", id_, version=WORKSPACES)
    back = azure.call("PUT", id_, body, WORKSPACES).body["properties"]["customerId"]
    azure.call("DELETE", f"{id_}?force=true", version=WORKSPACES)
    new = azure.call("PUT", id_, body, WORKSPACES).body["properties"]["customerId"]

    assert back == first
    assert new != first


def test_a_workspace_changes_in_place(azure: LocalAzure) -> None:
    id_, body = workspace("log-three"), {"location": "westeurope", "properties": {}}
    azure.call("PUT", id_, body, WORKSPACES)

    changed = azure.call("PATCH", id_, {"properties": {"retentionInDays": 180}}, WORKSPACES)
    again = azure.call("PUT", id_, body | {"tags": {"a": "1"}}, WORKSPACES)

    assert (changed.status, changed.body["properties"]["retentionInDays"]) == (200, 180)
    assert (again.status, again.body["tags"]) == (200, {"a": "1"})


def test_a_workspaces_cap_is_a_number(azure: LocalAzure) -> None:
    properties = {"workspaceCapping": {"dailyQuotaGb": "much"}}
    body = {"location": "westeurope", "properties": properties}

    assert azure.call("PUT", workspace("log-cap"), body, WORKSPACES).status == 400


def test_a_workspace_needs_a_good_name(azure: LocalAzure) -> None:
    reply = azure.call("PUT", workspace("log_one"), {"location": "westeurope"}, WORKSPACES)

    assert reply.status == 400


@pytest.mark.parametrize(
    ("present", "asked", "status"),
    [
        ("Standard_LRS", "Standard_RAGRS", 200),
        ("Standard_ZRS", "Standard_GZRS", 200),
        ("Standard_LRS", "Standard_ZRS", 400),
        ("Standard_RAGZRS", "Standard_GRS", 400),
        ("Standard_LRS", "Premium_LRS", 400),
    ],
)
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_an_update_changes_regions_and_not_zones(
    azure: LocalAzure, present: str, asked: str, status: int, method: str
) -> None:
    path = account(f"st{present[9:]}{asked[9:]}{method}".lower().replace("_", ""))
    body = {"location": "westeurope", "kind": "StorageV2", "sku": {"name": present}}
    azure.call("PUT", path, body, STORAGE)
    changed = azure.call(method, path, {**body, "sku": {"name": asked}}, STORAGE)
    held = azure.call("GET", path, version=STORAGE).body["sku"]["name"]

    assert changed.status == status
    assert held == (asked if status == 200 else present)
    if status != 200:
        assert changed.code == "StorageAccountTypeConversionNotAllowed"


def test_the_name_of_a_deleted_workspace_is_kept_in_its_region(azure: LocalAzure) -> None:
    path, body = workspace("log-kept"), {"location": "westeurope", "properties": {}}
    guid = azure.call("PUT", path, body, WORKSPACES).body["properties"]["customerId"]
    azure.call("DELETE", path, version=WORKSPACES)
    elsewhere = azure.call("PUT", path, {**body, "location": "uksouth"}, WORKSPACES)
    back = azure.call("PUT", path, body, WORKSPACES)
    azure.call("DELETE", f"{path}?force=true", version=WORKSPACES)
    free = azure.call("PUT", path, {**body, "location": "uksouth"}, WORKSPACES)

    assert (elsewhere.status, elsewhere.code) == (409, "Conflict")
    assert elsewhere.body["error"]["message"] == "The workspace name 'log-kept' is not unique"
    assert back.body["properties"]["customerId"] == guid
    assert free.status == 201
