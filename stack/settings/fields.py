"""Configuration values as typed values: each is checked, and each error is one line.

The engine sends every value as text; objects and lists as JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NoReturn, TypeVar, cast, get_args

from estate.arm_id import region_name
from stack.settings import azure_rules
from stack.settings.mistakes import SettingsError as SettingsError
from stack.settings.mistakes import among, removable, shown, unknown, wrong
from stack.settings.model import Filter
from wording import PROJECT, setting, to_replace, to_set, within

FILTER_FIELDS = ("tags", "resourceGroups", "names", "locations")
_Value = TypeVar("_Value")


class Reader:
    """Reads the project's keys one by one, checks each, and knows which were never asked for."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        """Takes full keys and texts, as the engine sends them."""
        self._config = {key.removeprefix(f"{PROJECT}:"): value for key, value in config.items()}
        self._known: set[str] = set()

    def refuse_unknown(self) -> None:
        """Raises SettingsError for the first key, by name, that no setting has."""
        for key in sorted(set(self._config) - self._known):
            raise unknown(key, sorted(self._known))

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
        if not re.fullmatch(r"-?[0-9]{1,18}", value) or not least <= int(value) <= most:
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
            parsed = json.loads(value, parse_constant=_no_number)
        except (ValueError, RecursionError):
            parsed = None
        if not isinstance(parsed, kind):
            raise wrong(key, value, rule, to_replace(key, inner))
        return parsed

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty where it is not set."""
        parsed = self.json(key, list, "a list of texts", "[0]") or []
        return texts(key, parsed)

    def regions(self, key: str, default: frozenset[str]) -> frozenset[str]:
        """A list of regions that replaces the default one; ``none`` in it makes it empty."""
        listed = self.texts(key)
        for position, value in enumerate(listed):
            region(f"{key}[{position}]", value)
        found = frozenset(map(region_name, listed))
        return found - {"none"} if found else default

    def resource_id(self, key: str, resource_type: str) -> str:
        """The ARM id of a resource of this type; empty where it is not set."""
        value = self.text(key) or ""
        if value and not azure_rules.resource_id(value, resource_type):
            raise wrong(key, value, id_rule(resource_type))
        return value

    def tags(self, key: str) -> Mapping[str, str]:
        """A map of text to text, of names and values that every resource takes."""
        rule = "a map of tag names to texts"
        parsed: dict[str, Any] = self.json(key, dict, rule, ".NAME") or {}
        for name, value in parsed.items():
            path = within(key, name)
            if not isinstance(value, str):
                raise wrong(path, value, "a text (write it in quotes)", to_set(path, text=True))
            if broken := azure_rules.tag_value(value):
                raise wrong(path, value, broken)
        tag_names(key, parsed)
        if len(parsed) >= azure_rules.TAGS:
            raise removable(
                f"{setting(key)} has {len(parsed)} tags; Azure takes {azure_rules.TAGS} on a "
                "resource, our own among them",
                f"{key}.NAME",
                "Remove some",
            )
        return parsed

    def filter(self, key: str) -> Filter:
        """An include or exclude filter."""
        parsed = self.object(key, FILTER_FIELDS, ".names[0]")
        tags = parsed.get("tags", {})
        if not isinstance(tags, dict):
            rule = "a map of tag names to lists of values"
            raise wrong(f"{key}.tags", tags, rule, to_replace(f"{key}.tags", ".NAME[0]"))
        tag_names(f"{key}.tags", tags)
        fields = {name: _globs(key, name, parsed[name]) for name in parsed if name != "tags"}
        return Filter(
            tags={name: _some(within(f"{key}.tags", name), tags[name]) for name in tags},
            resource_groups=fields.get("resourceGroups", ()),
            names=fields.get("names", ()),
            locations=fields.get("locations", ()),
        )

    def object(self, key: str, fields: Sequence[str], inner: str) -> dict[str, Any]:
        """A map with some of the fields and no others; empty where it is not set."""
        rule = f"an object with {', '.join(fields)}"
        parsed: dict[str, Any] = self.json(key, dict, rule, inner) or {}
        for name in parsed:
            if name not in fields:
                known = among(name, fields)
                text = f"{name} is no key of {setting(key)}; known are {known}"
                raise removable(text, within(key, name))
        return parsed


def id_rule(resource_type: str) -> str:
    """What an id of this type must be, in words."""
    return (
        f"the ARM id of a {resource_type}: "
        f"/subscriptions/GUID/resourceGroups/GROUP/providers/{resource_type}/NAME"
    )


def region(key: str, value: str) -> str:
    """The programmatic name of a region. Raises SettingsError for what can be none."""
    name = region_name(value)
    if not azure_rules.region(name):
        raise wrong(key, value, "the name of an Azure region, such as westeurope")
    return name


def tag_names(key: str, names: Iterable[str]) -> None:
    """Raises SettingsError for a name that no tag can have, and for one that is there twice."""
    seen: dict[str, str] = {}
    for name in names:
        if broken := azure_rules.tag_name(name):
            text = f"{setting(key)} has the tag name {shown(name)}; it must be {broken}"
            raise removable(text, within(key, name))
        if (first := seen.setdefault(name.casefold(), name)) != name:
            raise removable(
                f"{setting(key)} has {shown(first)} and {shown(name)}, which are one tag, since "
                "letter case does not count",
                within(key, name),
                "Remove one",
            )


def texts(key: str, values: object) -> tuple[str, ...]:
    """A value as texts. Raises SettingsError where it is no list of them."""
    if not isinstance(values, list):
        raise wrong(key, values, "a list of texts", to_replace(key, "[0]"))
    for position, value in enumerate(values):
        if not isinstance(value, str):
            path = f"{key}[{position}]"
            raise wrong(path, value, "a text in a list of texts", to_set(path, text=True))
    return tuple(values)


def _some(key: str, values: object) -> tuple[str, ...]:
    """Texts of a filter, at least one."""
    found = texts(key, values)
    if not found:
        text = f"{setting(key)} is an empty list, which matches nothing; fill it or leave it out"
        raise removable(text, key)
    return found


def _globs(key: str, field: str, values: object) -> tuple[str, ...]:
    """Globs of a filter's field, each of which something can match."""
    path = f"{key}.{field}"
    found = _some(path, values)
    if field == "locations":
        found = tuple(map(region_name, found))
    for position, value in enumerate(found):
        if broken := azure_rules.glob(field, value):
            raise wrong(f"{path}[{position}]", value, broken)
    return found


def _no_number(name: str) -> NoReturn:
    """JSON has no NaN and no Infinity, though Python's reader takes them."""
    raise ValueError(name)
