"""Request bodies against Azure's own JSON schemas of the resources."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from localazure.provider import convert, resource_types, sdk_shapes
from tests.arm_schemas import against_schema

Body = dict[str, Any]
GROUP = "/subscriptions/5a000000-0000-4000-8000-000000000001/resourceGroups/network/providers"

FLOW_LOG: Body = {
    "location": "westeurope",
    "storageId": f"{GROUP}/Microsoft.Storage/storageAccounts/logs",
    "targetResourceId": f"{GROUP}/Microsoft.Network/virtualNetworks/hub",
    "enabled": True,
    "enabledFilteringCriteria": "SrcIP=10.0.0.4",
    "format": {"type": "JSON", "version": 2},
    "retentionPolicy": {"days": 90, "enabled": True},
    "identity": {"type": "UserAssigned", "userAssignedIdentities": ["/identity"]},
    "flowAnalyticsConfiguration": {
        "networkWatcherFlowAnalyticsConfiguration": {
            "enabled": True,
            "trafficAnalyticsInterval": 10,
            "workspaceId": "f1ec0000-0000-4000-8000-000000000001",
            "workspaceRegion": "westeurope",
            "workspaceResourceId": f"{GROUP}/Microsoft.OperationalInsights/workspaces/flows",
        }
    },
    "tags": {"team": "network"},
}
STORAGE: Body = {
    "kind": "StorageV2",
    "location": "westeurope",
    "sku": {"name": "Standard_LRS"},
    "minimumTlsVersion": "TLS1_2",
    "allowSharedKeyAccess": False,
    "allowBlobPublicAccess": False,
    "enableHttpsTrafficOnly": True,
    "enableNfsV3": False,
    "encryption": {
        "keySource": "Microsoft.Keyvault",
        "encryptionIdentity": {"encryptionUserAssignedIdentity": "/identity"},
        "keyVaultProperties": {"keyName": "k", "keyVaultUri": "https://v", "keyVersion": "1"},
        "services": {"blob": {"enabled": True, "keyType": "Account"}},
    },
    "networkRuleSet": {
        "bypass": "AzureServices",
        "defaultAction": "Deny",
        "ipRules": [{"iPAddressOrRange": "198.51.100.0/24", "action": "Allow"}],
        "virtualNetworkRules": [{"virtualNetworkResourceId": "/subnet", "action": "Allow"}],
    },
    "identity": {"type": "UserAssigned", "userAssignedIdentities": ["/identity"]},
}
SECURITY_GROUP: Body = {
    "location": "westeurope",
    "securityRules": [
        {
            "name": "in",
            "access": "Allow",
            "direction": "Inbound",
            "protocol": "Tcp",
            "priority": 100,
            "destinationPortRanges": ["443"],
            "destinationApplicationSecurityGroups": [{"id": "/group", "location": "westeurope"}],
        }
    ],
}
WORKSPACE: Body = {
    "location": "westeurope",
    "sku": {"name": "PerGB2018"},
    "retentionInDays": 90,
    "workspaceCapping": {"dailyQuotaGb": 5},
    "features": {"enableLogAccessUsingOnlyResourcePermissions": True},
    "tags": {"team": "network"},
}
SAVED_SEARCH: Body = {
    "category": "flow logs",
    "displayName": "top talkers",
    "query": "NTANetAnalytics | take 10",
    "functionAlias": "top_talkers",
    "functionParameters": "since: timespan = 1h",
    "version": 2,
    "tags": [{"name": "team", "value": "network"}],
}
ALERT: Body = {
    "location": "westeurope",
    "enabled": True,
    "displayName": "denied flows",
    "severity": 2,
    "evaluationFrequency": "PT1H",
    "windowSize": "PT1H",
    "scopes": [f"{GROUP}/Microsoft.OperationalInsights/workspaces/flows"],
    "criteria": {
        "allOf": [
            {
                "query": "NTANetAnalytics",
                "timeAggregation": "Total",
                "metricMeasureColumn": "flows",
                "operator": "GreaterThan",
                "threshold": 1000,
                "dimensions": [{"name": "SrcIp", "operator": "Include", "values": ["*"]}],
                "failingPeriods": {
                    "minFailingPeriodsToAlert": 1,
                    "numberOfEvaluationPeriods": 1,
                },
            }
        ]
    },
    "actions": {"actionGroups": [f"{GROUP}/Microsoft.Insights/actionGroups/network"]},
}
ACTION_GROUP: Body = {
    "location": "global",
    "groupShortName": "network",
    "enabled": True,
    "emailReceivers": [
        {"name": "team", "emailAddress": "network@contoso.test", "useCommonAlertSchema": True}
    ],
}
LIFECYCLE: Body = {
    "policy": {
        "rules": [
            {
                "enabled": True,
                "name": "flow-logs-retention",
                "type": "Lifecycle",
                "definition": {
                    "actions": {"baseBlob": {"delete": {"daysAfterModificationGreaterThan": 90}}},
                    "filters": {
                        "blobTypes": ["blockBlob"],
                        "prefixMatch": ["insights-logs-flowlogflowevent/"],
                    },
                },
            }
        ]
    }
}
NETWORK = "Microsoft.Network.flowLogs.2024-05-01"
CASES = {
    "azure-native:network:FlowLog": (FLOW_LOG, NETWORK, "networkWatchers_flowLogs"),
    "azure-native:network:NetworkWatcher": (
        {"location": "westeurope", "tags": {"team": "network"}},
        NETWORK,
        "networkWatchers",
    ),
    "azure-native:network:NetworkSecurityGroup": (
        SECURITY_GROUP,
        "Microsoft.Network.networkSecurityGroups.2024-05-01",
        "networkSecurityGroups",
    ),
    "azure-native:storage:StorageAccount": (
        STORAGE,
        "Microsoft.Storage.2023-05-01",
        "storageAccounts",
    ),
    "azure-native:storage:ManagementPolicy": (
        LIFECYCLE,
        "Microsoft.Storage.2024-01-01",
        "storageAccounts_managementPolicies",
    ),
    "azure-native:operationalinsights:Workspace": (
        WORKSPACE,
        "Microsoft.OperationalInsights.2023-09-01",
        "workspaces",
    ),
    "azure-native:operationalinsights:SavedSearch": (
        SAVED_SEARCH,
        "Microsoft.OperationalInsights.2023-09-01",
        "workspaces_savedSearches",
    ),
    "azure-native:monitor:ScheduledQueryRule": (
        ALERT,
        "Microsoft.Insights.2023-12-01",
        "scheduledQueryRules",
    ),
    "azure-native:monitor:ActionGroup": (
        ACTION_GROUP,
        "Microsoft.Insights.2023-01-01",
        "actionGroups",
    ),
}
ELSEWHERE = "held against published examples in tests/components/test_monitoring.py"
NO_SCHEMA = {
    "azure-native:resources:ResourceGroup": "a location and tags, nothing to get wrong",
    "azure-native:network:VirtualNetwork": "made by tests alone",
    "azure-native:managedidentity:UserAssignedIdentity": "a location and tags, as a group",
    "azure-native:storage:BlobServiceProperties": "as recorded: azure-mgmt-storage-11.2.0",
    "azure-native:monitor:ActivityLogAlert": ELSEWHERE,
    "azure-native:monitor:DataCollectionRule": ELSEWHERE,
    "azure-native:applicationinsights:Workbook": ELSEWHERE,
    "azure-native:authorization:PolicyAssignment": "of the guardrail, from the spec's examples",
    "azure-native:authorization:RoleAssignment": "of the guardrail, from the spec's examples",
    "azure-native:policyinsights:RemediationAtManagementGroup": "of the guardrail, as above",
    "azure-native:policyinsights:RemediationAtSubscription": "of the guardrail, as above",
    "azure-native:securityinsights:ScheduledAlertRule": "local Azure holds it against the limits",
}
"""Types without a schema at hand, and why that is bearable."""


def violations(folder: Path, token: str, body: Body) -> list[str]:
    """What Azure's schema of the type says against the body."""
    _, file, resource = CASES[token]
    return against_schema(folder, file, resource, body)


