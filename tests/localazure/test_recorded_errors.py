"""Every recorded error body: the same here, or a reason why it cannot be."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.localazure.contoso import (
    DEV,
    ESTATE,
    GRAPH,
    NETWORK,
    PROD,
    RESOURCES,
    SHOP,
    STORAGE,
    WATCHER,
    flow_log,
    resource,
)
from tests.localazure.files import file
from tests.servers import LocalAzure, Reply

Provoke = Callable[["Servers"], Reply]
READER = {"Name": "Reader of groups", "Actions": ["Microsoft.Resources/*"]}
NOWHERE = f"{DEV}/resourceGroups/nowhere"

OTHER_TYPES = "its resource provider, or this type of it, is not modelled"
DIRECTORY = "it is of the directory, which is another service"
REGISTRATION = "whether a provider is registered is told, and nothing is refused for it"


@dataclass(frozen=True)
class Servers:
    """Three of the same estate: with every right, with few, and with operations that last."""

    plain: LocalAzure
    narrow: LocalAzure
    slow: LocalAzure


def second_watcher(servers: Servers) -> Reply:
    id_ = resource(PROD, "NetworkWatcherRG", "networkWatchers", "second")
    return servers.plain.call("PUT", id_, {"location": "westeurope"}, NETWORK)


def malformed_query(servers: Servers) -> Reply:
    return servers.plain.call("POST", GRAPH, {"query": "where where"})


def without_rights(servers: Servers) -> Reply:
    return servers.narrow.call("GET", WATCHER, version=NETWORK)


def missing_group(servers: Servers) -> Reply:
    return servers.plain.call("DELETE", NOWHERE, version=RESOURCES)


def in_a_missing_group(servers: Servers) -> Reply:
    id_ = f"{NOWHERE}/providers/Microsoft.Network/virtualNetworks/x"
    return servers.plain.call("GET", id_, version=NETWORK)


def account_in_a_missing_group(servers: Servers) -> Reply:
    id_ = f"{NOWHERE}/providers/Microsoft.Storage/storageAccounts/xxx"
    return servers.plain.call("DELETE", id_, version=STORAGE)


def missing_interface(servers: Servers) -> Reply:
    id_ = resource(PROD, "rg-prod-shop", "networkInterfaces", "none")
    return servers.plain.call("GET", id_, version=NETWORK)


def missing_account(servers: Servers) -> Reply:
    id_ = resource(PROD, "rg-prod-shop", "Microsoft.Storage/storageAccounts", "none")
    return servers.plain.call("GET", id_, version=STORAGE)


def missing_part(servers: Servers) -> Reply:
    return servers.plain.call("GET", f"{SHOP}/subnets/none", version=NETWORK)


def written_twice(servers: Servers) -> Reply:
    id_ = f"{WATCHER}/flowLogs/twice"
    assert servers.slow.call("PUT", id_, flow_log(SHOP), NETWORK).status in (201, 409)
    return servers.slow.call("PUT", id_, flow_log(SHOP), NETWORK)


PROVOKED: dict[tuple[str, str], Provoke] = {
    ("NetworkWatcherCountLimitReached", "microsoft.network/networkwatchers"): second_watcher,
    ("BadRequest", "microsoft.resourcegraph/resources"): malformed_query,
    ("AuthorizationFailed", "microsoft.authorization/policydefinitions"): without_rights,
    ("AuthorizationFailed", "microsoft.insights/eventtypes"): without_rights,
    ("ResourceGroupNotFound", ""): missing_group,
    ("ResourceGroupNotFound", "microsoft.certificateregistration/certificateorders"): (
        in_a_missing_group
    ),
    ("ResourceGroupNotFound", "microsoft.domainregistration/domains"): in_a_missing_group,
    ("ResourceGroupNotFound", "microsoft.network/applicationgateways"): in_a_missing_group,
    ("ResourceGroupNotFound", "microsoft.storage/storageaccounts"): account_in_a_missing_group,
    ("ResourceNotFound", "microsoft.compute/virtualmachines"): missing_interface,
    ("ResourceNotFound", "microsoft.network/applicationgateways"): missing_interface,
    ("ResourceNotFound", "microsoft.network/networkinterfaces"): missing_interface,
    ("ResourceNotFound", "microsoft.storage/storageaccounts"): missing_account,
    ("NotFound", "microsoft.network/applicationgateways"): missing_part,
    ("NotFound", "microsoft.network/expressroutecircuits"): missing_part,
    ("AnotherOperationInProgress", "microsoft.network/virtualnetworkgateways"): written_twice,
}
"""Code and provider of a recorded error, and what makes local Azure answer with it."""

REASONS: dict[tuple[str, str], str] = {
    ("InvalidQuery", "microsoft.resourcegraph/resources"): "an API version before 2021-03-01",
    ("ReceiverAlreadyEnabled", "microsoft.insights/actiongroups"): "actions of action groups",
    ("MissingSubscriptionRegistration", "microsoft.domainregistration/domains"): REGISTRATION,
    ("PrincipalNotFound", "microsoft.authorization/roleassignments"): (
        "which principals there are is the directory's affair"
    ),
    ("PrincipalNotFound", "microsoft.network/virtualnetworks"): (
        "which principals there are is the directory's affair"
    ),
    ("PrivateIPAddressNotInAnySubnet", "microsoft.network/virtualnetworks"): (
        "address checks of networks are not modelled"
    ),
    ("ResourceGroupDeletionTimeout", ""): (
        "the same status, code and start of the text; recorded with capital letters (`Error`, "
        "`Code`), answered in ARM's usual form"
    ),
    ("Authorization_RequestDenied", ""): DIRECTORY,
    ("Request_ResourceNotFound", ""): DIRECTORY,
    ("Request_BadRequest", ""): DIRECTORY,
}
NOT_MODELLED = re.compile(
    r"microsoft\.(compute|web|resources|insights/logprofiles|network/(dnszones|applicationgateways)"
    r"|authorization/policydefinitions)"
)
"""Providers and types whose own errors (not ARM's) cannot come up here."""


@pytest.fixture(scope="module")
def servers(
    local_azure: Callable[..., LocalAzure], tmp_path_factory: pytest.TempPathFactory
) -> Servers:
    role = file(tmp_path_factory.mktemp("role"), "role.json", READER)
    return Servers(
        local_azure(ESTATE), local_azure(ESTATE, role=role), local_azure(ESTATE, latency=3600)
    )


@pytest.fixture(scope="module")
def recorded(shared_data: Path) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """The recorded errors by code and provider."""
    lines = (shared_data / "errors" / "recorded_errors.jsonl").read_text("utf-8").splitlines()
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for each in map(json.loads, lines):
        found.setdefault((each["code"], each["provider"]), []).append(each)
    return found


def words(message: str) -> str:
    """The message without names, ids, times and numbers, and without its last full stop."""
    plain = re.sub(r"'[^']*'|/subscriptions/\S+|\S*[\d=]\S*", "…", message)
    return " ".join(plain.split()).rstrip(".")


def members(body: Any) -> Iterator[str]:
    """Names of the members of an error body, at every depth."""
    if isinstance(body, dict):
        for name, inner in body.items():
            yield name
            yield from members(inner)
    elif isinstance(body, list):
        for inner in body:
            yield from members(inner)


@pytest.mark.parametrize("which", PROVOKED, ids=lambda which: "-".join(which).replace("/", "."))
def test_a_recorded_error_is_the_answer_here(
    servers: Servers,
    recorded: dict[tuple[str, str], list[dict[str, Any]]],
    which: tuple[str, str],
) -> None:
    for each in recorded[which]:
        answer = PROVOKED[which](servers)
        body = json.loads(each["body"])
        assert (answer.status, answer.code) == (each["status"], each["code"])
        assert sorted(members(answer.body)) == sorted(members(body))
        # Of later years two texts go on: with a link, and with what to do after a recent grant.
        assert words(answer.body["error"]["message"]).startswith(words(body["error"]["message"]))
        gateway = "gateway" in json.dumps(each["responseHeaders"].get("x-ms-failure-cause"))
        assert ("x-ms-failure-cause" in answer.headers) is gateway


def test_every_recorded_error_is_answered_or_explained(
    recorded: dict[tuple[str, str], list[dict[str, Any]]],
) -> None:
    left = [
        which
        for which in recorded
        if which not in PROVOKED and which not in REASONS and not NOT_MODELLED.match(which[1])
    ]
    assert left == []
    assert REASONS.keys() <= recorded.keys()
