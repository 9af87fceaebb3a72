"""Rules as the diagnostics of Azure show them: ports as ranges, `*` as a prefix, tags expanded.

Recorded: azure-libraries-for-net ManageNetworkWatcherTest and CanWatchNetwork (securityGroupView).
Specified: NetworkInterfaceEffectiveNSGList. Members of an application security group are shown by
their addresses (unconfirmed). Of tags, `VirtualNetwork` is expanded, as on Microsoft's page
"Diagnose a virtual machine network traffic filter problem": the address spaces of the network and
of its connected peers, and 168.63.129.16, Azure's own address.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from localazure.network.application_security_groups import members_of
from localazure.network.peerings import COLLECTION
from localazure.state.arm_id import parse_resource
from localazure.state.store import Resource, Store
from localazure.state.subresources import find_anything, reference, references

PLATFORM = "168.63.129.16/32"
_PROTOCOLS = {"*": "All"}
_TAGS = {"internet": "Internet", "*": "0.0.0.0/0"}

Attached = tuple[str, str, Resource]
"""`subnet` or `networkInterface`, its id, and the security group that is attached to it."""


def attached(store: Store, interface: Resource) -> Iterator[Attached]:
    """The security groups that an interface's traffic passes, as far as there are any."""
    subnet = find_anything(store, _subnet(interface) or "")
    for kind, holder in (("subnet", subnet), ("networkInterface", interface)):
        id_ = reference((holder or {}).get("properties", {}).get("networkSecurityGroup"))
        group = store.find(id_) if id_ is not None else None
        if holder is not None and group is not None:
            yield kind, holder["id"], group


def shown(store: Store, rule: Resource, name: str) -> dict[str, Any]:
    """A rule under the name that a diagnostic gives it."""
    given = rule["properties"]
    result: dict[str, Any] = {
        "name": name,
        "protocol": _PROTOCOLS.get(given.get("protocol", "*"), given.get("protocol")),
    }
    for end in ("source", "destination"):
        ports = [_range(each) for each in _values(given, f"{end}PortRange", f"{end}PortRanges")]
        addresses = [*_addresses(store, given, end)]
        result[f"{end}PortRange"], result[f"{end}PortRanges"] = _first(ports), ports
        result[f"{end}AddressPrefix"] = _first(addresses)
        result[f"{end}AddressPrefixes"] = addresses
    return result | {name: given.get(name) for name in ("access", "priority", "direction")}


def expanded(store: Store, interface: Resource, rule: dict[str, Any]) -> dict[str, Any]:
    """The rule, with what `VirtualNetwork` stands for at an interface."""
    for end, member in (("source", "Source"), ("destination", "Destination")):
        if "virtualnetwork" in (each.casefold() for each in rule[f"{end}AddressPrefixes"]):
            rule[f"expanded{member}AddressPrefix"] = _network_space(store, interface)
    return rule


def _addresses(store: Store, given: dict[str, Any], end: str) -> Iterator[str]:
    for each in _values(given, f"{end}AddressPrefix", f"{end}AddressPrefixes"):
        yield _TAGS.get(each.casefold(), each)
    for group in references(given.get(f"{end}ApplicationSecurityGroups")):
        for _, configuration in members_of(store, group):
            yield f"{configuration['properties'].get('privateIPAddress')}/32"


def _values(given: dict[str, Any], one: str, many: str) -> list[str]:
    first = given.get(one)
    return [*([first] if first else []), *(given.get(many) or [])]


def _range(ports: str) -> str:
    if ports == "*":
        return "0-65535"
    return ports if "-" in ports else f"{ports}-{ports}"


def _first(values: list[str]) -> str | None:
    return values[0] if values else None


def _subnet(interface: Resource) -> str | None:
    """The subnet of the first ipConfiguration: all of them are in one."""
    for each in interface["properties"].get("ipConfigurations", []):
        return reference(each["properties"].get("subnet"))
    return None


def _network_space(store: Store, interface: Resource) -> list[str]:
    subnet = _subnet(interface)
    network = None if subnet is None else store.find(str(parse_resource(subnet).parent))
    if network is None:
        return [PLATFORM]
    spaces = [network["properties"].get("addressSpace")]
    for peering in network["properties"].get(COLLECTION) or []:
        if peering["properties"].get("peeringState") == "Connected":
            remote = store.find(reference(peering["properties"]["remoteVirtualNetwork"]) or "")
            spaces.append((remote or {}).get("properties", {}).get("addressSpace"))
    return [prefix for each in spaces for prefix in (each or {}).get("addressPrefixes", [])] + [
        PLATFORM
    ]
