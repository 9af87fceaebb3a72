"""Rows of the two tables on security rules: their use, and what they say by themselves."""

from __future__ import annotations

from datetime import datetime

from commands.replay.usage_document import Told
from commands.replay.usage_text import why
from commands.report.tables import Cell, Column, Table
from estate.arm_id import name_of, resource_group_of
from plan.text import listed
from rules.findings import Finding
from rules.model import Rule
from rules.usage import Usage, UsageVerdict

VERDICTS: dict[UsageVerdict, str] = {
    "used": "used",
    "unused": "unused",
    "shadowed": "shadowed",
    "wider": "wider than used",
    "unknown": "cannot tell",
}
"""Words of verdicts, which name their fills too."""
OWN, DEFAULT = "yours", "Azure's default"
_NAMED = 5  # rules that shadow one, by name
_GROUP = Column(key="group", label="Group", kind="name")
_ID = Column(key="id", label="Id of the group", kind="hidden")
_RULE = Column(key="rule", label="Rule", kind="name")
_DIRECTION = Column(key="direction", label="Direction", kind="hidden", choice="Direction")


def uses(told: Told) -> Table:
    """A row for each rule of each group, in the order in which Azure asks them."""
    columns = (
        _GROUP,
        _RULE,
        Column(key="priority", label="Priority", kind="pairs"),
        Column(key="verdict", label="Verdict", kind="state", choice="Verdict"),
        Column(key="why", label="Why, or what would do"),
        Column(key="flows", label="Flows", kind="number"),
        Column(key="bytes", label="Bytes", kind="size"),
        Column(key="sources", label="Sources", kind="number"),
        Column(key="last", label="Last hit"),
        Column(key="since", label="Recorded since"),
        _DIRECTION,
        Column(key="access", label="Access", kind="hidden", choice="Access"),
        Column(key="whose", label="Whose", kind="hidden", choice="Whose"),
        _ID,
    )
    return Table(
        key="rules",
        title="Use of security rules",
        noun="security rules",
        columns=columns,
        rows=[_use(each) for each in told.used],
    )


def findings(told: Told) -> Table:
    """A row for each finding on a rule; the same rule may have several."""
    columns = (
        _GROUP,
        _RULE,
        Column(key="priority", label="Priority", kind="pairs"),
        Column(key="kind", label="Finding", choice="Finding"),
        Column(key="text", label="What is wrong, and the way out"),
        _DIRECTION,
        _ID,
    )
    return Table(
        key="findings",
        title="What the rules say by themselves",
        noun="findings",
        columns=columns,
        rows=[_found(each) for each in told.findings],
    )


def _use(found: Usage) -> tuple[Cell, ...]:
    rule = found.rule
    return (
        *_named(rule),
        (VERDICTS[found.verdict],),
        _reason(found),
        (str(found.flows),),
        (str(found.bytes),),
        (str(found.sources),),
        _moment(found.last_hit, "never"),
        _moment(found.recorded_since, "not up to the end"),
        (rule.direction,),
        (rule.access,),
        (DEFAULT if rule.default else OWN,),
        (rule.group,),
    )


def _found(finding: Finding) -> tuple[Cell, ...]:
    rule = finding.rule
    return (*_named(rule), (finding.kind,), (finding.text,), (rule.direction,), (rule.group,))


def _named(rule: Rule) -> tuple[Cell, ...]:
    """The cells of the group, the rule and its priority."""
    return (
        (name_of(rule.group), resource_group_of(rule.group)),
        (rule.name, DEFAULT) if rule.default else (rule.name,),
        (str(rule.priority), f"{rule.direction}, {rule.access}"),
    )


def _moment(moment: datetime | None, none: str) -> Cell:
    """A moment in UTC, which sorts as text."""
    return (f"{moment:%Y-%m-%d %H:%M}" if moment else none,)


def _reason(found: Usage) -> Cell:
    if found.verdict == "shadowed" and len(found.by) > _NAMED:
        names = [f"{rule.name} ({rule.priority})" for rule in found.by]
        return (f"all that it names is decided before: {listed(names, _NAMED)}",)
    return (why(found),) if why(found) else ()
