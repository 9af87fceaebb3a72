"""Rows of a workspace, and which flow log they are of.

Query_Execute by way of Azure Resource Manager: Azure/azure-rest-api-specs,
Microsoft.OperationalInsights, 2017-10-01.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

from estate.arm_id import key, name_of, parent_of, resource_group_of, subscription_of
from estate.cloud import Cloud
from estate.response import Response
from estate.response_shape import ANYTHING, Needed, Shape
from plan.attachments import level_of

VERSION = "2017-10-01"
_TABLE: Shape = {"columns": Needed([{"name": Needed(str)}]), "rows": Needed([list])}


def ask(cloud: Cloud, workspace_id: str, query: str, days: int, row: Shape) -> list[dict[str, Any]]:
    """Rows of a query's first table over the last ``days``, by column, each of a shape.

    Raises AzureError.
    """
    body = {"query": query, "timespan": f"P{days}D"}
    answer = cloud.query(f"{workspace_id}/query", VERSION, body)
    tables = answer.read({"tables": Needed([ANYTHING])})["tables"]
    return rows_of(answer, tables[0] if tables else {}, row)


def rows_of(answer: Response, table: Mapping[str, Any], row: Shape) -> list[dict[str, Any]]:
    """Rows of a table of an answer by column, each of a shape. Raises AzureError."""
    answer.fit(table, _TABLE)
    columns = [column["name"] for column in table["columns"]]
    rows = [dict(zip(columns, values, strict=False)) for values in table["rows"]]
    answer.fit(rows, [row])
    return rows


def named(text: str) -> str:
    """The name that a row gives its flow log, as ``names`` spells it."""
    return key(text).strip("/")


def names(flow_log_id: str, target_id: str) -> tuple[str, ...]:
    """How rows may name a flow log, most exact first, lower case.

    NTANetAnalytics: group/watcher/flow log, with or without the subscription before it
    (traffic-analytics-schema), or the whole id; AzureNetworkAnalytics_CL: subscription/group/NSG.
    """
    if level_of(target_id) == "networkSecurityGroup":
        return (_path(target_id, name_of(target_id)),)
    watcher = name_of(parent_of(flow_log_id))
    full = _path(flow_log_id, watcher, name_of(flow_log_id))
    return (named(flow_log_id), full, full.split("/", 1)[1])


def first(wanted: Sequence[str], held: Container[str]) -> str | None:
    """The most exact of a flow log's names that rows have; None where they have none."""
    return next((name for name in wanted if name in held), None)


def shared(wanted: Iterable[tuple[str, Sequence[str]]]) -> frozenset[tuple[str, str]]:
    """Workspaces and names that several flow logs there have, so that a row is of neither.

    ``wanted`` is a workspace's key and the names of a flow log that feeds it.
    """
    counted = Counter((workspace, name) for workspace, listed in wanted for name in listed)
    return frozenset(pair for pair, number in counted.items() if number > 1)


def _path(resource_id: str, *names: str) -> str:
    parts = (subscription_of(resource_id), resource_group_of(resource_id), *names)
    return key("/".join(parts))
