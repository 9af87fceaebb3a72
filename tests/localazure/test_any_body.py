"""No body, however odd, breaks the server: it takes it or refuses it as ARM does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.localazure.contoso import (
    ACCOUNT,
    GRAPH,
    NETWORK,
    PAYMENTS,
    PROD,
    RESOURCES,
    SHOP,
    STORAGE,
    WATCHER,
    WEB,
    WEB_LOG,
    WORKSPACE,
    WORKSPACES,
    resource,
)
from tests.servers import LocalAzure

NAMES = (
    *("location", "tags", "properties", "sku", "kind", "name", "id", "identity", "type", "query"),
    *("subnets", "securityRules", "ipConfigurations", "subnet", "networkSecurityGroup"),
    *("addressSpace", "addressPrefixes", "targetResourceId", "storageId", "enabled", "format"),
    *("retentionPolicy", "days", "version", "flowAnalyticsConfiguration", "options", "$top"),
    *("networkWatcherFlowAnalyticsConfiguration", "workspaceResourceId", "workspaceRegion"),
    *("workspaceCapping", "dailyQuotaGb", "retentionInDays", "subscriptions", "$skipToken"),
    *("priority", "direction", "sourceApplicationSecurityGroups", "routes", "routeTable"),
    *("applicationSecurityGroups", "virtualNetworkPeerings", "remoteVirtualNetwork", "skipToken"),
    *("dnsSettings", "addressPrefix", "encryption", "services", "$skip", "userAssignedIdentities"),
)
TEXTS = ("", "westeurope", "West Europe", WEB, SHOP, ACCOUNT, WORKSPACE, "name", "10.0.0.0/24")
LEAVES = (
    st.none() | st.booleans() | st.integers(-1, 400) | st.sampled_from(TEXTS) | st.text(max_size=5)
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5)
    ),
    max_leaves=25,
)
BODIES = (
    st.fixed_dictionaries(
        {}, optional={"location": st.just("westeurope"), "tags": VALUES, "properties": VALUES}
    )
    | VALUES
)

ODD_WORKSPACE = resource(
    PROD, "rg-prod-shop", "Microsoft.OperationalInsights/workspaces", "log-odd"
)
TARGETS = [
    ("PUT", f"{WATCHER}/flowLogs/odd", NETWORK),
    ("PUT", WEB_LOG, NETWORK),
    ("PATCH", WEB_LOG, NETWORK),
    ("PUT", resource(PROD, "rg-prod-shop", "networkWatchers", "odd"), NETWORK),
    ("PUT", resource(PROD, "rg-prod-shop", "networkSecurityGroups", "odd"), NETWORK),
    ("PUT", f"{WEB}/securityRules/odd", NETWORK),
    ("PUT", resource(PROD, "rg-prod-shop", "virtualNetworks", "odd"), NETWORK),
    ("PUT", f"{PAYMENTS}/subnets/odd", NETWORK),
    ("PUT", resource(PROD, "rg-prod-shop", "networkInterfaces", "odd"), NETWORK),
    ("PUT", resource(PROD, "rg-prod-shop", "applicationSecurityGroups", "odd"), NETWORK),
    ("PUT", resource(PROD, "rg-prod-shop", "routeTables", "odd"), NETWORK),
    ("PUT", f"{PAYMENTS}/virtualNetworkPeerings/odd", NETWORK),
    ("POST", f"{SHOP}/listNetworkManagerEffectiveSecurityAdminRules", NETWORK),
    ("POST", f"{WATCHER}/securityGroupView", NETWORK),
    ("PUT", resource(PROD, "rg-prod-shop", "Microsoft.Storage/storageAccounts", "stodd"), STORAGE),
    ("PATCH", ACCOUNT, STORAGE),
    ("PUT", ODD_WORKSPACE, WORKSPACES),
    ("PATCH", WORKSPACE, WORKSPACES),
    ("PUT", f"{PROD}/resourceGroups/rg-odd", RESOURCES),
    ("PATCH", f"{PROD}/resourceGroups/rg-prod-shop", RESOURCES),
    ("POST", f"{PROD}/providers/Microsoft.Storage/checkNameAvailability", STORAGE),
    ("POST", GRAPH, None),
]


@pytest.mark.parametrize(("method", "path", "version"), TARGETS)
@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(body=BODIES)
def test_odd_bodies(
    azure: LocalAzure, method: str, path: str, version: str | None, body: Any
) -> None:
    reply = azure.call(method, path, body, version)

    assert reply.status < 500 or reply.code == "NotModelled", json.dumps(body)
    if reply.status < 300 and "odd" in path:
        azure.call("DELETE", path, version=version)
