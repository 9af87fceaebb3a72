"""The life of a flow log, written once for local Azure and for a real subscription.

The second half is skipped unless ``FLOW_LOGS_TEST_SUBSCRIPTION`` names a subscription in which the
test may make and delete a resource group: whoever has Azure can hold the stand-in against it.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.scenarios import facts, policy_makes_flow_logs
from tests.e2e.stage import SWITCH, Stage, real_stage, stage

NETWORK_VERSION = "2024-05-01"
GROUP_VERSION = "2024-03-01"
FLOW_LOG_VERSION = "2025-05-01"
REGION = "westeurope"
READY_WITHIN = 120  # seconds for a network to be made
DEV = "00000000-0000-4000-8000-000000000003"


@pytest.fixture(params=["local", "real"])
def anywhere(
    request: pytest.FixtureRequest, tmp_path: Path, pulumi_cli: Path
) -> Iterator[tuple[Stage, str]]:
    """A stage and a subscription to work in."""
    if request.param == "local":
        with stage(tmp_path) as there:
            yield there, DEV
        return
    subscription = os.environ.get(SWITCH)
    if not subscription:
        pytest.skip(f"no real Azure: set {SWITCH} to a subscription id")
    yield real_stage(tmp_path, subscription), subscription


@pytest.fixture
def network(anywhere: tuple[Stage, str]) -> Iterator[str]:
    """A network with a security group, in a resource group of its own that is deleted again."""
    there, subscription = anywhere
    group = f"/subscriptions/{subscription}/resourceGroups/flow-logs-test-{uuid.uuid4().hex[:8]}"
    there.send("PUT", group, GROUP_VERSION, {"location": REGION})
    base = f"{group}/providers/Microsoft.Network"
    security_group = f"{base}/networkSecurityGroups/nsg-test"
    there.send("PUT", security_group, NETWORK_VERSION, {"location": REGION})
    _made(there, security_group)
    subnet = {"addressPrefix": "10.0.0.0/24", "networkSecurityGroup": {"id": security_group}}
    body = {
        "location": REGION,
        "properties": {
            "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
            "subnets": [{"name": "apps", "properties": subnet}],
        },
    }
    there.send("PUT", f"{base}/virtualNetworks/vnet-test", NETWORK_VERSION, body)
    _made(there, f"{base}/virtualNetworks/vnet-test")
    yield f"{base}/virtualNetworks/vnet-test"
    there.send("DELETE", group, GROUP_VERSION)


def _made(there: Stage, resource_id: str) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while True:
        found = there.get(resource_id, NETWORK_VERSION)
        if found is not None and found["properties"].get("provisioningState") == "Succeeded":
            return
        assert time.monotonic() < deadline, f"{resource_id} is not ready"
        time.sleep(0.2)


def _held(there: Stage, network_id: str) -> dict[str, Any] | None:
    """The flow log on a network, by the network's own back reference."""
    network = there.get(network_id, NETWORK_VERSION)
    assert network is not None
    references = network["properties"].get("flowLogs") or []
    return there.get(references[0]["id"], FLOW_LOG_VERSION) if references else None


def test_made_unchanged_repaired_and_taken_away(anywhere: tuple[Stage, str], network: str) -> None:
    there, subscription = anywhere
    only = {"resourceGroups": [network.split("/")[4]]}
    settings = {
        "location": REGION,
        "subscriptions": [subscription],
        "include": only,
        "protectData": False,
    }
    there.stack("anywhere", settings)
    assert there.up("anywhere").code == 0
    made = _held(there, network)
    assert made is not None
    standard = facts(made)
    assert (standard["enabled"], standard["version"], standard["days"]) == (True, 2, 90)
    assert standard["analytics"] is True
    assert dict(there.up("anywhere").changes) == {}

    made["properties"]["enabled"] = False
    there.send("PUT", made["id"], FLOW_LOG_VERSION, made)
    assert there.up("anywhere").code == 0
    repaired = _held(there, network)
    assert repaired is not None
    assert facts(repaired) == standard

    assert there.engine.operate("destroy", "anywhere").code == 0
    assert _held(there, network) is None


def test_somebody_elses_flow_log_is_left_adopted_and_released(
    anywhere: tuple[Stage, str], network: str
) -> None:
    there, subscription = anywhere
    settings = {
        "location": REGION,
        "subscriptions": [subscription],
        "include": {"resourceGroups": [network.split("/")[4]]},
        "protectData": False,
    }
    there.stack("anywhere", settings)
    assert there.up("anywhere").code == 0
    outputs = there.engine.outputs("anywhere")
    watchers = outputs["watchers"][subscription]
    storage = {region: ids[0] for region, ids in outputs["storageAccounts"].items()}
    there.configure("anywhere", {**settings, "exclude": {"names": ["*"]}})
    assert there.up("anywhere").code == 0
    assert _held(there, network) is None

    policy_makes_flow_logs(there, [network], watchers, storage)
    theirs = _held(there, network)
    assert theirs is not None
    there.configure("anywhere", settings)
    assert there.up("anywhere").code == 0
    assert _facts(there, network) == facts(theirs)

    there.configure("anywhere", {**settings, "existingFlowLogs": "adopt"})
    assert there.up("anywhere").code == 0
    adopted = _facts(there, network)
    assert (adopted["id"], adopted["storage"]) == (facts(theirs)["id"], facts(theirs)["storage"])
    assert (adopted["days"], adopted["analytics"]) == (90, True)
    assert dict(there.up("anywhere").changes) == {}

    there.configure("anywhere", settings)
    assert there.up("anywhere").code == 0
    assert _facts(there, network) == adopted
    assert there.engine.operate("destroy", "anywhere").code == 0
    assert _facts(there, network) == adopted


def _facts(there: Stage, network_id: str) -> dict[str, Any]:
    held = _held(there, network_id)
    assert held is not None
    return facts(held)
