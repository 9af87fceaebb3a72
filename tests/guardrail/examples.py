"""Settings of a guardrail and outputs of a flow-logs stack, as its tests use them."""

from __future__ import annotations

from typing import Any

from guardrail.model import Settings
from guardrail.settings import parse_settings
from outputs import FlowLogOutputs, parse_outputs

SUBSCRIPTION = "00000000-0000-4000-8000-000000000002"
HOME = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/flow-logs-dev"
WORKSPACE = f"{HOME}/providers/Microsoft.OperationalInsights/workspaces/flow-logs-dev"
ACCOUNT = f"{HOME}/providers/Microsoft.Storage/storageAccounts/flowlogs"


def settings(subscription: str = SUBSCRIPTION, **values: Any) -> Settings:
    """Settings from keys and values, in a subscription's provider; by default of a group."""
    given = {"managementGroupId": "contoso"} if "subscriptionId" not in values else {}
    config = {f"flow-logs-guardrail:{key}": value for key, value in {**given, **values}.items()}
    return parse_settings("dev", "contoso", config, {"ARM_SUBSCRIPTION_ID": subscription})


def outputs(*regions: str) -> FlowLogOutputs:
    """Outputs of a stack with a storage account in each of these regions."""
    return parse_outputs(
        {
            "contractVersion": 1.0,
            "workspace": {
                "id": WORKSPACE,
                "name": "flow-logs-dev",
                "location": "westeurope",
                "resourceGroup": "flow-logs-dev",
            },
            "workspaceCustomerId": "guid",
            "storageAccounts": {region: [f"{ACCOUNT}{region}"] for region in regions},
            "watchers": {},
            "flowLogs": {},
            "networkSecurityGroups": {},
            "networks": {},
            "coverage": {"discovered": 0, "excluded": 0, "covered": 0, "skipped": []},
            "savedQueries": {},
            "alerts": {},
            "workbookId": "",
        }
    )
