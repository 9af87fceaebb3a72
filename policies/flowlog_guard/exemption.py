"""Which flow logs a rule leaves alone, by its settings."""

from __future__ import annotations

from dataclasses import dataclass

from flowlog_guard.config import Config
from flowlog_guard.flow_log import FlowLog, is_network_security_group
from flowlog_guard.properties import UNKNOWN
from flowlog_guard.rule import NotKnown

MIGRATED = "switched off on a network security group, taken as migrated (allowDisabledNsgFlowLogs)"


@dataclass(frozen=True, slots=True)
class Exempt:
    """An exemption that applies."""

    reason: str


def exemption_of(flow_log: FlowLog, config: Config) -> Exempt | NotKnown | None:
    """The exemption that applies; NotKnown where that hangs on a value this preview lacks."""
    if not config.exempt_targets and not config.allow_disabled_nsg_flow_logs:
        return None
    target = flow_log.read(flow_log.spelling.target)
    for exemption in config.exempt_targets:
        if isinstance(target.value, str) and exemption.covers(target.value):
            return Exempt(exemption.reason)
    enabled = flow_log.read(flow_log.spelling.enabled)
    may_be_migrated = config.allow_disabled_nsg_flow_logs and (
        enabled.value is False or enabled.value is UNKNOWN
    )
    if target.value is UNKNOWN and (config.exempt_targets or may_be_migrated):
        return NotKnown(target.path)
    if may_be_migrated and is_network_security_group(target.value):
        return NotKnown(enabled.path) if enabled.value is UNKNOWN else Exempt(MIGRATED)
    return None
