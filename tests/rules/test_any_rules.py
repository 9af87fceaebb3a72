"""Any rules on any flow: the evaluator against a plain reading in every way things may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules import evaluator
from rules.evaluator import Evaluator
from rules.model import Flow
from rules.tags import ServiceTags
from tests.rules import scene
from tests.rules.naive import Member, Packet, Properties, Spot, access, worlds

SPACES = {"a": "10.0.0.0/24", "b": "20.1.2.0/24"}
"""Networks; b has addresses that are public elsewhere, so that both ends may be in a tag."""
STORAGE = "20.1.0.0/16"
HERE = ("10.0.0.4", "10.0.0.5", "10.0.0.9", "20.1.2.3")
"""In the networks; 10.0.0.9 has no machine."""
THERE = ("8.8.8.8", "20.1.9.9", "192.168.0.7")
V6 = ("fd00::4", "2001:db8::8")
ASGS = {"10.0.0.4": {"web"}, "10.0.0.5": {"web", "db"}, "20.1.2.3": {"far"}, "fd00::4": {"web"}}
TAGS = ("VirtualNetwork", "INTERNET", "AzureLoadBalancer", "Storage", "storage.WestEurope", "Sql")
PREFIXES = (
    "*", "Any", "10.0.0.4", "10.0.0.5/31", "10.0.0.77/8", "20.1.2.3/16", "0.0.0.0/0", "8.0.0.0/7",
    "::/0", "fd00::/64",
)  # fmt: skip
PORTS = ("*", "22", "20-25", "443", "0-65535", "100-200", "443-444")
SOURCE_PORTS = ("*", "*", "*", "0-1023", "1024-65535", "30000-60000")
PROTOCOLS = ("*", "Any", "Tcp", "TCP", "udp", "Icmp", "Esp")


@st.composite
def properties(draw: st.DrawFn, admin: bool = False) -> dict[str, Any]:
    """A rule without its priority, in ARM's words."""
    accesses = ("Allow", "Deny", "AlwaysAllow") if admin else ("Allow", "deny", "Deny", "ALLOW")
    ranges = ("sourcePortRanges", "destinationPortRanges")
    found: dict[str, Any] = {
        "access": draw(st.sampled_from(accesses)),
        "direction": draw(st.sampled_from(("Inbound", "outbound"))),
        "protocol": draw(st.sampled_from(PROTOCOLS)),
        ranges[0]: [draw(st.sampled_from(SOURCE_PORTS))],
        ranges[1]: draw(st.lists(st.sampled_from(PORTS), max_size=2)),
    }
    for side in ("source", "destination"):
        found |= _admin_peer(draw, side) if admin else _peer(draw, side)
    return found


def _peer(draw: st.DrawFn, side: str) -> dict[str, Any]:
    match draw(st.sampled_from(("one", "tag", "many", "asg"))):
        case "one":
            return {f"{side}AddressPrefix": draw(st.sampled_from(PREFIXES))}
        case "tag":
            return {f"{side}AddressPrefix": draw(st.sampled_from(TAGS))}
        case "many":
            return {f"{side}AddressPrefixes": draw(st.lists(st.sampled_from(PREFIXES + TAGS)))}
    names = draw(st.lists(st.sampled_from(("web", "db", "far")), min_size=1, max_size=2))
    return {f"{side}ApplicationSecurityGroups": [scene.asg(name) for name in names]}


def _admin_peer(draw: st.DrawFn, side: str) -> dict[str, Any]:
    kinds = st.one_of(
        st.sampled_from(PREFIXES).map(lambda text: ("IPPrefix", text)),
        st.sampled_from(TAGS).map(lambda text: ("ServiceTag", text)),
        st.just(("NetworkGroup", "ng")),
    )
    items = draw(st.lists(kinds, max_size=2))
    return {f"{side}s": [{"addressPrefixType": k, "addressPrefix": t} for k, t in items]}


