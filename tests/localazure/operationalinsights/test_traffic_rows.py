"""Rows of an estate's conversations: of whom, by which rule, when; what an estate may not say."""

from __future__ import annotations

import copy
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from localazure.errors.base import NotModelled
from localazure.operationalinsights.conversations import GROUP_TABLE, NETWORK_TABLE
from localazure.operationalinsights.duckdb_tables import Tables
from localazure.operationalinsights.query import tables_of
from localazure.operationalinsights.traffic_analytics import utc_now
from localazure.operationalinsights.traffic_rows import repeated
from localazure.server.files import FileProblem
from localazure.state.estate_file import read_estate
from localazure.state.store import Resource, Store
from tests.localazure.contoso import ESTATE
from tests.localazure.files import file

RULES = ESTATE.with_name("rules.json")
NOW = datetime(2026, 3, 10, 12)
SINCE = "2026-03-09T00:00:00Z"
WEB, APP, SQL, JUMP = "10.60.1.4", "10.61.1.4", "10.61.2.4", "10.60.9.4"
CLIENT, OTHER = "203.0.113.150", "203.0.113.151"
Entries = list[dict[str, Any]]


def talk(source: str, destination: str, port: int, **more: Any) -> dict[str, Any]:
    given = {"source": source, "destination": destination, "port": port, "protocol": "TCP"}
    sizes = {"flows": 3, "bytesSent": 500, "bytesReturned": 4000}
    return {**given, **sizes, "from": SINCE, "to": "2026-03-09T02:00:00Z", **more}


def entries(*talks: dict[str, Any], **members: Any) -> Entries:
    """The estate of the rules with other conversations, and nothing late or dark."""
    found: Entries = json.loads(RULES.read_bytes())
    table = found.pop()
    return [*found, {"id": table["id"], "conversations": list(talks), **members}]


def named(found: Entries, name: str) -> dict[str, Any]:
    return next(each for each in found if each["id"].endswith(f"/{name}"))


def store_of(folder: Path, found: Entries) -> Store:
    return read_estate(file(folder, "estate.json", found))


def workspace(store: Store) -> Resource:
    (found,) = store.of_type("Microsoft.OperationalInsights/workspaces", "")
    return found


def rows(store: Store, table: str = NETWORK_TABLE, now: datetime = NOW) -> Entries:
    """Rows as a query finds them, by the time of their interval."""
    held = repeated(store, workspace(store), now)
    if table not in held:
        return []
    start = "FlowIntervalStartTime" if table == NETWORK_TABLE else "FlowIntervalStartTime_t"
    columns, found = Tables({}, held).run(f"{table} | sort by {start} asc", now)
    return [dict(zip(columns, each, strict=True)) for each in found]


def only(found: Entries, *, at: str) -> dict[str, Any]:
    (row,) = [each for each in found if each["FlowDirection"] == at][:1]
    return row


def test_each_end_reports_with_the_rule_that_let_it_through(tmp_path: Path) -> None:
    found = rows(store_of(tmp_path, entries(talk(WEB, APP, 8080))))
    assert len(found) == 4  # two hours at two ends
    out, arrived = only(found, at="O"), only(found, at="I")
    place = "00000000-0000-4000-8000-000000000010/rg-retail-network"
    assert (out["AclGroup"], out["AclRule"]) == (
        f"{place}/nsg-web",
        "DefaultRule_AllowVnetOutBound",
    )
    assert (arrived["AclGroup"], arrived["AclRule"]) == (f"{place}/nsg-app", "AllowFrontInBound")
    assert out["FlowLogResourceId"].endswith("/vnet-front-weu-flowlog")
    assert arrived["FlowLogResourceId"].endswith("/vnet-back-weu-flowlog")
    assert out["FlowType"] == arrived["FlowType"] == "InterVNet"
    assert (out["SrcIp"], out["DestIp"], out["DestPort"]) == (WEB, APP, 8080)
    assert out["SrcSubnet"] == "rg-retail-network/vnet-front-weu/snet-web"
    assert out["DestVm"] == "rg-retail-network/vm-app-01"
    assert (out["MacAddress"], arrived["MacAddress"]) == ("002248600001", "002248600004")
    assert (out["AllowedOutFlows"], arrived["AllowedInFlows"]) == (3, 3)
    assert (out["BytesSrcToDest"], out["BytesDestToSrc"]) == (500, 4000)


