"""Findings that a reader can follow, with their sentences."""

from __future__ import annotations

from typing import Any

import pytest

from rules.findings import Finding, findings
from tests.rules import scene
from tests.rules.scene import Body, asg, card, group, network, rule, subnet


def found(*bodies: Body, kind: str = "", admin: list[Body] | None = None) -> list[Finding]:
    """Findings of one kind, or all."""
    listed = findings(scene.landscape(*bodies, admin={"n": admin or []}))
    return [each for each in listed if kind in ("", each.kind)]


def of(*rules: Body, kind: str = "") -> list[Finding]:
    """Findings about one group that sits nowhere."""
    return found(group("nsg-app", *rules), kind=kind)


def names(listed: list[Finding]) -> list[str]:
    """The names of the rules that are found."""
    return [each.rule.name for each in listed]


def names_of(finding: Finding) -> list[str]:
    """The names of the rules that decide instead."""
    return [each.name for each in finding.by]


def test_a_refusal_below_an_allowance_of_everything_refuses_nothing() -> None:
    private = {"sourceAddressPrefix": "10.0.0.0/8"}
    (finding,) = of(
        rule(100, "Allow", name="let", **private),
        rule(200, "Deny", name="close-ssh", destinationPortRange="22", **private),
    )
    assert (finding.kind, finding.rule.name, names_of(finding)) == (
        "shadowed",
        "close-ssh",
        ["let"],
    )
    assert finding.text == (
        "Inbound rule close-ssh (200) of nsg-app refuses nothing: let (100) before it allows all"
        " its traffic; move it up, or remove it"
    )


def test_a_rule_that_is_said_twice_is_idle() -> None:
    given = {"sourceAddressPrefix": "10.0.0.0/8", "destinationPortRange": "443"}
    (finding,) = of(rule(100, "Allow", name="a", **given), rule(200, "Allow", name="b", **given))
    assert (finding.kind, finding.rule.name) == ("shadowed", "b")
    assert finding.text == (
        "Inbound rule b (200) of nsg-app is idle: a (100) before it decides the same about all its"
        " traffic; remove it"
    )


def test_rules_that_cover_another_only_together_are_both_named() -> None:
    (finding,) = of(
        rule(100, "Allow", name="low", sourceAddressPrefix="10.0.0.0/9"),
        rule(110, "Deny", name="else", sourceAddressPrefix="172.16.0.0/12"),
        rule(120, "Deny", name="high", sourceAddressPrefix="10.128.0.0/9"),
        rule(200, "Allow", name="all", sourceAddressPrefix="10.0.0.0/8", protocol="Tcp"),
    )
    assert (finding.kind, finding.rule.name) == ("shadowed", "all")
    assert names_of(finding) == ["low", "high"]
    assert "low (100) and high (120) before it decide all its traffic, some of it" in finding.text


def test_a_rule_with_something_left_is_not_idle() -> None:
    listed = of(
        rule(100, "Deny", sourceAddressPrefix="10.0.0.0/9", protocol="Tcp"),
        rule(200, "Allow", sourceAddressPrefix="10.0.0.0/8", protocol="Tcp"),
    )
    assert listed == []


@pytest.mark.parametrize(
    ("before", "after", "idle"),
    [
        ("Storage", "Storage.WestEurope", True),
        ("STORAGE", "storage", True),
        ("Storage.WestEurope", "Storage", False),
        ("Storage.WestEurope", "Storage.NorthEurope", False),
        ("Storage", "StorageSyncService", False),
        ("*", "Storage", True),
        ("0.0.0.0/0", "Storage", False),
        ("Internet", "8.8.8.8", False),
        ("Internet", "Storage", False),
    ],
)
def test_a_tag_is_covered_by_itself_its_parent_and_everything(
    before: str, after: str, idle: bool
) -> None:
    listed = of(
        rule(100, "Deny", "Outbound", destinationAddressPrefix=before),
        rule(200, "Allow", "Outbound", destinationAddressPrefix=after),
        kind="shadowed",
    )
    assert bool(listed) == idle


def test_all_addresses_of_both_versions_cover_a_tag() -> None:
    listed = of(
        rule(100, "Deny", sourceAddressPrefix="0.0.0.0/0"),
        rule(101, "Deny", sourceAddressPrefix="::/0"),
        rule(200, "Allow", sourceAddressPrefix="Storage"),
        kind="shadowed",
    )
    assert names(listed) == ["Allow200"]


