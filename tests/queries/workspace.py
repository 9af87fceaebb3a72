"""A Log Analytics workspace on DuckDB, to run the queries of ``queries/`` on rows with known
answers.

duckdb-kql runs the texts as they are, but for what it lacks: ``rewritten`` says each thing in other
KQL of the same meaning. The functions are run once each and kept as tables of their name.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import duckdb_kql
import duckdb_kql.engine

from queries import library, with_values
from tools.kql.binding import tables

Row = dict[str, Any]
NOW = datetime(2026, 3, 2, 12, 25)
_TYPES = {
    "string": "VARCHAR",
    "long": "BIGINT",
    "int": "INTEGER",
    "real": "DOUBLE",
    "bool": "BOOLEAN",
    "datetime": "TIMESTAMP",
    "dynamic": "JSON",
}
_SOFT = re.compile(r'column_ifexists\("(\w+)", [^()]*?\)')
_IN_ANY = re.compile(r"ipv4_is_in_any_range\((\w+), (\w+)\)")


class Workspace:
    """Tables with rows; a table that is not named is not there."""

    def __init__(self, rows: Mapping[str, Iterable[Row]]) -> None:
        """``rows`` maps a table's name to its rows, with blanks for what a row lacks."""
        self._connection = duckdb_kql.connect()
        for table, listed in rows.items():
            self._fill(table, list(listed))
        for query in library().values():
            if query.function:
                sql, parameters = self._translated(query.text)
                self._connection.execute(f'CREATE TABLE "{query.function}" AS {sql}', parameters)

    def rows(
        self, name: str, values: Mapping[str, str] | None = None, now: datetime = NOW
    ) -> list[Row]:
        """The answer of a query of the library, with other values in its ``let`` statements."""
        query = library()[name]
        return self.run(query.function or with_values(query.text, values or {}), now)

    def run(self, text: str, now: datetime = NOW) -> list[Row]:
        """The answer of a query asked at a time, as dictionaries."""
        sql, parameters = self._translated(text, now)
        answer = self._connection.execute(sql, parameters)
        names = [column[0] for column in answer.description or ()]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    def columns(self, text: str) -> list[str]:
        """The columns of a query's answer, whether it has rows or not."""
        sql, parameters = self._translated(text)
        return [column[0] for column in self._connection.execute(sql, parameters).description or ()]

    def _translated(self, text: str, now: datetime = NOW) -> tuple[str, dict[str, Any]]:
        schema = duckdb_kql.engine.schema(self._connection)
        kept = tuple((table, tuple(columns)) for table, columns in schema.items())
        return _translated(text, kept, now)

    def _fill(self, table: str, rows: Sequence[Row]) -> None:
        columns = tables()[table]
        declared = ", ".join(f'"{name}" {_TYPES[type_]}' for name, type_ in columns.items())
        self._connection.execute(f'CREATE TABLE "{table}" ({declared})')
        places = ", ".join("?" for _ in columns)
        blank = {name: "" for name, type_ in columns.items() if type_ == "string"}
        for row in rows:
            unknown = set(row) - set(columns)
            assert not unknown, f"{table} has no column {unknown}"
            values = [{**blank, **row}.get(name) for name in columns]
            self._connection.execute(f'INSERT INTO "{table}" VALUES ({places})', values)


@cache
def _translated(
    text: str, schema: tuple[tuple[str, tuple[str, ...]], ...], now: datetime
) -> tuple[str, dict[str, Any]]:
    """SQL of a query and its parameters; kept, since reading KQL takes most of the time."""
    found = {table: list(columns) for table, columns in schema}
    translated = duckdb_kql.to_sql(rewritten(text), schema=found, query_now=now)
    return str(translated), translated.parameters


def rewritten(text: str) -> str:
    """The text without what duckdb-kql lacks, each in other KQL of the same meaning.

    ``column_ifexists`` becomes the column (tables here have all of theirs), ``count_distinct``
    becomes ``dcount`` (exact there), and a test for address ranges becomes a regular expression.
    """
    text = _SOFT.sub(r"\1", text).replace("count_distinct(", "dcount(")
    return _IN_ANY.sub(lambda match: _in_ranges(match[1], _listed(match[2], text)), text)


def _listed(name: str, text: str) -> list[str]:
    match = re.search(rf"let {name} = dynamic\(\[(.*)\]\);", text)
    assert match, f"no let {name}"
    return re.findall(r'"([^"]+)"', match[1])


def _in_ranges(address: str, ranges: Iterable[str]) -> str:
    patterns = "|".join(_pattern(ipaddress.IPv4Network(listed)) for listed in ranges)
    return f'({address} matches regex @"^({patterns})$")' if patterns else "false"


def _pattern(network: ipaddress.IPv4Network) -> str:
    """A regular expression for the addresses of a network."""
    octets = []
    for first, last in zip(network[0].packed, network[-1].packed, strict=True):
        numbers = "|".join(str(number) for number in range(first, last + 1))
        octets.append("[0-9]+" if (first, last) == (0, 255) else f"({numbers})")
    return "[.]".join(octets)
