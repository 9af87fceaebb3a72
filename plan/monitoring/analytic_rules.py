"""The alerts on queries as scheduled analytic rules of Microsoft Sentinel, if they are asked for.

A rule asks the query of its alert and judges the same intervals. Each row is an alert with its own
entities, and alerts of one rule on the same entities are one incident for a day. A rule that needs
what came long before looks back 14 days, Sentinel's limit; it is asked once an hour at most often,
and then judges the intervals of that hour. Sentinel resolves nothing by itself.

Limits: Microsoft Learn, "Scheduled analytics rules in Microsoft Sentinel" (frequency and period
from five minutes to 14 days, queries of 10,000 characters); from a period of two days on a rule is
asked once an hour at most (Microsoft's rules on templates).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from plan import naming
from plan.foundation.existing import Placing
from plan.model.monitoring import MappedEntity, PlannedAnalyticRule
from plan.model.plan import PlanError
from plan.monitoring.alert_limits import DAY, iso
from plan.monitoring.alerts import Rule, asked, times
from plan.monitoring.queries import Queries
from plan.monitoring.query_values import judging, looking_back, values
from plan.resource_types import ANALYTIC_RULE_TYPE
from queries import library
from stack.settings.model import Settings
from wording import setting, to_remove

SEVERITIES: Mapping[int, str] = {0: "High", 1: "High", 2: "Medium", 3: "Low", 4: "Informational"}
LEAST, MOST = 5, 14 * DAY  # minutes of a frequency and of a period
HOUR = 60
LONGEST = 10_000  # characters of a query
ENTITIES = 10  # that a rule maps


class AnalyticRules:
    """Plans the rules of one stack in the workspace that flow logs feed."""

    def __init__(self, placing: Placing, queries: Queries, workspace_id: str) -> None:
        """``workspace_id`` is the workspace's id, made or given."""
        self._placing = placing
        self._queries = queries
        self._workspace_id = workspace_id
        self._settings = placing.settings

    def planned(self) -> tuple[PlannedAnalyticRule, ...]:
        """Every rule. Raises PlanError where the workspace is not onboarded to Sentinel."""
        if not self._placing.estate.sentinel:
            raise PlanError(
                f"{setting('sentinel')} is true, and workspace {self._workspace_id} is not "
                "onboarded to Microsoft Sentinel, which then bills all that the workspace takes; "
                f"onboard it (docs/sentinel.md), or {to_remove('sentinel')}"
            )
        return tuple(self._each())

    def _each(self) -> Iterator[PlannedAnalyticRule]:
        for rule in asked(self._settings.alerts):
            own = naming.answer_name(self._settings.stack, rule.name)
            rule_id = naming.analytic_rule_id(self._workspace_id, own)
            common = self._placing.untagged(ANALYTIC_RULE_TYPE, rule_id)
            if common is not None:
                yield self._rule(rule, common)

    def _rule(self, rule: Rule, common: dict[str, Any]) -> PlannedAnalyticRule:
        frequency, period, judged = _asked(rule, self._settings)
        query = library()[rule.query]
        text, entities = _with_entities(
            self._queries.text(rule.query, {**rule.others, **judged}), rule
        )
        for problem in broken(frequency, period, text, entities):
            raise PlanError(f"analytic rule {rule.name}: {problem}")
        note = f" Sees what was written in the last {MOST // DAY} days." if rule.lookback else ""
        return PlannedAnalyticRule(
            **common,
            location=self._settings.location,
            rule=rule.name,
            title=f"{query.title} ({self._settings.stack})",
            description=f"{query.question} Query: {query.name}.{note}",
            severity=SEVERITIES[rule.severity],
            frequency=iso(frequency),
            period=iso(period),
            text=text,
            tactics=rule.tactics,
            techniques=rule.techniques,
            entities=entities,
        )


def broken(
    frequency: int, period: int, text: str, entities: tuple[MappedEntity, ...]
) -> Iterator[str]:
    """The limits of Sentinel that a rule breaks, a line each; times are minutes."""
    if not LEAST <= frequency <= period <= MOST:
        yield f"a rule cannot be asked every {iso(frequency)} about {iso(period)}"
    if period >= 2 * DAY and frequency < HOUR:
        yield f"a rule that looks back {iso(period)} is asked once an hour at most"
    if len(text) > LONGEST:
        yield f"its query has {len(text):,} characters, and Sentinel takes {LONGEST:,}"
    if len(entities) > ENTITIES:
        yield f"it maps {len(entities)} entities, and Sentinel takes {ENTITIES}"


def _asked(rule: Rule, settings: Settings) -> tuple[int, int, Mapping[str, str]]:
    """Frequency and period in minutes, and the query's values that follow from them."""
    frequency, period = times(rule, settings.traffic_analytics_interval)
    if rule.lookback is None:
        return frequency, period, {}
    frequency = max(frequency, HOUR)
    judges = "After" in values(rule.query, settings)
    judged = judging(frequency) if judges else {}
    return frequency, MOST, {**looking_back(rule.query, MOST // DAY), **judged}


def _with_entities(text: str, rule: Rule) -> tuple[str, tuple[MappedEntity, ...]]:
    """The query with the columns that identify its entities, and what they are."""
    text, found = text.rstrip("\n"), []
    for column, entity in rule.entities.items():
        holder, line = entity.worked_out(column)
        text += line
        found.append(MappedEntity(entity.kind, entity.identifier, holder))
    return text, tuple(found)
