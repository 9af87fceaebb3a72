"""Which rule lets a packet of a machine through: as recorded, and by the rules of an estate."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.localazure.contoso import ESTATE, NETWORK
from tests.localazure.files import file
from tests.localazure.network.test_effective_groups import ended, world
from tests.recordings import read_recording
from tests.servers import LocalAzure, Reply

RECORDINGS = (
    "azure-libraries-for-net/ManageNetworkWatcherTest.json",
    "azure-libraries-for-net/CanWatchNetwork.json",
)
RULES = ESTATE.with_name("rules.json")
GROUP = "/subscriptions/00000000-0000-4000-8000-000000000010/resourceGroups"
NETWORKS = f"{GROUP}/rg-retail-network/providers/Microsoft.Network"
_IN_GROUP = "NetworkWatcherRG/providers/Microsoft.Network/networkWatchers"
WATCHER = f"{GROUP}/{_IN_GROUP}/NetworkWatcher_westeurope"


def machine(name: str) -> str:
    return f"{GROUP}/rg-retail-network/providers/Microsoft.Compute/virtualMachines/vm-{name}"


@pytest.mark.parametrize("recording", RECORDINGS)
def test_a_recorded_answer_is_the_answer_here(
    shared_data: Path, local_azure: Callable[..., LocalAzure], tmp_path: Path, recording: str
) -> None:
    exchanges = read_recording(shared_data / "recordings" / recording)
    (asked,) = [each for each in exchanges if each.path.endswith("/ipFlowVerify")]
    azure = local_azure(file(tmp_path, "estate.json", world(exchanges)))

    reply = azure.call("POST", asked.path, asked.body, asked.query["api-version"])

    assert ended(azure, reply) == asked.answer


@pytest.fixture(scope="module")
def azure(local_azure: Callable[..., LocalAzure]) -> LocalAzure:
    return local_azure(RULES)


def asked(azure: LocalAzure, name: str, local: str, remote: str, **more: Any) -> Reply:
    """A packet of a machine; ends are an address and a port."""
    addresses = {
        f"{end}{member}": text
        for end, both in (("local", local), ("remote", remote))
        for member, text in zip(("IPAddress", "Port"), both.split(":"), strict=True)
    }
    body = {"targetResourceId": machine(name), "direction": "Inbound", "protocol": "TCP"}
    return azure.call("POST", f"{WATCHER}/ipFlowVerify", {**body, **addresses, **more}, NETWORK)


PACKETS = [
    (
        "jump-01",
        "10.60.9.4:22",
        "203.0.113.150:*",
        "Allow",
        "nsg-jump",
        "AllowSshFromInternetInBound",
    ),
    (
        "web-01",
        "10.60.1.4:443",
        "203.0.113.201:50000",
        "Allow",
        "nsg-web",
        "AllowHttpsInBound",
    ),
    ("web-01", "10.60.1.4:8443", "10.61.1.4:50000", "Deny", "nsg-web", "DenyVnetInBound"),
    (
        "sql-01",
        "10.61.2.4:1433",
        "10.61.1.4:50000",
        "Allow",
        "nsg-sql-01",
        "AllowSqlFromBackInBound",
    ),
    ("sql-01", "10.61.2.4:1433", "10.60.9.4:50000", "Deny", "nsg-data", "DenyVnetInBound"),
]


@pytest.mark.parametrize(("name", "local", "remote", "access", "group", "rule"), PACKETS)
def test_a_rule_is_told_with_its_id(
    azure: LocalAzure, name: str, local: str, remote: str, access: str, group: str, rule: str
) -> None:
    assert ended(azure, asked(azure, name, local, remote)) == {
        "access": access,
        "ruleName": f"securityRules/{rule}",
        "ruleId": f"{NETWORKS}/networkSecurityGroups/{group}/securityRules/{rule}",
    }


def test_on_the_way_out_the_remote_port_counts(azure: LocalAzure) -> None:
    reply = asked(azure, "app-01", "10.61.1.4:*", "198.51.100.20:443", direction="Outbound")
    assert ended(azure, reply)["ruleName"] == "securityRules/AllowStorageOutBound"
    reply = asked(azure, "app-01", "10.61.1.4:443", "198.51.100.20:80", direction="Outbound")
    assert ended(azure, reply)["ruleName"] == "securityRules/DenyInternetOutBound"
    reply = asked(azure, "web-01", "10.60.1.4:443", "8.8.8.8:53", direction="Outbound")
    assert ended(azure, reply)["ruleName"] == "defaultSecurityRules/AllowInternetOutBound"


MISTAKES = [
    ({"direction": "In"}, 400, "InvalidParameter"),
    ({"protocol": "ICMP"}, 400, "InvalidParameter"),
    ({"localPort": "*"}, 400, "InvalidParameter"),
    ({"remotePort": "65536"}, 400, "InvalidParameter"),
    ({"remoteIPAddress": "2001:db8::1"}, 400, "InvalidParameter"),
    ({"localIPAddress": "10.60.1.5"}, 501, "NotModelled"),
    ({"targetNicResourceId": f"{NETWORKS}/networkInterfaces/nic-web-02"}, 501, "NotModelled"),
    ({"targetResourceId": machine("nobody")}, 404, "ResourceNotFound"),
]


@pytest.mark.parametrize(("change", "status", "code"), MISTAKES)
def test_what_cannot_be_asked(
    azure: LocalAzure, change: dict[str, Any], status: int, code: str
) -> None:
    reply = asked(azure, "web-01", "10.60.1.4:443", "203.0.113.150:50000", **change)
    assert (reply.status, reply.code) == (status, code)


def test_a_machine_that_no_group_guards_is_not_modelled(
    local_azure: Callable[..., LocalAzure], tmp_path: Path
) -> None:
    estate = json.loads(RULES.read_bytes())[:-1]
    for each in estate:
        for subnet in each.get("properties", {}).get("subnets", []):
            subnet["properties"].pop("networkSecurityGroup", None)
    azure = local_azure(file(tmp_path, "estate.json", estate))
    reply = asked(azure, "web-01", "10.60.1.4:443", "203.0.113.150:50000", direction="Outbound")
    assert reply.code == "NotModelled"
