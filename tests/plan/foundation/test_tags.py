"""Tags: ours are set, those of others stay, and what the setting drops goes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from plan.foundation.tags import tagging
from plan.naming import logical_name
from plan.planner import make
from plan.resource_types import WATCHER_TYPE
from plan.views import stack_outputs
from stack.state import State, parse_state
from tests import estates_by_hand as hand

OURS = {"managed-by": "flow-logs/dev"}


@pytest.mark.parametrize(
    ("setting", "last", "found", "sent"),
    [
        pytest.param({"a": "1"}, {}, {}, {"a": "1"}, id="new"),
        pytest.param({}, {}, {"b": "2"}, {"b": "2"}, id="others stay"),
        pytest.param({}, {"a": "1"}, {"a": "1", "b": "2"}, {"b": "2"}, id="dropped"),
        pytest.param({}, {"A": "1"}, {"a": "1"}, {}, id="dropped, in other letters"),
        pytest.param({}, {"a": "1"}, {"a": "2"}, {"a": "2"}, id="dropped, and others' by now"),
        pytest.param({"a": "1"}, {"a": "1"}, {"a": "2"}, {"a": "1"}, id="overwritten"),
        pytest.param({"a": "1"}, {}, {"A": "1"}, {"A": "1"}, id="spelled as Azure has it"),
        pytest.param({"a": "2"}, {"a": "1"}, {"a": "1"}, {"a": "2"}, id="set anew"),
    ],
)
def test_what_is_sent(
    setting: dict[str, str], last: dict[str, str], found: dict[str, str], sent: dict[str, str]
) -> None:
    tags = tagging(hand.settings(tags=setting), State(tags=last)).on(found)
    assert tags == {**sent, **OURS}


def test_the_outputs_note_what_was_set_for_the_next_run() -> None:
    plan = make(hand.estate(), hand.settings(tags={"env": "prod"}), State())
    urn = "urn:pulumi:dev::flow-logs::pulumi:pulumi:Stack::flow-logs-dev"
    outputs = stack_outputs.stack_outputs(plan)
    assert parse_state({urn: {"outputs": outputs}}).tags == {"env": "prod"}


@pytest.mark.parametrize(
    ("tags", "sent"),
    [
        ({}, OURS),
        ({"managed-by": "terraform"}, OURS),
        ({"managed-by": "flow-logs/prod"}, None),
    ],
)
def test_a_watcher_of_ours_without_our_tag_gets_it_back_but_not_another_stacks(
    tags: dict[str, str], sent: dict[str, str] | None
) -> None:
    watcher = replace(hand.watcher(), tags=tags)
    found = hand.estate(
        hand.network("vnet-app", {"web": "nsg-web"}), hand.security_group("nsg-web"), watcher
    )
    state = State(frozenset([(WATCHER_TYPE, logical_name(watcher.id))]))
    plan = make(found, hand.settings(), state)
    assert [planned.tags for planned in plan.foundation.watchers] == ([sent] if sent else [])
