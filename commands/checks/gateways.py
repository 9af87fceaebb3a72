"""ExpressRoute gateways in recorded networks, whose traffic is recorded in half."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from azure.core.exceptions import AzureError

from commands.checks.finding import Check, Finding
from commands.checks.scope import Scope
from estate.arm_id import key, name_of
from estate.cloud import Cloud
from estate.response_shape import Shape
from estate.side_by_side import each
from plan.flow_logs.unseen import gateways

API_VERSION = "2024-05-01"
EXPRESS_ROUTE = "expressroute"
_GATEWAY: Shape = {"properties": {"gatewayType": str}}

HALF = Check(
    name="gateway-in-half",
    severity="note",
    title="networks with an ExpressRoute gateway, which are recorded in half",
    why="of its traffic Azure records what comes from the circuit and not what machines send to "
    "it; with FastPath, which goes past the gateway, neither (vnet-flow-logs-overview)",
)
CHECKS = (HALF,)


def judge(cloud: Cloud, scope: Scope) -> Iterator[Finding]:
    """A note for each recorded network and gateway of ExpressRoute, or of a kind not known."""
    found = [
        (network, gateway)
        for network in scope.networks
        if key(network.id) in scope.recording
        for gateway in dict.fromkeys(gateways(network))
    ]
    kinds = each(partial(_kind, cloud), [gateway for _, gateway in found])
    for (network, gateway), kind in zip(found, kinds, strict=True):
        if kind in (EXPRESS_ROUTE, ""):
            doubt = "" if kind else ", whose kind could not be read"
            yield HALF.found(
                network.id,
                f"gateway {name_of(gateway)} is in it{doubt}",
                "record the networks that reach the circuit through it: their flow logs have both "
                "ways of each machine",
            )


def _kind(cloud: Cloud, gateway: str) -> str:
    """``vpn`` or ``expressroute``; empty where Azure does not say."""
    try:
        body = cloud.find(gateway, API_VERSION, _GATEWAY) or {}
    except AzureError:
        return ""
    return str((body.get("properties") or {}).get("gatewayType") or "").casefold()
