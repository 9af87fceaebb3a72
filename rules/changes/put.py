"""ARM properties of a resource that is written whole: azure-native inputs, or an ARM body.

azure-native flattens ``properties`` away at every level (pulumi-azure-native, docs/resources), so
that both spellings differ by that level alone. A PUT drops what it does not mention.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.changes.kinds import ITEMS, KEPT_WHEN_UNSET, PROPERTIES, REFERENCES
from rules.changes.model import Properties, Unknown

_WRAPPED = frozenset({"delegations"})
"""Lists of named items that are no sub-resources of their own."""


def put(kind: str, given: Mapping[str, Any], *, new: bool) -> Properties:
    """What a PUT of these values leaves; None for what it drops."""
    inner = given.get("properties")
    values = {**given, **inner} if isinstance(inner, Mapping) else given
    found: dict[str, Any] = {}
    for name in PROPERTIES[kind]:
        value = values.get(name)
        if value is not None:
            found[name] = _value(name, value)
        elif name not in KEPT_WHEN_UNSET:
            found[name] = None
        elif new:
            found[name] = []
    return found


def _value(name: str, value: Any) -> Any:
    if name in ITEMS and isinstance(value, list):
        return [_item(ITEMS[name], item) for item in value]
    if name in _WRAPPED and isinstance(value, list):
        return [_wrapped(item) for item in value]
    if name in REFERENCES:
        return (
            [_reference(item) for item in value] if isinstance(value, list) else _reference(value)
        )
    return value


def _item(kind: str, item: Any) -> Any:
    if not isinstance(item, Mapping):
        return item
    return {"name": item.get("name"), "properties": put(kind, item, new=False)}


def _wrapped(item: Any) -> Any:
    if not isinstance(item, Mapping) or isinstance(item.get("properties"), Mapping):
        return item
    inner = {key: value for key, value in item.items() if key not in ("name", "id", "type")}
    return {"name": item.get("name"), "properties": inner}


def _reference(value: Any) -> Any:
    """``{id}`` of what may be written out in full; nothing where it has no id."""
    if isinstance(value, Unknown) or not isinstance(value, Mapping):
        return value
    return {"id": value["id"]} if value.get("id") else None
