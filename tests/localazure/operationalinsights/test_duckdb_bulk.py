"""Rows in DuckDB are what was put in, however they are put in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from localazure.operationalinsights.duckdb_tables import Tables
from localazure.operationalinsights.repeated import Repeated, seconds

NOW = datetime(2026, 3, 10, 12)
TABLE = "NTANetAnalytics"


def asked(tables: Tables, text: str) -> list[tuple[Any, ...]]:
    return tables.run(text, NOW)[1]


def test_values_keep_their_types() -> None:
    row = {
        "TimeGenerated": datetime(2026, 3, 9, 8, 30),
        "FlowStartTime": "2026-03-09T08:00:00Z",
        "SrcIp": 'a "quoted", split\ntext',
        "DestPort": 443,
        "BytesSrcToDest": 1 << 40,
        "_BilledSize": 12.5,
        "IsFlowCapturedAtUdrHop": True,
    }
    columns = ", ".join([*row, "DestIp", "BytesDestToSrc"])
    (found,) = asked(Tables({TABLE: [row]}), f"{TABLE} | project {columns}")
    moments = (datetime(2026, 3, 9, 8, 30), datetime(2026, 3, 9, 8))
    assert found == (*moments, row["SrcIp"], 443, 1 << 40, 12.5, True, "", None)


def test_a_column_that_is_not_of_the_table_is_refused() -> None:
    with pytest.raises(KeyError, match="has no column SourceIp"):
        Tables({TABLE: [{"DestPort": 1}, {"SourceIp": "10.0.0.4"}]})


def test_a_repeated_row_is_there_at_each_of_its_times() -> None:
    start = datetime(2026, 3, 9, 8)
    times = [
        (seconds(start), seconds(start) + 5400),
        (seconds(start) + 3600, seconds(start) + 9000),
    ]
    again = Repeated(row={"SrcIp": "10.0.0.4", "DestPort": 443}, length=3600, times=times)
    once = {"SrcIp": "10.0.0.5", "TimeGenerated": datetime(2026, 3, 9, 7)}
    columns = "SrcIp, TimeGenerated, FlowIntervalStartTime, FlowEndTime"
    text = f"{TABLE} | sort by TimeGenerated asc | project {columns}"

    found = asked(Tables({TABLE: [once]}, {TABLE: [again]}), text)

    assert found == [
        ("10.0.0.5", datetime(2026, 3, 9, 7), None, None),
        ("10.0.0.4", datetime(2026, 3, 9, 9, 30), start, datetime(2026, 3, 9, 9)),
        (
            "10.0.0.4",
            datetime(2026, 3, 9, 10, 30),
            datetime(2026, 3, 9, 9),
            datetime(2026, 3, 9, 10),
        ),
    ]
    late = again.after(datetime(2026, 3, 9, 10))
    assert asked(Tables({}, {TABLE: [late]}), f"{TABLE} | count") == [(1,)]


def test_what_is_kept_of_a_function_follows_its_text_the_rows_and_the_time() -> None:
    tables = Tables({TABLE: [{"DestPort": 443, "TimeGenerated": NOW}]})
    ours = f"{TABLE} | where DestPort == 443"
    assert tables.keep("Ours", ours, NOW) is True
    assert tables.keep("Ours", ours, NOW) is False
    assert asked(tables, "Ours | count") == [(1,)]
    assert tables.keep("Ours", f"{TABLE} | where DestPort == 22", NOW) is True
    assert asked(tables, "Ours | count") == [(0,)]
    tables.keep("Ours", ours, NOW)
    tables.refill({TABLE: [{"DestPort": 443}, {"DestPort": 443}]})
    assert tables.keep("Ours", ours, NOW) is True
    assert asked(tables, "Ours | count") == [(2,)]
    recent = f"{TABLE} | where TimeGenerated > ago(1h)"
    tables.refill({TABLE: [{"TimeGenerated": NOW}]})
    for hours, there in ((0, 1), (2, 0)):
        assert tables.keep("Recent", recent, NOW + timedelta(hours=hours)) is True
        assert asked(tables, "Recent | count") == [(there,)]
