"""Form of results: objects or a table, with facets.

Recorded: azure-mgmt-resourcegraph-2.0.0 (a table of columns and rows is the default of API
2019-04-01) and -8.0.0 (objects are, from 2021-03-01 on), both with facets.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from localazure.errors.base import NotModelled
from localazure.resource_graph.expressions import Row
from localazure.resource_graph.stages import Columns

TABLE, OBJECTS = "table", "objectArray"
_FACETS = 10
"""Values of a facet that are shown by default."""
_COUNTS = {"count": 0, "Count": 0, "count_": 0}
"""Columns of numbers, which they are without a row too."""
_TYPES = {bool: "boolean", int: "integer", float: "number"}


def shown(rows: list[Row], columns: Columns, kind: str) -> Any:
    """The rows in a format."""
    if kind == OBJECTS:
        return rows
    return {
        "columns": [
            {"name": name, "type": "object" if dynamic else _type(rows, name)}
            for name, dynamic in columns.items()
        ],
        "rows": [[row.get(name) for name in columns] for row in rows],
    }


def facets(rows: list[Row], columns: Columns, requests: list[Any], kind: str) -> list[Row]:
    """Counts of each value of a column, for each facet of the request."""
    return [
        _facet(rows, columns, each if isinstance(each, dict) else {}, kind) for each in requests
    ]


def _facet(rows: list[Row], columns: Columns, request: Mapping[str, Any], kind: str) -> Row:
    name = str(request.get("expression", ""))
    if name not in columns:
        return _no_column(name)
    options = request.get("options") or {}
    descending = str(options.get("sortOrder", "desc")).casefold() != "asc"
    if options.get("filter") or options.get("sortBy", "count") != "count" or columns[name]:
        raise NotModelled(f"the facet {name} with {options}")
    counted = sorted(Counter(row.get(name) for row in rows).items(), key=lambda pair: str(pair[0]))
    counted.sort(key=lambda pair: pair[1], reverse=descending)
    values = [{name: value, "count": count} for value, count in counted]
    top = values[: int(options.get("$top") or _FACETS)]
    return {
        "expression": name,
        "totalRecords": len(values),
        "count": len(top),
        "data": shown(top, {name: False, "count": False}, kind),
        "resultType": "FacetResult",
    }


def _no_column(name: str) -> Row:
    if not re.fullmatch(r"\w+", name):
        raise NotModelled(f"the facet {name}")
    return {
        "expression": name,
        "errors": [
            {"code": "NoValidColumns", "message": "No valid columns in facet expression."},
            {"code": "InvalidColumnNames", "message": f"Invalid column names: [{name}]."},
        ],
        "resultType": "FacetError",
    }


def _type(rows: list[Row], name: str) -> str:
    value = next((row[name] for row in rows if row.get(name) is not None), _COUNTS.get(name, ""))
    return _TYPES.get(type(value), "string")