def _group(admin: bool = False) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(properties(admin), max_size=5).map(
        lambda listed: [{**each, "priority": 100 + n} for n, each in enumerate(listed)]
    )


@dataclass(frozen=True)
class Case:
    """A flow through networks of two subnets."""

    admin: Sequence[Properties]
    subnets: dict[str, Sequence[Properties] | None]
    cards: dict[str, Sequence[Properties] | None]
    default_route: bool
    listed: bool
    told: frozenset[str]
    source: str
    destination: str
    port: int
    protocol: str


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A case in one version of IP."""
    maybe = st.none() | _group()
    pool = draw(st.sampled_from((HERE + THERE, HERE + THERE, V6)))
    return Case(
        admin=draw(st.just([]) | _group(admin=True)),
        subnets={name: draw(maybe) for name in SPACES},
        cards={each: draw(maybe) for each in (*HERE, "fd00::4")},
        default_route=draw(st.booleans()),
        listed=draw(st.booleans()),
        told=draw(st.sampled_from((frozenset(), frozenset({"storage.westeurope"})))),
        source=draw(st.sampled_from(pool)),
        destination=draw(st.sampled_from(pool)),
        port=draw(st.sampled_from((0, 22, 23, 150, 443, 444, 65535))),
        protocol=draw(st.sampled_from(("TCP", "UDP", "ICMP"))),
    )


def _network(address: str) -> str:
    if address in ("20.1.2.3",):
        return "b"
    return "a" if address in HERE or address == "fd00::4" else ""


def _evaluator(case: Case) -> Evaluator:
    bodies = [
        scene.network(name, [space, *(["fd00::/64"] if name == "a" else [])], {"s": part})
        for name, space in SPACES.items()
        for part in [_subnet(case, name, space)]
    ]
    for name, rules in case.subnets.items():
        if rules is not None:
            bodies.append(_body(f"subnet-{name}", rules))
    for number, (address, rules) in enumerate(case.cards.items()):
        if address == "10.0.0.9":
            continue
        nsg = f"card-{number}" if rules is not None else ""
        where = f"{_network(address)}/s"
        bodies.append(scene.card(f"c{number}", where, address, nsg, ASGS[address]))
        if rules is not None:
            bodies.append(_body(nsg, rules))
    route = {"properties": {"addressPrefix": "0.0.0.0/0", "nextHopType": "VirtualAppliance"}}
    bodies.append({"id": scene.id_of("routeTables", "rt"), "properties": {"routes": [route]}})
    admin = [{"name": f"r{n}", "properties": each} for n, each in enumerate(case.admin)]
    ranges = {name.lower(): () for name in TAGS} | {"storage": (ip_network(STORAGE),)}
    tags = ServiceTags(ranges if case.listed else {})
    return Evaluator(scene.landscape(*bodies, admin={"a": admin, "b": admin}), tags)


def _subnet(case: Case, name: str, space: str) -> dict[str, Any]:
    nsg = f"subnet-{name}" if case.subnets[name] is not None else ""
    prefixes = [space, "fd00::/64"] if name == "a" else [space]
    table = {"routeTable": {"id": scene.id_of("routeTables", "rt")}} if case.default_route else {}
    return scene.subnet(prefixes, nsg, **table)


def _body(name: str, rules: Sequence[Properties]) -> dict[str, Any]:
    listed = [{"name": f"r{n}", "properties": each} for n, each in enumerate(rules)]
    return {
        "id": scene.id_of("networkSecurityGroups", name),
        "properties": {"securityRules": listed},
    }


def _flow(case: Case) -> Flow:
    ends = [
        scene.end(
            address,
            f"{_network(address)}/s" if _network(address) else "",
            case.told if _public(address) else (),
        )
        for address in (case.source, case.destination)
    ]
    return scene.flow(ends[0], ends[1], case.port, case.protocol)


def _public(address: str) -> bool:
    return not ip_address(address).is_private or address.startswith("2001:db8:")


Question = tuple[str, str]


def _member(case: Case, seen_from: str, world: dict[Question, bool]) -> Member:
    """What Azure's tags and groups hold, seen from a network; ``world`` where nobody knows."""

    def asked(*key: str) -> bool:
        return world.setdefault((key[0], key[1]), False)

    def in_network(address: str) -> bool:
        if _network(address) == seen_from:
            return True
        return case.default_route and "." in address and asked(address, f"near {seen_from}")

    def member(address: str, name: str) -> bool:
        if name == "virtualnetwork":
            return in_network(address)
        if name == "internet":
            return _public(address) and not in_network(address)
        if "/applicationsecuritygroups/" in name:
            if _network(address) != seen_from:
                return False
            own = name.rsplit("/", 1)[1]
            return own in ASGS[address] if address in ASGS else asked(address, own)
        if name == "azureloadbalancer":
            return False
        if name == "ng":
            return asked(address, name)
        return _in_service(case, address, name, asked)

    return member


