"""Resource groups, network watchers and storage accounts."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import network, resources, storage

from plan.model import PlannedGroup, PlannedStorage, PlannedWatcher


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
        opts=opts,
    )
