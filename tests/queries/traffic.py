"""Writes flows the way Traffic Analytics writes them, into the rows of either of its tables.

Public addresses are folded: flows that differ in the public address alone share a row, whose cell
lists each address with its figures (Microsoft Learn, "Traffic analytics schema and data
aggregation").
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

START = datetime(2026, 3, 2, 10)
HUB, SPOKE = "flow-logs/hub", "flow-logs/spoke"
_FOLDED = ("AzurePublic", "ExternalPublic")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Flows of one interval with the same ends, port, direction and verdict.

    ``sent`` is bytes from source to destination, ``returned`` the other way; ``interval`` minutes.
    ``hop`` is a report of an appliance on the way, which sees the flow from the other side;
    ``on_the_way`` one of the flow as it goes on from there. ``private`` is the id of a private
    endpoint, ``link`` of what is behind it, ``tags`` the cell with those of the public end.
    """

    source: str
    destination: str
    port: int = 443
    protocol: Literal["T", "U"] = "T"
    direction: Literal["I", "O"] = "O"
    status: Literal["A", "D"] = "A"
    flows: int = 1
    sent: int = 0
    returned: int = 0
    type: str = "ExternalPublic"
    application: str = ""
    country: str = ""
    azure_region: str = ""
    rule: str = "rule"
    group: str = ""
    flow_log: str = HUB
    mac: str = "0022480000AA"
    source_machine: str = ""
    destination_machine: str = ""
    source_subnet: str = ""
    destination_subnet: str = ""
    start: datetime = START
    interval: int = 60
    late: int = 20
    hop: bool = False
    on_the_way: bool = False
    encryption: str = ""
    private: str = ""
    link: str = ""
    tags: str = ""

    @property
    def public(self) -> str:
        """The end that Traffic Analytics folds."""
        return self.source if self.direction == "I" else self.destination

    @property
    def reported(self) -> Literal["I", "O"]:
        """The direction in the report."""
        return "I" if (self.direction == "I") != self.hop else "O"


def vnet_rows(flows: Iterable[Flow], *, words: bool = False) -> list[Row]:
    """Rows of NTANetAnalytics; ``words`` spells direction and status in full."""
    return [_vnet_row(folded, words) for folded in _fold(flows)]


def nsg_rows(flows: Iterable[Flow]) -> list[Row]:
    """Rows of AzureNetworkAnalytics_CL."""
    return [_nsg_row(folded) for folded in _fold(flows)]


def _fold(flows: Iterable[Flow]) -> list[list[Flow]]:
    grouped: dict[object, list[Flow]] = defaultdict(list)
    for number, flow in enumerate(flows):
        same = replace(flow, flows=0, sent=0, returned=0)
        if flow.type not in _FOLDED:
            grouped[number].append(flow)
        elif flow.direction == "I":
            grouped[replace(same, source="")].append(flow)
        else:
            grouped[replace(same, destination="")].append(flow)
    return list(grouped.values())


def _cell(flows: list[Flow]) -> str:
    """address|started|ended|packets out|packets in|bytes out|bytes in, one entry per address."""
    return " ".join(
        f"{flow.public}|{flow.flows}|{flow.flows}|{flow.flows}|{flow.flows}|{flow.sent}|{flow.returned}"
        for flow in flows
    )


def _counters(flows: list[Flow]) -> Mapping[str, int]:
    status = {"A": "Allowed", "D": "Denied"}[flows[0].status]
    direction = {"I": "In", "O": "Out"}[flows[0].reported]
    names = [f"{s}{d}Flows" for s in ("Allowed", "Denied") for d in ("In", "Out")]
    total = sum(flow.flows for flow in flows)
    return {name: total if name == f"{status}{direction}Flows" else 0 for name in names}


def _ends(flows: list[Flow]) -> dict[str, str]:
    first, folded = flows[0], flows[0].type in _FOLDED
    inbound = first.direction == "I"
    return {
        "source": "" if folded and inbound else first.source,
        "destination": "" if folded and not inbound else first.destination,
        "source_cell": _cell(flows) if folded and inbound else "",
        "destination_cell": _cell(flows) if folded and not inbound else "",
    }


