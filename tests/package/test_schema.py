"""The component's schema: as reviewed, bound by the engine, fit for every language."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from commands.shared.engine import Engine
from plan.planner import make
from plan.views import stack_outputs
from stack.settings import model
from stack.state import State
from tests import estates_by_hand as hand
from tests.package.conftest import PACKAGE
from tools.projects import REPOSITORY

TOKEN = "flow-logs:index:FlowLogging"


@pytest.fixture(scope="module")
def served(schema: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(schema.read_text())
    return found


def test_it_is_the_schema_that_was_reviewed(served: dict[str, Any]) -> None:
    reviewed = json.loads((PACKAGE / "schema.json").read_text())
    assert served == reviewed, "run: pulumi package get-schema package > package/schema.json"


def test_the_engine_binds_it_without_a_word(pulumi_cli: Path, schema: Path) -> None:
    engine = Engine(pulumi_cli, schema.parent, dict(os.environ))
    checked = engine.run("schema", "check", str(schema))
    assert (checked.code, checked.stdout, checked.stderr) == (0, "", "")


def test_arguments_are_the_configuration_and_the_subscription_of_the_workspace(
    served: dict[str, Any],
) -> None:
    configuration = yaml.safe_load((REPOSITORY / "Pulumi.yaml").read_text())["config"]
    component = served["resources"][TOKEN]
    assert set(component["inputProperties"]) == {*configuration, "subscriptionId"}
    assert component["requiredInputs"] == ["location"]
    assert all(argument["plain"] for argument in component["inputProperties"].values())
    assert all(argument["description"] for argument in component["inputProperties"].values())


@pytest.mark.parametrize(
    "name",
    [
        "TargetLevel",
        "ExistingFlowLogs",
        "ExistingWorkspaces",
        "NsgFlowLogs",
        "NetworksWithoutNsg",
        "StorageSku",
    ],
)
def test_choices_are_those_of_the_settings(served: dict[str, Any], name: str) -> None:
    values = [choice["value"] for choice in served["types"][f"flow-logs:index:{name}"]["enum"]]
    assert values == list(get_args(getattr(model, name)))


def test_outputs_are_those_of_the_contract_and_one_to_depend_on(served: dict[str, Any]) -> None:
    told = stack_outputs.stack_outputs(make(hand.estate(), hand.settings(), State()))
    component = served["resources"][TOKEN]
    assert set(component["properties"]) == {*told, "workspaceCustomerId", "finished"}
    assert set(component["required"]) == set(component["properties"])


@pytest.mark.parametrize(
    ("language", "file", "words"),
    [
        ("nodejs", "flowLogging.ts", r"retentionDays\?: number;"),
        ("nodejs", "flowLogging.ts", r"readonly finished: pulumi\.Output<number>;"),
        ("go", "flowlogs/flowLogging.go", r"Finished +pulumi\.IntOutput"),
        ("go", "flowlogs/pulumiEnums.go", r'TargetLevelSubnet += TargetLevel\("subnet"\)'),
    ],
)
def test_the_engines_generators_of_other_languages_take_it(
    pulumi_cli: Path, schema: Path, tmp_path: Path, language: str, file: str, words: str
) -> None:
    codegen = pulumi_cli.with_name("pulumi-language-python-codegen")
    if not codegen.exists():
        pytest.skip("the engine is not built here: an official CLI has its generators elsewhere")
    nobody = "127.0.0.1:1"  # the loader of other packages' schemas, which ours refers to none of
    subprocess.run([codegen, language, schema, tmp_path, nobody], check=True, timeout=60)
    assert re.search(words, (tmp_path / file).read_text())
