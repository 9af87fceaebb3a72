"""Conversations as Markdown: one row for those alike, and the pairs of addresses behind a fold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from commands.replay.usage_text import size
from commands.shared.markdown import code, details, table
from estate.arm_id import name_of
from plan.text import count
from rules.impact import Effect, RuleName
from rules.model import End

_ALIKE = ("from", "to", "port", "conversations", "flows", "bytes", "last seen", "now", "after")
_PAIRS = ("from", "to", "port", "flows", "bytes", "last seen")
_Alike = tuple[str, str, str, RuleName | None, RuleName | None]


def conversations(effects: Sequence[Effect], most: int) -> Iterator[str]:
    """Blocks of Markdown; more rows than ``most`` are counted."""
    alike: dict[_Alike, list[Effect]] = defaultdict(list)
    for effect in effects:
        alike[_alike(effect)].append(effect)
    yield from table(_ALIKE, [_row(of, found) for of, found in alike.items()], most)
    pairs = table(_PAIRS, list(map(_pair, effects)), most)
    if most:
        title = f"{count(len(effects), 'pair')} of addresses"
        yield "\n".join(details(title, "\n\n".join(pairs).split("\n")))


def _alike(effect: Effect) -> _Alike:
    flow = effect.flow
    port = f"{flow.protocol} {flow.port}"
    return _place(flow.source), _place(flow.destination), port, effect.before, effect.after


def _row(of: _Alike, found: Sequence[Effect]) -> list[str]:
    source, destination, port, before, after = of
    return [
        source,
        destination,
        code(port),
        f"{len(found):,}",
        f"{sum(each.flow.flows for each in found):,}",
        size(sum(each.flow.bytes for each in found)),
        f"{max(each.flow.last_seen for each in found):%Y-%m-%d %H:%M}",
        _rule(before),
        _rule(after),
    ]


def _pair(effect: Effect) -> list[str]:
    flow = effect.flow
    return [
        _end(flow.source),
        _end(flow.destination),
        code(f"{flow.protocol} {flow.port}"),
        f"{flow.flows:,}",
        size(flow.bytes),
        f"{flow.last_seen:%Y-%m-%d %H:%M}",
    ]


def _place(end: End) -> str:
    """Network and subnet; what is in none of them by its address."""
    return code(end.subnet.split("/", 1)[-1] or end.address or "unknown")


def _end(end: End) -> str:
    machine = name_of(end.machine) if end.machine not in ("", end.address) else ""
    return f"{code(end.address or 'unknown')}{f' {code(machine, 60)}' if machine else ''}"


def _rule(rule: RuleName | None) -> str:
    if rule is None:
        return "no rule"
    return f"{code(rule.rule, 60)} of {code(name_of(rule.group), 60)}"
