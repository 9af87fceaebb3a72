"""Flow logs that are written by a managed identity, on the real engine: on, given, another, off."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from commands.shared.engine import Run
from tests.e2e.conftest import Staging
from tests.e2e.stage import Stage
from tools.projects import SAMPLE_ESTATE

HOME, PROD, DEV = (f"00000000-0000-4000-8000-00000000000{number}" for number in (1, 2, 3))
GROUP = f"/subscriptions/{HOME}/resourceGroups/flow-logs-dev"
OWN = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/flow-logs-dev"
ROLE = "ba92f5b4-2d11-453d-a403-e96b0029c9fe"
SETTINGS: dict[str, Any] = {
    "location": "westeurope",
    "subscriptions": [HOME, PROD, DEV],
    "include": {"tags": {"environment": ["dev", "test"]}},
}
IDENTITIES, ROLES, STORAGE = "2023-01-31", "2022-04-01", "2024-01-01"


def ours(there: Stage) -> list[dict[str, Any]]:
    """Flow logs that the stack made."""
    found = there.flow_logs(HOME, PROD, DEV).values()
    return [log for log in found if log.get("tags", {}).get("managed-by") == "flow-logs/dev"]


def identities(there: Stage) -> set[str]:
    """What the stack's flow logs are written by; the type alone where that is nothing."""
    return {
        ", ".join(held.get("userAssignedIdentities", [held["type"]]))
        for held in (log.get("identity", {"type": "no word"}) for log in ours(there))
    }


def roles(there: Stage) -> dict[str, str]:
    """Scope (key) of each role assignment in the stack's group to the object id that has it."""
    path = f"{GROUP}/providers/Microsoft.Authorization/roleAssignments"
    listed = (there.get(path, ROLES) or {"value": []})["value"]
    assert all(each["properties"]["roleDefinitionId"].endswith(ROLE) for each in listed)
    return {
        each["properties"]["scope"].casefold(): each["properties"]["principalId"] for each in listed
    }


def up(there: Stage, **settings: Any) -> Run:
    there.configure("dev", {**SETTINGS, **settings})
    done = there.up("dev")
    assert done.code == 0, done.stdout
    return done


def settled(there: Stage) -> bool:
    return not there.preview("dev").changes


def test_turning_it_on_and_off_changes_in_place_and_leaves_no_gap(deployed: Staging) -> None:
    there = deployed("dev", SETTINGS)
    before = {log["id"] for log in ours(there)}
    assert identities(there) == {"no word"}

    done = up(there, flowLogIdentity="make")

    assert {log["id"] for log in ours(there)} == before
    assert set(done.changes) == {"create", "update"}
    assert identities(there) == {OWN}
    principal = (there.get(OWN, IDENTITIES) or {})["properties"]["principalId"]
    written = {log["properties"]["storageId"].casefold() for log in ours(there)}
    assert roles(there) == dict.fromkeys(written, principal)
    for account in written:
        assert (there.get(account, STORAGE) or {})["properties"]["allowSharedKeyAccess"] is False
    _roles_come_first(there)
    asked = {each.path.casefold().rsplit("/", 1)[-1] for each in there.server.requests()}
    assert not asked & {"listkeys", "listaccountsas", "listservicesas"}
    assert settled(there)

    done = up(there)

    assert identities(there) == {"none"}
    assert "delete" not in done.changes
    assert roles(there) == dict.fromkeys(written, principal)
    assert dict(up(there).changes) == {"delete": len(written) + 1}
    assert (there.get(OWN, IDENTITIES), roles(there)) == (None, {})
    assert {log["id"] for log in ours(there)} == before
    assert settled(there)


def _roles_come_first(there: Stage) -> None:
    """No flow log is written by the identity before that has the role."""
    puts = [each.path for each in there.server.writes() if each.method == "PUT"]
    last_role = max(place for place, path in enumerate(puts) if "/roleAssignments/" in path)
    identity = next(place for place, path in enumerate(puts) if path == OWN)
    logs = [place for place, path in enumerate(puts) if "/flowLogs/" in path and place > identity]
    assert logs
    assert min(logs) > last_role > identity


def test_a_given_identity_takes_the_place_of_another_without_a_patch(
    staged: Staging, tmp_path: Path
) -> None:
    first, second = (f"{OWN.replace('flow-logs-dev', 'rg-hub-monitoring', 1)}-{n}" for n in (1, 2))
    entries = json.loads(SAMPLE_ESTATE.read_text())
    entries += [{"id": each, "location": "westeurope"} for each in (first, second)]
    estate = tmp_path / "estate.json"
    estate.write_text(json.dumps(entries))
    there = staged(estate)
    there.stack("dev", {**SETTINGS, "flowLogIdentity": first})

    up(there, flowLogIdentity=first)
    assert identities(there) == {first}
    holder = (there.get(first, IDENTITIES) or {})["properties"]["principalId"]
    assert set(roles(there).values()) == {holder}
    assert settled(there)

    up(there, flowLogIdentity=second)
    assert identities(there) == {"none"}
    assert set(roles(there).values()) == {holder}
    up(there, flowLogIdentity=second)
    assert identities(there) == {second}
    assert set(roles(there).values()) == {
        (there.get(second, IDENTITIES) or {})["properties"]["principalId"]
    }
    assert settled(there)
    assert [each for each in there.server.writes() if each.method == "PATCH"] == []
