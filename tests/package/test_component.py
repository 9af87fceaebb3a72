"""The component in somebody else's program: the real engine, local Azure, a process of its own."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml

from commands.shared.engine import Engine
from plan.naming import flow_log_name
from tests.e2e.refusals import written
from tests.e2e.scenarios import facts
from tests.new_stack import new_stack
from tests.package.conftest import PACKAGE, RAW, somebodys
from tools import yaml_host
from tools.projects import REPOSITORY
from tools.setup.console import SetupError

PROD, DEV = (f"00000000-0000-4000-8000-00000000000{number}" for number in (2, 3))
COMPONENT = "flow-logs:index:FlowLogging"

COUNTED = RAW.replace("arguments, remote=True", "{**arguments, 'finished': None}, remote=True")


def test_the_example_adopts_makes_follows_and_keeps_out_of_the_stacks_configuration(
    tmp_path: Path, sdk: Path
) -> None:
    with somebodys(tmp_path, sdk) as there:
        there.stack("prod")
        there.engine.run("config", "set", "flow-logs:retentionDays", "7", "--stack", "prod")
        before = there.flow_logs(PROD)
        preview = there.guarded("preview", "prod")
        assert preview.code == 0, preview.stdout
        assert preview.violations == []
        assert preview.changes["import"] == len(_high(before)) > 0
        assert there.server.writes() == []

        done = there.up("prod")
        assert done.code == 0, done.stdout
        after = there.flow_logs(PROD)
        assert set(before) < set(after)
        _meets_the_standard(after, before)
        outputs = there.engine.outputs("prod")
        assert outputs["flowLogs"] == len([log for log in after.values() if _is_ours(log)])
        assert outputs["covered"] == 7
        _query_came_last(done.steps)

        again = there.up("prod", "--expect-no-changes")
        assert (again.code, dict(again.changes)) == (0, {}), again.stdout


def _high(logs: dict[str, dict[str, Any]]) -> list[str]:
    """Targets whose flow logs the example adopts: those of security groups of high criticality."""
    return [target for target in logs if "shop" in target or "payments" in target]


def _tag(log: dict[str, Any]) -> str:
    return str(facts(log)["tag"] or "")


def _is_ours(log: dict[str, Any]) -> bool:
    return _tag(log) == "flow-logs/shop/prod"


def _meets_the_standard(logs: dict[str, dict[str, Any]], before: dict[str, dict[str, Any]]) -> None:
    ours = {target: facts(log) for target, log in logs.items() if _is_ours(log)}
    for target, found in ours.items():
        assert (found["enabled"], found["version"], found["analytics"]) == (True, 2, True)
        assert found["days"] >= 90
        if target not in before:
            assert found["id"].endswith(f"/flowlogs/{flow_log_name(target)}")


def _query_came_last(steps: list[tuple[str, str]]) -> None:
    order = [urn for _, urn in steps if "FlowLog::" in urn or "denied-to-the-shop" in urn]
    assert "denied-to-the-shop" in order[-1]
    assert len(order) > 1


def test_the_state_is_found_from_inside_the_component_whatever_the_letter_case(
    tmp_path: Path, sdk: Path
) -> None:
    """Importing what is in the state, in another letter case, would delete it in Azure."""
    arguments = f"location='westeurope', subscriptions=['{PROD}'], existingFlowLogs='adopt'"
    source = _project(tmp_path / "source", f"{RAW}FlowLogging('a', {arguments})\n")
    with somebodys(tmp_path, sdk, source) as there:
        there.stack("prod")
        assert there.up("prod").code == 0
        made = there.flow_logs(PROD)
    held = tmp_path / "azure" / "azure.json"
    ids = re.compile(r'("id": ?"[^"]+)/NetworkWatcherRG/')
    respelled, count = ids.subn(r"\1/networkwatcherrg/", held.read_text())
    assert count > 5
    held.write_text(respelled)
    with somebodys(tmp_path, sdk, source) as there:
        preview = there.preview("prod")
        assert (preview.code, dict(preview.changes)) == (0, {}), preview.stdout
        there.engine.run("stack", "rm", "prod", "--force", "--yes", "--preserve-config")
        there.stack("prod")
        back = there.up("prod")
        assert back.code == 0, back.stdout
        # Azure shows a filter of "", which an import takes as an input and the update drops.
        assert {op for op, urn in back.steps if "FlowLog::" in urn} <= {"import", "update"}
        assert back.changes["import"] >= len(made) > 0
        assert set(there.flow_logs(PROD)) == set(made)
        assert there.up("prod", "--expect-no-changes").code == 0


def test_finished_is_the_number_of_flow_logs_that_stand(tmp_path: Path, sdk: Path) -> None:
    arguments = f"location='westeurope', subscriptions=['{PROD}']"
    program = f"{COUNTED}pulumi.export('finished', FlowLogging('a', {arguments}).finished)\n"
    refused = {"method": "PUT", "path": "*/flowLogs/*", "status": 403, "code": "X", "times": 1}
    faults = written(tmp_path / "faults.json", [refused])
    source = _project(tmp_path / "source", program)
    with somebodys(tmp_path, sdk, source, "--faults", str(faults)) as there:
        there.stack("prod")
        first = there.up("prod", "--continue-on-error")
        assert len(first.failures) == 1
        tags = [_tag(log) for log in there.flow_logs(PROD).values()]
        stand = [tag for tag in tags if tag.startswith("flow-logs/")]
        told = there.engine.run("stack", "output", "finished", "--stack", "prod")
        assert int(float(told.stdout)) == len(stand) > 0


@pytest.mark.parametrize(
    ("program", "said"),
    [
        (
            "FlowLogging('a', location='westeurope', retentionDays=999)",
            "retentionDays is '999'; it must be a whole number from 1 to 365",
        ),
        (
            "FlowLogging('a', location='westeurope', "
            "subscriptions=['00000000-0000-4000-8000-00000000000a'])",
            "give it Reader there, or correct subscriptions",
        ),
    ],
)
def test_a_mistake_is_one_line_in_the_words_of_arguments(
    tmp_path: Path, sdk: Path, program: str, said: str
) -> None:
    source = _project(tmp_path / "source", RAW + program + "\n")
    with somebodys(tmp_path, sdk, source) as there:
        there.stack("dev")
        failed = there.preview("dev")
        assert failed.code != 0
        (error,) = failed.messages("error")
        assert error.startswith(f"{COMPONENT} resource 'a' has a problem: ")
        assert error.endswith(said)
        assert "\n" not in error


def test_two_in_one_stack_are_refused_by_name(tmp_path: Path, sdk: Path) -> None:
    arguments = f"location='westeurope', subscriptions=['{DEV}']"
    program = f"FlowLogging('a', {arguments})\nFlowLogging('b', {arguments})\n"
    with somebodys(tmp_path, sdk, _project(tmp_path / "source", RAW + program)) as there:
        there.stack("dev")
        failed = there.preview("dev")
        assert failed.code != 0
        assert "one-of-two/dev has a FlowLogging already" in failed.messages("error")[0]


def _project(folder: Path, program: str) -> Path:
    folder.mkdir()
    (folder / "__main__.py").write_text(program)
    runtime = {"name": "python", "options": {"toolchain": "pip"}}
    packages = {"flow-logs": str(PACKAGE)}
    description = {"name": "one-of-two", "runtime": runtime, "packages": packages}
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump(description))
    return folder


def test_a_program_in_yaml_uses_it_and_reads_outputs_of_the_contract(
    tmp_path: Path, sdk: Path
) -> None:
    try:
        host = yaml_host.folder()
    except SetupError as error:
        pytest.skip(f"no language host for YAML: {error}")
    contract = json.loads((REPOSITORY / "docs" / "outputs.schema.json").read_text())
    project = tmp_path / "plain"
    project.mkdir()
    (project / "Pulumi.yaml").write_text(yaml.safe_dump(_in_yaml(contract["properties"])))
    with somebodys(tmp_path, sdk) as there:
        path = os.pathsep.join([there.engine.environment["PATH"], str(host)])
        engine = Engine(there.engine.cli, project, {**there.engine.environment, "PATH": path})
        new_stack(engine.cli, engine.project, engine.environment, "dev")
        done = engine.operate("up", "dev")
        assert done.code == 0, done.stdout
        outputs = engine.outputs("dev")
    jsonschema.validate(outputs, contract)
    assert {log["level"] for log in outputs["flowLogs"].values()} == {"subnet"}
    assert outputs["first"] == outputs["coverage"]["skipped"][0]["reason"]


def _in_yaml(outputs: Iterable[str]) -> dict[str, Any]:
    arguments = {"location": "westeurope", "subscriptions": [DEV], "targetLevel": "subnet"}
    return {
        "name": "plain",
        "runtime": "yaml",
        "packages": {"flow-logs": str(PACKAGE)},
        "resources": {"logging": {"type": COMPONENT, "properties": arguments}},
        "outputs": {
            **{name: f"${{logging.{name}}}" for name in outputs},
            "first": "${logging.coverage.skipped[0].reason}",
        },
    }
