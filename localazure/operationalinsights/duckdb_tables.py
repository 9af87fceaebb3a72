"""Tables of Log Analytics on DuckDB, on which duckdb-kql runs KQL.

It runs texts as they are but for what it lacks: `rewritten` says each thing in other KQL of the
same meaning.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Any

import duckdb_kql
import duckdb_kql.engine

from localazure.operationalinsights.duckdb_bulk import fill, fill_repeated, make
from localazure.operationalinsights.repeated import AllRepeated
from tools.lint.kql.binding import tables

Row = dict[str, Any]

_SOFT = re.compile(r'column_ifexists\("(\w+)", [^()]*?\)')
_IN_ANY = re.compile(r"ipv4_is_in_any_range\((\w+), (\w+)\)")
_ANY_PREFIX = re.compile(r"has_any_ipv4_prefix\((\w+), (\w+)\)")

_Asked = tuple[str, datetime | None]
_CLOCK = re.compile(r"\b(now|ago)\s*\(")


class Tables:
    """Tables with rows; a table that is not named is not there.

    A saved function is kept as a table with the rows of its answer. Its query is prepared once, as
    DuckDB takes far longer to plan it than to run it.
    """

    def __init__(
        self, rows: Mapping[str, Iterable[Row]], repeated: AllRepeated = MappingProxyType({})
    ) -> None:
        """Both map a table's name to its rows, with blanks for what a row lacks.

        Raises KeyError for a table, or a column, that tools/lint/kql/tables.json does not know.
        """
        self._connection = duckdb_kql.connect()
        self._kept: dict[str, _Asked | None] = {}
        self._prepared: dict[str, str] = {}
        for table in {**rows, **repeated}:
            columns, listed = tables()[table], list(rows.get(table, ()))
            if again := repeated.get(table):
                fill_repeated(self._connection, table, columns, listed, again)
            else:
                make(self._connection, table, columns)
                fill(self._connection, table, columns, listed)

    def refill(self, rows: Mapping[str, Iterable[Row]]) -> None:
        """Puts other rows into the same tables, none of which is of rows that are repeated."""
        self._kept = dict.fromkeys(self._kept)
        for table, listed in rows.items():
            self._connection.execute(f'DELETE FROM "{table}"')
            fill(self._connection, table, tables()[table], list(listed))

    def keep(self, name: str, text: str, now: datetime, *, anew: bool = False) -> bool:
        """Keeps the answer of a query as a table, as which a saved function can be read.

        What is kept of the same query stays, unless it is to be asked ``anew``. Returns whether the
        table has other rows by now.
        """
        asked = text, now if _CLOCK.search(text) else None
        if self._kept.get(name) == asked and not anew:
            return False
        if name in self._kept:
            self._connection.execute(f'DELETE FROM "{name}"')
            self._insert(name, text, now)
        else:
            sql, parameters = self._translated(text, now)
            self._connection.execute(f'CREATE TABLE "{name}" AS {sql}', parameters)
        self._kept[name] = asked
        return True

    def _insert(self, name: str, text: str, now: datetime) -> None:
        """Puts the answer of a query into its table; it is planned once, if it has no values."""
        if self._prepared.get(name) == text:
            self._connection.execute(f'EXECUTE "{name}"')
            return
        sql, parameters = self._translated(text, now)
        if parameters:
            self._connection.execute(f'INSERT INTO "{name}" {sql}', parameters)
            return
        if name in self._prepared:
            self._connection.execute(f'DEALLOCATE "{name}"')
        self._connection.execute(f'PREPARE "{name}" AS INSERT INTO "{name}" {sql}')
        self._prepared[name] = text
        self._connection.execute(f'EXECUTE "{name}"')

    def run(self, text: str, now: datetime) -> tuple[dict[str, str], list[tuple[Any, ...]]]:
        """The answer of a query asked at a time: DuckDB's types by column, and rows.

        `now` is UTC without a zone. Raises what duckdb-kql and DuckDB raise.
        """
        sql, parameters = self._translated(text, now)
        result = self._connection.execute(sql, parameters)
        columns = {column[0]: str(column[1]) for column in result.description or ()}
        return columns, result.fetchall()

    def rows_read(self, text: str, now: datetime) -> int:
        """Rows of tables that a query reads as it runs, each time counted, as DuckDB tells."""
        sql, parameters = self._translated(text, now)
        explained = f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}"
        ((_, profile),) = self._connection.execute(explained, parameters).fetchall()
        return _read(json.loads(profile))

    def _translated(self, text: str, now: datetime) -> tuple[str, dict[str, Any]]:
        """Its SQL; of the tables, those count that it names."""
        schema = duckdb_kql.engine.schema(self._connection)
        named = set(re.findall(r"\w+", text))
        kept = tuple((table, tuple(schema[table])) for table in sorted(named & set(schema)))
        return _translated(text, kept, now if _CLOCK.search(text) else None)


def _read(node: Mapping[str, Any]) -> int:
    """Rows that an operator of a profile and those below it read from tables."""
    below = [*node.get("operator", ()), *node.get("children", ())]
    own = node["rows_scanned"] if node.get("type") == "TABLE_SCAN" else 0
    return int(own) + sum(map(_read, below))


@cache
def _translated(
    text: str, schema: tuple[tuple[str, tuple[str, ...]], ...], now: datetime | None
) -> tuple[str, dict[str, Any]]:
    """SQL of a query and its parameters; kept, since reading KQL takes most of the time.

    `now` is None for a query that does not ask for the time.
    """
    columns_of = {table: list(columns) for table, columns in schema}
    translated = duckdb_kql.to_sql(rewritten(text), schema=columns_of, query_now=now)
    return str(translated), translated.parameters


def rewritten(text: str) -> str:
    """The text without what duckdb-kql lacks, each in other KQL of the same meaning.

    `column_ifexists` becomes the column (tables here have all of theirs), `count_distinct`
    becomes `dcount` (exact there), and a test for ranges or prefixes of addresses a regular
    expression.
    """
    text = _SOFT.sub(r"\1", text).replace("count_distinct(", "dcount(")
    text = _ANY_PREFIX.sub(lambda match: _in_prefixes(match[1], _listed(match[2], text)), text)
    return _IN_ANY.sub(lambda match: _in_ranges(match[1], _listed(match[2], text)), text)


def _listed(name: str, text: str) -> list[str]:
    match = re.search(rf"let {name} = dynamic\(\[(.*)\]\);", text)
    return re.findall(r'"([^"]+)"', match[1]) if match else []


def _in_prefixes(address: str, prefixes: Iterable[str]) -> str:
    """A prefix is an address, or the octets that it begins with and a dot."""
    patterns = "|".join(
        prefix.replace(".", "[.]") + (".*" if prefix.endswith(".") else "") for prefix in prefixes
    )
    return f'({address} matches regex @"^({patterns})$")' if patterns else "false"


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
