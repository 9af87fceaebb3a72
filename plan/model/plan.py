"""The plan: what the components build, as plain frozen records with every decision taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from estate.errors import EstateError
from plan.model.flow_logs import (
    NOTHING_RECORDED,
    Adoption,
    CoverageState,
    Covered,
    KnownFlowLog,
    Migration,
    PlannedFlowLog,
)
from plan.model.foundation import (
    PlannedBlobService,
    PlannedGroup,
    PlannedStorage,
    PlannedWatcher,
    PlannedWorkspace,
    WorkspaceReference,
)
from plan.model.monitoring import Monitoring
from plan.model.planned import Planned


class PlanError(EstateError):
    """What is asked for cannot be built; the text is the one line that a user sees."""


Judge = Callable[[frozenset[str]], tuple[tuple[Covered, ...], tuple[Covered, ...]]]


def _as_planned(unmade: frozenset[str]) -> tuple[tuple[Covered, ...], tuple[Covered, ...]]:
    raise NotImplementedError("this plan was not made by plan.planner")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that the components build and the outputs say.

    ``location`` and ``storage_sku`` are what was asked for. ``watcher_ids`` is subscription to
    region to id, made or found. ``security_groups`` and ``networks`` are those in scope;
    ``excluded`` counts the security groups that the filter left out. ``former_workspace`` is the
    stack's own one where flow logs feed a given one, declared as found since it holds rows.
    ``before`` holds their states (by key) without this run; ``subscriptions`` is id to name of
    those that were read; ``judge`` tells how security groups and networks stand where the flow
    logs on some targets (keys) are not made; ``removals`` says of each flow log that leaves why;
    ``tags`` are the settings' own.
    """

    owner: str
    location: str
    storage_sku: str
    home: PlannedGroup
    groups: tuple[PlannedGroup, ...]
    watchers: tuple[PlannedWatcher, ...]
    storage_accounts: tuple[PlannedStorage, ...]
    blob_services: tuple[PlannedBlobService, ...]
    workspace: WorkspaceReference
    made_workspace: PlannedWorkspace | None
    former_workspace: PlannedWorkspace | None
    given_accounts: Mapping[str, tuple[str, ...]]
    flow_logs: tuple[PlannedFlowLog, ...]
    known_flow_logs: tuple[KnownFlowLog, ...]
    watcher_ids: Mapping[str, Mapping[str, str]]
    security_groups: tuple[Covered, ...]
    networks: tuple[Covered, ...]
    excluded: int
    before: Mapping[str, CoverageState] = field(default_factory=dict)
    subscriptions: Mapping[str, str] = field(default_factory=dict)
    migration: tuple[Migration, ...] = ()
    adoptions: tuple[Adoption, ...] = ()
    removals: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    monitoring: Monitoring = field(default_factory=Monitoring)
    judge: Judge = field(default=_as_planned, compare=False, repr=False)

    @property
    def to_confirm(self) -> tuple[str, ...]:
        """Ids that this run relies on: what it would import, and the targets of new flow logs.

        Resource Graph lags, and an import of what is gone fails the whole run, so they are looked
        at once more before it.
        """
        planned: tuple[Planned, ...] = (
            self.home,
            *self.groups,
            *self.watchers,
            *self.storage_accounts,
            *filter(None, (self.made_workspace, self.former_workspace)),
            *self.flow_logs,
        )
        imports = (resource.import_id for resource in planned if resource.import_id)
        return (*imports, *(log.target_id for log in self.flow_logs if not log.exists))

    @property
    def discovered(self) -> int:
        """How many security groups there are, those that the filter left out included."""
        return len(self.security_groups) + self.excluded

    @property
    def covered(self) -> int:
        """How many security groups in scope something records."""
        return len(self.security_groups) - len(self.skipped)

    @property
    def skipped(self) -> tuple[Covered, ...]:
        """Security groups in scope that nothing records, with the reason."""
        return tuple(group for group in self.security_groups if group.state in NOTHING_RECORDED)