def test_what_the_source_refuses_never_comes_to_the_destination(tmp_path: Path) -> None:
    found = entries(talk(WEB, APP, 8080))
    rule = copy.deepcopy(named(found, "nsg-app")["properties"]["securityRules"][3])
    rule["properties"] |= {"destinationAddressPrefix": "VirtualNetwork", "priority": 300}
    named(found, "nsg-web")["properties"]["securityRules"].append(rule)
    told = rows(store_of(tmp_path, found))
    assert {(each["FlowDirection"], each["FlowStatus"], each["AclRule"]) for each in told} == {
        ("O", "D", "DenyInternetOutBound")
    }
    assert {
        (each["DeniedOutFlows"], each["BytesSrcToDest"], each["BytesDestToSrc"]) for each in told
    } == {(3, 0, 0)}


def test_the_destination_refuses_what_the_source_let_out(tmp_path: Path) -> None:
    told = rows(store_of(tmp_path, entries(talk(JUMP, SQL, 1433))))
    assert {(each["FlowDirection"], each["FlowStatus"], each["AclRule"]) for each in told} == {
        ("O", "A", "DefaultRule_AllowVnetOutBound"),
        ("I", "D", "DenyVnetInBound"),
    }


def test_public_addresses_share_a_row(tmp_path: Path) -> None:
    half = talk(OTHER, WEB, 443, flows=5, **{"from": "2026-03-09T01:00:00Z"})
    told = rows(store_of(tmp_path, entries(talk(CLIENT, WEB, 443), half)))
    assert [each["SrcPublicIps"] for each in told] == [
        f"{CLIENT}|3|3|3|4|500|4000",
        f"{CLIENT}|3|3|3|4|500|4000 {OTHER}|5|5|5|5|500|4000",
    ]
    assert {each["SrcIp"] for each in told} == {""}
    assert [each["AllowedInFlows"] for each in told] == [3, 8]
    assert {each["FlowType"] for each in told} == {"ExternalPublic"}


def test_a_service_of_azure_has_its_tags(tmp_path: Path) -> None:
    (row, _) = rows(store_of(tmp_path, entries(talk(APP, "198.51.100.20", 443))))
    assert (row["FlowType"], row["AclRule"]) == ("AzurePublic", "AllowStorageOutBound")
    assert "Storage.WestEurope" in row["DestServiceTags"].split(",")


@pytest.mark.parametrize(("gateway", "type_"), [(True, "S2S"), (False, "UnknownPrivate")])
def test_a_private_address_of_nobody_is_behind_a_gateway(
    tmp_path: Path, gateway: bool, type_: str
) -> None:
    found = entries(talk("192.168.5.5", WEB, 443))
    subnet = {"name": "GatewaySubnet", "properties": {"addressPrefix": "10.60.255.0/27"}}
    if gateway:
        named(found, "vnet-front-weu")["properties"]["subnets"].append(subnet)
    told = rows(store_of(tmp_path, found))
    assert {(each["FlowType"], each["SrcIp"]) for each in told} == {(type_, "192.168.5.5")}


def test_a_private_endpoint_is_seen_from_its_source_alone(tmp_path: Path) -> None:
    told = rows(store_of(tmp_path, entries(talk(APP, "10.61.3.4", 443))))
    assert {(each["FlowDirection"], each["PrivateEndpointResourceId"]) for each in told} == {
        ("O", "rg-retail-network/pe-orders")
    }


