"""SDKs that our language host makes for Python programs, and how a project comes to use them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pulumi.runtime.proto.language_pb2 import LinkRequest, ProgramInfo

from tests.engine.project import Project
from tests.engine.test_plugin import COMPONENT, write_runtime
from tests.sdks import install as install_sdk
from tools.engine.language_host import install
from tools.engine.language_host.errors import HostError
from tools.engine.language_host.generate import link
from tools.engine.language_host.python import Python

SCHEMA: dict[str, Any] = {
    "name": "greetings",
    "version": "1.2.3",
    "language": {"python": {"respectSchemaVersion": True}},
    "resources": {
        "greetings:index:Greeting": {
            "isComponent": True,
            "inputProperties": {"loudName": {"type": "string", "plain": True}},
            "requiredInputs": ["loudName"],
        }
    },
}


def write_schema(project: Project, schema: dict[str, Any]) -> None:
    (project.folder / "schema.json").write_text(json.dumps(schema))


def test_a_schema_becomes_a_package_that_python_imports(project: Project) -> None:
    write_schema(project, SCHEMA)
    made = project.run("package", "gen-sdk", "schema.json", "--language", "python", "--out", "sdk")
    assert made.returncode == 0, made.stdout
    folder = install_sdk(project.folder / "sdk" / "python", project.folder / "installed")
    code = "import pulumi_greetings as g; print(g.GreetingArgs(loud_name='you').loud_name)"
    command = [sys.executable, "-W", "error", "-c", code]
    assert subprocess.check_output(command, cwd=folder, text=True) == "you\n"


def test_a_schema_that_refers_to_nothing_says_so(project: Project) -> None:
    broken = {"$ref": "/nowhere/v1.0.0/schema.json#/types/nowhere:index:Thing"}
    resource = {"isComponent": True, "inputProperties": {"thing": broken}}
    write_schema(project, {**SCHEMA, "resources": {"greetings:index:Greeting": resource}})
    failed = project.run("package", "gen-sdk", "schema.json", "--language", "python")
    assert failed.returncode != 0
    assert "nowhere" in failed.stdout
    assert "panic" not in failed.stdout


def test_files_beside_the_generated_ones_are_refused(project: Project) -> None:
    write_schema(project, SCHEMA)
    overlay = project.folder / "overlays" / "python"
    overlay.mkdir(parents=True)
    (overlay / "more.py").touch()
    arguments = ("schema.json", "--language", "python", "--overlays", str(overlay.parent))
    failed = project.run("package", "gen-sdk", *arguments)
    assert failed.returncode != 0
    assert "extra files in a generated SDK need Pulumi's own language host" in failed.stdout


def test_an_added_package_is_required_once_and_its_import_is_told(tmp_path: Path) -> None:
    module = tmp_path / "sdks" / "greetings" / "pulumi_greetings"
    module.mkdir(parents=True)
    (module / "pulumi-plugin.json").touch()
    (tmp_path / "requirements.txt").write_text("pulumi>=3\n")
    request = LinkRequest(
        info=ProgramInfo(root_directory=str(tmp_path)),
        packages=[LinkRequest.LinkDependency(path="sdks/greetings")],
    )
    assert "import pulumi_greetings\n" in link(request)
    link(request)
    assert (tmp_path / "requirements.txt").read_text() == "pulumi>=3\nsdks/greetings\n"


@pytest.mark.slow
def test_an_environment_without_pip_is_served_by_uv(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)
    (tmp_path / "requirements.txt").touch()
    chosen = Python(tmp_path / ".venv", ".venv")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(HostError, match="has no pip, and there is no uv: install one of them"):
        list(install.commands(chosen, tmp_path))
    uv = python.with_name("uv")
    uv.touch()
    (command,) = install.commands(chosen, tmp_path)
    assert command == [str(uv), "pip", "install", "--python", str(python), "-r", "requirements.txt"]


def test_an_error_of_a_component_is_told_once_without_the_programs_traceback(
    project: Project,
) -> None:
    folder = project.folder.parent / "greetings"
    folder.mkdir()
    (folder / "__main__.py").write_text(COMPONENT)
    write_runtime(folder / "PulumiPlugin.yaml", sys.prefix)
    with (project.folder / "Pulumi.yaml").open("a") as file:
        file.write("plugins: {providers: [{name: greetings, path: ../greetings}]}\n")
    project.write(
        "import pulumi\n"
        "pulumi.ComponentResource('greetings:index:Greeting', 'nameless', {}, remote=True)\n"
    )
    failed = project.run("preview")
    assert failed.returncode != 0
    assert "Missing required input 'name' on 'Greeting'" in failed.stdout
    assert "Program failed" not in failed.stdout
