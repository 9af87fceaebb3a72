"""Configuration values as typed values: each is checked, and each error is one line.

The engine sends every value as text; objects and lists as JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, TypeVar, cast, get_args

from estate.model import region_name as region_name
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
                f"{_known(key, sorted(self._known))}. Remove it: {removing(key)}"
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

    def json(self, key: str, kind: type[_Value], rule: str, inner: str) -> _Value | None:
        """A value that the engine sends as JSON text, of the given Python type.

        ``inner`` is the path from the key to a value in it, as the way out writes it.
        """
        value = self.text(key)
        if value is None:
            return None
        try:
            parsed = json.loads(value)
        except ValueError:
            parsed = None
        if not isinstance(parsed, kind):
            raise wrong(key, value, rule, replacing(key, inner))
        return parsed

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty where it is not set."""
        parsed = self.json(key, list, "a list of texts", "[0]") or []
        return texts(key, parsed)

    def regions(self, key: str, default: frozenset[str]) -> frozenset[str]:
        """A list of regions that replaces the default one; ``none`` in it makes it empty."""
        found = frozenset(map(region_name, self.texts(key)))
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
        parsed: dict[str, Any] = self.json(key, dict, rule, ".NAME") or {}
        for name, value in parsed.items():
            if not isinstance(value, str):
                path = within(key, name)
                raise wrong(path, value, "a text (write it in quotes)", setting(path, text=True))
        return parsed

    def filter(self, key: str) -> Filter:
        """An include or exclude filter."""
        parsed = self.object(key, _FILTER_FIELDS, ".names[0]")
        tags = parsed.get("tags", {})
        if not isinstance(tags, dict):
            rule = "a map of tag names to lists of values"
            raise wrong(f"{key}.tags", tags, rule, replacing(f"{key}.tags", ".NAME[0]"))
        fields = {name: _some(f"{key}.{name}", parsed[name]) for name in parsed if name != "tags"}
        return Filter(
            tags={name: _some(within(f"{key}.tags", name), tags[name]) for name in tags},
            resource_groups=fields.get("resourceGroups", ()),
            names=fields.get("names", ()),
            locations=tuple(map(region_name, fields.get("locations", ()))),
        )

    def object(self, key: str, fields: Sequence[str], inner: str) -> dict[str, Any]:
        """A map with some of the fields and no others; empty where it is not set."""
        rule = f"an object with {', '.join(fields)}"
        parsed: dict[str, Any] = self.json(key, dict, rule, inner) or {}
        for name in parsed:
            if name not in fields:
                raise SettingsError(
                    f"{name} is no key of {PROJECT}:{key}; known are {_known(name, fields)}. "
                    f"Remove it: {removing(within(key, name))}"
                )
        return parsed


def is_id(value: str, resource_type: str) -> bool:
    """Whether a text is the ARM id of a resource of this type, in any letter case."""
    pattern = rf"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/{resource_type}/[^/]+"
    return re.fullmatch(pattern, value, re.IGNORECASE) is not None


def wrong(key: str, value: object, rule: str, way_out: str = "") -> SettingsError:
    """The error for a value, by its key without the project: key, value, rule and way out.

    ``way_out`` is a command; without one the value itself is set anew.
    """
    shown = value if isinstance(value, str) else json.dumps(value)
    return SettingsError(
        f"{PROJECT}:{key} is {shown!r}; it must be {rule}. Set it with: {way_out or setting(key)}"
    )


def texts(key: str, values: object) -> tuple[str, ...]:
    """A value as texts. Raises SettingsError where it is no list of them."""
    if not isinstance(values, list):
        raise wrong(key, values, "a list of texts", replacing(key, "[0]"))
    for position, value in enumerate(values):
        if not isinstance(value, str):
            path = f"{key}[{position}]"
            raise wrong(path, value, "a text in a list of texts", setting(path, text=True))
    return tuple(values)


def setting(key: str, *, text: bool = False) -> str:
    """The command that sets a value; ``text`` keeps the CLI from reading a number in it."""
    if key.isalnum():
        return f"pulumi config set {PROJECT}:{key} VALUE"
    return f"pulumi config set {'--type string ' if text else ''}{_path(key)} VALUE"


def removing(key: str) -> str:
    """The command that removes a value."""
    return f"pulumi config rm {f'{PROJECT}:{key}' if key.isalnum() else _path(key)}"


def replacing(key: str, inner: str = "") -> str:
    """The commands that set a value of another kind than it is at present, or one in it.

    The value goes first: the CLI sets nothing in a text, and a number in quotes stays in quotes.
    """
    return f"{removing(key)} && {setting(key + inner)}"


def within(key: str, name: str) -> str:
    """The path of a name in a map, as the CLI takes it."""
    return f"{key}.{name}" if re.fullmatch(r"[\w-]+", name) else f'{key}["{name}"]'


def _path(key: str) -> str:
    return f"--path '{PROJECT}:{key}'"


def _some(key: str, values: object) -> tuple[str, ...]:
    """Texts of a filter, at least one."""
    found = texts(key, values)
    if not found:
        raise SettingsError(
            f"{PROJECT}:{key} is an empty list, which matches nothing; fill it or leave it out. "
            f"Remove it: {removing(key)}"
        )
    return found


def _known(name: str, names: Sequence[str]) -> str:
    """What there is, and which of it a misspelt name may have meant."""
    folded = {known.casefold(): known for known in names}
    near = get_close_matches(name.casefold(), folded, 1)
    meant = f" (did you mean {folded[near[0]]}?)" if near else ""
    return f"{', '.join(names)}{meant}"
