"""Known answers about rules: which stage and which rule decides."""

from __future__ import annotations

from typing import Any

import pytest

from rules.evaluator import AtEnd, Evaluator, Verdict
from rules.model import Flow
from rules.tags import ServiceTags
from tests.rules import scene
from tests.rules.scene import Body, asg, card, flow, group, network, rule, subnet

ONE, TWO = "10.0.0.4", "10.0.0.5"


def decide(flow: Flow, *bodies: Body, admin: list[Body] | None = None) -> Verdict:
    """The verdict in the given networks; ``admin`` rules are for the network ``n``."""
    made = scene.landscape(*bodies, admin={"n": admin or []})
    return Evaluator(made, ServiceTags()).verdict(flow)


def one_network(subnet_group: str = "", **of_subnet: Any) -> Body:
    """The network ``n`` of one subnet ``s``, 10.0.0.0/24."""
    return network("n", ["10.0.0.0/16"], {"s": subnet("10.0.0.0/24", subnet_group, **of_subnet)})


def by(end: AtEnd) -> str:
    """The group and name of the deciding rule."""
    assert end.rule is not None
    return f"{end.rule.group.rsplit('/', 1)[1]}/{end.rule.name}"


def test_two_groups_of_a_network_each_refuse_with_a_rule_of_one_name() -> None:
    close = rule(4096, "Deny", name="DenyAll")
    bodies = (
        network(
            "n", ["10.0.0.0/16"], {"a": subnet("10.0.0.0/24", "a"), "b": subnet("10.0.1.0/24", "b")}
        ),
        group("a", close),
        group("b", close),
        card("one", "n/a", "10.0.0.4"),
        card("two", "n/b", "10.0.1.4"),
    )
    refused = {to: decide(flow("8.8.8.8", to), *bodies).ends[0] for to in ("10.0.0.4", "10.0.1.4")}
    assert [by(end) for end in refused.values()] == ["a/DenyAll", "b/DenyAll"]


def test_inbound_the_subnet_is_asked_before_the_interface() -> None:
    bodies = (
        one_network("wide"),
        card("c", "n/s", ONE, "narrow"),
        group("wide", rule(100, "Allow")),
        group("narrow", rule(100, "Deny")),
    )
    (end,) = decide(flow("8.8.8.8", ONE), *bodies).ends
    assert (end.access, by(end)) == ("Deny", "narrow/Deny100")
    assert [each.stage for each in end.decisions] == ["admin", "subnet", "interface"]


def test_inbound_the_interface_is_not_asked_what_the_subnet_refuses() -> None:
    bodies = (
        one_network("narrow"),
        card("c", "n/s", ONE, "wide"),
        group("wide", rule(100, "Allow")),
        group("narrow", rule(100, "Deny")),
    )
    (end,) = decide(flow("8.8.8.8", ONE), *bodies).ends
    assert (end.access, by(end)) == ("Deny", "narrow/Deny100")
    assert [each.stage for each in end.decisions] == ["admin", "subnet"]


def test_outbound_the_interface_is_asked_before_the_subnet() -> None:
    bodies = (
        one_network("wide"),
        card("c", "n/s", ONE, "narrow"),
        group("wide", rule(100, "Allow", "Outbound")),
        group("narrow", rule(100, "Deny", "Outbound")),
    )
    (end,) = decide(flow(ONE, "8.8.8.8"), *bodies).ends
    assert (end.access, by(end)) == ("Deny", "narrow/Deny100")
    assert [each.stage for each in end.decisions] == ["admin", "interface"]


def test_a_flow_inside_a_subnet_is_judged_at_both_ends() -> None:
    """azure-docs, network-security-group-how-it-works, intra-subnet traffic."""
    bodies = (
        one_network("g"),
        card("one", "n/s", ONE),
        card("two", "n/s", TWO),
        group("g", rule(100, "Deny", destinationPortRange="22")),
    )
    verdict = decide(flow(ONE, TWO, 22), *bodies)
    assert verdict.access == "Deny"
    assert [(end.at, end.access) for end in verdict.ends] == [
        ("Source", "Allow"),
        ("Destination", "Deny"),
    ]
    assert decide(flow(ONE, TWO, 23), *bodies).access == "Allow"


