"""The flow logs of a plan with every property: new ones, adopted ones, and those left as held."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from estate.arm_id import group_id_of, key, name_of, subscription_of
from estate.model import Estate, FlowLog
from plan import naming
from plan.attachments import level_of, regional_part
from plan.closed_subscriptions import closed, untouched
from plan.flow_logs import adoption, orphans
from plan.flow_logs.repair import repair_tags
from plan.flow_logs.selected import Selection
from plan.flow_logs.standard import OFF, Standard
from plan.foundation.foundation import Foundation
from plan.foundation.lifecycle import by_account
from plan.model.flow_logs import PlannedFlowLog
from plan.model.plan import PlanError
from plan.ownership import managed_groups
from plan.resource_identity import identity
from plan.resource_types import FLOW_LOG_TYPE
from stack.settings.model import Settings
from stack.state import State
from wording import setting


@dataclass(frozen=True)
class FlowLogProperties:
    """Gives each flow log of a selection its properties, on one foundation."""

    foundation: Foundation
    standard: Standard

    def planned(self, selection: Selection, off: frozenset[str]) -> tuple[PlannedFlowLog, ...]:
        """All flow logs that stay declared, by logical name; ``off`` are targets switched off.

        Raises PlanError for a new one that cannot be named or placed.
        """
        shut = closed(self._estate.subscriptions)
        released = orphans.last_time(self._estate, self._state, self._settings.owner)
        flow_logs = [
            *(self._new(target) for target in selection.created.values()),
            *(self._adopted(log, off) for log in selection.adopted.values()),
            *untouched(self._estate.flow_logs, shut, self._state),
            *(log for log in released if log.subscription_id not in shut),
        ]
        return tuple(sorted(flow_logs, key=lambda log: log.logical_name))

    def _adopted(self, log: FlowLog, off: frozenset[str]) -> PlannedFlowLog:
        storage = self.foundation.storage_account_id(log.location, log.target_id)
        planned = adoption.adopted(log, self.standard, self._state, storage)
        return adoption.switched_off(planned) if key(log.target_id) in off else planned

    def _new(self, target_id: str) -> PlannedFlowLog:
        region = self._regions[key(regional_part(target_id))]
        watcher_id = self.foundation.watcher_id(subscription_of(target_id), region)
        self._check_watcher(watcher_id, target_id)
        resource_id = naming.flow_log_id(watcher_id, target_id)
        existing = self._existing.get(key(resource_id))
        _check_target(existing, target_id)
        tags = self.foundation.tagging.on(existing.tags if existing else {})
        return PlannedFlowLog(
            **identity(FLOW_LOG_TYPE, resource_id, self._state, exists=existing is not None),
            location=region,
            tags={**tags, **repair_tags(existing)},
            state="created",
            level=level_of(target_id),
            target_id=existing.target_id if existing else target_id,
            watcher_name=name_of(watcher_id),
            storage_id=self._storage_id(region, target_id, existing),
            retention_days=0 if by_account(self._settings, region) else self._days,
            format_type="JSON",
            analytics=self.standard.analytics(region, existing.analytics if existing else OFF),
            filtering_criteria=self._settings.filtering_criteria or None,
            identity=self.foundation.identities.on(existing),
        )

    def _check_watcher(self, watcher_id: str, target_id: str) -> None:
        """Raises PlanError for a watcher in a group that a service manages."""
        if manager := managed_groups(self._estate).get(key(group_id_of(watcher_id))):
            raise PlanError(
                f"network watcher {name_of(watcher_id)} is in a resource group that "
                f"{name_of(manager)} manages, where nothing is written; move the watcher, or leave "
                f"{target_id} out by {setting('exclude')}"
            )

    def _storage_id(self, region: str, target_id: str, existing: FlowLog | None) -> str:
        """The id of our account for a target; as Azure holds it where it does."""
        wanted = self.foundation.storage_account_id(region, target_id)
        held = existing.storage_id if existing else ""
        return held if key(held) == key(wanted) else wanted

    @cached_property
    def _regions(self) -> Mapping[str, str]:
        """Key of each network and interface to its region."""
        resources = (*self._estate.networks, *self._estate.interfaces)
        return {key(resource.id): resource.location for resource in resources}

    @cached_property
    def _existing(self) -> Mapping[str, FlowLog]:
        return {key(log.id): log for log in self._estate.flow_logs}

    @property
    def _days(self) -> int:
        return self._settings.retention_days

    @property
    def _estate(self) -> Estate:
        return self.foundation.estate

    @property
    def _settings(self) -> Settings:
        return self.foundation.settings

    @property
    def _state(self) -> State:
        return self.foundation.state


def _check_target(existing: FlowLog | None, target_id: str) -> None:
    """Raises PlanError where the flow log with our name for a target is on another one."""
    if existing and key(existing.target_id) != key(target_id):
        raise PlanError(
            f"flow log {existing.name}, as this stack would name the one on {target_id}, is on "
            f"{existing.target_id}; delete it, or leave that network out by {setting('exclude')}"
        )
