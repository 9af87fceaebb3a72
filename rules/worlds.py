"""What the ends of a flow answer to rules, and the answers that may be where nobody knows them.

A world is one way in which open questions may be answered: what is decided the same in all of them
is certain, whatever the answers are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from rules.addresses import Address, address_of, contains
from rules.model import ALL_PORTS, End, Flow, Ports
from rules.place import Place
from rules.ranges import common, without
from rules.table import Answer, Question, Side
from rules.tags import INTERNET, VIRTUAL_NETWORK, ServiceTags

Key = tuple[int, str, str, str]
"""A question: side (0 source, 1 destination), kind, name, and the subnet that it is asked from."""


@dataclass(frozen=True, slots=True)
class World:
    """Answers to open questions, and the source ports that the flow may come from."""

    answers: Mapping[Key, bool] = field(default_factory=dict)
    source_ports: Ports = ALL_PORTS

    def said(self, key: Key) -> bool | None:
        """The answer; None where it is open. Storage holds what Storage.WestEurope holds."""
        if key in self.answers:
            return self.answers[key]
        side, kind, name, seen_from = key
        if kind != "tag":
            return None
        for (other_side, other_kind, other, other_from), answer in self.answers.items():
            if (other_side, other_kind, other_from) != (side, kind, seen_from):
                continue
            if answer and other.startswith(f"{name}."):
                return True
            if not answer and name.startswith(f"{other}."):
                return False
        return None


@dataclass(frozen=True, slots=True)
class View:
    """A flow as the rules of one place see it."""

    tags: ServiceTags
    flow: Flow
    places: tuple[Place | None, Place | None]
    seen_from: Place

    def sides(self, world: World) -> tuple[Side, Side]:
        """Both ends, which answer as they do in a world."""
        return self._side(0, self.flow.source, world), self._side(1, self.flow.destination, world)

    def split(self, world: World, question: Question) -> Iterator[World]:
        """The worlds in which a question is answered with yes, and with no."""
        if question.ports:
            ports = world.source_ports
            yield replace(world, source_ports=common(ports, question.ports))
            yield replace(world, source_ports=without(ports, question.ports))
            return
        key, _ = self._key(question.side, question.kind, question.name)
        for answer in (True, False):
            yield replace(world, answers={**world.answers, key: answer})

    def _side(self, position: int, end: End, world: World) -> Side:
        address = address_of(end.address)
        if address is None:
            return Side(None, _nobody)

        def ask(kind: str, name: str) -> Answer:
            answer = self._answer(kind, name, end, address, self.places[position])
            if not isinstance(answer, str):
                return answer
            key, same = self._key(position, kind, name)
            said = world.said(key)
            return answer if said is None else said is same

        return Side(address, ask)

    def _key(self, position: int, kind: str, name: str) -> tuple[Key, bool]:
        """A question, and whether its answer is the one that is asked for, not the opposite.

        Internet is what is outside VirtualNetwork (azure-docs, service-tags-overview), and what
        that holds depends on the subnet.
        """
        if kind == "tag" and name in (INTERNET, VIRTUAL_NETWORK):
            return (position, kind, VIRTUAL_NETWORK, self.seen_from.subnet), name != INTERNET
        return (position, kind, name, ""), True

    def _answer(
        self, kind: str, name: str, end: End, address: Address, own: Place | None
    ) -> Answer:
        if kind == "tag":
            around = self.seen_from.surroundings
            return self.tags.holds(name, address, around, self.flow.type, end.tags)
        if kind == "application group":
            return self._in_application_group(name, address, own)
        return "who belongs to a network group of a network manager is not known"

    def _in_application_group(self, name: str, address: Address, own: Place | None) -> Answer:
        """Whether an address is a member: all members are in one network (azure-docs)."""
        if own is None:
            near = contains(self.seen_from.surroundings.spaces, address)
            return f"no machine with {address} is known" if near else False
        if own.network != self.seen_from.network:
            return False
        members = own.application_groups
        return members if isinstance(members, str) else name in members


def _nobody(kind: str, name: str) -> Answer:
    return "the row has no address for one end"