def test_a_flow_log_on_a_group_reports_what_the_group_decides(tmp_path: Path) -> None:
    store = store_of(tmp_path, entries(talk(JUMP, WEB, 22), talk(CLIENT, WEB, 3389)))
    told = rows(store, GROUP_TABLE)
    said = ("NSGRule_s", "NSGRuleType_s", "FlowStatus_s", "FlowDirection_s")
    assert {tuple(each[name] for name in said) for each in told} == {
        ("AllowSshFromJumpInBound", "User Defined", "A", "I"),
        ("DenyAllInBound", "Default", "D", "I"),
    }


def test_of_two_groups_each_flow_log_names_its_own(tmp_path: Path) -> None:
    found = entries(talk(APP, SQL, 1433))
    log = copy.deepcopy(named(found, "nsg-web-flowlog"))
    for name in ("nsg-data", "nsg-sql-01"):
        own = copy.deepcopy(log)
        own["id"] = own["id"].replace("nsg-web", name)
        own["properties"]["targetResourceId"] = named(found, name)["id"]
        found.append(own)
    told = rows(store_of(tmp_path, found), GROUP_TABLE)
    assert {(each["NSGList_s"].rpartition("/")[2], each["NSGRule_s"]) for each in told} == {
        ("nsg-data", "AllowSqlFromAppInBound"),
        ("nsg-sql-01", "AllowSqlFromBackInBound"),
    }


def test_the_nearest_flow_log_records(tmp_path: Path) -> None:
    found = entries(talk(WEB, APP, 8080))
    log = copy.deepcopy(named(found, "vnet-back-weu-flowlog"))
    log["id"] = log["id"].replace("vnet-back-weu", "nic-app-01")
    log["properties"]["targetResourceId"] = named(found, "nic-app-01")["id"]
    told = rows(store_of(tmp_path, [*found, log]))
    assert only(told, at="I")["FlowLogResourceId"].endswith("/nic-app-01-flowlog")
    log["properties"]["enabled"] = False
    told = rows(store_of(tmp_path, [*found, log]))
    assert only(told, at="I")["FlowLogResourceId"].endswith("/vnet-back-weu-flowlog")


def test_the_interval_is_the_flow_logs_own_and_rows_come_later(tmp_path: Path) -> None:
    often = talk(WEB, APP, 8080, every="PT10M", to="2026-03-09T01:00:00Z")
    told = rows(store_of(tmp_path, entries(often)))
    hour = [each for each in told if each["FlowDirection"] == "O"]
    tens = [each for each in told if each["FlowDirection"] == "I"]
    assert [each["AllowedOutFlows"] for each in hour] == [18]
    assert [each["AllowedInFlows"] for each in tens] == [3] * 6
    for each in told:
        lag = each["TimeGenerated"] - each["FlowIntervalEndTime"]
        assert timedelta(minutes=20) <= lag <= timedelta(minutes=60)


def test_rows_are_not_there_before_they_arrive(tmp_path: Path) -> None:
    store = store_of(tmp_path, entries(talk(WEB, APP, 8080)))
    early, later = datetime(2026, 3, 9, 1, 10), datetime(2026, 3, 9, 2, 10)
    assert not [each for each in rows(store, now=early) if each["FlowDirection"] == "O"]
    assert len([each for each in rows(store, now=later) if each["FlowDirection"] == "O"]) == 1


def test_nothing_is_written_in_a_gap_and_late_rows_come_later(tmp_path: Path) -> None:
    log = "vnet-front-weu-flowlog"
    gap = {"flowLog": log, "from": SINCE, "to": "2026-03-09T01:00:00Z"}
    late = {"flowLog": log, "from": "2026-03-09T01:00:00Z", "to": "2026-03-09T02:00:00Z"}
    given = entries(talk(WEB, APP, 8080), gaps=[gap], late=[{**late, "by": "PT5H"}])
    (row,) = [each for each in rows(store_of(tmp_path, given)) if each["FlowDirection"] == "O"]
    assert row["FlowIntervalStartTime"] == datetime(2026, 3, 9, 1)
    assert row["TimeGenerated"] >= datetime(2026, 3, 9, 7, 20)


