"""Configuration values as typed values: each is checked, and each error is one line.

The engine sends every value as text; objects and lists as JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, TypeVar, cast, get_args

from plan.settings import PROJECT, Filter

_FILTER_FIELDS = ("tags", "resourceGroups", "names", "locations")
_Value = TypeVar("_Value")


class SettingsError(Exception):
    """A configuration value that cannot be used; the text is the one line that a user sees."""


class Reader:
    """Reads the project's keys one by one, checks each, and knows which were never asked for."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        """Takes full keys and texts, as the engine sends them."""
        self._config = {key.removeprefix(f"{PROJECT}:"): value for key, value in config.items()}
        self._known: set[str] = set()

    def refuse_unknown(self) -> None:
        """Raises SettingsError for the first key, by name, that no setting has."""
        for key in sorted(set(self._config) - self._known):
            raise SettingsError(
                f"{PROJECT}:{key} is not a setting of this program; known are "
                f"{', '.join(sorted(self._known))}. Remove it: pulumi config rm {PROJECT}:{key}"
            )

    def text(self, key: str) -> str | None:
        """The raw value of a key as text; None where it is not set or empty."""
        self._known.add(key)
        value = self._config.get(key)
        return None if value in (None, "") else str(value)

    def integer(self, key: str, default: int, least: int, most: int) -> int:
        """A whole number from ``least`` to ``most``."""
        value = self.text(key)
        if value is None:
            return default
        if not re.fullmatch(r"-?\d+", value) or not least <= int(value) <= most:
            raise wrong(key, value, f"a whole number from {least} to {most}")
        return int(value)

    def interval(self, key: str, default: int) -> int:
        """The two intervals in minutes that Traffic Analytics knows."""
        value = self.text(key) or str(default)
        if value not in ("10", "60"):
            raise wrong(key, value, "10 or 60 (minutes)")
        return int(value)

    def boolean(self, key: str, default: bool) -> bool:
        """``true`` or ``false``."""
        value = self.text(key)
        if value is not None and value not in ("true", "false"):
            raise wrong(key, value, "true or false")
        return default if value is None else value == "true"

    def choice(self, key: str, choices: object, default: _Value) -> _Value:
        """One of the values of a Literal type, in its letter case."""
        value = self.text(key)
        if value is not None and value not in get_args(choices):
            raise wrong(key, value, f"one of {', '.join(get_args(choices))}")
        return default if value is None else cast(_Value, value)

    def json(self, key: str, kind: type[_Value], rule: str) -> _Value | None:
        """A value that the engine sends as JSON text, of the given Python type."""
        value = self.text(key)
        if value is None:
            return None
        try:
            parsed = json.loads(value)
        except ValueError:
            parsed = None
        if not isinstance(parsed, kind):
            raise wrong(key, value, rule)
        return parsed

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty where it is not set."""
        parsed = self.json(key, list, "a list of texts") or []
        return texts(key, parsed)

    def regions(self, key: str, default: frozenset[str]) -> frozenset[str]:
        """A list of regions that replaces the default one; ``none`` in it makes it empty."""
        found = frozenset(map(region, self.texts(key)))
        return found - {"none"} if found else default

    def resource_id(self, key: str, resource_type: str) -> str:
        """The ARM id of a resource of this type; empty where it is not set."""
        value = self.text(key) or ""
        if value and not is_id(value, resource_type):
            raise wrong(key, value, f"the ARM id of a {resource_type}")
        return value

    def tags(self, key: str) -> Mapping[str, str]:
        """A map of text to text."""
        rule = "a map of tag names to texts"
        parsed: dict[str, Any] = self.json(key, dict, rule) or {}
        for name, value in parsed.items():
            if not isinstance(value, str):
                raise wrong(f"{key}.{name}", value, "a text (write it in quotes)")
        return parsed

    def filter(self, key: str) -> Filter:
        """An include or exclude filter."""
        rule = f"an object with {', '.join(_FILTER_FIELDS)}"
        parsed: dict[str, Any] = self.json(key, dict, rule) or {}
        for name in parsed:
            if name not in _FILTER_FIELDS:
                raise wrong(f"{key}.{name}", parsed[name], rule)
        tags = parsed.get("tags", {})
        if not isinstance(tags, dict):
            raise wrong(f"{key}.tags", tags, "a map of tag names to lists of values")
        return Filter(
            tags={name: texts(f"{key}.tags.{name}", values) for name, values in tags.items()},
            resource_groups=texts(f"{key}.resourceGroups", parsed.get("resourceGroups", [])),
            names=texts(f"{key}.names", parsed.get("names", [])),
            locations=tuple(map(region, texts(f"{key}.locations", parsed.get("locations", [])))),
        )


def is_id(value: str, resource_type: str) -> bool:
    """Whether a text is the ARM id of a resource of this type, in any letter case."""
    pattern = rf"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/{resource_type}/[^/]+"
    return re.fullmatch(pattern, value, re.IGNORECASE) is not None


def region(name: str) -> str:
    """A region's programmatic name: ``West Europe`` and ``westeurope`` are one."""
    return name.replace(" ", "").casefold()


def wrong(key: str, value: object, rule: str) -> SettingsError:
    """The error for a value, by its key without the project: key, value, rule and way out."""
    shown = value if isinstance(value, str) else json.dumps(value)
    return SettingsError(
        f"{PROJECT}:{key} is {shown!r}; it must be {rule}. Set it with: "
        f"pulumi config set {'--path ' if '.' in key else ''}{PROJECT}:{key} VALUE"
    )


def texts(key: str, values: object) -> tuple[str, ...]:
    """A value as texts. Raises SettingsError where it is no list of them."""
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise wrong(key, values, "a list of texts")
    return tuple(values)
