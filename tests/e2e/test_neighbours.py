"""What Azure Policy, a cost team or an owner adds to resources of ours, and what becomes of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.e2e.conftest import Staging
from tests.e2e.stage import Stage

SUBSCRIPTION = "00000000-0000-4000-8000-000000000001"
SEVEN_DAYS = {"enabled": True, "days": 7}
READERS = [{"value": "198.51.100.7", "action": "Allow"}]
VERSIONS = {
    "resourcegroups": "2024-03-01",
    "networkwatchers": "2024-05-01",
    "flowlogs": "2025-05-01",
    "storageaccounts": "2024-01-01",
    "workspaces": "2023-09-01",
    "savedsearches": "2020-08-01",
    "actiongroups": "2023-01-01",
    "scheduledqueryrules": "2023-12-01",
    "activitylogalerts": "2020-10-01",
    "workbooks": "2023-06-01",
    "datacollectionrules": "2022-06-01",
}
STORAGE_VERSION = VERSIONS["storageaccounts"]
SETTINGS: dict[str, Any] = {
    "location": "westeurope",
    "subscriptions": [SUBSCRIPTION],
    "ingestionFilter": "FlowStatus != 'Denied'",
    "alerts": {"emails": ["soc@contoso.example"], "securityGroupChanges": True},
    "tags": {"env": "prod", "team": "network"},
}


def _estate(folder: Path) -> Path:
    """One network with one security group, in a region that has no network watcher yet."""
    group = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-net"
    security_group = f"{group}/providers/Microsoft.Network/networkSecurityGroups/nsg-app"
    held = {"addressPrefix": "10.0.0.0/24", "networkSecurityGroup": {"id": security_group}}
    subnet = {"name": "web", "properties": held}
    network = {
        "id": f"{group}/providers/Microsoft.Network/virtualNetworks/vnet-app",
        "location": "westeurope",
        "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": [subnet]},
    }
    resources = [
        {"id": f"/subscriptions/{SUBSCRIPTION}", "subscriptionId": SUBSCRIPTION},
        {"id": group, "location": "westeurope"},
        {"id": security_group, "location": "westeurope", "properties": {}},
        network,
    ]
    path = folder / "estate.json"
    path.write_text(json.dumps(resources))
    return path


def _made(there: Stage) -> Iterator[tuple[str, str]]:
    """Id and API version of everything that was written so far."""
    for path in dict.fromkeys(each.path for each in there.server.writes() if each.method == "PUT"):
        if "/blobServices/" not in path:  # which have no tags
            yield path, VERSIONS[path.rsplit("/", 2)[-2].casefold()]


def _tagged(there: Stage, made: Mapping[str, str]) -> dict[str, dict[str, str]]:
    found = {path: there.get(path, version) or {} for path, version in made.items()}
    return {path: _tags(body) for path, body in found.items()}


def _tags(body: Mapping[str, Any]) -> dict[str, str]:
    """Tags of a resource; a saved search's are a list among its properties."""
    listed = (body.get("properties") or {}).get("tags") if "savedsearches" in _kind(body) else None
    held = {tag["name"]: tag["value"] for tag in listed} if listed else body.get("tags")
    return dict(held or {})


def _kind(body: Mapping[str, Any]) -> str:
    return str(body["id"]).rsplit("/", 2)[-2].casefold()


def _retag(there: Stage, path: str, version: str, tags: Mapping[str, str]) -> None:
    whole = "?canFetchContent=true" if "/workbooks/" in path else ""
    body = there.get(f"{path}{whole}", version)
    assert body is not None
    if _kind(body) == "savedsearches":
        body["properties"]["tags"] = [{"name": n, "value": v} for n, v in tags.items()]
    else:
        body["tags"] = dict(tags)
    there.send("PUT", path, version, body)


