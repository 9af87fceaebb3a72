"""The shapes of an estate's entries by type: what local Azure reads of them.

From the ARM schemas of the types; everything else that an entry may have is free.
"""

from __future__ import annotations

from typing import Any

from localazure.authorization.locks import DENIALS, LOCKS
from localazure.authorization.role_assignments import ASSIGNMENTS as ROLE_ASSIGNMENTS
from localazure.insights.activity_events import EVENT_TYPES
from localazure.network.application_security_groups import (
    APPLICATION_GROUPS,
    IN_RULES,
    MEMBERSHIPS,
)
from localazure.network.network_managers import (
    ADMIN_RULES,
    COLLECTIONS,
    DEPLOYMENTS,
    MANAGERS,
    NETWORK_GROUPS,
    STATIC_MEMBERS,
)
from localazure.network.peerings import COLLECTION
from localazure.network.route_tables import ROUTE_TABLES
from localazure.network.scale_sets import SCALE_SETS
from localazure.network.security_rules import GROUPS
from localazure.network.service_tags import SERVICE_TAGS
from localazure.operationalinsights.conversations import SHAPE as TRAFFIC
from localazure.operationalinsights.conversations import TABLES
from localazure.operationalinsights.saved_searches import SAVED_SEARCHES
from localazure.operationalinsights.traffic_analytics import RULES
from localazure.operationalinsights.workspaces import WORKSPACES
from localazure.policy.policy_assignments import ASSIGNMENTS as POLICY_ASSIGNMENTS
from localazure.state.arm_id import SUBSCRIPTION_TYPE, key
from localazure.state.file_shape import Id, Moment, Needed
from localazure.state.links import FLOW_LOGS, INTERFACES
from localazure.state.subresources import NETWORKS, SUBNETS
from localazure.storage.lifecycle import POLICIES
from localazure.storage.new_accounts import ACCOUNTS
from localazure.types.base import COMMON

_TEXT = {"value": Needed(str), "localizedValue": str}
_EVENTS = [
    {
        "eventTimestamp": Needed(Moment()),
        "operationName": Needed(_TEXT),
        "resourceId": Needed(Id()),
        "submissionTimestamp": Moment(),
        "status": _TEXT,
        "subStatus": {"value": str, "localizedValue": str},
        "eventName": _TEXT,
        "category": _TEXT,
        "resourceProviderName": _TEXT,
        "resourceType": _TEXT,
        **dict.fromkeys(("caller", "correlationId", "eventDataId", "operationId"), str),
        **dict.fromkeys(("description", "level", "resourceGroupName"), str),
        "authorization": {"*": str},
        "claims": {"*": str},
        "httpRequest": {"*": str},
        "properties": {},
    }
]

_DEFINITIONS = "Microsoft.Authorization/policyDefinitions"
_SETS = "Microsoft.Authorization/policySetDefinitions"

_GROUP = {"id": Needed(Id((GROUPS,)))}
_SUBNET = {"id": Needed(Id((SUBNETS,)))}
_USERS = [{"id": Needed(Id())}]
_FLOW_LOGS = [{"id": Needed(Id((FLOW_LOGS,)))}]

_PART = {"name": Needed(str), "id": Id(), "etag": str, "type": str}
_APPLICATION_GROUPS = [{"id": Needed(Id((APPLICATION_GROUPS,)))}]
_RULES = [{**_PART, "properties": dict.fromkeys(IN_RULES, _APPLICATION_GROUPS)}]
_PEERING = {"remoteVirtualNetwork": {"id": Needed(Id((NETWORKS,)))}, "peeringState": str}
_SUBNETS = [
    {
        **_PART,
        "id": Id((SUBNETS,)),
        "properties": {
            "addressPrefix": str,
            "addressPrefixes": [str],
            "networkSecurityGroup": _GROUP,
            "routeTable": {"id": Needed(Id((ROUTE_TABLES,)))},
            "ipConfigurations": _USERS,
            "flowLogs": _FLOW_LOGS,
        },
    }
]
_IN_SUBNET = {"subnet": _SUBNET, MEMBERSHIPS: _APPLICATION_GROUPS}
_IP_CONFIGURATIONS = [{**_PART, "name": str, "properties": _IN_SUBNET}]
_STATE = {"provisioningState": str, "resourceGuid": str}

