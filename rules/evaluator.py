"""What security rules decide about a flow, at both of its ends.

Azure's order (azure-docs, network-security-group-how-it-works; virtual-network-manager,
concept-security-admins): security admin rules first; on the way in the subnet's group, then the
interface's; on the way out the interface's, then the subnet's. Each that is there must let the flow
through. AlwaysAllow of a security admin rule leaves the groups out. Where no group is, nothing is
refused.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rules.addresses import Address, address_of, is_inside
from rules.landscape import Landscape
from rules.model import At, Direction, End, Flow, Rule
from rules.place import Place
from rules.table import Answer, Ask, Side, Tables
from rules.tags import ServiceTags

Stage = Literal["admin", "subnet", "interface"]
Result = Literal["Allow", "Deny"]
_ORDER: dict[Direction, tuple[Stage, ...]] = {
    "Inbound": ("admin", "subnet", "interface"),
    "Outbound": ("admin", "interface", "subnet"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What one stage may decide: rules that may, in order; None among them lets it pass.

    A stage without any group passes; empty ``rules`` mean that its group is not known. ``reason``
    is why it is not one rule alone.
    """

    stage: Stage
    rules: tuple[Rule | None, ...]
    reason: str = ""

    @property
    def rule(self) -> Rule | None:
        """The rule that decides; None where there is none, or where it may be one of several."""
        return self.rules[0] if len(self.rules) == 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class AtEnd:
    """The verdict at one end; ``access`` is None where it cannot be told, for ``reason``.

    ``decisions`` are those of the stages that the flow may reach, in Azure's order.
    """

    at: At
    access: Result | None
    decisions: tuple[Decision, ...]
    reason: str = ""

    @property
    def rule(self) -> Rule | None:
        """The rule that decides: the one that refuses, else the last that lets it through."""
        found = [each.rule for each in self.decisions if each.rule is not None]
        refusing = [rule for rule in found if rule.access == "Deny"]
        if self.access == "Deny":
            return refusing[0] if refusing else None
        return found[-1] if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the rules decide: ``ends`` are those in the landscape, the source first."""

    access: Result | None
    ends: tuple[AtEnd, ...]
    reason: str = ""


class Evaluator:
    """Decides flows by the rules of a landscape."""

    def __init__(self, landscape: Landscape, tags: ServiceTags) -> None:
        """``tags`` are Azure's, for tags that neither landscape nor row decides."""
        self.landscape = landscape
        self._tags = tags

    def verdict(self, flow: Flow) -> Verdict:
        """The verdict on a flow; an end that is not in the landscape has no say in it."""
        places = self.landscape.place_of(flow.source), self.landscape.place_of(flow.destination)
        ends = tuple(self._ends(flow, places))
        refused = [end for end in ends if end.access == "Deny"]
        unclear = [end for end in ends if end.access is None]
        if refused:
            return Verdict(access="Deny", ends=ends)
        if unclear:
            return Verdict(access=None, ends=ends, reason=unclear[0].reason)
        return Verdict(access="Allow", ends=ends)

    def _ends(self, flow: Flow, places: tuple[Place | None, Place | None]) -> Iterator[AtEnd]:
        source, destination = places
        if source is not None:
            yield self._at("Source", "Outbound", source, flow, places)
        if destination is not None:
            yield self._at("Destination", "Inbound", destination, flow, places)

    def _at(
        self,
        at: At,
        direction: Direction,
        place: Place,
        flow: Flow,
        places: tuple[Place | None, Place | None],
    ) -> AtEnd:
        if place.exempt:
            return AtEnd(at=at, access="Allow", decisions=())
        sides = (
            _side(self._tags, flow.source, places[0], place, flow.type),
            _side(self._tags, flow.destination, places[1], place, flow.type),
        )
        decided: list[Decision] = []
        for stage in _ORDER[direction]:
            decided.append(_decision(stage, place, direction, sides, flow))
            if _ends_here(decided[-1]):
                break
        return _at_end(at, tuple(decided), _comes_from_outside(flow, places[0]))


def _side(tags: ServiceTags, end: End, own: Place | None, seen_from: Place, type_: str) -> Side:
    address = address_of(end.address)
    if address is None:
        return Side(None, _nobody)
    return Side(address, _ask(tags, end, address, own, seen_from, type_))


