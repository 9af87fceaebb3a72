"""Stack configuration as typed settings, and the identity that every request uses.

The only reader of the stack's configuration. What the schema in ``Pulumi.yaml`` cannot express
(ranges, choices, inner fields, unknown keys) is checked here, before the first request to Azure.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from typing import Any, TypeVar, cast, get_args

from pulumi.runtime import config as stack_config

from plan.regions import WITHOUT_TRAFFIC_ANALYTICS, WITHOUT_WORKSPACES
from plan.settings import (
    PROJECT,
    ExistingFlowLogs,
    ExistingWorkspaces,
    Filter,
    Identity,
    NetworksWithoutNsg,
    NsgFlowLogs,
    Settings,
    StorageSku,
    TargetLevel,
)

_SUBSCRIPTION_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_VARIABLES = ("ARM_", "ACTIONS_ID_TOKEN_")
_FILTER_FIELDS = ("tags", "resourceGroups", "names", "locations")
_Value = TypeVar("_Value")


class SettingsError(Exception):
    """A configuration value that cannot be used; the text is the one line that a user sees."""


def read_settings(stack: str) -> Settings:
    """The stack's configuration, as the engine handed it to this process, checked.

    Raises SettingsError for an unknown key, a wrong value or a missing subscription.
    """
    secret_keys = frozenset(stack_config.get_config_secret_keys_env())
    return parse_settings(stack, stack_config.get_config_env(), os.environ, secret_keys)


def parse_settings(
    stack: str,
    config: Mapping[str, Any],
    variables: Mapping[str, str],
    secret_keys: frozenset[str] = frozenset(),
) -> Settings:
    """Settings from full configuration keys (``flow-logs:location``) and their texts.

    Objects and lists come as JSON text, as the engine sends them; ``variables`` is the environment.
    Raises SettingsError.
    """
    identity = _identity(config, variables, secret_keys)
    reader = Reader({key: value for key, value in config.items() if key.startswith(f"{PROJECT}:")})
    settings = Settings(
        stack=stack,
        identity=identity,
        location=_region(reader),
        subscriptions=_subscriptions(reader, identity),
        include=reader.filter("include"),
        exclude=reader.filter("exclude"),
        target_level=reader.choice("targetLevel", TargetLevel, "virtualNetwork"),
        existing_flow_logs=reader.choice("existingFlowLogs", ExistingFlowLogs, "leave"),
        existing_workspaces=reader.choice("existingWorkspaces", ExistingWorkspaces, "keep"),
        nsg_flow_logs=reader.choice("nsgFlowLogs", NsgFlowLogs, "keep"),
        disable_for=reader.filter("disableFor"),
        networks_without_nsg=reader.choice("networksWithoutNsg", NetworksWithoutNsg, "report"),
        remove_at_most=reader.integer("removeAtMost", 10, 0, 100_000),
        retention_days=reader.integer("retentionDays", 90, 1, 365),
        analytics_retention_days=reader.integer("analyticsRetentionDays", 90, 30, 730),
        daily_quota_gb=reader.integer("dailyQuotaGb", 0, 0, 100_000),
        traffic_analytics_interval=reader.interval("trafficAnalyticsInterval", 60),
        workspace_id=reader.resource_id("workspaceId", "Microsoft.OperationalInsights/workspaces"),
        storage_accounts=_storage_accounts(reader),
        storage_accounts_per_region=reader.integer("storageAccountsPerRegion", 1, 1, 16),
        storage_sku=reader.choice("storageSku", StorageSku, "Standard_LRS"),
        protect_data=reader.boolean("protectData", True),
        regions_without_traffic_analytics=reader.regions(
            "regionsWithoutTrafficAnalytics", WITHOUT_TRAFFIC_ANALYTICS
        ),
        regions_without_workspaces=reader.regions("regionsWithoutWorkspaces", WITHOUT_WORKSPACES),
        tags=reader.tags("tags"),
    )
    reader.refuse_unknown()
    _check_together(settings)
    return settings


class Reader:
    """Reads the project's keys one by one, checks each, and knows which were never asked for."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        """Takes full keys and texts, as the engine sends them."""
        self._config = {key.removeprefix(f"{PROJECT}:"): value for key, value in config.items()}
        self._known: set[str] = set()

    def refuse_unknown(self) -> None:
        """Raises SettingsError for the first key, by name, that no setting has."""
        for key in sorted(set(self._config) - self._known):
            raise SettingsError(
                f"{PROJECT}:{key} is not a setting of this program; known are "
                f"{', '.join(sorted(self._known))}. Remove it: pulumi config rm {PROJECT}:{key}"
            )

    def text(self, key: str) -> str | None:
        """The raw value of a key as text; None where it is not set or empty."""
        self._known.add(key)
        value = self._config.get(key)
        return None if value in (None, "") else str(value)

    def integer(self, key: str, default: int, least: int, most: int) -> int:
        """A whole number from ``least`` to ``most``."""
        value = self.text(key)
        if value is None:
            return default
        if not re.fullmatch(r"-?\d+", value) or not least <= int(value) <= most:
            raise _wrong(key, value, f"a whole number from {least} to {most}")
        return int(value)

    def interval(self, key: str, default: int) -> int:
        """The two intervals in minutes that Traffic Analytics knows."""
        value = self.text(key) or str(default)
        if value not in ("10", "60"):
            raise _wrong(key, value, "10 or 60 (minutes)")
        return int(value)

    def boolean(self, key: str, default: bool) -> bool:
        """``true`` or ``false``."""
        value = self.text(key)
        if value is not None and value not in ("true", "false"):
            raise _wrong(key, value, "true or false")
        return default if value is None else value == "true"

    def choice(self, key: str, choices: object, default: _Value) -> _Value:
        """One of the values of a Literal type, in its letter case."""
        value = self.text(key)
        if value is not None and value not in get_args(choices):
            raise _wrong(key, value, f"one of {', '.join(get_args(choices))}")
        return default if value is None else cast(_Value, value)

    def json(self, key: str, kind: type[_Value], rule: str) -> _Value | None:
        """A value that the engine sends as JSON text, of the given Python type."""
        value = self.text(key)
        if value is None:
            return None
        try:
            parsed = json.loads(value)
        except ValueError:
            parsed = None
        if not isinstance(parsed, kind):
            raise _wrong(key, value, rule)
        return parsed

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty where it is not set."""
        parsed = self.json(key, list, "a list of texts") or []
        return _texts(key, parsed)

    def regions(self, key: str, default: frozenset[str]) -> frozenset[str]:
        """A list of regions that replaces the default one; ``none`` in it makes it empty."""
        found = frozenset(map(region, self.texts(key)))
        return found - {"none"} if found else default

    def resource_id(self, key: str, resource_type: str) -> str:
        """The ARM id of a resource of this type; empty where it is not set."""
        value = self.text(key) or ""
        if value and not _is_id(value, resource_type):
            raise _wrong(key, value, f"the ARM id of a {resource_type}")
        return value

    def tags(self, key: str) -> Mapping[str, str]:
        """A map of text to text."""
        rule = "a map of tag names to texts"
        parsed: dict[str, Any] = self.json(key, dict, rule) or {}
        for name, value in parsed.items():
            if not isinstance(value, str):
                raise _wrong(f"{key}.{name}", value, "a text (write it in quotes)")
        return parsed

    def filter(self, key: str) -> Filter:
        """An include or exclude filter."""
        rule = f"an object with {', '.join(_FILTER_FIELDS)}"
        parsed: dict[str, Any] = self.json(key, dict, rule) or {}
        for name in parsed:
            if name not in _FILTER_FIELDS:
                raise _wrong(f"{key}.{name}", parsed[name], rule)
        tags = parsed.get("tags", {})
        if not isinstance(tags, dict):
            raise _wrong(f"{key}.tags", tags, "a map of tag names to lists of values")
        return Filter(
            tags={name: _texts(f"{key}.tags.{name}", values) for name, values in tags.items()},
            resource_groups=_texts(f"{key}.resourceGroups", parsed.get("resourceGroups", [])),
            names=_texts(f"{key}.names", parsed.get("names", [])),
            locations=tuple(map(region, _texts(f"{key}.locations", parsed.get("locations", [])))),
        )


def _is_id(value: str, resource_type: str) -> bool:
    pattern = rf"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/{resource_type}/[^/]+"
    return re.fullmatch(pattern, value, re.IGNORECASE) is not None


def region(name: str) -> str:
    """A region's programmatic name: ``West Europe`` and ``westeurope`` are one."""
    return name.replace(" ", "").casefold()


