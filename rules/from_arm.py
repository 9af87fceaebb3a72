"""Rules from ARM bodies.

Shapes: Azure/azure-rest-api-specs, Microsoft.Network 2024-05-01 (networkSecurityGroup.json,
networkManager.json). The six default rules are as recorded (azure-mgmt-network,
test_network_security_groups): a body that lacks them gets them, since every group has them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache, lru_cache
from ipaddress import ip_network
from typing import Any, TypeVar

from estate.arm_id import key, parent_of
from rules.model import ALL_PORTS, Access, Direction, Network, Peers, Ports, Rule

Body = Mapping[str, Any]
Word = TypeVar("Word", Direction, Access)
_ANYWHERE = ("*", "any")
_DIRECTIONS: Mapping[str, Direction] = {"inbound": "Inbound", "outbound": "Outbound"}
_ACCESSES: Mapping[str, Access] = {
    "allow": "Allow",
    "deny": "Deny",
    "alwaysallow": "AlwaysAllow",
}
# Name, direction, access, priority, source tag, destination tag.
_DEFAULTS: tuple[tuple[str, Direction, Access, int, str, str], ...] = (
    ("AllowVnetInBound", "Inbound", "Allow", 65000, "VirtualNetwork", "VirtualNetwork"),
    ("AllowAzureLoadBalancerInBound", "Inbound", "Allow", 65001, "AzureLoadBalancer", "*"),
    ("DenyAllInBound", "Inbound", "Deny", 65500, "*", "*"),
    ("AllowVnetOutBound", "Outbound", "Allow", 65000, "VirtualNetwork", "VirtualNetwork"),
    ("AllowInternetOutBound", "Outbound", "Allow", 65001, "*", "Internet"),
    ("DenyAllOutBound", "Outbound", "Deny", 65500, "*", "*"),
)


class RuleError(ValueError):
    """A rule that cannot be read; the text names the member and its value."""


def group_rules(body: Body) -> tuple[Rule, ...]:
    """The rules of a security group, those of Azure's among them. Raises RuleError."""
    properties = body.get("properties") or {}
    own = [rule_of(body["id"], rule) for rule in properties.get("securityRules") or ()]
    return (*own, *_defaults(body["id"]))


def admin_rules(bodies: Iterable[Body]) -> tuple[Rule, ...]:
    """The security admin rules that a network manager applies to a network. Raises RuleError."""
    return tuple(_admin_rule(body) for body in bodies)


def rule_of(group_id: str, body: Body) -> Rule:
    """A rule of a security group. Raises RuleError."""
    properties = body.get("properties") or {}
    return Rule(
        group=group_id,
        name=body.get("name") or str(body.get("id") or "").rpartition("/")[2],
        direction=_word(_DIRECTIONS, properties, "direction"),
        access=_word(_ACCESSES, properties, "access"),
        priority=int(properties.get("priority") or 0),
        protocol=_protocol(properties.get("protocol")),
        sources=_peers(properties, "source"),
        destinations=_peers(properties, "destination"),
        source_ports=_ports(_given(properties, "sourcePortRange")),
        destination_ports=_ports(_given(properties, "destinationPortRange")),
    )


def _defaults(group_id: str) -> Iterator[Rule]:
    for rule in _of_every_group():
        yield replace(rule, group=group_id)


@cache
def _of_every_group() -> tuple[Rule, ...]:
    return tuple(
        Rule(
            group="",
            name=name,
            direction=direction,
            access=access,
            priority=priority,
            sources=_sorted([source]),
            destinations=_sorted([destination]),
            default=True,
        )
        for name, direction, access, priority, source, destination in _DEFAULTS
    )


