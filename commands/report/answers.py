"""What the flow logs answer of the frameworks that auditors ask by, with the estate's figures.

The table is that of the policy pack (`policies/flowlog_guard/frameworks.json`), read as data.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element

from commands.report.blocks import grid, scrollable, section
from commands.report.facts import Facts, FlowLog
from commands.report.levers import UNTOLD
from commands.report.markup import element
from commands.shared.states import LEVELS
from plan.model.flow_logs import NOTHING_RECORDED
from plan.text import count
from tools.projects import POLICIES

TABLE = POLICIES / "flowlog_guard" / "frameworks.json"
LEAST_DAYS = 90  # that CIS asks for
ON_GROUPS = ("networkSecurityGroup",)
ON_NETWORKS = tuple(level for level in LEVELS if level not in ON_GROUPS)
_TITLE = "What this answers"
_CLAIM = (
    "Which part of a control flow logs are evidence for, and how much of it there is here. No "
    "control is met by flow logs alone, and nobody complies by this table: an auditor decides by "
    "the framework's own text. Older versions of CIS, sources, and controls that flow logs do not "
    "answer: docs/frameworks.md of the program."
)


def answers(facts: Facts) -> Element:
    """A row for each control of the newest version of each framework."""
    given = json.loads(TABLE.read_text(encoding="utf-8"))
    head = ("Control", "Asks", "What flow logs serve of it", "Here")
    table = scrollable(grid(head, _rows(given, facts)), _TITLE)
    return section("answers", _TITLE, element("p", _CLAIM, class_="small"), table)


def _rows(given: Mapping[str, Any], facts: Facts) -> Iterator[tuple[str, str, str, str]]:
    for framework in given["frameworks"]:
        if framework.get("superseded"):
            continue
        for control in framework["controls"]:
            part = given["parts"][control["part"]]
            name = f"{framework['name']} {framework['version']}: {control['control']}"
            yield name, control["asks"], part["serves"], FIGURES[part["figure"]](facts)


def _recorded(facts: Facts) -> str:
    unseen = sum(network.state == "dark" for network in facts.networks)
    networks = count(unseen, "virtual network")
    return f"{_of_groups(facts, *NOTHING_RECORDED)} recorded; {networks} dark"


def _analysed(facts: Facts) -> str:
    return f"{_of_groups(facts, *NOTHING_RECORDED, 'not analysed')} recorded and analysed"


def _analysed_there(facts: Facts) -> str:
    """Of the flow logs on security groups; 0 minutes are off."""
    told = [log.interval for log in _logs(facts, ON_GROUPS) if log.interval is not None]
    fed = sum(interval > 0 for interval in told)
    return _of_logs(facts, ON_GROUPS, len(told), f"{fed:,}", "analysed")


def _kept(facts: Facts, levels: Container[str] = LEVELS) -> str:
    """0 days keep for ever."""
    told = [log.retention_days for log in _logs(facts, levels) if log.retention_days is not None]
    long = sum(days >= LEAST_DAYS or days == 0 for days in told)
    return _of_logs(facts, levels, len(told), f"{long:,}", f"kept {LEAST_DAYS} days or more")


def _of_logs(facts: Facts, levels: Container[str], told: int, number: str, what: str) -> str:
    every = len(_logs(facts, levels))
    if not every:
        return "no such flow log"
    if not told:
        return UNTOLD
    untold = f"; {every - told:,} more not told" if every > told else ""
    return f"{number} of {count(told, 'flow log')} {what}{untold}"


def _logs(facts: Facts, levels: Container[str]) -> list[FlowLog]:
    """Flow logs that record, by what they are on."""
    logs = facts.flow_logs.values()
    return [log for log in logs if log.enabled and log.stands and log.level in levels]


def _watched(facts: Facts) -> str:
    rules, queries = count(len(facts.alerts), "alert rule"), count(len(facts.queries), "query")
    return f"{rules}, {queries}; {_analysed(facts)}"


def _of_groups(facts: Facts, *but: str) -> str:
    standing = sum(group.state not in but for group in facts.groups)
    return f"{standing:,} of {count(len(facts.groups), 'security group')}"


FIGURES: Mapping[str, Callable[[Facts], str]] = {
    "recorded": _recorded,
    "analysed": _analysed,
    "kept": _kept,
    "kept on networks": lambda facts: _kept(facts, ON_NETWORKS),
    "kept on security groups": lambda facts: _kept(facts, ON_GROUPS),
    "analysed on security groups": _analysed_there,
    "watched": _watched,
    "": lambda _: "no figure: the policy pack holds it",
}
"""The estate's figure, by its name in the table."""
