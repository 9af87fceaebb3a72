"""Queries, alerts, workbook and ingestion filter that a plan puts on top of its flow logs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from estate.arm_id import name_of
from estate.model import Estate
from plan.foundation.existing import Placing
from plan.model.monitoring import Monitoring, PlannedTampering
from plan.model.plan import Plan
from plan.monitoring.alerts import Alerting
from plan.monitoring.analytic_rules import AnalyticRules
from plan.monitoring.ingestion_filter import ingestion_filter, linked_filter_id
from plan.monitoring.queries import Queries
from plan.monitoring.security_group_changes import security_group_changes, without_place
from plan.monitoring.tampering import tampering, unwatched
from plan.monitoring.workbook import Workbook
from stack.settings.model import Settings
from stack.state import State
from wording import setting, to_set


def monitoring(plan: Plan, estate: Estate, settings: Settings, state: State) -> Monitoring:
    """The answers of a plan. Raises PlanError where one cannot be put in place."""
    placing = Placing(estate=estate, settings=settings, state=state)
    queries = Queries(placing, plan.foundation.workspace.id)
    alerting = Alerting(placing, queries, plan.foundation.home.id)
    alerts, rules = settings.alerts.enabled, settings.analytic_rules
    analytics = AnalyticRules(placing, queries, plan.foundation.workspace.id)
    dropping = ingestion_filter(placing, plan)
    found = Monitoring(
        queries=queries.planned(),
        action_group=alerting.action_group() if alerts else None,
        action_group_ids=settings.alerts.action_group_ids if alerts else (),
        alerts=alerting.alerts() if alerts and not rules else (),
        analytic_rules=analytics.planned() if rules else (),
        tampering=tuple(_watches(placing, plan)) if alerts else (),
        filter=dropping,
        linked_filter_id=linked_filter_id(placing, dropping),
        workbook=Workbook(placing, queries, plan).planned(),
    )
    # Last, since planning the rest is what finds out what it must leave to others.
    return replace(found, notes=tuple(_notes(plan, settings, placing)))


def _watches(placing: Placing, plan: Plan) -> Iterator[PlannedTampering]:
    """The alerts on the Activity Log."""
    yield from tampering(placing, plan)
    if placing.settings.alerts.security_group_changes:
        yield from security_group_changes(placing, plan)


def _notes(plan: Plan, settings: Settings, placing: Placing) -> Iterator[str]:
    told = settings.alerts.emails or settings.alerts.action_group_ids
    if settings.alerts.enabled and not told:
        yield (
            "nobody is notified of alerts; they only show in the portal. Add a recipient: "
            f"{to_set('alerts.emails[0]', 'ADDRESS')}"
        )
    if settings.analytic_rules and told:
        yield (
            f"{setting('sentinel')} is true: whom alerts name is told of changes to the recording "
            "alone; of incidents an automation rule of Microsoft Sentinel tells"
        )
    for left in placing.left:
        yield f"{name_of(left)} is there already and not ours, so it is left as it is: {left}"
    for resource_id in unwatched(plan) if settings.alerts.enabled else ():
        yield (
            f"{name_of(resource_id)} is in a subscription without a flow log of this stack, so no "
            "alert tells of changes to it"
        )
    if settings.alerts.enabled and settings.alerts.security_group_changes:
        for name in without_place(placing, plan):
            yield (
                f"subscription {name} has neither a network watcher nor this stack's own group, so "
                "no alert there tells of changes to security groups"
            )
