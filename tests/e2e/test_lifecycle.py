"""One lifecycle rule of the account in the place of retentions, on the real engine and the pack."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from commands.shared.engine import Run
from tests.e2e.conftest import Staging
from tests.e2e.stage import Stage
from tools.projects import POLICIES

HOME, PROD, DEV = (f"00000000-0000-4000-8000-00000000000{number}" for number in (1, 2, 3))
SETTINGS: dict[str, Any] = {
    "location": "westeurope",
    "subscriptions": [HOME, PROD, DEV],
    "include": {"tags": {"environment": ["dev", "test"]}},
}
STORAGE = "2024-01-01"
OFF = {"days": 0, "enabled": False}


def ours(there: Stage) -> list[dict[str, Any]]:
    """Properties of the flow logs that the stack made."""
    found = there.flow_logs(HOME, PROD, DEV).values()
    tagged = [log for log in found if log.get("tags", {}).get("managed-by") == "flow-logs/dev"]
    return [log["properties"] for log in tagged]


def rules(there: Stage) -> list[dict[str, Any]]:
    """The lifecycle rules of the accounts that they write to."""
    accounts = {log["storageId"] for log in ours(there)}
    policies = [there.get(f"{each}/managementPolicies/default", STORAGE) for each in accounts]
    return [rule for each in policies if each for rule in each["properties"]["policy"]["rules"]]


def up(there: Stage, **settings: Any) -> Run:
    there.configure("dev", {**SETTINGS, **settings})
    done = there.up("dev")
    assert done.code == 0, done.stdout
    return done


def test_the_rule_takes_the_place_of_retentions_and_gives_it_back(deployed: Staging) -> None:
    there = deployed("dev", SETTINGS)
    before = {log["targetResourceId"] for log in ours(there)}
    assert all(log["retentionPolicy"] == {"days": 90, "enabled": True} for log in ours(there))
    assert {rule["name"] for rule in rules(there)} != {"flow-logs-retention"}

    done = up(there, lifecycle="account")

    assert not {"replace", "delete", "create"} & set(done.changes)
    assert {log["targetResourceId"] for log in ours(there)} == before
    assert all(log["retentionPolicy"] == OFF for log in ours(there))
    assert {rule["name"] for rule in rules(there)} == {"flow-logs-retention"}
    deletion = rules(there)[0]["definition"]["actions"]["baseBlob"]["delete"]
    assert deletion == {"daysAfterModificationGreaterThan": 90}
    assert dict(there.preview("dev").changes) == {}

    up(there)

    assert all(log["retentionPolicy"] == {"days": 90, "enabled": True} for log in ours(there))
    assert "flow-logs-retention" not in {rule["name"] for rule in rules(there)}
    assert dict(there.preview("dev").changes) == {}


def test_the_pack_passes_it_where_the_stack_says_so_in_the_open(
    staged: Staging, tmp_path: Path
) -> None:
    there = staged()
    there.stack("dev", {**SETTINGS, "lifecycle": "account"})
    refused = there.guarded("preview", "dev")
    assert refused.code != 0
    assert "retentionPolicy.days is 0, which means for ever" in refused.stdout
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"flow-log-retention": {"allowForever": True}}))
    pack = ("--policy-pack", str(POLICIES), "--policy-pack-config", str(config))
    passed = there.preview("dev", *pack)
    assert passed.code == 0, passed.stdout
