"""Effective security admin rules as they would be after edits.

The rules of a network are as ``listNetworkManagerEffectiveSecurityAdminRules`` returns them: id,
properties, ruleCollectionAppliesToGroups and ruleGroups. A change of a rule has effect once its
configuration is deployed anew to the regions (Azure Virtual Network Manager, deployments).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from estate.arm_id import key, parent_of
from printable import printable
from rules.changes import kinds
from rules.changes.model import Edit, Unclear

AdminRules = Mapping[str, tuple[Mapping[str, Any], ...]]
"""Key of a virtual network to the rules that are effective in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedAdminRules:
    """The rules by network, and edits whose networks cannot be told."""

    rules: AdminRules
    unclear: tuple[Unclear, ...] = ()


def changed_admin_rules(admin_rules: AdminRules, edits: Iterable[Edit]) -> ChangedAdminRules:
    """The rules after the edits; the inputs stay as they are.

    An edited rule is the new one wherever it is effective, a deleted one goes (so do those of a
    deleted collection or configuration), and a new one applies wherever another rule of its
    collection does. Where that is nowhere, the edit is unclear; so is a collection that applies to
    other network groups than before.
    """
    rules = dict(admin_rules)
    unclear: list[Unclear] = []
    for edit in edits:
        kind = kinds.kind_of(edit.id)
        if kind not in (kinds.ADMIN_RULE, kinds.ADMIN_COLLECTION, kinds.ADMIN):
            continue
        if edit.properties is None:
            _remove(rules, key(edit.id))
        elif kind == kinds.ADMIN_RULE:
            unclear += _write(rules, edit)
        elif kind == kinds.ADMIN_COLLECTION:
            unclear += _regroup(rules, edit)
    return ChangedAdminRules(rules=rules, unclear=tuple(unclear))


def _remove(rules: dict[str, tuple[Mapping[str, Any], ...]], gone: str) -> None:
    for network, effective in rules.items():
        kept = tuple(rule for rule in effective if not f"{_id(rule)}/".startswith(f"{gone}/"))
        if len(kept) != len(effective):
            rules[network] = kept


def _write(rules: dict[str, tuple[Mapping[str, Any], ...]], edit: Edit) -> list[Unclear]:
    own, collection = key(edit.id), key(parent_of(edit.id))
    known = False
    for network, effective in rules.items():
        there = [rule for rule in effective if _id(rule) == own]
        siblings = [rule for rule in effective if key(parent_of(_id(rule))) == collection]
        known = known or bool(there or siblings)
        if there:
            rules[network] = tuple(
                _edited(rule, edit) if _id(rule) == own else rule for rule in effective
            )
        elif siblings and edit.new:
            made = {**siblings[0], "id": edit.id, "kind": "Custom", "properties": {}}
            rules[network] = (*effective, _edited(made, edit))
    if known:
        return []
    what = "is effective in no network that was read, nor is another rule of its collection"
    return [_unclear(edit, f"security admin rule {what}: where it applies cannot be told")]


def _edited(rule: Mapping[str, Any], edit: Edit) -> Mapping[str, Any]:
    merged = {**(rule.get("properties") or {}), **(edit.properties or {})}
    kept = {name: value for name, value in merged.items() if value is not None}
    return {**rule, "properties": kept}


def _regroup(rules: AdminRules, edit: Edit) -> list[Unclear]:
    groups = (edit.properties or {}).get("appliesToGroups")
    if "appliesToGroups" not in (edit.properties or {}):
        return []
    wanted = _groups(groups)
    own = key(edit.id)
    for effective in rules.values():
        for rule in effective:
            if key(parent_of(_id(rule))) == own:
                if _groups(rule.get("ruleCollectionAppliesToGroups")) == wanted:
                    return []
                what = "applies to other network groups: in which networks cannot be told"
                return [_unclear(edit, f"collection of security admin rules {what}")]
    return []


def _groups(value: Any) -> frozenset[str]:
    items = value if isinstance(value, (list, tuple)) else ()
    return frozenset(
        key(str(item.get("networkGroupId", ""))) for item in items if isinstance(item, Mapping)
    )


def _id(rule: Mapping[str, Any]) -> str:
    return key(str(rule.get("id", "")))


def _unclear(edit: Edit, what: str) -> Unclear:
    return Unclear(origin=edit.origin, what=printable(what), id=edit.id)
