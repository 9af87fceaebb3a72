"""Which values a change is told by."""

from __future__ import annotations

import json
from typing import Any

import pytest

from commands.review.changes import UNKNOWN, differences
from commands.review.outcome import Outcome
from commands.review.summary import summary
from commands.shared.engine import Run
from tests.commands.events import step


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3]}}, [("a.b[1]", "2", "3")]),
        ({"a": ["x", "y"]}, {"a": ["x"]}, [("a[]", "y", "none")]),
        ({"a": ["x"]}, {"a": ["z", "x", "y"]}, [("a[]", "none", "z"), ("a[]", "none", "y")]),
        ({"a": [{"b": 1}]}, {"a": [{"b": 2}]}, [("a[0].b", "1", "2")]),
        ({"a": ["x", "y"]}, {"a": ["y", "x"]}, [("a", '["x", "y"]', '["y", "x"]')]),
        ({"a": None}, {"a": {"b": True, "c": "é"}}, [("a", "none", '{"b": true, "c": "é"}')]),
        ({"a": True}, {"a": UNKNOWN}, [("a", "true", "known at deployment")]),
    ],
)
def test_what_differs_is_told_by_its_place_and_as_json(
    before: Any, after: Any, told: list[tuple[str, str, str]]
) -> None:
    found = [(one.path, one.before, one.after) for one in differences(before, after)]
    assert found == told


def _row(before: str, after: str) -> tuple[str, str]:
    event = step("update", "x", {"query": before}, {"query": after})
    text = summary(Outcome("prod", Run(0, "", "", [event]), None))
    (row,) = (line for line in text.splitlines() if "| query |" in line)
    now, then = row.split(" | ")[2:]
    return now, then.removesuffix(" |")


def test_long_values_are_told_by_the_part_that_differs() -> None:
    start, end = "NTANetAnalytics and more " * 20, " and so on" * 30
    now, then = _row(f"{start}where days > 90{end}", f"{start}where days > 120{end}")
    assert now == "`…d more where days > 90 and so on and so o…`"
    assert then == "`…d more where days > 120 and so on and so o…`"


def test_ids_that_only_their_subscription_tells_apart_are_told_whole() -> None:
    group = "resourceGroups/rg/providers/Microsoft.Network/networkWatchers/watcher"
    now, then = _row(f"/subscriptions/one/{group}", f"/subscriptions/two/{group}")
    assert (now, then) == (f"`/subscriptions/one/{group}`", f"`/subscriptions/two/{group}`")


def test_a_value_that_only_grows_is_told_by_its_end() -> None:
    ids = [f"/subscriptions/{number}/resourceGroups/contoso" for number in range(20)]
    now, then = _row(json.dumps(ids[:19]), json.dumps(ids))
    assert ids[19] not in now
    assert ids[19] in then
