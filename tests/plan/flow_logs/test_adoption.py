"""What a run says of the flow logs that it takes over, before it does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from estate.model import Estate, FlowLog, TrafficAnalytics, Workspace
from plan import naming
from plan.planner import make
from plan.views import run_lines
from stack.state import State
from tests import estates_by_hand as hand

EMPTY = State()
ADOPT = hand.settings(existing_flow_logs="adopt")
GUID = "00000000-0000-4000-8000-0000000000dd"
OURS = Workspace(
    id=naming.workspace_id(hand.HOME, "dev"),
    name="flow-logs-dev",
    location="westeurope",
    customer_id=GUID,
)
INTO_OURS = TrafficAnalytics(
    enabled=True,
    interval=60,
    workspace_guid=GUID.upper(),
    workspace_id=OURS.id.upper(),
    workspace_region="West Europe",
)
TAGGED = {"managed-by": "flow-logs/dev"}


def _estate(*flow_logs: FlowLog) -> Estate:
    """Each flow log's network, with a group, and the stack's workspace."""
    names = [log.target_id.rsplit("/", 1)[-1] for log in flow_logs]
    return hand.estate(
        *(hand.network(name, {"web": f"nsg-{name}"}) for name in names),
        *(hand.security_group(f"nsg-{name}") for name in names),
        *flow_logs,
        workspace=OURS,
    )


def _log(name: str = "vnet-app", **changes: Any) -> FlowLog:
    return hand.flow_log(f"theirs-{name}", hand.network_id(name), **changes)


def _lines(*flow_logs: FlowLog) -> list[str]:
    return list(run_lines.adoptions(make(_estate(*flow_logs), ADOPT, EMPTY)))


def test_the_workspace_that_is_kept_is_named() -> None:
    (line,) = _lines(_log())
    assert f"workspace {hand.FOREIGN_WORKSPACE} is kept" in line
    (into_ours,) = _lines(_log(analytics=INTO_OURS))
    assert "kept" not in into_ours


@pytest.mark.parametrize("analytics", [None, INTO_OURS])
def test_where_nothing_changes_nothing_is_listed(analytics: TrafficAnalytics | None) -> None:
    settled = _log(tags=TAGGED)
    assert _lines(replace(settled, analytics=analytics or settled.analytics)) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            {"analytics": replace(INTO_OURS, workspace_guid=hand.HOME)},
            f"workspace GUID: {hand.HOME} → {GUID}",
        ),
        (
            {"analytics": replace(INTO_OURS, workspace_guid=None, workspace_region="northeurope")},
            f"workspace GUID: none → {GUID}; workspace region: northeurope → westeurope",
        ),
        ({"format_type": None}, "format.type: none → JSON"),
    ],
)
def test_what_is_put_right_is_listed(change: dict[str, Any], told: str) -> None:
    (line,) = _lines(_log(tags=TAGGED, **change))
    assert told in line


KEPT = Workspace(
    id=hand.FOREIGN_WORKSPACE.upper(), name="soc", location="northeurope", customer_id=GUID
)


@pytest.mark.parametrize(
    ("guid", "region", "told"),
    [
        ("soc", "northeurope", f"workspace GUID: soc → {GUID}"),
        (GUID.upper(), "North Europe", ""),
        (GUID, "westeurope", "workspace region: westeurope → northeurope"),
        (None, "northeurope", f"workspace GUID: none → {GUID}"),
    ],
)
def test_a_kept_workspace_gets_the_guid_and_region_that_it_has(
    guid: str | None, region: str, told: str
) -> None:
    held = TrafficAnalytics(
        enabled=True,
        interval=10,
        workspace_guid=guid,
        workspace_id=hand.FOREIGN_WORKSPACE,
        workspace_region=region,
    )
    found = replace(_estate(_log(analytics=held, tags=TAGGED)), other_workspaces=(KEPT,))
    plan = make(found, ADOPT, EMPTY)
    sent = plan.flow_logs[0].analytics
    assert (sent.workspace_id, sent.interval) == (hand.FOREIGN_WORKSPACE, 10)
    if not told:
        assert (sent, plan.adoptions) == (held, ())
        return
    assert sent.workspace_guid == GUID
    assert sent.workspace_region == "northeurope"
    (line,) = run_lines.adoptions(plan)
    assert told in line
    assert f"workspace {hand.FOREIGN_WORKSPACE} is kept" in line


def test_a_wrong_region_of_our_own_workspace_is_put_right() -> None:
    wrong = replace(INTO_OURS, workspace_region="northeurope")
    (line,) = _lines(_log(analytics=wrong, tags=TAGGED))
    assert "workspace region: northeurope → westeurope" in line


def test_who_declares_what_is_adopted_in_terraform_is_told_both_ways_out_once() -> None:
    plan = make(_estate(_log("vnet-a"), _log("vnet-b")), ADOPT, EMPTY)
    (line,) = [line for line in run_lines.messages(plan) if "Terraform" in line]
    assert "terraform state rm" in line
    assert "version, retention_policy and traffic_analytics" in line
    left = make(_estate(_log()), hand.settings(), EMPTY)
    assert not any("Terraform" in line for line in run_lines.messages(left))


def test_records_that_get_an_end_are_named_however_many_are_adopted() -> None:
    endless: dict[str, Any] = {"retention_enabled": False, "retention_days": 0}
    names = [f"vnet-{number:02}" for number in range(25)]
    logs = [_log(name, **(endless if number > 22 else {})) for number, name in enumerate(names)]
    zero = replace(logs[22], retention_enabled=True, retention_days=0)
    *shown, rest, ending = _lines(*logs[:22], zero, *logs[23:])
    assert len(shown) == run_lines.SHOWN
    assert rest == "and 5 flow logs more likewise"
    assert "3 flow logs whose records were kept for ever" in ending
    assert ending.endswith(": theirs-vnet-22, theirs-vnet-23, theirs-vnet-24")
    assert len(_lines(*logs[:22])) == run_lines.SHOWN + 1


def test_a_workspace_that_is_named_by_its_guid_alone_is_kept_or_moved_like_any_other() -> None:
    alone = TrafficAnalytics(
        enabled=True, interval=60, workspace_guid=hand.HOME, workspace_region="northeurope"
    )
    found = _estate(_log(analytics=alone))
    left = make(found, hand.settings(), EMPTY)
    assert hand.states(left) == {"nsg-vnet-app": "elsewhere"}

    kept = make(found, ADOPT, EMPTY)
    assert kept.flow_logs[0].analytics == alone
    assert hand.states(kept) == {"nsg-vnet-app": "elsewhere"}
    assert f"workspace {hand.HOME} is kept" in next(run_lines.adoptions(kept))
    assert _lines(_log(analytics=alone, tags=TAGGED)) == []

    moved = make(found, replace(ADOPT, existing_workspaces="move"), EMPTY)
    assert moved.flow_logs[0].analytics == TrafficAnalytics(enabled=True, interval=60)
    assert hand.states(moved) == {"nsg-vnet-app": "recorded"}


def test_the_stacks_own_workspace_by_guid_alone_is_ours() -> None:
    alone = TrafficAnalytics(enabled=True, interval=60, workspace_guid=GUID.upper())
    found = _estate(_log(analytics=alone))
    assert hand.states(make(found, hand.settings(), EMPTY)) == {"nsg-vnet-app": "recorded"}
    (line,) = _lines(_log(analytics=alone))
    assert "kept" not in line
    assert f"workspace: {GUID.upper()} → {OURS.id}" in line
