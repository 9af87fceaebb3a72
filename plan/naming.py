"""Stable, unique names: from ids and hashes, never from a position in a list.

Logical names are one to one with the casefolded ARM id of the resource; they and the type tokens
are a contract with existing stacks.
"""

from __future__ import annotations

import hashlib
import re
import uuid

from estate.arm_id import key, name_of, parent_of, segment
from estate.home import Home
from stack.settings.model import MAKE, Settings

FLOW_LOG_NAME = re.compile(r"[^\W_]([\w.\-]{0,78}\w)?")  # terraform-provider-azurerm's validator
_FLOW_LOG_LENGTH = 80
_STORAGE_LENGTH = 24  # Microsoft.Storage naming rule: 3 to 24, lower-case letters and digits


def digest(text: str, length: int = 12) -> str:
    """The first hexadecimal digits of a text's SHA-256, without regard to letter case."""
    return hashlib.sha256(text.casefold().encode()).hexdigest()[:length]


def logical_name(resource_id: str) -> str:
    """The name in Pulumi's state of the resource with this id."""
    return f"{name_of(key(resource_id))}-{digest(resource_id)}"


def flow_log_name(target_id: str) -> str:
    """The name of the flow log that we make on a target: readable part and hash, within 80."""
    target, tail = key(target_id), digest(target_id)
    parts = [name_of(target)]
    if segment(target, "subnets"):
        parts.insert(0, name_of(parent_of(target)))
    readable = re.sub(r"[^a-z0-9.\-]+", "-", "-".join(parts)).strip("-.")
    return f"{readable[: _FLOW_LOG_LENGTH - len(tail) - 1].rstrip('-.')}-{tail}".lstrip("-")


def group_id(subscription_id: str, name: str) -> str:
    """The id of a resource group."""
    return f"/subscriptions/{subscription_id}/resourceGroups/{name}"


def home_group_id(subscription_id: str, stack: str) -> str:
    """The id of the stack's own resource group."""
    return group_id(subscription_id, f"flow-logs-{_plain(stack)}")


def workspace_id(subscription_id: str, stack: str) -> str:
    """The id of the stack's own workspace."""
    home = home_group_id(subscription_id, stack)
    name = f"flow-logs-{_plain(stack)}"
    return f"{home}/providers/Microsoft.OperationalInsights/workspaces/{name}"


def home(settings: Settings) -> Home:
    """Where discovery looks beside the networks: what the stack makes, or was given."""
    subscription = settings.identity.subscription_id
    given = [account for ids in settings.storage_accounts.values() for account in ids]
    own = workspace_id(subscription, settings.stack)
    return Home(
        group_id=home_group_id(subscription, settings.stack),
        workspace_id=settings.workspace_id or own,
        former_workspace_id=own if settings.workspace_id else "",
        storage_account_ids=tuple(given),
        sentinel=settings.analytic_rules,
        identity_id=flow_log_identity(settings),
        lifecycle=settings.lifecycle == "account",
    )


def storage_account_id(subscription_id: str, stack: str, region: str, shard: int) -> str:
    """The id of the storage account of a region and shard; its name is unique in all of Azure."""
    home = home_group_id(subscription_id, stack)
    tail = digest(f"{subscription_id}/{stack}/{region}/{shard}", _STORAGE_LENGTH - len("flowlogs"))
    return f"{home}/providers/Microsoft.Storage/storageAccounts/flowlogs{tail}"


def identity_id(subscription_id: str, stack: str) -> str:
    """The id of the managed identity that the stack makes for its flow logs."""
    home = home_group_id(subscription_id, stack)
    name = f"flow-logs-{_plain(stack)}"
    return f"{home}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{name}"


def role_assignment_id(scope: str, identity: str, role: str) -> str:
    """The id of a managed identity's role (GUID) on a resource; its name has to be a GUID."""
    name = uuid.uuid5(uuid.NAMESPACE_URL, key(f"{scope}/{identity}/{role}"))
    return f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}"


def flow_log_identity(settings: Settings) -> str:
    """The id of the managed identity of our flow logs, made or given; empty for none."""
    if settings.flow_log_identity == MAKE:
        return identity_id(settings.identity.subscription_id, settings.stack)
    return settings.flow_log_identity


def answer_name(stack: str, name: str) -> str:
    """The name of a query, alert or rule of a stack; several stacks may share one workspace."""
    return f"flow-logs-{_plain(stack)}-{name}"


def insights_id(group: str, kind: str, name: str) -> str:
    """The id of a resource of Azure Monitor in a group (id), such as an alert."""
    return f"{group}/providers/Microsoft.Insights/{kind}/{name}"


def analytic_rule_id(workspace: str, name: str) -> str:
    """The id of an analytic rule of Microsoft Sentinel in a workspace (id)."""
    return f"{workspace}/providers/Microsoft.SecurityInsights/alertRules/{name}"


def workbook_id(group: str) -> str:
    """The id of the stack's workbook, whose name has to be a UUID (REST page "Workbooks")."""
    return insights_id(group, "workbooks", str(uuid.uuid5(uuid.NAMESPACE_URL, key(group))))


def watcher_group_id(subscription_id: str) -> str:
    """The id of the group in which Azure itself puts watchers."""
    return group_id(subscription_id, "NetworkWatcherRG")


def watcher_id(subscription_id: str, region: str) -> str:
    """The id of the watcher that we make, by Azure's own name (Network Watcher FAQ)."""
    group = watcher_group_id(subscription_id)
    return f"{group}/providers/Microsoft.Network/networkWatchers/NetworkWatcher_{region}"


def flow_log_id(watcher: str, target_id: str) -> str:
    """The id of the flow log that we make on a target, under a watcher's id."""
    return f"{watcher}/flowLogs/{flow_log_name(target_id)}"


def _plain(stack: str) -> str:
    """A stack's name within what a workspace may be called: letters, digits, hyphens, 50."""
    plain = re.sub(r"[^A-Za-z0-9-]+", "-", stack).strip("-")
    return plain if plain == stack and len(plain) <= 50 else f"{plain[:40]}-{digest(stack, 8)}"
