"""What a change of rules would do, as Markdown for the reviewer of a pull request.

Gaps in the recording come first, since the results say nothing about them; then the rules that
change, with what the record knows of each; then what would be cut, what would be opened, what
cannot be decided. What is too long for a comment is cut, with counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

from commands.recorded.places import place_name
from commands.replay.conversation_table import conversations
from commands.replay.impact_document import Impact
from commands.shared.markdown import code, details, fitting, more, names, plain, table
from estate.arm_id import key, name_of, parent_of
from plan.text import count
from rules.changed_rules import ChangedRule, Instead
from rules.impact import Effect, Outcome
from rules.rule_text import described

ROWS = (30, 12, 5, 2, 0)  # the most rows of a table, tried in turn until the summary fits
NAMED = 8  # subnets that the first paragraph names
_TITLES: Mapping[Outcome, str] = {
    "cut": "Would be cut: allowed when recorded, denied after the change",
    "opened": "Would be opened: denied when recorded, allowed after the change",
    "unknown": "Cannot be decided",
}
_RULES = ("group", "rule", "change", "applies to", "conversations it decided", "they would be")


def marker(title: str = "") -> str:
    """First line of a summary, by which its comment is found again; a title has no ``--``."""
    return f"<!-- security rules, replayed{f': {title}' if title else ''} -->"


def summary(impact: Impact) -> str:
    """The whole summary, as long as a comment may be."""
    return fitting(partial(_render, impact), ROWS)


def _render(impact: Impact, most: int) -> str:
    return "\n\n".join(_blocks(impact, most)) + "\n"


def _blocks(impact: Impact, most: int) -> Iterator[str]:
    yield marker(impact.title)
    of = f" of {plain(impact.title)}" if impact.title else ""
    yield f"## Security rules{of}: {verdict(impact)}"
    yield from _scope(impact)
    yield from _gaps(impact, most)
    yield from _rules(impact, most)
    for outcome in _TITLES:
        yield from _outcome(outcome, impact.of(outcome), most)
    if impact.notes:
        told = [f"- {plain(line)}" for line in impact.notes]
        yield "\n".join(details(f"Not everything could be read ({len(told)})", told))
    yield "\n".join(details("How to read this", [_EXPLANATION]))


def verdict(impact: Impact) -> str:
    """The change in a few words: what is cut, opened and open; never safer than what was seen."""
    if not impact.places and not impact.unclear:
        return "no rule in effect changes"
    first = f"{count(len(impact.of('cut')), 'recorded conversation')} cut, "
    first += f"{len(impact.of('opened')):,} opened, {len(impact.of('unknown')):,} undecided"
    if impact.not_recorded:
        few = f"{len(impact.not_recorded):,} of {count(len(impact.places), 'subnet')}"
        first += f"; the recording of {few} is incomplete"
    if impact.unclear:
        first += f"; {count(len(impact.unclear), 'part')} of the change not known before it is made"
    return first


def _scope(impact: Impact) -> Iterator[str]:
    if not impact.places:
        return
    start, end = impact.window.start, impact.window.end
    stay = count(len(impact.of("unchanged")), "conversation")
    yield (
        f"The flows recorded from {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} UTC in "
        f"{names(list(map(_subnet, impact.places)), NAMED)} were decided by the current rules and "
        f"by those that this {impact.tool} change proposes; {stay} would keep the result, allowed "
        "or denied. **Only what was tried in this time is known:** a yearly job leaves no trace in "
        "a month, and nobody may yet have tried what a new or narrower rule lets in."
    )


def _gaps(impact: Impact, most: int) -> Iterator[str]:
    """What nothing can be said about."""
    places = impact.not_recorded
    if places:
        yield "### Gaps in the recording: the results do not cover these times"
        shown = [f"- {plain(each.reason)}" for each in places[:most]]
        yield "\n".join([*shown, *more(len(places) - len(shown), "place")])
    if impact.unclear:
        yield "### Not known before the change is made"
        shown = [f"- {plain(line)}" for line in impact.unclear[:most]]
        yield "\n".join([*shown, *more(len(impact.unclear) - len(shown), "part")])


def _rules(impact: Impact, most: int) -> Iterator[str]:
    changed = impact.rules
    if not changed:
        return
    yield f"### Rules that change ({len(changed):,})"
    yield from table(_RULES, [_rule_row(each, impact) for each in changed], most)
    if any(each.opens for each in changed):
        known = "Who tried is listed below." if impact.of("opened") else "No recorded one gets in."
        yield (
            f"A rule here may let more through than before, or refuse less. {known} What nobody "
            "tried is not known."
        )


def _rule_row(found: ChangedRule, impact: Impact) -> list[str]:
    rule = found.rule
    change = "; ".join(found.differences()) or described(rule)
    return [
        code(name_of(rule.group), 60),
        f"{code(rule.name, 60)} ({rule.access} {rule.direction}, {rule.priority})",
        f"{found.kind}: {plain(change)}",
        names(list(map(_named, found.places)), 3) if found.places else "nothing",
        _decided(found, impact),
        "; ".join(map(_instead, sorted(found.met.instead)[:NAMED])),
    ]


def _decided(found: ChangedRule, impact: Impact) -> str:
    """Conversations that a rule decided, and how much of the time they may be missing from."""
    met, on = found.met, set(map(key, found.places))
    told = "none recorded"
    if met.last_seen:
        told = f"{met.conversations:,}, last seen {met.last_seen:%Y-%m-%d %H:%M}"
    missing = max((each.hours for each in impact.not_recorded if key(each.id) in on), default=0)
    of = f"{missing:,} of {count(impact.window.hours, 'hour')}"
    return f"{told}; **{of} not recorded**" if missing else told


def _instead(found: Instead) -> str:
    if not found.rule:
        return f"{found.access}, by no rule" if found.access == "allowed" else found.access
    return f"{found.access} by {code(found.rule, 60)} of {code(name_of(found.group), 60)}"


def _outcome(outcome: Outcome, effects: Sequence[Effect], most: int) -> Iterator[str]:
    if not effects:
        return
    yield f"### {_TITLES[outcome]} ({len(effects):,})"
    if outcome != "unknown":
        yield from conversations(effects, most)
        return
    for reason, listed in sorted(_by_reason(effects).items(), key=lambda each: -len(each[1])):
        yield f"{plain(reason)} ({len(listed):,}):"
        yield from conversations(listed, most)


def _by_reason(effects: Iterable[Effect]) -> Mapping[str, list[Effect]]:
    found: dict[str, list[Effect]] = defaultdict(list)
    for effect in effects:
        found[effect.reason or "the rules do not decide it"].append(effect)
    return found


def _subnet(id_: str) -> str:
    return f"{name_of(parent_of(id_))}/{name_of(id_)}"


def _named(id_: str) -> str:
    """A place without its kind, where that is a subnet."""
    return _subnet(id_) if "/subnets/" in id_.casefold() else place_name(id_)


_EXPLANATION = (
    "A conversation is all flows from one address to another on one port and protocol. Where both "
    "ends recorded it, it counts once. *Cut* and *opened* compare the result that was recorded "
    "with the result after the change; where the rules that are deployed now and those of the "
    "change come to the same result, a conversation keeps it, and is not listed. *Undecided* is "
    "what the rules and the record leave open, with the reason. All rules on the way count: "
    "security admin rules, and the groups of subnet and interface at both ends. An hour counts as "
    "recorded if it has rows, or if something shows that Azure wrote and there was nothing to tell "
    "(docs/ledger.md)."
)
