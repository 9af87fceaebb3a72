"""Queries on the recording itself and on places: what they answer, on rows with known answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.queries.conftest import Recording
from tests.queries.conversations import BAD, by
from tests.queries.traffic import START, Flow, nsg_rows, vnet_rows
from tests.queries.workspace import NOW, Workspace

pytestmark = pytest.mark.slow


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


GROUPS = [f"{0:08}-0000-4000-8000-000000000002/rg-prod-shop/nsg-{name}" for name in ("web", "db")]


def test_rules_of_one_name_in_two_groups_of_a_network_are_two(recorded: Recording) -> None:
    refused = Flow(
        source="203.0.113.9", destination="10.0.0.4", direction="I", status="D", rule="DenyAll"
    )
    flows = [
        replace(refused, group=group, destination=f"10.0.{number}.4", flows=number + 3)
        for number, group in enumerate(GROUPS)
    ]
    rows = Workspace({"NTANetAnalytics": vnet_rows(flows)}).rows("blocked-traffic")
    assert {(row["Rule"], row["RuleGroup"]): row["DeniedFlows"] for row in rows} == {
        ("DenyAll", GROUPS[0]): 3,
        ("DenyAll", GROUPS[1]): 4,
    }


@pytest.mark.parametrize(
    ("rule", "group", "kind"),
    [
        ("AllowShop", GROUPS[0], "security group rule"),
        ("AllowShop", "", "security group rule"),
        ("DefaultRule_DenyAllInBound", GROUPS[0], "default rule"),
        ("BlockHighRiskPorts", "ng-production", "security admin rule"),
        ("PlatformRule", "", "platform"),
        ("unspecified", "unspecified", "encryption"),
        ("", "", ""),
    ],
)
def test_the_kind_of_the_deciding_rule(rule: str, group: str, kind: str) -> None:
    flow = Flow(source="10.0.0.4", destination="10.0.0.5", type="IntraVNet", rule=rule, group=group)
    (row,) = Workspace({"NTANetAnalytics": vnet_rows([flow])}).rows("flow-details")
    assert (row["Rule"], row["RuleGroup"], row["RuleKind"]) == (rule, group, kind)


def test_a_default_rule_of_the_older_table_is_told_by_its_type() -> None:
    flow = Flow(source="10.0.0.4", destination="10.0.0.5", type="IntraVNet", rule="DenyAllInBound")
    rows = [row | {"NSGList_s": GROUPS[0], "NSGRuleType_s": "Default"} for row in nsg_rows([flow])]
    (row,) = Workspace({"AzureNetworkAnalytics_CL": rows}).rows("flow-details")
    assert (row["RuleGroup"], row["RuleKind"]) == (GROUPS[0], "default rule")


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
