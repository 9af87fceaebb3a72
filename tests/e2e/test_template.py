"""The repository as a template: `pulumi new` of what git tracks, to a preview."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from commands.preflight import main as preflight
from commands.shared.engine import Engine, Run
from tests.e2e.conftest import Staging
from tools.projects import REPOSITORY

HUB = "00000000-0000-4000-8000-000000000001"
ENVIRONMENT = REPOSITORY / ".venv"


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """The files of this checkout that git tracks, or would: as a clone has them."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("no checkout of git here")
    folder = tmp_path / "template"
    for name in filter(None, listed.stdout.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / name, folder / name)
    return folder


def _new(engine: Engine, template: Path, name: str, *options: str) -> Engine:
    """A project made from the template in an empty folder, on the packages of this checkout."""
    project = template.parent / name
    project.mkdir()
    environment = f"virtualenv={ENVIRONMENT}"
    made = replace(engine, project=project)
    done = made.run("new", str(template), "--yes", "--runtime-options", environment, *options)
    assert done.code == 0, done.stderr
    assert "pulumi preview --policy-pack policies" in done.stdout
    return made


def _refused(done: Run) -> str:
    assert done.code != 0
    assert "Traceback" not in done.stdout + done.stderr
    (line,) = [each for each in done.messages("error") if "preview failed" not in each]
    return line


@pytest.mark.slow
def test_two_answers_lead_to_a_preview_and_a_wrong_one_to_one_line(
    staged: Staging, template: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there = staged()
    answers = ("--stack", "first", "--config", f"azure-native:subscriptionId={HUB}")
    made = _new(there.engine, template, "own", *answers)
    project = yaml.safe_load((made.project / "Pulumi.yaml").read_text())
    assert (project["name"], "template" in project) == ("flow-logs", False)
    config = yaml.safe_load((made.project / "Pulumi.first.yaml").read_text())["config"]
    assert config == {"azure-native:subscriptionId": HUB, "flow-logs:location": "westeurope"}

    done = made.operate("preview", "first")
    assert done.code == 0, done.stdout
    assert any("4 network security groups found" in line for line in done.messages("info"))

    for key, answer, way_out in (
        ("location", "westeurop", "pulumi config set flow-logs:location westeurope"),
        ("azure-native:subscriptionId", "hub", "pulumi config set azure-native:subscriptionId ID"),
    ):
        assert made.run("config", "set", "--stack", "first", key, answer).code == 0
        assert way_out in _refused(made.operate("preview", "first"))

    other = _new(there.engine, template, "other", "--name", "netlogs", *answers)
    line = _refused(other.operate("preview", "first"))
    assert "Pulumi.yaml names this project 'netlogs'; it must be flow-logs" in line
    assert preflight(["--stack", "first", "--project", str(other.project)]) == 3
    assert line in capsys.readouterr().err
    assert there.server.writes() == []
