"""Redundancies by region, asked of local Azure where a storage account is to be made alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import decide
from plan.model.plan import Plan
from plan.naming import home_group_id, storage_account_id
from stack.settings.read import parse_settings
from stack.state import State
from tests.servers import LocalAzure
from tools.projects import SAMPLE_ESTATE

HUB, *_ = SUBSCRIPTIONS = [f"00000000-0000-4000-8000-00000000000{n}" for n in (1, 2, 3)]
REGIONS = ("westeurope", "italynorth", "swedencentral")


def _decided(azure: LocalAzure) -> tuple[Plan, list[str]]:
    """The plan with geo-redundant storage, and the paths of the questions about redundancies."""
    config = {
        "flow-logs:location": "westeurope",
        "flow-logs:subscriptions": json.dumps(SUBSCRIPTIONS),
        "flow-logs:storageSku": "Standard_GRS",
    }
    environment = {"ARM_SUBSCRIPTION_ID": HUB, "ARM_METADATA_HOSTNAME": azure.url}
    chosen = parse_settings("dev", config, environment)
    plan = decide.decide(chosen, State(), lambda line: None)
    asked = [each["path"] for each in azure.requests() if each["path"].endswith("/skus")]
    return plan, asked


def _estate(folder: Path, *accounts: str) -> Path:
    """The sample estate with a region that has no pair, and the stack's accounts in some."""
    text = SAMPLE_ESTATE.read_text().replace("northeurope", "italynorth")
    made = [
        {
            "id": storage_account_id(HUB, "dev", region, 0),
            "location": region,
            "kind": "StorageV2",
            "sku": {"name": "Standard_LRS"},
            "tags": {"managed-by": "flow-logs/dev"},
        }
        for region in accounts
    ]
    home = {"id": home_group_id(HUB, "dev"), "location": "westeurope"}
    path = folder / "estate.json"
    path.write_text(json.dumps([*json.loads(text), home, *made]))
    return path


def test_a_region_that_lacks_it_gets_no_account_and_the_others_do(
    local_azure: Callable[..., LocalAzure], tmp_path: Path
) -> None:
    plan, asked = _decided(local_azure(_estate(tmp_path)))
    assert asked == [f"/subscriptions/{HUB}/providers/Microsoft.Storage/skus"]
    regions = {account.location for account in plan.foundation.storage_accounts}
    assert "westeurope" in regions
    assert "italynorth" not in regions
    assert regions == {log.location for log in plan.flow_logs}
    reasons = [
        group.reason for group in plan.coverage.security_groups if group.location == "italynorth"
    ]
    assert any("italynorth has no Standard_GRS storage" in reason for reason in reasons)


def test_nothing_is_asked_where_no_account_is_made(
    local_azure: Callable[..., LocalAzure], tmp_path: Path
) -> None:
    plan, asked = _decided(local_azure(_estate(tmp_path, *REGIONS)))
    assert {log.location for log in plan.flow_logs} >= {"italynorth", "westeurope"}
    assert asked == []


def test_who_may_not_read_it_is_told_and_goes_on(
    local_azure: Callable[..., LocalAzure], tmp_path: Path
) -> None:
    role = tmp_path / "role.json"
    role.write_text(json.dumps({"Actions": ["*"], "NotActions": ["Microsoft.Storage/skus/read"]}))
    plan, asked = _decided(local_azure(_estate(tmp_path), role=role))
    assert len(asked) == 1
    assert "italynorth" in {account.location for account in plan.foundation.storage_accounts}
    (note,) = [note for note in plan.notes if note.startswith("whether italynorth has")]
    assert "Microsoft.Storage/skus/read" in note
