"""Resource types that the stand-in knows, one entry each.

The properties of a type come from the installed SDK (`sdk_shapes.json`, which `derive` writes); an
entry holds what the SDK does not say: where the resource lives in ARM, what is long-running, which
inputs force a replacement, and where ARM's body differs from the SDK's flat names.

Paths, long-running marks and required inputs: Azure/azure-rest-api-specs at the API version named.
Names that differ: the `x-ms-client-name` of the same files. Forced replacements beyond path
parameters: what the `x-ms-mutability` of the same files lets be created and not updated, which
`mutability` compares with a checkout of them, and `forceNewMap` in pulumi-azure-native,
`provider/pkg/gen/replacements.go`. The scopes of a ScheduledQueryRule joined that map in commit
2afdb0dd, and are no replacement here: which release has it is not known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

_GROUP = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"
_NETWORK = f"{_GROUP}/providers/Microsoft.Network"
_INSIGHTS = f"{_GROUP}/providers/Microsoft.Insights"
_WORKSPACES = f"{_GROUP}/providers/Microsoft.OperationalInsights/workspaces"
_AUTHORIZATION = "/{scope}/providers/Microsoft.Authorization"
_REMEDIATION = "providers/Microsoft.PolicyInsights/remediations/{remediationName}"


class UnknownTypeError(Exception):
    """A resource type that the stand-in does not know."""


@dataclass(frozen=True, kw_only=True)
class ResourceType:
    """One azure-native resource type at one API version."""

    token: str
    """`azure-native:<module>:<Type>`, without an API version."""
    path: str
    """ARM id with `{parameters}`; each is an input of the same name, but for `subscriptionId`."""
    api_version: str
    """The SDK's default, sent as the query parameter `api-version`."""
    long_running: frozenset[str] = frozenset()
    """HTTP methods that Azure describes as long-running (`x-ms-long-running-operation`)."""
    required: frozenset[str] = frozenset()
    """Inputs that Azure requires although the SDK does not, since the provider can default them."""
    replaced_on: frozenset[str] = frozenset()
    """Inputs outside the path whose change replaces the resource."""
    made_with_parent: bool = False
    """Part of its parent from the start: created over Azure's defaults, reset and not deleted."""
    kept_when_unset: tuple[str, ...] = ()
    """Sub-resources declared inline or on their own: unset, an update keeps what Azure has."""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    """Inputs that an update sends where they were set and are not any more, since Azure would keep
    them (`propertyDefaults` in `provider/pkg/gen/propertyDefaults.go`)."""
    wrapped: bool = True
    """Whether ARM holds the type's own properties under `properties`."""
    wrapped_shapes: frozenset[str] = frozenset()
    """Nested shapes under `properties`, beside those that carry an etag."""
    body_paths: Mapping[str, str] = field(default_factory=dict)
    """Input, or `Shape.member` of a nested shape → dotted place in ARM's body, if not the usual."""

    @property
    def module(self) -> str:
        return self.token.split(":")[1]

    @property
    def name(self) -> str:
        return self.token.split(":")[2]

    @cached_property
    def path_inputs(self) -> tuple[str, ...]:
        """Inputs that make up the id, in order; the last one names the resource itself."""
        names = re.findall(r"\{(\w+)\}", self.path)
        return tuple(name for name in names if name != "subscriptionId")


