"""`commands.ledger`: every cause planted is found, with its hours and its culprit."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from queries import library, standalone
from tests.commands.ledger.causes import PLANTED, Told
from tests.commands.ledger.planted import EVE, HOUR, Plant, network, workspace
from tests.servers import LocalAzure

pytestmark = pytest.mark.slow
Ran = Callable[..., tuple[int, str, str]]


def periods(document: dict[str, Any], target: str) -> list[dict[str, Any]]:
    """Periods of a target, those that were recorded left out."""
    found = {each["id"].casefold(): each["periods"] for each in document["targets"]}
    return [each for each in found[target.casefold()] if each["state"] != "recorded"]


def hours(period: dict[str, Any]) -> int:
    """Length of a period."""
    start, end = (datetime.fromisoformat(period[name]) for name in ("from", "to"))
    return (end - start) // HOUR


@pytest.mark.parametrize(("plant", "told"), PLANTED, ids=[plant.name for plant, _ in PLANTED])
def test_what_was_planted_is_found(
    document: dict[str, Any], plant: Plant, told: list[Told]
) -> None:
    found = periods(document, plant.target)
    assert told == [
        (each["state"], each["cause"], hours(each), each["by"] == EVE) for each in found
    ], found


def test_late_rows_fill_their_hours_and_say_how_late_they_came(document: dict[str, Any]) -> None:
    (late,) = (each for each in document["targets"] if each["id"] == network("late"))
    said = [each["evidence"] for each in late["periods"]]
    assert said == ["rows", "rows, which came up to 6 hours late", "rows"]


def test_the_evidence_names_the_operation_and_what_it_was_on(document: dict[str, Any]) -> None:
    (gap,) = periods(document, network("disabled"))
    assert "Microsoft.Network/networkWatchers/flowLogs/write on /subscriptions/" in gap["evidence"]
    undone = f"; until .* UTC: Microsoft.Network/networkWatchers/flowLogs/write by {EVE}"
    assert re.search(rf"/flowLogs/fl-disabled \(enabled: false\){undone}$", gap["evidence"])
    (closed,) = periods(document, network("firewall"))
    assert "(defaultAction: Deny, bypass: None)" in closed["evidence"]


def test_the_evidence_can_be_asked_for_again(document: dict[str, Any]) -> None:
    asked = {each["id"].casefold(): each for each in document["workspaces"]}
    assert workspace("main").casefold() in asked
    assert {workspace("main"), workspace("former")} <= {each["id"] for each in asked.values()}
    assert workspace("gone").casefold() not in asked
    assert all("datetime(null)" not in each["query"] for each in asked.values())
    for target in document["targets"]:
        found = target["periods"]
        assert (found[0]["from"], found[-1]["to"]) == (document["from"], document["to"])
        assert all(one["to"] == other["from"] for one, other in itertools.pairwise(found))
        assert sum(target["hours"].values()) == 168


def test_what_could_not_be_read_is_a_note(document: dict[str, Any]) -> None:
    (note,) = document["notes"]
    assert note.startswith("not read: workspace gone: ")


def test_a_gap_fails_where_it_is_as_long_as_asked(ledger: Ran) -> None:
    assert ledger("--fail-on-gap", "168")[0] == 1


def test_the_text_has_a_strip_and_the_gaps_of_each_target(ledger: Ran) -> None:
    code, text, _ = ledger("--fail-on-gap", "169")
    assert code == 0
    lines = text.splitlines()
    at = lines.index("virtual network disabled: 138 hours recorded, 30 hours gap")
    strip = lines[at + 1].strip()
    assert set(strip) == {"#", "!"}
    assert 10 <= strip.count("!") <= 12
    assert f"30 hours: flow log disabled by {EVE} (activity log," in lines[at + 2]


def test_the_alert_fires_for_what_is_a_gap_and_not_for_what_is_quiet(azure: LocalAzure) -> None:
    """But for `now-gone`: rows do not name the account that is gone."""
    text = standalone(library()["silent-flow-logs"].text)
    path = f"{workspace('main')}/query"
    reply = azure.call("POST", path, {"query": text, "timespan": "P2D"}, version="2017-10-01")
    (table,) = reply.body["tables"]
    assert [row[0].rpartition("/")[2] for row in table["rows"]] == ["fl-now-failed"]


def test_without_the_activity_log_it_goes_on_and_says_so(ledger: Ran, reader: None) -> None:
    code, printed, complained = ledger()
    assert (code, complained) == (0, "")
    assert "the activity log could not be read" in printed
    lines = printed.splitlines()
    at = lines.index("virtual network disabled: 138 hours recorded, 30 hours unknown")
    assert EVE not in lines[at + 2]
