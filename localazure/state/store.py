"""Existing resources as plain dicts, found by id, type and scope without a search.

An id keeps the letter case that it was first written in and is found in any. Parts of a resource
that have ids of their own (subnets, security rules) live inside it, as ARM returns them.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, TypeVar

from localazure.state.arm_id import ArmId, key, parse_resource
from localazure.state.history import Past
from localazure.state.times import stamp

Resource = dict[str, Any]
Made = TypeVar("Made")

REMEMBERED = 50_000
"""Events of the activity log that are kept; the oldest are forgotten."""


class Store:
    """All resources of the tenant; `changes` counts writes, so that a saver knows when to save."""

    def __init__(self) -> None:
        self.changes = 0
        self.past = Past(0)
        self.orphans = False
        """Whether a deleted subnet leaves the flow log on it, which then cannot be deleted."""
        self.deleted: dict[str, str] = {}
        """Key and GUID of the workspaces that can be recovered."""
        self.deleted_regions: dict[str, str] = {}
        """Key of each of them to the region in which it can be recovered."""
        self.providers: dict[str, Resource] = {}
        """Registration of resource providers, by key of `/subscriptions/<id>/providers/<name>`."""
        self.events: deque[dict[str, Any]] = deque(maxlen=REMEMBERED)
        """Of the activity log, as insights/activity_events.py keeps them."""
        self.times: dict[str, tuple[str, str]] = {}
        """By key: since when a resource is here, and when it was last written."""
        self.opened = ""
        """When the file that the store comes of was read."""
        self._kept: dict[str, tuple[object, Any]] = {}
        self._resources: dict[str, Resource] = {}
        # Dicts as ordered sets: lists come back in the order of creation, and removing is O(1).
        self._inside: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._typed: defaultdict[tuple[str, str], dict[str, None]] = defaultdict(dict)

    def __iter__(self) -> Iterator[Resource]:
        return iter(self._resources.values())

    def find(self, id_: str | ArmId) -> Resource | None:
        """The resource of this id; none for a part of one."""
        return self._resources.get(key(str(id_)))

    def made_here(self, id_: str) -> datetime | None:
        """Since when a resource is here, in UTC without a zone; None for one of the file."""
        made, _ = self.times[key(id_)]
        return datetime.fromisoformat(made).replace(tzinfo=None) if made > self.opened else None

    def worked_out(self, name: str, at: object, make: Callable[[], Made]) -> Made:
        """What `make` gives, kept under a name while nothing changes and `at` stays the same."""
        state = self.changes, at
        if self._kept.get(name, (None, None))[0] != state:
            self._kept[name] = state, make()
        made: Made = self._kept[name][1]
        return made

    def changing(self, id_: str | ArmId) -> None:
        """Notes what the resource is, right before it is changed in place, put or removed."""
        self.past.note(key(str(id_)), self.find(id_))

    def put(self, resource: Resource) -> None:
        """Adds the resource or takes the place of the one with its id."""
        self.changes += 1
        parsed = parse_resource(resource["id"])
        own = key(resource["id"])
        if self._resources.get(own) is not resource:
            self.changing(own)
        self._resources[own] = resource
        now = stamp()
        self.times[own] = self.times.get(own, (now, now))[0], now
        for scope in parsed.scopes():
            self._inside[scope][own] = None
            self._typed[key(parsed.type), scope][own] = None

    def remove(self, id_: str) -> None:
        """Takes the resource and whatever is inside of it away."""
        for inner in list(self._inside[key(id_)]):
            self._forget(inner)
        if key(id_) in self._resources:
            self._forget(key(id_))

    def inside(self, scope: str | ArmId) -> list[Resource]:
        """Everything in a subscription, group or parent, at any depth; all for the tenant."""
        return [self._resources[each] for each in self._inside[key(str(scope))]]

    def of_type(self, type_: str, scope: str | ArmId) -> list[Resource]:
        """Resources of one type in a scope, oldest first."""
        return [self._resources[each] for each in self._typed[key(type_), key(str(scope))]]

    def _forget(self, own: str) -> None:
        self.changes += 1
        self.changing(own)
        parsed = parse_resource(self._resources.pop(own)["id"])
        self.times.pop(own, None)
        for scope in parsed.scopes():
            self._inside[scope].pop(own, None)
            self._typed[key(parsed.type), scope].pop(own, None)
