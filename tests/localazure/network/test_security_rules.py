"""Rules of security groups and application security groups: what is taken, shown and refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.localazure.contoso import DEV, ESTATE, NETWORK, PAYMENTS, PROD, WEB, resource
from tests.servers import LocalAzure, Reply

WEB_SERVERS = resource(PROD, "rg-prod-shop", "applicationSecurityGroups", "asg-new")
ELSEWHERE = resource(PROD, "rg-prod-shop", "applicationSecurityGroups", "asg-north")
GROUP = resource(PROD, "rg-prod-shop", "networkSecurityGroups", "nsg-new")
NIC = resource(PROD, "rg-prod-payments", "networkInterfaces", "nic-new")


@pytest.fixture
def azure(local_azure: Callable[..., LocalAzure]) -> Iterator[LocalAzure]:
    """A server of its own for each test: each changes the estate."""
    server = local_azure(ESTATE)
    yield server
    server.stop()


def put(
    azure: LocalAzure, id_: str, properties: dict[str, Any], location: str = "westeurope"
) -> Reply:
    return azure.call("PUT", id_, {"location": location, "properties": properties}, NETWORK)


def rule(priority: int, direction: str = "Inbound", **properties: Any) -> dict[str, Any]:
    common = {"access": "Allow", "protocol": "Tcp", "sourcePortRange": "*"}
    given = {"priority": priority, "direction": direction, "destinationPortRange": "443"}
    return {**common, **given, "destinationAddressPrefix": "*", **properties}


def test_an_application_security_group_and_its_members(azure: LocalAzure) -> None:
    made = put(azure, WEB_SERVERS, {})
    subnet = {"id": f"{PAYMENTS}/subnets/snet-vault"}
    member = {"subnet": subnet, "applicationSecurityGroups": [{"id": WEB_SERVERS}]}
    named = {
        "networkSecurityGroup": None,
        "ipConfigurations": [{"name": "a", "properties": member}],
    }

    nic = put(azure, NIC, named)
    group = put(azure, GROUP, {"securityRules": [{"name": "r", "properties": from_asg()}]})

    assert (made.status, made.body["properties"]) == (201, {"provisioningState": "Updating"})
    shown = azure.call("GET", WEB_SERVERS, version=NETWORK).body
    assert shown["properties"] == {"provisioningState": "Succeeded"}
    (configuration,) = nic.body["properties"]["ipConfigurations"]
    assert configuration["properties"]["applicationSecurityGroups"] == [{"id": WEB_SERVERS}]
    (echoed,) = group.body["properties"]["securityRules"]
    assert echoed["properties"]["sourceApplicationSecurityGroups"] == [{"id": WEB_SERVERS}]
    assert echoed["properties"]["sourceAddressPrefixes"] == []


def from_asg(asg: str = WEB_SERVERS, priority: int = 100) -> dict[str, Any]:
    return rule(priority, sourceApplicationSecurityGroups=[{"id": asg}])


def test_a_group_that_is_used_stays(azure: LocalAzure) -> None:
    put(azure, WEB_SERVERS, {})
    put(azure, f"{WEB}/securityRules/from-asg", from_asg(priority=300))

    by_rule = azure.call("DELETE", WEB_SERVERS, version=NETWORK)
    azure.call("DELETE", f"{WEB}/securityRules/from-asg", version=NETWORK)
    subnet = {"id": f"{PAYMENTS}/subnets/snet-vault"}
    member = {"subnet": subnet, "applicationSecurityGroups": [{"id": WEB_SERVERS}]}
    put(azure, NIC, {"ipConfigurations": [{"name": "ipconfig9", "properties": member}]})
    by_member = azure.call("DELETE", WEB_SERVERS, version=NETWORK)
    azure.call("DELETE", NIC, version=NETWORK)

    assert by_rule.status == by_member.status == 400
    assert "SecurityRule(s) from-asg" in by_rule.body["error"]["message"]
    assert by_member.body["error"]["message"] == (
        "Application Security Group asg-new cannot be deleted because it is referenced by"
        " IpConfiguration(s) ipconfig9."
    )
    assert azure.call("DELETE", WEB_SERVERS, version=NETWORK).status == 202
    assert azure.call("GET", WEB_SERVERS, version=NETWORK).code == "ResourceNotFound"


def test_a_group_that_is_not_there_or_elsewhere_is_refused(azure: LocalAzure) -> None:
    put(azure, ELSEWHERE, {}, "northeurope")

    for missing in (WEB_SERVERS, ELSEWHERE):
        alone = put(azure, f"{WEB}/securityRules/new", from_asg(missing, 300))
        whole = put(
            azure, GROUP, {"securityRules": [{"name": "r", "properties": from_asg(missing)}]}
        )
        assert (alone.status, alone.code) == (400, "InvalidResourceReference")
        assert (whole.status, whole.code) == (400, "InvalidResourceReference")
    wrong = put(azure, f"{WEB}/securityRules/new", from_asg(WEB, 300))
    assert wrong.body["error"]["details"][0]["code"] == "InvalidJsonReferenceFormat"


def test_two_rules_in_one_place_are_refused(azure: LocalAzure) -> None:
    before = azure.call("GET", WEB, version=NETWORK).body
    second = put(azure, f"{WEB}/securityRules/second", rule(100))
    rules = [{"name": "a", "properties": rule(100)}, {"name": "b", "properties": rule(100)}]
    together = put(azure, GROUP, {"securityRules": rules})

    assert (second.status, second.code) == (400, "SecurityRuleConflict")
    assert second.body["error"]["message"].startswith(
        "Security rule AllowHttpsInBound conflicts with rule second. Rules cannot have the same"
        " Priority and Direction."
    )
    assert second.body["error"]["details"] == []
    assert together.code == "SecurityRuleConflict"
    assert azure.call("GET", WEB, version=NETWORK).body == before
    assert azure.call("GET", GROUP, version=NETWORK).status == 404


def test_the_other_direction_and_the_rule_itself_are_no_conflict(azure: LocalAzure) -> None:
    outbound = put(azure, f"{WEB}/securityRules/second", rule(100, "Outbound"))
    again = put(azure, f"{WEB}/securityRules/allowhttpsinbound", rule(100, access="Deny"))

    assert (outbound.status, again.status) == (201, 200)


@pytest.mark.parametrize(("priority", "taken"), [(99, 0), (100, 1), (4096, 1), (4097, 0), (0, 0)])
def test_priorities(azure: LocalAzure, priority: int, taken: bool) -> None:
    group = resource(DEV, "rg-dev", "networkSecurityGroups", "nsg-dev-unused")

    reply = put(azure, f"{group}/securityRules/new", rule(priority))

    assert reply.status == (201 if taken else 400)
    assert taken or reply.code == "SecurityRuleInvalidPriority"


def test_a_priority_is_a_number(azure: LocalAzure) -> None:
    reply = put(azure, f"{WEB}/securityRules/new", {"priority": "first", "direction": "Inbound"})

    assert (reply.status, reply.code) == (400, "InvalidRequestFormat")
