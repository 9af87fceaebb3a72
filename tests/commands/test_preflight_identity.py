"""Preflight on the managed identity of flow logs: what is missing, and that its way out helps."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from commands import preflight
from roles.actions import ROLES
from tests.servers import LocalAzure
from tools.projects import SAMPLE_ESTATE

HUB, PROD = (f"00000000-0000-4000-8000-00000000000{number}" for number in (1, 2))
PROVIDERS = f"/subscriptions/{PROD}/resourceGroups/rg-prod-monitoring/providers"
IDENTITY = f"{PROVIDERS}/Microsoft.ManagedIdentity/userAssignedIdentities/id-writer"
ACCOUNT = f"{PROVIDERS}/Microsoft.Storage/storageAccounts/stcontosoprodweu"
CONTRIBUTOR = "ba92f5b4-2d11-453d-a403-e96b0029c9fe"
OF_IDENTITY = next(role for role in ROLES if role.key == "flow-logs-identity")
TO_RUN = [each.name for each in OF_IDENTITY.actions() if not each.name.endswith("/delete")]
GIVEN = {"storageAccounts": {"westeurope": [ACCOUNT]}, "flowLogIdentity": IDENTITY}
Told = tuple[int, str]
Run = Callable[..., Told]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Preflight on an Azure, of a stack with some settings: exit code and what it prints."""

    def started(azure: LocalAzure, *arguments: str, **settings: Any) -> Told:
        plain = {"location": "westeurope", "subscriptions": [HUB, PROD]}
        config = {f"flow-logs:{name}": value for name, value in {**plain, **settings}.items()}
        (tmp_path / "Pulumi.new.yaml").write_text(json.dumps({"config": config}))
        monkeypatch.setenv("ARM_METADATA_HOSTNAME", azure.url)
        monkeypatch.setenv("ARM_SUBSCRIPTION_ID", HUB)
        code = preflight.main(["--stack", "new", "--project", str(tmp_path), *arguments])
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return started


@pytest.fixture
def estate(tmp_path: Path) -> Callable[..., Path]:
    """The sample estate with more entries, and properties of the given account."""

    def made(*more: dict[str, Any], **properties: Any) -> Path:
        entries = json.loads(SAMPLE_ESTATE.read_text())
        (account,) = (each for each in entries if each["id"] == ACCOUNT)
        account.setdefault("properties", {}).update(properties)
        path = tmp_path / "estate.json"
        path.write_text(json.dumps([*entries, *more]))
        return path

    return made


def identity(**properties: Any) -> dict[str, Any]:
    return {"id": IDENTITY, "location": "westeurope", "properties": properties}


def assign(azure: LocalAzure, role: str = CONTRIBUTOR) -> None:
    """``az role assignment create``, as the way out names it."""
    held = azure.call("GET", IDENTITY, version="2023-01-31").body["properties"]
    path = f"{ACCOUNT}/providers/Microsoft.Authorization/roleAssignments/{uuid.uuid4()}"
    definition = f"/subscriptions/{PROD}/providers/Microsoft.Authorization/roleDefinitions/{role}"
    properties = {
        "roleDefinitionId": definition,
        "principalId": held["principalId"],
        "principalType": "ServicePrincipal",
    }
    assert azure.call("PUT", path, {"properties": properties}, "2022-04-01").status == 201


def with_role(folder: Path, *hidden: str) -> Path:
    path = folder / "role.json"
    path.write_text(json.dumps({"Name": "x", "Actions": ["*"], "NotActions": hidden}))
    return path


def test_a_given_identity_without_a_role_on_a_given_account_is_an_error(
    local_azure: Callable[..., LocalAzure], estate: Callable[..., Path], run: Run
) -> None:
    azure = local_azure(estate(identity()))
    code, text = run(azure, **GIVEN)
    (line, _) = text.splitlines()
    assert code == 2
    assert line.startswith("error: storage account stcontosoprodweu: managed identity id-writer")
    held = azure.call("GET", IDENTITY, version="2023-01-31").body["properties"]
    assert f"--scope {ACCOUNT} --assignee-object-id {held['principalId']}" in line
    assign(azure)
    assert run(azure, **GIVEN)[0] == 0


def test_another_role_on_the_account_is_not_known_to_do(
    local_azure: Callable[..., LocalAzure], estate: Callable[..., Path], run: Run
) -> None:
    azure = local_azure(estate(identity()))
    assign(azure, "acdd72a7-3385-48ef-bd42-f606fba81ae7")
    code, text = run(azure, **GIVEN)
    assert (code, "acdd72a7-3385-48ef-bd42-f606fba81ae7" in text) == (1, True)


