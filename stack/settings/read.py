"""Stack configuration as typed settings, and the identity that every request uses.

The only reader of the stack's configuration. What the schema in ``Pulumi.yaml`` cannot express
(ranges, choices, inner fields, unknown keys) is checked here, before the first request to Azure.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from pulumi.runtime import config as stack_config

from estate.arm_id import key, region_name
from estate.identity import Identity
from plan import naming
from stack.settings import azure_rules
from stack.settings.alerts import read_alerts
from stack.settings.fields import Reader, id_rule, region, texts
from stack.settings.identity import SUBSCRIPTION_ID, read_identity
from stack.settings.mistakes import SettingsError, once, removing, shown, within, wrong
from stack.settings.model import (
    ACCOUNTS_PER_REGION,
    PROJECT,
    TAG,
    ExistingFlowLogs,
    ExistingWorkspaces,
    NetworksWithoutNsg,
    NsgFlowLogs,
    Settings,
    StorageSku,
    TargetLevel,
)
from stack.settings.namespaces import refuse_misspelt

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
    refuse_misspelt(config)
    identity = read_identity(config, variables, secret_keys)
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
        workspace_id=_workspace_id(reader, identity, stack),
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
    return region("location", value)


def _subscriptions(reader: Reader, identity: Identity) -> tuple[str, ...]:
    listed = reader.texts("subscriptions") or (identity.subscription_id,)
    for position, value in enumerate(listed):
        if not SUBSCRIPTION_ID.fullmatch(value):
            raise wrong(f"subscriptions[{position}]", value, "a subscription's id (a GUID)")
    return tuple(dict.fromkeys(value.casefold() for value in listed))


def _workspace_id(reader: Reader, identity: Identity, stack: str) -> str:
    """The id of a given workspace; empty for that of the workspace which the stack makes itself."""
    value = reader.resource_id("workspaceId", "Microsoft.OperationalInsights/workspaces")
    own = naming.workspace_id(identity.subscription_id, stack)
    return "" if key(value) == key(own) else value


def _storage_accounts(reader: Reader) -> Mapping[str, tuple[str, ...]]:
    key, kind = "storageAccounts", "Microsoft.Storage/storageAccounts"
    rule = "a map of regions to lists of ids"
    parsed: dict[str, Any] = reader.json(key, dict, rule, ".REGION[0]") or {}
    found: dict[str, tuple[str, ...]] = {}
    spellings: dict[str, str] = {}
    for name, ids in parsed.items():
        where = region_name(name)
        if not azure_rules.region(where):
            raise SettingsError(
                f"{PROJECT}:{key} has the region {shown(name)}; it must be the name of an Azure "
                f"region, such as westeurope. Remove it: {removing(within(key, name))}"
            )
        if (first := spellings.setdefault(where, name)) != name:
            raise SettingsError(
                f"{PROJECT}:{key} has {shown(first)} and {shown(name)}, which are one region; put "
                f"the ids under one of them. Remove one: {removing(within(key, name))}"
            )
        found[where] = _accounts(within(key, name), ids, kind)
    return found


def _accounts(path: str, ids: object, kind: str) -> tuple[str, ...]:
    found = texts(path, ids)
    for position, value in enumerate(found or ("",)):
        if not azure_rules.resource_id(value, kind):
            raise wrong(f"{path}[{position}]", value, id_rule(kind))
    once(path, found)
    return found


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
