"""Resource groups, network watchers and storage accounts."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import resources, storage

from components.network import NetworkWatcher
from plan import arm_properties
from plan.model.foundation import PlannedBlobService, PlannedGroup, PlannedStorage, PlannedWatcher

BESIDE = ["cors", "defaultServiceVersion", "lastAccessTimeTrackingPolicy"]
"""Properties of a blob service that are for those who read it."""
BESIDE_FIREWALL = [
    *(f"networkRuleSet.{kind}" for kind in ("ipRules", "virtualNetworkRules")),
    *("networkRuleSet.resourceAccessRules", "encryption", "identity", "keyPolicy", "sasPolicy"),
]
"""Properties of a storage account that its owner may add: who else may enter, and with which keys.

What the firewall does with everybody else, and that Azure may enter, is the program's.
"""


def resource_group(planned: PlannedGroup, opts: pulumi.ResourceOptions) -> resources.ResourceGroup:
    """A resource group of a plan."""
    return resources.ResourceGroup(
        planned.logical_name,
        resource_group_name=planned.name,
        location=planned.location,
        tags=planned.tags,
        opts=opts,
    )


def network_watcher(planned: PlannedWatcher, opts: pulumi.ResourceOptions) -> NetworkWatcher:
    """A network watcher for a region that has none."""
    return NetworkWatcher(
        planned.logical_name,
        {
            "networkWatcherName": planned.name,
            "resourceGroupName": planned.resource_group,
            "location": planned.location,
            "tags": planned.tags,
        },
        opts,
    )


def blob_service(
    planned: PlannedBlobService, opts: pulumi.ResourceOptions
) -> storage.BlobServiceProperties:
    """The blob service of a storage account. What readers of the account set beside it stays."""
    properties = arm_properties.blob_service(planned)["properties"]
    own = pulumi.ResourceOptions(ignore_changes=BESIDE)
    return storage.BlobServiceProperties(
        planned.logical_name,
        blob_services_name=planned.name,
        account_name=planned.account_name,
        resource_group_name=planned.resource_group,
        container_delete_retention_policy=properties["containerDeleteRetentionPolicy"],
        delete_retention_policy=properties["deleteRetentionPolicy"],
        is_versioning_enabled=properties["isVersioningEnabled"],
        opts=opts if planned.untouched else pulumi.ResourceOptions.merge(opts, own),
    )


def storage_account(
    planned: PlannedStorage, group: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> storage.StorageAccount:
    """A storage account that Azure alone writes to."""
    arm = arm_properties.storage_account(planned)
    properties, firewall = arm["properties"], arm["properties"]["networkAcls"]
    return storage.StorageAccount(
        planned.logical_name,
        account_name=planned.name,
        resource_group_name=group,
        location=planned.location,
        kind=arm["kind"],
        sku=arm["sku"],
        access_tier=properties["accessTier"],
        minimum_tls_version=properties["minimumTlsVersion"],
        enable_https_traffic_only=properties["supportsHttpsTrafficOnly"],
        allow_shared_key_access=properties["allowSharedKeyAccess"],
        default_to_o_auth_authentication=properties["defaultToOAuthAuthentication"],
        allow_blob_public_access=properties["allowBlobPublicAccess"],
        allow_cross_tenant_replication=properties["allowCrossTenantReplication"],
        public_network_access=properties["publicNetworkAccess"],
        network_rule_set={
            "bypass": firewall["bypass"],
            "default_action": firewall["defaultAction"],
        },
        tags=planned.tags,
        opts=pulumi.ResourceOptions.merge(
            opts, pulumi.ResourceOptions(ignore_changes=BESIDE_FIREWALL)
        ),
    )
