"""Deciding recorded flows by security rules: ours beside rules asked one by one.

10,000 flow groups and 1,000 rules by default, all of one group, so that every flow may meet every
rule. The plain way asks each rule in turn with ``ipaddress`` until one fits; it is asked a part of
the flows, and the figure is for all of them.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from typing import Any

from estate.arm_id import key
from rules.concerned import concerned
from rules.evaluator import Evaluator
from rules.findings import findings
from rules.impact import effects
from rules.landscape import Landscape
from rules.model import End, Flow
from rules.tags import ServiceTags

FLOWS = 10_000
PART = 20  # the plain way is asked every 20th flow
_PREFIX = (
    "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg/providers"
    "/Microsoft.Network"
)
_SUBNET = End(
    address="10.0.0.4", subnet="rg/vnet/main", subscription="00000000-0000-4000-8000-000000000001"
)
Body = dict[str, Any]


def measure(rules: int) -> None:
    """Prints seconds of one core for this many rules, and the ratio of the two ways."""
    random.seed(1)
    listed = [_rule(number) for number in range(rules)]
    flows = [_flow() for _ in range(FLOWS)]
    before, after = _landscape(listed), _landscape(listed[::-1])
    ours = _seconds(lambda: list(map(Evaluator(before, ServiceTags()).verdict, flows)))
    plain = PART * _seconds(lambda: [_plain(listed, flow) for flow in flows[::PART]])
    print(f"{FLOWS:,} flow groups, {rules:,} rules, seconds of one core")
    print(f"  decided: {ours:.2f}; rule by rule: {plain:.1f}; ratio {plain / ours:.0f}")
    ways = Evaluator(before, ServiceTags()), Evaluator(after, ServiceTags())
    replayed = _seconds(lambda: [list(concerned(before, after)), list(effects(flows, *ways))])
    print(f"  replayed over the rules and their reverse: {replayed:.2f}")
    print(f"  static findings: {_seconds(lambda: list(findings(before))):.2f}")


def _seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _rule(number: int) -> Body:
    first = random.randrange(60_000)
    properties = {
        "priority": 100 + number,
        "access": random.choice(("Allow", "Deny")),
        "direction": "Inbound",
        "protocol": "Tcp",
        "sourceAddressPrefix": f"10.{random.randrange(256)}.{random.randrange(256)}.0/20",
        "sourcePortRange": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRange": f"{first}-{first + random.randrange(5000)}",
    }
    return {"name": f"rule-{number}", "properties": properties}


def _flow() -> Flow:
    return Flow(
        source=End(address=f"10.{random.randrange(256)}.{random.randrange(256)}.9"),
        destination=_SUBNET,
        port=random.randrange(65_536),
        protocol="TCP",
        denied=False,
        flows=1,
        bytes=1,
        last_seen=datetime(2026, 1, 1, tzinfo=UTC),
    )


def _landscape(rules: Sequence[Body]) -> Landscape:
    ordered = [
        {**rule, "properties": {**rule["properties"], "priority": 100 + position}}
        for position, rule in enumerate(rules)
    ]
    group = f"{_PREFIX}/networkSecurityGroups/nsg"
    subnet = {
        "id": f"{_PREFIX}/virtualNetworks/vnet/subnets/main",
        "properties": {"addressPrefix": "10.0.0.0/24", "networkSecurityGroup": {"id": group}},
    }
    network = {
        "id": f"{_PREFIX}/virtualNetworks/vnet",
        "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": [subnet]},
    }
    card = {"privateIPAddress": _SUBNET.address, "subnet": {"id": subnet["id"]}}
    interface = {
        "id": f"{_PREFIX}/networkInterfaces/nic",
        "properties": {"ipConfigurations": [{"properties": card}]},
    }
    bodies = ({"id": group, "properties": {"securityRules": ordered}}, network, interface)
    return Landscape({key(str(body["id"])): body for body in bodies})


def _plain(rules: Sequence[Body], flow: Flow) -> str:
    """The first rule that fits, asked as a reader of the documentation would write it."""
    for rule in rules:
        if _fits(rule["properties"], flow):
            return str(rule["name"])
    return "DenyAllInBound"


def _fits(rule: Mapping[str, Any], flow: Flow) -> bool:
    first, _, last = rule["destinationPortRange"].partition("-")
    source = ip_network(rule["sourceAddressPrefix"], strict=False)
    return int(first) <= flow.port <= int(last) and ip_address(flow.source.address) in source
