"""Values of single settings that are more than a number, a text or a choice.

Each function reads one key; the last argument, its default, is not needed. All raise SettingsError.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from estate.arm_id import region_name
from stack.settings import azure_rules
from stack.settings.fields import Reader, id_rule, region, texts
from stack.settings.identity import SUBSCRIPTION_ID
from stack.settings.mistakes import SettingsError, once, removable, shown, wrong
from stack.settings.model import MAKE, TAG
from wording import advised, setting, to_set, within


def read_location(reader: Reader, key: str, _: object) -> str:
    """The region, as its programmatic name."""
    value = reader.text(key)
    if value is None:
        text = f"{setting(key)} is not set; it must name an Azure region"
        raise SettingsError(advised(text, "Set it with", to_set(key, "westeurope")))
    return region(key, value)


def read_subscriptions(reader: Reader, key: str, _: object) -> tuple[str, ...]:
    """Subscription ids, lower case, each once; empty where none is given."""
    listed = reader.texts(key)
    for position, value in enumerate(listed):
        if not SUBSCRIPTION_ID.fullmatch(value):
            raise wrong(f"{key}[{position}]", value, "a subscription's id (a GUID)")
    return tuple(dict.fromkeys(value.casefold() for value in listed))


def read_workspace_id(reader: Reader, key: str, _: object) -> str:
    """The id of a given workspace; empty where none is given."""
    return reader.resource_id(key, "Microsoft.OperationalInsights/workspaces")


def read_flow_log_identity(reader: Reader, key: str, _: object) -> str:
    """``MAKE``, the id of a given managed identity, or empty where none is asked for."""
    kind = "Microsoft.ManagedIdentity/userAssignedIdentities"
    value = reader.text(key) or ""
    if value and value != MAKE and not azure_rules.resource_id(value, kind):
        raise wrong(key, value, f"{MAKE}, or {id_rule(kind)}")
    return value


def read_storage_accounts(reader: Reader, key: str, _: object) -> Mapping[str, tuple[str, ...]]:
    """Given storage accounts: region to ids."""
    kind = "Microsoft.Storage/storageAccounts"
    rule = "a map of regions to lists of ids"
    parsed: dict[str, Any] = reader.json(key, dict, rule, ".REGION[0]") or {}
    found: dict[str, tuple[str, ...]] = {}
    spellings: dict[str, str] = {}
    for name, ids in parsed.items():
        where = region_name(name)
        if not azure_rules.region(where):
            raise removable(
                f"{setting(key)} has the region {shown(name)}; it must be the name of an Azure "
                "region, such as westeurope",
                within(key, name),
            )
        if (first := spellings.setdefault(where, name)) != name:
            raise removable(
                f"{setting(key)} has {shown(first)} and {shown(name)}, which are one region; put "
                "the ids under one of them",
                within(key, name),
                "Remove one",
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


def read_tags(reader: Reader, key: str, _: object) -> Mapping[str, str]:
    """Tags; the one that names the owner is not anybody's to set."""
    found = reader.tags(key)
    for name in found:
        if name.casefold() == TAG:
            raise removable(
                f"{setting(key)} has {name}, the tag by which this program tells whose a flow log "
                "is; choose another name",
                within(key, name),
            )
    return found


def read_ingestion_filter(reader: Reader, key: str, _: object) -> str:
    """A predicate of one line: what it stands in is a pipeline, which it must not end or extend."""
    value = reader.text(key) or ""
    if any(sign in value for sign in ("|", ";", "//", "\n")):
        raise wrong(key, value, "one KQL predicate on NTANetAnalytics, no pipeline")
    return value
