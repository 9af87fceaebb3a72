"""Rules in words: what they name, and how two of them differ."""

from __future__ import annotations

from collections.abc import Iterator

from estate.arm_id import name_of
from rules.model import ALL_PORTS, ANY_PROTOCOL, Peers, Ports, Rule

_TAGS = {
    tag.casefold(): tag for tag in ("VirtualNetwork", "Internet", "AzureLoadBalancer", "AzureCloud")
}
_MOST = 4  # ports, prefixes or names that are told; more are counted


def described(rule: Rule) -> str:
    """What a rule names: ``Tcp, port 443 from Internet to any``."""
    what = "any protocol" if rule.protocol == ANY_PROTOCOL else rule.protocol
    ports = _ports(rule.destination_ports)
    return (
        f"{what}, {'any port' if ports == 'any' else f'port {ports}'} "
        f"from {_peers(rule.sources)} to {_peers(rule.destinations)}"
    )


def differences(before: Rule, after: Rule) -> Iterator[str]:
    """What differs between two rules: ``ports any → 443``."""
    pairs = (
        ("access", before.access, after.access),
        ("priority", str(before.priority), str(after.priority)),
        ("protocol", before.protocol, after.protocol),
        ("from", _peers(before.sources), _peers(after.sources)),
        ("to", _peers(before.destinations), _peers(after.destinations)),
        ("ports", _ports(before.destination_ports), _ports(after.destination_ports)),
        ("source ports", _ports(before.source_ports), _ports(after.source_ports)),
    )
    for name, old, new in pairs:
        if old != new:
            yield f"{name} {old} → {new}"


def _ports(ports: Ports) -> str:
    if ports == ALL_PORTS:
        return "any"
    return _few([str(low) if low == high else f"{low}-{high}" for low, high in ports])


def _peers(peers: Peers) -> str:
    if peers.anything:
        return "any"
    names = (*peers.application_groups, *peers.network_groups)
    return _few(
        [
            *map(str, peers.networks),
            *(_TAGS.get(tag, tag) for tag in peers.tags),
            *map(name_of, names),
        ]
    )


def _few(names: list[str]) -> str:
    rest = len(names) - _MOST
    shown = ", ".join(names[:_MOST])
    return f"{shown} and {rest} more" if rest > 0 else shown
