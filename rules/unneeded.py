"""Rules of a group that decide nothing, or nothing that later rules would not decide the same.

Any of those found may be removed, one or all: none is found by leaning on another that is found.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rules.coverage import VERSIONS, Block, Step, Version, block_of, is_known, taken
from rules.model import Access, Rule

_FEW = 16
"""Of as many rules the fewest are named that still decide all packets of another."""
Blocks = Mapping[Version, Block]
Steps = Mapping[Version, Sequence[Step]]


@dataclass(frozen=True, slots=True)
class Unneeded:
    """Why a rule is not needed: earlier, or else later, rules decide its packets."""

    kind: Literal["shadowed", "redundant"]
    by: tuple[Rule, ...]


def unneeded(rules: Sequence[Rule]) -> dict[int, Unneeded]:
    """What is not needed of a group's rules of one direction, in order, by position.

    Azure's own rules are not judged, since nobody can remove them. Nothing is said of a group with
    a protocol that Azure does not have.
    """
    if not all(map(is_known, rules)):
        return {}
    blocks = [blocks_of(rule) for rule in rules]
    found = {}
    for position, by in _shadowed(rules, blocks).items():
        found[position] = Unneeded("shadowed", tuple(rules[each] for each in by))
    for position, by in _redundant(rules, blocks, found).items():
        found[position] = Unneeded("redundant", tuple(rules[each] for each in by))
    return found


def blocks_of(rule: Rule) -> Blocks:
    """The packets of a rule by version of IP."""
    both = {version: block_of(rule, version) for version in VERSIONS}
    return {version: block for version, block in both.items() if block is not None}


def all_taken(own: Blocks, steps: Steps, left_out: frozenset[int] = frozenset()) -> set[int] | None:
    """Positions of rules that take all packets of a rule; None where that cannot be shown."""
    used: set[int] = set()
    for version, block in own.items():
        listed = steps[version]
        if left_out:
            listed = [step for step in listed if step.rule not in left_out]
        found = taken(block, listed)
        if found is None:
            return None
        used |= found
    return used


def _shadowed(rules: Sequence[Rule], blocks: Sequence[Blocks]) -> dict[int, list[int]]:
    """Rules all whose packets are taken before, by the rules that take them."""
    found = {}
    earlier: dict[Version, list[Step]] = {version: [] for version in VERSIONS}
    for position, own in enumerate(blocks):
        judged = bool(own) and not rules[position].default
        used = all_taken(own, earlier) if judged else None
        if used is None:
            _add(earlier, own, position)
        else:
            found[position] = _fewest(own, earlier, used, used)
    return found


def _redundant(
    rules: Sequence[Rule], blocks: Sequence[Blocks], gone: Mapping[int, object]
) -> dict[int, list[int]]:
    """Rules whose packets, but for those that are taken before, later rules decide the same.

    Rules of the other access stop even where they are not needed, since they may stay.
    """
    found = {}
    earlier: dict[Version, list[Step]] = {version: [] for version in VERSIONS}
    views = {access: _view(rules, blocks, gone, access) for access in ("Allow", "Deny")}
    for position, own in enumerate(blocks):
        if position in gone or not own:
            continue
        view = views[rules[position].access]
        used = None
        if not rules[position].default:
            steps = {version: earlier[version] + _after(view[version], position) for version in own}
            used = all_taken(own, steps)
        if used is None:
            _add(earlier, own, position)
        else:
            later = {each for each in used if each > position}
            found[position] = _fewest(own, steps, used, later)
    return found


def _add(steps: Mapping[Version, list[Step]], blocks: Blocks, position: int) -> None:
    for version, block in blocks.items():
        steps[version].append(Step(block, False, position))


def _view(
    rules: Sequence[Rule], blocks: Sequence[Blocks], gone: Mapping[int, object], access: Access
) -> Mapping[Version, list[Step]]:
    """Rules as those with an access see what comes after them: the other access stops."""
    found: dict[Version, list[Step]] = {version: [] for version in VERSIONS}
    for position, own in enumerate(blocks):
        stops = rules[position].access != access
        if stops or position not in gone:
            for version, block in own.items():
                found[version].append(Step(block, stops, position))
    return found


def _after(steps: list[Step], position: int) -> list[Step]:
    return steps[bisect_right(steps, position, key=lambda step: step.rule) :]


def _fewest(own: Blocks, steps: Steps, used: set[int], named: set[int]) -> list[int]:
    """Of the rules to name those without which something would be left; all past ``_FEW``."""
    if len(named) > _FEW:
        return sorted(named)
    takers = {step.rule for listed in steps.values() for step in listed if not step.stops}
    without = frozenset(takers - used)
    for each in sorted(named):
        if all_taken(own, steps, without | {each}) is not None:
            without |= {each}
    return sorted(named - without)
