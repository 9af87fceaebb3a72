"""Whose a flow log is, and that nobody's is deleted because its owner's name changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from estate.model import Estate
from plan.flow_logs import removal
from plan.model.plan import Plan, PlanError
from plan.naming import flow_log_name
from plan.planner import make
from plan.resource_types import FLOW_LOG_TYPE
from stack.state import State
from tests import estates_by_hand as hand

EMPTY = State()
BARE = hand.estate(hand.network("vnet-app", {"web": "nsg-web"}), hand.security_group("nsg-web"))


def _holding(plan: Plan) -> State:
    return State(
        frozenset((FLOW_LOG_TYPE, log.logical_name) for log in plan.flow_logs),
        {},
        {log.logical_name: (log.name, log.target_id) for log in plan.flow_logs},
    )


def _tagged(found: Estate, owner: str) -> Estate:
    logs = (replace(log, tags={**log.tags, "managed-by": owner}) for log in found.flow_logs)
    return replace(found, flow_logs=tuple(logs))


def test_a_made_flow_log_under_the_name_of_another_stack_is_never_deleted() -> None:
    first = make(BARE, hand.settings(), EMPTY)
    state, held = _holding(first), hand.applied(BARE, first)
    removal.check_owners(make(held, hand.settings(), state), state, held.flow_logs)

    renamed = make(held, hand.settings(stack="new"), state)
    with pytest.raises(PlanError) as raised:
        removal.check_owners(renamed, state, held.flow_logs)
    line = str(raised.value)
    assert "\n" not in line
    assert f"now says flow-logs/dev: {first.flow_logs[0].logical_name}." in line
    assert "pulumi stack rename dev." in line
    assert "pulumi state delete URN" in line

    given = _tagged(held, "flow-logs/prod")
    with pytest.raises(PlanError, match="now says flow-logs/prod: vnet-app-"):
        removal.check_owners(make(given, hand.settings(), state), state, given.flow_logs)


def test_what_adoption_releases_to_another_stack_stops_nothing() -> None:
    found = replace(BARE, flow_logs=(hand.flow_log("theirs", hand.network_id("vnet-app")),))
    chosen = hand.settings(existing_flow_logs="adopt")
    first = make(found, chosen, EMPTY)
    given = _tagged(hand.applied(found, first), "flow-logs/prod")
    state = _holding(first)
    removal.check_owners(make(given, chosen, state), state, given.flow_logs)


@pytest.mark.parametrize(
    ("made", "advice"),
    [
        (True, "set its tag managed-by to flow-logs/new, take it out of that stack's state"),
        (False, "let that stack exclude it and run, then remove its tag managed-by"),
    ],
)
def test_the_way_to_take_over_another_stacks_flow_log_leaves_no_gap(
    made: bool, advice: str
) -> None:
    theirs = hand.flow_log(
        "theirs", hand.network_id("vnet-app"), tags={"managed-by": "flow-logs/dev"}
    )
    held = hand.applied(BARE, make(BARE, hand.settings(), EMPTY))
    found = held if made else replace(BARE, flow_logs=(theirs,))
    notes = make(found, hand.settings(stack="new"), EMPTY).notes
    (line,) = [note for note in notes if "to take it over" in note]
    assert advice in line
    if made:
        given = _tagged(found, "flow-logs/new")
        (log,) = make(given, hand.settings(stack="new"), EMPTY).flow_logs
        assert (log.state, log.import_id) == ("created", given.flow_logs[0].id)


def test_a_flow_log_on_a_security_group_is_never_taken_for_one_that_a_stack_made() -> None:
    target = hand.group_id("nsg-web")
    theirs = hand.flow_log(flow_log_name(target), target)
    found = replace(BARE, flow_logs=(theirs,))
    assert make(found, hand.settings(), EMPTY).flow_logs == ()

    chosen = hand.settings(existing_flow_logs="adopt")
    adopted = make(found, chosen, EMPTY)
    assert [(log.id, log.state) for log in adopted.flow_logs] == [(theirs.id, "adopted")]
    state = _holding(adopted)
    released = make(hand.applied(found, adopted), hand.settings(), state)
    assert removal.leaving(released, state) == {}