def _vnet_row(flows: list[Flow], words: bool) -> Row:
    first, ends, counters = flows[0], _ends(flows), _counters(flows)
    spelled = {"I": "Inbound", "O": "Outbound", "A": "Allowed", "D": "Denied"}
    end = first.start + timedelta(minutes=first.interval)
    return {
        **counters,
        **_surroundings(first),
        "TimeGenerated": end + timedelta(minutes=first.late),
        "SubType": "FlowLog",
        "FlowLogResourceId": first.flow_log,
        "TargetResourceId": first.flow_log.replace("flow-logs", "networks"),
        "MacAddress": first.mac,
        "FlowIntervalStartTime": first.start,
        "FlowIntervalEndTime": end,
        "FlowStartTime": first.start,
        "FlowEndTime": end,
        "FlowType": first.type,
        "SrcIp": ends["source"],
        "DestIp": ends["destination"],
        "SrcPublicIps": ends["source_cell"],
        "DestPublicIps": ends["destination_cell"],
        "DestPort": first.port,
        "L4Protocol": first.protocol,
        "L7Protocol": first.application,
        "FlowDirection": spelled[first.reported] if words else first.reported,
        "IsFlowCapturedAtUdrHop": first.hop or first.on_the_way,
        "FlowStatus": spelled[first.status] if words else first.status,
        "AclRule": first.rule,
        "AclGroup": first.group,
        "BytesSrcToDest": sum(flow.sent for flow in flows),
        "BytesDestToSrc": sum(flow.returned for flow in flows),
        "PacketsSrcToDest": sum(flow.flows for flow in flows),
        "PacketsDestToSrc": sum(flow.flows for flow in flows),
        "_BilledSize": 1000.0,
        "_IsBillable": "true",
    }


def _surroundings(first: Flow) -> Row:
    """Columns on the ends and the way between them."""
    return {
        "FlowEncryption": first.encryption,
        "PrivateEndpointResourceId": first.private,
        "PrivateLinkResourceId": first.link,
        "SrcServiceTags": first.tags if first.direction == "I" else "",
        "DestServiceTags": first.tags if first.direction == "O" else "",
        "SrcVm": first.source_machine,
        "DestVm": first.destination_machine,
        "SrcSubnet": first.source_subnet,
        "DestSubnet": first.destination_subnet,
        "Country": first.country,
        "AzureRegion": first.azure_region,
    }


def _nsg_row(flows: list[Flow]) -> Row:
    new = _vnet_row(flows, words=False)
    return {
        **{f"{name}_d": float(count) for name, count in _counters(flows).items()},
        "TimeGenerated": new["TimeGenerated"],
        "SubType_s": "FlowLog",
        "NSGList_s": new["FlowLogResourceId"],
        "MACAddress_s": new["MacAddress"],
        "FlowIntervalStartTime_t": new["FlowIntervalStartTime"],
        "FlowIntervalEndTime_t": new["FlowIntervalEndTime"],
        "FlowStartTime_t": new["FlowStartTime"],
        "FlowEndTime_t": new["FlowEndTime"],
        "FlowType_s": new["FlowType"],
        "SrcIP_s": new["SrcIp"],
        "DestIP_s": new["DestIp"],
        "SrcPublicIPs_s": new["SrcPublicIps"],
        "DestPublicIPs_s": new["DestPublicIps"],
        "DestPort_d": float(new["DestPort"]),
        "L4Protocol_s": new["L4Protocol"],
        "L7Protocol_s": new["L7Protocol"],
        "FlowDirection_s": new["FlowDirection"],
        "FlowStatus_s": new["FlowStatus"],
        "IsFlowCapturedAtUDRHop_b": new["IsFlowCapturedAtUdrHop"],
        "NSGRule_s": new["AclRule"],
        "OutboundBytes_d": float(new["BytesSrcToDest"]),
        "InboundBytes_d": float(new["BytesDestToSrc"]),
        "OutboundPackets_d": float(new["PacketsSrcToDest"]),
        "InboundPackets_d": float(new["PacketsDestToSrc"]),
        "VM1_s": new["SrcVm"],
        "VM2_s": new["DestVm"],
        "Subnet1_s": new["SrcSubnet"],
        "Subnet2_s": new["DestSubnet"],
        "Country_s": new["Country"],
        "AzureRegion_s": new["AzureRegion"],
        "_BilledSize": 1000.0,
        "_IsBillable": "true",
    }