def _nobody(kind: str, name: str) -> Answer:
    return "the row has no address for one end"


def _ask(
    tags: ServiceTags, end: End, address: Address, own: Place | None, seen_from: Place, type_: str
) -> Ask:
    def ask(kind: str, name: str) -> Answer:
        if kind == "tag":
            return tags.holds(name, address, seen_from.surroundings, type_, end.tags)
        if kind == "application group":
            return _in_application_group(name, address, own, seen_from)
        return "who belongs to a network group of a network manager is not known"

    return ask


def _in_application_group(
    name: str, address: Address, own: Place | None, seen_from: Place
) -> Answer:
    """Whether an address is a member: all members are in one network (azure-docs)."""
    if own is None:
        return False if not is_inside(address) else f"no machine with {address} is known"
    if own.network != seen_from.network:
        return False
    members = own.application_groups
    return members if isinstance(members, str) else name in members


def _decision(
    stage: Stage, place: Place, direction: Direction, sides: tuple[Side, Side], flow: Flow
) -> Decision:
    if stage == "interface" and place.unknown:
        return Decision(stage=stage, rules=(), reason=place.unknown)
    rules: list[Rule | None] = []
    reason = ""
    for tables in _asked(stage, place):
        found, why = _of_tables(tables, direction, sides, flow)
        rules += [rule for rule in found if rule not in rules]
        reason = reason or why
    if len(rules) > 1 and not reason:
        reason = "the address may be of one of several scale sets with different groups"
    return Decision(stage=stage, rules=tuple(rules), reason=reason)


def _asked(stage: Stage, place: Place) -> Sequence[Tables | None]:
    match stage:
        case "admin":
            return (place.admin,)
        case "subnet":
            return (place.subnet_group,)
        case _:
            return place.interface_groups


def _of_tables(
    tables: Tables | None, direction: Direction, sides: tuple[Side, Side], flow: Flow
) -> tuple[tuple[Rule | None, ...], str]:
    """Rules that may decide; None where there are no rules, or where none may fit."""
    if tables is None:
        return (None,), ""
    match = tables[direction].match(*sides, flow.port, flow.protocol)
    return (match.rules if match.sure else (*match.rules, None)), match.reason


def _ends_here(decision: Decision) -> bool:
    """True if no later stage is asked, whichever of the rules it is."""
    return bool(decision.rules) and all(
        rule is not None and rule.access != "Allow" for rule in decision.rules
    )


def _at_end(at: At, decided: tuple[Decision, ...], outside: bool) -> AtEnd:
    found = results(decided)
    if len(found) > 1:
        reasons = [each.reason for each in decided if each.reason]
        return AtEnd(at=at, access=None, decisions=decided, reason=(reasons or [""])[0])
    (access,) = found
    if at == "Destination" and outside and access == "Allow" and _without_groups(decided):
        reason = "no group is on the way, and a Standard public address is closed without one"
        return AtEnd(at=at, access=None, decisions=decided, reason=reason)
    return AtEnd(at=at, access=access, decisions=decided)


def results(decided: Sequence[Decision], passed: Container[Stage] = ()) -> frozenset[Result]:
    """What may come of stages in their order, each of which may go several ways.

    ``passed`` are stages that are known to have let the flow through: of what they may decide, a
    refusal is left out, unless it is all that they can decide.
    """
    if not decided:
        return frozenset({"Allow"})
    first, rest = decided[0], decided[1:]
    ways = {"Allow" if rule is None else rule.access for rule in first.rules} or {"Allow", "Deny"}
    if first.stage in passed and len(ways) > 1:
        ways -= {"Deny"}
    found: set[Result] = set()
    for way in ways:
        if way == "Allow":
            found |= results(rest, passed)
        else:
            found.add("Deny" if way == "Deny" else "Allow")
    return frozenset(found)


def _comes_from_outside(flow: Flow, source: Place | None) -> bool:
    address = address_of(flow.source.address)
    return source is None and address is not None and not is_inside(address)


def _without_groups(decided: Sequence[Decision]) -> bool:
    """Whether no rule is asked, so that the kind of public address decides (azure-docs,
    public-ip-addresses)."""
    return all(each.rules == (None,) for each in decided)