@pytest.fixture(scope="module")
def schemas(shared_data: Path) -> Path:
    return shared_data / "specs" / "arm-json-schema"


@pytest.mark.parametrize("token", CASES)
def test_azures_schema_accepts_the_body(schemas: Path, token: str) -> None:
    inputs = CASES[token][0]
    body = convert.request_body(sdk_shapes.of(token), inputs)
    assert violations(schemas, token, body) == []


def test_every_type_is_held_against_a_schema_or_explained() -> None:
    assert CASES.keys() | NO_SCHEMA.keys() == resource_types.ALL.keys()
    assert not CASES.keys() & NO_SCHEMA.keys()


@pytest.mark.parametrize("token", [token for token in CASES if "Watcher" not in token])
def test_the_schema_would_notice_the_sdks_flat_form(schemas: Path, token: str) -> None:
    assert violations(schemas, token, CASES[token][0])


@pytest.mark.parametrize("token", CASES)
def test_a_body_reads_back_as_the_inputs_it_came_from(token: str) -> None:
    inputs = CASES[token][0]
    known = sdk_shapes.of(token)
    assert convert.inputs_of_response(known, convert.request_body(known, inputs)) == inputs


def test_parts_of_a_network_are_wrapped_as_azure_wraps_them() -> None:
    inputs = {
        "addressSpace": {
            "addressPrefixes": ["10.0.0.0/16"],
            "ipamPoolPrefixAllocations": [{"id": "/pool", "numberOfIpAddresses": "256"}],
        },
        "subnets": [{"name": "app", "addressPrefix": "10.0.0.0/24", "natGateway": {"id": "/n"}}],
    }
    body = convert.request_body(sdk_shapes.of("azure-native:network:VirtualNetwork"), inputs)
    pool = {"pool": {"id": "/pool"}, "numberOfIpAddresses": "256"}
    subnet = {"addressPrefix": "10.0.0.0/24", "natGateway": {"id": "/n"}}
    assert body["properties"] == {
        "addressSpace": {
            "addressPrefixes": ["10.0.0.0/16"],
            "ipamPoolPrefixAllocations": [pool],
        },
        "subnets": [{"name": "app", "properties": subnet}],
    }


def test_a_resource_group_has_no_properties_to_wrap() -> None:
    inputs = {"resourceGroupName": "network", "location": "westeurope", "tags": {"a": "b"}}
    body = convert.request_body(sdk_shapes.of("azure-native:resources:ResourceGroup"), inputs)
    assert body == {"location": "westeurope", "tags": {"a": "b"}}
