"""A plan of as many flow logs as ``BENCH_FLOW_LOGS`` says, and the memory of its program."""

from __future__ import annotations

import atexit
import os
import resource
from pathlib import Path

from estate.identity import Identity
from estate.model import (
    Estate,
    NetworkSecurityGroup,
    NetworkWatcher,
    Subnet,
    Subscription,
    VirtualNetwork,
)
from plan.model.plan import Plan
from plan.planner import make
from stack.settings.model import Settings
from stack.state import State

SUBSCRIPTION = "00000000-0000-4000-8000-0000000000b1"
REGION = "westeurope"
SETTINGS = Settings(
    stack="bench",
    location=REGION,
    identity=Identity(subscription_id=SUBSCRIPTION),
    subscriptions=(SUBSCRIPTION,),
    storage_accounts_per_region=16,
)
_NETWORK = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-bench/providers/Microsoft.Network"


def planned() -> Plan:
    """One flow log for each of that many networks, one security group on each."""
    return make(_estate(int(os.environ["BENCH_FLOW_LOGS"])), SETTINGS, State())


def report_memory() -> None:
    """At its end the program writes its peak memory, in MB, to the file ``BENCH_MEMORY``."""
    atexit.register(_write_memory)


def _write_memory() -> None:
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    Path(os.environ["BENCH_MEMORY"]).write_text(f"{kilobytes / 1024:.1f}")


def _estate(networks: int) -> Estate:
    watcher = f"{_NETWORK}/networkWatchers/NetworkWatcher_{REGION}"
    return Estate(
        subscriptions=(Subscription(id=SUBSCRIPTION, name="bench", tenant_id="", state="Enabled"),),
        watchers=(NetworkWatcher(id=watcher, name=f"NetworkWatcher_{REGION}", location=REGION),),
        networks=tuple(map(_network, range(networks))),
        security_groups=tuple(map(_security_group, range(networks))),
    )


def _security_group(number: int) -> NetworkSecurityGroup:
    name = f"nsg-{number:05}"
    return NetworkSecurityGroup(
        id=f"{_NETWORK}/networkSecurityGroups/{name}", name=name, location=REGION
    )


def _network(number: int) -> VirtualNetwork:
    name = f"vnet-{number:05}"
    network_id = f"{_NETWORK}/virtualNetworks/{name}"
    subnet = Subnet(
        id=f"{network_id}/subnets/apps",
        name="apps",
        security_group_id=f"{_NETWORK}/networkSecurityGroups/nsg-{number:05}",
    )
    return VirtualNetwork(id=network_id, name=name, location=REGION, subnets=(subnet,))
