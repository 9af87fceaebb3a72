"""The component for what stands on the flow logs: queries, alerts, workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.alerts import action_group, alert, tampering_alert
from components.analytic_rules import analytic_rule
from components.ingestion_filter import ingestion_filter
from components.queries import saved_search
from components.registrations import Registrations
from components.resource import AzureResource
from components.workbook import workbook
from plan.model.monitoring import PlannedAlert, PlannedTampering
from plan.model.plan import Plan

TOKEN = "flow-logs:index:Answers"


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoringArgs:
    """What to build, and by whom."""

    plan: Plan
    """Every decision, taken."""

    registrations: Registrations
    """Registers each in its turn: alerts and workbook call the functions among the queries."""


class Monitoring(pulumi.ComponentResource):
    """Saved queries, who is told, alerts, a workbook and the ingestion filter."""

    def __init__(
        self, name: str, args: MonitoringArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Registers everything; ``name`` is the component's own logical name."""
        self._workspace_id = args.plan.foundation.workspace.id
        self._found = args.plan.monitoring
        super().__init__(TOKEN, name, {"workspaceId": self._workspace_id}, opts)
        self._add(args.registrations)
        self.register_outputs({"workspaceId": self._workspace_id})

    def _add(self, registrations: Registrations) -> None:
        add, found = registrations.add, self._found
        for query in found.queries:
            add(query, saved_search, self)
        if found.action_group is not None:
            add(found.action_group, action_group, self)
        for planned in found.alerts:
            add(planned, self._alert, self)
        for rule in found.analytic_rules:
            add(rule, analytic_rule, self)
        for watch in found.tampering:
            add(watch, self._tampering_alert, self)
        if found.workbook is not None:
            add(found.workbook, workbook, self)
        if found.filter is not None:
            add(found.filter, ingestion_filter, self)

    def _alert(self, planned: PlannedAlert, opts: pulumi.ResourceOptions) -> AzureResource:
        return alert(planned, self._workspace_id, self._told, opts)

    def _tampering_alert(
        self, planned: PlannedTampering, opts: pulumi.ResourceOptions
    ) -> AzureResource:
        return tampering_alert(planned, self._told, opts)

    @property
    def _told(self) -> Sequence[str]:
        """Ids of the action groups, our own first."""
        own = (self._found.action_group.id,) if self._found.action_group else ()
        return (*own, *self._found.action_group_ids)
