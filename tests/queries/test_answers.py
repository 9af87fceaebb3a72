"""The queries give known answers to known traffic, on either table."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from queries import library
from tests.queries.conftest import Recording
from tests.queries.traffic import START, Flow, vnet_rows
from tests.queries.workspace import NOW, Row, Workspace

pytestmark = pytest.mark.slow

BAD = "203.0.113.66"
SCANNER = "198.51.100.7"


def scan(ports: int = 50, flows: int = 30) -> list[Flow]:
    """A scanner on the Internet, refused at every port of one machine."""
    return [
        Flow(
            source=SCANNER,
            destination="10.0.0.4",
            port=1 + port,
            direction="I",
            status="D",
            flows=flows,
            country="nl",
        )
        for port in range(ports)
    ]


def fan_out(destinations: int, source: str = "10.0.0.9") -> list[Flow]:
    """A machine that reaches many addresses of the Internet, among traffic that does not count."""
    internal = [Flow(source=source, destination=f"10.9.{n}.1", type="InterVNet") for n in range(60)]
    azure = [Flow(source=source, destination=f"20.60.0.{n}", type="AzurePublic") for n in range(60)]
    reached = [
        Flow(source=source, destination=f"203.0.113.{n}") for n in range(1, destinations + 1)
    ]
    return [*reached, *internal, *azure]


def by(rows: list[Row], *columns: str) -> dict[object, Row]:
    """Rows by their values in some columns."""
    if len(columns) == 1:
        return {row[columns[0]]: row for row in rows}
    return {tuple(row[column] for column in columns): row for row in rows}


def test_a_scanner_is_on_top_of_the_denied_with_its_flows_and_ports(recorded: Recording) -> None:
    noise = Flow(source="10.0.0.8", destination="10.0.0.4", type="IntraVNet", status="D", flows=3)
    top, second = recorded([*scan(), noise]).rows("top-denied")
    assert (top["SourceAddress"], top["DeniedFlows"], top["Ports"]) == (SCANNER, 1500, 50)
    assert (top["Reach"], "nl" in str(top["Countries"])) == ("Internet", True)
    assert (second["SourceAddress"], second["DeniedFlows"]) == ("10.0.0.8", 3)


def test_three_applications_have_their_bytes(recorded: Recording) -> None:
    flows = [
        Flow(
            source="10.0.0.4",
            destination="203.0.113.1",
            application="https",
            sent=700,
            returned=300,
        ),
        Flow(
            source="10.0.0.4",
            destination="10.0.0.5",
            type="IntraVNet",
            port=53,
            protocol="U",
            application="dns",
            sent=40,
            returned=60,
        ),
        Flow(
            source="10.0.0.4",
            destination="10.0.0.6",
            type="IntraVNet",
            port=1433,
            application="ms-sql",
            sent=5,
            returned=5000,
        ),
        Flow(source="10.0.0.4", destination="203.0.113.2", application="https", sent=1, returned=1),
        Flow(source="10.0.0.4", destination="10.0.0.7", type="IntraVNet", port=9999, sent=1),
    ]
    found = by(recorded(flows).rows("traffic-by-application"), "Application")
    bytes_of = {application: row["Bytes"] for application, row in found.items()}
    assert bytes_of == {"https": 1002, "dns": 100, "ms-sql": 5005, "TCP 9999": 1}


def test_traffic_reported_at_both_ends_is_talked_about_once(recorded: Recording) -> None:
    out = Flow(source="10.0.0.4", destination="10.0.0.5", type="IntraVNet", sent=100, returned=20)
    arrival = Flow(
        source="10.0.0.4",
        destination="10.0.0.5",
        type="IntraVNet",
        sent=100,
        returned=20,
        direction="I",
        mac="BB",
    )
    workspace = recorded([out, arrival])
    (conversation,) = workspace.rows("top-conversations")
    assert (conversation["Bytes"], conversation["BytesSent"], conversation["Flows"]) == (
        120,
        100,
        1,
    )
    talkers = by(workspace.rows("top-talkers"), "Address")
    assert (talkers["10.0.0.4"]["BytesSent"], talkers["10.0.0.4"]["BytesReceived"]) == (100, 20)
    assert (talkers["10.0.0.5"]["BytesSent"], talkers["10.0.0.5"]["BytesReceived"]) == (20, 100)


def test_countries_count_the_internet_alone_and_both_directions(recorded: Recording) -> None:
    flows = [
        Flow(source="10.0.0.4", destination="203.0.113.1", country="us", sent=10),
        Flow(source="203.0.113.9", destination="10.0.0.4", direction="I", country="us", sent=7),
        Flow(source="10.0.0.4", destination="20.60.0.1", type="AzurePublic", sent=1000),
        Flow(source="10.0.0.4", destination="10.0.0.5", type="IntraVNet", sent=1000),
    ]
    (row,) = recorded(flows).rows("traffic-by-country")
    assert (row["Country"], row["BytesOutbound"], row["BytesInbound"], row["Addresses"]) == (
        "US",
        10,
        7,
        2,
    )


def test_ports_and_protocols_have_their_own_lines(recorded: Recording) -> None:
    flows = [
        Flow(
            source="10.0.0.4",
            destination="10.0.0.5",
            type="IntraVNet",
            port=53,
            protocol="U",
            sent=5,
        ),
        Flow(source="10.0.0.4", destination="10.0.0.5", type="IntraVNet", port=53, sent=7),
    ]
    found = by(recorded(flows).rows("traffic-by-protocol"), "Protocol", "DestinationPort")
    assert {key: row["Bytes"] for key, row in found.items()} == {("UDP", 53): 5, ("TCP", 53): 7}


def test_unusual_is_what_the_machine_did_not_talk_to_before(recorded: Recording) -> None:
    known, new = "203.0.113.1", "203.0.113.2"
    before = NOW - timedelta(days=5)
    flows = [
        Flow(source="10.0.0.4", destination=known, sent=500),
        Flow(source="10.0.0.4", destination=known, sent=1, start=before),
        Flow(source="10.0.0.4", destination=new, sent=9),
        Flow(source="10.0.0.8", destination=known, sent=3),
    ]
    found = recorded(flows).rows("unusual-outbound")
    assert [
        (row["SourceAddress"], row["DestinationAddress"], row["BytesSent"]) for row in found
    ] == [
        ("10.0.0.4", new, 9),
        ("10.0.0.8", known, 3),
    ]


def test_a_connection_that_only_goes_on_makes_its_address_known(recorded: Recording) -> None:
    now = Flow(source="10.0.0.4", destination="203.0.113.1", sent=500)
    before = replace(now, start=NOW - timedelta(days=5), flows=0)
    assert recorded([before, now]).rows("unusual-outbound") == []
    refused = replace(before, status="D", flows=3, sent=0)
    assert len(recorded([refused, now]).rows("unusual-outbound")) == 1


def test_what_a_machine_of_the_same_name_reached_is_not_known(recorded: Recording) -> None:
    """Traffic Analytics names machines that it cannot tell alike."""
    now = Flow(
        source="10.0.0.99", source_machine="rg/unknown-vm", destination="203.0.113.1", sent=9
    )
    before = replace(now, source="10.0.0.4", start=NOW - timedelta(days=5))
    (row,) = recorded([before, now]).rows("unusual-outbound")
    assert (row["SourceAddress"], row["BytesSent"]) == ("10.0.0.99", 9)


def test_a_query_that_looks_back_for_days_has_a_time_of_its_own_and_says_so() -> None:
    """The portal's time picker cuts a query that does not filter TimeGenerated itself."""
    texts = {query.name: query.text for query in library().values()}
    days = {name for name, text in texts.items() if re.search(r"\bago\([0-9]+d\)", text)}
    own = {name for name, text in texts.items() if re.search(r"\| where TimeGenerated >", text)}
    said = {name for name, text in texts.items() if "\n// Has a time of its own" in text}
    reference = {"malicious-addresses", "malicious-ips"}
    assert days == own == said == {"silent-flow-logs", "unusual-outbound", *reference}


