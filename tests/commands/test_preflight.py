"""Preflight: every planted obstacle found in a line each, none in the sample estate."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from commands import doctor, preflight
from commands.shared.configuration import configuration
from estate.arm_id import name_of
from estate.permissions import READ_ACTIONS
from stack.settings.mistakes import SettingsError
from tests.front import fronting
from tests.servers import LocalAzure
from tools.projects import REPOSITORY

ESTATES = REPOSITORY / "localazure" / "estates"
NEGLECTED = "00000000-0000-4000-8000-000000000009"
HUB, PROD, DEV = (f"00000000-0000-4000-8000-00000000000{number}" for number in (1, 2, 3))
PLANTED = {
    "provider-registration": {NEGLECTED},
    "read-only-lock": {"NetworkWatcher_westeurope"},
    "read-only-lock-on-target": {"vnet-dark"},
    "lock-against-deletion": {"NetworkWatcher_northeurope"},
    "deny-assignment": {"NetworkWatcherRG"},
    "policy-refuses": {"require-cost-center", "deny-public-network", "require-own-keys"},
}
"""Check to the subjects that faulty.json gives it; the lock `not-in-the-way` gives none."""

Told = tuple[int, str]
Run = Callable[..., Told]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs preflight on an Azure and returns exit code and what it printed."""

    def started(url: str, *arguments: str) -> Told:
        monkeypatch.setenv("ARM_METADATA_HOSTNAME", url)
        monkeypatch.setenv("ARM_SUBSCRIPTION_ID", HUB)
        code = preflight.main(arguments)
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return started


def found(text: str) -> dict[str, set[str]]:
    """Names of subjects by check, of a JSON document."""
    subjects: dict[str, set[str]] = {}
    for finding in json.loads(text)["findings"]:
        subjects.setdefault(finding["check"], set()).add(name_of(finding["subject"]))
    return subjects


@pytest.fixture(scope="module")
def faulty(local_azure: Callable[..., LocalAzure]) -> LocalAzure:
    """The neglected subscription."""
    return local_azure(ESTATES / "faulty.json")


def with_role(
    local_azure: Callable[..., LocalAzure], folder: Path, *granted: str, hidden: str = ""
) -> LocalAzure:
    """The sample estate, for a caller with these actions."""
    path = folder / "role.json"
    not_actions = [hidden] if hidden else []
    path.write_text(json.dumps({"Name": "x", "Actions": granted, "NotActions": not_actions}))
    return local_azure(ESTATES / "contoso.json", role=path)


def test_it_finds_every_planted_obstacle_and_no_other(faulty: LocalAzure, run: Run) -> None:
    code, text = run(faulty.url, "--subscription", NEGLECTED, "--json")
    assert found(text) == PLANTED
    assert code == 2
    assert {request["method"] for request in faulty.requests()} <= {"GET", "POST"}


def test_each_is_one_line_with_the_way_out(faulty: LocalAzure, run: Run) -> None:
    code, text = run(faulty.url, "--subscription", NEGLECTED)
    lines = text.splitlines()
    assert code == 2
    assert all(line.startswith(("error: ", "warning: ")) for line in lines[:-1])
    assert all(". Way out: " in line for line in lines[:-1])
    assert lines[-1] == "7 errors, 2 warnings: 22 checks on 1 subscription"
    (tagged,) = [line for line in lines if "'flow-logs:tags.costCenter'" in line]
    assert (
        "it refuses resource group flow-logs-STACK and 8 more because of tag costCenter" in tagged
    )
    (nwta,) = [line for line in lines if "made by Traffic Analytics" in line]
    assert "az policy exemption create" in nwta
    (keys,) = [line for line in lines if "require-own-keys" in line]
    assert "encryption.keySource missing" in keys
    assert "flow-logs:storageAccounts" in keys


def test_what_it_foretells_is_what_azure_then_does(faulty: LocalAzure) -> None:
    """The lock, the denial and the policies refuse the writes that were told of."""
    group = f"/subscriptions/{NEGLECTED}/resourceGroups"
    watcher = f"{group}/NetworkWatcherRG/providers/Microsoft.Network/networkWatchers"
    account = f"{group}/rg-net/providers/Microsoft.Storage/storageAccounts/flowlogs1"
    body = {"location": "westeurope", "properties": {}}
    log = f"{watcher}/NetworkWatcher_westeurope/flowLogs/new"
    assert faulty.call("PUT", log, body, "2025-05-01").code == "ScopeLocked"
    log = f"{watcher}/NetworkWatcher_northeurope/flowLogs/new"
    assert faulty.call("PUT", log, body, "2025-05-01").code == "DenyAssignmentAuthorizationFailed"
    assert faulty.call("PUT", account, body, "2024-01-01").code == "RequestDisallowedByPolicy"