_PROPERTIES: dict[str, dict[str, Any]] = {
    GROUPS: {
        **_STATE,
        "securityRules": _RULES,
        "defaultSecurityRules": _RULES,
        "subnets": _USERS,
        "networkInterfaces": _USERS,
        "flowLogs": _FLOW_LOGS,
    },
    NETWORKS: {
        **_STATE,
        "addressSpace": {"addressPrefixes": [str]},
        "subnets": _SUBNETS,
        COLLECTION: [{**_PART, "properties": _PEERING}],
        "flowLogs": _FLOW_LOGS,
    },
    ROUTE_TABLES: {**_STATE, "routes": [{**_PART, "properties": {}}], "subnets": _USERS},
    INTERFACES: {
        **_STATE,
        "networkSecurityGroup": _GROUP,
        "ipConfigurations": _IP_CONFIGURATIONS,
        "virtualMachine": {"id": Needed(Id())},
        "dnsSettings": {},
        "flowLogs": _FLOW_LOGS,
    },
    SCALE_SETS: {
        "virtualMachineProfile": {
            "networkProfile": {
                "networkInterfaceConfigurations": [
                    {
                        "properties": {
                            "networkSecurityGroup": _GROUP,
                            "ipConfigurations": [{"properties": {"subnet": _SUBNET}}],
                        }
                    }
                ]
            }
        }
    },
    FLOW_LOGS: {
        **_STATE,
        "targetResourceId": Needed(Id((NETWORKS, SUBNETS, INTERFACES, GROUPS))),
        "storageId": Needed(Id((ACCOUNTS,))),
        "enabled": bool,
        "retentionPolicy": {"days": int, "enabled": bool},
        "format": {"type": str, "version": int},
        "flowAnalyticsConfiguration": {
            "networkWatcherFlowAnalyticsConfiguration": {
                "enabled": bool,
                "workspaceId": str,
                "workspaceRegion": str,
                "workspaceResourceId": str,
                "trafficAnalyticsInterval": int,
            }
        },
    },
    STATIC_MEMBERS: {"resourceId": Needed(Id())},
    COLLECTIONS: {"appliesToGroups": Needed([{"networkGroupId": Needed(Id((NETWORK_GROUPS,)))}])},
    ADMIN_RULES: {"access": str, "direction": str, "priority": int, "protocol": str},
    ACCOUNTS: {**_STATE, "networkAcls": {"bypass": str, "defaultAction": str}},
    POLICIES: {
        "policy": {
            "rules": [
                {
                    "name": Needed(str),
                    "definition": Needed(
                        {
                            "actions": Needed({"baseBlob": {"delete": {}}}),
                            "filters": {"prefixMatch": [str]},
                        }
                    ),
                }
            ]
        }
    },
    WORKSPACES: {
        **_STATE,
        "customerId": str,
        "sku": {"name": str},
        "retentionInDays": int,
        "workspaceCapping": {"dataIngestionStatus": str},
    },
    SAVED_SEARCHES: {"query": Needed(str), "functionAlias": str, "functionParameters": str},
    RULES: {"destinations": {"logAnalytics": [{"workspaceResourceId": Needed(str)}]}},
    LOCKS: {"level": Needed(str)},
    DENIALS: {
        "denyAssignmentName": Needed(str),
        "scope": Needed(str),
        "permissions": Needed([{"actions": Needed([str]), "notActions": [str]}]),
        "principals": [{"id": Needed(str)}],
        "excludePrincipals": [{"id": Needed(str)}],
    },
    POLICY_ASSIGNMENTS: {
        "policyDefinitionId": Needed(str),
        "parameters": {"*": {}},
        "notScopes": [str],
    },
    _DEFINITIONS: {
        "parameters": {"*": {}},
        "policyRule": Needed({"if": Needed({}), "then": Needed({"effect": Needed(str)})}),
    },
    _SETS: {
        "parameters": {"*": {}},
        "policyDefinitions": [
            {
                "policyDefinitionReferenceId": Needed(str),
                "policyDefinitionId": Needed(str),
                "parameters": {"*": {}},
            }
        ],
    },
    ROLE_ASSIGNMENTS: {
        "principalId": Needed(str),
        "roleDefinitionId": Needed(str),
        "scope": Needed(str),
    },
}

_ENTRY: dict[str, Any] = {**COMMON, "id": Needed(str), "name": str, "type": str, "etag": str}
_MEMBERS: dict[str, dict[str, Any]] = {
    ACCOUNTS: {"sku": {"name": Needed(str)}},
    SUBSCRIPTION_TYPE: {"subscriptionId": str, "tenantId": str, "displayName": str, "state": str},
    TABLES: {"rows": [{}], **TRAFFIC},
    EVENT_TYPES: {"events": Needed(_EVENTS)},
    SERVICE_TAGS: {
        "values": Needed([{"name": Needed(str), "properties": {"addressPrefixes": [str]}}])
    },
    MANAGERS: {
        DEPLOYMENTS: [
            {
                "deploymentType": Needed(str),
                "region": Needed(str),
                "deploymentStatus": str,
                "configurationIds": Needed([str]),
            }
        ]
    },
}


def _shape(type_: str) -> dict[str, Any]:
    properties = _PROPERTIES.get(type_, {})
    needed = any(isinstance(each, Needed) for each in properties.values())
    members = _MEMBERS.get(type_, {})
    return {**_ENTRY, **members, "properties": Needed(properties) if needed else properties}


_SHAPES = {key(type_): _shape(type_) for type_ in {**_PROPERTIES, **_MEMBERS}}


def shape_of(type_: str) -> dict[str, Any]:
    """The shape of an entry of a type, such as `Microsoft.Network/networkWatchers`."""
    return _SHAPES.get(key(type_), _ENTRY)
