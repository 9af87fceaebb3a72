"""What the caller may do: a custom role definition, and the rule by which ARM applies it.

An action is allowed if a pattern of Actions matches it and none of NotActions does; `*` stands for
any text, letter case does not count (Microsoft: "Understand Azure role definitions").
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from localazure.files import FileProblem, read_json

CLIENT = "00000000-0000-4000-8000-00000000c0de"
"""Object id of whoever calls: every token is the same principal."""


@dataclass(frozen=True)
class Rights:
    """Actions and NotActions of the one role that the caller holds, at every subscription."""

    actions: tuple[str, ...] = ("*",)
    not_actions: tuple[str, ...] = ()
    _allowed: re.Pattern[str] = field(init=False, repr=False)
    _refused: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_allowed", _any_of(self.actions))
        object.__setattr__(self, "_refused", _any_of(self.not_actions))

    def allows(self, action: str) -> bool:
        """Whether the action, such as `Microsoft.Network/networkWatchers/read`, is granted."""
        return bool(self._allowed.fullmatch(action)) and not self._refused.fullmatch(action)


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
    return Rights(actions, _texts(path, entries, "notactions"))


def _texts(path: Path, entries: list[dict[str, Any]], name: str) -> tuple[str, ...]:
    found: list[str] = []
    for entry in entries:
        value = entry.get(name) or []
        if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
            raise FileProblem(path, f"'{name}' must be a list of texts")
        found += value
    return tuple(found)


def _lower_keys(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        return {}
    return {str(name).casefold(): inner for name, inner in value.items()}


def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    each = (".*".join(re.escape(part) for part in pattern.split("*")) for pattern in patterns)
    joined = "|".join(f"(?:{pattern})" for pattern in each)
    # An empty alternative would match every action that is empty; `(?!)` matches nothing.
    return re.compile(joined or r"(?!)", re.IGNORECASE)
