"""The queries give known answers to known traffic, on either table."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from queries import library
from stack.settings.model import DETECTIONS
from tests.queries.conftest import Recording
from tests.queries.conversations import SCANNER, by, scan
from tests.queries.traffic import Flow
from tests.queries.workspace import NOW

pytestmark = pytest.mark.slow


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
    assert (
        days
        == own
        == said
        == {
            "recording-by-hour",
            "silent-flow-logs",
            "unusual-outbound",
            *DETECTIONS,
            *reference,
        }
    )


def test_what_the_internet_reaches_is_listed_by_port(recorded: Recording) -> None:
    flows = [
        Flow(source="203.0.113.5", destination="10.0.0.4", direction="I", port=443, flows=2),
        Flow(source="203.0.113.6", destination="10.0.0.4", direction="I", port=443, flows=3),
        Flow(source="203.0.113.6", destination="10.0.0.4", direction="I", port=22, status="D"),
        Flow(source="10.0.0.7", destination="10.0.0.4", direction="I", port=22, type="IntraVNet"),
    ]
    (row,) = recorded(flows).rows("allowed-from-internet")
    assert (row["DestinationPort"], row["AllowedFlows"], row["Sources"]) == (443, 5, 2)
