"""Policy assignments, role assignments and remediations, on every kind of scope."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from localazure.policy.policy_definitions import ROLES
from tests.localazure.contoso import ACCOUNT, ESTATE, GRAPH, PROD
from tests.servers import LocalAzure, Reply

GROUP = "/providers/Microsoft.Management/managementGroups/contoso"
DEFINITIONS = "/providers/Microsoft.Authorization/policyDefinitions"
AUDIT = f"{DEFINITIONS}/4c3c6c5f-0d47-4402-99b8-aa543dd8bcee"
DEPLOY = f"{DEFINITIONS}/3e9965dc-cc13-47ca-8259-a4252fd0cf7b"
INITIATIVE = (
    "/providers/Microsoft.Authorization/policySetDefinitions/55634457-45e5-473f-b5c5-55cef2b20b52"
)
MEMBER = "Create regional Storage Account for VNet Flowlogs in resourceGroupName RG"
CONTRIBUTOR = (
    "/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c"
)
PRINCIPAL = "11111111-2222-4333-8444-555555555555"
ROLE_NAME = "0f0f0f0f-0000-4000-8000-000000000001"


@pytest.fixture(scope="module")
def governed(
    local_azure: Callable[..., LocalAzure], tmp_path_factory: pytest.TempPathFactory
) -> LocalAzure:
    """The sample estate below a management group, if it does not have that by itself."""
    estate = [each for each in json.loads(ESTATE.read_bytes()) if each["id"] != GROUP]
    path = tmp_path_factory.mktemp("governed") / "estate.json"
    path.write_text(json.dumps([*estate, {"id": GROUP}]))
    return local_azure(path)


def assign(
    azure: LocalAzure, scope: str, name: str, policy: str, /, **more: Any
) -> Reply:  # keywords: `properties` go beside the definition, all else at the top of the body
    properties = {"policyDefinitionId": policy, **more.pop("properties", {})}
    id_ = f"{scope}/providers/Microsoft.Authorization/policyAssignments/{name}"
    return azure.call("PUT", id_, {"properties": properties, **more}, "2025-01-01")


def grant(azure: LocalAzure, scope: str, name: str, **properties: str) -> Reply:
    given = {
        "roleDefinitionId": CONTRIBUTOR,
        "principalId": PRINCIPAL,
        "principalType": "ServicePrincipal",
        **properties,
    }
    id_ = f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}"
    return azure.call("PUT", id_, {"properties": given}, "2022-04-01")


def remediate(azure: LocalAzure, scope: str, name: str, **properties: str) -> Reply:
    id_ = f"{scope}/providers/Microsoft.PolicyInsights/remediations/{name}"
    return azure.call("PUT", id_, {"properties": properties}, "2024-10-01")


@pytest.mark.parametrize("scope", [GROUP, PROD, f"{PROD}/resourceGroups/rg-prod-shop"])
def test_an_assignment_is_made_read_and_deleted(governed: LocalAzure, scope: str) -> None:
    made = assign(governed, scope, "audit", AUDIT, properties={"displayName": "Audit"})
    id_ = made.body["id"]
    again = assign(governed, scope, "audit", AUDIT)
    read = governed.call("GET", id_, version="2025-01-01")
    gone = [governed.call("DELETE", id_, version="2025-01-01") for _ in range(2)]

    assert (made.status, again.status, read.status) == (201, 201, 200)
    assert id_ == f"{scope}/providers/Microsoft.Authorization/policyAssignments/audit"
    assert made.body["properties"]["scope"] == scope
    assert made.body["properties"]["enforcementMode"] == "Default"
    assert again.body["properties"]["instanceId"] == made.body["properties"]["instanceId"]
    assert "identity" not in made.body
    assert "displayName" not in read.body["properties"]
    assert [each.status for each in gone] == [200, 204]
    assert governed.call("GET", id_, version="2025-01-01").code == "PolicyAssignmentNotFound"


def test_a_system_assigned_identity_lives_as_long_as_the_assignment_keeps_it(
    governed: LocalAzure,
) -> None:
    more = {
        "identity": {"type": "SystemAssigned"},
        "location": "westeurope",
        "properties": {"parameters": {"location": {"value": "westeurope"}}},
    }
    first = assign(governed, GROUP, "deploy", INITIATIVE, **dict(more)).body["identity"]
    second = assign(governed, GROUP, "deploy", INITIATIVE, **dict(more)).body["identity"]
    governed.call(
        "DELETE",
        f"{GROUP}/providers/Microsoft.Authorization/policyAssignments/deploy",
        version="2025-01-01",
    )
    third = assign(governed, GROUP, "deploy", INITIATIVE, **dict(more)).body["identity"]

    assert first["principalId"] == second["principalId"] != third["principalId"]
    assert first["tenantId"]


REFUSED = [
    ("a-name-of-twenty-five-char", AUDIT, {}, "InvalidPolicyAssignmentName"),
    ("deploy", f"{DEFINITIONS}/00000000-0000-4000-8000-0", {}, "PolicyDefinitionNotFound"),
    ("deploy", AUDIT, {"location": {"value": "x"}}, "UndefinedPolicyParameter"),
    ("deploy", INITIATIVE, {}, "MissingPolicyParameter"),
    ("deploy", AUDIT, {"effect": {"value": "Deny"}}, "PolicyParameterValueNotAllowed"),
    ("deploy", INITIATIVE, {"location": {"value": "x"}}, "ResourceIdentityRequired"),
]


@pytest.mark.parametrize(("name", "policy", "parameters", "code"), REFUSED)
def test_assignments_that_azure_refuses(
    governed: LocalAzure, name: str, policy: str, parameters: Any, code: str
) -> None:
    refused = assign(governed, GROUP, name, policy, properties={"parameters": parameters})

    assert refused.code == code
    assert refused.status in (400, 404)


def test_a_policy_that_deploys_needs_no_identity_while_it_is_disabled(governed: LocalAzure) -> None:
    names = ("vnetRegion", "storageId", "workspaceResourceId", "workspaceRegion")
    values = {name: {"value": "x"} for name in (*names, "networkWatcherName")}
    properties = {"parameters": {**values, "effect": {"value": "Disabled"}}}

    assert assign(governed, PROD, "off", DEPLOY, properties=properties).status == 201


def test_a_longer_name_is_fine_in_a_subscription(governed: LocalAzure) -> None:
    assert assign(governed, PROD, "a-name-of-twenty-five-char", AUDIT).status == 201


@pytest.mark.parametrize("scope", [GROUP, PROD, ACCOUNT])
def test_a_role_is_assigned_once_per_principal_and_scope(governed: LocalAzure, scope: str) -> None:
    made = grant(governed, scope, ROLE_NAME)
    same = grant(governed, scope, ROLE_NAME)
    other = grant(governed, scope, ROLE_NAME.replace("1", "2"))
    changed = grant(governed, scope, ROLE_NAME, principalId=PRINCIPAL.replace("1", "9"))
    inside = "" if scope == GROUP else PROD

    assert (made.status, same.status, other.status) == (201, 200, 409)
    assert (other.code, changed.code) == (
        "RoleAssignmentExists",
        "RoleAssignmentUpdateNotPermitted",
    )
    assert made.body["properties"]["roleDefinitionId"] == f"{inside}{CONTRIBUTOR}"
    assert made.body["properties"]["scope"] == scope


@pytest.mark.parametrize(
    ("name", "properties", "code"),
    [
        ("contributor", {}, "InvalidRoleAssignmentId"),
        (ROLE_NAME, {"principalType": ""}, "PrincipalNotFound"),
        (ROLE_NAME, {"roleDefinitionId": CONTRIBUTOR[:-4]}, "RoleDefinitionDoesNotExist"),
        (ROLE_NAME, {"principalId": ""}, "InvalidRequestContent"),
    ],
)
def test_role_assignments_that_azure_refuses(
    governed: LocalAzure, name: str, properties: dict[str, str], code: str
) -> None:
    scope = f"{PROD}/resourceGroups/rg-prod-erp"

    assert grant(governed, scope, name, **properties).code == code


def test_a_remediation_names_its_policy_and_is_never_changed(governed: LocalAzure) -> None:
    parameters = {"parameters": {"location": {"value": "westeurope"}}}
    identity = {"identity": {"type": "SystemAssigned"}, "location": "westeurope"}
    ids = {
        scope: assign(
            governed, scope, "for-tasks", INITIATIVE, properties=parameters, **identity
        ).body["id"]
        for scope in (GROUP, PROD)
    }
    known = {"policyAssignmentId": ids[GROUP], "policyDefinitionReferenceId": MEMBER}

    unnamed = remediate(governed, GROUP, "one", policyAssignmentId=ids[GROUP])
    made = remediate(governed, GROUP, "one", **known)
    again = remediate(governed, GROUP, "one", **known)
    afresh = remediate(
        governed, GROUP, "two", resourceDiscoveryMode="ReEvaluateCompliance", **known
    )
    lower = remediate(
        governed,
        PROD,
        "one",
        policyAssignmentId=ids[PROD],
        policyDefinitionReferenceId=MEMBER,
        resourceDiscoveryMode="ReEvaluateCompliance",
    )
    lost = remediate(governed, PROD, "two", policyAssignmentId=f"{ids[PROD]}-not")

    assert {unnamed.code, afresh.code, lost.code} == {"InvalidCreateRemediationRequest"}
    assert (
        "must specify a single policy definition reference ID" in unnamed.body["error"]["message"]
    )
    assert made.body["properties"]["provisioningState"] == "Accepted"
    assert again.code == "InvalidUpdateRemediationRequest"
    assert lower.body["properties"]["resourceDiscoveryMode"] == "ReEvaluateCompliance"
    assert governed.call("DELETE", made.body["id"], version="2024-10-01").status == 200
    assert governed.call("GET", made.body["id"], version="2024-10-01").code == "RemediationNotFound"


def test_what_is_not_there_and_what_is_not_modelled(governed: LocalAzure) -> None:
    nowhere = GROUP.replace("contoso", "fabrikam")
    listed = f"{PROD}/providers/Microsoft.Authorization/policyDefinitions"

    assert assign(governed, nowhere, "audit", AUDIT).status == 404
    assert governed.call("GET", GROUP, version="2021-04-01").body["name"] == "contoso"
    assert governed.call("GET", nowhere, version="2021-04-01").status == 404
    assert governed.call("GET", AUDIT, version="2025-01-01").status == 501
    assert governed.call("GET", listed, version="2025-01-01").status == 501


def test_governance_is_not_among_the_resources_of_resource_graph(governed: LocalAzure) -> None:
    assign(governed, PROD, "hidden", AUDIT)
    query = {"query": "resources | where type startswith 'microsoft.authorization' | project id"}

    assert governed.call("POST", GRAPH, query).body["data"] == []


def test_each_right_has_its_own_action(
    local_azure: Callable[..., LocalAzure], tmp_path: Path
) -> None:
    role = tmp_path / "role.json"
    role.write_text(json.dumps({"Actions": ["Microsoft.Authorization/policyAssignments/*"]}))
    azure = local_azure(ESTATE, role=role)

    assert assign(azure, PROD, "audit", AUDIT).status == 201
    refused = grant(azure, PROD, ROLE_NAME)
    assert refused.code == "AuthorizationFailed"
    assert "'Microsoft.Authorization/roleAssignments/write'" in refused.body["error"]["message"]


def test_the_built_in_definitions_are_microsofts(shared_data: Path) -> None:
    """Parameters, effects, roles and members, compared with the published definitions."""
    folder = shared_data / "policy" / "built-in-policies"
    published = [json.loads(path.read_text()) for path in folder.rglob("*.json")]
    by_id = {each["id"]: _facts(each["properties"]) for each in published}
    held = Path(__file__).parents[3] / "localazure" / "policy" / "built_in_policies.json"
    entries = json.loads(held.read_text())

    assert len(entries) == 11
    assert {each["id"]: each["properties"] for each in entries} == {
        each["id"]: by_id[each["id"]] for each in entries
    }
    roles = {role for each in entries for role in _roles(each["properties"])}
    assert roles <= ROLES


def _facts(properties: dict[str, Any]) -> dict[str, Any]:
    rules = ("type", "allowedValues", "defaultValue")
    facts: dict[str, Any] = {
        "parameters": {
            name: {rule: given[rule] for rule in rules if rule in given}
            for name, given in properties["parameters"].items()
        }
    }
    if "policyDefinitions" in properties:
        names = ("policyDefinitionReferenceId", "policyDefinitionId", "parameters")
        members = properties["policyDefinitions"]
        facts["policyDefinitions"] = [{name: each[name] for name in names} for each in members]
        return facts
    then = properties["policyRule"]["then"]
    facts["policyRule"] = {"then": {"effect": then["effect"]}}
    if roles := then.get("details", {}).get("roleDefinitionIds"):
        facts["policyRule"]["then"]["details"] = {"roleDefinitionIds": roles}
    return facts


def _roles(properties: dict[str, Any]) -> list[str]:
    then = properties.get("policyRule", {}).get("then", {})
    named = then.get("details", {}).get("roleDefinitionIds", [])
    return [role.rpartition("/")[2] for role in named]
