"""(Estate, Settings, State) to Plan: the one place where what should be is decided.

The same estate gives the same plan in whatever order its rows come, and whether or not Azure
already shows what the last run made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from estate.arm_id import key
from estate.model import Estate, FlowLog, Resource
from plan.closed_subscriptions import closed
from plan.flow_log_properties import FlowLogProperties
from plan.flow_logs.adoption_changes import adoptions
from plan.flow_logs.inventory import known, watcher_ids
from plan.flow_logs.judgement import Judgement
from plan.flow_logs.migration import migration, switched_off
from plan.flow_logs.repair import not_set_up
from plan.flow_logs.selected import Selection
from plan.flow_logs.selection import select
from plan.flow_logs.standard import standard
from plan.foundation import redundancy
from plan.foundation.foundation import Foundation
from plan.foundation.given_accounts import check_given_accounts
from plan.foundation.storage import check_lifecycle_rules
from plan.model.flow_logs import Adoption, PlannedFlowLog
from plan.model.plan import EstateCoverage, Plan
from plan.monitoring.monitoring import monitoring
from plan.scope import scope_of
from plan.views.notes import notes
from stack.settings.model import Settings
from stack.state import State

_Resource = TypeVar("_Resource", bound=Resource)


def make(estate: Estate, settings: Settings, state: State) -> Plan:
    """The plan for one environment. Raises PlanError."""
    plan = _Planner(estate, settings, state).plan()
    return replace(plan, monitoring=monitoring(plan, estate, settings, state))


class _Planner:
    """What the steps of one plan share."""

    def __init__(self, estate: Estate, settings: Settings, state: State) -> None:
        self._estate = estate
        self._settings = settings
        self._foundation = Foundation(estate=estate, settings=settings, state=state)
        check_given_accounts(estate, settings)
        self._foundation.identities.check()
        self._workspace = self._foundation.workspace()
        self._standard = standard(estate, settings, self._workspace.id)
        self._closed = closed(estate.subscriptions)
        self._scope = scope_of(estate, settings)
        self._groups = self._writable(self._scope.wanted)

    def plan(self) -> Plan:
        selection = self._selection()
        off = self._switched_off(selection)
        flow_logs = self._flow_logs(selection, off)
        adopted = adoptions(selection.adopted, flow_logs, self._standard, self._workspace)
        coverage = self._coverage(selection, flow_logs, adopted)
        listed = known(flow_logs, selection.external, coverage, self._estate, self._standard)
        foundation = self._foundation.planned(flow_logs)
        redundancy.check(foundation.storage_accounts, self._estate)
        told = notes(self._estate, self._scope, flow_logs, listed, selection, self._settings)
        return Plan(
            owner=self._settings.owner,
            foundation=foundation,
            flow_logs=flow_logs,
            known_flow_logs=listed,
            watcher_ids=watcher_ids(listed),
            coverage=coverage,
            subscriptions={found.id: found.name for found in self._estate.subscriptions},
            migration=tuple(
                migration(
                    group,
                    selection,
                    self._scope.attached.get(key(group.id), ()),
                    off,
                    self._settings,
                )
                for group in self._groups
            ),
            adoptions=adopted,
            notes=(*told, *redundancy.notes(foundation.storage_accounts, self._estate)),
            tags=self._settings.tags,
        )

    def _selection(self) -> Selection:
        """Which flow logs there are to be, in subscriptions that take writes."""
        return select(
            replace(self._estate, networks=self._writable(self._estate.networks)),
            self._settings,
            self._groups,
            self._scope.attached,
            self._standard,
            redundancy.unserved(self._foundation),
        )

    def _switched_off(self, selection: Selection) -> frozenset[str]:
        """Targets (keys) of NSG flow logs that migration switches off in this run, or did."""
        attached, owner = self._scope.attached, self._settings.owner
        return switched_off(self._estate, selection, self._groups, attached, owner)

    def _flow_logs(self, selection: Selection, off: frozenset[str]) -> tuple[PlannedFlowLog, ...]:
        flow_logs = FlowLogProperties(self._foundation, self._standard).planned(selection, off)
        state = self._foundation.state
        check_lifecycle_rules(flow_logs, self._estate.flow_logs, self._settings, state)
        return flow_logs

    def _coverage(
        self,
        selection: Selection,
        flow_logs: Sequence[PlannedFlowLog],
        adopted: Iterable[Adoption],
    ) -> EstateCoverage:
        return Judgement(
            estate=self._estate,
            settings=self._settings,
            scope=self._scope,
            standard=self._standard,
            selection=selection,
            flow_logs=flow_logs,
            failed=self._failed(selection, adopted),
        ).coverage()

    def _failed(self, selection: Selection, adopted: Iterable[Adoption]) -> Mapping[str, FlowLog]:
        written = {key(adoption.target_id) for adoption in adopted}
        existing = self._estate.flow_logs
        return not_set_up(existing, selection.created, selection.adopted, written)

    def _writable(self, resources: Iterable[_Resource]) -> tuple[_Resource, ...]:
        """Those of the resources that are in subscriptions which take writes."""
        return tuple(one for one in resources if one.subscription_id not in self._closed)