@pytest.mark.parametrize(("to", "access"), [(ONE, "Allow"), (TWO, "Deny"), ("10.0.0.9", None)])
def test_a_rule_for_an_application_group_is_for_its_members(to: str, access: str | None) -> None:
    """10.0.0.9 has no machine now: one that was there may have been a member."""
    bodies = (
        one_network("g"),
        card("one", "n/s", ONE, asgs=["WEB"]),
        card("two", "n/s", TWO, asgs=["db"]),
        group("g", rule(100, "Allow", destinationApplicationSecurityGroups=[asg("web")])),
    )
    assert decide(flow("8.8.8.8", to), *bodies).access == access


def test_a_rule_with_application_groups_on_both_sides_asks_both() -> None:
    """azure-docs, application-security-groups: logic may reach the database, nobody else may."""
    wanted = rule(
        110,
        "Allow",
        sourceApplicationSecurityGroups=[asg("logic")],
        destinationApplicationSecurityGroups=[asg("db")],
    )
    close = rule(120, "Deny", destinationApplicationSecurityGroups=[asg("db")])
    bodies = (
        one_network("g"),
        card("logic", "n/s", ONE, asgs=["logic"]),
        card("db", "n/s", TWO, asgs=["db"]),
        card("web", "n/s", "10.0.0.6", asgs=["web"]),
        group("g", wanted, close),
    )
    assert decide(flow(ONE, TWO, 1433), *bodies).access == "Allow"
    assert decide(flow("10.0.0.6", TWO, 1433), *bodies).access == "Deny"
    assert decide(flow("10.0.0.6", ONE, 1433), *bodies).access == "Allow"


def test_an_address_outside_the_networks_is_in_no_application_group() -> None:
    close = rule(100, "Deny", sourceApplicationSecurityGroups=[asg("web")])
    bodies = (one_network("g"), card("c", "n/s", ONE), group("g", close, rule(200, "Allow")))
    assert decide(flow("192.168.7.7", ONE), *bodies).access == "Allow"


def test_a_network_manager_refuses_before_any_group_allows() -> None:
    bodies = (one_network("g"), card("c", "n/s", ONE), group("g", rule(100, "Allow")))
    verdict = decide(flow("8.8.8.8", ONE), *bodies, admin=[rule(1, "Deny")])
    (end,) = verdict.ends
    assert end.rule is not None
    assert (verdict.access, end.rule.admin, len(end.decisions)) == ("Deny", True, 1)


def test_a_network_manager_that_always_allows_leaves_groups_out() -> None:
    bodies = (one_network("g"), card("c", "n/s", ONE), group("g", rule(100, "Deny")))
    assert decide(flow("8.8.8.8", ONE), *bodies, admin=[rule(1, "AlwaysAllow")]).access == "Allow"
    assert decide(flow("8.8.8.8", ONE), *bodies, admin=[rule(1, "Allow")]).access == "Deny"


def test_the_first_rule_of_a_network_manager_that_fits_is_its_last_word() -> None:
    bodies = (one_network("g"), card("c", "n/s", ONE), group("g", rule(100, "Allow")))
    admin = [rule(2, "Deny"), rule(1, "Allow", destinationPortRanges=["443"])]
    assert decide(flow("8.8.8.8", ONE, 443), *bodies, admin=admin).access == "Allow"
    assert decide(flow("8.8.8.8", ONE, 80), *bodies, admin=admin).access == "Deny"


@pytest.mark.parametrize(
    ("given", "protocol", "access"),
    [
        ("Icmp", "ICMP", "Allow"),
        ("ICMP", "icmp", "Allow"),
        ("Icmp", "TCP", "Deny"),
        ("Esp", "ESP", "Allow"),
        ("Esp", "AH", "Deny"),
        ("Any", "AH", "Allow"),
        ("tcp", "TCP", "Allow"),
        ("Tcp", "UDP", "Deny"),
    ],
)
def test_a_protocol_is_compared_without_letter_case(given: str, protocol: str, access: str) -> None:
    bodies = (
        one_network("g"),
        card("c", "n/s", ONE),
        group("g", rule(100, "Allow", protocol=given)),
    )
    assert decide(flow("8.8.8.8", ONE, 0, protocol), *bodies).access == access