def test_a_flow_log_that_is_off_or_delivers_nowhere_has_no_rows(tmp_path: Path) -> None:
    found = entries(talk(WEB, APP, 8080))
    named(found, "vnet-front-weu-flowlog")["properties"]["enabled"] = False
    named(found, "vnet-back-weu-flowlog")["properties"]["flowAnalyticsConfiguration"] = {}
    assert rows(store_of(tmp_path, found)) == []


def test_a_flow_log_made_by_now_has_no_rows_before(tmp_path: Path) -> None:
    given = entries(talk(WEB, APP, 8080, **{"from": "-P2D", "to": "-PT2H"}))
    store = store_of(tmp_path, given)
    log = dict(store.of_type("Microsoft.Network/networkWatchers/flowLogs", "")[0])
    assert [each["FlowDirection"] for each in rows(store, now=utc_now())].count("O") >= 44
    store.remove(log["id"])
    store.put(log)
    assert {each["FlowDirection"] for each in rows(store, now=utc_now())} == {"I"}


def test_rows_follow_the_rules(tmp_path: Path) -> None:
    store = store_of(tmp_path, entries(talk(WEB, APP, 8080)))
    assert only(rows(store), at="I")["FlowStatus"] == "A"
    group = store.find(named(entries(), "nsg-app")["id"])
    assert group is not None
    del group["properties"]["securityRules"][0]
    store.put(group)
    assert only(rows(store), at="I")["AclRule"] == "DenyVnetInBound"
    store.remove(named(entries(), "nic-web-01")["id"])
    with pytest.raises(NotModelled, match="no network interface has"):
        rows(store)


def test_tables_are_kept_while_nothing_changes(tmp_path: Path) -> None:
    store = store_of(tmp_path, entries(talk(WEB, APP, 8080)))
    first = tables_of(store, workspace(store), None, NOW)()
    assert tables_of(store, workspace(store), None, NOW)() is first
    store.put(workspace(store))
    assert tables_of(store, workspace(store), None, NOW)() is not first


MISTAKES = [
    ({"protocol": "ICMP"}, "'conversations[0].protocol' must be TCP or UDP"),
    ({"port": 70000}, "'conversations[0].port' must be 0 to 65535"),
    ({"port": "443"}, "'conversations[0].port' must be a whole number"),
    ({"source": "web"}, "'conversations[0].source' must be an address"),
    ({"from": "yesterday"}, "'conversations[0].from' must be a time"),
    ({"every": "P1M"}, "'conversations[0].every' must be whole minutes"),
    ({"type": "Internal"}, "'conversations[0].type' must be one of"),
    ({"source": CLIENT, "destination": OTHER}, "neither end is in a subnet of the estate"),
    ({"destination": "10.61.1.99"}, "no network interface has 10.61.1.99"),
]


@pytest.mark.parametrize(("change", "said"), MISTAKES)
def test_a_conversation_that_cannot_be_decided_is_refused(
    tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    with pytest.raises(FileProblem) as problem:
        store_of(tmp_path, entries({**talk(WEB, APP, 8080), **change}))
    assert said in str(problem.value)


def test_gaps_and_tables_are_held_against_the_estate(tmp_path: Path) -> None:
    gap = {"flowLog": "nobodys", "from": "-P1D"}
    with pytest.raises(FileProblem, match="nobodys names no flow log"):
        store_of(tmp_path, entries(talk(WEB, APP, 8080), gaps=[gap]))
    found = entries(talk(WEB, APP, 8080))
    found[-1]["id"] = found[-1]["id"].replace(NETWORK_TABLE, "SecurityEvent")
    with pytest.raises(FileProblem, match="are of NTANetAnalytics or"):
        store_of(tmp_path, found)