def test_nothing_is_in_the_way_in_the_sample_estate(
    local_azure: Callable[..., LocalAzure], run: Run
) -> None:
    code, text = run(local_azure(ESTATES / "contoso.json").url, "--stack", "prod")
    assert (code, text) == (0, "nothing is wrong: 22 checks on 3 subscriptions\n")


def test_a_reader_is_told_what_deployment_needs(
    local_azure: Callable[..., LocalAzure], tmp_path: Path, run: Run
) -> None:
    azure = with_role(local_azure, tmp_path, "*/read")
    code, text = run(azure.url, "--stack", "prod")
    lines = text.splitlines()
    assert code == 2
    assert len(lines) == 5  # one more for the NSG flow logs of prod
    assert all("this identity may not Microsoft." in line for line in lines[:-1])
    assert "networkWatchers/flowLogs/write" in text
    code, text = run(azure.url, "--stack", "prod", "--for", "preview")
    assert (code, text) == (0, "nothing is wrong: 22 checks on 3 subscriptions\n")


def test_adopting_nsg_flow_logs_needs_the_right_to_their_groups(
    local_azure: Callable[..., LocalAzure], tmp_path: Path, run: Run
) -> None:
    hidden = "Microsoft.Network/networkSecurityGroups/write"
    azure = with_role(local_azure, tmp_path, "*", hidden=hidden)
    code, text = run(azure.url, "--stack", "prod")
    lines = text.splitlines()
    assert (code, len(lines)) == (2, 2)
    assert f"may not {hidden}, which flow logs on security groups need" in lines[0]
    assert run(azure.url, "--stack", "dev")[0] == 0


def test_whoever_may_not_read_all_is_told_first_and_the_rest_is_not_passed_for_fine(
    local_azure: Callable[..., LocalAzure], tmp_path: Path, run: Run
) -> None:
    azure = with_role(local_azure, tmp_path, "*", hidden=READ_ACTIONS[0])
    code, text = run(azure.url, "--stack", "prod", "--json")
    assert code == 2
    told = found(text)
    assert told["rights-to-read"] == {HUB, PROD, DEV}
    assert told["not-checked"] == {"this stack"}


OBJECT_ID = "00000000-0000-4000-8000-000000000777"
AUTHORIZATION = "providers/Microsoft.Authorization"


def granted(scope: str, *names: str) -> list[dict[str, Any]]:
    """A role with every action, and its assignment at a scope, for each subscription named."""
    entries: list[dict[str, Any]] = []
    for subscription in names:
        role = f"/subscriptions/{subscription}/{AUTHORIZATION}/roleDefinitions/{OBJECT_ID}"
        entries.append({"id": role, "properties": {"permissions": [{"actions": ["*"]}]}})
        where = scope or f"/subscriptions/{subscription}"
        properties = {"principalId": OBJECT_ID, "roleDefinitionId": role, "scope": where}
        path = f"{where}/{AUTHORIZATION}/roleAssignments/{subscription}"
        entries.append({"id": path, "properties": properties})
    return entries


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        (granted("", HUB, PROD, DEV), {}),
        (
            granted("/providers/Microsoft.Management/managementGroups/contoso", HUB, PROD, DEV),
            {"rights-inherited": {HUB, PROD, DEV}},
        ),
        (
            [entry for entry in granted("", HUB, PROD, DEV) if "Definitions" not in entry["id"]],
            {"rights-origin": {HUB, PROD, DEV}},
        ),
    ],
)
def test_rights_of_a_management_group_do_not_do_for_traffic_analytics(
    local_azure: Callable[..., LocalAzure],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    run: Run,
    entries: list[dict[str, Any]],
    told: dict[str, set[str]],
) -> None:
    claims = base64.urlsafe_b64encode(json.dumps({"oid": OBJECT_ID}).encode()).decode()
    monkeypatch.setenv("ARM_OIDC_TOKEN", f"e30.{claims}.signed")
    path = tmp_path / "estate.json"
    path.write_text(json.dumps([*json.loads((ESTATES / "contoso.json").read_text()), *entries]))
    code, text = run(local_azure(path).url, "--stack", "prod", "--json")
    assert found(text) == told
    assert code == (1 if "rights-inherited" in told else 0)


def test_a_right_that_policies_need_is_missed_once_a_subscription(
    local_azure: Callable[..., LocalAzure], tmp_path: Path, run: Run
) -> None:
    azure = with_role(local_azure, tmp_path, "*", hidden="Microsoft.PolicyInsights/*")
    code, text = run(azure.url, "--stack", "prod")
    assert code == 1
    assert text.count("what Azure Policy says of it could not be read") == 2  # where it writes


def test_a_subscription_that_is_not_visible_is_an_error(faulty: LocalAzure, run: Run) -> None:
    code, text = run(faulty.url, "--subscription", DEV, "--json")
    assert code == 2
    assert found(text)["subscription-visible"] == {DEV}


