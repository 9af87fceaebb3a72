"""Records of what stands on the flow logs: saved queries, alerts, workbook, ingestion filter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from estate.arm_id import segment
from plan.model.planned import Planned


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedQuery(Planned):
    """A saved search of the workspace; ``alias`` is set for those that are functions.

    ``parameters`` are a function's, with types and defaults, as Azure declares them.
    """

    noun: ClassVar[str] = "saved query"
    query: str
    title: str
    category: str
    text: str
    alias: str | None
    parameters: str | None = None

    @property
    def workspace_name(self) -> str:
        """Name of the workspace, in the letter case of the id."""
        return segment(self.id, "workspaces")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedActionGroup(Planned):
    """Who is told of an alert: e-mail addresses."""

    noun: ClassVar[str] = "action group"
    emails: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedAlert(Planned):
    """A log search alert: one notice per evaluation whose query has rows.

    Durations are ISO 8601. ``lookback`` is the range that the query sees, ``window`` if it is
    none. ``resolves`` makes an alert that stays until its cause is gone, instead of one notice
    after the other; ``each`` names the column whose values have an alert of their own.
    ``severity`` is 0 (worst) to 4.
    """

    noun: ClassVar[str] = "alert"
    rule: str
    title: str
    description: str
    severity: int
    frequency: str
    window: str
    lookback: str | None
    resolves: bool
    each: str | None
    text: str


@dataclass(frozen=True, slots=True)
class MappedEntity:
    """A column of a rule's answer, and the kind of entity that it identifies."""

    kind: str
    identifier: str
    column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedAnalyticRule(Planned):
    """A scheduled analytic rule of Microsoft Sentinel: an alert for each row of its query.

    Durations are ISO 8601: asked every ``frequency`` about the last ``period``. ``severity`` is
    Sentinel's word. ``tactics`` and ``techniques`` are those of MITRE ATT&CK.
    """

    noun: ClassVar[str] = "analytic rule"
    rule: str
    title: str
    description: str
    severity: str
    frequency: str
    period: str
    text: str
    tactics: tuple[str, ...]
    techniques: tuple[str, ...]
    entities: tuple[MappedEntity, ...]

    @property
    def workspace_name(self) -> str:
        """Name of the workspace, in the letter case of the id."""
        return segment(self.id, "workspaces")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedTampering(Planned):
    """An Activity Log alert on the operations, on what is below the scopes (ARM ids).

    A single operation is a condition of its own, as scanners look for.
    """

    noun: ClassVar[str] = "alert"
    rule: str
    description: str
    scopes: tuple[str, ...]
    operations: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedWorkbook(Planned):
    """A workbook; ``content`` is its JSON text, ``source_id`` the workspace's id, lower case."""

    noun: ClassVar[str] = "workbook"
    title: str
    content: str
    source_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFilter(Planned):
    """A workspace transformation of one stream; ``transformation`` is KQL on ``source``."""

    noun: ClassVar[str] = "data collection rule"
    workspace_id: str
    stream: str
    transformation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitoring:
    """Everything that a plan puts on top of its flow logs.

    ``action_group_ids`` are given ones, ``linked_filter_id`` the id of the filter that the
    workspace names, once it exists. ``notes`` are for the run's messages.
    """

    queries: tuple[PlannedQuery, ...] = ()
    action_group: PlannedActionGroup | None = None
    action_group_ids: tuple[str, ...] = ()
    alerts: tuple[PlannedAlert, ...] = ()
    analytic_rules: tuple[PlannedAnalyticRule, ...] = ()
    tampering: tuple[PlannedTampering, ...] = ()
    workbook: PlannedWorkbook | None = None
    filter: PlannedFilter | None = None
    linked_filter_id: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def workbook_id(self) -> str:
        """Id of the workbook; empty where there is none."""
        return self.workbook.id if self.workbook else ""

    @property
    def query_ids(self) -> Mapping[str, str]:
        """Name of a query to the id of its saved search."""
        return {planned.query: planned.id for planned in self.queries}

    @property
    def alert_ids(self) -> Mapping[str, str]:
        """Name of an alert, or of the analytic rule in its place, to its id.

        Those on tampering carry their subscription.
        """
        found = {planned.rule: planned.id for planned in self.alerts}
        found |= {planned.rule: planned.id for planned in self.analytic_rules}
        tampering = {f"{watch.rule}-{watch.subscription_id}": watch.id for watch in self.tampering}
        return {**found, **tampering}
