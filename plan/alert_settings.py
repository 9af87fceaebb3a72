"""The alerts' part of the configuration: who is told, of how much, and whom to ignore."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from typing import Any

from plan.configuration import Reader, is_id, texts, wrong
from plan.settings import MANAGEMENT_PORTS, AlertSettings

KEY = "alerts"
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
    rule = f"an object with {', '.join(_FIELDS)}"
    parsed: dict[str, Any] = reader.json(KEY, dict, rule) or {}
    for name in parsed:
        if name not in _FIELDS:
            raise wrong(f"{KEY}.{name}", parsed[name], rule)
    return AlertSettings(
        enabled=_flag(parsed),
        emails=_each(parsed, "emails", _EMAIL.fullmatch, "a list of e-mail addresses"),
        action_group_ids=_each(
            parsed,
            "actionGroupIds",
            lambda value: is_id(value, ACTION_GROUPS),
            f"a list of ARM ids of {ACTION_GROUPS}",
        ),
        denied_flows=_number(parsed, "deniedFlowsThreshold", 1000),
        external_destinations=_number(parsed, "externalDestinationsThreshold", 100),
        ignored_sources=_each(
            parsed, "ignoredSources", _is_network, "a list of IPv4 addresses and networks"
        ),
        management_ports=_ports(parsed),
    )


def _flag(parsed: Mapping[str, Any]) -> bool:
    value = parsed.get("enabled", True)
    if not isinstance(value, bool):
        raise wrong(f"{KEY}.enabled", value, "true or false")
    return value


def _each(
    parsed: Mapping[str, Any], name: str, right: Callable[[str], object], rule: str
) -> tuple[str, ...]:
    values = texts(f"{KEY}.{name}", parsed.get(name, []))
    for value in values:
        if not right(value):
            raise wrong(f"{KEY}.{name}", value, rule)
    return values


def _number(parsed: Mapping[str, Any], name: str, default: int) -> int:
    value = parsed.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise wrong(f"{KEY}.{name}", value, "a whole number from 1")
    return value


def _ports(parsed: Mapping[str, Any]) -> tuple[int, ...]:
    values = parsed.get("managementPorts", list(MANAGEMENT_PORTS))
    if not isinstance(values, list) or not all(map(_is_port, values)):
        raise wrong(f"{KEY}.managementPorts", values, "a list of ports from 1 to 65535")
    return tuple(values)


def _is_port(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 65535


def _is_network(value: str) -> bool:
    try:
        ipaddress.IPv4Network(value)
    except ValueError:
        return False
    return True
