"""The managed identity of flow logs and its roles: what is planned, kept, taken back and left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from estate.arm_id import key, name_of
from estate.model import Estate, ManagedIdentity, RoleAssignment, StorageAccount, Subscription
from plan import naming
from plan.dependencies import needs
from plan.foundation.identities import BLOB_DATA_CONTRIBUTOR
from plan.foundation.left_as_found import leaving
from plan.model.plan import Plan
from plan.planner import make
from plan.resource_types import FLOW_LOG_TYPE, IDENTITY_TYPE, ROLE_TYPE
from stack.state import State
from tests import estates_by_hand as hand

OWN = naming.identity_id(hand.HOME, "dev")
ACCOUNT = naming.storage_account_id(hand.HOME, "dev", "westeurope", 0)
ROLE = naming.role_assignment_id(ACCOUNT, OWN, BLOB_DATA_CONTRIBUTOR)
OTHER = OWN.replace("flow-logs-dev", "theirs")
PRINCIPAL = "00000000-0000-4000-8000-0000000000e1"
NONE = {"type": "None"}
FOUND = ManagedIdentity(
    id=OWN, name=name_of(OWN), location="northeurope", principal_id=PRINCIPAL, tenant_id=hand.TENANT
)


def held(*ids: str) -> dict[str, Any]:
    """An identity as Azure answers it."""
    assigned = {each: {"principalId": PRINCIPAL, "clientId": "c"} for each in ids}
    return {"type": "userAssigned", "userAssignedIdentities": assigned} if ids else {"type": "none"}


def sent(identity_id: str) -> dict[str, Any]:
    return {"type": "UserAssigned", "userAssignedIdentities": {identity_id: {}}}


def bare(**changes: Any) -> Estate:
    return hand.estate(
        hand.network("vnet-app", {"web": "nsg-web"}), hand.security_group("nsg-web"), **changes
    )


def deployed(on_log: Mapping[str, Any] | None, **changes: Any) -> Estate:
    """The same once the stack has run, its flow log with an identity as Azure answers it."""
    account = StorageAccount(
        id=ACCOUNT,
        name=name_of(ACCOUNT),
        location="westeurope",
        tags={"managed-by": "flow-logs/dev"},
        kind="StorageV2",
        sku="Standard_LRS",
    )
    found = hand.applied(bare(), make(bare(), hand.settings(), State()))
    (log,) = found.flow_logs
    log = replace(log, identity=on_log, storage_id=ACCOUNT)
    return replace(found, flow_logs=(log,), storage_accounts=(account,), **changes)


def state(*resources: tuple[str, str]) -> State:
    return State(frozenset((kind, naming.logical_name(id_)) for kind, id_ in resources))


def identity_of(plan: Plan) -> Mapping[str, Any] | None:
    (log,) = plan.flow_logs
    return log.identity


WITH = hand.settings(flow_log_identity="make")


def test_without_the_setting_there_is_no_word_of_an_identity() -> None:
    plan = make(bare(), hand.settings(), State())
    assert identity_of(plan) is None
    assert (plan.foundation.identity, plan.foundation.role_assignments) == (None, ())


def test_a_flow_log_waits_for_its_role_and_the_role_for_identity_and_account() -> None:
    plan = make(bare(), WITH, State())
    assert identity_of(plan) == sent(OWN)
    wanted = needs(plan)
    assert {key(ROLE), key(OWN), key(ACCOUNT)} <= set(wanted[key(plan.flow_logs[0].id)])
    assert {key(OWN), key(ACCOUNT)} <= set(wanted[key(ROLE)])


def test_what_azure_has_and_the_state_has_not_is_taken_back() -> None:
    role = RoleAssignment(
        id=ROLE, scope=ACCOUNT, principal_id=PRINCIPAL, role=BLOB_DATA_CONTRIBUTOR
    )
    plan = make(deployed(held(OWN), identity=FOUND, role_assignments=(role,)), WITH, State())
    (planned,) = plan.foundation.role_assignments
    assert planned.import_id == ROLE
    assert plan.foundation.identity is not None
    assert plan.foundation.identity.import_id == OWN
    assert plan.foundation.identity.location == "northeurope"


def test_a_role_that_somebody_gave_already_is_not_given_again() -> None:
    theirs = RoleAssignment(
        id=f"{ACCOUNT.upper()}/providers/Microsoft.Authorization/roleAssignments/x",
        scope=ACCOUNT.upper(),
        principal_id=PRINCIPAL,
        role=BLOB_DATA_CONTRIBUTOR,
    )
    estate = bare(identity=FOUND, role_assignments=(theirs,))
    plan = make(estate, WITH, State())
    assert plan.foundation.role_assignments == ()
    assert key(OWN) in needs(plan)[key(plan.flow_logs[0].id)]
    other = replace(theirs, principal_id="00000000-0000-4000-8000-0000000000e2")
    plan = make(bare(identity=FOUND, role_assignments=(other,)), WITH, State())
    assert [each.id for each in plan.foundation.role_assignments] == [ROLE]


@pytest.mark.parametrize(
    ("given", "found", "planned"),
    [
        ("make", held(OWN), sent(OWN)),
        ("make", held(OWN.upper()), sent(OWN.upper())),
        ("make", held(OTHER), NONE),
        ("make", held(OWN, OTHER), NONE),
        ("make", held(), sent(OWN)),
        ("", held(OWN), NONE),
        ("", held(), NONE),
        ("", None, None),
    ],
)
def test_one_identity_takes_the_place_of_another_by_way_of_none(
    given: str, found: Mapping[str, Any] | None, planned: Mapping[str, Any] | None
) -> None:
    settings = hand.settings(flow_log_identity=given)
    assert identity_of(make(deployed(found, identity=FOUND), settings, State())) == planned


def test_identity_and_role_stay_as_they_are_while_a_flow_log_in_azure_has_it() -> None:
    kept = state((IDENTITY_TYPE, OWN), (ROLE_TYPE, ROLE))
    plan = make(deployed(held(OWN)), hand.settings(), kept)
    (role,) = plan.foundation.role_assignments
    assert plan.foundation.identity is not None
    assert (plan.foundation.identity.untouched, role.untouched, role.id) == (True, True, ROLE)
    assert "leaves in the next run" in "".join(leaving(plan))
    plan = make(deployed(held()), hand.settings(), kept)
    assert (plan.foundation.identity, plan.foundation.role_assignments) == (None, ())


def test_an_adopted_flow_log_keeps_its_own_and_gets_no_role() -> None:
    theirs = hand.flow_log("theirs", hand.network_id("vnet-app"), identity=held(OTHER))
    estate = hand.estate(*bare().networks, *bare().security_groups, theirs)
    settings = hand.settings(flow_log_identity="make", existing_flow_logs="adopt")
    plan = make(estate, settings, State())
    assert identity_of(plan) == held(OTHER)
    assert plan.foundation.role_assignments == ()


def test_a_given_account_gets_no_role_from_us() -> None:
    account = StorageAccount(
        id=f"{hand.GROUP}/providers/Microsoft.Storage/storageAccounts/given",
        name="given",
        location="westeurope",
        kind="StorageV2",
        sku="Standard_LRS",
    )
    identity = replace(FOUND, id=OTHER, name=name_of(OTHER))
    settings = hand.settings(
        flow_log_identity=OTHER, storage_accounts={"westeurope": (account.id,)}
    )
    plan = make(bare(identity=identity, given_accounts=(account,)), settings, State())
    assert identity_of(plan) == sent(OTHER)
    assert (plan.foundation.identity, plan.foundation.role_assignments) == (None, ())


def test_a_flow_log_in_a_closed_subscription_is_declared_as_it_was_sent() -> None:
    """Else the state would differ from it, and Azure refuse the change."""
    estate = deployed(held(OWN), identity=FOUND)
    (log,) = estate.flow_logs
    closed = Subscription(
        id=hand.SUBSCRIPTION, name="contoso-prod", tenant_id=hand.TENANT, state="Disabled"
    )
    shut = replace(estate, subscriptions=(closed,))
    plan = make(shut, WITH, state((FLOW_LOG_TYPE, log.id)))
    assert identity_of(plan) == sent(OWN)
    assert plan.flow_logs[0].untouched
