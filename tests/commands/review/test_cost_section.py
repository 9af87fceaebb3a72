"""What the summary says of cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from commands.review.summary import summary
from commands.shared.volume import Volume
from estate.arm_id import key
from estate.model import TrafficAnalytics
from plan.planner import make
from stack.state import State
from tests import estates_by_hand as hand
from tests.commands.events import step
from tests.commands.review.summaries import outcome, plan_of, section

OFF = TrafficAnalytics(enabled=False)


def test_cost_of_new_flow_logs_and_of_what_adoption_switches_on() -> None:
    estate = hand.estate(
        hand.network("vnet-app", {"web": "nsg-web"}),
        hand.network("vnet-old", {"old": "nsg-old"}),
        hand.security_group("nsg-web"),
        hand.security_group("nsg-old"),
        hand.flow_log("theirs", hand.network_id("vnet-old"), analytics=OFF),
    )
    plan = plan_of(estate, existing_flow_logs="adopt", traffic_analytics_interval=60)
    cost = section(summary(outcome(step("create", "x", new={}), plan=plan)), "Cost")
    assert "Newly recorded: 1 virtual network. GB: unknown until first data." in cost
    # 0.50 + 2.30 + 2.76 / 10 dollars a GB; without the collection that is paid already.
    assert "| 1 | new, Traffic Analytics every 60 minutes | 3.08 | 30.76 | 307.60 |" in cost
    assert "Traffic Analytics off → every 60 minutes | 2.58 | 25.76 | 257.60 |" in cost


# Dollars a GB: 0.776 without processing, of which 0.50 is collection; 2.30 or 3.50 for processing.
@pytest.mark.parametrize(
    ("changes", "wanted", "what", "dollars"),
    [
        ({}, {"interval": 10}, "changed, Traffic Analytics every 60 minutes → every 10", "1.20"),
        ({"interval": 10}, {}, "changed, Traffic Analytics every 10 minutes → every 60", "-1.20"),
        ({"enabled": False}, {}, "changed, switched on, Traffic Analytics every 60", "3.08"),
    ],
)
def test_cost_of_flow_logs_of_the_stack_that_change(
    changes: Mapping[str, Any], wanted: Mapping[str, Any], what: str, dollars: str
) -> None:
    cost = section(_changed(changes, wanted), "Cost")
    assert "Newly recorded: nothing." in cost
    assert f"| 1 | {what} minutes | {dollars} |" in cost


def test_cost_of_an_nsg_flow_log_that_is_switched_off() -> None:
    estate = hand.estate(
        hand.network("vnet-app", {"web": "nsg-web"}),
        hand.security_group("nsg-web"),
        hand.flow_log("of-network", hand.network_id("vnet-app")),
        hand.flow_log("of-group", hand.group_id("nsg-web")),
    )
    plan = plan_of(estate, existing_flow_logs="adopt", nsg_flow_logs="disable")
    cost = section(summary(outcome(step("import", "x", new={}), plan=plan)), "Cost")
    assert "| 1 | adopted, switched off | -3.08 |" in cost


def test_what_costs_the_same_has_no_section_on_cost() -> None:
    assert "### Cost" not in _changed({}, {})


def _changed(changes: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    """The summary of a run on a flow log of this stack that somebody changed."""
    network = hand.network("vnet-app", {"web": "nsg-web"})
    found = hand.estate(network, hand.security_group("nsg-web"))
    (made,) = make(found, hand.settings(), State()).flow_logs
    analytics = TrafficAnalytics(
        enabled=True,
        interval=changes.get("interval", 60),
        workspace_id=hand.FOREIGN_WORKSPACE,
    )
    ours = hand.flow_log(
        made.name,
        made.target_id,
        id=made.id,
        tags=made.tags,
        enabled=changes.get("enabled", True),
        analytics=analytics,
    )
    estate = hand.estate(network, hand.security_group("nsg-web"), ours)
    plan = plan_of(estate, traffic_analytics_interval=wanted.get("interval", 60))
    return summary(outcome(step("update", made.name, {"a": 1}, {"a": 2}), plan=plan))


def test_data_of_minutes_prices_nothing() -> None:
    """Less than 0.01 GB a month says that flow logs have just begun, not that they cost nothing."""
    estate = hand.estate(
        hand.network("vnet-app", {"web": "nsg-web"}), hand.security_group("nsg-web")
    )
    plan = plan_of(estate)
    volume = Volume({key(plan["flowLogs"][0]["id"]): 0.00001})
    event = step("create", "vnet-app", new={})
    cost = section(summary(replace(outcome(event, plan=plan), volume=volume)), "Cost")
    assert "GB: too little data yet." in cost
    assert "| too little data yet |" in cost
    assert "0.00 " not in cost
    assert "under" not in cost
