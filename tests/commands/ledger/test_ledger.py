"""`commands.ledger`: every cause planted is found, with its hours and its culprit."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.commands.ledger.conftest import BESIDE, EVE, HOUR, LOG_ID, OWN, WRITE, event, now, rows
from tests.commands.replay import shop
from tests.commands.replay.conftest import Told

pytestmark = pytest.mark.slow


def periods(told: Told, target: str = shop.NETWORK) -> list[dict[str, Any]]:
    """Periods of a target out of the JSON, those that were recorded left out."""
    listed = json.loads(told[1])["targets"]
    (found,) = (each for each in listed if each["id"].casefold() == target.casefold())
    return [each for each in found["periods"] if each["state"] != "recorded"]


def hours(period: dict[str, Any]) -> int:
    """Length of a period."""
    ends = (datetime.fromisoformat(period[name]) for name in ("from", "to"))
    start, end = ends
    return (end - start) // HOUR


def test_who_deleted_a_flow_log_and_when_it_came_back(ledger: Callable[..., Told]) -> None:
    events = [
        event(60, "Microsoft.Network/networkWatchers/flowLogs/delete", LOG_ID),
        event(30, WRITE, LOG_ID),
    ]
    listed = [*rows(OWN, [range(30, 60)]), *rows(BESIDE)]
    (gap,) = periods(ledger(listed, "--json", "-", events=events))
    assert (gap["state"], gap["cause"], gap["by"]) == ("gap", "flow log deleted", EVE)
    assert hours(gap) == 30


def test_what_was_asked_for_tells_disabled_from_changed(ledger: Callable[..., Told]) -> None:
    body = json.dumps({"properties": {"enabled": False}})
    run = {"operationId": "11111111-1111-4111-8111-111111111111"}
    started = {"status": {"value": "Started"}, "properties": {"requestbody": body}}
    events = [event(60, WRITE, LOG_ID, **run, **started), event(60, WRITE, LOG_ID, **run)]
    listed = [*rows(OWN, [range(30, 60)]), *rows(BESIDE)]
    (gap,) = periods(ledger(listed, "--json", "-", events=events))
    assert (gap["state"], gap["cause"], gap["by"]) == ("gap", "flow log disabled", EVE)


def test_a_quiet_night_is_no_gap_and_traffic_elsewhere_hides_no_long_silence(
    ledger: Callable[..., Told],
) -> None:
    listed = [*rows(OWN, [range(20, 28), range(60, 120)]), *rows(BESIDE)]
    long, night = periods(ledger(listed, "--json", "-"))
    assert (long["state"], hours(long)) == ("unknown", 60)
    assert (night["state"], hours(night)) == ("quiet", 8)


def test_a_daily_cap_is_the_cause_of_what_lacks(ledger: Callable[..., Told]) -> None:
    said: list[dict[str, Any]] = [
        {"Operation": "Data collection Status", "Detail": "... due to OverQuota.", "ago": 49},
        {"Operation": "Data collection resumed", "Detail": "...", "ago": 40},
    ]
    table = [
        {
            "TimeGenerated": f"{(now() - each.pop('ago') * HOUR).isoformat()}Z",
            "Category": "Ingestion",
            **each,
        }
        for each in said
    ]
    cap = {"id": f"{shop.WORKSPACE}/tables/_LogOperation", "rows": table}
    listed = [*rows(OWN, [range(40, 50)]), *rows(BESIDE, [range(40, 50)])]
    found = periods(ledger(listed, "--json", "-", more=[cap]))
    assert any("daily cap" in each["cause"] for each in found if each["state"] == "gap")


def test_what_traffic_analytics_says_of_itself(ledger: Callable[..., Told]) -> None:
    failed = {
        "SubType": "StatusMessage",
        "FlowLogResourceId": shop.LOG,
        "TimeGenerated": now() - 20 * HOUR,
        "FlowIntervalStartTime": now() - 22 * HOUR,
        "Status": "Failed",
        "Description": "storage could not be read",
    }
    done = {**failed, "FlowIntervalStartTime": now() - 21 * HOUR, "Status": "Completed"}
    listed = [*rows(OWN, [range(21, 23)]), failed, done]
    gap, quiet = periods(ledger(listed, "--json", "-"))
    assert (gap["state"], gap["cause"]) == ("gap", "Traffic Analytics failed")
    assert "storage could not be read" in gap["evidence"]
    assert (quiet["state"], hours(quiet)) == ("quiet", 1)


def test_late_rows_fill_their_hours_and_say_so(ledger: Callable[..., Told]) -> None:
    listed = rows(OWN)
    for row in listed:
        if (now() - row["FlowIntervalStartTime"]) // HOUR in range(30, 36):
            row["TimeGenerated"] = row["FlowIntervalEndTime"] + 6 * HOUR
    told = ledger([*listed, *rows(BESIDE)], "--json", "-")
    assert periods(told) == []
    assert "up to 6 hours late" in told[1]


def test_two_flow_logs_hand_over_without_a_hole(ledger: Callable[..., Told]) -> None:
    """The second has another name and the same target; the first is gone."""
    old = f"{shop.SUBSCRIPTION}/networkwatcherrg/nw/fl-old"
    first = [
        {**row, "FlowLogResourceId": old, "TargetResourceId": "rg-shop/vnet-shop"}
        for row in rows(OWN, [range(80)])
    ]
    listed = [*first, *rows(OWN, [range(80, 400)]), *rows(BESIDE)]
    assert periods(ledger(listed, "--json", "-")) == []


def test_a_target_without_a_flow_log_is_a_gap(ledger: Callable[..., Told]) -> None:
    changes = {"fl_shop": {"id": f"{shop.GROUP}-empty", "location": "westeurope"}}
    (gap,) = periods(ledger(rows(BESIDE), "--json", "-", changes=changes))
    assert (gap["state"], gap["cause"], hours(gap)) == ("gap", "no flow log is on it", 168)


@pytest.mark.parametrize(("limit", "code"), [("31", 0), ("30", 1), ("24", 1)])
def test_a_gap_fails_where_it_is_as_long_as_asked(
    ledger: Callable[..., Told], limit: str, code: int
) -> None:
    events = [event(60, "Microsoft.Network/networkWatchers/flowLogs/delete", LOG_ID)]
    listed = [*rows(OWN, [range(30, 60)]), *rows(BESIDE)]
    assert ledger(listed, "--fail-on-gap", limit, events=events)[0] == code


def test_the_evidence_can_be_asked_for_again(ledger: Callable[..., Told]) -> None:
    document = json.loads(ledger(rows(OWN), "--json", "-")[1])
    (workspace,) = document["workspaces"]
    assert workspace["id"].casefold() == shop.WORKSPACE.casefold()
    assert "datetime(null)" not in workspace["query"]
    for target in document["targets"]:
        found = target["periods"]
        assert (found[0]["from"], found[-1]["to"]) == (document["from"], document["to"])
        assert all(one["to"] == other["from"] for one, other in itertools.pairwise(found))
        assert sum(target["hours"].values()) == 168


def test_without_the_activity_log_it_goes_on_and_says_so(
    ledger: Callable[..., Told], tmp_path: Path
) -> None:
    role = tmp_path / "role.json"
    denied = ["Microsoft.Insights/eventtypes/*"]
    document = {"Name": "Reader", "Actions": ["*/read"], "NotActions": denied}
    role.write_text(json.dumps(document), encoding="utf-8")
    code, text = ledger(rows(OWN), role=role)
    assert (code, "the activity log could not be read" in text) == (0, True)
