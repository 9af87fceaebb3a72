"""The function over both tables: one set of columns, public addresses unfolded, each flow once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.queries.blobs import flows_of, read
from tests.queries.conftest import Recording, nsg, vnet
from tests.queries.traffic import HUB, SPOKE, Flow, nsg_rows, vnet_rows
from tests.queries.workspace import Workspace

pytestmark = pytest.mark.slow

FUNCTIONS = ("flows", "flows-once")


def _total(workspace: Workspace, column: str, name: str = "flows") -> int:
    return sum(row[column] for row in workspace.rows(name))


def test_a_folded_cell_gives_each_address_its_own_figures(recorded: Recording) -> None:
    folded = [
        Flow(source="10.0.0.4", destination="203.0.113.1", flows=2, sent=100, returned=10),
        Flow(source="10.0.0.4", destination="203.0.113.2", flows=5, sent=7, returned=3),
    ]
    rows = recorded(folded).rows("flows")
    figures = {
        row["DestinationAddress"]: (row["Flows"], row["BytesSent"], row["BytesReturned"])
        for row in rows
    }
    assert figures == {"203.0.113.1": (2, 100, 10), "203.0.113.2": (5, 7, 3)}
    assert {row["SourceAddress"] for row in rows} == {"10.0.0.4"}
    assert {row["Reach"] for row in rows} == {"Internet"}


def test_both_tables_give_the_same_rows() -> None:
    flows = [
        Flow(source="203.0.113.9", destination="10.0.0.4", direction="I", status="D", flows=4),
        Flow(source="10.0.0.4", destination="10.0.0.5", type="IntraVNet", sent=9, returned=1),
        Flow(
            source="10.0.0.4",
            destination="20.60.0.1",
            type="AzurePublic",
            azure_region="westeurope",
        ),
    ]
    new, old = vnet(flows).rows("flows"), nsg(flows).rows("flows")
    for row in (*new, *old):
        del row["Table"], row["Target"], row["RuleGroup"], row["DecidedBy"]
    assert sorted(map(str, new)) == sorted(map(str, old))


def test_both_spellings_of_direction_and_status_count() -> None:
    flows = [
        Flow(source="203.0.113.9", destination="10.0.0.4", direction="I", status="D", flows=4),
        Flow(source="10.0.0.4", destination="203.0.113.8", flows=2),
    ]
    letters = Workspace({"NTANetAnalytics": vnet_rows(flows)})
    words = Workspace({"NTANetAnalytics": vnet_rows(flows, words=True)})
    assert words.rows("flows") == letters.rows("flows")
    assert _total(words, "DeniedFlows") == 4
    assert _total(words, "AllowedFlows") == 2


def test_without_a_spelling_the_counters_decide() -> None:
    rows = vnet_rows(
        [Flow(source="10.0.0.4", destination="10.0.0.5", type="IntraVNet", status="D")]
    )
    rows[0] |= {"FlowStatus": "", "FlowDirection": ""}
    (row,) = Workspace({"NTANetAnalytics": rows}).rows("flows")
    assert (row["Action"], row["Direction"], row["DeniedFlows"]) == ("Denied", "Outbound", 1)


@pytest.mark.parametrize(
    ("type_", "address", "reach"),
    [
        ("IntraVNet", "10.0.0.5", "Internal"),
        ("S2S", "192.168.7.1", "Internal"),
        ("Unknown Private", "172.16.9.9", "Internal"),
        ("UnknownPrivate", "172.16.9.9", "Internal"),
        ("InterVNet", "203.0.113.77", "Internal"),
        ("Unknown", "10.1.1.1", "Internal"),
        ("Unknown", "100.64.0.9", "Internal"),
        ("Unknown", "fd12:3456::1", "Internal"),
        ("ExternalPublic", "10.9.9.9", "Internal"),
        ("Unknown", "224.0.0.251", "Internal"),
        ("Unknown", "239.255.255.250", "Internal"),
        ("Unknown", "255.255.255.255", "Internal"),
        ("Unknown", "0.0.0.0", "Internal"),
        ("Unknown", "::", "Internal"),
        ("Unknown", "::1", "Internal"),
        ("Unknown", "ff02::fb", "Internal"),
        ("Unknown", "::ffff:10.0.0.4", "Internal"),
        ("Unknown", "::ffff:203.0.113.7", "Internet"),
        ("Unknown", "223.255.255.1", "Internet"),
        ("Unknown", "203.0.113.77", "Internet"),
        ("Unknown", "2001:db8::7", "Internet"),
        ("MaliciousFlow", "203.0.113.66", "Internet"),
        ("AzurePublic", "20.60.0.1", "Azure"),
    ],
)
def test_private_traffic_is_never_external(type_: str, address: str, reach: str) -> None:
    flow = Flow(source="10.0.0.4", destination=address, type=type_)
    (row,) = vnet([flow]).rows("flows")
    assert row["Reach"] == reach


def test_the_machine_of_folded_traffic_may_be_named_in_its_own_column() -> None:
    rows = nsg_rows([Flow(source="10.0.0.4", destination="203.0.113.1")])
    rows[0] |= {"SrcIP_s": "", "VMIP_s": "10.0.0.4"}
    (row,) = Workspace({"AzureNetworkAnalytics_CL": rows}).rows("flows")
    assert (row["SourceAddress"], row["DestinationAddress"]) == ("10.0.0.4", "203.0.113.1")


def test_a_machine_is_named_by_what_is_known_of_it() -> None:
    out = Flow(source="10.0.0.4", destination="203.0.113.1", mac="AA")
    named, gateway, bare = (vnet_rows([out])[0] for _ in range(3))
    named |= {"SrcVm": "rg/vm"}
    gateway |= {"SrcApplicationGateway": "sub/rg/gateway"}
    bare |= {"SrcIp": ""}
    rows = Workspace({"NTANetAnalytics": [named, gateway, bare]}).rows("flows")
    assert [row["Source"] for row in rows] == ["rg/vm", "sub/rg/gateway", "AA"]


def test_rows_that_are_no_flows_are_left_out(recorded: Recording) -> None:
    assert recorded([]).rows("flows") == []
    status = {"SubType": "StatusMessage", "DeniedInFlows": 9}
    topology = {"SubType_s": "Topology", "DeniedInFlows_d": 9.0}
    both = Workspace({"NTANetAnalytics": [status], "AzureNetworkAnalytics_CL": [topology]})
    assert both.rows("flows") == []


def test_a_workspace_without_any_table_answers_with_no_row() -> None:
    assert Workspace({}).rows("flows-once") == []


def _at_both_ends(*, status: str = "A") -> list[Flow]:
    """10.0.0.4 to 10.1.0.5, seen at its source and at its destination."""
    out = Flow(
        source="10.0.0.4", destination="10.1.0.5", type="InterVNet", flows=3, sent=300, returned=30
    )
    arrival = Flow(
        source="10.0.0.4",
        destination="10.1.0.5",
        type="InterVNet",
        flows=3,
        sent=300 if status == "A" else 0,
        returned=30 if status == "A" else 0,
        direction="I",
        status=status,  # type: ignore[arg-type]
        mac="0022480000BB",
        flow_log=SPOKE,
    )
    return [out, arrival]


def test_a_flow_reported_at_both_ends_counts_once(recorded: Recording) -> None:
    workspace = recorded(_at_both_ends())
    assert [row["ReportedAt"] for row in workspace.rows("flows")] == ["Source", "Destination"]
    (once,) = workspace.rows("flows-once")
    assert (once["Reports"], once["Flows"], once["Bytes"]) == (2, 3, 330)


@pytest.mark.parametrize("type_", ["ExternalPublic", "MaliciousFlow", "AzurePublic", "Unknown"])
@pytest.mark.parametrize(("seen", "hop_first"), [(3, False), (4, True)])
def test_an_appliance_on_the_way_out_leaves_internet_traffic_what_it_is(
    recorded: Recording, type_: str, seen: int, hop_first: bool
) -> None:
    """The appliance reports the flow twice: as it comes in, and as it goes on."""
    out = Flow(source="10.1.0.4", destination="203.0.113.66", type=type_, flows=3, sent=300)
    onward = replace(out, flow_log=SPOKE, mac="BB", flows=seen)
    flows = [out, replace(onward, hop=True), onward]
    workspace = recorded(reversed(flows) if hop_first else flows)
    reach = "Azure" if type_ == "AzurePublic" else "Internet"
    found = {(row["Direction"], row["Reach"]) for row in workspace.rows("flows")}
    assert found == {("Outbound", reach)}
    (once,) = workspace.rows("flows-once")
    assert (once["Direction"], once["Reach"], once["Flows"]) == ("Outbound", reach, seen)
    assert once["Bytes"] == 300


def test_an_appliance_on_the_way_in_leaves_the_way_in_open(recorded: Recording) -> None:
    arrival = Flow(source="203.0.113.9", destination="10.1.0.5", direction="I", port=22, flows=3)
    workspace = recorded([arrival, replace(arrival, flow_log=SPOKE, mac="BB", flows=4, hop=True)])
    (row,) = workspace.rows("open-management-port")
    assert (row["DestinationAddress"], row["AllowedFlows"]) == ("10.1.0.5", 4)


def test_the_card_of_an_appliance_names_no_machine() -> None:
    (row,) = vnet_rows([Flow(source="10.1.0.4", destination="203.0.113.1", mac="BB", hop=True)])
    rows = Workspace({"NTANetAnalytics": [row | {"SrcIp": ""}]}).rows("flows")
    assert [(row["Source"], row["ReportedAt"]) for row in rows] == [("unknown", "Destination")]


def test_what_the_destination_refused_is_denied_once(recorded: Recording) -> None:
    (once,) = recorded(_at_both_ends(status="D")).rows("flows-once")
    assert (once["Flows"], once["AllowedFlows"], once["DeniedFlows"]) == (3, 0, 3)


def test_nsg_and_network_flow_logs_that_overlap_count_once() -> None:
    flows = [Flow(source="10.0.0.4", destination="203.0.113.1", flows=3, sent=300, flow_log=HUB)]
    overlapping = [
        Flow(source="10.0.0.4", destination="203.0.113.1", flows=3, sent=300, flow_log="sub/rg/nsg")
    ]
    both = Workspace(
        {"NTANetAnalytics": vnet_rows(flows), "AzureNetworkAnalytics_CL": nsg_rows(overlapping)}
    )
    assert _total(both, "Flows") == 6
    assert _total(both, "Flows", "flows-once") == 3


def test_two_networks_with_the_same_addresses_are_two(recorded: Recording) -> None:
    one = Flow(
        source="10.0.0.4",
        source_machine="rg-dev/vm",
        source_subnet="rg-dev/vnet/app",
        destination="203.0.113.66",
        type="MaliciousFlow",
        flows=10,
        sent=100,
    )
    other = replace(
        one,
        source_machine="rg-prod/vm",
        source_subnet="rg-prod/vnet/app",
        flow_log=SPOKE,
        mac="BB",
        flows=8,
        sent=9000,
    )
    also = replace(other, source_subnet="RG-Prod/VNet/app", flow_log="flow-logs/more")
    workspace = recorded([one, other, also])
    assert _total(workspace, "Flows", "flows-once") == 18
    found = {row["Inside"]: row["Bytes"] for row in workspace.rows("malicious-flow")}
    assert found == {"rg-dev/vm": 100, "rg-prod/vm": 9000}


@pytest.mark.parametrize("inbound", [True, False])
def test_two_instances_of_a_gateway_without_addresses_are_two(inbound: bool) -> None:
    arriving = Flow(source="203.0.113.9", destination="", direction="I")
    blank = arriving if inbound else Flow(source="", destination="203.0.113.9")
    one, other = replace(blank, flows=10, mac="AA"), replace(blank, flows=8, mac="BB")
    overlapping = replace(other, flow_log="sub/rg/nsg")
    rows = vnet_rows([one, other, overlapping])
    for row in rows:
        row["DestApplicationGateway" if inbound else "SrcApplicationGateway"] = "sub/rg/gateway"
    workspace = Workspace({"NTANetAnalytics": rows})
    assert sorted(row["Flows"] for row in workspace.rows("flows-once")) == [8, 10]


def test_flows_under_two_rules_of_one_place_add_up(recorded: Recording) -> None:
    allowed = Flow(
        source="10.0.0.4", destination="10.0.0.5", type="IntraVNet", flows=3, rule="allow"
    )
    denied = Flow(
        source="10.0.0.4",
        destination="10.0.0.5",
        type="IntraVNet",
        status="D",
        flows=2,
        rule="deny",
    )
    (once,) = recorded([allowed, denied]).rows("flows-once")
    assert (once["AllowedFlows"], once["DeniedFlows"]) == (3, 2)


@pytest.mark.parametrize("sample", ["vnet_flow_log_PT1H.json", "nsg_flow_log_v2_docs_PT1H.json"])
def test_real_flow_logs_keep_their_figures(sample: str, shared_data: Path) -> None:
    path = shared_data / "samples" / sample
    tuples = read(path)
    write = vnet if sample.startswith("vnet") else nsg
    workspace = write(flows_of(tuples))
    for name in FUNCTIONS:
        assert _total(workspace, "DeniedFlows", name) == sum(one.denied for one in tuples)
        assert _total(workspace, "BytesSent", name) == sum(one.sent for one in tuples)
        assert _total(workspace, "BytesReturned", name) == sum(one.returned for one in tuples)
    addresses = {
        row[end]
        for row in workspace.rows("flows")
        for end in ("SourceAddress", "DestinationAddress")
    }
    assert addresses == {end for one in tuples for end in (one.source, one.destination)}
