"""What the real engine prints for a program of azure-native, on local Azure."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from commands.shared.engine import Engine
from estate.arm_id import key
from rules.changes.apply import changed
from rules.changes.read import read_change
from tests.e2e.stage import stage
from tests.new_stack import new_stack
from tests.rules.changes.documents import GROUP, NETWORK, SUBSCRIPTION, plain, rule

PROGRAM = """
import pulumi
from pulumi_azure_native import network, resources

step = pulumi.Config().require("step")
rule = dict(
    direction="Inbound", access="Allow", protocol="Tcp", source_address_prefix="Internet",
    source_port_range="*", destination_address_prefix="*", destination_port_ranges=["80", "443"],
)
group = resources.ResourceGroup("rg", resource_group_name="rg-app", location="westeurope")
if step != "empty":
    rules = [{"name": "allow-web", "priority": 100 if step == "first" else 4000, **rule}]
    if step == "secret":
        secret = pulumi.Output.secret("10.0.0.1")
        rules.append({"name": "b", "priority": 9, **rule, "source_address_prefix": secret})
    nsg = network.NetworkSecurityGroup(
        "web", resource_group_name=group.name, network_security_group_name="nsg-web",
        location="westeurope", security_rules=rules,
    )
    network.VirtualNetwork(
        "v", resource_group_name=group.name, virtual_network_name="vnet", location="westeurope",
        address_space={"address_prefixes": ["10.0.0.0/16"]},
        subnets=[{
            "name": "web", "address_prefix": "10.0.1.0/24",
            "network_security_group": {"id": nsg.id},
        }],
    )
"""


@pytest.fixture
def engine(tmp_path: Path, pulumi_cli: Path) -> Iterator[Engine]:
    """The CLI for the program, on an Azure of its own."""
    with stage(tmp_path) as azure:
        project = tmp_path / "nsg"
        project.mkdir()
        (project / "__main__.py").write_text(PROGRAM)
        runtime = f"{{name: python, options: {{toolchain: pip, virtualenv: {sys.prefix}}}}}"
        (project / "Pulumi.yaml").write_text(f"name: nsg\nruntime: {runtime}\n")
        engine = replace(azure.engine, project=project)
        new_stack(engine.cli, project, engine.environment, "dev")
        yield engine


def preview(engine: Engine, step: str) -> str:
    engine.run("config", "set", "step", step, "--stack", "dev")
    return engine.run("preview", "--json", "--stack", "dev").stdout


def test_a_genuine_preview(engine: Engine) -> None:
    """A group and network to come, one that changes, one with a secret, and both deleted."""
    first = read_change(preview(engine, "first"), subscription=SUBSCRIPTION)
    assert first.unclear == ()
    bodies = changed({}, first.edits)
    (made,) = bodies[key(GROUP)]["properties"]["securityRules"]
    assert plain(made["properties"]) == rule()
    (subnet,) = bodies[key(NETWORK)]["properties"]["subnets"]
    assert subnet["properties"]["networkSecurityGroup"] == {"id": GROUP}
    done = engine.run("up", "--yes", "--skip-preview", "--stack", "dev")
    assert done.code == 0, done.stdout
    second = read_change(preview(engine, "second"))
    (edit,) = second.edits
    (updated,) = changed(bodies, second.edits)[key(GROUP)]["properties"]["securityRules"]
    assert (edit.id, updated["properties"]["priority"]) == (GROUP, 4000)
    secret = read_change(preview(engine, "secret"))
    assert changed(bodies, secret.edits) == bodies
    assert [each.id for each in secret.unclear] == [GROUP]
    empty = preview(engine, "empty")
    assert {each["op"] for each in json.loads(empty)["steps"]} >= {"delete"}
    assert changed(bodies, read_change(empty).edits) == {}
