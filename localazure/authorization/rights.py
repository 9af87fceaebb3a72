"""Rights of the caller: a custom role definition, and the rule by which ARM applies it.

An action is allowed if a pattern of Actions matches it and none of NotActions does; `*` stands for
any text, letter case does not count (Microsoft: "Understand Azure role definitions"). There are no
assignments: the caller has the role at its assignable scopes, and so at all that is inside of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from localazure.server.files import FileProblem, read_json
from localazure.state.arm_id import key

CLIENT = "00000000-0000-4000-8000-00000000c0de"
"""Object id of whoever calls: every token is the same principal."""


EVERYWHERE = ("/",)


@dataclass(frozen=True)
class Rights:
    """Actions and NotActions of the one role that the caller holds, and where."""

    actions: tuple[str, ...] = ("*",)
    not_actions: tuple[str, ...] = ()
    scopes: tuple[str, ...] = EVERYWHERE
    """Ids of subscriptions, groups or resources; the tenant and management groups are all there is,
    since which subscription is in which management group is not modelled."""
    _allowed: re.Pattern[str] = field(init=False, repr=False)
    _refused: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_allowed", _any_of(self.actions))
        object.__setattr__(self, "_refused", _any_of(self.not_actions))

    def allows(self, action: str, scope: str) -> bool:
        """True if the action, such as `Microsoft.Network/networkWatchers/read`, is granted there.

        `scope` is the id of a resource, group or subscription, or empty for the tenant.
        """
        return self.grants(action) and self.reach(scope)

    def grants(self, action: str) -> bool:
        """True if the role has the action, wherever it is held."""
        return bool(self._allowed.fullmatch(action)) and not self._refused.fullmatch(action)

    def reach(self, scope: str) -> bool:
        """True if the role is held at a scope, or at one that it is inside of."""
        place = key(scope) + "/"
        return any(
            _is_all(scope_id) or place.startswith(key(scope_id) + "/") for scope_id in self.scopes
        )

    def sees(self, subscription_id: str) -> bool:
        """True if the role is held anywhere in a subscription, which is then visible."""
        inside = key(subscription_id) + "/"
        return self.reach(subscription_id) or any(
            key(scope).startswith(inside) for scope in self.scopes
        )


def read_role(path: Path) -> Rights:
    """Reads a role definition, in ARM's shape or the one of `az role definition create`.

    Raises FileProblem, in one line, if it is neither.
    """
    role = read_json(path, "role")
    if not isinstance(role, dict):
        raise FileProblem(path, "a role definition is a JSON object")
    properties = _lower_keys(role.get("properties", role))
    granted = properties.get("permissions", [properties])
    if not isinstance(granted, list) or not granted:
        raise FileProblem(path, "'permissions' must be a list with at least one entry")
    entries = [_lower_keys(entry) for entry in granted]
    actions = _texts(path, entries, "actions")
    if not actions:
        raise FileProblem(path, "the role grants nothing: give it 'Actions'")
    scopes = _texts(path, [_lower_keys(role) | properties], "assignablescopes")
    return Rights(actions, _texts(path, entries, "notactions"), scopes or EVERYWHERE)


def _is_all(scope: str) -> bool:
    return not key(scope) or key(scope).startswith("/providers/microsoft.management/")


def _texts(path: Path, entries: list[dict[str, Any]], name: str) -> tuple[str, ...]:
    texts: list[str] = []
    for entry in entries:
        value = entry.get(name) or []
        if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
            raise FileProblem(path, f"'{name}' must be a list of texts")
        texts += value
    return tuple(texts)


def _lower_keys(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        return {}
    return {str(name).casefold(): inner for name, inner in value.items()}


def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    each = (".*".join(re.escape(part) for part in pattern.split("*")) for pattern in patterns)
    joined = "|".join(f"(?:{pattern})" for pattern in each)
    # An empty alternative would match every action that is empty; `(?!)` matches nothing.
    return re.compile(joined or r"(?!)", re.IGNORECASE)
