"""Ids of ARM resources that a change writes or refers to, also of those that are not there yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from estate.arm_id import key, name_of, resource_group_of, subscription_of
from rules.changes.kinds import RESOURCE_GROUP, compose, kind_of
from rules.changes.model import Planned, Unknown


class Ids:
    """Finds ids. A new one is made up of subscription, resource group and names.

    The subscription is that of the provider, else that of the same resource group elsewhere in the
    document, else the only one in it, else the one given here.
    """

    def __init__(self, planned: Iterable[Planned], subscription: str) -> None:
        self._by_origin: dict[str, Planned] = {}
        self._found: dict[int, str] = {}
        self._asking: set[int] = set()
        homes: defaultdict[str, set[str]] = defaultdict(set)
        for each in planned:
            if isinstance(each.id, str) and each.id:
                homes[key(resource_group_of(each.id))].add(subscription_of(each.id))
            gone = each.writes and each.properties is None
            if not each.link and not (gone and each.origin in self._by_origin):
                self._by_origin[each.origin] = each
        everywhere = set[str]().union(*homes.values())
        self._homes = {group: next(iter(all_)) for group, all_ in homes.items() if len(all_) == 1}
        self._default = next(iter(everywhere)) if len(everywhere) == 1 else subscription

    def of(self, planned: Planned) -> str:
        """The id of a resource; empty where it cannot be told."""
        place = id(planned)
        if place in self._asking:
            return ""
        if place not in self._found:
            self._asking.add(place)
            self._found[place] = self.of_value(planned.id, planned.kind) or self._made(planned)
            self._asking.discard(place)
        return self._found[place]

    def of_value(self, value: Any, kind: str) -> str:
        """The id that a value is or comes to, of this kind; empty where it cannot be told."""
        if isinstance(value, str):
            return value
        found = {key(each): each for each in self._sources(value, kind)}
        return next(iter(found.values())) if len(found) == 1 else ""

    def _sources(self, value: Any, kind: str) -> Iterable[str]:
        if isinstance(value, Unknown):
            for origin in value.sources:
                source = self._by_origin.get(origin)
                if source is not None and source.kind == kind:
                    yield self.of(source)

    def _name(self, value: Any, kind: str) -> str:
        if isinstance(value, str):
            return value.rsplit("/", 1)[-1]
        return name_of(self.of_value(value, kind))

    def _made(self, planned: Planned) -> str:
        segments = planned.kind.split("/")
        if planned.link:
            return ""
        if planned.parent is not None:
            parent = self.of_value(planned.parent, "/".join(segments[:-1]))
            name = self._name(planned.names[-1], planned.kind)
            return f"{parent}/{segments[-1]}/{name}" if parent and name else ""
        kinds = ["/".join(segments[: place + 1]) for place in range(len(segments))]
        names = tuple(
            self._name(value, kind) for value, kind in zip(planned.names, kinds, strict=True)
        )
        group = self._group(planned, names)
        subscription = planned.subscription or self._homes.get(key(group)) or self._default
        if not (subscription and group and all(names)):
            return ""
        return compose(subscription, group, planned.kind, names)

    def _group(self, planned: Planned, names: tuple[str, ...]) -> str:
        if planned.kind == RESOURCE_GROUP:
            return names[0]
        return self._name(planned.group, RESOURCE_GROUP)


def is_id(value: Any, kind: str) -> bool:
    """Whether a value is an ARM id of a kind."""
    return isinstance(value, str) and kind_of(value) == kind
