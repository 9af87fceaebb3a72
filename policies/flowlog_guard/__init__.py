"""Policies that refuse Azure network flow logs which would leave no evidence.

`build_policies(Record())` gives the policies for a `PolicyPack`; `RULES` is the same as plain
metadata and pure checks. Nothing here imports more than the Pulumi policy SDK, what comes with it,
and the standard library.
"""

from __future__ import annotations

from pulumi_policy import Policy

from flowlog_guard.adapter import policy
from flowlog_guard.observations import Record
from flowlog_guard.rule import FlowLogRule, StackRule
from flowlog_guard.rules import (
    coverage,
    enabled,
    no_ignored_changes,
    not_evaluated,
    retention,
    storage_region,
    target,
    traffic_analytics,
    unique_target,
    version,
    workspace_region,
)

__all__ = ["RULES", "Record", "build_policies"]

RULES: tuple[FlowLogRule | StackRule, ...] = (
    enabled.RULE,
    version.RULE,
    retention.RULE,
    traffic_analytics.RULE,
    no_ignored_changes.RULE,
    target.RULE,
    unique_target.RULE,
    storage_region.RULE,
    workspace_region.RULE,
    coverage.RULE,
    not_evaluated.RULE,
)
"""In the order in which they run: the last one sums up what the others left undecided."""


def build_policies(record: Record) -> list[Policy]:
    """New policies that share a record of what they saw; one record is for one pack."""
    return [policy(rule, record) for rule in RULES]
