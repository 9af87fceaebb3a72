"""Whether a resource is created, imported, or skipped because someone else's has its id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from estate.arm_id import key, subscription_of
from estate.model import Estate, Installed
from plan import naming
from plan.closed_subscriptions import closed
from plan.foundation.tags import tagging
from plan.ownership import ours
from plan.resource_identity import identity
from stack.settings.model import Settings
from stack.state import State


@dataclass(frozen=True, kw_only=True)
class Placing:
    """Gives what every planned resource has, and remembers what it left to others (``left``)."""

    estate: Estate
    settings: Settings
    state: State
    left: list[str] = field(default_factory=list)

    def common(self, type_token: str, resource_id: str) -> dict[str, Any] | None:
        """Id, names, tags and import id of a resource.

        None where somebody else's is there, or nothing can be made.
        """
        found = self._found.get(key(resource_id))
        held = self.state.holds(type_token, naming.logical_name(resource_id))
        if found is not None and not held and not ours(found.tags, self.settings.owner):
            self.left.append(found.id)
            return None
        without_tags = self.untagged(type_token, resource_id)
        if without_tags is None:
            return None
        tags = tagging(self.settings, self.state).on(found.tags if found else {})
        return {**without_tags, "tags": tags}

    def untagged(self, type_token: str, resource_id: str) -> dict[str, Any] | None:
        """The same for a type without tags, which is ours by its name, as that has the stack's."""
        held = self.state.holds(type_token, naming.logical_name(resource_id))
        untouched = subscription_of(resource_id) in self._closed
        if untouched and not held:
            return None
        exists = self.exists(resource_id)
        return {
            **identity(type_token, resource_id, self.state, exists=exists),
            "untouched": untouched,
        }

    def exists(self, resource_id: str) -> bool:
        """Whether Azure has it already."""
        return key(resource_id) in self._found

    def alias_of_others(self, alias: str, own_ids: frozenset[str]) -> Installed | None:
        """A saved search with this alias that is none of ours (keys); aliases are a workspace's."""
        for found in self.estate.installed:
            if found.alias.casefold() == alias.casefold() and key(found.id) not in own_ids:
                return found
        return None

    @cached_property
    def _closed(self) -> Mapping[str, str]:
        return closed(self.estate.subscriptions)

    @cached_property
    def _found(self) -> Mapping[str, Installed]:
        return {key(found.id): found for found in self.estate.installed}
