"""Settings that change after the first deployment: what exists stays, or a line says why not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from estate.arm_id import name_of
from estate.identity import Identity
from estate.model import Estate, ResourceGroup, StorageAccount, TrafficAnalytics, Workspace
from plan import naming
from plan.flow_logs import removal
from plan.foundation import left_as_found
from plan.foundation.storage import redundancy
from plan.model.plan import Plan, PlanError
from plan.planner import make
from plan.resource_types import GROUP_TYPE, STORAGE_TYPE, WORKSPACE_TYPE
from plan.views import run_lines, stack_outputs
from plan.views.document import document
from stack.settings.model import Settings
from stack.settings.read import parse_settings
from stack.state import State
from tests import estates_by_hand as hand

EMPTY = State()
OURS = {"managed-by": "flow-logs/dev"}
OWN_ID = naming.workspace_id(hand.HOME, "dev")
OWN = Workspace(
    id=OWN_ID,
    name=name_of(OWN_ID),
    location="westeurope",
    tags=OURS,
    customer_id="00000000-0000-4000-8000-000000000901",
    retention_days=365,
    daily_quota_gb=0.5,
)
GIVEN = replace(
    OWN,
    id=hand.FOREIGN_WORKSPACE,
    name="soc",
    tags={},
    customer_id="00000000-0000-4000-8000-000000000902",
)
ACCOUNT_ID = naming.storage_account_id(hand.HOME, "dev", "westeurope", 0)
ACCOUNT = StorageAccount(
    id=ACCOUNT_ID,
    name=name_of(ACCOUNT_ID),
    location="westeurope",
    tags=OURS,
    kind="StorageV2",
    sku="Standard_LRS",
)


def _estate(**changes: Any) -> Estate:
    network = hand.network("vnet-app", {"web": "nsg-web"})
    return hand.estate(network, hand.security_group("nsg-web"), **changes)


def _given(**changes: Any) -> Settings:
    return hand.settings(workspace_id=GIVEN.id, **changes)


def _holding(type_token: str, resource_id: str) -> State:
    held = (type_token, naming.logical_name(resource_id))
    return State(frozenset([held]), urns={held: "urn:pulumi:dev::flow-logs::a$b::c"})


def _said(plan: Plan) -> str:
    return "\n".join(run_lines.warnings(plan))


def test_the_own_workspace_stays_as_found_when_another_is_given() -> None:
    found = _estate(workspace=GIVEN, former_workspace=OWN)
    state = _holding(WORKSPACE_TYPE, OWN.id)
    chosen = _given(analytics_retention_days=30, daily_quota_gb=5, location="northeurope")
    plan = make(found, chosen, state)

    assert plan.foundation.made_workspace is None
    former = plan.foundation.former_workspace
    assert former is not None
    assert (former.id, former.location, former.protect) == (OWN.id, "westeurope", True)
    assert (former.retention_days, former.daily_quota_gb, former.import_id) == (365, 0.5, None)
    assert plan.foundation.workspace.id == GIVEN.id
    (line,) = left_as_found.unused(plan)
    assert line.startswith(
        f"no flow log of this stack feeds workspace {OWN.name} (westeurope) any more"
    )
    assert "pulumi state delete --force" in line
    assert "'urn:pulumi:dev::flow-logs::a$b::c'" in line
    assert f"az tag update --resource-id {OWN.id} --operation Delete" in line
    assert "unprotect" not in line
    told: Any = document(plan)
    assert told["formerWorkspace"]["id"] == OWN.id
    assert line in told["notes"]


def test_a_released_workspace_is_let_go_and_a_lost_state_takes_it_back() -> None:
    released = replace(OWN, tags={})
    plan = make(_estate(workspace=GIVEN, former_workspace=released), _given(), EMPTY)
    assert plan.foundation.former_workspace is None
    plan = make(_estate(workspace=GIVEN, former_workspace=OWN), _given(), EMPTY)
    assert plan.foundation.former_workspace is not None
    assert plan.foundation.former_workspace.import_id == OWN.id
    assert OWN.id in plan.to_confirm


@pytest.mark.parametrize("by", ["workspace_id", "workspace_guid"])
def test_adopted_flow_logs_follow_from_the_own_workspace_to_the_given_one(by: str) -> None:
    fed = {"workspace_id": OWN.id, "workspace_guid": OWN.customer_id}
    analytics = TrafficAnalytics(enabled=True, interval=60, **{by: fed[by]})
    log = hand.flow_log("theirs", hand.network_id("vnet-app"), analytics=analytics)
    found = _estate(flow_logs=(log,), workspace=GIVEN, former_workspace=OWN)
    (planned,) = make(found, _given(existing_flow_logs="adopt"), EMPTY).flow_logs
    assert planned.analytics.workspace_id is None  # the plan's own


def test_the_id_of_the_own_workspace_is_no_other_workspace() -> None:
    config = {"flow-logs:location": "westeurope", "flow-logs:workspaceId": OWN.id.upper()}
    read = parse_settings("dev", config, {"ARM_SUBSCRIPTION_ID": hand.HOME})
    assert read.workspace_id == ""


def test_another_location_is_refused_while_the_own_workspace_is_fed() -> None:
    moved = hand.settings(location="northeurope")
    with pytest.raises(PlanError) as refused:
        make(_estate(workspace=OWN), moved, EMPTY)
    line = str(refused.value)
    assert "\n" not in line
    assert "workspace flow-logs-dev is in westeurope with its rows" in line
    assert "pulumi config set flow-logs:location westeurope" in line
    make(_estate(), moved, EMPTY)
    make(_estate(workspace=replace(GIVEN, location="uksouth")), _given(), EMPTY)


def test_the_resource_group_stays_where_it_is() -> None:
    home_id = naming.home_group_id(hand.HOME, "dev")
    home = ResourceGroup(id=home_id, name=name_of(home_id), location="westeurope", tags=OURS)
    there = _estate(workspace=GIVEN, resource_groups=(home,))
    plan = make(there, _given(location="northeurope"), EMPTY)
    assert plan.foundation.home.location == "westeurope"
    assert "resource group flow-logs-dev stays in westeurope" in _said(plan)
    assert {alert.location for alert in plan.monitoring.alerts} == {"northeurope"}


@pytest.mark.parametrize(
    ("held", "wanted", "asked"),
    [
        ("", "Standard_ZRS", "Standard_ZRS"),
        ("Standard_LRS", "Standard_GRS", "Standard_GRS"),
        ("Standard_RAGRS", "Standard_LRS", "Standard_LRS"),
        ("Standard_ZRS", "Standard_RAGZRS", "Standard_RAGZRS"),
        ("Standard_LRS", "Standard_ZRS", "Standard_LRS"),
        ("Standard_GZRS", "Standard_GRS", "Standard_GZRS"),
        ("StandardV2_LRS", "Standard_LRS", "StandardV2_LRS"),
    ],
)
def test_an_account_gets_the_redundancy_that_an_update_can_give_it(
    held: str, wanted: str, asked: str
) -> None:
    assert redundancy(held, wanted) == asked


def test_an_account_that_only_a_conversion_changes_stays_and_the_command_is_told() -> None:
    found = _estate(storage_accounts=(ACCOUNT,))
    plan = make(found, hand.settings(storage_sku="Standard_GZRS"), EMPTY)
    (account,) = plan.foundation.storage_accounts
    assert account.sku == "Standard_LRS"
    said = _said(plan)
    assert f"storage account {ACCOUNT.name} stays Standard_LRS" in said
    assert "by a conversion alone; new accounts are Standard_GZRS. To convert it: az " in said
    assert f"--account-name {ACCOUNT.name} --resource-group flow-logs-dev " in said
    assert "--sku Standard_ZRS" in said  # the next run adds the second region
    converted = replace(ACCOUNT, sku="Standard_ZRS")
    plan = make(
        _estate(storage_accounts=(converted,)), hand.settings(storage_sku="Standard_GZRS"), EMPTY
    )
    assert plan.foundation.storage_accounts[0].sku == "Standard_GZRS"


def test_a_held_account_stays_declared_whatever_its_tags() -> None:
    bare = replace(ACCOUNT, tags={})
    given = f"{hand.GROUP}/providers/Microsoft.Storage/storageAccounts/given"
    theirs = replace(ACCOUNT, id=given, name="given")
    found = _estate(storage_accounts=(bare,), given_accounts=(theirs,))
    chosen = hand.settings(storage_accounts={"westeurope": (given,)})
    held = make(found, chosen, _holding(STORAGE_TYPE, ACCOUNT.id))
    assert [account.id for account in held.foundation.storage_accounts] == [ACCOUNT.id]
    assert "'urn:pulumi:dev::flow-logs::a$b::c'" in _said(held)
    assert make(found, chosen, EMPTY).foundation.storage_accounts == ()


def test_an_own_account_that_is_given_is_told_once() -> None:
    found = _estate(storage_accounts=(ACCOUNT,), given_accounts=(ACCOUNT,))
    chosen = hand.settings(storage_accounts={"westeurope": (ACCOUNT.id.upper(),)})
    plan = make(found, chosen, EMPTY)
    assert [account.used for account in plan.foundation.storage_accounts] == [True]
    assert stack_outputs.stack_outputs(plan)["storageAccounts"] == {"westeurope": [ACCOUNT.id]}


@pytest.mark.parametrize(
    ("subscription", "stack"), [(hand.SUBSCRIPTION, "dev"), (hand.HOME, "other")]
)
def test_a_stack_that_is_told_to_live_elsewhere_is_refused(subscription: str, stack: str) -> None:
    """Its group, accounts and workspace would leave the program, protected as they are."""
    held = _holding(GROUP_TYPE, naming.home_group_id(hand.HOME, "dev"))
    moved = hand.settings(stack=stack, identity=Identity(subscription_id=subscription))
    with pytest.raises(PlanError) as refused:
        removal.check_home(make(_estate(), moved, held), held)
    assert "\n" not in str(refused.value)
    assert "ARM_SUBSCRIPTION_ID" in str(refused.value)
    removal.check_home(make(_estate(), hand.settings(), held), held)
    theirs = State(frozenset([(GROUP_TYPE, "flow-logs-of-the-shop")]))
    removal.check_home(make(_estate(), moved, theirs), theirs)
