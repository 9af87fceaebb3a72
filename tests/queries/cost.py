"""What a run of each detection reads, on an estate of known size: `python -m tests.queries.cost`.

Prints rows read and seconds of one core, as an alert and as a saved query, with an argument for the
rows an hour. Azure gives a query no rows but those of its look-back, so there are no others here.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from localazure.operationalinsights.duckdb_tables import Tables
from plan.monitoring.alerts import DETECTIONS, Rule, alert_values
from plan.monitoring.query_values import values
from queries import library, standalone, with_values
from tests.estates_by_hand import settings
from tests.queries.traffic import START, Flow, vnet_rows
from tests.queries.workspace import NOW

HOURS = {"alert": 48, "saved query": 336}
_PORTS = (443, 1433, 22, 445, 53)


def estate(hours: int, rows: int) -> Tables:
    """So many rows in each hour: half inside, a third to the Internet, the rest refused."""
    flows = (
        replace(flow, start=START - timedelta(hours=hour))
        for hour in range(hours)
        for flow in _hour(rows)
    )
    return Tables({"NTANetAnalytics": vnet_rows(flows)})


def _hour(rows: int) -> Iterator[Flow]:
    for row in range(rows):
        near, subnet = f"10.0.{row % 50}.{4 + row // 50 % 200}", f"rg/vnet/app{row % 50}"
        inside = Flow(
            source=near,
            destination=f"10.1.{row % 40}.{4 + row % 150}",
            type="InterVNet",
            port=_PORTS[row % 5],
            sent=5000,
            returned=9000,
            source_subnet=subnet,
            destination_subnet=f"rg/vnet/data{row % 40}",
        )
        out = replace(
            inside, destination=f"203.0.113.{row % 250}", port=10_000 + row, type="ExternalPublic"
        )
        refused = Flow(
            source="198.51.100.7", destination=near, direction="I", status="D", port=20_000 + row
        )
        yield (inside, out, inside, out, inside, refused)[row % 6]


def read(tables: Tables, rule: Rule, kind: str) -> int:
    """Rows that a detection reads, as an alert or as a saved query."""
    others = alert_values(rule) if kind == "alert" else {}
    text = library()[rule.query].text
    configured = with_values(text, {**values(rule.query, settings()), **others})
    return tables.rows_read(standalone(configured), NOW)


def main(arguments: Sequence[str]) -> None:
    """Prints a line for each detection, as an alert and as a saved query."""
    rows = int(arguments[0]) if arguments else 1000
    for kind, hours in HOURS.items():
        tables = estate(hours, rows)
        for rule in DETECTIONS:
            began = time.process_time()
            found = read(tables, rule, kind)
            took = time.process_time() - began
            print(f"{kind:12} {rule.name:24} {found:>10,} of {hours * rows:,} rows {took:6.1f} s")


if __name__ == "__main__":
    main(sys.argv[1:])
