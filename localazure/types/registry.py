"""Every type that has a file of its own, and what else is known to exist in Azure."""

from __future__ import annotations

from typing import ClassVar

from localazure.authorization.locks import DenyAssignments, Locks
from localazure.authorization.role_assignments import RoleAssignments
from localazure.authorization.role_definitions import RoleDefinitions
from localazure.errors.base import NotModelled
from localazure.errors.gateway import InvalidResourceNamespace, InvalidResourceType
from localazure.insights.monitor import (
    ActionGroups,
    ActivityLogAlerts,
    DataCollectionEndpoints,
    DataCollectionRules,
    ScheduledQueryRules,
    Workbooks,
)
from localazure.managedidentity.user_assigned_identities import UserAssignedIdentities
from localazure.network.application_security_groups import ApplicationSecurityGroups
from localazure.network.flow_logs import FlowLogs
from localazure.network.network_interfaces import NetworkInterfaces
from localazure.network.network_managers import MANAGER_TYPES
from localazure.network.network_watchers import NetworkWatchers
from localazure.network.peerings import Peerings
from localazure.network.route_tables import Routes, RouteTables
from localazure.network.scale_sets import ScaleSets
from localazure.network.security_groups import SecurityGroups
from localazure.network.subresource_types import SecurityRules, Subnets
from localazure.network.virtual_networks import VirtualNetworks
from localazure.operationalinsights.saved_searches import SavedSearches
from localazure.operationalinsights.workspace_tables import WorkspaceTables
from localazure.operationalinsights.workspaces import Workspaces
from localazure.policy.policy_assignments import PolicyAssignments
from localazure.policy.policy_definitions import Definitions
from localazure.policy.remediations import Remediations
from localazure.securityinsights.alert_rules import AlertRules
from localazure.securityinsights.onboarding_states import OnboardingStates
from localazure.server.api_versions import Versions
from localazure.server.request import Request
from localazure.state.arm_id import key
from localazure.storage.blob_services import BlobServices, Containers, ManagementPolicies
from localazure.storage.file_services import FileServices
from localazure.storage.storage_accounts import StorageAccounts
from localazure.types.base import ResourceType
from localazure.types.scoped_types import ManagementGroups

TYPES: dict[str, ResourceType] = {
    key(each.type): each
    for each in (
        Definitions("policyDefinitions"),
        Definitions("policySetDefinitions"),
        ActionGroups(),
        ActivityLogAlerts(),
        AlertRules(),
        ApplicationSecurityGroups(),
        BlobServices(),
        Containers(),
        DataCollectionEndpoints(),
        DataCollectionRules(),
        DenyAssignments(),
        FileServices(),
        FlowLogs(),
        Locks(),
        ManagementPolicies(),
        ManagementGroups(),
        *MANAGER_TYPES,
        NetworkInterfaces(),
        NetworkWatchers(),
        OnboardingStates(),
        Peerings(),
        PolicyAssignments(),
        Remediations(),
        RoleAssignments(),
        RoleDefinitions(),
        RouteTables(),
        Routes(),
        SavedSearches(),
        ScaleSets(),
        ScheduledQueryRules(),
        SecurityGroups(),
        SecurityRules(),
        StorageAccounts(),
        Subnets(),
        UserAssignedIdentities(),
        VirtualNetworks(),
        Workbooks(),
        WorkspaceTables(),
        Workspaces(),
    )
}

NAMESPACES = frozenset(
    f"microsoft.{name}"
    for name in (
        *("aad", "advisor", "alertsmanagement", "apimanagement", "app", "appconfiguration"),
        *("authorization", "automation", "billing", "cache", "cdn", "cognitiveservices", "compute"),
        *("consumption", "containerinstance", "containerregistry", "containerservice"),
        *("costmanagement", "databricks", "datafactory", "dbformysql", "dbforpostgresql"),
        *("devices", "documentdb", "eventgrid", "eventhub", "guestconfiguration", "insights"),
        *("keyvault", "logic", "maintenance", "managedidentity", "managedservices", "management"),
        *("monitor", "netapp", "network", "notificationhubs", "operationalinsights"),
        *("operationsmanagement", "policyinsights", "portal", "recoveryservices", "relay"),
        *("resourcegraph", "resourcehealth", "resources", "search", "security", "securityinsights"),
        *("servicebus", "sql", "sqlvirtualmachine", "storage", "streamanalytics", "synapse", "web"),
    )
)
"""Resource providers that exist: a request to one of them is not modelled, others do not exist."""


class Anything(ResourceType):
    """A type without a file here, of which the estate has a resource: it can be read by its id."""

    versions: ClassVar[Versions] = Versions("2014-01-01", "2099-12-31")

    def __init__(self, type_: str) -> None:
        self.type = type_


def type_of(request: Request) -> ResourceType:
    """The type that answers the request.

    Raises NotModelled for types of Azure that have no file here and are not in the estate, and what
    ARM answers for providers and types that it does not have.
    """
    namespace = str(request.id.namespace)
    named = (
        request.id.types[: len(request.id.names)] if request.method == "POST" else request.id.types
    )
    full = "/".join((namespace, *named))
    known = TYPES.get(key(full))
    if known is not None:
        return known
    if request.method == "GET" and request.azure.store.find(request.id) is not None:
        return Anything(full)
    if key(namespace) not in NAMESPACES:
        raise InvalidResourceNamespace(namespace)
    if key(namespace) in _MODELLED_WHOLE and key("/".join(named)) not in _OTHER_TYPES:
        version = request.query.get("api-version", "")
        raise InvalidResourceType("/".join(named), namespace, version)
    raise NotModelled(f"the type {full}")


_MODELLED_WHOLE = frozenset({"microsoft.network"})
"""Providers whose other types are listed below, so that a misspelt one is recognised."""

_OTHER_TYPES = frozenset(
    name.casefold()
    for name in (
        *("applicationGateways", "azureFirewalls", "bastionHosts"),
        *("connections", "ddosProtectionPlans", "dnsZones", "expressRouteCircuits"),
        *("firewallPolicies", "frontDoors", "ipGroups", "loadBalancers", "localNetworkGateways"),
        *("natGateways", "networkProfiles", "networkVirtualAppliances"),
        *("privateDnsZones", "privateEndpoints", "privateLinkServices", "publicIPAddresses"),
        *("publicIPPrefixes", "routeFilters"),
        *("serviceEndpointPolicies", "trafficManagerProfiles", "virtualHubs", "virtualWans"),
        *("virtualNetworkGateways", "vpnGateways"),
        *("networkManagers/connectivityConfigurations", "networkManagers/ipamPools"),
        *("networkManagers/routingConfigurations", "networkManagers/scopeConnections"),
        *("networkManagers/securityUserConfigurations", "networkManagers/verifierWorkspaces"),
        *("networkWatchers/connectionMonitors", "networkWatchers/packetCaptures"),
        *(
            "networkSecurityGroups/defaultSecurityRules",
            "virtualNetworks/CheckIPAddressAvailability",
        ),
        *("virtualNetworks/subnets/ServiceAssociationLinks",),
        *("virtualNetworks/subnets/ResourceNavigationLinks", "networkSecurityPerimeters"),
    )
)
