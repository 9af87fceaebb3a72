"""Documents that are no change: one line that names the thing, the rule and the way out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rules.changes.apply import changed
from rules.changes.model import ChangeError, Edit
from rules.changes.read import read_change
from tests.rules.changes.documents import (
    GROUP,
    INTERFACE,
    NETWORK,
    NETWORK_PROVIDER,
    bodies,
    change,
    plan,
    preview,
    rule,
    state,
    step,
)

TEMPLATE = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
STATE = {"format_version": "1.0", "terraform_version": "1.9.8", "values": {}}
NEXT = {"value": [], "nextLink": "https://management.azure.com/next"}
BAD: dict[str, tuple[str, str]] = {
    "nothing": ("", "is empty"),
    "words": ("Previewing update (dev)", "no JSON from line 1 on"),
    "cut off": (preview()[:-40], "cut off"),
    "numbers": ("[1, 2, 3]", "a list of other things"),
    "a number": ("7", "a single value"),
    "null": ("null", "a single value"),
    "something else": ('{"resources": []}', "an object of resources"),
    "an empty object": ("{}", "an object of nothing"),
    "deep": ("[" * 100_000, "too deep"),
    "deep and whole": ("[" * 900 + "]" * 900, "too deep"),
    "a template": (json.dumps({"$schema": TEMPLATE, "resources": []}), "what-if"),
    "a state": (json.dumps(STATE), "a state of Terraform"),
    "no changes": (json.dumps({"format_version": "1.2", "planned_values": {}}), "terraform plan"),
    "another format": (plan(format_version="2.0"), "formats 0 and 1"),
    "a failed plan": (plan(errored=True), "plan again"),
    "changes of numbers": (plan(resource_changes=[1]), "resource_changes of the plan"),
    "changes of text": (plan(resource_changes="all"), "resource_changes of the plan"),
    "a log of Terraform": ('{"@level":"info"}\n{"@level":"info"}', "terraform show -json"),
    "events of Pulumi": ('{"sequence":1,"timestamp":2}\n{"sequence":2}', "STREAMING"),
    "one event": ('{"sequence":1,"timestamp":2}', "STREAMING"),
    "a plan of Pulumi": ('{"manifest":{},"resourcePlans":{}}', "pulumi preview --json"),
    "a state of Pulumi": ('{"version":3,"deployment":{}}', "pulumi preview --json"),
    "steps of numbers": (json.dumps({"steps": [1]}), "the steps of the preview"),
    "steps of texts": (json.dumps({"steps": [{"op": "update", "urn": 1}]}), "the steps"),
    "another resource": (json.dumps({"id": f"{GROUP}/securityRules/x"}), "az network nsg list"),
    "a body without rules": (json.dumps({"id": GROUP, "properties": {}}), "securityRules of"),
    "a rule without name": (
        json.dumps({"id": GROUP, "properties": {"securityRules": [{"properties": rule()}]}}),
        "securityRules of",
    ),
    "a page of a list": (json.dumps(NEXT), "next page"),
    "a huge number": ('{"steps": [' + "9" * 5000 + "]}", "no JSON"),
}


@pytest.mark.parametrize(("document", "says"), BAD.values(), ids=BAD)
def test_one_line_says_what_is_wrong(document: str, says: str) -> None:
    with pytest.raises(ChangeError) as refused:
        read_change(document)
    message = str(refused.value)
    assert says in message
    assert "\n" not in message
    assert len(message) < 400
    assert ":" in message, "the way out follows"


def test_names_in_a_document_do_not_act_in_a_log() -> None:
    with pytest.raises(ChangeError) as refused:
        read_change(json.dumps({"##vso[task.complete]\n": 1}))
    assert "##vso[" not in str(refused.value)
    odd = state("azure-native:network:NetworkSecurityGroup", "x", {"securityRules": [7]}, GROUP)
    named = odd | {"inputs": {"securityRules": [{"name": "a\n##vso[x]", "priority": {"b": {}}}]}}
    (unclear,) = read_change(preview(step("update", odd, named))).unclear
    assert "##vso[" not in unclear.what
    assert "\n" not in unclear.what


NAMES = [
    "securityRules",
    "subnets",
    "ipConfigurations",
    "routes",
    "networkSecurityGroup",
    "addressSpace",
    "virtualNetworkPeerings",
]
IDS = {
    "NetworkSecurityGroup": GROUP,
    "VirtualNetwork": NETWORK,
    "NetworkInterface": INTERFACE,
    "RouteTable": f"{NETWORK_PROVIDER}/routeTables/routes",
    "Subnet": f"{NETWORK}/subnets/web",
}
ID = {
    "network_security_group": GROUP,
    "virtual_network": NETWORK,
    "network_interface": INTERFACE,
    "subnet": f"{NETWORK}/subnets/web",
}
WRONG: list[Any] = [None, 7, "text", [], {}, [7], [None], {"id": 7}, [{"id": 7}], True, [[]]]


@pytest.mark.parametrize("value", WRONG, ids=repr)
@pytest.mark.parametrize("name", NAMES)
def test_inputs_of_any_shape_are_read_or_unclear(name: str, value: Any) -> None:
    """Hand-made documents never end in a traceback, nor does applying what they say."""
    for kind in IDS:
        token = f"azure-native:network:{kind}"
        new = state(token, "x", {name: value, "resourceGroupName": value}, IDS[kind])
        found = read_change(preview(step("update", state(token, "x", {}, IDS[kind]), new)))
        changed(changed(bodies(), found.edits), [Edit(id=GROUP, properties=None, origin="x")])
    attribute = {"securityRules": "security_rule", "ipConfigurations": "ip_configuration"}
    for kind in ID:
        after = {attribute.get(name, name): value, "name": value, "address_prefixes": value}
        after |= {"id": ID[kind], "subnet": value}
        read = read_change(plan(change(f"azurerm_{kind}.x", ["update"], {"id": ID[kind]}, after)))
        changed(changed(bodies(), read.edits), [Edit(id=GROUP, properties=None, origin="x")])


def test_ten_megabytes_are_read_or_refused() -> None:
    rules = [{"name": f"rule-{n}", **rule(priority=n)} for n in range(4500)]
    token = "azure-native:network:NetworkSecurityGroup"
    big = step("update", None, state(token, "x", {"securityRules": rules}, GROUP))
    document = preview(*[big] * 10)
    assert len(document) > 10_000_000
    assert len(read_change(document).edits) == 10
    with pytest.raises(ChangeError):
        read_change(document[:-100])
