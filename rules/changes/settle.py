"""Settles what a document plans: edits where every value is known, the rest as unclear."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from estate.arm_id import key, name_of
from printable import printable
from rules.changes import kinds
from rules.changes.ids import Ids
from rules.changes.model import Edit, Planned, Properties, Unclear, Unknown

_IDS: Mapping[str, str] = {"networkGroupId": kinds.NETWORK_GROUP}
"""Property whose value is an id itself, to its kind."""

_LISTS = frozenset(kinds.ITEMS) | {name for name in kinds.REFERENCES if name.endswith("Groups")}


def settled(
    planned: Iterable[Planned], subscription: str
) -> tuple[tuple[Edit, ...], tuple[Unclear, ...]]:
    """The edits in an order in which they can be applied, and what stays unclear.

    What goes comes first, then resources before what is nested in them, then attachments. What is
    deleted and written under the same id is written.
    """
    every = list(planned)
    ids = Ids(every, subscription)
    edits: list[tuple[tuple[int, int], Edit]] = []
    unclear: list[Unclear] = []
    for each in every:
        if each.writes:
            settling = _Settling(ids, each)
            edits += [(_order(each, edit), edit) for edit in settling.edits()]
            unclear += settling.unclear
    written = {key(edit.id) for (rank, _), edit in edits if rank == _WRITE}
    kept = [(o, e) for o, e in edits if e.properties is not None or key(e.id) not in written]
    kept.sort(key=lambda pair: pair[0])
    return tuple(edit for _, edit in kept), tuple(unclear)


_DETACH, _DELETE, _WRITE, _ATTACH = range(4)


def _order(planned: Planned, edit: Edit) -> tuple[int, int]:
    depth = kinds.depth(edit.id)
    if edit.properties is None:
        return _DELETE, -depth
    if not planned.link:
        return _WRITE, depth
    attaches = edit.joins or any(value is not None for value in edit.properties.values())
    return (_ATTACH if attaches else _DETACH), 0


class _Settling:
    """Settles one planned resource; ``unclear`` fills up on the way."""

    def __init__(self, ids: Ids, planned: Planned) -> None:
        self._ids, self._planned = ids, planned
        self.unclear: list[Unclear] = []
        self._extra: list[Edit] = []

    def edits(self) -> list[Edit]:
        """The edits of the resource, and of those inside it that go by themselves."""
        planned = self._planned
        resource_id = self._ids.of(planned)
        if kinds.kind_of(resource_id) != planned.kind:
            self._note("", f"the id of this {_word(planned.kind)} cannot be told")
            return []
        if planned.properties is None:
            return [Edit(id=resource_id, properties=None, origin=planned.origin)]
        properties = self._properties(planned.kind, planned.properties, resource_id)
        joins = self._members(planned.joins, resource_id)
        leaves = self._members(planned.leaves, resource_id)
        if properties is None or (planned.link and not (properties or joins or leaves)):
            return []
        edit = Edit(
            id=resource_id,
            properties=properties,
            origin=planned.origin,
            new=planned.new,
            joins=joins,
            leaves=leaves,
        )
        return [edit, *self._extra]

    def _members(self, values: tuple[Any, ...], resource_id: str) -> tuple[str, ...]:
        found = [self._ids.of_value(value, kinds.MEMBERS) for value in values]
        if not all(found):
            self._note(resource_id, "an application security group of it cannot be told")
        return tuple(each for each in found if each)

    def _note(self, resource_id: str, what: str) -> None:
        text = printable(what)
        self.unclear.append(Unclear(origin=self._planned.origin, what=text, id=resource_id))

    def _properties(self, kind: str, properties: Properties, resource_id: str) -> Properties | None:
        """Properties whose values are known; None where those that are not leave nothing to say."""
        found: dict[str, Any] = {}
        whole = True
        for name, given in properties.items():
            value = Unknown(odd=True) if name in _LISTS and _no_list(given) else given
            if name in kinds.ITEMS and isinstance(value, list):
                items = self._items(name, value, resource_id)
                if items is not None:
                    found[name] = items
                elif self._planned.new:
                    found[name] = []
                continue
            missing: list[tuple[str, Unknown]] = []
            known = self._value(name, value, name, missing)
            if not missing and kind in kinds.WHOLE and not _as_in_arm(known):
                missing = [(name, Unknown(odd=True))]
            if missing:
                path, unknown = missing[0]
                where = f"{_word(kind)} {name_of(resource_id)}"
                self._note(resource_id, f"{where}: {path} {unknown.reason}")
                whole = False
            else:
                found[name] = known
        return None if kind in kinds.WHOLE and not whole else found

    def _items(self, name: str, values: list[Any], resource_id: str) -> list[Any] | None:
        """A list of sub-resources; None where one of them is unclear, so that each goes by itself.

        Then the unclear one stays as it is, and those go that the tool knew and no longer has.
        """
        found: dict[str, Properties | None] = {}
        named = True
        for item in values:
            own = item.get("name") if isinstance(item, Mapping) else None
            properties = item.get("properties") if isinstance(item, Mapping) else None
            if not isinstance(own, str) or not isinstance(properties, Mapping):
                unknown = next((u for u in (item, own) if isinstance(u, Unknown)), None)
                reason = unknown.reason if unknown else "has no name"
                self._note(resource_id, f"{_word(kinds.ITEMS[name])} in {name} {reason}")
                named = False
                continue
            inner = f"{resource_id}/{name}/{own}"
            found[own] = self._properties(kinds.ITEMS[name], properties, inner)
        if named and None not in found.values():
            return [{"name": own, "properties": each} for own, each in found.items()]
        self._by_themselves(name, found, resource_id, named)
        return None

    def _by_themselves(
        self, name: str, found: Mapping[str, Properties | None], resource_id: str, named: bool
    ) -> None:
        kept = {key(own) for own in found}
        before = (self._planned.before or {}).get(name)
        for item in before if named and isinstance(before, list) else ():
            own = item.get("name") if isinstance(item, Mapping) else None
            if isinstance(own, str) and key(own) not in kept:
                self._add(f"{resource_id}/{name}/{own}", None)
        for own, properties in found.items():
            if properties is not None:
                self._add(f"{resource_id}/{name}/{own}", properties)

    def _add(self, resource_id: str, properties: Properties | None) -> None:
        origin = self._planned.origin
        edit = Edit(
            id=resource_id, properties=properties, origin=origin, new=properties is not None
        )
        self._extra.append(edit)

    def _value(self, name: str, value: Any, path: str, missing: list[tuple[str, Unknown]]) -> Any:
        """A value without unknown ones; what could not be told is added to ``missing``."""
        kind = kinds.REFERENCES.get(name)
        if kind and isinstance(value, Unknown) and not name.endswith("s"):
            value = {"id": value}
        if isinstance(value, Mapping):
            if kind and isinstance(unknown := value.get("id"), Unknown):
                return self._reference(unknown, kind, path, missing)
            if kind and not isinstance(unknown, str):
                missing.append((path, Unknown(odd=True)))
            return {k: self._value(k, v, f"{path}.{k}", missing) for k, v in value.items()}
        if isinstance(value, list):
            return [self._value(name, item, path, missing) for item in value]
        if kind and not isinstance(value, (Unknown, type(None))):
            missing.append((path, Unknown(odd=True)))
        if isinstance(value, Unknown):
            if name in _IDS and (found := self._ids.of_value(value, _IDS[name])):
                return found
            missing.append((path, value))
        return value

    def _reference(
        self, unknown: Unknown, kind: str, path: str, missing: list[tuple[str, Unknown]]
    ) -> Any:
        found = self._ids.of_value(unknown, kind)
        if not found:
            missing.append((path, unknown))
        return {"id": found}


def _word(kind: str) -> str:
    return kinds.WORDS.get(kind, "resource")


def _no_list(value: Any) -> bool:
    return value is not None and not isinstance(value, (list, Unknown))


def _as_in_arm(value: Any) -> bool:
    """Whether a value is a text, a number, a flag, or a list of texts or of small objects."""
    if isinstance(value, list):
        return all(isinstance(each, str) or _flat(each) for each in value)
    return not isinstance(value, Mapping) or _flat(value)


def _flat(value: Any) -> bool:
    return isinstance(value, Mapping) and all(isinstance(each, str) for each in value.values())
