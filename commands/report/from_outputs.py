"""Facts from stack outputs: what they do not tell stays unknown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from commands.report.facts import Account, Facts, FlowLog, Place, Workspace
from estate.arm_id import name_of
from outputs import FlowLog as ReadFlowLog
from outputs import FlowLogOutputs, SecurityGroup, parse_outputs
from plan.flow_logs.migration import RETIREMENT, RETIREMENT_DAY
from plan.model.flow_logs import NOTHING_RECORDED

NEXT_STEP = (
    f"part of it is recorded by nothing once Azure deletes NSG flow logs on {RETIREMENT}; "
    "set flow-logs:nsgFlowLogs to disable (with existingFlowLogs adopt)"
)


def facts(outputs: Mapping[str, Any]) -> Facts:
    """Raises outputs.OutputsError for outputs of something else or of another contract."""
    read = parse_outputs(outputs)
    spelled = {resource_id.casefold(): resource_id for resource_id in _spelled(read)}
    reasons = {skipped.id.casefold(): skipped.reason for skipped in read.coverage.skipped}
    return Facts(
        title=read.workspace.name or "a stack without a workspace",
        planned=False,
        end=date.fromisoformat(RETIREMENT_DAY),
        subscriptions={},
        groups=tuple(
            _group(spelled.get(key, key), group, reasons.get(key, ""))
            for key, group in read.security_groups.items()
        ),
        networks=tuple(
            _network(spelled.get(key, key), state, read) for key, state in read.networks.items()
        ),
        flow_logs={
            key: _flow_log(spelled.get(key, key), log, read) for key, log in read.flow_logs.items()
        },
        workspace=Workspace(name=read.workspace.name, location=read.workspace.location),
        accounts=tuple(_accounts(read)),
        discovered=read.coverage.discovered,
        excluded=read.coverage.excluded,
        queries=tuple(read.saved_queries),
        alerts=tuple(read.alerts),
        workbook=bool(read.workbook_id),
    )


def _spelled(read: FlowLogOutputs) -> Iterator[str]:
    """Ids in Azure's letter case, which keys have lost."""
    yield from (skipped.id for skipped in read.coverage.skipped)
    for log in read.flow_logs.values():
        yield from log.covers


def _group(resource_id: str, group: SecurityGroup, reason: str) -> Place:
    return Place(
        id=resource_id,
        location=group.location,
        state=group.state,
        reason=reason,
        targets=group.targets,
        next_step=NEXT_STEP if group.goes_dark else "",
        goes_dark=group.goes_dark,
    )


def _network(resource_id: str, state: str, read: FlowLogOutputs) -> Place:
    """Only its own flow log tells the region and what records it."""
    own = resource_id.casefold()
    log = read.flow_logs.get(own)
    return Place(
        id=resource_id,
        location=log.location if log else "",
        state=state,
        reason=_refused(log) if log and state in NOTHING_RECORDED else "",
        targets=(own,) if log else (),
    )


def _refused(log: ReadFlowLog) -> str:
    refused = log.state == "refused"
    return f"Azure refused flow log {log.name}, or what it waits for" if refused else ""


def _flow_log(target_id: str, log: ReadFlowLog, read: FlowLogOutputs) -> FlowLog:
    return FlowLog(
        id=log.id,
        name=log.name,
        target_id=target_id,
        location=log.location,
        level=log.level,
        state=log.state,
        stands=log.state != "refused" or _recorded(target_id, log, read),
    )


def _recorded(target_id: str, log: ReadFlowLog, read: FlowLogOutputs) -> bool:
    """Whether something of a flow log's target is recorded: a new one that was refused covers none.

    One on a network without security groups is told by the network's state.
    """
    state = read.networks.get(target_id.casefold(), "dark")
    return bool(log.covers) or state not in NOTHING_RECORDED


def _accounts(read: FlowLogOutputs) -> Iterator[Account]:
    used = {log.storage_id.casefold() for log in read.flow_logs.values()}
    for location, ids in read.storage_accounts.items():
        for account in ids:
            yield Account(name=name_of(account), location=location, used=account.casefold() in used)
