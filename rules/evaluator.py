"""What security rules decide about a flow, at both of its ends.

Azure's order (azure-docs, network-security-group-how-it-works; virtual-network-manager,
concept-security-admins): security admin rules first; on the way in the subnet's group, then the
interface's; on the way out the interface's, then the subnet's. Each that is there must let the flow
through. AlwaysAllow of a security admin rule leaves the groups out. Where no group is, nothing is
refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rules.addresses import PLATFORM, address_of, is_inside
from rules.landscape import Landscape
from rules.model import Access, At, Direction, Flow, Rule
from rules.place import Place
from rules.table import Question, Tables
from rules.tags import ServiceTags
from rules.worlds import View, World

Stage = Literal["admin", "subnet", "interface"]
Result = Literal["Allow", "Deny"]
Outcome = Literal["Allow", "Deny", "Open"]
"""``Open`` is what no group was asked about."""
_ORDER: dict[Direction, tuple[Stage, ...]] = {
    "Inbound": ("admin", "subnet", "interface"),
    "Outbound": ("admin", "interface", "subnet"),
}


_DIRECTIONS: dict[At, Direction] = {"Source": "Outbound", "Destination": "Inbound"}
_WORLDS = 128
"""As many ways to answer open questions are looked at; past it a verdict may stay open that all
answers would agree on."""


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
        views = {
            at: View(self._tags, flow, places, place)
            for at, place in zip(_DIRECTIONS, places, strict=True)
            if place is not None
        }
        ends = tuple(_at(at, view) for at, view in views.items())
        unclear = [end for end in ends if end.access is None]
        if any(end.access == "Deny" for end in ends):
            return Verdict(access="Deny", ends=ends)
        if len(unclear) == 2 and _never_both(views):
            return Verdict(access="Deny", ends=ends)
        if unclear:
            return Verdict(access=None, ends=ends, reason=unclear[0].reason)
        return Verdict(access="Allow", ends=ends)


def _at(at: At, view: View) -> AtEnd:
    if view.seen_from.exempt:
        return AtEnd(at=at, access="Allow", decisions=())
    first, *leaves = _leaves(view, _DIRECTIONS[at])
    decided = _merged(first, leaves)
    outcomes = {outcome for leaf in leaves for outcome in _outcomes(leaf)}
    if at == "Source" or not _outside(view.flow, view.places[0]):
        outcomes = {"Allow" if each == "Open" else each for each in outcomes}
    if outcomes == {"Deny"} and not _to_platform(at, view.flow):
        return AtEnd(at=at, access="Deny", decisions=decided)
    if outcomes == {"Allow"}:
        return AtEnd(at=at, access="Allow", decisions=decided)
    return AtEnd(at=at, access=None, decisions=decided, reason=_why_open(outcomes, decided))


def _why_open(outcomes: set[Outcome], decided: Sequence[Decision]) -> str:
    if outcomes == {"Deny"}:
        return "traffic to Azure's platform asks groups only for its own service tags"
    reasons = [each.reason for each in decided if each.reason]
    if "Open" in outcomes and ("Deny" not in outcomes or not reasons):
        return "no group is on the way, and a Standard public address is closed without one"
    return reasons[0] if reasons else ""


def _leaves(view: View, direction: Direction) -> list[tuple[Decision, ...]]:
    """Decisions while all questions are open, then those in every way to answer them.

    Past ``_WORLDS`` the first are repeated: what may be, whatever goes together.
    """
    first, question = _walk(view, direction, World())
    if question is None:
        return [first, first]
    waiting, found = list(view.split(World(), question)), [first]
    while waiting:
        world = waiting.pop()
        decided, question = _walk(view, direction, world)
        if question is None:
            found.append(decided)
        else:
            waiting += view.split(world, question)
        if len(found) + len(waiting) > _WORLDS:
            return [first, first]
    return found


def _walk(
    view: View, direction: Direction, world: World
) -> tuple[tuple[Decision, ...], Question | None]:
    """The decisions of the stages in a world, and the first question that is open there."""
    decided: list[Decision] = []
    asked = None
    for stage in _ORDER[direction]:
        decision, question = _decision(stage, view, direction, world)
        decided.append(decision)
        asked = asked or question
        if _ends_here(decision):
            break
    return tuple(decided), asked


def _never_both(views: Mapping[At, View]) -> bool:
    """True if one of the ends refuses in every world, though neither does so alone."""
    waiting, seen = [World()], 0
    while waiting:
        world, seen = waiting.pop(), seen + 1
        walks = [(view, *_walk(view, _DIRECTIONS[at], world)) for at, view in views.items()]
        asked = next(((view, question) for view, _, question in walks if question), None)
        if asked is not None:
            waiting += asked[0].split(world, asked[1])
        elif not any(_outcomes(decided) == {"Deny"} for _, decided, _ in walks):
            return False
        if seen > _WORLDS:
            return False
    return True


def _decision(
    stage: Stage, view: View, direction: Direction, world: World
) -> tuple[Decision, Question | None]:
    place = view.seen_from
    if stage == "interface" and place.unknown:
        return Decision(stage=stage, rules=(), reason=place.unknown), None
    rules: list[Rule | None] = []
    reason, question = "", None
    for tables in _asked(stage, place):
        found, why, open_ = _of_tables(tables, direction, view, world)
        rules += [rule for rule in found if rule not in rules]
        reason, question = reason or why, question or open_
    if len(rules) > 1 and not reason:
        reason = "the address may be of one of several scale sets with different groups"
    return Decision(stage=stage, rules=tuple(rules), reason=reason), question


def _asked(stage: Stage, place: Place) -> Sequence[Tables | None]:
    match stage:
        case "admin":
            return (place.admin,)
        case "subnet":
            return (place.subnet_group,)
        case _:
            return place.interface_groups


def _of_tables(
    tables: Tables | None, direction: Direction, view: View, world: World
) -> tuple[tuple[Rule | None, ...], str, Question | None]:
    """Rules that may decide, None where there are no rules or none may fit; why, what to ask."""
    if tables is None:
        return (None,), "", None
    flow = view.flow
    match = tables[direction].match(
        *view.sides(world), flow.port, flow.protocol, world.source_ports
    )
    rules = match.rules if match.sure else (*match.rules, None)
    return rules, match.reason, match.question


def _ends_here(decision: Decision) -> bool:
    """True if no later stage is asked, whichever of the rules it is."""
    return bool(decision.rules) and all(
        rule is not None and rule.access != "Allow" for rule in decision.rules
    )


def _merged(
    first: Sequence[Decision], leaves: Sequence[Sequence[Decision]]
) -> tuple[Decision, ...]:
    """What each stage may decide in one of the worlds; ``first`` has every stage and rule."""
    merged = []
    for position, stage in enumerate(first):
        reached = [leaf[position] for leaf in leaves if position < len(leaf)]
        found = {rule for each in reached for rule in each.rules}
        rules = tuple(rule for rule in stage.rules if rule in found)
        if reached:
            reason = "" if len(rules) == 1 else stage.reason
            merged.append(replace(stage, rules=rules, reason=reason))
    return tuple(merged)


def _outcomes(decided: Sequence[Decision], guarded: bool = False) -> set[Outcome]:
    """What may come of the stages, each of which may go several ways.

    ``guarded`` is whether a group let the flow through at a stage before.
    """
    if not decided:
        return {"Allow" if guarded else "Open"}
    ways = {_way(rule) for rule in decided[0].rules} or {"Deny", "Allow"}
    found: set[Outcome] = set()
    for way in ways:
        match way:
            case "Deny":
                found.add("Deny")
            case "AlwaysAllow":
                found.add("Allow")
            case _:
                found |= _outcomes(decided[1:], guarded or way == "Allow")
    return found


def _way(rule: Rule | None) -> Access | Literal["Pass"]:
    """How a stage goes on; an admin rule that allows leaves it to the groups."""
    if rule is None or (rule.admin and rule.access == "Allow"):
        return "Pass"
    return rule.access


def _outside(flow: Flow, source: Place | None) -> bool:
    """True if a flow comes from a public address that is not in these networks."""
    address = address_of(flow.source.address)
    return source is None and address is not None and not is_inside(address)


def _to_platform(at: At, flow: Flow) -> bool:
    """True if an end asks Azure's platform, which groups do not hinder but by tags of its own
    (azure-docs, network-security-groups-overview, Azure platform considerations)."""
    return at == "Source" and address_of(flow.destination.address) in PLATFORM