_TYPES = (
    ResourceType(
        token="azure-native:resources:ResourceGroup",
        path=_GROUP,
        api_version="2024-03-01",
        long_running=frozenset({"DELETE"}),
        required=frozenset({"location"}),
        replaced_on=frozenset({"location"}),
        wrapped=False,
    ),
    ResourceType(
        token="azure-native:network:NetworkWatcher",
        path=f"{_NETWORK}/networkWatchers/{{networkWatcherName}}",
        api_version="2024-05-01",
        long_running=frozenset({"DELETE"}),
    ),
    ResourceType(
        token="azure-native:network:FlowLog",
        path=f"{_NETWORK}/networkWatchers/{{networkWatcherName}}/flowLogs/{{flowLogName}}",
        api_version="2024-05-01",
        long_running=frozenset({"PUT", "DELETE"}),
    ),
    ResourceType(
        token="azure-native:network:VirtualNetwork",
        path=f"{_NETWORK}/virtualNetworks/{{virtualNetworkName}}",
        api_version="2024-05-01",
        long_running=frozenset({"PUT", "DELETE"}),
        replaced_on=frozenset({"location"}),
        kept_when_unset=("subnets", "virtualNetworkPeerings"),
        wrapped_shapes=frozenset({"LoadBalancerBackendAddress"}),
        body_paths={"IpamPoolPrefixAllocation.id": "pool.id"},
    ),
    ResourceType(
        token="azure-native:network:NetworkSecurityGroup",
        path=f"{_NETWORK}/networkSecurityGroups/{{networkSecurityGroupName}}",
        api_version="2024-05-01",
        long_running=frozenset({"PUT", "DELETE"}),
        kept_when_unset=("securityRules",),
        wrapped_shapes=frozenset({"LoadBalancerBackendAddress"}),
        body_paths={"IpamPoolPrefixAllocation.id": "pool.id"},
    ),
    ResourceType(
        token="azure-native:storage:StorageAccount",
        path=f"{_GROUP}/providers/Microsoft.Storage/storageAccounts/{{accountName}}",
        api_version="2024-01-01",
        long_running=frozenset({"PUT"}),
        required=frozenset({"location"}),
        replaced_on=frozenset({"location", "isHnsEnabled"}),
        defaults={
            "networkRuleSet": {
                "bypass": "AzureServices",
                "defaultAction": "Allow",
                "ipRules": [],
                "virtualNetworkRules": [],
            }
        },
        wrapped_shapes=frozenset({"PrivateEndpointConnection"}),
        body_paths={
            "enableHttpsTrafficOnly": "properties.supportsHttpsTrafficOnly",
            "enableNfsV3": "properties.isNfsV3Enabled",
            "networkRuleSet": "properties.networkAcls",
            "Encryption.encryptionIdentity": "identity",
            "Encryption.keyVaultProperties": "keyvaultproperties",
            "EncryptionIdentity.encryptionFederatedIdentityClientId": "federatedIdentityClientId",
            "EncryptionIdentity.encryptionUserAssignedIdentity": "userAssignedIdentity",
            "IPRule.iPAddressOrRange": "value",
            "KeyVaultProperties.keyName": "keyname",
            "KeyVaultProperties.keyVaultUri": "keyvaulturi",
            "KeyVaultProperties.keyVersion": "keyversion",
            "VirtualNetworkRule.virtualNetworkResourceId": "id",
        },
    ),
    ResourceType(
        # `defaultResourcesState` in provider/pkg/provider lists it, with an empty body.
        token="azure-native:storage:BlobServiceProperties",
        path=f"{_GROUP}/providers/Microsoft.Storage/storageAccounts/{{accountName}}"
        "/blobServices/{blobServicesName}",
        api_version="2024-01-01",
        made_with_parent=True,
    ),
    ResourceType(
        token="azure-native:storage:ManagementPolicy",
        path=f"{_GROUP}/providers/Microsoft.Storage/storageAccounts/{{accountName}}"
        "/managementPolicies/{managementPolicyName}",
        api_version="2024-01-01",
    ),
    ResourceType(
        token="azure-native:operationalinsights:SavedSearch",
        path=f"{_WORKSPACES}/{{workspaceName}}/savedSearches/{{savedSearchId}}",
        api_version="2023-09-01",
        body_paths={"tags": "properties.tags"},
    ),
    ResourceType(
        token="azure-native:monitor:ScheduledQueryRule",
        path=f"{_INSIGHTS}/scheduledQueryRules/{{ruleName}}",
        api_version="2025-01-01-preview",
        required=frozenset({"location"}),
        replaced_on=frozenset({"location"}),
    ),
    ResourceType(
        token="azure-native:securityinsights:ScheduledAlertRule",
        path=f"{_WORKSPACES}/{{workspaceName}}/providers/Microsoft.SecurityInsights"
        "/alertRules/{ruleId}",
        api_version="2024-09-01",
    ),
    ResourceType(
        token="azure-native:monitor:ActionGroup",
        path=f"{_INSIGHTS}/actionGroups/{{actionGroupName}}",
        api_version="2024-10-01-preview",
        required=frozenset({"location"}),
    ),
    ResourceType(
        token="azure-native:monitor:ActivityLogAlert",
        path=f"{_INSIGHTS}/activityLogAlerts/{{activityLogAlertName}}",
        api_version="2020-10-01",
    ),
    ResourceType(
        token="azure-native:monitor:DataCollectionRule",
        path=f"{_INSIGHTS}/dataCollectionRules/{{dataCollectionRuleName}}",
        api_version="2022-06-01",
        required=frozenset({"location"}),
        replaced_on=frozenset({"location"}),
    ),
    ResourceType(
        token="azure-native:applicationinsights:Workbook",
        path=f"{_INSIGHTS}/workbooks/{{resourceName}}",
        api_version="2023-06-01",
        required=frozenset({"location"}),
        replaced_on=frozenset({"location"}),
    ),
    ResourceType(
        token="azure-native:operationalinsights:Workspace",
        path=f"{_WORKSPACES}/{{workspaceName}}",
        api_version="2023-09-01",
        long_running=frozenset({"PUT", "DELETE"}),
        required=frozenset({"location"}),
        replaced_on=frozenset({"location"}),
        body_paths={"sku": "properties.sku"},
    ),
    ResourceType(
        token="azure-native:authorization:PolicyAssignment",
        path=f"{_AUTHORIZATION}/policyAssignments/{{policyAssignmentName}}",
        api_version="2025-01-01",
    ),
    ResourceType(
        token="azure-native:authorization:RoleAssignment",
        path=f"{_AUTHORIZATION}/roleAssignments/{{roleAssignmentName}}",
        api_version="2022-04-01",
        replaced_on=frozenset({"principalId"}),
    ),
    ResourceType(
        token="azure-native:managedidentity:UserAssignedIdentity",
        path=f"{_GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities"
        "/{resourceName}",
        api_version="2023-01-31",
        required=frozenset({"location"}),
        replaced_on=frozenset({"location"}),
    ),
    ResourceType(
        token="azure-native:policyinsights:RemediationAtManagementGroup",
        path="/providers/{managementGroupsNamespace}/managementGroups/{managementGroupId}/"
        + _REMEDIATION,
        api_version="2024-10-01",
    ),
    ResourceType(
        token="azure-native:policyinsights:RemediationAtSubscription",
        path=f"/subscriptions/{{subscriptionId}}/{_REMEDIATION}",
        api_version="2024-10-01",
    ),
)

ALL: Mapping[str, ResourceType] = {entry.token: entry for entry in _TYPES}

_TOKEN = re.compile(r"azure-native:(\w+)(?:/v(\d{4})(\d{2})(\d{2})(\w*))?:(\w+)")


def find(token: str) -> ResourceType:
    """The type behind a token with or without API version (`azure-native:network/v20240501:…`).

    Raises UnknownTypeError, a single line that names the token.
    """
    match = _TOKEN.fullmatch(token)
    entry = ALL.get(f"azure-native:{match[1]}:{match[6]}") if match else None
    if match is None or entry is None:
        known = ", ".join(sorted(entry.name for entry in ALL.values()))
        raise UnknownTypeError(
            f"resource type {token} is not modelled by local Azure's azure-native provider "
            f"(it knows {known}): deploy it with the real provider"
        )
    if match[2] is None:
        return entry
    suffix = f"-{match[5]}" if match[5] else ""
    return replace(entry, api_version=f"{match[2]}-{match[3]}-{match[4]}{suffix}")
