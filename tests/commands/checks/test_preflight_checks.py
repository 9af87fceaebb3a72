"""How preflight judges what it has read: locks, deny assignments, policies, rights, tokens."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest

from commands.checks import (
    actions,
    arm_bodies,
    deny_assignments,
    locks,
    planned_writes,
    policy_restrictions,
    preflight_checks,
    redundancy,
    resource_providers,
)
from commands.checks.finding import in_words
from commands.checks.identity import claimed
from estate.arm_id import name_of
from plan.model.plan import Plan
from plan.planner import make
from stack.settings.model import Settings
from stack.state import State
from tests import estates_by_hand as hand


@pytest.fixture
def plan() -> Plan:
    """One network to record, whose flow log, storage and workspace are new."""
    estate = hand.estate(
        hand.network("vnet-app", {"web": "nsg-web"}), hand.security_group("nsg-web")
    )
    return make(estate, hand.settings(), State())


@pytest.mark.parametrize(
    ("scope", "level", "check"),
    [
        (f"/subscriptions/{hand.SUBSCRIPTION}", "ReadOnly", "read-only-lock"),
        (hand.WATCHER, "ReadOnly", "read-only-lock"),
        (hand.WATCHER.upper(), "CanNotDelete", "lock-against-deletion"),
        (hand.network_id("vnet-app"), "ReadOnly", "read-only-lock-on-target"),
        (hand.network_id("vnet-app"), "CanNotDelete", ""),
        (f"{hand.WATCHER}2", "ReadOnly", ""),
        (hand.network_id("vnet-other"), "ReadOnly", ""),
    ],
)
def test_a_lock_matters_where_something_is_written_or_goes(
    plan: Plan, scope: str, level: str, check: str
) -> None:
    lock = locks.Lock(id=f"{scope}{locks.MARK}l", name="l", scope=scope, level=level)
    told = [finding.check.name for finding in locks.judge([lock], planned_writes.writes(plan))]
    assert told == ([check] if check else [])


@pytest.mark.parametrize(
    ("offered", "check"),
    [
        ({"westeurope": frozenset({"Standard_LRS"})}, ""),
        (
            {"westeurope": frozenset({"Standard_ZRS"}), "x": frozenset({"Standard_LRS"})},
            "storage-redundancy",
        ),
        ({"westeurope": frozenset(), "x": frozenset({"Standard_LRS"})}, "storage-redundancy"),
        ({"westeurope": frozenset({"Standard_ZRS"})}, "not-checked"),
        ({"x": frozenset({"Standard_LRS"})}, "not-checked"),
        ({}, "not-checked"),
    ],
)
def test_a_redundancy_is_judged_by_what_azure_lists_alone(
    plan: Plan, offered: dict[str, frozenset[str]], check: str
) -> None:
    told = [
        finding.check.name
        for finding in redundancy.judge(plan.foundation.storage_accounts, offered)
    ]
    assert told == ([check] if check else [])


EVERYBODY = deny_assignments.Denial(
    id="x",
    name="managed",
    scope=hand.WATCHER,
    alone=False,
    permissions=({"actions": ["*/write"], "notActions": []},),
    principals=frozenset({deny_assignments.ALL_PRINCIPALS}),
    groups=frozenset(),
    excluded=frozenset({"us"}),
)


@pytest.mark.parametrize(
    ("changes", "object_id", "told"),
    [
        ({}, "them", True),
        ({}, "us", False),
        ({}, "", True),
        ({"principals": frozenset({"they"})}, "them", False),
        ({"principals": frozenset({"team"}), "groups": frozenset({"team"})}, "them", True),
        ({"permissions": ({"actions": ["*/delete"]},)}, "them", False),
        ({"alone": True}, "them", False),
        ({"scope": "/providers/Microsoft.Management/managementGroups/contoso"}, "them", True),
        ({"scope": f"{hand.GROUP}2"}, "them", False),
    ],
)
def test_a_deny_assignment_matters_to_those_whom_it_binds(
    plan: Plan, changes: dict[str, Any], object_id: str, told: bool
) -> None:
    denial = replace(EVERYBODY, **changes)
    assert (
        bool(list(deny_assignments.judge([denial], planned_writes.writes(plan), object_id))) is told
    )


def test_a_deny_assignment_on_what_is_to_be_recorded_is_a_warning(plan: Plan) -> None:
    """As a managed resource group of Databricks has one on its network."""
    denial = replace(EVERYBODY, scope=hand.GROUP)
    (found,) = deny_assignments.judge([denial], planned_writes.writes(plan), "them")
    assert found.check.name == "deny-assignment-on-target"
    assert "virtual network vnet-app" in found.what
    reading = replace(denial, permissions=({"actions": ["*"], "notActions": ["*/write"]},))
    assert list(deny_assignments.judge([reading], planned_writes.writes(plan), "them")) == []


def test_the_object_id_is_read_from_a_token_and_nothing_else() -> None:
    claims = base64.urlsafe_b64encode(json.dumps({"oid": "ABC"}).encode()).decode().rstrip("=")
    assert claimed(f"e30.{claims}.sig") == "abc"
    assert claimed("local-azure") == claimed("a.b.c") == claimed("e30.W10.sig") == ""


ANSWER = {
    "fieldRestrictions": [
        {
            "field": "tags.environment",
            "restrictions": [
                {
                    "result": "Required",
                    "values": ["Prod", "Test"],
                    "policy": {"policyAssignmentId": "/a/Tags"},
                    "policyEffect": "Deny",
                }
            ],
        },
        {
            "field": "tags.inherited",
            "restrictions": [
                {
                    "result": "Required",
                    "defaultValue": "x",
                    "policy": {"policyAssignmentId": "/a/Inherit"},
                    "policyEffect": "Deny",
                }
            ],
        },
        {
            "field": "location",
            "restrictions": [
                {
                    "result": "Deny",
                    "values": ["westus"],
                    "policy": {"policyAssignmentId": "/a/Place"},
                    "policyEffect": "Deny",
                }
            ],
        },
    ],
    "contentEvaluationResult": {
        "policyEvaluations": [
            {
                "policyInfo": {"policyAssignmentId": "/a/Private"},
                "evaluationResult": "NonCompliant",
                "evaluationDetails": {
                    "evaluatedExpressions": [
                        {
                            "result": "True",
                            "expressionKind": "Field",
                            "expression": "Microsoft.Storage/storageAccounts/publicNetworkAccess",
                            "expressionValue": "Enabled",
                        }
                    ]
                },
                "effectDetails": {"policyEffect": "Deny"},
            },
            {
                "policyInfo": {"policyAssignmentId": "/a/Watched"},
                "effectDetails": {"policyEffect": "Audit"},
            },
        ]
    },
}
"""In the form of the REST page's example ("Check policy restrictions at subscription scope")."""


