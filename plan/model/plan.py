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
from plan.model.foundation import PlannedFoundation
from plan.model.monitoring import Monitoring


class PlanError(EstateError):
    """What is asked for cannot be built; the text is the one line that a user sees."""


Judged = tuple[tuple[Covered, ...], tuple[Covered, ...]]
"""How security groups, and networks, stand."""


def _as_planned(unmade: frozenset[str]) -> Judged:
    raise NotImplementedError("this plan was not made by plan.planner")


@dataclass(frozen=True, slots=True, kw_only=True)
class EstateCoverage:
    """How the security groups and networks in scope stand once the plan is carried out.

    ``excluded`` counts the security groups that the filter left out; ``before`` holds the states
    (by key) without this run; ``judge`` tells how all of them stand where the flow logs on some
    targets (keys) are not made.
    """

    security_groups: tuple[Covered, ...]
    networks: tuple[Covered, ...]
    excluded: int
    before: Mapping[str, CoverageState] = field(default_factory=dict)
    judge: Callable[[frozenset[str]], Judged] = field(
        default=_as_planned, compare=False, repr=False
    )

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that the components build and the outputs say.

    ``known_flow_logs`` are those that the outputs list, planned or left to others; ``watcher_ids``
    is subscription to region to the id of the watcher that they are under;
    ``subscriptions`` is id to name of those that were read; ``removals`` says of each flow log
    that leaves why; ``tags`` are the settings' own.
    """

    owner: str
    foundation: PlannedFoundation
    flow_logs: tuple[PlannedFlowLog, ...]
    known_flow_logs: tuple[KnownFlowLog, ...]
    watcher_ids: Mapping[str, Mapping[str, str]]
    coverage: EstateCoverage
    subscriptions: Mapping[str, str] = field(default_factory=dict)
    migration: tuple[Migration, ...] = ()
    adoptions: tuple[Adoption, ...] = ()
    removals: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    monitoring: Monitoring = field(default_factory=Monitoring)

    @property
    def to_confirm(self) -> tuple[str, ...]:
        """Ids that this run relies on: what it would import, and the targets of new flow logs.

        Resource Graph lags, and an import of what is gone fails the whole run, so they are looked
        at once more before it.
        """
        planned = (*self.foundation.imported, *self.flow_logs)
        imports = (resource.import_id for resource in planned if resource.import_id)
        return (*imports, *(log.target_id for log in self.flow_logs if not log.exists))
