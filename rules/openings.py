"""Which ports a rule opens to the Internet, after what earlier rules refuse.

From the Internet is: any address, the tag Internet, or public ranges that together have as many
addresses as an IPv4 /8 or an IPv6 /16, far more than one organization uses.
"""

from __future__ import annotations

from collections.abc import Sequence

from rules.addresses import INSIDE
from rules.behind import networks_behind
from rules.coverage import TCP, VERSIONS, WHOLE, Block, Side, Step, Version, ranges_of, taken
from rules.landscape import Landscape
from rules.model import Peers, Rule
from rules.ranges import Ranges, common, joined, without
from rules.tags import INTERNET
from rules.unneeded import blocks_of

_OUTSIDE: dict[Version, Ranges] = {v: without(WHOLE[v], ranges_of(INSIDE, v)) for v in VERSIONS}
_WIDE: dict[Version, int] = {4: 2**24, 6: 2**112}


class Openings:
    """The ports that rules of a group open to the Internet."""

    def __init__(self, landscape: Landscape, group: str, ports: Sequence[int]) -> None:
        """Takes the ports to look at, which are TCP's."""
        self._ports = ports
        tables = [landscape.admin_tables.get(each) for each in networks_behind(landscape, group)]
        self._admin = [each.of("Inbound") if each else [] for each in tables]

    def of(self, rules: Sequence[Rule], position: int) -> list[int]:
        """The ports that a rule opens; ``rules`` are those of its direction, in order.

        Security admin rules close a port if they refuse it in all networks that the group is in.
        """
        rule = rules[position]
        if rule.direction != "Inbound" or rule.access != "Allow":
            return []
        if rule.protocol not in ("*", "Tcp"):
            return []
        blocks = blocks_of(rule)
        named = [each for each in self._ports if _holds(rule.destination_ports, each)]
        sources = {version: _exposed(rule.sources, version) for version in blocks}
        if not named or not any(sources.values()):
            return []
        earlier = [each for each in rules[:position] if each.access == "Deny"]
        return [
            port
            for port in named
            if any(
                ranges
                and self._gets_through(version, _narrowed(blocks[version], ranges, port), earlier)
                for version, ranges in sources.items()
            )
        ]

    def _gets_through(self, version: Version, block: Block, earlier: Sequence[Rule]) -> bool:
        if taken(block, _steps(earlier, version)) is not None:
            return False
        refused = [taken(block, _steps(rules, version)) is not None for rules in self._admin]
        return not refused or not all(refused)


def _holds(ranges: Ranges, port: int) -> bool:
    return any(first <= port <= last for first, last in ranges)


def _exposed(peers: Peers, version: Version) -> Ranges:
    """Public addresses that a side names, if they are the Internet's; else none."""
    if peers.anything or INTERNET in peers.tags:
        return _OUTSIDE[version]
    public = common(ranges_of(peers.networks, version), _OUTSIDE[version])
    count = sum(last - first + 1 for first, last in public)
    return public if count >= _WIDE[version] else ()


def _narrowed(block: Block, sources: Ranges, port: int) -> Block:
    side = Side(sources, frozenset(), False)
    return block._replace(protocols=TCP, ports=((port, port),), sources=side)


def _steps(rules: Sequence[Rule], version: Version) -> list[Step]:
    """Rules that refuse; those that allow stop, since what they let through is not refused."""
    return [
        Step(_with_internet(rule, block, version), rule.access != "Deny", position)
        for position, rule in enumerate(rules)
        if (block := blocks_of(rule).get(version)) is not None
    ]


def _with_internet(rule: Rule, block: Block, version: Version) -> Block:
    """The packets of a rule, the tag Internet standing for all public addresses."""
    if INTERNET not in rule.sources.tags:
        return block
    ranges = joined((*block.sources.ranges, *_OUTSIDE[version]))
    return block._replace(sources=block.sources._replace(ranges=ranges))
