"""The columns of a row of Traffic Analytics, from the reports that it holds.

Microsoft Learn, "Traffic analytics schema and data aggregation": columns of both tables, how a cell
lists public addresses (`address|started|ended|packets out|in|bytes out|in`), that flows which
differ in the public address alone share a row. Unconfirmed: the form of service tags in their
cells, what a row names where no group is (nothing), and the collection as `AclGroup` of a security
admin rule. Default rules have `DefaultRule_` before their name, as in the flow logs of that page.
Packets are made up: one for each thousand bytes, and at least one for each flow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from localazure.operationalinsights.conversations import GROUP_TABLE
from localazure.operationalinsights.reports import Report
from localazure.operationalinsights.scene import Spot, region_of
from localazure.state.arm_id import parse_resource
from localazure.state.subresources import reference
from rules.model import Rule

_FOLDED = ("AzurePublic", "ExternalPublic")
_PACKET = 1000  # bytes
Counted = tuple[Report, int]
"""A report, and how many times of its conversation one interval holds."""


def folded(report: Report) -> bool:
    """True if the far end is listed in a cell, beside others."""
    return report.type in _FOLDED and report.far.public


def alike(report: Report) -> object:
    """Equal for reports that share a row of an interval."""
    far = report.far.address if not folded(report) else tuple(report.far.tags)
    return (
        report.log["id"],
        report.at,
        report.near.address,
        report.near.end.subnet,
        far,
        report.far.end.subnet,
        report.talk.port,
        report.talk.protocol,
        report.type,
        report.allowed,
        report.rule,
    )


def columns(table: str, held: Sequence[Counted]) -> dict[str, Any]:
    """A row of a table without names of the flow log and times."""
    return _of_group(held) if table == GROUP_TABLE else _of_network(held)


def _of_network(held: Sequence[Counted]) -> dict[str, Any]:
    first = held[0][0]
    sent, returned = _bytes(held)
    endpoint = first.destination.endpoint
    return {
        **_counters(held),
        **_cells(held, "SrcIp", "DestIp", "SrcPublicIps", "DestPublicIps"),
        "FlowType": first.type,
        "DestPort": first.talk.port,
        "L4Protocol": first.talk.protocol[0],
        "FlowDirection": _direction(first),
        "FlowStatus": _status(first),
        "IsFlowCapturedAtUdrHop": False,
        "MacAddress": _mac(first.near),
        "AclGroup": _group(first.rule),
        "AclRule": _rule(first.rule),
        "BytesSrcToDest": sent,
        "BytesDestToSrc": returned,
        "PacketsSrcToDest": _packets(held, sent),
        "PacketsDestToSrc": _packets(held, returned) if first.allowed else 0,
        **_place(first.source, "Src{}"),
        **_place(first.destination, "Dest{}"),
        "SrcServiceTags": ",".join(first.source.tags),
        "DestServiceTags": ",".join(first.destination.tags),
        "PrivateEndpointResourceId": _short(reference(endpoint)),
    }


def _of_group(held: Sequence[Counted]) -> dict[str, Any]:
    first = held[0][0]
    sent, returned = _bytes(held)
    rule = first.rule
    return {
        **{f"{name}_d": float(count) for name, count in _counters(held).items()},
        **_cells(held, "SrcIP_s", "DestIP_s", "SrcPublicIPs_s", "DestPublicIPs_s"),
        "FlowType_s": first.type,
        "DestPort_d": float(first.talk.port),
        "L4Protocol_s": first.talk.protocol[0],
        "FlowDirection_s": _direction(first),
        "FlowStatus_s": _status(first),
        "IsFlowCapturedAtUDRHop_b": False,
        "MACAddress_s": _mac(first.near),
        "NSGRule_s": "" if rule is None else rule.name,
        "NSGRuleType_s": "" if rule is None else "Default" if rule.default else "User Defined",
        "OutboundBytes_d": float(sent),
        "InboundBytes_d": float(returned),
        "OutboundPackets_d": float(_packets(held, sent)),
        "InboundPackets_d": float(_packets(held, returned) if first.allowed else 0),
        **_old_place(first.source, "1"),
        **_old_place(first.destination, "2"),
    }


def _cells(held: Sequence[Counted], *names: str) -> dict[str, str]:
    """The addresses of both ends, of which a public one is in a cell."""
    first = held[0][0]
    source, destination, source_cell, destination_cell = names
    values = {source: first.source.address, destination: first.destination.address}
    if folded(first):
        inbound = first.far is first.source
        values[source if inbound else destination] = ""
        values[source_cell if inbound else destination_cell] = " ".join(map(_listed, held))
    return values


def _listed(counted: Counted) -> str:
    report, times = counted
    flows = report.talk.flows * times
    sent, returned = _bytes([counted])
    packets = _packets([counted], sent), _packets([counted], returned) if report.allowed else 0
    figures = (flows, flows, *packets, sent, returned)
    return "|".join([report.far.address, *map(str, figures)])


def _counters(held: Sequence[Counted]) -> dict[str, int]:
    first = held[0][0]
    own = f"{'Allowed' if first.allowed else 'Denied'}{'Out' if first.at == 'Source' else 'In'}"
    names = [f"{said}{way}" for said in ("Allowed", "Denied") for way in ("In", "Out")]
    return {f"{name}Flows": _flows(held) if name == own else 0 for name in names}


def _flows(held: Sequence[Counted]) -> int:
    return sum(report.talk.flows * times for report, times in held)


def _bytes(held: Sequence[Counted]) -> tuple[int, int]:
    """Sent and returned: a flow that is refused has neither (vnet-flow-logs-overview)."""
    if not held[0][0].allowed:
        return 0, 0
    sent = sum(report.talk.sent * times for report, times in held)
    return sent, sum(report.talk.returned * times for report, times in held)


def _packets(held: Sequence[Counted], bytes_: int) -> int:
    return max(_flows(held), -(-bytes_ // _PACKET))


def _direction(report: Report) -> str:
    return "O" if report.at == "Source" else "I"


def _status(report: Report) -> str:
    return "A" if report.allowed else "D"


def _mac(spot: Spot) -> str:
    properties = spot.interface["properties"] if spot.interface else {}
    return str(properties.get("macAddress") or "").replace("-", "").upper()


def _group(rule: Rule | None) -> str:
    if rule is None:
        return ""
    id_ = parse_resource(rule.group)
    return id_.name if rule.admin else f"{id_.subscription}/{id_.group}/{id_.name}"


def _rule(rule: Rule | None) -> str:
    if rule is None:
        return ""
    return f"DefaultRule_{rule.name}" if rule.default else rule.name


def _place(spot: Spot, form: str) -> Mapping[str, str]:
    """Columns on the place of an end, each named by a form."""
    if spot.network is None or spot.subnet is None:
        return {}
    network = parse_resource(spot.network["id"])
    found = {
        "Subnet": f"{network.group}/{network.name}/{spot.subnet['name']}",
        "Subscription": network.subscription,
        "Region": region_of(spot),
    }
    if spot.interface is not None:
        machine = reference(spot.interface["properties"].get("virtualMachine"))
        found |= {"Nic": _short(spot.interface["id"]), "Vm": _short(machine)}
    return {form.format(name): value for name, value in found.items()}


_OLD = {"Subnet": "_s", "Subscription": "_g", "Region": "_s", "Nic": "_s", "Vm": "_s"}


def _old_place(spot: Spot, number: str) -> Mapping[str, str]:
    return {
        f"{name.upper() if name in ('Nic', 'Vm') else name}{number}{_OLD[name]}": value
        for name, value in _place(spot, "{}").items()
    }


def _short(id_: str | None) -> str:
    """Resource group and name, as rows name resources."""
    if id_ is None:
        return ""
    parsed = parse_resource(id_)
    return f"{parsed.group}/{parsed.name}"
