"""ARM's front door: log-in, versions, what is not there, and what everybody may read."""

from __future__ import annotations

import json

import pytest
import urllib3

from tests.localazure.contoso import HUB, NETWORK, PROD, RESOURCES, WATCHER, WEB, resource
from tests.servers import LocalAzure

NO_GROUP = resource(PROD, "rg-none", "networkWatchers", "NetworkWatcher_westeurope")


def test_metadata_leads_to_this_server_without_a_log_in(azure: LocalAzure) -> None:
    reply = azure.call("GET", "/metadata/endpoints?api-version=2022-09-01", token=None)

    assert reply.status == 200
    assert reply.body["resourceManager"] == f"{azure.url}/"
    assert reply.body["name"] == "AzureCloud"
    assert reply.body["authentication"]["loginEndpoint"] == f"{azure.url}/"
    assert f"{azure.url}/" in reply.body["authentication"]["audiences"]
    assert reply.body["authentication"]["tenant"] == "common"
    assert reply.body["suffixes"]["storage"] == "core.windows.net"


def test_a_request_without_token_is_refused(azure: LocalAzure) -> None:
    reply = azure.call("GET", "/subscriptions", version=RESOURCES, token=None)

    assert (reply.status, reply.code) == (401, "AuthenticationFailed")
    assert reply.headers["www-authenticate"].startswith("Bearer ")
    assert reply.headers["x-ms-failure-cause"] == "gateway"


@pytest.mark.parametrize("host", ["evil.contoso.test", "127.0.0.1", "localhost:1", "[::1]"])
def test_it_answers_to_its_own_address_alone(azure: LocalAzure, host: str) -> None:
    """A page whose name was made to lead here sends that name (DNS rebinding)."""
    for path in ("/metadata/endpoints?api-version=2022-09-01", f"/subscriptions?{RESOURCES}"):
        reply = asked(azure, path, host)
        assert (reply.status, json.loads(reply.data)["error"]["code"]) == (
            421,
            "MisdirectedRequest",
        )
    local = azure.url.replace("127.0.0.1", "localhost").removeprefix("http://")
    assert asked(azure, "/metadata/endpoints?api-version=2022-09-01", local).status == 200


def asked(azure: LocalAzure, path: str, host: str) -> urllib3.BaseHTTPResponse:
    headers = {"Host": host, "Authorization": "Bearer x"}
    return urllib3.request("GET", f"{azure.url}{path}", headers=headers, retries=False)


def test_any_token_is_good(azure: LocalAzure) -> None:
    assert azure.call("GET", "/subscriptions", version=RESOURCES, token="whatever").status == 200


def test_subscriptions_and_their_tenant(azure: LocalAzure) -> None:
    listed = azure.call("GET", "/subscriptions", version=RESOURCES).body["value"]
    tenants = azure.call("GET", "/tenants", version=RESOURCES).body["value"]
    one = azure.call("GET", HUB, version=RESOURCES).body

    assert [each["displayName"] for each in listed] == [
        "contoso-hub",
        "contoso-prod",
        "contoso-dev",
    ]
    assert {each["tenantId"] for each in listed} == {tenants[0]["tenantId"]}
    assert one["displayName"] == "contoso-hub"
    assert one["state"] == "Enabled"


def test_paths_have_no_letter_case(azure: LocalAzure) -> None:
    reply = azure.call(
        "GET", WEB.upper().replace("/SUBSCRIPTIONS", "/Subscriptions"), None, NETWORK
    )

    assert reply.status == 200
    assert reply.body["id"] == WEB


@pytest.mark.parametrize(
    ("path", "version", "status", "code"),
    [
        (WATCHER, None, 400, "MissingApiVersionParameter"),
        (WATCHER, "1999-01-01", 400, "NoRegisteredProviderFound"),
        (WATCHER, "latest", 400, "NoRegisteredProviderFound"),
        ("/subscriptions", "1999-01-01", 400, "InvalidApiVersionParameter"),
        (f"{PROD}/resourceGroups/rg-none", RESOURCES, 404, "ResourceGroupNotFound"),
        (f"{PROD[:-1]}9", RESOURCES, 404, "SubscriptionNotFound"),
        (
            f"{PROD}/providers/Microsoft.Network/networkWotchers",
            NETWORK,
            404,
            "InvalidResourceType",
        ),
        (f"{PROD}/providers/Microsoft.Nowhere/things", NETWORK, 404, "InvalidResourceNamespace"),
        (f"{PROD}/providers/Microsoft.Nowhere", RESOURCES, 404, "InvalidResourceNamespace"),
        (f"{WEB}-not", NETWORK, 404, "ResourceNotFound"),
        (f"{WATCHER}-not/flowLogs", NETWORK, 404, "ParentResourceNotFound"),
        (NO_GROUP, NETWORK, 404, "ResourceGroupNotFound"),
    ],
)
def test_what_is_not_there(
    azure: LocalAzure, path: str, version: str | None, status: int, code: str
) -> None:
    reply = azure.call("GET", path, version=version)

    assert (reply.status, reply.code) == (status, code)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"{PROD}/providers/Microsoft.Network/publicIPAddresses"),
        ("PUT", resource(PROD, "rg-prod-shop", "Microsoft.KeyVault/vaults", "kv-contoso")),
        ("POST", f"{WATCHER}/topology"),
        ("POST", f"{WATCHER}/nextHop"),
        ("GET", "/providers/Microsoft.Management/managementGroups"),
        ("PATCH", f"{PROD}/providers/Microsoft.Network/networkWatchers"),
    ],
)
def test_what_is_not_modelled_says_so(azure: LocalAzure, method: str, path: str) -> None:
    body = None if method == "GET" else {"location": "westeurope", "properties": {}}

    reply = azure.call(method, path, body, NETWORK)

    assert (reply.status, reply.code) == (501, "NotModelled")
    assert "Local Azure does not model" in reply.body["error"]["message"]


def test_providers_are_registered(azure: LocalAzure) -> None:
    reply = azure.call("GET", f"{PROD}/providers/Microsoft.Insights", version=RESOURCES)

    assert reply.body["registrationState"] == "Registered"
    assert reply.body["namespace"] == "Microsoft.Insights"


@pytest.mark.parametrize("scope", [PROD, f"{PROD}/resourceGroups/rg-prod-shop"])
def test_permissions_without_a_role_are_everything(azure: LocalAzure, scope: str) -> None:
    path = f"{scope}/providers/Microsoft.Authorization/permissions"

    reply = azure.call("GET", path, version="2022-04-01")

    assert reply.body["value"] == [
        {"actions": ["*"], "notActions": [], "dataActions": [], "notDataActions": []}
    ]


def test_a_body_that_is_no_json(azure: LocalAzure) -> None:
    reply = azure.call("PUT", f"{WATCHER}/flowLogs/fl", "text", NETWORK)

    assert (reply.status, reply.code) == (400, "InvalidRequestContent")
