"""Rows into DuckDB many at a time, by way of a file: an `INSERT` per row takes many times as long.

Rows that differ in their times alone are kept as one row and its times, and a view has them all: a
million of them takes as much memory as their times.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from localazure.operationalinsights.repeated import ARRIVED, ENDED, STARTED, TIMES, Repeated

Row = Mapping[str, Any]
_TYPES = {
    "string": "VARCHAR",
    "long": "BIGINT",
    "int": "INTEGER",
    "real": "DOUBLE",
    "bool": "BOOLEAN",
    "datetime": "TIMESTAMP",
    "dynamic": "JSON",
}
_NUMBER = "Number"
"""Column by which a repeated row finds its times: no table of Azure's has it."""


def make(connection: Any, table: str, columns: Mapping[str, str]) -> None:
    """Makes a table of columns (KQL types)."""
    declared = ", ".join(f'"{name}" {_TYPES[type_]}' for name, type_ in columns.items())
    connection.execute(f'CREATE TABLE "{table}" ({declared})')


def fill(connection: Any, table: str, columns: Mapping[str, str], rows: Sequence[Row]) -> None:
    """Puts rows into a table of these columns, blank text where a row lacks one.

    Raises KeyError for a column that is not among them.
    """
    for row in rows:
        if unknown := set(row) - set(columns):
            raise KeyError(f"{table} has no column {', '.join(sorted(unknown))}")
    if not rows:
        return
    texts = {name: "VARCHAR" for name in columns}
    with _file(json.dumps(_texts(row, columns)) for row in rows) as path:
        connection.execute(
            f'INSERT INTO "{table}" SELECT * FROM '
            f"read_json(?, format = 'newline_delimited', columns = {texts})",
            [path],
        )


def fill_repeated(
    connection: Any,
    table: str,
    columns: Mapping[str, str],
    rows: Sequence[Row],
    repeated: Sequence[Repeated],
) -> None:
    """As `fill`, with rows that are repeated."""
    constant = {name: type_ for name, type_ in columns.items() if name not in TIMES}
    numbered = {**constant, _NUMBER: "int"}
    once = [{**each.row, _NUMBER: number} for number, each in enumerate(repeated)]
    for name, of, listed in (("once", columns, rows), ("repeated", numbered, once)):
        make(connection, f"{table} {name}", of)
        fill(connection, f"{table} {name}", of, listed)
    connection.execute(
        f'CREATE TABLE "{table} times" ({_NUMBER} INTEGER, {STARTED} TIMESTAMP, '
        f"{ENDED} TIMESTAMP, {ARRIVED} TIMESTAMP)"
    )
    _fill_times(connection, f"{table} times", repeated)
    held = ", ".join(f"{TIMES[name]}" if name in TIMES else f'"{name}"' for name in columns)
    connection.execute(
        f'CREATE VIEW "{table}" AS SELECT * FROM "{table} once" UNION ALL SELECT {held} FROM '
        f'"{table} repeated" JOIN "{table} times" USING ({_NUMBER})'
    )


def _fill_times(connection: Any, table: str, repeated: Sequence[Repeated]) -> None:
    lines = (
        f"{number},{start},{start + each.length},{arrived}"
        for number, each in enumerate(repeated)
        for start, arrived in each.times
    )
    numbers = {name: "BIGINT" for name in ("number", STARTED, ENDED, ARRIVED)}
    moments = ", ".join(f"make_timestamp({name} * 1000000)" for name in (STARTED, ENDED, ARRIVED))
    with _file(lines) as path:
        connection.execute(
            f'INSERT INTO "{table}" SELECT number, {moments} FROM '
            f"read_csv(?, header = false, columns = {numbers})",
            [path],
        )


@contextmanager
def _file(lines: Iterable[str]) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows"
        with path.open("w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)
        yield str(path)


def _texts(row: Row, columns: Mapping[str, str]) -> dict[str, str | None]:
    return {
        name: _text(row.get(name, "" if type_ == "string" else None))
        for name, type_ in columns.items()
    }


def _text(value: Any) -> str | None:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (dict, list)):
        return json.dumps(value)
    return None if value is None else str(value)
