"""Network interfaces: enough to attach and detach network security groups.

Recorded: azure-libraries-for-java testNetworkSecurityGroups, azure-mgmt-network-17.1.0
test_network: a write answers `Succeeded` at once. Addresses are the first free ones of the subnet.
"""

from __future__ import annotations

import ipaddress
from dataclasses import replace
from typing import Any, ClassVar

from localazure.errors.network import InvalidResourceReference
from localazure.network.application_security_groups import MEMBERSHIPS, check_application_groups
from localazure.network.effective_groups import effective_groups
from localazure.network.network_type import NetworkType, new_guid
from localazure.network.virtual_networks import check_same_region
from localazure.server.request import Request
from localazure.server.response import Response
from localazure.state.arm_id import key
from localazure.state.links import INTERFACES
from localazure.state.store import Resource, Store
from localazure.state.subresources import SUBNETS, complete_part, find_anything, reference
from localazure.types.body_shape import check_parts, check_reference, check_shape

_FIXED = {"provisioningState", "resourceGuid", "ipConfigurations", "flowLogs", "virtualMachine"}
_RESERVED = 4
"""Azure keeps the first four addresses of a subnet."""


class NetworkInterfaces(NetworkType):
    """Microsoft.Network/networkInterfaces."""

    type = INTERFACES
    at_once: ClassVar[bool] = True

    def check(self, request: Request, before: Resource | None, location: str) -> None:
        properties = request.content().get("properties") or {}
        check_shape(properties, {"dnsSettings": {}}, "properties")
        check_parts(properties.get("ipConfigurations"), "properties.ipConfigurations")
        for position, configuration in enumerate(properties.get("ipConfigurations") or []):
            subnet = reference((configuration.get("properties") or {}).get("subnet"))
            path = f"properties.ipConfigurations[{position}].properties.subnet"
            check_reference(subnet, SUBNETS, path)
            if find_anything(request.azure.store, str(subnet)) is None:
                raise InvalidResourceReference(str(subnet), str(request.id))
            user = {"id": str(request.id), "location": location}
            given = configuration["properties"]
            where = path.removesuffix(".subnet")
            check_shape(given, {MEMBERSHIPS: list}, where)
            check_application_groups(request, given, (MEMBERSHIPS,), user, where)

    def post(self, request: Request) -> Response:
        if key(request.id.types[-1]) != "effectivenetworksecuritygroups":
            return super().post(request)
        interface = request.id.parent or request.id
        return effective_groups(request, self.existing(replace(request, id=interface)))

    def properties(
        self, request: Request, before: Resource | None, resource: Resource
    ) -> dict[str, Any]:
        content = request.content().get("properties") or {}
        group = reference(content.get("networkSecurityGroup"))
        if group is not None:
            check_same_region(request, group, resource, resource["id"])
        store = request.azure.store
        properties = {
            "resourceGuid": new_guid(before),
            "ipConfigurations": [
                _configuration(store, resource, position, each)
                for position, each in enumerate(content.get("ipConfigurations") or [])
            ],
            "enableAcceleratedNetworking": False,
            "enableIPForwarding": False,
            "hostedWorkloads": [],
            "tapConfigurations": [],
            "nicType": "Standard",
            **{name: value for name, value in content.items() if name not in _FIXED},
        }
        servers: dict[str, list[str]] = {"dnsServers": [], "appliedDnsServers": []}
        properties["dnsSettings"] = servers | (content.get("dnsSettings") or {})
        present = {} if before is None else before["properties"]
        kept = ("flowLogs", "virtualMachine")
        return properties | {name: present[name] for name in kept if name in present}

    def complete(self, resource: Resource) -> None:
        super().complete(resource)
        configurations = resource["properties"].setdefault("ipConfigurations", [])
        for number, each in enumerate(configurations, 1):
            # Without a name or an id to take it from: as the portal names them.
            each.setdefault("name", each.get("id", f"ipconfig{number}").rpartition("/")[2])
            complete_part(resource, "ipConfigurations", each, f"{INTERFACES}/ipConfigurations")


def _configuration(store: Store, interface: Resource, position: int, content: Any) -> Resource:
    id_ = f"{interface['id']}/ipConfigurations/{content['name']}"
    given = content["properties"]
    return {
        "name": content["name"],
        "id": id_,
        "etag": interface["etag"],
        "type": f"{INTERFACES}/ipConfigurations",
        "properties": {
            "privateIPAllocationMethod": "Dynamic",
            "primary": position == 0,
            "privateIPAddressVersion": "IPv4",
            "privateIPAddress": _address(store, given["subnet"]["id"]),
            **given,
            "provisioningState": "Succeeded",
        },
    }


def _address(store: Store, subnet_id: str) -> str:
    subnet = find_anything(store, subnet_id)
    properties = {} if subnet is None else subnet["properties"]
    prefix = (
        properties.get("addressPrefix") or properties.get("addressPrefixes", ["10.0.0.0/24"])[0]
    )
    first = ipaddress.ip_network(prefix, strict=False).network_address
    return str(first + _RESERVED + len(properties.get("ipConfigurations", [])))