def test_tags_of_others_stay_and_those_that_the_setting_drops_go(
    staged: Staging, tmp_path: Path
) -> None:
    there = staged(_estate(tmp_path))
    there.stack("dev", SETTINGS)
    assert there.up("dev").code == 0
    assert there.up("dev").code == 0  # links the ingestion filter to the workspace
    made = dict(_made(there))
    assert {path.rsplit("/", 2)[-2].casefold() for path in made} == set(VERSIONS)
    first = _tagged(there, made)
    for path, version in made.items():
        # An owner adds one, spells another one otherwise, and a policy sets a value of its own.
        others = {"CostCenter": "4711", "Env": "prod", "team": "network"}
        _retag(there, path, version, {**others, "managed-by": first[path]["managed-by"]})
    before = len(there.server.writes())
    assert there.preview("dev", "--expect-no-changes").code == 0
    assert there.up("dev").code == 0
    assert len(there.server.writes()) == before

    overwritten = next(path for path in made if "/flowLogs/" in path)
    _retag(there, overwritten, VERSIONS["flowlogs"], {"CostCenter": "1", "Env": "test"})
    there.configure("dev", {**SETTINGS, "tags": {"env": "prod"}})
    assert there.up("dev").code == 0
    found = _tagged(there, made)
    assert found.pop(overwritten) == {
        "CostCenter": "1",
        "Env": "prod",
        "managed-by": "flow-logs/dev",
    }
    for path, tags in found.items():
        assert tags == {"CostCenter": "4711", "Env": "prod", "managed-by": "flow-logs/dev"}, path
    assert there.preview("dev", "--expect-no-changes").code == 0


def test_a_deleted_container_can_be_recovered_and_what_readers_set_beside_it_stays(
    staged: Staging, tmp_path: Path
) -> None:
    there = staged(_estate(tmp_path))
    plain = {"location": "westeurope", "subscriptions": [SUBSCRIPTION]}
    there.stack("dev", plain)
    assert there.up("dev").code == 0
    (service,) = [each.path for each in there.server.writes() if "/blobServices/" in each.path]
    kept = _properties(there, service)
    assert kept["containerDeleteRetentionPolicy"] == SEVEN_DAYS
    assert kept["deleteRetentionPolicy"] == {"enabled": False}
    assert "isVersioningEnabled" not in kept

    _what_readers_set_stays(there, service, kept)
    _what_weakens_the_evidence_is_set_back(there, service, kept)
    back = there.get(service, STORAGE_VERSION)
    assert there.engine.operate("destroy", "dev", "--exclude-protected").code == 0
    assert there.get(service, STORAGE_VERSION) == back

    # On an empty state everything is taken back, the blob service with its account.
    assert there.engine.run("stack", "rm", "dev", "--yes", "--force").code == 0
    there.stack("dev", plain)
    assert there.up("dev").code == 0
    assert there.get(service, STORAGE_VERSION) == back
    assert there.preview("dev", "--expect-no-changes").code == 0


def _what_readers_set_stays(there: Stage, service: str, kept: dict[str, Any]) -> None:
    rule = {"allowedOrigins": ["https://contoso.example"], "allowedMethods": ["GET"]}
    rule |= {"exposedHeaders": ["*"], "allowedHeaders": ["*"]}
    shared = {**kept, "cors": {"corsRules": [{**rule, "maxAgeInSeconds": 60}]}}
    there.send("PUT", service, STORAGE_VERSION, {"properties": shared})
    assert there.preview("dev", "--expect-no-changes").code == 0

    there.send("PATCH", _account(service), STORAGE_VERSION, _firewall("Deny"))
    (space,) = {e.path for e in there.server.writes() if e.path.split("/")[-2] == "workspaces"}
    entra = {"properties": {"features": {"disableLocalAuth": True}}}
    there.send("PATCH", space, VERSIONS["workspaces"], entra)
    assert there.preview("dev", "--expect-no-changes").code == 0


def _what_weakens_the_evidence_is_set_back(
    there: Stage, service: str, kept: dict[str, Any]
) -> None:
    there.send("PATCH", _account(service), STORAGE_VERSION, _firewall("Allow"))
    off = {"containerDeleteRetentionPolicy": {"enabled": False}, "isVersioningEnabled": True}
    there.send("PUT", service, STORAGE_VERSION, {"properties": {**kept, **off}})
    assert dict(there.up("dev").changes) == {"update": 2}
    closed = _properties(there, _account(service))["networkAcls"]
    assert (closed["defaultAction"], closed["ipRules"]) == ("Deny", READERS)
    back = _properties(there, service)
    assert back["containerDeleteRetentionPolicy"] == SEVEN_DAYS
    assert "isVersioningEnabled" not in back
    assert there.preview("dev", "--expect-no-changes").code == 0


def _account(service: str) -> str:
    return service.split("/blobServices/")[0]


def _firewall(default: str) -> dict[str, Any]:
    rules = {"bypass": "AzureServices", "defaultAction": default, "ipRules": READERS}
    return {"properties": {"networkAcls": rules}}


def _properties(there: Stage, resource: str) -> dict[str, Any]:
    found = there.get(resource, STORAGE_VERSION)
    assert found is not None
    return dict(found["properties"])
