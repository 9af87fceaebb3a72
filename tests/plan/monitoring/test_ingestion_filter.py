"""The two filters: Azure's own on new flow logs, and the experimental one on the way in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from estate.model import Installed, Workspace
from plan.model.plan import Plan, PlanError
from plan.naming import workspace_id
from plan.planner import make
from queries import library
from stack.state import State
from tests import estates_by_hand as hand
from tests.queries.traffic import Flow, vnet_rows
from tests.queries.workspace import Workspace as Rows

PREDICATE = 'FlowStatus != "Denied"'
RULE = (
    f"/subscriptions/{hand.HOME}/resourceGroups/flow-logs-dev/providers/Microsoft.Insights"
    "/dataCollectionRules/flow-logs-dev-ingestion-filter"
)


def planned(workspace: Workspace | None = None, *installed: Installed, **settings: Any) -> Plan:
    estate = hand.estate(
        hand.network("vnet", {"app": "nsg"}), hand.security_group("nsg"), hand.watcher()
    )
    there = replace(estate, workspace=workspace, installed=installed)
    return make(there, hand.settings(**settings), State())


def own_workspace(rule: str = "") -> Workspace:
    own = workspace_id(hand.HOME, "dev")
    return Workspace(id=own, name="flow-logs-dev", location="westeurope", default_rule_id=rule)


def test_a_new_flow_log_bears_azures_filter_and_is_said_to_see_a_part() -> None:
    plan = planned(filtering_criteria="dstPort=443")
    assert [log.filtering_criteria for log in plan.flow_logs] == ["dstPort=443"]
    assert {group.state for group in plan.coverage.security_groups} == {"partial"}
    assert [log.filtering_criteria for log in planned().flow_logs] == [None]


def test_without_a_filter_there_is_no_rule() -> None:
    monitoring = planned().monitoring
    assert (monitoring.filter, monitoring.linked_filter_id) == (None, None)


def test_the_rule_comes_first_and_the_link_with_the_run_that_finds_it() -> None:
    first = planned(ingestion_filter=PREDICATE).monitoring
    assert first.filter is not None
    assert (first.filter.id, first.linked_filter_id) == (RULE, None)
    assert first.filter.transformation == f"source | where {PREDICATE}"
    ours = Installed(id=RULE, tags={"managed-by": "flow-logs/dev"})
    for rule in ("", RULE.upper()):
        again = planned(own_workspace(rule), ours, ingestion_filter=PREDICATE).monitoring
        assert again.linked_filter_id == RULE


def test_a_rule_that_the_workspace_has_already_is_not_replaced() -> None:
    other = own_workspace(RULE.replace("flow-logs-dev-ingestion-filter", "theirs"))
    with pytest.raises(PlanError, match="has a transformation rule already"):
        planned(other, ingestion_filter=PREDICATE)
    assert planned(other).monitoring.linked_filter_id is None


def test_the_query_that_measures_it_counts_what_should_be_gone() -> None:
    flows = [
        Flow(source="10.0.0.4", destination="10.0.0.5", type="IntraVNet"),
        Flow(source="10.0.0.8", destination="10.0.0.5", type="IntraVNet", status="D"),
    ]
    saved = planned(ingestion_filter=PREDICATE).monitoring.queries
    text = next(query.text for query in saved if query.query == "ingestion-filter")
    rows = Rows({"NTANetAnalytics": vnet_rows(flows, words=True)}).run(text)
    assert [(row["WantedRows"], row["UnwantedRows"]) for row in rows] == [(1, 1)]
    assert library()["ingestion-filter"].text != text
