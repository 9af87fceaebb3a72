"""What talks to what in an estate: beside `rows`, an entry of a table of flows may hold

    conversations   who talks to whom, how much, how often, and from when to when
    gaps            times in which a flow log wrote nothing, whatever the cause
    late            times whose rows of a flow log come later than they do otherwise

Times are ISO 8601 in UTC, or relative: `-P30D` is thirty days ago. A conversation takes place at
the multiples of `every` (UTC), so that what was written stays the same while the clock goes on. All
figures are of one time: flows, and bytes in either direction. The entry may be of either table of
flows: the flow logs decide which of them gets the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any, Literal

from localazure.state.arm_id import key
from localazure.state.file_shape import Needed
from localazure.state.store import Resource, Store
from localazure.state.times import duration

NETWORK_TABLE = "NTANetAnalytics"
GROUP_TABLE = "AzureNetworkAnalytics_CL"
TABLES = "Microsoft.OperationalInsights/workspaces/tables"
_HOUR = timedelta(hours=1)
_TYPES = (
    *("IntraVNet", "InterVNet", "S2S", "P2S", "AzurePublic", "ExternalPublic", "MaliciousFlow"),
    *("UnknownPrivate", "Unknown"),
)
"""FlowType as the page "Traffic analytics schema" lists it."""

_SPAN = {"flowLog": Needed(str), "from": Needed(str), "to": str}
SHAPE: dict[str, Any] = {
    "conversations": [
        {
            "source": Needed(str),
            "destination": Needed(str),
            "port": Needed(int),
            "protocol": Needed(str),
            "flows": int,
            "bytesSent": int,
            "bytesReturned": int,
            "from": Needed(str),
            "to": str,
            "every": str,
            "type": str,
        }
    ],
    "gaps": [_SPAN],
    "late": [{**_SPAN, "by": Needed(str)}],
}
"""The members of an entry, to be checked by file_shape.check."""


class Unreadable(ValueError):
    """A value that cannot be used; the text names the member and the rule."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as the estate gives it: at a fixed time, or so long before now."""

    at: datetime | None = None
    ago: timedelta = timedelta()

    def on(self, now: datetime) -> datetime:
        """The time in UTC, without a zone."""
        return self.at or now + self.ago


NOW = Moment()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """Flows between two addresses to a port, again and again; `place` is where it is written."""

    place: str
    source: str
    destination: str
    port: int
    protocol: Literal["TCP", "UDP"]
    flows: int
    sent: int
    returned: int
    begin: Moment
    end: Moment
    every: timedelta
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A time of one flow log, named by its name or id; `by` is how late its rows come."""

    place: str
    flow_log: str
    begin: Moment
    end: Moment
    by: timedelta = timedelta()

    def names(self, log: Resource) -> bool:
        """True if it is of a flow log."""
        return key(self.flow_log) in (key(log["name"]), key(log["id"]))

    def check(self, logs: Iterable[Resource]) -> None:
        """Raises Unreadable where it is of no flow log, or of several of one name."""
        named = [log["id"] for log in logs if self.names(log)]
        if len(named) != 1:
            found = " and ".join(named) or "no flow log"
            raise Unreadable(f"'{self.place}.flowLog': {self.flow_log} names {found}; give the id")


@dataclass(frozen=True, slots=True)
class Traffic:
    """All that the tables of a workspace say."""

    conversations: tuple[Conversation, ...] = ()
    gaps: tuple[Span, ...] = ()
    late: tuple[Span, ...] = ()


def has_traffic(store: Store, workspace: Resource) -> bool:
    """True if rows of a workspace come of conversations."""
    return any("conversations" in table for table in store.of_type(TABLES, workspace["id"]))


def traffic(store: Store, workspace: Resource) -> Traffic:
    """What the tables of a workspace say. Raises Unreadable."""
    found = [read(table) for table in store.of_type(TABLES, workspace["id"])]
    return Traffic(
        tuple(each for one in found for each in one.conversations),
        tuple(each for one in found for each in one.gaps),
        tuple(each for one in found for each in one.late),
    )


def read(table: Resource) -> Traffic:
    """What an entry says. Raises Unreadable for a value, or a table, that cannot have it."""
    given = [name for name in SHAPE if table.get(name)]
    known = table["name"] in (NETWORK_TABLE, GROUP_TABLE)
    if given and not known:
        raise Unreadable(f"'{given[0]}' are of {NETWORK_TABLE} or {GROUP_TABLE} alone")
    return Traffic(
        tuple(_conversation(*each) for each in _listed(table, "conversations")),
        tuple(_span(*each) for each in _listed(table, "gaps")),
        tuple(_span(*each) for each in _listed(table, "late")),
    )


def _listed(table: Resource, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for position, each in enumerate(table.get(name) or ()):
        yield f"{name}[{position}]", each


def _conversation(place: str, given: dict[str, Any]) -> Conversation:
    protocol, type_ = str(given["protocol"]).upper(), given.get("type", "")
    if protocol not in ("TCP", "UDP"):
        raise Unreadable(f"'{place}.protocol' must be TCP or UDP, not {given['protocol']}")
    if type_ and type_ not in _TYPES:
        raise Unreadable(f"'{place}.type' must be one of {', '.join(_TYPES)}, not {type_}")
    return Conversation(
        place=place,
        source=_address(given["source"], f"{place}.source"),
        destination=_address(given["destination"], f"{place}.destination"),
        port=_number(given["port"], f"{place}.port", 65535),
        protocol="TCP" if protocol == "TCP" else "UDP",
        flows=_number(given.get("flows", 1), f"{place}.flows"),
        sent=_number(given.get("bytesSent", 0), f"{place}.bytesSent"),
        returned=_number(given.get("bytesReturned", 0), f"{place}.bytesReturned"),
        begin=_moment(given["from"], f"{place}.from"),
        end=_moment(given["to"], f"{place}.to") if "to" in given else NOW,
        every=_length(given["every"], f"{place}.every") if "every" in given else _HOUR,
        type=type_,
    )


def _span(place: str, given: dict[str, Any]) -> Span:
    return Span(
        place=place,
        flow_log=given["flowLog"],
        begin=_moment(given["from"], f"{place}.from"),
        end=_moment(given["to"], f"{place}.to") if "to" in given else NOW,
        by=_length(given["by"], f"{place}.by") if "by" in given else timedelta(),
    )


def _address(text: str, place: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        raise Unreadable(f"'{place}' must be an address, not {text}") from None


def _number(value: int, place: str, most: int = 1 << 40) -> int:
    if not 0 <= value <= most:
        raise Unreadable(f"'{place}' must be 0 to {most}, not {value}")
    return value


def _length(text: str, place: str) -> timedelta:
    length = duration(text)
    if length is None or length < timedelta(minutes=1) or length % timedelta(minutes=1):
        raise Unreadable(f"'{place}' must be whole minutes such as PT1H or P1D, not {text}")
    return length


def _moment(text: str, place: str) -> Moment:
    if text.startswith("-P"):
        ago = duration(text)
        if ago is not None:
            return Moment(ago=ago)
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise Unreadable(
            f"'{place}' must be a time such as 2026-01-31T08:00:00Z or -P30D, not {text}"
        ) from None
    return Moment(at=given.astimezone(UTC).replace(tzinfo=None) if given.tzinfo else given)
