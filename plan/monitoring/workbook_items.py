"""Items of a workbook as Azure's format has them.

Sources: microsoft/Application-Insights-Workbooks (schema/workbook.json and Documentation), and the
workbooks that microsoft/AzureMonitorCommunity publishes for Network Watcher.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

Item = dict[str, Any]
WORKSPACES = "microsoft.operationalinsights/workspaces"
SCHEMA = (
    "https://github.com/Microsoft/Application-Insights-Workbooks/blob/master/schema/workbook.json"
)
DAY = 24 * 60 * 60 * 1000  # milliseconds
_BYTES = 2  # unit of a number format
_ROWS = 10_000  # of a grid, the most; queries cut off by themselves what is too long
_BAR = 3  # formatter of a grid's column


def content(items: Iterable[Item], workspace_id: str) -> Item:
    """A whole workbook on one workspace."""
    return {
        "version": "Notebook/1.0",
        "items": list(items),
        "fallbackResourceIds": [workspace_id],
        "$schema": SCHEMA,
    }


def text(name: str, markdown: str) -> Item:
    """A paragraph of Markdown."""
    return {"type": 1, "content": {"json": markdown}, "name": name}


def parameters(name: str, listed: Iterable[Item]) -> Item:
    """A row of parameters."""
    return {
        "type": 9,
        "content": {
            "version": "KqlParameterItem/1.0",
            "parameters": list(listed),
            "style": "pills",
            "queryType": 0,
            "resourceType": WORKSPACES,
        },
        "name": name,
    }


def time_range(name: str, label: str, days: Iterable[int]) -> Item:
    """A parameter for a range of time; the first number of days is the default."""
    durations = [{"durationMs": day * DAY} for day in days]
    return {
        **_parameter(name, label, 4),
        "value": durations[0],
        "typeSettings": {"selectableValues": durations, "allowCustom": True},
    }


def choice(name: str, label: str, query: str, workspace_id: str, time: str) -> Item:
    """A parameter of several values from a query; all of them are ``'*'``."""
    return {
        **_parameter(name, label, 2),
        "multiSelect": True,
        "quote": "'",
        "delimiter": ",",
        "query": query,
        "crossComponentResources": [workspace_id],
        "typeSettings": {
            "additionalResourceOptions": ["value::all"],
            "selectAllValue": "*",
            "showDefault": False,
        },
        "timeContextFromParameter": time,
        "defaultValue": "value::all",
        "queryType": 0,
        "resourceType": WORKSPACES,
    }


def tabs(name: str, parameter: str, listed: Mapping[str, str]) -> Item:
    """Tabs (value to label) that set a parameter."""
    return {
        "type": 11,
        "content": {
            "version": "LinkItem/1.0",
            "style": "tabs",
            "links": [
                {
                    "id": _id(f"{name}/{value}"),
                    "cellValue": parameter,
                    "linkTarget": "parameter",
                    "linkLabel": label,
                    "subTarget": value,
                    "style": "link",
                }
                for value, label in listed.items()
            ],
        },
        "name": name,
    }


def group(name: str, items: Iterable[Item], parameter: str, value: str) -> Item:
    """Items that show while a parameter has a value."""
    return {
        "type": 12,
        "content": {
            "version": "NotebookGroup/1.0",
            "groupType": "editable",
            "items": list(items),
        },
        "conditionalVisibility": {
            "parameterName": parameter,
            "comparison": "isEqualTo",
            "value": value,
        },
        "name": name,
    }


def query(
    name: str, title: str, kql: str, workspace_id: str, time: str, visualization: str
) -> Item:
    """The answer of a query, over the range of time of a parameter."""
    return {
        "type": 3,
        "content": {
            "version": "KqlItem/1.0",
            "query": kql,
            "size": 0,
            "title": title,
            "noDataMessage": "Nothing in this time.",
            "timeContextFromParameter": time,
            "queryType": 0,
            "resourceType": WORKSPACES,
            "crossComponentResources": [workspace_id],
            "visualization": visualization,
            "gridSettings": {"formatters": [_bytes()], "rowLimit": _ROWS, "filter": True},
        },
        "name": name,
    }


def exporting(item: Item, columns: Mapping[str, str]) -> Item:
    """The item with a click on a row setting parameters, by name, from its columns."""
    exported = [
        {"fieldName": column, "parameterName": parameter, "parameterType": 1}
        for parameter, column in columns.items()
    ]
    return _with(item, {"exportedParameters": exported})


def over_days(item: Item, days: int) -> Item:
    """The query over the last so many days, whatever range of time is chosen."""
    content = {**item["content"], "timeContext": {"durationMs": days * DAY}}
    del content["timeContextFromParameter"]
    return {**item, "content": content}


def on_map(item: Item, column: str, size: str) -> Item:
    """The item as a map of countries."""
    settings = {
        "locInfo": "CountryRegion",
        "locInfoColumn": column,
        "sizeSettings": size,
        "sizeAggregation": "Sum",
        "labelSettings": column,
        "legendMetric": size,
        "legendAggregation": "Sum",
    }
    return _with(item, {"mapSettings": settings})


def brushing(item: Item, parameter: str) -> Item:
    """The item as a chart on which a stretch of time can be marked, which sets a parameter."""
    brush = {"timeBrushParameterName": parameter, "timeBrushExportOnlyWhenBrushed": True}
    return _with(item, brush)


def shown_when_set(item: Item, parameter: str) -> Item:
    """The item, hidden until a parameter has a value."""
    condition = {"parameterName": parameter, "comparison": "isNotEqualTo"}
    return {**item, "conditionalVisibility": condition}


def _with(item: Item, more: Mapping[str, Any]) -> Item:
    return {**item, "content": {**item["content"], **more}}


def _parameter(name: str, label: str, kind: int) -> Item:
    return {
        "id": _id(name),
        "version": "KqlParameterItem/1.0",
        "name": name,
        "label": label,
        "type": kind,
        "isRequired": True,
    }


def _id(name: str) -> str:
    """Stable, so that a second run has nothing to change."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"flow-logs/workbook/{name}"))


def _bytes() -> Item:
    return {
        "columnMatch": "^Bytes",
        "formatter": _BAR,
        "formatOptions": {"palette": "blue"},
        "numberFormat": {"unit": _BYTES, "options": {"style": "decimal"}},
    }
