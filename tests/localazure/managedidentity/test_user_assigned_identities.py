"""User-assigned identities, and flow logs that have one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.localazure.contoso import (
    ESTATE,
    IDENTITIES,
    IDENTITY,
    NETWORK,
    SHOP,
    WATCHER,
    flow_log,
    identity,
)
from tests.servers import LocalAzure, Reply

LOG = f"{WATCHER}/flowLogs/vnet-shop"


@pytest.fixture
def azure(local_azure: Callable[..., LocalAzure]) -> LocalAzure:
    """A server of its own for each test."""
    return local_azure(ESTATE)


def make(azure: LocalAzure) -> dict[str, Any]:
    made = azure.call("PUT", IDENTITY, {"location": "westeurope"}, IDENTITIES)
    assert made.status == 201
    body: dict[str, Any] = made.body
    return body


def write(azure: LocalAzure, given: dict[str, Any]) -> Reply:
    return azure.call("PUT", LOG, flow_log(SHOP) | {"identity": given}, NETWORK)


def test_one_that_is_made_again_is_another_principal(azure: LocalAzure) -> None:
    first = make(azure)["properties"]["principalId"]
    again = azure.call("PUT", IDENTITY, {"location": "westeurope", "tags": {"a": "b"}}, IDENTITIES)
    assert (again.status, again.body["properties"]["principalId"]) == (200, first)
    gone = [azure.call("DELETE", IDENTITY, version=IDENTITIES).status for _ in range(2)]
    assert gone == [200, 204]
    assert make(azure)["properties"]["principalId"] != first


def test_a_flow_log_takes_the_ids_of_its_identity_with_the_end_of_the_write(
    azure: LocalAzure,
) -> None:
    principal = make(azure)["properties"]["principalId"]
    answered = write(azure, identity(IDENTITY)).body["identity"]
    assert answered["type"] == "userAssigned"
    assert answered["userAssignedIdentities"][IDENTITY] == {"principalId": "", "clientId": ""}
    held = azure.call("GET", LOG, version=NETWORK).body["identity"]["userAssignedIdentities"]
    assert held[IDENTITY]["principalId"] == principal


def test_an_identity_that_is_not_there_is_refused(azure: LocalAzure) -> None:
    refused = write(azure, identity(IDENTITY))
    assert (refused.status, refused.code) == (400, "FailedIdentityOperation")
    assert IDENTITY in refused.body["error"]["message"]


def test_a_system_assigned_identity_is_refused(azure: LocalAzure) -> None:
    """Quoted: azure-rest-api-specs #36418."""
    refused = write(azure, {"type": "SystemAssigned"})
    assert refused.body["error"] == {
        "code": "CannotSetResourceIdentity",
        "message": "Resource type 'Microsoft.Network/networkWatchers/flowLogs' does not support "
        "creation of 'SystemAssigned' resource identity. The supported types are 'UserAssigned'.",
    }


def test_ids_do_not_go_with_type_none(azure: LocalAzure) -> None:
    make(azure)
    refused = write(azure, identity(IDENTITY) | {"type": "None"})
    assert refused.code == "FailedIdentityOperation"


def test_who_may_not_assign_it_may_not_write_it(
    local_azure: Callable[..., LocalAzure], tmp_path: Path
) -> None:
    role = tmp_path / "role.json"
    actions = ["Microsoft.Network/*", "Microsoft.ManagedIdentity/userAssignedIdentities/write"]
    role.write_text(json.dumps({"Actions": actions}))
    azure = local_azure(ESTATE, role=role)
    make(azure)
    refused = write(azure, identity(IDENTITY))
    assert (refused.status, refused.code) == (403, "LinkedAuthorizationFailed")
    assert "userAssignedIdentities/assign/action" in refused.body["error"]["message"]
