"""Values in a query: columns, paths into them, literals, functions, comparisons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Expression:
    """Something that has a value in every row."""

    value: Callable[[Row], Any]
    dynamic: bool = False
    """Whether it is of Kusto's type `dynamic`, such as a path into `properties` or `tags`."""
    name: str = ""
    """Name of the column that it becomes if none is given."""
    predicate: bool = False
    """Whether it is true or false, and so may stand alone after `where`."""


def column(name: str, dynamic: bool) -> Expression:
    return Expression(lambda row: row[name], dynamic, name)


def member(of: Expression, name: str) -> Expression:
    """`of.name`: null where there is no object or no such member. Members have a letter case."""

    def value(row: Row) -> Any:
        inner = of.value(row)
        return inner.get(name) if isinstance(inner, dict) else None

    return Expression(value, True, f"{of.name}_{name}")


def element(of: Expression, index: int) -> Expression:
    """`of[index]`: null where there is no array, or a shorter one."""

    def value(row: Row) -> Any:
        inner = of.value(row)
        return inner[index] if isinstance(inner, list) and index < len(inner) else None

    return Expression(value, True, f"{of.name}_{index}")


def literal(constant: Any) -> Expression:
    return Expression(lambda row: constant, predicate=isinstance(constant, bool))


def text(value: Any) -> str:
    """A value as `tostring` and the text operators see it: null is the empty text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def _folded(value: Any) -> str:
    return text(value).casefold()


_EQUAL: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda left, right: bool(left == right),
    "!=": lambda left, right: bool(left != right),
    "=~": lambda left, right: _folded(left) == _folded(right),
    "!~": lambda left, right: _folded(left) != _folded(right),
    "contains": lambda left, right: _folded(right) in _folded(left),
    "startswith": lambda left, right: _folded(left).startswith(_folded(right)),
    "endswith": lambda left, right: _folded(left).endswith(_folded(right)),
}
COMPARISONS = frozenset(_EQUAL)
MEMBERSHIPS = frozenset({"in", "in~", "!in", "!in~"})


def compare(sign: str, left: Expression, right: Expression) -> Expression:
    test = _EQUAL[sign]
    return Expression(lambda row: test(left.value(row), right.value(row)), predicate=True)


def among(sign: str, left: Expression, choices: Sequence[Expression]) -> Expression:
    """`in`, `in~` and their opposites."""
    equal = _EQUAL["=~" if sign.endswith("~") else "=="]
    negated = sign.startswith("!")

    def value(row: Row) -> bool:
        wanted = left.value(row)
        contained = any(equal(wanted, choice.value(row)) for choice in choices)
        return contained is not negated

    return Expression(value, predicate=True)


def both(left: Expression, right: Expression) -> Expression:
    return Expression(lambda row: left.value(row) and right.value(row), predicate=True)


def either(left: Expression, right: Expression) -> Expression:
    return Expression(lambda row: left.value(row) or right.value(row), predicate=True)


_TESTS: dict[str, Callable[[Any], bool]] = {
    "isempty": lambda value: value is None or value == "",
    "isnotempty": lambda value: value is not None and value != "",
    "isnull": lambda value: value is None,
    "isnotnull": lambda value: value is not None,
    "not": lambda value: not value,
}
_TEXTS: dict[str, Callable[[Any], str]] = {
    "tostring": text,
    "tolower": lambda value: text(value).lower(),
    "toupper": lambda value: text(value).upper(),
}
FUNCTIONS = frozenset(_TESTS) | frozenset(_TEXTS)


def call(name: str, argument: Expression) -> Expression:
    """A function of one argument."""
    if name in _TESTS:
        test = _TESTS[name]
        return Expression(lambda row: test(argument.value(row)), predicate=True)
    convert = _TEXTS[name]
    return Expression(lambda row: convert(argument.value(row)), False, argument.name)
