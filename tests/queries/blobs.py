"""Reads flow-log blobs (VNet version 4, NSG version 2) into the flows that Traffic Analytics makes
of them.

Tuples (Microsoft Learn, "Virtual network flow logs"): time, source, destination, ports, IANA
protocol, direction, state, encryption, packets and bytes sent, packets and bytes returned. The
older kind ("NSG flow logs") has a verdict beside the state, and no encryption. A flow starts with
state B or is denied; what follows only adds figures.
"""

from __future__ import annotations

import ipaddress
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.queries.traffic import Flow


@dataclass(frozen=True, slots=True)
class Tuple:
    """One line of a blob."""

    rule: str
    source: str
    destination: str
    port: int
    protocol: str
    direction: str
    denied: bool
    starts: bool
    sent: int
    returned: int


def read(path: Path) -> list[Tuple]:
    """Every tuple of a blob of either kind."""
    records = json.loads(path.read_text("utf-8"))["records"]
    return [found for record in records for found in _record(record)]


def flows_of(tuples: list[Tuple]) -> list[Flow]:
    """One flow per ends, port, protocol, direction, rule and verdict."""
    grouped: dict[tuple[object, ...], list[Tuple]] = defaultdict(list)
    for one in tuples:
        grouped[
            one.source, one.destination, one.port, one.protocol, one.direction, one.rule, one.denied
        ].append(one)
    return [_flow(found) for found in grouped.values()]


def _record(record: dict[str, object]) -> Iterator[Tuple]:
    if "flowRecords" in record:
        groups = [
            (group["rule"], group["flowTuples"])
            for flow in record["flowRecords"]["flows"]  # type: ignore[index]
            for group in flow["flowGroups"]
        ]
        yield from (_vnet(rule, line.split(",")) for rule, lines in groups for line in lines)
        return
    for rule in record["properties"]["flows"]:  # type: ignore[index]
        for interface in rule["flows"]:
            for line in interface["flowTuples"]:
                yield _nsg(rule["rule"], line.split(","))


def _vnet(rule: str, part: list[str]) -> Tuple:
    protocol = {"6": "T", "17": "U"}[part[5]]
    return Tuple(
        rule,
        part[1],
        part[2],
        int(part[4]),
        protocol,
        part[6],
        denied=part[7] == "D",
        starts=part[7] in "BD",
        sent=int(part[10]),
        returned=int(part[12]),
    )


def _nsg(rule: str, part: list[str]) -> Tuple:
    return Tuple(
        rule,
        part[1],
        part[2],
        int(part[4]),
        part[5],
        part[6],
        denied=part[7] == "D",
        starts=part[8] == "B",
        sent=int(part[10] or 0),
        returned=int(part[12] or 0),
    )


def _flow(found: list[Tuple]) -> Flow:
    first = found[0]
    far = ipaddress.ip_address(first.destination if first.direction == "O" else first.source)
    return Flow(
        source=first.source,
        destination=first.destination,
        port=first.port,
        protocol=first.protocol,  # type: ignore[arg-type]
        direction=first.direction,  # type: ignore[arg-type]
        status="D" if first.denied else "A",
        flows=sum(one.starts for one in found),
        sent=sum(one.sent for one in found),
        returned=sum(one.returned for one in found),
        type="IntraVNet" if far.is_private else "ExternalPublic",
        rule=first.rule,
    )
