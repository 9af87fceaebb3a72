"""What Microsoft's definitions say of the networks and flow logs that an update leaves."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from flowlog_guard import RULES
from flowlog_guard.config import Config
from flowlog_guard.flow_log import FlowLog
from flowlog_guard.property_paths import AZURE_NATIVE
from flowlog_guard.rule import FlowLogRule

from guardrail.assignments import deployments
from guardrail.model import Assignment
from outputs import parse_outputs
from tests.e2e.scenarios import facts
from tests.e2e.stage import Stage, stage
from tests.guardrail.azure_policy import AzurePolicy
from tests.guardrail.definitions import Definition
from tests.guardrail.examples import settings
from tests.guardrail.guard import LATE, somebody_makes_a_network

SUBSCRIPTIONS = tuple(f"00000000-0000-4000-8000-00000000000{number}" for number in (1, 2, 3))
PAGE = Path(__file__).resolve().parents[2] / "docs" / "guardrail.md"
NETWORKS = "Microsoft.Network/virtualNetworks"
FLOW_LOGS = "Microsoft.Network/networkWatchers/flowLogs"
SECURITY_GROUPS = "Microsoft.Network/networkSecurityGroups"

World = list[Mapping[str, Any]]


@pytest.fixture(scope="module")
def policy(
    published: dict[str, Definition],
    pulumi_cli: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[AzurePolicy]:
    """Azure Policy on the sample estate after one update that covers every network."""
    given = {
        "location": "westeurope",
        "subscriptions": list(SUBSCRIPTIONS),
        "existingFlowLogs": "adopt",
        "networksWithoutNsg": "cover",
    }
    with ExitStack() as stages:
        there = stages.enter_context(stage(tmp_path_factory.mktemp("compliance")))
        there.stack("dev", given)
        done = there.up("dev")
        assert done.code == 0, done.stdout
        yield AzurePolicy(there, published, SUBSCRIPTIONS)


@pytest.fixture(scope="module")
def world(policy: AzurePolicy) -> World:
    """Everything that there is after the update."""
    return policy.world()


def violating(policy: AzurePolicy, world: World, start: str, **values: str) -> set[str]:
    """Names of the resources that do not comply with the definition of this id's start."""
    definition = _definition(policy, start)
    found = policy.violations(definition, definition.values(values), world)
    return {resource["name"] for resource in found}


def _definition(policy: AzurePolicy, start: str) -> Definition:
    return next(each for id_, each in policy.definitions.items() if f"/{start}" in id_)


def _names(world: World, kind: str) -> set[str]:
    return {resource["name"] for resource in world if resource["type"] == kind}


@pytest.mark.parametrize("start", ["4c3c6c5f", "27960feb", "2f080164"])
def test_the_audits_find_nothing(policy: AzurePolicy, world: World, start: str) -> None:
    assert violating(policy, world, start) == set()


@pytest.mark.parametrize("region", ["westeurope", "northeurope", "swedencentral"])
def test_the_policy_for_a_region_has_nothing_to_deploy(
    policy: AzurePolicy, world: World, region: str
) -> None:
    assert violating(policy, world, "3e9965dc", vnetRegion=region) == set()


def test_the_older_policy_moves_what_writes_elsewhere(policy: AzurePolicy, world: World) -> None:
    """It compares the storage account, so it rests only with ours as its parameter."""
    account = policy.there.engine.outputs("dev")["storageAccounts"]["westeurope"][0]
    here = {"vnetRegion": "westeurope"}

    assert violating(policy, world, "cd6f7aff", storageId=account, **here) == set()
    assert violating(policy, world, "cd6f7aff", storageId=f"{account}0", **here) != set()


def test_the_initiative_has_nothing_to_deploy_on_networks_as_we_assign_it(
    policy: AzurePolicy, world: World
) -> None:
    values = {"resourceGroupName": "flow-logs-policy", "workspaceRegion": "westeurope"}

    assert violating(policy, world, "6d7c9ba4", updateFlowlog="False", **values) == set()
    everything = violating(policy, world, "6d7c9ba4", updateFlowlog="True", **values)
    assert everything == _names(world, NETWORKS)


def test_a_watcher_outside_of_networkwatcherrg_is_missed(policy: AzurePolicy, world: World) -> None:
    """The definition looks in one group; Azure and this program take the watcher where it is."""
    flagged = violating(policy, world, "b6e2945c")

    assert flagged == {"vnet-erp-neu", "vnet-report-neu"}
    assert violating(policy, world, "b6e2945c", resourceGroupName="rg-prod-monitoring") != flagged


def test_security_groups_without_their_own_flow_log_stay_flagged(
    policy: AzurePolicy, world: World
) -> None:
    """Azure makes no new ones: the audit of security groups is a false alarm by now."""
    flagged = violating(policy, world, "c251913d")

    assert flagged == _names(world, SECURITY_GROUPS) - {"nsg-shop-web", "nsg-payments-api"}


