"""The values that the configuration puts into the queries' ``let`` statements.

Rows of an interval arrive until an hour after it (Microsoft Learn, "Traffic analytics schema and
data aggregation"). So an alert looks at the one interval that ended between an hour and an hour
plus an interval ago, on the clock of the interval: whatever the second at which it runs, each
interval is looked at by one evaluation, when its rows are there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from queries import library
from stack.settings.model import DETECTIONS, Settings

ARRIVAL = 60  # minutes until the rows of an interval are there
FILE_SHARING = (445,)  # SMB, by which machines are taken over as by management ports


def values(query: str, settings: Settings) -> Mapping[str, str]:
    """KQL expressions by the names of a query's ``let`` statements; empty for most queries."""
    judged = judging(settings.traffic_analytics_interval)
    ignored = {"Ignored": _texts(settings.alerts.ignored_sources)}
    ports = settings.alerts.management_ports
    management = {"ManagementPorts": _numbers(ports)}
    spreading = {"SpreadingPorts": _numbers(sorted({*ports, *FILE_SHARING}))}
    found: Mapping[str, Mapping[str, str]] = {
        "denied-burst": {**judged, **ignored, "Threshold": str(settings.alerts.denied_flows)},
        "external-fan-out": {
            **judged,
            **ignored,
            "Threshold": str(settings.alerts.external_destinations),
        },
        "malicious-flow": {**judged, **ignored},
        "open-management-port": {**judged, **ignored, **management},
        **{name: ignored for name in DETECTIONS},
        "management-brute-force": {**ignored, **management},
        "spreading-inside": {**ignored, **spreading},
        "ingestion-filter": {"Wanted": settings.ingestion_filter or "true"},
    }
    return found.get(query, {})


def judging(interval: int) -> dict[str, str]:
    """The last intervals whose rows are there, for an evaluation every ``interval`` minutes."""
    return {
        "After": f"bin(ago({ARRIVAL + interval}m), {interval}m)",
        "Until": f"bin(ago({ARRIVAL}m), {interval}m)",
    }


def looking_back(query: str, days: int) -> dict[str, str]:
    """How far a query's past goes back, if it has one."""
    with_past = "\nlet BaselineFrom = " in library()[query].text
    return {"BaselineFrom": f"ago({days}d)"} if with_past else {}


def _texts(listed: Iterable[str]) -> str:
    quoted = ", ".join(f'"{text}"' for text in listed)
    return f"dynamic([{quoted}])"


def _numbers(listed: Iterable[int]) -> str:
    return f"dynamic({list(listed)})"
