"""Security rules and flows as plain frozen records.

Directions, accesses and protocols are spelled as ARM spells them (``Inbound``, ``Allow``, ``Tcp``).
Ports are closed ranges of 0 to 65535. Addresses are those of ``ipaddress``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network
from typing import Literal

from rules.ranges import joined

Direction = Literal["Inbound", "Outbound"]
Access = Literal["Allow", "Deny", "AlwaysAllow"]
"""``AlwaysAllow`` is a security admin rule's: security groups are not asked any more."""
Network = IPv4Network | IPv6Network
Ports = tuple[tuple[int, int], ...]
ALL_PORTS: Ports = ((0, 65535),)
ANY_PROTOCOL = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Peers:
    """The addresses that one side of a rule names.

    ``tags`` are service tags in lower case, ``application_groups`` keys of application security
    groups, ``network_groups`` keys of a network manager's groups; ``anything`` is ``*``.
    """

    networks: tuple[Network, ...] = ()
    tags: tuple[str, ...] = ()
    application_groups: tuple[str, ...] = ()
    network_groups: tuple[str, ...] = ()
    anything: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule; ``group`` is the id of the security group, or of the rule collection, it is of.

    ``default`` is whether Azure made it. Lower priorities are asked first.
    """

    group: str
    name: str
    direction: Direction
    access: Access
    priority: int
    protocol: str = ANY_PROTOCOL
    sources: Peers = field(default_factory=lambda: Peers(anything=True))
    destinations: Peers = field(default_factory=lambda: Peers(anything=True))
    source_ports: Ports = ALL_PORTS
    destination_ports: Ports = ALL_PORTS
    default: bool = False
    admin: bool = False

    @property
    def any_source_port(self) -> bool:
        """True if the rule does not ask from which port a flow comes."""
        return joined(self.source_ports) == ALL_PORTS


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """One end of a flow, as rows of Traffic Analytics tell it.

    ``address`` is text, blank where the row has none. ``subnet`` is
    ``<resource group>/<network>/<subnet>`` in lower case, blank where the row names none;
    ``subscription`` a GUID in lower case. ``tags`` are the service tags that the row gives the
    address, lower case. ``machine`` is what rows call it, which does not tell ends apart.
    """

    address: str
    subnet: str = ""
    subscription: str = ""
    tags: frozenset[str] = frozenset()
    machine: str = field(default="", compare=False)


At = Literal["Source", "Destination"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """A rule that rows name for a flow, and for how much of it.

    ``group`` is ``<subscription>/<resource group>/<name>`` in lower case, ``rule`` its name; both
    may be blank. ``at`` is the end that reported it, ``kind`` one of ``RuleKind`` of FlowLogs.
    ``on_the_way`` is a report of a network appliance between the ends, whose groups decided.
    """

    at: At
    group: str
    rule: str
    kind: str
    flows: int = 0
    bytes: int = 0
    last_seen: datetime = datetime.min
    on_the_way: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Flows of the same ends, port, protocol and verdict, as they were recorded.

    ``protocol`` is ``TCP``, ``UDP`` or what the row says; ``type`` is Traffic Analytics' FlowType.
    ``bytes`` go both ways. ``last_seen`` is UTC, the end of the last interval with such a flow.
    ``deciding`` are the rules of each end that reported; a flow is refused where the last of them
    is, since what its source refuses never comes to its destination.
    """

    source: End
    destination: End
    port: int
    protocol: str
    denied: bool
    flows: int
    bytes: int
    last_seen: datetime
    type: str = ""
    deciding: tuple[Deciding, ...] = ()

    @property
    def refused_at(self) -> At | None:
        """The end that refused it; None where none did, or where rows do not tell."""
        ends = {each.at for each in self.deciding if not each.on_the_way}
        if not self.denied or not ends:
            return None
        return "Destination" if "Destination" in ends else "Source"

    def passed(self, at: At) -> bool:
        """True if it is recorded that an end let it through."""
        return not self.denied or (at == "Source" and self.refused_at == "Destination")
