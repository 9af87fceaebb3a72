"""Everything that the doctor looks at, and what it makes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from azure.core.exceptions import AzureError

from commands.checks import (
    account_reading,
    coverage,
    flow_log_identity,
    flow_logs,
    gateways,
    orphans,
    recorded_twice,
    recording,
    silence,
    storage_accounts,
    subscription_states,
    watchers,
    workspaces,
)
from commands.checks.finding import NOT_CHECKED, UNKNOWN, Finding, ordered
from commands.checks.reading import attempt, not_read, quiet
from commands.checks.recording import Proof
from commands.checks.scope import scope_of
from estate.arm_id import key
from estate.cloud import Cloud
from estate.discover import read_estate
from estate.model import FlowLog
from estate.side_by_side import each
from plan import naming
from plan.flow_logs.standard import records
from stack.settings.model import Settings

CHECKS = (
    *(subscription_states.CLOSED, subscription_states.ENDING),
    *coverage.CHECKS,
    *watchers.CHECKS,
    *gateways.CHECKS,
    *flow_logs.CHECKS,
    *orphans.CHECKS,
    *recorded_twice.CHECKS,
    *storage_accounts.CHECKS,
    flow_log_identity.ROLE,
    *workspaces.CHECKS,
    *recording.CHECKS,
    UNKNOWN,
    NOT_CHECKED,
)


@dataclass(frozen=True)
class Examination:
    """What was found, worst first; the table of proofs; and how much was looked at, in words."""

    findings: list[Finding]
    proofs: list[Proof]
    subscriptions: Mapping[str, str] = field(default_factory=dict)
    looked_at: Mapping[str, int] = field(default_factory=dict)


def look(cloud: Cloud, settings: Settings, now: datetime, *, named: bool) -> Examination:
    """Reads and judges. ``named`` is whether a stack was given.

    Raises EstateError where the estate cannot be read or planned for.
    """
    estate = read_estate(cloud, settings.subscriptions, naming.home(settings), quiet)
    scope = scope_of(estate, settings, named=named)
    logs = scope.flow_logs
    found = [
        *subscription_states.judge(estate.subscriptions),
        *coverage.judge(scope),
        *watchers.judge(scope),
        *gateways.judge(cloud, scope),
    ]
    found += [*flow_logs.judge(scope), *orphans.judge(cloud, estate), *recorded_twice.judge(scope)]
    writing = [log for log in logs if records(log)]
    by_account = _by(writing, lambda log: log.storage_id)
    found += _accounts(cloud, by_account)
    gone = {key(each.subject) for each in found if each.check is storage_accounts.MISSING}
    standing = [log for log in writing if log.storage_id and key(log.storage_id) not in gone]
    found += flow_log_identity.of_flow_logs(cloud, standing)
    by_workspace = _by(writing, lambda log: log.feeds)
    by_workspace.pop("", None)
    known, fed = _workspaces(cloud, by_workspace)
    rows, unread = _rows(cloud, by_workspace, known, fed)
    proofs = silence.explained(cloud, recording.proofs(scope, known, rows, now), logs, now)
    found += [*fed, *unread]
    blamed = {key(each.subject) for each in found if _may_silence(each)}
    found += recording.judge(proofs, logs, blamed, now)
    counted = {
        "subscription": len(estate.subscriptions),
        "network": len(scope.networks),
        "flow log": len(logs),
        "storage account": len(by_account),
        "workspace": len(by_workspace),
    }
    names = {one.id: one.name for one in estate.subscriptions}
    return Examination(ordered(found), proofs, names, counted)


def _may_silence(finding: Finding) -> bool:
    suspects = (storage_accounts.PERIMETER, workspaces.INGESTION, UNKNOWN)
    return finding.severity == "error" or finding.check in suspects


def _accounts(cloud: Cloud, by_account: Mapping[str, Sequence[FlowLog]]) -> list[Finding]:
    def judged(logs: Sequence[FlowLog]) -> list[Finding]:
        account_id = logs[0].storage_id
        try:
            account = account_reading.read(cloud, account_id) if account_id else None
        except AzureError as error:
            return [not_read(account_id, "it", error)]
        return (
            list(storage_accounts.judge(account, logs))
            if account
            else [storage_accounts.missing(account_id, logs)]
        )

    return [finding for findings in each(judged, by_account.values()) for finding in findings]


def _workspaces(
    cloud: Cloud, by_workspace: Mapping[str, Sequence[FlowLog]]
) -> tuple[dict[str, workspaces.Workspace], list[Finding]]:
    known, findings = dict[str, workspaces.Workspace](), list[Finding]()
    for workspace, logs in by_workspace.items():
        id_ = logs[0].analytics.workspace_id or ""
        try:
            found = workspaces.read(cloud, id_)
        except AzureError as error:
            findings.append(not_read(id_, "it", error))
            continue
        if found is None:
            findings.append(workspaces.missing(id_, logs))
        else:
            known[workspace] = found
            findings += workspaces.judge(found, logs)
    return known, findings


def _rows(
    cloud: Cloud,
    by_workspace: Iterable[str],
    known: Mapping[str, workspaces.Workspace],
    fed: Sequence[Finding],
) -> tuple[dict[str, Mapping[str, datetime]], list[Finding]]:
    """Last rows by workspace; one that is gone has none, one that cannot be read is left out."""
    gone = {key(found.subject) for found in fed if found.check is workspaces.MISSING}
    rows: dict[str, Mapping[str, datetime]] = {id_: {} for id_ in by_workspace if id_ in gone}
    unread: list[Finding] = []
    for workspace, found in known.items():
        read = partial(recording.read, cloud, found.id)
        last = attempt(found.id, "the last rows of its flow logs", read, unread)
        if last is not None:
            rows[workspace] = last
    return rows, unread


def _by(logs: Sequence[FlowLog], what: Callable[[FlowLog], str]) -> dict[str, list[FlowLog]]:
    found: dict[str, list[FlowLog]] = {}
    for log in logs:
        found.setdefault(key(what(log)), []).append(log)
    return found
