"""From one configuration to the next on the real engine: no gap, nothing of others' taken away."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.estates import synthetic
from tests.e2e.conftest import Staging
from tests.e2e.refusals import written
from tests.e2e.scenarios import facts, networks_without, policy_makes_flow_logs
from tests.e2e.stage import Stage
from tools.projects import SAMPLE_ESTATE

PROD = "00000000-0000-4000-8000-000000000002"
PLAIN: dict[str, Any] = {"location": "westeurope", "subscriptions": [PROD]}
ADOPT = {**PLAIN, "existingFlowLogs": "adopt"}
DISABLE = {**ADOPT, "nsgFlowLogs": "disable"}


def on(there: Stage, *subscriptions: str) -> dict[str, bool]:
    """Target (its last two segments) to whether its flow log is switched on."""
    held = there.flow_logs(*(subscriptions or (PROD,)))
    return {
        "/".join(target.split("/")[-2:]): log["properties"]["enabled"]
        for target, log in held.items()
    }


def up(there: Stage, settings: dict[str, Any], times: int = 1) -> None:
    """Updates with these settings, each of which must end well."""
    there.configure("dev", settings)
    for _ in range(times):
        done = there.up("dev")
        assert done.code == 0, done.stdout


SHOP_GROUP, SHOP = "networksecuritygroups/nsg-shop-web", "virtualnetworks/vnet-shop-weu"


def test_what_azure_does_not_switch_on_again_keeps_its_network_recorded(
    staged: Staging, tmp_path: Path
) -> None:
    # Adoption and switching off are the first two writes; the third would switch it on again.
    refusal = {"method": "PUT", "path": "*/flowLogs/nsg-shop-web*", "after": 2, "times": 1}
    faults = tmp_path / "faults.json"
    faults.write_text(json.dumps([{**refusal, "status": 403, "code": "AuthorizationFailed"}]))
    there = staged(SAMPLE_ESTATE, "--faults", str(faults))
    there.stack("dev", PLAIN)
    up(there, DISABLE, times=2)
    assert (on(there)[SHOP_GROUP], on(there)[SHOP]) == (False, True)

    there.configure("dev", ADOPT)
    refused = there.up("dev", "--continue-on-error")
    assert refused.code != 0
    assert "delete" not in refused.changes
    assert (on(there)[SHOP_GROUP], on(there)[SHOP]) == (False, True)

    up(there, ADOPT)
    assert (on(there)[SHOP_GROUP], on(there)[SHOP]) == (True, True)
    up(there, ADOPT)
    assert on(there)[SHOP_GROUP] is True
    assert dict(there.up("dev").changes) == {}


def test_waves_switch_off_what_they_name_and_leave_the_rest_on(staged: Staging) -> None:
    there = staged()
    there.stack("dev", PLAIN)
    wave = {**DISABLE, "disableFor": {"names": ["nsg-shop-*"]}}
    up(there, wave, times=2)
    held = on(there)
    assert held[SHOP_GROUP] is False
    assert held["networksecuritygroups/nsg-payments-api"] is True

    up(there, DISABLE, times=2)
    held = on(there)
    assert held[SHOP_GROUP] is False
    assert held["networksecuritygroups/nsg-payments-api"] is False
    assert dict(there.up("dev").changes) == {}


def test_a_group_that_leaves_the_filter_keeps_its_flow_log_as_it_stands(staged: Staging) -> None:
    there = staged()
    there.stack("dev", PLAIN)
    up(there, ADOPT)
    before = there.flow_logs(PROD)
    adopted = next(log for target, log in before.items() if target.endswith("nsg-shop-web"))

    up(there, {**ADOPT, "exclude": {"names": ["nsg-shop-web"]}})
    after = there.flow_logs(PROD)
    kept = next(log for target, log in after.items() if target.endswith("nsg-shop-web"))
    assert (kept["id"], kept["properties"]) == (adopted["id"], adopted["properties"])
    assert dict(there.up("dev").changes) == {}


def test_a_whole_life_over_subscriptions_and_regions_with_azure_policy_between(
    staged: Staging, tmp_path: Path
) -> None:
    estate = synthetic(networks=36, nsgs=36, subscriptions=3, regions=6, seed=5)
    subscriptions = sorted({found["id"].split("/")[2] for found in estate})
    theirs = list(_nsg_flow_logs(estate))
    there = staged(written(tmp_path / "estate.json", [*estate, *theirs]))
    plain = {"location": "westeurope", "subscriptions": subscriptions, "removeAtMost": 100}
    adopt = {**plain, "existingFlowLogs": "adopt"}
    there.stack("dev", plain)
    groups = {log["properties"]["targetResourceId"].casefold() for log in _logs(theirs)}
    assert len(groups) == 18

    before = there.flow_logs(*subscriptions)
    up(there, plain)
    left = there.flow_logs(*subscriptions)
    assert {target: left[target] for target in before} == before

    of_policy = _policy_acts(there, networks_without(estate, set(left))[:6])

    up(there, {**adopt, "networksWithoutNsg": "cover"})
    adopted = there.flow_logs(*subscriptions)
    _are_ours(adopted, groups | of_policy)
    assert {target: adopted[target]["id"] for target in before} == _ids(before)

    up(there, {**adopt, "networksWithoutNsg": "cover", "nsgFlowLogs": "disable"}, times=2)
    off = there.flow_logs(*subscriptions)
    assert {target for target, log in off.items() if not log["properties"]["enabled"]} == groups

    up(there, {**adopt, "networksWithoutNsg": "cover"}, times=2)
    back = there.flow_logs(*subscriptions)
    assert all(back[target]["properties"]["enabled"] for target in groups)
    assert _ids(back) == _ids(off)  # covered networks keep theirs
    assert dict(there.up("dev").changes) == {}

    assert there.engine.operate("destroy", "dev", "--exclude-protected").code == 0
    remaining = there.flow_logs(*subscriptions)
    assert set(remaining) == groups | of_policy
    assert all(facts(log)["enabled"] and facts(log)["days"] == 90 for log in remaining.values())


def _are_ours(held: dict[str, dict[str, Any]], targets: set[str]) -> None:
    for target in targets:
        assert facts(held[target])["tag"] == "flow-logs/dev"
        assert facts(held[target])["days"] == 90


def _policy_acts(there: Stage, networks: list[str]) -> set[str]:
    """Azure Policy makes flow logs on the networks; their keys."""
    outputs = there.engine.outputs("dev")
    storage = {region: ids[0] for region, ids in outputs["storageAccounts"].items()}
    for subscription, watchers in outputs["watchers"].items():
        own = [network for network in networks if subscription in network]
        policy_makes_flow_logs(there, own, watchers, storage)
    return {network.casefold() for network in networks}


def _ids(held: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {target: log["id"] for target, log in held.items()}


def _logs(resources: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [found for found in resources if "/flowLogs/" in found["id"]]


def _nsg_flow_logs(estate: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """On one security group of each region and subscription, with an account of its own."""
    watchers = {
        (found["id"].split("/")[2], found["location"]): found["id"]
        for found in estate
        if "/networkwatchers/" in found["id"].casefold()
    }
    groups = {
        (found["id"].split("/")[2], found["location"]): found["id"]
        for found in estate
        if "/networksecuritygroups/" in found["id"].casefold()
    }
    for number, (place, group) in enumerate(sorted(groups.items())):
        home = "/".join(group.split("/")[:5])
        account = f"{home}/providers/Microsoft.Storage/storageAccounts/sttheirs{number}"
        sku = {"name": "Standard_LRS"}
        yield {"id": account, "location": place[1], "kind": "StorageV2", "sku": sku}
        yield {
            "id": f"{watchers[place]}/flowLogs/theirs-{number}",
            "location": place[1],
            "properties": {
                "targetResourceId": group,
                "storageId": account,
                "enabled": True,
                "retentionPolicy": {"days": 30, "enabled": True},
                "format": {"type": "JSON", "version": 2},
            },
        }