ELSEWHERE = f"/subscriptions/{SUBSCRIPTIONS[0]}/resourceGroups/other/providers"
_WORKSPACES = "Microsoft.OperationalInsights/workspaces"
FAULTS: dict[str, dict[str, Any]] = {
    "switched off": {"enabled": False},
    "provisioning `Failed`": {"provisioningState": "Failed"},
    "retention off": {"retentionPolicy": {"days": 0, "enabled": False}},
    "retention 7 days": {"retentionPolicy": {"days": 7, "enabled": True}},
    "format version 1": {"format": {"type": "JSON", "version": 1}},
    "Traffic Analytics off": {"analytics": {"enabled": False}},
    "interval 30 minutes": {"analytics": {"trafficAnalyticsInterval": 30}},
    "another workspace": {"analytics": {"workspaceResourceId": f"{ELSEWHERE}/{_WORKSPACES}/other"}},
    "another storage account": {
        "storageId": f"{ELSEWHERE}/Microsoft.Storage/storageAccounts/other"
    },
}
COLUMNS = ("4c3c6c5f", "27960feb", "2f080164", "3e9965dc", "6d7c9ba4")


def with_fault(world: World, name: str) -> tuple[World, Mapping[str, Any]]:
    """The same world with one flow log changed, and that flow log."""
    changed = copy.deepcopy(world)
    log = next(
        each for each in changed if each["type"] == FLOW_LOGS and _target(each) == "vnet-shop-weu"
    )
    for member, value in FAULTS[name].items():
        if member == "analytics":
            outer = log["properties"]["flowAnalyticsConfiguration"]
            outer["networkWatcherFlowAnalyticsConfiguration"] |= value
        else:
            log["properties"][member] = value
    return changed, log


def _target(log: Mapping[str, Any]) -> str:
    return str(log["properties"]["targetResourceId"]).rpartition("/")[2]


def verdicts(policy: AzurePolicy, world: World) -> list[str]:
    """Which of the columns flag something in a world."""
    values = {
        "3e9965dc": {"vnetRegion": "westeurope"},
        "6d7c9ba4": {
            "resourceGroupName": "flow-logs-policy",
            "workspaceRegion": "westeurope",
            "updateFlowlog": "False",
        },
    }
    found = (violating(policy, world, start, **values.get(start, {})) for start in COLUMNS)
    return ["flags it" if names else "compliant" for names in found]


def refusals(log: Mapping[str, Any]) -> str:
    """Policies of our pack that refuse a flow log declared like this one."""
    declared = FlowLog(name="log", spelling=AZURE_NATIVE, properties=log["properties"])
    rules = [rule for rule in RULES if isinstance(rule, FlowLogRule)]
    names = [f"`{rule.name}`" for rule in rules if list(rule.check(declared, Config()))]
    return ", ".join(names) or "accepts it"


def test_the_page_says_where_a_definition_is_content_and_the_pack_is_not(
    policy: AzurePolicy, world: World
) -> None:
    section = (
        PAGE.read_text()
        .split("\n## Faults that our pack reports and Azure Policy does not", 1)[1]
        .split("\n## ")[0]
    )
    rows = [line for line in section.splitlines() if line.startswith("| ")][1:]
    expected = []
    for name in FAULTS:
        changed, log = with_fault(world, name)
        cells = [name, *verdicts(policy, changed), refusals(log)]
        expected.append(f"| {' | '.join(cells)} |")

    assert "\n".join(rows) == "\n".join(expected)


def test_what_is_made_for_the_stack_lacks_nothing_but_our_tag(policy: AzurePolicy) -> None:
    """`destination: stack`: storage and workspace are ours from the first minute."""
    there = policy.there
    outputs = there.engine.outputs("dev")
    given = settings(effect="deploy", destination="stack", regions='["westeurope"]')
    (wanted,) = deployments(given, parse_outputs(outputs))
    somebody_makes_a_network(there)
    policy.act(_assigned(there, wanted))

    chosen = facts(there.flow_logs(*SUBSCRIPTIONS)[LATE.casefold()])
    assert chosen["storage"] == outputs["storageAccounts"]["westeurope"][0].casefold()
    assert chosen["workspace"] == outputs["workspace"]["id"].casefold()
    assert there.up("dev").code == 0
    adopted = facts(there.flow_logs(*SUBSCRIPTIONS)[LATE.casefold()])
    assert adopted == {**chosen, "tag": "flow-logs/dev"}


def _assigned(there: Stage, wanted: Assignment) -> str:
    """Makes an assignment of the guardrail's plan, and returns its id."""
    group = "/providers/Microsoft.Management/managementGroups/contoso"
    id_ = f"{group}/providers/Microsoft.Authorization/policyAssignments/{wanted.name}"
    body = {
        "location": wanted.region,
        "identity": {"type": "SystemAssigned"},
        "properties": {
            "policyDefinitionId": wanted.definition_id,
            "parameters": {name: {"value": each} for name, each in wanted.parameters.items()},
        },
    }
    there.send("PUT", id_, "2025-01-01", body)
    return id_


def test_the_unchanged_flow_log_is_accepted_by_all(policy: AzurePolicy, world: World) -> None:
    assert verdicts(policy, world) == ["compliant"] * len(COLUMNS)
    ours = [each for each in world if each["type"] == FLOW_LOGS and "nsg" not in _target(each)]
    assert {refusals(log) for log in ours} == {"accepts it"}