def _in_service(case: Case, address: str, name: str, asked: Any) -> bool:
    if not _public(address):
        return False
    if case.told and name.startswith("storage"):
        return True
    if case.listed:
        return name == "storage" and "." in address and address.startswith("20.1.")
    return bool(asked(address, name))


def _expected(case: Case) -> tuple[str | None, list[str | None]]:
    """The verdict, and that at each end, over every way in which things may be."""
    known: list[Question] = []
    while True:
        verdicts: set[str] = set()
        ends: dict[str, set[str]] = {}
        found: set[Question] = set()
        for world, port in product(worlds(known), _source_ports(case)):
            if any(
                world.get((a, "storage")) is False and world[a, t] for a, t in world if "." in t
            ):
                continue
            at = _in_world(case, port, world)
            found |= world.keys() - set(known)
            for name, each in at.items():
                ends.setdefault(name, set()).update(each)
            verdicts |= {"Deny" if "Deny" in each else "Allow" for each in product(*at.values())}
        if not found:
            return _one(verdicts), [_one(each) for each in ends.values()]
        known += sorted(found)


def _one(found: set[str]) -> str | None:
    return found.pop() if len(found) == 1 else None


def _in_world(case: Case, port: int, world: dict[Question, bool]) -> dict[str, set[str]]:
    packet = Packet(case.source, case.destination, case.port, case.protocol, port)
    found = {}
    for direction, address in (("Outbound", case.source), ("Inbound", case.destination)):
        if not _network(address):
            continue
        nic = "?" if address == "10.0.0.9" else case.cards[address]
        spot = Spot(case.admin, case.subnets[_network(address)], nic)
        lets = nic == "?" and world.setdefault((address, "its group"), False)
        result = access(packet, spot, direction, _member(case, _network(address), world), lets)
        from_outside = direction == "Inbound" and not _network(case.source)
        if result == "Open" and from_outside and _public(case.source):
            found[direction] = {"Allow", "Deny"}
        else:
            found[direction] = {"Allow"} if result == "Open" else {result}
    return found


def _source_ports(case: Case) -> tuple[int, ...]:
    groups = (case.admin, *case.subnets.values(), *case.cards.values())
    picky = any(rule["sourcePortRanges"] != ["*"] for rules in groups for rule in rules or ())
    return (500, 5000, 40000, 65000) if picky else (5000,)


def _asks_somebody(case: Case) -> bool:
    ends = {case.source, case.destination}
    return len(ends) == 2 and any(map(_network, ends))


def _check(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluator, "_WORLDS", 100_000)
    verdict = _evaluator(case).verdict(_flow(case))
    access, ends = _expected(case)
    assert verdict.access == access
    assert [end.access for end in verdict.ends] == ends
    assert all(end.reason for end in verdict.ends if end.access is None)


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=cases().filter(_asks_somebody))
def test_a_verdict_is_what_every_way_comes_to(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    _check(case, monkeypatch)


@pytest.mark.faults
@settings(max_examples=3000, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=cases().filter(_asks_somebody))
def test_so_it_is_in_thousands_of_examples(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    _check(case, monkeypatch)
