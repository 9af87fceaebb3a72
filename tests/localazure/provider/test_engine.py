"""The real engine deploys through the stand-in to local Azure."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.localazure.provider.deployment import HEADER, Deployment, flow_log
from tests.localazure.provider.estate import OLD, ONE, TWO, network, storage
from tests.localazure.provider.estate import flow_log as flow_log_id

HUB = flow_log_id(ONE, "hub")
ON_HUB = HEADER + flow_log("hub", "hub", "virtualNetworks/hub")
EVERYTHING = """
import pulumi
from pulumi_azure_native import network, operationalinsights, resources, storage

group = resources.ResourceGroup("made", location="westeurope")
watcher = network.NetworkWatcher("watcher", resource_group_name=group.name, location="northeurope")
target = network.VirtualNetwork("target", resource_group_name=group.name, location="northeurope",
    address_space={"address_prefixes": ["10.0.0.0/16"]},
    subnets=[{"name": "app", "address_prefix": "10.0.0.0/24"}])
rules = network.NetworkSecurityGroup("rules", resource_group_name=group.name, security_rules=[
    {"name": "in", "access": "Allow", "direction": "Inbound", "protocol": "Tcp", "priority": 100,
     "source_address_prefix": "*", "source_port_range": "*",
     "destination_address_prefix": "*", "destination_port_range": "443"}])
account = storage.StorageAccount("account", resource_group_name=group.name, location="northeurope",
    kind="StorageV2", sku={"name": "Standard_LRS"}, allow_shared_key_access=False)
space = operationalinsights.Workspace("space", resource_group_name=group.name,
    location="northeurope", sku={"name": "PerGB2018"}, retention_in_days=90)
log = network.FlowLog("log", resource_group_name=group.name, network_watcher_name=watcher.name,
    location="northeurope", storage_id=account.id, target_resource_id=target.id, enabled=True,
    format={"type": "JSON", "version": 2}, retention_policy={"days": 90, "enabled": True},
    flow_analytics_configuration={"network_watcher_flow_analytics_configuration": {
        "enabled": True, "traffic_analytics_interval": 60, "workspace_id": space.customer_id,
        "workspace_region": space.location, "workspace_resource_id": space.id}})
pulumi.export("log", log.id)
pulumi.export("rules", rules.location)
"""


def counts(printed: str) -> dict[str, int]:
    """The CLI's summary without its sum: `{"created": 7, "unchanged": 1}`."""
    summary = printed.rpartition("Resources:\n")[2].partition("\n\n")[0]
    found = re.findall(r"^\s*[+~=\-]*\s*(\d+) (?:to )?(\w+)", summary, re.MULTILINE)
    return {word: int(number) for number, word in found if word != "changes"}


def test_every_type_is_made_kept_and_removed(deploy: Callable[..., Deployment]) -> None:
    deployment = deploy(launched=True)
    deployment.project.write(EVERYTHING)
    planned = deployment.preview()
    assert counts(planned) == {"create": 8}
    assert re.search(r"log\s*: \[unknown\]", planned)
    assert "warning" not in planned

    assert counts(deployment.up()) == {"created": 8}
    outputs = deployment.outputs()
    assert deployment.get(outputs["log"])
    assert outputs["rules"] == "westeurope"
    made = deployment.writes()

    assert counts(deployment.up("--refresh")) == {"unchanged": 8}
    assert deployment.writes() == made

    assert counts(deployment.destroy()) == {"deleted": 8}
    assert deployment.get(outputs["log"]) is None
    assert deployment.resources() == {}


def test_an_update_is_one_write_in_place(deployment: Deployment) -> None:
    deployment.project.write(ON_HUB)
    deployment.up()
    changed = flow_log("hub", "hub", "virtualNetworks/hub", enabled="False")
    deployment.project.write(HEADER + changed)
    assert counts(deployment.up()) == {"updated": 1, "unchanged": 1}
    assert deployment.writes() == ["PUT hub", "PUT hub"]
    found = deployment.get(HUB)
    assert found and found["properties"]["enabled"] is False


def test_an_updates_preview_knows_name_and_location_alone(deployment: Deployment) -> None:
    shown = "pulumi.export('shown', [hub.name, hub.location])\npulumi.export('etag', hub.etag)\n"
    deployment.project.write(ON_HUB + shown)
    deployment.up()
    changed = flow_log("hub", "hub", "virtualNetworks/hub", tags="{'a': 'b'}")
    deployment.project.write(HEADER + changed + "pulumi.export('after', hub.etag)\n" + shown)
    planned = deployment.preview("--diff")
    assert re.search(r"after\s*: \[unknown\]", planned)
    assert "shown" not in planned


