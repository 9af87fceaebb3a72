"""The component for what stands on the flow logs: queries, alerts, workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.alerts import action_group, alert, tampering_alert
from components.ingestion_filter import ingestion_filter
from components.providers import Providers
from components.queries import saved_search
from components.untouched import UNTOUCHED
from components.workbook import workbook
from plan import answers
from plan.planned import Planned

TOKEN = "flow-logs:index:Answers"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersArgs:
    """What to build, and on what."""

    answers: answers.Answers
    """Every decision, taken."""

    workspace_id: str
    """ARM id of the workspace, known from the plan."""

    providers: Providers
    """A provider per subscription."""

    after: Sequence[pulumi.Resource]
    """What must stand before: the resource group, the workspace where it is made here."""


class Answers(pulumi.ComponentResource):
    """Saved queries first, as alerts and workbook call the functions among them."""

    def __init__(
        self, name: str, args: AnswersArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Registers everything; ``name`` is the component's own logical name."""
        super().__init__(TOKEN, name, {"workspaceId": args.workspace_id}, opts)
        self._args = args
        functions = self._queries(functions=True, after=args.after)
        self._queries(functions=False, after=args.after)
        told = self._action_group()
        self._alerts([*args.after, *functions, *told])
        self._workbook([*args.after, *functions])
        self._filter()
        self.register_outputs({"workspaceId": args.workspace_id})

    def _queries(
        self, *, functions: bool, after: Sequence[pulumi.Resource]
    ) -> Sequence[pulumi.Resource]:
        listed = self._args.answers.queries
        return [
            saved_search(planned, self._options(planned, after))
            for planned in listed
            if (planned.alias is not None) == functions
        ]

    def _action_group(self) -> Sequence[pulumi.Resource]:
        planned = self._args.answers.action_group
        if planned is None:
            return ()
        return (action_group(planned, self._options(planned, self._args.after)),)

    def _alerts(self, after: Sequence[pulumi.Resource]) -> None:
        found = self._args.answers
        own = (found.action_group.id,) if found.action_group else ()
        told = (*own, *found.action_group_ids)
        for planned in found.alerts:
            alert(planned, self._args.workspace_id, told, self._options(planned, after))
        for watch in found.tampering:
            tampering_alert(watch, told, self._options(watch, after))

    def _workbook(self, after: Sequence[pulumi.Resource]) -> None:
        planned = self._args.answers.workbook
        if planned is not None:
            workbook(planned, self._options(planned, after))

    def _filter(self) -> None:
        planned = self._args.answers.filter
        if planned is not None:
            ingestion_filter(planned, self._options(planned, self._args.after))

    def _options(
        self, planned: Planned, after: Sequence[pulumi.Resource]
    ) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(
            parent=self,
            provider=self._args.providers.of(planned.subscription_id),
            import_=planned.import_id,
            ignore_changes=UNTOUCHED if planned.untouched else None,
            depends_on=list(after),
        )
