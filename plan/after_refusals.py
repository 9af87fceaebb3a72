"""The plan as far as an update carried it out, where Azure refused some of it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from estate.arm_id import key
from plan.model.flow_logs import Covered, KnownFlowLog
from plan.model.foundation import PlannedFoundation, WorkspaceReference
from plan.model.monitoring import Monitoring
from plan.model.plan import Plan
from plan.model.planned import Planned
from plan.text import count, listed

_Planned = TypeVar("_Planned", bound=Planned)
CAUSES = 3  # names in a line
NO_WORKSPACE = WorkspaceReference(id="", name="", location="")
REFUSED = ", which Azure refused"  # ends the line on what waits


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusals:
    """Ids (keys) of what Azure refused in a run, of what waits for that, and of what is not there.

    An existing resource whose change was refused is there, as it was; but saved queries and alerts,
    whose change may be a replacement that deletes first, are not known to be.
    """

    refused: frozenset[str] = frozenset()
    waiting: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()

    @property
    def unmade(self) -> frozenset[str]:
        """Everything that the run was asked for and did not do."""
        return self.refused | self.waiting


def waits(planned: Planned, missing: Sequence[Planned]) -> str:
    """The line on a resource that stands on what Azure refused."""
    causes = listed([f"{cause.noun} {cause.name}" for cause in missing], CAUSES)
    stays = " stays as it is and" if planned.exists else ""
    return f"{planned.noun} {planned.name}{stays} waits for {causes}{REFUSED}"


def made(plan: Plan, refusals: Refusals) -> Plan:
    """The plan as far as it was carried out: flow logs, coverage and ids of what is there."""
    if not refusals.unmade:
        return plan
    logs = (log for log in plan.flow_logs if key(log.id) in refusals.unmade)
    targets = frozenset(key(log.target_id) for log in logs)
    groups, networks = plan.coverage.judge(targets)
    covers = _covers(groups)
    return replace(
        plan,
        coverage=replace(plan.coverage, security_groups=groups, networks=networks),
        foundation=_foundation(plan.foundation, refusals.absent),
        known_flow_logs=tuple(
            _as_made(log, covers.get(key(log.target_id), ()), key(log.target_id) in targets)
            for log in plan.known_flow_logs
        ),
        watcher_ids={
            subscription: {
                region: own for region, own in ids.items() if key(own) not in refusals.absent
            }
            for subscription, ids in plan.watcher_ids.items()
        },
        monitoring=_monitoring(plan.monitoring, refusals),
    )


def told(plan: Plan, refusals: Refusals) -> str:
    """One line on an update that was refused something; ``plan`` is what was made."""
    return (
        f"Azure refused {count(len(refusals.refused), 'resource')}, "
        f"{len(refusals.waiting):,} more wait for that: {plan.coverage.covered:,} of "
        f"{count(len(plan.coverage.security_groups), 'network security group')} covered"
    )


def _foundation(planned: PlannedFoundation, absent: Container[str]) -> PlannedFoundation:
    missing = key(planned.workspace.id) in absent
    return replace(
        planned,
        storage_accounts=_there(planned.storage_accounts, absent),
        workspace=NO_WORKSPACE if missing else planned.workspace,
    )


def _as_made(log: KnownFlowLog, covers: tuple[str, ...], refused: bool) -> KnownFlowLog:
    if not refused:
        return replace(log, covers=covers)
    storage = log.before.storage_id if log.before else log.storage_id
    return replace(log, state="refused", storage_id=storage, covers=covers)


def _covers(groups: Iterable[Covered]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for group in groups:
        for target in group.targets:
            found.setdefault(target, []).append(group.id)
    return {target: tuple(ids) for target, ids in found.items()}


def _there(planned: Iterable[_Planned], absent: Container[str]) -> tuple[_Planned, ...]:
    return tuple(each for each in planned if key(each.id) not in absent)


def _monitoring(found: Monitoring, refusals: Refusals) -> Monitoring:
    book, absent = found.workbook, refusals.absent
    uncertain = absent | refusals.refused
    return replace(
        found,
        queries=_there(found.queries, uncertain),
        alerts=_there(found.alerts, uncertain),
        analytic_rules=_there(found.analytic_rules, absent),
        tampering=_there(found.tampering, absent),
        workbook=None if book and key(book.id) in absent else book,
    )
