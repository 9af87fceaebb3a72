"""A flow log as a program declares it, as ARM holds it, and as the state has it."""

from __future__ import annotations

from typing import Any

from tests.localazure.provider.scripted_arm import Answer
from tests.localazure.provider.stand_in import (
    SUBSCRIPTION,
)

GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/network"
NETWORK = f"{GROUP}/providers/Microsoft.Network"
WATCHER = f"{NETWORK}/networkWatchers/west"
ID = f"{WATCHER}/flowLogs/hub"
# ARM spells the last but one segment with a capital (recorded: azure-cli
# test_nw_flow_log_create_vnetid.json), which the state's id takes over.
ID_OF_ARM = f"{WATCHER}/FlowLogs/hub"
STORAGE = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/logs"
TARGET = f"{NETWORK}/virtualNetworks/hub"
INPUTS: dict[str, Any] = {
    "resourceGroupName": "network",
    "networkWatcherName": "west",
    "flowLogName": "hub",
    "azureApiVersion": "2024-05-01",
    "location": "westeurope",
    "storageId": STORAGE,
    "targetResourceId": TARGET,
    "enabled": True,
    "format": {"type": "JSON", "version": 2},
    "retentionPolicy": {"days": 90, "enabled": True},
    "tags": {"team": "network"},
}
PROPERTIES = {
    "storageId": STORAGE,
    "targetResourceId": TARGET,
    "enabled": True,
    "format": {"type": "JSON", "version": 2},
    "retentionPolicy": {"days": 90, "enabled": True},
}
BODY = {"location": "westeurope", "tags": {"team": "network"}, "properties": PROPERTIES}


def resource(state: str = "Succeeded", **properties: Any) -> dict[str, Any]:
    """The flow log as ARM answers it."""
    return {
        "id": ID_OF_ARM,
        "name": "hub",
        "type": "Microsoft.Network/networkWatchers/flowLogs",
        "etag": 'W/"1"',
        **BODY,
        "properties": {**PROPERTIES, "provisioningState": state, **properties},
    }


MISSING = Answer(404, {"error": {"code": "ResourceNotFound", "message": "none"}})
OUTPUTS = {
    "azureApiVersion": "2024-05-01",
    "id": ID_OF_ARM,
    "name": "hub",
    "type": "Microsoft.Network/networkWatchers/flowLogs",
    "etag": 'W/"1"',
    "location": "westeurope",
    "tags": {"team": "network"},
    **PROPERTIES,
    "provisioningState": "Succeeded",
}
