"""The example's program on local Azure, with the SDK that the engine generates for it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from commands.shared.engine import Engine
from tests.e2e.stage import Stage, stage
from tests.sdks import install
from tools.projects import REPOSITORY, SAMPLE_ESTATE, copy_project

PACKAGE = REPOSITORY / "package"
EXAMPLE = REPOSITORY / "examples" / "component"
RAW = """
import pulumi

class FlowLogging(pulumi.ComponentResource):
    def __init__(self, name, **arguments):
        super().__init__("flow-logs:index:FlowLogging", name, arguments, remote=True)

"""
"""A program that needs no SDK of the component."""


@pytest.fixture(scope="session")
def schema(pulumi_cli: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The component's schema, as the engine hands it out."""
    folder = tmp_path_factory.mktemp("schema")
    with stage(folder) as there:
        asked = there.engine.run("package", "get-schema", str(PACKAGE))
        assert asked.code == 0, asked.stderr
        (folder / "schema.json").write_text(asked.stdout)
    return folder / "schema.json"


@pytest.fixture(scope="session")
def sdk(pulumi_cli: Path, schema: Path) -> Path:
    """The Python SDK of the component, installed in a folder for PYTHONPATH."""
    folder = schema.parent
    arguments = ("--language", "python", "--out", str(folder / "made"))
    engine = Engine(pulumi_cli, folder, dict(os.environ))
    made = engine.run("package", "gen-sdk", str(schema), *arguments)
    assert made.code == 0, made.stdout + made.stderr
    return install(folder / "made" / "python", folder / "installed")


@contextmanager
def somebodys(folder: Path, sdk: Path, program: Path = EXAMPLE, *options: str) -> Iterator[Stage]:
    """A stage on which a program of somebody else's is run, as it was left in the folder.

    ``options`` are local Azure's.
    """
    with stage(folder, SAMPLE_ESTATE, *options) as there:
        project = folder / "somebodys"
        if not project.exists():
            copy_project(project, program)
            description = project / "Pulumi.yaml"
            text = description.read_text().replace("../../package", str(PACKAGE))
            description.write_text(text)
        variables = {**there.engine.environment, "PYTHONPATH": str(sdk)}
        yield replace(there, engine=Engine(there.engine.cli, project, variables))
