"""The workbook's tab of detections: worst first, each with a time of its own."""

from __future__ import annotations

from plan.monitoring.workbook_panel import Panel, clicked, conversation

DETECTIONS = (
    Panel(
        query="management-brute-force",
        column="SourceAddress",
        chosen="ForcedFrom",
        where=conversation("Forced"),
        also=clicked("Forced"),
    ),
    Panel(
        query="spreading-inside",
        column="SourceAddress",
        chosen="Spreader",
        where="SourceAddress == '{Spreader}' and Reach == 'Internal' "
        "and '{SpreadOver}' has tostring(DestinationPort)",
        also={"SpreadOver": "PortList"},
    ),
    Panel(
        query="scanning-inside",
        column="SourceAddress",
        chosen="Scanner",
        where="SourceAddress == '{Scanner}' and IntervalStart == todatetime('{ScannedFrom}')",
        also={"ScannedFrom": "IntervalStart"},
    ),
    Panel(
        query="outbound-volume",
        column="SourceAddress",
        chosen="Sender",
        where="Reach != 'Internal' and (SourceAddress == '{Sender}' "
        "and Direction == 'Outbound' or DestinationAddress == '{Sender}' "
        "and Direction == 'Inbound')",
    ),
    Panel(
        query="beaconing",
        column="SourceAddress",
        chosen="CallerFrom",
        where=conversation("Caller"),
        also=clicked("Caller"),
    ),
    Panel(
        query="first-contact",
        column="SourceSubnet",
        chosen="ContactFrom",
        where="SourceSubnet =~ '{ContactFrom}' and DestinationSubnet =~ '{ContactTo}' "
        "or SourceSubnet =~ '{ContactTo}' and DestinationSubnet =~ '{ContactFrom}'",
        also={"ContactTo": "DestinationSubnet"},
    ),
    Panel(
        query="denied-then-allowed",
        column="DestinationAddress",
        chosen="Opened",
        where="DestinationAddress == '{Opened}' and Direction == '{OpenedWay}' "
        "and tostring(DestinationPort) == '{OpenedPort}' and Protocol == '{OpenedOver}'",
        also={
            "OpenedPort": "DestinationPort",
            "OpenedOver": "Protocol",
            "OpenedWay": "Direction",
        },
    ),
)
