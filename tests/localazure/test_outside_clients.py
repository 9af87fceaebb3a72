"""What clients of others ask at the front door: newer versions, options, providers, lists."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from localazure.resources.regions import REGIONS
from tests.localazure.contoso import (
    ESTATE,
    NETWORK,
    PROD,
    RESOURCES,
    STORAGE,
    WATCHER,
    WEB,
    flow_log,
)
from tests.localazure.files import file
from tests.servers import LocalAzure, Reply

TODAY = datetime.now(UTC).date()
SHOP_GROUP = f"{PROD}/resourceGroups/rg-prod-shop"
MODEL = "x-localazure-model"


@pytest.mark.parametrize(
    ("version", "model"),
    [
        ("2025-05-01", None),
        ("2025-10-01", "2025-09-01"),
        ("2026-03-01-preview", "2025-09-01"),
        (TODAY.isoformat(), "2025-09-01"),
    ],
)
def test_a_version_newer_than_the_model_is_taken_and_the_answer_says_so(
    azure: LocalAzure, version: str, model: str | None
) -> None:
    reply = azure.call("GET", WEB, version=version)

    assert reply.status == 200
    assert reply.headers.get(MODEL) == model


@pytest.mark.parametrize(
    "version",
    ["2017-12-31", (TODAY + timedelta(days=2)).isoformat(), "2025-02-30", "2025-5-1", "latest"],
)
def test_versions_that_there_cannot_be_are_refused(azure: LocalAzure, version: str) -> None:
    resource = azure.call("GET", WEB, version=version)
    group = azure.call("GET", SHOP_GROUP, version=version.replace("2017", "2013"))

    assert (resource.status, resource.code) == (400, "NoRegisteredProviderFound")
    assert (group.status, group.code) == (400, "InvalidApiVersionParameter")
    assert version in resource.body["error"]["message"]


@pytest.mark.parametrize(
    ("path", "version"),
    [
        (f"{PROD}/resourceGroups?$top=1", RESOURCES),
        (f"{PROD}/resourceGroups?$skiptoken=x", RESOURCES),
        (f"{PROD}/resources?$expand=createdTime,owner", RESOURCES),
        (f"{PROD}/providers?$expand=metadata", RESOURCES),
        (f"{SHOP_GROUP}/resources?$top=5", RESOURCES),
        (f"{SHOP_GROUP}/providers/Microsoft.Network/networkSecurityGroups?$top=1", NETWORK),
        (f"{WEB}?$expand=subnets", NETWORK),
        (f"{WATCHER}/flowLogs?$filter=enabled", NETWORK),
        (f"{PROD}/providers/Microsoft.Storage/storageAccounts?$select=name", STORAGE),
        (f"{PROD}/providers/Microsoft.Storage/skus?$filter=location", STORAGE),
        (f"{PROD}/providers/Microsoft.Authorization/locks?$filter=atScope()", "2020-05-01"),
        ("/subscriptions?$skip=1&$top=2", RESOURCES),
        (f"{PROD}/resourceGroups?$filter=startswith(tagName,'a')", RESOURCES),
        (f"{PROD}/resourceGroups?$filter=name eq 'rg-prod-shop'", RESOURCES),
    ],
)
def test_an_option_that_is_not_modelled_is_not_passed_over(
    azure: LocalAzure, path: str, version: str
) -> None:
    reply = azure.call("GET", path.replace(" ", "%20"), version=version)

    assert (reply.status, reply.code) == (501, "NotModelled")


def filtered(azure: LocalAzure, path: str, text: str) -> set[str]:
    asked = f"{path}?$filter={text.replace(' ', '%20')}"
    reply = azure.call("GET", asked, version=RESOURCES)
    assert reply.status == 200
    return {each["name"] for each in reply.body["value"]}


def test_resource_groups_are_filtered_by_tag(azure: LocalAzure) -> None:
    groups = azure.call("GET", f"{PROD}/resourceGroups", version=RESOURCES).body["value"]
    tagged = next(group for group in groups if group.get("tags"))
    (name, value), *_ = tagged["tags"].items()
    wanted = {each["name"] for each in groups if (each.get("tags") or {}).get(name) == value}

    by_value = f"tagName eq '{name.upper()}' and tagValue eq '{value}'"
    assert filtered(azure, f"{PROD}/resourceGroups", by_value) == wanted
    assert filtered(azure, f"{PROD}/resourceGroups", "tagName eq 'nobody-has-this'") == set()


def test_resources_are_listed_and_filtered_by_type(azure: LocalAzure) -> None:
    everything = azure.call("GET", f"{PROD}/resources", version=RESOURCES).body["value"]
    types = {each["type"].casefold() for each in everything}
    asked = (
        "resourceType eq 'microsoft.network/networksecuritygroups' and location eq 'West Europe'"
    )
    groups = filtered(azure, f"{PROD}/resources", asked)

    assert "microsoft.network/virtualnetworks" in types
    assert "microsoft.resources/subscriptions/resourcegroups" not in types
    assert groups == {
        each["name"]
        for each in everything
        if each["type"].casefold() == "microsoft.network/networksecuritygroups"
        and each["location"] == "westeurope"
    }


def test_listed_resources_tell_times_and_states_where_asked(azure: LocalAzure) -> None:
    asked = f"{PROD}/resources?$expand=createdTime,changedTime,provisioningState&$filter="
    expanded = azure.call("GET", asked, version=RESOURCES).body["value"]
    plain = azure.call("GET", f"{PROD}/resources", version=RESOURCES).body["value"]

    extra = {"createdTime", "changedTime", "provisioningState"}
    assert [set(each) - set(other) for each, other in zip(expanded, plain, strict=True)] == [
        extra
    ] * len(plain)
    assert all(each["createdTime"] <= each["changedTime"] for each in expanded)


def test_a_provider_tells_its_types_versions_and_regions(azure: LocalAzure) -> None:
    reply = azure.call("GET", f"{PROD}/providers/Microsoft.Network", version="2022-09-01")
    types = {each["resourceType"]: each for each in reply.body["resourceTypes"]}

    assert "2025-09-01" in types["networkWatchers/flowLogs"]["apiVersions"]
    assert "West Europe" in types["networkWatchers/flowLogs"]["locations"]


def test_providers_and_regions_are_listed(azure: LocalAzure) -> None:
    providers = azure.call("GET", f"{PROD}/providers", version="2022-09-01").body["value"]
    regions = azure.call("GET", f"{PROD}/locations", version="2022-12-01").body["value"]

    assert {"Microsoft.Network", "Microsoft.Storage", "Microsoft.Insights"} <= {
        each["namespace"] for each in providers
    }
    named = {each["name"]: each for each in regions}
    assert named["westeurope"]["displayName"] == "West Europe"
    assert named["westeurope"]["metadata"]["pairedRegion"][0]["name"] == "northeurope"
    assert set(named) <= set(REGIONS)


ACCOUNT_NAME = "stcontosoredundancy"


def make(azure: LocalAzure, sku: str, location: str) -> Reply:
    id_ = f"{SHOP_GROUP}/providers/Microsoft.Storage/storageAccounts/{ACCOUNT_NAME}"
    azure.call("DELETE", id_, version=STORAGE)
    body = {"location": location, "kind": "StorageV2", "sku": {"name": sku}, "properties": {}}
    made = azure.call("PUT", id_, body, STORAGE)
    return azure.call("GET", id_, version=STORAGE) if made.status == 202 else made


@pytest.mark.parametrize(
    ("sku", "location", "copied"),
    [
        ("Standard_LRS", "westus", None),
        ("Standard_GRS", "westus", "eastus"),
        ("Standard_ZRS", "westeurope", None),
        ("Standard_GZRS", "West Europe", "northeurope"),
        ("Standard_ZRS", "italynorth", None),
        ("Standard_GZRS", "someregion9", None),
    ],
)
def test_a_redundancy_that_the_region_has(
    azure: LocalAzure, sku: str, location: str, copied: str | None
) -> None:
    account = make(azure, sku, location)

    assert account.status == 200
    assert account.body["properties"].get("secondaryLocation") == copied


@pytest.mark.parametrize(
    ("sku", "location"),
    [
        ("Standard_ZRS", "westus"),
        ("Standard_GZRS", "westus"),
        ("Standard_RAGZRS", "North Central US"),
        ("Standard_GRS", "italynorth"),
        ("Standard_GZRS", "israelcentral"),
    ],
)
def test_a_redundancy_that_the_region_lacks_is_refused(
    azure: LocalAzure, sku: str, location: str
) -> None:
    refused = make(azure, sku, location)

    assert (refused.status, refused.code) == (400, "RedundancyConfigurationNotAvailableInRegion")
    assert f"Sku: {sku}, Kind: StorageV2" in refused.body["error"]["message"]


def test_skus_say_the_same_beforehand(azure: LocalAzure) -> None:
    listed = azure.call("GET", f"{PROD}/providers/Microsoft.Storage/skus", version=STORAGE).body
    there = {(each["name"], each["locations"][0]) for each in listed["value"]}

    assert ("Standard_ZRS", "westeurope") in there
    assert ("Standard_ZRS", "westus") not in there
    assert ("Standard_GRS", "westus") in there
    assert ("Standard_GRS", "italynorth") not in there


def test_a_subscription_has_to_be_registered_for_what_it_writes(
    local_azure: Callable[..., LocalAzure], tmp_path: Path, shared_data: Path
) -> None:
    network = f"{PROD}/providers/Microsoft.Network"
    entry = {"id": network, "registrationState": "NotRegistered"}
    azure = local_azure(file(tmp_path, "e.json", [*json.loads(ESTATE.read_bytes()), entry]))
    created = f"{WATCHER}/flowLogs/created"
    target = f"{PROD}/resourceGroups/rg-prod-shop/providers/Microsoft.Network"
    body = flow_log(f"{target}/virtualNetworks/vnet-shop-weu")

    refused = azure.call("PUT", created, body, NETWORK)
    read = azure.call("GET", WATCHER, version=NETWORK)
    begun = azure.call("POST", f"{network}/register", version="2019-05-01")
    registered = azure.call("GET", network, version="2019-05-01")
    made = azure.call("PUT", created, body, NETWORK)

    recorded = (shared_data / "errors" / "recorded_errors.jsonl").read_text().splitlines()
    (wanted,) = (
        json.loads(json.loads(line)["body"])
        for line in recorded
        if json.loads(line)["code"] == "MissingSubscriptionRegistration"
    )
    assert refused.status == 409
    assert set(refused.body["error"]) >= set(wanted["error"]) - {"details"}
    assert refused.code == wanted["error"]["code"]
    assert refused.body["error"]["details"][0]["target"] == "Microsoft.Network"
    assert read.status == 200
    assert begun.body["registrationState"] == "Registering"
    assert registered.body["registrationState"] == "Registered"
    assert made.status == 201