def test_drift_is_seen_and_repaired(deployment: Deployment) -> None:
    deployment.project.write(ON_HUB)
    deployment.up()
    found = deployment.get(HUB)
    assert found
    properties = {**found["properties"], "enabled": False}
    properties.pop("provisioningState")
    body = {"location": found["location"], "properties": properties}
    assert deployment.request("PUT", HUB, body).status == 200

    assert counts(deployment.preview()) == {"unchanged": 2}
    assert "~ enabled" in deployment.preview("--refresh", "--diff")
    assert counts(deployment.up("--refresh")) == {"updated": 1, "unchanged": 1}
    repaired = deployment.get(HUB)
    assert repaired and repaired["properties"]["enabled"] is True


def test_what_somebody_deleted_is_made_again(deployment: Deployment) -> None:
    deployment.project.write(ON_HUB)
    deployment.up()
    assert deployment.request("DELETE", HUB).status in (200, 202, 204)
    assert counts(deployment.up("--refresh")) == {"created": 1, "unchanged": 1}
    assert deployment.get(HUB)


def test_an_adopted_flow_log_is_raised_and_stays(deployment: Deployment) -> None:
    options = f"pulumi.ResourceOptions(import_={OLD!r}, retain_on_delete=True)"
    deployment.project.write(HEADER + flow_log("old", "old", "virtualNetworks/spoke", opts=options))
    assert counts(deployment.preview()) == {"create": 1, "import": 1, "update": 1}
    deployment.up()
    found = deployment.get(OLD)
    assert found and found["properties"]["retentionPolicy"]["days"] == 90
    assert deployment.writes() == ["PUT old"]
    assert counts(deployment.up("--refresh")) == {"unchanged": 2}
    deployment.destroy()
    assert deployment.writes() == ["PUT old"]
    assert deployment.get(OLD) == found


def test_an_existing_flow_log_is_not_taken_over_by_accident(deployment: Deployment) -> None:
    deployment.project.write(HEADER + flow_log("old", "old", "virtualNetworks/spoke"))
    assert f"cannot create already existing resource '{OLD}'" in deployment.fail_up()
    assert deployment.writes() == []


def test_azures_refusal_reaches_the_user_in_one_line(deployment: Deployment) -> None:
    deployment.project.write(HEADER + flow_log("app", "app", "networkSecurityGroups/app"))
    told = deployment.fail_up()
    (line,) = (line for line in told.splitlines() if "NsgFlowLogCreationBlocked" in line)
    assert re.search(r'Status=400 Code="NsgFlowLogCreationBlocked" Message=".+"', line)
    assert "Traceback" not in told
    assert deployment.resources() == {}


def test_a_missing_parent_reaches_the_user(deployment: Deployment) -> None:
    deployment.project.write(
        HEADER + flow_log("hub", "hub", "virtualNetworks/hub", networkWatcherName="'none'")
    )
    assert re.search(r'Status=404 Code="\w+" Message=', deployment.fail_up())


def test_a_failure_after_acceptance_stays_in_the_state(deploy: Callable[..., Deployment]) -> None:
    fault = {"method": "PUT", "path": "*/flowLogs/hub", "times": 1, "status": 500, "late": True}
    deployment = deploy(fault)
    deployment.project.write(ON_HUB)
    assert 'Code="InternalServerError"' in deployment.fail_up()
    kept = deployment.resources()["hub"]
    assert kept["id"] == HUB
    assert kept["outputs"]["provisioningState"] == "Failed"
    assert kept["initErrors"]

    deployment.up()
    repaired = deployment.resources()["hub"]
    assert repaired["outputs"]["provisioningState"] == "Succeeded"
    assert not repaired.get("initErrors")


@pytest.mark.parametrize(
    ("status", "code"), [(429, "RetryableError"), (409, "AnotherOperationInProgress")]
)
def test_a_throttled_write_is_tried_again(
    deploy: Callable[..., Deployment], status: int, code: str
) -> None:
    fault = {"method": "PUT", "path": "*/flowLogs/hub", "times": 2, "status": status, "code": code}
    deployment = deploy(fault)
    deployment.project.write(ON_HUB)
    deployment.up()
    assert deployment.writes() == ["PUT hub"] * 3


