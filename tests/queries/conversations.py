"""Flows with known answers, and rows by their columns."""

from __future__ import annotations

from tests.queries.traffic import Flow
from tests.queries.workspace import Row

BAD = "203.0.113.66"


SCANNER = "198.51.100.7"


def scan(ports: int = 50, flows: int = 30) -> list[Flow]:
    """A scanner on the Internet, refused at every port of one machine."""
    return [
        Flow(
            source=SCANNER,
            destination="10.0.0.4",
            port=1 + port,
            direction="I",
            status="D",
            flows=flows,
            country="nl",
        )
        for port in range(ports)
    ]


def fan_out(destinations: int, source: str = "10.0.0.9") -> list[Flow]:
    """A machine that reaches many addresses of the Internet, among traffic that does not count."""
    internal = [Flow(source=source, destination=f"10.9.{n}.1", type="InterVNet") for n in range(60)]
    azure = [Flow(source=source, destination=f"20.60.0.{n}", type="AzurePublic") for n in range(60)]
    reached = [
        Flow(source=source, destination=f"203.0.113.{n}") for n in range(1, destinations + 1)
    ]
    return [*reached, *internal, *azure]


def by(rows: list[Row], *columns: str) -> dict[object, Row]:
    """Rows by their values in some columns."""
    if len(columns) == 1:
        return {row[columns[0]]: row for row in rows}
    return {tuple(row[column] for column in columns): row for row in rows}
