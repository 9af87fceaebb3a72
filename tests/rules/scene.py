"""ARM bodies of small networks, and flows between what is in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from estate.arm_id import key
from rules.landscape import Landscape
from rules.model import End, Flow

Body = dict[str, Any]
SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"
PREFIX = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-net/providers/Microsoft.Network"


def id_of(kind: str, name: str) -> str:
    """The id of a resource of Microsoft.Network."""
    return f"{PREFIX}/{kind}/{name}"


def rule(priority: int, access: str, direction: str = "Inbound", **properties: Any) -> Body:
    """A rule named after its access and priority; what is not given is any."""
    name = properties.pop("name", f"{access}{priority}")
    wanted = {"protocol": "*", "sourcePortRange": "*", "destinationPortRange": "*"}
    given = {"priority": priority, "access": access, "direction": direction, **wanted}
    return {"name": name, "properties": {**given, **properties}}


def group(name: str, *rules: Body) -> Body:
    """A security group."""
    return {
        "id": id_of("networkSecurityGroups", name),
        "properties": {"securityRules": list(rules)},
    }


def subnet(prefixes: str | Sequence[str], nsg: str = "", **properties: Any) -> Body:
    """A subnet without its id, which its network gives it."""
    listed = [prefixes] if isinstance(prefixes, str) else list(prefixes)
    given: Body = {"addressPrefixes": listed, **properties}
    if nsg:
        given["networkSecurityGroup"] = {"id": id_of("networkSecurityGroups", nsg)}
    return {"properties": given}


def network(
    name: str, space: Sequence[str], subnets: Mapping[str, Body], peerings: Sequence[Body] = ()
) -> Body:
    """A virtual network with its subnets."""
    id_ = id_of("virtualNetworks", name)
    made = [{"id": f"{id_}/subnets/{each}", **body} for each, body in subnets.items()]
    properties = {
        "addressSpace": {"addressPrefixes": list(space)},
        "subnets": made,
        "virtualNetworkPeerings": list(peerings),
    }
    return {"id": id_, "properties": properties}


def peering(remote: str, **properties: Any) -> Body:
    """A connected peering with a network."""
    given = {"peeringState": "Connected", "allowVirtualNetworkAccess": True}
    of = {"remoteVirtualNetwork": {"id": id_of("virtualNetworks", remote)}}
    return {"properties": {**given, **of, **properties}}


def card(
    name: str, where: str, address: str, nsg: str = "", asgs: Iterable[str] = (), **properties: Any
) -> Body:
    """A network interface; ``where`` is ``network/subnet``."""
    inside, _, part = where.partition("/")
    configuration = {
        "privateIPAddress": address,
        "subnet": {"id": f"{id_of('virtualNetworks', inside)}/subnets/{part}"},
        "applicationSecurityGroups": [asg(each) for each in asgs],
    }
    given: Body = {"ipConfigurations": [{"properties": configuration}], **properties}
    if nsg:
        given["networkSecurityGroup"] = {"id": id_of("networkSecurityGroups", nsg)}
    return {"id": id_of("networkInterfaces", name), "properties": given}


def asg(name: str) -> dict[str, str]:
    """A reference to an application security group."""
    return {"id": id_of("applicationSecurityGroups", name)}


def landscape(*bodies: Body, admin: Mapping[str, Sequence[Body]] | None = None) -> Landscape:
    """The landscape of bodies; ``admin`` are security admin rules by network."""
    given = {
        key(id_of("virtualNetworks", name)): [
            {"id": f"{PREFIX}/networkManagers/m/rules/{each['name']}", **each} for each in rules
        ]
        for name, rules in (admin or {}).items()
    }
    return Landscape({key(body["id"]): body for body in bodies}, given)


def end(address: str, where: str = "", tags: Iterable[str] = ()) -> End:
    """An end of a flow; ``where`` is the ``network/subnet`` that the row names."""
    named = f"rg-net/{where}" if where else ""
    of = SUBSCRIPTION if where else ""
    return End(address=address, subnet=named, subscription=of, tags=frozenset(tags))


def flow(
    source: End | str,
    destination: End | str,
    port: int = 443,
    protocol: str = "TCP",
    type_: str = "",
) -> Flow:
    """A flow; an end may be its address alone."""
    return Flow(
        source=source if isinstance(source, End) else end(source),
        destination=destination if isinstance(destination, End) else end(destination),
        port=port,
        protocol=protocol,
        denied=False,
        flows=1,
        bytes=1,
        last_seen=datetime(2026, 1, 1, tzinfo=UTC),
        type=type_,
    )
