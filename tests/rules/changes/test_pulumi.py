"""Previews of Pulumi: unknown and secret values, what is kept, and steps that write nothing."""

from __future__ import annotations

from typing import Any

import pytest

from estate.arm_id import key
from rules.changes.apply import changed
from rules.changes.read import read_change
from tests.rules.changes.documents import (
    GROUP,
    MEMBERS,
    NETWORK,
    NETWORK_PROVIDER,
    SUBSCRIPTION,
    UNKNOWN,
    bodies,
    flat,
    preview,
    rule,
    state,
    step,
    urn,
)

NSG = "azure-native:network:NetworkSecurityGroup"
RULE = "azure-native:network:SecurityRule"
ASG = "azure-native:network:ApplicationSecurityGroup"
VNET = "azure-native:network:VirtualNetwork"
SUBNET = "azure-native:network:Subnet"
NAMES = {"resourceGroupName": "rg-app", "networkSecurityGroupName": "nsg-web"}


CIPHER = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "name": "x"}
"""A secret as states have it (pulumi/pulumi, sdk/go/common/resource/sig)."""


def group(rules: Any = None, **others: Any) -> dict[str, Any]:
    given = {} if rules is None else {"securityRules": rules}
    return state(NSG, "web", NAMES | given | others, GROUP)


def rules_after(document: str) -> list[tuple[str, int]]:
    found = changed(bodies(), read_change(document).edits)[key(GROUP)]["properties"]
    return [(item["name"], item["properties"]["priority"]) for item in found["securityRules"]]


def test_rules_that_a_group_does_not_mention_stay() -> None:
    """azure-native reads and sends them again; an empty list removes them."""
    document = preview(step("update", group(), group(tags={"a": "b"})))
    assert rules_after(document) == [("allow-web", 100), ("allow-ssh", 110)]
    old = [flat("allow-web", rule())]
    assert rules_after(preview(step("update", group(old), group()))) == [
        ("allow-web", 100),
        ("allow-ssh", 110),
    ]
    assert rules_after(preview(step("update", group(old), group([])))) == []


@pytest.mark.parametrize(
    ("value", "why"), [(UNKNOWN, "not known before"), ("[secret]", "a secret")]
)
def test_a_rule_with_a_value_that_is_not_told_stays_as_it_is(value: str, why: str) -> None:
    old = [flat("allow-web", rule()), flat("allow-ssh", rule(priority=110))]
    new = [flat("allow-web", rule(priority=4000, sourceAddressPrefix=value))]
    document = preview(step("update", group(old), group(new)))
    assert rules_after(document) == [("allow-web", 100)], "the one that left the program goes"
    (unclear,) = read_change(document).unclear
    assert unclear.id == f"{GROUP}/securityRules/allow-web"
    assert unclear.origin == urn(NSG, "web")
    assert why in unclear.what


@pytest.mark.parametrize(
    "value", [UNKNOWN, "[secret]", [UNKNOWN], ["[secret]"], [7], "text", CIPHER, [CIPHER]]
)
def test_rules_that_cannot_be_told_leave_the_group_as_it_is(value: Any) -> None:
    document = preview(step("update", group([]), group(value)))
    if value != "text":
        assert rules_after(document) == [("allow-web", 100), ("allow-ssh", 110)]
    assert [each.id for each in read_change(document).unclear] == [GROUP]


@pytest.mark.parametrize(
    "wrong",
    [{"sourceAddressPrefix": {"a": {}}}, {"destinationPortRanges": [22]}, {"priority": [1]}],
)
def test_a_rule_of_another_shape_is_unclear(wrong: dict[str, Any]) -> None:
    document = preview(step("update", group([]), group([flat("odd", rule(**wrong))])))
    assert rules_after(document) == [("allow-web", 100), ("allow-ssh", 110)]
    (unclear,) = read_change(document).unclear
    assert "is not as Azure has it" in unclear.what


def test_members_that_are_made_in_the_same_run() -> None:
    asg = state(ASG, "asg", {"resourceGroupName": "rg-app", "applicationSecurityGroupName": "asg"})
    own = {k: v for k, v in rule().items() if k != "sourceAddressPrefix"}
    inputs = NAMES | {"securityRuleName": "members"} | own
    inputs["sourceApplicationSecurityGroups"] = [{"id": UNKNOWN}]
    depends = {"sourceApplicationSecurityGroups": [urn(ASG, "asg")]}
    document = preview(
        step("create", None, asg), step("create", None, state(RULE, "m", inputs, "", depends))
    )
    found = read_change(document, subscription=SUBSCRIPTION)
    assert found.unclear == ()
    edit = next(edit for edit in found.edits if edit.id.endswith("/securityRules/members"))
    assert edit.properties is not None
    assert edit.properties["sourceApplicationSecurityGroups"] == [
        {"id": MEMBERS.replace("asg-web", "asg")}
    ]


def test_an_unknown_prefix_is_not_taken_for_a_reference() -> None:
    inputs = NAMES | {"securityRuleName": "x"} | rule(sourceAddressPrefix=UNKNOWN)
    made = state(RULE, "x", inputs, "", {"sourceAddressPrefix": [urn(NSG, "web")]})
    found = read_change(preview(step("create", None, made)), subscription=SUBSCRIPTION)
    assert found.edits == ()
    assert len(found.unclear) == 1


