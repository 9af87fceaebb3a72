"""POST …/workspaces/<name>/query: KQL on the rows of a workspace.

Spec: Azure/azure-rest-api-specs, Microsoft.OperationalInsights data plane 2017-10-01 (Query_Execute
by way of Azure Resource Manager): `tables` of `columns` and `rows`. Run by duckdb-kql on the rows
that `traffic_analytics` gives; what it cannot read answers 501. A table without rows is not there,
as in a workspace before its first data.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from localazure.errors import NotModelled
from localazure.traffic_analytics import Rows

_TYPES = {"VARCHAR": "string", "TIMESTAMP": "datetime", "BIGINT": "long", "INTEGER": "int"}
_COLUMNS = {
    "string": "VARCHAR",
    "long": "BIGINT",
    "int": "INTEGER",
    "real": "DOUBLE",
    "bool": "BOOLEAN",
    "datetime": "TIMESTAMP",
}


def answer(text: str, rows: Rows, now: datetime) -> dict[str, Any]:
    """The answer of a query. Raises NotModelled for one that cannot be run here."""
    # Imported here: DuckDB takes a second that only queries need.
    import duckdb_kql
    import duckdb_kql.engine

    connection = duckdb_kql.connect()
    for table, listed in rows.items():
        _fill(connection, table, listed)
    schema = {name: list(held) for name, held in duckdb_kql.engine.schema(connection).items()}
    try:
        sql = duckdb_kql.to_sql(text, schema=schema, query_now=now)
        found = connection.execute(str(sql), sql.parameters)
    except Exception as error:  # its errors and DuckDB's have no common class
        raise NotModelled(f"this query ({' '.join(str(error).split())})") from error
    described = found.description or ()
    columns = [{"name": each[0], "type": _TYPES.get(str(each[1]), "string")} for each in described]
    shown = [[_shown(value) for value in row] for row in found.fetchall()]
    return {"tables": [{"name": "PrimaryResult", "columns": columns, "rows": shown}]}


def _fill(connection: Any, table: str, rows: list[dict[str, Any]]) -> None:
    columns = _columns(table)
    declared = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    connection.execute(f'CREATE TABLE "{table}" ({declared})')
    places = ", ".join("?" for _ in columns)
    for row in rows:
        values = [row.get(name) for name in columns]
        connection.execute(f'INSERT INTO "{table}" VALUES ({places})', values)


def _columns(table: str) -> Mapping[str, str]:
    """Columns of a table of Traffic Analytics with their DuckDB types."""
    from tools.kql.binding import tables

    known = tables().get(table)
    if known is None:
        raise NotModelled(f"the table {table}")
    return {name: _COLUMNS.get(kind, "VARCHAR") for name, kind in known.items()}


def _shown(value: Any) -> Any:
    return f"{value.isoformat()}Z" if isinstance(value, datetime) else value
