"""Resource groups, network watchers, storage accounts and the workspace."""

from __future__ import annotations

import pulumi

from components.resource import AzureResource
from plan import arm_properties
from plan.model.foundation import (
    PlannedBlobService,
    PlannedGroup,
    PlannedIdentity,
    PlannedLifecycle,
    PlannedRoleAssignment,
    PlannedStorage,
    PlannedWatcher,
    PlannedWorkspace,
)
from plan.resource_types import (
    BLOB_SERVICE_TYPE,
    GROUP_TYPE,
    IDENTITY_TYPE,
    LIFECYCLE_TYPE,
    ROLE_TYPE,
    STORAGE_TYPE,
    WATCHER_TYPE,
    WORKSPACE_TYPE,
)

BESIDE_BLOBS = ["cors", "defaultServiceVersion", "lastAccessTimeTrackingPolicy"]
"""Properties of a blob service that are for those who read it."""
BESIDE_FIREWALL = [
    *(f"networkRuleSet.{kind}" for kind in ("ipRules", "virtualNetworkRules")),
    *("networkRuleSet.resourceAccessRules", "encryption", "identity", "keyPolicy", "sasPolicy"),
]
"""Properties of a storage account that its owner may add: who else may enter, and with which keys.

What the firewall does with everybody else, and that Azure may enter, is the program's.
"""
BESIDE_ROWS = ["features", "forceCmkForQuery", "identity"]
"""Properties of a workspace that its owner may add: who may look at what, and with which keys."""


def resource_group(planned: PlannedGroup, opts: pulumi.ResourceOptions) -> AzureResource:
    """A resource group of a plan; its name is an output."""
    inputs = {
        "resourceGroupName": planned.name,
        "location": planned.location,
        "tags": planned.tags,
    }
    return AzureResource(GROUP_TYPE, planned.logical_name, inputs, opts, ("name",))


def network_watcher(planned: PlannedWatcher, opts: pulumi.ResourceOptions) -> AzureResource:
    """A network watcher for a region that has none."""
    inputs = {
        "networkWatcherName": planned.name,
        "resourceGroupName": planned.resource_group,
        "location": planned.location,
        "tags": planned.tags,
    }
    return AzureResource(WATCHER_TYPE, planned.logical_name, inputs, opts)


def blob_service(planned: PlannedBlobService, opts: pulumi.ResourceOptions) -> AzureResource:
    """The blob service of a storage account. What readers of the account set beside it stays."""
    inputs = {
        **arm_properties.blob_service(planned)["properties"],
        "blobServicesName": planned.name,
        "accountName": planned.account_name,
        "resourceGroupName": planned.resource_group,
    }
    own = opts if planned.untouched else _but(opts, BESIDE_BLOBS)
    return AzureResource(BLOB_SERVICE_TYPE, planned.logical_name, inputs, own)


def lifecycle_policy(planned: PlannedLifecycle, opts: pulumi.ResourceOptions) -> AzureResource:
    """The lifecycle rules of a storage account."""
    inputs = {
        **arm_properties.lifecycle_policy(planned)["properties"],
        "managementPolicyName": planned.name,
        "accountName": planned.account_name,
        "resourceGroupName": planned.resource_group,
    }
    return AzureResource(LIFECYCLE_TYPE, planned.logical_name, inputs, opts)


def storage_account(
    planned: PlannedStorage, group: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> AzureResource:
    """A storage account that Azure alone writes to, in the resource group of that name."""
    arm = arm_properties.storage_account(planned)
    properties = dict(arm["properties"])
    inputs = {
        "accountName": planned.name,
        "resourceGroupName": group,
        "location": planned.location,
        "kind": arm["kind"],
        "sku": arm["sku"],
        "enableHttpsTrafficOnly": properties.pop("supportsHttpsTrafficOnly"),
        "networkRuleSet": properties.pop("networkAcls"),
        **properties,
        "tags": planned.tags,
    }
    return AzureResource(STORAGE_TYPE, planned.logical_name, inputs, _but(opts, BESIDE_FIREWALL))


def managed_identity(
    planned: PlannedIdentity, group: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> AzureResource:
    """A user-assigned identity, in the resource group of that name; its principal is an output."""
    inputs = {
        "resourceName": planned.name,
        "resourceGroupName": group,
        "location": planned.location,
        "tags": planned.tags,
    }
    return AzureResource(IDENTITY_TYPE, planned.logical_name, inputs, opts, ("principalId",))


def role_assignment(
    planned: PlannedRoleAssignment, principal: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> AzureResource:
    """The role of an identity, given by its object id, on a storage account.

    Made anew where the identity was, the old one deleted first: the name stays, and Azure changes
    no principal (RoleAssignmentUpdateNotPermitted).
    """
    inputs = {
        "roleAssignmentName": planned.name,
        "scope": planned.scope,
        "roleDefinitionId": planned.role_id,
        "principalId": principal,
        # Without it Azure looks a new identity up before its directory has it.
        "principalType": "ServicePrincipal",
    }
    replaced = pulumi.ResourceOptions(delete_before_replace=True)
    own = pulumi.ResourceOptions.merge(opts, replaced)
    return AzureResource(ROLE_TYPE, planned.logical_name, inputs, own)


def workspace(
    planned: PlannedWorkspace,
    group: pulumi.Input[str],
    rule_id: str | None,
    opts: pulumi.ResourceOptions,
) -> AzureResource:
    """The Log Analytics workspace of a plan; its GUID is an output.

    ``rule_id`` is the data collection rule of its transformations, where it has one.
    """
    inputs = {
        **arm_properties.workspace(planned)["properties"],
        "workspaceName": planned.name,
        "resourceGroupName": group,
        "location": planned.location,
        "defaultDataCollectionRuleResourceId": rule_id,
        "tags": planned.tags,
    }
    own = _but(opts, BESIDE_ROWS)
    return AzureResource(WORKSPACE_TYPE, planned.logical_name, inputs, own, ("customerId",))


def _but(opts: pulumi.ResourceOptions, properties: list[str]) -> pulumi.ResourceOptions:
    """The options, with properties that stay as others have them."""
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(ignore_changes=properties))
