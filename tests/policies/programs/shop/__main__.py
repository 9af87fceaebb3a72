"""A small network of somebody else's, whose flow logs are given by configuration.

`flowLogs` maps names to the arguments that a program would write, as text: what a policy tells to
copy can stand in it. They may use the variables below.
"""

from __future__ import annotations

import pulumi
import pulumi_azure_native as azure

HERE = "westeurope"

group = azure.resources.ResourceGroup("group", resource_group_name="rg-shop", location=HERE)
security_group = azure.network.NetworkSecurityGroup(
    "security-group",
    network_security_group_name="nsg-shop",
    resource_group_name=group.name,
    location=HERE,
)
network = azure.network.VirtualNetwork(
    "network",
    virtual_network_name="vnet-shop",
    resource_group_name=group.name,
    location=HERE,
    address_space={"address_prefixes": ["10.0.0.0/16"]},
    subnets=[
        {
            "name": "web",
            "address_prefix": "10.0.1.0/24",
            "network_security_group": {"id": security_group.id},
        }
    ],
)
storage = {
    region: azure.storage.StorageAccount(
        f"storage-{region}",
        account_name=f"stshop{region}",
        resource_group_name=group.name,
        location=region,
        kind="StorageV2",
        sku={"name": "Standard_LRS"},
    )
    for region in (HERE, "northeurope")
}
workspace = azure.operationalinsights.Workspace(
    "workspace",
    workspace_name="law-shop",
    resource_group_name=group.name,
    location="northeurope",
)
known_later = workspace.customer_id
"""A value that a first preview does not know."""

for name, arguments in pulumi.Config().require_object("flowLogs").items():
    given = eval(f"dict({arguments})", globals())
    azure.network.FlowLog(
        name,
        **{
            "resource_group_name": "NetworkWatcherRG",
            "network_watcher_name": "NetworkWatcher_westeurope",
            "location": HERE,
            "storage_id": storage[HERE].id,
            **given,
        },
    )
