"""The queries behind the alerts: thresholds per interval, each judged once, an ignore list."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from plan.monitoring.query_values import values
from tests.estates_by_hand import settings
from tests.queries.conftest import Recording, vnet
from tests.queries.conversations import SCANNER, fan_out, scan
from tests.queries.test_malicious import BAD
from tests.queries.traffic import START, Flow, nsg_rows, vnet_rows
from tests.queries.workspace import Workspace

pytestmark = pytest.mark.slow


def test_a_burst_is_more_than_the_threshold_in_one_interval(recorded: Recording) -> None:
    (row,) = recorded(scan(ports=11, flows=91)).rows("denied-burst")
    assert (row["SourceAddress"], row["DeniedFlows"], row["Side"]) == (SCANNER, 1001, "outside")
    assert recorded(scan(ports=10, flows=100)).rows("denied-burst") == []


def test_a_machine_refused_by_several_countries_is_one_source(recorded: Recording) -> None:
    refused = Flow(source="10.0.0.8", destination="", status="D", flows=600)
    countries = {"203.0.113.1": "us", "203.0.113.2": "nl", "203.0.113.3": "de"}
    workspace = recorded(
        replace(refused, destination=address, country=country)
        for address, country in countries.items()
    )
    (burst,) = workspace.rows("denied-burst", {"Sides": 'dynamic(["inside"])'})
    (top,) = workspace.rows("top-denied")
    for row in (burst, top):
        assert (row["DeniedFlows"], row["Destinations"]) == (1800, 3)
        assert all(country in str(row["Countries"]) for country in countries.values())


def test_a_machine_that_reports_name_differently_is_one_source(recorded: Recording) -> None:
    named = Flow(
        source="10.0.0.8",
        source_machine="rg/vm",
        destination="10.0.0.4",
        type="IntraVNet",
        status="D",
        flows=600,
    )
    nameless = replace(named, source_machine="", destination="10.0.1.4", direction="I", mac="BB")
    (row,) = recorded([named, nameless]).rows("denied-burst")
    assert (row["SourceAddress"], row["DeniedFlows"]) == ("10.0.0.8", 1200)
    elsewhere = replace(nameless, source_subnet="rg/other/app")
    assert recorded([named, elsewhere]).rows("denied-burst") == []


def test_a_burst_is_not_added_up_over_intervals(recorded: Recording) -> None:
    half = scan(ports=6, flows=100)
    earlier = [replace(flow, start=START - timedelta(hours=1)) for flow in half]
    wide = {"After": "datetime(2026-03-01)", "Until": "datetime(2026-03-03)"}
    assert recorded([*half, *earlier]).rows("denied-burst", wide) == []


def test_a_burst_that_both_ends_report_counts_once(recorded: Recording) -> None:
    out = Flow(source="10.0.0.8", destination="10.0.0.4", type="IntraVNet", status="D", flows=600)
    arrival = Flow(
        source="10.0.0.8",
        destination="10.0.0.4",
        type="IntraVNet",
        status="D",
        flows=600,
        direction="I",
        mac="BB",
    )
    assert recorded([out, arrival]).rows("denied-burst") == []


def test_inside_and_outside_sources_are_asked_for_apart(recorded: Recording) -> None:
    inside = Flow(
        source="10.0.0.8", destination="10.0.0.4", type="IntraVNet", status="D", flows=2000
    )
    workspace = recorded([*scan(), inside])
    found = {
        side: [
            row["SourceAddress"]
            for row in workspace.rows("denied-burst", {"Sides": f'dynamic(["{side}"])'})
        ]
        for side in ("inside", "outside")
    }
    assert found == {"inside": ["10.0.0.8"], "outside": [SCANNER]}


def test_a_machine_with_150_external_destinations_fans_out(recorded: Recording) -> None:
    (row,) = recorded([*fan_out(150), *fan_out(100, "10.0.0.10")]).rows("external-fan-out")
    assert (row["SourceAddress"], row["Destinations"]) == ("10.0.0.9", 150)


def test_a_machine_whose_destinations_are_refused_reaches_none(recorded: Recording) -> None:
    refused = [replace(flow, status="D") for flow in fan_out(150)]
    assert recorded(refused).rows("external-fan-out") == []
    (row,) = recorded([*refused, *fan_out(120)]).rows("external-fan-out")
    assert row["Destinations"] == 120


def test_a_connection_that_goes_on_is_reached(recorded: Recording) -> None:
    """Traffic Analytics counts flows where they begin and end; bytes flow in between."""
    going = [replace(flow, flows=0, sent=10) for flow in fan_out(120)]
    (row,) = recorded(going).rows("external-fan-out")
    assert row["Destinations"] == 120


@pytest.mark.parametrize("ignored", ["10.0.0.9", "10.0.0.8/29"])
def test_an_ignored_source_raises_no_alert(ignored: str) -> None:
    values = {"Ignored": f'dynamic(["{ignored}"])'}
    assert vnet(fan_out(150)).rows("external-fan-out", values) == []
    assert (
        len(vnet(fan_out(150)).rows("external-fan-out", {"Ignored": 'dynamic(["10.0.1.0/24"])'}))
        == 1
    )


def test_a_management_port_open_to_the_internet_is_named(recorded: Recording) -> None:
    flows = [
        Flow(source=SCANNER, destination="10.0.0.4", direction="I", port=3389, flows=2),
        Flow(source=SCANNER, destination="10.0.0.5", direction="I", port=3389, status="D"),
        Flow(source=SCANNER, destination="10.0.0.6", direction="I", port=443),
        Flow(source="10.0.0.7", destination="10.0.0.4", direction="I", port=22, type="IntraVNet"),
        Flow(
            source="20.60.0.9", destination="10.0.0.7", direction="I", port=22, type="AzurePublic"
        ),
    ]
    found = recorded(flows).rows("open-management-port")
    assert {(row["DestinationAddress"], row["DestinationPort"]) for row in found} == {
        ("10.0.0.4", 3389),
        ("10.0.0.7", 22),
    }


def test_a_probe_of_azures_load_balancer_is_no_internet(recorded: Recording) -> None:
    """168.63.129.16, from where Azure's platform probes (Microsoft Learn)."""
    probe = Flow(
        source="168.63.129.16", destination="10.0.0.4", direction="I", port=22, type="AzurePublic"
    )
    workspace = recorded([probe])
    assert [row["Reach"] for row in workspace.rows("flows")] == ["Internal"]
    assert workspace.rows("open-management-port") == []
    assert workspace.rows("allowed-from-internet") == []


