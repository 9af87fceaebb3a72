"""Shapes of answers: what each must look like where it is read.

A shape is a type (``str``, ``int``, ``float``, ``bool``, ``list``), a ``Text`` of a kind, a list of
one shape, an object's members by name (``*`` stands for every one), or one of these as ``Needed``.
Members that a shape does not name are free. Null is as good as left out; so is an empty text for an
object or a list, which Resource Graph writes for what is absent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeGuard

Shape = Any

_WORDS = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    list: "a list",
}
_HALF = re.compile("[\ud800-\udfff]")  # half of a character, which UTF-8 has no form for
_LONGEST = 40  # characters of a wrong value that a message shows


class Misfit(Exception):
    """A member that does not fit; the text names it and what it should be."""


@dataclass(frozen=True, slots=True)
class Text:
    """Text of a kind; ``words`` say what it is."""

    fits: Callable[[str], object]
    words: str


@dataclass(frozen=True, slots=True)
class Needed:
    """A member that cannot be left out."""

    shape: Shape


def _time(text: str) -> bool:
    try:
        datetime.fromisoformat(text[:19])
    except ValueError:
        return False
    return len(text) > 10


_NAME = r"[^/\x00-\x1f\x7f]+"
ARM_ID = Text(
    re.compile(
        rf"/subscriptions/{_NAME}(/resourceGroups/{_NAME})?(/providers(/{_NAME})+)?", re.I
    ).fullmatch,
    "an ARM id",
)
RESOURCE_ID = Text(
    re.compile(
        rf"/subscriptions/{_NAME}/resourceGroups/{_NAME}/providers(/{_NAME}){{3,}}", re.I
    ).fullmatch,
    "the ARM id of a resource",
)
TIME = Text(_time, "a time")
ANYTHING: Shape = {}  # an object of whatever members
TAGS: Shape = {"*": str}
RESOURCE: Shape = {
    "id": Needed(RESOURCE_ID),
    "name": Needed(str),
    "location": str,
    "tags": TAGS,
}


def check(value: object, shape: Shape, where: str = "it") -> None:
    """Raises Misfit at the first member that does not fit; ``where`` names the value."""
    if isinstance(shape, Needed):
        if value is None or value == "":
            raise Misfit(f"{where} is missing")
        check(value, shape.shape, where)
    elif value is not None:
        _check_given(value, shape, where)


def _check_given(value: object, shape: Shape, where: str) -> None:
    if isinstance(shape, Mapping | list) and value == "":
        return
    if isinstance(shape, Mapping):
        _check_object(value, shape, where)
    elif isinstance(shape, list):
        _check_list(value, shape[0], where)
    elif isinstance(shape, Text):
        if not (_is_text(value) and shape.fits(value)):
            raise _wrong(value, shape.words, where)
    elif not _is_a(value, shape):
        raise _wrong(value, _WORDS[shape], where)


def _check_object(value: object, shape: Mapping[str, Shape], where: str) -> None:
    if not isinstance(value, dict):
        raise _wrong(value, "an object", where)
    named = dict.fromkeys(value, shape["*"]) if "*" in shape else shape
    for name, inner in named.items():
        path = name if where == "it" else f"{where}.{name}"
        if not _is_text(name):
            raise Misfit(f"{where} has a name that is no text")
        check(value.get(name), inner, path)


def _check_list(value: object, shape: Shape, where: str) -> None:
    if not isinstance(value, list):
        raise _wrong(value, "a list", where)
    for position, each in enumerate(value):
        check(each, Needed(shape), f"{where}[{position}]")


def _is_a(value: object, kind: type) -> bool:
    if kind is str:
        return _is_text(value)
    return type(value) is kind or (kind is float and type(value) is int)


def _is_text(value: object) -> TypeGuard[str]:
    """True if it is text that can be written as UTF-8; JSON can spell half of a character."""
    return isinstance(value, str) and not _HALF.search(value)


def _wrong(value: object, wanted: str, where: str) -> Misfit:
    """A value that people read, on one line, without what a terminal or pipeline would obey."""
    kinds: dict[type, str] = {list: "a list", dict: "an object"}
    words = kinds.get(type(value)) or shown(repr(value))
    return Misfit(f"{where} is {words}, not {wanted}")


def shown(text: str) -> str:
    """Others' text, as far as it is short and plain."""
    plain = re.sub(r"[^\w .,:;()'{}/=-]", "?", text[: _LONGEST + 1])
    return plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]}…"
