"""ARM properties of the resources of Terraform's azurerm, and of classic Pulumi, which bridges it.

Attribute names: hashicorp/terraform-provider-azurerm, website/docs/r. An update leaves what a
resource does not control: a subnet's group, an interface's application security groups (the same
repository, internal/services/network).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rules.changes import kinds
from rules.changes.model import Properties

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One azurerm type: its kind in ARM, where its id comes from, and how it reads."""

    kind: str
    names: tuple[str, ...] = ("name",)
    """Attributes with the names in the id, from the outermost resource."""
    parent: str = ""
    """Attribute with the id of the parent, where the names are not all there."""
    properties: Callable[[Values], Properties] = lambda values: {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An azurerm type that only attaches one resource to another."""

    kind: str
    target: str
    """Attribute with the id of the resource that changes, of that kind."""
    source: str
    """Attribute with the id of what is attached."""
    property: str
    """ARM property that holds it."""


def reference(value: Any) -> Any:
    """``{id}`` of an id; None of an empty one."""
    return {"id": value} if value else None


def references(value: Any) -> Any:
    """A list of ``{id}``; None of an empty one."""
    return [reference(item) for item in value] if isinstance(value, list) else value or None


def plain(value: Any) -> Any:
    """A value, and None for the empty texts and lists that stand for one left out."""
    return None if value in ("", []) else value


def listed(values: Values, name: str, item: Callable[[Values], Any]) -> Properties:
    """Blocks as a list, under their name in ARM; nothing where the resource does not say."""
    blocks = values.get(name)
    if blocks is None:
        return {}
    if not isinstance(blocks, list):
        return {_IN_ARM[name]: blocks}
    found = [item(block) if isinstance(block, Mapping) else block for block in blocks]
    return {_IN_ARM[name]: found}


_IN_ARM = {
    "security_rule": "securityRules",
    "subnet": "subnets",
    "route": "routes",
    "ip_configuration": "ipConfigurations",
}


def _named(properties: Callable[[Values], Properties]) -> Callable[[Values], Any]:
    return lambda block: {"name": block.get("name"), "properties": properties(block)}


def _rule(values: Values) -> Properties:
    found = {name: plain(values.get(name)) for name in ("description", "protocol", "access")}
    for end in ("source", "destination"):
        for what in ("port_range", "port_ranges", "address_prefix", "address_prefixes"):
            found[_camel(f"{end}_{what}")] = plain(values.get(f"{end}_{what}"))
        groups = values.get(f"{end}_application_security_group_ids")
        found[f"{end}ApplicationSecurityGroups"] = references(groups)
    return {**found, "priority": values.get("priority"), "direction": values.get("direction")}


def _network(values: Values) -> Properties:
    space = plain(values.get("address_space"))
    found = {} if space is None else {"addressSpace": {"addressPrefixes": space}}
    return {**found, **listed(values, "subnet", _named(_inline_subnet))}


def _subnet(values: Values) -> Properties:
    """Prefixes in the list, as azurerm has them since version 3; a single one before that."""
    prefixes = values.get("address_prefixes")
    one = values.get("address_prefix")
    found = {
        "addressPrefixes": plain(prefixes) or ([one] if one else None),
        "addressPrefix": None,
        "delegations": _delegations(values.get("delegation")),
    }
    outbound = values.get("default_outbound_access_enabled")
    return found if outbound is None else {**found, "defaultOutboundAccess": outbound}


def _delegations(blocks: Any) -> Any:
    if not isinstance(blocks, list):
        return blocks
    return [_delegation(block) for block in blocks if isinstance(block, Mapping)] or None


def _delegation(block: Values) -> Any:
    inner = block.get("service_delegation")
    first = inner[0] if isinstance(inner, list) and inner else inner
    service = first.get("name") if isinstance(first, Mapping) else first
    return {"name": block.get("name"), "properties": {"serviceName": service}}


def _inline_subnet(values: Values) -> Properties:
    return {
        **_subnet(values),
        "networkSecurityGroup": reference(values.get("security_group")),
        "routeTable": reference(values.get("route_table_id")),
    }


def _interface(values: Values) -> Properties:
    forwards = values.get("ip_forwarding_enabled", values.get("enable_ip_forwarding"))
    found = listed(values, "ip_configuration", _named(_ip_configuration))
    return found if forwards is None else {**found, "enableIPForwarding": forwards}


def _ip_configuration(values: Values) -> Properties:
    address = values.get("private_ip_address")
    found = {
        "subnet": reference(values.get("subnet_id")),
        "publicIPAddress": reference(values.get("public_ip_address_id")),
        "primary": values.get("primary"),
    }
    return {**found, "privateIPAddress": address} if isinstance(address, str) and address else found


def _peering(values: Values) -> Properties:
    flags = {
        "allow_virtual_network_access": True,
        "allow_forwarded_traffic": False,
        "allow_gateway_transit": False,
        "use_remote_gateways": False,
    }
    found = {_camel(name): _or(values.get(name), default) for name, default in flags.items()}
    complete = values.get("peer_complete_virtual_networks_enabled")
    return {
        "remoteVirtualNetwork": reference(values.get("remote_virtual_network_id")),
        **found,
        **({} if complete is None else {"peerCompleteVnets": complete}),
        "localSubnetNames": plain(values.get("local_subnet_names")),
        "remoteSubnetNames": plain(values.get("remote_subnet_names")),
    }


def _or(value: Any, default: Any) -> Any:
    return default if value is None else value


def _routes(values: Values) -> Properties:
    return listed(values, "route", _named(_route))


def _route(values: Values) -> Properties:
    return {
        "addressPrefix": values.get("address_prefix"),
        "nextHopType": values.get("next_hop_type"),
        "nextHopIpAddress": plain(values.get("next_hop_in_ip_address")),
    }


def _admin_rule(values: Values) -> Properties:
    return {
        "description": plain(values.get("description")),
        "protocol": values.get("protocol"),
        "sources": _prefixes(values.get("source")),
        "destinations": _prefixes(values.get("destination")),
        "sourcePortRanges": plain(values.get("source_port_ranges")),
        "destinationPortRanges": plain(values.get("destination_port_ranges")),
        "access": values.get("action"),
        "priority": values.get("priority"),
        "direction": values.get("direction"),
    }


def _prefixes(blocks: Any) -> Any:
    if not isinstance(blocks, list):
        return blocks
    return [
        {
            "addressPrefix": block.get("address_prefix"),
            "addressPrefixType": block.get("address_prefix_type"),
        }
        if isinstance(block, Mapping)
        else block
        for block in blocks
    ] or None


def _collection(values: Values) -> Properties:
    ids = values.get("network_group_ids")
    if not isinstance(ids, list):
        return {"appliesToGroups": ids}
    return {"appliesToGroups": [{"networkGroupId": each} for each in ids]}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


RESOURCES: Mapping[str, Resource] = {
    "azurerm_resource_group": Resource(kind=kinds.RESOURCE_GROUP),
    "azurerm_network_security_group": Resource(
        kind=kinds.GROUP, properties=lambda values: listed(values, "security_rule", _named(_rule))
    ),
    "azurerm_network_security_rule": Resource(
        kind=kinds.RULE, names=("network_security_group_name", "name"), properties=_rule
    ),
    "azurerm_virtual_network": Resource(kind=kinds.NETWORK, properties=_network),
    "azurerm_subnet": Resource(
        kind=kinds.SUBNET, names=("virtual_network_name", "name"), properties=_subnet
    ),
    "azurerm_virtual_network_peering": Resource(
        kind=kinds.PEERING, names=("virtual_network_name", "name"), properties=_peering
    ),
    "azurerm_network_interface": Resource(kind=kinds.INTERFACE, properties=_interface),
    "azurerm_application_security_group": Resource(kind=kinds.MEMBERS),
    "azurerm_route_table": Resource(kind=kinds.ROUTES, properties=_routes),
    "azurerm_route": Resource(
        kind=kinds.ROUTE, names=("route_table_name", "name"), properties=_route
    ),
    "azurerm_public_ip": Resource(kind=kinds.PUBLIC_IP),
    "azurerm_nat_gateway": Resource(kind=kinds.NAT_GATEWAY),
    "azurerm_network_manager": Resource(kind=kinds.MANAGER),
    "azurerm_network_manager_network_group": Resource(
        kind=kinds.NETWORK_GROUP, parent="network_manager_id"
    ),
    "azurerm_network_manager_security_admin_configuration": Resource(
        kind=kinds.ADMIN, parent="network_manager_id"
    ),
    "azurerm_network_manager_admin_rule_collection": Resource(
        kind=kinds.ADMIN_COLLECTION,
        parent="security_admin_configuration_id",
        properties=_collection,
    ),
    "azurerm_network_manager_admin_rule": Resource(
        kind=kinds.ADMIN_RULE, parent="admin_rule_collection_id", properties=_admin_rule
    ),
}

LINKS: Mapping[str, Link] = {
    "azurerm_subnet_network_security_group_association": Link(
        kind=kinds.SUBNET,
        target="subnet_id",
        source="network_security_group_id",
        property="networkSecurityGroup",
    ),
    "azurerm_subnet_route_table_association": Link(
        kind=kinds.SUBNET, target="subnet_id", source="route_table_id", property="routeTable"
    ),
    "azurerm_subnet_nat_gateway_association": Link(
        kind=kinds.SUBNET, target="subnet_id", source="nat_gateway_id", property="natGateway"
    ),
    "azurerm_network_interface_security_group_association": Link(
        kind=kinds.INTERFACE,
        target="network_interface_id",
        source="network_security_group_id",
        property="networkSecurityGroup",
    ),
    "azurerm_network_interface_application_security_group_association": Link(
        kind=kinds.INTERFACE,
        target="network_interface_id",
        source="application_security_group_id",
        property="applicationSecurityGroups",
    ),
}
