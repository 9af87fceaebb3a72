"""ARM bodies as they would be after edits.

Bodies are networkSecurityGroups, virtualNetworks (with subnets and virtualNetworkPeerings inside),
networkInterfaces, virtualMachineScaleSets and routeTables, by the key of their id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from estate.arm_id import key, name_of, parent_of
from rules.changes import kinds
from rules.changes.model import Edit, Properties

Bodies = Mapping[str, Mapping[str, Any]]

_TOP = frozenset({kinds.GROUP, kinds.NETWORK, kinds.INTERFACE, kinds.ROUTES})
_LISTS = {kind.casefold(): name for name, kind in kinds.ITEMS.items()}
_REFERENCE = {
    kinds.GROUP: "networkSecurityGroup",
    kinds.ROUTES: "routeTable",
    kinds.NAT_GATEWAY: "natGateway",
    kinds.MEMBERS: "applicationSecurityGroups",
}
"""Kind to the property by which others hold it."""


def changed(bodies: Bodies, edits: Iterable[Edit]) -> Bodies:
    """The bodies after the edits, in their order; what no edit touches is the same object.

    A deleted group goes from the subnets, interfaces and scale sets where it sits, a deleted
    application security group from IP configurations. An edit of what is not there is left out,
    unless it is new: see ``unapplied``.
    """
    found = dict(bodies)
    for edit in edits:
        _apply(found, edit)
    return found


def unapplied(bodies: Bodies, edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Edits of networks, groups, interfaces and route tables that no body is there for."""
    found = dict(bodies)
    return tuple(edit for edit in edits if not _apply(found, edit))


def _apply(bodies: dict[str, Mapping[str, Any]], edit: Edit) -> bool:
    """Applies one edit; False where it is of something that is not there."""
    kind = kinds.kind_of(edit.id)
    if kind in _TOP:
        return _apply_top(bodies, edit, kind)
    if kind.casefold() in _LISTS:
        return _apply_inner(bodies, edit, _LISTS[kind.casefold()])
    if kind in _REFERENCE and edit.properties is None:
        _drop_references(bodies, _REFERENCE[kind], key(edit.id))
    return True


def _apply_top(bodies: dict[str, Mapping[str, Any]], edit: Edit, kind: str) -> bool:
    place = key(edit.id)
    if edit.properties is None:
        gone = bodies.pop(place, None)
        if kind in _REFERENCE:
            _drop_references(bodies, _REFERENCE[kind], place)
        return gone is not None
    body = bodies.get(place)
    if body is None:
        if not edit.new:
            return False
        arm_type = f"Microsoft.Network/{kind}"
        body = {"id": edit.id, "name": name_of(edit.id), "type": arm_type, "properties": {}}
    properties = _merged(body["id"], body.get("properties") or {}, edit.properties)
    bodies[place] = {**body, "properties": _with_members(properties, edit)}
    return True


def _apply_inner(bodies: dict[str, Mapping[str, Any]], edit: Edit, name: str) -> bool:
    parent = bodies.get(key(parent_of(edit.id)))
    if parent is None:
        return False
    properties = parent.get("properties") or {}
    items = list(properties.get(name) or [])
    own = key(name_of(edit.id))
    place = next((p for p, item in enumerate(items) if key(item.get("name", "")) == own), None)
    if edit.properties is None:
        if place is None:
            return False
        del items[place]
    elif place is not None:
        items[place] = _edited(items[place], edit.properties)
    elif edit.new:
        items.append(_made(edit.id, edit.properties))
    else:
        return False
    bodies[key(parent_of(edit.id))] = {**parent, "properties": {**properties, name: items}}
    return True


def _merged(resource_id: str, before: Properties, properties: Properties) -> dict[str, Any]:
    found = dict(before)
    for name, value in properties.items():
        if value is None:
            found.pop(name, None)
        elif name in kinds.ITEMS:
            found[name] = _items(f"{resource_id}/{name}", before.get(name) or [], value)
        else:
            found[name] = value
    return found


def _items(place: str, before: list[Any], items: list[Any]) -> list[Any]:
    known = {key(item.get("name", "")): item for item in before}
    return [
        _edited(known[key(item["name"])], item["properties"])
        if key(item["name"]) in known
        else _made(f"{place}/{item['name']}", item["properties"])
        for item in items
    ]


def _edited(item: Mapping[str, Any], properties: Properties) -> dict[str, Any]:
    return {
        **item,
        "properties": _merged(str(item.get("id", "")), item.get("properties") or {}, properties),
    }


def _made(resource_id: str, properties: Properties) -> dict[str, Any]:
    return {
        "id": resource_id,
        "name": name_of(resource_id),
        "properties": _merged(resource_id, {}, properties),
    }


def _with_members(properties: dict[str, Any], edit: Edit) -> dict[str, Any]:
    """Properties of an interface whose every IP configuration joined or left a group."""
    if not (edit.joins or edit.leaves):
        return properties
    leaves = {key(each) for each in edit.leaves}
    items = []
    for item in properties.get("ipConfigurations") or []:
        inner = item.get("properties") or {}
        now = inner.get("applicationSecurityGroups") or []
        ids = {key(str(each.get("id"))): each for each in now}
        ids = {own: each for own, each in ids.items() if own not in leaves}
        for group in edit.joins:
            ids.setdefault(key(group), {"id": group})
        inner = {**inner, "applicationSecurityGroups": list(ids.values())}
        items.append({**item, "properties": inner})
    return {**properties, "ipConfigurations": items}


def _drop_references(bodies: dict[str, Mapping[str, Any]], name: str, gone: str) -> None:
    for place, body in bodies.items():
        without = _without(body, name, gone)
        if without is not body:
            bodies[place] = without


def _without(value: Any, name: str, gone: str) -> Any:
    """A tree without ``{name: {id: gone}}``, or without the item of such a list.

    The same object where there is none.
    """
    if isinstance(value, list):
        items = [_without(item, name, gone) for item in value]
        same = all(new is old for new, old in zip(items, value, strict=True))
        return value if same else items
    if not isinstance(value, Mapping):
        return value
    kept: dict[str, Any] = {}
    for inner, child in value.items():
        if inner != name:
            kept[inner] = _without(child, name, gone)
        elif isinstance(child, list):
            left = [item for item in child if not _is(item, gone)]
            kept[inner] = child if len(left) == len(child) else left
        elif not _is(child, gone):
            kept[inner] = child
    same = len(kept) == len(value) and all(kept[inner] is value[inner] for inner in kept)
    return value if same else kept


def _is(value: Any, gone: str) -> bool:
    return isinstance(value, Mapping) and key(str(value.get("id"))) == gone