def test_what_was_refused_on_its_way_in_from_a_malicious_address_is_noise() -> None:
    refused = Flow(
        source=BAD, destination="10.0.0.4", direction="I", status="D", type="MaliciousFlow"
    )
    reached = Flow(source="10.0.0.4", destination=BAD, status="D", type="MaliciousFlow")
    (row,) = vnet([refused, reached]).rows("malicious-flow")
    assert (row["Direction"], row["DeniedFlows"]) == ("Outbound", 1)


@pytest.mark.parametrize(
    ("interval", "judged"),
    [(60, [95]), (10, [65])],
    ids=["every hour", "every ten minutes"],
)
def test_each_interval_is_judged_once_when_its_rows_are_there(
    interval: int, judged: list[int]
) -> None:
    """Asked 5 (or 35) minutes past each interval; figures are minutes after its end."""
    rows = vnet_rows(replace(flow, interval=interval, late=59) for flow in scan())
    workspace = Workspace({"NTANetAnalytics": rows})
    asked = values("denied-burst", settings(traffic_analytics_interval=interval))
    end = START + timedelta(minutes=interval)
    first = 35 if interval == 60 else 5
    found = [
        minutes
        for minutes in range(first, first + 4 * max(interval, 25), interval)
        if workspace.rows("denied-burst", asked, end + timedelta(minutes=minutes))
    ]
    assert found == judged


def _talk(flow_log: str, hours: int) -> Flow:
    """A flow whose interval started so many hours before ``START``."""
    return Flow(
        source="10.0.0.4",
        destination="10.0.0.5",
        type="IntraVNet",
        flow_log=flow_log,
        start=START - timedelta(hours=hours),
    )


def test_a_flow_log_without_data_for_three_intervals_is_silent(recorded: Recording) -> None:
    flows = [_talk("rg/west/talks", 0), _talk("rg/north/silent", 3)]
    (row,) = recorded(flows).rows("silent-flow-logs")
    assert (row["FlowLog"], row["Says"]) == ("rg/north/silent", "")


def test_a_quiet_network_is_not_silent_while_others_record_by_its_watcher(
    recorded: Recording,
) -> None:
    flows = [_talk("rg/west/talks", 0), _talk("rg/west/quiet", 20), _talk("rg/west/dark", 30)]
    assert [row["FlowLog"] for row in recorded(flows).rows("silent-flow-logs")] == ["rg/west/dark"]


def test_a_flow_log_that_another_took_over_from_is_not_silent() -> None:
    """On the same target, or that of a group whose network has one: its rules tell."""
    group = "sub/rg/nsg-web"
    old, own = _talk("rg/west/old", 30), _talk("rg/west/new", 0)
    taken = [{**row, "TargetResourceId": "sub/rg/hub"} for row in vnet_rows([old, own])]
    groups = nsg_rows([replace(_talk(group, 30), flow_log=group)])
    network = vnet_rows([replace(_talk("rg/west/spoke", 0), group="SUB/rg/nsg-web")])
    tables = {"NTANetAnalytics": [*taken, *network], "AzureNetworkAnalytics_CL": groups}
    assert Workspace(tables).rows("silent-flow-logs") == []


def test_what_traffic_analytics_says_of_its_runs_tells_quiet_from_failed() -> None:
    said = {
        "SubType": "StatusMessage",
        "TimeGenerated": START + timedelta(hours=2),
        "FlowIntervalStartTime": START,
    }
    rows = [
        *vnet_rows([_talk("rg/west/quiet", 6), _talk("rg/north/failed", 6)]),
        {**said, "FlowLogResourceId": "rg/west/quiet", "Status": "Completed"},
        {
            **said,
            "FlowLogResourceId": "rg/north/failed",
            "Status": "Failed",
            "Description": "storage could not be read",
        },
    ]
    (row,) = Workspace({"NTANetAnalytics": rows}).rows("silent-flow-logs")
    assert (row["FlowLog"], row["Says"]) == ("rg/north/failed", "storage could not be read")


@pytest.mark.parametrize(
    ("interval", "minutes", "silent"),
    [(60, 239, False), (60, 241, True), (10, 89, False), (10, 91, True)],
)
def test_a_flow_log_is_judged_by_its_own_interval(
    recorded: Recording, interval: int, minutes: int, silent: bool
) -> None:
    """Asked so many minutes after the end of the last interval, in a workspace of either pace."""
    last = Flow(source="10.0.0.4", destination="10.0.0.5", type="IntraVNet", interval=interval)
    first = replace(last, start=START - timedelta(hours=5), interval=70 - interval)
    asked = START + timedelta(minutes=interval + minutes)
    rows = recorded([first, last]).rows("silent-flow-logs", now=asked)
    assert [row["FlowLog"] for row in rows] == [last.flow_log] * silent
