"""Subnets whose traffic flow logs do not see: those delegated to certain services.

Source: vnet-flow-logs-overview (02/10/2026), "Incompatible services": App Service, Functions, Logic
Apps, Container Apps, Container Instances, DNS Private Resolver, NetApp Files, SQL Managed Instance,
Power Platform. The page also names MySQL and PostgreSQL and links to their single servers, which
sit in no subnet; of flexible servers it says nothing. The delegation names are the services' own.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping

from estate.arm_id import GATEWAY_SUBNET, key
from estate.model import VirtualNetwork

UNSEEN_SERVICES = {
    "microsoft.app/environments": "Container Apps",
    "microsoft.sql/managedinstances": "SQL Managed Instance",
    "microsoft.powerplatform/enterprisepolicies": "Power Platform",
    "microsoft.powerplatform/vnetaccesslinks": "Power Platform",
    "microsoft.web/serverfarms": "App Service and Functions",
    "microsoft.web/hostingenvironments": "App Service Environment",
    "microsoft.logic/integrationserviceenvironments": "Logic Apps",
    "microsoft.containerinstance/containergroups": "Container Instances",
    "microsoft.network/dnsresolvers": "DNS Private Resolver",
    "microsoft.netapp/volumes": "NetApp Files",
}


UNCLEAR_SERVICES = {
    "microsoft.dbformysql/flexibleservers": "MySQL flexible server",
    "microsoft.dbforpostgresql/flexibleservers": "PostgreSQL flexible server",
}


def blind_subnets(networks: Iterable[VirtualNetwork]) -> Mapping[str, str]:
    """Key of each such subnet to the reason."""
    found = _delegated(networks, UNSEEN_SERVICES)
    return {subnet: f"{text}, whose traffic no flow log sees" for subnet, text in found.items()}


def unclear_subnets(networks: Iterable[VirtualNetwork]) -> Mapping[str, str]:
    """Key of each subnet of which nobody documents whether flow logs see it, to a sentence."""
    found = _delegated(networks, UNCLEAR_SERVICES)
    return {
        subnet: f"{text}; whether flow logs see its traffic is not documented"
        for subnet, text in found.items()
    }


def _delegated(
    networks: Iterable[VirtualNetwork], services: Mapping[str, str]
) -> Mapping[str, str]:
    return {
        key(subnet.id): f"subnet {subnet.name} is delegated to {services[service]}"
        for network in networks
        for subnet in network.subnets
        for service in map(str.casefold, subnet.delegations)
        if service in services
    }


def has_gateways(network: VirtualNetwork) -> bool:
    """Whether a network has the subnet of gateways, which takes no NSG."""
    return any(key(subnet.name) == GATEWAY_SUBNET for subnet in network.subnets)


def gateways(network: VirtualNetwork) -> tuple[str, ...]:
    """Ids of the gateways in a network.

    Of an ExpressRoute gateway half is recorded by the network's flow log: what comes from the
    circuit, not what machines send to it (vnet-flow-logs-overview, 02/10/2026).
    """
    return tuple(found for subnet in network.subnets for found in subnet.gateway_ids)


def all_blind(network: VirtualNetwork, blind: Container[str]) -> bool:
    """Whether flow logs see nothing of a network; ``blind`` are keys of subnets."""
    return bool(network.subnets) and all(key(subnet.id) in blind for subnet in network.subnets)
