"""Route tables with their routes, and peerings of networks, both sides in step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.localazure.contoso import ERP, ESTATE, NETWORK, PAYMENTS, PROD, RESOURCES, SHOP, resource
from tests.servers import LocalAzure, Reply

TABLE = resource(PROD, "rg-prod-shop", "routeTables", "rt-new")
NORTH_TABLE = resource(PROD, "rg-prod-shop", "routeTables", "rt-north")
ROUTE = {
    "addressPrefix": "0.0.0.0/0",
    "nextHopType": "VirtualAppliance",
    "nextHopIpAddress": "10.10.1.4",
}
TO_PAYMENTS, TO_SHOP = (
    f"{SHOP}/virtualNetworkPeerings/to-payments",
    f"{PAYMENTS}/virtualNetworkPeerings/to-shop",
)


@pytest.fixture
def azure(local_azure: Callable[..., LocalAzure]) -> Iterator[LocalAzure]:
    """A server of its own for each test: each changes the estate."""
    server = local_azure(ESTATE)
    yield server
    server.stop()


def put(azure: LocalAzure, id_: str, properties: Any, location: str = "westeurope") -> Reply:
    return azure.call("PUT", id_, {"location": location, "properties": properties}, NETWORK)


def read(azure: LocalAzure, id_: str) -> Any:
    return azure.call("GET", id_, version=NETWORK).body


def peer(azure: LocalAzure, peering: str, remote: str) -> Reply:
    body = {"properties": {"remoteVirtualNetwork": {"id": remote}, "allowForwardedTraffic": True}}
    return azure.call("PUT", peering, body, NETWORK)


def state(azure: LocalAzure, peering: str) -> str:
    return str(read(azure, peering)["properties"]["peeringState"])


def test_a_route_table_and_its_routes(azure: LocalAzure) -> None:
    made = put(azure, TABLE, {"routes": [{"name": "internet", "properties": ROUTE}]})
    again = azure.call("PUT", f"{TABLE}/routes/second", {"properties": ROUTE}, NETWORK)
    azure.call("DELETE", f"{TABLE}/routes/internet", version=NETWORK)
    shown = read(azure, TABLE)

    assert (made.status, again.status) == (201, 201)
    assert made.body["properties"]["provisioningState"] == "Updating"
    assert made.body["properties"]["disableBgpRoutePropagation"] is False
    assert shown["properties"]["provisioningState"] == "Succeeded"
    (route,) = shown["properties"]["routes"]
    assert route["id"] == f"{TABLE}/routes/second"
    assert route["properties"] == {**ROUTE, "provisioningState": "Succeeded"}
    listed = read(azure, f"{PROD}/providers/Microsoft.Network/routeTables")["value"]
    assert [each["name"] for each in listed] == ["rt-new"]
    assert read(azure, f"{TABLE}/routes")["value"] == [route]


def test_a_subnet_uses_a_route_table_of_its_region(azure: LocalAzure) -> None:
    put(azure, TABLE, {})
    put(azure, NORTH_TABLE, {}, "northeurope")
    subnet = f"{SHOP}/subnets/snet-new"
    body = {"addressPrefix": "10.20.9.0/24", "routeTable": {"id": NORTH_TABLE}}
    elsewhere = put(azure, subnet, body)
    inside = put(azure, subnet, body | {"routeTable": {"id": TABLE}})
    in_use = azure.call("DELETE", TABLE, version=NETWORK)
    users = read(azure, TABLE)["properties"]["subnets"]
    put(azure, subnet, {"addressPrefix": "10.20.9.0/24"})

    assert (elsewhere.status, elsewhere.code) == (400, "InvalidResourceReference")
    assert inside.status == 201
    assert (in_use.status, in_use.code) == (400, "InUseRouteTableCannotBeDeleted")
    assert users == [{"id": subnet}]
    assert "subnets" not in read(azure, TABLE)["properties"]
    assert azure.call("DELETE", TABLE, version=NETWORK).status == 202


def test_two_sides_connect_and_part(azure: LocalAzure) -> None:
    first = peer(azure, TO_PAYMENTS, PAYMENTS)
    alone = state(azure, TO_PAYMENTS)
    peer(azure, TO_SHOP, SHOP.upper().replace("/SUBSCRIPTIONS/", "/subscriptions/"))
    both = state(azure, TO_PAYMENTS), state(azure, TO_SHOP)
    gone = azure.call("DELETE", TO_SHOP, version=NETWORK)
    azure.call("GET", gone.headers["azure-asyncoperation"])

    assert (first.status, first.body["properties"]["provisioningState"]) == (201, "Updating")
    assert first.body["properties"]["remoteAddressSpace"] == {"addressPrefixes": ["10.21.0.0/16"]}
    assert first.body["properties"]["allowForwardedTraffic"] is True
    assert (alone, both) == ("Initiated", ("Connected", "Connected"))
    assert gone.status == 202
    assert state(azure, TO_PAYMENTS) == "Disconnected"
    assert read(azure, SHOP)["properties"]["virtualNetworkPeerings"][0]["id"] == TO_PAYMENTS
    assert azure.call("GET", TO_SHOP, version=NETWORK).code == "NotFound"


def test_a_network_that_goes_leaves_its_peers(azure: LocalAzure) -> None:
    other = resource(PROD, "rg-prod-shop", "virtualNetworks", "vnet-new")
    put(azure, other, {"addressSpace": {"addressPrefixes": ["10.99.0.0/16"]}})
    peer(azure, TO_PAYMENTS, other)
    peer(azure, f"{other}/virtualNetworkPeerings/back", SHOP)

    azure.call("DELETE", other, version=NETWORK)

    assert state(azure, TO_PAYMENTS) == "Disconnected"


def test_a_group_that_goes_leaves_the_peers_of_its_networks(azure: LocalAzure) -> None:
    plant = resource(PROD, "rg-prod-plant", "virtualNetworks", "vnet-plant-sdc")
    peer(azure, TO_PAYMENTS, plant)
    peer(azure, f"{plant}/virtualNetworkPeerings/back", SHOP)

    azure.call("DELETE", f"{PROD}/resourceGroups/rg-prod-plant", version=RESOURCES)

    assert state(azure, TO_PAYMENTS) == "Disconnected"


def test_a_network_written_anew_keeps_or_replaces_its_peerings(azure: LocalAzure) -> None:
    peer(azure, TO_PAYMENTS, PAYMENTS)
    peer(azure, TO_SHOP, SHOP)
    network = read(azure, SHOP)["properties"]
    silent = {name: value for name, value in network.items() if name != "virtualNetworkPeerings"}
    put(azure, SHOP, silent)
    kept = state(azure, TO_PAYMENTS)
    given = {"name": "to-erp", "properties": {"remoteVirtualNetwork": {"id": ERP}}}
    put(azure, SHOP, silent | {"virtualNetworkPeerings": [given]})

    assert kept == "Connected"
    (left,) = read(azure, SHOP)["properties"]["virtualNetworkPeerings"]
    assert (left["name"], left["properties"]["provisioningState"]) == ("to-erp", "Succeeded")
    assert state(azure, TO_SHOP) == "Disconnected"


@pytest.mark.parametrize(
    ("remote", "code"),
    [
        (f"{SHOP}-not", "InvalidResourceReference"),
        (TABLE, "InvalidRequestFormat"),
        ("", "InvalidRequestFormat"),
    ],
)
def test_a_peering_needs_a_network(azure: LocalAzure, remote: str, code: str) -> None:
    before = read(azure, SHOP)
    reply = peer(azure, TO_PAYMENTS, remote)

    assert (reply.status, reply.code) == (400, code)
    assert read(azure, SHOP) == before
