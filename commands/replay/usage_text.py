"""The use of security rules as text: a block for each group, a line for each rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from commands.replay.usage_document import Told
from estate.arm_id import key, name_of, resource_group_of
from plan.text import count
from rules.narrowing import Proposal
from rules.usage import Usage, UsageVerdict

WORDS: dict[UsageVerdict, str] = {
    "used": "used",
    "unused": "UNUSED",
    "shadowed": "SHADOWED",
    "wider": "WIDER THAN USED",
    "unknown": "cannot tell",
}
_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")


def lines(told: Told) -> Iterator[str]:
    """What could not be read, groups with their rules, findings, and a count of verdicts."""
    start, end = told.window.start, told.window.end
    yield f"Flows from {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} UTC"
    for note in told.notes:
        yield f"note: {note}"
    for group, used in groupby(told.used, key=lambda each: each.rule.group):
        yield from _group(told, group, list(used))
    if told.findings:
        yield ""
        yield "What the rules say by themselves:"
        for finding in told.findings:
            yield f"  {name_of(finding.rule.group)}: {finding.text}"
    yield ""
    yield _counts(told.used)


def size(number: int) -> str:
    """Bytes in the unit that reads best: ``1.2 GB`` (powers of a thousand)."""
    amount = float(number)
    for unit in _UNITS:
        if amount < 1000 or unit == _UNITS[-1]:
            break
        amount /= 1000
    return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"


def proposed(found: Proposal) -> str:
    """A proposal in words."""
    parts = {
        "ports": found.ports,
        "sources": found.sources,
        "destinations": found.destinations,
    }
    return "; ".join(f"{name} {', '.join(values)}" for name, values in parts.items() if values)


def why(found: Usage) -> str:
    """What stands behind a verdict: what shadows the rule, what was seen, why it is not known."""
    if found.verdict == "shadowed":
        names = ", ".join(f"{rule.name} ({rule.priority})" for rule in found.by)
        return f"nothing reaches it, as all that it names is decided before: {names}"
    if found.proposal:
        return f"all that was seen: {proposed(found.proposal)}"
    if found.verdict == "unknown" and found.recorded_since:
        return f"{found.reason}; unused since {found.recorded_since:%Y-%m-%d %H:%M} UTC"
    return found.reason


def _group(told: Told, group: str, used: Sequence[Usage]) -> Iterator[str]:
    places = told.places[key(group)]
    where = f"on {count(places, 'place')}" if places else "attached to nothing"
    shown = [each for each in used if each.flows or not each.rule.default]
    shared = _shared_reason(shown)
    yield ""
    yield f"{name_of(group)} ({resource_group_of(group)}, {where})"
    if shared:
        yield f"  {shared}"
    for each in shown:
        yield from _rule(each, shared)


def _shared_reason(used: Sequence[Usage]) -> str:
    """The reason that most rules without a hit have in common; blank where there is none."""
    reasons = Counter(why(each) for each in used if each.verdict in ("unknown", "unused"))
    del reasons[""]
    return max(reasons, key=lambda reason: reasons[reason], default="")


def _rule(found: Usage, shared: str) -> Iterator[str]:
    rule = found.rule
    head = f"  {rule.priority:>5} {rule.direction:<8} {rule.access:<5} {rule.name:<32}"
    seen = ""
    if found.last_hit:
        seen = (
            f" {count(found.flows, 'flow')}, {size(found.bytes)}, "
            f"{count(found.sources, 'source')}, last {found.last_hit:%Y-%m-%d %H:%M}"
        )
    yield f"{head} {WORDS[found.verdict]:<15}{seen}".rstrip()
    reason = why(found)
    if reason and reason != shared:
        yield f"        {reason}"


def _counts(used: Sequence[Usage]) -> str:
    own = Counter(each.verdict for each in used if not each.rule.default)
    told = [f"{own[verdict]:,} {word.lower()}" for verdict, word in WORDS.items() if own[verdict]]
    return f"{count(sum(own.values()), 'rule')}: {', '.join(told) or 'none'}"