def test_the_group_of_a_subnet_that_is_one_of_two_is_unclear() -> None:
    groups = [
        step("create", None, state(NSG, name, NAMES | {"networkSecurityGroupName": f"nsg-{name}"}))
        for name in ("a", "b")
    ]
    subnets = [
        {"name": name, "addressPrefix": "10.0.9.0/24", "networkSecurityGroup": {"id": UNKNOWN}}
        for name in ("web", "data")
    ]
    inputs = {"resourceGroupName": "rg-app", "virtualNetworkName": "vnet", "subnets": subnets}
    new = state(VNET, "v", inputs, NETWORK, {"subnets": [urn(NSG, "a"), urn(NSG, "b")]})
    document = preview(*groups, step("update", state(VNET, "v", {}, NETWORK), new))
    found = read_change(document, subscription=SUBSCRIPTION)
    assert [each.id for each in found.unclear] == [
        f"{NETWORK}/subnets/web",
        f"{NETWORK}/subnets/data",
    ]
    web = changed(bodies(), found.edits)[key(NETWORK)]["properties"]["subnets"][0]["properties"]
    assert web["networkSecurityGroup"] == {"id": GROUP}, "it stays as it is"
    assert web["addressPrefix"] == "10.0.9.0/24"


def test_a_subnet_of_a_network_by_its_unknown_name() -> None:
    network = {"resourceGroupName": "rg-app", "virtualNetworkName": "vnet-new"}
    subnet = {"resourceGroupName": "rg-app", "virtualNetworkName": UNKNOWN, "subnetName": "s"}
    depends = {"virtualNetworkName": [urn(VNET, "n")]}
    document = preview(
        step("create", None, state(SUBNET, "s", subnet, "", depends)),
        step("create", None, state(VNET, "n", network)),
    )
    found = read_change(document, subscription=SUBSCRIPTION)
    after = changed({}, found.edits)
    new = f"{NETWORK_PROVIDER}/virtualNetworks/vnet-new"
    (made,) = after[key(new)]["properties"]["subnets"]
    assert made["id"] == f"{new}/subnets/s"


@pytest.mark.parametrize(
    "op", ["same", "read", "refresh", "import", "discard", "remove-pending-replace", "to-come"]
)
def test_steps_that_write_nothing(op: str) -> None:
    found = read_change(preview(step(op, group([]), group([]))))
    assert found.edits == ()
    assert found.unclear == ()


def test_what_is_kept_on_deletion_stays() -> None:
    kept = group() | {"retainOnDelete": True}
    assert read_change(preview(step("delete", kept))).edits == ()


def test_a_replacement_with_and_without_its_halves() -> None:
    new = state(NSG, "web", NAMES | {"networkSecurityGroupName": "nsg-new", "securityRules": []})
    whole = step("replace", group(), new)
    halves = (step("create-replacement", group(), new), step("delete-replaced", group()))
    found = read_change(preview(whole))
    assert [(edit.id, edit.properties is None) for edit in found.edits] == [
        (GROUP, True),
        (GROUP.replace("nsg-web", "nsg-new"), False),
    ]
    assert read_change(preview(halves[0], whole, halves[1])).edits == found.edits
    assert read_change(preview(*halves)).edits == found.edits


def test_where_new_resources_go() -> None:
    provider = urn("pulumi:providers:azure-native", "hub")
    made = state(NSG, "n", NAMES) | {"provider": f"{provider}::{UNKNOWN}"}
    settings = state("pulumi:providers:azure-native", "hub", {"subscriptionId": "from-provider"})
    document = preview(step("create", None, settings), step("create", None, made))
    (edit,) = read_change(document, subscription="given").edits
    assert edit.id.startswith("/subscriptions/from-provider/")
    config = {"azure-native:subscriptionId": "from-config"}
    (edit,) = read_change(preview(step("create", None, made), config=config)).edits
    assert edit.id.startswith("/subscriptions/from-config/")


def test_other_kinds_are_counted() -> None:
    other = state("azure-native:storage:StorageAccount", "s", {})
    component = state("app:index:Thing", "t", {}) | {"custom": False}
    document = preview(step("create", None, other), step("create", None, component))
    assert read_change(document).ignored == 1


def test_a_preview_that_failed_may_lack_steps() -> None:
    error = {"urn": "", "severity": "error", "message": "preview\nfailed"}
    found = read_change(preview(diagnostics=[error]))
    (unclear,) = found.unclear
    assert "steps may be missing: preview failed" in unclear.what


@pytest.mark.parametrize(
    "token",
    [
        "azure-native:resources:Deployment",
        "azure-native:resources/v20240301:DeploymentAtSubscriptionScope",
        "azure:core/resourceGroupTemplateDeployment:ResourceGroupTemplateDeployment",
    ],
)
def test_a_template_that_a_stack_deploys_is_unclear(token: str) -> None:
    found = read_change(preview(step("update", state(token, "d", {}), state(token, "d", {}))))
    assert [each.origin for each in found.unclear] == [urn(token, "d")]
    kept = read_change(preview(step("same", state(token, "d", {}), state(token, "d", {}))))
    assert kept.unclear == ()
