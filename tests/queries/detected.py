"""Flows that each detection finds, by its name; asked at NOW, their last interval is judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

from tests.queries.traffic import START, Flow

INSIDE = "10.0.0.8"
OUTSIDE = "198.51.100.7"
SUBNETS = {"app": "rg/vnet/app", "data": "rg/vnet/data", "web": "rg/vnet/web"}
MB = 1_000_000

OUT = Flow(source=INSIDE, destination="203.0.113.9")
SENT = replace(OUT, destination="203.0.113.40")
IN = Flow(source=OUTSIDE, destination="10.0.1.4", direction="I")
WITHIN = Flow(source=INSIDE, destination="10.0.1.4", type="IntraVNet")


def at(hours: float, flow: Flow) -> Flow:
    """The flow so many hours before the last interval that is judged."""
    return replace(flow, start=START - timedelta(hours=hours))


def each(hours: Iterable[float], flow: Flow) -> list[Flow]:
    """The flow at each of these hours before the last interval that is judged."""
    return [at(hour, flow) for hour in hours]


def to(hosts: Iterable[int], flow: Flow) -> list[Flow]:
    """The flow to each of these hosts of a subnet."""
    return [replace(flow, destination=f"10.0.1.{host}") for host in hosts]


def over(ports: Iterable[int], flow: Flow) -> list[Flow]:
    """The flow to each of these ports."""
    return [replace(flow, port=port) for port in ports]


def called(source: str = INSIDE, hours: Iterable[float] = range(20)) -> list[Flow]:
    """Twelve calls an hour, of a few bytes more or less."""
    call = replace(OUT, source=source, flows=12, returned=900)
    return [replace(at(hour, call), sent=3000 + int(hour) % 3) for hour in hours]


def tried(flow: Flow = IN, flows: int = 200) -> list[Flow]:
    """Three hours of short flows to a port, the last of them two hours ago."""
    return each((2, 3, 4), replace(flow, port=22, flows=flows, sent=flows * 2000))


def between(source: str, destination: str, flow: Flow = WITHIN) -> Flow:
    """The flow from one subnet to another."""
    return replace(
        flow,
        source_subnet=SUBNETS.get(source, source),
        destination_subnet=SUBNETS.get(destination, destination),
    )


HITS: Mapping[str, tuple[str, list[Flow]]] = {
    "scanning-inside": (INSIDE, over(range(1, 52), WITHIN)),
    "beaconing": (INSIDE, called()),
    "management-brute-force": (OUTSIDE, [*tried(), replace(IN, port=22, sent=5 * MB)]),
    "outbound-volume": (
        INSIDE,
        [*each(range(24, 336, 24), replace(SENT, sent=100 * MB)), replace(SENT, sent=5000 * MB)],
    ),
    "spreading-inside": (
        INSIDE,
        [*each((30, 40), replace(WITHIN, port=445)), *to(range(20, 26), replace(WITHIN, port=445))],
    ),
    "first-contact": (
        INSIDE,
        [
            *each((30, 40), between("app", "web")),
            *each((30, 40), between("web", "data")),
            between("app", "data", replace(WITHIN, sent=700)),
        ],
    ),
    "denied-then-allowed": (
        OUTSIDE,
        [*each((30, 40), replace(IN, port=443, status="D", flows=3)), replace(IN, port=443)],
    ),
}
"""Name of a detection to the source that it finds, and the flows."""
