"""Networks without security group, blind subnets, given accounts and workspaces, and limits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from estate.model import (
    Estate,
    ResourceGroup,
    StorageAccount,
    Subnet,
    TrafficAnalytics,
    VirtualNetwork,
    Workspace,
)
from plan.flow_logs import removal
from plan.model.plan import PlanError
from plan.planner import make
from plan.resource_types import FLOW_LOG_TYPE
from plan.views import run_lines, stack_outputs
from stack.settings.model import Filter
from stack.state import State
from tests import estates_by_hand as hand

EMPTY = State()
HUB = hand.network("vnet-hub", {"GatewaySubnet": None, "AzureFirewallSubnet": None}, role="hub")
GIVEN = f"{hand.GROUP}/providers/Microsoft.Storage/storageAccounts/given"


def _delegated(service: str) -> VirtualNetwork:
    network = hand.network("vnet-app", {"apps": "nsg-apps"})
    (subnet,) = network.subnets
    return replace(network, subnets=(replace(subnet, delegations=(service,)),))


def test_a_hub_without_security_group_is_reported_dark_and_its_gateways_named() -> None:
    plan = make(hand.estate(HUB), hand.settings(), EMPTY)
    assert plan.flow_logs == ()
    (line,) = run_lines.warnings(plan)
    assert "vnet-hub is dark" in line
    assert "gateways" in line
    assert "networksWithoutNsg" in line


def test_it_is_covered_when_asked_and_only_in_scope() -> None:
    other = hand.network("vnet-lab", {"x": None})
    chosen = hand.settings(networks_without_nsg="cover", include=hand.tagged(role="hub"))
    plan = make(hand.estate(HUB, other), chosen, EMPTY)
    assert hand.targets(plan.flow_logs) == ["vnet-hub"]
    assert [(found.id, found.state) for found in plan.coverage.networks] == [(HUB.id, "recorded")]


def test_a_hub_whose_flow_log_records_a_gateway_is_told_of_by_its_name() -> None:
    gateway = f"{hand.GROUP}/providers/Microsoft.Network/virtualNetworkGateways/gw"
    first, *rest = HUB.subnets
    hub = replace(HUB, subnets=(replace(first, gateway_ids=(gateway,)), *rest))
    chosen = hand.settings(networks_without_nsg="cover")
    (line,) = make(hand.estate(hub), chosen, EMPTY).notes
    assert line.startswith("1 virtual network with gateways (vnet-hub): of an ExpressRoute gateway")
    assert make(hand.estate(HUB), chosen, EMPTY).notes == ()
    dark = make(hand.estate(hub), hand.settings(), EMPTY)
    assert not any("ExpressRoute" in line for line in dark.notes)


def test_cover_counts_or_adopts_the_flow_log_that_is_there() -> None:
    theirs = hand.flow_log("theirs", HUB.id)
    left = make(hand.estate(HUB, theirs), hand.settings(networks_without_nsg="cover"), EMPTY)
    assert left.flow_logs == ()
    assert left.coverage.networks[0].state == "elsewhere"
    chosen = hand.settings(networks_without_nsg="cover", existing_flow_logs="adopt")
    assert make(hand.estate(HUB, theirs), chosen, EMPTY).flow_logs[0].state == "adopted"


def test_cover_makes_no_second_flow_log_where_a_disabled_one_sits() -> None:
    dead = hand.flow_log("theirs", HUB.id, enabled=False)
    plan = make(hand.estate(HUB, dead), hand.settings(networks_without_nsg="cover"), EMPTY)
    assert plan.flow_logs == ()
    assert "theirs" in plan.coverage.networks[0].reason


@pytest.mark.parametrize(
    ("service", "named"),
    [
        ("Microsoft.Web/serverFarms", "App Service"),
        ("Microsoft.App/environments", "Container Apps"),
        ("Microsoft.Sql/managedInstances", "SQL Managed Instance"),
        ("Microsoft.PowerPlatform/enterprisePolicies", "Power Platform"),
        ("Microsoft.PowerPlatform/vnetaccesslinks", "Power Platform"),
    ],
)
def test_a_subnet_delegated_to_a_service_that_flow_logs_do_not_see_records_nothing(
    service: str, named: str
) -> None:
    found = hand.estate(_delegated(service), hand.security_group("nsg-apps"))
    plan = make(found, hand.settings(), EMPTY)
    assert hand.states(plan) == {"nsg-apps": "records nothing"}
    assert plan.flow_logs == ()
    assert named in plan.coverage.skipped[0].reason


@pytest.mark.parametrize("database", ["MySQL", "PostgreSQL"])
def test_of_a_flexible_server_it_is_said_that_nobody_documents_it(database: str) -> None:
    service = f"Microsoft.DBfor{database}/flexibleServers"
    found = hand.estate(_delegated(service), hand.security_group("nsg-apps"))
    plan = make(found, hand.settings(), EMPTY)
    assert hand.targets(plan.flow_logs) == ["vnet-app"]
    (line,) = run_lines.warnings(plan)
    assert f"{database} flexible server; whether flow logs see its traffic" in line


def test_a_delegation_that_flow_logs_do_see_is_recorded() -> None:
    found = hand.estate(_delegated("Microsoft.ContainerService/x"), hand.security_group("nsg-apps"))
    assert hand.states(make(found, hand.settings(), EMPTY)) == {"nsg-apps": "recorded"}


@pytest.mark.parametrize("region", ["francesouth", "usdodcentral"])
def test_where_traffic_analytics_does_not_exist_the_flow_log_is_made_without(region: str) -> None:
    found = hand.estate(
        hand.network("vnet-app", {"web": "nsg-web"}, location=region),
        hand.security_group("nsg-web", location=region),
        hand.watcher(region),
    )
    plan = make(found, hand.settings(), EMPTY)
    assert plan.flow_logs[0].analytics == TrafficAnalytics(enabled=False)
    assert hand.states(plan) == {"nsg-web": "not analysed"}
    moved_on = hand.settings(regions_without_traffic_analytics=frozenset())
    assert make(found, moved_on, EMPTY).flow_logs[0].analytics.enabled


def _web() -> Estate:
    return hand.estate(hand.network("vnet-app", {"web": "nsg-web"}), hand.security_group("nsg-web"))


def _account(**changes: object) -> StorageAccount:
    account = StorageAccount(
        id=GIVEN, name="given", location="westeurope", kind="StorageV2", sku="Standard_LRS"
    )
    return replace(account, **changes)  # type: ignore[arg-type]


def test_a_given_account_is_used_and_none_is_made() -> None:
    chosen = hand.settings(storage_accounts={"westeurope": (GIVEN,)})
    plan = make(replace(_web(), given_accounts=(_account(),)), chosen, EMPTY)
    assert plan.flow_logs[0].storage_id == GIVEN
    assert plan.foundation.storage_accounts == ()
    assert stack_outputs.stack_outputs(plan)["storageAccounts"] == {"westeurope": [GIVEN]}


@pytest.mark.parametrize(
    ("accounts", "fault"),
    [
        ((), "does not exist"),
        ((_account(location="northeurope"),), "is in northeurope"),
        ((_account(sku="Premium_LRS"),), "is StorageV2 Premium_LRS"),
        ((_account(kind="BlobStorage"),), "is BlobStorage"),
    ],
)
def test_a_given_account_that_azure_would_not_take_is_refused_before(
    accounts: tuple[StorageAccount, ...], fault: str
) -> None:
    chosen = hand.settings(storage_accounts={"westeurope": (GIVEN,)})
    with pytest.raises(PlanError, match=fault):
        make(replace(_web(), given_accounts=accounts), chosen, EMPTY)


def test_a_given_workspace_is_fed_and_none_is_made() -> None:
    given = Workspace(
        id=hand.FOREIGN_WORKSPACE, name="soc", location="northeurope", customer_id="guid"
    )
    chosen = hand.settings(workspace_id=hand.FOREIGN_WORKSPACE.upper())
    plan = make(replace(_web(), workspace=given), chosen, EMPTY)
    assert plan.foundation.made_workspace is None
    assert (plan.foundation.workspace.id, plan.foundation.workspace.location) == (
        given.id,
        "northeurope",
    )
    with pytest.raises(PlanError, match="does not find"):
        make(_web(), chosen, EMPTY)


def test_more_retentions_than_azure_has_rules_for_stop_the_run_with_the_number_to_set() -> None:
    many = [hand.network(f"vnet-{number}", {"a": f"nsg-{number}"}) for number in range(1001)]
    groups = [hand.security_group(f"nsg-{number}") for number in range(1001)]
    found = hand.estate(*many, *groups)
    with pytest.raises(PlanError, match=r"1001 flow logs .*storageAccountsPerRegion 3"):
        make(found, hand.settings(), EMPTY)
    plan = make(found, hand.settings(storage_accounts_per_region=3), EMPTY)
    assert len(plan.foundation.storage_accounts) == 3


def test_managed_resource_groups_are_named_and_never_written_to() -> None:
    managed = ResourceGroup(
        id=hand.GROUP,
        name="rg-app",
        location="westeurope",
        managed_by="/x/Microsoft.ContainerService/managedClusters/aks-shop",
    )
    odd = f"{hand.GROUP}/providers/Microsoft.Network/networkWatchers/inside"
    inside = hand.flow_log("theirs", hand.network_id("vnet-app"), id=f"{odd}/flowLogs/theirs")
    found = replace(_web(), resource_groups=(managed,), flow_logs=(inside,))
    plan = make(found, hand.settings(existing_flow_logs="adopt"), EMPTY)
    assert plan.flow_logs == ()
    assert any("aks-shop manages" in line for line in plan.notes)


def test_a_network_logged_whole_names_the_excluded_groups_in_it() -> None:
    found = hand.estate(
        hand.network("vnet-app", {"web": "nsg-web", "data": "nsg-data"}),
        hand.security_group("nsg-web", tier="a"),
        hand.security_group("nsg-data"),
    )
    plan = make(found, hand.settings(include=hand.tagged(tier="a")), EMPTY)
    assert any("logged whole, 1 excluded" in line for line in plan.notes)


def test_visible_subscriptions_that_are_not_listed_are_counted() -> None:
    plan = make(replace(_web(), unlisted=2), hand.settings(), EMPTY)
    assert any("2 more subscriptions are visible" in line for line in plan.notes)


def _held(found: Estate) -> State:
    plan = make(found, hand.settings(), EMPTY)
    return State(
        frozenset((FLOW_LOG_TYPE, log.logical_name) for log in plan.flow_logs),
        {},
        {log.logical_name: (log.name, log.target_id) for log in plan.flow_logs},
    )


def test_flow_logs_of_ours_that_would_leave_are_counted_unless_their_target_is_gone() -> None:
    state = _held(_web())
    nothing = make(_web(), hand.settings(include=Filter(names=("none",))), state)
    leaves = removal.leaving(nothing, state)
    assert list(leaves.values()) == [hand.network_id("vnet-app")]
    removal.check_removals(leaves, (), 1)
    removal.check_removals(leaves, leaves.values(), 0)
    with pytest.raises(PlanError, match="removeAtMost allows 0: vnet-app-"):
        removal.check_removals(leaves, (), 0)


def test_what_adoption_releases_does_not_count_as_leaving() -> None:
    state = State(
        frozenset([(FLOW_LOG_TYPE, "theirs-1")]),
        {},
        {"theirs-1": ("theirs", hand.network_id("vnet-app"))},
    )
    plan = make(hand.estate(), hand.settings(), state)
    assert removal.leaving(plan, state) == {}


def test_a_target_that_turns_out_to_be_gone_is_dropped_from_the_plan() -> None:
    found = hand.estate(
        hand.network("vnet-app", {"web": "nsg-web"}), hand.security_group("nsg-web")
    )
    plan = make(found, hand.settings(), EMPTY)
    assert hand.network_id("vnet-app") in plan.to_confirm
    again = make(found.without([hand.network_id("vnet-app")]), hand.settings(), EMPTY)
    assert again.flow_logs == ()


def test_a_network_of_three_hundred_subnets_gets_one_flow_log() -> None:
    subnets = tuple(
        Subnet(
            id=f"{hand.network_id('vnet-wide')}/subnets/s{number}",
            name=f"s{number}",
            security_group_id=hand.group_id("nsg-web"),
        )
        for number in range(300)
    )
    wide = replace(hand.network("vnet-wide", {}), subnets=subnets)
    plan = make(hand.estate(wide, hand.security_group("nsg-web")), hand.settings(), EMPTY)
    assert hand.targets(plan.flow_logs) == ["vnet-wide"]


def test_many_skipped_for_one_reason_are_one_line() -> None:
    groups = [hand.security_group(f"nsg-{number}") for number in range(8)]
    plan = make(hand.estate(*groups), hand.settings(), EMPTY)
    (line,) = run_lines.warnings(plan)
    assert line.startswith("8 network security groups are skipped (nsg-0, nsg-1, nsg-2, nsg-3, ")
    assert "and 3 more" in line
