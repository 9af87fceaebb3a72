"""Which packets rules take, as blocks, and whether other rules take all of them first.

A block is what a rule names of one version of IP: every combination of its sources, destinations,
ports, protocols and source ports. Tags and groups stand for addresses that nobody tells here: only
all addresses, the same tag or group, or the tag of all regions (Storage over Storage.WestEurope;
azure-docs, service-tags-overview) take what they name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from rules.model import ANY_PROTOCOL, Network, Peers, Ports, Rule
from rules.ranges import Ranges, common, joined, without

Version = Literal[4, 6]
VERSIONS: tuple[Version, Version] = (4, 6)
WHOLE: dict[Version, Ranges] = {4: ((0, 2**32 - 1),), 6: ((0, 2**128 - 1),)}
_PROTOCOLS = {name: 1 << bit for bit, name in enumerate(("Tcp", "Udp", "Icmp", "Esp", "Ah"))}
_ALL_PROTOCOLS = 0b111111
"""Those that a rule may name, and the rest."""
TCP = _PROTOCOLS["Tcp"]
LIMIT = 5_000
"""As many splits are made for one rule; past it nothing is said about it."""


class Side(NamedTuple):
    """Addresses as numbers, and tags and groups by kind and name; ``whole`` is all addresses."""

    ranges: Ranges
    members: frozenset[tuple[str, str]]
    whole: bool


class Block(NamedTuple):
    """Packets; ``protocols`` are bits."""

    protocols: int
    ports: Ports
    sources: Side
    destinations: Side
    source_ports: Ports


class Step(NamedTuple):
    """A rule on the way of packets: it takes its own, or, with ``stops``, must not meet any.

    ``rule`` is its position among the rules of its group.
    """

    block: Block
    stops: bool
    rule: int


def is_known(rule: Rule) -> bool:
    """True if a rule's protocol is any, or one that Azure has."""
    return rule.protocol == ANY_PROTOCOL or rule.protocol in _PROTOCOLS


def block_of(rule: Rule, version: Version) -> Block | None:
    """The packets of a rule; None where it names none of this version."""
    protocols = _PROTOCOLS.get(rule.protocol, _ALL_PROTOCOLS)
    sources, destinations = side_of(rule.sources, version), side_of(rule.destinations, version)
    if _empty(sources) or _empty(destinations):
        return None
    ports, source_ports = joined(rule.destination_ports), joined(rule.source_ports)
    return Block(protocols, ports, sources, destinations, source_ports)


def side_of(peers: Peers, version: Version) -> Side:
    """The addresses of one side of a rule."""
    ranges = WHOLE[version] if peers.anything else ranges_of(peers.networks, version)
    if ranges == WHOLE[version]:
        return Side(ranges, frozenset(), True)
    members = [("tag", name) for name in peers.tags]
    members += [("application group", name) for name in peers.application_groups]
    members += [("network group", name) for name in peers.network_groups]
    return Side(ranges, frozenset(members), False)


def ranges_of(networks: Sequence[Network], version: Version) -> Ranges:
    """Networks of a version as ranges of numbers."""
    bits = 32 if version == 4 else 128
    found = []
    for network in networks:
        if network.version == version:
            first = int(network.network_address)
            found.append((first, first + (1 << bits - network.prefixlen) - 1))
    return joined(found)


def taken(block: Block, steps: Sequence[Step]) -> set[int] | None:
    """Positions of rules that take all packets of a block; None where that cannot be shown.

    Looks for one packet that gets by: what a rule leaves of a block goes on to the next.
    """
    waiting = [(block, 0)]
    used: set[int] = set()
    splits = 0
    while waiting:
        piece, position = waiting.pop()
        found = _next(piece, steps, position)
        splits += 1
        if found is None or steps[found].stops or splits > LIMIT:
            return None
        used.add(steps[found].rule)
        waiting += [(left, found + 1) for left in _left(piece, steps[found].block)]
    return used


def _next(piece: Block, steps: Sequence[Step], position: int) -> int | None:
    """The position of the first step that takes some of a piece, or stops it."""
    protocols, ports, sources, destinations, source_ports = piece
    for at in range(position, len(steps)):
        block, stops, _ = steps[at]
        if not protocols & block.protocols or not _meet(ports, block.ports):
            continue
        if not (_may_meet if stops else _surely_meet)(sources, block.sources):
            continue
        if not (_may_meet if stops else _surely_meet)(destinations, block.destinations):
            continue
        if _meet(source_ports, block.source_ports):
            return at
    return None


def _left(piece: Block, other: Block) -> Iterator[Block]:
    """What a rule leaves of a piece that it meets, as blocks that together are the rest."""
    both = piece.protocols & other.protocols
    if rest := piece.protocols & ~both:
        yield piece._replace(protocols=rest)
    piece = piece._replace(protocols=both)
    if ports := without(piece.ports, other.ports):
        yield piece._replace(ports=ports)
    piece = piece._replace(ports=common(piece.ports, other.ports))
    sources = _side_without(piece.sources, other.sources)
    if not _empty(sources):
        yield piece._replace(sources=sources)
    piece = piece._replace(sources=_common_side(piece.sources, other.sources))
    destinations = _side_without(piece.destinations, other.destinations)
    if not _empty(destinations):
        yield piece._replace(destinations=destinations)
    piece = piece._replace(destinations=_common_side(piece.destinations, other.destinations))
    if source_ports := without(piece.source_ports, other.source_ports):
        yield piece._replace(source_ports=source_ports)


def _empty(side: Side) -> bool:
    return not side.ranges and not side.members


def _meet(one: Ranges, other: Ranges) -> bool:
    if one[0][0] > other[-1][1] or other[0][0] > one[-1][1]:
        return False
    if len(one) == len(other) == 1:
        return True
    for first, last in one:
        for low, high in other:
            if first <= high and low <= last:
                return True
    return False


def _surely_meet(one: Side, other: Side) -> bool:
    """True if the other side certainly holds some of what one names."""
    if other.whole:
        return True
    if one.ranges and other.ranges and _meet(one.ranges, other.ranges):
        return True
    return bool(one.members and other.members and _held(one.members, other.members))


def _may_meet(one: Side, other: Side) -> bool:
    """True unless no address can be on both sides."""
    if one.members or other.members or one.whole or other.whole:
        return True
    return _meet(one.ranges, other.ranges)


def _held(
    members: frozenset[tuple[str, str]], others: frozenset[tuple[str, str]]
) -> frozenset[tuple[str, str]]:
    """Those of the members that the others hold."""
    return frozenset(
        (kind, name)
        for kind, name in members
        if (kind, name) in others or (kind == "tag" and (kind, name.partition(".")[0]) in others)
    )


def _common_side(one: Side, other: Side) -> Side:
    """What one names and the other certainly holds."""
    if other.whole:
        return one
    return Side(common(one.ranges, other.ranges), _held(one.members, other.members), False)


def _side_without(one: Side, other: Side) -> Side:
    """What one names and the other does not certainly hold."""
    if other.whole:
        return Side((), frozenset(), False)
    left = without(one.ranges, other.ranges)
    return Side(
        left, one.members - _held(one.members, other.members), one.whole and left == one.ranges
    )
