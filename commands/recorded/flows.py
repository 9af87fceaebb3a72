"""Recorded flows out of rows: what both ends report becomes one flow."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from azure.core.exceptions import AzureError

from commands.recorded.rows import Row, rows
from estate.arm_id import key, name_of, resource_group_of, subscription_of
from estate.cloud import Cloud
from estate.response import one_line
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
    "SourceServiceTags": str,
    "DestinationServiceTags": str,
    "OnTheWay": bool,
    "DestinationPort": int,
    "Flows": int,
    "Bytes": int,
    "LastSeen": TIME,
}
_Ends = tuple[End, End, int, str]


@dataclass(frozen=True, slots=True)
class Recorded:
    """Flows that workspaces hold; ``unread`` is why a workspace (key) could not be asked."""

    flows: Sequence[Flow]
    unread: Mapping[str, str]


def recorded_flows(
    cloud: Cloud,
    workspaces: Sequence[str],
    window: Window,
    subnets: Sequence[str] | None = None,
    groups: Sequence[str] = (),
) -> Recorded:
    """Flows that workspaces (ids) hold: all, or those of subnets and groups (ids).

    Of flows whose row names no subnet, all are there. Raises AzureError where no workspace can be
    asked, EstateError where one has too much.
    """
    values = {}
    if subnets is not None and len(subnets) + len(groups) <= MOST_PLACES:
        values = {
            "Places": _texts(map(named, subnets)),
            "Groups": _texts(map(group_named, groups)),
            "Everywhere": "false",
        }
    found: list[Row] = []
    unread: dict[str, str] = {}
    for workspace in workspaces:
        try:
            listed = rows(cloud, workspace, QUERY, window, _ROW, values)
            found += [{**row, "Workspace": workspace} for row in listed]
        except AzureError as error:
            unread[key(workspace)] = f"workspace {name_of(workspace)}: {one_line(error)}"
            if len(unread) == len(workspaces):
                raise
    return Recorded(list(merged(found)), unread)


def _texts(names: Iterable[str]) -> str:
    quoted = ", ".join(f'"{name}"' for name in sorted(names))
    return f"dynamic([{quoted}])"


def named(subnet: str) -> str:
    """A subnet as rows name it, in lower case."""
    network = subnet.rsplit("/", 2)[0]
    return key(f"{resource_group_of(subnet)}/{name_of(network)}/{name_of(subnet)}")


def merged(found: Iterable[Row]) -> Iterator[Flow]:
    """Flows of rows: for the same ends, port and protocol those let through and those refused.

    Each is as many as the end that saw most reports, and of an end that feeds several workspaces
    (column ``Workspace``) the one that has most counts. What the source let out and the destination
    refused is refused. An appliance on the way adds the rules that decided there.
    """
    by_ends: dict[_Ends, list[Row]] = defaultdict(list)
    for row in found:
        by_ends[_ends(row)].append(row)
    for ends, reports in by_ends.items():
        own = [row for row in reports if not row.get("OnTheWay")]
        passing = [row for row in reports if row.get("OnTheWay")]
        yield from _flows(ends, own, passing) if own else _passing(ends, passing)


def _passing(ends: _Ends, reports: Sequence[Row]) -> Iterator[Flow]:
    """Flows that only an appliance on the way reported."""
    for action in ("Allowed", "Denied"):
        counted = _most([row for row in reports if row["Action"] == action])
        if counted:
            yield _flow(ends, counted, denied=action == "Denied")


def _flows(ends: _Ends, reports: Sequence[Row], passing: Sequence[Row]) -> Iterator[Flow]:
    said = {
        (at, action): _most([row for row in reports if (_at(row), row["Action"]) == (at, action)])
        for at in ("Source", "Destination")
        for action in ("Allowed", "Denied")
    }
    let_out, refused = said["Source", "Allowed"], said["Destination", "Denied"]
    let_on = [row for row in passing if row["Action"] == "Allowed"]
    if said["Source", "Denied"]:
        yield _flow(ends, said["Source", "Denied"], denied=True)
    if stopped := _most([row for row in passing if row["Action"] == "Denied"]):
        yield _flow(ends, stopped, [*let_out, *stopped], denied=True)
    if refused:
        yield _flow(ends, refused, [*let_out, *let_on, *refused], denied=True)
    arrived = said["Destination", "Allowed"]
    rest = _sum(let_out, "Flows") - _sum(refused, "Flows")
    if arrived and _sum(arrived, "Flows") >= rest:
        yield _flow(ends, arrived, [*let_out, *let_on, *arrived], denied=False)
    elif rest > 0:
        yield _flow(ends, let_out, [*let_out, *let_on, *arrived], denied=False, flows=rest)


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
        tags=tags_in(row.get(f"{side}ServiceTags") or ""),
        machine=row.get(side) or "",
    )


def tags_in(cell: str) -> frozenset[str]:
    """Service tags of a cell, in lower case: its words, since no form of it is documented."""
    return frozenset(re.findall(r"[\w.]+", cell.casefold()))


def _deciding(row: Row) -> Deciding:
    return Deciding(
        at=_at(row),
        group=group_named(row.get("RuleGroup") or ""),
        rule=rule_named(row.get("Rule") or ""),
        kind=row.get("RuleKind") or "",
        flows=row.get("Flows") or 0,
        bytes=row.get("Bytes") or 0,
        last_seen=_seen(row),
        on_the_way=bool(row.get("OnTheWay")),
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
