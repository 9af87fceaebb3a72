"""The parser of network sessions: the published schema, the right figures, and its filters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

import pytest

from queries import library, saved
from tests.queries import asim
from tests.queries.conftest import Recording, vnet
from tests.queries.traffic import SPOKE, START, Flow, vnet_rows
from tests.queries.workspace import Row, Workspace
from tools.lint.kql.binding import WORKSPACES, bind
from tools.lint.kql.node import ready

pytestmark = pytest.mark.slow

NAME = "asim-network-session"
ANYWHERE = {"every table": WORKSPACES["every table"]}
WEB = Flow(
    source="10.0.0.4",
    source_machine="rg-shop/vm-web-01",
    destination="10.1.0.5",
    destination_machine="rg-shop/vm-sql-01",
    type="InterVNet",
    port=1433,
    flows=3,
    sent=300,
    returned=30,
)
OUT = Flow(source="10.0.0.4", source_machine="rg-shop/vm-web-01", destination="203.0.113.1")
KNOCK = Flow(
    source="198.51.100.9",
    destination="10.0.0.4",
    destination_machine="rg-shop/vm-web-01",
    direction="I",
    status="D",
    port=22,
    flows=7,
    country="nl",
)
NOT_KNOWN = {
    *("SrcDomain", "DstDomain", "DvcDomain", "DvcHostname", "DvcIpAddr"),
    *("EventUid", "EventResultDetails"),
}
"""Recommended fields that flow logs know nothing of: domains, a device, one event of many."""
EVERYTHING = (
    WEB,
    OUT,
    KNOCK,
    replace(OUT, type="MaliciousFlow", destination="203.0.113.66"),
    replace(WEB, source_machine="rg-shop/pool_3", destination="2001:db8::7"),
    replace(OUT, source="", mac="0022480000AB"),
    replace(OUT, type="AzurePublic", destination="20.60.0.9", azure_region="westeurope"),
    replace(WEB, status="D", sent=0, returned=0, flows=2, protocol="U"),
)
READ = {
    "port scan": ("SrcIpAddr", "DstPortNumber", "EventVendor", "EventProduct", "TimeGenerated"),
    "port sweep": ("NetworkDirection", "DstIpAddr", "DstPortNumber"),
    "failed connections": ("SrcIpAddr", "TimeGenerated"),
    "beaconing": (
        *("TimeGenerated", "SrcIpAddr", "SrcPortNumber", "DstIpAddr", "DstPortNumber"),
        *("SrcBytes", "DstBytes"),
    ),
    "port misuse, by threshold and by anomaly; anomaly of traffic": (
        *("NetworkProtocol", "DstPortNumber", "DstAppName", "NetworkDirection", "DvcAction"),
        "TimeGenerated",
    ),
    "SMB": ("SrcIpAddr", "DstIpAddr", "DstPortNumber", "TimeGenerated"),
    "remote desktop": (
        *("SrcIpAddr", "DstIpAddr", "DstPortNumber", "DvcAction", "EventCount", "EventResult"),
        *("EventVendor", "TimeGenerated"),
    ),
}
"""The nine rules of the solution Network Session Essentials to the columns that they read."""
ARGUMENTS = {
    "starttime": "ago(1d)",
    "endtime": "now()",
    "srcipaddr_has_any_prefix": "dynamic(['10.0.'])",
    "dstipaddr_has_any_prefix": "dynamic(['10.0.'])",
    "ipaddr_has_any_prefix": "dynamic(['10.0.'])",
    "dstportnumber": "int(443)",
    "hostname_has_any": "dynamic(['vm-web'])",
    "dvcaction": "dynamic(['Deny'])",
    "eventresult": "'Failure'",
    "disabled": "false",
    "pack": "true",
}
"""What Im_NetworkSessionCustom gives to a parser, in its order, with values of its types."""


def _sessions(workspace: Workspace, **parameters: str) -> list[Row]:
    return workspace.rows(NAME, parameters)


def _one(workspace: Workspace, **parameters: str) -> Row:
    (row,) = _sessions(workspace, **parameters)
    return row


def test_the_schema_tester_finds_every_field_that_flow_logs_know() -> None:
    columns = Workspace({}).columns(library()[NAME].text)
    assert set(columns) <= set(asim.TYPES) | set(asim.BEYOND)
    assert set(asim.missing(columns)) == NOT_KNOWN


@pytest.fixture(scope="module")
def refused() -> set[str]:
    """Names of the texts below that do not bind, the parser being installed as Azure has it."""
    ready()
    installed = {query.function: saved(query, query.text) for query in library().values()}
    functions = {alias: body for alias, (body, _) in installed.items() if alias}
    parameters = {alias: declared for alias, (_, declared) in installed.items() if alias}
    texts = {name: text.replace("CALL", str(library()[NAME].function)) for name, text in _asked()}
    return {problem.query for problem in bind(texts, functions, ANYWHERE, parameters)}


def _asked() -> Iterator[tuple[str, str]]:
    known = {**asim.TYPES, **asim.BEYOND}
    columns = Workspace({}).columns(library()[NAME].text)
    typed = ", ".join(f"{column}: {known[column]}" for column in columns)
    yield "types", f"union (datatable({typed})[]), CALL | project {', '.join(columns)}"
    for rule, read in READ.items():
        yield rule, f"CALL | project {', '.join(read)}"
    yield "a column that is not there", "CALL | project SrcVlanId"
    yield "another type", "union (datatable(SrcBytes: int)[]), CALL | project SrcBytes"
    arguments = ", ".join(f"{name}={value}" for name, value in ARGUMENTS.items())
    yield "every argument", f"CALL({arguments}) | count"
    yield "no argument", "CALL | count"
    yield "another argument", "CALL(dstport=443) | count"


def test_it_binds_with_the_types_of_the_schema_as_rules_and_parsers_call_it(
    refused: set[str],
) -> None:
    """Columns of one name and two types are two in a union, so that none has the plain name."""
    assert refused == {"a column that is not there", "another type", "another argument"}
    names = [parameter.split(":")[0] for parameter in library()[NAME].parameters]
    assert names == list(ARGUMENTS)


def test_the_data_tester_finds_no_wrong_value(recorded: Recording) -> None:
    rows = _sessions(recorded(EVERYTHING), pack="true")
    assert len(rows) == len(EVERYTHING)
    assert [list(asim.wrong(row)) for row in rows] == [[]] * len(rows)
    assert all(row["Rule"] == row["NetworkRuleName"] for row in rows)


def test_each_side_has_its_own_host_and_address() -> None:
    row = _one(vnet([WEB]))
    assert (row["SrcHostname"], row["SrcIpAddr"], row["Src"]) == (
        *("vm-web-01", "10.0.0.4", "10.0.0.4"),
    )
    assert (row["DstHostname"], row["DstIpAddr"], row["Dst"]) == (
        *("vm-sql-01", "10.1.0.5", "10.1.0.5"),
    )
    assert (row["SrcDvcId"], row["DstDvcId"]) == ("rg-shop/vm-web-01", "rg-shop/vm-sql-01")
    assert (row["SrcBytes"], row["DstBytes"], row["NetworkBytes"]) == (300, 30, 330)
    assert (row["NetworkDirection"], row["EventCount"]) == ("Local", 3)


@pytest.mark.parametrize("machine", ["rg-shop/pool_3", ""])
def test_a_host_without_a_name_that_a_host_can_have_is_its_address(machine: str) -> None:
    row = _one(vnet([replace(WEB, destination_machine=machine)]))
    assert (row["DstHostname"], row["DstDvcId"]) == ("10.1.0.5", machine)


def test_every_folded_address_is_a_session_with_its_own_figures() -> None:
    """A byte count of seven digits is no address."""
    folded = [
        replace(OUT, flows=2, sent=1_234_567, returned=10),
        replace(OUT, destination="203.0.113.2", flows=5, sent=7, returned=3),
    ]
    found = {
        row["DstIpAddr"]: (row["EventCount"], row["SrcBytes"], row["DstBytes"])
        for row in _sessions(vnet(folded))
    }
    assert found == {"203.0.113.1": (2, 1_234_567, 10), "203.0.113.2": (5, 7, 3)}


def test_what_both_ends_report_is_one_session() -> None:
    arrival = replace(WEB, direction="I", mac="0022480000BB", flow_log=SPOKE)
    row = _one(vnet([WEB, arrival]))
    assert (row["EventCount"], row["NetworkBytes"]) == (3, 330)


def test_allowed_and_refused_of_one_interval_are_two_sessions() -> None:
    refused = replace(WEB, status="D", flows=2, sent=0, returned=0, rule="deny")
    rows = {row["DvcAction"]: row for row in _sessions(vnet([WEB, refused]))}
    figures = {action: (row["EventCount"], row["NetworkBytes"]) for action, row in rows.items()}
    assert figures == {"Allow": (3, 330), "Deny": (2, 0)}
    assert {action: row["EventResult"] for action, row in rows.items()} == {
        "Allow": "Success",
        "Deny": "Failure",
    }
    assert rows["Deny"]["NetworkRuleName"].startswith(("deny", "flow-logs/hub/deny"))
    assert "deny" not in rows["Allow"]["NetworkRuleName"]


def test_a_connection_that_only_goes_on_is_one_event() -> None:
    assert _one(vnet([replace(WEB, flows=0)]))["EventCount"] == 1
    goes_on = [replace(WEB, flows=0), replace(WEB, flows=2, status="D", sent=0, returned=0)]
    found = {row["DvcAction"]: row["NetworkBytes"] for row in _sessions(vnet(goes_on))}
    assert found == {"Allow": 330, "Deny": 0}


def test_the_country_is_that_of_the_public_end() -> None:
    row = _one(vnet([KNOCK]))
    assert (row["SrcGeoCountry"], row["DstGeoCountry"]) == ("NL", "")
    assert (row["SrcZone"], row["DstZone"], row["NetworkDirection"]) == (
        *("Internet", "Internal", "Inbound"),
    )
    row = _one(vnet([replace(OUT, country="us")]))
    assert (row["SrcGeoCountry"], row["DstGeoCountry"]) == ("", "US")


@pytest.mark.parametrize("inbound", [True, False])
def test_a_malicious_address_is_told_with_the_field_that_holds_it(inbound: bool) -> None:
    flow = replace(KNOCK if inbound else OUT, type="MaliciousFlow")
    row = _one(vnet([flow]))
    address, field = ("198.51.100.9", "SrcIpAddr") if inbound else ("203.0.113.1", "DstIpAddr")
    assert (row["ThreatIpAddr"], row["ThreatField"]) == (address, field)
    assert row["EventSeverity"] == "Medium"


@cache
def _filtered() -> Workspace:
    return vnet([WEB, OUT, KNOCK])


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({}, {1433, 443, 22}),
        ({"srcipaddr_has_any_prefix": 'dynamic(["10.0."])'}, {1433, 443}),
        (
            {"srcipaddr_has_any_prefix": 'dynamic(["10.0.0."])', "dvcaction": 'dynamic(["Deny"])'},
            set(),
        ),
        ({"dstipaddr_has_any_prefix": 'dynamic(["10.0.0.4", "203."])'}, {443, 22}),
        ({"ipaddr_has_any_prefix": 'dynamic(["198.51.", "10.1."])'}, {1433, 22}),
        ({"ipaddr_has_any_prefix": 'dynamic(["10.0.0.40"])'}, set()),
        ({"dstportnumber": "int(443)"}, {443}),
        ({"hostname_has_any": 'dynamic(["vm-sql-01"])'}, {1433}),
        ({"hostname_has_any": 'dynamic(["web"])'}, {1433, 443, 22}),
        ({"dvcaction": 'dynamic(["Deny", "Drop"])'}, {22}),
        ({"eventresult": '"Success"'}, {1433, 443}),
        ({"starttime": "datetime(2026-03-02 11:20)"}, {1433, 443, 22}),
        ({"starttime": "datetime(2026-03-02 11:21)"}, set()),
        ({"endtime": "datetime(2026-03-02 11:19)"}, set()),
        ({"disabled": "true"}, set()),
    ],
)
def test_filters(parameters: Mapping[str, str], found: set[int]) -> None:
    rows = _sessions(_filtered(), **parameters)
    assert {row["DstPortNumber"] for row in rows} == found


def test_a_row_says_by_which_end_it_was_found() -> None:
    workspace = _filtered()
    rows = _sessions(workspace, ipaddr_has_any_prefix='dynamic(["10.0."])')
    assert {row["DstPortNumber"]: row["ASimMatchingIpAddr"] for row in rows} == {
        1433: "SrcIpAddr",
        443: "SrcIpAddr",
        22: "DstIpAddr",
    }
    rows = _sessions(workspace, hostname_has_any='dynamic(["vm"])')
    assert {row["DstPortNumber"]: row["ASimMatchingHostname"] for row in rows} == {
        1433: "Both",
        443: "SrcHostname",
        22: "DstHostname",
    }


def test_a_scan_of_ports_and_a_sweep_of_machines_are_seen() -> None:
    """What the published rules on scans and sweeps count, at their thresholds."""
    scan = [replace(KNOCK, port=port) for port in range(1, 52)]
    sweep = [
        replace(KNOCK, source="198.51.100.77", destination=f"10.0.1.{host}", port=3389)
        for host in range(21)
    ]
    workspace = vnet([*scan, *sweep])
    rows = _sessions(workspace)
    ports = {row["DstPortNumber"] for row in rows if row["SrcIpAddr"] == KNOCK.source}
    swept = {row["DstIpAddr"] for row in rows if row["DstPortNumber"] == 3389}
    assert (len(ports), len(swept)) == (51, 21)
    assert {row["NetworkDirection"] for row in rows} == {"Inbound"}
    assert len({row["TimeGenerated"] for row in rows}) == 1


def test_what_has_no_address_is_still_somebody() -> None:
    (row,) = vnet_rows([replace(OUT, source_machine="", mac="BB")])
    workspace = Workspace({"NTANetAnalytics": [row | {"SrcIp": ""}]})
    assert _one(workspace)["Src"] == "BB"
    assert _one(workspace)["EventStartTime"] == START
