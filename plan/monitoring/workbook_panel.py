"""A query on a tab of the workbook, and how a click on a conversation finds its flows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A query on a tab; a click puts ``column`` into the parameter ``chosen``, below it details.

    ``also`` are parameters and columns that it takes besides to tell the row from others, ``where``
    tells which rows of ``detail`` belong to what was clicked.
    """

    query: str
    column: str
    chosen: str
    where: str
    visualization: str = "table"
    detail: str = "flow-details"
    also: Mapping[str, str] = field(default_factory=dict)

    @property
    def exported(self) -> Mapping[str, str]:
        """Parameters that a click sets, to the columns that it takes them from."""
        return {self.chosen: self.column, **self.also}


def conversation(name: str) -> str:
    """Flows of a clicked conversation, by parameters with a name of their panel before them."""
    return (
        f"SourceAddress == '{{{name}From}}' and DestinationAddress == '{{{name}To}}' "
        f"and tostring(DestinationPort) == '{{{name}Port}}' and Protocol == '{{{name}Over}}'"
    )


def clicked(name: str) -> dict[str, str]:
    """Parameters of `conversation`, but for the address of the source, to columns."""
    columns = {"To": "DestinationAddress", "Port": "DestinationPort", "Over": "Protocol"}
    return {f"{name}{end}": column for end, column in columns.items()}
