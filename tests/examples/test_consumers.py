"""Other teams' stacks on the real engine read the outputs of an estate as large as they come."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from commands.shared.engine import Engine
from plan.planner import make
from plan.views import stack_outputs
from stack.state import State
from tests import estates_by_hand as hand
from tools import yaml_host
from tools.projects import REPOSITORY, copy_project
from tools.setup.console import SetupError

NETWORKS, GROUPS_EACH = 2_000, 5
EXAMPLES = REPOSITORY / "examples"
SOURCE = "organization/flow-logs/prod"


def _large() -> dict[str, Any]:
    """10,000 security groups, one of them nowhere, one flow log refused, keys of some later day."""
    networks = [
        hand.network(
            f"vnet-{number:05d}",
            {f"snet-{each}": f"nsg-{number:05d}-{each}" for each in range(GROUPS_EACH)},
        )
        for number in range(NETWORKS)
    ]
    names = [
        f"nsg-{number:05d}-{each}" for number in range(NETWORKS) for each in range(GROUPS_EACH)
    ]
    names[-1] = "nsg-idle"
    found = hand.estate(*networks, *map(hand.security_group, names))
    plan = make(found, hand.settings(storage_accounts_per_region=4), State())
    outputs = {
        **stack_outputs.stack_outputs(plan),
        "workspaceCustomerId": "00000000-0000-4000-8000-1",
    }
    _first(outputs)["state"] = "refused"
    outputs["coverage"]["colour"] = outputs["colour"] = "blue"
    return outputs


def _first(outputs: dict[str, Any]) -> dict[str, Any]:
    """The flow log of the first network."""
    found: dict[str, Any] = outputs["flowLogs"][hand.network_id("vnet-00000").casefold()]
    return found


@pytest.fixture(scope="module")
def engine(pulumi_cli: Path, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """An engine whose backend holds flow-logs/prod, large, and flow-logs/next, of contract 2."""
    folder = tmp_path_factory.mktemp("consumers")
    (folder / "state").mkdir()
    (folder / "prod.json").write_text(json.dumps(_large()))
    (folder / "next.json").write_text(json.dumps({"contractVersion": 2}))
    (folder / "program").mkdir()
    (folder / "program" / "__main__.py").write_text(
        "import json, pathlib, pulumi\n"
        f"outputs = pathlib.Path({str(folder)!r}, pulumi.get_stack()).with_suffix('.json')\n"
        "for name, value in json.loads(outputs.read_text()).items():\n"
        "    pulumi.export(name, value)\n"
    )
    (folder / "program" / "Pulumi.yaml").write_text(
        "name: flow-logs\nruntime:\n  name: python\n  options:\n    toolchain: pip\n"
    )
    variables = {
        **os.environ,
        "PULUMI_HOME": str(folder / "home"),
        "PULUMI_BACKEND_URL": (folder / "state").as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }
    project = copy_project(folder / "flow-logs", folder / "program")
    made = Engine(pulumi_cli, project, variables)
    for stack in ("prod", "next"):
        _update(made, stack)
    return made


def _update(engine: Engine, stack: str = "prod") -> dict[str, Any]:
    created = engine.run("stack", "init", stack)
    assert created.code == 0, created.stderr
    done = engine.operate("up", stack, "--suppress-outputs")
    assert done.code == 0, done.stdout + done.stderr
    return engine.outputs(stack)


def test_python_reads_ten_thousand_groups(engine: Engine, tmp_path: Path) -> None:
    project = copy_project(tmp_path / "consumer", EXAMPLES / "consumer")
    read = _update(Engine(engine.cli, project, engine.environment))
    assert (read["source"], read["covered"], read["flowLogs"]) == (SOURCE, 9_999, 1_999)
    assert read["refused"] == [hand.network_id("vnet-00000").casefold()]
    assert read["skipped"] == [hand.group_id("nsg-idle")]
    assert sum(read["networks"].values()) == NETWORKS


def test_a_newer_contract_ends_a_consumer_with_one_line(engine: Engine, tmp_path: Path) -> None:
    project = copy_project(tmp_path / "consumer", EXAMPLES / "consumer")
    consumer = Engine(engine.cli, project, engine.environment)
    assert consumer.run("stack", "init", "next").code == 0
    done = consumer.operate("up", "next")
    assert done.code != 0
    assert done.messages("error") == [
        "the stack's outputs are contract version 2, this reader knows 1; take outputs.py from the "
        "flow-logs release that made the stack"
    ]


def test_the_commands_of_the_page_print_the_outputs(engine: Engine) -> None:
    page = (REPOSITORY / "docs" / "outputs.md").read_text()
    commands = page.split("```sh\n", 1)[1].split("```", 1)[0]
    done = subprocess.run(
        ["sh", "-e", "-c", f"cd '{engine.project}'\n{commands}"],
        env={**engine.environment, "PATH": f"{engine.cli.parent}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    version, coverage = done.stdout.split("\n", 1)
    assert (int(version), json.loads(coverage)["covered"]) == (1, 9_999)
    outputs = json.loads((engine.project / "outputs.json").read_text())
    assert len(outputs["networkSecurityGroups"]) == NETWORKS * GROUPS_EACH


def test_yaml_reads_the_same(engine: Engine, tmp_path: Path) -> None:
    try:
        host = yaml_host.folder()
    except SetupError as error:
        pytest.skip(f"no language host of Pulumi YAML: {error}")
    project = shutil.copytree(EXAMPLES / "consumer-yaml", tmp_path / "consumer-yaml")
    path = os.pathsep.join([str(host), engine.environment["PATH"]])
    read = _update(Engine(engine.cli, project, {**engine.environment, "PATH": path}))
    wrote = engine.outputs("prod")
    assert (read["source"], read["contractVersion"]) == (SOURCE, 1)
    assert read["workspaceId"] == wrote["workspace"]["id"]
    assert read["workspaceCustomerId"] == wrote["workspaceCustomerId"]
    assert (read["covered"], read["networks"]) == (9_999, wrote["networks"])
    assert [skipped["id"] for skipped in read["skipped"]] == [hand.group_id("nsg-idle")]
