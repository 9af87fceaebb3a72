"""Each way out that the doctor prints is gone, and makes its finding go away."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Container, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from commands.checks import doctor_checks
from commands.checks.finding import Finding
from estate.cloud import connect
from stack.settings.read import parse_settings
from tests.e2e.stage import Stage, stage
from tools.projects import REPOSITORY

pytestmark = pytest.mark.faults

FAULTY = REPOSITORY / "localazure" / "estates" / "faulty.json"
SUBSCRIPTION = "00000000-0000-4000-8000-000000000009"
ROLES = "2022-04-01"
STORAGE, WORKSPACES, FLOW_LOGS, NETWORK = "2024-01-01", "2023-09-01", "2025-05-01", "2024-05-01"
LEFT = {"location": "westeurope", "subscriptions": [SUBSCRIPTION], "networksWithoutNsg": "cover"}
ADOPTED = {
    **LEFT,
    "existingFlowLogs": "adopt",
    "existingWorkspaces": "move",
    "nsgFlowLogs": "disable",
}
OPEN = {"bypass": "AzureServices", "defaultAction": "Deny"}

Way = Callable[[Stage, Finding], None]


def _account(**properties: Any) -> Way:
    """``az storage account update``."""

    def way(there: Stage, found: Finding) -> None:
        there.send("PATCH", found.subject, STORAGE, {"properties": properties})

    return way


def _workspace(**properties: Any) -> Way:
    """``az monitor log-analytics workspace update``."""

    def way(there: Stage, found: Finding) -> None:
        there.send("PATCH", found.subject, WORKSPACES, {"properties": properties})

    return way


def _another_account(there: Stage, found: Finding) -> None:
    """``az network watcher flow-log update --storage-account``, for each that writes to one."""
    group = found.subject.split("/providers/")[0]
    account = f"{group}/providers/Microsoft.Storage/storageAccounts/stanother"
    if there.get(account, STORAGE) is None:
        body = {"location": "westeurope", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
        there.send("PUT", account, STORAGE, body)
    for log in there.flow_logs(SUBSCRIPTION).values():
        if log["properties"]["storageId"].casefold() == found.subject.casefold():
            log["properties"]["storageId"] = account
            there.send("PUT", log["id"], FLOW_LOGS, log)


def _no_foreign_rule(there: Stage, found: Finding) -> None:
    """``az storage account management-policy update``."""
    there.send("DELETE", f"{found.subject}/managementPolicies/default", STORAGE)


def _no_versions(there: Stage, found: Finding) -> None:
    """``az storage account blob-service-properties update``."""
    off = {"isVersioningEnabled": False, "deleteRetentionPolicy": {"enabled": False}}
    there.send("PUT", f"{found.subject}/blobServices/default", STORAGE, {"properties": off})


def _written_again(there: Stage, found: Finding) -> None:
    """``az network watcher flow-log update``."""
    there.send("PUT", found.subject, FLOW_LOGS, there.get(found.subject, FLOW_LOGS))


def _deleted(there: Stage, found: Finding) -> None:
    """``az network watcher flow-log delete``."""
    watcher = f"{found.subject.split('/resourceGroups/')[0]}/resourceGroups/NetworkWatcherRG"
    watcher += "/providers/Microsoft.Network/networkWatchers/NetworkWatcher_westeurope"
    there.send("DELETE", f"{watcher}/flowLogs/log-first", FLOW_LOGS)


def _watcher(there: Stage, found: Finding) -> None:
    """``az network watcher configure``."""
    region = found.what.split()[0]
    watcher = f"{found.subject}/resourceGroups/NetworkWatcherRG/providers/Microsoft.Network"
    body = {"location": region, "properties": {}}
    there.send("PUT", f"{watcher}/networkWatchers/NetworkWatcher_{region}", NETWORK, body)


def _role_assigned(there: Stage, found: Finding) -> None:
    """``az role assignment create``, with the values of the line."""
    words = found.way_out.split()
    principal = words[words.index("--assignee-object-id") + 1]
    scope = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization"
    properties = {
        "roleDefinitionId": f"{scope}/roleDefinitions/ba92f5b4-2d11-453d-a403-e96b0029c9fe",
        "principalId": principal,
        "principalType": words[words.index("--assignee-principal-type") + 1],
    }
    path = f"{found.subject}/providers/Microsoft.Authorization/roleAssignments/{uuid.uuid4()}"
    there.send("PUT", path, ROLES, {"properties": properties})


BY_HAND: dict[str, Way] = {
    "identity-role": _role_assigned,
    "target-recorded-twice": _deleted,
    "flow-log-failed": _written_again,
    "storage-firewall": _account(networkAcls=OPEN),
    "storage-immutable": _another_account,
    "storage-kind": _another_account,
    "storage-perimeter": _account(publicNetworkAccess="Enabled", networkAcls=OPEN),
    "storage-public-access": _account(publicNetworkAccess="Enabled", networkAcls=OPEN),
    "storage-public-blobs": _account(allowBlobPublicAccess=False),
    "storage-region": _another_account,
    "storage-rule-deletes": _no_foreign_rule,
    "storage-rule-foreign": _another_account,
    "storage-rule-limit": _another_account,
    "storage-shared-key": _account(allowSharedKeyAccess=True),
    "storage-versions": _no_versions,
    "watcher-missing": _watcher,
    "workspace-cap": _workspace(workspaceCapping={"dailyQuotaGb": -1}),
    "workspace-ingestion": _workspace(publicNetworkAccessForIngestion="Enabled"),
    "workspace-stopped": _workspace(workspaceCapping={"dailyQuotaGb": -1}),
    "workspace-tier": _workspace(sku={"name": "PerGB2018"}),
}
"""What `az` does, as the requests that it sends."""

BY_UP = {
    "flow-log-below-standard",
    "flow-log-disabled",
    "flow-log-drift",
    "flow-log-rewritten",
    "network-dark",
    "nsg-flow-log-ends",
    "security-group-dark",
    "storage-missing",
    "traffic-recorded-twice",
    "two-mechanisms",
    "workspace-guid",
    "workspace-missing",
    "workspace-region",
    "workspace-rule",
}
"""What `pulumi up` repairs, under the settings that the ways out name."""

NOT_PLANTED = {"flow-log-drift"}  # of a stack that is deployed; tests/e2e/test_repair.py
ELSEWHERE = {
    "gateway-in-half": "Azure's own, that nothing makes go away",
    "flow-log-silent": "rows come with traffic, once what is reported for the flow log is fixed",
    "flow-log-without-target": "tests/commands/checks/test_orphans.py",
    "not-checked": "a right of the identity; tests/commands/test_doctor.py",
    "storage-customer-key": "something to watch, that nothing makes go away",
    "subscription-closed": "Azure's own, of billing",
    "subscription-ending": "Azure's own, of billing",
    "value-not-known": "a newer version of this program",
}


def _estate(folder: Path) -> Path:
    """The neglected subscription with two faults more, and without what stops a run."""
    kept = [
        entry
        for entry in json.loads(FAULTY.read_text(encoding="utf-8"))
        if "/providers/microsoft.authorization/" not in entry["id"].casefold()
    ]
    for entry in kept:
        if entry["id"].endswith("/storageAccounts/stgood"):
            entry["properties"]["publicNetworkAccess"] = "SecuredByPerimeter"
        if entry["id"].endswith("/workspaces/log-soc"):
            entry["properties"]["publicNetworkAccessForIngestion"] = "Disabled"
    path = folder / "estate.json"
    path.write_text(json.dumps(kept))
    return path


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Stage]:
    """A stage on it."""
    with stage(tmp_path, _estate(tmp_path)) as opened:
        yield opened


def _findings(there: Stage, settings: dict[str, Any]) -> list[Finding]:
    variables = {"ARM_METADATA_HOSTNAME": there.url, "ARM_OIDC_TOKEN": "somebody"}
    config = {f"flow-logs:{key}": json.dumps(value) for key, value in settings.items()}
    config = {key: value.strip('"') for key, value in config.items()}
    config["azure-native:subscriptionId"] = SUBSCRIPTION
    read = parse_settings("dev", config, variables)
    return doctor_checks.look(connect(read.identity), read, datetime.now(UTC), named=True).findings


def _told(findings: Iterable[Finding], checks: Container[str]) -> list[str]:
    return [
        f"{found.check.name}: {found.title}: {found.what}"
        for found in findings
        if found.check.name in checks
    ]


def test_every_check_has_a_way_out_that_is_tried_here_or_says_why_not() -> None:
    checks = {check.name for check in doctor_checks.CHECKS}
    assert checks == BY_HAND.keys() | BY_UP | ELSEWHERE.keys()


def test_ways_out_make_the_findings_go_away(there: Stage) -> None:
    before = _findings(there, LEFT)
    for check, way in BY_HAND.items():
        for found in before:
            if found.check.name == check:
                way(there, found)
    assert _told(_findings(there, LEFT), BY_HAND) == []

    there.stack("dev", ADOPTED)
    for _ in range(3):  # flow logs on networks, NSG flow logs off, what follows
        assert there.up("dev", "--continue-on-error").code == 0
    assert {*BY_HAND, *BY_UP} - {found.check.name for found in before} == NOT_PLANTED
    assert _told(_findings(there, ADOPTED), BY_UP) == []
