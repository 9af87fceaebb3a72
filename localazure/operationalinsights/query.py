"""POST …/workspaces/<name>/query: KQL on the rows of a workspace and its saved functions.

Spec: Azure/azure-rest-api-specs, Microsoft.OperationalInsights data plane 2017-10-01 (Query_Execute
by way of Azure Resource Manager): `tables` of `columns` and `rows`. What duckdb-kql cannot run
answers 501. A table without rows is not there, as in a workspace before its first data.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from localazure.errors.base import NotModelled
from localazure.operationalinsights import limits
from localazure.operationalinsights.conversations import has_traffic
from localazure.operationalinsights.traffic_analytics import rows, within
from localazure.operationalinsights.traffic_rows import repeated, tick_of
from localazure.state.arm_id import key
from localazure.state.store import Resource, Store

if TYPE_CHECKING:
    from localazure.operationalinsights.duckdb_tables import Tables

_NAMES = {
    "VARCHAR": "string",
    "TIMESTAMP": "datetime",
    "BIGINT": "long",
    "INTEGER": "int",
    "DOUBLE": "real",
    "BOOLEAN": "bool",
    "JSON": "dynamic",
}


def answer(
    text: str,
    tables: Callable[[], Tables],
    functions: Mapping[str, str],
    now: datetime,
) -> dict[str, Any]:
    """The answer of a query; `functions` are texts by alias, `tables` makes or finds the rows.

    Raises NotModelled for what cannot be run here.
    """
    try:
        held = tables()
        _keep(held, text, dict(functions), now)
        columns, found = held.run(text, now)
    except Exception as error:  # its errors and DuckDB's have no common class
        raise NotModelled(f"this query ({' '.join(str(error).split())})") from error
    described = [
        {"name": name, "type": _NAMES.get(kind, "string")} for name, kind in columns.items()
    ]
    shown, more = limits.within([[_shown(value) for value in row] for row in found])
    return {"tables": [{"name": "PrimaryResult", "columns": described, "rows": shown}], **more}


def tables_of(
    store: Store, workspace: Resource, span: timedelta | None, now: datetime
) -> Callable[[], Tables]:
    """The tables of a workspace with the rows that came in a span, or all.

    They are kept while nothing changes, and the functions that were run on them: for a minute, or
    for ten where rows come of conversations, which are many.
    """
    # Imported here: DuckDB takes a second that only queries need.
    from localazure.operationalinsights.duckdb_tables import Tables

    name = f"tables of {key(workspace['id'])} {span}"

    def many() -> Tables:
        again = repeated(store, workspace, now)
        if span is None:
            return Tables(rows(store, workspace, now), again)
        least = now - span
        after = {table: [each.after(least) for each in listed] for table, listed in again.items()}
        return Tables(within(rows(store, workspace, now), span, now), after)

    def few() -> Tables:
        held = rows(store, workspace, now)
        return Tables(held if span is None else within(held, span, now))

    if has_traffic(store, workspace):
        return lambda: store.worked_out(name, tick_of(now), many)
    return lambda: store.worked_out(name, now.replace(second=0, microsecond=0), few)


def _keep(tables: Tables, text: str, functions: dict[str, str], now: datetime) -> bool:
    """Keeps what a text names of `functions`, after what those name; takes it out of them.

    Returns whether anything that it names has other rows by now.
    """
    said = re.sub(r"//.*", "", text)
    other = False
    for alias in [alias for alias in functions if re.search(rf"\b{re.escape(alias)}\b", said)]:
        if function := functions.pop(alias, None):
            anew = _keep(tables, function, functions, now)
            other = tables.keep(alias, function, now, anew=anew) or other
    return other


def _shown(value: Any) -> Any:
    return f"{value.isoformat()}Z" if isinstance(value, datetime) else value