def test_an_application_group_is_covered_by_itself() -> None:
    web: Body = {"destinationApplicationSecurityGroups": [asg("web")]}
    db = asg("DB")
    listed = of(
        rule(100, "Deny", **web),
        rule(200, "Allow", **web, destinationPortRange="80"),
        rule(201, "Allow", destinationApplicationSecurityGroups=[db], destinationPortRange="80"),
        kind="shadowed",
    )
    assert names(listed) == ["Allow200"]


def test_an_allowance_above_a_wider_one_changes_nothing() -> None:
    (finding,) = of(
        rule(
            100, "Allow", name="web", sourceAddressPrefix="10.1.0.0/16", destinationPortRange="80"
        ),
        rule(200, "Deny", name="ssh", sourceAddressPrefix="10.0.0.0/8", destinationPortRange="22"),
        rule(300, "Allow", name="all", sourceAddressPrefix="10.0.0.0/8"),
    )
    assert (finding.kind, finding.rule.name, names_of(finding)) == ("redundant", "web", ["all"])
    assert finding.text == (
        "Inbound rule web (100) of nsg-app changes nothing: all (300) after it decides the same"
        " about its traffic; remove it"
    )


def test_an_exception_above_what_it_is_excepted_from_is_needed() -> None:
    exception = {"sourceAddressPrefix": "10.1.0.0/16", "destinationPortRange": "80"}
    listed = of(
        rule(100, "Allow", **exception),
        rule(200, "Deny", sourceAddressPrefix="10.1.0.0/17"),
        rule(300, "Allow", sourceAddressPrefix="10.0.0.0/8"),
    )
    assert listed == []


def test_a_rule_that_makes_another_idle_is_needed_while_that_stays() -> None:
    """Without the first, the idle one would refuse what the last allows."""
    given = {"sourceAddressPrefix": "10.1.0.0/16", "protocol": "Tcp"}
    listed = of(
        rule(100, "Allow", **given),
        rule(200, "Deny", **given),
        rule(300, "Allow", sourceAddressPrefix="10.0.0.0/8"),
    )
    assert [(each.kind, each.rule.name) for each in listed] == [("shadowed", "Deny200")]


def test_what_the_default_rules_decide_need_not_be_said() -> None:
    tags = {"sourceAddressPrefix": "VirtualNetwork", "destinationAddressPrefix": "VirtualNetwork"}
    (finding,) = of(rule(4000, "Allow", **tags))
    assert (finding.kind, names_of(finding)) == ("redundant", ["AllowVnetInBound"])
    assert of(rule(4096, "Deny")) == []


def test_directions_do_not_meet() -> None:
    assert of(rule(100, "Deny"), rule(200, "Deny", "Outbound")) == []


def _behind(*rules: Body) -> tuple[Body, ...]:
    parts = {"s": subnet("10.1.2.0/24", "g"), "t": subnet("10.1.3.0/24")}
    return network("n", ["10.1.0.0/16"], parts), group("g", *rules)


@pytest.mark.parametrize(
    ("prefix", "wide"),
    [
        ("10.0.0.0/8", True),
        ("10.1.2.0/24", False),
        ("10.1.2.4", False),
        ("10.1.3.4", True),
        ("*", False),
        ("0.0.0.0/0", False),
        ("VirtualNetwork", False),
    ],
)
def test_a_destination_outside_the_subnets_behind_is_too_wide(prefix: str, wide: bool) -> None:
    given = {"sourceAddressPrefix": "192.168.0.0/16", "destinationAddressPrefix": prefix}
    listed = found(*_behind(rule(100, "Allow", **given)), kind="wider than the subnet")
    assert bool(listed) == wide


def test_the_sentence_on_a_wide_rule_names_what_is_behind() -> None:
    wide = rule(100, "Allow", "Outbound", name="out", sourceAddressPrefix="10.0.0.0/8")
    (finding,) = found(*_behind(wide), kind="wider than the subnet")
    assert finding.text == (
        "Outbound rule out (100) of g names the source 10.0.0.0/8, though only 10.1.2.0/24 is"
        " behind the group; name that, or less"
    )


def test_behind_an_interface_is_its_subnet() -> None:
    bodies = (
        network("n", ["10.1.0.0/16"], {"s": subnet("10.1.2.0/24")}),
        card("c", "n/s", "10.1.2.4", "g"),
    )
    for prefix, wide in (("10.1.2.0/24", False), ("10.1.2.0/23", True)):
        listed = found(*bodies, group("g", rule(100, "Allow", destinationAddressPrefix=prefix)))
        assert ("wider than the subnet" in [each.kind for each in listed]) == wide


