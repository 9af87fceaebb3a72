"""Hits of rules: at either end, of either group, once however many places report them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from queries import library
from tests.queries.conftest import Recording, vnet
from tests.queries.conversations import by
from tests.queries.traffic import HUB, SPOKE, START, Flow, nsg_rows, vnet_rows
from tests.queries.workspace import Workspace

pytestmark = pytest.mark.slow

WEB, DB = (f"{0:08}-0000-4000-8000-000000000002/rg-shop/nsg-{name}" for name in ("web", "db"))
OUT = Flow(
    source="10.0.0.4",
    destination="10.1.0.5",
    type="InterVNet",
    flows=3,
    sent=300,
    returned=30,
    rule="AllowOut",
    group=WEB,
)
IN = replace(OUT, direction="I", mac="BB", flow_log=SPOKE, rule="AllowIn", group=DB)
HOUR = timedelta(hours=1)


def _hits(flows: Iterable[Flow]) -> dict[object, tuple[Any, ...]]:
    """Flows and bytes by group, rule, direction and action."""
    rows = vnet(flows).rows("rule-hits")
    found = by(rows, "RuleGroup", "Rule", "Direction", "Action")
    assert len(found) == len(rows)
    return {which: (row["Flows"], row["Bytes"]) for which, row in found.items()}


def test_each_end_counts_for_the_rule_that_decided_there() -> None:
    assert _hits([OUT, IN]) == {
        (WEB, "AllowOut", "Outbound", "Allowed"): (3, 330),
        (DB, "AllowIn", "Inbound", "Allowed"): (3, 330),
    }


def test_what_a_rule_was_hit_by_and_when() -> None:
    flows = [
        OUT,
        replace(OUT, source="10.0.0.6", port=80, start=START - HOUR),
        replace(OUT, source="10.0.0.6", port=53, protocol="U", start=START - 3 * HOUR),
    ]
    (row,) = vnet(flows).rows("rule-hits")
    assert (row["Flows"], row["Bytes"], row["Sources"]) == (9, 990, 2)
    assert sorted(json.loads(row["Ports"])) == [53, 80, 443]
    assert (row["FirstHit"], row["LastHit"]) == (START - 3 * HOUR, START + HOUR)
    assert row["RuleKind"] == "security group rule"


def test_rules_of_one_name_in_two_groups_are_two() -> None:
    second = replace(IN, group=WEB, destination="10.1.0.9", flows=1, sent=0, returned=0)
    assert _hits([IN, second]) == {
        (DB, "AllowIn", "Inbound", "Allowed"): (3, 330),
        (WEB, "AllowIn", "Inbound", "Allowed"): (1, 0),
    }


def test_two_groups_at_one_end_that_both_report_have_their_hits_each() -> None:
    """As NSG flow logs do, where subnet and network interface have a group of their own."""
    own = replace(IN, flow_log=HUB, group=WEB, rule="AllowCard")
    assert _hits([IN, own]) == {
        (DB, "AllowIn", "Inbound", "Allowed"): (3, 330),
        (WEB, "AllowCard", "Inbound", "Allowed"): (3, 330),
    }


def test_two_flow_logs_on_one_place_count_once_in_each_interval_by_the_larger_figure() -> None:
    earlier = replace(OUT, start=START - HOUR)
    flows = [
        replace(OUT, flow_log="flow-logs/network", flows=5),
        replace(OUT, flow_log="flow-logs/subnet", flows=4, sent=500, group=WEB.upper()),
        replace(earlier, flow_log="flow-logs/network", flows=1),
        replace(earlier, flow_log="flow-logs/subnet", flows=2),
    ]
    assert _hits(flows) == {(WEB, "AllowOut", "Outbound", "Allowed"): (7, 530 + 330)}


def test_reports_of_one_place_in_an_interval_add_up() -> None:
    assert _hits([OUT, replace(OUT, encryption="X", flows=2)]) == {
        (WEB, "AllowOut", "Outbound", "Allowed"): (5, 660)
    }


def test_cards_without_an_address_are_as_many_as_they_are() -> None:
    cards = [replace(OUT, source="", mac=mac) for mac in ("AA", "BB")]
    assert _hits(cards) == {(WEB, "AllowOut", "Outbound", "Allowed"): (6, 660)}


def test_an_appliance_on_the_way_counts_for_its_own_rules_in_their_direction() -> None:
    hub = f"{WEB.rpartition('/')[0]}/nsg-hub"
    into = replace(OUT, hop=True, mac="CC", rule="AllowHub", group=hub)
    onward = replace(OUT, on_the_way=True, mac="CC", rule="AllowOnward", group=hub)
    assert _hits([OUT, into, onward, IN]) == {
        (WEB, "AllowOut", "Outbound", "Allowed"): (3, 330),
        (hub, "AllowHub", "Inbound", "Allowed"): (3, 330),
        (hub, "AllowOnward", "Outbound", "Allowed"): (3, 330),
        (DB, "AllowIn", "Inbound", "Allowed"): (3, 330),
    }


def test_a_flow_that_meets_a_rule_again_at_an_appliance_counts_once_for_it() -> None:
    again = replace(OUT, on_the_way=True, mac="CC", flow_log=SPOKE)
    assert _hits([OUT, again]) == {(WEB, "AllowOut", "Outbound", "Allowed"): (3, 330)}


def test_an_appliance_that_is_not_marked_has_its_rule_in_the_direction_of_the_report() -> None:
    """What leaves the network comes in at it, by a rule for what comes in."""
    leaving = replace(OUT, destination="203.0.113.1", type="ExternalPublic", direction="O")
    (row,) = vnet_rows([leaving])
    row |= {"FlowDirection": "I", "AclRule": "AllowForward", "AclGroup": DB}
    (hit,) = Workspace({"NTANetAnalytics": [row]}).rows("rule-hits")
    assert (hit["RuleGroup"], hit["Direction"]) == (DB, "Inbound")


def test_what_a_rule_refused_and_what_the_platform_decided_are_told_apart() -> None:
    denied = replace(IN, status="D", rule="DefaultRule_DenyAllInBound", sent=0, returned=0)
    own = replace(denied, rule="UserRule_DenyAllInBound", flows=1)
    rows = vnet([denied, own, replace(IN, rule="platformrule", group="")]).rows("rule-hits")
    found = by(rows, "Rule", "RuleKind", "Action")
    assert {which: row["Flows"] for which, row in found.items()} == {
        ("DenyAllInBound", "default rule", "Denied"): 3,
        ("DenyAllInBound", "security group rule", "Denied"): 1,
        ("platformrule", "platform", "Allowed"): 3,
    }


def test_a_connection_that_only_goes_on_is_a_hit() -> None:
    assert _hits([replace(OUT, flows=0)]) == {(WEB, "AllowOut", "Outbound", "Allowed"): (0, 330)}


def test_a_report_without_a_rule_hits_none(recorded: Recording) -> None:
    assert recorded([replace(OUT, rule="")]).rows("rule-hits") == []


def test_a_rule_that_both_tables_report_counts_once() -> None:
    old = [row | {"NSGList_s": WEB} for row in nsg_rows([replace(OUT, rule="UserRule_AllowOut")])]
    tables = {"NTANetAnalytics": vnet_rows([OUT]), "AzureNetworkAnalytics_CL": old}
    (row,) = Workspace(tables).rows("rule-hits")
    assert (row["Rule"], row["RuleGroup"], row["Flows"]) == ("AllowOut", WEB, 3)


def test_no_rule_with_a_hit_is_cut_off() -> None:
    flows = [replace(OUT, rule=f"Allow{number}", flows=1) for number in range(1200)]
    assert len(vnet(flows).rows("rule-hits")) == 1200


def test_title_and_question_claim_no_more_than_was_recorded() -> None:
    for text in (library()["rule-hits"].title, library()["rule-hits"].question):
        assert "as far as was recorded" in text
        assert "python -m commands.rules" in text
