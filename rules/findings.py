"""What can be said against rules without any flow: they are idle, too wide, or too open.

Read group by group: what the other group on the way decides is not looked at, but security admin
rules are, where they close a port.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from estate.arm_id import name_of
from rules.behind import prefixes_behind
from rules.landscape import Landscape
from rules.model import Direction, Network, Rule
from rules.openings import Openings
from rules.unneeded import Unneeded, unneeded

Kind = Literal[
    "shadowed", "redundant", "wider than the subnet", "management port from the Internet"
]
_DIRECTIONS: tuple[Direction, ...] = ("Inbound", "Outbound")


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a rule.

    ``by`` are the rules that decide its packets instead: earlier ones of a shadowed rule, later
    ones of a redundant rule. ``text`` is one sentence with the rule, the reason and the way out.
    """

    kind: Kind
    rule: Rule
    by: tuple[Rule, ...]
    text: str


def findings(
    landscape: Landscape, management_ports: Sequence[int] = (22, 3389, 5985, 5986)
) -> Iterator[Finding]:
    """What is wrong with the rules of all security groups: groups by id, rules by priority.

    A rule is *shadowed* if earlier rules take all its packets, *redundant* if later rules decide
    the same about those that reach it; of both kinds any may be removed, one or all, without a
    change of any verdict. It is *wider than the subnet* if it names addresses on the side of the
    group that are in no subnet behind it. It is a *management port from the Internet* if it lets
    TCP to one of ``management_ports`` through from there (``openings``). Raises RuleError.
    """
    for group, tables in sorted(landscape.groups.items()):
        behind = prefixes_behind(landscape, group)
        openings = Openings(landscape, group, management_ports)
        found: list[Finding] = []
        for direction in _DIRECTIONS:
            rules = tables.of(direction)
            idle = unneeded(rules)
            for position, rule in enumerate(rules):
                if not rule.default:
                    found += _of_rule(rules, position, idle, behind, openings)
        yield from sorted(found, key=lambda finding: finding.rule.priority)


def _of_rule(
    rules: Sequence[Rule],
    position: int,
    idle: Mapping[int, Unneeded],
    behind: Sequence[Network],
    openings: Openings,
) -> Iterator[Finding]:
    rule, why = rules[position], idle.get(position)
    if why is not None:
        text = _shadowed(rule, why.by) if why.kind == "shadowed" else _redundant(rule, why.by)
        yield Finding(why.kind, rule, why.by, text)
    if why is not None and why.kind == "shadowed":
        return
    if wide := _beyond(rule, behind):
        yield Finding("wider than the subnet", rule, (), _wider(rule, wide, behind))
    if ports := openings.of(rules, position):
        yield Finding("management port from the Internet", rule, (), _open(rule, ports))


def _beyond(rule: Rule, behind: Sequence[Network]) -> list[Network]:
    """Prefixes on the side of the group that hold addresses which are in no subnet behind it.

    ``*``, 0.0.0.0/0 and ::/0 mean whatever is there. Nothing is said where nothing is behind.
    """
    side = rule.destinations if rule.direction == "Inbound" else rule.sources
    if not behind or side.anything:
        return []
    return [
        network
        for network in side.networks
        if network.prefixlen and not any(_inside(network, each) for each in behind)
    ]


def _inside(network: Network, other: Network) -> bool:
    return (
        network.version == other.version
        and network.prefixlen >= other.prefixlen
        and network.network_address in other
    )


def _named(rule: Rule) -> str:
    return f"{rule.name} ({rule.priority})"


def _all_named(rules: Sequence[Rule]) -> str:
    named = [_named(rule) for rule in rules[:3]]
    if len(rules) > len(named):
        named.append(f"{len(rules) - len(named)} more")
    return " and ".join([", ".join(named[:-1]), named[-1]]) if len(named) > 1 else named[0]


def _of_group(rule: Rule) -> str:
    return f"{rule.direction} rule {_named(rule)} of {name_of(rule.group)}"


def _shadowed(rule: Rule, by: Sequence[Rule]) -> str:
    before = f"{_all_named(by)} before it"
    others = [each for each in by if each.access != rule.access]
    if not others:
        does = "decide" if len(by) > 1 else "decides"
        return (
            f"{_of_group(rule)} is idle: {before} {does} the same about all its traffic; remove it"
        )
    if len(others) < len(by):
        does = "decide all its traffic, some of it the other way"
        return f"{_of_group(rule)} is idle: {before} {does}; move it up, or remove it"
    idle, does = ("refuses", "allow") if rule.access == "Deny" else ("allows", "refuse")
    does = does if len(by) > 1 else {"allow": "allows", "refuse": "refuses"}[does]
    way_out = "move it up, or remove it"
    return f"{_of_group(rule)} {idle} nothing: {before} {does} all its traffic; {way_out}"


def _redundant(rule: Rule, by: Sequence[Rule]) -> str:
    does = "decide" if len(by) > 1 else "decides"
    after = f"{_all_named(by)} after it {does} the same about its traffic"
    return f"{_of_group(rule)} changes nothing: {after}; remove it"


def _wider(rule: Rule, wide: Sequence[Network], behind: Sequence[Network]) -> str:
    side = "destination" if rule.direction == "Inbound" else "source"
    return (
        f"{_of_group(rule)} names the {side} {_some(wide)}, though only {_some(behind)} is behind"
        " the group; name that, or less"
    )


def _some(networks: Sequence[Network]) -> str:
    named = [str(network) for network in dict.fromkeys(networks)]
    return ", ".join(named[:3]) + (f" and {len(named) - 3} more" if len(named) > 3 else "")


def _open(rule: Rule, ports: Sequence[int]) -> str:
    word = "ports" if len(ports) > 1 else "port"
    return (
        f"{_of_group(rule)} lets the Internet reach the management {word}"
        f" {', '.join(map(str, ports))}; name the addresses that may, or go through Azure Bastion"
    )