def _wrong(key: str, value: object, rule: str) -> SettingsError:
    shown = value if isinstance(value, str) else json.dumps(value)
    return SettingsError(
        f"{PROJECT}:{key} is {shown!r}; it must be {rule}. Set it with: "
        f"pulumi config set {'--path ' if '.' in key else ''}{PROJECT}:{key} VALUE"
    )


def _texts(key: str, values: object) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise _wrong(key, values, "a list of texts")
    return tuple(values)


def _region(reader: Reader) -> str:
    value = reader.text("location")
    if value is None:
        raise SettingsError(
            f"{PROJECT}:location is not set; it must name an Azure region. Set it with: "
            f"pulumi config set {PROJECT}:location westeurope"
        )
    if not re.fullmatch(r"[a-z0-9]+", region(value)):
        raise _wrong("location", value, "the name of an Azure region, such as westeurope")
    return region(value)


def _subscriptions(reader: Reader, identity: Identity) -> tuple[str, ...]:
    listed = reader.texts("subscriptions") or (identity.subscription_id,)
    for value in listed:
        if not _SUBSCRIPTION_ID.fullmatch(value):
            raise _wrong("subscriptions", value, "a list of subscription ids (GUIDs)")
    return tuple(dict.fromkeys(value.casefold() for value in listed))


