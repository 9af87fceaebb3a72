"""Policies that refuse Azure network flow logs which would leave no evidence.

`build_policies()` gives the policies for a `PolicyPack`; `RULES` is the same as plain metadata and
pure checks. Nothing here imports more than the Pulumi policy SDK and the standard library.
"""

from __future__ import annotations

from pulumi_policy import Policy

from flowlog_guard import enabled, retention, traffic_analytics, version
from flowlog_guard.adapter import flow_log_policy
from flowlog_guard.record import Record

__all__ = ["FLOW_LOG_RULES", "build_policies"]

FLOW_LOG_RULES = (enabled.RULE, version.RULE, retention.RULE, traffic_analytics.RULE)


def build_policies() -> list[Policy]:
    """New policies that share a record of what previews could not decide."""
    record = Record()
    return [flow_log_policy(rule, record) for rule in FLOW_LOG_RULES]
