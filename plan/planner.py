"""(Estate, Settings, State) to Plan: the one place where what should be is decided.

The same estate gives the same plan in whatever order its rows come, and whether or not Azure
already shows what the last run made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from estate.arm_id import group_id_of, key, name_of, subscription_of
from estate.model import Estate, FlowLog, Resource, TrafficAnalytics
from plan import closed_subscriptions as closing
from plan import naming
from plan.attachments import level_of, regional_part
from plan.flow_logs import adoption, orphans
from plan.flow_logs.coverage import Coverage, as_found, by_network
from plan.flow_logs.inventory import known_left, known_planned, watcher_ids
from plan.flow_logs.migration import migration, switched_off
from plan.flow_logs.repair import not_set_up, repair_tags
from plan.flow_logs.selected import Selection
from plan.flow_logs.selection import select
from plan.flow_logs.standard import OFF, standard
from plan.foundation import redundancy
from plan.foundation.foundation import Foundation
from plan.foundation.storage import blob_services, check_lifecycle_rules
from plan.model.flow_logs import Adoption, CoverageState, Covered, KnownFlowLog, PlannedFlowLog
from plan.model.foundation import PlannedWorkspace
from plan.model.plan import Plan, PlanError
from plan.monitoring.monitoring import monitoring
from plan.ownership import Owner, managed_groups, owner_of
from plan.resource_types import FLOW_LOG_TYPE
from plan.scope import Scope, in_scope, scope_of
from plan.views.notes import notes
from stack.settings.model import Settings
from stack.state import State

_Resource = TypeVar("_Resource", bound=Resource)


def make(estate: Estate, settings: Settings, state: State) -> Plan:
    """The plan for one environment. Raises PlanError."""
    plan = _Planner(estate, settings, state).plan()
    return replace(plan, monitoring=monitoring(plan, estate, settings, state))


class _Planner:
    def __init__(self, estate: Estate, settings: Settings, state: State) -> None:
        self._estate = estate
        self._closed = closing.closed(estate.subscriptions)
        self._settings = settings
        self._state = state
        self._regional = Foundation(estate=estate, settings=settings, state=state)
        self._regional.check_given_accounts()
        self._managed = managed_groups(estate)
        self._held = {key(log.id): log for log in estate.flow_logs}
        self._workspace = self._regional.workspace()
        self._standard = standard(estate, settings, self._workspace.id)

    def plan(self) -> Plan:
        scope = scope_of(self._estate, self._settings)
        writable = self._writable(scope.wanted)
        choice = select(
            replace(self._estate, networks=self._writable(self._estate.networks)),
            self._settings,
            writable,
            scope.attached,
            self._standard,
            redundancy.unserved(self._regional),
        )
        owner = self._settings.owner
        off = switched_off(self._estate, choice, writable, scope.attached, owner)
        flow_logs = self._flow_logs(choice, off)
        check_lifecycle_rules(flow_logs, self._estate.flow_logs, self._settings, self._state)
        adoptions = self._adoptions(choice, flow_logs)
        failed = not_set_up(
            self._estate.flow_logs,
            choice.created,
            choice.adopted,
            {key(found.target_id) for found in adoptions},
        )
        coverage = Coverage(choice, flow_logs, self._standard, failed, self._closed)
        groups = self._groups(coverage, scope)
        made = [log for log in flow_logs if log.state != "adopted"]
        watchers = self._regional.watchers((log.subscription_id, log.location) for log in made)
        networks = self._networks(coverage, scope)
        known = self._known(choice, flow_logs, groups, networks)
        accounts = self._regional.storage_accounts(flow_logs)
        redundancy.check(accounts, self._estate)
        notes = self._notes(choice, scope, flow_logs, known)
        return Plan(
            owner=self._settings.owner,
            location=self._settings.location,
            storage_sku=self._settings.storage_sku,
            home=self._regional.home(),
            groups=self._regional.watcher_groups(watchers),
            watchers=watchers,
            storage_accounts=accounts,
            blob_services=tuple(blob_services(accounts, self._estate, self._state)),
            workspace=self._workspace,
            made_workspace=self._made_workspace(),
            former_workspace=self._regional.former_workspace(),
            given_accounts=self._settings.storage_accounts,
            flow_logs=flow_logs,
            known_flow_logs=known,
            watcher_ids=watcher_ids(known),
            security_groups=groups,
            networks=networks,
            excluded=scope.excluded,
            before=self._before(choice, scope),
            subscriptions={found.id: found.name for found in self._estate.subscriptions},
            migration=tuple(
                migration(group, choice, scope.attached.get(key(group.id), ()), off, self._settings)
                for group in writable
            ),
            adoptions=adoptions,
            notes=(*notes, *redundancy.notes(accounts, self._estate)),
            tags=self._settings.tags,
            judge=partial(self._judge, choice, flow_logs, scope, failed),
        )

    def _judge(
        self,
        choice: Selection,
        flow_logs: Sequence[PlannedFlowLog],
        scope: Scope,
        failed: Mapping[str, FlowLog],
        unmade: frozenset[str],
    ) -> tuple[tuple[Covered, ...], tuple[Covered, ...]]:
        """Security groups and networks where the flow logs on targets (keys) are not made.

        One that exists is judged as Azure holds it.
        """
        refused = {key(log.target_id): log for log in flow_logs if key(log.target_id) in unmade}
        held = {
            target: self._held[key(log.id)]
            for target, log in refused.items()
            if key(log.id) in self._held
        }
        left = choice.without(
            {target: log.name for target, log in refused.items()}, held, scope.places
        )
        made = [log for log in flow_logs if key(log.target_id) not in unmade]
        coverage = Coverage(left, made, self._standard, failed, self._closed)
        return self._groups(coverage, scope), self._networks(coverage, scope)

    def _notes(
        self,
        choice: Selection,
        scope: Scope,
        flow_logs: Sequence[PlannedFlowLog],
        known: Iterable[KnownFlowLog],
    ) -> tuple[str, ...]:
        left, owner = self._left(choice, known), self._settings.owner
        wanted = {key(group.id) for group in scope.wanted}
        unwanted = [
            log
            for target, log in sorted(choice.external.items())
            if owner_of(log, owner) is Owner.ADOPTED
            and level_of(log.target_id) == "networkSecurityGroup"
            and target not in wanted
        ]
        written = [log for log in flow_logs if not log.untouched]
        return (
            *closing.notes(self._estate.subscriptions),
            *notes(self._estate, scope.wanted, scope.attached, written, left, unwanted, owner),
        )

    def _writable(self, found: Iterable[_Resource]) -> tuple[_Resource, ...]:
        """Those of the resources that are in subscriptions which take writes."""
        return tuple(each for each in found if each.subscription_id not in self._closed)

    def _left(self, choice: Selection, known: Iterable[KnownFlowLog]) -> list[FlowLog]:
        """Existing flow logs that matter here and are left to others."""
        matter = {key(log.target_id) for log in known}
        return [log for target, log in sorted(choice.external.items()) if target in matter]

    def _made_workspace(self) -> PlannedWorkspace | None:
        return None if self._settings.workspace_id else self._regional.made_workspace()

    def _flow_logs(self, choice: Selection, off: frozenset[str]) -> tuple[PlannedFlowLog, ...]:
        adopted = (self._adopted(log, off) for log in choice.adopted.values())
        kept = closing.untouched(self._estate.flow_logs, self._closed, self._state)
        released = orphans.last_time(self._estate, self._state, self._settings.owner)
        flow_logs = [*self._created(choice.created), *adopted, *kept, *self._writable(released)]
        return tuple(sorted(flow_logs, key=lambda log: log.logical_name))

    def _adopted(self, log: FlowLog, off: frozenset[str]) -> PlannedFlowLog:
        storage = self._regional.storage_account_id(log.location, log.target_id)
        planned = adoption.adopted(log, self._standard, self._state, storage)
        return adoption.switched_off(planned) if key(log.target_id) in off else planned

    def _before(self, choice: Selection, scope: Scope) -> Mapping[str, CoverageState]:
        """States by key as they are without this run, of the same groups and networks."""
        ignored = self._settings.nsg_flow_logs == "ignore"
        uncounted = choice.uncounted if ignored else frozenset[str]()
        found = as_found(self._estate, uncounted, choice.blind, self._standard, self._closed)
        judged = (*self._groups(found, scope), *self._networks(found, scope))
        return {key(covered.id): covered.state for covered in judged}

    def _groups(self, coverage: Coverage, scope: Scope) -> tuple[Covered, ...]:
        return tuple(
            coverage.security_group(group, scope.attached.get(key(group.id), ()))
            for group in scope.wanted
        )

    def _networks(self, coverage: Coverage, scope: Scope) -> tuple[Covered, ...]:
        places = by_network(scope.places)
        include, exclude = self._settings.include, self._settings.exclude
        return tuple(
            coverage.network(network, places.get(key(network.id), []))
            for network in sorted(self._estate.networks, key=lambda network: key(network.id))
            if key(network.id) in places or in_scope(network, include, exclude)
        )

    def _created(self, targets: Mapping[str, str]) -> list[PlannedFlowLog]:
        regions = {key(network.id): network.location for network in self._estate.networks}
        regions |= {key(group.id): group.location for group in self._estate.interfaces}
        return [self._new(target, regions) for target in targets.values()]

    def _new(self, target_id: str, regions: Mapping[str, str]) -> PlannedFlowLog:
        region = regions[key(regional_part(target_id))]
        watcher_id = self._regional.watcher_id(subscription_of(target_id), region)
        self._check_watcher(watcher_id, target_id)
        resource_id = self._state.spelling(naming.flow_log_id(watcher_id, target_id))
        found = self._held.get(key(resource_id))
        _check_target(found, target_id)
        logical_name = naming.logical_name(resource_id)
        return PlannedFlowLog(
            id=resource_id,
            name=name_of(resource_id),
            logical_name=logical_name,
            location=region,
            tags={**self._regional.tagging.on(found.tags if found else {}), **repair_tags(found)},
            import_id=self._import_id(logical_name, found),
            state="created",
            level=level_of(target_id),
            target_id=found.target_id if found else target_id,
            watcher_name=name_of(watcher_id),
            storage_id=self._storage_id(region, target_id, found),
            retention_days=self._settings.retention_days,
            format_type="JSON",
            analytics=self._standard.analytics(region, found.analytics if found else OFF),
            exists=found is not None,
            filtering_criteria=self._settings.filtering_criteria or None,
        )

    def _check_watcher(self, watcher_id: str, target_id: str) -> None:
        """Raises PlanError for a watcher in a group that a service manages."""
        if manager := self._managed.get(key(group_id_of(watcher_id))):
            raise PlanError(
                f"network watcher {name_of(watcher_id)} is in a resource group that "
                f"{name_of(manager)} manages, where nothing is written; move the watcher, or leave "
                f"{target_id} out by flow-logs:exclude"
            )

    def _storage_id(self, region: str, target_id: str, found: FlowLog | None) -> str:
        """The id of our account for a target; as Azure holds it where it does."""
        wanted = self._regional.storage_account_id(region, target_id)
        held = found.storage_id if found else ""
        return held if key(held) == key(wanted) else wanted

    def _import_id(self, logical_name: str, found: FlowLog | None) -> str | None:
        held = self._state.holds(FLOW_LOG_TYPE, logical_name)
        return None if found is None or held else found.id

    def _known(
        self,
        choice: Selection,
        flow_logs: Sequence[PlannedFlowLog],
        groups: Iterable[Covered],
        networks: Iterable[Covered],
    ) -> tuple[KnownFlowLog, ...]:
        covers: dict[str, list[str]] = {}
        for group in groups:
            for target in group.targets:
                covers.setdefault(target, []).append(group.id)
        shown = covers.keys() | {target for network in networks for target in network.targets}
        left = [log for target, log in choice.external.items() if target in shown]
        known = [known_planned(log, covers, self._held.get(key(log.id))) for log in flow_logs]
        known += [known_left(log, covers, self._standard) for log in left]
        return tuple(sorted(known, key=lambda log: key(log.target_id)))

    def _adoptions(
        self, choice: Selection, flow_logs: Iterable[PlannedFlowLog]
    ) -> tuple[Adoption, ...]:
        """Flow logs whose properties this run changes, or that it takes into the state."""
        own = TrafficAnalytics(
            enabled=True,
            workspace_guid=self._standard.workspace_guid,
            workspace_id=self._workspace.id,
            workspace_region=self._workspace.location,
        )
        listed = (
            adoption.difference(choice.adopted[key(log.target_id)], log, own)
            for log in flow_logs
            if log.state == "adopted" and not log.untouched
        )
        return tuple(found for found in listed if found.changes)


def _check_target(found: FlowLog | None, target_id: str) -> None:
    """Raises PlanError where the flow log with our name for a target is on another one."""
    if found and key(found.target_id) != key(target_id):
        raise PlanError(
            f"flow log {found.name}, as this stack would name the one on {target_id}, is on "
            f"{found.target_id}; delete it, or leave that network out by flow-logs:exclude"
        )
