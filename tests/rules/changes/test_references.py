"""What a plan does not know yet: references between resources, across modules."""

from __future__ import annotations

from typing import Any

from estate.arm_id import key
from rules.changes.apply import changed
from rules.changes.model import Change
from rules.changes.read import read_change
from tests.rules.changes.documents import (
    GROUP,
    NETWORK,
    NETWORK_PROVIDER,
    SUBSCRIPTION,
    bodies,
    change,
    configured,
    plan,
    refers,
)

NSG = "azurerm_network_security_group"
LINK = "azurerm_subnet_network_security_group_association"
WEB = f"{NSG}.web"


def read(*changes: Any, **others: Any) -> Change:
    return read_change(plan(*changes, **others), subscription=SUBSCRIPTION)


def group(name: str, **others: Any) -> dict[str, Any]:
    return {"name": name, "resource_group_name": "rg-app", **others}


def attached(found: Change) -> dict[str, Any]:
    """Subnet to group, of the attachments among the edits."""
    return {
        edit.id.rsplit("/", 1)[-1]: edit.properties["networkSecurityGroup"]["id"].rsplit("/", 1)[-1]
        for edit in found.edits
        if edit.properties and edit.properties.get("networkSecurityGroup")
    }


def link(address: str, subnet: str) -> dict[str, Any]:
    after = {"subnet_id": f"{NETWORK}/subnets/{subnet}"}
    return change(address, ["create"], None, after, {"network_security_group_id": True})


def test_each_instance_refers_to_the_one_with_its_key() -> None:
    groups = [
        change(f'{WEB}["{name}"]', ["create"], None, group(f"nsg-{name}"), {"id": True})
        for name in ("web", "data")
    ]
    links = [link(f'{LINK}.all["{name}"]', name) for name in ("web", "data")]
    found = read(
        *groups,
        *links,
        resources=[
            configured(WEB),
            configured(f"{LINK}.all", network_security_group_id=refers(WEB, "each.key")),
        ],
    )
    assert found.unclear == ()
    assert attached(found) == {"web": "nsg-web", "data": "nsg-data"}


def test_one_of_several_that_nothing_tells_apart_is_unclear() -> None:
    groups = [
        change(f"{WEB}[{place}]", ["create"], None, group(f"nsg-{place}"), {"id": True})
        for place in (0, 1)
    ]
    resources = [
        configured(WEB),
        configured(f"{LINK}.one", network_security_group_id=refers("local.chosen", WEB)),
    ]
    found = read(*groups, link(f"{LINK}.one", "data"), resources=resources)
    (unclear,) = found.unclear
    assert unclear.id == f"{NETWORK}/subnets/data"
    assert "networkSecurityGroup is not known before it is applied" in unclear.what
    assert attached(found) == {}


def modules(reference: list[str], output: list[str]) -> dict[str, Any]:
    """A configuration: `module.rules` makes groups, `module.net` attaches what it is given."""
    return {
        "provider_config": {},
        "root_module": {
            "module_calls": {
                "rules": {
                    "module": {
                        "outputs": {"group_id": {"expression": refers(*output)}},
                        "resources": [configured(WEB)],
                    }
                },
                "net": {
                    "expressions": {"group": refers(*reference)},
                    "module": {
                        "resources": [
                            configured(f"{LINK}.x", network_security_group_id=refers("var.group"))
                        ]
                    },
                },
            }
        },
    }


def test_a_reference_goes_through_variables_and_outputs_of_modules() -> None:
    found = read(
        change(f"module.rules.{WEB}", ["create"], None, group("nsg-web"), {"id": True}),
        link(f"module.net.{LINK}.x", "data"),
        configuration=modules(["module.rules.group_id", "module.rules"], [f"{WEB}.id", WEB]),
    )
    assert found.unclear == ()
    assert attached(found) == {"data": "nsg-web"}


def test_a_reference_to_one_of_several_modules() -> None:
    made = [
        change(f'module.rules["{name}"].{WEB}', ["create"], None, group(name), {"id": True})
        for name in ("a", "b")
    ]
    found = read(
        *made,
        link(f"module.net.{LINK}.x", "data"),
        configuration=modules(['module.rules["b"].group_id', "module.rules"], [f"{WEB}.id", WEB]),
    )
    assert attached(found) == {"data": "b"}


def test_a_circle_of_outputs_ends() -> None:
    found = read(
        link(f"module.net.{LINK}.x", "data"),
        change(f"module.rules.{WEB}", ["no-op"], group("n", id=GROUP), group("n", id=GROUP)),
        configuration=modules(["module.rules.group_id"], ["module.rules.group_id"]),
    )
    assert [each.id for each in found.unclear] == [f"{NETWORK}/subnets/data"]


def test_names_of_resources_to_come() -> None:
    """A rule, subnet and interface in what the same plan makes, each by name or id."""
    found = read(
        change("azurerm_resource_group.g", ["create"], None, {"name": "rg-app"}, {"id": True}),
        change("azurerm_subnet.s", ["create"], None, group("s", virtual_network_name="vnet")),
        change(
            "azurerm_network_interface.n",
            ["create"],
            None,
            group("n", ip_configuration=[{"name": "ip", "primary": True}]),
            {"ip_configuration": [{"subnet_id": True, "private_ip_address": True}], "id": True},
        ),
        resources=[
            configured("azurerm_subnet.s"),
            configured(
                "azurerm_network_interface.n",
                ip_configuration=[{"subnet_id": refers("azurerm_subnet.s.id", "azurerm_subnet.s")}],
            ),
        ],
    )
    assert found.unclear == ()
    after = changed(bodies(), found.edits)
    made = after[key(f"{NETWORK_PROVIDER}/networkInterfaces/n")]["properties"]
    (configuration,) = made["ipConfigurations"]
    assert configuration["properties"]["subnet"] == {"id": f"{NETWORK}/subnets/s"}
