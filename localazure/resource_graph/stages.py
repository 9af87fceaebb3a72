"""Operators of a query, one function each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from localazure.resource_graph.expressions import Expression, Row

Columns = dict[str, bool]
"""Columns in order, each with whether it is dynamic."""

Stage = Callable[[list[Row]], list[Row]]
Named = Sequence[tuple[str, Expression]]


@dataclass(frozen=True, slots=True)
class Query:
    """A query that has been read."""

    table: str
    """`resources` or `resourcecontainers`."""
    stages: tuple[Stage, ...]
    columns: Columns
    limited: bool
    """Whether it has a `take`, which turns paging off (Microsoft: "Paging results")."""

    def run(self, rows: list[Row]) -> list[Row]:
        for stage in self.stages:
            rows = stage(rows)
        return rows


def where(predicate: Expression) -> Stage:
    return lambda rows: [row for row in rows if predicate.value(row)]


def project(named: Named) -> Stage:
    return lambda rows: [{name: each.value(row) for name, each in named} for row in rows]


def extend(named: Named) -> Stage:
    return lambda rows: [row | {name: each.value(row) for name, each in named} for row in rows]


def take(count: int) -> Stage:
    return lambda rows: rows[:count]


def count(rows: list[Row]) -> list[Row]:
    return [{"Count": len(rows)}]


def order(keys: Sequence[tuple[Expression, bool]]) -> Stage:
    """Sorts by several keys, each with whether it descends."""

    def stage(rows: list[Row]) -> list[Row]:
        for expression, descending in reversed(keys):
            rows = sorted(rows, key=lambda row: _rank(expression.value(row)), reverse=descending)
        return rows

    return stage


def count_by(name: str, named: Named) -> Stage:
    """`summarize count() by …`: one row per combination, in order of appearance."""

    def stage(rows: list[Row]) -> list[Row]:
        groups: dict[str, Row] = {}
        for row in rows:
            values = {column: each.value(row) for column, each in named}
            group = groups.setdefault(repr(values), values | {name: 0})
            group[name] += 1
        return list(groups.values()) if named else [{name: len(rows)}]

    return stage


def _rank(value: Any) -> tuple[int, Any]:
    """Sorts null before numbers before texts: values of different types do not compare."""
    if value is None:
        return 0, 0
    if isinstance(value, bool | int | float):
        return 1, value
    return 2, str(value)
