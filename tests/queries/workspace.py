"""A Log Analytics workspace to run the queries of ``queries/`` on rows with known answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import ClassVar

from localazure.operationalinsights.duckdb_tables import Row, Tables
from queries import library, with_values

__all__ = ["NOW", "Row", "Workspace"]

NOW = datetime(2026, 3, 2, 12, 25)


class Workspace:
    """Tables with rows, and the functions of the library.

    A function is run once, when a query first calls it, and its answer is kept as a table.
    Workspaces with tables of the same names take turns at them, since to make some takes long.
    """

    _turns: ClassVar[dict[frozenset[str], tuple[Tables, Workspace]]] = {}

    def __init__(self, rows: Mapping[str, Iterable[Row]]) -> None:
        """``rows`` maps a table's name to its rows, with blanks for what a row lacks."""
        self._rows = {table: list(listed) for table, listed in rows.items()}

    @property
    def _tables(self) -> Tables:
        """The tables, with the rows of this workspace."""
        held = frozenset(self._rows)
        if held not in self._turns:
            self._turns[held] = Tables(self._rows), self
        tables, last = self._turns[held]
        if last is not self:
            tables.refill(self._rows)
            self._turns[held] = tables, self
        return tables

    def rows(
        self, name: str, values: Mapping[str, str] | None = None, now: datetime = NOW
    ) -> list[Row]:
        """The answer of a query of the library, with other values in its ``let`` statements."""
        query = library()[name]
        kept = query.function if not values else None
        return self.run(kept or with_values(query.text, values or {}), now)

    def run(self, text: str, now: datetime = NOW) -> list[Row]:
        """The answer of a query asked at a time, as dictionaries."""
        self._keep_called(text)
        columns, rows = self._tables.run(text, now)
        return [dict(zip(columns, row, strict=True)) for row in rows]

    def columns(self, text: str) -> list[str]:
        """The columns of a query's answer, whether it has rows or not."""
        self._keep_called(text)
        return list(self._tables.run(text, NOW)[0])

    def _keep_called(self, text: str) -> bool:
        called = set(re.findall(r"\w+", re.sub(r"//.*", "", text)))
        other = False
        for query in library().values():
            if query.function and query.function in called:
                anew = self._keep_called(query.text)
                other = self._tables.keep(query.function, query.text, NOW, anew=anew) or other
        return other