def test_rows_have_no_source_ports_so_a_rule_that_asks_for_them_may_decide_or_not() -> None:
    some = rule(100, "Allow", sourcePortRange="1024-65535")
    bodies = (one_network("g"), card("c", "n/s", ONE), group("g", some))
    verdict = decide(flow("8.8.8.8", ONE), *bodies)
    assert verdict.access is None
    assert "source ports" in verdict.reason


def test_rules_for_all_source_ports_together_decide() -> None:
    some = rule(100, "Allow", sourcePortRange="1024-65535")
    rest = rule(101, "Allow", sourcePortRange="0-1023")
    bodies = (one_network("g"), card("c", "n/s", ONE), group("g", some, rest))
    verdict = decide(flow("8.8.8.8", ONE), *bodies)
    assert verdict.access == "Allow"
    (end,) = verdict.ends
    assert [
        [r.name for r in each.rules if r] for each in end.decisions if each.stage == "subnet"
    ] == [["Allow100", "Allow101"]]


@pytest.mark.parametrize(
    ("prefix", "access"),
    [
        ("10.0.0.77/24", "Allow"),
        ("8.8.8.8", "Deny"),
        ("Any", "Allow"),
        ("ANY", "Allow"),
        ("*", "Allow"),
        ("0.0.0.0/0", "Allow"),
        ("::/0", "Deny"),
        ("VIRTUALNETWORK", "Allow"),
        ("internet", "Deny"),
    ],
)
def test_a_prefix_is_read_as_azure_reads_it(prefix: str, access: str) -> None:
    close = rule(4096, "Deny")
    wanted = rule(100, "Allow", destinationAddressPrefix=prefix)
    bodies = (one_network("g"), card("c", "n/s", ONE), group("g", wanted, close))
    assert decide(flow("8.8.8.8", ONE), *bodies).access == access


def test_ids_are_compared_without_letter_case() -> None:
    shouted = group("g", rule(100, "Deny"))
    shouted["id"] = shouted["id"].upper()
    bodies = (one_network("g"), card("c", "n/s", ONE), shouted)
    assert decide(flow("8.8.8.8", ONE), *bodies).access == "Deny"


def test_ipv6_is_decided_by_rules_for_ipv6() -> None:
    both = network(
        "n", ["10.0.0.0/16", "fd00::/48"], {"s": subnet(["10.0.0.0/24", "fd00::/64"], "g")}
    )
    close = rule(100, "Deny", sourceAddressPrefix="0.0.0.0/0")
    let = rule(200, "Allow", sourceAddressPrefix="2001:db8::/32")
    bodies = (both, card("c", "n/s", "fd00::4"), group("g", close, let))
    assert decide(flow("2001:db8::1", "fd00::4"), *bodies).access == "Allow"
    assert decide(flow("2620::1", "fd00::4"), *bodies).access == "Deny"


def test_the_internet_and_a_machine_without_any_group_is_not_told() -> None:
    """A Standard public address is closed without a group, a Basic one open (azure-docs,
    public-ip-addresses)."""
    bodies = (one_network(), card("c", "n/s", ONE), card("d", "n/s", TWO))
    verdict = decide(flow("8.8.8.8", ONE), *bodies)
    assert verdict.access is None
    assert "public address" in verdict.reason
    assert decide(flow(TWO, ONE), *bodies).access == "Allow"
    assert decide(flow(ONE, "8.8.8.8"), *bodies).access == "Allow"


def test_a_network_manager_that_allows_opens_no_public_address_without_a_group() -> None:
    bodies = (one_network(), card("c", "n/s", ONE))
    assert decide(flow("8.8.8.8", ONE), *bodies, admin=[rule(1, "Allow")]).access is None
    assert decide(flow("8.8.8.8", ONE), *bodies, admin=[rule(1, "AlwaysAllow")]).access == "Allow"