def _storage_accounts(reader: Reader) -> Mapping[str, tuple[str, ...]]:
    key, kind = "storageAccounts", "Microsoft.Storage/storageAccounts"
    parsed: dict[str, Any] = reader.json(key, dict, "a map of regions to lists of ids") or {}
    found = {region(name): _texts(f"{key}.{name}", ids) for name, ids in parsed.items()}
    for name, ids in found.items():
        for value in ids or ("",):
            if not _is_id(value, kind):
                raise _wrong(f"{key}.{name}", value, f"a list of ARM ids of {kind}")
    return found


def _check_together(settings: Settings) -> None:
    """Raises SettingsError for values that are right each by itself but not together."""
    if settings.nsg_flow_logs == "disable" and settings.existing_flow_logs != "adopt":
        raise SettingsError(
            f"{PROJECT}:nsgFlowLogs is 'disable' while existingFlowLogs is 'leave'; only adopted "
            f"flow logs can be switched off: pulumi config set {PROJECT}:existingFlowLogs adopt"
        )
    if not settings.workspace_id and settings.location in settings.regions_without_workspaces:
        raise SettingsError(
            f"{PROJECT}:location is {settings.location!r}, which has no Log Analytics workspaces; "
            f"choose another region, or give one elsewhere by {PROJECT}:workspaceId"
        )


def _identity(
    config: Mapping[str, Any], variables: Mapping[str, str], secret_keys: frozenset[str]
) -> Identity:
    prefix = "azure-native:"
    arguments = {
        key.removeprefix(prefix): str(value)
        for key, value in config.items()
        if key.startswith(prefix) and value not in (None, "")
    }
    subscription = arguments.get("subscriptionId") or variables.get("ARM_SUBSCRIPTION_ID", "")
    if not _SUBSCRIPTION_ID.fullmatch(subscription):
        raise SettingsError(
            f"the stack's own subscription is {subscription!r}; it must be a GUID. "
            "Set ARM_SUBSCRIPTION_ID, or: pulumi config set azure-native:subscriptionId ID"
        )
    environment = arguments.get("environment") or variables.get("ARM_ENVIRONMENT") or "public"
    return Identity(
        subscription_id=subscription.casefold(),
        environment=environment,
        arguments={key: value for key, value in arguments.items() if key != "subscriptionId"},
        variables={name: value for name, value in variables.items() if name.startswith(_VARIABLES)},
        secret_arguments=frozenset(
            key.removeprefix(prefix) for key in secret_keys if key.startswith(prefix)
        ),
    )
