"""Stack configuration as typed settings, and the identity that every request uses.

The only reader of the stack's configuration. What the schema in ``Pulumi.yaml`` cannot express
(ranges, choices, inner fields, unknown keys) is checked here, before the first request to Azure.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any

from pulumi.runtime import config as stack_config

from plan.alert_settings import read_alerts
from plan.configuration import (
    Reader,
    SettingsError,
    is_id,
    region_name,
    removing,
    texts,
    within,
    wrong,
)
from plan.ownership import TAG
from plan.settings import (
    PROJECT,
    ExistingFlowLogs,
    ExistingWorkspaces,
    Identity,
    NetworksWithoutNsg,
    NsgFlowLogs,
    Settings,
    StorageSku,
    TargetLevel,
)
from plan.storage import ACCOUNTS_PER_REGION

_SUBSCRIPTION_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_VARIABLES = ("ARM_", "ACTIONS_ID_TOKEN_")
_PLAIN = Settings(
    stack="", location="", identity=Identity(subscription_id=""), subscriptions=()
)  # the defaults


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
        target_level=reader.choice("targetLevel", TargetLevel, _PLAIN.target_level),
        existing_flow_logs=reader.choice(
            "existingFlowLogs", ExistingFlowLogs, _PLAIN.existing_flow_logs
        ),
        existing_workspaces=reader.choice(
            "existingWorkspaces", ExistingWorkspaces, _PLAIN.existing_workspaces
        ),
        nsg_flow_logs=reader.choice("nsgFlowLogs", NsgFlowLogs, _PLAIN.nsg_flow_logs),
        disable_for=reader.filter("disableFor"),
        networks_without_nsg=reader.choice(
            "networksWithoutNsg", NetworksWithoutNsg, _PLAIN.networks_without_nsg
        ),
        remove_at_most=reader.integer("removeAtMost", _PLAIN.remove_at_most, 0, 100_000),
        retention_days=reader.integer("retentionDays", _PLAIN.retention_days, 1, 365),
        analytics_retention_days=reader.integer(
            "analyticsRetentionDays", _PLAIN.analytics_retention_days, 30, 730
        ),
        daily_quota_gb=reader.integer("dailyQuotaGb", _PLAIN.daily_quota_gb, 0, 100_000),
        traffic_analytics_interval=reader.interval(
            "trafficAnalyticsInterval", _PLAIN.traffic_analytics_interval
        ),
        workspace_id=reader.resource_id("workspaceId", "Microsoft.OperationalInsights/workspaces"),
        storage_accounts=_storage_accounts(reader),
        storage_accounts_per_region=reader.integer(
            "storageAccountsPerRegion", _PLAIN.storage_accounts_per_region, 1, ACCOUNTS_PER_REGION
        ),
        storage_sku=reader.choice("storageSku", StorageSku, _PLAIN.storage_sku),
        protect_data=reader.boolean("protectData", _PLAIN.protect_data),
        alerts=read_alerts(reader),
        filtering_criteria=reader.text("filteringCriteria") or "",
        ingestion_filter=_ingestion_filter(reader),
        regions_without_traffic_analytics=reader.regions(
            "regionsWithoutTrafficAnalytics", _PLAIN.regions_without_traffic_analytics
        ),
        regions_without_workspaces=reader.regions(
            "regionsWithoutWorkspaces", _PLAIN.regions_without_workspaces
        ),
        tags=_tags(reader),
    )
    reader.refuse_unknown()
    _check_together(settings)
    return settings


def _region(reader: Reader) -> str:
    value = reader.text("location")
    if value is None:
        raise SettingsError(
            f"{PROJECT}:location is not set; it must name an Azure region. Set it with: "
            f"pulumi config set {PROJECT}:location westeurope"
        )
    if not re.fullmatch(r"[a-z0-9]+", region_name(value)):
        raise wrong("location", value, "the name of an Azure region, such as westeurope")
    return region_name(value)


def _subscriptions(reader: Reader, identity: Identity) -> tuple[str, ...]:
    listed = reader.texts("subscriptions") or (identity.subscription_id,)
    for position, value in enumerate(listed):
        if not _SUBSCRIPTION_ID.fullmatch(value):
            raise wrong(f"subscriptions[{position}]", value, "a subscription's id (a GUID)")
    return tuple(dict.fromkeys(value.casefold() for value in listed))


def _storage_accounts(reader: Reader) -> Mapping[str, tuple[str, ...]]:
    key, kind = "storageAccounts", "Microsoft.Storage/storageAccounts"
    rule = "a map of regions to lists of ids"
    parsed: dict[str, Any] = reader.json(key, dict, rule, ".REGION[0]") or {}
    found = {within(key, name): texts(within(key, name), ids) for name, ids in parsed.items()}
    for path, ids in found.items():
        for position, value in enumerate(ids or ("",)):
            if not is_id(value, kind):
                raise wrong(f"{path}[{position}]", value, f"the ARM id of a {kind}")
    return {region_name(name): found[within(key, name)] for name in parsed}


def _tags(reader: Reader) -> Mapping[str, str]:
    found = reader.tags("tags")
    for name in found:
        if name.casefold() == TAG:
            raise SettingsError(
                f"{PROJECT}:tags has {name}, the tag by which this program tells whose a flow log "
                f"is; choose another name. Remove it: {removing(within('tags', name))}"
            )
    return found


def _ingestion_filter(reader: Reader) -> str:
    """A predicate of one line: what it stands in is a pipeline, which it must not end or extend."""
    value = reader.text("ingestionFilter") or ""
    if any(sign in value for sign in ("|", ";", "//", "\n")):
        raise wrong("ingestionFilter", value, "one KQL predicate on NTANetAnalytics, no pipeline")
    return value


def _check_together(settings: Settings) -> None:
    """Raises SettingsError for values that are right each by itself but not together."""
    if settings.nsg_flow_logs == "disable" and settings.existing_flow_logs != "adopt":
        raise SettingsError(
            f"{PROJECT}:nsgFlowLogs is 'disable' while existingFlowLogs is 'leave'; only adopted "
            f"flow logs can be switched off: pulumi config set {PROJECT}:existingFlowLogs adopt"
        )
    _check_idle(settings)
    if settings.workspace_id and settings.ingestion_filter:
        raise SettingsError(
            f"{PROJECT}:ingestionFilter is set together with {PROJECT}:workspaceId; a workspace "
            "has one transformation rule, which of a given workspace is its owner's to set. Remove "
            f"it: pulumi config rm {PROJECT}:ingestionFilter"
        )
    if not settings.workspace_id and settings.location in settings.regions_without_workspaces:
        raise SettingsError(
            f"{PROJECT}:location is {settings.location!r}, which has no Log Analytics workspaces; "
            f"choose another region, or give one elsewhere by {PROJECT}:workspaceId"
        )


def _check_idle(settings: Settings) -> None:
    """Raises SettingsError for a setting that does nothing beside the others."""
    if settings.existing_workspaces == "move" and settings.existing_flow_logs != "adopt":
        raise SettingsError(
            f"{PROJECT}:existingWorkspaces is 'move' while existingFlowLogs is 'leave', and only "
            "adopted flow logs are moved; adopt them (pulumi config set "
            f"{PROJECT}:existingFlowLogs adopt), or leave it out. "
            f"Remove it: {removing('existingWorkspaces')}"
        )
    if not settings.disable_for.empty and settings.nsg_flow_logs != "disable":
        raise SettingsError(
            f"{PROJECT}:disableFor is set while nsgFlowLogs is {settings.nsg_flow_logs!r}, and "
            f"nothing is switched off; disable (pulumi config set {PROJECT}:nsgFlowLogs disable), "
            f"or leave it out. Remove it: {removing('disableFor')}"
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