def test_a_given_identity_that_is_not_there_ends_the_planning_until_it_is_made(
    local_azure: Callable[..., LocalAzure], estate: Callable[..., Path], run: Run
) -> None:
    azure = local_azure(estate())
    code, text = run(azure, flowLogIdentity=IDENTITY)
    line = text.splitlines()[0]
    assert code == 2
    assert line.startswith(f"error: this stack: flow-logs:flowLogIdentity names {IDENTITY}")
    assert "does not exist, or this identity does not see it" in line
    assert line.rstrip(".").endswith("make it: az identity create")
    azure.call("PUT", IDENTITY, {"location": "westeurope"}, "2023-01-31")
    assert run(azure, flowLogIdentity=IDENTITY)[0] == 0


def test_a_given_identity_of_another_tenant_ends_the_planning(
    local_azure: Callable[..., LocalAzure], estate: Callable[..., Path], run: Run
) -> None:
    azure = local_azure(estate(identity(tenantId="00000000-0000-4000-8000-0000000000ee")))
    code, text = run(azure, flowLogIdentity=IDENTITY)
    line = text.splitlines()[0]
    assert code == 2
    assert line.startswith(f"error: this stack: flow-logs:flowLogIdentity names {IDENTITY}")
    assert "a flow log cannot cross tenants" in line


def test_a_given_account_without_keys_is_noted_where_flow_logs_have_no_identity(
    local_azure: Callable[..., LocalAzure], estate: Callable[..., Path], run: Run
) -> None:
    azure = local_azure(estate(identity(), allowSharedKeyAccess=False))
    given = {"storageAccounts": GIVEN["storageAccounts"]}
    code, text = run(azure, **given)
    (line, _) = text.splitlines()
    assert code == 0
    assert line.startswith("note: storage account stcontosoprodweu: shared key access is off")
    assert "pulumi config set flow-logs:flowLogIdentity ID" in line
    assign(azure)
    assert run(azure, **GIVEN) == (0, "nothing is wrong: 22 checks on 2 subscriptions\n")


@pytest.mark.parametrize("action", TO_RUN)
def test_each_action_that_the_identity_needs_is_named(
    local_azure: Callable[..., LocalAzure], tmp_path: Path, run: Run, action: str
) -> None:
    azure = local_azure(SAMPLE_ESTATE, role=with_role(tmp_path, action))
    code, text = run(azure, flowLogIdentity="make")
    assert code == 2
    assert f"may not {action}, which flow-logs:flowLogIdentity needs" in text
    assert "roles/flow-logs-identity.json" in text
    assert f"may not {action}," not in run(azure)[1]


def test_the_rights_do_at_the_resource_group_of_the_stack(
    local_azure: Callable[..., LocalAzure], estate: Callable[..., Path], tmp_path: Path, run: Run
) -> None:
    group = f"/subscriptions/{HUB}/resourceGroups/flow-logs-new"
    other = group.replace("flow-logs-new", "rg-hub-monitoring")
    made = estate({"id": group, "location": "westeurope"})
    for scopes, told in (([group], False), ([other], True)):
        path = tmp_path / "role.json"
        path.write_text(json.dumps({"Actions": ["*"], "AssignableScopes": scopes}))
        _, text = run(local_azure(made, role=path), flowLogIdentity="make")
        assert ("which flow-logs:flowLogIdentity needs" in text) is told


def test_the_role_file_is_the_way_out(
    local_azure: Callable[..., LocalAzure], tmp_path: Path, run: Run
) -> None:
    deployment = next(role for role in ROLES if role.key == "flow-logs-deployment")
    files = [json.loads(role.file.read_text())["Actions"] for role in (deployment, OF_IDENTITY)]
    path = tmp_path / "role.json"
    path.write_text(json.dumps({"Actions": [*files[0], *files[1]]}))
    code, text = run(local_azure(SAMPLE_ESTATE, role=path), flowLogIdentity="make")
    assert (code, text) == (0, "nothing is wrong: 22 checks on 2 subscriptions\n")


def test_who_may_not_assign_a_given_identity_is_told_of_the_role_for_it(
    local_azure: Callable[..., LocalAzure], estate: Callable[..., Path], tmp_path: Path, run: Run
) -> None:
    assigning = "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action"
    azure = local_azure(estate(identity()), role=with_role(tmp_path, assigning))
    code, text = run(azure, flowLogIdentity=IDENTITY)
    (line, _) = text.splitlines()
    assert code == 2
    assert line.startswith(f"error: managed identity id-writer: this identity may not {assigning}")
    assert f"'Managed Identity Operator' --scope {IDENTITY}" in line