def test_what_the_internet_reaches_is_listed_by_port(recorded: Recording) -> None:
    flows = [
        Flow(source="203.0.113.5", destination="10.0.0.4", direction="I", port=443, flows=2),
        Flow(source="203.0.113.6", destination="10.0.0.4", direction="I", port=443, flows=3),
        Flow(source="203.0.113.6", destination="10.0.0.4", direction="I", port=22, status="D"),
        Flow(source="10.0.0.7", destination="10.0.0.4", direction="I", port=22, type="IntraVNet"),
    ]
    (row,) = recorded(flows).rows("allowed-from-internet")
    assert (row["DestinationPort"], row["AllowedFlows"], row["Sources"]) == (443, 5, 2)


def test_the_rule_that_refuses_is_named(recorded: Recording) -> None:
    (row,) = recorded(
        [
            Flow(
                source="10.0.0.8",
                destination="10.0.0.4",
                type="IntraVNet",
                status="D",
                flows=3,
                rule="DenyAll",
            )
        ]
    ).rows("blocked-traffic")
    assert (row["Rule"], row["DeniedFlows"]) == ("DenyAll", 3)


def test_freshness_tells_the_age_of_each_flow_log(recorded: Recording) -> None:
    flows = [
        Flow(source="10.0.0.4", destination="10.0.0.5", type="IntraVNet", flow_log="a"),
        Flow(
            source="10.0.0.4",
            destination="10.0.0.5",
            type="IntraVNet",
            flow_log="b",
            start=START - timedelta(hours=9),
        ),
    ]
    stale, fresh = recorded(flows).rows("data-freshness")
    assert (stale["FlowLog"], stale["AgeMinutes"]) == ("b", 85 + 540)
    assert (fresh["FlowLog"], fresh["AgeMinutes"]) == ("a", 85)


