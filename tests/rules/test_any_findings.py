"""Any rules of a small world: what findings say, against every packet of that world."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import product
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.findings import Finding, findings
from tests.rules import scene
from tests.rules.naive import Packet, Spot, access, fits

SOURCES = ("10.0.0.0", "10.0.0.1", "10.0.0.2", "11.0.0.1", "200.0.0.1", "fd00::1")
DESTINATIONS = ("10.0.0.1", "11.0.0.1", "200.0.0.1", "fd00::1")
FROM = (
    "*", "10.0.0.0/31", "10.0.0.1", "10.0.0.2/31", "10.0.0.0/30", "0.0.0.0/1", "128.0.0.0/1",
    "0.0.0.0/0", "::/0",
)  # fmt: skip
TO = ("*", "10.0.0.0/8", "0.0.0.0/1", "128.0.0.0/1", "0.0.0.0/0", "::/0")
PORTS = ("*", "*", "22", "0-22", "23-65535", "80")
SOURCE_PORTS = ("*", "*", "*", "0-1023", "1024-65535")
PROTOCOLS = ("*", "*", "Tcp", "udp")
TAGS = ("VirtualNetwork", "Internet", "Storage", "storage.westeurope", "web")
PACKETS = tuple(
    Packet(source, destination, port, protocol, source_port)
    for source, destination, port, protocol, source_port in product(
        SOURCES, DESTINATIONS, (0, 22, 23, 80), ("TCP", "UDP", "GRE"), (500, 5000)
    )
    if (":" in source) == (":" in destination)
)
"""One packet of every kind that the prefixes, ports and protocols above can tell apart."""
MANY = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
Members = Mapping[str, Collection[str]]


@st.composite
def groups(draw: st.DrawFn, tags: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The rules of a security group, in order."""
    listed = []
    for number in range(draw(st.integers(1, 7))):
        properties: dict[str, Any] = {
            "protocol": draw(st.sampled_from(PROTOCOLS)),
            "sourcePortRange": draw(st.sampled_from(SOURCE_PORTS)),
            "destinationPortRange": None,
            "destinationPortRanges": draw(st.lists(st.sampled_from(PORTS), min_size=1, max_size=2)),
        }
        for side, prefixes in (("source", FROM), ("destination", TO)):
            named = draw(
                st.lists(st.sampled_from((*prefixes, *tags)), min_size=1, max_size=2, unique=True)
            )
            asgs = [scene.asg(name) for name in named if name == "web"]
            properties[f"{side}AddressPrefixes"] = [name for name in named if name != "web"]
            properties[f"{side}ApplicationSecurityGroups"] = asgs
        direction = draw(st.sampled_from(("Inbound", "Inbound", "Outbound")))
        decides = draw(st.sampled_from(("Allow", "Deny")))
        listed.append(scene.rule(100 + number, decides, direction, **properties))
    return listed


@st.composite
def members(draw: st.DrawFn) -> Members:
    """Addresses of each tag and group; the tag of a region holds no more than that of all."""
    addresses = st.frozensets(st.sampled_from(SOURCES))
    found = {name.lower(): draw(addresses) for name in (*TAGS, "AzureLoadBalancer")}
    found["storage.westeurope"] = found["storage.westeurope"] & found["storage"]
    return found


def _found(*groups: Sequence[dict[str, Any]]) -> list[Finding]:
    bodies = [scene.group(f"g{number}", *rules) for number, rules in enumerate(groups)]
    return [
        each
        for each in findings(scene.landscape(*bodies))
        if each.kind in ("shadowed", "redundant")
    ]


def _without(rules: Sequence[dict[str, Any]], number: int, found: Sequence[Finding]) -> list[Any]:
    gone = {each.rule.name for each in found if each.rule.group.endswith(f"/g{number}")}
    return [rule["properties"] for rule in rules if rule["name"] not in gone]


def _all(rules: Sequence[dict[str, Any]]) -> list[Any]:
    return [rule["properties"] for rule in rules]


def _verdicts(spot: Spot, members: Members) -> list[str]:
    def member(address: str, name: str) -> bool:
        return address in members[name.rsplit("/", 1)[-1]]

    return [
        access(packet, spot, direction, member, nic=False)
        for packet in PACKETS
        for direction in ("Inbound", "Outbound")
    ]


@MANY
@given(rules=groups(tags=TAGS), members=members())
def test_no_packet_reaches_a_shadowed_rule(rules: list[dict[str, Any]], members: Members) -> None:
    def member(address: str, name: str) -> bool:
        return address in members[name.rsplit("/", 1)[-1]]

    shadowed = {each.rule.name: each for each in _found(rules) if each.kind == "shadowed"}
    named = {rule["name"]: rule["properties"] for rule in rules}
    for name, finding in shadowed.items():
        rule = named[name]
        by = [named[each.name] for each in finding.by]
        assert all(each["priority"] < rule["priority"] for each in by)
        for packet in PACKETS:
            if fits(rule, packet, rule["direction"], member):
                assert any(fits(each, packet, rule["direction"], member) for each in by)


