"""The lifecycle rules that Azure writes onto the account of a flow log with retention.

One rule takes ten prefixes and an account a hundred rules (vnet-flow-logs-manage, 01/22/2026); the
prefixes follow where blobs of flow logs are put (vnet-flow-logs-overview). They overwrite rules of
anybody else's (hashicorp/terraform-provider-azurerm #6935, PR #18369). Unconfirmed: how the rules
are named, whether a rule goes with its flow log or its retention (here it stays), and what Azure
does when no rule is left (here the flow log ends `Failed`).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from localazure.errors.storage import LifecycleRulesExhausted
from localazure.network.security_rules import GROUPS
from localazure.state.arm_id import key, parse_resource
from localazure.state.store import Resource, Store
from localazure.state.times import stamp

POLICIES = "Microsoft.Storage/storageAccounts/managementPolicies"
RULES = 100
PREFIXES = 10
_NETWORK_BLOBS = "insights-logs-flowlogflowevent/flowLogResourceID="
_GROUP_BLOBS = "insights-logs-networksecuritygroupflowevent/resourceId="

Rule = dict[str, Any]


def write_rules(store: Store, flow_log: Resource) -> None:
    """Has the account of a flow log delete its blobs as the retention says, if there is one."""
    wanted = _wanted(store, flow_log)
    if wanted is None:
        return
    account, rules = wanted
    now = stamp()
    policy: Resource = {
        "id": f"{account['id']}/managementPolicies/default",
        "name": "DefaultManagementPolicy",
        "type": POLICIES,
        "properties": {"policy": {"rules": rules}, "lastModifiedTime": now},
    }
    store.put(policy)


def exhausted(store: Store, flow_log: Resource) -> LifecycleRulesExhausted | None:
    """The error that a flow log ends in if its account has no rule left for it."""
    wanted = _wanted(store, flow_log)
    if wanted is None or len(wanted[1]) <= RULES:
        return None
    return LifecycleRulesExhausted(wanted[0]["name"], RULES)


def _wanted(store: Store, flow_log: Resource) -> tuple[Resource, list[Rule]] | None:
    """The account and the rules that it is to have; none where nothing expires."""
    properties = flow_log["properties"]
    retention = properties["retentionPolicy"]
    account = store.find(properties["storageId"])
    if account is None or not retention["enabled"] or not retention["days"]:
        return None
    policy = store.find(f"{account['id']}/managementPolicies/default") or {"properties": {}}
    present = policy["properties"].get("policy", {}).get("rules", [])
    return account, _with(_own(present), _prefix(flow_log), int(retention["days"]))


def _with(rules: Iterable[Rule], prefix: str, days: int) -> list[Rule]:
    """The rules with this prefix in one for so many days, and in no other."""
    kept, place = [], None
    for rule in rules:
        prefixes = [each for each in _prefixes(rule) if each != prefix]
        if not prefixes:
            continue
        kept.append(_rule(rule["name"], prefixes, _days(rule)))
        if _days(rule) == days and len(prefixes) < PREFIXES:
            place = kept[-1]
    if place is None:
        return [*kept, _rule(f"flowlogs{uuid.uuid4().hex}", [prefix], days)]
    _prefixes(place).append(prefix)
    return kept


def _own(rules: Iterable[Rule]) -> Iterator[Rule]:
    """Rules for blobs of flow logs alone; others do not outlive the next retention."""
    for rule in rules:
        prefixes = rule["definition"].get("filters", {}).get("prefixMatch", [])
        if prefixes and all(each.startswith((_NETWORK_BLOBS, _GROUP_BLOBS)) for each in prefixes):
            yield rule


def _prefix(flow_log: Resource) -> str:
    target = flow_log["properties"]["targetResourceId"]
    if key(parse_resource(target).type) == key(GROUPS):
        return f"{_GROUP_BLOBS}{target.upper()}"
    return f"{_NETWORK_BLOBS}{flow_log['id'].upper()}"


def _rule(name: str, prefixes: list[str], days: int) -> Rule:
    deletion = {"delete": {"daysAfterModificationGreaterThan": days}}
    filters = {"blobTypes": ["blockBlob"], "prefixMatch": prefixes}
    definition = {"actions": {"baseBlob": deletion}, "filters": filters}
    return {"enabled": True, "name": name, "type": "Lifecycle", "definition": definition}


def _prefixes(rule: Rule) -> list[str]:
    prefixes: list[str] = rule["definition"]["filters"]["prefixMatch"]
    return prefixes


def _days(rule: Rule) -> int:
    deletion = rule["definition"]["actions"].get("baseBlob", {}).get("delete", {})
    return int(deletion.get("daysAfterModificationGreaterThan", 0))
