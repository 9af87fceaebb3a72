"""Policy packs and component providers that our language host boots."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.engine.project import COMPONENTS, Project, diagnostics

PACK = """
from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy

def check(args, report):
    if args.name.startswith("bad"):
        report("this name is bad")

policy = ResourceValidationPolicy("good-names", "Names are good.", check)
PolicyPack("tiny-pack", policies=[policy], enforcement_level=EnforcementLevel.MANDATORY)
"""
COMPONENT = """
from typing import TypedDict

import pulumi
from pulumi.provider.experimental import component_provider_host

class GreetingArgs(TypedDict):
    name: pulumi.Input[str]

class Greeting(pulumi.ComponentResource):
    text: pulumi.Output[str]

    def __init__(self, name: str, args: GreetingArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("greetings:index:Greeting", name, {}, opts)
        self.text = pulumi.Output.concat("Hello ", args["name"])
        self.register_outputs({"text": self.text})

component_provider_host(name="greetings", components=[Greeting])
"""


@pytest.fixture
def pack(project: Project) -> Path:
    folder = project.folder.parent / "pack"
    folder.mkdir()
    write_runtime(folder / "PulumiPolicy.yaml", sys.prefix)
    (folder / "__main__.py").write_text(PACK)
    return folder


def write_runtime(file: Path, environment: str) -> None:
    options = f"{{toolchain: pip, virtualenv: {environment}}}"
    file.write_text(f"version: 1.2.3\nruntime: {{name: python, options: {options}}}\n")


def test_a_pack_lets_good_resources_pass(project: Project, pack: Path) -> None:
    project.write(COMPONENTS + "Thing('fine')\n")
    up = project.run("up", "--yes", "--policy-pack", str(pack))
    assert up.returncode == 0
    assert "tiny-pack@v1.2.3" in up.stdout
    assert "warning" not in up.stdout


def test_a_pack_refuses_each_bad_resource(project: Project, pack: Path) -> None:
    project.write(COMPONENTS + "[Thing(name) for name in ('fine', 'bad1', 'bad2')]\n")
    refused = project.run("preview", "--policy-pack", str(pack))
    assert refused.returncode != 0
    assert "good-names  (tiny:index:Thing: bad1)" in refused.stdout
    assert "good-names  (tiny:index:Thing: bad2)" in refused.stdout
    assert "fine)" not in refused.stdout
    assert "Traceback" not in refused.stdout


def test_a_refused_update_ends_without_a_traceback(project: Project, pack: Path) -> None:
    wait = "import asyncio\npulumi.export('never', asyncio.sleep(600))\n"
    project.write(COMPONENTS + "Thing('bad')\n" + wait)
    refused = project.run("up", "--yes", "--skip-preview", "--policy-pack", str(pack))
    assert refused.returncode != 0
    assert "this name is bad" in refused.stdout
    assert "Traceback" not in refused.stdout and "KeyboardInterrupt" not in refused.stdout


def test_a_pack_that_raises_says_why(project: Project, pack: Path) -> None:
    (pack / "__main__.py").write_text("raise ValueError('a broken pack')\n")
    project.write(COMPONENTS)
    failed = project.run("preview", "--policy-pack", str(pack))
    assert failed.returncode != 0
    assert diagnostics(failed.stdout).count("ValueError: a broken pack") == 1


def test_a_pack_without_its_environment_says_what_to_do(project: Project, pack: Path) -> None:
    write_runtime(pack / "PulumiPolicy.yaml", "nowhere")
    project.write(COMPONENTS)
    failed = project.run("preview", "--policy-pack", str(pack))
    assert failed.returncode != 0
    assert f"{pack}/nowhere does not exist. Run 'pulumi install'" in failed.stdout


def test_a_component_provider_serves_the_program(project: Project) -> None:
    folder = project.folder.parent / "greetings"
    folder.mkdir()
    (folder / "__main__.py").write_text(COMPONENT)
    write_runtime(folder / "PulumiPlugin.yaml", sys.prefix)
    with (project.folder / "Pulumi.yaml").open("a") as file:
        file.write("plugins: {providers: [{name: greetings, path: ../greetings}]}\n")
    project.write(
        "import pulumi\n"
        "class Greeting(pulumi.ComponentResource):\n"
        "    text: pulumi.Output[str]\n"
        "    def __init__(self, name):\n"
        "        inputs = {'name': name, 'text': None}\n"
        "        super().__init__('greetings:index:Greeting', name, inputs, remote=True)\n"
        "pulumi.export('text', Greeting('you').text)\n"
    )
    up = project.run("up", "--yes", "--skip-preview")
    assert up.returncode == 0, up.stdout
    assert json.loads(project.run("stack", "output", "--json").stdout) == {"text": "Hello you"}
