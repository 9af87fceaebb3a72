"""The doctor on gateways: of ExpressRoute, of VPN, and of a kind that it may not read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from commands.checks import gateways
from commands.checks.scope import Scope, scope_of
from estate.cloud import Cloud, connect
from estate.discover import read_estate
from estate.identity import Identity
from plan import naming
from tests import estates_by_hand as hand
from tests.servers import LocalAzure

ONE = "00000000-0000-4000-8000-000000000001"
NETWORKS = f"/subscriptions/{ONE}/resourceGroups/rg-hub/providers/Microsoft.Network"
HUB = f"{NETWORKS}/virtualNetworks/vnet-hub"
ACCOUNT = f"/subscriptions/{ONE}/resourceGroups/rg-hub/providers/Microsoft.Storage/storageAccounts"
GATEWAY = f"{NETWORKS}/virtualNetworkGateways/gw-hub"


def estate(folder: Path, kind: str | None) -> Path:
    """A hub with a gateway, of which Azure tells the kind, or which is hidden from the caller."""
    here = {"location": "westeurope"}
    configuration = {"id": f"{GATEWAY}/ipConfigurations/default"}
    subnet = {
        "name": "GatewaySubnet",
        "properties": {"addressPrefix": "10.0.0.0/27", "ipConfigurations": [configuration]},
    }
    watcher = f"{NETWORKS}/networkWatchers/NetworkWatcher_westeurope"
    log = {"targetResourceId": HUB, "storageId": f"{ACCOUNT}/sthub", "enabled": True}
    entries = [
        {"id": f"/subscriptions/{ONE}", "subscriptionId": ONE},
        {"id": f"/subscriptions/{ONE}/resourceGroups/rg-hub", **here},
        {"id": watcher, **here},
        {"id": f"{ACCOUNT}/sthub", **here, "kind": "StorageV2", "sku": {"name": "Standard_LRS"}},
        {"id": HUB, **here, "properties": {"subnets": [subnet]}},
        {"id": f"{watcher}/flowLogs/hub", **here, "properties": log},
    ]
    if kind:
        entries.append({"id": GATEWAY, **here, "properties": {"gatewayType": kind}})
    path = folder / "estate.json"
    path.write_text(json.dumps(entries), encoding="utf-8")
    return path


@pytest.fixture
def looked(local_azure: Callable[..., LocalAzure], tmp_path: Path) -> Callable[..., list[str]]:
    """What the doctor says of the gateway of a hub."""

    def judged(kind: str | None) -> list[str]:
        azure = local_azure(estate(tmp_path, kind))
        variables = {"ARM_METADATA_HOSTNAME": azure.url}
        cloud = connect(Identity(subscription_id=ONE, variables=variables))
        return [found.what for found in gateways.judge(cloud, scope(cloud))]

    def scope(cloud: Cloud) -> Scope:
        settings = hand.settings(
            subscriptions=(ONE,),
            identity=Identity(subscription_id=ONE),
            networks_without_nsg="cover",
        )
        read = read_estate(cloud, settings.subscriptions, naming.home(settings), print)
        return scope_of(read, settings, named=True)

    return judged


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("ExpressRoute", ["gateway gw-hub is in it"]),
        ("Vpn", []),
        (None, ["gateway gw-hub is in it, whose kind could not be read"]),
    ],
)
def test_a_gateway_of_expressroute_is_told_of(
    looked: Callable[..., list[str]], kind: str | None, told: list[str]
) -> None:
    assert looked(kind) == told
