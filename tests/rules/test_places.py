"""Known answers about networks: what tags stand for, and who sits where."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

import pytest

from rules.evaluator import Evaluator, Verdict
from rules.model import Flow
from rules.tags import ServiceTags
from tests.rules import scene
from tests.rules.scene import Body, asg, card, end, flow, group, network, peering, rule, subnet

ONE, FAR = "10.0.0.4", "10.1.0.4"
ROWS = {"storage.westeurope"}


def decide(
    flow: Flow, *bodies: Body, tags: ServiceTags | None = None, admin: list[Body] | None = None
) -> Verdict:
    """The verdict in the given networks."""
    made = scene.landscape(*bodies, admin={"n": admin or []})
    return Evaluator(made, tags or ServiceTags()).verdict(flow)


def near(*peerings: Body, gateway: bool = False, **of_subnet: Any) -> tuple[Body, ...]:
    """The network ``n`` with a machine at 10.0.0.4, a group ``g`` on its subnet."""
    parts = {"s": subnet("10.0.0.0/24", "g", **of_subnet)}
    if gateway:
        parts["GatewaySubnet"] = subnet("10.0.255.0/27")
    return network("n", ["10.0.0.0/16"], parts, peerings), card("c", "n/s", ONE), group("g")


def far() -> Body:
    """The network ``f``, 10.1.0.0/16, whose machines nobody knows."""
    return network("f", ["10.1.0.0/16"], {"s": subnet("10.1.0.0/24")})


@pytest.mark.parametrize(
    ("peered", "access"),
    [
        ([peering("f")], "Allow"),
        ([peering("f", peeringState="Disconnected")], "Deny"),
        ([peering("f", peeringState="Initiated")], "Deny"),
        ([peering("f", allowVirtualNetworkAccess=False)], "Deny"),
        ([], "Deny"),
    ],
)
def test_virtual_network_reaches_over_a_peering_that_is_open(
    peered: list[Body], access: str
) -> None:
    verdict = decide(flow(FAR, ONE), *near(*peered), far())
    assert verdict.ends[-1].access == access


def test_a_network_that_was_not_read_is_known_by_what_its_peering_tells() -> None:
    told = {"remoteVirtualNetworkAddressSpace": {"addressPrefixes": ["10.1.0.0/16"]}}
    assert decide(flow(FAR, ONE), *near(peering("elsewhere", **told))).access == "Allow"
    older = {"remoteAddressSpace": {"addressPrefixes": ["10.1.0.0/16"]}}
    assert decide(flow(FAR, ONE), *near(peering("elsewhere", **older))).access == "Allow"
    assert decide(flow(FAR, ONE), *near(peering("elsewhere"))).access == "Deny"


def test_a_private_address_may_be_behind_a_gateway() -> None:
    verdict = decide(flow("192.168.1.1", ONE), *near(gateway=True))
    assert verdict.access is None
    assert "gateway" in verdict.reason
    assert decide(flow("192.168.1.1", ONE), *near()).access == "Deny"
    assert decide(flow("8.8.8.8", ONE), *near(gateway=True)).access == "Deny"


def test_a_peered_network_may_lend_its_gateway() -> None:
    lent = peering("f", useRemoteGateways=True)
    assert decide(flow("192.168.1.1", ONE), *near(lent), far()).access is None


def test_a_row_that_says_site_to_site_tells_that_it_is_over_the_gateway() -> None:
    over = flow("192.168.1.1", ONE, type_="S2S")
    assert decide(over, *near(gateway=True)).access == "Allow"


def _routed(prefix: str) -> tuple[Body, ...]:
    table = {"id": scene.id_of("routeTables", "rt")}
    route = {"properties": {"addressPrefix": prefix, "nextHopType": "VirtualAppliance"}}
    return (*near(routeTable=table), {**table, "properties": {"routes": [route]}})


def test_a_route_makes_its_prefix_the_virtual_networks() -> None:
    assert decide(flow("192.168.1.1", ONE), *_routed("192.168.0.0/16")).access == "Allow"
    assert decide(flow("192.169.1.1", ONE), *_routed("192.168.0.0/16")).access == "Deny"


def test_a_default_route_leaves_open_what_is_the_virtual_networks() -> None:
    """azure-docs, service-tags-overview: the tag 'might also contain default routes'."""
    verdict = decide(flow("8.8.8.8", ONE), *_routed("0.0.0.0/0"))
    assert verdict.access is None
    assert "0.0.0.0/0" in verdict.reason


def test_out_to_the_internet_a_default_route_changes_nothing() -> None:
    """What is not VirtualNetwork is Internet, and the default rules allow both."""
    assert decide(flow(ONE, "8.8.8.8"), *_routed("0.0.0.0/0")).access == "Allow"


def _storage(*more: Body) -> tuple[Body, ...]:
    let = rule(100, "Allow", "Outbound", destinationAddressPrefix="Storage")
    close = rule(200, "Deny", "Outbound")
    return (*near()[:2], group("g", let, *more, close))


def test_a_service_tag_is_told_by_the_row_the_list_or_nobody() -> None:
    listed = ServiceTags({"storage": (ip_network("20.1.0.0/16"),)})
    to = "20.1.2.3"
    assert decide(flow(ONE, end(to, tags=ROWS)), *_storage()).access == "Allow"
    assert decide(flow(ONE, to), *_storage(), tags=listed).access == "Allow"
    assert decide(flow(ONE, "20.2.2.3"), *_storage(), tags=listed).access == "Deny"
    verdict = decide(flow(ONE, to), *_storage())
    assert verdict.access is None
    assert "storage" in verdict.reason
    assert decide(flow(ONE, "10.0.0.9"), *_storage()).ends[0].access == "Deny"


def test_a_tag_that_nobody_tells_leaves_nothing_open_where_both_ways_lead_to_one_end() -> None:
    """If Storage is not fitted by 100, it is not by 150 either, so that 200 decides."""
    again = rule(150, "Allow", "Outbound", destinationAddressPrefix="Storage.WestEurope")
    let = rule(120, "Deny", "Outbound", destinationAddressPrefix="Storage")
    bodies = (*near()[:2], group("g", let, again, rule(200, "Deny", "Outbound")))
    verdict = decide(flow(ONE, "20.1.2.3"), *bodies)
    assert verdict.access == "Deny"
    (at,) = verdict.ends
    assert [r.name for r in at.decisions[-1].rules if r] == ["Deny120", "Deny200"]


def test_what_is_in_a_regions_tag_is_in_the_tag_of_all_regions() -> None:
    """Whoever the interface lets through to Storage.WestEurope, the subnet refuses as Storage."""
    region = rule(100, "Allow", "Outbound", destinationAddressPrefix="Storage.WestEurope")
    everywhere = rule(100, "Deny", "Outbound", destinationAddressPrefix="Storage")
    bodies = (
        near()[0],
        card("c", "n/s", ONE, "own"),
        group("own", region, rule(200, "Deny", "Outbound")),
        group("g", everywhere, rule(200, "Allow", "Outbound")),
    )
    assert decide(flow(ONE, "20.1.2.3"), *bodies).access == "Deny"


def _endpoint(policies: str) -> tuple[Body, ...]:
    own = card("e", "n/s", "10.0.0.7", privateEndpoint={"id": "/e"})
    given = near(privateEndpointNetworkPolicies=policies)
    return (*given[:2], group("g", rule(100, "Deny", destinationPortRange="443")), own)


@pytest.mark.parametrize(
    ("policies", "access"),
    [
        ("Disabled", "Allow"),
        ("RouteTableEnabled", "Allow"),
        ("Enabled", "Deny"),
        ("NetworkSecurityGroupEnabled", "Deny"),
    ],
)
def test_groups_apply_to_private_endpoints_where_policies_are_on(
    policies: str, access: str
) -> None:
    (_, at) = decide(flow(ONE, "10.0.0.7"), *_endpoint(policies)).ends
    assert at.access == access


def test_a_network_managers_rules_do_not_apply_to_private_endpoints() -> None:
    """azure-docs, concept-security-admins."""
    close = rule(1, "Deny", destinationPortRanges=["80"])
    (_, at) = decide(flow(ONE, "10.0.0.7", 80), *_endpoint("Enabled"), admin=[close]).ends
    assert at.access == "Allow"
    assert decide(flow("10.0.0.8", ONE, 80), *_endpoint("Enabled"), admin=[close]).access == "Deny"


def _scale_set(name: str, nsg: str, *asgs: str) -> Body:
    where = {"id": f"{scene.id_of('virtualNetworks', 'n')}/subnets/s"}
    listed = {"subnet": where, "applicationSecurityGroups": [asg(each) for each in asgs]}
    configuration: Body = {"properties": {"ipConfigurations": [{"properties": listed}]}}
    if nsg:
        reference = {"id": scene.id_of("networkSecurityGroups", nsg)}
        configuration["properties"]["networkSecurityGroup"] = reference
    profile = {"networkProfile": {"networkInterfaceConfigurations": [configuration]}}
    id_ = scene.id_of("virtualMachineScaleSets", name).replace("Network", "Compute")
    return {"id": id_, "properties": {"virtualMachineProfile": profile}}


def test_an_instance_of_a_scale_set_has_the_group_of_its_configuration() -> None:
    close, let = group("close", rule(100, "Deny")), group("let", rule(100, "Allow"))
    bodies = (network("n", ["10.0.0.0/16"], {"s": subnet("10.0.0.0/24")}), close, let)
    first, second = _scale_set("one", "close"), _scale_set("two", "let")
    assert decide(flow("8.8.8.8", "10.0.0.9"), *bodies, first).access == "Deny"
    verdict = decide(flow("8.8.8.8", "10.0.0.9"), *bodies, first, second)
    assert verdict.access is None
    assert "scale set" in verdict.reason
    alike = _scale_set("three", "close")
    assert decide(flow("8.8.8.8", "10.0.0.9"), *bodies, first, alike).access == "Deny"


def test_a_machine_in_a_delegated_subnet_has_the_subnets_group_alone() -> None:
    delegated = [{"properties": {"serviceName": "Microsoft.Web/serverFarms"}}]
    part = subnet("10.0.0.0/24", "g", delegations=delegated)
    bodies = (network("n", ["10.0.0.0/16"], {"s": part}), group("g"))
    assert decide(flow("10.0.0.200", "8.8.8.8"), *bodies).access == "Allow"


def test_an_address_without_a_machine_has_a_group_that_nobody_knows() -> None:
    verdict = decide(flow("10.0.0.200", "8.8.8.8"), *near())
    assert verdict.access is None
    assert "10.0.0.200" in verdict.reason
    closed = (*near()[:2], group("g", rule(100, "Deny", "Outbound")))
    assert decide(flow("10.0.0.200", "8.8.8.8"), *closed).access == "Deny"
    assert decide(flow("8.8.8.8", "10.0.0.200"), *near()).access == "Deny"


def test_networks_with_one_space_are_told_apart_by_the_rows_subnet() -> None:
    bodies = (
        network("n", ["10.0.0.0/16"], {"s": subnet("10.0.0.0/24", "let")}),
        network("m", ["10.0.0.0/16"], {"s": subnet("10.0.0.0/24", "close")}),
        card("c", "n/s", ONE),
        card("d", "m/s", ONE),
        group("let", rule(100, "Allow")),
        group("close", rule(100, "Deny")),
    )
    assert decide(flow("8.8.8.8", end(ONE, "n/s")), *bodies).access == "Allow"
    assert decide(flow("8.8.8.8", end(ONE, "m/s")), *bodies).access == "Deny"
    assert decide(flow("8.8.8.8", ONE), *bodies).ends == ()


@pytest.mark.parametrize("name", ["GatewaySubnet", "AzureFirewallSubnet", "AzureBastionSubnet"])
def test_a_network_managers_rules_leave_out_subnets_of_azures_own(name: str) -> None:
    """azure-docs, concept-security-admins, nonapplication at subnet level."""
    own = network("n", ["10.0.0.0/16"], {name: subnet("10.0.0.0/26")})
    assert (
        decide(flow("10.0.0.4", "8.8.8.8"), own, admin=[rule(1, "Deny", "Outbound")]).access
        == "Allow"
    )


def test_the_load_balancers_probes_are_let_in() -> None:
    assert decide(flow("168.63.129.16", ONE), *near()).access == "Allow"
    closed = (*near()[:2], group("g", rule(4096, "Deny")))
    assert decide(flow("168.63.129.16", ONE), *closed).access == "Deny"


def test_what_a_group_refuses_to_azures_platform_is_not_told() -> None:
    """azure-docs, network-security-groups-overview, Azure platform considerations."""
    closed = (*near()[:2], group("g", rule(4096, "Deny", "Outbound")))
    assert decide(flow(ONE, "169.254.169.254", 80), *closed).access is None
    assert decide(flow(ONE, "168.63.129.16", 53), *near()).access == "Allow"
