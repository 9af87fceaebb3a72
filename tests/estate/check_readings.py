"""Every reader of preflight and doctor, and for each an answer with all that it looks at."""

from __future__ import annotations

from commands.checks import (
    account_reading,
    deny_assignments,
    inherited_rights,
    locks,
    policy_restrictions,
    recording,
    resource_providers,
    workspaces,
)
from commands.shared.workspace_rows import ask
from estate import permissions
from estate.response_shape import Needed
from tests.estate.reading import (
    BODY,
    GROUP,
    ID,
    PERMISSION,
    RESOURCE,
    SUBSCRIPTION,
    Reading,
    listed,
    table,
)

READINGS: dict[str, Reading] = {
    "accounts": Reading(
        lambda cloud: account_reading.read(cloud, ID),
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
            "/containers": listed(
                {
                    "name": account_reading.CONTAINERS[0],
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
            "/dataCollectionRules": listed(
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
            "/denyAssignments": listed(
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
            "/locks": listed(
                {"id": f"{GROUP}{locks.MARK}l", "name": "l", "properties": {"level": "ReadOnly"}}
            )
        },
    ),
    "roles": Reading(
        lambda cloud: permissions.allows(
            inherited_rights.read(cloud, SUBSCRIPTION, "us"), "a/b/read"
        ),
        {
            "/roleAssignments": listed(
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
    "last rows": Reading(
        lambda cloud: recording.read(cloud, ID),
        {"/query": table(FlowLog="rg/nw/fl", Until="2026-01-01T00:00:00Z")},
    ),
    "sizes": Reading(
        lambda cloud: [
            float(row["Size"] or 0) for row in ask(cloud, ID, "T", 1, {"Size": Needed(float)})
        ],
        {"/query": table(Size=1.5)},
    ),
}
