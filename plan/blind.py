"""Subnets whose traffic flow logs do not see: those delegated to certain services.

Source: vnet-flow-logs-overview, "Incompatible services" (App Service, Functions, Logic Apps,
Container Instances, DNS Private Resolver, NetApp Files); the delegation names are the services'
own.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping

from estate.model import VirtualNetwork, key

UNSEEN_SERVICES = {
    "microsoft.web/serverfarms": "App Service and Functions",
    "microsoft.web/hostingenvironments": "App Service Environment",
    "microsoft.logic/integrationserviceenvironments": "Logic Apps",
    "microsoft.containerinstance/containergroups": "Container Instances",
    "microsoft.network/dnsresolvers": "DNS Private Resolver",
    "microsoft.netapp/volumes": "NetApp Files",
}


def blind_subnets(networks: Iterable[VirtualNetwork]) -> Mapping[str, str]:
    """Key of each such subnet to the reason."""
    return {
        key(subnet.id): (
            f"subnet {subnet.name} is delegated to {UNSEEN_SERVICES[service]}, "
            "whose traffic flow logs do not see"
        )
        for network in networks
        for subnet in network.subnets
        for service in map(str.casefold, subnet.delegations)
        if service in UNSEEN_SERVICES
    }


def all_blind(network: VirtualNetwork, blind: Container[str]) -> bool:
    """Whether flow logs see nothing of a network; ``blind`` are keys of subnets."""
    return bool(network.subnets) and all(key(subnet.id) in blind for subnet in network.subnets)
