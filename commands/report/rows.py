"""Rows of the three tables: security groups, virtual networks, flow logs."""

from __future__ import annotations

from collections.abc import Iterator

from commands.report.facts import Facts, FlowLog, Place, region_of
from commands.report.tables import Cell, Column, Table
from commands.shared.states import LEVELS, OWNERS, STAGES
from estate.arm_id import name_of, resource_group_of

NAME = Column(key="name", label="Name", kind="name")
WHERE = Column(key="where", label="Subscription, region", kind="pairs")
STATE = Column(key="state", label="State", kind="state", choice="State")
FLOW_LOG = Column(key="log", label="Flow log", kind="pairs")
SUBSCRIPTION = Column(
    key="subscription", label="Subscription", kind="hidden", choice="Subscription"
)
REGION = Column(key="region", label="Region", kind="hidden", choice="Region")
LEVEL = Column(key="level", label="Level", kind="hidden", choice="Level")
ID = Column(key="id", label="Id", kind="hidden")
GOES_DARK = "goes dark"


def groups(facts: Facts) -> Table:
    """A row for each security group in scope."""
    columns = (
        NAME,
        WHERE,
        STATE,
        FLOW_LOG,
        Column(key="why", label="Migration, and reason", kind="pairs"),
        SUBSCRIPTION,
        REGION,
        LEVEL,
        Column(key="stage", label="Migration", kind="hidden", choice="Migration"),
        Column(key="end", label="End of NSG flow logs", kind="hidden", choice="September 2027"),
        ID,
    )
    rows = [_group(group, facts) for group in facts.groups]
    return Table(
        key="groups",
        title="Network security groups",
        noun="network security groups",
        columns=columns,
        rows=rows,
    )


def networks(facts: Facts) -> Table:
    """A row for each virtual network in scope."""
    why = Column(key="why", label="Reason")
    rows = [
        (*_place(network, facts), _texts(network.reason), *_hidden(network, facts), (network.id,))
        for network in facts.networks
    ]
    return Table(
        key="networks",
        title="Virtual networks",
        noun="virtual networks",
        columns=(NAME, WHERE, STATE, FLOW_LOG, why, SUBSCRIPTION, REGION, LEVEL, ID),
        rows=rows,
    )


def flow_logs(facts: Facts) -> Table:
    """A row for each flow log: what it keeps, what adoption changes, what it lacks."""
    columns = (
        NAME,
        WHERE,
        Column(key="target", label="On", kind="pairs"),
        Column(key="terms", label="Keeps"),
        Column(key="change", label="Changes, or falls short by"),
        Column(key="owner", label="Whose", kind="hidden", choice="Whose"),
        SUBSCRIPTION,
        REGION,
        LEVEL,
        ID,
    )
    rows = [_flow_log(log, facts) for log in facts.flow_logs.values()]
    return Table(key="flowlogs", title="Flow logs", noun="flow logs", columns=columns, rows=rows)


def terms(log: FlowLog) -> Iterator[str]:
    """What a flow log keeps, a line each; nothing where the source does not tell."""
    if not log.enabled:
        yield "switched off"
    elif log.retention_days is not None:
        yield f"{log.retention_days} days in storage"
    if log.interval:
        yield f"analysed every {log.interval} minutes"
        yield f"in {name_of(log.workspace_id)}"
    elif log.interval == 0 and log.enabled:
        yield "Traffic Analytics off"


def refusal(log: FlowLog) -> str:
    """What became of a flow log that Azure refused."""
    became = "it is as it was before" if log.stands else "it is not there"
    return f"Azure refused it, or what it waits for, in the last update: {became}"


def brief(value: str) -> str:
    """The name in an ARM id, and any other value as it is."""
    return name_of(value) if value.startswith("/subscriptions/") else value


def _group(group: Place, facts: Facts) -> tuple[Cell, ...]:
    stage = STAGES.get(group.stage, "")
    pair = (stage, group.next_step) if stage else _texts(group.next_step * group.goes_dark)
    return (
        *_place(group, facts),
        (*pair, *_texts(group.reason)),
        *_hidden(group, facts),
        _texts(stage),
        (GOES_DARK if group.goes_dark else "stays as it is",),
        (group.id,),
    )


def _place(place: Place, facts: Facts) -> tuple[Cell, ...]:
    """The cells of NAME, WHERE, STATE and FLOW_LOG."""
    changed = place.before not in ("", place.state)
    logs = [facts.flow_logs[target] for target in place.targets]
    return (
        (name_of(place.id), resource_group_of(place.id)),
        (facts.subscription(place.id), region_of(place)),
        (place.state, f"was {place.before}") if changed else (place.state,),
        tuple(line for log in logs for line in (log.name, _kind(log))),
    )


def _hidden(place: Place, facts: Facts) -> tuple[Cell, ...]:
    """The cells of SUBSCRIPTION, REGION and LEVEL."""
    levels = {LEVELS[facts.flow_logs[target].level]: None for target in place.targets}
    return (facts.subscription(place.id),), (region_of(place),), tuple(levels)


def _kind(log: FlowLog) -> str:
    return f"{LEVELS[log.level]}, {OWNERS[log.state]}"


def _flow_log(log: FlowLog, facts: Facts) -> tuple[Cell, ...]:
    changes = (
        f"{change.property}: {brief(change.before)} → {brief(change.after)}"
        for change in log.changes
    )
    writer = f"last written by {log.written_by}" if log.written_by else ""
    refused = refusal(log) if log.refused else ""
    lacks = (f"falls short by: {missing}" for missing in log.shortfall)
    subscription = facts.subscription(log.id)
    return (
        (log.name, resource_group_of(log.id)),
        (subscription, log.location),
        (name_of(log.target_id), _kind(log)),
        tuple(terms(log)),
        (*_texts(refused), *changes, *lacks, *_texts(writer)),
        (OWNERS[log.state],),
        (subscription,),
        (log.location,),
        (LEVELS[log.level],),
        (log.id,),
    )


def _texts(*texts: str) -> Cell:
    return tuple(text for text in texts if text)
