"""The rules that decided a flow: of each end, of the way between, in answers and alerts."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

import pytest

from tests.queries.conftest import Recording, vnet
from tests.queries.conversations import BAD, by, fan_out
from tests.queries.traffic import SPOKE, Flow, nsg_rows, vnet_rows
from tests.queries.workspace import Row, Workspace

pytestmark = pytest.mark.slow

GROUPS = [f"{0:08}-0000-4000-8000-000000000002/rg-prod-shop/nsg-{name}" for name in ("web", "db")]
SETS = ("LetOutBy", "LetInBy", "LetThroughBy", "DeniedBy")
OUT = Flow(
    source="10.0.0.4",
    destination="10.1.0.5",
    type="InterVNet",
    flows=3,
    sent=300,
    rule="AllowOut",
    group=GROUPS[0],
)
IN = replace(OUT, direction="I", mac="BB", flow_log=SPOKE, rule="AllowIn", group=GROUPS[1])
HOP = replace(OUT, hop=True, mac="CC", rule="AllowHub", group="")
ONWARD = replace(HOP, hop=False, on_the_way=True, rule="AllowOnward")
ALLOW_OUT = f"{GROUPS[0]}/AllowOut (security group rule)"
ALLOW_IN = f"{GROUPS[1]}/AllowIn (security group rule)"


def _rules(row: Row) -> dict[str, list[str]]:
    """The sets of rules that are not empty, each in order."""
    return {name: sorted(json.loads(row[name])) for name in SETS if json.loads(row[name])}


def _once(flows: Iterable[Flow]) -> Row:
    (row,) = vnet(flows).rows("flows-once")
    return row


def test_a_flow_that_both_ends_allowed_keeps_the_rule_of_each() -> None:
    row = _once([OUT, IN])
    assert _rules(row) == {"LetOutBy": [ALLOW_OUT], "LetInBy": [ALLOW_IN]}
    assert (row["Reports"], row["Flows"], row["DeniedFlows"]) == (2, 3, 0)


def test_what_the_source_let_out_and_the_destination_refused_names_both_rules() -> None:
    row = _once([OUT, replace(IN, status="D", rule="DenyAll")])
    denied = f"{GROUPS[1]}/DenyAll (security group rule)"
    assert _rules(row) == {"LetOutBy": [ALLOW_OUT], "DeniedBy": [denied]}


def test_several_rules_of_one_end_are_a_set_and_leave_the_figures() -> None:
    flows = [
        OUT,
        replace(OUT, rule="AllowOther", flows=4),
        replace(OUT, rule="DenySome", status="D", flows=2),
    ]
    row = _once(flows)
    assert _rules(row) == {
        "LetOutBy": sorted([ALLOW_OUT, f"{GROUPS[0]}/AllowOther (security group rule)"]),
        "DeniedBy": [f"{GROUPS[0]}/DenySome (security group rule)"],
    }
    assert (row["AllowedFlows"], row["DeniedFlows"], row["Bytes"]) == (7, 2, 900)


def test_rules_of_one_name_in_two_groups_stay_two() -> None:
    row = _once([replace(OUT, status="D", rule="DenyAll", group=group) for group in GROUPS])
    assert _rules(row) == {
        "DeniedBy": sorted(f"{group}/DenyAll (security group rule)" for group in GROUPS)
    }


def test_a_group_that_flow_logs_spell_differently_stays_one() -> None:
    again = replace(OUT, group=GROUPS[0].upper(), flow_log=SPOKE)
    assert _rules(_once([OUT, again])) == {"LetOutBy": [ALLOW_OUT]}


def test_rules_at_an_appliance_on_the_way_are_of_neither_end() -> None:
    through = ["AllowHub (security group rule)", "AllowOnward (security group rule)"]
    rules = _rules(_once([OUT, HOP, ONWARD, IN]))
    assert rules == {"LetOutBy": [ALLOW_OUT], "LetInBy": [ALLOW_IN], "LetThroughBy": through}
    refused = replace(HOP, status="D", rule="DenyHub")
    assert _rules(_once([OUT, refused])) == {
        "LetOutBy": [ALLOW_OUT],
        "DeniedBy": ["DenyHub (security group rule)"],
    }


def test_the_older_table_knows_appliances_too(recorded: Recording) -> None:
    (row,) = recorded([OUT, HOP]).rows("flows-once")
    assert [len(names) for names in _rules(row).values()] == [1, 1]
    assert set(_rules(row)) == {"LetOutBy", "LetThroughBy"}


def test_the_rule_of_a_connection_that_only_goes_on_is_known() -> None:
    assert _rules(_once([replace(OUT, flows=0)])) == {"LetOutBy": [ALLOW_OUT]}


def test_a_report_without_a_rule_names_none() -> None:
    assert _rules(_once([replace(OUT, rule="", group="")])) == {}


@pytest.mark.parametrize(
    ("rule", "group", "decided"),
    [
        ("AllowShop", GROUPS[0].upper(), f"{GROUPS[0]}/AllowShop (security group rule)"),
        ("AllowShop", "", "AllowShop (security group rule)"),
        ("BlockPorts", "ng-production", "ng-production/BlockPorts (security admin rule)"),
        ("unspecified", "unspecified", "unspecified/unspecified (encryption)"),
        ("", GROUPS[0], ""),
    ],
)
def test_group_rule_and_kind_in_one_text(rule: str, group: str, decided: str) -> None:
    (row,) = vnet([replace(OUT, rule=rule, group=group)]).rows("flows")
    assert row["DecidedBy"] == decided


def test_both_tables_in_one_workspace_give_the_rules_of_both() -> None:
    old = [row | {"NSGList_s": GROUPS[1]} for row in nsg_rows([replace(IN, rule="AllowIn")])]
    tables = {"NTANetAnalytics": vnet_rows([OUT]), "AzureNetworkAnalytics_CL": old}
    (row,) = Workspace(tables).rows("flows-once")
    assert _rules(row) == {"LetOutBy": [ALLOW_OUT], "LetInBy": [ALLOW_IN]}


ARRIVAL = Flow(
    source="203.0.113.9",
    destination="10.0.0.4",
    direction="I",
    port=22,
    flows=2,
    rule="AllowAdmin",
    group=GROUPS[0],
)
ALLOW_ADMIN = f"{GROUPS[0]}/AllowAdmin (security group rule)"


def test_what_the_internet_reaches_is_listed_by_the_rules_that_let_it_in() -> None:
    flows = [
        ARRIVAL,
        replace(ARRIVAL, source="203.0.113.10", group=GROUPS[1], flows=5),
        replace(ARRIVAL, rule="DenySome", status="D"),
        replace(ARRIVAL, source="203.0.113.11", rule="DenyAll", status="D"),
        replace(ARRIVAL, source="203.0.113.12", rule="AllowRest"),
        replace(ARRIVAL, source="203.0.113.12"),
    ]
    found = by(vnet(flows).rows("allowed-from-internet"), "LetInBy")
    rest = f"{GROUPS[0]}/AllowRest (security group rule)"
    assert {rules: row["AllowedFlows"] for rules, row in found.items()} == {
        ALLOW_ADMIN: 2,
        f"{GROUPS[1]}/AllowAdmin (security group rule)": 5,
        f"{ALLOW_ADMIN}, {rest}": 4,
    }


def test_only_the_appliance_that_let_it_through_is_named_where_no_more_is_recorded() -> None:
    (row,) = vnet([replace(ARRIVAL, hop=True)]).rows("allowed-from-internet")
    assert (row["LetInBy"], json.loads(row["LetThroughBy"])) == ("", [ALLOW_ADMIN])


@pytest.mark.parametrize(
    ("query", "flows", "rules"),
    [
        ("open-management-port", [ARRIVAL], {"LetInBy": [ALLOW_ADMIN]}),
        (
            "malicious-flow",
            [replace(ARRIVAL, source=BAD, type="MaliciousFlow")],
            {"LetInBy": [ALLOW_ADMIN]},
        ),
        (
            "malicious-flow",
            [replace(OUT, destination=BAD, type="MaliciousFlow", status="D")],
            {"DeniedBy": [ALLOW_OUT]},
        ),
        (
            "external-fan-out",
            [replace(flow, rule="AllowOut", group=GROUPS[0]) for flow in fan_out(101)],
            {"LetOutBy": [ALLOW_OUT]},
        ),
        (
            "denied-burst",
            [replace(ARRIVAL, status="D", flows=600, group=group) for group in GROUPS],
            {"DeniedBy": sorted(f"{group}/AllowAdmin (security group rule)" for group in GROUPS)},
        ),
    ],
)
def test_an_alert_names_the_rules_that_decided(
    query: str, flows: list[Flow], rules: dict[str, list[str]]
) -> None:
    (row,) = vnet(flows).rows(query)
    named = {name: row[name] for name in SETS if name in row}
    assert _rules({**dict.fromkeys(SETS, "[]"), **named}) == rules


def test_rules_leave_a_burst_one_row_with_all_its_flows() -> None:
    """Two rules refuse 600 flows each: neither is a burst, their source is."""
    refused = [replace(ARRIVAL, status="D", flows=600, rule=rule) for rule in ("DenyA", "DenyB")]
    (row,) = vnet(refused).rows("denied-burst")
    assert (row["DeniedFlows"], len(_rules({**dict.fromkeys(SETS, "[]"), **row})["DeniedBy"])) == (
        1200,
        2,
    )
