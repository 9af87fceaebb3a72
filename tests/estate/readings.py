"""Every reader of estate/, and for each an answer with all the members that it looks at."""

from __future__ import annotations

from estate import identities, permissions, redundancies, regions, sentinel
from estate.installed import installed
from estate.model import Subscription
from estate.resource_graph import ResourceGraph
from estate.subscriptions import visible_subscriptions
from estate.watchers import Watchers
from tests.estate.reading import (
    ANALYTICS,
    CONFIGURATION,
    GROUP,
    HOME,
    ID,
    PERMISSION,
    REFERENCE,
    RESOURCE,
    SUBSCRIPTION,
    WATCHER,
    Reading,
    found_rows,
    listed,
)

READINGS: dict[str, Reading] = {
    "rights": Reading(
        lambda cloud: permissions.allows(
            permissions.granted(cloud, SUBSCRIPTION), "Microsoft.Network/x/read"
        ),
        {"/permissions": listed(PERMISSION)},
    ),
    "installed": Reading(
        lambda cloud: list(
            installed(cloud, HOME, [Subscription(id=SUBSCRIPTION, name="x", tenant_id="")])
        ),
        {
            "/resources": listed(RESOURCE),
            "/activityLogAlerts": listed(RESOURCE),
            "/savedSearches": listed(
                {
                    "id": "subscriptions/x/savedSearches/y",
                    "properties": {
                        "functionAlias": "F",
                        "tags": [{"name": "managed-by", "value": "us"}],
                    },
                }
            ),
        },
    ),
    "sentinel": Reading(
        lambda cloud: (
            sentinel.onboarded(cloud, HOME.workspace_id),
            list(sentinel.analytic_rules(cloud, HOME.workspace_id)),
        ),
        {"/onboardingStates/default": REFERENCE, "/alertRules": listed(REFERENCE)},
    ),
    "managed identity": Reading(
        lambda cloud: identities.managed_identity(cloud, ID),
        {"/nw": {**RESOURCE, "properties": {"principalId": "p", "tenantId": "T"}}},
    ),
    "role assignments": Reading(
        lambda cloud: list(identities.role_assignments(cloud, GROUP)),
        {
            "/roleAssignments": listed(
                {
                    "id": f"{GROUP}/providers/Microsoft.Authorization/roleAssignments/x",
                    "properties": {"scope": GROUP, "principalId": "p", "roleDefinitionId": "/r/X"},
                }
            )
        },
    ),
    "redundancies": Reading(
        lambda cloud: redundancies.read(cloud, SUBSCRIPTION),
        {
            "/skus": listed(
                {
                    "name": "Standard_ZRS",
                    "kind": "StorageV2",
                    "locations": ["westeurope"],
                    "restrictions": [{"values": ["westeurope"]}],
                }
            )
        },
    ),
    "regions": Reading(
        lambda cloud: regions.read(cloud, SUBSCRIPTION),
        {"/locations": listed({"name": "westeurope"})},
    ),
    "subscriptions": Reading(
        visible_subscriptions,
        {
            "/subscriptions": listed(
                {
                    "id": f"/subscriptions/{SUBSCRIPTION}",
                    "subscriptionId": SUBSCRIPTION,
                    "displayName": "x",
                    "tenantId": SUBSCRIPTION,
                    "state": "Enabled",
                }
            )
        },
    ),
    "watchers": Reading(
        lambda cloud: Watchers(cloud, SUBSCRIPTION).watchers(),
        {"/networkWatchers": listed(RESOURCE)},
    ),
    "flow logs": Reading(
        lambda cloud: [
            (log.failed, log.feeds, log.retention_days + 1)
            for log in Watchers(cloud, SUBSCRIPTION).flow_logs(WATCHER)
        ],
        {
            "/flowLogs": listed(
                {
                    **RESOURCE,
                    "identity": {"type": "None"},
                    "systemData": {"lastModifiedBy": "x", "lastModifiedAt": "2026-01-01"},
                    "properties": {
                        "targetResourceId": ID,
                        "storageId": ID,
                        "enabled": True,
                        "enabledFilteringCriteria": "x",
                        "recordTypes": "B",
                        "provisioningState": "Succeeded",
                        "format": {"type": "JSON", "version": 2},
                        "retentionPolicy": {"enabled": True, "days": 90},
                        "flowAnalyticsConfiguration": {
                            "networkWatcherFlowAnalyticsConfiguration": ANALYTICS
                        },
                    },
                }
            )
        },
    ),
    "security groups": Reading(
        lambda cloud: ResourceGraph(cloud, ["x"], print).security_groups(),
        {
            "/resources": found_rows(
                {**RESOURCE, "subnets": [REFERENCE], "networkInterfaces": [REFERENCE]}
            )
        },
    ),
    "networks": Reading(
        lambda cloud: ResourceGraph(cloud, ["x"], print).networks(),
        {
            "/resources": found_rows(
                {
                    **RESOURCE,
                    "subnets": [
                        {
                            "id": ID,
                            "name": "s",
                            "properties": {
                                "networkSecurityGroup": REFERENCE,
                                "delegations": [{"properties": {"serviceName": "x"}}],
                            },
                        }
                    ],
                }
            )
        },
    ),
    "interfaces": Reading(
        lambda cloud: ResourceGraph(cloud, ["x"], print).interfaces(),
        {
            "/resources": found_rows(
                {
                    **RESOURCE,
                    "securityGroup": ID,
                    "ipConfigurations": [CONFIGURATION],
                    "networkProfile": {
                        "networkInterfaceConfigurations": [
                            {
                                "properties": {
                                    "networkSecurityGroup": REFERENCE,
                                    "ipConfigurations": [CONFIGURATION],
                                }
                            }
                        ]
                    },
                }
            )
        },
    ),
}