def test_nothing_is_too_wide_for_a_group_that_sits_nowhere() -> None:
    assert of(rule(100, "Allow", destinationAddressPrefix="10.0.0.0/8", protocol="Udp")) == []


OPEN = "management port from the Internet"


@pytest.mark.parametrize(
    ("given", "ports"),
    [
        ({"destinationPortRange": "22"}, "port 22"),
        ({"destinationPortRange": "*"}, "ports 22, 3389, 5985, 5986"),
        ({"destinationPortRange": "3000-4000", "protocol": "Tcp"}, "port 3389"),
        ({"destinationPortRange": "22", "sourceAddressPrefix": "internet"}, "port 22"),
        ({"destinationPortRange": "22", "sourceAddressPrefix": "0.0.0.0/0"}, "port 22"),
        ({"destinationPortRange": "22", "sourceAddressPrefix": "::/0"}, "port 22"),
        ({"destinationPortRange": "22", "sourceAddressPrefix": "64.0.0.0/8"}, "port 22"),
        ({"destinationPortRange": "22", "sourceAddressPrefix": "64.0.0.0/9"}, ""),
        ({"destinationPortRange": "22", "sourceAddressPrefix": "10.0.0.0/8"}, ""),
        ({"destinationPortRange": "22", "sourceAddressPrefix": "VirtualNetwork"}, ""),
        ({"destinationPortRange": "22", "protocol": "Udp"}, ""),
        ({"destinationPortRange": "443"}, ""),
        ({"destinationPortRange": "22", "direction": "Outbound"}, ""),
        ({"destinationPortRange": "22", "access": "Deny"}, ""),
    ],
)
def test_a_port_that_the_internet_may_reach_is_found(given: dict[str, Any], ports: str) -> None:
    listed = of(rule(100, **{"access": "Allow", **given}), kind=OPEN)
    assert bool(listed) == bool(ports)
    assert all(f"the management {ports};" in each.text for each in listed)


def test_what_is_refused_before_is_not_open() -> None:
    let = rule(200, "Allow", destinationPortRange="*")
    ssh = {"destinationPortRange": "22", "sourceAddressPrefix": "Internet"}
    (finding,) = of(rule(100, "Deny", **ssh), let, kind=OPEN)
    assert "3389" in finding.text and "22," not in finding.text
    assert of(rule(100, "Deny", sourceAddressPrefix="Internet"), let, kind=OPEN) == []


def test_only_the_exception_is_open_where_the_rest_is_refused() -> None:
    ssh = {"destinationPortRange": "22"}
    exception = rule(100, "Allow", sourceAddressPrefix="64.0.0.0/8", **ssh)
    close = rule(200, "Deny", sourceAddressPrefix="Internet", **ssh)
    assert names(of(exception, close, rule(300, "Allow", **ssh), kind=OPEN)) == ["Allow100"]


def test_what_a_network_manager_refuses_is_not_open() -> None:
    let = rule(100, "Allow", destinationPortRange="22")
    close = rule(1, "Deny", destinationPortRanges=["22", "3389"])
    assert names(found(*_behind(let), kind=OPEN)) == ["Allow100"]
    assert found(*_behind(let), kind=OPEN, admin=[close]) == []
    some = rule(
        0, "Allow", sources=[{"addressPrefixType": "IPPrefix", "addressPrefix": "64.0.0.0/8"}]
    )
    assert names(found(*_behind(let), kind=OPEN, admin=[some, close])) == ["Allow100"]


def test_the_ports_are_for_the_caller_to_say() -> None:
    made = scene.landscape(group("g", rule(100, "Allow", destinationPortRange="5900")))
    assert [each.kind for each in findings(made)] == []
    assert [each.kind for each in findings(made, [5900])] == [OPEN]


def test_groups_come_by_id_and_rules_by_priority() -> None:
    twice = (rule(300, "Deny", "Outbound"), rule(400, "Deny", "Outbound"))
    listed = found(group("b", *twice), group("a", rule(100, "Allow"), *twice, rule(350, "Deny")))
    assert [(each.rule.group[-1], each.rule.priority) for each in listed] == [
        ("a", 100),
        ("a", 350),
        ("a", 400),
        ("b", 400),
    ]