def _admin_rule(body: Body) -> Rule:
    properties = body.get("properties") or {}
    return Rule(
        group=parent_of(str(body.get("id") or "")),
        name=str(body.get("id") or "").rpartition("/")[2],
        direction=_word(_DIRECTIONS, properties, "direction"),
        access=_word(_ACCESSES, properties, "access"),
        priority=int(properties.get("priority") or 0),
        protocol=_protocol(properties.get("protocol")),
        sources=_items(properties.get("sources")),
        destinations=_items(properties.get("destinations")),
        source_ports=_ports(properties.get("sourcePortRanges")),
        destination_ports=_ports(properties.get("destinationPortRanges")),
        admin=True,
    )


def _word(words: Mapping[str, Word], properties: Body, name: str) -> Word:
    given = str(properties.get(name) or "")
    if given.casefold() not in words:
        raise RuleError(f"{name} is '{given}', not one of {', '.join(words)}")
    return words[given.casefold()]


def _protocol(given: object) -> str:
    """``*`` for any; else as ARM spells it, with a capital (Tcp, Udp, Icmp, Esp, Ah)."""
    text = str(given or "*").casefold()
    return "*" if text in _ANYWHERE else text.capitalize()


def _given(properties: Body, name: str) -> list[str]:
    """The one and the many of a member: ``sourcePortRange`` and ``sourcePortRanges``."""
    many = properties.get(f"{name}es" if name.endswith("Prefix") else f"{name}s") or ()
    one = properties.get(name)
    return [str(each) for each in ([one] if one not in (None, "") else [])] + list(map(str, many))


def _ports(given: Iterable[str] | None) -> Ports:
    listed = [str(each).strip() for each in given or ()]
    if not listed or any(each.casefold() in _ANYWHERE for each in listed):
        return ALL_PORTS
    return tuple(sorted(_range(part) for each in listed for part in each.split(",")))


def _range(text: str) -> tuple[int, int]:
    first, _, last = text.strip().partition("-")
    try:
        low, high = int(first), int(last or first)
    except ValueError:
        low, high = -1, -1
    if not 0 <= low <= high <= 65535:
        raise RuleError(f"'{text}' is no port and no range of ports")
    return low, high


def _peers(properties: Body, side: str) -> Peers:
    groups = properties.get(f"{side}ApplicationSecurityGroups") or ()
    prefixes = _given(properties, f"{side}AddressPrefix")
    if not prefixes and not groups:
        return Peers(anything=True)
    return _sorted(prefixes, application_groups=tuple(key(group["id"]) for group in groups))


def _items(listed: Iterable[Body] | None) -> Peers:
    """Addresses of a security admin rule; none are any."""
    items = list(listed or ())
    if not items:
        return Peers(anything=True)
    kinds = [str(item.get("addressPrefixType") or "").casefold() for item in items]
    prefixes = [str(item.get("addressPrefix") or "*") for item in items]
    groups = [key(text) for text, kind in zip(prefixes, kinds, strict=True) if _is_group(kind)]
    others = [text for text, kind in zip(prefixes, kinds, strict=True) if not _is_group(kind)]
    return _sorted(others, network_groups=tuple(groups))


def _is_group(kind: str) -> bool:
    return kind == "networkgroup"


def _sorted(
    prefixes: Iterable[str],
    application_groups: tuple[str, ...] = (),
    network_groups: tuple[str, ...] = (),
) -> Peers:
    networks: list[Network] = []
    tags: list[str] = []
    listed = [part.strip() for text in prefixes for part in text.split(",")]
    for text in listed:
        network = network_of(text)
        if network is not None:
            networks.append(network)
        elif text.casefold() not in _ANYWHERE:
            tags.append(text.casefold())
    return Peers(
        networks=tuple(networks),
        tags=tuple(dict.fromkeys(tags)),
        application_groups=application_groups,
        network_groups=network_groups,
        anything=any(text.casefold() in _ANYWHERE for text in listed),
    )


@lru_cache(100_000)
def network_of(text: str) -> Network | None:
    """An address or a prefix; None for anything else, such as a service tag.

    Bits behind the prefix's length are dropped, as Azure does ('10.0.0.4/16').
    """
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None
