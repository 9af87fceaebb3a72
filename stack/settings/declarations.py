"""Every setting, declared once: key, how its value is read, type, and one line on its meaning.

The field of ``Settings`` has the key's name in snake case and holds the default. From this table
come parsing (``read.py``) and the schema in ``Pulumi.yaml``; tests hold README and the component's
arguments against it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, get_args

from stack.settings.alerts import read_alerts
from stack.settings.fields import Reader
from stack.settings.model import (
    ACCOUNTS_PER_REGION,
    ExistingFlowLogs,
    ExistingWorkspaces,
    Lifecycle,
    NetworksWithoutNsg,
    NsgFlowLogs,
    Settings,
    StorageSku,
    TargetLevel,
)
from stack.settings.values import (
    read_flow_log_identity,
    read_ingestion_filter,
    read_location,
    read_storage_accounts,
    read_subscriptions,
    read_tags,
    read_workspace_id,
)

Read = Callable[[Reader, str, Any], Any]
"""Reads a key; the last argument is its default. Raises SettingsError."""


@dataclass(frozen=True)
class Declaration:
    """One setting. ``values`` says what it may be, as README writes it; empty where that is free.

    ``type`` is that of Pulumi's project file: ``string``, ``integer``, ``boolean``, ``object``, or
    ``array`` (of texts).
    """

    key: str
    type: str
    read: Read
    meaning: str
    values: tuple[str, ...] = ()

    @property
    def field(self) -> str:
        """The name of the field of ``Settings``."""
        return re.sub(r"[A-Z]", lambda letter: f"_{letter[0].lower()}", self.key)

    def schema(self) -> dict[str, Any]:
        """The entry of ``Pulumi.yaml``."""
        items = {"items": {"type": "string"}} if self.type == "array" else {}
        default = {} if self.key in REQUIRED else {"default": self._plain_default()}
        return {"type": self.type, **items, **default, "description": self.meaning}

    def _plain_default(self) -> Any:
        """The default as a project file can have it: what is empty, or built in, is left empty."""
        empty: dict[str, Any] = {"object": {}, "array": []}
        return empty[self.type] if self.type in empty else DEFAULTS[self.field]


def _defaults() -> Mapping[str, Any]:
    given: dict[str, Any] = {}
    for field in fields(Settings):
        if field.default is not MISSING:
            given[field.name] = field.default
        elif field.default_factory is not MISSING:
            given[field.name] = field.default_factory()
    return given


DEFAULTS = _defaults()
"""Field of ``Settings`` to its default."""
REQUIRED = ("location",)


def _filter(key: str, meaning: str) -> Declaration:
    return Declaration(key, "object", lambda reader, key, _: reader.filter(key), meaning)


def _choice(key: str, choices: object, meaning: str) -> Declaration:
    def read(reader: Reader, key: str, default: Any) -> Any:
        return reader.choice(key, choices, default)

    return Declaration(key, "string", read, meaning, get_args(choices))


def _whole(key: str, least: int, most: int, meaning: str, *, shown: bool = True) -> Declaration:
    def read(reader: Reader, key: str, default: int) -> int:
        return reader.integer(key, default, least, most)

    values = (f"{least} to {most}",) if shown else ()
    return Declaration(key, "integer", read, meaning, values)


def _regions(key: str, meaning: str) -> Declaration:
    return Declaration(key, "array", Reader.regions, meaning)


def _text(key: str, meaning: str) -> Declaration:
    return Declaration(key, "string", lambda reader, key, _: reader.text(key) or "", meaning)


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(
        "location", "string", read_location, "Region of the resource group and the workspace."
    ),
    Declaration(
        "subscriptions",
        "array",
        read_subscriptions,
        "Ids of the subscriptions to look in; empty is the provider's own.",
    ),
    _filter(
        "include",
        "Which network security groups matter: tags, resourceGroups, names, locations; "
        "empty is all.",
    ),
    _filter("exclude", "Which network security groups to leave out; wins over include."),
    _choice(
        "targetLevel",
        TargetLevel,
        "What a new flow log is attached to; virtualNetwork, subnet, networkInterface or "
        "networkSecurityGroup.",
    ),
    _choice(
        "existingFlowLogs",
        ExistingFlowLogs,
        "Flow logs that others made; leave (count them) or adopt (bring them to standard).",
    ),
    _choice(
        "existingWorkspaces",
        ExistingWorkspaces,
        "Adopted flow logs that feed another workspace; keep or move.",
    ),
    _choice(
        "nsgFlowLogs",
        NsgFlowLogs,
        "Existing flow logs on network security groups; keep, disable (once covered otherwise) or "
        "ignore.",
    ),
    _filter(
        "disableFor",
        "The wave of network security groups that disable applies to, as include; empty is all.",
    ),
    _choice(
        "networksWithoutNsg",
        NetworksWithoutNsg,
        "Virtual networks in scope that no wanted security group sits in; report or cover.",
    ),
    _whole(
        "removeAtMost",
        0,
        100_000,
        "How many flow logs of our own may leave in one run before it stops.",
        shown=False,
    ),
    _whole("retentionDays", 1, 365, "Days that flow log blobs stay in storage, 1 to 365."),
    _whole("analyticsRetentionDays", 30, 730, "Days that the workspace keeps its rows, 30 to 730."),
    _whole(
        "dailyQuotaGb",
        0,
        100_000,
        "Daily cap of the workspace in GB, 0 is none; a cap drops evidence.",
        shown=False,
    ),
    Declaration(
        "trafficAnalyticsInterval",
        "integer",
        Reader.interval,
        "Minutes between two runs of Traffic Analytics, 10 or 60.",
        ("10 or 60",),
    ),
    Declaration(
        "workspaceId",
        "string",
        read_workspace_id,
        "ARM id of a workspace to use instead of making one.",
    ),
    Declaration(
        "storageAccounts",
        "object",
        read_storage_accounts,
        "Storage accounts to use instead of making them, region to list of ARM ids.",
    ),
    _regions(
        "regionsWithoutTrafficAnalytics",
        "Replaces the built-in list of regions without Traffic Analytics.",
    ),
    _regions(
        "regionsWithoutWorkspaces",
        "Replaces the built-in list of regions without Log Analytics workspaces.",
    ),
    _whole(
        "storageAccountsPerRegion",
        1,
        ACCOUNTS_PER_REGION,
        "Storage accounts that share the flow logs of a region, 1 to 16.",
    ),
    _choice("storageSku", StorageSku, "Redundancy of the storage accounts."),
    Declaration(
        "flowLogIdentity",
        "string",
        read_flow_log_identity,
        "Managed identity by which new flow logs are written; make, or the ARM id of one.",
        ("make or an ARM id",),
    ),
    _choice(
        "lifecycle",
        Lifecycle,
        "What ends retentionDays in accounts that are made; flowLog (the retention of each) or "
        "account (one lifecycle rule, for more than 1,000 flow logs).",
    ),
    Declaration(
        "protectData",
        "boolean",
        Reader.boolean,
        "Protect resource group, storage accounts and workspace from deletion.",
    ),
    Declaration(
        "alerts",
        "object",
        lambda reader, _, __: read_alerts(reader),
        "Alerts: enabled, emails, actionGroupIds, thresholds, ignoredSources, managementPorts, "
        "securityGroupChanges, detections.",
    ),
    Declaration(
        "sentinel",
        "boolean",
        Reader.boolean,
        "Analytic rules of Microsoft Sentinel in the place of alerts on queries.",
    ),
    _text(
        "filteringCriteria",
        "Azure's own filter of new flow logs (preview); what it drops is never recorded.",
    ),
    Declaration(
        "ingestionFilter",
        "string",
        read_ingestion_filter,
        "Experimental; KQL predicate on NTANetAnalytics that a row must meet to be kept.",
    ),
    Declaration("tags", "object", read_tags, "Tags on everything that is created."),
)
"""In the order of ``Pulumi.yaml``."""


def read_all(reader: Reader) -> dict[str, Any]:
    """Field of ``Settings`` to its value. Raises SettingsError for a wrong value or unknown key."""
    values = {
        declared.field: declared.read(reader, declared.key, DEFAULTS.get(declared.field))
        for declared in DECLARATIONS
    }
    reader.refuse_unknown()
    return values
