"""The alerts' part of the configuration: who is told, of how much, and whom to ignore."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from stack.settings import azure_rules
from stack.settings.fields import Reader, id_rule, texts
from stack.settings.mistakes import among, once, removable, wrong
from stack.settings.model import DETECTIONS, AlertSettings
from wording import setting, to_replace

KEY = "alerts"
_PLAIN = AlertSettings()  # the defaults
ACTION_GROUPS = "Microsoft.Insights/actionGroups"
MOST = 1_000_000_000  # of a threshold; more flows or machines than this no interval has
FIELDS = (
    "enabled",
    "emails",
    "actionGroupIds",
    "deniedFlowsThreshold",
    "externalDestinationsThreshold",
    "ignoredSources",
    "managementPorts",
    "securityGroupChanges",
    "detections",
)


def read_alerts(reader: Reader) -> AlertSettings:
    """The alerts' settings. Raises SettingsError, which names the field."""
    parsed = reader.object(KEY, FIELDS, ".emails[0]")
    emails = _emails(parsed)
    return AlertSettings(
        enabled=_flag(parsed, "enabled", _PLAIN.enabled),
        emails=emails,
        action_group_ids=_action_groups(parsed, len(emails) > 0),
        denied_flows=_number(parsed, "deniedFlowsThreshold", _PLAIN.denied_flows),
        external_destinations=_number(
            parsed, "externalDestinationsThreshold", _PLAIN.external_destinations
        ),
        ignored_sources=_ignored(parsed),
        management_ports=_ports(parsed),
        security_group_changes=_flag(parsed, "securityGroupChanges", _PLAIN.security_group_changes),
        detections=_each(parsed, "detections", _no_detection),
    )


def _emails(parsed: Mapping[str, Any]) -> tuple[str, ...]:
    found = _each(
        parsed,
        "emails",
        lambda value: None if azure_rules.email(value) else "an e-mail address",
    )
    _at_most(azure_rules.EMAILS, "emails", found, "an action group writes to")
    return found


def _action_groups(parsed: Mapping[str, Any], own: bool) -> tuple[str, ...]:
    """The ids; ``own`` says that the group that writes the e-mails is beside them."""
    rule = id_rule(ACTION_GROUPS)
    found = _each(
        parsed,
        "actionGroupIds",
        lambda value: None if azure_rules.resource_id(value, ACTION_GROUPS) else rule,
    )
    most = azure_rules.ACTION_GROUPS - own
    also = f" {azure_rules.ACTION_GROUPS}, our own for the e-mails among them;" if own else ""
    _at_most(most, "actionGroupIds", found, f"an alert rule calls{also}")
    return found


def _ignored(parsed: Mapping[str, Any]) -> tuple[str, ...]:
    found = _each(parsed, "ignoredSources", azure_rules.source)
    if azure_rules.everything(found):
        key = f"{KEY}.ignoredSources"
        raise removable(
            f"{setting(key)} holds every IPv4 address together; no alert would ever be raised",
            f"{key}[0]",
            "Remove some",
        )
    return found


def _no_detection(name: str) -> str | None:
    return None if name in DETECTIONS else f"one of {among(name, DETECTIONS)}"


def _at_most(most: int, name: str, found: tuple[str, ...], who: str) -> None:
    if len(found) > most:
        key = f"{KEY}.{name}"
        text = f"{setting(key)} has {len(found):,}; {who} {most:,} at most"
        raise removable(text, f"{key}[{most}]", "Remove some")


def _flag(parsed: Mapping[str, Any], name: str, default: bool) -> bool:
    value = parsed.get(name, default)
    if not isinstance(value, bool):
        key = f"{KEY}.{name}"
        raise wrong(key, value, "true or false", to_replace(key))
    return value


def _each(
    parsed: Mapping[str, Any], name: str, broken: Callable[[str], str | None]
) -> tuple[str, ...]:
    """Texts of which ``broken`` says the rule that one breaks, and none is there twice."""
    key = f"{KEY}.{name}"
    values = texts(key, parsed.get(name, []))
    for position, value in enumerate(values):
        if rule := broken(value):
            raise wrong(f"{key}[{position}]", value, rule)
    once(key, values)
    return values


def _number(parsed: Mapping[str, Any], name: str, default: int) -> int:
    value = parsed.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST:
        key = f"{KEY}.{name}"
        raise wrong(key, value, f"a whole number from 1 to {MOST}", to_replace(key))
    return value


def _ports(parsed: Mapping[str, Any]) -> tuple[int, ...]:
    key, rule = f"{KEY}.managementPorts", "a list of ports from 1 to 65535"
    values = parsed.get("managementPorts", list(_PLAIN.management_ports))
    if not isinstance(values, list) or not all(map(_is_port, values)):
        raise wrong(key, values, rule, to_replace(key, "[0]"))
    return tuple(values)


def _is_port(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 65535
