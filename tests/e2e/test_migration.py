"""Leave, adopt, upgrade, switch off over two runs, go back, destroy: what Azure holds each time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bench.estates import synthetic
from tests.e2e.conftest import Staging
from tests.e2e.scenarios import facts, networks_without, policy_makes_flow_logs
from tests.e2e.stage import Stage
from tools.projects import SAMPLE_ESTATE

PROD = "00000000-0000-4000-8000-000000000002"
NSG = "microsoft.network/networksecuritygroups"
PLAIN: dict[str, Any] = {"location": "westeurope", "subscriptions": [PROD]}


def _held(there: Stage) -> dict[str, dict[str, Any]]:
    return {target: facts(log) for target, log in there.flow_logs(PROD).items()}


def _run(there: Stage, **changes: Any) -> dict[str, dict[str, Any]]:
    """An update with these settings; asserts that the next one would change nothing."""
    there.configure("dev", {**PLAIN, **changes})
    done = there.up("dev")
    assert done.code == 0, done.stdout
    return _held(there)


def _on_groups(held: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {target: log for target, log in held.items() if NSG in target}


def test_from_leave_to_switched_off_and_back(staged: Staging) -> None:
    there = staged()
    there.stack("dev", PLAIN)
    before = _held(there)
    assert len(_on_groups(before)) == 2

    left = _run(there)
    assert {target: left[target] for target in before} == before
    assert set(left) > set(before)

    adopted = _run(there, existingFlowLogs="adopt")
    for target, log in before.items():
        now = adopted[target]
        assert (now["id"], now["storage"]) == (log["id"], log["storage"])
        assert (now["enabled"], now["version"], now["analytics"]) == (True, 2, True)
        assert now["days"] >= max(90, log["days"])
        assert now["tag"] == "flow-logs/dev"
    assert there.up("dev").changes == {}

    waiting = _run(there, existingFlowLogs="adopt", nsgFlowLogs="disable")
    off = {target for target, log in _on_groups(waiting).items() if not log["enabled"]}
    covered = set(adopted) - set(_on_groups(adopted))
    assert off == _whose_networks_had_a_flow_log(there, _on_groups(adopted), covered)

    done = _run(there, existingFlowLogs="adopt", nsgFlowLogs="disable")
    assert all(not log["enabled"] for log in _on_groups(done).values())
    assert all(not log["analytics"] for log in _on_groups(done).values())
    assert there.up("dev").changes == {}

    back = _run(there, existingFlowLogs="adopt", nsgFlowLogs="keep")
    assert all(log["enabled"] and log["days"] == 90 for log in _on_groups(back).values())

    released = _run(there)
    assert {target: released[target] for target in _on_groups(back)} == _on_groups(back)

    _run(there, existingFlowLogs="adopt")
    assert there.engine.operate("destroy", "dev", "--exclude-protected").code == 0
    left_over = _held(there)
    assert set(before) <= set(left_over)
    assert all(left_over[target]["enabled"] for target in before)


def _whose_networks_had_a_flow_log(
    there: Stage, groups: dict[str, Any], covered: set[str]
) -> set[str]:
    """Groups all of whose subnets lie in networks that were covered before the run."""
    found = set()
    for target in groups:
        group = there.get(target, "2024-05-01")
        assert group is not None
        subnets = [subnet["id"].casefold() for subnet in group["properties"].get("subnets", [])]
        if subnets and all(subnet.split("/subnets/")[0] in covered for subnet in subnets):
            found.add(target)
    return found


def test_what_azure_policy_makes_between_two_runs_is_adopted_in_place(
    staged: Staging, tmp_path: Path
) -> None:
    estate = synthetic(networks=36, nsgs=54, subscriptions=3, regions=6, seed=3)
    subscriptions = sorted({found["id"].split("/")[2] for found in estate})
    path = tmp_path / "estate.json"
    path.write_text(json.dumps(estate))
    there = staged(path)
    settings = {"location": "westeurope", "subscriptions": subscriptions}
    there.stack("dev", {**settings, "existingFlowLogs": "adopt"})
    assert there.up("dev").code == 0
    outputs = there.engine.outputs("dev")
    storage = {region: ids[0] for region, ids in outputs["storageAccounts"].items()}
    made = there.flow_logs(*subscriptions)

    late = networks_without(estate, set(made))
    assert late
    for subscription in subscriptions:
        own = [network for network in late if subscription in network]
        policy_makes_flow_logs(there, own, outputs["watchers"][subscription], storage)
    _somebody_attaches_groups(there, late)

    assert there.up("dev").code == 0
    after = there.flow_logs(*subscriptions)
    for network in late:
        log = facts(after[network.casefold()])
        assert log["id"].endswith("-flowlog")
        assert (log["version"], log["analytics"], log["tag"]) == (2, True, "flow-logs/dev")
        assert log["days"] == 90
    assert {target: after[target]["id"] for target in made} == {
        target: log["id"] for target, log in made.items()
    }
    assert there.up("dev").changes == {}


def _somebody_attaches_groups(there: Stage, networks: list[str]) -> None:
    for network_id in networks:
        network = there.get(network_id, "2024-05-01")
        assert network is not None
        group_id = network_id.replace("virtualNetworks/", "networkSecurityGroups/nsg-late-")
        there.send("PUT", group_id, "2024-05-01", {"location": network["location"]})
        subnet = {"addressPrefix": "10.255.0.0/24", "networkSecurityGroup": {"id": group_id}}
        network["properties"]["subnets"] = [{"name": "late", "properties": subnet}]
        there.send("PUT", network_id, "2024-05-01", network)


def test_identity_and_filter_of_an_adopted_flow_log_are_sent_back_as_read(
    staged: Staging, tmp_path: Path
) -> None:
    resources = json.loads(SAMPLE_ESTATE.read_text())
    name = "vnet-report-neu-rg-prod-erp-flowlog"
    (log,) = (found for found in resources if found.get("name") == name)
    user = f"/subscriptions/{PROD}/resourceGroups/rg-prod-erp/providers"
    user += "/Microsoft.ManagedIdentity/userAssignedIdentities/flow-log-writer"
    log["identity"] = {
        "type": "UserAssigned",
        "userAssignedIdentities": {user: {"clientId": "c", "principalId": "p"}},
    }
    log["properties"]["enabledFilteringCriteria"] = "dstPort=443"
    resources.append({"id": user, "location": "northeurope"})
    path = tmp_path / "estate.json"
    path.write_text(json.dumps(resources))
    there = staged(path)
    there.stack("dev", {**PLAIN, "existingFlowLogs": "adopt"})
    assert there.up("dev").code == 0
    target = log["properties"]["targetResourceId"].casefold()
    held = there.flow_logs(PROD)[target]
    assert held["tags"]["managed-by"] == "flow-logs/dev"
    assert held["properties"]["enabledFilteringCriteria"] == "dstPort=443"
    assert list(held["identity"]["userAssignedIdentities"]) == [user]
    assert dict(there.up("dev").changes) == {}
