"""Rights that a caller needs beside the right to write the flow log itself.

Source: Microsoft's page "rbac-permissions" of Network Watcher, 07/30/2026. The rights on storage
accounts that it lists too (keys and signatures) are not asked for here: what Azure says when they
are missing is not public.
"""

from __future__ import annotations

from localazure.authorization.rights import CLIENT
from localazure.errors.gateway import LinkedAuthorizationFailed
from localazure.errors.network import TAUserDoesNotHavePermissions
from localazure.network.flow_log_rules import analytics_of
from localazure.network.security_rules import GROUPS
from localazure.server.request import Request
from localazure.state.arm_id import key, parse_resource
from localazure.state.store import Resource

_WORKSPACE_RIGHTS = (
    "Microsoft.OperationalInsights/workspaces/read",
    "Microsoft.OperationalInsights/workspaces/sharedkeys/action",
    "Microsoft.Insights/dataCollectionRules/read",
    "Microsoft.Insights/dataCollectionRules/write",
    "Microsoft.Insights/dataCollectionRules/delete",
    "Microsoft.Insights/dataCollectionEndpoints/read",
    "Microsoft.Insights/dataCollectionEndpoints/write",
    "Microsoft.Insights/dataCollectionEndpoints/delete",
)
_TOPOLOGY_RIGHTS = (
    "Microsoft.Compute/virtualMachines/read",
    "Microsoft.Compute/virtualMachineScaleSets/read",
    "Microsoft.Network/applicationGateways/read",
    "Microsoft.Network/connections/read",
    "Microsoft.Network/expressRouteCircuits/read",
    "Microsoft.Network/loadBalancers/read",
    "Microsoft.Network/localNetworkGateways/read",
    "Microsoft.Network/networkInterfaces/read",
    "Microsoft.Network/networkSecurityGroups/read",
    "Microsoft.Network/publicIPAddresses/read",
    "Microsoft.Network/routeTables/read",
    "Microsoft.Network/virtualNetworkGateways/read",
    "Microsoft.Network/virtualNetworks/read",
)
_GROUP_WRITE = "Microsoft.Network/networkSecurityGroups/write"


def check_group_right(request: Request, before: Resource | None) -> None:
    """Raises unless the caller may write the security group that the flow log is on, if any.

    The page asks for the right with such targets alone; error code and words are those of linked
    resources in general, for this case unconfirmed.
    """
    source = request.content() if before is None else before
    target = str(source["properties"]["targetResourceId"])
    on_group = key(parse_resource(target).type) == key(GROUPS)
    if on_group and not request.azure.rights.allows(_GROUP_WRITE, target):
        write = "Microsoft.Network/networkWatchers/flowLogs/write"
        raise LinkedAuthorizationFailed(CLIENT, write, str(request.id), _GROUP_WRITE, target)


def missing_analytics_right(request: Request) -> TAUserDoesNotHavePermissions | None:
    """The error that a flow log with Traffic Analytics ends in if the caller may not set it up.

    A role on a subscription counts, one on a group was not enough (field report).
    """
    properties = request.content()["properties"]
    analytics = analytics_of(properties)
    if not analytics.get("enabled"):
        return None
    places = (
        (_TOPOLOGY_RIGHTS, properties["targetResourceId"]),
        (_WORKSPACE_RIGHTS, analytics["workspaceResourceId"]),
    )
    for actions, id_ in places:
        subscription = f"/subscriptions/{parse_resource(id_).subscription}"
        for action in actions:
            if not request.azure.rights.allows(action, subscription):
                return TAUserDoesNotHavePermissions(action)
    return None
