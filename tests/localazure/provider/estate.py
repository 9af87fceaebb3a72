"""A small estate as ARM returns it: two subscriptions with a watcher, storage and networks."""

from __future__ import annotations

from typing import Any

ONE = "5a000000-0000-4000-8000-000000000001"
TWO = "5a000000-0000-4000-8000-000000000002"
REGION = "westeurope"

Resource = dict[str, Any]


def group(subscription: str) -> str:
    return f"/subscriptions/{subscription}/resourceGroups/network"


def network(subscription: str, path: str) -> str:
    """Id of a resource of Microsoft.Network in the subscription's one group."""
    return f"{group(subscription)}/providers/Microsoft.Network/{path}"


def storage(subscription: str) -> str:
    name = f"logs{subscription[-1]}"
    return f"{group(subscription)}/providers/Microsoft.Storage/storageAccounts/{name}"


def flow_log(subscription: str, name: str) -> str:
    return network(subscription, f"networkWatchers/west/flowLogs/{name}")


OLD = flow_log(ONE, "old")
"""A flow log that somebody else made, on the virtual network `spoke` of the first subscription."""


def estate() -> list[Resource]:
    return [*_subscription(ONE), *_subscription(TWO), _old_flow_log()]


def _subscription(subscription: str) -> list[Resource]:
    return [
        {
            "id": f"/subscriptions/{subscription}",
            "type": "Microsoft.Resources/subscriptions",
            "subscriptionId": subscription,
            "tenantId": "7e000000-0000-4000-8000-000000000001",
            "displayName": f"number {subscription[-1]}",
            "state": "Enabled",
        },
        _resource(group(subscription), "Microsoft.Resources/resourceGroups"),
        _resource(
            network(subscription, "networkWatchers/west"), "Microsoft.Network/networkWatchers"
        ),
        _resource(
            network(subscription, "networkSecurityGroups/app"),
            "Microsoft.Network/networkSecurityGroups",
            securityRules=[],
        ),
        *(_virtual_network(subscription, name) for name in ("hub", "spoke")),
        {
            **_resource(storage(subscription), "Microsoft.Storage/storageAccounts"),
            "kind": "StorageV2",
            "sku": {"name": "Standard_LRS", "tier": "Standard"},
        },
    ]


def _virtual_network(subscription: str, name: str) -> Resource:
    return _resource(
        network(subscription, f"virtualNetworks/{name}"),
        "Microsoft.Network/virtualNetworks",
        addressSpace={"addressPrefixes": ["10.0.0.0/16"]},
        subnets=[],
    )


def _old_flow_log() -> Resource:
    return _resource(
        OLD,
        "Microsoft.Network/networkWatchers/flowLogs",
        targetResourceId=network(ONE, "virtualNetworks/spoke"),
        targetResourceGuid="9d000000-0000-4000-8000-000000000001",
        storageId=storage(ONE),
        enabled=True,
        format={"type": "JSON", "version": 2},
        retentionPolicy={"days": 30, "enabled": True},
        flowAnalyticsConfiguration={},
    )


def _resource(resource_id: str, kind: str, **properties: Any) -> Resource:
    return {
        "id": resource_id,
        "name": resource_id.rsplit("/", 1)[-1],
        "type": kind,
        "location": REGION,
        "etag": 'W/"0e000000-0000-4000-8000-000000000001"',
        "properties": {"provisioningState": "Succeeded", **properties},
    }
