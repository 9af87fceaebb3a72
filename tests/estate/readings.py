"""Every reader of answers, and for each an answer with all the members that it looks at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from commands.checks import (
    accounts,
    deny_assignments,
    inherited_rights,
    locks,
    policy_restrictions,
    recording,
    resource_providers,
    workspaces,
)
from commands.checks.arm_bodies import Body
from commands.shared.workspace_rows import ask
from estate import permissions, redundancies
from estate.cloud import Cloud
from estate.discover import visible_subscriptions
from estate.home import Home
from estate.installed import installed
from estate.model import NetworkWatcher, Subscription
from estate.resource_graph import ResourceGraph
from estate.response_shape import Needed
from estate.watchers import Watchers

SUBSCRIPTION = "00000000-0000-4000-8000-000000000001"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"
ID = f"{GROUP}/providers/Microsoft.Network/networkWatchers/nw"
WATCHER = NetworkWatcher(id=ID, name="nw", location="westeurope", tags={})
HOME = Home(group_id=GROUP, workspace_id=f"{GROUP}/providers/a.b/workspaces/w")
BODY = Body(id=ID, type="Microsoft.Network/networkWatchers", content={"tags": {"a": "b"}})
TAGS = {"env": "dev"}
RESOURCE = {"id": ID, "name": "nw", "location": "westeurope", "tags": TAGS}
REFERENCE = {"id": ID}
PERMISSION = {"actions": ["*/read"], "notActions": ["a/b/read"]}
CONFIGURATION = {"properties": {"subnet": REFERENCE}}
ANALYTICS = {
    "enabled": True,
    "trafficAnalyticsInterval": 60,
    "workspaceId": "guid",
    "workspaceResourceId": ID,
    "workspaceRegion": "westeurope",
}


def _listed(*items: Any) -> dict[str, Any]:
    return {"value": list(items)}


def _found(*rows: Any) -> dict[str, Any]:
    return {
        "totalRecords": len(rows),
        "count": len(rows),
        "resultTruncated": "false",
        "data": [*rows],
    }


def _table(**row: Any) -> dict[str, Any]:
    columns = [{"name": name, "type": "string"} for name in row]
    return {"tables": [{"name": "PrimaryResult", "columns": columns, "rows": [[*row.values()]]}]}


@dataclass(frozen=True)
class Reading:
    """A reader, and by the end of a URL's path what it is answered, with all that it looks at."""

    read: Callable[[Cloud], object]
    answers: Mapping[str, Any]


