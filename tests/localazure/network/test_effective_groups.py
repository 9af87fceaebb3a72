"""Which rules an interface passes: as recorded of machines, and by the specification."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.localazure.contoso import (
    DEV,
    ESTATE,
    NETWORK,
    PAYMENTS,
    PROD,
    SHOP,
    VAULT_NIC,
    WATCHER,
    resource,
)
from tests.localazure.files import file
from tests.recordings import Exchange, read_recording
from tests.servers import LocalAzure, Reply

RECORDINGS = (
    "azure-libraries-for-net/ManageNetworkWatcherTest.json",
    "azure-libraries-for-net/CanWatchNetwork.json",
    "azure-libraries-for-java/testNetworkWatcherFunctions.json",
    "azure-mgmt-network-17.1.0/test_cli_mgmt_network_watcher.test_network_watcher.yaml",
)
USED = re.compile(
    r"/(networkInterfaces|virtualMachines|networkSecurityGroups|virtualNetworks|networkWatchers)"
    r"/[^/]+$"
)
LATER = {"type", "etag"}
"""Members of parts that API 2018-02-01 did not show, or only of some."""
MACHINE = resource(PROD, "rg-prod-payments", "Microsoft.Compute/virtualMachines", "vm-vault")


def world(exchanges: list[Exchange]) -> list[dict[str, Any]]:
    """Everything that a recording had at once, as it was last shown, with its containers."""
    found: dict[str, dict[str, Any]] = {}
    for each in exchanges:
        if each.method in ("GET", "PUT") and each.status < 300 and USED.search(each.path):
            found[each.path.casefold()] = each.answer
    for each in exchanges:
        network, _, subnet = each.path.casefold().partition("/subnets/")
        if each.method == "PUT" and each.status < 300 and subnet:
            found[network]["properties"]["subnets"] = [each.answer]
    entries: dict[str, dict[str, Any]] = {}
    for shown in found.values():
        parts = shown["id"].split("/")
        entries.setdefault("/".join(parts[:3]).casefold(), {"id": "/".join(parts[:3])})
        group = "/".join(parts[:5])
        entries.setdefault(group.casefold(), {"id": group, "location": shown["location"]})
    return [*entries.values(), *found.values()]


def recorded_view(exchanges: list[Exchange]) -> tuple[Exchange, Any]:
    """The question, and the answer that came at once or at its `Location`."""
    (asked,) = [each for each in exchanges if each.path.endswith("/securityGroupView")]
    if asked.status == 200:
        return asked, asked.answer
    operation = asked.headers["location"].partition("?")[0].rpartition("/")[2]
    polls = [each for each in exchanges if each.path.endswith(operation) and each.status == 200]
    return asked, polls[-1].answer


def machine_asked_for(exchanges: list[Exchange], asked: Exchange) -> str:
    """The target; of a recording without bodies the machine whose interface was shown."""
    if asked.body is not None:
        return str(asked.body["targetResourceId"])
    _, answer = recorded_view(exchanges)
    shown = answer["networkInterfaces"][0]["id"].casefold()
    return next(
        str(each["properties"]["virtualMachine"]["id"])
        for each in world(exchanges)
        if each["id"].casefold() == shown
    )


def plain(value: Any) -> Any:
    """Without what another API version shows otherwise, and without repeated prefixes."""
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items() if name not in LATER}
    if isinstance(value, list):
        texts = all(isinstance(each, str) for each in value)
        return list(dict.fromkeys(value)) if texts else [plain(each) for each in value]
    if isinstance(value, str) and "//defaultSecurityRules/" in value:
        return value.rpartition("/")[0]
    return value


def ended(azure: LocalAzure, reply: Reply) -> Any:
    assert (reply.status, reply.body) == (202, None)
    assert "azure-asyncoperation" not in reply.headers
    done = azure.call("GET", reply.headers["location"])
    assert done.status == 200
    return done.body


@pytest.mark.parametrize("recording", RECORDINGS)
def test_a_recorded_view_is_the_answer_here(
    shared_data: Path, local_azure: Callable[..., LocalAzure], tmp_path: Path, recording: str
) -> None:
    exchanges = read_recording(shared_data / "recordings" / recording)
    asked, answer = recorded_view(exchanges)
    azure = local_azure(file(tmp_path, "estate.json", world(exchanges)))
    body = {"targetResourceId": machine_asked_for(exchanges, asked)}

    reply = azure.call("POST", asked.path, body, asked.query["api-version"])

    assert plain(ended(azure, reply)) == plain(answer)


def machines(folder: Path, *extra: dict[str, Any]) -> Path:
    """The sample, in which a machine has the interfaces of the vault."""
    estate = json.loads(ESTATE.read_bytes())
    for each in estate:
        if each["id"] == VAULT_NIC:
            each["properties"]["virtualMachine"] = {"id": MACHINE}
    return file(
        folder, "machines.json", [*estate, {"id": MACHINE, "location": "westeurope"}, *extra]
    )


@pytest.fixture
def azure(local_azure: Callable[..., LocalAzure], tmp_path: Path) -> LocalAzure:
    return local_azure(machines(tmp_path))


def effective(azure: LocalAzure, interface: str) -> Reply:
    return azure.call("POST", f"{interface}/effectiveNetworkSecurityGroups", version=NETWORK)


def rules_of(group: Any) -> dict[str, Any]:
    return {each["name"]: each for each in group["effectiveSecurityRules"]}


def test_the_groups_of_an_interface(azure: LocalAzure) -> None:
    (group,) = ended(azure, effective(azure, VAULT_NIC))["value"]

    rules = rules_of(group)
    assert group["networkSecurityGroup"]["id"].endswith("/nsg-payments-vault")
    assert group["association"] == {"networkInterface": {"id": VAULT_NIC}}
    assert rules["securityRules/AllowSshFromHubInBound"] == {
        "name": "securityRules/AllowSshFromHubInBound",
        "protocol": "Tcp",
        "sourcePortRange": "0-65535",
        "sourcePortRanges": ["0-65535"],
        "destinationPortRange": "22-22",
        "destinationPortRanges": ["22-22"],
        "sourceAddressPrefix": "10.10.0.0/16",
        "sourceAddressPrefixes": ["10.10.0.0/16"],
        "destinationAddressPrefix": "0.0.0.0/0",
        "destinationAddressPrefixes": ["0.0.0.0/0"],
        "access": "Allow",
        "priority": 200,
        "direction": "Inbound",
    }
    vnet = rules["defaultSecurityRules/AllowVnetInBound"]
    assert vnet["protocol"] == "All"
    assert vnet["expandedSourceAddressPrefix"] == ["10.21.0.0/16", "168.63.129.16/32"]
    assert "expandedSourceAddressPrefix" not in rules["defaultSecurityRules/DenyAllInBound"]


def test_the_group_of_the_subnet_peers_and_members(azure: LocalAzure) -> None:
    asg = resource(PROD, "rg-prod-payments", "applicationSecurityGroups", "asg-new")
    group = resource(PROD, "rg-prod-payments", "networkSecurityGroups", "nsg-payments-api")
    subnet = f"{PAYMENTS}/subnets/snet-vault"

    def put(id_: str, properties: Any) -> None:
        body = {"location": "westeurope", "properties": properties}
        assert azure.call("PUT", id_, body, NETWORK).status in (200, 201)

    put(asg, {})
    put(subnet, {"addressPrefix": "10.21.1.0/24", "networkSecurityGroup": {"id": group}})
    interface = azure.call("GET", VAULT_NIC, version=NETWORK).body["properties"]
    interface["ipConfigurations"][0]["properties"]["applicationSecurityGroups"] = [{"id": asg}]
    put(VAULT_NIC, interface)
    given = {"priority": 300, "direction": "Inbound", "access": "Allow", "protocol": "*"}
    ports = {"destinationPortRanges": ["443", "8000-8100"], "sourcePortRange": "*"}
    members = {"destinationApplicationSecurityGroups": [{"id": asg}], "sourceAddressPrefix": "*"}
    put(f"{group}/securityRules/members", {**given, **ports, **members})
    for one, other in ((PAYMENTS, SHOP), (SHOP, PAYMENTS)):
        put(f"{one}/virtualNetworkPeerings/peer", {"remoteVirtualNetwork": {"id": other}})

    first, second = ended(azure, effective(azure, VAULT_NIC))["value"]

    assert first["association"] == {"subnet": {"id": subnet}}
    assert second["association"] == {"networkInterface": {"id": VAULT_NIC}}
    shown = rules_of(first)["securityRules/members"]
    assert shown["destinationAddressPrefixes"] == ["10.21.1.4/32"]
    assert shown["destinationPortRanges"] == ["443-443", "8000-8100"]
    assert rules_of(first)["defaultSecurityRules/AllowVnetInBound"][
        "expandedSourceAddressPrefix"
    ] == ["10.21.0.0/16", "10.20.0.0/16", "168.63.129.16/32"]


def test_an_interface_needs_a_machine(azure: LocalAzure) -> None:
    idle = resource(DEV, "rg-dev", "networkInterfaces", "nic-sandbox-01")
    reply = effective(azure, idle)

    assert reply.status == 400
    assert reply.code == "NicMustBeAttachedToRunningVmToGetEffectiveSecurityGroups"
    assert effective(azure, f"{idle}-not").code == "ResourceNotFound"


def test_it_lasts_as_long_as_other_operations(
    local_azure: Callable[..., LocalAzure], tmp_path: Path
) -> None:
    slow = local_azure(machines(tmp_path), latency=3600)

    reply = effective(slow, VAULT_NIC)

    assert (reply.status, reply.headers["retry-after"]) == (202, "3600")
    assert slow.call("GET", reply.headers["location"]).status == 202


def test_a_view_of_a_machine_that_is_not_there(azure: LocalAzure) -> None:
    body = {"targetResourceId": f"{MACHINE}-not"}

    reply = azure.call("POST", f"{WATCHER}/securityGroupView", body, NETWORK)
    assert (reply.status, reply.code) == (404, "ResourceNotFound")
    assert azure.call("POST", f"{WATCHER}-not/securityGroupView", body, NETWORK).status == 404


def test_the_rights_that_they_need(local_azure: Callable[..., LocalAzure], tmp_path: Path) -> None:
    role = file(tmp_path, "role.json", {"Name": "Reader", "Actions": ["*/read"]})
    reader = local_azure(machines(tmp_path), role=role)
    view = reader.call(
        "POST", f"{WATCHER}/securityGroupView", {"targetResourceId": MACHINE}, NETWORK
    )

    for reply in (view, effective(reader, VAULT_NIC)):
        assert (reply.status, reply.code) == (403, "AuthorizationFailed")
