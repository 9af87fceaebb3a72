"""The lifecycle rules that retention writes onto the account of a flow log."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.arm_schemas import against_schema
from tests.localazure.contoso import (
    ACCOUNT,
    ESTATE,
    GRAPH,
    NETWORK,
    PAYMENTS,
    PROD,
    SHOP,
    STORAGE,
    WATCHER,
    WEB_LOG,
    flow_log,
)
from tests.servers import LocalAzure

Start = Callable[..., LocalAzure]
POLICY = f"{ACCOUNT}/managementPolicies/default"
CUSTOM = {
    "enabled": True,
    "name": "cool",
    "type": "Lifecycle",
    "definition": {
        "actions": {"baseBlob": {"tierToCool": {"daysAfterModificationGreaterThan": 30}}},
        "filters": {"blobTypes": ["blockBlob"]},
    },
}


def put(azure: LocalAzure, name: str, target: str, days: int) -> str:
    """Writes a flow log with a retention (0: none) and returns the state that it ends in."""
    retention = {"days": days, "enabled": days > 0}
    id_ = f"{WATCHER}/flowLogs/{name}"
    reply = azure.call("PUT", id_, flow_log(target, retentionPolicy=retention), NETWORK)
    assert reply.status in (200, 201), reply.body
    held = azure.call("GET", id_, version=NETWORK).body
    return str(held["properties"]["provisioningState"])


def rules(azure: LocalAzure) -> list[dict[str, Any]]:
    reply = azure.call("GET", POLICY, version=STORAGE)
    if reply.status == 404:
        assert reply.code == "ManagementPolicyNotFound"
        return []
    found: list[dict[str, Any]] = reply.body["properties"]["policy"]["rules"]
    return found


def expiries(azure: LocalAzure) -> dict[str, int]:
    """Days by prefix."""
    return {
        prefix: rule["definition"]["actions"]["baseBlob"]["delete"][
            "daysAfterModificationGreaterThan"
        ]
        for rule in rules(azure)
        for prefix in rule["definition"]["filters"]["prefixMatch"]
    }


def prefix_of(name: str) -> str:
    id_ = f"{WATCHER}/flowLogs/{name}".upper()
    return f"insights-logs-flowlogflowevent/flowLogResourceID={id_}"


def test_retention_writes_a_rule_for_its_blobs_and_without_there_is_none(
    local_azure: Start, shared_data: Path
) -> None:
    azure = local_azure(ESTATE)
    assert put(azure, "for-ever", SHOP, 0) == "Succeeded"
    assert rules(azure) == []
    assert put(azure, "ninety", PAYMENTS, 90) == "Succeeded"

    assert expiries(azure) == {prefix_of("ninety"): 90}
    schemas = shared_data / "specs" / "arm-json-schema"
    held = azure.call("GET", POLICY, version=STORAGE).body["properties"]
    body = {"properties": {"policy": held["policy"]}}
    file, type_ = "Microsoft.Storage.2023-05-01", "storageAccounts_managementPolicies"
    assert against_schema(schemas, file, type_, body) == []


def test_a_rule_of_somebody_else_is_overwritten(local_azure: Start) -> None:
    azure = local_azure(ESTATE)
    body = {"properties": {"policy": {"rules": [CUSTOM]}}}
    assert azure.call("PUT", POLICY, body, STORAGE).status == 200
    assert put(azure, "for-ever", SHOP, 0) == "Succeeded"
    assert [rule["name"] for rule in rules(azure)] == ["cool"]

    assert put(azure, "ninety", PAYMENTS, 90) == "Succeeded"
    assert expiries(azure) == {prefix_of("ninety"): 90}
    assert "cool" not in [rule["name"] for rule in rules(azure)]


def test_a_changed_retention_moves_the_flow_log_to_another_rule(local_azure: Start) -> None:
    azure = local_azure(ESTATE)
    for name, target, days in (("a", SHOP, 90), ("b", PAYMENTS, 90), ("b", PAYMENTS, 120)):
        assert put(azure, name, target, days) == "Succeeded"

    assert expiries(azure) == {prefix_of("a"): 90, prefix_of("b"): 120}
    assert len(rules(azure)) == 2


def test_blobs_of_a_group_are_found_by_the_group(local_azure: Start) -> None:
    azure = local_azure(ESTATE)
    log = azure.call("GET", WEB_LOG, version=NETWORK).body
    log["properties"]["retentionPolicy"] = {"days": 100, "enabled": True}
    assert azure.call("PUT", WEB_LOG, log, NETWORK).status == 200
    azure.call("GET", WEB_LOG, version=NETWORK)

    policy = f"{log['properties']['storageId']}/managementPolicies/default"
    held = azure.call("GET", policy, version=STORAGE).body["properties"]["policy"]["rules"]
    target = log["properties"]["targetResourceId"].upper()
    (prefixes,) = (rule["definition"]["filters"]["prefixMatch"] for rule in held)
    assert prefixes == [f"insights-logs-networksecuritygroupflowevent/resourceId={target}"]


def full(folder: Path) -> Path:
    """The sample estate with an account whose hundred rules have ten prefixes each."""
    prefix = "insights-logs-flowlogflowevent/flowLogResourceID=/"
    listed = [
        {
            "enabled": True,
            "name": f"rule{rule}",
            "type": "Lifecycle",
            "definition": {
                "actions": {"baseBlob": {"delete": {"daysAfterModificationGreaterThan": 90}}},
                "filters": {
                    "blobTypes": ["blockBlob"],
                    "prefixMatch": [f"{prefix}{rule}/{place}" for place in range(10)],
                },
            },
        }
        for rule in range(100)
    ]
    policy = {"id": POLICY, "properties": {"policy": {"rules": listed}}}
    path = folder / "estate.json"
    path.write_text(json.dumps([*json.loads(ESTATE.read_bytes()), policy]))
    return path


def test_a_flow_log_for_which_there_is_no_rule_left_fails(
    local_azure: Start, tmp_path: Path
) -> None:
    azure = local_azure(full(tmp_path))

    assert put(azure, "one-too-many", SHOP, 90) == "Failed"
    assert len(rules(azure)) == 100
    assert put(azure, "without", PAYMENTS, 0) == "Succeeded"


def test_rules_are_no_rows_of_resource_graph(local_azure: Start) -> None:
    azure = local_azure(ESTATE)
    assert put(azure, "ninety", PAYMENTS, 90) == "Succeeded"
    query = "resources | where type contains 'managementpolicies'"
    body = {"query": query, "subscriptions": [PROD.rpartition("/")[2]]}

    assert azure.call("POST", GRAPH, body).body["data"] == []
