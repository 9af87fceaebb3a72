"""Reports by the hour: every hour of the time has a line, with zero where a flow log was silent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from queries import library
from tests.queries.conftest import Recording, vnet
from tests.queries.conversations import by
from tests.queries.traffic import HUB, SPOKE, START, Flow, nsg_rows, vnet_rows
from tests.queries.workspace import NOW, Row, Workspace
from tools.lint.kql.workbook import workbook_queries

pytestmark = pytest.mark.slow

HOUR = timedelta(hours=1)
FLOW = Flow(source="10.0.0.4", destination="10.0.0.5", type="IntraVNet", flows=3, sent=100)
LAST = NOW.replace(minute=0) - 2 * HOUR  # the newest hour whose rows must have arrived
FIRST = NOW.replace(minute=0) - 23 * HOUR


def _at(hours: int, flow_log: str = HUB) -> Flow:
    """The flow, so many hours before the newest hour."""
    return replace(FLOW, start=START - hours * HOUR, flow_log=flow_log)


def _reports(rows: list[Row], flow_log: str = HUB) -> Mapping[datetime, int]:
    return {row["From"]: row["Reports"] for row in rows if row["FlowLog"] == flow_log}


def test_every_hour_of_a_day_has_a_line_for_each_flow_log(recorded: Recording) -> None:
    rows = recorded([_at(0), _at(3), _at(5, SPOKE)]).rows("recording-by-hour")
    for flow_log, reported in ((HUB, {0, 3}), (SPOKE, {5})):
        reports = _reports(rows, flow_log)
        assert sorted(reports) == [FIRST + number * HOUR for number in range(22)]
        assert max(reports) == LAST
        assert {(LAST - start) // HOUR for start, n in reports.items() if n} == reported
    assert all(row["Until"] - row["From"] == HOUR for row in rows)


def test_an_hour_has_its_reports_flows_and_bytes(recorded: Recording) -> None:
    again = [replace(_at(1), interval=10, port=80, start=_at(1).start + timedelta(minutes=50))]
    rows = recorded([_at(1), *again]).rows("recording-by-hour")
    (hour,) = (row for row in rows if row["Reports"])
    assert hour["From"] == LAST - HOUR
    assert (hour["Reports"], hour["ReportedFlows"], hour["Bytes"]) == (2, 6, 200)


def test_silent_hours_stand_first() -> None:
    rows = vnet([_at(1), _at(0, SPOKE)]).rows("recording-by-hour")
    silent = [row["Reports"] == 0 for row in rows]
    assert silent == sorted(silent, reverse=True)
    assert set(silent) == {True, False}


def test_a_flow_log_that_was_silent_all_the_time_is_listed_with_zeros() -> None:
    rows = vnet([_at(0), _at(80, SPOKE)]).rows("recording-by-hour")
    assert list(_reports(rows, SPOKE).values()) == [0] * 22


def test_with_no_report_at_all_in_the_time_every_hour_is_there() -> None:
    reports = _reports(vnet([_at(80)]).rows("recording-by-hour"))
    assert (len(reports), sum(reports.values())) == (22, 0)


def test_a_flow_log_that_nothing_is_known_of_is_not_listed() -> None:
    assert _reports(vnet([_at(0), _at(8 * 24, SPOKE)]).rows("recording-by-hour"), SPOKE) == {}


def test_an_hour_whose_rows_may_be_under_way_is_no_silent_one() -> None:
    early = replace(_at(-1), late=1)
    assert max(_reports(vnet([early, _at(0)]).rows("recording-by-hour"))) == LAST


def test_rows_that_come_late_count_in_the_hour_of_their_interval() -> None:
    reports = _reports(vnet([replace(_at(6), late=300)]).rows("recording-by-hour"))
    assert [start for start, number in reports.items() if number] == [LAST - 6 * HOUR]


def test_flow_logs_of_both_tables_stand_apart() -> None:
    older = nsg_rows([_at(1)])
    tables = {"NTANetAnalytics": vnet_rows([_at(0)]), "AzureNetworkAnalytics_CL": older}
    rows = [row for row in Workspace(tables).rows("recording-by-hour") if row["Reports"]]
    found = by(rows, "Table")
    assert {table: row["From"] for table, row in found.items()} == {
        "NTANetAnalytics": LAST,
        "AzureNetworkAnalytics_CL": LAST - HOUR,
    }


@pytest.mark.parametrize(
    ("time", "step"),
    [("> ago(1d)", HOUR), ("> ago(2d)", HOUR), ("> ago(3d)", HOUR), ("> ago(7d)", 24 * HOUR)],
)
def test_the_workbooks_time_decides_how_long_a_line_is(time: str, step: timedelta) -> None:
    """Without a hole from the first line to the last."""
    text = workbook_queries({"TimeRange": time})["workbook recording-by-hour"]
    starts = sorted(_reports(vnet([_at(0), _at(30)]).run(text)))
    assert starts == [starts[0] + number * step for number in range(len(starts))]
    asked = int(time.removeprefix("> ago(").removesuffix("d)")) * 24 * HOUR
    assert asked - 4 * HOUR < LAST + HOUR - starts[0] < asked + 24 * HOUR


def test_a_time_of_long_ago_ends_where_it_is_said_to() -> None:
    """Rows of its last hour came after it."""
    time = "between (datetime(2026-02-20 00:00) .. datetime(2026-02-20 23:59))"
    text = workbook_queries({"TimeRange": time})["workbook recording-by-hour"]
    last = datetime(2026, 2, 20, 23)
    reports = _reports(vnet([replace(FLOW, start=last, late=50)]).run(text))
    assert len(reports) == 24
    assert [start for start, number in reports.items() if number] == [last]


def test_title_and_question_say_that_silence_alone_is_no_gap() -> None:
    for text in (library()["recording-by-hour"].title, library()["recording-by-hour"].question):
        assert "alone is no gap" in text
        assert "python -m commands.ledger" in text
