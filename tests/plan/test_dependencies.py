"""What each resource of a plan stands on."""

from __future__ import annotations

from graphlib import TopologicalSorter

from estate.arm_id import key
from plan.dependencies import needs
from tests.components.recording import small_plan

PLAN = small_plan()
NEEDS = needs(PLAN)


def test_nothing_stands_on_itself_by_any_way() -> None:
    order = list(TopologicalSorter(NEEDS).static_order())
    assert set(order) == set(NEEDS)


def test_a_flow_log_stands_on_its_watcher_account_and_workspace_where_this_stack_makes_them() -> (
    None
):
    new, adopted = sorted(PLAN.flow_logs, key=lambda log: log.state == "adopted")
    assert set(NEEDS[key(new.id)]) == {key(new.storage_id), key(PLAN.foundation.workspace.id)}
    # Theirs keeps its own account and feeds a workspace of somebody else's.
    assert NEEDS[key(adopted.id)] == ()


def test_an_alert_stands_on_the_functions_that_it_calls_and_no_other_query() -> None:
    aliases = {key(query.id): query.alias for query in PLAN.monitoring.queries}
    for alert in PLAN.monitoring.alerts:
        called = {aliases[need] for need in NEEDS[key(alert.id)] if need in aliases}
        assert called and None not in called
        assert all(str(alias) in alert.text for alias in called)
    plain = next(query for query in PLAN.monitoring.queries if query.query == "top-denied")
    assert {aliases[need] for need in NEEDS[key(plain.id)] if need in aliases}
    assert key(PLAN.foundation.workspace.id) in NEEDS[key(plain.id)]