@MANY
@given(rules=groups(tags=TAGS), members=members(), data=st.data())
def test_any_of_the_rules_that_are_not_needed_may_go(
    rules: list[dict[str, Any]], members: Members, data: st.DataObject
) -> None:
    found = _found(rules)
    if not found:
        return
    before = _verdicts(Spot(subnet=_all(rules)), members)
    some = data.draw(st.lists(st.sampled_from(found), min_size=1))
    for gone in ([data.draw(st.sampled_from(found))], some, found):
        assert _verdicts(Spot(subnet=_without(rules, 0, gone)), members) == before


@MANY
@given(subnet=groups(tags=TAGS), card=groups(tags=TAGS), members=members())
def test_all_rules_that_are_not_needed_may_go_on_both_stages(
    subnet: list[dict[str, Any]], card: list[dict[str, Any]], members: Members
) -> None:
    found = _found(subnet, card)
    if not found:
        return
    left = Spot(subnet=_without(subnet, 0, found), nic=_without(card, 1, found))
    before = _verdicts(Spot(subnet=_all(subnet), nic=_all(card)), members)
    assert _verdicts(left, members) == before


@MANY
@given(rules=groups())
def test_every_rule_that_no_packet_reaches_is_found(rules: list[dict[str, Any]]) -> None:
    shadowed = {each.rule.name for each in _found(rules) if each.kind == "shadowed"}
    listed = _all(rules)
    for position, rule in enumerate(listed):
        direction = rule["direction"]
        own = [packet for packet in PACKETS if fits(rule, packet, direction, _nobody)]
        before = [each for each in listed[:position] if each["direction"] == direction]
        idle = all(any(fits(each, p, direction, _nobody) for each in before) for p in own)
        assert (rules[position]["name"] in shadowed) == (idle and bool(own))


@MANY
@given(rules=groups())
def test_every_rule_with_the_same_decision_after_it_is_found(rules: list[dict[str, Any]]) -> None:
    gone = {each.rule.name for each in _found(rules)}
    listed = [(rule["properties"], rule["name"] not in gone) for rule in rules]
    for position, (rule, kept) in enumerate(listed):
        direction = rule["direction"]
        mine = [each for each in listed if each[0]["direction"] == direction]
        before = [each for each, stays in mine[: mine.index((rule, kept))] if stays]
        after = mine[mine.index((rule, kept)) + 1 :]
        own = [packet for packet in PACKETS if fits(rule, packet, direction, _nobody)]
        reach = [p for p in own if not any(fits(each, p, direction, _nobody) for each in before)]
        if kept and own:
            assert not all(_same_after(rule, after, packet) for packet in reach), rules[position]


def _same_after(
    rule: Mapping[str, Any], after: Sequence[tuple[Mapping[str, Any], bool]], packet: Packet
) -> bool:
    """Whether a rule that stays decides the same about a packet before any decides otherwise."""
    for other, stays in after:
        if fits(other, packet, rule["direction"], _nobody):
            if other["access"] != rule["access"]:
                return False
            if stays:
                return True
    return False


def _nobody(address: str, name: str) -> bool:
    raise AssertionError(name)


INTERNET = ("*", "Internet", "0.0.0.0/0", "128.0.0.0/1", "8.0.0.0/8", "::/0", "2000::/3")
NARROW = ("8.8.0.0/16", "10.0.0.0/8", "2001::/32", "fd00::/8")
PUBLIC = ("8.8.0.1", "8.9.0.1", "9.0.0.1", "200.0.0.1", "2001::1", "2002::1", "4000::1")


@st.composite
def management(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Inbound rules about management ports."""
    return [
        scene.rule(
            100 + number,
            draw(st.sampled_from(("Allow", "Deny", "Deny"))),
            protocol=draw(st.sampled_from(("*", "Tcp", "Tcp", "Udp"))),
            sourceAddressPrefix=draw(st.sampled_from(INTERNET + NARROW)),
            destinationPortRange=draw(st.sampled_from(("*", "22", "0-22", "3389", "443"))),
        )
        for number in range(draw(st.integers(1, 6)))
    ]


@MANY
@given(rules=management())
def test_a_management_port_is_open_exactly_if_a_packet_gets_through(
    rules: list[dict[str, Any]],
) -> None:
    def member(address: str, name: str) -> bool:
        return address in PUBLIC

    found = [*findings(scene.landscape(scene.group("g", *rules)), (22, 3389))]
    shadowed = {each.rule.name for each in found if each.kind == "shadowed"}
    opened = {each.rule.name for each in found if each.kind == "management port from the Internet"}
    for position, rule in enumerate(rules):
        given = rule["properties"]
        denied = [r["properties"] for r in rules[:position] if r["properties"]["access"] == "Deny"]
        through = [
            packet
            for source, port in product(PUBLIC, (22, 3389))
            if fits(given, packet := Packet(source, source, port, "TCP"), "Inbound", member)
            and not any(fits(each, packet, "Inbound", member) for each in denied)
        ]
        opens = given["access"] == "Allow" and given["sourceAddressPrefix"] in INTERNET
        wanted = opens and bool(through) and rule["name"] not in shadowed
        assert (rule["name"] in opened) == wanted