@pytest.mark.parametrize("command", [preflight.main, doctor.main])
def test_what_no_stack_sets_is_named_by_its_option(
    command: Callable[[list[str]], int],
    faulty: LocalAzure,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("ARM_METADATA_HOSTNAME", faulty.url)
    assert command(["--subscription", "abc"]) == 3
    assert ": --subscription is 'abc'; it must be a GUID" in capsys.readouterr().err
    assert command(["--subscription", DEV, "--location", ""]) == 3
    assert ": --location is " in capsys.readouterr().err
    assert command(["--subscription", DEV]) in (2, 3)
    told = "".join(capsys.readouterr())
    assert "or correct --subscription" in told
    assert "flow-logs:subscriptions" not in told


def test_what_would_end_the_planning_is_told(
    local_azure: Callable[..., LocalAzure], tmp_path: Path, run: Run
) -> None:
    gone = f"/subscriptions/{HUB}/resourceGroups/x/providers/Microsoft.OperationalInsights"
    stack = f"config: {{location: westeurope, workspaceId: {gone}/workspaces/gone}}"
    (tmp_path / "Pulumi.given.yaml").write_text(stack)
    azure = local_azure(ESTATES / "contoso.json")
    code, text = run(azure.url, "--stack", "given", "--project", str(tmp_path))
    assert code == 2
    assert "error: this stack: flow-logs:workspaceId names" in text


def test_a_redundancy_that_a_region_lacks_is_an_error_of_its_own(
    local_azure: Callable[..., LocalAzure], tmp_path: Path, run: Run
) -> None:
    text = (ESTATES / "contoso.json").read_text().replace("northeurope", "italynorth")
    (tmp_path / "estate.json").write_text(text)
    config = {"location": "westeurope", "subscriptions": [HUB, PROD], "storageSku": "Standard_GRS"}
    named = {f"flow-logs:{name}": value for name, value in config.items()}
    (tmp_path / "Pulumi.geo.yaml").write_text(json.dumps({"config": named}))
    azure = local_azure(tmp_path / "estate.json")
    code, text = run(azure.url, "--stack", "geo", "--project", str(tmp_path))
    (line,) = [line for line in text.splitlines() if "italynorth" in line]
    assert code == 2
    assert line.startswith("error: storage account ")
    assert "italynorth has no Standard_GRS storage, it has Standard_LRS, Standard_ZRS" in line
    assert line.endswith("pulumi config set flow-logs:storageSku Standard_LRS.")


def test_a_region_is_judged_where_somebody_chose_it(
    local_azure: Callable[..., LocalAzure], run: Run
) -> None:
    azure = local_azure(ESTATES / "contoso.json")
    with fronting(azure.url) as (front, _):
        regions = {"value": [{"name": "usgovvirginia"}]}
        front.strike("GET", f"/subscriptions/{HUB}/locations", lambda sent: sent.saying(regions))
        code, text = run(front.url, "--subscription", HUB, "--location", "usgovvirgina")
        assert code == 2
        assert "--location is 'usgovvirgina', which is no region of subscription" in text
        code, text = run(front.url, "--subscription", HUB)
    assert (code, "--location" in text) == (0, False), text


def test_who_may_not_read_redundancies_loses_that_check_alone(
    local_azure: Callable[..., LocalAzure], tmp_path: Path, run: Run
) -> None:
    azure = with_role(local_azure, tmp_path, "*", hidden="Microsoft.Storage/skus/read")
    code, text = run(azure.url, "--stack", "prod")
    assert (code, len(text.splitlines())) == (1, 2)
    assert "the redundancies of storage by region could not be read" in text


@pytest.mark.slow
def test_a_variable_takes_the_place_of_an_encrypted_argument(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.x.yaml").write_text(
        "config:\n  flow-logs:location: westeurope\n  flow-logs:workspaceId:\n"
        "  azure-native:clientSecret: {secure: v1:abc}\n"
    )
    with pytest.raises(SettingsError, match="give its value as ARM_CLIENT_SECRET"):
        configuration(tmp_path, "x", {})
    config = configuration(tmp_path, "x", {"ARM_CLIENT_SECRET": "given"})
    assert config == {"flow-logs:location": "westeurope", "flow-logs:workspaceId": ""}


@pytest.mark.slow
def test_an_encrypted_setting_of_ours_is_refused_and_never_left_out(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.x.yaml").write_text(
        "config:\n  flow-logs:location: westeurope\n  flow-logs:workspaceId: {secure: v1:abc}\n"
    )
    with pytest.raises(SettingsError, match="pulumi config set flow-logs:workspaceId VALUE"):
        configuration(tmp_path, "x", {"ARM_WORKSPACE_ID": "given"})
