"""The conditions of Azure Policy, as far as the flow log definitions use them.

Microsoft: "Azure Policy definition structure policy rule". Texts compare without letter case, and a
boolean or number compares with the text of it (the definitions compare ``enabled`` with
``"true"``); what is absent equals nothing and is in no list.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.guardrail.expressions import ExpressionError, Scope, evaluate, field_of

_LOGICAL = ("allof", "anyof", "not")
_OPERATORS = ("equals", "notequals", "in", "notin", "exists")


def holds(condition: Mapping[str, Any], scope: Scope) -> bool:
    """Whether a condition holds for the scope's resource. Raises ExpressionError for others."""
    given = {name.casefold(): value for name, value in condition.items()}
    logical = [name for name in _LOGICAL if name in given]
    if logical:
        return _logical(logical[0], given[logical[0]], scope)
    operators = [name for name in _OPERATORS if name in given]
    if len(operators) != 1 or len(given) != 2:
        raise ExpressionError(f"a condition that is not known here: {sorted(condition)}")
    expected = evaluate(given[operators[0]], scope)
    return _compare(operators[0], _subject(given, scope), expected)


def _logical(name: str, inner: Any, scope: Scope) -> bool:
    if name == "not":
        return not holds(inner, scope)
    each = (holds(condition, scope) for condition in inner)
    return all(each) if name == "allof" else any(each)


def _subject(given: Mapping[str, Any], scope: Scope) -> Any:
    if "field" in given:
        return field_of(scope.resource, evaluate(given["field"], scope))
    if "value" in given:
        return evaluate(given["value"], scope)
    if "count" in given and set(given["count"]) == {"field"}:
        return len(field_of(scope.resource, given["count"]["field"]))
    raise ExpressionError(f"a condition on nothing that is known here: {sorted(given)}")


def _compare(operator: str, found: Any, expected: Any) -> bool:
    if operator == "exists":
        return (found is not None) is (_text(expected) == "true")
    if operator in ("equals", "notequals"):
        same = found is not None and _text(found) == _text(expected)
        return same is (operator == "equals")
    listed = found is not None and _text(found) in [_text(item) for item in expected]
    return listed is (operator == "in")


def _text(value: Any) -> str:
    return str(value).casefold()
