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


def test_a_network_of_which_everything_is_new() -> None:
    """Both ends of an attachment are unknown, as in the first plan of any configuration."""
    subnet = group("web", virtual_network_name="vnet-new", address_prefixes=["10.5.1.0/24"])
    network = group("vnet-new", address_space=["10.5.0.0/16"])
    marks = {"id": True, "network_security_group_id": True, "subnet_id": True}
    ends = {
        "subnet_id": refers("azurerm_subnet.web.id", "azurerm_subnet.web"),
        "network_security_group_id": refers(f"{WEB}.id", WEB),
    }
    found = read(
        change(f"{LINK}.web", ["create"], None, {"timeouts": None}, marks),
        change("azurerm_subnet.web", ["create"], None, subnet, {"id": True, "delegation": []}),
        change(WEB, ["create"], None, group("nsg-new", security_rule=[]), {"id": True}),
        change("azurerm_virtual_network.v", ["create"], None, network, {"id": True}),
        resources=[configured(f"{LINK}.web", **ends)],
    )
    assert found.unclear == ()
    after = changed({}, found.edits)
    new = f"{NETWORK_PROVIDER}/virtualNetworks/vnet-new"
    assert after[key(new)]["properties"] == {
        "addressSpace": {"addressPrefixes": ["10.5.0.0/16"]},
        "subnets": [
            {
                "id": f"{new}/subnets/web",
                "name": "web",
                "properties": {
                    "addressPrefixes": ["10.5.1.0/24"],
                    "networkSecurityGroup": {
                        "id": f"{NETWORK_PROVIDER}/networkSecurityGroups/nsg-new"
                    },
                },
            }
        ],
        "virtualNetworkPeerings": [],
    }


def test_an_index_names_the_instance() -> None:
    groups = [
        change(f"{WEB}[{place}]", ["create"], None, group(f"nsg-{place}"), {"id": True})
        for place in (0, 1)
    ]
    ends = {"network_security_group_id": refers(f"{WEB}[1].id", f"{WEB}[1]", WEB)}
    resources = [configured(WEB), configured(f"{LINK}.one", **ends)]
    found = read(*groups, link(f"{LINK}.one", "data"), resources=resources)
    assert attached(found) == {"data": "nsg-1"}


def test_each_block_refers_by_itself() -> None:
    """Two IP configurations in subnets that the same plan makes or reads."""
    subnet = change("azurerm_subnet.a", ["create"], None, group("a", virtual_network_name="vnet"))
    data = change("azurerm_subnet.b", ["read"], None, group("b", virtual_network_name="vnet"))
    data |= {"address": "data.azurerm_subnet.b", "mode": "data"}
    names = ("one", "two")
    address = "azurerm_network_interface.n"
    interface = change(
        address,
        ["create"],
        None,
        group("n", ip_configuration=[{"name": name} for name in names]),
        {"id": True, "ip_configuration": [{"subnet_id": True}, {"subnet_id": True}]},
    )
    blocks = [
        {"name": {"constant_value": name}, "subnet_id": refers(f"{subnet}.id", subnet)}
        for name, subnet in zip(
            reversed(names), ("data.azurerm_subnet.b", "azurerm_subnet.a"), strict=True
        )
    ]
    found = read(subnet, data, interface, resources=[configured(address, ip_configuration=blocks)])
    assert found.unclear == ()
    made = changed(bodies(), found.edits)[key(f"{NETWORK_PROVIDER}/networkInterfaces/n")]
    assert [
        (item["name"], item["properties"]["subnet"]["id"])
        for item in made["properties"]["ipConfigurations"]
    ] == [("one", f"{NETWORK}/subnets/a"), ("two", f"{NETWORK}/subnets/b")]
