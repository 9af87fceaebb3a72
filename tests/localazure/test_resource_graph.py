"""Resource Graph: the grammar it takes, its rows, its pages, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bench.estates import synthetic
from tests.localazure.contoso import ESTATE, GRAPH, HUB, LEGACY, NETWORK, PROD, WEB, resource
from tests.servers import LocalAzure, Reply

PROD_ID, HUB_ID = PROD.rpartition("/")[2], HUB.rpartition("/")[2]
GROUPS = "resources | where type =~ 'Microsoft.Network/networkSecurityGroups'"


def ask(azure: LocalAzure, query: str, *subscriptions: str, **options: Any) -> Reply:
    body: dict[str, Any] = {"query": query}
    if subscriptions:
        body["subscriptions"] = list(subscriptions)
    if options:
        body["options"] = {name.replace("_", "$"): value for name, value in options.items()}
    return azure.call("POST", GRAPH, body)


def rows(azure: LocalAzure, query: str, *subscriptions: str) -> list[dict[str, Any]]:
    reply = ask(azure, query, *subscriptions)
    assert reply.status == 200, reply.body
    found: list[dict[str, Any]] = reply.body["data"]
    return found


def test_a_row_is_the_resource_with_what_the_graph_adds(azure: LocalAzure) -> None:
    found = rows(azure, f"{GROUPS} | where name == 'nsg-shop-web'")
    present = azure.call("GET", WEB, version=NETWORK).body

    (row,) = found
    assert row["id"] == WEB
    assert row["type"] == "microsoft.network/networksecuritygroups"
    assert row["resourceGroup"] == "rg-prod-shop"
    assert row["subscriptionId"] == PROD_ID
    assert row["tenantId"] == "00000000-0000-4000-8000-0000000000ff"
    assert row["properties"] == present["properties"]
    assert row["tags"] == present["tags"]
    assert (row["kind"], row["managedBy"], row["sku"], row["zones"]) == ("", "", None, None)


def test_ids_keep_their_letter_case_and_groups_lose_it(azure: LocalAzure) -> None:
    (row,) = rows(azure, "resources | where type =~ 'microsoft.compute/virtualmachinescalesets'")

    assert "/resourceGroups/RG-PROD-ERP/" in row["id"]
    assert row["resourceGroup"] == "rg-prod-erp"


def test_only_the_subscriptions_that_are_asked_for(azure: LocalAzure) -> None:
    everywhere = rows(azure, GROUPS)
    hub = rows(azure, GROUPS, HUB_ID)

    assert len(everywhere) == 24
    assert {row["subscriptionId"] for row in hub} == {HUB_ID}


def test_an_invisible_subscription_is_passed_over_without_a_word(azure: LocalAzure) -> None:
    nobody = "00000000-0000-4000-8000-00000000dead"

    assert rows(azure, GROUPS, HUB_ID, nobody) == rows(azure, GROUPS, HUB_ID)
    refused = ask(azure, GROUPS, nobody)
    assert (refused.status, refused.code) == (400, "BadRequest")
    assert refused.body["error"]["details"][0]["code"] == "NoValidSubscriptionsInQueryRequest"


@pytest.mark.parametrize(
    ("clause", "names"),
    [
        ("name == 'nsg-erp'", {"nsg-erp"}),
        ("name == 'NSG-ERP'", set()),
        ("name =~ 'NSG-ERP'", {"nsg-erp"}),
        ("name in ('nsg-erp', 'nsg-report', 'NSG-PLANT-EDGE')", {"nsg-erp", "nsg-report"}),
        ("name in~ ('NSG-ERP', 'nsg-report')", {"nsg-erp", "nsg-report"}),
        ("name !in~ ('NSG-ERP') and name startswith 'NSG-ERP'", {"nsg-erp-batch"}),
        ("name contains 'VAULT'", {"nsg-payments-vault"}),
        ("isempty(tags.criticality) and tags.environment == 'prod'", {"nsg-shop-legacy"}),
        ("isnotempty(properties.flowLogs)", {"nsg-shop-web", "nsg-payments-api"}),
        ("isnull(properties.subnets) and location == 'swedencentral'", {"nsg-plant-proxy"}),
        ("tags['environment'] == 'dev' and not(name contains 'dev')", set()),
        (
            "(name == 'nsg-erp' or name == 'nsg-report') and isnotnull(properties.subnets)",
            {"nsg-erp", "nsg-report"},
        ),
        ("name == 'nsg-erp' or name == 'nsg-report' and location == 'nowhere'", {"nsg-erp"}),
        ("properties.subnets[0].id contains 'vnet-report-neu'", {"nsg-report"}),
        ("tolower(resourceGroup) == 'rg-prod-plant' and name endswith 'edge'", {"nsg-plant-edge"}),
        ("tags.nothing.at.all == 'x'", set()),
        ('name == "nsg-erp" // a remark', {"nsg-erp"}),
    ],
)
def test_where(azure: LocalAzure, clause: str, names: set[str]) -> None:
    found = rows(azure, f"{GROUPS} | where {clause} | project name")

    assert {row["name"] for row in found} == names


def test_columns(azure: LocalAzure) -> None:
    query = (
        f"{GROUPS} | where name == 'nsg-shop-web' | extend env = tags.environment"
        " | project id, env, properties.provisioningState, where = location"
    )

    assert rows(azure, query) == [
        {
            "id": WEB,
            "env": "prod",
            "properties_provisioningState": "Succeeded",
            "where": "westeurope",
        }
    ]


def test_order_and_take(azure: LocalAzure) -> None:
    up = rows(azure, f"{GROUPS} | project name | order by name asc | take 2")
    down = rows(azure, f"{GROUPS} | project name | sort by name | limit 1")
    two = rows(
        azure, f"{GROUPS} | order by location asc, name desc | project location, name | take 1"
    )

    assert [row["name"] for row in up] == ["nsg-dev-app", "nsg-dev-jumpbox"]
    assert [row["name"] for row in down] == ["nsg-test-web"]
    assert two == [{"location": "northeurope", "name": "nsg-test-erp"}]


def test_counting(azure: LocalAzure) -> None:
    assert rows(azure, f"{GROUPS} | count") == [{"Count": 24}]
    by_region = rows(azure, f"{GROUPS} | summarize n = count() by location | order by n desc")
    assert by_region == [
        {"location": "westeurope", "n": 15},
        {"location": "northeurope", "n": 6},
        {"location": "swedencentral", "n": 3},
    ]
    by_tag = rows(azure, f"{GROUPS} | summarize count() by tostring(tags.environment)")
    assert {row["tags_environment"]: row["count_"] for row in by_tag} == {
        "prod": 17,
        "dev": 4,
        "test": 3,
    }


def test_containers(azure: LocalAzure) -> None:
    found = rows(azure, "ResourceContainers | project id, name, type, resourceGroup", PROD_ID)

    assert found[0] == {
        "id": PROD,
        "name": "contoso-prod",
        "type": "microsoft.resources/subscriptions",
        "resourceGroup": "",
    }
    assert {row["type"] for row in found[1:]} == {
        "microsoft.resources/subscriptions/resourcegroups"
    }
    assert not rows(azure, "resources | where type contains 'resourcegroups'")


@pytest.mark.parametrize(
    ("query", "token"),
    [
        ("project id, location | where where", "<EOF>"),
        ("resources | where name", "<EOF>"),
        ("resources | where name ==", "<EOF>"),
        ("resources | join kind=inner (resources) on id", "join"),
        ("resources | mv-expand properties.subnets", "mv-expand"),
        ("resources | project nothing", "nothing"),
        ("resources | project Name", "Name"),
        ("resources | project id | where name == 'x'", "name"),
        ("resources | take many", "many"),
        ("resources | summarize max(name)", "max"),
        ("resources | where name == 'open", "'"),
        ("securityresources | project id", "securityresources"),
        ("resources where name == 'x'", "where"),
        ("", "<EOF>"),
    ],
)
def test_what_it_cannot_read(azure: LocalAzure, query: str, token: str) -> None:
    reply = ask(azure, query)

    assert (reply.status, reply.code) == (400, "BadRequest")
    first, second = reply.body["error"]["details"]
    assert first["code"] == "InvalidQuery"
    assert (second["code"], second["token"]) == ("ParserFailure", token)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (GRAPH, {"query": "project id", "managementGroups": ["contoso"]}),
        (GRAPH, {"query": "project id", "options": {"authorizationScopeFilter": "AtScopeAbove"}}),
        (GRAPH, {"query": "project tags", "facets": [{"expression": "tags"}]}),
    ],
)
def test_what_is_not_modelled(azure: LocalAzure, path: str, body: dict[str, Any]) -> None:
    reply = azure.call("POST", path, body)

    assert (reply.status, reply.code) == (501, "NotModelled")


def test_quota_headers(local_azure: Callable[..., LocalAzure]) -> None:
    headers = ask(local_azure(ESTATE), GROUPS).headers

    assert headers["x-ms-user-quota-remaining"] == "14"
    assert headers["x-ms-user-quota-resets-after"] == "00:00:05"


def test_a_write_is_seen_by_the_next_query(azure: LocalAzure) -> None:
    query = f"{GROUPS} | project name"
    before = len(rows(azure, query))
    id_ = resource(PROD, "rg-prod-shop", "networkSecurityGroups", "nsg-new")
    azure.call("PUT", id_, {"location": "westeurope", "properties": {}}, NETWORK)
    made = len(rows(azure, query))
    azure.call("DELETE", id_, version=NETWORK)

    assert (made, len(rows(azure, query))) == (before + 1, before)
    azure.call("PATCH", LEGACY, {"tags": {"owner": "nobody"}}, NETWORK)
    assert rows(azure, f"{GROUPS} | where tags.owner == 'nobody' | project id") == [{"id": LEGACY}]


@pytest.fixture(scope="module")
def large(
    local_azure: Callable[..., LocalAzure], tmp_path_factory: pytest.TempPathFactory
) -> LocalAzure:
    """An estate of 2,300 groups."""
    path = tmp_path_factory.mktemp("large") / "estate.json"
    path.write_text(json.dumps(synthetic(networks=40, nsgs=2300, subscriptions=2, regions=2)))
    return local_azure(Path(path))


def test_pages_of_a_thousand(large: LocalAzure) -> None:
    query, seen, sizes, token = f"{GROUPS} | project id | order by id asc", [], [], None
    for _ in range(3):
        page = ask(large, query, **({"_skipToken": token} if token else {})).body
        seen += [row["id"] for row in page["data"]]
        sizes.append(page["count"])
        token = page.get("$skipToken")
        assert (page["totalRecords"], page["resultTruncated"]) == (2300, "false")

    assert sizes == [1000, 1000, 300]
    assert token is None
    assert len(set(seen)) == 2300
    assert seen == sorted(seen)


def test_smaller_pages(large: LocalAzure) -> None:
    first = ask(large, f"{GROUPS} | project id", _top=7).body
    second = ask(large, f"{GROUPS} | project id", _top=7, _skipToken=first["$skipToken"]).body
    skipped = ask(large, f"{GROUPS} | project id", _top=7, _skip=7).body

    assert first["count"] == 7
    assert second["data"] == skipped["data"] != first["data"]


@pytest.mark.parametrize("query", ["project id | take 1500", "project properties"])
def test_some_queries_have_no_pages(large: LocalAzure, query: str) -> None:
    page = ask(large, f"{GROUPS} | {query}").body

    assert (page["count"], page["resultTruncated"]) == (1000, "true")
    assert "$skipToken" not in page


def test_more_than_a_thousand_at_once_is_refused(large: LocalAzure) -> None:
    assert ask(large, GROUPS, _top=1001).code == "BadRequest"
    assert ask(large, GROUPS, _skipToken="no token").code == "BadRequest"


def test_rules_and_networks_are_read_whole(azure: LocalAzure) -> None:
    names = {"routeTables": "rt-graph", "applicationSecurityGroups": "asg-graph"}
    made = [resource(PROD, "rg-prod-shop", *each) for each in names.items()]
    for id_ in made:
        assert azure.call("PUT", id_, {"location": "westeurope"}, NETWORK).status == 201
    kinds = ("networksecuritygroups", "virtualnetworks", "networkinterfaces", "routetables")
    types = [f"microsoft.network/{kind}" for kind in (*kinds, "applicationsecuritygroups")]
    types.append("microsoft.compute/virtualmachinescalesets")
    named = ", ".join(f"'{each}'" for each in types)
    query = (
        f"resources\n| where type in~ ({named})\n"
        "| project id, name, type, location, tags, properties\n| order by id asc"
    )

    found, token = [], ""
    while token is not None:
        page = ask(azure, query, _top=10, _skipToken=token).body
        found += page["data"]
        token = page.get("$skipToken")
    assert {row["type"] for row in found} == set(types)
    assert found == sorted(found, key=lambda row: str(row["id"]))
    assert page["totalRecords"] == len(found)
    for row in found:
        present = azure.call("GET", row["id"], version="2024-07-01").body
        assert (row["properties"], row["tags"]) == (present["properties"], present.get("tags"))
    for id_ in made:
        azure.call("DELETE", id_, version=NETWORK)
