"""What a change of rules would do, as Markdown for the reviewer of a pull request.

What was not recorded comes first, since nothing can be said of it; then what would be cut, what
would be opened, what cannot be told. What is too long for a comment is cut, with counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from commands.replay.impact_document import Impact
from commands.replay.usage_text import size
from commands.shared.markdown import code, details, more, plain, table
from estate.arm_id import name_of
from plan.text import count
from rules.impact import Effect, Outcome, RuleName
from rules.model import End

LIMIT = 60_000  # characters; a comment on GitHub holds 65,536
ROWS = (30, 12, 5, 2, 0)  # the most rows of a table, tried in turn until the summary fits
_HEAD = ("from", "to", "port", "flows", "bytes", "last seen", "decided now by", "decided then by")
_TITLES: Mapping[Outcome, str] = {
    "cut": "Would be cut: recorded as allowed, denied after the change",
    "opened": "Would be opened: recorded as denied, allowed after the change",
    "unknown": "Cannot be told",
}


def marker(title: str = "") -> str:
    """First line of a summary, by which its comment is found again; a title has no ``--``."""
    return f"<!-- security rules, replayed{f': {title}' if title else ''} -->"


def summary(impact: Impact) -> str:
    """The whole summary, at most LIMIT characters, cut between lines."""
    for most in ROWS:
        text = "\n\n".join(_blocks(impact, most)) + "\n"
        if len(text) <= LIMIT:
            return text
    return text[: text.rfind("\n", 0, LIMIT) + 1]


def _blocks(impact: Impact, most: int) -> Iterator[str]:
    yield marker(impact.title)
    of = f" of {plain(impact.title)}" if impact.title else ""
    yield f"## Security rules{of}: {verdict(impact)}"
    yield _scope(impact)
    yield from _gaps(impact, most)
    for outcome in _TITLES:
        yield from _outcome(outcome, impact.of(outcome), most)
    yield "\n".join(details("How to read this", [_EXPLANATION]))


def verdict(impact: Impact) -> str:
    """The change in a few words: what is cut, opened and open; never safer than what was seen."""
    if not impact.places and not impact.unclear:
        return "no rule in effect changes"
    words: Mapping[Outcome, str] = {"cut": "cut", "opened": "opened", "unknown": "not decided"}
    found = {outcome: len(impact.of(outcome)) for outcome in words}
    told = [f"{number:,} {words[outcome]}" for outcome, number in found.items() if number]
    first = f"conversations: {', '.join(told)}" if told else "no recorded conversation changes"
    if impact.not_recorded:
        few = f"{len(impact.not_recorded):,} of {count(len(impact.places), 'subnet')}"
        first += f"; not all is known of {few}"
    if impact.unclear:
        first += f"; {count(len(impact.unclear), 'part')} of the change not known before it is made"
    return first


def _scope(impact: Impact) -> str:
    start, end = impact.window.start, impact.window.end
    return (
        f"Flows recorded from {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} UTC in the "
        f"{count(len(impact.places), 'subnet')} that this {impact.tool} change concerns, decided "
        f"by the rules as they are and as they would be: "
        f"{count(len(impact.of('unchanged')), 'conversation')} would stay. A conversation is all "
        "flows between two addresses on one port."
    )


def _gaps(impact: Impact, most: int) -> Iterator[str]:
    """What nothing can be said about."""
    places = impact.not_recorded
    if places:
        yield "### Not recorded: nothing below says that this is safe"
        shown = [f"- {plain(each.reason)}" for each in places[:most]]
        yield "\n".join([*shown, *more(len(places) - len(shown), "place")])
    if impact.unclear:
        yield "### Not known before it is applied"
        shown = [f"- {plain(line)}" for line in impact.unclear[:most]]
        yield "\n".join([*shown, *more(len(impact.unclear) - len(shown), "part")])
    if impact.notes:
        yield "### Not read"
        yield "\n".join(f"- {plain(line)}" for line in impact.notes)


def _outcome(outcome: Outcome, effects: Sequence[Effect], most: int) -> Iterator[str]:
    if not effects:
        return
    yield f"### {_TITLES[outcome]} ({len(effects):,})"
    if outcome == "unknown":
        for reason, listed in sorted(_by_reason(effects).items(), key=lambda each: -len(each[1])):
            yield f"{plain(reason)}:"
            yield from table(_HEAD, list(map(_row, listed[: most + 1])), most)
            yield from more(len(listed) - most - 1, "row")
        return
    yield from table(_HEAD, list(map(_row, effects)), most)


def _by_reason(effects: Sequence[Effect]) -> Mapping[str, list[Effect]]:
    found: dict[str, list[Effect]] = defaultdict(list)
    for effect in effects:
        found[effect.reason or "the rules do not decide it"].append(effect)
    return found


def _row(effect: Effect) -> list[str]:
    flow = effect.flow
    return [
        _end(flow.source),
        _end(flow.destination),
        code(f"{flow.protocol} {flow.port}"),
        f"{flow.flows:,}",
        size(flow.bytes),
        f"{flow.last_seen:%Y-%m-%d %H:%M}",
        _rule(effect.before),
        _rule(effect.after),
    ]


def _end(end: End) -> str:
    """Address, machine and subnet, as far as rows have them."""
    machine = name_of(end.machine) if end.machine not in ("", end.address) else ""
    place = end.subnet.split("/", 1)[-1]
    named = [code(each, 60) for each in (machine, place) if each]
    return f"{code(end.address or 'unknown')}{' ' if named else ''}{' in '.join(named)}"


def _rule(rule: RuleName | None) -> str:
    if rule is None:
        return "no rule"
    return f"{code(rule.rule, 60)} of {code(name_of(rule.group), 60)}"


_EXPLANATION = (
    "A line is a conversation, whether one end reported it or both. *Cut* and *opened* compare "
    "what was recorded with what the rules would decide after the change; what the rules decide "
    "alike before and after is not listed, whatever was recorded. What was never seen in this time "
    "is not known to be unused: a yearly job leaves no trace in a month."
)
