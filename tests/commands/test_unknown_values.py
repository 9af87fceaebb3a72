"""A value of Azure's that is newer than the checks is told as not known, never taken for the good
one. Each of them is made up here, beside the known values and what becomes of those."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.checks import (
    account_reading,
    deny_assignments,
    flow_logs,
    locks,
    policy_restrictions,
    storage_accounts,
    workspaces,
)
from commands.checks.arm_bodies import Body
from commands.checks.finding import Finding
from commands.checks.planned_writes import Write
from commands.checks.scope import scope_of
from plan.planner import make
from stack.state import State
from tests import estates_by_hand as hand

ACCOUNT = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/st"
WORKSPACE = "/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/w"
LOG = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkWatchers/n/flowLogs/l"


def _account(**properties: object) -> list[Finding]:
    sku = properties.pop("sku", "Standard_LRS")
    body = {
        "id": ACCOUNT,
        "name": "st",
        "location": "westeurope",
        "kind": properties.pop("kind", "StorageV2"),
        "sku": {"name": sku},
        "properties": properties,
    }
    network = hand.network("vnet-app", {"web": "nsg-web"})
    log = hand.flow_log("theirs", network.id)
    return list(storage_accounts.judge(account_reading.account(body, {}, {}, []), [log]))


def _firewall(**acls: str) -> list[Finding]:
    return _account(networkAcls={"defaultAction": "Deny", "bypass": "AzureServices", **acls})


def _workspace(**properties: object) -> list[Finding]:
    body = {"id": WORKSPACE, "name": "w", "location": "westeurope", "properties": properties}
    return list(workspaces.judge(workspaces.workspace(body, []), []))


def _lock(level: str) -> list[Finding]:
    found = locks.Lock(id=LOG, name="x", scope="/subscriptions/s", level=level)
    return list(locks.judge([found], [Write(id=LOG, action="x/write", target_id=LOG)]))


def _principal(kind: str) -> list[Finding]:
    properties = {
        "scope": "/subscriptions/s",
        "permissions": [{"actions": ["*"]}],
        "principals": [{"id": "somebody", "type": kind}],
    }
    denial = deny_assignments._denial({"id": LOG, "name": "x", "properties": properties})
    return list(deny_assignments.judge([denial], [Write(id=LOG, action="x/write")], "us"))


def _effect(effect: str) -> list[Finding]:
    body = Body(id=ACCOUNT, type="Microsoft.Storage/storageAccounts", content={})
    evaluated = {
        "policyInfo": {"policyAssignmentId": "/subscriptions/s/x/y/policyAssignments/a"},
        "effectDetails": {"policyEffect": effect},
    }
    answer = {"contentEvaluationResult": {"policyEvaluations": [evaluated]}}
    return list(policy_restrictions.judge(policy_restrictions.refusals(body, answer)))


def _provisioned(state: str) -> list[Finding]:
    network = hand.network("vnet-app", {"web": "nsg-web"})
    log = hand.flow_log("theirs", network.id, provisioning_state=state)
    estate = hand.estate(network, hand.security_group("nsg-web"), log)
    return list(flow_logs.judge(scope_of(estate, hand.settings(), named=False)))


Judge = Callable[[str], Iterable[Finding]]
READ: Mapping[str, tuple[Judge, Mapping[str, str]]] = {
    "publicNetworkAccess": (
        lambda value: _account(publicNetworkAccess=value),
        {
            "Enabled": "",
            "Disabled": "storage-public-access",
            "SecuredByPerimeter": "storage-perimeter",
        },
    ),
    "defaultAction": (
        lambda value: _firewall(defaultAction=value, bypass="None"),
        {"Allow": "", "Deny": "storage-firewall"},
    ),
    "bypass": (
        lambda value: _firewall(bypass=value),
        {
            "AzureServices": "",
            "Logging, AzureServices": "",
            "Logging": "storage-firewall",
            "None": "storage-firewall",
        },
    ),
    "kind": (
        lambda value: _account(kind=value),
        {"StorageV2": "", "BlobStorage": "storage-kind", "FileStorage": "storage-kind"},
    ),
    "sku": (
        lambda value: _account(sku=value),
        {
            "Standard_RAGZRS": "",
            "Premium_LRS": "storage-kind",
            "StandardV2_LRS": "value-not-known",
            "Standard_XRS": "value-not-known",
        },
    ),
    "keySource": (
        lambda value: _account(encryption={"keySource": value}),
        {"Microsoft.Storage": "", "Microsoft.Keyvault": "storage-customer-key"},
    ),
    "publicNetworkAccessForIngestion": (
        lambda value: _workspace(publicNetworkAccessForIngestion=value),
        {
            "Enabled": "",
            "Disabled": "workspace-ingestion",
            "SecuredByPerimeter": "workspace-ingestion",
        },
    ),
    "dataIngestionStatus": (
        lambda value: _workspace(workspaceCapping={"dataIngestionStatus": value}),
        {"RespectQuota": "", "ForceOn": "", "OverQuota": "workspace-stopped"},
    ),
    "workspace sku": (
        lambda value: _workspace(sku={"name": value}),
        {"PerGB2018": "", "CapacityReservation": "", "Free": "workspace-tier"},
    ),
    "lock": (_lock, {"CanNotDelete": "lock-against-deletion", "ReadOnly": "read-only-lock"}),
    "principal": (
        _principal,
        {"User": "", "ServicePrincipal": "", "Group": "deny-assignment"},
    ),
    "policy effect": (
        _effect,
        {"audit": "", "Modify": "", "deny": "policy-refuses"},
    ),
    "provisioningState": (
        _provisioned,
        {"Updating": "", "Failed": "flow-log-failed", "Canceled": "flow-log-failed"},
    ),
}
MADE_UP = st.from_regex(r"[A-Z][a-z]{3,8}[A-Z][a-z]{3,8}Zq", fullmatch=True)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [(name, value, told) for name in READ for value, told in READ[name][1].items()],
)
def test_known_values_are_judged(name: str, value: str, told: str) -> None:
    found = [finding.check.name for finding in READ[name][0](value)]
    assert told in found if told else found == []


@pytest.mark.parametrize("name", READ)
@given(value=MADE_UP)
def test_a_made_up_value_is_never_fine(name: str, value: str) -> None:
    found = list(READ[name][0](value))
    assert found
    assert any(value in finding.what for finding in found) or name in (
        *("bypass", "principal", "policy effect"),
    )


@given(state=MADE_UP)
def test_a_flow_log_in_a_made_up_state_covers_nothing_whoever_made_it(state: str) -> None:
    network = hand.network("vnet-app", {"web": "nsg-web"})
    estate = hand.estate(network, hand.security_group("nsg-web"))
    made = make(estate, hand.settings(), State())
    theirs = hand.flow_log("theirs", network.id, provisioning_state=state)
    ours = hand.flow_log(
        made.flow_logs[0].name,
        network.id,
        provisioning_state=state,
        tags={"managed-by": "flow-logs/dev"},
    )
    for log in (theirs, ours):
        there = hand.estate(network, hand.security_group("nsg-web"), log)
        plan = make(there, hand.settings(), State())
        assert (hand.states(plan), set(plan.coverage.before.values())) == (
            {"nsg-web": "dark"},
            {"dark"},
        )
        assert state in plan.coverage.security_groups[0].reason