READINGS = {
    "accounts": Reading(
        lambda cloud: accounts.read(cloud, ID),
        {
            "/nw": {
                **RESOURCE,
                "kind": "StorageV2",
                "sku": {"name": "Standard_LRS"},
                "properties": {
                    "publicNetworkAccess": "Enabled",
                    "networkAcls": {"defaultAction": "Deny", "bypass": "AzureServices"},
                    "allowSharedKeyAccess": True,
                    "allowBlobPublicAccess": False,
                    "immutableStorageWithVersioning": {"enabled": False},
                    "encryption": {"keySource": "Microsoft.Keyvault"},
                },
            },
            "/blobServices/default": {
                "properties": {
                    "isVersioningEnabled": True,
                    "deleteRetentionPolicy": {"enabled": True, "days": 7},
                }
            },
            "/managementPolicies/default": {
                "properties": {
                    "policy": {
                        "rules": [
                            {
                                "name": "r",
                                "enabled": True,
                                "definition": {
                                    "actions": {
                                        "baseBlob": {
                                            "delete": {"daysAfterModificationGreaterThan": 9.0},
                                            "tierToCool": {"daysAfterModificationGreaterThan": 1},
                                        }
                                    },
                                    "filters": {"prefixMatch": ["insights"]},
                                },
                            }
                        ]
                    }
                }
            },
            "/containers": _listed(
                {
                    "name": accounts.CONTAINERS[0],
                    "properties": {"hasImmutabilityPolicy": False, "hasLegalHold": True},
                }
            ),
        },
    ),
    "workspaces": Reading(
        lambda cloud: workspaces.read(cloud, ID),
        {
            "/nw": {
                **RESOURCE,
                "properties": {
                    "customerId": "guid",
                    "publicNetworkAccessForIngestion": "Disabled",
                    "createdDate": "2026-01-01T00:00:00.1234567Z",
                    "sku": {"name": "PerGB2018"},
                    "workspaceCapping": {"dailyQuotaGb": -1.0, "dataIngestionStatus": "ForceOff"},
                },
            },
            "/dataCollectionRules": _listed(
                {
                    "id": f"{GROUP}/providers/a/b/NWTA-x",
                    "name": "NWTA-x",
                    "properties": {"destinations": {"logAnalytics": [{"workspaceResourceId": ID}]}},
                }
            ),
        },
    ),
    "deny assignments": Reading(
        lambda cloud: [
            found.meets("us") and permissions.allows(found.permissions, "a/b")
            for found in deny_assignments.read(cloud, SUBSCRIPTION)
        ],
        {
            "/denyAssignments": _listed(
                {
                    "id": ID,
                    "name": "n",
                    "properties": {
                        "denyAssignmentName": "d",
                        "scope": GROUP,
                        "doNotApplyToChildScopes": False,
                        "permissions": [PERMISSION],
                        "principals": [{"id": "x", "type": "Group"}],
                        "excludePrincipals": [{"id": "y", "type": "User"}],
                    },
                }
            )
        },
    ),
    "locks": Reading(
        lambda cloud: locks.read(cloud, SUBSCRIPTION),
        {
            "/locks": _listed(
                {"id": f"{GROUP}{locks.MARK}l", "name": "l", "properties": {"level": "ReadOnly"}}
            )
        },
    ),
    "roles": Reading(
        lambda cloud: permissions.allows(
            inherited_rights.read(cloud, SUBSCRIPTION, "us"), "a/b/read"
        ),
        {
            "/roleAssignments": _listed(
                {
                    "properties": {
                        "roleDefinitionId": "/providers/r/reader",
                        "scope": f"/subscriptions/{SUBSCRIPTION}",
                    }
                }
            ),
            "/reader": {"properties": {"permissions": [PERMISSION]}},
        },
    ),
    "resource providers": Reading(
        lambda cloud: list(
            resource_providers.judge(
                SUBSCRIPTION, resource_providers.read(cloud, SUBSCRIPTION, ("A.B",))
            )
        ),
        {"/A.B": {"registrationState": "Registered"}},
    ),
    "policies": Reading(
        lambda cloud: list(policy_restrictions.judge(policy_restrictions.read(cloud, BODY, ()))),
        {
            "/checkPolicyRestrictions": {
                "contentEvaluationResult": {
                    "policyEvaluations": [
                        {
                            "policyInfo": {"policyAssignmentId": ID},
                            "effectDetails": {"policyEffect": "Deny"},
                            "evaluationDetails": {
                                "evaluatedExpressions": [
                                    {
                                        "expression": "tags.owner",
                                        "expressionKind": "Field",
                                        "expressionValue": "x",
                                    }
                                ]
                            },
                        }
                    ]
                },
                "fieldRestrictions": [
                    {
                        "field": "tags.owner",
                        "restrictions": [
                            {
                                "result": "Required",
                                "policyEffect": "Deny",
                                "values": ["x"],
                                "policy": {"policyAssignmentId": ID},
                            }
                        ],
                    }
                ],
            }
        },
    ),
    "rights": Reading(
        lambda cloud: permissions.allows(
            permissions.granted(cloud, SUBSCRIPTION), "Microsoft.Network/x/read"
        ),
        {"/permissions": _listed(PERMISSION)},
    ),
    "installed": Reading(
        lambda cloud: list(
            installed(cloud, HOME, [Subscription(id=SUBSCRIPTION, name="x", tenant_id="")])
        ),
        {
            "/resources": _listed(RESOURCE),
            "/activityLogAlerts": _listed(RESOURCE),
            "/savedSearches": _listed(
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
    "redundancies": Reading(
        lambda cloud: redundancies.read(cloud, SUBSCRIPTION),
        {
            "/skus": _listed(
                {
                    "name": "Standard_ZRS",
                    "kind": "StorageV2",
                    "locations": ["westeurope"],
                    "restrictions": [{"values": ["westeurope"]}],
                }
            )
        },
    ),
    "subscriptions": Reading(
        visible_subscriptions,
        {
            "/subscriptions": _listed(
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
        {"/networkWatchers": _listed(RESOURCE)},
    ),
    "flow logs": Reading(
        lambda cloud: [
            (log.failed, log.feeds, log.retention_days + 1)
            for log in Watchers(cloud, SUBSCRIPTION).flow_logs(WATCHER)
        ],
        {
            "/flowLogs": _listed(
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
            "/resources": _found(
                {**RESOURCE, "subnets": [REFERENCE], "networkInterfaces": [REFERENCE]}
            )
        },
    ),
    "networks": Reading(
        lambda cloud: ResourceGraph(cloud, ["x"], print).networks(),
        {
            "/resources": _found(
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
            "/resources": _found(
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
    "last rows": Reading(
        lambda cloud: recording.read(cloud, ID),
        {"/query": _table(FlowLog="rg/nw/fl", Until="2026-01-01T00:00:00Z")},
    ),
    "sizes": Reading(
        lambda cloud: [
            float(row["Size"] or 0) for row in ask(cloud, ID, "T", 1, {"Size": Needed(float)})
        ],
        {"/query": _table(Size=1.5)},
    ),
}
