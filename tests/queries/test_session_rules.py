"""What rules on network sessions find in the parser's answer: those of Network Session Essentials.

Each asks, in words of our own, what a rule of that solution asks: distinct ports or addresses of a
source in an interval, rows that failed, and who reaches a service. `docs/sentinel.md` says of all
nine what they can find in aggregates.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.queries.conftest import vnet
from tests.queries.traffic import Flow
from tests.queries.workspace import Row

pytestmark = pytest.mark.slow

SESSIONS = "vimNetworkSessionFlowLogs"
SCANNER, SWEEPER, INNOCENT = "10.0.0.66", "10.0.0.77", "10.0.0.4"
TALK = Flow(source=INNOCENT, destination="10.1.0.5", type="InterVNet")
PLANTED = (
    *(replace(TALK, source=SCANNER, port=port, status="D") for port in range(1000, 1120)),
    *(replace(TALK, source=SWEEPER, destination=f"10.1.1.{n}", port=445) for n in range(1, 61)),
    *(replace(TALK, port=port) for port in (443, 1433)),
    replace(TALK, destination="10.1.0.6", port=3389, flows=5),
)
PORT_SCAN = f"""{SESSIONS}
| summarize Ports = dcount(DstPortNumber) by SrcIpAddr, bin(TimeGenerated, 1h)
| where Ports > 100"""
SWEEP = f"""{SESSIONS}
| where NetworkDirection == "Local" or NetworkDirection == "Outbound"
| summarize Addresses = dcount(DstIpAddr) by SrcIpAddr, DstPortNumber, bin(TimeGenerated, 1h)
| where Addresses > 50"""
FAILURES = f"""{SESSIONS}
| where EventResult == "Failure"
| summarize Events = count() by SrcIpAddr, bin(TimeGenerated, 1h)
| where Events > 50"""
FILE_SHARING = f"""{SESSIONS}
| where DstPortNumber in (139, 445)
| summarize Addresses = dcount(DstIpAddr) by SrcIpAddr
| where Addresses > 10"""
REMOTE_DESKTOP = f"""{SESSIONS}
| where DstPortNumber == 3389 and DvcAction == "Allow"
| summarize Events = sum(EventCount) by SrcIpAddr, DstIpAddr"""


def found(question: str) -> list[Row]:
    """The answer over what is planted."""
    return vnet(PLANTED).run(question)


@pytest.mark.parametrize(
    ("question", "source", "column", "figure"),
    [
        (PORT_SCAN, SCANNER, "Ports", 120),
        (SWEEP, SWEEPER, "Addresses", 60),
        (FAILURES, SCANNER, "Events", 120),
        (FILE_SHARING, SWEEPER, "Addresses", 60),
        (REMOTE_DESKTOP, INNOCENT, "Events", 5),
    ],
    ids=["port scan", "port sweep", "failed connections", "SMB", "remote desktop"],
)
def test_a_rule_finds_what_is_planted_alone(
    question: str, source: str, column: str, figure: int
) -> None:
    (row,) = found(question)
    assert (row["SrcIpAddr"], row[column]) == (source, figure)


def test_misused_ports_are_counted_by_application_and_direction() -> None:
    """As the rules on anomalies do: by port, protocol, action and direction."""
    rows = found(
        f"{SESSIONS} | summarize Events = count()"
        " by NetworkProtocol, DstPortNumber, NetworkDirection, DvcAction"
    )
    told = {(row["DstPortNumber"], row["DvcAction"]): row["Events"] for row in rows}
    assert (told[445, "Allow"], told[443, "Allow"], told[1000, "Deny"]) == (60, 1, 1)
    assert {(row["NetworkProtocol"], row["NetworkDirection"]) for row in rows} == {("TCP", "Local")}


def test_regular_calls_are_one_event_of_an_interval() -> None:
    """So that a rule which wants many events an hour between two machines finds none."""
    rows = found(
        f"{SESSIONS} | summarize Events = count()"
        " by SrcIpAddr, DstIpAddr, DstPortNumber, bin(TimeGenerated, 1h)"
    )
    assert {row["Events"] for row in rows} == {1}
