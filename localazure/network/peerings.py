"""Peerings of virtual networks, each of which is one side's.

Recorded: azure-mgmt-network-17.1.0 base.test_network (create, read, delete of one side). That both
sides become `Connected`, and the one that is left `Disconnected`, is on Microsoft's page "Create,
change, or delete a virtual network peering". What a side that is not sent in full gets, and that a
network keeps its peerings when it is written without them, is unconfirmed.
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from localazure.errors.network import InvalidResourceReference
from localazure.network.parts import Parts
from localazure.server.request import Request
from localazure.state.arm_id import same
from localazure.state.store import Resource, Store
from localazure.state.subresources import NETWORKS, part_of, reference
from localazure.types.body_shape import check_reference, check_shape

PEERINGS = f"{NETWORKS}/virtualNetworkPeerings"
COLLECTION = "virtualNetworkPeerings"
_SWITCHES = {
    "allowVirtualNetworkAccess": True,
    "allowForwardedTraffic": False,
    "allowGatewayTransit": False,
    "useRemoteGateways": False,
    "doNotVerifyRemoteGateways": False,
}
_SHAPE = {**dict.fromkeys(_SWITCHES, bool), "remoteVirtualNetwork": {"id": str}}


class Peerings(Parts):
    """Microsoft.Network/virtualNetworks/virtualNetworkPeerings."""

    type = PEERINGS
    collection: ClassVar[str] = COLLECTION

    def check(self, request: Request, holder: Resource) -> None:
        check_peering(request, request.content().get("properties") or {}, "properties")

    def build(self, request: Request, holder: Resource) -> Resource:
        given = request.content().get("properties") or {}
        return build_peering(request.azure.store, holder, holder, request.id.name, given)

    def removed(self, request: Request, holder: Resource, part: Resource) -> None:
        disconnect(request.azure.store, holder, part)


def check_peering(request: Request, properties: dict[str, Any], path: str) -> None:
    """Raises what Azure refuses of a peering: its other network has to be there, in any region."""
    check_shape(properties, _SHAPE, path)
    remote = reference(properties.get("remoteVirtualNetwork"))
    check_reference(remote, NETWORKS, f"{path}.remoteVirtualNetwork")
    if request.azure.store.find(str(remote)) is None:
        raise InvalidResourceReference(str(remote), str(request.id))


def build_peering(
    store: Store, network: Resource, before: Resource | None, name: str, given: dict[str, Any]
) -> Resource:
    """A peering from what was asked; the other side, if it is there, is `Connected` too."""
    remote = store.find(given["remoteVirtualNetwork"]["id"]) or {}
    other = _other_side(store, network, given)
    if other is not None:
        store.changing(remote["id"])
        other["properties"]["peeringState"] = "Connected"
    present = None if before is None else part_of(before, COLLECTION, name)
    guid = {} if present is None else present["properties"]
    return {
        "name": name,
        "id": f"{network['id']}/{COLLECTION}/{name}",
        "etag": network["etag"],
        "properties": {
            "provisioningState": "Updating",
            "resourceGuid": guid.get("resourceGuid") or _guid(network, remote),
            "peeringState": "Initiated" if other is None else "Connected",
            "remoteVirtualNetwork": given["remoteVirtualNetwork"],
            **_SWITCHES,
            **{switch: given[switch] for switch in _SWITCHES if given.get(switch) is not None},
            "remoteAddressSpace": remote["properties"].get("addressSpace") or {},
            "routeServiceVips": {},
        },
        "type": PEERINGS,
    }


def disconnect(store: Store, network: Resource, peering: Resource) -> None:
    """The other side of a peering that goes is left behind `Disconnected`."""
    other = _other_side(store, network, peering["properties"])
    if other is not None:
        store.changing(reference(peering["properties"]["remoteVirtualNetwork"]) or "")
        other["properties"]["peeringState"] = "Disconnected"


def _other_side(store: Store, network: Resource, given: dict[str, Any]) -> Resource | None:
    remote = store.find(reference(given.get("remoteVirtualNetwork")) or "")
    for each in [] if remote is None else remote["properties"].get(COLLECTION, []):
        if same(reference(each["properties"].get("remoteVirtualNetwork")) or "", network["id"]):
            found: Resource = each
            return found
    return None


def _guid(network: Resource, remote: Resource) -> str:
    """The same for both sides, as it belongs to the pair of networks (inferred)."""
    ends = sorted((network["id"].casefold(), str(remote["id"]).casefold()))
    return str(uuid.uuid5(uuid.NAMESPACE_URL, " ".join(ends)))
