"""The alerts' part of the configuration: who is told, of how much, and whom to ignore."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from typing import Any

from plan.configuration import Reader, is_id, replacing, texts, wrong
from plan.settings import AlertSettings

KEY = "alerts"
_PLAIN = AlertSettings()  # the defaults
ACTION_GROUPS = "Microsoft.Insights/actionGroups"
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_FIELDS = (
    "enabled",
    "emails",
    "actionGroupIds",
    "deniedFlowsThreshold",
    "externalDestinationsThreshold",
    "ignoredSources",
    "managementPorts",
)


def read_alerts(reader: Reader) -> AlertSettings:
    """The alerts' settings. Raises SettingsError, which names the field."""
    parsed = reader.object(KEY, _FIELDS, ".emails[0]")
    return AlertSettings(
        enabled=_flag(parsed),
        emails=_each(parsed, "emails", _EMAIL.fullmatch, "an e-mail address"),
        action_group_ids=_each(
            parsed,
            "actionGroupIds",
            lambda value: is_id(value, ACTION_GROUPS),
            f"the ARM id of a {ACTION_GROUPS}",
        ),
        denied_flows=_number(parsed, "deniedFlowsThreshold", _PLAIN.denied_flows),
        external_destinations=_number(
            parsed, "externalDestinationsThreshold", _PLAIN.external_destinations
        ),
        ignored_sources=_each(parsed, "ignoredSources", _is_network, "an IPv4 address or network"),
        management_ports=_ports(parsed),
    )


def _flag(parsed: Mapping[str, Any]) -> bool:
    value = parsed.get("enabled", _PLAIN.enabled)
    if not isinstance(value, bool):
        key = f"{KEY}.enabled"
        raise wrong(key, value, "true or false", replacing(key))
    return value


def _each(
    parsed: Mapping[str, Any], name: str, right: Callable[[str], object], rule: str
) -> tuple[str, ...]:
    values = texts(f"{KEY}.{name}", parsed.get(name, []))
    for position, value in enumerate(values):
        if not right(value):
            raise wrong(f"{KEY}.{name}[{position}]", value, rule)
    return values


def _number(parsed: Mapping[str, Any], name: str, default: int) -> int:
    value = parsed.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        key = f"{KEY}.{name}"
        raise wrong(key, value, "a whole number from 1", replacing(key))
    return value


def _ports(parsed: Mapping[str, Any]) -> tuple[int, ...]:
    key, rule = f"{KEY}.managementPorts", "a list of ports from 1 to 65535"
    values = parsed.get("managementPorts", list(_PLAIN.management_ports))
    if not isinstance(values, list) or not all(map(_is_port, values)):
        raise wrong(key, values, rule, replacing(key, "[0]"))
    return tuple(values)


def _is_port(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 65535


def _is_network(value: str) -> bool:
    try:
        ipaddress.IPv4Network(value)
    except ValueError:
        return False
    return True
