"""A malicious address is found by each of its witnesses, and by none that took it back."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from localazure.operationalinsights.traffic_analytics import within
from tests.queries.traffic import Flow, nsg_rows, vnet_rows
from tests.queries.workspace import NOW, Row, Workspace

pytestmark = pytest.mark.slow

BAD = "203.0.113.66"


def _indicator(**columns: object) -> Row:
    return {"IndicatorId": "1", "TimeGenerated": NOW, "Active": True, "NetworkIP": BAD, **columns}


def _stix(**columns: object) -> Row:
    blank = {"Id": "1", "TimeGenerated": NOW, "ObservableKey": "ipv4-addr:value", "IsActive": True}
    return {**blank, "ObservableValue": BAD, "Data": '{"description": "botnet"}', **columns}


@pytest.mark.parametrize(
    ("type_", "tables", "witnesses"),
    [
        ("MaliciousFlow", {}, None),
        ("Malicious", {}, None),
        (
            "ExternalPublic",
            {"NTAIpDetails": [{"Ip": BAD, "ThreatType": "Botnet", "TimeGenerated": NOW}]},
            "Traffic Analytics",
        ),
        ("ExternalPublic", {"ThreatIntelIndicators": [_stix()]}, "threat intelligence"),
        ("ExternalPublic", {"ThreatIntelligenceIndicator": [_indicator()]}, "threat intelligence"),
    ],
    ids=[
        "flow type",
        "its shorter name",
        "address details",
        "newer indicators",
        "older indicators",
    ],
)
@pytest.mark.parametrize("query", ["malicious-ips", "malicious-flow"])
def test_a_malicious_destination_is_found_by_each_witness(
    query: str, type_: str, tables: dict[str, list[Row]], witnesses: str | None
) -> None:
    flows = [
        Flow(source="10.0.0.4", destination=BAD, type=type_, flows=4, sent=99),
        Flow(source="10.0.0.4", destination="203.0.113.1", flows=4),
    ]
    (row,) = Workspace({"NTANetAnalytics": vnet_rows(flows), **tables}).rows(query)
    assert (row["Inside"], row["Outside"], row["AllowedFlows"]) == ("10.0.0.4", BAD, 4)
    assert (witnesses or "") in str(row["Witnesses"] or "")


@pytest.mark.parametrize(
    "tables",
    [
        {"ThreatIntelIndicators": [_stix(IsActive=False)]},
        {"ThreatIntelIndicators": [_stix(Revoked=True)]},
        {"ThreatIntelIndicators": [_stix(ValidUntil=NOW - timedelta(days=1))]},
        {
            "ThreatIntelIndicators": [
                _stix(),
                _stix(TimeGenerated=NOW + timedelta(1), IsDeleted=True),
            ]
        },
        {"ThreatIntelligenceIndicator": [_indicator(Active=False)]},
        {"ThreatIntelligenceIndicator": [_indicator(ExpirationDateTime=NOW - timedelta(days=1))]},
        {"NTAIpDetails": [{"Ip": BAD, "FlowType": "ExternalPublic", "TimeGenerated": NOW}]},
    ],
)
def test_a_withdrawn_verdict_accuses_nobody(tables: dict[str, list[Row]]) -> None:
    flows = [Flow(source="10.0.0.4", destination=BAD)]
    assert Workspace({"NTANetAnalytics": vnet_rows(flows), **tables}).rows("malicious-ips") == []


def test_what_one_report_calls_malicious_is_so_whatever_others_say() -> None:
    marked = Flow(source="10.0.0.4", destination=BAD, type="MaliciousFlow", flows=3)
    unmarked = Flow(source="10.0.0.4", destination=BAD, flows=4, flow_log="sub/rg/nsg")
    tables = {
        "NTANetAnalytics": vnet_rows([marked]),
        "AzureNetworkAnalytics_CL": nsg_rows([unmarked]),
    }
    (row,) = Workspace(tables).rows("malicious-flow")
    assert (row["Outside"], row["MarkedFlows"]) == (BAD, 4)


def test_blank_addresses_match_no_blank_indicator() -> None:
    rows = vnet_rows([Flow(source="10.0.0.4", destination="")])
    blank = _indicator(NetworkIP="")
    tables = {"NTANetAnalytics": rows, "ThreatIntelligenceIndicator": [blank]}
    assert Workspace(tables).rows("malicious-ips") == []


WRITTEN = NOW - timedelta(days=10)
VALID = NOW + timedelta(days=20)


@pytest.mark.parametrize(
    "tables",
    [
        {"ThreatIntelIndicators": [_stix(TimeGenerated=WRITTEN, ValidUntil=VALID)]},
        {
            "ThreatIntelligenceIndicator": [
                _indicator(TimeGenerated=WRITTEN, ExpirationDateTime=VALID)
            ]
        },
    ],
)
def test_an_indicator_that_is_valid_is_found_however_long_before_the_flow_it_was_written(
    tables: dict[str, list[Row]],
) -> None:
    rows = {"NTANetAnalytics": vnet_rows([Flow(source="10.0.0.4", destination=BAD)]), **tables}
    (row,) = Workspace(rows).rows("malicious-ips")
    assert (row["Outside"], row["Witnesses"]) == (BAD, '["threat intelligence"]')
    seen_by_alert = within(rows, timedelta(days=2), NOW)
    assert Workspace(seen_by_alert).rows("malicious-flow") == []


@pytest.mark.parametrize(
    ("given", "address", "found"),
    [
        ("203.0.113.0/24", "203.0.113.66", True),
        ("203.0.113.66/32", "203.0.113.66", True),
        ("203.0.113.77/24", "203.0.113.66", True),
        ("203.0.112.0/22", "203.0.115.255", True),
        ("203.0.113.0/26", "203.0.113.66", False),
        ("203.0.112.0/22", "203.0.116.0", False),
        ("2001:db8:bad::/48", "2001:db8:bad:1::9", True),
        ("2001:db8:bad::1", "2001:0db8:0bad:0000:0000:0000:0000:0001", True),
        ("2001:db8:bad::/48", "2001:db8:baa::9", False),
        ("bad.contoso.com", "203.0.113.66", False),
    ],
)
@pytest.mark.parametrize("query", ["malicious-ips", "malicious-flow"])
def test_an_address_in_an_indicated_range_is_malicious(
    query: str, given: str, address: str, found: bool
) -> None:
    flows = [Flow(source="10.0.0.4", destination=address), Flow(source="10.0.0.4", destination="")]
    other = _stix(Id="2", ObservableValue="192.0.2.0/25")
    tables = {"ThreatIntelIndicators": [_stix(ObservableValue=given), other]}
    rows = Workspace({"NTANetAnalytics": vnet_rows(flows), **tables}).rows(query)
    assert [row["Outside"] for row in rows] == ([address] if found else [])


@pytest.mark.parametrize(
    "column",
    [
        "NetworkCidrBlock",
        "NetworkSourceCidrBlock",
        "NetworkDestinationCidrBlock",
        "NetworkSourceIP",
    ],
)
def test_the_former_table_names_addresses_and_ranges_in_columns_of_their_own(column: str) -> None:
    given = BAD if column.endswith("IP") else "203.0.113.0/24"
    indicator = _indicator(**{"NetworkIP": "192.0.2.1", column: given})
    rows = {"NTANetAnalytics": vnet_rows([Flow(source="10.0.0.4", destination=BAD)])}
    found = Workspace({**rows, "ThreatIntelligenceIndicator": [indicator]}).rows("malicious-ips")
    assert [row["Outside"] for row in found] == [BAD]


def test_all_witnesses_of_an_address_are_named_in_one_row() -> None:
    rows = {
        "NTANetAnalytics": vnet_rows([Flow(source="10.0.0.4", destination=BAD, flows=4)]),
        "NTAIpDetails": [{"Ip": BAD, "ThreatType": "Botnet", "TimeGenerated": NOW}],
        "ThreatIntelIndicators": [_stix(ObservableValue="203.0.113.0/24"), _stix(Id="2")],
    }
    (row,) = Workspace(rows).rows("malicious-ips")
    assert row["AllowedFlows"] == 4
    assert set(json.loads(row["Witnesses"])) == {"Traffic Analytics", "threat intelligence"}
