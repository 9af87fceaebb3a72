"""Rules of one group in the order in which they are asked, made quick to ask.

Each side of a rule becomes a bit: the rules that an address, a port or a protocol fits are a number
with their bits set, so that a thousand rules are asked with a few look-ups.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rules.addresses import Address
from rules.model import ALL_PORTS, ANY_PROTOCOL, Direction, Network, Peers, Ports, Rule
from rules.ranges import common, joined

Answer = bool | str
"""Whether an address belongs to something; text is why that cannot be told."""
Ask = Callable[[str, str], Answer]
"""Asks of an address by kind and name: ``tag``, ``application group`` or ``network group``."""


@dataclass(frozen=True, slots=True)
class Side:
    """What is known of one end: its address, None where the row has none, and whom to ask."""

    address: Address | None
    ask: Ask


@dataclass(frozen=True, slots=True)
class Question:
    """What is not known of a flow: whether an end belongs to something, or from where it comes.

    ``side`` is 0 for the source, 1 for the destination. With ``ports`` it is whether the flow comes
    from one of them.
    """

    side: int
    kind: str
    name: str
    ports: Ports = ()


@dataclass(frozen=True, slots=True)
class Match:
    """Rules that may decide, in order; the last is the first that certainly fits.

    ``sure`` is whether there is such a last one. ``reason`` is why the first does not certainly
    fit, blank where it does; ``question`` is what would tell it, None where nothing would.
    """

    rules: tuple[Rule, ...]
    sure: bool
    reason: str = ""
    question: Question | None = None


class Tables:
    """The rules of a security group, or the security admin rules of a network, by direction."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        """Takes the rules in any order."""
        self.rules = tuple(sorted(rules, key=lambda rule: rule.priority))
        self._tables: dict[Direction, Table] = {}

    def __getitem__(self, direction: Direction) -> Table:
        """The rules of a direction."""
        if direction not in self._tables:
            self._tables[direction] = Table(self.of(direction))
        return self._tables[direction]

    def of(self, direction: Direction) -> list[Rule]:
        """The rules of a direction, in the order in which Azure asks them."""
        return [rule for rule in self.rules if rule.direction == direction]


class Table:
    """Rules of one direction, by priority."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        """Takes the rules in the order in which Azure asks them."""
        self._rules = rules
        self._sources = _Sides([rule.sources for rule in rules])
        self._destinations = _Sides([rule.destinations for rule in rules])
        self._ports = _Ranges([rule.destination_ports for rule in rules])
        self._picky = _bits(not rule.any_source_port for rule in rules)
        self._protocols: dict[str, int] = {}

    def match(
        self,
        source: Side,
        destination: Side,
        port: int,
        protocol: str,
        source_ports: Ports = ALL_PORTS,
    ) -> Match:
        """The rules that may decide a flow, which comes from one of ``source_ports``."""
        fits = self._ports.at(port) & self._protocol(protocol.casefold())
        if not fits:
            return Match((), sure=False)
        from_, to = self._sources.fitting(source), self._destinations.fitting(destination)
        possible = fits & from_.possible & to.possible
        sure = fits & from_.sure & to.sure
        return self._chosen(possible, sure, (from_, to), source_ports)

    def _chosen(
        self, possible: int, sure: int, sides: tuple[_Fitting, _Fitting], come_from: Ports
    ) -> Match:
        found: list[Rule] = []
        reason, question = "", None
        for position in _positions(possible):
            rule = self._rules[position]
            ports = come_from
            if self._picky >> position & 1:
                ports = common(come_from, joined(rule.source_ports))
                if not ports:
                    continue
            certain = sure >> position & 1 and ports == come_from
            if not found and not certain:
                reason, question = _why(rule, 1 << position, sides)
            found.append(rule)
            if certain:
                return Match(tuple(found), sure=True, reason=reason, question=question)
        return Match(tuple(found), sure=False, reason=reason, question=question)

    def _protocol(self, protocol: str) -> int:
        if protocol not in self._protocols:
            self._protocols[protocol] = _bits(
                rule.protocol in (ANY_PROTOCOL, protocol.capitalize()) for rule in self._rules
            )
        return self._protocols[protocol]


@dataclass(frozen=True, slots=True)
class _Fitting:
    """Rules that an end fits, and may fit; why not certainly, and what to ask, by rules."""

    sure: int
    possible: int
    reasons: tuple[tuple[int, str, tuple[str, str] | None], ...] = ()


def _why(rule: Rule, bit: int, sides: tuple[_Fitting, _Fitting]) -> tuple[str, Question | None]:
    """Why a rule does not certainly fit, and what would tell it."""
    for position, side in enumerate(sides):
        if side.sure & bit:
            continue
        for mask, reason, asked in side.reasons:
            if mask & bit:
                return reason, None if asked is None else Question(position, *asked)
    reason = f"rule {rule.name} asks for source ports, which rows do not have"
    return reason, Question(0, "source port", rule.name, joined(rule.source_ports))


class _Sides:
    """One side of all rules."""

    def __init__(self, sides: Sequence[Peers]) -> None:
        self._anything = _bits(side.anything for side in sides)
        self._named = _bits(bool(side.networks) for side in sides)
        self._networks = {
            version: _Ranges([_of_version(side.networks, version) for side in sides])
            for version in (4, 6)
        }
        self._members = {
            **_by_member("tag", [side.tags for side in sides]),
            **_by_member("application group", [side.application_groups for side in sides]),
            **_by_member("network group", [side.network_groups for side in sides]),
        }

    def fitting(self, side: Side) -> _Fitting:
        if side.address is None:
            return self._without_address()
        sure = self._anything | self._networks[side.address.version].at(int(side.address))
        possible, reasons = sure, []
        for (kind, name), mask in self._members.items():
            if mask & ~sure:
                answer = side.ask(kind, name)
                if answer is True:
                    sure |= mask
                elif isinstance(answer, str):
                    possible |= mask
                    reasons.append((mask, answer, (kind, name)))
        return _Fitting(sure, possible | sure, tuple(reasons))

    def _without_address(self) -> _Fitting:
        others = self._named
        for mask in self._members.values():
            others |= mask
        reason = "the row has no address for one end"
        return _Fitting(self._anything, self._anything | others, ((others, reason, None),))


class _Ranges:
    """Which rules hold a number, each rule being ranges of numbers."""

    def __init__(self, ranges: Sequence[Iterable[tuple[int, int]]]) -> None:
        starts: dict[int, list[int]] = {}
        ends: dict[int, list[int]] = {}
        for position, listed in enumerate(ranges):
            for first, last in joined(listed):
                starts.setdefault(first, []).append(position)
                ends.setdefault(last + 1, []).append(position)
        mask = 0
        self._firsts: list[int] = []
        self._masks: list[int] = []
        for number in sorted({*starts, *ends}):
            for position in ends.get(number, ()):
                mask &= ~(1 << position)
            for position in starts.get(number, ()):
                mask |= 1 << position
            self._firsts.append(number)
            self._masks.append(mask)

    def at(self, number: int) -> int:
        position = bisect_right(self._firsts, number)
        return self._masks[position - 1] if position else 0


def _of_version(networks: Iterable[Network], version: int) -> Ports:
    return tuple(
        (int(network.network_address), int(network.broadcast_address))
        for network in networks
        if network.version == version
    )


def _by_member(kind: str, sides: Sequence[Iterable[str]]) -> Mapping[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for position, names in enumerate(sides):
        for name in names:
            found[kind, name] = found.get((kind, name), 0) | 1 << position
    return found


def _bits(flags: Iterable[bool]) -> int:
    return sum(1 << position for position, flag in enumerate(flags) if flag)


def _positions(mask: int) -> Iterator[int]:
    """Positions of the bits that are set, lowest first."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
