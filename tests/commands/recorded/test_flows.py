"""Flows out of rows: what both ends report is one flow, with the rule of each."""

from __future__ import annotations

from typing import Any

from commands.recorded.flows import group_named, merged, rule_named
from rules.model import Flow


def row(**columns: Any) -> dict[str, Any]:
    """A row as the query gives it: let out by its source, unless columns say otherwise."""
    return {
        "FlowType": "IntraVNet",
        "SourceAddress": "10.0.0.4",
        "SourceSubnet": "rg/v/web",
        "SourceSubscription": "s",
        "DestinationAddress": "10.0.1.4",
        "DestinationSubnet": "rg/v/app",
        "DestinationSubscription": "s",
        "DestinationPort": 443,
        "Protocol": "TCP",
        "Action": "Allowed",
        "ReportedAt": "Source",
        "Rule": "Out",
        "RuleGroup": "s/rg/nsg-web",
        "RuleKind": "security group rule",
        "Flows": 5,
        "Bytes": 500,
        "LastSeen": "2026-03-02T11:00:00Z",
        **columns,
    }


def arrival(**columns: Any) -> dict[str, Any]:
    """The report of the destination."""
    return row(
        **{"ReportedAt": "Destination", "Rule": "In", "RuleGroup": "s/rg/nsg-app", **columns}
    )


def rules_of(flow: Flow) -> list[tuple[str, str]]:
    """Where and by which rule it was decided."""
    return [(each.at, each.rule) for each in flow.deciding]


def test_what_both_ends_report_is_one_flow_with_a_rule_at_each() -> None:
    (flow,) = merged([row(), arrival()])
    assert (flow.flows, flow.bytes, flow.denied) == (5, 500, False)
    assert rules_of(flow) == [("Source", "Out"), ("Destination", "In")]


def test_what_the_destination_refused_is_refused_there_and_not_let_through_besides() -> None:
    (flow,) = merged([row(), arrival(Action="Denied", Rule="Shut")])
    assert (flow.denied, flow.flows, flow.refused_at) == (True, 5, "Destination")
    assert rules_of(flow) == [("Source", "Out"), ("Destination", "Shut")]
    assert flow.passed("Source")
    assert not flow.passed("Destination")


def test_a_part_refused_and_a_part_let_in_are_two() -> None:
    found = list(merged([row(Flows=8), arrival(Flows=5), arrival(Action="Denied", Flows=3)]))
    assert sorted((flow.denied, flow.flows) for flow in found) == [(False, 5), (True, 3)]


def test_what_its_source_refused_never_came_to_the_destination() -> None:
    (flow,) = merged([row(Action="Denied", Rule="NoWayOut")])
    assert (flow.refused_at, flow.passed("Source")) == ("Source", False)


def test_several_rules_at_one_end_are_all_kept() -> None:
    (flow,) = merged([row(Rule="Old", Flows=2), row(Rule="New", Flows=3)])
    assert (flow.flows, [each.flows for each in flow.deciding]) == (5, [2, 3])


def test_rows_of_two_workspaces_do_not_add_up_at_one_end() -> None:
    one, other = row(Workspace="a", Flows=5), row(Workspace="b", Flows=4)
    (flow,) = merged([one, other, arrival(Workspace="b", Flows=5)])
    assert flow.flows == 5


def test_overlapping_addresses_of_two_networks_stay_apart() -> None:
    found = list(merged([row(), row(SourceSubnet="rg/w/web")]))
    assert len(found) == 2


def test_names_are_the_same_however_rows_write_them() -> None:
    id_ = "/subscriptions/S/resourceGroups/RG/providers/Microsoft.Network/networkSecurityGroups/N"
    assert group_named(id_) == group_named("s/rg/n") == "s/rg/n"
    names = [rule_named(text) for text in ("UserRule_Web", "DefaultRule_DenyAll", "Web")]
    assert names == ["Web", "DenyAll", "Web"]