def test_volume_counts_stored_rows_and_tells_what_is_billed() -> None:
    folded = [Flow(source="10.0.0.4", destination=f"203.0.113.{n}") for n in range(9)]
    free = {"Ip": BAD, "_BilledSize": 500.0, "_IsBillable": "false", "TimeGenerated": NOW}
    workspace = Workspace({"NTANetAnalytics": vnet_rows(folded), "NTAIpDetails": [free]})
    found = by(workspace.rows("ingestion-volume"), "Table")
    assert (found["NTANetAnalytics"]["Rows"], found["NTANetAnalytics"]["BilledGB"]) == (1, 1e-6)
    assert (found["NTAIpDetails"]["GB"], found["NTAIpDetails"]["BilledGB"]) == (5e-7, 0.0)


@pytest.mark.parametrize(
    ("hours", "gb_a_day"),
    [
        (range(23), 23),
        (range(7 * 24), 24),
        (range(0, 48, 24), 1),
        (range(0, 7 * 24, 24), 1),
        (range(2), 2),
        ([0], 1),
    ],
    ids=["a day", "a week", "once on two days", "once a day", "since two hours", "one hour"],
)
def test_a_days_volume_is_that_of_a_day_however_seldom_rows_come(
    hours: Iterable[int], gb_a_day: float
) -> None:
    """1 GB in each of the hours, counted back from noon."""
    newest = NOW.replace(hour=12, minute=10)
    rows = [
        {"Ip": BAD, "_BilledSize": 1e9, "TimeGenerated": newest - timedelta(hours=hour)}
        for hour in hours
    ]
    (row,) = Workspace({"NTAIpDetails": rows}).rows("ingestion-volume")
    assert row["GBPerDay"] == pytest.approx(gb_a_day)


def test_regions_are_told_apart_and_within_one_is_no_crossing() -> None:
    rows = vnet_rows(
        [
            Flow(source="10.0.0.4", destination="10.1.0.5", type="InterVNet", sent=11),
            Flow(source="10.0.0.4", destination="10.0.0.6", type="InterVNet", sent=5),
        ]
    )
    rows[0] |= {"SrcRegion": "westeurope", "DestRegion": "swedencentral"}
    rows[1] |= {"SrcRegion": "westeurope", "DestRegion": "westeurope"}
    (row,) = Workspace({"NTANetAnalytics": rows}).rows("traffic-between-regions")
    assert (row["SourceRegion"], row["DestinationRegion"], row["Bytes"]) == (
        "westeurope",
        "swedencentral",
        11,
    )


def test_a_region_spelt_in_two_ways_is_one() -> None:
    rows = vnet_rows(
        Flow(
            source="10.0.0.4",
            destination=f"20.60.0.{number}",
            type="AzurePublic",
            azure_region=region,
            sent=9,
        )
        for number, region in enumerate(("WestEurope", "NorthEurope", "northeurope"))
    )
    for row in rows:
        row |= {"SrcRegion": "westeurope"}
    (row,) = Workspace({"NTANetAnalytics": rows}).rows("traffic-between-regions")
    assert (row["DestinationRegion"], row["Bytes"]) == ("northeurope", 18)


def test_subnets_that_talk_and_that_may_not_are_one_line_each() -> None:
    rows = vnet_rows(
        [
            Flow(source="10.0.0.4", destination="10.1.0.5", type="IntraVNet", sent=11),
            Flow(source="10.0.0.9", destination="10.1.0.5", type="IntraVNet", status="D"),
        ]
    )
    for row in rows:
        row |= {"SrcSubnet": "rg/vnet/web", "DestSubnet": "rg/vnet/data"}
    (row,) = Workspace({"NTANetAnalytics": rows}).rows("traffic-between-subnets")
    assert (row["Bytes"], row["AllowedFlows"], row["DeniedFlows"]) == (11, 1, 1)


def test_hours_of_a_day_are_in_order(recorded: Recording) -> None:
    flows = [
        Flow(
            source="10.0.0.4",
            destination="10.0.0.5",
            type="IntraVNet",
            start=START + timedelta(hours=hours),
            sent=hours,
        )
        for hours in (1, 0)
    ]
    assert [row["Bytes"] for row in recorded(flows).rows("traffic-over-time")] == [0, 1]
