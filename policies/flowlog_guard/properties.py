"""Reading of resource properties as a policy sees them: loosely typed, partly unknown.

What a preview cannot know is UNKNOWN among the properties that our server hands on; the SDK's own
are proxies that raise there. Reading goes through here, so that a rule meets plain values and two
sentinels, and no odd shape raises.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pulumi_policy.proxy import UnknownValueError

LONGEST_QUOTE = 60
"""Characters of a text that a message quotes at most."""


class Absent(enum.Enum):
    """Why a property has no value; comparing with `is` is the only thing to do with one."""

    MISSING = "is not set"
    UNKNOWN = "is not known yet"

    def __bool__(self) -> bool:
        """Raises TypeError: neither true nor false describes a value that is not there."""
        raise TypeError(f"a property that {self.value} has no truth value")


MISSING = Absent.MISSING
UNKNOWN = Absent.UNKNOWN


@dataclass(frozen=True, slots=True)
class Reading:
    """The value at a property path."""

    path: str
    """Dotted path as far as it could be followed: what is missing, unknown or misshapen."""
    value: object
    """Number, text, boolean, mapping, list, MISSING or UNKNOWN; null and empty text are MISSING."""


def read(properties: object, path: str) -> Reading:
    """Follows a dotted path; a reading with a shorter path is where the way ended."""
    value, keys = properties, path.split(".")
    for position, key in enumerate(keys):
        if not isinstance(value, Mapping):
            return Reading(".".join(keys[:position]), value)
        value = _item(value, key)
    return Reading(path, value)


def items(value: object) -> Iterator[object]:
    """Items of a list, UNKNOWN for a list that is not known, none for any other value."""
    if value is UNKNOWN:
        yield UNKNOWN
    elif isinstance(value, Sequence) and not isinstance(value, str):
        yield from (_item(value, number) for number in range(len(value)))


def read_each(properties: object, path: str) -> Iterator[object]:
    """Every value at a dotted path, where `*` stands for each item of a list.

    UNKNOWN where the way ends at what is not known; what is missing is left out.
    """
    key, _, rest = path.partition(".")
    if key == "*":
        values = list(items(properties))
    else:
        values = [_item(properties, key)] if isinstance(properties, Mapping) else []
    for value in values:
        if rest and value is not UNKNOWN:
            yield from read_each(value, rest)
        elif value is not MISSING:
            yield value


def _item(container: Any, key: str | int) -> object:
    try:
        value = container[key]
    except UnknownValueError:
        return UNKNOWN
    except KeyError:
        return MISSING
    return MISSING if value is None or value == "" else value


def left_out(properties: object) -> bool:
    """True if the engine shows a resource without a single property.

    It does so where a run with `--target` or `--exclude` leaves a new resource out (seen with
    Pulumi 3.259). What a program declares always has some: azure-native adds `azureApiVersion`, and
    every type has required inputs.
    """
    return isinstance(properties, Mapping) and not len(properties)


def is_absent(value: object) -> bool:
    """True if a value is MISSING or UNKNOWN."""
    return isinstance(value, Absent)


def whole_number(value: object) -> int | None:
    """The number as an int (the engine sends every number as a float), None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, float) and value.is_integer() else None


def describe(value: object) -> str:
    """A value in words short enough for a message, with its type where that is what is wrong."""
    if isinstance(value, Absent):
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        number = whole_number(value)
        return f"{value:g}" if number is None else f"{number:.12g}"
    if isinstance(value, str):
        return f'the text "{shorten(value)}"'
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, Sequence):
        return "a list"
    return f"a value of type {type(value).__name__}"


def shorten(text: str) -> str:
    """The text, or its beginning with an ellipsis."""
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"


def wrong_type(reading: Reading, wanted: str) -> str:
    """Message for a value of the wrong type, such as a number written as text."""
    return f"{reading.path} must be {wanted}; got {describe(reading.value)}"
