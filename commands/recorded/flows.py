"""Recorded flows out of rows: what both ends report becomes one flow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from commands.recorded.rows import Row, rows
from estate.arm_id import key, name_of, resource_group_of, subscription_of
from estate.cloud import Cloud
from estate.response_shape import TIME, Shape
from recording.hours import Window
from rules.model import At, Deciding, End, Flow

QUERY = Path(__file__).with_name("flows.kql")
MOST_PLACES = 2000  # subnets that a query names; with more it asks for all
_KINDS = ("UserRule_", "DefaultRule_")
"""What flow logs put before a rule's name (azure-docs, vnet-flow-logs-overview)."""
_ROW: Shape = {
    **dict.fromkeys(
        (
            *("FlowType", "Source", "SourceAddress", "SourceSubnet", "SourceSubscription"),
            *("Destination", "DestinationAddress", "DestinationSubnet", "DestinationSubscription"),
            *("Protocol", "Action", "ReportedAt", "Rule", "RuleGroup", "RuleKind"),
        ),
        str,
    ),
    "DestinationPort": int,
    "Flows": int,
    "Bytes": int,
    "LastSeen": TIME,
}
_Ends = tuple[End, End, int, str]


def recorded_flows(
    cloud: Cloud, workspaces: Iterable[str], window: Window, subnets: Iterable[str] | None
) -> list[Flow]:
    """Flows that workspaces (ids) hold, of subnets (ids) or of all. Raises AzureError, EstateError.

    Of flows whose row names no subnet, all are there.
    """
    names = None if subnets is None else sorted(map(named, subnets))
    values = {}
    if names is not None and len(names) <= MOST_PLACES:
        quoted = ", ".join(f'"{name}"' for name in names)
        values = {"Places": f"dynamic([{quoted}])", "Everywhere": "false"}
    return list(
        merged(
            {**row, "Workspace": workspace}
            for workspace in workspaces
            for row in rows(cloud, workspace, QUERY, window, _ROW, values)
        )
    )


def named(subnet: str) -> str:
    """A subnet as rows name it, in lower case."""
    network = subnet.rsplit("/", 2)[0]
    return key(f"{resource_group_of(subnet)}/{name_of(network)}/{name_of(subnet)}")


def merged(found: Iterable[Row]) -> Iterator[Flow]:
    """Flows of rows: for the same ends, port and protocol those let through and those refused.

    Each is as many as the end that saw most reports, and of an end that feeds several workspaces
    (column ``Workspace``) the one that has most counts. What the source let out and the destination
    refused is refused.
    """
    by_ends: dict[_Ends, list[Row]] = defaultdict(list)
    for row in found:
        by_ends[_ends(row)].append(row)
    for ends, reports in by_ends.items():
        yield from _flows(ends, reports)


def _flows(ends: _Ends, reports: Sequence[Row]) -> Iterator[Flow]:
    said = {
        (at, action): _most([row for row in reports if (_at(row), row["Action"]) == (at, action)])
        for at in ("Source", "Destination")
        for action in ("Allowed", "Denied")
    }
    let_out, refused = said["Source", "Allowed"], said["Destination", "Denied"]
    if said["Source", "Denied"]:
        yield _flow(ends, said["Source", "Denied"], denied=True)
    if refused:
        yield _flow(ends, refused, [*let_out, *refused], denied=True)
    arrived = said["Destination", "Allowed"]
    rest = _sum(let_out, "Flows") - _sum(refused, "Flows")
    if arrived and _sum(arrived, "Flows") >= rest:
        yield _flow(ends, arrived, [*let_out, *arrived], denied=False)
    elif rest > 0:
        yield _flow(ends, let_out, [*let_out, *arrived], denied=False, flows=rest)


def _most(reports: Sequence[Row]) -> list[Row]:
    """The reports of the workspace that has most of them."""
    by_workspace: dict[str, list[Row]] = defaultdict(list)
    for row in reports:
        by_workspace[row.get("Workspace") or ""].append(row)
    return max(by_workspace.values(), key=lambda listed: _sum(listed, "Flows"), default=[])


def _flow(
    ends: _Ends,
    counted: Sequence[Row],
    deciding: Sequence[Row] | None = None,
    *,
    denied: bool,
    flows: int | None = None,
) -> Flow:
    source, destination, port, protocol = ends
    return Flow(
        source=source,
        destination=destination,
        port=port,
        protocol=protocol,
        denied=denied,
        flows=_sum(counted, "Flows") if flows is None else flows,
        bytes=_sum(counted, "Bytes"),
        last_seen=max(map(_seen, counted)),
        type=counted[0].get("FlowType") or "",
        deciding=tuple(map(_deciding, counted if deciding is None else deciding)),
    )


def _ends(row: Row) -> _Ends:
    source, destination = _end(row, "Source"), _end(row, "Destination")
    return source, destination, row.get("DestinationPort") or 0, row.get("Protocol") or ""


def _end(row: Row, side: str) -> End:
    return End(
        address=row.get(f"{side}Address") or "",
        subnet=row.get(f"{side}Subnet") or "",
        subscription=row.get(f"{side}Subscription") or "",
    )


def _deciding(row: Row) -> Deciding:
    return Deciding(
        at=_at(row),
        group=group_named(row.get("RuleGroup") or ""),
        rule=rule_named(row.get("Rule") or ""),
        kind=row.get("RuleKind") or "",
        flows=row.get("Flows") or 0,
        bytes=row.get("Bytes") or 0,
        last_seen=_seen(row),
    )


def group_named(text: str) -> str:
    """A group as ``<subscription>/<resource group>/<name>`` in lower case, if rows give its id."""
    if text.startswith("/"):
        return key(f"{subscription_of(text)}/{resource_group_of(text)}/{name_of(text)}")
    return key(text)


def rule_named(text: str) -> str:
    """A rule's name without what flow logs put before it."""
    for kind in _KINDS:
        if text.casefold().startswith(kind.casefold()):
            return text[len(kind) :]
    return text


def _at(row: Row) -> At:
    return "Source" if row.get("ReportedAt") == "Source" else "Destination"


def _seen(row: Row) -> datetime:
    moment = datetime.fromisoformat(row["LastSeen"])
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _sum(reports: Iterable[Row], column: str) -> int:
    return sum(row.get(column) or 0 for row in reports)
