"""The workbook's tabs: which query is on which, and which flows a click on a row lists."""

from __future__ import annotations

from collections.abc import Mapping

from plan.monitoring.workbook_detections import DETECTIONS
from plan.monitoring.workbook_panel import Panel, clicked, conversation

BRUSH = "Brush"
_AT_AZURE = "iff(isempty({end}Region) and Direction == '{way}', AzureRegion, {end}Region)"
"""Region of an end, as traffic-between-regions has it: of a public address, Azure's."""
_HIT = (
    "Rule in ('{HitRule}', 'UserRule_{HitRule}', 'DefaultRule_{HitRule}') "
    "and RuleGroup =~ '{HitGroup}' and RuleKind == '{HitKind}' and Action == '{HitAction}' "
    "and ReportedAt == iff('{HitWay}' == 'Outbound', 'Source', 'Destination')"
)
"""Flows that hit the clicked rule, which rule-hits names as Azure does."""


TABS: Mapping[str, tuple[str, tuple[Panel, ...]]] = {
    "overview": (
        "Overview",
        (
            Panel(
                query="traffic-over-time",
                column="Hour",
                chosen=BRUSH,
                where="true",
                visualization="timechart",
            ),
            Panel(
                query="traffic-by-country",
                column="Country",
                chosen="Country",
                where="Reach == 'Internet' "
                "and iff(isempty(Country), 'unknown', Country) =~ '{Country}'",
                visualization="map",
            ),
            Panel(
                query="traffic-between-regions",
                column="SourceRegion",
                chosen="FromRegion",
                where=f"{_AT_AZURE.format(end='Source', way='Inbound')} =~ '{{FromRegion}}' "
                f"and {_AT_AZURE.format(end='Destination', way='Outbound')} =~ '{{ToRegion}}'",
                also={"ToRegion": "DestinationRegion"},
            ),
        ),
    ),
    "talkers": (
        "Talkers",
        (
            Panel(
                query="top-talkers",
                column="Address",
                chosen="Talker",
                where="SourceAddress == '{Talker}' or DestinationAddress == '{Talker}'",
            ),
            Panel(
                query="top-conversations",
                column="SourceAddress",
                chosen="Speaker",
                where="SourceAddress == '{Speaker}'",
            ),
            Panel(
                query="appliance-traffic",
                column="SourceAddress",
                chosen="ThroughFrom",
                where=f"OnTheWay and {conversation('Through')} "
                "and iff(isempty(MacAddress), Target, MacAddress) == '{Card}'",
                also={**clicked("Through"), "Card": "Card"},
            ),
        ),
    ),
    "applications": (
        "Applications and protocols",
        (
            Panel(
                query="traffic-by-application",
                column="Application",
                chosen="Application",
                where="Application == '{Application}' "
                "or strcat(Protocol, ' ', tostring(DestinationPort)) == '{Application}'",
            ),
            Panel(
                query="traffic-by-protocol",
                column="DestinationPort",
                chosen="Port",
                where="tostring(DestinationPort) == '{Port}' and Protocol == '{Protocol}'",
                also={"Protocol": "Protocol"},
            ),
        ),
    ),
    "services": (
        "Services and encryption",
        (
            Panel(
                query="private-endpoint-traffic",
                column="SourceAddress",
                chosen="ServedFrom",
                where=conversation("Served"),
                also=clicked("Served"),
            ),
            Panel(
                query="traffic-by-service-tag",
                column="Tag",
                chosen="ServiceTag",
                where="Direction == '{TagWay}' and Reach != 'Internal' "
                r"and set_has_element(extract_all(@'([A-Za-z][\w.-]*)', "
                "iff(Direction == 'Outbound', DestinationServiceTags, SourceServiceTags)), "
                "'{ServiceTag}')",
                also={"TagWay": "Direction"},
            ),
            Panel(
                query="unencrypted-inside",
                column="SourceAddress",
                chosen="ClearFrom",
                where="Encryption !in ('', 'encrypted') and Action == 'Allowed' "
                f"and {conversation('Clear')}",
                also=clicked("Clear"),
            ),
        ),
    ),
    "blocked": (
        "Blocked",
        (
            Panel(
                query="top-denied",
                column="SourceAddress",
                chosen="Denied",
                where="SourceAddress == '{Denied}' and DeniedFlows > 0",
            ),
            Panel(
                query="blocked-traffic",
                column="Rule",
                chosen="Rule",
                where="Rule == '{Rule}' and RuleGroup == '{Group}' and DeniedFlows > 0 "
                "and Target == '{Target}' and Direction == '{Way}' and Reach == '{Reach}'",
                also={
                    "Group": "RuleGroup",
                    "Target": "Target",
                    "Way": "Direction",
                    "Reach": "Reach",
                },
            ),
        ),
    ),
    "rules": (
        "Rules",
        (
            Panel(
                query="rule-hits",
                column="Rule",
                chosen="HitRule",
                where=_HIT,
                also={
                    "HitGroup": "RuleGroup",
                    "HitKind": "RuleKind",
                    "HitWay": "Direction",
                    "HitAction": "Action",
                },
            ),
        ),
    ),
    "malicious": (
        "Malicious",
        (
            Panel(
                query="malicious-ips",
                column="Outside",
                chosen="Outside",
                where="SourceAddress == '{Outside}' or DestinationAddress == '{Outside}'",
            ),
            Panel(
                query="allowed-from-internet",
                column="DestinationAddress",
                chosen="Reached",
                where="DestinationAddress == '{Reached}' and Direction == 'Inbound' "
                "and tostring(DestinationPort) == '{ReachedPort}' and Protocol == '{ReachedOver}' "
                "and Reach != 'Internal' and ('{ReachedBy}' == '' "
                "or set_has_element(split('{ReachedBy}', ', '), DecidedBy))",
                also={
                    "ReachedPort": "DestinationPort",
                    "ReachedOver": "Protocol",
                    "ReachedBy": "LetInBy",
                },
            ),
        ),
    ),
    "detections": ("Detections (last day)", DETECTIONS),
    "recording": (
        "Recording",
        (
            Panel(
                query="data-freshness",
                column="FlowLog",
                chosen="Recorder",
                where="FlowLog == '{Recorder}'",
            ),
            Panel(
                query="recording-by-hour",
                column="FlowLog",
                chosen="HourOf",
                where="FlowLog == '{HourOf}' and IntervalStart >= todatetime('{HourFrom}') "
                "and IntervalStart < todatetime('{HourUntil}')",
                also={"HourFrom": "From", "HourUntil": "Until"},
            ),
        ),
    ),
    "cost": (
        "Cost",
        (
            Panel(
                query="ingestion-volume",
                column="FlowLog",
                chosen="Spender",
                where="FlowLog == '{Spender}'",
                detail="ingestion-by-day",
            ),
        ),
    ),
}
