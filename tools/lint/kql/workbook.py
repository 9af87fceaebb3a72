"""The workbook's queries, with plain values in place of its parameters, which are no KQL."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from plan.monitoring import workbook_items
from plan.monitoring.workbook import REGION, SUBSCRIPTION, TIME, chosen
from plan.monitoring.workbook_panels import TABS
from queries import library

ALL = "'*'"
LAST_DAY = "> ago(1d)"
SOMETHING = "something"


def workbook_queries(values: Mapping[str, str] | None = None) -> dict[str, str]:
    """Name of a panel or of its details to KQL; `values` are those of parameters."""
    queries: dict[str, str] = {}
    for _, panels in TABS.values():
        for panel in panels:
            queries[f"workbook {panel.query}"] = chosen(library()[panel.query].text, "")
            details = chosen(library()[panel.detail].text, panel.where)
            queries[f"workbook {panel.query}-details"] = details
    return {name: with_parameters(kql, values or {}) for name, kql in queries.items()}


def with_parameters(kql: str, values: Mapping[str, str]) -> str:
    """A text with the parameters' values; where none is given, all or something."""
    known = {TIME: LAST_DAY, SUBSCRIPTION: ALL, REGION: ALL, **values}
    return re.sub(r"\{(\w+)\}", lambda match: known.get(match[1], SOMETHING), kql)


def items_of(content: workbook_items.Item) -> Iterator[dict[str, Any]]:
    """Every item of a workbook, groups and what is in them."""
    for item in content["items"]:
        yield item
        if "items" in item["content"]:
            yield from items_of(item["content"])
