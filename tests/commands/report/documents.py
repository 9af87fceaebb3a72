"""What reports are made from in these tests: plans of estates by hand, as documents and outputs."""

from __future__ import annotations

import copy
from typing import Any

from estate.model import Estate, Subnet, TrafficAnalytics, VirtualNetwork
from plan.model.plan import Plan
from plan.planner import make
from plan.views import stack_outputs
from plan.views.document import document
from stack.state import State
from tests import estates_by_hand as hand

Json = dict[str, Any]

HOSTILE = (
    '</script ><script>window.hacked = "script"</script>',
    '<img src=x onerror="window.hacked = 1">',
    "\"><svg onload='window.hacked = 2'>",
    "<!-- <script </script x",
    '=HYPERLINK("evil")&\'\u2028\u2029',
)


def mixed() -> Plan:
    """Every kind of thing that the report tells, once: nine security groups, one left out."""
    old = {
        "version": 1,
        "retention_days": 7,
        "analytics": TrafficAnalytics(enabled=False),
        "written_by": "ana@contoso.example on 2025-03-01",
    }
    found = hand.estate(
        hand.network("vnet-app", {"web": "nsg-web", "db": "nsg-db"}),
        hand.network("vnet-old", {"old": "nsg-old"}),
        hand.network("vnet-twice", {"twice": "nsg-twice", "other": "nsg-other"}),
        hand.network("vnet-hub", {"GatewaySubnet": None}),
        _resolver(),
        *map(hand.security_group, ("nsg-web", "nsg-db", "nsg-old", "nsg-twice", "nsg-other")),
        hand.security_group("nsg-dns", location="northeurope"),
        hand.security_group("nsg-idle"),
        hand.security_group("nsg-out", skip="yes"),
        hand.watcher(),
        hand.watcher("northeurope"),
        hand.flow_log("fl-old", hand.group_id("nsg-old"), **old),
        hand.flow_log("fl-twice", hand.group_id("nsg-twice"), retention_days=365),
    )
    return _plan(found, exclude=hand.tagged(skip="yes"), existing_flow_logs="adopt")


def large(networks: int = 2_000, each: int = 5) -> Plan:
    """A plan of many security groups, some hundred of them recorded by their own flow log alone."""
    records: list[object] = []
    for number in range(networks):
        names = [f"nsg-{number:05d}-{one}" for one in range(each)]
        records.append(hand.network(f"vnet-{number:05d}", {f"snet-{name}": name for name in names}))
        records += map(hand.security_group, names)
        if number % 20 == 0:
            records += [hand.flow_log(f"fl-{name}", hand.group_id(name)) for name in names]
    return _plan(hand.estate(*records), storage_accounts_per_region=8)


def hostile() -> Json:
    """The document of `mixed` with names and texts that would break out of HTML, script or CSV."""
    found: Any = copy.deepcopy(document(mixed()))
    script, picture, quote, comment, formula = HOSTILE
    found["stack"] = script
    found["subscriptions"] = dict.fromkeys(found["subscriptions"], picture)
    found["notes"] = [quote]
    for place in (*found["networkSecurityGroups"], *found["networks"]):
        place["location"] = comment
        place["reason"] = f"{place['reason']} {script}"
        place["migration"] = {"stage": "nsg only", "nextStep": picture, "goesDark": True}
    for log in found["flowLogs"]:
        log["name"] = formula
    for adoption in found["adoptions"]:
        adoption["writtenBy"] = quote
        adoption["changes"] = [{"property": script, "before": picture, "after": comment}]
    return dict(found)


def outputs(plan: Plan) -> Json:
    """The stack outputs of a plan, as `pulumi stack output --json` prints them."""
    return {**stack_outputs.stack_outputs(plan), "workspaceCustomerId": "00000000-0000-4000-8000-1"}


def _plan(estate: Estate, **settings: Any) -> Plan:
    return make(estate, hand.settings(**settings), State())


def _resolver() -> VirtualNetwork:
    """A network whose one subnet is delegated to a service that flow logs do not see."""
    subnet = Subnet(
        id=f"{hand.network_id('vnet-dns')}/subnets/dns",
        name="dns",
        security_group_id=hand.group_id("nsg-dns"),
        delegations=("Microsoft.Network/dnsResolvers",),
    )
    return VirtualNetwork(
        id=hand.network_id("vnet-dns"), name="vnet-dns", location="northeurope", subnets=(subnet,)
    )
