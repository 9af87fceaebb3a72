"""The plan as a document: what the summary and the report read, and what is left of it as JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from estate.model import Estate, FlowLog, TrafficAnalytics
from plan.planner import make
from plan.views.document import document
from plan.views.stack_outputs import stack_outputs
from stack.settings.model import AlertSettings
from stack.state import State
from tests import estates_by_hand as hand


def _document(estate: Estate, **settings: Any) -> dict[str, Any]:
    made: Any = document(make(estate, hand.settings(**settings), State()))
    assert json.loads(json.dumps(made)) == made
    return dict(made)


def _by_name(found: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {entry["name"]: entry for entry in found}


def _estate(*flow_logs: FlowLog) -> Estate:
    return hand.estate(
        hand.network("vnet-app", {"web": "nsg-web", "db": "nsg-db"}),
        hand.network("vnet-hub", {}),
        hand.security_group("nsg-web"),
        hand.security_group("nsg-db"),
        hand.security_group("nsg-idle"),
        *flow_logs,
    )


def test_coverage_before_is_what_exists_and_after_is_what_the_plan_makes() -> None:
    theirs = hand.flow_log("theirs", hand.group_id("nsg-web"))
    found = _document(_estate(theirs))
    assert found["coverage"] == {
        "discovered": 3,
        "excluded": 0,
        "covered": 2,
        "coveredBefore": 1,
    }
    groups = _by_name(found["networkSecurityGroups"])
    states = {name: (group["stateBefore"], group["state"]) for name, group in groups.items()}
    assert states == {
        "nsg-web": ("elsewhere", "recorded"),
        "nsg-db": ("dark", "recorded"),
        "nsg-idle": ("unattached", "unattached"),
    }
    assert "on no subnet" in groups["nsg-idle"]["reason"]
    assert groups["nsg-web"]["migration"] | {"nextStep": ""} == {
        "stage": "twice",
        "nextStep": "",
        "goesDark": False,
    }


def test_a_disabled_flow_log_of_ours_is_no_coverage_before_the_run_that_repairs_it() -> None:
    estate = _estate()
    built = hand.applied(estate, make(estate, hand.settings(), State()))
    assert _document(built)["coverage"]["coveredBefore"] == 2
    (log,) = built.flow_logs
    disabled = replace(built, flow_logs=(replace(log, enabled=False),))
    coverage = _document(disabled)["coverage"]
    assert (coverage["coveredBefore"], coverage["covered"]) == (0, 2)


def test_a_new_flow_log_says_what_it_costs_by_and_one_left_to_others_what_it_lacks() -> None:
    theirs = hand.flow_log("theirs", hand.network_id("vnet-hub"), retention_days=7)
    found = _document(_estate(theirs), traffic_analytics_interval=10, retention_days=120)
    logs = {log["targetId"].rsplit("/", 1)[-1]: log for log in found["flowLogs"]}
    assert logs["vnet-app"]["planned"] == {
        "new": True,
        "enabled": True,
        "retentionDays": 120,
        "trafficAnalytics": {"interval": 10, "workspaceId": found["workspace"]["id"]},
    }
    assert logs["vnet-app"]["covers"] == [hand.group_id("nsg-db"), hand.group_id("nsg-web")]
    assert logs["vnet-hub"]["planned"] is None
    assert logs["vnet-hub"]["shortfall"] == ["retention 7 days", "another workspace"]
    networks = _by_name(found["networks"])
    assert networks["vnet-app"]["targets"] == [hand.network_id("vnet-app").casefold()]


def test_what_stands_on_the_flow_logs_is_listed_by_name() -> None:
    found = _document(_estate())
    assert "top-denied" in found["savedQueries"]
    outputs = stack_outputs(make(_estate(), hand.settings(), State()))
    for name in ("savedQueries", "alerts", "workbookId"):
        assert found[name] == outputs[name]
    told = _document(_estate(), alerts=AlertSettings(emails=("netops@contoso.com",)))
    assert len(told["notes"]) < len(found["notes"])


def test_adoption_is_told_field_by_field_with_ids_of_targets() -> None:
    plain = hand.flow_log(
        "theirs",
        hand.network_id("vnet-app"),
        version=1,
        retention_days=7,
        analytics=TrafficAnalytics(enabled=False),
    )
    found = _document(_estate(plain), existing_flow_logs="adopt")
    (adopted,) = found["adoptions"]
    assert (adopted["id"], adopted["targetId"]) == (plain.id, plain.target_id)
    assert adopted["imported"] is True
    changes = {change["property"]: change for change in adopted["changes"]}
    assert changes["retentionPolicy"]["before"] == "7 days"
    assert changes["retentionPolicy"]["after"] == "90 days"
    assert {"format.version", "Traffic Analytics", "tag managed-by"} < set(changes)
