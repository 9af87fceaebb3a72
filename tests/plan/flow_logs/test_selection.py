"""What becomes of flow logs that are already there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from estate.model import Estate, FlowLog, TrafficAnalytics
from plan.planner import make
from plan.views import run_lines
from stack.state import State
from tests import estates_by_hand as hand

EMPTY = State()
OFF = TrafficAnalytics(enabled=False)


def _estate(*flow_logs: FlowLog) -> Estate:
    return hand.estate(
        hand.network("vnet-app", {"web": "nsg-web"}), hand.security_group("nsg-web"), *flow_logs
    )


@pytest.mark.parametrize("target", [hand.network_id("vnet-app"), hand.group_id("nsg-web")])
def test_left_alone_it_counts_as_coverage_and_nothing_new_is_made(target: str) -> None:
    plan = make(_estate(hand.flow_log("theirs", target)), hand.settings(), EMPTY)
    assert plan.flow_logs == ()
    assert hand.states(plan) == {"nsg-web": "elsewhere"}
    assert plan.known_flow_logs[0].state == "external"


def test_a_tag_of_our_name_in_other_letters_is_replaced_and_told() -> None:
    theirs = hand.flow_log(
        "theirs", hand.network_id("vnet-app"), tags={"cost": "42", "Managed-By": "terraform"}
    )
    estate = hand.estate(
        hand.network("vnet-app", {"web": "nsg-web"}), hand.security_group("nsg-web"), theirs
    )
    plan = make(estate, hand.settings(existing_flow_logs="adopt"), EMPTY)
    (log,) = plan.flow_logs
    assert log.tags == {"cost": "42", "managed-by": "flow-logs/dev"}
    (tag,) = (change for change in plan.adoptions[0].changes if change.property.startswith("tag"))
    assert (tag.before, tag.after) == ("terraform", "flow-logs/dev")


def test_left_alone_its_shortfall_is_listed() -> None:
    poor = hand.flow_log(
        "theirs", hand.network_id("vnet-app"), version=1, retention_days=7, analytics=OFF
    )
    plan = make(_estate(poor), hand.settings(), EMPTY)
    assert hand.states(plan) == {"nsg-web": "not analysed"}
    (line,) = run_lines.warnings(plan)
    assert "version 1, retention 7 days, Traffic Analytics off" in line


@pytest.mark.parametrize("change", [{"enabled": False}, {"provisioning_state": "Failed"}])
def test_left_alone_a_dead_one_covers_nothing_and_its_target_gets_no_second(
    change: dict[str, object],
) -> None:
    dead = hand.flow_log("theirs", hand.network_id("vnet-app"), **change)
    plan = make(_estate(dead), hand.settings(), EMPTY)
    assert plan.flow_logs == ()
    assert hand.states(plan) == {"nsg-web": "dark"}
    assert "theirs" in plan.coverage.skipped[0].reason
    assert "existingFlowLogs" in plan.coverage.skipped[0].reason


def test_a_dead_one_on_the_security_group_does_not_keep_the_network_from_a_new_one() -> None:
    dead = hand.flow_log("theirs", hand.group_id("nsg-web"), enabled=False)
    plan = make(_estate(dead), hand.settings(), EMPTY)
    assert hand.targets(plan.flow_logs) == ["vnet-app"]


def test_adopted_it_keeps_id_storage_and_workspace_and_is_brought_to_standard() -> None:
    poor = hand.flow_log(
        "theirs",
        hand.group_id("nsg-web"),
        version=1,
        retention_days=7,
        tags={"cost": "42"},
        enabled=False,
    )
    plan = make(_estate(poor), hand.settings(existing_flow_logs="adopt"), EMPTY)
    (log,) = plan.flow_logs
    assert (log.id, log.import_id, log.state) == (poor.id, poor.id, "adopted")
    assert log.storage_id == poor.storage_id
    assert log.analytics.workspace_id == hand.FOREIGN_WORKSPACE
    assert log.retention_days == 90
    assert log.tags == {"cost": "42", "managed-by": "flow-logs/dev"}
    (line,) = run_lines.adoptions(plan)
    assert "enabled: false → true; format.version: 1 → 2; retentionPolicy: 7 days → 90 days" in line


def test_adopted_with_move_it_feeds_our_workspace() -> None:
    theirs = hand.flow_log("theirs", hand.network_id("vnet-app"))
    chosen = hand.settings(existing_flow_logs="adopt", existing_workspaces="move")
    plan = make(_estate(theirs), chosen, EMPTY)
    assert plan.flow_logs[0].analytics.workspace_id is None
    assert hand.states(plan) == {"nsg-web": "recorded"}


def test_adoption_never_shortens_a_retention_nor_slows_the_interval() -> None:
    analytics = TrafficAnalytics(enabled=True, interval=10, workspace_id=hand.FOREIGN_WORKSPACE)
    better = hand.flow_log(
        "theirs", hand.network_id("vnet-app"), retention_days=365, analytics=analytics
    )
    plan = make(_estate(better), hand.settings(existing_flow_logs="adopt"), EMPTY)
    assert plan.flow_logs[0].retention_days == 365
    assert plan.flow_logs[0].analytics.interval == 10


def test_for_ever_becomes_retention_days_and_is_listed() -> None:
    for_ever = hand.flow_log(
        "theirs", hand.network_id("vnet-app"), retention_enabled=False, retention_days=0
    )
    plan = make(_estate(for_ever), hand.settings(existing_flow_logs="adopt"), EMPTY)
    assert plan.flow_logs[0].retention_days == 90
    assert "retentionPolicy: off → 90 days" in next(run_lines.adoptions(plan))


def test_record_types_cannot_be_sent_back_so_it_is_left_and_said() -> None:
    typed = hand.flow_log("theirs", hand.network_id("vnet-app"), record_types="B,E")
    plan = make(_estate(typed), hand.settings(existing_flow_logs="adopt"), EMPTY)
    assert plan.flow_logs == ()
    assert "recordTypes" in plan.notes[0]


def test_another_stacks_flow_log_is_counted_and_left_alone() -> None:
    other = hand.flow_log(
        "theirs", hand.network_id("vnet-app"), tags={"managed-by": "flow-logs/prod"}
    )
    plan = make(_estate(other), hand.settings(existing_flow_logs="adopt"), EMPTY)
    assert plan.flow_logs == ()
    assert plan.known_flow_logs[0].state == "external"


def test_adopt_taken_back_releases_it_and_it_counts_as_existing() -> None:
    theirs = hand.flow_log("theirs", hand.network_id("vnet-app"))
    found = _estate(theirs)
    chosen = hand.settings(existing_flow_logs="adopt")
    after = hand.applied(found, make(found, chosen, EMPTY))
    plan = make(after, hand.settings(), EMPTY)
    assert plan.flow_logs == ()
    assert plan.known_flow_logs[0].state == "external"


def test_one_of_ours_that_azure_left_failed_is_written_again_once() -> None:
    first = make(_estate(), hand.settings(), EMPTY)
    held = hand.applied(_estate(), first)
    broken = replace(
        held, flow_logs=tuple(replace(log, provisioning_state="Failed") for log in held.flow_logs)
    )
    repair = make(broken, hand.settings(), EMPTY)
    (log,) = repair.flow_logs
    assert log.tags["flow-logs-repairs"] == "1"
    assert any("is written again" in line for line in run_lines.warnings(repair))
    after = make(hand.applied(broken, repair), hand.settings(), EMPTY)
    assert after.flow_logs[0].tags == log.tags
