"""The list of service tags: of the whole cloud, from the estate or a sample."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.localazure.contoso import DEV, ESTATE, GRAPH, HUB, NETWORK, PROD
from tests.localazure.files import file
from tests.servers import LocalAzure, Reply

SAMPLE_RANGES = [
    ipaddress.ip_network(each)
    for each in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
]
"""RFC 5737 and 3849: nobody's addresses."""


def tags(azure: LocalAzure, subscription: str = PROD, location: str = "westeurope") -> Reply:
    path = f"{subscription}/providers/Microsoft.Network/locations/{location}/serviceTags"
    return azure.call("GET", path, version=NETWORK)


def named(listed: Any) -> dict[str, Any]:
    return {each["name"]: each["properties"] for each in listed["values"]}


def test_the_sample(azure: LocalAzure) -> None:
    reply = tags(azure)
    storage = named(reply.body)["Storage.WestEurope"]

    assert reply.status == 200
    assert reply.body["id"] == f"{PROD}/providers/Microsoft.Network/serviceTags/public"
    assert (reply.body["cloud"], reply.body["name"]) == ("Public", "public")
    assert (storage["region"], storage["systemService"]) == ("westeurope", "AzureStorage")
    prefixes = [
        ipaddress.ip_network(prefix)
        for each in named(reply.body).values()
        for prefix in each["addressPrefixes"]
    ]
    assert prefixes
    for prefix in prefixes:
        # Of one family at a time: the other's ranges do not compare.
        kind = [each for each in SAMPLE_RANGES if each.version == prefix.version]
        assert any(prefix.subnet_of(each) for each in kind), prefix  # type: ignore[arg-type]


def test_the_location_is_no_filter(azure: LocalAzure) -> None:
    assert tags(azure, location="northeurope").body == tags(azure).body


def test_an_estate_may_have_its_own(local_azure: Callable[..., LocalAzure], tmp_path: Path) -> None:
    value = {"name": "Mine", "id": "Mine", "properties": {"addressPrefixes": ["10.0.0.0/8"]}}
    own = {"id": f"{HUB}/providers/Microsoft.Network/serviceTags/public", "values": [value]}
    azure = local_azure(file(tmp_path, "own.json", [*json.loads(ESTATE.read_bytes()), own]))
    query = {"query": "resources | where type contains 'servicetags'"}

    shown = tags(azure, DEV).body
    assert list(named(shown)) == ["Mine"]
    assert shown["id"] == f"{DEV}/providers/Microsoft.Network/serviceTags/public"
    assert azure.call("POST", GRAPH, query).body["data"] == []


def test_the_right_that_it_needs(local_azure: Callable[..., LocalAzure], tmp_path: Path) -> None:
    right = "Microsoft.Network/locations/serviceTags/read"
    role = file(tmp_path, "role.json", {"Name": "None", "Actions": ["Microsoft.Network/*/write"]})
    allowed = file(tmp_path, "allowed.json", {"Name": "Tags", "Actions": [right]})

    refused = tags(local_azure(ESTATE, role=role))

    assert (refused.status, refused.code) == (403, "AuthorizationFailed")
    assert right in refused.body["error"]["message"]
    assert tags(local_azure(ESTATE, role=allowed)).status == 200


def test_a_subscription_that_is_not_there(azure: LocalAzure) -> None:
    assert tags(azure, f"{PROD}f").code == "SubscriptionNotFound"
