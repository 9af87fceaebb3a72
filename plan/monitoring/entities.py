"""What a column of an answer names, for Microsoft Sentinel: a host, an address, a flow log.

Kinds and identifiers: Microsoft Learn, "Microsoft Sentinel entity types reference". A row names a
machine with its group in front and a flow log by four parts (subscription, group, watcher, name),
so some identifiers are worked out.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entity:
    """A kind of entity, the identifier that tells it, and KQL of that on a COLUMN, if it needs."""

    kind: str
    identifier: str
    kql: str = ""

    def worked_out(self, column: str) -> tuple[str, str]:
        """The column that holds the identifier, and the line of KQL that adds it, if any."""
        if not self.kql:
            return column, ""
        added = f"{column}{self.kind}"
        return added, f"\n| extend {added} = {self.kql.replace('COLUMN', column)}"


HOST = Entity("Host", "HostName", 'extract(@"([^/]+)$", 1, COLUMN)')
IP = Entity("IP", "Address")
FLOW_LOG = Entity(
    "AzureResource",
    "ResourceId",
    'iff(COLUMN matches regex @"^[^/]+/[^/]+/[^/]+/[^/]+$", replace_regex(COLUMN, '
    r'@"^([^/]+)/([^/]+)/([^/]+)/([^/]+)$", @"/subscriptions/\1/resourceGroups/\2/providers/'
    r'Microsoft.Network/networkWatchers/\3/flowLogs/\4"), "")',
)