def test_an_answer_in_the_form_of_azures_own_example_is_judged(plan: Plan) -> None:
    (body,) = [each for each in arm_bodies.bodies(plan) if each.type == planned_writes.STORAGE]
    told = {
        name_of(each.subject): each
        for each in policy_restrictions.judge(policy_restrictions.refusals(body, ANSWER))
    }
    assert told.keys() == {"Tags", "Private"}
    assert "publicNetworkAccess = Enabled" in told["Private"].what
    assert told["Tags"].way_out == "pulumi config set --path 'flow-logs:tags.environment' Prod"


def test_rights_are_asked_for_where_they_are_needed() -> None:
    other = "00000000-0000-4000-8000-0000000000cc"
    account = f"/subscriptions/{other}/resourceGroups/x/providers/Microsoft.Storage/storageAccounts"
    given = hand.settings(
        workspace_id=hand.FOREIGN_WORKSPACE, storage_accounts={"westeurope": (f"{account}/st",)}
    )
    assert actions.subscriptions(given) == (hand.SUBSCRIPTION, hand.HOME, other)
    at_account = set(actions.needed(other, given))
    assert {name.rsplit("/", 2)[1] for name in at_account} <= {
        *("storageAccounts", "listKeys", "listServiceSas", "listAccountSas")
    }
    assert "Microsoft.Storage/storageAccounts/write" not in at_account
    at_home = set(actions.needed(hand.HOME, given))
    assert "Microsoft.Storage/storageAccounts/write" in at_home
    assert not {name for name in at_home if "workspaces/" in name or "dataCollection" in name}
    at_networks = set(actions.needed(hand.SUBSCRIPTION, given))
    assert {
        "Microsoft.Network/networkWatchers/flowLogs/write",
        "Microsoft.OperationalInsights/workspaces/sharedkeys/action",
        "Microsoft.Insights/dataCollectionRules/write",
    } <= at_networks
    assert "Microsoft.OperationalInsights/workspaces/write" not in at_networks


def test_rights_and_provider_of_sentinel_are_asked_for_where_it_is_wanted() -> None:
    plain = hand.settings(workspace_id=hand.FOREIGN_WORKSPACE)
    wanted = hand.settings(workspace_id=hand.FOREIGN_WORKSPACE, sentinel=True)
    places = (hand.HOME, hand.SUBSCRIPTION)

    def asked(settings: Settings) -> dict[str, list[str]]:
        providers = resource_providers.needed(settings)
        found = {place: (*actions.needed(place, settings), *providers[place]) for place in places}
        return {
            place: [name for name in names if name.startswith("Microsoft.SecurityInsights")]
            for place, names in found.items()
        }

    assert asked(plain) == {hand.HOME: [], hand.SUBSCRIPTION: []}
    assert asked(wanted) == {
        hand.HOME: [],
        hand.SUBSCRIPTION: [
            "Microsoft.SecurityInsights/alertRules/read",
            "Microsoft.SecurityInsights/alertRules/write",
            "Microsoft.SecurityInsights/onboardingStates/read",
            "Microsoft.SecurityInsights",
        ],
    }


def test_a_deployment_needs_no_deletion_but_of_what_azure_documents() -> None:
    alone = hand.settings(subscriptions=(hand.HOME,))
    deletions = {name for name in actions.needed(hand.HOME, alone) if name.endswith("/delete")}
    assert deletions == {
        "Microsoft.Network/networkWatchers/flowLogs/delete",
        "Microsoft.Insights/dataCollectionRules/delete",
        "Microsoft.Insights/dataCollectionEndpoints/delete",
    }


def test_subjects_are_told_in_words() -> None:
    assert in_words(hand.WATCHER) == "network watcher NetworkWatcher_westeurope"
    assert in_words(hand.group_id("nsg-web")) == "network security group nsg-web in rg-app"
    assert in_words("this stack") == "this stack"


def test_every_check_has_a_name_of_its_own() -> None:
    names = [check.name for check in preflight_checks.CHECKS]
    assert len(names) == len(set(names))
