"""The template language of Azure, as far as the flow log definitions use it.

Microsoft: "ARM template functions", "Azure Policy definition structure". ``[…]`` is an expression,
``[[`` a literal bracket. ``uniqueString`` is a hash of 13 characters here as there, and another
one: what it gives is compared with itself alone.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

_TOKEN = re.compile(r"\s*('(?:[^']|'')*'|\d+|[A-Za-z_]\w*|[()\[\].,])")


class ExpressionError(Exception):
    """An expression that cannot be read or evaluated."""


class MissingResourceError(Exception):
    """``reference()`` of a resource that does not exist: a deployment fails on it."""


@dataclass(frozen=True)
class Scope:
    """What an expression can see."""

    resource: Mapping[str, Any] = field(default_factory=dict)
    subscription: Mapping[str, Any] = field(default_factory=dict)
    resource_group: Mapping[str, Any] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, Any] = field(default_factory=dict)
    reference: Callable[[str], Mapping[str, Any] | None] = lambda _id: None

    def within(self, parameters: Mapping[str, Any], variables: Mapping[str, Any]) -> Scope:
        """The scope of a template, its variables evaluated."""
        inner = replace(self, parameters=_folded(parameters), variables={})
        for name, text in variables.items():
            known = {**inner.variables, name.casefold(): evaluate(text, inner)}
            inner = replace(inner, variables=known)
        return inner


def evaluate(value: Any, scope: Scope) -> Any:
    """A value with every expression in it, at any depth, replaced by what it comes to."""
    if isinstance(value, dict):
        return {key: evaluate(item, scope) for key, item in value.items()}
    if isinstance(value, list):
        return [evaluate(item, scope) for item in value]
    if not isinstance(value, str) or not (value.startswith("[") and value.endswith("]")):
        return value
    if value.startswith("[["):
        return value[1:]
    reader = _Reader(value[1:-1])
    node = reader.expression()
    reader.end()
    return node(scope)


def field_of(resource: Mapping[str, Any], name: str) -> Any:
    """The value of a policy field: an own member, or an alias of a property."""
    lowered = name.casefold()
    kind = str(resource["type"]).casefold()
    if not lowered.startswith(f"{kind}/"):
        found = {key.casefold(): item for key, item in resource.items()}
        return found.get(lowered)
    return _walk(resource.get("properties") or {}, name[len(kind) + 1 :].split("."))


def _walk(value: Any, path: list[str]) -> Any:
    if not path or value is None:
        return value
    name, rest = path[0], path[1:]
    found = {key.casefold(): item for key, item in value.items()}
    inner = found.get(name.removesuffix("[*]").casefold())
    if name.endswith("[*]"):
        return [_walk(item, rest) for item in inner or []]
    return _walk(inner, rest)


def _folded(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name.casefold(): value for name, value in values.items()}


_Node = Callable[[Scope], Any]


class _Reader:
    """Reads an expression into something to evaluate."""

    def __init__(self, text: str) -> None:
        self._tokens = _TOKEN.findall(text)
        if "".join(self._tokens) != re.sub(r"\s+(?=(?:[^']*'[^']*')*[^']*$)", "", text):
            raise ExpressionError(f"cannot read {text!r}")
        self._at = 0

    def expression(self) -> _Node:
        node = self._primary()
        while self._peek() in (".", "["):
            node = self._member(node)
        return node

    def end(self) -> None:
        if self._at != len(self._tokens):
            raise ExpressionError(f"unexpected {self._peek()!r}")

    def _primary(self) -> _Node:
        token = self._next()
        if token.startswith("'"):
            text = token[1:-1].replace("''", "'")
            return lambda scope: text
        if token.isdigit():
            return lambda scope: int(token)
        return _call(token.casefold(), self._arguments())

    def _arguments(self) -> list[_Node]:
        self._expect("(")
        found: list[_Node] = []
        while self._peek() != ")":
            found.append(self.expression())
            if self._peek() == ",":
                self._next()
        self._expect(")")
        return found

    def _member(self, node: _Node) -> _Node:
        if self._next() == ".":
            name = self._next()
            return lambda scope: _folded(node(scope))[name.casefold()]
        index = self.expression()
        self._expect("]")
        return lambda scope: node(scope)[index(scope)]

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        self._at += 1
        return token

    def _expect(self, token: str) -> None:
        if self._next() != token:
            raise ExpressionError(f"expected {token!r}")


def _call(name: str, arguments: list[_Node]) -> _Node:
    if name == "if":  # the branch that is not taken is not evaluated
        condition, yes, no = arguments
        return lambda scope: yes(scope) if condition(scope) else no(scope)
    function = _FUNCTIONS.get(name)
    if function is None:
        raise ExpressionError(f"the function {name}() is not known here")
    return lambda scope: function(scope, *[argument(scope) for argument in arguments])


def _reference(scope: Scope, id_: str, *version: str) -> Mapping[str, Any]:
    found = scope.reference(id_)
    if found is None:
        raise MissingResourceError(id_)
    properties: Mapping[str, Any] = found["properties"]
    return properties


def _resource_id(scope: Scope, *parts: str) -> str:
    subscription, group, kind, *names = parts
    start = f"/subscriptions/{subscription}/resourceGroups/{group}/providers/{kind}"
    return "/".join([start, *names])


def _unique(scope: Scope, *texts: str) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:13]


def _first(scope: Scope, items: Any) -> Any:
    return items[0] if items else None


def _equals(scope: Scope, one: Any, other: Any) -> bool:
    return bool(one == other)


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "and": lambda scope, *values: all(values),
    "coalesce": lambda scope, *values: next((v for v in values if v is not None), None),
    "concat": lambda scope, *texts: "".join(map(str, texts)),
    "empty": lambda scope, value: not value,
    "equals": _equals,
    "field": lambda scope, name: field_of(scope.resource, name),
    "first": _first,
    "last": lambda scope, items: items[-1],
    "not": lambda scope, value: not value,
    "parameters": lambda scope, name: scope.parameters[name.casefold()],
    "reference": _reference,
    "resourcegroup": lambda scope: scope.resource_group,
    "resourceid": _resource_id,
    "split": lambda scope, text, by: text.split(by),
    "subscription": lambda scope: scope.subscription,
    "take": lambda scope, value, count: value[:count],
    "tolower": lambda scope, text: text.lower(),
    "uniquestring": _unique,
    "variables": lambda scope, name: scope.variables[name.casefold()],
}
