"""The rules that a change touches, and what the record says of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from estate.arm_id import key
from rules.evaluator import Verdict
from rules.impact import Effect
from rules.landscape import Landscape
from rules.model import At, Rule
from rules.rule_text import differences

Kind = Literal["added", "removed", "changed"]
_Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True, order=True)
class Instead:
    """What comes of a conversation at an end: allowed, denied or undecided, by a rule.

    ``group`` and ``rule`` are blank where no rule decides, or one of several.
    """

    access: str
    group: str = ""
    rule: str = ""


@dataclass(slots=True)
class Met:
    """Recorded conversations that a rule decides, before the change or, if it is new, after it.

    ``instead`` is what decides them at that end after the change.
    """

    conversations: int = 0
    flows: int = 0
    last_seen: datetime | None = None
    instead: set[Instead] = field(default_factory=set)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedRule:
    """A rule as it is (``before``) and as it would be (``after``); None where it is not.

    ``places`` are ids of what its group sits on, before or after.
    """

    before: Rule | None
    after: Rule | None
    met: Met
    places: tuple[str, ...] = ()

    @property
    def rule(self) -> Rule:
        """The rule, as it would be where it is still there."""
        rule = self.after or self.before
        assert rule is not None
        return rule

    @property
    def kind(self) -> Kind:
        """What the change does to it."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"

    def differences(self) -> list[str]:
        """What changes in it, in words; nothing for a rule that comes or goes."""
        return list(differences(self.before, self.after)) if self.before and self.after else []

    @property
    def opens(self) -> bool:
        """True if it may let through what was refused so far, tried or not."""
        if self.before is not None and self.before.access == "Deny":
            return True
        return self.after is not None and self.after.access != "Deny"


def changed_rules(
    replayed: Iterable[Effect], before: Landscape, after: Landscape
) -> list[ChangedRule]:
    """Rules that come, go or change, by group and in the order in which Azure asks them.

    Rules of a group that comes or goes as a whole are all among them; a group that is attached
    elsewhere, and is the same otherwise, has none.
    """
    pairs = {
        name: (old, new)
        for name, (old, new) in _pairs(before, after)
        if _without_place(old) != _without_place(new)
    }
    met = {name: Met() for name in pairs}
    for effect in replayed if pairs else ():
        _count(met, pairs, effect)
    found = [
        ChangedRule(before=old, after=new, met=met[name], places=_places(name[0], (before, after)))
        for name, (old, new) in pairs.items()
    ]
    return sorted(found, key=lambda each: (key(each.rule.group), each.rule.priority))


def _places(group: str, landscapes: Iterable[Landscape]) -> tuple[str, ...]:
    found = {key(place): place for each in landscapes for place in each.places(group)}
    return tuple(found.values())


def _pairs(
    before: Landscape, after: Landscape
) -> Iterator[tuple[_Key, tuple[Rule | None, Rule | None]]]:
    """Rules of somebody's, security admin rules among them, before and after."""
    old, new = _all(before), _all(after)
    for name in dict.fromkeys((*old, *new)):
        yield name, (old.get(name), new.get(name))


def _all(landscape: Landscape) -> Mapping[_Key, Rule]:
    tables = (*landscape.groups.values(), *landscape.admin_tables.values())
    return {_key(rule): rule for each in tables for rule in each.rules if not rule.default}


def _count(
    met: Mapping[_Key, Met],
    pairs: Mapping[_Key, tuple[Rule | None, Rule | None]],
    effect: Effect,
) -> None:
    flow, now, then = effect.flow, effect.now, effect.then
    later = {(end.at, each.stage): each.rule for end in then.ends for each in end.decisions}
    earlier = {(end.at, each.stage): each.rule for end in now.ends for each in end.decisions}
    for place in dict.fromkeys((*earlier, *later)):
        old, new = earlier.get(place), later.get(place)
        deciding = {_key(rule) for rule in (old,) if rule is not None}
        if new is not None and pairs.get(_key(new), (new, None))[0] is None:
            deciding.add(_key(new))
        for name in deciding & pairs.keys():
            found = met[name]
            found.conversations += 1
            found.flows += flow.flows
            last = found.last_seen
            found.last_seen = flow.last_seen if last is None else max(last, flow.last_seen)
            found.instead.add(_instead(then, place[0]))


def _instead(then: Verdict, at: At) -> Instead:
    end = next((each for each in then.ends if each.at == at), None)
    access = end.access if end else "Allow"
    word = {"Allow": "allowed", "Deny": "denied"}.get(access or "", "undecided")
    rule = end.rule if end and access else None
    return Instead(word, rule.group, rule.name) if rule else Instead(word)


def _without_place(rule: Rule | None) -> Rule | None:
    return None if rule is None else replace(rule, group=key(rule.group))


def _key(rule: Rule) -> _Key:
    return key(rule.group), rule.direction, rule.name.casefold()
