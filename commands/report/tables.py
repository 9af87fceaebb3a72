"""The page's tables: their rows as compact data, which the script shows page by page.

A cell is a list of texts, shown as lines. Every text stands once in the data, and cells are
positions in the list of texts: ten thousand rows stay small.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from printable import printable

Kind = Literal["name", "pairs", "state", "text", "number", "size", "strip", "hidden"]
Cell = tuple[str, ...]
# Characters that could end the script element or begin a comment in it; JSON's strings alone
# contain them, where an escape stands for the same.
_UNSAFE = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """Time in cells: ``edges`` are hours from ``start`` (UTC) on, one more than there are cells.

    ``ticks`` are the hours from ``start`` on that have a line and a label. ``signs`` are those that
    a cell may have, with the state that each stands for; ``periods`` is the key of the table, and
    ``by`` that of its filter, which tell more of a row's time.
    """

    start: datetime
    edges: Sequence[int]
    ticks: Sequence[int]
    signs: Mapping[str, str]
    periods: str
    by: str

    def packed(self) -> dict[str, object]:
        """What the script needs of it."""
        return {
            "start": f"{self.start:%Y-%m-%dT%H:%M:%SZ}",
            "edges": list(self.edges),
            "ticks": list(self.ticks),
            "signs": dict(self.signs),
            "periods": self.periods,
            "by": self.by,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column; ``key`` names it in links, a hidden one is only searched and filtered.

    In ``pairs`` every second line is in small print; a ``name`` is a pair and the row's head, a
    ``state`` a pair with its swatch. A ``number`` and a ``size`` in bytes are digits, a ``strip`` a
    sign for each cell of ``axis``. ``choice`` is the label of its filter, empty for none; one that
    is ``linked`` is set by links, and offers no values where there are too many to choose from.
    """

    key: str
    label: str
    kind: Kind = "text"
    choice: str = ""
    linked: bool = False
    axis: Axis | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of the page; ``key`` is the id of its element, ``noun`` what a row is, in plural."""

    key: str
    title: str
    noun: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]

    def values(self, position: int) -> list[tuple[str, int]]:
        """Each value of a column with the number of rows that have it, sorted."""
        counted: dict[str, int] = {}
        for row in self.rows:
            for text in row[position]:
                counted[text] = counted.get(text, 0) + 1
        return sorted(counted.items())


def data(tables: Iterable[Table]) -> str:
    """The data of tables as JSON that is safe inside a script element."""
    positions: dict[str, int] = {}
    seen: dict[str, int] = {}
    packed = {table.key: _packed(table, positions, seen) for table in tables}
    found = {"texts": list(positions), "tables": packed}
    return json.dumps(found, separators=(",", ":")).translate(_UNSAFE)


def _packed(table: Table, positions: dict[str, int], seen: dict[str, int]) -> dict[str, object]:
    """Columns and rows; ``positions`` are those of printable texts, ``seen`` of any."""

    def position(text: str) -> int:
        found = seen.get(text)
        if found is None:
            found = seen[text] = positions.setdefault(printable(text), len(positions))
        return found

    return {
        "columns": list(map(_column, table.columns)),
        "rows": [[[position(text) for text in cell] for cell in row] for row in table.rows],
    }


def _column(column: Column) -> dict[str, object]:
    axis = {"axis": column.axis.packed()} if column.axis else {}
    return {"key": column.key, "label": column.label, "kind": column.kind, **axis}
