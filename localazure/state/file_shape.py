"""Shape of a file that somebody wrote by hand, checked with errors that say how to fix it.

`shape.py` says what Azure answers to a body of the wrong shape; here a member is named in plain
words. A shape is a type, an object's members by name (`*` stands for every other one), a list of
one shape, an `Id`, a `Moment`, or one of these as `Needed`. Members that a shape does not name are
free; where it names every one (`*`), two names that differ in letter case alone are one too many.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from localazure.state.arm_id import key, parse_resource
from localazure.state.times import moment

_WORDS = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}
_LONGEST = 60
"""Characters of a wrong value that a message shows."""


class Misfit(Exception):
    """A member that does not fit; the text names it and the rule."""


@dataclass(frozen=True, slots=True)
class Id:
    """Text that is the ARM id of a resource, of one of the types where any are given."""

    types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """Text that is a time, or says how long ago one was."""


@dataclass(frozen=True, slots=True)
class Needed:
    """A member that cannot be left out."""

    shape: Any


def check(value: Any, shape: Any, path: str = "") -> None:
    """Raises Misfit at the first member that does not fit.

    A null member that the shape names is as good as left out, and taken away.
    """
    if isinstance(shape, dict):
        _check_object(value, shape, path)
    elif isinstance(shape, list):
        _check_list(value, shape[0], path)
    elif isinstance(shape, Id):
        _check_id(value, shape.types, path)
    elif isinstance(shape, Moment):
        if not isinstance(value, str) or moment(value, datetime.now(UTC)) is None:
            raise _wrong(value, "a time such as 2026-01-02T03:04:05Z or -P3D", path)
    elif type(value) is not shape and (shape, type(value)) != (float, int):
        raise _wrong(value, _WORDS[shape], path)


def _check_object(value: Any, shape: dict[str, Any], path: str) -> None:
    if not isinstance(value, dict):
        hint = ' such as {"id": "…"}' if list(shape) == ["id"] else ""
        raise _wrong(value, f"an object{hint}", path)
    names = [*shape, *(name for name in value if name not in shape)] if "*" in shape else shape
    if "*" in shape:
        _check_names(list(value), path)
    for name in names:
        if name != "*":
            _check_member(value, name, shape.get(name, shape.get("*")), path)


def _check_member(holder: dict[str, Any], name: str, shape: Any, path: str) -> None:
    where = f"{path}.{name}" if path else name
    needed = isinstance(shape, Needed)
    inner = shape.shape if needed else shape
    if holder.get(name) is None:
        holder.pop(name, None)
        if needed and isinstance(inner, dict):
            # What it cannot do without says more than that it is missing itself.
            check({}, inner, where)
        if needed:
            raise Misfit(f"'{where}' is missing")
        return
    if needed and holder[name] == "":
        raise Misfit(f"'{where}' is empty")
    check(holder[name], inner, where)


def _check_list(value: Any, shape: Any, path: str) -> None:
    if not isinstance(value, list):
        raise _wrong(value, "a list", path)
    for position, each in enumerate(value):
        check(each, shape, f"{path}[{position}]")
    if isinstance(shape, dict) and isinstance(shape.get("name"), Needed):
        _check_names([each["name"] for each in value], path)


def _check_names(names: list[str], path: str) -> None:
    seen: set[str] = set()
    for name in names:
        if key(name) in seen:
            raise Misfit(f"'{path}' has '{name}' twice")
        seen.add(key(name))


def _check_id(value: Any, types: tuple[str, ...], path: str) -> None:
    try:
        fits = isinstance(value, str) and _is_of(value, types)
    except ValueError:
        fits = False
    if not fits:
        named = " or ".join(types) or "a resource"
        raise _wrong(value, f"the id of {named}", path)


def _is_of(id_: str, types: tuple[str, ...]) -> bool:
    parsed = parse_resource(id_)
    whole = key(str(parsed)) == key(id_)
    return whole and (not types or key(parsed.type) in map(key, types))


def _wrong(value: Any, wanted: str, path: str) -> Misfit:
    text = json.dumps(value, ensure_ascii=False)
    shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return Misfit(f"'{path}' must be {wanted}, not {shown}")
