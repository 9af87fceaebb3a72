"""Tags: names are one in every letter case, and keep the letters of the last write."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.localazure.contoso import (
    ACCOUNT,
    ESTATE,
    NETWORK,
    PROD,
    RESOURCES,
    SHOP,
    STORAGE,
    WATCHER,
    WORKSPACE,
    WORKSPACES,
    flow_log,
    resource,
)
from tests.localazure.files import file
from tests.servers import LocalAzure

WEST: dict[str, Any] = {"location": "westeurope"}
WRITES = [
    ("PUT", resource(PROD, "rg-prod-shop", "networkSecurityGroups", "nsg-tags"), NETWORK, WEST),
    ("PUT", f"{WATCHER}/flowLogs/tags", NETWORK, flow_log(SHOP)),
    ("PUT", f"{PROD}/resourceGroups/rg-tags", RESOURCES, WEST),
    ("PATCH", f"{PROD}/resourceGroups/rg-prod-shop", RESOURCES, {}),
    ("PATCH", SHOP, NETWORK, {}),
    ("PATCH", ACCOUNT, STORAGE, {}),
    ("PATCH", WORKSPACE, WORKSPACES, {}),
]


@pytest.mark.parametrize(("method", "path", "version", "body"), WRITES)
def test_of_names_in_other_letters_the_last_is_stored(
    azure: LocalAzure, method: str, path: str, version: str, body: dict[str, Any]
) -> None:
    def written(**tags: str) -> Any:
        reply = azure.call(method, path, {**body, "tags": tags}, version)
        assert reply.status in (200, 201), reply
        if "azure-asyncoperation" in reply.headers:
            azure.call("GET", reply.headers["azure-asyncoperation"])
        return azure.call("GET", path, version=version).body["tags"]

    both = written(environment="dev", owner="web", Environment="prod")
    again = written(ENVIRONMENT="test")

    assert both == {"Environment": "prod", "owner": "web"}
    assert again == {"ENVIRONMENT": "test"}


def test_tags_of_the_wrong_shape_meet_a_policy_on_tags(
    local_azure: Callable[..., LocalAzure], tmp_path: Path
) -> None:
    start = f"{PROD}/providers/Microsoft.Authorization"
    rule = {"if": {"field": "tags['owner']", "exists": "false"}, "then": {"effect": "deny"}}
    policy = {"id": f"{start}/policyDefinitions/owner", "properties": {"policyRule": rule}}
    assignment = {
        "id": f"{start}/policyAssignments/owner",
        "properties": {"policyDefinitionId": policy["id"]},
    }
    entries = [*json.loads(ESTATE.read_bytes()), policy, assignment]
    azure = local_azure(file(tmp_path, "estate.json", entries))

    refused = azure.call("PUT", WRITES[0][1], {**WEST, "tags": ["owner"]}, NETWORK)

    assert refused.code == "RequestDisallowedByPolicy"


@pytest.mark.parametrize(
    ("tags", "code", "said"),
    [
        ({"cost/center": "1", "a?": "2"}, "InvalidTagNameCharacters", "'cost/center, a?' have"),
        ({"a\n": "1"}, "InvalidTagNameCharacters", "or control characters"),
        ({"n" * 513: "1"}, "InvalidTagName", "for tag key - '512' characters"),
        ({"cost": "x" * 257}, "InvalidTagValueLength", "for tag value - '256' characters"),
        ({f"t{n}": "" for n in range(51)}, "InvalidTags", "Requested tag count - '51'"),
    ],
)
def test_tags_that_no_resource_can_have_are_refused(
    azure: LocalAzure, tags: dict[str, str], code: str, said: str
) -> None:
    for method, path, version, body in WRITES:
        refused = azure.call(method, path, {**body, "tags": tags}, version)
        assert (refused.status, refused.code) == (400, code)
        assert said in refused.body["error"]["message"]


def test_the_most_that_a_resource_can_have_is_taken(azure: LocalAzure) -> None:
    _, path, version, body = WRITES[0]
    tags = {f"t{n}": "x" * 256 for n in range(48)} | {"n" * 512: "", "hidden-link:/a?b": "x"}
    assert azure.call("PUT", path, {**body, "tags": tags}, version).status in (200, 201)
