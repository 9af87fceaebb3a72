"""Exemptions: flow logs that a rule's settings leave alone."""

from __future__ import annotations

from dataclasses import dataclass

from flowlog_guard.arm_id import compose, is_kind
from flowlog_guard.config import Config
from flowlog_guard.properties import UNKNOWN, Absent, Reading
from flowlog_guard.resource_types import Kind
from flowlog_guard.rule import NotKnown
from flowlog_guard.stack_resource import Declared

MIGRATED = "switched off on a network security group, taken as migrated (allowDisabledNsgFlowLogs)"


@dataclass(frozen=True, slots=True)
class Exempt:
    """An exemption that applies."""

    reason: str


def exemption_of(target: Reading, enabled: Reading, config: Config) -> Exempt | NotKnown | None:
    """The exemption that applies; NotKnown where that hangs on a value this preview lacks."""
    reason = exempt_target(target.value, config)
    if reason:
        return Exempt(reason)
    may_be_migrated = config.allow_disabled_nsg_flow_logs and (
        enabled.value is False or enabled.value is UNKNOWN
    )
    if target.value is UNKNOWN:
        return NotKnown(target.path) if config.exempt_targets or may_be_migrated else None
    if may_be_migrated and is_kind(target.value, Kind.NETWORK_SECURITY_GROUP):
        return NotKnown(enabled.path) if enabled.value is UNKNOWN else Exempt(MIGRATED)
    return None


def exempt_target(target_id: object, config: Config) -> str:
    """The reason of the first exemption that covers the target, empty if there is none."""
    if isinstance(target_id, str):
        for exemption in config.exempt_targets:
            if exemption.covers(target_id):
                return exemption.reason
    return ""


def exempt_declared(declared: Declared, config: Config) -> Exempt | NotKnown | None:
    """The exemption that applies to a resource of the stack, a flow log or what it is to cover."""
    if declared.kind is Kind.FLOW_LOG:
        spelling = declared.spelling
        target = Reading(declared.target, declared.value(declared.target))
        enabled = Reading(spelling.enabled, declared.value(spelling.enabled))
        return exemption_of(target, enabled, config)
    reason = exempt_target(resource_id(declared), config)
    return Exempt(reason) if reason else None


def resource_id(declared: Declared) -> str:
    """A network's or NSG's ARM id, with a dash in the place of what is not known."""
    group = "-" if isinstance(declared.group, Absent) else declared.group
    name = "-" if isinstance(declared.azure_name, Absent) else declared.azure_name
    return compose(declared.kind, declared.subscription or "-", group, name)
