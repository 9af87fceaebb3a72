"""Documents of each tool, in the shapes that the tools print, and bodies that they would change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from estate.arm_id import key

SUBSCRIPTION = "00000000-0000-4000-8000-000000000001"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
HOME = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-app"
NETWORK_PROVIDER = f"{HOME}/providers/Microsoft.Network"
GROUP = f"{NETWORK_PROVIDER}/networkSecurityGroups/nsg-web"
NETWORK = f"{NETWORK_PROVIDER}/virtualNetworks/vnet"
INTERFACE = f"{NETWORK_PROVIDER}/networkInterfaces/nic"
MEMBERS = f"{NETWORK_PROVIDER}/applicationSecurityGroups/asg-web"
SCALE_SET = f"{HOME}/providers/Microsoft.Compute/virtualMachineScaleSets/vmss"
COLLECTION = (
    f"{NETWORK_PROVIDER}/networkManagers/avnm/securityAdminConfigurations/base/ruleCollections/all"
)

Document = Mapping[str, Any]


def rule(**changes: Any) -> dict[str, Any]:
    """ARM properties of the rule `allow-web` of the group, with changes."""
    return {
        "protocol": "Tcp",
        "sourceAddressPrefix": "Internet",
        "sourcePortRange": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRanges": ["80", "443"],
        "access": "Allow",
        "priority": 100,
        "direction": "Inbound",
    } | changes


SSH = rule(sourceAddressPrefix="10.0.0.0/8", destinationPortRanges=["22"], priority=110)


def flat(name: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """A nested resource as azure-native has it inline."""
    return {"name": name, **properties}


def azurerm_rule(name: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """A rule as `terraform show -json` has a block of it: everything there, empty where unset."""
    found: dict[str, Any] = {"name": name, "description": ""}
    for end in ("source", "destination"):
        groups = properties.get(f"{end}ApplicationSecurityGroups") or []
        found[f"{end}_application_security_group_ids"] = [each["id"] for each in groups]
        for what in ("PortRange", "AddressPrefix"):
            snake = {"PortRange": "port_range", "AddressPrefix": "address_prefix"}[what]
            plural = f"{snake}s" if what == "PortRange" else f"{snake}es"
            arm_plural = f"{end}{what}s" if what == "PortRange" else f"{end}{what}es"
            found[f"{end}_{snake}"] = properties.get(f"{end}{what}") or ""
            found[f"{end}_{plural}"] = properties.get(arm_plural) or []
    for attribute in ("protocol", "access", "priority", "direction"):
        found[attribute] = properties[attribute]
    return found


def bodies() -> dict[str, dict[str, Any]]:
    """A group on a subnet and a scale set, a network with two subnets, and an interface."""
    rules = [
        _nested(GROUP, "securityRules", "allow-web", rule()),
        _nested(GROUP, "securityRules", "allow-ssh", SSH),
    ]
    network = {
        "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
        "subnets": [
            _nested(NETWORK, "subnets", "web", _subnet("10.0.1.0/24", GROUP)),
            _nested(NETWORK, "subnets", "data", _subnet("10.0.2.0/24", "")),
        ],
        "virtualNetworkPeerings": [],
    }
    ip = {"subnet": {"id": f"{NETWORK}/subnets/data"}, "primary": True}
    listed: dict[str, dict[str, Any]] = {
        GROUP: {"securityRules": rules},
        NETWORK: network,
        INTERFACE: {"ipConfigurations": [_nested(INTERFACE, "ipConfigurations", "ip", ip)]},
        SCALE_SET: _scale_set(),
    }
    return {
        key(each): {"id": each, "name": each.rsplit("/", 1)[-1], "properties": properties}
        for each, properties in listed.items()
    }


def _nested(parent: str, kind: str, name: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": f"{parent}/{kind}/{name}", "name": name, "properties": dict(properties)}


def _subnet(prefix: str, group: str) -> dict[str, Any]:
    attached = {"networkSecurityGroup": {"id": group}} if group else {}
    seen = {"ipConfigurations": [{"id": f"{INTERFACE}/ipConfigurations/ip"}]}
    return {"addressPrefix": prefix, **attached, **seen}


def _scale_set() -> dict[str, Any]:
    interface = {"name": "nic", "properties": {"networkSecurityGroup": {"id": GROUP}}}
    profile = {"networkInterfaceConfigurations": [interface]}
    return {"virtualMachineProfile": {"networkProfile": profile}}


def urn(token: str, name: str) -> str:
    """The URN of a resource at the top of a stack."""
    return f"urn:pulumi:dev::app::{token}::{name}"


def state(
    token: str,
    name: str,
    inputs: Mapping[str, Any],
    resource_id: str = "",
    dependencies: Mapping[str, list[str]] | None = None,
) -> dict[str, Any]:
    """One side of a step of `pulumi preview --json`."""
    found: dict[str, Any] = {
        "urn": urn(token, name),
        "custom": True,
        "type": token,
        "inputs": dict(inputs),
        "provider": f"{urn('pulumi:providers:azure-native', 'default_3_29_0')}::{UNKNOWN}",
        "propertyDependencies": {each: [] for each in inputs} | dict(dependencies or {}),
    }
    return found | ({"id": resource_id} if resource_id else {})


def step(op: str, old: Document | None = None, new: Document | None = None) -> dict[str, Any]:
    """One step of it."""
    either = new or old or {}
    found = {"op": op, "urn": either["urn"], "provider": either["provider"], "detailedDiff": None}
    return found | ({"oldState": old} if old else {}) | ({"newState": new} if new else {})


def preview(*steps: Document, **others: Any) -> str:
    """The digest of a preview."""
    stack = urn("pulumi:pulumi:Stack", "app-dev")
    root = {"op": "same", "urn": stack, "newState": {"urn": stack, "type": "pulumi:pulumi:Stack"}}
    digest = {"config": {}, "steps": [root, *steps], "duration": 1, "changeSummary": {}}
    return json.dumps(digest | others)


def change(
    address: str,
    actions: list[str],
    before: Document | None = None,
    after: Document | None = None,
    unknown: Document | None = None,
    **others: Any,
) -> dict[str, Any]:
    """One of the `resource_changes` of a plan; the module is told by the address."""
    module, _, own = address.rpartition(".azurerm_")
    kind, _, name = f"azurerm_{own.removeprefix('azurerm_')}".partition(".")
    return {
        "address": address,
        **({"module_address": module} if module else {}),
        "mode": "managed",
        "type": kind,
        "name": name.partition("[")[0],
        "provider_name": "registry.terraform.io/hashicorp/azurerm",
        "change": {
            "actions": actions,
            "before": before,
            "after": after,
            "after_unknown": unknown or {},
            "before_sensitive": {},
            "after_sensitive": {},
        }
        | others,
    }


def configured(address: str, **expressions: Any) -> dict[str, Any]:
    """A resource of a configuration; expressions as `terraform show -json` has them."""
    kind, _, name = address.partition(".")
    return {
        "address": address,
        "mode": "managed",
        "type": kind,
        "name": name,
        "provider_config_key": "azurerm",
        "expressions": expressions,
    }


def refers(*references: str) -> dict[str, Any]:
    """An expression that refers to others."""
    return {"references": list(references)}


def plan(*changes: Document, resources: list[Document] | None = None, **others: Any) -> str:
    """A plan, with a configuration of the root module."""
    configuration = {
        "provider_config": {"azurerm": {"name": "azurerm", "expressions": {}}},
        "root_module": {"resources": resources or []},
    }
    return json.dumps(
        {
            "format_version": "1.2",
            "terraform_version": "1.9.8",
            "planned_values": {},
            "resource_changes": list(changes),
            "configuration": configuration,
        }
        | others
    )


def plain(value: Any) -> Any:
    """A tree without what is empty, which Azure's answers have and leave out alike."""
    if isinstance(value, Mapping):
        kept = {name: plain(inner) for name, inner in value.items()}
        return {name: inner for name, inner in kept.items() if inner not in ({}, [], None, "")}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    return value
