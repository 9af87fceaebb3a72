"""A malicious address is found by each of its witnesses, and by none that took it back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.queries.traffic import Flow, nsg_rows, vnet_rows
from tests.queries.workspace import NOW, Row, Workspace

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
            {"NTAIpDetails": [{"Ip": BAD, "ThreatType": "Botnet"}]},
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
        {"ThreatIntelIndicators": [_stix(ValidUntil=NOW - timedelta(days=1))]},
        {
            "ThreatIntelIndicators": [
                _stix(),
                _stix(TimeGenerated=NOW + timedelta(1), IsDeleted=True),
            ]
        },
        {"ThreatIntelligenceIndicator": [_indicator(Active=False)]},
        {"ThreatIntelligenceIndicator": [_indicator(ExpirationDateTime=NOW - timedelta(days=1))]},
        {"NTAIpDetails": [{"Ip": BAD, "FlowType": "ExternalPublic"}]},
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