def test_each_provider_deploys_to_its_own_subscription(deployment: Deployment) -> None:
    program = HEADER
    for number, subscription in enumerate((ONE, TWO)):
        program += f"p{number} = Provider('p{number}', subscription_id={subscription!r})\n"
        program += flow_log(
            f"log{number}",
            f"log{number}",
            "virtualNetworks/hub",
            targetResourceId=repr(network(subscription, "virtualNetworks/hub")),
            storageId=repr(storage(subscription)),
            opts=f"pulumi.ResourceOptions(provider=p{number})",
        )
    deployment.project.write(program)
    assert counts(deployment.up()) == {"created": 5}
    ids = {name: resource["id"] for name, resource in deployment.resources().items()}
    assert ids == {
        "log0": flow_log_id(ONE, "log0"),
        "log1": flow_log_id(TWO, "log1"),
    }
    assert counts(deployment.up("--refresh")) == {"unchanged": 5}


def test_another_name_deletes_before_it_creates(deployment: Deployment) -> None:
    deployment.project.write(ON_HUB)
    deployment.up()
    renamed = flow_log("hub", "hub", "virtualNetworks/hub", flowLogName="'hub-2'")
    deployment.project.write(HEADER + renamed)
    assert counts(deployment.up()) == {"replaced": 1, "unchanged": 1}
    assert deployment.writes() == ["PUT hub", "DELETE hub", "PUT hub-2"]


def test_a_secret_reaches_azure_and_stays_secret_in_the_state(deployment: Deployment) -> None:
    tags = "{'pass': pulumi.Output.secret('hidden words')}"
    deployment.project.write(HEADER + flow_log("hub", "hub", "virtualNetworks/hub", tags=tags))
    printed = deployment.up()
    found = deployment.get(HUB)
    assert found and found["tags"] == {"pass": "hidden words"}
    assert "hidden words" not in printed
    assert "hidden words" not in str(deployment.resources()["hub"])


def test_an_interrupt_keeps_what_azure_accepted(deploy: Callable[..., Deployment]) -> None:
    deployment = deploy(latency=5, launched=True)
    deployment.project.write(ON_HUB)
    running = deployment.project.start("up", "--yes", "--skip-preview")
    deployment.wait_for("PUT hub")
    running.send_signal(signal.SIGINT)
    printed, _ = running.communicate(timeout=60)
    assert running.returncode != 0
    assert "context canceled" in printed
    assert "Traceback" not in printed and "KeyboardInterrupt" not in printed
    assert deployment.resources()["hub"]["id"] == HUB
    assert deployment.project.wait_until_alone() == set()


def test_a_resource_of_somebody_else_can_be_read(deployment: Deployment) -> None:
    watcher = network(ONE, "networkWatchers/west")
    read = "from pulumi_azure_native import network\n"
    read += f"found = network.NetworkWatcher.get('west', {watcher!r})\n"
    deployment.project.write(HEADER + read + "pulumi.export('found', found.location)\n")
    deployment.up()
    assert deployment.outputs() == {"found": "westeurope"}
    assert deployment.writes() == []


def test_importing_what_is_not_there_is_said(deployment: Deployment) -> None:
    options = f"pulumi.ResourceOptions(import_={HUB!r})"
    deployment.project.write(HEADER + flow_log("hub", "hub", "virtualNetworks/hub", opts=options))
    assert f"resource '{HUB}' does not exist" in deployment.fail("preview")


@pytest.mark.skipif(not Path("/proc/self/cwd").exists(), reason="needs /proc")
def test_a_killed_engine_leaves_no_stand_in(deploy: Callable[..., Deployment]) -> None:
    fault = {"method": "PUT", "path": "*/flowLogs/hub", "delay": 2}
    deployment = deploy(fault, launched=True)
    deployment.project.write(ON_HUB)
    running = deployment.project.start("up", "--yes", "--skip-preview")
    deployment.wait_for("GET hub")
    assert len(stand_ins(deployment)) == 1
    running.kill()
    running.communicate(timeout=60)
    assert deployment.project.wait_until_alone() == set()


def stand_ins(deployment: Deployment) -> list[int]:
    """Ids of this test's provider processes."""
    return [
        process
        for process in deployment.project.processes()
        if b"localazure.provider" in Path(f"/proc/{process}/cmdline").read_bytes()
    ]
