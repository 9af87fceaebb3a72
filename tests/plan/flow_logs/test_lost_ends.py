"""Adopted flow logs whose storage account or workspace somebody deleted."""

from __future__ import annotations

from estate.model import Estate
from plan import naming
from plan.flow_logs import adoption
from plan.planner import make
from stack.state import State
from tests import estates_by_hand as hand

EMPTY = State()
ADOPT = hand.settings(existing_flow_logs="adopt")


def _logged(target: str) -> Estate:
    return hand.estate(
        hand.network("vnet-app", {"web": "nsg-web"}),
        hand.security_group("nsg-web"),
        hand.flow_log("theirs", target),
    )


def test_what_adopted_flow_logs_are_sent_with_is_relied_on_and_nothing_else() -> None:
    found = _logged(hand.network_id("vnet-app"))
    theirs = found.flow_logs[0].storage_id
    assert adoption.relied_on(make(found, ADOPT, EMPTY)) == {theirs, hand.FOREIGN_WORKSPACE}
    moved = hand.settings(existing_flow_logs="adopt", existing_workspaces="move")
    assert adoption.relied_on(make(found, moved, EMPTY)) == {theirs}
    assert adoption.relied_on(make(found, hand.settings(), EMPTY)) == set()

    settled = hand.applied(found.without([theirs]), make(found.without([theirs]), moved, EMPTY))
    assert adoption.relied_on(make(settled, moved, EMPTY)) == set()


def test_ours_take_the_place_of_an_account_and_a_workspace_that_are_gone() -> None:
    found = _logged(hand.network_id("vnet-app"))
    gone = [found.flow_logs[0].storage_id, hand.FOREIGN_WORKSPACE.upper()]
    plan = make(found.without(gone), ADOPT, EMPTY)
    (log,) = plan.flow_logs
    ours = naming.storage_account_id(hand.HOME, "dev", "westeurope", 0)
    assert (log.state, log.storage_id) == ("adopted", ours)
    assert (log.analytics.enabled, log.analytics.workspace_id) == (True, None)
    assert hand.states(plan) == {"nsg-web": "recorded"}
    changes = {change.property: change for change in plan.adoptions[0].changes}
    assert changes["storage account"].after == ours
    assert changes["workspace"].after == plan.foundation.workspace.id
    assert [account.id for account in plan.foundation.storage_accounts] == [ours]


def test_an_nsg_flow_log_without_its_account_is_left_with_the_reason() -> None:
    found = _logged(hand.group_id("nsg-web"))
    plan = make(found.without([found.flow_logs[0].storage_id]), ADOPT, EMPTY)
    assert [log.state for log in plan.flow_logs if log.level == "networkSecurityGroup"] == []
    assert any("has no storage account any more" in note for note in plan.notes)
