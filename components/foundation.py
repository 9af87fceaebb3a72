"""Resource groups, network watchers and storage accounts."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import network, resources, storage

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


def network_watcher(
    planned: PlannedWatcher, opts: pulumi.ResourceOptions
) -> network.NetworkWatcher:
    """A network watcher for a region that has none."""
    return network.NetworkWatcher(
        planned.logical_name,
        network_watcher_name=planned.name,
        resource_group_name=planned.resource_group,
        location=planned.location,
        tags=planned.tags,
        opts=opts,
    )


def blob_service(
    planned: PlannedBlobService, opts: pulumi.ResourceOptions
) -> storage.BlobServiceProperties:
    """The blob service of a storage account: a deleted container can be recovered for days.

    No versions and no soft delete of blobs: flow logs rewrite the blob of an hour each minute, and
    each time the old one would be kept. What readers of the account set beside it stays.
    """
    own = pulumi.ResourceOptions(ignore_changes=BESIDE)
    return storage.BlobServiceProperties(
        planned.logical_name,
        blob_services_name=planned.name,
        account_name=planned.account_name,
        resource_group_name=planned.resource_group,
        container_delete_retention_policy={"enabled": True, "days": planned.container_days},
        delete_retention_policy={"enabled": False},
        is_versioning_enabled=False,
        opts=opts if planned.untouched else pulumi.ResourceOptions.merge(opts, own),
    )


def storage_account(
    planned: PlannedStorage, group: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> storage.StorageAccount:
    """A storage account that Azure alone writes to.

    Standard general purpose v2, as retention needs (nsg-flow-logs-overview); closed but for trusted
    Microsoft services, which flow logs are (Network Watcher FAQ); no shared key, as Microsoft's own
    built-in policy 1c46fa74 makes its accounts.
    """
    return storage.StorageAccount(
        planned.logical_name,
        account_name=planned.name,
        resource_group_name=group,
        location=planned.location,
        kind=storage.Kind.STORAGE_V2,
        sku={"name": planned.sku},
        access_tier=storage.AccessTier.HOT,
        minimum_tls_version=storage.MinimumTlsVersion.TLS1_2,
        enable_https_traffic_only=True,
        allow_shared_key_access=False,
        default_to_o_auth_authentication=True,
        allow_blob_public_access=False,
        allow_cross_tenant_replication=False,
        public_network_access=storage.PublicNetworkAccess.ENABLED,
        network_rule_set={
            "bypass": storage.Bypass.AZURE_SERVICES,
            "default_action": storage.DefaultAction.DENY,
        },
        tags=planned.tags,
        opts=pulumi.ResourceOptions.merge(
            opts, pulumi.ResourceOptions(ignore_changes=BESIDE_FIREWALL)
        ),
    )
